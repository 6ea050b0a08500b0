//! Listings: `getfilelist`, `fileinfo`, `fileexists`, and the two operations that describe a
//! folder.

use crate::harness::{Caller, Element, Server};

fn with_files(caller: &mut Caller, files: &[(&str, usize)]) {
    for (name, length) in files {
        caller.upload("/bob", name, &vec![b'x'; *length]).ok();
    }
}

fn names(root: &Element) -> Vec<&str> {
    root.all("entry").map(|entry| entry.field("name")).collect()
}

fn list(caller: &mut Caller, fields: &[(&str, &str)]) -> Element {
    let reply = caller.core("getfilelist", fields);
    assert_eq!(reply.status, 200, "{reply:?}");
    let root = reply.xml();
    assert_eq!((root.name.as_str(), root.child("meta").number("result")), ("entries", 1), "{root:?}");
    root
}

#[test]
fn the_top_lists_the_callers_own_root() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let root = list(&mut bob, &[("path", "/")]);
    assert_eq!(names(&root), ["bob"]);
    let entry = root.child("entry");
    for (name, value) in [
        ("path", "/bob"),
        ("dirpath", "/"),
        ("type", "dir"),
        ("isroot", "1"),
        ("canrename", "0"),
        ("fullsize", "0"),
    ] {
        assert_eq!(entry.field(name), value, "{name}");
    }
    let meta = root.child("meta");
    assert_eq!((meta.field("realpath"), meta.number("total"), meta.number("canupload")), ("/", 1, 0));

    for fields in [&[("path", "")][..], &[]] {
        assert_eq!(
            names(&list(&mut server.user("bob"), fields)),
            names(&list(&mut server.user("bob"), &[("path", "/")]))
        );
    }

    let mut proxy = server.admin();
    let root = list(&mut proxy, &[("path", "/"), ("adminproxyuserid", "alice")]);
    assert_eq!(names(&root), ["alice", "bob", "bobby"], "an administrator at work on users' data sees all");
}

#[test]
fn the_place_of_what_others_share_is_there_and_empty() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for path in ["/SHARED", "/SHARED/", "/shared"] {
        let root = list(&mut bob, &[("path", path), ("start", "0"), ("limit", "1")]);
        let meta = root.child("meta");
        assert_eq!((meta.number("total"), meta.number("canupload"), names(&root).len()), (0, 0, 0), "{path}");
    }
    for path in ["/SHARED/alice", "/SHAREDX"] {
        bob.core("getfilelist", &[("path", path)]).refused();
    }
    bob.core("createfolder", &[("path", "/SHARED"), ("name", "x")]).refused();
    server.guest().core("getfilelist", &[("path", "/SHARED")]).failed(401);
}

#[test]
fn an_entry_says_all_that_clients_read() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "Docs")]).done();
    bob.upload("/bob/Docs", "Report.final.PDF", &[0; 457_445]).ok();
    let root = list(&mut bob, &[("path", "/bob/Docs/"), ("sendlockinfo", "1"), ("includeextrafields", "1")]);
    let meta = root.child("meta");
    for (name, value) in [
        ("parentpath", "/bob"),
        ("realpath", "/bob/Docs"),
        ("total", "1"),
        ("result", "1"),
        ("message", ""),
        ("canupload", "1"),
    ] {
        assert_eq!(meta.field(name), value, "{name}");
    }
    let entry = root.child("entry");
    for (name, value) in [
        ("path", "/bob/Docs/Report.final.PDF"),
        ("fullfilename", "/bob/Docs/Report.final.PDF"),
        ("dirpath", "/bob/Docs/"),
        ("name", "Report.final.PDF"),
        ("ext", "PDF"),
        ("fullsize", "457445"),
        ("size", "447 KB"),
        ("canupload", "1"),
        ("favoritelistid", "0"),
        ("favoriteid", "0"),
        ("order", "0"),
        ("type", "file"),
        ("isshared", ""),
        ("isroot", "0"),
        ("locked", "0"),
        ("canrename", "1"),
        ("candownload", "1"),
    ] {
        assert_eq!(entry.field(name), value, "{name}");
    }
    assert!(entry.number("modifiedepochutc") > 1_700_000_000, "{entry:?}");
    assert!(
        !entry.field("etag").is_empty()
            && !entry.field("modified").is_empty()
            && !entry.field("modifiediso").is_empty()
    );
    let folder = list(&mut bob, &[("path", "/bob")]);
    let folder = folder.child("entry");
    assert_eq!(
        (folder.field("type"), folder.field("size"), folder.field("ext"), folder.number("fullsize")),
        ("dir", "", "", 0)
    );
}

#[test]
fn pages_cover_a_folder_without_gaps() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for number in 0..23 {
        std::fs::write(server.data().file(&format!("/bob/file{number:02}")), "x").unwrap();
    }
    let all: Vec<String> = (0..23).map(|number| format!("file{number:02}")).collect();
    for (start, limit, wanted) in [
        (None, None, &all[..10]),
        (Some("0"), Some("-1"), &all[..]),
        (Some("0"), Some("1000"), &all[..]),
        (Some("10"), Some("10"), &all[10..20]),
        (Some("20"), Some("10"), &all[20..]),
        (Some("23"), Some("10"), &[]),
        (Some("99999999999"), Some("10"), &[]),
        (Some("5"), Some("0"), &[]),
        (Some("3"), None, &all[3..13]),
    ] {
        let mut fields = vec![("path", "/bob")];
        fields.extend(start.map(|start| ("start", start)));
        fields.extend(limit.map(|limit| ("limit", limit)));
        let root = list(&mut bob, &fields);
        assert_eq!(names(&root), wanted, "{fields:?}");
        assert_eq!(root.child("meta").number("total"), 23, "the total is of the whole folder");
    }
    for (name, value) in [("start", "-1"), ("start", "x"), ("limit", "many")] {
        let message = bob.core("getfilelist", &[("path", "/bob"), (name, value)]).refused();
        assert!(message.contains(name), "{message}");
    }
}

#[test]
fn listings_are_sorted_as_asked_with_folders_first() {
    let server = Server::start();
    let mut bob = server.user("bob");
    with_files(&mut bob, &[("b", 30), ("A", 10), ("c", 20)]);
    for name in ["z", "M"] {
        bob.core("createfolder", &[("path", "/bob"), ("name", name)]).done();
    }
    let times = [
        ("A", "2020-01-03"),
        ("b", "2020-01-01"),
        ("c", "2020-01-02"),
        ("z", "2020-01-04"),
        ("M", "2020-01-05"),
    ];
    for (name, time) in times {
        let set = std::process::Command::new("touch")
            .args(["-d", time])
            .arg(server.data().file(&format!("/bob/{name}")))
            .status();
        assert!(set.unwrap().success());
    }
    for (sortby, sortdir, wanted) in [
        ("", "", ["M", "z", "A", "b", "c"]),
        ("name", "1", ["M", "z", "A", "b", "c"]),
        ("name", "-1", ["z", "M", "c", "b", "A"]),
        ("size", "1", ["M", "z", "A", "c", "b"]),
        ("size", "-1", ["z", "M", "b", "c", "A"]),
        ("date", "1", ["z", "M", "b", "c", "A"]),
        ("date", "-1", ["M", "z", "A", "c", "b"]),
    ] {
        let root = list(&mut bob, &[("path", "/bob"), ("sortby", sortby), ("sortdir", sortdir)]);
        assert_eq!(names(&root), wanted, "{sortby} {sortdir}");
    }
    for (name, value) in [("sortby", "nonsense"), ("sortdir", "7")] {
        let message = bob.core("getfilelist", &[("path", "/bob"), (name, value)]).refused();
        assert!(message.contains(name), "{message}");
    }
}

#[test]
fn a_listing_can_be_searched_by_name() {
    let server = Server::start();
    let mut bob = server.user("bob");
    with_files(&mut bob, &[("Summer photo.jpg", 1), ("summary.txt", 1), ("winter.jpg", 1)]);
    let root = list(&mut bob, &[("path", "/bob"), ("search", "SUM")]);
    assert_eq!(names(&root), ["summary.txt", "Summer photo.jpg"]);
    assert_eq!(root.child("meta").number("total"), 2);
}

#[test]
fn a_long_listing_is_complete_and_well_formed_in_both_formats() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for number in 0..1500 {
        std::fs::write(server.data().file(&format!("/bob/{number:04} <&\"'> \u{1f600}")), "x").unwrap();
    }
    let all = bob.list_names("/bob");
    assert_eq!(all.len(), 1500);
    assert_eq!((all[0].as_str(), all[1499].as_str()), ("0000 <&\"'> \u{1f600}", "1499 <&\"'> \u{1f600}"));
    let json = bob.in_json().get("/core/getfilelist?path=/bob&limit=-1").json();
    assert_eq!(json["entry"].as_array().map(Vec::len), Some(1500));
    assert_eq!(json["meta"]["total"], 1500);
    assert_eq!(json["entry"][7]["name"], "0007 <&\"'> \u{1f600}");
    assert_eq!(json["entry"][7]["fullsize"], 1);
}

#[test]
fn what_is_not_there_is_said_in_each_operations_own_way() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "file", b"x").ok();
    let message = bob.core("getfilelist", &[("path", "/bob/nothing")]).refused();
    assert!(message.contains("/bob/nothing"), "{message}");
    bob.core("getfilelist", &[("path", "/bob/file")]).refused();
    bob.core("getfolderproperties", &[("path", "/bob/nothing")]).refused();
    bob.core("getaccessdetailsforpath", &[("fullpath", "/bob/nothing")]).refused();
    for name in ["file", "path"] {
        let info = bob.core("fileinfo", &[(name, "/bob/nothing")]).xml();
        assert_eq!((info.name.as_str(), info.children.len()), ("fileinfo", 0), "{info:?}");
    }
    assert!(
        !bob.sees("/bob/nothing")
            && !bob.sees("/bob/file/below")
            && bob.sees("/bob/file")
            && bob.sees("/bob")
    );
}

#[test]
fn existence_can_be_asked_without_regard_to_case() {
    let server = Server::start();
    let mut bob = server.user("bob");
    with_files(&mut bob, &[("Read Me.TXT", 1)]);
    for (path, ignoring, is_there) in [
        ("/bob/Read Me.TXT", "0", 1),
        ("/bob/read me.txt", "0", 0),
        ("/bob/read me.txt", "1", 1),
        ("/bob/read you.txt", "1", 0),
    ] {
        let reply = bob.core("fileexists", &[("file", path), ("caseinsensitive", ignoring)]);
        assert_eq!((reply.status, reply.result()), (200, is_there), "{path} {ignoring}");
    }
}

#[test]
fn fileinfo_says_who_wrote_a_file() {
    let server = Server::start();
    let mut bob = server.user("bob");
    with_files(&mut bob, &[("by-bob", 5)]);
    std::fs::write(server.data().file("/bob/by-hand"), "x").unwrap();
    let mut info = |path: &str| bob.core("fileinfo", &[("file", path)]).xml().child("entry").clone();
    assert_eq!(
        (info("/bob/by-bob").field("lastmodifiedby"), info("/bob/by-bob").field("fullsize")),
        ("bob", "5")
    );
    assert_eq!(info("/bob/by-hand").field("lastmodifiedby"), "");
    assert_eq!(info("/bob").field("type"), "dir");
}

#[test]
fn folder_properties_and_disk_usage_count_what_is_there() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "a"), ("subpath", "b/c")]).done();
    bob.upload("/bob/a", "one", &[1; 3000]).ok();
    bob.upload("/bob/a/b/c", "two", &[2; 4000]).ok();
    bob.upload("/bob/a/b/c", "two", &[3; 5000]).ok();
    bob.upload("/bob", "gone", &[4; 100]).ok();
    bob.core("deletefile", &[("path", "/bob"), ("name", "gone")]).done();
    let usage = bob.core("getfolderproperties", &[("path", "/bob/a")]).xml().child("usage").clone();
    assert_eq!(
        (usage.number("totalfolders"), usage.number("totalfiles"), usage.field("totalsize")),
        (2, 2, "8 KB")
    );

    let usage =
        bob.core("getdiskusagedetails", &[("username", "bob"), ("level", "2")]).xml().child("usage").clone();
    for (name, value) in [
        ("storageusage", 12_100),
        ("sizelimit", 0),
        ("livefiles", 2),
        ("livefolders", 3),
        ("versionedfiles", 1),
        ("recyclefiles", 1),
        ("incompletefiles", 0),
    ] {
        assert_eq!(usage.number(name), value, "{name}: {usage:?}");
    }
    bob.core("getdiskusagedetails", &[("username", "alice")]).refused();
}

#[test]
fn access_details_tell_what_the_caller_may_do() {
    let server = Server::start();
    let mut bob = server.user("bob");
    with_files(&mut bob, &[("file", 1)]);
    for (path, write, delete) in [("/", "0", "0"), ("/bob", "1", "0"), ("/bob/file", "1", "1")] {
        let permission =
            bob.core("getaccessdetailsforpath", &[("fullpath", path)]).xml().child("permission").clone();
        let seen = ["read", "write", "delete"].map(|name| permission.field(name).to_owned());
        assert_eq!(seen, ["1", write, delete], "{path}");
        assert_eq!(permission.field("emailnotifications"), "0", "changes are told in the portal");
    }
}
