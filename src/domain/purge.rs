//! What is kept for a while goes: old contents and what lies in the recycle bin, by number, by age, and when the disk runs
//! full; the oldest first, never more than is needed, and of many never all at once.

use super::Cloud;
use crate::base::path::CloudPath;
use crate::disk::Volume;
use crate::error::Result;
use crate::store::disks::Disk;
use crate::store::trash;
use crate::store::versions::{self, Kept};

const DAY_SECONDS: i64 = 24 * 3600;
/// What was kept for less is not removed to make room: there is time to notice a mistake.
const ROOM_AGE_SECONDS_MIN: i64 = 3600;
/// At most this many of a kind go for their age in one run, or a quarter of all, whichever is more. A clock that jumped
/// ahead by years would else remove everything at once.
const AGED_AT_ONCE: usize = 100;
/// Removed to make room before the disk is asked again.
const STEP: usize = 16;
const ALL: usize = 1_000_000;

impl Cloud {
    /// Removes what the settings say is no longer to be kept.
    pub fn purge_kept(&self) -> Result<()> {
        self.purge_at(self.now())
    }

    fn purge_at(&self, now: i64) -> Result<()> {
        let limits = self.config();
        let mut surplus = self.store.read(|read| versions::surplus(read, limits.versions_max, ALL))?;
        surplus.retain(|kept| self.volumes.of_root(&kept.owner).is_ok());
        self.purge_now(surplus, Vec::new())?;
        if !self.may_expire() {
            return Ok(());
        }
        let before = |days: u32| now - i64::from(days) * DAY_SECONDS;
        for (top, volume) in self.volumes.present() {
            let disk = Disk::of_root(&top.root_name());
            let (old_versions, old_trash) = self.store.read(|read| {
                let versions_now = AGED_AT_ONCE.max(versions::ids(read, &disk)?.len() / 4);
                let trash_now = AGED_AT_ONCE.max(trash::ids(read, &disk)?.len() / 4);
                Ok((
                    versions::replaced_before(read, &disk, before(limits.version_days), versions_now)?,
                    trash::deleted_before(read, &disk, before(limits.recycle_days), trash_now)?,
                ))
            })?;
            self.purge_now(old_versions.into_iter().map(|(_, kept)| kept).collect(), old_trash)?;
            self.make_room(&top, &volume, now - ROOM_AGE_SECONDS_MIN)?;
        }
        Ok(())
    }

    /// Removes the oldest of both kinds until a disk has the room that the settings ask for.
    fn make_room(&self, top: &CloudPath, volume: &Volume, before: i64) -> Result<()> {
        let disk = top.root_name();
        let percent = u64::from(self.config().kept_free_percent.min(90));
        let mut last = None;
        loop {
            let space = volume.free_space()?;
            let wanted = space.total / 100 * percent;
            // What does not give room (a file system with snapshots, say) is not removed in vain.
            if space.available >= wanted || last.is_some_and(|available| space.available <= available) {
                return Ok(());
            }
            last = Some(space.available);
            let disk = Disk::of_root(&disk);
            let (old_versions, old_trash) = self.store.read(|read| {
                Ok((
                    versions::replaced_before(read, &disk, before, STEP)?,
                    trash::deleted_before(read, &disk, before, STEP)?,
                ))
            })?;
            // The oldest first, of whichever kind.
            let newest =
                old_versions.iter().map(|(at, _)| *at).chain(old_trash.iter().map(|row| row.deleted));
            let mut times: Vec<i64> = newest.collect();
            times.sort_unstable();
            let Some(until) = times.get(STEP.min(times.len()).saturating_sub(1)).copied() else {
                return Ok(());
            };
            log::warn!("the disk has less than {percent} % free: the oldest of what is kept is removed");
            self.purge_now(
                old_versions.into_iter().filter(|(at, _)| *at <= until).map(|(_, kept)| kept).collect(),
                old_trash.into_iter().filter(|row| row.deleted <= until).collect(),
            )?;
        }
    }

    /// Removes old contents and entries of bins for good, and commits that.
    fn purge_now(&self, old_versions: Vec<Kept>, old_trash: Vec<trash::TrashRow>) -> Result<()> {
        if old_versions.is_empty() && old_trash.is_empty() {
            return Ok(());
        }
        let (versions, trash) = (self.purge_versions(old_versions), self.purge_trash(old_trash));
        let (contents, entries) = (versions.value.removed, trash.value.removed);
        log::info!("no longer kept: {contents} old contents, {entries} deleted files and folders");
        self.store.write(move |tx| {
            (versions.rows)(tx)?;
            (trash.rows)(tx)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::object_id;
    use crate::config::Settings;
    use crate::disk::{Commit, Replace};
    use crate::store::versions::NewVersion;
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    fn cloud() -> (PathBuf, Cloud) {
        let directory = std::env::temp_dir().join(format!("cloudlet-purge-{}", object_id()));
        std::fs::create_dir(&directory).unwrap();
        let settings = Settings::read(BTreeMap::new()).unwrap();
        let cloud = Cloud::open(&directory, settings).unwrap();
        cloud.volumes.create_folder(&CloudPath::parse("/bob").unwrap(), None).unwrap();
        (directory, cloud)
    }

    /// Writes a file over what is there, as an upload does.
    fn write(cloud: &Cloud, path: &CloudPath, text: &str) {
        let stage = cloud.volumes.main().unwrap().stage(&object_id(), None).unwrap();
        stage.write_at(0, text.as_bytes()).unwrap();
        let keep_as = object_id();
        let commit = Commit { replace: Replace::Always, modified: None, keep_as: Some(keep_as.clone()) };
        let done = cloud.volumes.main().unwrap().commit(stage, path, commit).unwrap();
        let (rows, path) = (cloud.rows(), path.clone());
        let saved = move |tx: &crate::store::Write| {
            let node = rows.saved(tx, &path, &done.stat, "bob")?;
            let version = |old: crate::disk::Stat| NewVersion {
                inode: old.inode,
                id: keep_as,
                node,
                owner: "bob".into(),
                size_bytes: old.size,
                modified_nanoseconds: 0,
                written_by: "bob".into(),
                created_by: "bob".into(),
            };
            done.kept.map_or(Ok(()), |old| versions::insert(tx, &version(old)))
        };
        cloud.store.write(saved).unwrap();
    }

    fn delete(cloud: &Cloud, path: &CloudPath) {
        let change = cloud.bin_entry(path, "bob", "bob").unwrap();
        cloud.store.write(change.rows).unwrap();
    }

    fn kept(cloud: &Cloud) -> (usize, usize) {
        let disk = Disk::of_root("");
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
    fn what_is_kept_goes_by_number_and_by_age_and_never_all_at_once() {
        let (directory, cloud) = cloud();
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
        // By number: the newest fifty stay. Nothing is old yet.
        cloud.purge_at(now).unwrap();
        assert_eq!(kept(&cloud), (50, 150));
        cloud.purge_at(now + 60 * DAY_SECONDS).unwrap();
        assert_eq!(kept(&cloud), (50, 150));
        // By age: as much as goes at once, and the rest with the next run.
        cloud.purge_at(now + 61 * DAY_SECONDS).unwrap();
        assert_eq!(kept(&cloud), (50, 50));
        cloud.purge_at(now + 61 * DAY_SECONDS).unwrap();
        assert_eq!(kept(&cloud), (50, 0));
        cloud.purge_at(now + 181 * DAY_SECONDS).unwrap();
        assert_eq!(kept(&cloud), (0, 0));
        assert!(cloud.volumes.stat(&path("often")).unwrap().is_some());
        cloud.close();
        drop(cloud);
        std::fs::remove_dir_all(directory).unwrap();
    }
}
