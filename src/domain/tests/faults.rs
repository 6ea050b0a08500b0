//! Every change of disk and database by an operation fails: once, twice, or together with all later
//! ones. Then the old or the new content is in place, whole, nothing is lost, and after the next
//! start the index and the disk agree.

use crate::base::fault_injection::{self, Fault};
use crate::base::root::Root;
use crate::domain::index::lookup::find;
use crate::domain::tests::{TestCloud, path, shown};
use crate::error::{Code, Result};
use crate::store::versions;
use std::collections::BTreeSet;

const OLD: &str = "the old content";
const NEW: &str = "the new content, which is longer";
const OTHER: &str = "something else";
const CHANGES_MAX: u32 = 400;

/// The moment of a check.
#[derive(Clone, Copy)]
struct Moment {
    /// True if the operation was reported as done.
    done: bool,
    /// True if every folder was visited after a start.
    is_mended: bool,
}

/// Runs an operation with its n-th change failing, for every n until it succeeds. `prepare` makes
/// the entries before it. `check` examines them after it and again after a start. All contents in
/// `kept` must stay.
fn each_change_fails(
    kept: &[&str],
    prepare: impl Fn(&TestCloud),
    operation: impl Fn(&TestCloud) -> Result<()>,
    check: impl Fn(&TestCloud, Moment),
) {
    for fault in [Fault::Once, Fault::Twice, Fault::Crash] {
        for nth in 1.. {
            assert!(nth < CHANGES_MAX);
            let test = TestCloud::new();
            prepare(&test);
            fault_injection::plan(fault, nth);
            let result = operation(&test);
            let what = format!("{fault:?} {nth}: {result:?}");
            let done = result.is_ok();
            let plan = fault_injection::current();
            if fault != Fault::Crash {
                fault_injection::enter(None);
                looks_well(&test, kept, &what);
                check(&test, Moment { done, is_mended: false });
                fault_injection::enter(plan);
            }
            let (test, changes) = test.restarted();
            looks_well(&test, kept, &what);
            check(&test, Moment { done, is_mended: false });
            fits_together(&test, &what);
            check(&test, Moment { done, is_mended: true });
            if changes < nth {
                assert!(done, "{what}");
                break;
            }
        }
    }
}

fn looks_well(test: &TestCloud, kept: &[&str], what: &str) {
    let contents = test.contents();
    for text in kept {
        assert!(contents.iter().any(|content| content == text), "{what}: {text} is lost: {contents:?}");
    }
}

/// Checks after a start that nothing is left over and that the rows match the disk.
fn fits_together(test: &TestCloud, what: &str) {
    let left: Vec<String> = test.private("staging");
    assert!(left.is_empty() || left.iter().all(|name| name.ends_with(".data")), "{what}: {left:?}");
    let report = test.cloud.check(true).unwrap();
    assert!(report.wrong.is_empty(), "{what}: {report:?}");
    let report = test.cloud.check(true).unwrap();
    assert!(report.wrong.is_empty() && report.mended.is_empty(), "{what}: {report:?}");
}

/// The file is old or new. It is new if the operation was reported as done.
fn old_or_new(test: &TestCloud, target: &str, Moment { done, .. }: Moment) {
    let now = test.read(target);
    assert!(now.as_deref() == Some(NEW) || now.as_deref() == Some(OLD) && !done, "{now:?}");
}

/// The file is whole at exactly one of two places. It is at the second if the operation was
/// reported as done.
fn in_one_of(test: &TestCloud, before: &str, after: &str, moment: Moment) {
    let (first, second) = (test.read(before), test.read(after));
    assert_ne!(first.is_some(), second.is_some(), "{first:?} {second:?}");
    assert!(second.is_some() || !moment.done);
    let here = if first.is_some() { before } else { after };
    assert_eq!(first.or(second).as_deref(), Some(OLD));
    // Its comments and stars are at the same place.
    if moment.done || moment.is_mended {
        assert_eq!(test.versions(here).len(), 2);
    }
}

/// Like `in_one_of`. Without its row, the entry is in the bin under its id until the next start.
fn in_the_bin_or_out(test: &TestCloud, before: &str, after: &str, moment: Moment) {
    let is_seen = test.read(before).is_some() || test.read(after).is_some();
    if moment.done || moment.is_mended || is_seen {
        in_one_of(test, before, after, moment);
    }
}

#[test]
fn an_upload() {
    each_change_fails(
        &[],
        |_| {},
        |test| test.upload("/bob/a", NEW, 1),
        |test, Moment { done, .. }| {
            let now = test.read("/bob/a");
            assert!(now.as_deref() == Some(NEW) || now.is_none() && !done, "{now:?}");
        },
    );
}

#[test]
fn an_overwrite() {
    each_change_fails(
        &[OLD],
        |test| test.put("/bob/a", OLD),
        |test| test.upload("/bob/a", NEW, 1),
        |test, moment| {
            old_or_new(test, "/bob/a", moment);
            if moment.done || moment.is_mended && test.read("/bob/a").as_deref() == Some(NEW) {
                assert_eq!(test.versions("/bob/a").len(), 2);
            }
        },
    );
}

#[test]
fn an_upload_in_parts_over_a_file() {
    each_change_fails(
        &[OLD],
        |test| test.put("/bob/a", OLD),
        |test| test.upload("/bob/a", NEW, 3),
        |test, moment| old_or_new(test, "/bob/a", moment),
    );
}

#[test]
fn a_rename() {
    each_change_fails(
        &[OLD, OTHER],
        |test| {
            test.put("/bob/a", OTHER);
            test.put("/bob/a", OLD);
        },
        |test| test.rename("/bob/a", "/bob/b", false),
        |test, moment| in_one_of(test, "/bob/a", "/bob/b", moment),
    );
}

#[test]
fn a_rename_over_a_file() {
    each_change_fails(
        &[OLD, NEW],
        |test| {
            test.put("/bob/a", OLD);
            test.put("/bob/b", NEW);
        },
        |test| test.rename("/bob/b", "/bob/a", true),
        |test, moment| {
            old_or_new(test, "/bob/a", moment);
            assert_eq!(test.read("/bob/b").is_none(), test.read("/bob/a").as_deref() == Some(NEW));
        },
    );
}

#[test]
fn a_folder_that_moves() {
    each_change_fails(
        &[OLD, OTHER],
        |test| {
            test.folder("/bob/f");
            test.folder("/bob/g");
            test.put("/bob/f/a", OTHER);
            test.put("/bob/f/a", OLD);
        },
        |test| test.rename("/bob/f", "/bob/g/h", false),
        |test, moment| in_one_of(test, "/bob/f/a", "/bob/g/h/a", moment),
    );
}

/// Between disks, the file is at the first place, in the bin from which it is copied, or at the
/// second place. It is at the second if the operation was reported as done.
fn a_move_between_disks(before: &str, after: &str) {
    each_change_fails(
        &[OLD, OTHER],
        |test| {
            test.put(before, OTHER);
            test.put(before, OLD);
        },
        |test| test.rename(before, after, false),
        |test, moment| {
            let (first, second) = (test.read(before), test.read(after));
            if moment.done {
                assert_eq!((first.as_deref(), second.as_deref()), (None, Some(OLD)));
                assert_eq!(test.versions(after).len(), 2);
            }
            for content in [first, second].into_iter().flatten() {
                assert_eq!(content, OLD);
            }
        },
    );
}

#[test]
fn a_move_to_another_disk() {
    a_move_between_disks("/bob/a", "/EXTERNAL/disk/a");
}

#[test]
fn a_move_from_another_disk() {
    a_move_between_disks("/EXTERNAL/disk/a", "/bob/a");
}

#[test]
fn a_copy() {
    each_change_fails(
        &[OLD, NEW],
        |test| {
            test.put("/bob/a", OLD);
            test.put("/bob/b", NEW);
        },
        |test| test.copy("/bob/b", "/bob/a", true),
        |test, moment| {
            old_or_new(test, "/bob/a", moment);
            assert_eq!(test.read("/bob/b").as_deref(), Some(NEW));
        },
    );
}

#[test]
fn a_folder_that_is_copied() {
    each_change_fails(
        &[OLD],
        |test| {
            test.folder("/bob/f");
            test.folder("/bob/f/g");
            test.put("/bob/f/g/a", OLD);
        },
        |test| test.copy("/bob/f", "/bob/h", false),
        |test, Moment { done, .. }| {
            assert_eq!(test.read("/bob/f/g/a").as_deref(), Some(OLD));
            let is_there = test.cloud.stat(&path("/bob/h")).unwrap().is_some();
            assert!(is_there || !done);
            assert!(!is_there || test.read("/bob/h/g/a").as_deref() == Some(OLD), "half a copy");
        },
    );
}

#[test]
fn a_deletion() {
    each_change_fails(
        &[OLD, OTHER],
        |test| {
            test.folder("/bob/f");
            test.put("/bob/f/a", OTHER);
            test.put("/bob/f/a", OLD);
        },
        |test| test.delete("/bob/f"),
        |test, moment| in_the_bin_or_out(test, "/bob/f/a", "/bob/recyclebin/f/a", moment),
    );
}

#[test]
fn a_restoration() {
    each_change_fails(
        &[OLD, OTHER],
        |test| {
            test.folder("/bob/f");
            test.put("/bob/f/a", OTHER);
            test.put("/bob/f/a", OLD);
            test.delete("/bob/f/a").unwrap();
            test.delete("/bob/f").unwrap();
        },
        |test| test.restore("/bob/recyclebin/a"),
        |test, moment| in_the_bin_or_out(test, "/bob/recyclebin/a", "/bob/f/a", moment),
    );
}

#[test]
fn a_removal_for_good() {
    each_change_fails(
        &[NEW],
        |test| {
            test.folder("/bob/f");
            test.put("/bob/f/a", OTHER);
            test.put("/bob/f/a", OLD);
            test.put("/bob/b", NEW);
            test.delete("/bob/f").unwrap();
        },
        |test| test.delete("/bob/recyclebin/f"),
        |test, Moment { done, .. }| {
            assert_eq!(test.read("/bob/b").as_deref(), Some(NEW));
            assert!(!done || test.private("trash").is_empty());
            // A version that could not be removed with its file keeps its row, and is removed by
            // its age.
            let kept = test.cloud.store.read(|read| versions::of_owner(read, &Root::Account(test.user.id())));
            assert!(!done || kept.unwrap().len() == test.private("versions").len());
        },
    );
}

#[test]
fn an_emptied_bin() {
    each_change_fails(
        &[NEW],
        |test| {
            for name in ["a", "b"] {
                test.put(&format!("/bob/{name}"), OLD);
                test.delete(&format!("/bob/{name}")).unwrap();
            }
            test.put("/bob/c", NEW);
        },
        |test| {
            let emptied = test.settle(test.cloud.empty_bin(&test.user))?;
            match emptied.failed {
                0 => Ok(()),
                _ => Err(crate::error::Error::internal("not all of it")),
            }
        },
        |test, Moment { done, .. }| assert!(!done || test.private("trash").is_empty()),
    );
}

/// Makes the newest old content the live one.
fn promote(test: &TestCloud, file: &str) -> Result<()> {
    let target = test.cloud.view().writable(&test.user, &shown(file))?;
    let id = &test.versions(file)[1];
    test.settle(test.cloud.promote_version(&test.user, &target, id)).map(drop)
}

#[test]
fn an_old_content_that_becomes_the_live_one() {
    each_change_fails(
        &[OLD, NEW],
        |test| {
            test.put("/bob/a", NEW);
            test.put("/bob/a", OLD);
        },
        |test| promote(test, "/bob/a"),
        |test, moment| {
            old_or_new(test, "/bob/a", moment);
            if moment.done || moment.is_mended && test.read("/bob/a").as_deref() == Some(NEW) {
                assert_eq!(test.versions("/bob/a").len(), 2);
            }
        },
    );
}

/// The database alone fails, and the server goes on: the file keeps its content, and every old
/// content is listed and can be read.
#[test]
fn a_replacement_without_its_rows_is_none() {
    let operations: [fn(&TestCloud) -> Result<()>; 3] = [
        |test| test.upload("/bob/a", OTHER, 1),
        |test| test.copy("/bob/b", "/bob/a", true),
        |test| promote(test, "/bob/a"),
    ];
    for operation in operations {
        for nth in 1.. {
            let test = TestCloud::new();
            for (path, text) in [("/bob/a", NEW), ("/bob/a", OLD), ("/bob/b", OTHER)] {
                test.put(path, text);
            }
            let before = test.versions("/bob/a");
            fault_injection::plan(Fault::Once, nth);
            let Err(error) = operation(&test) else { break };
            fault_injection::enter(None);
            if error.code != Code::Full {
                continue;
            }
            test.cloud.visit_all(vec![path("/bob")]).unwrap();
            test.cloud.mend_unfinished();
            let target = test.cloud.view().downloadable(&test.user, &shown("/bob/a")).unwrap();
            let ids = test.versions("/bob/a");
            let each = ids.iter().map(|id| {
                let (content, _) = test.cloud.view().open_version(&test.user, &target, id).unwrap();
                std::io::read_to_string(std::fs::File::from(content)).unwrap()
            });
            let each: BTreeSet<String> = each.collect();
            assert!([OLD, NEW].iter().all(|text| each.contains(*text)), "{nth}: {each:?}");
            assert_eq!(ids.len() - 1, test.private("versions").len(), "{nth}: {each:?}");
            // Unless the commit was done and failed all the same, nothing was replaced.
            let is_as_before = test.read("/bob/a").as_deref() == Some(OLD);
            assert!(is_as_before || ids[1..] != before[1..], "{nth}: {each:?}");
        }
    }
}

#[test]
fn a_new_file_without_its_rows_is_not_there() {
    let operations: [fn(&TestCloud) -> Result<()>; 2] =
        [|test| test.upload("/bob/a", NEW, 1), |test| test.copy("/bob/b", "/bob/a", false)];
    for operation in operations {
        let mut removed = 0;
        for nth in 1.. {
            let test = TestCloud::new();
            test.put("/bob/b", OTHER);
            fault_injection::plan(Fault::Once, nth);
            let Err(error) = operation(&test) else { break };
            fault_injection::enter(None);
            if error.code != Code::Full {
                continue;
            }
            let is_known = test.cloud.store.read(|read| find(read, &test.cloud.volumes, &path("/bob/a")));
            // The commit may be done and have failed all the same.
            let is_there = test.read("/bob/a").is_some();
            assert_eq!(is_there, is_known.unwrap().is_some(), "{nth}");
            removed += u32::from(!is_there);
            assert!(test.private("trash").is_empty() && test.private("staging").is_empty(), "{nth}");
        }
        assert!(removed > 0);
    }
}

#[test]
fn an_old_content_that_is_removed() {
    each_change_fails(
        &[NEW],
        |test| {
            test.put("/bob/a", OLD);
            test.put("/bob/a", NEW);
        },
        |test| {
            let target = test.cloud.view().deletable(&test.user, &shown("/bob/a"))?;
            let id = &test.versions("/bob/a")[1];
            test.settle(test.cloud.delete_version(&test.user, &target, id)).map(drop)
        },
        |test, Moment { done, .. }| {
            assert_eq!(test.read("/bob/a").as_deref(), Some(NEW));
            assert!(!done || test.versions("/bob/a").len() == 1);
        },
    );
}

#[test]
fn an_account_that_goes() {
    each_change_fails(
        &[OLD],
        |test| test.put("/bob/a", OLD),
        |test| test.settle(test.cloud.remove_account("bob", "alice")),
        |test, Moment { done, .. }| {
            let is_there = test.cloud.view().account("bob").unwrap().is_some();
            assert!(!is_there || !done);
        },
    );
}
