//! Disks that can do less than others: exFAT, as on most sticks, where this machine can make and mount one.

use crate::harness::{Caller, Data, Launch, Server, may_mount, names};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const IMAGE_BYTES: u64 = 64 << 20;

/// A stick that is unmounted when it is dropped.
struct Stick {
    directory: PathBuf,
    device: String,
}

impl Stick {
    /// `None` where there is no exFAT: neither in the kernel nor as a program (Debian's exfatprogs and exfat-fuse).
    fn mount(image: &Path, directory: &Path) -> Option<Stick> {
        fs::File::create(image).unwrap().set_len(IMAGE_BYTES).unwrap();
        let run = |program: &str, arguments: &[&str]| {
            let done = Command::new(program).args(arguments).output().ok()?;
            done.status.success().then(|| String::from_utf8_lossy(&done.stdout).trim().to_owned())
        };
        let (image, place) = (image.to_str().unwrap(), directory.to_str().unwrap());
        run("mkfs.exfat", &[image])?;
        let device = run("losetup", &["-f", "--show", image])?;
        let stick = Stick { directory: directory.to_owned(), device };
        let mounted = run("mount", &["-t", "exfat", &stick.device, place])
            .or_else(|| run("mount.exfat-fuse", &[&stick.device, place]));
        mounted.map(|_| stick)
    }
}

impl Drop for Stick {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("--lazy").arg(&self.directory).output());
        drop(Command::new("losetup").arg("-d").arg(&self.device).output());
    }
}

fn ground() -> Option<(Server, Caller, Stick)> {
    if !may_mount() {
        return None;
    }
    let data = Data::with_accounts();
    let directory = data.path("stick");
    fs::create_dir(&directory).unwrap();
    let stick = Stick::mount(&data.path("image"), &directory)?;
    let launch = Launch::on(data).setting("CLOUDLET_VOLUMES", format!("stick={}", directory.display()));
    let server = launch.setting("CLOUDLET_FREE_SPACE_FLOOR_MB", 1).start();
    let bob = server.user("bob");
    Some((server, bob, stick))
}

const TOP: &str = "/EXTERNAL/stick";

#[test]
fn a_stick_holds_files_versions_and_a_bin() {
    let Some((mut server, mut bob, stick)) = ground() else { return };
    for content in ["one", "two", "three"] {
        bob.upload(TOP, "Note.txt", content.as_bytes()).ok();
    }
    bob.download("/EXTERNAL/stick/Note.txt").holds(b"three");
    let of = [("filepath", TOP), ("filename", "Note.txt")];
    let versions = bob.core("getversions", &of).xml();
    assert_eq!(versions.all("version").count(), 3);
    assert_eq!(names(&stick.directory.join(".cloudlet/staging")), Vec::<String>::new());
    bob.core("createfolder", &[("path", TOP), ("name", "Folder")]).done();
    bob.core("renameormove", &[("fromname", "/EXTERNAL/stick/Note.txt"), ("toname", "/bob/Note.txt")]).done();
    bob.core("renameormove", &[("fromname", "/bob/Note.txt"), ("toname", "/EXTERNAL/stick/Folder/Note.txt")])
        .done();
    bob.core("deletefile", &[("path", TOP), ("name", "Folder")]).done();
    bob.core(
        "renameormove",
        &[("fromname", "/EXTERNAL/stick/recyclebin/Folder"), ("toname", "/EXTERNAL/stick/Folder")],
    )
    .done();
    bob.download("/EXTERNAL/stick/Folder/Note.txt").holds(b"three");
    assert!(server.log().contains("names that differ only in case are one"), "{}", server.log());
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn names_that_a_stick_cannot_hold_are_refused_with_the_reason() {
    let Some((_server, mut bob, stick)) = ground() else { return };
    bob.upload("/bob", "a:b", b"x").ok();
    bob.upload(TOP, "plain", b"x").ok();
    let message = bob.upload(TOP, "a:b", b"x").refused();
    assert_eq!(message, "This disk cannot store names with the character : in them.");
    for reply in [
        bob.core("createfolder", &[("path", TOP), ("name", "what?")]),
        bob.core("renamefile", &[("path", TOP), ("name", "plain"), ("newname", "pl*in")]),
        bob.core("copyfile", &[("path", TOP), ("name", "plain"), ("copyto", TOP), ("copytoname", "\"p\"")]),
        bob.core("renameormove", &[("fromname", "/bob/a:b"), ("toname", "/EXTERNAL/stick/a:b")]),
    ] {
        let message = reply.refused();
        assert!(message.starts_with("This disk cannot store names with the character"), "{message}");
    }
    bob.download("/bob/a:b").holds(b"x");
    assert_eq!(names(&stick.directory), [".cloudlet", "plain"]);
}

#[test]
fn names_that_differ_only_in_case_are_one() {
    let Some((server, mut bob, stick)) = ground() else { return };
    bob.core("createfolder", &[("path", TOP), ("name", "Folder")]).done();
    bob.upload("/EXTERNAL/stick/Folder", "Note", b"one").ok();
    let fields = [
        ("fullpath", "/EXTERNAL/stick/FOLDER/note"),
        ("parent", "/EXTERNAL/stick/FOLDER"),
        ("isfile", "1"),
        ("text", "seen"),
    ];
    assert_eq!(bob.core("addcommentforitem", &fields).xml().name, "comments");
    bob.upload("/EXTERNAL/stick/folder", "NOTE", b"two").ok();
    assert_eq!(names(&stick.directory.join("Folder")), ["Note"]);
    assert_eq!(bob.list_names("/EXTERNAL/stick/Folder"), ["Note"]);
    bob.download("/EXTERNAL/stick/fOLDER/nOTE").holds(b"two");
    // What hangs on the one is found by either spelling.
    for path in ["/EXTERNAL/stick/Folder/Note", "/EXTERNAL/stick/folder/note"] {
        let comments = bob.core("getcommentsforitem", &[("fullpath", path)]).xml();
        assert_eq!(comments.all("comment").count(), 1, "{path}");
    }
    let versions =
        bob.core("getversions", &[("filepath", "/EXTERNAL/stick/Folder"), ("filename", "note")]).xml();
    assert_eq!(versions.all("version").count(), 2);
    // A lock is no matter of spelling.
    let mut alice = server.user("alice");
    alice.core("lock", &[("path", "/EXTERNAL/stick/Folder/Note")]).done();
    bob.upload("/EXTERNAL/stick/FOLDER", "note", b"three").refused();
    // Another spelling can be given.
    let fields = [("path", "/EXTERNAL/stick/Folder"), ("name", "Note"), ("newname", "NOTE")];
    alice.core("renamefile", &fields).done();
    assert_eq!(names(&stick.directory.join("Folder")), ["NOTE"]);
}
