//! Disks that do not do what they report: hard links that are copies, exchanges that destroy a
//! file, times that are not stored, listings and names that appear late. Nothing is lost on them,
//! and the server reports what they cannot do.

use super::faulty::{check, new, old};
use crate::harness::{Caller, OnFaultyDisk, names, noise, wait_until};
use std::time::Duration;

const LONGEST: Duration = Duration::from_secs(20);
const TOP: &str = OnFaultyDisk::TOP;
const FILE: &str = "/EXTERNAL/usb/file";

fn versions(bob: &mut Caller) -> usize {
    let reply = bob.core("getversions", &[("filepath", TOP), ("filename", "file")]).xml();
    reply.all("version").count()
}

/// The value of a field of the disk in the admin portal.
fn told(scene: &OnFaultyDisk, field: &str) -> String {
    let volumes = scene.server.admin().administer("getvolumes", &[]).xml();
    let usb = volumes.all("volume").find(|volume| volume.field("name") == "usb").unwrap();
    usb.field(field).to_owned()
}

/// Replaces, moves and deletes on a disk, and checks everything that must exist.
fn everything_is_kept(scene: &mut OnFaultyDisk) {
    let mut bob = scene.server.user("bob");
    bob.upload(TOP, "file", &old()).ok();
    bob.upload(TOP, "file", &new()).ok();
    bob.upload(TOP, "file", &noise(3, 100)).ok();
    bob.download(FILE).holds(&noise(3, 100));
    assert_eq!(versions(&mut bob), 3);
    assert_eq!(names(&scene.source(".cloudlet/staging")), Vec::<String>::new());
    let kept = scene.source(".cloudlet/versions");
    let mut contents: Vec<Vec<u8>> =
        names(&kept).iter().map(|id| std::fs::read(kept.join(id)).unwrap()).collect();
    contents.sort_by_key(Vec::len);
    assert_eq!(contents, [old(), new()]);
    bob.core("createfolder", &[("path", TOP), ("name", "folder")]).done();
    bob.core("renameormove", &[("fromname", FILE), ("toname", "/EXTERNAL/usb/folder/file")]).done();
    bob.core("deletefile", &[("path", TOP), ("name", "folder")]).done();
    let back = [("fromname", "/EXTERNAL/usb/recyclebin/folder"), ("toname", "/EXTERNAL/usb/folder")];
    bob.core("renameormove", &back).done();
    bob.download("/EXTERNAL/usb/folder/file").holds(&noise(3, 100));
    check(scene);
}

#[test]
fn what_a_disk_only_promises_is_not_used() {
    for (lie, lacks) in [
        ("links=copy", "hardlinks"),
        ("links=touch", "hardlinks"),
        ("links=refuse", "hardlinks"),
        ("exchange=destroy", "swap"),
        ("links=touch exchange=destroy", "swap"),
        ("links=copy exchange=refuse noreplace=ignore", "hardlinks"),
        ("noreplace=refuse", ""),
        ("noreplace=ignore", ""),
        ("times=now", "dates"),
        ("modes=same", "permissions"),
        // As rclone's mount and smbnetfs.
        ("attributes=broken", ""),
        ("space=untold", ""),
    ] {
        let lying = |disk: &mut crate::harness::FaultyDisk| drop(disk.tell(&format!("behave {lie}")));
        let Some(mut scene) = OnFaultyDisk::start(lying) else { return };
        let capabilities = told(&scene, "capabilities");
        let is_lacking = !lacks.is_empty() && capabilities.split(',').any(|one| one == lacks);
        assert!(!is_lacking, "{lie}: {capabilities}");
        everything_is_kept(&mut scene);
    }
}

#[test]
fn a_check_and_the_portal_tell_what_was_tried() {
    let lying = |disk: &mut crate::harness::FaultyDisk| {
        drop(disk.tell("behave links=copy times=seconds exchange=destroy"));
    };
    let Some(mut scene) = OnFaultyDisk::start(lying) else { return };
    assert_eq!(
        (told(&scene, "namebytesmax"), told(&scene, "timestepns")),
        ("255".into(), "1000000000".into())
    );
    let capabilities = told(&scene, "capabilities");
    let can: Vec<&str> = capabilities.split(',').collect();
    assert!(
        ["replace", "filesync", "namesync", "case"].iter().all(|one| can.contains(one)),
        "{capabilities}"
    );
    assert!(!can.contains(&"hardlinks") && !can.contains(&"swap"), "{capabilities}");
    let said = check(&mut scene);
    let line = said.lines().find(|line| line.starts_with("note: The disk usb (fuse) has ")).expect(&said);
    let lacks = line.split("; lacks ").nth(1).expect(line);
    assert!(lacks.starts_with("links, swapping of files"), "{line}");
    assert!(line.ends_with("names of up to 255 bytes, and times in steps of 1000000000 ns."), "{line}");
}

#[test]
fn a_disk_that_does_nothing_safely_can_be_read_and_says_why() {
    for (fault, reason) in [
        ("fault what=EOPNOTSUPP on=fsync", "it does not confirm that a file is written"),
        // As rclone's mount without a cache: a file that is synced is there only once it is closed.
        ("behave unclosed=unseen", "it does not confirm that a file is written"),
        // As smbnetfs: a file cannot be renamed while it is open.
        ("behave unclosed=fixed", "it cannot replace a file by another in one step"),
        ("fault what=EINVAL on=rename path=/new", "it cannot replace a file by another in one step"),
    ] {
        let Some(mut scene) = OnFaultyDisk::start(|_| {}) else { return };
        let mut bob = scene.server.user("bob");
        bob.upload(TOP, "file", &old()).ok();
        assert_eq!(scene.server.stop(), Some(0));
        scene.disk.tell(fault);
        scene.server.start_again();
        bob = scene.server.user("bob");
        assert_eq!(told(&scene, "state"), "readonly");
        assert_eq!(told(&scene, "reason"), format!("It can only be read: {reason}."));
        let cause = if reason.contains("replace") { "no-replace" } else { "no-filesync" };
        assert_eq!(told(&scene, "cause"), cause);
        bob.download(FILE).holds(&old());
        for reply in [
            bob.upload(TOP, "file", &new()),
            bob.upload(TOP, "other", &new()),
            bob.core("deletefile", &[("path", TOP), ("name", "file")]),
            bob.core("renamefile", &[("path", TOP), ("name", "file"), ("newname", "other")]),
            bob.core("createfolder", &[("path", TOP), ("name", "new")]),
        ] {
            let message = reply.refused();
            assert_eq!(message, format!("This disk can only be read: {reason}."));
        }
        assert_eq!(bob.list_names(TOP), ["file"]);
        bob.upload("/bob", "file", &new()).ok();
        bob.download(FILE).holds(&old());
    }
}

#[test]
fn a_name_that_is_not_shown_for_a_moment_is_waited_for() {
    let Some(mut scene) = OnFaultyDisk::start(|_| {}) else { return };
    let mut bob = scene.server.user("bob");
    bob.upload(TOP, "file", &old()).ok();
    // The disk behaves as ceph-fuse 16: after a rename over a file, its second name is not found
    // for a while.
    scene.disk.tell("behave linked=shown_late");
    bob.upload(TOP, "file", &new()).ok();
    assert_eq!(versions(&mut bob), 2);
    assert_eq!(names(&scene.source(".cloudlet/staging")), Vec::<String>::new());
    scene.disk.tell("heal");
    check(&mut scene);
}

#[test]
fn an_old_content_that_is_not_shown_is_told_and_becomes_a_version_when_it_is() {
    let Some(mut scene) = OnFaultyDisk::start(|_| {}) else { return };
    let mut bob = scene.server.user("bob");
    bob.upload(TOP, "file", &old()).ok();
    scene.disk.tell("behave linked=unseen");
    let reply = bob.upload(TOP, "file", &new());
    let message = reply.message();
    assert_eq!(reply.status, 500, "{message}");
    assert!(message.contains("The new content is saved."), "{message}");
    assert_eq!(names(&scene.source(".cloudlet/versions")), Vec::<String>::new());
    wait_until("the log says so", LONGEST, || {
        scene.server.log().contains("failed half-way and will be tried again later")
    });
    bob.download(FILE).holds(&new());
    scene.disk.tell("heal");
    // Any later change finishes it. No restart is needed.
    bob.core("createfolder", &[("path", TOP), ("name", "folder")]).done();
    wait_until("the old content is a version", LONGEST, || {
        let kept = scene.source(".cloudlet/versions");
        names(&kept).iter().any(|id| std::fs::read(kept.join(id)).unwrap() == old())
    });
    assert_eq!(names(&scene.source(".cloudlet/staging")), Vec::<String>::new());
    check(&mut scene);
}

#[test]
fn a_check_in_the_portal_ends_what_an_earlier_version_left_and_names_it() {
    let Some(scene) = OnFaultyDisk::start(|_| {}) else { return };
    let mut bob = scene.server.user("bob");
    bob.upload(TOP, "file", &old()).ok();
    // Earlier versions of cloudlet left such files on CephFS.
    std::fs::write(scene.source(".cloudlet/staging/abc.old.def"), b"older").unwrap();
    let mut admin = scene.server.admin();
    admin.administer("startcheck", &[("deep", "0")]).done();
    let kept = scene.source(".cloudlet/versions/def");
    let binned = scene.source(".cloudlet/trash/def");
    wait_until("it is kept", LONGEST, || kept.exists() || binned.exists());
    wait_until("the check has ended", LONGEST, || {
        let checks = admin.administer("getchecks", &[]).xml();
        checks.child("meta").number("isrunning") == 0
            && checks.all("check").any(|check| check.number("mended") >= 1 && check.number("wrong") == 0)
    });
    assert!(scene.server.log().contains("becomes the version def"), "{}", scene.server.log());
    assert_eq!(names(&scene.source(".cloudlet/staging")), Vec::<String>::new());
}
