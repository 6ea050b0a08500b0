//! Moves to another disk, while others are at work, and with entries that cannot come along.

use crate::base::fault_injection;
use crate::domain::files::locks::End;
use crate::domain::tests::{TestCloud, path, shown};
use crate::error::Code;
use crate::store::versions;
use std::os::unix::fs::symlink;
use std::time::{Duration, Instant};

fn names(test: &TestCloud, folder: &str) -> Vec<String> {
    let found = test.cloud.list(&path(folder)).unwrap().unwrap();
    found.into_iter().map(|found| found.name.to_string()).collect()
}

/// A cloud with a folder that contains a file with an old version.
fn cloud_with_folder() -> TestCloud {
    let test = TestCloud::new();
    test.folder("/bob/f");
    test.put("/bob/f/a", "old");
    test.put("/bob/f/a", "new");
    test
}

#[test]
fn who_empties_the_bin_does_not_mean_what_is_on_its_way_to_another_disk() {
    let test = cloud_with_folder();
    test.put("/bob/gone", "gone");
    test.delete("/bob/gone").unwrap();
    let (from, to) = (shown("/bob/f"), shown("/EXTERNAL/disk/f"));
    let (from, to) = (
        test.cloud.view().writable(&test.user, &from).unwrap(),
        test.cloud.view().writable(&test.user, &to).unwrap(),
    );
    let moved = test.cloud.rename(&test.user, &from.moved_to(to).unwrap(), false);
    // The copy is made, and the original lies in the bin until the rows say so.
    assert_eq!(test.private("trash").len(), 2);
    assert_eq!(names(&test, "/bob/recyclebin"), ["gone"]);
    let in_bin = test.cloud.view().deletable(&test.user, &shown("/bob/recyclebin/f")).unwrap();
    let deleted = test.settle(test.cloud.delete(&test.user, &in_bin));
    assert_eq!(deleted.unwrap_err().code, Code::NotFound);
    let emptied = test.settle(test.cloud.empty_bin(&test.user)).unwrap();
    assert_eq!((emptied.removed, emptied.failed), (1, 0));
    assert_eq!(test.private("trash").len(), 1);
    test.settle(moved).unwrap();
    assert!(test.private("trash").is_empty() && names(&test, "/bob").is_empty());
    assert_eq!(test.read("/EXTERNAL/disk/f/a").as_deref(), Some("new"));
    assert_eq!(test.versions("/EXTERNAL/disk/f/a").len(), 2);
}

#[test]
fn what_cannot_come_along_to_another_disk_keeps_its_folder_where_it_is() {
    let test = cloud_with_folder();
    let folder = test.directory.join("files/bob/f");
    symlink("a", folder.join("link")).unwrap();
    let refused = test.rename("/bob/f", "/EXTERNAL/disk/f", false).unwrap_err();
    assert_eq!(refused.code, Code::Conflict);
    assert!(refused.message.starts_with("link cannot be moved to another disk"), "{refused:?}");
    assert_eq!(std::fs::read_link(folder.join("link")).unwrap().to_str(), Some("a"));
    assert_eq!(test.versions("/bob/f/a").len(), 2);
    assert!(names(&test, "/EXTERNAL/disk").is_empty() && test.private("staging").is_empty());
    // A copy leaves the link out.
    test.copy("/bob/f", "/EXTERNAL/disk/f", false).unwrap();
    assert_eq!(names(&test, "/EXTERNAL/disk/f"), ["a"]);
}

#[test]
fn what_can_neither_be_moved_nor_put_back_says_where_it_is_and_is_restored() {
    let test = cloud_with_folder();
    let folder = test.directory.join("files/bob/f");
    symlink("a", folder.join("link")).unwrap();
    // Another entry takes the place as soon as it is free.
    let place = folder.clone();
    fault_injection::before_each(move || {
        if !place.exists() {
            std::fs::write(&place, "another").unwrap();
        }
    });
    let refused = test.rename("/bob/f", "/EXTERNAL/disk/f", false).unwrap_err();
    fault_injection::before_each(|| {});
    assert_eq!(refused.code, Code::Conflict);
    assert_eq!(
        refused.message,
        "link cannot be moved to another disk: it is gone, or it is neither a file nor a folder (a link, for example). Please take it out \
         of the folder first. It could not be put back to /bob/f either. A file with this name exists already. It is in the \
         recycle bin now, as /bob/recyclebin/f; please restore it from there."
    );
    assert_eq!(test.read("/bob/f").as_deref(), Some("another"));
    assert_eq!(names(&test, "/bob/recyclebin"), ["f"]);
    assert!(names(&test, "/EXTERNAL/disk").is_empty() && test.private("staging").is_empty());
    // The dashboard reports it until it is restored, even after a start.
    let (test, _) = test.restarted();
    let told = test.cloud.broken_off().unwrap();
    assert_eq!(told.iter().map(|finding| finding.path.as_str()).collect::<Vec<_>>(), ["/bob/f"]);
    assert!(told[0].advice.contains("/bob/recyclebin/f"), "{told:?}");
    test.restore("/bob/recyclebin/f").unwrap();
    assert!(test.cloud.broken_off().unwrap().is_empty());
    assert_eq!(test.read("/bob/f").as_deref(), Some("another"));
    assert_eq!(test.read("/bob/f (2)/a").as_deref(), Some("new"));
    assert_eq!(test.versions("/bob/f (2)/a").len(), 2);
    assert!(test.cloud.check(true).unwrap().wrong.is_empty());
}

#[test]
fn a_lock_of_ones_own_comes_along() {
    let test = cloud_with_folder();
    let target = test.cloud.view().writable(&test.user, &shown("/bob/f/a")).unwrap();
    let locking = test.cloud.lock(&test.user, &target, true, End::Never).unwrap();
    test.cloud.settle(locking).unwrap();
    test.rename("/bob/f", "/EXTERNAL/disk/f", false).unwrap();
    let there = test.cloud.view().readable(&test.user, &shown("/EXTERNAL/disk/f/a")).unwrap();
    let lock = test.cloud.view().lock_of(&there).unwrap().expect("it is locked");
    assert_eq!((lock.owner.as_str(), lock.forbids_reading), ("bob", true));
    // A deleted entry is not locked any more.
    test.delete("/EXTERNAL/disk/f").unwrap();
    test.restore("/EXTERNAL/disk/recyclebin/f").unwrap();
    assert!(test.cloud.view().lock_of(&there).unwrap().is_none());
}

#[test]
fn what_is_removed_for_good_may_have_old_contents_on_a_disk_that_is_not_there() {
    let test = TestCloud::new();
    test.put("/EXTERNAL/disk/a", "old");
    test.put("/EXTERNAL/disk/a", "new");
    test.rename("/EXTERNAL/disk/a", "/bob/a", false).unwrap();
    test.delete("/bob/a").unwrap();
    let [disk, away] = ["disk", "away"].map(|name| test.directory.join(name));
    std::fs::rename(&disk, &away).unwrap();
    let wait_until_away = |is_away: bool| {
        let end = Instant::now() + Duration::from_secs(30);
        while test.cloud.volumes.of(&path("/EXTERNAL/disk")).is_err() != is_away {
            assert!(Instant::now() < end, "the disk is looked at within a second");
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    wait_until_away(true);
    let emptied = test.settle(test.cloud.empty_bin(&test.user)).unwrap();
    assert_eq!((emptied.removed, emptied.failed), (1, 0));
    assert_eq!(test.cloud.account_usage("bob").unwrap().bin_files, 0);
    // The entry is removed by its age when the disk is back.
    std::fs::rename(&away, &disk).unwrap();
    wait_until_away(false);
    assert_eq!(test.private("versions").len(), 1);
    let all = test.cloud.store.read(|read| versions::surplus(read, 0, 10)).unwrap();
    let purged = test.settle(Ok(test.cloud.purge_versions(all, || Ok(())))).unwrap();
    assert_eq!(purged.removed, 1);
    assert!(test.private("versions").is_empty());
}
