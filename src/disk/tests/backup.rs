//! Tests of backups in which each change of the disk fails: alone, or together with all later ones.

use super::super::backup::{Backups, Layout, restore};
use super::super::sys::seam::{self, Fault, Feature};
use super::*;
use crate::error::Result;

const LAYOUT: Layout = Layout { files: "files", database: "db", left_out: &["lock"] };
const CHANGES_MAX: u32 = 300;
const TIME: &str = "20261124T080000Z";

/// A data directory in `root`, and a place for backups in `outside` with one backup in it.
fn ground() -> Ground {
    let ground = Ground::in_memory();
    fs::create_dir_all(ground.root.join("files")).unwrap();
    Volume::open(&ground.root.join("files"), None, 0).unwrap();
    fs::create_dir_all(ground.root.join("files/anna/deep/down")).unwrap();
    for (name, text) in [("anna/same", "same"), ("anna/deep/down/old", "old"), (".cloudlet/versions/v1", "v")]
    {
        fs::write(ground.root.join("files").join(name), text).unwrap();
    }
    back_up(&ground).unwrap();
    fs::write(ground.root.join("files/anna/deep/down/old"), "new").unwrap();
    fs::write(ground.root.join("files/anna/more"), "more").unwrap();
    ground
}

fn back_up(ground: &Ground) -> Result<String> {
    let backups = Backups::open(&ground.outside, &ground.root, LAYOUT, false)?;
    let mut snapshot = backups.begin("v", TIME)?;
    let mut copied = snapshot.copy_files(&|| true)?;
    snapshot.database()?;
    snapshot.verify(3, &|| true)?;
    let name = snapshot.finish(&mut copied.exceptions)?;
    backups.keep_newest(2)?;
    Ok(name)
}

fn whole(ground: &Ground) -> Vec<String> {
    let mut names = names(&ground.outside);
    names.retain(|name| name.ends_with('Z'));
    names
}

/// The content of the changed file, in each backup.
fn contents(ground: &Ground) -> Vec<String> {
    let file = |name: &String| {
        let data = ground.outside.join(name).join("data/files");
        assert_eq!(fs::read(data.join("anna/same")).unwrap(), b"same");
        assert_eq!(fs::read(data.join(".cloudlet/versions/v1")).unwrap(), b"v");
        fs::read_to_string(data.join("anna/deep/down/old")).unwrap()
    };
    whole(ground).iter().map(file).collect()
}

#[test]
fn no_failure_harms_an_earlier_backup_or_makes_half_a_one() {
    for fault in [Fault::Once, Fault::Crash] {
        for lacking in [&[][..], &[Feature::Links]] {
            seam::lack(lacking);
            for nth in 1.. {
                assert!(nth < CHANGES_MAX);
                let ground = ground();
                seam::plan(fault, nth);
                let result = back_up(&ground);
                let reached = seam::end() >= nth;
                let found = contents(&ground);
                assert_eq!(found[0], "old", "{fault:?} {nth}");
                assert!(found.len() == 1 || found[1..] == ["new"], "{fault:?} {nth}: {found:?}");
                assert!(found.len() == 2 || result.is_err(), "{fault:?} {nth}: what is said to be there is");
                // The next backup is complete, and no leftovers remain.
                back_up(&ground).unwrap();
                assert_eq!(contents(&ground).last().unwrap(), "new", "{fault:?} {nth}");
                assert_eq!(names(&ground.outside).len(), whole(&ground).len() + 2, "lock and secret");
                assert_eq!(fs::read(ground.root.join("files/anna/deep/down/old")).unwrap(), b"new");
                if !reached {
                    assert!(result.is_ok());
                    break;
                }
            }
        }
    }
    seam::lack(&[]);
}

#[test]
fn no_failure_leaves_half_a_data_directory() {
    let ground = ground();
    back_up(&ground).unwrap();
    for nth in 1.. {
        assert!(nth < CHANGES_MAX);
        let target = ground.top.join(format!("new{nth}"));
        fs::create_dir(&target).unwrap();
        seam::plan(Fault::Crash, nth);
        let result = restore(&ground.outside, &target, LAYOUT);
        let reached = seam::end() >= nth;
        let is_there = target.join("db").exists();
        assert!(is_there || result.is_err());
        if is_there {
            assert_eq!(fs::read(target.join("files/anna/deep/down/old")).unwrap(), b"new", "{nth}");
            assert_eq!(fs::read(target.join("files/anna/more")).unwrap(), b"more", "{nth}");
        }
        if !reached {
            assert_eq!(names(&target), ["db", "files"]);
            break;
        }
    }
}

#[test]
fn a_backup_that_is_to_end_early_leaves_nothing() {
    let ground = ground();
    let backups = Backups::open(&ground.outside, &ground.root, LAYOUT, false).unwrap();
    for steps in 0..4 {
        let left = std::cell::Cell::new(steps);
        let may_go_on = || {
            left.set(left.get() - 1);
            left.get() >= 0
        };
        let mut snapshot = backups.begin("v", TIME).unwrap();
        snapshot.copy_files(&may_go_on).unwrap_err();
        drop(snapshot);
        assert_eq!(names(&ground.outside), ["000001-20261124T080000Z", "lock", "secret"]);
    }
}

#[test]
fn a_disk_that_keeps_no_dates_is_told() {
    for (lacking, undated) in [(&[][..], 0), (&[Feature::Times], 3)] {
        let ground = ground();
        fs::remove_dir_all(ground.outside.join("000001-20261124T080000Z")).unwrap();
        let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
        for file in
            ["anna/same", "anna/more", "anna/deep/down/old", ".cloudlet/volume.json", ".cloudlet/versions/v1"]
        {
            let file = fs::File::options().write(true).open(ground.root.join("files").join(file)).unwrap();
            file.set_modified(long_ago).unwrap();
        }
        seam::lack(lacking);
        let backups = Backups::open(&ground.outside, &ground.root, LAYOUT, false).unwrap();
        let mut snapshot = backups.begin("v", TIME).unwrap();
        snapshot.copy_files(&|| true).unwrap();
        assert_eq!(snapshot.verify(3, &|| true).unwrap().undated, undated);
        seam::lack(&[]);
    }
}
