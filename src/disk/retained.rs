//! What is kept out of users' sight: trash, versions and thumbs, each entry under an id of the caller.
//!
//! It knows neither whose they are nor how long they stay.

use super::errno::{at, failed};
use super::hidden_dir::{HOME, checked, ids, read_small, write_small};
use super::location::Location;
use super::removal::remove_tree;
use super::replace::{Moved, put_new, put_new_folder};
use super::slot::sync_names;
use super::stat::{self, Stat};
use super::volume::Volume;
use crate::base::path::CloudPath;
use crate::error::{Code, Result};
use rustix::fd::AsFd;
use rustix::io::Errno;

impl Volume {
    /// Deletes for the user: a rename to `trash/<id>`. `Code::NotFound` when there is nothing.
    pub fn trash(&self, path: &CloudPath, id: &str) -> Result<Moved> {
        let slot = self.slot(path)?;
        let to = (self.hidden_dir.trash.as_fd(), checked(id)?.as_bytes());
        let _turn = self.turns.take(&[self.turn(&slot)]);
        let before = slot.require()?;
        self.refuse_elsewhere(&before, path)?;
        put_new_folder(slot.entry(), to)?;
        // First where it went to: between the two it may be there twice, but never nowhere.
        sync_names(&self.hidden_dir.trash).map_err(at("fsync trash"))?;
        slot.sync().map_err(at("fsync the folder"))?;
        let now =
            stat::of_name(to.0, to.1).map_err(at("statx"))?.ok_or_else(|| failed("statx", Errno::NOENT))?;
        Ok(Moved { before, now })
    }

    /// The ids in the trash.
    pub fn trashed(&self) -> Result<Vec<String>> {
        ids(&self.hidden_dir.trash)
    }

    /// Removes a deleted entry, or what a path below it names, for good, with all below that. `false`: nothing was there,
    /// so that what belonged to it may have gone elsewhere with it. What cannot be removed stays whole.
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

    /// Moves an earlier content to the trash, where it keeps its id.
    pub fn move_version_to_trash(&self, id: &str) -> Result<()> {
        let id = checked(id)?.as_bytes();
        put_new((self.hidden_dir.versions.as_fd(), id), (self.hidden_dir.trash.as_fd(), id))?;
        sync_names(&self.hidden_dir.trash).map_err(at("fsync trash"))?;
        sync_names(&self.hidden_dir.versions).map_err(at("fsync versions"))
    }

    /// The ids of the earlier contents.
    pub fn versions(&self) -> Result<Vec<String>> {
        ids(&self.hidden_dir.versions)
    }

    /// Removes an earlier content. Absent is no failure.
    pub fn purge_version(&self, id: &str) -> Result<()> {
        let entry = (self.hidden_dir.versions.as_fd(), checked(id)?.as_bytes());
        self.remove_tree(entry, &self.below_root(Location::Version(id))).map(drop)
    }

    /// A small picture, at most 1 MiB; `None` when there is none.
    #[cfg_attr(not(any(test, feature = "thumbs")), expect(dead_code, reason = "pictures are left out"))]
    pub fn thumb(&self, id: &str) -> Result<Option<Vec<u8>>> {
        read_small(self.hidden_dir.thumbs.as_fd(), checked(id)?.as_bytes())
    }

    /// Stores a small picture whole, over an earlier one.
    #[cfg_attr(not(any(test, feature = "thumbs")), expect(dead_code, reason = "pictures are left out"))]
    pub fn put_thumb(&self, id: &str, bytes: &[u8]) -> Result<()> {
        let (thumbs, staging) = (self.hidden_dir.thumbs.as_fd(), self.hidden_dir.staging.as_fd());
        write_small(thumbs, staging, checked(id)?, id.as_bytes(), bytes)
    }

    /// The small pictures: id and what the disk says of each.
    #[cfg_attr(not(any(test, feature = "thumbs")), expect(dead_code, reason = "pictures are left out"))]
    pub fn thumbs(&self) -> Result<Vec<(String, Stat)>> {
        let mut thumbs = Vec::new();
        for id in ids(&self.hidden_dir.thumbs)? {
            match stat::of_name(&self.hidden_dir.thumbs, id.as_bytes()) {
                Ok(stat) => thumbs.extend(stat.map(|stat| (id, stat))),
                Err(Errno::NOENT) => {}
                Err(errno) => return Err(failed("statx", errno)),
            }
        }
        Ok(thumbs)
    }

    /// Removes a small picture. Absent is no failure.
    #[cfg_attr(not(any(test, feature = "thumbs")), expect(dead_code, reason = "pictures are left out"))]
    pub fn purge_thumb(&self, id: &str) -> Result<()> {
        let entry = (self.hidden_dir.thumbs.as_fd(), checked(id)?.as_bytes());
        self.remove_tree(entry, format!("{HOME}/thumbs/{id}").as_bytes()).map(drop)
    }
}
