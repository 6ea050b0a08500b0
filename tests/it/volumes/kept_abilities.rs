//! The server finds out once what a disk can do. It does so again only if something has changed on
//! which that depends.

use crate::harness::{Data, Disk, Launch, Server, may_mount};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The name of the main disk in the log.
const MAIN: &str = "with the accounts' files";

/// True if the last start has tried what a disk can do.
fn is_tried(server: &Server, disk: &str) -> bool {
    let log = server.log();
    let count = log.matches(&format!("tries what the disk {disk} can do")).count();
    assert!(count <= 1, "{log}");
    count == 1
}

fn is_tried_by_a_start(server: &mut Server, disk: &str) -> bool {
    assert_eq!(server.stop(), Some(0));
    server.start_again();
    is_tried(server, disk)
}

/// True if the abilities of this file system are remembered. Prints a line if not.
fn are_kept(top: &Path) -> bool {
    let output = Command::new("stat").args(["-f", "-c", "%T"]).arg(top).output().unwrap();
    let kind = String::from_utf8(output.stdout).unwrap();
    let are_kept = ["ext2/ext3", "tmpfs", "xfs", "btrfs"].contains(&kind.trim());
    if !are_kept {
        eprintln!(
            "NOT TESTED: kept abilities, as the tests are on {}, which is tried at each start",
            kind.trim()
        );
    }
    are_kept
}

#[test]
fn a_disk_is_tried_by_the_first_start_and_not_by_the_next_ones() {
    let data = Data::with_accounts();
    if !are_kept(&data.file("")) {
        return;
    }
    let mut server = Launch::on(data).setting("CLOUDLET_LOG_LEVEL", "debug").start();
    assert!(is_tried(&server, MAIN), "{}", server.log());
    assert!(!is_tried_by_a_start(&mut server, MAIN));
    assert!(!is_tried_by_a_start(&mut server, MAIN));
    // The stored value is changed as if the machine had been started again.
    let forget = |change: &str| {
        let database = rusqlite::Connection::open(server.data().path("cloudlet.db")).unwrap();
        database.busy_timeout(std::time::Duration::from_secs(20)).unwrap();
        assert_eq!(database.execute(change, ()).unwrap(), 1, "{change}");
    };
    forget("UPDATE facts SET value = replace(value, ' boot ', ' boot x') WHERE name GLOB 'abilities.*'");
    assert!(is_tried_by_a_start(&mut server, MAIN));
    assert!(!is_tried_by_a_start(&mut server, MAIN));
}

#[test]
fn a_disk_is_tried_again_when_it_is_mounted_otherwise() {
    if !may_mount() {
        eprintln!(
            "NOT TESTED: a disk that is mounted with other options, as these tests are not run by root"
        );
        return;
    }
    let (data, directory) = (Data::with_accounts(), Data::empty());
    let top = directory.path("usb");
    fs::create_dir(&top).unwrap();
    let disk = Disk::mount(top.clone(), 16 << 20);
    fs::create_dir(top.join("folder")).unwrap();
    let setting = format!("usb={}", top.display());
    let launch = Launch::on(data).setting("CLOUDLET_VOLUMES", setting);
    let mut server = launch.setting("CLOUDLET_LOG_LEVEL", "debug").start();
    assert!(is_tried(&server, "usb"), "{}", server.log());
    assert!(!is_tried_by_a_start(&mut server, "usb"));
    for options in ["remount,noatime", "remount,size=17m"] {
        let mounted = Command::new("mount").args(["-o", options]).arg(&disk.directory).status().unwrap();
        assert!(mounted.success(), "mount -o {options}: {mounted}");
        assert!(is_tried_by_a_start(&mut server, "usb"), "{options}");
        assert!(!is_tried_by_a_start(&mut server, "usb"), "{options}");
    }
}
