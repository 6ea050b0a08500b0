//! Unmounts disks that killed tests have left mounted. The next test that mounts a disk does this
//! first.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Once;

/// Unmounts all of them, once in each run of the tests.
pub fn end_once() {
    static ENDED: Once = Once::new();
    ENDED.call_once(end);
}

fn end() {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    let is_running = |process: u32| Path::new(&format!("/proc/{process}")).exists();
    for directory in dead(&mounts, is_running) {
        let by_root = Command::new("umount").arg("--lazy").arg(&directory).output();
        if !by_root.is_ok_and(|output| output.status.success()) {
            // The user who mounted a file system in user space may unmount it.
            let output = Command::new("fusermount3").args(["-u", "-z"]).arg(&directory).output();
            eprintln!("a mount of a test that was killed: {}: {output:?}", directory.display());
        }
    }
}

/// The mounts in directories of tests (see `test_directory`) whose process has ended, the innermost
/// first.
fn dead(mounts: &str, is_running: impl Fn(u32) -> bool) -> Vec<PathBuf> {
    let is_dead = |directory: &&str| {
        let process = directory.split("/cloudlet-test-").nth(1).and_then(|rest| rest.split('-').next());
        process.and_then(|process| process.parse().ok()).is_some_and(|process| !is_running(process))
    };
    let directories = mounts.lines().filter_map(|line| line.split(' ').nth(4)).filter(is_dead);
    let mut directories: Vec<PathBuf> = directories.map(PathBuf::from).collect();
    directories.reverse();
    directories
}

#[test]
fn only_mounts_of_tests_that_have_gone_are_dead() {
    let mounts = "22 1 0:20 / / rw - ext4 /dev/root rw\n\
        30 22 0:31 / /tmp/cloudlet-test-7-0/disk rw - fuse.faulty faulty rw\n\
        31 30 0:32 / /dev/shm/cloudlet-test-7-1/d/inner rw - tmpfs tmpfs rw\n\
        32 22 0:33 / /tmp/cloudlet-test-8-0/disk rw - tmpfs tmpfs rw\n\
        33 22 0:34 / /tmp/cloudlet-test-x-0 rw - tmpfs tmpfs rw\n";
    let found = dead(mounts, |process| process == 8);
    assert_eq!(
        found,
        ["/dev/shm/cloudlet-test-7-1/d/inner", "/tmp/cloudlet-test-7-0/disk"].map(PathBuf::from)
    );
}

#[test]
fn a_mount_of_a_test_that_was_killed_is_ended() {
    if !super::may_mount() {
        eprintln!("NOT TESTED: mounts that killed tests left, as these tests are not run by root");
        return;
    }
    let mut gone = Command::new("true").spawn().unwrap();
    gone.wait().unwrap();
    let directory = std::env::temp_dir().join(format!("cloudlet-test-{}-0", gone.id()));
    std::fs::create_dir(&directory).unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "tmpfs"]).arg(&directory).status().unwrap();
    assert!(mounted.success());
    end();
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    assert!(!mounts.contains(directory.to_str().unwrap()), "{mounts}");
    std::fs::remove_dir(&directory).unwrap();
}
