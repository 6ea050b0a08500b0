//! Retention on a disk that runs full. The disk is a small one in memory, if this process may
//! mount.

use crate::domain::tests::TestCloud;
use crate::test_directory::TestDirectory;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::Duration;

const DISK_BYTES: usize = 40 << 20;
const HOUR_SECONDS: i64 = 3600;

/// A disk that is mounted until it is dropped.
struct Mounted(PathBuf);

impl Mounted {
    fn on(directory: PathBuf) -> Option<Mounted> {
        let size = format!("size={DISK_BYTES}");
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&directory).output();
        done.is_ok_and(|done| done.status.success()).then_some(Mounted(directory))
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("--lazy").arg(&self.0).status();
        if !unmounted.as_ref().is_ok_and(std::process::ExitStatus::success) {
            eprintln!("{} stays mounted: {unmounted:?}", self.0.display());
        }
    }
}

#[test]
fn the_oldest_of_what_is_kept_makes_room_and_no_more_of_it_than_is_needed() {
    let directory = TestDirectory::in_memory();
    fs::create_dir(directory.join("disk")).unwrap();
    let Some(mounted) = Mounted::on(directory.join("disk")) else { return };
    let test = TestCloud::in_directory(directory);
    let megabyte = "x".repeat(1 << 20);
    for name in ["first", "second", "third"] {
        test.put(&format!("/EXTERNAL/disk/{name}"), &megabyte);
        test.delete(&format!("/EXTERNAL/disk/{name}")).unwrap();
        // Events within one second have no order.
        thread::sleep(Duration::from_millis(1100));
    }
    test.put("/EXTERNAL/disk/kept", &megabyte);
    test.put("/EXTERNAL/disk/kept", "short");
    let volume = test.cloud.volumes.of(&crate::domain::tests::path("/EXTERNAL/disk")).unwrap();
    let names = || {
        let bin = test.cloud.list(&crate::domain::tests::path("/EXTERNAL/disk/recyclebin")).unwrap().unwrap();
        bin.into_iter().map(|found| found.name.to_string()).collect::<Vec<_>>()
    };
    let later = test.cloud.now() + 2 * HOUR_SECONDS;
    // Five percent are two megabytes. There is enough free space.
    test.cloud.purge_at(later).unwrap();
    assert_eq!(names().len(), 3);
    // Half a megabyte less than that.
    let filler = volume.free_space().unwrap().available - (3 << 19);
    fs::write(mounted.0.join("filler"), vec![7; usize::try_from(filler).unwrap()]).unwrap();
    // Entries younger than an hour always stay.
    test.cloud.purge_at(test.cloud.now() + HOUR_SECONDS / 2).unwrap();
    assert_eq!(names().len(), 3);
    test.cloud.purge_at(later).unwrap();
    let mut left = names();
    left.sort();
    assert_eq!(left, ["second", "third"]);
    assert_eq!(test.versions("/EXTERNAL/disk/kept").len(), 2);
    drop(volume);
    // The directory can be removed when the disk on it is gone.
    let TestCloud { cloud, directory, .. } = test;
    drop(cloud);
    drop(mounted);
    drop(directory);
}
