//! Every operation on a disk without a free byte. The call succeeds or its message is clear,
//! nothing is lost, and users can free space.

use crate::disk_trouble::{Cramped, fill_up};
use crate::harness::{
    Caller, Data, Launch, PASSWORD, Reply, Server, cloudlet, may_mount, names, noise, wait_until,
};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

/// The ids of a file's contents, the present one first.
fn versions(caller: &mut Caller, name: &str) -> Vec<String> {
    let reply = caller.core("getversions", &[("filepath", "/bob"), ("filename", name)]).xml();
    reply.all("version").map(|version| version.field("fileid").to_owned()).collect()
}

/// True if the call was done, or refused because the disk is full.
fn is_clear(what: &str, reply: &Reply) -> bool {
    if reply.status == 200 && reply.result() == 1 {
        return true;
    }
    let message = reply.clone().refused();
    assert!(["full", "room"].iter().any(|word| message.contains(word)), "{what}: {message}");
    false
}

/// Creates entries of every kind, before the disk is filled to its last byte.
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
    // Without the right to mount, a limit on the size of files replaces the small disk. It cannot
    // fill a disk.
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
    let mut is_first_live = false;
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
            // A comment may still fit. It is sent back.
            if operation == "addcommentforitem" && reply.text().starts_with("<comments>") {
                continue;
            }
            let is_done = is_clear(operation, &reply);
            // A refused call has done nothing.
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
        std::fs::remove_file(server.data().file("/bob/copy")).ok();
        is_first_live |= is_clear("makeversionlive", &bob.core("makeversionlive", &oldest));
        bob.download("/bob/file").holds(if is_first_live { b"first" } else { b"third" });
        assert_eq!(versions(&mut bob, "file").len(), 3, "no content is lost");
        let fields = [("userid", "bob"), ("password", PASSWORD)];
        is_clear("loginguest", &server.guest().core("loginguest", &fields));
    }
    // Moves into the bin and out of it are done completely or not at all.
    let bin = "/bob/recyclebin/note";
    let was_restored = is_clear("restore", &bob.core("restorefromrecyclebin", &[("path", bin)]));
    assert_eq!((bob.sees("/bob/folder/note"), bob.sees(bin)), (was_restored, !was_restored));
    // Removing entries permanently frees space. Users need no other help.
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

/// A server whose disk keeps space in reserve for what people must be able to do when it is full.
fn roomy() -> Server {
    let mut data = Data::empty();
    data.mount("", 64 << 20);
    data.fill();
    Launch::on(data).setting("CLOUDLET_FREE_SPACE_FLOOR_MB", 4).start()
}

#[test]
fn on_a_full_disk_people_sign_in_delete_and_empty_the_bin_whatever_strangers_do() {
    if !may_mount() {
        return;
    }
    let mut server = roomy();
    let mut bob = server.user("bob");
    for number in 0..40 {
        bob.upload("/bob", &format!("file {number}"), &noise(number, 10_000)).ok();
    }
    fill_up(&server.data().path("filler"));
    for number in 0..40 {
        let mut stranger = server.guest();
        for knock in 0..100 {
            let path = format!("/bob/{}", "x".repeat(1000));
            stranger.core("getfilelist", &[("path", &path), ("knock", &knock.to_string())]);
        }
        server.user("bobby");
        server.admin();
        bob.core("deletefile", &[("path", "/bob"), ("name", &format!("file {number}"))]).done();
    }
    assert!(bob.list_names("/bob").is_empty());
    bob.core("emptyrecyclebin", &[]).done();
    std::fs::remove_file(server.data().path("filler")).unwrap();
    let mut admin = server.admin();
    let of = |admin: &mut Caller, fields: &[(&str, &str)]| admin.audit(fields).len();
    assert_eq!(of(&mut admin, &[("operation", "deletefile"), ("outcome", "ok")]), 40);
    assert_eq!(of(&mut admin, &[("operation", "loginguest"), ("username", "bobby")]), 40);
    let strangers = admin.audit(&[("operation", "getfilelist"), ("outcome", "unauthenticated")]);
    assert_eq!(strangers.iter().map(|row| row.number("calls")).sum::<i64>(), 4000);
    assert_eq!(server.stop(), Some(0));
    cloudlet(server.data(), &["audit", "verify"], "").succeeded();
    cloudlet(server.data(), &["check"], "").succeeded();
}

#[test]
fn the_room_that_is_kept_is_given_back_when_there_is_plenty() {
    if !may_mount() {
        return;
    }
    let server = roomy();
    let reserve = server.data().path("reserve");
    let held = |reserve: &Path| std::fs::metadata(reserve).unwrap().blocks() * 512;
    let before = held(&reserve);
    assert_eq!(before, 1 << 20, "a 64th of the disk");
    fill_up(&server.data().path("filler"));
    let mut bob = server.user("bob");
    let change = |bob: &mut Caller| drop(bob.core("setdisplayname", &[("dispname", "Bob")]).done());
    change(&mut bob);
    assert!(held(&reserve) < before);
    std::fs::remove_file(server.data().path("filler")).unwrap();
    change(&mut bob);
    assert_eq!(held(&reserve), before);
}

/// The database is on a small card and the files on a large disk, as in many homes.
#[test]
fn without_room_for_its_rows_nothing_is_added_or_replaced() {
    if !may_mount() {
        return;
    }
    let mut data = Data::empty();
    data.mount("", 64 << 20);
    std::fs::create_dir(data.path("files")).unwrap();
    data.mount("files", 64 << 20);
    data.fill();
    let server = Launch::on(data).setting("CLOUDLET_FREE_SPACE_FLOOR_MB", 4).start();
    let mut bob = server.user("bob");
    furnish(&mut bob);
    bob.upload("/bob", "other", b"before").ok();
    let ids = versions(&mut bob, "file");
    let oldest = [("filepath", "/bob"), ("filename", "file"), ("fileid", ids[2].as_str())];
    // This fills the card, and then uses up the reserved space.
    let filler = server.data().path("filler");
    std::fs::create_dir(&filler).unwrap();
    for number in 0.. {
        fill_up(&filler.join(number.to_string()));
        if !is_clear("setdisplayname", &bob.core("setdisplayname", &[("dispname", "Bob")])) {
            break;
        }
    }
    for _ in 0..3 {
        assert!(!is_clear("makeversionlive", &bob.core("makeversionlive", &oldest)));
        bob.download("/bob/file").holds(b"third");
        bob.core("downloadversionedfile", &oldest).holds(b"first");
    }
    assert_eq!(bob.upload("/bob", "other", b"after").status, 400);
    bob.download("/bob/other").holds(b"before");
    assert_eq!(bob.upload("/bob", "new", b"new").status, 400);
    assert!(!server.data().file("/bob/new").exists());
    std::fs::remove_dir_all(filler).unwrap();
    bob.core("makeversionlive", &oldest).done();
    bob.download("/bob/file").holds(b"first");
    bob.upload("/bob", "other", b"after").ok();
    bob.download("/bob/other").holds(b"after");
    let hidden = server.data().file("/.cloudlet/versions");
    assert_eq!(names(&hidden).len(), 3, "two of one file, one of the other");
    cloudlet(server.data(), &["check", "--deep"], "").succeeded();
}

/// The database and the files are on one disk, which has room for a few blocks: for the step on the
/// disk alone, and not for what is needed to take it back.
#[test]
fn whatever_little_room_is_left_a_refused_call_leaves_the_file_as_it_was() {
    if !may_mount() {
        return;
    }
    let cramped = Cramped::start();
    let server = &cramped.server;
    let mut bob = server.user("bob");
    furnish(&mut bob);
    let room = std::fs::File::options().write(true).open(server.data().path("filler")).unwrap();
    let more = server.data().path("more");
    std::fs::create_dir(&more).unwrap();
    let mut outcomes = [0; 2];
    for number in 0..120 {
        fill_up(&more.join(number.to_string()));
        room.set_len(room.metadata().unwrap().len() - 4096 * (number % 12)).unwrap();
        let (ids, live) = (versions(&mut bob, "file"), bob.download("/bob/file").body);
        let fields = [("filepath", "/bob"), ("filename", "file"), ("fileid", ids[1].as_str())];
        let other = bob.core("downloadversionedfile", &fields).body;
        let is_done = is_clear("makeversionlive", &bob.core("makeversionlive", &fields));
        outcomes[usize::from(is_done)] += 1;
        bob.download("/bob/file").holds(if is_done { &other } else { &live });
        for id in versions(&mut bob, "file") {
            let fields = [("filepath", "/bob"), ("filename", "file"), ("fileid", id.as_str())];
            assert_eq!(bob.core("downloadversionedfile", &fields).status, 200, "{number}");
        }
    }
    assert!(outcomes.iter().all(|count| *count > 0), "{outcomes:?}");
}

/// This disk is full. A disk that has turned read-only after errors would show the same, but no
/// test can produce it.
#[test]
fn a_disk_that_cannot_be_written_is_told_to_who_looks_after_the_server() {
    if !may_mount() {
        return;
    }
    let server = roomy();
    let mut bob = server.user("bob");
    let health = || {
        let reply = server.guest().get("/healthz");
        (reply.status, reply.text().to_owned())
    };
    assert_eq!(health(), (200, "ok\n".into()));
    // This fills the disk and the reserved space.
    while health().0 == 200 {
        fill_up(&server.data().path("filler"));
    }
    assert!(health().1.contains("full"), "{:?}", health());
    std::fs::remove_file(server.data().path("filler")).unwrap();
    bob.core("createfolder", &[("path", "/bob"), ("name", "new")]).done();
    // The server may answer a change a moment before it records the success.
    wait_until("it is well again", Duration::from_secs(10), || health() == (200, "ok\n".into()));
}
