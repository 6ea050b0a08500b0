//! Moves to another disk, while others are at work, and with entries that cannot come along.

use crate::base::fault_injection;
use crate::domain::files::locks::End;
use crate::domain::tests::{House, path, shown};
use crate::error::Code;
use crate::store::versions;
use std::os::unix::fs::symlink;
use std::time::{Duration, Instant};

fn names(house: &House, folder: &str) -> Vec<String> {
    let found = house.cloud.list(&path(folder)).unwrap().unwrap();
    found.into_iter().map(|found| found.name.to_string()).collect()
}

/// A cloud with a folder that contains a file with an old version.
fn house_with_folder() -> House {
    let house = House::new();
    house.folder("/bob/f");
    house.put("/bob/f/a", "old");
    house.put("/bob/f/a", "new");
    house
}

#[test]
fn who_empties_the_bin_does_not_mean_what_is_on_its_way_to_another_disk() {
    let house = house_with_folder();
    house.put("/bob/gone", "gone");
    house.delete("/bob/gone").unwrap();
    let (from, to) = (shown("/bob/f"), shown("/EXTERNAL/disk/f"));
    let (from, to) = (
        house.cloud.view().writable(&house.user, &from).unwrap(),
        house.cloud.view().writable(&house.user, &to).unwrap(),
    );
    let moved = house.cloud.rename(&house.user, &from.moved_to(to).unwrap(), false);
    // The copy is made, and the original lies in the bin until the rows say so.
    assert_eq!(house.private("trash").len(), 2);
    assert_eq!(names(&house, "/bob/recyclebin"), ["gone"]);
    let in_bin = house.cloud.view().deletable(&house.user, &shown("/bob/recyclebin/f")).unwrap();
    let deleted = house.settle(house.cloud.delete(&house.user, &in_bin));
    assert_eq!(deleted.unwrap_err().code, Code::NotFound);
    let emptied = house.settle(house.cloud.empty_bin(&house.user)).unwrap();
    assert_eq!((emptied.removed, emptied.failed), (1, 0));
    assert_eq!(house.private("trash").len(), 1);
    house.settle(moved).unwrap();
    assert!(house.private("trash").is_empty() && names(&house, "/bob").is_empty());
    assert_eq!(house.read("/EXTERNAL/disk/f/a").as_deref(), Some("new"));
    assert_eq!(house.versions("/EXTERNAL/disk/f/a").len(), 2);
}

#[test]
fn what_cannot_come_along_to_another_disk_keeps_its_folder_where_it_is() {
    let house = house_with_folder();
    let folder = house.directory.join("files/bob/f");
    symlink("a", folder.join("link")).unwrap();
    let refused = house.rename("/bob/f", "/EXTERNAL/disk/f", false).unwrap_err();
    assert_eq!(refused.code, Code::Conflict);
    assert!(refused.message.starts_with("link cannot be moved to another disk"), "{refused:?}");
    assert_eq!(std::fs::read_link(folder.join("link")).unwrap().to_str(), Some("a"));
    assert_eq!(house.versions("/bob/f/a").len(), 2);
    assert!(names(&house, "/EXTERNAL/disk").is_empty() && house.private("staging").is_empty());
    // A copy leaves the link out.
    house.copy("/bob/f", "/EXTERNAL/disk/f", false).unwrap();
    assert_eq!(names(&house, "/EXTERNAL/disk/f"), ["a"]);
}

#[test]
fn what_can_neither_be_moved_nor_put_back_says_where_it_is_and_is_restored() {
    let house = house_with_folder();
    let folder = house.directory.join("files/bob/f");
    symlink("a", folder.join("link")).unwrap();
    // Another entry takes the place as soon as it is free.
    let place = folder.clone();
    fault_injection::before_each(move || {
        if !place.exists() {
            std::fs::write(&place, "another").unwrap();
        }
    });
    let refused = house.rename("/bob/f", "/EXTERNAL/disk/f", false).unwrap_err();
    fault_injection::before_each(|| {});
    assert_eq!(refused.code, Code::Conflict);
    assert_eq!(
        refused.message,
        "link cannot be moved to another disk: it is gone, or it is neither a file nor a folder (a link, for example). Please take it out \
         of the folder first. It could not be put back to /bob/f either. A file with this name exists already. It is in the \
         recycle bin now, as /bob/recyclebin/f; please restore it from there."
    );
    assert_eq!(house.read("/bob/f").as_deref(), Some("another"));
    assert_eq!(names(&house, "/bob/recyclebin"), ["f"]);
    assert!(names(&house, "/EXTERNAL/disk").is_empty() && house.private("staging").is_empty());
    // The dashboard reports it until it is restored, even after a start.
    let (house, _) = house.restarted();
    let told = house.cloud.broken_off().unwrap();
    assert_eq!(told.iter().map(|finding| finding.path.as_str()).collect::<Vec<_>>(), ["/bob/f"]);
    assert!(told[0].advice.contains("/bob/recyclebin/f"), "{told:?}");
    house.restore("/bob/recyclebin/f").unwrap();
    assert!(house.cloud.broken_off().unwrap().is_empty());
    assert_eq!(house.read("/bob/f").as_deref(), Some("another"));
    assert_eq!(house.read("/bob/f (2)/a").as_deref(), Some("new"));
    assert_eq!(house.versions("/bob/f (2)/a").len(), 2);
    assert!(house.cloud.check(true).unwrap().wrong.is_empty());
}

#[test]
fn a_lock_of_ones_own_comes_along() {
    let house = house_with_folder();
    let target = house.cloud.view().writable(&house.user, &shown("/bob/f/a")).unwrap();
    let locking = house.cloud.lock(&house.user, &target, true, End::Never).unwrap();
    house.cloud.settle(locking).unwrap();
    house.rename("/bob/f", "/EXTERNAL/disk/f", false).unwrap();
    let there = house.cloud.view().readable(&house.user, &shown("/EXTERNAL/disk/f/a")).unwrap();
    let lock = house.cloud.view().lock_of(&there).unwrap().expect("it is locked");
    assert_eq!((lock.owner.as_str(), lock.forbids_reading), ("bob", true));
    // A deleted entry is not locked any more.
    house.delete("/EXTERNAL/disk/f").unwrap();
    house.restore("/EXTERNAL/disk/recyclebin/f").unwrap();
    assert!(house.cloud.view().lock_of(&there).unwrap().is_none());
}

#[test]
fn what_is_removed_for_good_may_have_old_contents_on_a_disk_that_is_not_there() {
    let house = House::new();
    house.put("/EXTERNAL/disk/a", "old");
    house.put("/EXTERNAL/disk/a", "new");
    house.rename("/EXTERNAL/disk/a", "/bob/a", false).unwrap();
    house.delete("/bob/a").unwrap();
    let [disk, away] = ["disk", "away"].map(|name| house.directory.join(name));
    std::fs::rename(&disk, &away).unwrap();
    let wait_until_away = |is_away: bool| {
        let end = Instant::now() + Duration::from_secs(30);
        while house.cloud.volumes.of(&path("/EXTERNAL/disk")).is_err() != is_away {
            assert!(Instant::now() < end, "the disk is looked at within a second");
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    wait_until_away(true);
    let emptied = house.settle(house.cloud.empty_bin(&house.user)).unwrap();
    assert_eq!((emptied.removed, emptied.failed), (1, 0));
    assert_eq!(house.cloud.account_usage("bob").unwrap().bin_files, 0);
    // The entry is removed by its age when the disk is back.
    std::fs::rename(&away, &disk).unwrap();
    wait_until_away(false);
    assert_eq!(house.private("versions").len(), 1);
    let all = house.cloud.store.read(|read| versions::surplus(read, 0, 10)).unwrap();
    let purged = house.settle(Ok(house.cloud.purge_versions(all, || Ok(())))).unwrap();
    assert_eq!(purged.removed, 1);
    assert!(house.private("versions").is_empty());
}
