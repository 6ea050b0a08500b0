//! A disk that disappears while files on it are open, and comes back: as it was, with an error, as
//! another disk, empty, or read-only. The server checks its mark before it writes there, reports it
//! on the dashboard, and uses it again without a restart.

use crate::harness::{Caller, OnFaultyDisk, Reply, names, noise, wait_until};
use std::fs;
use std::time::Duration;

const LONGEST: Duration = Duration::from_secs(20);
const TOP: &str = OnFaultyDisk::TOP;
const FILE: &str = "/EXTERNAL/usb/file";

fn is_there(bob: &mut Caller) -> bool {
    bob.core("getfilelist", &[("path", TOP)]).xml().name != "commands"
}

/// The reason that the dashboard gives for the state of the disk; empty if the disk works.
fn reason(scene: &OnFaultyDisk) -> String {
    let volumes = scene.server.admin().administer("getvolumes", &[]).xml();
    let usb = volumes.all("volume").find(|volume| volume.field("name") == "usb").unwrap();
    usb.field("reason").to_owned()
}

fn changes(bob: &mut Caller) -> [Reply; 4] {
    [
        bob.upload(TOP, "file", b"lost"),
        bob.upload(TOP, "new", b"lost"),
        bob.core("createfolder", &[("path", TOP), ("name", "folder")]),
        bob.core("deletefile", &[("path", TOP), ("name", "file")]),
    ]
}

#[test]
fn a_disk_that_falls_off_is_known_by_its_mark_when_it_is_back() {
    let Some(mut scene) = OnFaultyDisk::start(|_| {}) else { return };
    let mut bob = scene.server.user("bob");
    let content = noise(1, 3_000_000);
    bob.upload(TOP, "file", &content).ok();
    let (other, empty) = (scene.ground.path("other"), scene.ground.path("empty"));
    fs::create_dir_all(other.join(".cloudlet")).unwrap();
    fs::create_dir(&empty).unwrap();
    let foreign = "{\"id\": \"0123456789abcdef01234567\"}\n";
    fs::write(other.join(".cloudlet/volume.json"), foreign).unwrap();
    fs::write(other.join("file"), "a stranger's").unwrap();
    let comes_back = [
        ("vanish".to_owned(), "may not be connected"),
        ("break".to_owned(), "The disk is not there."),
        (format!("return {}", other.display()), "Another disk is in its place."),
        (format!("return {}", empty.display()), "may not be connected"),
    ];
    for (how, said) in comes_back {
        if how.starts_with("return") {
            scene.disk.tell("vanish");
        }
        scene.disk.tell(&how);
        wait_until(&format!("the disk is missed: {said}"), LONGEST, || reason(&scene).contains(said));
        for reply in changes(&mut bob) {
            assert!(reply.message().contains("is not there."), "{how}: {reply:?}");
        }
        bob.upload("/bob", "own", b"works").ok();
        // The server creates and removes nothing there.
        assert_eq!(names(&other), [".cloudlet", "file"]);
        assert_eq!(names(&other.join(".cloudlet")), ["volume.json"]);
        assert_eq!(fs::read(other.join("file")).unwrap(), b"a stranger's");
        assert_eq!(names(&empty), Vec::<String>::new());
        if how != "vanish" {
            scene.disk.tell("vanish");
        }
        let source = scene.source("");
        scene.disk.tell(&format!("return {}", source.display()));
        wait_until("the disk is back", LONGEST, || is_there(&mut bob));
        bob.download(FILE).holds(&content);
        assert_eq!(bob.list_names(TOP), ["file"]);
    }
    bob.upload(TOP, "file", b"goes on").ok();
    super::faulty::check(&mut scene);
}

#[test]
fn a_disk_that_becomes_read_only_is_read_and_written_again_when_it_is_well() {
    let Some(mut scene) = OnFaultyDisk::start(|_| {}) else { return };
    let mut bob = scene.server.user("bob");
    bob.upload(TOP, "file", b"kept").ok();
    scene.disk.tell("fault what=EROFS on=changes");
    for reply in changes(&mut bob) {
        assert_eq!(reply.message(), "The disk is read-only.", "{reply:?}");
    }
    bob.download(FILE).holds(b"kept");
    assert_eq!(bob.list_names(TOP), ["file"]);
    scene.disk.tell("heal");
    bob.upload(TOP, "file", b"again").ok();
    bob.download(FILE).holds(b"again");
    super::faulty::check(&mut scene);
}
