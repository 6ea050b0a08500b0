//! Changes by other programs that are noticed without a visit, if the setting demands that.

use crate::harness::{Caller, Data, Launch, Server, wait_until};
use std::fs;
use std::time::Duration;

const LONGEST: Duration = Duration::from_secs(10);

fn server(watching: &str) -> Server {
    let data = Data::with_accounts();
    let disk = data.path("disk");
    fs::create_dir_all(disk.join("inside")).unwrap();
    let launch = Launch::on(data).setting("CLOUDLET_VOLUMES", format!("usb={}", disk.display()));
    launch.setting("CLOUDLET_WATCH_CHANGES", watching).start()
}

fn say(caller: &mut Caller, path: &str) {
    let parent = path.rsplit_once('/').unwrap().0;
    let fields = [("fullpath", path), ("parent", parent), ("isfile", "1"), ("text", "seen")];
    assert_eq!(caller.core("addcommentforitem", &fields).xml().name, "comments");
}

/// True if there is a comment at a path. This question visits no folder.
fn is_commented(caller: &mut Caller, path: &str) -> bool {
    let reply = caller.core("getcommentsforitem", &[("fullpath", path)]).xml();
    reply.name == "comments" && reply.all("comment").count() == 1
}

#[test]
fn a_move_by_hand_is_noticed_without_a_visit() {
    let server = server("always");
    let mut bob = server.user("bob");
    for root in ["/bob", "/EXTERNAL/usb"] {
        let directory = match root {
            "/bob" => server.data().file("/bob"),
            _ => server.data().path("disk"),
        };
        bob.core("createfolder", &[("path", root), ("name", "old"), ("subpath", "deep")]).done();
        bob.upload(&format!("{root}/old/deep"), "note", b"x").ok();
        say(&mut bob, &format!("{root}/old/deep/note"));
        fs::rename(directory.join("old/deep/note"), directory.join("old/renamed")).unwrap();
        wait_until("the file is followed", LONGEST, || {
            is_commented(&mut bob, &format!("{root}/old/renamed"))
        });
        // The file moves into a new folder, and a folder above it is renamed.
        fs::create_dir(directory.join("new")).unwrap();
        fs::rename(directory.join("old/renamed"), directory.join("new/note")).unwrap();
        wait_until("the new folder is watched", LONGEST, || {
            is_commented(&mut bob, &format!("{root}/new/note"))
        });
        fs::rename(directory.join("new"), directory.join("newer")).unwrap();
        wait_until("the folder is followed", LONGEST, || {
            is_commented(&mut bob, &format!("{root}/newer/note"))
        });
        fs::rename(directory.join("newer/note"), directory.join("newer/last")).unwrap();
        wait_until("a moved folder is watched", LONGEST, || {
            is_commented(&mut bob, &format!("{root}/newer/last"))
        });
    }
    assert!(server.log().contains("folders are watched"), "{}", server.log());
}

#[test]
fn without_the_setting_nothing_is_watched() {
    let mut server = server("no");
    let mut bob = server.user("bob");
    bob.upload("/bob", "note", b"x").ok();
    say(&mut bob, "/bob/note");
    fs::rename(server.data().file("/bob/note"), server.data().file("/bob/renamed")).unwrap();
    std::thread::sleep(Duration::from_secs(1));
    assert!(!is_commented(&mut bob, "/bob/renamed"));
    bob.list("/bob");
    wait_until("a visit finds it", LONGEST, || is_commented(&mut bob, "/bob/renamed"));
    assert!(!server.log().contains("watched"), "{}", server.log());
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_disk_that_comes_is_watched_too() {
    let data = Data::with_accounts();
    let disk = data.path("disk");
    let launch = Launch::on(data).setting("CLOUDLET_VOLUMES", format!("usb={}", disk.display()));
    let mut server = launch.setting("CLOUDLET_WATCH_CHANGES", "always").start();
    let mut bob = server.user("bob");
    fs::create_dir_all(disk.join("inside")).unwrap();
    wait_until("it is there", LONGEST, || {
        bob.core("getfilelist", &[("path", "/EXTERNAL/usb")]).xml().name == "entries"
    });
    bob.upload("/EXTERNAL/usb", "note", b"x").ok();
    say(&mut bob, "/EXTERNAL/usb/note");
    wait_until("it is watched", LONGEST, || server.log().contains("those of /EXTERNAL/usb"));
    fs::rename(disk.join("note"), disk.join("inside/note")).unwrap();
    wait_until("it is followed", LONGEST, || is_commented(&mut bob, "/EXTERNAL/usb/inside/note"));
    assert_eq!(server.stop(), Some(0));
}
