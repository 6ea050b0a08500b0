//! A slot: the handle of a folder and one name in it.
//!
//! Every change acts on a slot, so that no folder above it can be swapped for a symlink between
//! check and change.

use super::errno::failed;
use super::stat::Stat;
use super::{stat, sys};
use crate::base::obstacle::Obstacle;
use crate::error::{Code, Error, Result};
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::Errno;

pub(super) struct Slot {
    pub folder: OwnedFd,
    pub leaf: Vec<u8>,
    /// The folder itself.
    pub above: Stat,
}

impl Slot {
    /// The slot in the form for system calls.
    pub fn entry(&self) -> sys::Entry<'_> {
        (self.folder.as_fd(), &self.leaf)
    }

    /// The entry with the name, if there is one. `Code::Conflict` if it is neither a file nor a
    /// folder, which users do not see.
    pub fn existing(&self) -> Result<Option<Stat>> {
        match stat::of_name(&self.folder, &self.leaf) {
            Ok(Some(stat)) => Ok(Some(stat)),
            Ok(None) => Err(in_the_way(&self.folder, &self.leaf)),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(failed("statx", errno)),
        }
    }

    /// The entry with the name; `Code::NotFound` if there is none that users can see.
    pub fn require(&self) -> Result<Stat> {
        match stat::of_name(&self.folder, &self.leaf) {
            Ok(Some(stat)) => Ok(stat),
            Ok(None) => Err(failed("statx", Errno::NOENT)),
            Err(errno) => Err(failed("statx", errno)),
        }
    }

    /// Waits until the names in the folder are on the disk.
    pub fn sync(&self) -> rustix::io::Result<()> {
        sync_names(&self.folder)
    }
}

/// Syncs a folder. Some file systems (SMB, several FUSE) do not support `fsync` for folders and say
/// so. Then there is nothing to wait for.
pub(super) fn sync_names(folder: &OwnedFd) -> rustix::io::Result<()> {
    match sys::sync(folder) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Ok(()),
        other => other,
    }
}

/// Ignores the errors of a file system without owners, bits or times.
pub(super) fn tolerate(result: rustix::io::Result<()>) -> rustix::io::Result<()> {
    match result {
        Err(Errno::PERM | Errno::ACCESS | Errno::NOSYS | Errno::OPNOTSUPP | Errno::INVAL) => Ok(()),
        other => other,
    }
}

/// The error for a name that belongs to something that is neither a file nor a folder.
pub(super) fn in_the_way(folder: impl AsFd, name: &[u8]) -> Error {
    if sys::link_target(folder, name).is_err() {
        let sentence = "Something that is neither a file nor a folder has this name on the disk.";
        return Error::new(Code::Conflict, sentence);
    }
    let sentence = format!(
        "{} is a symbolic link on the server, and links are not followed. An administrator can put its target in its place, \
         or add the target as a further disk: see the setting volumes.",
        String::from_utf8_lossy(name)
    );
    Error::new(Code::Conflict, sentence).about_entry(Obstacle::Link)
}
