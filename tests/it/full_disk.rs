//! A disk without a single byte left, at every door: a clear sentence or success, nothing lost, and a way out from inside.

use crate::disk_trouble::{Cramped, fill_up};
use crate::harness::{Caller, PASSWORD, Reply, cloudlet, may_mount, names, noise};

/// The ids of a file's contents, the live one first.
fn versions(caller: &mut Caller, name: &str) -> Vec<String> {
    let reply = caller.core("getversions", &[("filepath", "/bob"), ("filename", name)]).xml();
    reply.all("version").map(|version| version.field("fileid").to_owned()).collect()
}

/// Done, or refused for want of room.
fn is_clear(what: &str, reply: &Reply) -> bool {
    if reply.status == 200 && reply.result() == 1 {
        return true;
    }
    let message = reply.clone().refused();
    assert!(["full", "room"].iter().any(|word| message.contains(word)), "{what}: {message}");
    false
}

/// A cloud with something in every corner, on a disk that is then filled to its last byte.
fn furnish(bob: &mut Caller) {
    for content in ["first", "second", "third"] {
        bob.upload("/bob", "file", content.as_bytes()).ok();
    }
    bob.upload("/bob", "large", &noise(1, 1_500_000)).ok();
    bob.core("deletefile", &[("path", "/bob"), ("name", "large")]).done();
    bob.core("createfolder", &[("path", "/bob"), ("name", "folder")]).done();
    bob.upload("/bob/folder", "note", b"note").ok();
    bob.core("deletefile", &[("path", "/bob/folder"), ("name", "note")]).done();
}

#[test]
fn every_door_says_clearly_that_the_disk_is_full_and_the_bin_makes_room() {
    // A limit on the size of files, which stands in where nobody may mount, fills no disk.
    if !may_mount() {
        return;
    }
    let cramped = Cramped::start();
    let server = &cramped.server;
    let mut bob = server.user("bob");
    furnish(&mut bob);
    let ids = versions(&mut bob, "file");
    fill_up(&server.data().path("filler2"));
    let oldest = [("filepath", "/bob"), ("filename", "file"), ("fileid", ids[2].as_str())];
    for _ in 0..10 {
        for (operation, fields) in [
            ("createfolder", &[("path", "/bob"), ("name", "new")][..]),
            ("renamefile", &[("path", "/bob"), ("name", "folder"), ("newname", "renamed")]),
            ("copyfile", &[("path", "/bob"), ("name", "file"), ("copyto", "/bob"), ("copytoname", "copy")]),
            ("lock", &[("path", "/bob/file")]),
            ("unlock", &[("path", "/bob/file")]),
            ("addcommentforitem", &[("fullpath", "/bob/file"), ("parent", "0"), ("text", "a comment")]),
            ("setconfigitem", &[("key", "test"), ("name", "a"), ("value", "b")]),
        ] {
            let reply = bob.core(operation, fields);
            if operation == "unlock" && reply.message().contains("not locked") {
                continue;
            }
            let is_done = is_clear(operation, &reply);
            // What was refused was not done.
            match operation {
                "createfolder" => assert_eq!(bob.sees("/bob/new"), is_done),
                "renamefile" => {
                    assert_eq!((bob.sees("/bob/renamed"), bob.sees("/bob/folder")), (is_done, !is_done));
                    if is_done {
                        let back = [("path", "/bob"), ("name", "renamed"), ("newname", "folder")];
                        bob.core("renamefile", &back).done();
                    }
                }
                _ => {}
            }
        }
        std::fs::remove_dir(server.data().file("/bob/new")).ok();
        is_clear("makeversionlive", &bob.core("makeversionlive", &oldest));
        let live = bob.download("/bob/file");
        assert!(live.body == b"third" || live.body == b"first", "{live:?}");
        assert_eq!(versions(&mut bob, "file").len(), 3, "no content is lost");
        let fields = [("userid", "bob"), ("password", PASSWORD)];
        is_clear("loginguest", &server.guest().core("loginguest", &fields));
    }
    // Out of the bin and into it: done whole or not at all.
    let bin = "/bob/recyclebin/note";
    let was_restored = is_clear("restore", &bob.core("restorefromrecyclebin", &[("path", bin)]));
    assert_eq!((bob.sees("/bob/folder/note"), bob.sees(bin)), (was_restored, !was_restored));
    // Nobody from outside helps: what is removed for good makes the room.
    bob.core("emptyrecyclebin", &[]).done();
    bob.upload("/bob", "file", &noise(2, 1_000_000)).ok();
    bob.download("/bob/file").holds(&noise(2, 1_000_000));
    assert!(names(&server.data().file("/.cloudlet/staging")).is_empty());
    cloudlet(server.data(), &["check", "--deep"], "").succeeded();
    cloudlet(server.data(), &["audit", "verify"], "").succeeded();
}

#[test]
fn a_full_disk_at_the_start_is_no_reason_not_to_serve() {
    if !may_mount() {
        return;
    }
    let mut cramped = Cramped::start();
    let mut bob = cramped.server.user("bob");
    furnish(&mut bob);
    fill_up(&cramped.server.data().path("filler2"));
    cramped.server.kill();
    cramped.server.start_again();
    bob.follow(&cramped.server);
    bob.download("/bob/file").holds(b"third");
    bob.core("emptyrecyclebin", &[]).done();
    bob.upload("/bob", "file", b"new").ok();
    cloudlet(cramped.server.data(), &["check"], "").succeeded();
}
