//! A disk that is missing. Each call says so, nothing is created in its place, nothing is
//! forgotten, and everything works when it is back.
//!
//! The tests rename a directory and put an empty one in its place. To the program this looks like
//! the mount point of a disk that has gone.

use crate::harness::{Caller, Data, Launch, Server, cloudlet, names, wait_until};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

const LONGEST: Duration = Duration::from_secs(10);

/// The path of a directory while it is away.
fn away(directory: &Path) -> PathBuf {
    directory.with_extension("away")
}

/// Takes a disk away. Its empty mount point stays.
fn unplug(directory: &Path) {
    fs::rename(directory, away(directory)).unwrap();
    fs::create_dir(directory).unwrap();
}

fn plug_in(directory: &Path) {
    fs::remove_dir(directory).unwrap();
    fs::rename(away(directory), directory).unwrap();
}

fn comment(server: &Server, path: &str, text: &str) {
    let parent = path.rsplit_once('/').unwrap().0;
    let fields = [("fullpath", path), ("parent", parent), ("isfile", "1"), ("text", text)];
    assert_eq!(server.user("bob").core("addcommentforitem", &fields).xml().name, "comments");
}

fn comments(server: &Server, path: &str) -> Vec<String> {
    let root = server.user("bob").core("getcommentsforitem", &[("fullpath", path)]).xml();
    root.all("comment").map(|one| one.field("text").to_owned()).collect()
}

fn is_away(caller: &mut Caller, folder: &str) -> bool {
    caller.core("getfilelist", &[("path", folder)]).xml().name == "commands"
}

/// Checks the message of a call that failed because a disk is missing.
#[track_caller]
fn says_so(message: &str, disk: &str) {
    assert!(message.contains("not there") && message.contains(disk), "{message}");
}

/// Every operation with a path on a missing disk must say so, and create nothing.
fn all_doors_say_so(server: &Server, root: &str, directory: &Path, disk: &str) {
    let mut bob = server.user("bob");
    let file = format!("{root}/file");
    for (operation, fields) in [
        ("getfilelist", vec![("path", root)]),
        ("fileinfo", vec![("file", &*file)]),
        ("fileexists", vec![("file", &file)]),
        ("createfolder", vec![("path", root), ("name", "new")]),
        ("deletefile", vec![("path", root), ("name", "file")]),
        ("renamefile", vec![("path", root), ("name", "file"), ("newname", "other")]),
        ("copyfile", vec![("path", root), ("name", "file"), ("copyto", root), ("copytoname", "copy")]),
        ("getversions", vec![("filepath", root), ("filename", "file")]),
        ("getcommentsforitem", vec![("fullpath", &file)]),
    ] {
        says_so(&bob.core(operation, &fields).refused(), disk);
    }
    says_so(&bob.upload(root, "new", b"x").refused(), disk);
    says_so(&bob.download(&file).failed(503), disk);
    let delta =
        bob.post("/app/sync/getsyncdelta", &[("path", root), ("name", root), ("status", "server,0;")]);
    says_so(&delta.message(), disk);
    assert!(names(directory).is_empty(), "nothing is made on an empty mount point");
}

#[test]
fn a_cloud_whose_disk_is_not_there_says_so_and_finds_it_when_it_is_back() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "file", b"one").ok();
    bob.upload("/bob", "file", b"two").ok();
    comment(&server, "/bob/file", "seen");
    let files = server.data().path("files");
    // The disk goes while the server runs.
    unplug(&files);
    wait_until("the disk is missed", LONGEST, || is_away(&mut bob, "/bob"));
    all_doors_say_so(&server, "/bob", &files, "accounts' files");
    // A restart without the disk must not begin an empty cloud.
    assert_eq!(server.stop(), Some(0));
    server.start_again();
    all_doors_say_so(&server, "/bob", &files, "accounts' files");
    let said = cloudlet(server.data(), &["check"], "").failed();
    says_so(&said, "accounts' files");
    assert!(names(&files).is_empty());
    plug_in(&files);
    let mut bob = server.user("bob");
    wait_until("the disk is back", LONGEST, || !is_away(&mut bob, "/bob"));
    bob.download("/bob/file").holds(b"two");
    assert_eq!(comments(&server, "/bob/file"), ["seen"]);
    let versions = bob.core("getversions", &[("filepath", "/bob"), ("filename", "file")]).xml();
    assert_eq!(versions.all("version").count(), 2);
    bob.upload("/bob", "file", b"three").ok();
    cloudlet(server.data(), &["check"], "").succeeded();
}

#[test]
fn another_disk_in_its_place_is_not_taken_for_it() {
    let mut server = Server::start();
    server.user("bob").upload("/bob", "file", b"one").ok();
    assert_eq!(server.stop(), Some(0));
    // This is the disk of another cloud, which has a bob too.
    let other = Data::with_accounts();
    fs::write(other.file("/bob/foreign"), "x").unwrap();
    let mark = other.file("/.cloudlet/volume.json");
    fs::write(&mark, "{\"id\": \"0123456789abcdef01234567\"}\n").unwrap();
    let files = server.data().path("files");
    fs::rename(&files, away(&files)).unwrap();
    fs::rename(other.path("files"), &files).unwrap();
    server.start_again();
    let mut bob = server.user("bob");
    let message = bob.core("getfilelist", &[("path", "/bob")]).refused();
    assert!(message.contains("Another disk"), "{message}");
    bob.upload("/bob", "new", b"x").refused();
    assert_eq!(names(&files.join("bob")), ["foreign"]);
    assert!(server.log().contains("Another disk"), "{}", server.log());
}

/// A server with a second volume, a directory of its data, in which there is a file.
fn with_disk() -> (Server, PathBuf) {
    let data = Data::with_accounts();
    let disk = data.path("disk");
    fs::create_dir(&disk).unwrap();
    fs::write(disk.join("file"), "one").unwrap();
    let server = Launch::on(data).setting("CLOUDLET_VOLUMES", format!("usb={}", disk.display())).start();
    (server, disk)
}

#[test]
fn a_further_disk_comes_and_goes() {
    let (mut server, disk) = with_disk();
    let mut bob = server.user("bob");
    bob.upload("/EXTERNAL/usb", "file", b"two").ok();
    bob.upload("/EXTERNAL/usb", "gone", b"x").ok();
    bob.core("deletefile", &[("path", "/EXTERNAL/usb"), ("name", "gone")]).done();
    comment(&server, "/EXTERNAL/usb/file", "seen");
    unplug(&disk);
    wait_until("the disk is missed", LONGEST, || is_away(&mut bob, "/EXTERNAL/usb"));
    all_doors_say_so(&server, "/EXTERNAL/usb", &disk, "usb");
    // The disk is still listed, and the rest of the cloud works.
    assert_eq!(bob.list_names("/EXTERNAL"), ["usb"]);
    bob.upload("/bob", "other", b"y").ok();
    assert_eq!(server.stop(), Some(0));
    server.start_again();
    all_doors_say_so(&server, "/EXTERNAL/usb", &disk, "usb");
    plug_in(&disk);
    let mut bob = server.user("bob");
    wait_until("the disk is back", LONGEST, || !is_away(&mut bob, "/EXTERNAL/usb"));
    bob.download("/EXTERNAL/usb/file").holds(b"two");
    assert_eq!(comments(&server, "/EXTERNAL/usb/file"), ["seen"]);
    assert_eq!(bob.list_names("/EXTERNAL/usb/recyclebin"), ["gone"]);
    let versions = bob.core("getversions", &[("filepath", "/EXTERNAL/usb"), ("filename", "file")]).xml();
    assert_eq!(versions.all("version").count(), 2);
}

#[test]
fn an_upload_in_parts_goes_on_when_its_disk_is_back() {
    let (mut server, disk) = with_disk();
    let mut bob = server.user("bob");
    let part = |bob: &mut Caller, offset: usize, bytes: &[u8]| {
        let target = format!(
            "/core/upload?path=/EXTERNAL/usb&filename=long&offset={offset}&filesize=6&complete={}",
            u8::from(offset > 0)
        );
        let body = crate::harness::Multipart::new().file("file", "x", bytes);
        bob.send(&crate::harness::Request::multipart(&target, body))
    };
    part(&mut bob, 0, b"abc").ok();
    assert_eq!(server.stop(), Some(0));
    unplug(&disk);
    server.start_again();
    bob.follow(&server);
    says_so(&part(&mut bob, 3, b"def").refused(), "usb");
    plug_in(&disk);
    wait_until("the disk is back", LONGEST, || !is_away(&mut bob, "/EXTERNAL/usb"));
    part(&mut bob, 3, b"def").ok();
    bob.download("/EXTERNAL/usb/long").holds(b"abcdef");
}

#[test]
fn an_empty_mount_point_does_not_become_a_volume() {
    let data = Data::with_accounts();
    let disk = data.path("disk");
    fs::create_dir(&disk).unwrap();
    let server = Launch::on(data).setting("CLOUDLET_VOLUMES", format!("usb={}", disk.display())).start();
    let mut bob = server.user("bob");
    let message = bob.core("getfilelist", &[("path", "/EXTERNAL/usb")]).refused();
    assert!(message.contains("no disk is mounted there"), "{message}");
    assert!(names(&disk).is_empty());
    // A folder in the directory shows that the directory itself is meant as the volume.
    fs::create_dir(disk.join("Photos")).unwrap();
    wait_until("it is taken", LONGEST, || {
        bob.core("getfilelist", &[("path", "/EXTERNAL/usb")]).xml().name == "entries"
    });
    assert_eq!(bob.list_names("/EXTERNAL/usb"), ["Photos"]);
    assert!(disk.join(".cloudlet/volume.json").exists());
}

#[test]
fn a_disk_that_is_declared_by_another_name_brings_along_what_is_known_of_it() {
    let (mut server, disk) = with_disk();
    let mut bob = server.user("bob");
    bob.upload("/EXTERNAL/usb", "file", b"two").ok();
    comment(&server, "/EXTERNAL/usb/file", "seen");
    bob.upload("/EXTERNAL/usb", "gone", b"x").ok();
    bob.core("deletefile", &[("path", "/EXTERNAL/usb"), ("name", "gone")]).done();
    for name in ["volume.usb", "stick"] {
        assert_eq!(server.stop(), Some(0));
        server.change_setting("CLOUDLET_VOLUMES", format!("{name}={}", disk.display()));
        server.start_again();
        assert_eq!(server.user("bob").list_names("/EXTERNAL"), [name]);
        assert_eq!(comments(&server, &format!("/EXTERNAL/{name}/file")), ["seen"]);
    }
    let mut bob = server.user("bob");
    let versions = bob.core("getversions", &[("filepath", "/EXTERNAL/stick"), ("filename", "file")]).xml();
    assert_eq!(versions.all("version").count(), 2);
    assert_eq!(bob.list("/EXTERNAL/stick/recyclebin")[0].field("deletedfrom"), "/EXTERNAL/stick/gone");
    // The disk is declared with two names. It keeps the one that it has.
    assert_eq!(server.stop(), Some(0));
    server.change_setting("CLOUDLET_VOLUMES", format!("usb={0},stick={0}", disk.display()));
    server.start_again();
    let mut bob = server.user("bob");
    let message = bob.core("getfilelist", &[("path", "/EXTERNAL/usb")]).refused();
    assert!(message.contains("in use under the name stick") || message.contains("the same as"), "{message}");
    assert_eq!(comments(&server, "/EXTERNAL/stick/file"), ["seen"]);
}

#[test]
fn no_disk_lies_within_another() {
    let data = Data::with_accounts();
    let (inner, outer) = (data.file("/alice/x"), data.path("disk"));
    fs::create_dir_all(inner.join("x")).unwrap();
    fs::create_dir_all(outer.join("y/y")).unwrap();
    let volumes =
        [("inner", inner.clone()), ("all", data.path("")), ("outer", outer.clone()), ("y", outer.join("y"))];
    let volumes = volumes.map(|(name, path)| format!("{name}={}", path.display())).join(",");
    let server = Launch::on(data).setting("CLOUDLET_VOLUMES", volumes).start();
    let mut bob = server.user("bob");
    for name in ["inner", "all", "y"] {
        let message = bob.core("getfilelist", &[("path", &format!("/EXTERNAL/{name}"))]).refused();
        assert!(message.contains("lies within the disk"), "{name}: {message}");
    }
    assert_eq!(bob.list_names("/EXTERNAL/outer"), ["y"]);
    // Nothing is created in the refused directories.
    assert_eq!((names(&inner), names(&outer.join("y"))), (vec!["x".to_owned()], vec!["y".to_owned()]));
}

#[test]
fn one_disk_is_not_two_volumes() {
    let data = Data::with_accounts();
    let disk = data.path("disk");
    fs::create_dir_all(disk.join("x")).unwrap();
    let files = data.path("files");
    let volumes = format!("one={0},two={0},three={1}", disk.display(), files.display());
    let server = Launch::on(data).setting("CLOUDLET_VOLUMES", volumes).start();
    let mut bob = server.user("bob");
    assert_eq!(bob.list_names("/EXTERNAL/one"), ["x"]);
    for name in ["two", "three"] {
        let message = bob.core("getfilelist", &[("path", &format!("/EXTERNAL/{name}"))]).refused();
        assert!(message.contains("the same as"), "{message}");
    }
}
