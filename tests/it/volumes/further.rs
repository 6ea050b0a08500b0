//! A volume beside that of the homes, used through every entry point, and moves between disks.

use crate::harness::{Caller, Data, Element, Launch, Server, may_mount, names, noise, wait_until};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

const DISK_BYTES: usize = 24 << 20;

/// A server with two more disks: `usb` for everybody and `private` for alice. If this machine may
/// mount, `usb` is a real disk.
fn ground() -> (Server, PathBuf) {
    let mut data = Data::with_accounts();
    let (usb, private) = (data.path("usb"), data.path("private"));
    fs::create_dir(&usb).unwrap();
    if may_mount() {
        data.mount("usb", DISK_BYTES);
    }
    fs::create_dir_all(private.join("x")).unwrap();
    fs::create_dir(usb.join("Photos")).unwrap();
    fs::write(usb.join("Photos/sea.jpg"), "waves").unwrap();
    let volumes = format!("usb={},private={}:alice", usb.display(), private.display());
    let launch = Launch::on(data).setting("CLOUDLET_VOLUMES", volumes);
    (launch.setting("CLOUDLET_FREE_SPACE_FLOOR_MB", 1).start(), usb)
}

fn move_to(caller: &mut Caller, from: &str, to: &str) {
    caller.core("renameormove", &[("fromname", from), ("toname", to)]).done();
}

fn say(caller: &mut Caller, path: &str, text: &str) {
    let parent = path.rsplit_once('/').unwrap().0;
    let fields = [("fullpath", path), ("parent", parent), ("isfile", "1"), ("text", text)];
    assert_eq!(caller.core("addcommentforitem", &fields).xml().name, "comments");
}

fn said(caller: &mut Caller, path: &str) -> Vec<String> {
    let root = caller.core("getcommentsforitem", &[("fullpath", path)]).xml();
    root.all("comment").map(|one| one.field("text").to_owned()).collect()
}

fn versions(caller: &mut Caller, folder: &str, name: &str) -> Vec<String> {
    let root = caller.core("getversions", &[("filepath", folder), ("filename", name)]).xml();
    root.all("version").map(|one| one.field("fileid").to_owned()).collect()
}

fn found(caller: &mut Caller, text: &str, below: &str) -> Vec<String> {
    let root = caller.core("dosearch", &[("searchstring", text), ("searchloc", below)]).xml();
    root.all("entry").map(|entry| entry.field("path").to_owned()).collect()
}

#[test]
fn an_upload_that_says_at_its_end_that_it_goes_to_another_disk_comes_there() {
    let (server, usb) = ground();
    let mut bob = server.user("bob");
    let content = noise(1, 3_000_000);
    let file = || crate::harness::Multipart::new().file("file", "film", &content);
    for body in [file().field("path", "/EXTERNAL/usb"), file().field("path", "/EXTERNAL/usb/Photos")] {
        bob.send(&crate::harness::Request::multipart("/core/upload", body)).ok();
    }
    assert_eq!(fs::read(usb.join("film")).unwrap(), content);
    bob.download("/EXTERNAL/usb/Photos/film").holds(&content);
    // The address names a disk, but a parameter after the file may name another place.
    let body = file().field("path", "/bob").field("filename", "home");
    bob.send(&crate::harness::Request::multipart("/core/upload?path=/EXTERNAL/usb&filename=x", body)).ok();
    bob.download("/bob/home").holds(&content);
    for staging in [usb.join(".cloudlet/staging"), server.data().file("/.cloudlet/staging")] {
        assert!(names(&staging).is_empty(), "{staging:?}");
    }
}

#[test]
fn what_can_be_done_with_a_disk_and_in_its_bin_is_told_as_it_is() {
    let (server, _) = ground();
    let mut bob = server.user("bob");
    bob.upload("/EXTERNAL/usb", "kept", b"x").ok();
    bob.upload("/EXTERNAL/usb", "gone", b"x").ok();
    bob.core("deletefile", &[("path", "/EXTERNAL/usb"), ("name", "gone")]).done();
    for (folder, name, abilities) in [
        ("/EXTERNAL", "usb", (0, 1)),
        ("/EXTERNAL/usb", "kept", (1, 1)),
        ("/EXTERNAL/usb", "Photos", (1, 1)),
        ("/EXTERNAL/usb/recyclebin", "gone", (0, 0)),
    ] {
        let entries = bob.list(folder);
        let entry = entries.iter().find(|entry| entry.field("name") == name).unwrap();
        assert_eq!((entry.number("canrename"), entry.number("canfavorite")), abilities, "{folder}/{name}");
    }
}

#[test]
fn who_may_use_a_disk_sees_it_and_nobody_else_does() {
    let (server, _) = ground();
    let (mut alice, mut bob) = (server.user("alice"), server.user("bob"));
    assert_eq!(alice.list_names("/"), ["alice", "EXTERNAL"]);
    assert_eq!(alice.list_names("/EXTERNAL"), ["private", "usb"]);
    assert_eq!(bob.list_names("/EXTERNAL"), ["usb"]);
    let info = bob.core("fileinfo", &[("file", "/EXTERNAL/usb")]).xml();
    assert_eq!(
        (info.child("entry").field("type"), info.child("entry").field("path")),
        ("dir", "/EXTERNAL/usb")
    );
    alice.upload("/EXTERNAL/private", "secret", b"x").ok();
    // The answer is the same as for a disk that does not exist.
    for disk in ["private", "nowhere"] {
        let (folder, file) = (format!("/EXTERNAL/{disk}"), format!("/EXTERNAL/{disk}/secret"));
        let refusals = [
            bob.core("getfilelist", &[("path", &folder)]).refused(),
            bob.core("fileinfo", &[("file", &file)]).refused(),
            bob.upload(&folder, "y", b"y").refused(),
            bob.core("deletefile", &[("path", &folder), ("name", "secret")]).refused(),
            bob.core("copyfile", &[("path", &folder), ("name", "secret"), ("copyto", "/bob")]).refused(),
            bob.core("renameormove", &[("fromname", &file), ("toname", "/bob/secret")]).refused(),
            bob.download(&file).failed(403),
        ];
        assert!(refusals.iter().all(|refusal| refusal == "You have no access to this path."), "{refusals:?}");
        assert_eq!(bob.core("fileexists", &[("file", &file)]).result(), 0);
    }
    assert_eq!(found(&mut bob, "secret", "/"), Vec::<String>::new());
    // The folder above the disks cannot be changed.
    for (operation, fields) in [
        ("createfolder", [("path", "/EXTERNAL"), ("name", "new")]),
        ("deletefile", [("path", "/EXTERNAL"), ("name", "usb")]),
        ("deletefile", [("path", "/"), ("name", "EXTERNAL")]),
    ] {
        bob.core(operation, &fields).refused();
    }
    bob.core("renameormove", &[("fromname", "/EXTERNAL/usb"), ("toname", "/bob/usb")]).refused();
    bob.core("renameormove", &[("fromname", "/bob"), ("toname", "/EXTERNAL/usb/bob")]).refused();
}

#[test]
fn a_cloud_without_further_disks_shows_no_folder_for_them() {
    let server = Server::start();
    assert_eq!(server.user("bob").list_names("/"), ["bob"]);
    server.user("bob").core("getfilelist", &[("path", "/EXTERNAL/usb")]).refused();
}

#[test]
fn files_on_a_further_disk_are_files_like_others() {
    let (mut server, usb) = ground();
    let mut bob = server.user("bob");
    assert_eq!(bob.list_names("/EXTERNAL/usb"), ["Photos"]);
    bob.download("/EXTERNAL/usb/Photos/sea.jpg").holds(b"waves");
    for content in ["one", "three"] {
        bob.upload("/EXTERNAL/usb", "note", content.as_bytes()).ok();
    }
    assert_eq!(fs::read(usb.join("note")).unwrap(), b"three");
    let ids = versions(&mut bob, "/EXTERNAL/usb", "note");
    assert_eq!((ids.len(), names(&usb.join(".cloudlet/versions")).len()), (2, 1));
    let of = [("filepath", "/EXTERNAL/usb"), ("filename", "note"), ("fileid", &ids[1])];
    bob.core("makeversionlive", &of).done();
    bob.download("/EXTERNAL/usb/note").holds(b"one");
    bob.core("createfolder", &[("path", "/EXTERNAL/usb"), ("name", "a"), ("subpath", "b")]).done();
    move_to(&mut bob, "/EXTERNAL/usb/note", "/EXTERNAL/usb/a/b/note");
    bob.core("copyfile", &[("path", "/EXTERNAL/usb/a"), ("name", "b"), ("copyto", "/EXTERNAL/usb")]).done();
    bob.download("/EXTERNAL/usb/b/note").holds(b"one");
    assert_eq!(versions(&mut bob, "/EXTERNAL/usb/a/b", "note").len(), 2);
    // The disk has a recycle bin of its own.
    let place = bob.core("deletefile", &[("path", "/EXTERNAL/usb"), ("name", "b")]).done().message();
    assert_eq!(place, "/EXTERNAL/usb/recyclebin/b");
    assert_eq!(names(&usb.join(".cloudlet/trash")).len(), 1);
    assert_eq!(bob.list("/EXTERNAL/usb/recyclebin")[0].field("deletedfrom"), "/EXTERNAL/usb/b");
    bob.download("/EXTERNAL/usb/recyclebin/b/note").holds(b"one");
    assert!(bob.list_names("/bob/recyclebin").is_empty());
    move_to(&mut bob, "/EXTERNAL/usb/recyclebin/b", "/EXTERNAL/usb/b");
    bob.core("deletefile", &[("path", "/EXTERNAL/usb"), ("name", "b")]).done();
    bob.core("deletefile", &[("path", "/EXTERNAL/usb/recyclebin"), ("name", "b")]).done();
    assert!(names(&usb.join(".cloudlet/trash")).is_empty());
    // The next calls pack an archive and count its content.
    let archive = bob.get("/core/downloadfilemulti?filepath=/EXTERNAL/usb&count=2&fn1=a&fn2=Photos");
    assert_eq!((archive.status, &archive.body[..2]), (200, b"PK".as_slice()));
    let usage = bob.core("getfolderproperties", &[("path", "/EXTERNAL/usb")]).xml();
    let counted = usage.child("usage");
    assert_eq!((counted.number("totalfiles"), counted.number("totalfolders")), (2, 3));
    say(&mut bob, "/EXTERNAL/usb/a/b/note", "seen");
    assert_eq!(server.stop(), Some(0));
    server.start_again();
    let mut bob = server.user("bob");
    assert_eq!(said(&mut bob, "/EXTERNAL/usb/a/b/note"), ["seen"]);
    assert_eq!(versions(&mut bob, "/EXTERNAL/usb/a/b", "note").len(), 2);
    cloudlet_checks(&server);
}

/// The check reads the other disks too, and must find nothing wrong.
fn cloudlet_checks(server: &Server) {
    let volumes = server.setting("CLOUDLET_VOLUMES");
    let mut command = crate::harness::program();
    command.args(["check", "--deep", "--data"]).arg(server.data().path("")).env("CLOUDLET_VOLUMES", volumes);
    crate::harness::finish(&mut command, "").succeeded();
}

#[test]
fn what_moves_between_disks_keeps_what_is_known_about_it() {
    let (server, usb) = ground();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "trip"), ("subpath", "day")]).done();
    let picture = noise(1, 3_000_000);
    bob.upload("/bob/trip/day", "file", b"first").ok();
    bob.upload("/bob/trip/day", "file", &picture).ok();
    say(&mut bob, "/bob/trip/day/file", "of the file");
    move_to(&mut bob, "/bob/trip", "/EXTERNAL/usb/trip");
    assert!(!bob.sees("/bob/trip") && bob.list_names("/bob/recyclebin").is_empty());
    bob.download("/EXTERNAL/usb/trip/day/file").holds(&picture);
    assert_eq!(said(&mut bob, "/EXTERNAL/usb/trip/day/file"), ["of the file"]);
    // The old content stays on its disk. It can be read, and made the present content again.
    let ids = versions(&mut bob, "/EXTERNAL/usb/trip/day", "file");
    assert_eq!(ids.len(), 2);
    let target = format!(
        "/core/downloadversionedfile?filepath=/EXTERNAL/usb/trip/day&filename=file&fileid={}",
        ids[1]
    );
    bob.get(&target).holds(b"first");
    let of = [("filepath", "/EXTERNAL/usb/trip/day"), ("filename", "file"), ("fileid", &*ids[1])];
    bob.core("makeversionlive", &of).done();
    bob.download("/EXTERNAL/usb/trip/day/file").holds(b"first");
    assert!(names(&server.data().file("/.cloudlet/versions")).is_empty());
    assert_eq!(names(&usb.join(".cloudlet/versions")).len(), 1);
    // The file moves back to where another file is now.
    bob.upload("/bob", "file", b"in the way").ok();
    let fields = [("fromname", "/EXTERNAL/usb/trip/day/file"), ("toname", "/bob/file")];
    // The error code lets a program ask the user what to do, as on a single disk.
    let taken = bob.core("renameormove", &fields);
    assert_eq!(taken.header("x-cloudlet-error"), Some("exists"));
    taken.refused();
    bob.download("/EXTERNAL/usb/trip/day/file").holds(b"first");
    assert_eq!(bob.list_names("/EXTERNAL/usb/recyclebin"), Vec::<String>::new());
    bob.core("renameormove", &[&fields[..], &[("overwrite", "1")]].concat()).done();
    bob.download("/bob/file").holds(b"first");
    assert_eq!(said(&mut bob, "/bob/file"), ["of the file"]);
    for disk in [usb.join(".cloudlet"), server.data().file("/.cloudlet")] {
        assert!(names(&disk.join("staging")).is_empty() && names(&disk.join("trash")).is_empty());
    }
    // The file moves from the bin of one disk to the other disk.
    bob.core("deletefile", &[("path", "/bob"), ("name", "file")]).done();
    move_to(&mut bob, "/bob/recyclebin/file", "/EXTERNAL/usb/file");
    bob.download("/EXTERNAL/usb/file").holds(b"first");
    assert!(bob.list_names("/bob/recyclebin").is_empty());
    assert_eq!(said(&mut bob, "/EXTERNAL/usb/file"), ["of the file"]);
    cloudlet_checks(&server);
}

#[test]
fn what_does_not_fit_on_the_other_disk_stays_where_it_was() {
    if !may_mount() {
        // This test needs a small disk. A unit test in `src/disk` also checks that a failed copy
        // loses nothing.
        return;
    }
    let (server, usb) = ground();
    let mut bob = server.user("bob");
    let large = noise(1, DISK_BYTES + 1000);
    bob.core("createfolder", &[("path", "/bob"), ("name", "big")]).done();
    bob.upload("/bob/big", "file", &large).ok();
    say(&mut bob, "/bob/big/file", "seen");
    for name in ["big/file", "big"] {
        let fields = [("fromname", format!("/bob/{name}")), ("toname", "/EXTERNAL/usb/it".to_owned())];
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, &**value)).collect();
        let message = bob.core("renameormove", &fields).refused();
        assert!(message.contains("room"), "{message}");
        let copied = bob.core("copyfile", &[("path", "/bob"), ("name", "big"), ("copyto", "/EXTERNAL/usb")]);
        assert!(copied.refused().contains("room"));
    }
    assert!(bob.upload("/EXTERNAL/usb", "file", &large).refused().contains("room"));
    bob.download("/bob/big/file").holds(&large);
    assert_eq!(said(&mut bob, "/bob/big/file"), ["seen"]);
    assert_eq!(names(&usb), [".cloudlet", "Photos"]);
    assert!(bob.list_names("/bob/recyclebin").is_empty());
}

#[test]
fn an_administrator_empties_the_bin_of_a_disk() {
    let (server, usb) = ground();
    let mut bob = server.user("bob");
    for name in ["a", "b"] {
        bob.upload("/EXTERNAL/usb", name, b"x").ok();
        bob.core("deletefile", &[("path", "/EXTERNAL/usb"), ("name", name)]).done();
    }
    bob.upload("/bob", "own", b"x").ok();
    bob.core("deletefile", &[("path", "/bob"), ("name", "own")]).done();
    let mut admin = server.admin();
    for elsewhere in ["/bob", "/EXTERNAL", "/EXTERNAL/usb/Photos", "/EXTERNAL/nowhere", "/"] {
        admin.administer("emptynetworkfolderrecyclebin", &[("location", elsewhere)]).refused();
    }
    assert_eq!(bob.list_names("/EXTERNAL/usb/recyclebin"), ["a", "b"]);
    admin.administer("emptynetworkfolderrecyclebin", &[("location", "/EXTERNAL/usb")]).done();
    assert!(bob.list_names("/EXTERNAL/usb/recyclebin").is_empty());
    assert!(names(&usb.join(".cloudlet/trash")).is_empty());
    assert_eq!(bob.list_names("/bob/recyclebin"), ["own"]);
}

#[test]
fn volumes_are_told_to_administrators() {
    let (server, usb) = ground();
    let told = server.admin().administer("getvolumes", &[]).xml();
    let told: Vec<_> = told
        .all("volume")
        .map(|volume| ["name", "state"].map(|field| volume.field(field).to_owned()))
        .collect();
    assert_eq!(told, [["files", "online"], ["usb", "online"], ["private", "online"]]);
    drop(usb);
    let private = server.data().path("private");
    fs::rename(&private, private.with_extension("away")).unwrap();
    wait_until("it is missed", Duration::from_secs(5), || {
        let told = server.admin().administer("getvolumes", &[]).xml();
        let private = told.all("volume").last().unwrap().clone();
        private.field("state") == "offline" && private.field("reason").contains("private is not there")
    });
}

#[test]
fn copies_go_from_disk_to_disk() {
    let (server, usb) = ground();
    let mut bob = server.user("bob");
    bob.core("copyfile", &[("path", "/EXTERNAL/usb"), ("name", "Photos"), ("copyto", "/bob")]).done();
    bob.download("/bob/Photos/sea.jpg").holds(b"waves");
    bob.upload("/bob", "note", b"note").ok();
    bob.core("copyfile", &[("path", "/bob"), ("name", "note"), ("copyto", "/EXTERNAL/usb/Photos")]).done();
    assert_eq!(fs::read(usb.join("Photos/note")).unwrap(), b"note");
    bob.download("/bob/note").holds(b"note");
}

#[test]
fn a_storage_limit_is_for_an_accounts_own_files() {
    let (server, _) = ground();
    server.admin().administer("updateuser", &[("profile", "bob"), ("size", "0.001")]).done();
    let mut bob = server.user("bob");
    assert!(bob.upload("/bob", "file", &noise(1, 2_000_000)).refused().contains("storage limit"));
    bob.upload("/EXTERNAL/usb", "file", &noise(1, 2_000_000)).ok();
    let usage = bob.core("getdiskusagedetails", &[("username", "bob"), ("level", "2")]).xml();
    assert_eq!(usage.child("usage").number("storageusage"), 0);
    // A file that comes from another disk counts.
    let fields = [("fromname", "/EXTERNAL/usb/file"), ("toname", "/bob/file")];
    assert!(bob.core("renameormove", &fields).refused().contains("storage limit"));
    bob.download("/EXTERNAL/usb/file").holds(&noise(1, 2_000_000));
}

#[test]
fn a_search_looks_on_the_disks_that_one_may_use() {
    let (server, usb) = ground();
    let (mut alice, mut bob) = (server.user("alice"), server.user("bob"));
    fs::write(usb.join("Photos/beach by hand.jpg"), "x").unwrap();
    fs::write(server.data().path("private/x/beach.jpg"), "x").unwrap();
    bob.upload("/bob", "beach.jpg", b"x").ok();
    let (by_hand, own) = ("/EXTERNAL/usb/Photos/beach by hand.jpg", "/bob/beach.jpg");
    assert_eq!(found(&mut bob, "beach", "/"), [by_hand, own]);
    assert_eq!(found(&mut bob, "beach", "/EXTERNAL"), [by_hand]);
    assert_eq!(found(&mut bob, "beach", "/EXTERNAL/usb/Photos"), [by_hand]);
    assert_eq!(found(&mut bob, "beach", "/bob"), [own]);
    assert_eq!(found(&mut alice, "beach", "/"), [by_hand, "/EXTERNAL/private/x/beach.jpg"]);
}

fn delta(caller: &mut Caller, root: &str, version: i64) -> (Vec<String>, i64) {
    let status = format!("server,{version};");
    let reply =
        caller.post("/app/sync/getsyncdelta", &[("path", root), ("name", root), ("status", &status)]).xml();
    let told = |record: &Element| {
        let sign = if record.number("isdeleted") == 1 { "-" } else { "+" };
        format!("{sign}{}", record.field("fullpath"))
    };
    (reply.all("record").map(told).collect(), reply.child("meta").number("updateversion"))
}

#[test]
fn a_further_disk_can_be_synced() {
    let (server, usb) = ground();
    let mut bob = server.user("bob");
    let roots = bob.post("/app/sync/getsyncfolderlist", &[("v", "1"), ("count", "0")]).xml();
    let roots: Vec<_> = roots.all("syncfolder").map(|folder| folder.field("name").to_owned()).collect();
    assert_eq!(roots, ["/bob", "/EXTERNAL/usb"]);
    let (told, version) = delta(&mut bob, "/EXTERNAL/usb", 0);
    assert_eq!(told, ["+/EXTERNAL/usb/Photos", "+/EXTERNAL/usb/Photos/sea.jpg"]);
    bob.upload("/EXTERNAL/usb", "new", b"x").ok();
    bob.core("deletefile", &[("path", "/EXTERNAL/usb/Photos"), ("name", "sea.jpg")]).done();
    let (told, version) = delta(&mut bob, "/EXTERNAL/usb", version);
    assert_eq!(told, ["+/EXTERNAL/usb/new", "-/EXTERNAL/usb/Photos/sea.jpg"]);
    move_to(&mut bob, "/EXTERNAL/usb/new", "/bob/new");
    assert_eq!(delta(&mut bob, "/EXTERNAL/usb", version).0, ["-/EXTERNAL/usb/new"]);
    assert_eq!(delta(&mut bob, "/bob", 0).0, ["+/bob/new"]);
    assert!(names(&usb.join("Photos")).is_empty());
    // Disks of other people are not among the roots of a user.
    let reply = bob.post(
        "/app/sync/getsyncdelta",
        &[("path", "/EXTERNAL/private"), ("name", "x"), ("status", "server,0;")],
    );
    reply.refused();
}

#[test]
fn what_other_programs_do_on_a_further_disk_shows() {
    let (server, usb) = ground();
    let mut bob = server.user("bob");
    bob.upload("/EXTERNAL/usb", "note", b"x").ok();
    say(&mut bob, "/EXTERNAL/usb/note", "seen");
    bob.list("/EXTERNAL/usb");
    fs::rename(usb.join("note"), usb.join("Photos/renamed")).unwrap();
    bob.list("/EXTERNAL/usb/Photos");
    wait_until("the index follows the move", Duration::from_secs(5), || {
        said(&mut bob, "/EXTERNAL/usb/Photos/renamed") == ["seen"]
    });
}

#[test]
fn a_backup_says_that_further_disks_are_not_in_it() {
    let (server, _) = ground();
    let backups = Data::empty();
    let volumes = server.setting("CLOUDLET_VOLUMES");
    let mut command = crate::harness::program();
    command.args(["backup"]).arg(backups.path("all")).arg("--data").arg(server.data().path(""));
    let said = crate::harness::finish(command.env("CLOUDLET_VOLUMES", volumes), "").succeeded();
    assert!(said.contains(" Further disks are not part of it: usb, private."), "{said}");
}

#[test]
fn what_is_stored_on_further_disks_is_counted_by_itself() {
    let (server, _) = ground();
    let (mut alice, mut bob) = (server.admin(), server.user("bob"));
    bob.upload("/bob", "own", &[1; 500]).ok();
    for length in [300, 200] {
        bob.upload("/EXTERNAL/usb", "kept", &vec![2; length]).ok();
    }
    bob.upload("/EXTERNAL/usb", "gone", &[3; 70]).ok();
    bob.core("deletefile", &[("path", "/EXTERNAL/usb"), ("name", "gone")]).done();
    let answer = alice.administer("getstorage", &[]).xml();
    let told = |kind: &Element| {
        let volume = kind.all("volume").next().map_or("", |_| kind.field("volume")).to_owned();
        (volume, kind.field("kind").to_owned(), kind.number("bytes"), kind.number("files"))
    };
    let row = |volume: &str, kind: &str, bytes, files| (volume.to_owned(), kind.to_owned(), bytes, files);
    let rows: Vec<_> = answer.all("kind").map(told).collect();
    assert_eq!(rows.len(), 14, "{rows:?}");
    for wanted in [
        row("", "files", 500, 1),
        row("", "versions", 0, 0),
        row("", "bin", 0, 0),
        row("private", "files", 0, 0),
        row("usb", "files", 200, 1),
        row("usb", "versions", 300, 1),
        row("usb", "bin", 70, 1),
    ] {
        assert!(rows.contains(&wanted), "{wanted:?} of {rows:?}");
    }
    let stats = alice.administer("getstats", &[]).xml();
    assert_eq!(stats.child("stat").number("totalsizebytes"), 700, "on all disks together");
    // Files on this disk count for no account.
    let usage = bob.core("getdiskusagedetails", &[("username", "bob"), ("level", "2")]).xml();
    assert_eq!(usage.child("usage").number("storageusage"), 500);
}

/// The inodes in the rows of a moved file belong to its former disk, so they must not be used to
/// find it on the new one.
#[test]
fn what_another_program_renames_in_a_folder_that_came_from_another_disk_keeps_what_hangs_on_it() {
    let (server, usb) = ground();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "Trip"), ("subpath", "day")]).done();
    for path in ["/bob/Trip", "/bob/Trip/day"] {
        for content in ["one", "two"] {
            bob.upload(path, "note", content.as_bytes()).ok();
        }
    }
    say(&mut bob, "/bob/Trip/day/note", "seen");
    move_to(&mut bob, "/bob/Trip", "/EXTERNAL/usb/Trip");
    fs::rename(usb.join("Trip/note"), usb.join("Trip/renamed")).unwrap();
    fs::rename(usb.join("Trip/day"), usb.join("Trip/first day")).unwrap();
    for (folder, name) in [("/EXTERNAL/usb/Trip", "renamed"), ("/EXTERNAL/usb/Trip/first day", "note")] {
        bob.list(folder);
        assert_eq!(versions(&mut bob, folder, name).len(), 2, "{folder}");
    }
    assert_eq!(said(&mut bob, "/EXTERNAL/usb/Trip/first day/note"), ["seen"]);
}
