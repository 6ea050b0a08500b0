//! The location of a user's entry: among the files, in the recycle bin, or among the versions.

use super::abilities::Abilities;
use super::errno::{at, failed, means_absent};
use super::hidden_dir::checked;
use super::resolve;
use super::resolve::open_one;
use super::slot::Slot;
use super::stat::{self, Stat};
use super::sys;
use super::volume::Volume;
use crate::base::obstacle::Obstacle;
use crate::base::path::{CloudPath, EntryName};
use crate::error::{Code, Error, Reason, Result};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{Access, OFlags};
use rustix::io::Errno;
use rustix::process::geteuid;

/// A location of an entry. Readers and renames take one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location<'a> {
    /// A path among the users' files.
    Files(&'a CloudPath),
    /// A deleted entry by its id, and a path in it. The empty path means the entry itself.
    Trash(&'a str, &'a CloudPath),
    /// A version by its id.
    Version(&'a str),
}

impl<'a> From<&'a CloudPath> for Location<'a> {
    fn from(path: &'a CloudPath) -> Location<'a> {
        Location::Files(path)
    }
}

impl Volume {
    /// True for the top of the volume.
    pub(super) fn is_top(&self, location: Location<'_>) -> bool {
        matches!(location, Location::Files(path) if self.inside(path).is_empty())
    }

    /// Opens the entry there; `None` if there is nothing that users may see.
    pub(super) fn open_at<'a>(
        &self,
        location: impl Into<Location<'a>>,
        flags: OFlags,
    ) -> Result<Option<OwnedFd>> {
        let opened = match location.into() {
            Location::Files(path) if self.reserves(path) => return Ok(None),
            Location::Files(path) => {
                resolve::open(self.resolution, self.root.as_fd(), self.inside(path), flags)
            }
            Location::Version(id) => {
                open_one((self.hidden_dir.versions.as_fd(), checked(id)?.as_bytes()), flags)
            }
            Location::Trash(id, below) if below.is_root() => {
                open_one((self.hidden_dir.trash.as_fd(), checked(id)?.as_bytes()), flags)
            }
            Location::Trash(id, below) => {
                let entry = (self.hidden_dir.trash.as_fd(), checked(id)?.as_bytes());
                open_one(entry, resolve::FOLDER)
                    .and_then(|top| resolve::open(self.resolution, top.as_fd(), below.parts(), flags))
            }
        };
        match opened {
            Ok(handle) => Ok(Some(handle)),
            // ENXIO: a socket, or a device without a driver.
            Err(errno) if means_absent(errno) || errno == Errno::NXIO => Ok(None),
            Err(errno) => Err(failed("open", errno)),
        }
    }

    /// The slot of a location. Its folder must exist. [`Slot::existing`] tells whether the name is
    /// taken.
    pub(super) fn slot<'a>(&self, location: impl Into<Location<'a>>) -> Result<Slot> {
        let location = location.into();
        let no_place = || Error::new(Code::Invalid, "This cannot be done with the top folder.");
        if self.is_top(location) {
            return Err(no_place());
        }
        let (above, leaf) = match location {
            Location::Version(id) => return kept_place(&self.hidden_dir.versions, id),
            Location::Trash(id, below) if below.is_root() => return kept_place(&self.hidden_dir.trash, id),
            Location::Files(path) | Location::Trash(_, path) => match (path.parent(), path.leaf()) {
                (Some(above), Some(leaf)) => (above, leaf),
                _ => return Err(no_place()),
            },
        };
        let above = match location {
            Location::Trash(id, _) => Location::Trash(id, &above),
            _ if self.reserves(&above)
                || self.is_top(Location::Files(&above)) && self.reserved_name(leaf) =>
            {
                return Err(Error::new(Code::Invalid, "The name \".cloudlet\" is reserved.")
                    .for_reason(Reason::BadName));
            }
            _ => Location::Files(&above),
        };
        let no_folder = || Error::new(Code::NotFound, "The folder does not exist.");
        let Some(folder) = self.open_at(above, resolve::FOLDER)? else {
            // If the home is a link, the sentence says so.
            if let Location::Files(above) = above {
                if self.inside(above).len() == 1 {
                    self.slot(above)?.existing()?;
                }
            }
            return Err(no_folder());
        };
        let stat = stat::of_handle(&folder).map_err(at("statx"))?.ok_or_else(no_folder)?;
        if let Location::Files(above) = above {
            self.refuse_elsewhere(&stat, above)?;
            refuse_closed(&folder, &stat, above)?;
        }
        Ok(Slot { folder, leaf: leaf.to_bytes(), above: stat })
    }
}

impl Volume {
    /// Checks that a path can be changed at all, before its content arrives.
    ///
    /// # Errors
    /// The same as for any change of the path.
    pub fn check_changeable(&self, path: &CloudPath) -> Result<()> {
        self.slot(path).map(drop)
    }

    /// The key of a slot's lock. If the disk ignores case, the whole folder has one lock.
    pub(super) fn turn<'a>(&self, slot: &'a Slot) -> (u64, &'a [u8]) {
        (slot.above.inode, if self.folds() { b"" } else { &slot.leaf })
    }

    /// `Code::Offline` if the trial has shown that no change on this disk is safe.
    pub(super) fn require_safe(&self) -> Result<()> {
        self.abilities().map_or(Ok(()), Abilities::check_safe)
    }

    /// The slot of a new entry. The file system must be able to store its name.
    pub(super) fn new_place(&self, path: &CloudPath) -> Result<Slot> {
        self.require_safe()?;
        if let (Some(abilities), Some(leaf)) = (self.abilities(), path.leaf()) {
            abilities.check_name(leaf)?;
        }
        self.slot(path)
    }
}

/// Refuses a change in a folder that the server may not write. Only the name is shown, because not
/// everybody who sees the folder may see the path.
fn refuse_closed(folder: &OwnedFd, stat: &Stat, path: &CloudPath) -> Result<()> {
    let name = path.leaf().map_or("The folder", EntryName::as_str);
    let refused = "so nothing in it can be added, replaced, renamed or deleted";
    let (sentence, obstacle) = match sys::may(folder, Access::WRITE_OK | Access::EXEC_OK) {
        Err(Errno::ACCESS) if stat.owner == geteuid().as_raw() => (
            format!(
                "{name} is a read-only folder on the server's disk, {refused}. To allow that, an administrator can make it \
                 writable there: chmod u+w"
            ),
            Obstacle::AccessDenied,
        ),
        Err(Errno::ACCESS) => (
            format!(
                "{name} belongs to another user of the server's system, {refused}. To allow that, an administrator can \
                 give it to the server's user there: chown"
            ),
            Obstacle::AccessDenied,
        ),
        Err(Errno::PERM) => (
            format!(
                "{name} is protected against changes on the server's disk, {refused}. To allow that, an administrator can \
                 end the protection there: chattr -i"
            ),
            Obstacle::NotPermitted,
        ),
        // Other obstacles are reported by the change itself.
        _ => return Ok(()),
    };
    Err(Error::new(Code::Forbidden, sentence).about_entry(obstacle))
}

/// The slot of an id in one of the private folders.
fn kept_place(hidden_dir: &OwnedFd, id: &str) -> Result<Slot> {
    let leaf = checked(id)?.as_bytes().to_vec();
    let folder = open_one((hidden_dir.as_fd(), b"."), resolve::FOLDER).map_err(at("open in .cloudlet"))?;
    let above =
        stat::of_handle(&folder).map_err(at("statx"))?.ok_or_else(|| failed("statx", Errno::NOENT))?;
    Ok(Slot { folder, leaf, above })
}
