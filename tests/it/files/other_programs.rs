//! The disk is the truth: changes by other programs below `files/` show at the next visit.

use crate::harness::{Caller, Server, cloudlet, names, wait_until};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::time::Duration;

#[test]
fn a_file_put_there_by_hand_is_listed_and_downloadable() {
    let server = Server::start();
    let mut alice = server.user("alice");
    assert!(alice.list_names("/alice").is_empty());
    fs::create_dir(server.data().file("/alice/Photos")).unwrap();
    fs::write(server.data().file("/alice/Photos/sea.jpg"), "waves").unwrap();
    assert_eq!(alice.list_names("/alice"), ["Photos"]);
    assert_eq!(alice.list_names("/alice/Photos"), ["sea.jpg"]);
    alice.download("/alice/Photos/sea.jpg").holds(b"waves");
    assert_eq!(
        alice.core("fileinfo", &[("file", "/alice/Photos/sea.jpg")]).xml().child("entry").number("fullsize"),
        5
    );

    fs::write(server.data().file("/alice/Photos/sea.jpg"), "higher waves").unwrap();
    alice.download("/alice/Photos/sea.jpg").holds(b"higher waves");
    assert_eq!(alice.list("/alice/Photos")[0].number("fullsize"), 12);
}

#[test]
fn what_was_removed_by_hand_is_gone() {
    let server = Server::start();
    let mut alice = server.user("alice");
    alice.core("createfolder", &[("path", "/alice"), ("name", "Photos")]).done();
    alice.upload("/alice/Photos", "sea.jpg", b"waves").ok();
    alice.upload("/alice", "note", b"x").ok();
    assert_eq!(alice.list_names("/alice"), ["Photos", "note"]);
    fs::remove_dir_all(server.data().file("/alice/Photos")).unwrap();
    fs::remove_file(server.data().file("/alice/note")).unwrap();
    assert!(alice.list_names("/alice").is_empty());
    assert!(!alice.sees("/alice/note") && !alice.sees("/alice/Photos/sea.jpg"));
    alice.download("/alice/Photos/sea.jpg").failed(404);
    alice.core("getfilelist", &[("path", "/alice/Photos")]).refused();
    // The old names can be used again.
    alice.core("createfolder", &[("path", "/alice"), ("name", "Photos")]).done();
    alice.upload("/alice", "note", b"y").ok();
}

#[test]
fn a_file_moved_by_hand_keeps_what_is_known_about_it() {
    let server = Server::start();
    let mut alice = server.user("alice");
    alice.core("createfolder", &[("path", "/alice"), ("name", "new")]).done();
    alice.upload("/alice", "note", b"x").ok();
    alice.list("/alice");
    fs::rename(server.data().file("/alice/note"), server.data().file("/alice/new/renamed")).unwrap();
    alice.list("/alice");
    alice.list("/alice/new");
    let writer = |alice: &mut Caller| {
        alice
            .core("fileinfo", &[("file", "/alice/new/renamed")])
            .xml()
            .child("entry")
            .field("lastmodifiedby")
            .to_owned()
    };
    // The rows follow in the background.
    wait_until("the index follows the move", Duration::from_secs(3), || writer(&mut alice) == "alice");
}

#[test]
fn a_home_removed_by_hand_comes_back_at_the_next_sign_in() {
    let server = Server::start();
    fs::remove_dir_all(server.data().file("/bob")).unwrap();
    let mut bob = server.user("bob");
    assert_eq!(bob.list_names("/"), ["bob"]);
    bob.upload("/bob", "file", b"x").ok();
}

#[test]
fn a_file_that_became_a_folder_by_hand_is_one() {
    let server = Server::start();
    let mut alice = server.user("alice");
    alice.upload("/alice", "thing", b"x").ok();
    alice.list("/alice");
    fs::remove_file(server.data().file("/alice/thing")).unwrap();
    fs::create_dir(server.data().file("/alice/thing")).unwrap();
    assert_eq!(alice.list("/alice")[0].field("type"), "dir");
    alice.upload("/alice/thing", "inner", b"y").ok();
    alice.download("/alice/thing/inner").holds(b"y");
    alice.download("/alice/thing").failed(400);
}

#[test]
fn special_files_are_invisible_and_hang_nobody() {
    let server = Server::start();
    let mut alice = server.user("alice");
    let fifo = server.data().file("/alice/fifo");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(server.data().file("/alice/socket")).unwrap();
    fs::write(server.data().file("/alice/file"), "x").unwrap();
    assert_eq!(alice.list_names("/alice"), ["file"]);
    for name in ["fifo", "socket"] {
        let path = format!("/alice/{name}");
        alice.download(&path).failed(404);
        assert!(!alice.sees(&path));
        // No call may lose anything under a name that users cannot see.
        alice.upload("/alice", name, b"y").refused();
        alice.core("deletefile", &[("path", "/alice"), ("name", name)]).refused();
    }
    assert_eq!(names(&server.data().file("/alice")), ["fifo", "file", "socket"]);
}

#[test]
fn a_file_renamed_by_hand_in_its_folder_is_not_taken_for_missing() {
    let server = Server::start();
    let mut alice = server.user("alice");
    alice.upload("/alice", "note", b"x").ok();
    alice.list("/alice");
    fs::rename(server.data().file("/alice/note"), server.data().file("/alice/another")).unwrap();
    alice.list("/alice");
    let mut writer = || {
        let info = alice.core("fileinfo", &[("file", "/alice/another")]).xml();
        info.child("entry").field("lastmodifiedby").to_owned()
    };
    wait_until("the visit is noted", Duration::from_secs(5), || writer() == "alice");
    let said = cloudlet(server.data(), &["check"], "").succeeded();
    assert!(!said.contains("repaired"), "the visit has mended all there was: {said}");
}

fn say(caller: &mut Caller, path: &str) {
    let parent = path.rsplit_once('/').unwrap().0;
    let fields = [("fullpath", path), ("parent", parent), ("isfile", "1"), ("text", "seen")];
    assert_eq!(caller.core("addcommentforitem", &fields).xml().name, "comments");
}

fn is_commented(caller: &mut Caller, path: &str) -> bool {
    caller.core("getcommentsforitem", &[("fullpath", path)]).xml().all("comment").count() == 1
}

/// Creates a folder with a comment, and in it a file with a comment and a version.
fn furnish(caller: &mut Caller, home: &str) {
    let at = |path: &str| format!("{home}{path}");
    caller.core("createfolder", &[("path", home), ("name", "from"), ("subpath", "deep")]).done();
    caller.core("createfolder", &[("path", home), ("name", "to")]).done();
    caller.upload(&at("/from/deep"), "note", b"one").ok();
    caller.upload(&at("/from/deep"), "note", b"two").ok();
    say(caller, &at("/from/deep/note"));
    say(caller, &at("/from/deep"));
    for folder in ["", "/from", "/from/deep", "/to"] {
        caller.list(&at(folder));
    }
}

/// True if the comments and versions have followed to the new place.
fn has_followed(caller: &mut Caller, folder: &str, name: &str) -> bool {
    let versions = caller.core("getversions", &[("filepath", folder), ("filename", name)]).xml();
    is_commented(caller, &format!("{folder}/{name}")) && versions.all("version").count() == 2
}

#[test]
fn what_is_attached_follows_a_move_by_hand_whichever_folder_is_visited_first() {
    for first_the_source in [true, false] {
        let server = Server::start();
        let mut alice = server.user("alice");
        furnish(&mut alice, "/alice");
        fs::rename(server.data().file("/alice/from/deep/note"), server.data().file("/alice/to/renamed"))
            .unwrap();
        let visits = ["/alice/from/deep", "/alice/to"];
        alice.list(visits[usize::from(!first_the_source)]);
        alice.list(visits[usize::from(first_the_source)]);
        wait_until("the index follows the file", Duration::from_secs(5), || {
            has_followed(&mut alice, "/alice/to", "renamed")
        });
        // This folder has changed since its row was written.
        fs::rename(server.data().file("/alice/to/renamed"), server.data().file("/alice/from/deep/note"))
            .unwrap();
        alice.list(visits[0]);
        wait_until("the index follows the file back", Duration::from_secs(5), || {
            has_followed(&mut alice, "/alice/from/deep", "note")
        });
        fs::rename(server.data().file("/alice/from/deep"), server.data().file("/alice/to/other")).unwrap();
        let visits = ["/alice/from", "/alice/to"];
        alice.list(visits[usize::from(!first_the_source)]);
        alice.list(visits[usize::from(first_the_source)]);
        wait_until("the index follows the folder", Duration::from_secs(5), || {
            is_commented(&mut alice, "/alice/to/other") && has_followed(&mut alice, "/alice/to/other", "note")
        });
    }
}

#[test]
fn what_was_moved_by_hand_is_met_with_all_it_has_before_any_folder_is_visited() {
    let server = Server::start();
    let mut bob = server.user("bob");
    furnish(&mut bob, "/bob");
    bob.core("lock", &[("path", "/bob/from/deep/note"), ("readlock", "1")]).done();
    let mut admin = server.admin();
    let mut read =
        |path: &str| admin.get(&format!("{}&adminproxyuserid=alice", Caller::download_target(path)));
    read("/bob/from/deep/note").failed(423);
    fs::create_dir(server.data().file("/bob/strange")).unwrap();
    fs::rename(server.data().file("/bob/from/deep"), server.data().file("/bob/strange/other")).unwrap();
    read("/bob/strange/other/note").failed(423);
    fs::rename(server.data().file("/bob/strange/other"), server.data().file("/bob/to/other")).unwrap();
    let info = bob.core("fileinfo", &[("file", "/bob/to/other/note")]).xml();
    assert_eq!(info.child("entry").number("locked"), 1);
    // Nobody lists the folder. The lock holds at the new path all the same, and can be removed
    // there.
    read("/bob/to/other/note").failed(423);
    let zip = "/core/downloadfilemulti?count=1&filepath=/bob/to&fn1=other&adminproxyuserid=alice";
    admin.get(zip).failed(423);
    bob.core("unlock", &[("path", "/bob/to/other/note")]).done();
    // A moved folder stays the same folder, even if entries are added to it or it is moved again.
    bob.upload("/bob/to/other", "new", b"new").ok();
    assert!(is_commented(&mut bob, "/bob/to/other"));
    assert!(has_followed(&mut bob, "/bob/to/other", "note"));
    fs::rename(server.data().file("/bob/to/other"), server.data().file("/bob/again")).unwrap();
    let moved = [("fromname", "/bob/again"), ("toname", "/bob/from/last")];
    bob.core("renameormove", &moved).done();
    assert!(is_commented(&mut bob, "/bob/from/last"));
    assert!(has_followed(&mut bob, "/bob/from/last", "note"));
    fs::create_dir(server.data().file("/bob/strange/new")).unwrap();
    fs::rename(server.data().file("/bob/from/last/note"), server.data().file("/bob/strange/new/lone"))
        .unwrap();
    bob.core("deletefile", &[("path", "/bob/strange/new"), ("name", "lone")]).done();
    bob.core("renameormove", &[("fromname", "/bob/recyclebin/lone"), ("toname", "/bob/back")]).done();
    assert!(has_followed(&mut bob, "/bob", "back"));
    cloudlet(server.data(), &["check"], "").succeeded();
}

#[test]
fn a_backup_that_an_editor_leaves_beside_a_file_takes_nothing_from_it() {
    let server = Server::start();
    let mut alice = server.user("alice");
    furnish(&mut alice, "/alice");
    let file = server.data().file("/alice/from/deep/note");
    fs::rename(&file, server.data().file("/alice/from/deep/note~")).unwrap();
    fs::write(&file, "edited").unwrap();
    let backup = [("filepath", "/alice/from/deep"), ("filename", "note~")];
    let count = |caller: &mut Caller| caller.core("getversions", &backup).xml().all("version").count();
    assert_eq!(count(&mut alice), 1, "whoever asks for it first");
    alice.list("/alice/from/deep");
    cloudlet(server.data(), &["check"], "").succeeded();
    assert_eq!(count(&mut alice), 1);
    assert!(has_followed(&mut alice, "/alice/from/deep", "note"));
}

#[test]
fn a_new_file_with_the_number_of_a_removed_one_is_another_file() {
    let server = Server::start();
    let mut alice = server.user("alice");
    furnish(&mut alice, "/alice");
    let (old, new) = (server.data().file("/alice/from/deep/note"), server.data().file("/alice/to/note"));
    let number = fs::metadata(&old).unwrap().ino();
    fs::remove_file(&old).unwrap();
    // ext4 gives a free inode number to one of the next files. tmpfs and btrfs never do, and then
    // this test cannot show anything.
    let mut others = Vec::new();
    for attempt in 0..200 {
        let place = server.data().file(&format!("/alice/to/{attempt}"));
        fs::write(&place, "three").unwrap();
        if fs::metadata(&place).unwrap().ino() == number {
            fs::rename(&place, &new).unwrap();
            break;
        }
        others.push(place);
    }
    if !new.exists() {
        return;
    }
    alice.list("/alice/to");
    alice.list("/alice/from/deep");
    cloudlet(server.data(), &["check"], "").succeeded();
    assert!(!is_commented(&mut alice, "/alice/to/note"), "what was attached to another file is not shown");
}
