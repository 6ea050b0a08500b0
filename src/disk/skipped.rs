//! Skipped entries: an entry that cannot be handled stops nothing, and is reported to the opener of
//! the volume.

use super::location::Location;
use super::tree::beneath;
use super::volume::Volume;
use super::{hidden_dir, resolve, stat, sys};
use crate::base::obstacle::Obstacle;
use crate::base::path::{EntryName, PATH_BYTES_MAX, PATH_DEPTH_MAX};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::Access;
use rustix::io::Errno;

/// The operation that an entry was skipped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wanted {
    /// Reading: it is left out of listings, counts, copies, archives and backups.
    Read,
    /// Removing: it stays where it is, for example in the recycle bin.
    Remove,
    /// Changing: it is not written.
    Change,
}

/// A skipped entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its path below the root of the volume, as bytes on the disk.
    pub below: Vec<u8>,
    pub wanted: Wanted,
    pub obstacle: Obstacle,
}

/// Receives the reports of skipped entries.
pub type Listener = Box<dyn Fn(Skipped) + Send + Sync>;

/// Opens a folder to read its entries. Without the right to search it, only their names could be
/// read.
pub(super) fn open_to_read(entry: sys::Entry<'_>) -> rustix::io::Result<OwnedFd> {
    let folder = hidden_dir::open_one(entry, resolve::FOLDER)?;
    sys::may(&folder, Access::EXEC_OK).map(|()| folder)
}

impl Volume {
    /// Sets the listener for skipped entries. The first one stays.
    pub fn tell_skipped(&self, listener: Listener) {
        self.listener.get_or_init(|| listener);
    }

    /// Reports a skipped entry.
    pub(super) fn skip(&self, below: Vec<u8>, wanted: Wanted, obstacle: Obstacle) {
        match self.listener.get() {
            Some(listener) => listener(Skipped { below, wanted, obstacle }),
            None => log::warn!("skipped: {}: {}", below.escape_ascii(), obstacle.meaning()),
        }
    }

    /// As [`Volume::skip`], for an entry below a location.
    pub fn skip_at(&self, location: Location<'_>, names: &[u8], wanted: Wanted, obstacle: Obstacle) {
        let below = match names {
            [] => self.below_root(location),
            names => beneath(&self.below_root(location), names),
        };
        self.skip(below, wanted, obstacle);
    }

    /// The path of a location below the root of the volume, as bytes on the disk.
    pub fn below_root(&self, location: Location<'_>) -> Vec<u8> {
        let joined = |parts: &[EntryName], mut names: Vec<u8>| {
            for part in parts {
                if !names.is_empty() {
                    names.push(b'/');
                }
                part.append_to(&mut names);
            }
            names
        };
        match location {
            Location::Files(path) => joined(self.inside(path), Vec::new()),
            Location::Trash(id, below) => {
                joined(below.parts(), format!("{}/trash/{id}", hidden_dir::HOME).into_bytes())
            }
            Location::Version(id) => format!("{}/versions/{id}", hidden_dir::HOME).into_bytes(),
        }
    }

    /// The reason why an entry cannot be read, if there still is one. `None` also if the entry is
    /// gone. `below` is its path below the root.
    pub fn reading_obstacle(&self, below: &[u8]) -> Option<Obstacle> {
        let refused = |errno| super::errno::obstacle(errno).filter(|_| errno != Errno::LOOP);
        let is_hidden = below.starts_with(hidden_dir::HOME.as_bytes());
        let names = self.depth() + 1 + below.iter().filter(|byte| **byte == b'/').count();
        let is_too_deep = !is_hidden && (names > PATH_DEPTH_MAX || below.len() >= PATH_BYTES_MAX);
        // `O_PATH` first: a device or a named pipe must not be opened for a check.
        let kind = match self.open_beneath(self.root.as_fd(), below, resolve::ASK).map(stat::of_handle) {
            Err(errno) | Ok(Err(errno)) => return refused(errno),
            Ok(Ok(_)) if is_too_deep => return Some(Obstacle::TooDeep),
            Ok(Ok(stat)) => stat?.kind,
        };
        let flags = if kind == stat::Kind::Folder { resolve::FOLDER } else { resolve::FILE };
        let opened = self.open_beneath(self.root.as_fd(), below, flags);
        let opened = opened.and_then(|handle| match kind {
            stat::Kind::File => Ok(()),
            // Without the right to search a folder, only the names in it can be read.
            stat::Kind::Folder => sys::may(&handle, Access::EXEC_OK),
        });
        opened.err().and_then(refused)
    }
}
