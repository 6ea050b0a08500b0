//! Directories and marks that cannot be a disk. Each is reported in clear words, at the start and
//! on the dashboard, and the rest of the cloud works.

use crate::harness::{Data, Launch, Server, names, wait_until};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;

const LONGEST: Duration = Duration::from_secs(20);

fn mark(disk: &Path, text: &str) {
    fs::create_dir_all(disk.join(".cloudlet")).unwrap();
    fs::write(disk.join(".cloudlet/volume.json"), text).unwrap();
}

#[test]
fn each_unfit_disk_is_told_and_the_rest_runs() {
    let ground = Data::empty();
    let path = |name: &str| ground.path(name);
    fs::write(path("file"), "a file").unwrap();
    let later = "{\"version\": 2, \"id\": \"0123456789abcdef01234567\"}\n";
    mark(&path("unreadable"), "\u{0}\u{1}");
    mark(&path("later"), later);
    fs::create_dir_all(path("well/folder")).unwrap();
    fs::create_dir_all(path("well/inner/folder")).unwrap();
    symlink(path("well"), path("link")).unwrap();
    let data = Data::with_accounts();
    fs::create_dir_all(data.path("files/inside/folder")).unwrap();
    fs::create_dir_all(data.path("tls/below/folder")).unwrap();
    symlink(path("nowhere"), path("broken")).unwrap();
    let told = [
        ("a_file", path("file"), "not there"),
        ("missing", path("missing"), "not there"),
        ("unreadable", path("unreadable"), "mark .cloudlet/volume.json cannot be read"),
        ("later", path("later"), "mark .cloudlet/volume.json cannot be read"),
        ("again", path("link"), "The disk again is the same as well."),
        ("inner", path("well/inner"), "lies within the disk"),
        ("inside", data.path("files/inside"), "lies within the disk"),
        ("around", data.path(""), "lies within the disk"),
        ("keys", data.path("tls"), "holds what this server keeps for itself"),
        ("below_keys", data.path("tls/below"), "holds what this server keeps for itself"),
        ("broken", path("broken"), "not there"),
    ];
    let list = std::iter::once(("well", path("well"), "")).chain(told.clone());
    let setting: Vec<String> =
        list.map(|(name, directory, _)| format!("{name}={}", directory.display())).collect();
    let launch = Launch::on(data).setting("CLOUDLET_VOLUMES", setting.join(","));
    let server = launch.setting("CLOUDLET_FREE_SPACE_FLOOR_MB", 1).start();
    let volumes = server.admin().administer("getvolumes", &[]).xml();
    for (name, _, words) in told {
        let volume = volumes.all("volume").find(|volume| volume.field("name") == name).unwrap();
        let reason = volume.field("reason");
        assert_eq!(volume.field("state"), "offline", "{name}");
        assert!(reason.contains(words) && reason.contains(name), "{name}: {reason}");
        assert!(server.log().contains(reason), "{reason}: {}", server.log());
    }
    let mut bob = server.user("bob");
    bob.upload("/EXTERNAL/well", "file", b"well").ok();
    bob.upload("/bob", "file", b"own").ok();
    assert_eq!(fs::read(path("later/.cloudlet/volume.json")).unwrap(), later.as_bytes());
}

/// The state of a disk and why it is not there, as administrators see them.
fn seen(server: &Server, name: &str) -> (String, String) {
    let volumes = server.admin().administer("getvolumes", &[]).xml();
    let volume = volumes.all("volume").find(|volume| volume.field("name") == name).unwrap();
    (volume.field("state").to_owned(), volume.field("reason").to_owned())
}

#[test]
fn a_symbolic_link_can_be_the_only_name_of_a_disk() {
    let ground = Data::empty();
    let (disk, link) = (ground.path("disk"), ground.path("link"));
    fs::create_dir_all(disk.join("folder")).unwrap();
    symlink(&disk, &link).unwrap();
    let launch = Launch::on(Data::with_accounts());
    let server = launch.setting("CLOUDLET_VOLUMES", format!("usb={}", link.display())).start();
    let mut bob = server.user("bob");
    assert!(server.log().contains(&format!("the disk usb is there: {}", link.display())), "{}", server.log());
    bob.upload("/EXTERNAL/usb", "file", b"linked").ok();
    assert_eq!(fs::read(disk.join("file")).unwrap(), b"linked");
    assert_eq!(seen(&server, "usb"), ("online".into(), String::new()));
    // The link now leads to another directory, which is another disk. The server creates nothing
    // there.
    let other = ground.path("other");
    fs::create_dir_all(other.join("folder")).unwrap();
    fs::remove_file(&link).unwrap();
    symlink(&other, &link).unwrap();
    wait_until("it is noticed", LONGEST, || seen(&server, "usb").0 == "offline");
    let (_, reason) = seen(&server, "usb");
    assert!(reason.contains("The disk usb is not there."), "{reason}");
    assert_eq!(bob.upload("/EXTERNAL/usb", "file", b"other").message(), reason);
    assert_eq!(names(&other), ["folder"]);
    // The link is missing for a while, and then leads to the disk again.
    fs::remove_file(&link).unwrap();
    wait_until("it is noticed", LONGEST, || seen(&server, "usb").1.contains("not there"));
    symlink(&disk, &link).unwrap();
    wait_until("it is back", LONGEST, || seen(&server, "usb").0 == "online");
    bob.download("/EXTERNAL/usb/file").holds(b"linked");
}

#[test]
fn a_disk_in_the_data_directory_beside_the_files_is_one_like_others() {
    let data = Data::with_accounts();
    let disk = data.path("more");
    fs::create_dir_all(disk.join("folder")).unwrap();
    let server = Launch::on(data).setting("CLOUDLET_VOLUMES", format!("more={}", disk.display())).start();
    let mut bob = server.user("bob");
    assert!(
        server.log().contains(&format!("the disk more is there: {}", disk.display())),
        "{}",
        server.log()
    );
    bob.upload("/EXTERNAL/more", "file", b"beside").ok();
    assert_eq!(fs::read(disk.join("file")).unwrap(), b"beside");
    assert_eq!(seen(&server, "more"), ("online".into(), String::new()));
    // The disk shows nothing that lies beside it in the data directory.
    assert_eq!(bob.list_names("/EXTERNAL/more"), ["folder", "file"]);
    bob.core("getfilelist", &[("path", "/EXTERNAL/more/../files")]).refused();
    // A backup of the data directory contains no disks, and so not this one.
    let backups = Data::empty();
    let mut command = crate::harness::program();
    command.args(["backup"]).arg(backups.path("all")).arg("--data").arg(server.data().path(""));
    command.env("CLOUDLET_VOLUMES", server.setting("CLOUDLET_VOLUMES"));
    let said = crate::harness::finish(&mut command, "").succeeded();
    assert!(said.contains("Further disks are not part of it: more."), "{said}");
}

#[test]
fn the_data_directory_is_no_disk_while_the_disk_with_all_files_is_away() {
    let ground = Data::empty();
    fs::create_dir_all(ground.path("folder")).unwrap();
    let first = format!("all={}", ground.path("").display());
    let mut server = Launch::on(Data::with_accounts()).setting("CLOUDLET_VOLUMES", first).start();
    server.user("bob").upload("/bob", "file", b"own").ok();
    assert_eq!(server.stop(), Some(0));
    let (data, files) = (server.data().path(""), server.data().path("files"));
    fs::rename(&files, server.data().path("away")).unwrap();
    fs::create_dir(&files).unwrap();
    let above = data.parent().unwrap().to_owned();
    for directory in [&data, &above] {
        server.change_setting("CLOUDLET_VOLUMES", format!("all={}", directory.display()));
        server.start_again();
        let (state, reason) = seen(&server, "all");
        assert_eq!(state, "offline");
        assert!(reason.contains("holds what this server keeps for itself"), "{reason}");
        assert!(server.log().contains(&reason), "{}", server.log());
        assert_eq!(server.stop(), Some(0));
    }
    assert!(!data.join(".cloudlet").exists() && !above.join(".cloudlet").exists());
}
