//! Skips entries that cannot be handled, and reports them to the listener of the volume.

use super::errno::{failed, means_absent, obstacle};
use super::location::Location;
use super::skipped::{Listener, Skipped, Wanted, beneath};
use super::volume::Volume;
use super::{hidden_dir, resolve, stat, sys};
use crate::base::obstacle::Obstacle;
use crate::base::path::{EntryName, PATH_BYTES_MAX, PATH_DEPTH_MAX};
use crate::error::Result;
use rustix::fd::AsFd;
use rustix::fs::Access;
use rustix::io::Errno;

impl Volume {
    /// Sets the listener for skipped entries. Only the first call has an effect.
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

    /// Skips an entry of a tree: silently if it is absent, with a report if there is an obstacle.
    pub(super) fn skip_errno(
        &self,
        location: Location<'_>,
        names: &[u8],
        errno: Errno,
        action: &'static str,
    ) -> Result<()> {
        match obstacle(errno) {
            _ if errno == Errno::NAMETOOLONG => {
                self.skip_at(location, names, Wanted::Read, Obstacle::TooDeep);
            }
            _ if means_absent(errno) => {}
            Some(obstacle) => self.skip_at(location, names, Wanted::Read, obstacle),
            None => return Err(failed(action, errno)),
        }
        Ok(())
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

    /// The reason why an entry cannot be read. `None` if there is no such reason any more, or if
    /// the entry is gone. `below` is its path below the root.
    pub fn reading_obstacle(&self, below: &[u8]) -> Option<Obstacle> {
        let refused = |errno| obstacle(errno).filter(|_| errno != Errno::LOOP);
        let is_hidden = below.starts_with(hidden_dir::HOME.as_bytes());
        let names = self.depth() + 1 + below.iter().filter(|byte| **byte == b'/').count();
        let is_too_deep = !is_hidden && (names > PATH_DEPTH_MAX || below.len() >= PATH_BYTES_MAX);
        // The first try uses `O_PATH`: a device or a named pipe must not be opened for a check.
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
