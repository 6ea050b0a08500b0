//! Retained content that users do not see: recycle bin, versions and thumbnails, each entry under
//! an id that the caller chooses.
//!
//! This module knows neither their owners nor how long they stay.

use super::errno::{at, failed, obstacle};
use super::hidden_dir::{HOME, checked, ids, read_small, write_small};
use super::location::Location;
use super::move_in::{put_new, put_new_folder};
use super::removal::{check_removable, remove_tree};
use super::skipped::Wanted;
use super::slot::{Slot, sync_names};
use super::stat::{self, Moved, Stat};
use super::sys;
use super::unfinished::Unfinished;
use super::volume::Volume;
use crate::base::path::CloudPath;
use crate::error::{Code, Result};
use rustix::fd::AsFd;
use rustix::io::Errno;

impl Volume {
    /// Deletes an entry for the user: a rename to `trash/<id>`. `Code::NotFound` if it does not
    /// exist. After a failure the entry is where it was. If the disk does not even let it be put
    /// back, it is in `trash` and noted as unfinished.
    pub fn trash(&self, path: &CloudPath, id: &str) -> Result<Moved> {
        self.require_safe()?;
        let slot = self.slot(path)?;
        let to = (self.hidden_dir.trash.as_fd(), checked(id)?.as_bytes());
        let _turn = self.turns.take(&[self.turn(&slot)]);
        let before = slot.require()?;
        self.refuse_elsewhere(&before, path)?;
        put_new_folder(slot.entry(), to)?;
        match self.make_deletion_durable(&slot, to) {
            Ok(now) => Ok(Moved { before, now }),
            Err(error) => Err(match put_new_folder(to, slot.entry()) {
                Ok(()) => error,
                Err(second) => {
                    self.note_unfinished(Unfinished::Deletion { id: id.to_owned() });
                    error.because(second)
                }
            }),
        }
    }

    /// Syncs the target folder first: in between, the entry may exist twice after a crash, but it
    /// is never lost.
    fn make_deletion_durable(&self, slot: &Slot, to: sys::Entry<'_>) -> Result<Stat> {
        sync_names(&self.hidden_dir.trash).map_err(at("fsync trash"))?;
        slot.sync().map_err(at("fsync the folder"))?;
        stat::of_name(to.0, to.1).map_err(at("statx"))?.ok_or_else(|| failed("statx", Errno::NOENT))
    }

    /// The ids in the recycle bin.
    pub fn trashed(&self) -> Result<Vec<String>> {
        ids(&self.hidden_dir.trash)
    }

    /// Removes a deleted entry, or the entry at a path in it, permanently and with everything in
    /// it. Returns `false` if it does not exist: its versions may have gone elsewhere with it. An
    /// entry that cannot be removed stays whole.
    pub fn purge_trash(&self, id: &str, below: &CloudPath) -> Result<bool> {
        let location = Location::Trash(id, below);
        let whole = below.is_root().then_some(id);
        match self.slot(location) {
            Ok(slot) => remove_tree(&self.hidden_dir, slot.entry(), whole)
                .map_err(|stuck| self.stuck(&self.below_root(location), stuck)),
            Err(error) if error.code == Code::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Moves a version to the recycle bin, under the same id.
    pub fn move_version_to_trash(&self, id: &str) -> Result<()> {
        let id = checked(id)?.as_bytes();
        put_new((self.hidden_dir.versions.as_fd(), id), (self.hidden_dir.trash.as_fd(), id))?;
        sync_names(&self.hidden_dir.trash).map_err(at("fsync trash"))?;
        sync_names(&self.hidden_dir.versions).map_err(at("fsync versions"))
    }

    /// The ids of the versions.
    pub fn versions(&self) -> Result<Vec<String>> {
        ids(&self.hidden_dir.versions)
    }

    /// Checks whether a version can be removed, as far as this can be known in advance.
    pub fn check_version_removable(&self, id: &str) -> Result<()> {
        let versions = self.hidden_dir.versions.as_fd();
        let above = stat::of_handle(versions).map_err(at("statx"))?;
        let above = above.ok_or_else(|| failed("statx", Errno::NOENT))?;
        check_removable((versions, checked(id)?.as_bytes()), &above).map_err(|stuck| {
            let error = self.stuck(&self.below_root(Location::Version(id)), stuck);
            error.after("A version that belongs to it: ")
        })
    }

    /// Removes a version. If it does not exist, that is no failure.
    pub fn purge_version(&self, id: &str) -> Result<()> {
        let entry = (self.hidden_dir.versions.as_fd(), checked(id)?.as_bytes());
        self.remove_tree(entry, &self.below_root(Location::Version(id))).map(drop)
    }

    /// An entry of the cache, at most 1 MiB; `None` if it does not exist.
    pub fn cached(&self, name: &str) -> Result<Option<Vec<u8>>> {
        read_small(self.hidden_dir.home.as_fd(), checked(name)?.as_bytes())
    }

    /// Stores an entry of the cache completely, and replaces an earlier one.
    pub fn put_cached(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let (home, staging) = (self.hidden_dir.home.as_fd(), self.hidden_dir.staging.as_fd());
        write_small(home, staging, checked(name)?, name.as_bytes(), bytes)
    }

    /// A thumbnail, at most 1 MiB; `None` if it does not exist.
    #[cfg_attr(not(any(test, feature = "thumbs")), expect(dead_code, reason = "pictures are left out"))]
    pub fn thumb(&self, id: &str) -> Result<Option<Vec<u8>>> {
        read_small(self.hidden_dir.thumbs.as_fd(), checked(id)?.as_bytes())
    }

    /// True if there is such a thumbnail.
    #[cfg_attr(not(feature = "thumbs"), expect(dead_code, reason = "pictures are left out"))]
    pub fn has_thumb(&self, id: &str) -> Result<bool> {
        match stat::of_name(&self.hidden_dir.thumbs, checked(id)?.as_bytes()) {
            Ok(stat) => Ok(stat.is_some()),
            Err(Errno::NOENT) => Ok(false),
            Err(errno) => Err(failed("statx", errno)),
        }
    }

    /// Stores a thumbnail completely, and replaces an earlier one.
    #[cfg_attr(not(any(test, feature = "thumbs")), expect(dead_code, reason = "pictures are left out"))]
    pub fn put_thumb(&self, id: &str, bytes: &[u8]) -> Result<()> {
        let (thumbs, staging) = (self.hidden_dir.thumbs.as_fd(), self.hidden_dir.staging.as_fd());
        write_small(thumbs, staging, checked(id)?, id.as_bytes(), bytes)
    }

    /// The ids and states of all thumbnails.
    #[cfg_attr(not(any(test, feature = "thumbs")), expect(dead_code, reason = "pictures are left out"))]
    pub fn thumbs(&self) -> Result<Vec<(String, Stat)>> {
        let mut thumbs = Vec::new();
        for id in ids(&self.hidden_dir.thumbs)? {
            match stat::of_name(&self.hidden_dir.thumbs, id.as_bytes()) {
                Ok(stat) => thumbs.extend(stat.map(|stat| (id, stat))),
                Err(Errno::NOENT) => {}
                Err(errno) => match obstacle(errno) {
                    Some(obstacle) => {
                        self.skip(format!("{HOME}/thumbs/{id}").into_bytes(), Wanted::Read, obstacle);
                    }
                    None => return Err(failed("statx", errno)),
                },
            }
        }
        Ok(thumbs)
    }

    /// Removes a thumbnail. If it does not exist, that is no failure.
    #[cfg_attr(not(any(test, feature = "thumbs")), expect(dead_code, reason = "pictures are left out"))]
    pub fn purge_thumb(&self, id: &str) -> Result<()> {
        let entry = (self.hidden_dir.thumbs.as_fd(), checked(id)?.as_bytes());
        self.remove_tree(entry, format!("{HOME}/thumbs/{id}").as_bytes()).map(drop)
    }
}
