//! The disk is the truth: what other programs do below `files/` shows at the next visit.

use crate::harness::{Server, cloudlet, names, wait_until};
use std::fs;
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
    // And the names are free again.
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
    let writer = |alice: &mut crate::harness::Caller| {
        alice
            .core("fileinfo", &[("file", "/alice/new/renamed")])
            .xml()
            .child("entry")
            .field("lastmodifiedby")
            .to_owned()
    };
    // The rows are mended in the background.
    crate::harness::wait_until("the index follows the move", std::time::Duration::from_secs(3), || {
        writer(&mut alice) == "alice"
    });
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
        // Nothing of it may be lost to a name that users cannot see.
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
    assert!(!said.contains("mended"), "the visit has mended all there was: {said}");
}
