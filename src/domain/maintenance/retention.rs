//! Retention: removes versions and recycle-bin entries by number, by age, and when the disk runs
//! full. The oldest go first, never more than needed, and never everything at once by accident.
//!
//! A clock that jumps ahead would make everything old. So ages are measured by a time of their own,
//! which follows the clock by at most a week in each run: a wrong clock removes only what would be
//! removed within that week, and there are days to correct it. After a long time off, the runs of a
//! few days catch up.

use crate::base::path::CloudPath;
use crate::base::root::Root;
use crate::disk::Volume;
use crate::domain::Cloud;
use crate::error::Result;
use crate::store::disks::Disk;
use crate::store::versions::{self, Kept};
use crate::store::{Read, meta, trash, users};
use std::collections::{HashMap, HashSet};

const DAY_SECONDS: i64 = 24 * 3600;
/// Younger entries are not removed to make room, so that there is time to notice a mistake.
const ROOM_AGE_SECONDS_MIN: i64 = 3600;
/// The key of the time by which ages are measured.
const AGED_UNTIL: &str = "kept_aged_until";
/// Maximum step of that time in one run.
const AGED_STEP_SECONDS: i64 = 7 * DAY_SECONDS;
/// One run removes at most this part of the entries because of their age, rounded up.
const SHARE: usize = 4;
/// Maximum number of entries that are removed before the free space is checked again.
const STEP: usize = 16;
const ALL: usize = 1_000_000;

impl Cloud {
    /// Removes the entries that the settings no longer keep.
    pub fn purge_kept(&self) -> Result<()> {
        self.purge_at(self.now())
    }

    pub(in crate::domain) fn purge_at(&self, now: i64) -> Result<()> {
        let limits = self.config();
        let mut surplus = self.store.read(|read| versions::surplus(read, limits.versions_max, ALL))?;
        let kept = self.kept_by_brake(now)?;
        surplus.retain(|old| self.volumes.of_root(&old.owner).is_ok() && !kept.contains(&old.id));
        self.purge_now(surplus, Vec::new())?;
        if !self.may_expire() {
            return Ok(());
        }
        let (until, ages) = (self.aged_until(now)?, self.ages()?);
        let before = |days: u32| until - i64::from(days) * DAY_SECONDS;
        for (top, volume) in self.volumes.present() {
            let disk = Disk::of_root(&self.root_of(&top)?);
            let (old_versions, old_trash) = self.store.read(|read| {
                let versions_now = versions::ids(read, &disk)?.len().div_ceil(SHARE);
                let trash_now = trash::ids(read, &disk)?.len().div_ceil(SHARE);
                let mut versions = versions::replaced_before(read, &disk, before(ages.least.versions), ALL)?;
                versions.retain(|old| old.at < before(ages.of(&old.kept.owner).versions));
                versions.retain(|old| !kept.contains(&old.kept.id));
                versions.truncate(versions_now);
                let mut trash = trash::deleted_before(read, &disk, before(ages.least.bin), ALL)?;
                trash.retain(|row| row.deleted < before(ages.of(&row.owner).bin) && !kept.contains(&row.id));
                trash.truncate(trash_now);
                Ok((versions, trash))
            })?;
            self.purge_now(old_versions.into_iter().map(|old| old.kept).collect(), old_trash)?;
            self.make_room(&top, &volume, now - ROOM_AGE_SECONDS_MIN, &kept)?;
        }
        Ok(())
    }

    /// The ages by the policies of accounts, and by the settings for the others.
    fn ages(&self) -> Result<Ages> {
        let config = self.config();
        let others = Days { versions: config.version_days, bin: config.recycle_days };
        let policies = self.view().policies()?;
        let accounts = self.store.read(users::ids)?.into_iter().map(|id| {
            let policy = policies.of_account(id).effective(&config);
            (Root::Account(id), Days { versions: policy.version_days.0, bin: policy.recycle_days.0 })
        });
        let accounts: HashMap<Root, Days> = accounts.collect();
        let least = accounts.values().fold(others, |least, days| Days {
            versions: least.versions.min(days.versions),
            bin: least.bin.min(days.bin),
        });
        Ok(Ages { accounts, others, least })
    }

    /// The time by which this run measures ages. It is stored for the next run.
    fn aged_until(&self, now: i64) -> Result<i64> {
        let last = self.store.read(|read| meta::get(read, AGED_UNTIL))?;
        let last = last.and_then(|last| last.parse().ok());
        let until = last.map_or(now, |last: i64| now.min(last.saturating_add(AGED_STEP_SECONDS)));
        if until < now {
            log::info!(
                "the clock is far ahead of its last time, so versions and deleted files age by only a week"
            );
        }
        if last != Some(until) {
            self.store.write(move |tx| meta::set(tx, AGED_UNTIL, &until.to_string()))?;
        }
        Ok(until)
    }

    /// Removes the oldest versions and bin entries until a disk has the free space that the
    /// settings want. What the brake keeps stays.
    fn make_room(&self, top: &CloudPath, volume: &Volume, before: i64, kept: &HashSet<String>) -> Result<()> {
        let disk = Disk::of_root(&self.root_of(top)?);
        let percent = u64::from(self.config().kept_free_percent.0.min(90));
        let mut last = None;
        loop {
            let space = volume.free_space()?;
            let wanted = space.total / 100 * percent;
            // If removing gives no free space (a file system with snapshots, for instance), it
            // stops.
            if space.available >= wanted || last.is_some_and(|available| space.available <= available) {
                return Ok(());
            }
            last = Some(space.available);
            let mut oldest = self.store.read(|read| oldest(read, &disk, before, kept))?;
            if oldest.is_empty() {
                return Ok(());
            }
            // No more is removed than is missing, according to the rows.
            let mut missing = wanted - space.available;
            let mut is_needed = |old: &Old| {
                let was_missing = missing > 0;
                missing = missing.saturating_sub(old.size_bytes);
                was_missing
            };
            let needed = oldest.iter().take_while(|old| is_needed(old)).count();
            oldest.truncate(needed);
            log::warn!(
                "the disk has less than {percent} % free: the oldest versions and deleted files are removed"
            );
            let (mut old_versions, mut old_trash) = (Vec::new(), Vec::new());
            for old in oldest {
                match old.what {
                    What::Version(kept) => old_versions.push(kept),
                    What::Trash(row) => old_trash.push(row),
                }
            }
            self.purge_now(old_versions, old_trash)?;
        }
    }

    /// Removes versions and entries of bins permanently, and commits this.
    fn purge_now(&self, old_versions: Vec<Kept>, old_trash: Vec<trash::TrashRow>) -> Result<()> {
        if old_versions.is_empty() && old_trash.is_empty() {
            return Ok(());
        }
        let both = self.purge_versions(old_versions, || Ok(())).and(self.purge_trash(old_trash, || Ok(())));
        let (versions, trash) = self.settle(both)?;
        let (contents, entries) = (versions.removed, trash.removed);
        log::info!("no longer kept: {contents} versions, {entries} deleted files and folders");
        Ok(())
    }
}

/// Numbers of days for which entries are kept.
#[derive(Clone, Copy)]
struct Days {
    versions: u32,
    bin: u32,
}

/// The days of each owner.
struct Ages {
    accounts: HashMap<Root, Days>,
    /// For further disks, and for the data of removed accounts.
    others: Days,
    /// The smallest of all these numbers.
    least: Days,
}

impl Ages {
    fn of(&self, owner: &Root) -> Days {
        self.accounts.get(owner).copied().unwrap_or(self.others)
    }
}

/// An entry that may be removed to make room.
struct Old {
    at: i64,
    size_bytes: u64,
    what: What,
}

enum What {
    Version(Kept),
    Trash(trash::TrashRow),
}

/// Some of the versions and bin entries on a disk that are older than a time, the oldest first,
/// without those that are kept.
fn oldest(read: &Read, disk: &Disk, before: i64, kept: &HashSet<String>) -> Result<Vec<Old>> {
    let count = STEP + kept.len();
    let versions = versions::replaced_before(read, disk, before, count)?.into_iter();
    let versions = versions.filter(|old| !kept.contains(&old.kept.id)).map(|old| {
        let (at, size_bytes) = (old.at, old.size_bytes);
        Old { at, size_bytes, what: What::Version(old.kept) }
    });
    let trash = trash::deleted_before(read, disk, before, count)?.into_iter();
    let trash = trash.filter(|row| !kept.contains(&row.id));
    let trash = trash.map(|row| Old { at: row.deleted, size_bytes: row.size_bytes, what: What::Trash(row) });
    let mut oldest: Vec<Old> = versions.chain(trash).collect();
    oldest.sort_by_key(|old| old.at);
    oldest.truncate(STEP);
    Ok(oldest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::object_id;
    use crate::base::user_name::UserName;
    use crate::config::Settings;
    use crate::disk::{Commit, Replace};
    use crate::domain::accounts::account::NewAccount;
    use crate::domain::accounts::policy_changes;
    use crate::store::holds::{self, HoldRow};
    use crate::store::recent_changes::{self, RecentChange};
    use crate::store::versions::NewVersion;
    use crate::test_directory::TestDirectory;
    use std::collections::BTreeMap;

    const VERSION_DAYS: &str = "TONIDOCLOUD_FILE_VERSION_DAYS";

    fn cloud() -> (TestDirectory, Cloud) {
        let directory = TestDirectory::new();
        let settings = Settings::read(BTreeMap::new()).unwrap();
        let cloud = Cloud::open(&directory, settings).unwrap();
        cloud.volumes.create_folder(&CloudPath::parse("/bob").unwrap(), None).unwrap();
        (directory, cloud)
    }

    /// Writes over an existing file, as an upload does.
    fn write(cloud: &Cloud, path: &CloudPath, text: &str) {
        write_of(cloud, path, text, Root::NOBODY);
    }

    /// As [`write`], but the replaced content belongs to an owner.
    fn write_of(cloud: &Cloud, path: &CloudPath, text: &str, owner: Root) {
        let stage = cloud.volumes.main().unwrap().stage(&object_id(), None).unwrap();
        stage.write_at(0, text.as_bytes()).unwrap();
        let keep_as = object_id();
        let commit = Commit { replace: Replace::Always, modified: None, keep_as: Some(keep_as.clone()) };
        let done = cloud.volumes.main().unwrap().commit(stage, path, commit).unwrap();
        let (rows, path) = (cloud.rows(), path.clone());
        let saved = move |tx: &crate::store::Write| {
            let node = rows.record_saved(tx, &path, &done.stat, "bob")?;
            let version = |old: crate::disk::Moved| NewVersion {
                former: None,
                inode: old.now.inode,
                changed_nanoseconds: None,
                former_changed_nanoseconds: None,
                id: keep_as,
                node,
                owner,
                size_bytes: old.now.size,
                modified_nanoseconds: 0,
                written_by: "bob".into(),
                written_how: String::new(),
                created_by: "bob".into(),
                name: String::new(),
            };
            done.kept.map_or(Ok(()), |old| versions::insert(tx, &version(old)))
        };
        cloud.store.write(saved).unwrap();
    }

    fn delete(cloud: &Cloud, path: &CloudPath) {
        let change = cloud.bin_entry(path, &Root::NOBODY, "bob").unwrap();
        cloud.settle(change).unwrap();
    }

    fn kept(cloud: &Cloud) -> (usize, usize) {
        let disk = Disk::main();
        let rows = cloud
            .store
            .read(|read| Ok((versions::ids(read, &disk)?.len(), trash::ids(read, &disk)?.len())))
            .unwrap();
        let volume = cloud.volumes.main().unwrap();
        let on_disk = (volume.versions().unwrap().len(), volume.trashed().unwrap().len());
        assert_eq!(rows, on_disk, "rows and disk agree");
        rows
    }

    #[test]
    fn a_clock_that_jumps_ahead_takes_nothing_before_its_time() {
        let (_directory, cloud) = cloud();
        let path = |name: &str| CloudPath::parse(&format!("/bob/{name}")).unwrap();
        let (now, wrong) = (cloud.now(), cloud.now() + 10 * 365 * DAY_SECONDS);
        for name in ["a", "b", "c"] {
            write(&cloud, &path(name), "1");
            write(&cloud, &path(name), "2");
            delete(&cloud, &path(name));
        }
        cloud.purge_at(now).unwrap();
        // The clock is wrong for two days.
        for _ in 0..8 {
            cloud.purge_at(wrong).unwrap();
        }
        assert_eq!(kept(&cloud), (3, 3));
        // The clock is right again, and then wrong once more. The first two days must not count any
        // more.
        cloud.purge_at(now + DAY_SECONDS).unwrap();
        for _ in 0..8 {
            cloud.purge_at(wrong).unwrap();
        }
        assert_eq!(kept(&cloud), (3, 3));
        // If nobody corrects the clock, or the server was off for years, the time counts in the
        // end. The entries are removed one after the other.
        for left in [2, 1, 0, 0] {
            cloud.purge_at(wrong).unwrap();
            assert_eq!(kept(&cloud), (left, left));
        }
        cloud.close();
        drop(cloud);
    }

    #[test]
    fn what_is_kept_goes_by_number_and_by_age_and_never_all_at_once() {
        let (_directory, cloud) = cloud();
        let path = |name: &str| CloudPath::parse(&format!("/bob/{name}")).unwrap();
        let now = cloud.now();
        for number in 0..53 {
            write(&cloud, &path("often"), &number.to_string());
        }
        for number in 0..150 {
            write(&cloud, &path("gone"), &number.to_string());
            delete(&cloud, &path("gone"));
        }
        assert_eq!(kept(&cloud), (52, 150));
        // This run removes by number: the newest fifty stay. Nothing is old yet.
        cloud.purge_at(now).unwrap();
        assert_eq!(kept(&cloud), (50, 150));
        for day in (7..60).step_by(7).chain([60]) {
            cloud.purge_at(now + day * DAY_SECONDS).unwrap();
        }
        assert_eq!(kept(&cloud), (50, 150));
        // By age, each run removes a quarter of all, until nothing is left.
        let mut left = vec![];
        while kept(&cloud).1 > 0 {
            cloud.purge_at(now + 62 * DAY_SECONDS).unwrap();
            left.push(kept(&cloud).1);
        }
        assert_eq!((&left[..3], left.len()), (&[112, 84, 63][..], 15));
        assert_eq!(kept(&cloud), (50, 0));
        for day in (69..=181).step_by(7) {
            cloud.purge_at(now + day * DAY_SECONDS).unwrap();
        }
        assert_eq!(kept(&cloud), (37, 0));
        assert!(cloud.volumes.stat(&path("often")).unwrap().is_some());
        cloud.close();
        drop(cloud);
    }

    #[test]
    fn retention_leaves_versions_with_a_name() {
        let (_directory, cloud) = cloud();
        let path = CloudPath::parse("/bob/often").unwrap();
        (0..4).for_each(|number| write(&cloud, &path, &number.to_string()));
        let ids = || cloud.store.read(|read| versions::ids(read, &Disk::main())).unwrap();
        let named = ids()[0].clone();
        let given = named.clone();
        cloud.store.write(move |tx| versions::set_name(tx, &given, "As sent")).unwrap();
        (0..60).for_each(|number| write(&cloud, &path, &number.to_string()));
        cloud.purge_at(cloud.now()).unwrap();
        assert_eq!(kept(&cloud).0, 51, "fifty, and the one with a name beside them");
        let years = || (0..400).for_each(|day| cloud.purge_at(cloud.now() + day * DAY_SECONDS).unwrap());
        years();
        assert_eq!(ids(), [named.as_str()]);
        let before = cloud.now() + 1000 * DAY_SECONDS;
        let none = cloud.store.read(|read| oldest(read, &Disk::main(), before, &HashSet::new())).unwrap();
        assert!(none.is_empty(), "nor does it make room");
        cloud.store.write(move |tx| versions::set_name(tx, &named, "")).unwrap();
        years();
        assert!(ids().is_empty(), "without its name it goes like the others");
        cloud.close();
        drop(cloud);
    }

    #[test]
    fn retention_leaves_alone_what_a_hold_keeps() {
        let (_directory, cloud) = cloud();
        let account = NewAccount::with_hash(UserName::parse("eve").unwrap(), String::new());
        cloud.settle(cloud.add_account(account)).unwrap();
        let user = cloud.view().existing_account("eve").unwrap().id;
        let path = |name: &str| CloudPath::parse(&format!("/bob/{name}")).unwrap();
        let ids = |read: &Read| Ok((versions::ids(read, &Disk::main())?, trash::ids(read, &Disk::main())?));
        (0..3).for_each(|_| write(&cloud, &path("a"), "x"));
        delete(&cloud, &path("a"));
        // The versions of a deleted file are removed with it, so both belong to the same file.
        let (old, deleted) = cloud.store.read(ids).unwrap();
        (0..3).for_each(|_| write(&cloud, &path("b"), "x"));
        delete(&cloud, &path("b"));
        let hold = HoldRow {
            id: 0,
            client: "script".into(),
            user,
            who: "eve".into(),
            agent: String::new(),
            address: String::new(),
            begun: 1,
            replaced: 0,
            deleted: 0,
        };
        let held = [RecentChange::Replaced(old[0].clone()), RecentChange::Deleted(deleted[0].clone())];
        let note = move |tx: &crate::store::Write| {
            held.iter().try_for_each(|change| recent_changes::insert(tx, "script", change))?;
            holds::insert(tx, &hold)
        };
        let hold = cloud.store.write(note).unwrap();
        assert_eq!((kept(&cloud), hold.replaced, hold.deleted), ((4, 2), 1, 1));
        let years = || (0..400).for_each(|day| cloud.purge_at(cloud.now() + day * DAY_SECONDS).unwrap());
        years();
        assert_eq!(kept(&cloud), (1, 1));
        cloud.store.write(move |tx| holds::delete(tx, &hold)).unwrap();
        years();
        assert_eq!(kept(&cloud), (0, 0));
        cloud.close();
        drop(cloud);
    }

    #[test]
    fn what_is_kept_goes_by_the_policy_of_its_owner() {
        let (_directory, cloud) = cloud();
        for (name, version_days) in [("bob", "20"), ("eve", ""), ("carl", "400")] {
            let user_name = UserName::parse(name).unwrap();
            let account = NewAccount { is_admin: true, ..NewAccount::with_hash(user_name, String::new()) };
            let values = policy_changes::given_values(|key| (key == VERSION_DAYS).then_some(version_days));
            cloud.settle(cloud.add_account(account)).unwrap();
            cloud.commit(move |tx| policy_changes::change_for_account(tx, name, &values)).unwrap();
            let owner = Root::Account(cloud.view().existing_account(name).unwrap().id);
            let path = CloudPath::parse(&format!("/{name}/file")).unwrap();
            (0..5).for_each(|_| write_of(&cloud, &path, name, owner.clone()));
        }
        let nobodys = CloudPath::parse("/bob/nobody").unwrap();
        (0..5).for_each(|_| write(&cloud, &nobodys, "x"));
        let left = |days: i64| {
            // Enough runs for all that may go, however little one run takes.
            let now = cloud.now();
            for day in (0..=days).step_by(2).chain([days; 12]) {
                cloud.purge_at(now + day * DAY_SECONDS).unwrap();
            }
            let held = cloud.store.read(versions::held_by_owners).unwrap();
            let of = |name: &str| {
                let owner = Root::Account(cloud.view().existing_account(name).unwrap().id);
                held.get(&owner).map_or(0, |held| held.files)
            };
            let nobodys = held.get(&Root::NOBODY).map_or(0, |held| held.files);
            [of("bob"), of("eve"), of("carl"), nobodys]
        };
        assert_eq!(left(19), [4; 4]);
        assert_eq!(left(22), [0, 4, 4, 4]);
        assert_eq!(left(179), [0, 4, 4, 4]);
        assert_eq!(left(182), [0, 0, 4, 0]);
        cloud.close();
        drop(cloud);
    }
}
