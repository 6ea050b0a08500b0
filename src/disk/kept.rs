//! What is kept out of users' sight: trash, versions and thumbs, each entry under an id of the caller.
//!
//! It knows neither whose they are nor how long they stay.

use super::door;
use super::errno::{at, failed};
use super::place::sync_names;
use super::private::{checked, ids, open_one, read_small, write_small};
use super::replace::put_new;
use super::stat::{self, Kind, Stat};
use super::tree::{Usage, remove_tree};
use super::volume::{Volume, open_private};
use crate::base::path::CloudPath;
use crate::error::Result;
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::Errno;

impl Volume {
    /// Deletes for the user: a rename to `trash/<id>`. `Code::NotFound` when there is nothing.
    pub fn trash(&self, path: &CloudPath, id: &str) -> Result<Stat> {
        let place = self.place(path)?;
        let to = (self.private.trash.as_fd(), checked(id)?.as_bytes());
        let _turn = self.turns.take(&[self.turn(&place)]);
        let stat = place.present()?;
        put_new(place.entry(), to)?;
        // First where it went to: between the two it may be there twice, but never nowhere.
        sync_names(&self.private.trash).map_err(at("fsync trash"))?;
        place.sync().map_err(at("fsync the folder"))?;
        Ok(stat)
    }

    /// Puts a deleted entry back, to any free name: `Code::Conflict` when the name is taken.
    pub fn restore(&self, id: &str, to: &CloudPath) -> Result<Stat> {
        let place = self.place(to)?;
        let _turn = self.turns.take(&[self.turn(&place)]);
        // For the sentence; the rename itself refuses too.
        place.occupant()?.map_or(Ok(()), |stat| Err(super::replace::occupied(stat.kind)))?;
        put_new((self.private.trash.as_fd(), checked(id)?.as_bytes()), place.entry())?;
        place.sync().map_err(at("fsync the folder"))?;
        sync_names(&self.private.trash).map_err(at("fsync trash"))?;
        place.present()
    }

    /// The ids in the trash.
    pub fn trashed(&self) -> Result<Vec<String>> {
        ids(&self.private.trash)
    }

    /// A deleted entry; `None` when there is none.
    pub fn stat_trash(&self, id: &str) -> Result<Option<Stat>> {
        kept_stat(&self.private.trash, id)
    }

    /// How much a deleted entry holds.
    pub fn usage_trash(&self, id: &str) -> Result<Usage> {
        match self.stat_trash(id)? {
            Some(stat) if stat.kind == Kind::File => Ok(Usage { files: 1, folders: 0, bytes: stat.size }),
            Some(_) => {
                let entry = (self.private.trash.as_fd(), id.as_bytes());
                self.usage_of(&open_one(entry, door::FOLDER).map_err(at("open in trash"))?, false)
            }
            None => Ok(Usage::default()),
        }
    }

    /// Removes a deleted entry for good, all below it included. Absent is no failure.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the operations on versions and bin come with their own part")
    )]
    pub fn purge_trash(&self, id: &str) -> Result<()> {
        remove_tree(&self.private, (self.private.trash.as_fd(), checked(id)?.as_bytes()))
    }

    /// Moves an earlier content to the trash, where it keeps its id.
    pub fn move_version_to_trash(&self, id: &str) -> Result<()> {
        let id = checked(id)?.as_bytes();
        put_new((self.private.versions.as_fd(), id), (self.private.trash.as_fd(), id))?;
        sync_names(&self.private.trash).map_err(at("fsync trash"))?;
        sync_names(&self.private.versions).map_err(at("fsync versions"))
    }

    /// Opens an earlier content for reading; `None` when there is none.
    pub fn open_version(&self, id: &str) -> Result<Option<(OwnedFd, Stat)>> {
        open_private(&self.private.versions, checked(id)?.as_bytes(), door::FILE)
    }

    /// The ids of the earlier contents.
    pub fn versions(&self) -> Result<Vec<String>> {
        ids(&self.private.versions)
    }

    /// Removes an earlier content. Absent is no failure.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the operations on versions and bin come with their own part")
    )]
    pub fn purge_version(&self, id: &str) -> Result<()> {
        remove_tree(&self.private, (self.private.versions.as_fd(), checked(id)?.as_bytes()))
    }

    /// A small picture, at most 1 MiB; `None` when there is none.
    #[cfg_attr(not(any(test, feature = "thumbs")), expect(dead_code, reason = "pictures are left out"))]
    pub fn thumb(&self, id: &str) -> Result<Option<Vec<u8>>> {
        read_small(self.private.thumbs.as_fd(), checked(id)?.as_bytes())
    }

    /// Stores a small picture whole, over an earlier one.
    #[cfg_attr(not(any(test, feature = "thumbs")), expect(dead_code, reason = "pictures are left out"))]
    pub fn put_thumb(&self, id: &str, bytes: &[u8]) -> Result<()> {
        let (thumbs, staging) = (self.private.thumbs.as_fd(), self.private.staging.as_fd());
        write_small(thumbs, staging, checked(id)?, id.as_bytes(), bytes)
    }

    /// The small pictures: id and what the disk says of each.
    #[cfg_attr(not(any(test, feature = "thumbs")), expect(dead_code, reason = "pictures are left out"))]
    pub fn thumbs(&self) -> Result<Vec<(String, Stat)>> {
        let mut thumbs = Vec::new();
        for id in ids(&self.private.thumbs)? {
            let stat = kept_stat(&self.private.thumbs, &id)?;
            thumbs.extend(stat.map(|stat| (id, stat)));
        }
        Ok(thumbs)
    }

    /// Removes a small picture. Absent is no failure.
    #[cfg_attr(not(any(test, feature = "thumbs")), expect(dead_code, reason = "pictures are left out"))]
    pub fn purge_thumb(&self, id: &str) -> Result<()> {
        remove_tree(&self.private, (self.private.thumbs.as_fd(), checked(id)?.as_bytes()))
    }
}

fn kept_stat(folder: &OwnedFd, id: &str) -> Result<Option<Stat>> {
    match stat::of_name(folder, checked(id)?.as_bytes()) {
        Ok(stat) => Ok(stat),
        Err(Errno::NOENT) => Ok(None),
        Err(errno) => Err(failed("statx", errno)),
    }
}
