//! What is passed over: an entry that cannot be handled stops nothing, and is told to whoever opened the volume.

use super::location::Location;
use super::tree::beneath;
use super::volume::Volume;
use super::{hidden_dir, resolve, stat, sys};
use crate::base::obstacle::Obstacle;
use crate::base::path::{EntryName, PATH_BYTES_MAX, PATH_DEPTH_MAX};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{Access, AtFlags, accessat};
use rustix::io::Errno;

/// What could not be done with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wanted {
    /// It is left out of what reads it: listings, counts, copies, archives, backups.
    Read,
    /// It stays where it is, in the recycle bin, say.
    Remove,
    /// It is not written to.
    Change,
}

/// An entry that was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its names below the root of the volume, joined by `/`, as they are on the disk.
    pub below: Vec<u8>,
    pub wanted: Wanted,
    pub obstacle: Obstacle,
}

/// Whoever is told what is passed over.
pub type Listener = Box<dyn Fn(Skipped) + Send + Sync>;

/// Opens a folder to read what lies in it. Without the right to search, the names in it are all that it would tell.
pub(super) fn open_to_read(entry: sys::Entry<'_>) -> rustix::io::Result<OwnedFd> {
    let folder = hidden_dir::open_one(entry, resolve::FOLDER)?;
    accessat(&folder, c".", Access::EXEC_OK, AtFlags::EACCESS).map(|()| folder)
}

impl Volume {
    /// From now on what is passed over is told; the first listener stays.
    pub fn tell_skipped(&self, listener: Listener) {
        self.listener.get_or_init(|| listener);
    }

    /// Tells that an entry is passed over.
    pub(super) fn skip(&self, below: Vec<u8>, wanted: Wanted, obstacle: Obstacle) {
        match self.listener.get() {
            Some(listener) => listener(Skipped { below, wanted, obstacle }),
            None => log::warn!("passed over: {}: {}", below.escape_ascii(), obstacle.meaning()),
        }
    }

    /// As [`Volume::skip`], for what lies somewhere below a spot.
    pub fn skip_at(&self, location: Location<'_>, names: &[u8], wanted: Wanted, obstacle: Obstacle) {
        let below = match names {
            [] => self.below_root(location),
            names => beneath(&self.below_root(location), names),
        };
        self.skip(below, wanted, obstacle);
    }

    /// The names of a spot below the root of the volume, joined by `/`, as they are on the disk.
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

    /// What still keeps an entry from being read, by its names below the root; `None` also when it is gone.
    pub fn reading_obstacle(&self, below: &[u8]) -> Option<Obstacle> {
        let refused = |errno| super::errno::obstacle(errno).filter(|_| errno != Errno::LOOP);
        let is_hidden = below.starts_with(hidden_dir::HOME.as_bytes());
        let names = self.depth() + 1 + below.iter().filter(|byte| **byte == b'/').count();
        let is_too_deep = !is_hidden && (names > PATH_DEPTH_MAX || below.len() >= PATH_BYTES_MAX);
        // `O_PATH` first: a device or a fifo must not be opened to be looked at.
        let kind = match self.open_beneath(self.root.as_fd(), below, resolve::ASK).map(stat::of_handle) {
            Err(errno) | Ok(Err(errno)) => return refused(errno),
            Ok(Ok(_)) if is_too_deep => return Some(Obstacle::TooDeep),
            Ok(Ok(stat)) => stat?.kind,
        };
        let flags = if kind == stat::Kind::Folder { resolve::FOLDER } else { resolve::FILE };
        let opened = self.open_beneath(self.root.as_fd(), below, flags);
        let opened = opened.and_then(|handle| match kind {
            stat::Kind::File => Ok(()),
            // Without the right to search, the names in a folder are all that it tells.
            stat::Kind::Folder => accessat(&handle, c".", Access::EXEC_OK, AtFlags::EACCESS),
        });
        opened.err().and_then(refused)
    }
}
