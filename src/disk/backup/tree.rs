//! A data directory or a copy of one, as an open folder.

use super::super::errno::{at, failed};
use super::super::local::open_directory;
use super::super::resolve::open_one;
use super::super::stat::Stat;
use super::super::{resolve, stat};
use super::of_folder;
use crate::error::{Code, Error, Result};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{Mode, OFlags, openat};
use rustix::io::Errno;
use std::path::Path;

/// The maximum number of folders above a directory that are compared with another directory.
const DEPTH_MAX: usize = 4096;

pub(super) struct Tree {
    pub top: OwnedFd,
    resolution: resolve::Resolution,
    /// The folder with this name, opened separately: in a live data directory it may be a symlink
    /// to another disk.
    pub files: Option<(&'static str, OwnedFd)>,
}

impl Tree {
    /// Opens a data directory. Its folder of files is opened if it exists.
    pub fn open(data: &Path, files: &'static str) -> Result<Tree> {
        Tree::live(open_directory(Some(data))?, files)
    }

    /// As [`Tree::open`], from a handle.
    pub fn live(top: OwnedFd, files: &'static str) -> Result<Tree> {
        let flags = resolve::FOLDER | OFlags::CLOEXEC;
        let handle = match openat(&top, files, flags, Mode::empty()) {
            Ok(handle) => Some((files, handle)),
            Err(Errno::NOENT) => None,
            Err(errno) => return Err(failed("open the files", errno)),
        };
        Ok(Tree { resolution: resolve::way_offered(top.as_fd()), top, files: handle })
    }

    /// A tree that this program makes itself. It has no symlinks.
    pub fn own(top: OwnedFd) -> Tree {
        Tree { resolution: resolve::way_offered(top.as_fd()), top, files: None }
    }

    /// Opens the folder at a path. The empty path is the top.
    pub fn folder(&self, names: &[u8]) -> rustix::io::Result<OwnedFd> {
        if let Some((files, handle)) = &self.files {
            match names.strip_prefix(files.as_bytes()) {
                Some([]) => return open_one((handle.as_fd(), b"."), resolve::FOLDER),
                Some([b'/', rest @ ..]) => {
                    return resolve::open_bytes(self.resolution, handle.as_fd(), rest, resolve::FOLDER);
                }
                _ => {}
            }
        }
        resolve::open_bytes(self.resolution, self.top.as_fd(), names, resolve::FOLDER)
    }

    /// Refuses a directory that lies in this one.
    pub fn refuse_around(&self, directory: &OwnedFd) -> Result<()> {
        let files = self.files.as_ref().map(|(_, handle)| handle);
        for outer in std::iter::once(&self.top).chain(files) {
            if is_within(directory, &of_folder(outer)?)? {
                return Err(Error::new(
                    Code::Invalid,
                    "Backups cannot lie in the data directory. Choose a directory on another disk.",
                ));
            }
        }
        Ok(())
    }

    /// Refuses a directory in which this one lies.
    pub fn refuse_within(&self, directory: &OwnedFd) -> Result<()> {
        let outer = of_folder(directory)?;
        let files = self.files.as_ref().map(|(_, handle)| handle);
        for inner in std::iter::once(&self.top).chain(files) {
            if is_within(inner, &outer)? {
                return Err(Error::new(
                    Code::Invalid,
                    "The data directory cannot lie in the directory for backups. Choose another one for them.",
                ));
            }
        }
        Ok(())
    }
}

/// True if a directory is another one or lies in it, found by going up.
fn is_within(directory: &OwnedFd, outer: &Stat) -> Result<bool> {
    let mut here = open_one((directory.as_fd(), b"."), resolve::FOLDER).map_err(at("open"))?;
    let mut below: Option<Stat> = None;
    for _ in 0..DEPTH_MAX {
        let stat = of_folder(&here)?;
        if stat.is_same_entry(outer) {
            return Ok(true);
        }
        // The root directory is its own parent.
        if below.is_some_and(|below| below.is_same_entry(&stat)) {
            return Ok(false);
        }
        below = Some(stat);
        here = open_one((here.as_fd(), b".."), resolve::FOLDER | resolve::ASK).map_err(at("open"))?;
    }
    Ok(false)
}

/// The state of a file. It changes after every change of content, by any program. `changed` is the
/// kernel's own time, which nobody can set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub size: u64,
    pub modified: i128,
    pub changed: i128,
    pub inode: u64,
}

/// The entry with a name in a folder; `None` if it is neither a file nor a folder.
pub(super) fn seen(folder: &OwnedFd, name: &[u8]) -> rustix::io::Result<Option<(Stat, Seen)>> {
    Ok(stat::of_name_with_change(folder, name)?.map(|(stat, changed)| {
        let time = stat::timespec(stat.modified);
        let modified = i128::from(time.tv_sec) * 1_000_000_000 + i128::from(time.tv_nsec);
        (stat, Seen { size: stat.size, modified, changed, inode: stat.inode })
    }))
}
