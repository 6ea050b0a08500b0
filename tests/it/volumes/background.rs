//! Background work that is inside a disk at the moment when the disk hangs. The other disks are
//! served meanwhile, and this one is as soon as it answers again.

use crate::harness::{Caller, OnFaultyDisk, wait_until};
use std::fs;
use std::time::Duration;

const TOP: &str = OnFaultyDisk::TOP;
/// The server counts a disk as hung after half a minute.
const LONGEST: Duration = Duration::from_secs(90);

/// Creates a file with a comment. The comment follows the file only after a visit of its folder.
fn put_commented(caller: &mut Caller, folder: &str) {
    caller.core("createfolder", &[("path", folder), ("name", "watched")]).done();
    let folder = format!("{folder}/watched");
    caller.upload(&folder, "first", b"content").ok();
    let path = format!("{folder}/first");
    let fields = [("fullpath", path.as_str()), ("parent", &folder), ("isfile", "1"), ("text", "seen")];
    assert_eq!(caller.core("addcommentforitem", &fields).xml().name, "comments");
}

/// True if the comment has followed the file. This question visits no folder.
fn has_followed(caller: &mut Caller, path: &str) -> bool {
    let reply = caller.core("getcommentsforitem", &[("fullpath", path)]).xml();
    reply.name == "comments" && reply.all("comment").count() == 1
}

#[test]
fn work_in_the_background_goes_on_beside_the_disk_that_holds_it_up() {
    let watching = |launch: crate::harness::Launch| launch.setting("CLOUDLET_WATCH_CHANGES", "always");
    let Some(mut on_disk) = OnFaultyDisk::start_with(|_| {}, watching) else { return };
    let OnFaultyDisk { disk, server, ground: _ground } = &mut on_disk;
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    let (mine, usb) = (server.data().file("/bob"), disk.directory.clone());
    put_commented(&mut bob, "/bob");
    put_commented(&mut bob, TOP);

    // First the watching thread and then a check enter the disk and hang. Then every call on the
    // disk hangs.
    disk.tell("fault what=hang on=opendir");
    fs::write(usb.join("watched/by hand"), "x").unwrap();
    disk.wait_until_hanging(1);
    admin.administer("startcheck", &[("deep", "1")]).done();
    disk.wait_until_hanging(2);
    disk.tell("fault what=hang");

    fs::rename(mine.join("watched/first"), mine.join("watched/second")).unwrap();
    wait_until("others are watched", LONGEST, || has_followed(&mut bob, "/bob/watched/second"));
    let mut answer = None;
    wait_until("the check ends", LONGEST, || {
        let checks = admin.administer("getchecks", &[]).xml();
        let has_ended = checks.child("meta").number("isrunning") == 0 && checks.all("check").count() == 1;
        answer = has_ended.then_some(checks);
        has_ended
    });
    let check = answer.unwrap().all("check").next().unwrap().clone();
    assert_eq!((check.number("files"), check.field("failure")), (1, ""), "{check:?}");
    let findings = check.field("findings");
    assert!(findings.contains("not checked: The disk usb has not answered since"), "{findings}");

    disk.tell("heal");
    let first = format!("{TOP}/watched/first");
    // The server refuses calls until it knows that the disk answers.
    wait_until("the disk is entered again", LONGEST, || {
        bob.core("fileinfo", &[("file", &first)]).status == 200
    });
    assert!(bob.sees(&first));
    let second = format!("{TOP}/watched/second");
    let mut is_second = false;
    wait_until("the disk is watched again", LONGEST, || {
        if !is_second {
            fs::rename(usb.join("watched/first"), usb.join("watched/second")).unwrap();
            is_second = true;
        }
        has_followed(&mut bob, &second)
    });
    admin.administer("startcheck", &[("deep", "1")]).done();
    wait_until("everything is checked again", LONGEST, || {
        let checks = admin.administer("getchecks", &[]).xml();
        let check = checks.all("check").next().unwrap();
        checks.child("meta").number("isrunning") == 0 && check.number("files") >= 3
    });
}
