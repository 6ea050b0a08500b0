//! Every change of disk and database by an operation fails: once, twice, or together with all later
//! ones. Then the old or the new content is in place, whole, nothing is lost, and after the next
//! start the index and the disk agree.

use crate::base::fault_injection::{self, Fault};
use crate::base::root::Root;
use crate::domain::tests::{House, path, shown};
use crate::error::Result;
use crate::store::versions;

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
    prepare: impl Fn(&House),
    operation: impl Fn(&House) -> Result<()>,
    check: impl Fn(&House, Moment),
) {
    for fault in [Fault::Once, Fault::Twice, Fault::Crash] {
        for nth in 1.. {
            assert!(nth < CHANGES_MAX);
            let house = House::new();
            prepare(&house);
            fault_injection::plan(fault, nth);
            let result = operation(&house);
            let what = format!("{fault:?} {nth}: {result:?}");
            let done = result.is_ok();
            let plan = fault_injection::current();
            if fault != Fault::Crash {
                fault_injection::enter(None);
                looks_well(&house, kept, &what);
                check(&house, Moment { done, is_mended: false });
                fault_injection::enter(plan);
            }
            let (house, changes) = house.restarted();
            looks_well(&house, kept, &what);
            check(&house, Moment { done, is_mended: false });
            fits_together(&house, &what);
            check(&house, Moment { done, is_mended: true });
            if changes < nth {
                assert!(done, "{what}");
                break;
            }
        }
    }
}

fn looks_well(house: &House, kept: &[&str], what: &str) {
    let contents = house.contents();
    for text in kept {
        assert!(contents.iter().any(|content| content == text), "{what}: {text} is lost: {contents:?}");
    }
}

/// Checks after a start that nothing is left over and that the rows match the disk.
fn fits_together(house: &House, what: &str) {
    let left: Vec<String> = house.private("staging");
    assert!(left.is_empty() || left.iter().all(|name| name.ends_with(".data")), "{what}: {left:?}");
    let report = house.cloud.check(true).unwrap();
    assert!(report.wrong.is_empty(), "{what}: {report:?}");
    let report = house.cloud.check(true).unwrap();
    assert!(report.wrong.is_empty() && report.mended.is_empty(), "{what}: {report:?}");
}

/// The file is old or new. It is new if the operation was reported as done.
fn old_or_new(house: &House, target: &str, Moment { done, .. }: Moment) {
    let now = house.read(target);
    assert!(now.as_deref() == Some(NEW) || now.as_deref() == Some(OLD) && !done, "{now:?}");
}

/// The file is whole at exactly one of two places. It is at the second if the operation was
/// reported as done.
fn in_one_of(house: &House, before: &str, after: &str, moment: Moment) {
    let (first, second) = (house.read(before), house.read(after));
    assert_ne!(first.is_some(), second.is_some(), "{first:?} {second:?}");
    assert!(second.is_some() || !moment.done);
    let here = if first.is_some() { before } else { after };
    assert_eq!(first.or(second).as_deref(), Some(OLD));
    // Its comments and stars are at the same place.
    if moment.done || moment.is_mended {
        assert_eq!(house.versions(here).len(), 2);
    }
}

/// Like `in_one_of`. Without its row, the entry is in the bin under its id until the next start.
fn in_the_bin_or_out(house: &House, before: &str, after: &str, moment: Moment) {
    let is_seen = house.read(before).is_some() || house.read(after).is_some();
    if moment.done || moment.is_mended || is_seen {
        in_one_of(house, before, after, moment);
    }
}

#[test]
fn an_upload() {
    each_change_fails(
        &[],
        |_| {},
        |house| house.upload("/bob/a", NEW, 1),
        |house, Moment { done, .. }| {
            let now = house.read("/bob/a");
            assert!(now.as_deref() == Some(NEW) || now.is_none() && !done, "{now:?}");
        },
    );
}

#[test]
fn an_overwrite() {
    each_change_fails(
        &[OLD],
        |house| house.put("/bob/a", OLD),
        |house| house.upload("/bob/a", NEW, 1),
        |house, moment| {
            old_or_new(house, "/bob/a", moment);
            if moment.done || moment.is_mended && house.read("/bob/a").as_deref() == Some(NEW) {
                assert_eq!(house.versions("/bob/a").len(), 2);
            }
        },
    );
}

#[test]
fn an_upload_in_parts_over_a_file() {
    each_change_fails(
        &[OLD],
        |house| house.put("/bob/a", OLD),
        |house| house.upload("/bob/a", NEW, 3),
        |house, moment| old_or_new(house, "/bob/a", moment),
    );
}

#[test]
fn a_rename() {
    each_change_fails(
        &[OLD, OTHER],
        |house| {
            house.put("/bob/a", OTHER);
            house.put("/bob/a", OLD);
        },
        |house| house.rename("/bob/a", "/bob/b", false),
        |house, moment| in_one_of(house, "/bob/a", "/bob/b", moment),
    );
}

#[test]
fn a_rename_over_a_file() {
    each_change_fails(
        &[OLD, NEW],
        |house| {
            house.put("/bob/a", OLD);
            house.put("/bob/b", NEW);
        },
        |house| house.rename("/bob/b", "/bob/a", true),
        |house, moment| {
            old_or_new(house, "/bob/a", moment);
            assert_eq!(house.read("/bob/b").is_none(), house.read("/bob/a").as_deref() == Some(NEW));
        },
    );
}

#[test]
fn a_folder_that_moves() {
    each_change_fails(
        &[OLD, OTHER],
        |house| {
            house.folder("/bob/f");
            house.folder("/bob/g");
            house.put("/bob/f/a", OTHER);
            house.put("/bob/f/a", OLD);
        },
        |house| house.rename("/bob/f", "/bob/g/h", false),
        |house, moment| in_one_of(house, "/bob/f/a", "/bob/g/h/a", moment),
    );
}

/// Between disks, the file is at the first place, in the bin from which it is copied, or at the
/// second place. It is at the second if the operation was reported as done.
fn a_move_between_disks(before: &str, after: &str) {
    each_change_fails(
        &[OLD, OTHER],
        |house| {
            house.put(before, OTHER);
            house.put(before, OLD);
        },
        |house| house.rename(before, after, false),
        |house, moment| {
            let (first, second) = (house.read(before), house.read(after));
            if moment.done {
                assert_eq!((first.as_deref(), second.as_deref()), (None, Some(OLD)));
                assert_eq!(house.versions(after).len(), 2);
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
        |house| {
            house.put("/bob/a", OLD);
            house.put("/bob/b", NEW);
        },
        |house| house.copy("/bob/b", "/bob/a", true),
        |house, moment| {
            old_or_new(house, "/bob/a", moment);
            assert_eq!(house.read("/bob/b").as_deref(), Some(NEW));
        },
    );
}

#[test]
fn a_folder_that_is_copied() {
    each_change_fails(
        &[OLD],
        |house| {
            house.folder("/bob/f");
            house.folder("/bob/f/g");
            house.put("/bob/f/g/a", OLD);
        },
        |house| house.copy("/bob/f", "/bob/h", false),
        |house, Moment { done, .. }| {
            assert_eq!(house.read("/bob/f/g/a").as_deref(), Some(OLD));
            let is_there = house.cloud.stat(&path("/bob/h")).unwrap().is_some();
            assert!(is_there || !done);
            assert!(!is_there || house.read("/bob/h/g/a").as_deref() == Some(OLD), "half a copy");
        },
    );
}

#[test]
fn a_deletion() {
    each_change_fails(
        &[OLD, OTHER],
        |house| {
            house.folder("/bob/f");
            house.put("/bob/f/a", OTHER);
            house.put("/bob/f/a", OLD);
        },
        |house| house.delete("/bob/f"),
        |house, moment| in_the_bin_or_out(house, "/bob/f/a", "/bob/recyclebin/f/a", moment),
    );
}

#[test]
fn a_restoration() {
    each_change_fails(
        &[OLD, OTHER],
        |house| {
            house.folder("/bob/f");
            house.put("/bob/f/a", OTHER);
            house.put("/bob/f/a", OLD);
            house.delete("/bob/f/a").unwrap();
            house.delete("/bob/f").unwrap();
        },
        |house| house.restore("/bob/recyclebin/a"),
        |house, moment| in_the_bin_or_out(house, "/bob/recyclebin/a", "/bob/f/a", moment),
    );
}

#[test]
fn a_removal_for_good() {
    each_change_fails(
        &[NEW],
        |house| {
            house.folder("/bob/f");
            house.put("/bob/f/a", OTHER);
            house.put("/bob/f/a", OLD);
            house.put("/bob/b", NEW);
            house.delete("/bob/f").unwrap();
        },
        |house| house.delete("/bob/recyclebin/f"),
        |house, Moment { done, .. }| {
            assert_eq!(house.read("/bob/b").as_deref(), Some(NEW));
            assert!(!done || house.private("trash").is_empty());
            // A version that could not be removed with its file keeps its row, and is removed by
            // its age.
            let kept =
                house.cloud.store.read(|read| versions::of_owner(read, &Root::Account(house.user.id())));
            assert!(!done || kept.unwrap().len() == house.private("versions").len());
        },
    );
}

#[test]
fn an_emptied_bin() {
    each_change_fails(
        &[NEW],
        |house| {
            for name in ["a", "b"] {
                house.put(&format!("/bob/{name}"), OLD);
                house.delete(&format!("/bob/{name}")).unwrap();
            }
            house.put("/bob/c", NEW);
        },
        |house| {
            let emptied = house.settle(house.cloud.empty_bin(&house.user))?;
            match emptied.failed {
                0 => Ok(()),
                _ => Err(crate::error::Error::internal("not all of it")),
            }
        },
        |house, Moment { done, .. }| assert!(!done || house.private("trash").is_empty()),
    );
}

#[test]
fn an_old_content_that_becomes_the_live_one() {
    each_change_fails(
        &[OLD, NEW],
        |house| {
            house.put("/bob/a", NEW);
            house.put("/bob/a", OLD);
        },
        |house| {
            let target = house.cloud.view().writable(&house.user, &shown("/bob/a"))?;
            let id = &house.versions("/bob/a")[1];
            house.settle(house.cloud.promote_version(&house.user, &target, id)).map(drop)
        },
        |house, moment| {
            old_or_new(house, "/bob/a", moment);
            if moment.done || moment.is_mended && house.read("/bob/a").as_deref() == Some(NEW) {
                assert_eq!(house.versions("/bob/a").len(), 2);
            }
        },
    );
}

#[test]
fn an_old_content_that_is_removed() {
    each_change_fails(
        &[NEW],
        |house| {
            house.put("/bob/a", OLD);
            house.put("/bob/a", NEW);
        },
        |house| {
            let target = house.cloud.view().deletable(&house.user, &shown("/bob/a"))?;
            let id = &house.versions("/bob/a")[1];
            house.settle(house.cloud.delete_version(&house.user, &target, id)).map(drop)
        },
        |house, Moment { done, .. }| {
            assert_eq!(house.read("/bob/a").as_deref(), Some(NEW));
            assert!(!done || house.versions("/bob/a").len() == 1);
        },
    );
}

#[test]
fn an_account_that_goes() {
    each_change_fails(
        &[OLD],
        |house| house.put("/bob/a", OLD),
        |house| house.settle(house.cloud.remove_account("bob", "alice")),
        |house, Moment { done, .. }| {
            let is_there = house.cloud.view().account("bob").unwrap().is_some();
            assert!(!is_there || !done);
        },
    );
}
