//! Where something of a user lies: among the files, in the trash, or among the earlier contents.

use super::door;
use super::errno::{at, failed, means_absent};
use super::place::Place;
use super::private::{checked, open_one};
use super::stat;
use super::volume::Volume;
use crate::base::path::CloudPath;
use crate::error::{Code, Error, Reason, Result};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::OFlags;
use rustix::io::Errno;

/// What a reader or a rename starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot<'a> {
    /// A path among the users' files.
    Files(&'a CloudPath),
    /// A deleted entry by its id, and the path below it; the empty path is the entry itself.
    Trash(&'a str, &'a CloudPath),
    /// An earlier content of a file by its id.
    Version(&'a str),
}

impl<'a> From<&'a CloudPath> for Spot<'a> {
    fn from(path: &'a CloudPath) -> Spot<'a> {
        Spot::Files(path)
    }
}

impl Volume {
    /// Whether this is the top of the volume.
    pub(super) fn is_top(&self, spot: Spot<'_>) -> bool {
        matches!(spot, Spot::Files(path) if self.inside(path).is_empty())
    }

    /// Opens what lies there; `None` when users can see nothing there.
    pub(super) fn look<'a>(&self, spot: impl Into<Spot<'a>>, flags: OFlags) -> Result<Option<OwnedFd>> {
        let opened = match spot.into() {
            Spot::Files(path) if self.reserves(path) => return Ok(None),
            Spot::Files(path) => door::open(self.way, self.root.as_fd(), self.inside(path), flags),
            Spot::Version(id) => open_one((self.private.versions.as_fd(), checked(id)?.as_bytes()), flags),
            Spot::Trash(id, below) if below.is_root() => {
                open_one((self.private.trash.as_fd(), checked(id)?.as_bytes()), flags)
            }
            Spot::Trash(id, below) => {
                let entry = (self.private.trash.as_fd(), checked(id)?.as_bytes());
                open_one(entry, door::FOLDER)
                    .and_then(|top| door::open(self.way, top.as_fd(), below.parts(), flags))
            }
        };
        match opened {
            Ok(handle) => Ok(Some(handle)),
            // ENXIO: a socket, or a device without a driver.
            Err(errno) if means_absent(errno) || errno == Errno::NXIO => Ok(None),
            Err(errno) => Err(failed("open", errno)),
        }
    }

    /// The place of something. Its folder must exist; whether something has the name, its `occupant` says.
    pub(super) fn place<'a>(&self, spot: impl Into<Spot<'a>>) -> Result<Place> {
        let spot = spot.into();
        let no_place = || Error::new(Code::Invalid, "This cannot be done with the top folder.");
        if self.is_top(spot) {
            return Err(no_place());
        }
        let (above, leaf) = match spot {
            Spot::Version(id) => return kept_place(&self.private.versions, id),
            Spot::Trash(id, below) if below.is_root() => return kept_place(&self.private.trash, id),
            Spot::Files(path) | Spot::Trash(_, path) => match (path.parent(), path.leaf()) {
                (Some(above), Some(leaf)) => (above, leaf),
                _ => return Err(no_place()),
            },
        };
        let above = match spot {
            Spot::Trash(id, _) => Spot::Trash(id, &above),
            _ if self.reserves(&above) || self.is_top(Spot::Files(&above)) && self.reserved_name(leaf) => {
                return Err(Error::new(Code::Invalid, "The name \".cloudlet\" is reserved.")
                    .for_reason(Reason::BadName));
            }
            _ => Spot::Files(&above),
        };
        let no_folder = || Error::new(Code::NotFound, "The folder does not exist.");
        let Some(folder) = self.look(above, door::FOLDER)? else {
            // A home that is a link is told as such.
            if let Spot::Files(above) = above {
                if self.inside(above).len() == 1 {
                    self.place(above)?.occupant()?;
                }
            }
            return Err(no_folder());
        };
        let stat = stat::of_handle(&folder).map_err(at("statx"))?.ok_or_else(no_folder)?;
        if let Spot::Files(above) = above {
            self.refuse_elsewhere(&stat, above)?;
        }
        Ok(Place { folder, leaf: leaf.to_bytes(), above: stat })
    }
}

impl Volume {
    /// The place of something new, whose name the file system must be able to hold.
    pub(super) fn new_place(&self, path: &CloudPath) -> Result<Place> {
        if let (Some(abilities), Some(leaf)) = (self.abilities(), path.leaf()) {
            abilities.check_name(leaf)?;
        }
        self.place(path)
    }
}

/// The place of an id in one of the private folders.
fn kept_place(private: &OwnedFd, id: &str) -> Result<Place> {
    let leaf = checked(id)?.as_bytes().to_vec();
    let folder = open_one((private.as_fd(), b"."), door::FOLDER).map_err(at("open in .cloudlet"))?;
    let above =
        stat::of_handle(&folder).map_err(at("statx"))?.ok_or_else(|| failed("statx", Errno::NOENT))?;
    Ok(Place { folder, leaf, above })
}
