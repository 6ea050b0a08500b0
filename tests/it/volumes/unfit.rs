//! Directories and marks that cannot be a disk. Each is reported in clear words, at the start and
//! on the dashboard, and the rest of the cloud works.

use crate::harness::{Data, Launch};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

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
    let told = [
        ("a_file", path("file"), "not there"),
        ("missing", path("missing"), "not there"),
        ("unreadable", path("unreadable"), "mark .cloudlet/volume.json cannot be read"),
        ("later", path("later"), "mark .cloudlet/volume.json cannot be read"),
        ("again", path("link"), "The disk again is the same as well."),
        ("inner", path("well/inner"), "lies within the disk"),
        ("inside", data.path("files/inside"), "lies within the disk"),
        ("around", data.path(""), "lies within the disk"),
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
