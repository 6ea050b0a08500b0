//! The rows that calls write, and when they can be read.

use crate::harness::{Caller, Element, Multipart, PASSWORD, Request, Server, noise};
use crate::sweep::operations::OPERATIONS;

/// The account, the operation, the object and the outcome of a row.
fn summary(row: &Element) -> [&str; 4] {
    ["username", "operation", "object", "outcome"].map(|name| row.field(name))
}

#[test]
fn every_call_of_a_session_is_in_the_log_with_its_outcome() {
    let server = Server::start();
    let mut bob = server.guest().always("User-Agent", "Needle/1.0 (test)");
    let sign_in = |bob: &mut Caller, password: &str| {
        drop(bob.core("loginguest", &[("userid", "Bob"), ("password", password)]));
    };
    bob.get("/core/getfilelist?path=/bob");
    sign_in(&mut bob, "wrong");
    sign_in(&mut bob, PASSWORD);
    bob.core("getfilelist", &[("path", "/bob/")]);
    bob.core("createfolder", &[("path", "/bob"), ("name", "a")]);
    bob.core("createfolder", &[("path", "/bob"), ("name", "a")]);
    bob.core("createfolder", &[("path", "/bob"), ("name", "x/y")]);
    bob.upload("/bob/a", "file", b"bytes");
    bob.download("/bob/a/file");
    bob.download("/bob/a/nothing");
    bob.download("/alice/file");
    bob.core("renameormove", &[("fromname", "/bob/a/file"), ("toname", "/bob/moved")]);
    bob.core("copyfile", &[("path", "/bob"), ("name", "moved"), ("copyto", "/bob/a")]);
    bob.core("renamefile", &[("path", "/bob"), ("name", "moved"), ("newname", "renamed")]);
    bob.core("deletefile", &[("path", "/bob"), ("name", "renamed")]);
    bob.get("/admin/getuser?username=alice");
    bob.core("shorten", &[("sharelocation", "/bob/a")]);
    bob.core("nosuchoperation", &[]);
    bob.get("/core/");
    bob.send(&Request::new("PUT", "/core/upload"));
    bob.send(&Request::new("POST", "/core/upload?path=/bob").body("multipart/form-data", "x"));
    bob.core("locksession", &[]);
    let rows = server.admin().audit(&[("sortdir", "1")]);
    let wanted = [
        ["", "getfilelist", "/bob", "unauthenticated"],
        ["", "loginguest", "Bob", "unauthenticated"],
        ["bob", "loginguest", "Bob", "ok"],
        ["bob", "getfilelist", "/bob", "ok"],
        ["bob", "createfolder", "/bob/a", "ok"],
        ["bob", "createfolder", "/bob/a", "conflict"],
        ["bob", "createfolder", "/bob/x/y", "invalid"],
        ["bob", "upload", "/bob/a/file", "ok"],
        ["bob", "downloadfile", "/bob/a/file", "ok"],
        ["bob", "downloadfile", "/bob/a/nothing", "not found"],
        ["bob", "downloadfile", "/alice/file", "forbidden"],
        ["bob", "renameormove", "/bob/a/file -> /bob/moved", "ok"],
        ["bob", "copyfile", "/bob/moved -> /bob/a", "ok"],
        ["bob", "renamefile", "/bob/moved -> renamed", "ok"],
        ["bob", "deletefile", "/bob/renamed", "ok"],
        ["bob", "getuser", "alice", "unauthenticated"],
        ["bob", "shorten", "", "not offered"],
        ["bob", "nosuchoperation", "", "unknown"],
        ["bob", "", "", "unknown"],
        ["bob", "upload", "", "invalid"],
        ["bob", "upload", "", "invalid"],
        ["bob", "locksession", "", "ok"],
        ["alice", "adminlogin", "alice", "ok"],
    ];
    let from = rows.iter().position(|row| row.field("operation") == "getfilelist").unwrap();
    let seen: Vec<[&str; 4]> = rows[from..].iter().map(summary).collect();
    for (seen, wanted) in seen.iter().zip(wanted) {
        assert_eq!(*seen, wanted);
    }
    assert_eq!(seen.len(), wanted.len(), "{:?}", &seen[wanted.len().min(seen.len())..]);
    for row in &rows[from..from + 22] {
        assert_eq!((row.field("ip"), row.field("agent")), ("127.0.0.1", "Needle/1.0 (test)"), "{row:?}");
        assert!(row.number("createdms") > 1_700_000_000_000 && row.number("durationmicroseconds") >= 0);
        assert_eq!(
            row.field("outcome") == "ok",
            row.field("reason").is_empty(),
            "a failure says why: {row:?}"
        );
    }
    let ids: Vec<i64> = rows.iter().map(|row| row.number("id")).collect();
    assert!(ids.windows(2).all(|pair| pair[1] == pair[0] + 1), "no gap: {ids:?}");
}

#[test]
fn the_log_shows_everything_that_happened_before_it_is_read() {
    let server = Server::start();
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    for number in 0..20 {
        let path = format!("/bob/number {number}!");
        // One call is answered from memory, one reads, and one makes a change.
        match number % 3 {
            0 => drop(bob.core("fileinfo", &[("file", &path)])),
            1 => drop(bob.download(&path)),
            _ => drop(bob.core("createfolder", &[("path", "/bob"), ("name", &path[5..])])),
        }
        assert_eq!(admin.audit(&[("path", &path)]).len(), 1, "{path}");
    }
}

#[test]
fn administrators_and_proxies_are_named_in_their_rows() {
    let server = Server::start();
    let mut admin = server.admin();
    admin.administer("getuser", &[("username", "bob")]);
    admin
        .core("createfolder", &[("path", "/bob"), ("name", "by-proxy"), ("adminproxyuserid", "alice")])
        .done();
    let rows = admin.audit(&[("username", "ALICE"), ("operation", "createfolder")]);
    assert_eq!(
        rows.iter().map(summary).collect::<Vec<_>>(),
        [["alice", "createfolder", "/bob/by-proxy", "ok"]]
    );
}

#[test]
fn rows_are_filtered_and_paged() {
    let server = Server::start();
    let (mut bob, mut bobby, mut admin) = (server.user("bob"), server.user("bobby"), server.admin());
    for number in 0..6 {
        bob.core("fileexists", &[("file", &format!("/bob/{number}"))]);
        bobby.core("fileinfo", &[("file", &format!("/bob/{number}"))]);
    }
    for (filter, count) in [
        (&[("username", "bob"), ("operation", "fileexists")][..], 6),
        (&[("username", "Bobby")], 7),
        (&[("operation", "FileInfo")], 6),
        (&[("operation", "fileinfo"), ("outcome", "forbidden")], 6),
        (&[("operation", "fileinfo"), ("outcome", "ok")], 0),
        (&[("path", "/bob/3")], 2),
        (&[("path", "%")], 0),
        (&[("ip", "127.0.0.1"), ("operation", "fileexists")], 6),
        (&[("ip", "192.0.2.1")], 0),
        (&[("operation", "fileexists"), ("startdate", "2001-01-01"), ("enddate", "2001-01-02")], 0),
        (&[("operation", "fileexists"), ("startdate", "2001-01-01"), ("enddate", "2100-01-01")], 6),
        (&[("operation", "fileexists' OR '1'='1")], 0),
    ] {
        assert_eq!(admin.audit(filter).len(), count, "{filter:?}");
    }
    for outcome in ["refused", "ok'", "not-found"] {
        admin.administer("getaudit", &[("outcome", outcome)]).declined();
        assert_eq!(admin.administer("exportaudit", &[("outcome", outcome)]).status, 400, "{outcome}");
    }
    let page = admin
        .administer(
            "getaudit",
            &[("operation", "fileexists"), ("start", "2"), ("limit", "3"), ("sortdir", "1")],
        )
        .xml();
    assert_eq!(page.child("meta").number("total"), 6);
    assert_eq!(
        page.all("log").map(|row| row.field("object")).collect::<Vec<_>>(),
        ["/bob/2", "/bob/3", "/bob/4"]
    );
    let newest = admin.administer("getaudit", &[("operation", "fileexists"), ("limit", "1")]).xml();
    assert_eq!(newest.child("log").field("object"), "/bob/5", "newest first");
    for (name, value) in [("startdate", "soon"), ("enddate", "never"), ("start", "-1"), ("limit", "all")] {
        let message = admin.administer("getaudit", &[(name, value)]).refused();
        assert!(message.contains(name), "{message}");
    }
}

#[test]
fn rows_are_sorted_by_a_field_and_by_time_within_it() {
    let server = Server::start();
    for name in ["bob", "bobby", "bob"] {
        server.user(name).core("createfolder", &[("path", &format!("/{name}")), ("name", "Docs")]);
    }
    let mut admin = server.admin();
    let mut sorted = |fields: &[(&str, &str)]| -> Vec<(String, i64)> {
        let fields = [&[("operation", "createfolder")], fields].concat();
        let rows = admin.audit(&fields);
        rows.iter().map(|row| (row.field("username").to_owned(), row.number("id"))).collect()
    };
    let by_time = sorted(&[]);
    let [third, second, first] = [&by_time[0], &by_time[1], &by_time[2]];
    let ascending = sorted(&[("sortfield", "username"), ("sortdir", "1")]);
    assert_eq!(ascending.iter().collect::<Vec<_>>(), [third, first, second]);
    let descending = sorted(&[("sortfield", "username"), ("sortdir", "-1")]);
    assert_eq!(descending.iter().collect::<Vec<_>>(), [second, third, first]);
    let page = sorted(&[("sortfield", "username"), ("sortdir", "1"), ("start", "1")]);
    assert_eq!(page.iter().collect::<Vec<_>>(), [first, second]);
    // The first two calls created the folders, and the third was refused.
    let by_outcome = sorted(&[("sortfield", "outcome"), ("sortdir", "-1")]);
    assert_eq!(by_outcome.iter().collect::<Vec<_>>(), [second, first, third]);
    assert_eq!(sorted(&[("sortfield", "no such field")]), by_time);
}

#[test]
fn no_caller_can_forge_or_flood_a_row() {
    let server = Server::start();
    let mut bob = server.user("bob").always("User-Agent", &"u".repeat(3000));
    let long = "n".repeat(5000);
    bob.get(&format!("/core/{}", "x".repeat(500))).declined();
    bob.core("fileexists", &[("file", &format!("/bob/{long}"))]);
    bob.core("createfolder", &[("path", "/bob"), ("name", "a\r\n2001-01-01 00:00:00,alice,ok\0")]).refused();
    bob.core("fileexists", &[("file", "/bob/<script>alert(1)</script>&\"'")]);
    let mut admin = server.admin();
    for row in admin.audit(&[("username", "bob")]) {
        assert!(
            row.field("agent").len() <= 200
                && row.field("object").len() <= 2048
                && row.field("operation").len() <= 64,
            "{row:?}"
        );
    }
    assert_eq!(admin.audit(&[("path", "2001-01-01")]).len(), 1, "one call, one row");
    let json = admin.in_json().administer("getaudit", &[("path", "script")]).json();
    assert_eq!(json["log"][0]["object"], "/bob/<script>alert(1)</script>&\"'");
}

#[test]
fn calls_at_the_same_time_all_have_their_rows() {
    let server = Server::start();
    let bob = server.user("bob");
    std::thread::scope(|scope| {
        for caller in 0..8 {
            let mut bob = bob.twin();
            scope.spawn(move || {
                for number in 0..25 {
                    bob.core("fileexists", &[("file", &format!("/bob/{caller}-{number}"))]);
                    if number % 5 == 0 {
                        bob.core(
                            "createfolder",
                            &[("path", "/bob"), ("name", &format!("{caller}-{number}"))],
                        )
                        .done();
                    }
                }
            });
        }
    });
    let mut admin = server.admin();
    let mut seen: Vec<String> = admin
        .audit(&[("operation", "fileexists")])
        .iter()
        .map(|row| row.field("object").to_owned())
        .collect();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 200);
    assert_eq!(admin.audit(&[("operation", "createfolder")]).len(), 40);
}

#[test]
fn commands_on_the_console_are_in_the_log_too() {
    let server = Server::start();
    crate::harness::cloudlet(server.data(), &["user", "disable", "bob"], "").succeeded();
    let rows = server.admin().audit(&[("operation", "user disable")]);
    assert_eq!(rows.iter().map(summary).collect::<Vec<_>>(), [["(console)", "user disable", "bob", "ok"]]);
}

/// The reply said "done", so both the change and its row must exist.
#[test]
fn a_change_and_its_row_survive_a_power_cut_together() {
    let mut server = Server::start();
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    for name in ["rename me", "delete me"] {
        bob.upload("/bob", name, b"x").ok();
    }
    type Change = fn(&mut Caller, &mut Caller);
    type Check = fn(&mut Caller, &mut Caller) -> bool;
    let changes: [(&str, Change, Check); 6] = [
        (
            "createfolder",
            |bob, _| drop(bob.core("createfolder", &[("path", "/bob"), ("name", "made")]).done()),
            |bob, _| bob.sees("/bob/made"),
        ),
        (
            "upload",
            |bob, _| drop(bob.upload("/bob", "uploaded", &noise(1, 300_000)).ok()),
            |bob, _| bob.download("/bob/uploaded").body == noise(1, 300_000),
        ),
        (
            "renamefile",
            |bob, _| {
                drop(
                    bob.core(
                        "renamefile",
                        &[("path", "/bob"), ("name", "rename me"), ("newname", "renamed")],
                    )
                    .done(),
                );
            },
            |bob, _| bob.sees("/bob/renamed") && !bob.sees("/bob/rename me"),
        ),
        (
            "deletefile",
            |bob, _| drop(bob.core("deletefile", &[("path", "/bob"), ("name", "delete me")]).done()),
            |bob, _| !bob.sees("/bob/delete me"),
        ),
        (
            "setdisplayname",
            |bob, _| drop(bob.core("setdisplayname", &[("dispname", "Robert")]).done()),
            |bob, _| {
                bob.get("/core/getprofilesettings").xml().child("profilesettings").field("displayname")
                    == "Robert"
            },
        ),
        (
            "adduser",
            |_, admin| {
                drop(admin.administer("adduser", &[("username", "carol"), ("password", PASSWORD)]).done());
            },
            |_, admin| admin.administer("getuser", &[("username", "carol")]).xml().all("user").count() == 1,
        ),
    ];
    for (operation, change, is_there) in changes {
        change(&mut bob, &mut admin);
        server.kill();
        server.start_again();
        bob.follow(&server);
        admin.follow(&server);
        assert!(is_there(&mut bob, &mut admin), "{operation} is gone");
        let newest = admin.audit(&[("operation", operation)]);
        assert_eq!(newest.first().map(|row| row.field("outcome")), Some("ok"), "{operation} has no row");
    }
}

/// A search for a path must find the calls on entries below it too.
#[test]
fn a_rows_object_is_the_whole_path_with_the_levels_below() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "a"), ("subpath", "b/c")]).done();
    let file = Multipart::new().file("file", "x", b"bytes");
    bob.send(&Request::multipart("/core/upload?path=/bob/a&uploadpath=d/e&filename=f", file)).ok();
    let mut admin = server.admin();
    for (operation, path) in [("createfolder", "/bob/a/b/c"), ("upload", "/bob/a/d/e/f")] {
        assert_eq!(admin.audit(&[("operation", operation)])[0].field("object"), path);
    }
}

#[test]
fn an_uploads_row_is_there_though_its_file_is_the_last_part_of_the_body() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let fields = Multipart::new().field("path", "/bob").field("filename", "file").file("file", "x", b"bytes");
    bob.send(&Request::multipart("/core/upload", fields)).ok();
    assert_eq!(server.admin().audit(&[("operation", "upload"), ("path", "/bob/file")]).len(), 1);
}

#[test]
fn a_row_names_what_was_acted_upon_however_it_was_written() {
    let server = Server::start();
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    bob.core("createfolder", &[("path", "/bob"), ("name", "folder")]).done();
    for name in ["one", "two", "three"] {
        bob.upload("/bob/folder", name, b"x").ok();
    }
    let slashes = "/".repeat(3000);
    bob.core("fileinfo", &[("file", &format!("{slashes}bob{slashes}folder//one/"))]);
    bob.core("fileinfo", &[("file", "/  BOB //folder/one")]);
    let rows = admin.audit(&[("path", "/bob/folder/one"), ("operation", "fileinfo")]);
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row.field("object") == "/bob/folder/one"), "{rows:?}");
    // The log has a row for each of the entries in an archive.
    let names = [("filepath", "/bob/folder"), ("count", "2"), ("fn1", "one"), ("fn2", "three")];
    assert_eq!(bob.core("downloadfilemulti", &names).status, 200);
    for (path, count) in [("/bob/folder/one", 1), ("/bob/folder/three", 1), ("/bob/folder/two", 0)] {
        let rows = admin.audit(&[("path", path), ("operation", "downloadfilemulti")]);
        assert_eq!(rows.len(), count, "{path}");
    }
}

#[test]
fn a_row_about_a_share_a_group_or_a_device_names_it_and_what_is_shared() {
    let server = Server::start();
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    bob.core("createfolder", &[("path", "/bob"), ("name", "Holiday")]).done();
    let share = bob.core("quickshare", &[("sharelocation", "/bob/Holiday")]).xml();
    let id = share.child("share").field("shareid").to_owned();
    let of_share = [("shareid", id.as_str())];
    bob.core("addusertoshare", &[of_share[0], ("userid", "bobby")]).done();
    bob.core("setallowpublicaccess", &[of_share[0], ("allowpublicaccess", "1")]).done();
    bob.core("deleteshare", &of_share).done();
    // Who asks about the folder finds what was done with its share.
    let about = |admin: &mut Caller, operation: &str| {
        let rows = admin.audit(&[("path", "/bob/Holiday"), ("operation", operation)]);
        rows.iter().map(|row| row.field("object").to_owned()).collect::<Vec<_>>()
    };
    let alone = format!("shareid={id} = /bob/Holiday");
    assert_eq!(about(&mut admin, "setallowpublicaccess"), [alone.as_str()]);
    assert_eq!(about(&mut admin, "deleteshare"), [alone]);
    assert_eq!(about(&mut admin, "addusertoshare"), [format!("bobby shareid={id} = bobby /bob/Holiday")]);
    let group = admin.administer("addgroup", &[("groupname", "Choir")]).xml();
    let group = group.child("group").field("groupid").to_owned();
    admin.administer("addmembertogroup", &[("groupid", &group), ("userid", "bob")]).done();
    admin.administer("addpolicy", &[("policyname", "Guests")]).done();
    let device = [("userid", "bob"), ("remote_client_id", "tablet"), ("remote_client_disp_name", "Tablet")];
    assert_eq!(server.guest().core("requestdeviceaccess", &device).result(), 1);
    bob.core("approvedeviceaccess", &[("remote_client_id", "tablet")]).done();
    let order = [("remote_client_id", "tablet"), ("remote_command_id", "10002")];
    admin.administer("addrmccommand", &order).done();
    for (operation, object) in [
        ("addgroup", "Choir".to_owned()),
        ("addmembertogroup", format!("bob groupid={group}")),
        ("addpolicy", "Guests".to_owned()),
        ("requestdeviceaccess", "bob remote_client_id=tablet".to_owned()),
        ("approvedeviceaccess", "remote_client_id=tablet".to_owned()),
        ("addrmccommand", "remote_client_id=tablet remote_command_id=10002".to_owned()),
    ] {
        let rows = admin.audit(&[("operation", operation)]);
        assert_eq!(rows[0].field("object"), object, "{operation}");
    }
}

#[test]
fn every_operation_is_a_sentence_in_every_language() {
    // These rows come from the server itself, its console and its schedule.
    let inside = [
        "backup",
        "check",
        "hold",
        "reset by file",
        "restore",
        "user add",
        "user delete",
        "user disable",
        "user enable",
        "user password",
        "user reset-factor",
        "(several)",
    ];
    for language in ["de", "en", "es", "fr"] {
        let path =
            format!("{}/src/portal/static/shared/messages/admin.{language}.json", env!("CARGO_MANIFEST_DIR"));
        let messages: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let missing: Vec<_> = OPERATIONS
            .iter()
            .map(|operation| operation.name.as_str())
            .chain(inside)
            .map(|name| format!("auditsays.{name}"))
            .filter(|key| !messages[key].as_str().is_some_and(|sentence| sentence.starts_with("{who} ")))
            .collect();
        assert!(missing.is_empty(), "{language}: {missing:?}");
    }
}

#[test]
fn names_with_control_characters_in_disguise_are_given_to_nothing() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "folder")]).done();
    for name in ["a\u{f70a}b", "\u{f71b}[2J", "a\u{f77f}"] {
        bob.core("createfolder", &[("path", "/bob"), ("name", name)]).refused();
        bob.core("renamefile", &[("path", "/bob"), ("name", "folder"), ("newname", name)]).refused();
        let to = [("path", "/bob"), ("name", "folder"), ("copyto", "/bob"), ("copytoname", name)];
        bob.core("copyfile", &to).refused();
        bob.upload("/bob", name, b"x").refused();
    }
    assert_eq!(crate::harness::names(&server.data().file("/bob")), ["folder"]);
    // Files that another program created can still be read, copied and renamed.
    std::fs::write(server.data().file("/bob/a\nb"), b"x").unwrap();
    bob.download("/bob/a\u{f70a}b").holds(b"x");
    let copy = [("path", "/bob"), ("name", "a\u{f70a}b"), ("copyto", "/bob/folder")];
    bob.core("copyfile", &copy).done();
    assert_eq!(crate::harness::names(&server.data().file("/bob/folder")), ["a\nb"]);
    bob.core("renamefile", &[("path", "/bob"), ("name", "a\u{f70a}b"), ("newname", "plain")]).done();
    bob.download("/bob/plain").holds(b"x");
}
