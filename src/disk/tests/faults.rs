//! Tests in which each change of the disk by an operation fails: alone, or together with all later
//! ones. The whole old or the whole new content is in place, and nothing is left over after the
//! next start.

use super::super::sys::seam::{self, Fault, Feature};
use super::*;
use crate::disk::CopyOptions;

const OLD: &str = "the old content";
const NEW: &str = "the new content, which is longer";
const CHANGES_MAX: u32 = 200;
/// Real file systems: ext4; ext4 with files of other owners; FAT; NFS; SMB.
const LACKING: [&[Feature]; 5] = [
    &[],
    &[Feature::Links],
    &[Feature::Links, Feature::Exchange],
    &[Feature::Exchange, Feature::NoReplace],
    &[Feature::Links, Feature::Exchange, Feature::NoReplace],
];

/// Runs an operation with its n-th change failing, for every n until it succeeds, and checks the
/// state afterwards and after a start. `prepare` makes the state before.
fn each_change_fails(
    prepare: impl Fn(&Volume),
    operation: impl Fn(&Volume) -> crate::error::Result<()>,
    check: impl Fn(&Ground, bool),
) {
    for (fault, lacking) in
        [Fault::Once, Fault::Crash].into_iter().flat_map(|fault| LACKING.map(|lacking| (fault, lacking)))
    {
        seam::lack(lacking);
        for nth in 1.. {
            assert!(nth < CHANGES_MAX);
            let ground = Ground::new();
            let volume = ground.volume();
            // A server does the same at its start.
            volume.probe().unwrap();
            prepare(&volume);
            seam::plan(fault, nth);
            let result = operation(&volume);
            let reached = seam::end() >= nth;
            check(&ground, result.is_ok());
            drop(volume);
            ground.volume().recover(&|_| false).unwrap();
            check(&ground, result.is_ok());
            assert!(
                ground.hidden_dir("staging").is_empty(),
                "{fault:?} {nth} {lacking:?}: {:?}",
                ground.hidden_dir("staging")
            );
            if !reached {
                assert!(result.is_ok());
                break;
            }
        }
    }
}

fn commit(volume: &Volume, keep_as: Option<&str>) -> crate::error::Result<()> {
    let stage = volume.stage("s", Some(NEW.len() as u64))?;
    stage.write_at(0, NEW.as_bytes())?;
    volume.commit(stage, &path("/a"), over(keep_as)).map(drop)
}

#[test]
fn a_new_file() {
    each_change_fails(
        |_| {},
        |volume| commit(volume, Some("v")),
        |ground, done| {
            let now = ground.read("a");
            assert!(now.as_deref() == Some(NEW) || now.is_none() && !done);
            assert!(ground.hidden_dir("versions").is_empty());
        },
    );
}

#[test]
fn a_replaced_file() {
    each_change_fails(
        |volume| {
            put(volume, "/a", OLD);
        },
        |volume| commit(volume, None),
        |ground, done| {
            let now = ground.read("a").unwrap();
            assert!(now == NEW || now == OLD && !done);
        },
    );
}

/// The target is old or new, and the version exists exactly if it is new. Between a crash and the
/// next start, the old content may still be in `staging`.
fn old_or_new_with_version(ground: &Ground, target: &str, done: bool) {
    let Some(now) = ground.read(target) else {
        // Without links and swapping there is a gap, which the next start closes.
        let gap = ground.hidden_dir("staging").iter().any(|name| name.ends_with(".intent"));
        assert!(gap && !done);
        return;
    };
    let version = ground.read(".cloudlet/versions/v");
    let aside = ground.hidden_dir("staging").iter().any(|name| name.contains(".old."));
    assert!(now == NEW || now == OLD && !done, "{now}");
    if now == NEW && !aside {
        assert_eq!(version.as_deref(), Some(OLD));
    }
    if now == OLD {
        assert_eq!(version, None);
    }
}

/// On a file system without a journal, a folder is on the disk only after it has been synced.
#[test]
fn an_old_content_is_durable_as_a_version_before_it_is_gone_from_where_it_was() {
    use std::os::unix::fs::MetadataExt;
    for lacking in LACKING {
        seam::lack(lacking);
        let ground = Ground::new();
        let volume = ground.volume();
        put(&volume, "/a", OLD);
        seam::take_synced();
        commit(&volume, Some("v")).unwrap();
        let synced = seam::take_synced();
        let last = |name: &str| {
            let inode = fs::metadata(ground.root.join(".cloudlet").join(name)).unwrap().ino();
            synced.iter().rposition(|synced| *synced == inode)
        };
        assert!(last("versions").is_some() && last("versions") < last("staging"), "{lacking:?}");
    }
}

#[test]
fn a_replaced_file_that_is_kept() {
    each_change_fails(
        |volume| {
            put(volume, "/a", OLD);
        },
        |volume| commit(volume, Some("v")),
        |ground, done| old_or_new_with_version(ground, "a", done),
    );
}

#[test]
fn a_move_over_a_file_that_is_kept() {
    each_change_fails(
        |volume| {
            put(volume, "/a", OLD);
            put(volume, "/b", NEW);
        },
        |volume| volume.rename(&path("/b"), &path("/a"), true, Some("v")).map(drop),
        |ground, done| {
            old_or_new_with_version(ground, "a", done);
            assert_eq!(ground.read("b").is_none(), ground.read("a").as_deref() == Some(NEW));
        },
    );
}

/// Both contents are there at each moment, one of them as the file.
#[test]
fn a_former_content_that_comes_back() {
    each_change_fails(
        |volume| {
            put(volume, "/a", OLD);
            commit(volume, Some("former")).unwrap();
        },
        |volume| {
            let now = volume.stat(&path("/a"))?.unwrap();
            let put_aside = volume.swap_back("former", &path("/a"), &now, "aside")?;
            assert_eq!(put_aside.content_id(), now.content_id());
            Ok(())
        },
        |ground, done| {
            let hidden = ["staging", "versions"].map(|folder| {
                let names = ground.hidden_dir(folder).into_iter();
                names
                    .filter_map(|name| ground.read(&format!(".cloudlet/{folder}/{name}")))
                    .collect::<Vec<_>>()
            });
            let now = ground.read("a");
            let all: Vec<&str> = now.iter().chain(hidden.iter().flatten()).map(String::as_str).collect();
            assert!(all.contains(&OLD) && all.contains(&NEW), "{all:?}");
            if done {
                assert_eq!(now.as_deref(), Some(OLD));
                assert_eq!(ground.hidden_dir("versions"), ["aside"]);
            }
        },
    );
}

#[test]
fn a_former_content_does_not_replace_what_somebody_else_has_put_there() {
    let ground = Ground::new();
    let volume = ground.volume();
    put(&volume, "/a", OLD);
    commit(&volume, Some("former")).unwrap();
    let now = volume.stat(&path("/a")).unwrap().unwrap();
    fs::write(ground.root.join("a"), "something else").unwrap();
    let error = volume.swap_back("former", &path("/a"), &now, "aside").unwrap_err();
    assert_eq!(error.code, crate::error::Code::Conflict);
    assert_eq!(ground.read("a").as_deref(), Some("something else"));
    assert_eq!(ground.read(".cloudlet/versions/former").as_deref(), Some(OLD));
}

#[test]
fn a_move() {
    each_change_fails(
        |volume| {
            volume.create_folders(&path("/f")).unwrap();
            put(volume, "/a", OLD);
        },
        |volume| volume.rename(&path("/a"), &path("/f/b"), false, None).map(drop),
        |ground, done| {
            assert_ne!(ground.read("a").is_some(), ground.read("f/b").is_some());
            assert!(ground.read("f/b").is_some() || !done);
        },
    );
}

#[test]
fn a_copied_folder() {
    each_change_fails(
        |volume| {
            volume.create_folders(&path("/f/g")).unwrap();
            put(volume, "/f/x", OLD);
            put(volume, "/f/g/y", NEW);
        },
        |volume| {
            let options = CopyOptions {
                id: "c".into(),
                replace: false,
                keep_as: None,
                is_whole: false,
                without: Vec::new(),
            };
            volume.copy(&path("/f"), &path("/copy"), options).map(drop)
        },
        |ground, done| {
            let there = ground.names("").contains(&"copy".to_owned());
            assert!(there || !done);
            if there {
                assert_eq!(ground.read("copy/x").as_deref(), Some(OLD));
                assert_eq!(ground.read("copy/g/y").as_deref(), Some(NEW));
            }
        },
    );
}

#[test]
fn a_deleted_folder() {
    each_change_fails(
        |volume| {
            volume.create_folders(&path("/f/g")).unwrap();
            put(volume, "/f/g/x", OLD);
        },
        |volume| volume.trash(&path("/f"), "t").map(drop),
        |ground, done| {
            let trashed = ground.read(".cloudlet/trash/t/g/x").is_some();
            assert_ne!(trashed, ground.read("f/g/x").is_some());
            assert!(trashed || !done);
        },
    );
}

#[test]
fn a_restored_folder() {
    each_change_fails(
        |volume| {
            volume.create_folders(&path("/f/g")).unwrap();
            put(volume, "/f/g/x", OLD);
            volume.trash(&path("/f"), "t").unwrap();
        },
        |volume| volume.rename(Location::Trash("t", &path("/g")), &path("/back"), false, None).map(drop),
        |ground, done| {
            let restored = ground.read("back/x").is_some();
            assert_ne!(restored, ground.read(".cloudlet/trash/t/g/x").is_some());
            assert!(restored || !done);
        },
    );
}

#[test]
fn an_old_content_that_becomes_the_live_one() {
    each_change_fails(
        |volume| {
            put(volume, "/a", OLD);
            volume.commit(staged(volume, "s", NEW), &path("/a"), over(Some("v1"))).unwrap();
        },
        |volume| volume.rename(Location::Version("v1"), &path("/a"), true, Some("v2")).map(drop),
        |ground, done| {
            let kept = |id: &str| ground.read(&format!(".cloudlet/versions/{id}"));
            let (live, old, new) = (ground.read("a"), kept("v1"), kept("v2"));
            let staged = ground.hidden_dir("staging");
            let aside = staged.iter().filter(|name| name.contains(".old."));
            let aside = aside.filter_map(|name| ground.read(&format!(".cloudlet/staging/{name}")));
            let all: Vec<String> = [&live, &old, &new].into_iter().flatten().cloned().chain(aside).collect();
            assert!(all.iter().any(|text| text == OLD) && all.iter().any(|text| text == NEW), "{all:?}");
            if staged.is_empty() {
                let is_done = live.as_deref() == Some(OLD) && old.is_none() && new.as_deref() == Some(NEW);
                let is_undone = live.as_deref() == Some(NEW) && old.as_deref() == Some(OLD) && new.is_none();
                assert!(is_done || is_undone && !done, "{live:?} {old:?} {new:?}");
            }
        },
    );
}

#[test]
fn a_purged_folder() {
    each_change_fails(
        |volume| {
            volume.create_folders(&path("/f/g/h")).unwrap();
            put(volume, "/f/g/x", OLD);
            volume.trash(&path("/f"), "t").unwrap();
        },
        |volume| volume.purge_trash("t", &CloudPath::root()).map(drop),
        |ground, done| assert!(!done || ground.hidden_dir("trash").is_empty()),
    );
}

#[test]
fn a_new_folder() {
    each_change_fails(
        |_| {},
        |volume| volume.create_folder(&path("/f"), None).map(drop),
        |ground, done| assert!(!done || ground.names("").contains(&"f".to_owned())),
    );
}

#[test]
fn a_file_in_parts_that_replaces_one_that_is_kept() {
    const HALF: usize = NEW.len() / 2;
    each_change_fails(
        |volume| {
            put(volume, "/a", OLD);
        },
        |volume| {
            let stage = volume.stage("s", Some(NEW.len() as u64))?;
            stage.write_at(HALF as u64, &NEW.as_bytes()[HALF..])?;
            stage.sync()?;
            drop(stage);
            let stage = volume.open_stage("s")?.expect("a part was answered for");
            stage.write_at(0, &NEW.as_bytes()[..HALF])?;
            stage.sync()?;
            drop(stage);
            let stage = volume.open_stage("s")?.expect("two parts were answered for");
            volume.commit(stage, &path("/a"), over(Some("v"))).map(drop)
        },
        |ground, done| old_or_new_with_version(ground, "a", done),
    );
}

/// The entry is complete in exactly one of two places, and in the second one if the call succeeded.
fn in_one_of(ground: &Ground, before: &str, after: &str, done: bool) {
    let (first, second) = (ground.read(before), ground.read(after));
    assert_ne!(first.is_some(), second.is_some());
    assert!(second.is_some() || !done);
    assert_eq!(first.or(second).as_deref(), Some(OLD));
}

#[test]
fn a_moved_folder() {
    each_change_fails(
        |volume| {
            volume.create_folders(&path("/f/g")).unwrap();
            volume.create_folders(&path("/h")).unwrap();
            put(volume, "/f/g/x", OLD);
        },
        |volume| volume.rename(&path("/f"), &path("/h/f2"), false, None).map(drop),
        |ground, done| in_one_of(ground, "f/g/x", "h/f2/g/x", done),
    );
}

#[test]
fn a_copied_file() {
    each_change_fails(
        |volume| {
            put(volume, "/a", OLD);
        },
        |volume| {
            let options = CopyOptions {
                id: "c".into(),
                replace: false,
                keep_as: None,
                is_whole: false,
                without: Vec::new(),
            };
            volume.copy(&path("/a"), &path("/b"), options).map(drop)
        },
        |ground, done| {
            assert_eq!(ground.read("a").as_deref(), Some(OLD));
            let copy = ground.read("b");
            assert!(copy.as_deref() == Some(OLD) || copy.is_none() && !done);
        },
    );
}

#[test]
fn a_copy_over_a_file_that_is_kept() {
    each_change_fails(
        |volume| {
            put(volume, "/a", OLD);
            put(volume, "/b", NEW);
        },
        |volume| {
            let options = CopyOptions {
                id: "c".into(),
                replace: true,
                keep_as: Some("v".into()),
                is_whole: false,
                without: Vec::new(),
            };
            volume.copy(&path("/b"), &path("/a"), options).map(drop)
        },
        |ground, done| {
            old_or_new_with_version(ground, "a", done);
            assert_eq!(ground.read("b").as_deref(), Some(NEW));
        },
    );
}

#[test]
fn a_deleted_file() {
    each_change_fails(
        |volume| {
            put(volume, "/a", OLD);
        },
        |volume| volume.trash(&path("/a"), "t").map(drop),
        |ground, done| in_one_of(ground, "a", ".cloudlet/trash/t", done),
    );
}

#[test]
fn a_purged_old_content() {
    each_change_fails(
        |volume| {
            put(volume, "/a", OLD);
            volume.commit(staged(volume, "first", NEW), &path("/a"), over(Some("v"))).unwrap();
        },
        |volume| volume.purge_version("v"),
        |ground, done| {
            assert_eq!(ground.read("a").as_deref(), Some(NEW));
            let version = ground.read(".cloudlet/versions/v");
            assert!(version.is_none() || version.as_deref() == Some(OLD) && !done);
        },
    );
}
