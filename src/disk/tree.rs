//! Whole trees: counting what is in one and removing one.
//!
//! Neither recurses nor holds a handle for each level, so a tree of any depth needs the same memory and handles;
//! neither follows a symlink, and removing takes each entry by its folder's handle and its single name.

use super::errno::{at, failed, means_absent};
use super::folder::entries;
use super::private::{Private, open_one};
use super::spot::Spot;
use super::stat::{self, Kind};
use super::volume::Volume;
use super::{door, sys};
use crate::base::path::EntryName;
use crate::error::Result;
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::Mode;
use rustix::io::Errno;
use std::sync::atomic::{AtomicU64, Ordering};

/// How much a folder holds, all levels below it included, itself not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Regular files.
    pub files: u64,
    /// Folders.
    pub folders: u64,
    /// The files' lengths together.
    pub bytes: u64,
}

impl Volume {
    /// Counts what a folder holds; a file counts itself, and where there is nothing the count is nought.
    pub fn usage<'a>(&self, folder: impl Into<Spot<'a>>) -> Result<Usage> {
        let folder = folder.into();
        match self.stat(folder)? {
            Some(stat) if stat.kind == Kind::File => Ok(Usage { files: 1, folders: 0, bytes: stat.size }),
            Some(_) => match self.look(folder, door::FOLDER)? {
                Some(handle) => self.usage_of(&handle, self.is_top(folder)),
                None => Ok(Usage::default()),
            },
            None => Ok(Usage::default()),
        }
    }

    /// Counts beneath a handle; at the top of the volume `.cloudlet` does not count.
    fn usage_of(&self, top: &OwnedFd, is_root: bool) -> Result<Usage> {
        let mut usage = Usage::default();
        let mut waiting = vec![Vec::new()];
        while let Some(names) = waiting.pop() {
            let folder = match self.look_beneath(top.as_fd(), &names, door::FOLDER) {
                Ok(folder) => folder,
                // Gone meanwhile, or deeper than any path reaches.
                Err(errno) if means_absent(errno) => continue,
                Err(errno) => return Err(failed("open", errno)),
            };
            for entry in entries(&folder).map_err(at("read a folder"))? {
                let hidden = is_root
                    && names.is_empty()
                    && EntryName::from_bytes(&entry.name).is_some_and(|name| self.reserved_name(&name));
                if hidden || !entry.may_be_seen() {
                    continue;
                }
                match stat::of_name(&folder, &entry.name) {
                    Ok(Some(stat)) if stat.kind == Kind::File => {
                        usage.files += 1;
                        usage.bytes = usage.bytes.saturating_add(stat.size);
                    }
                    Ok(Some(_)) => {
                        usage.folders += 1;
                        waiting.push(beneath(&names, &entry.name));
                    }
                    Ok(None) | Err(Errno::NOENT) => {}
                    Err(errno) => return Err(failed("statx", errno)),
                }
            }
        }
        Ok(usage)
    }
}

/// Names joined by `/`, one more.
pub(super) fn beneath(names: &[u8], name: &[u8]) -> Vec<u8> {
    if names.is_empty() { name.to_vec() } else { [names, b"/", name].concat() }
}

/// The names of trees on their way out, in `trash`.
const LEAVING: &str = "leaving.";

/// Whether a name in `trash` is that of a tree on its way out.
pub(super) fn is_leaving(name: &[u8]) -> bool {
    name.starts_with(LEAVING.as_bytes())
}

/// Removes an entry of a private folder with all below it. It vanishes at once, by a rename; its parts go after.
/// What a crash leaves of it, [`remove_leaving`] removes at the next start. `false`: nothing was there.
pub(super) fn remove_tree(private: &Private, from: sys::Entry<'_>) -> Result<bool> {
    let kind = match stat::of_name(from.0, from.1) {
        Ok(stat) => stat.map(|stat| stat.kind),
        Err(Errno::NOENT) => return Ok(false),
        Err(errno) => return Err(failed("statx", errno)),
    };
    if kind != Some(Kind::Folder) {
        return sys::remove(from).map_err(at("remove")).map(|()| true);
    }
    let name = move_out(private, from).map_err(at("rename to remove"))?;
    remove_leaving(private, name).map(|()| true)
}

/// Removes a folder in `trash` on its way out. Each folder found in it is moved next to it and waits its turn.
pub(super) fn remove_leaving(private: &Private, name: Vec<u8>) -> Result<()> {
    let mut waiting = vec![name];
    while let Some(name) = waiting.pop() {
        let here = (private.trash.as_fd(), name.as_slice());
        let folder = open_one(here, door::FOLDER).map_err(at("open to remove"))?;
        // A folder its owner made read-only is removed all the same. Where bits do not exist it needs no help.
        if let Err(errno) = sys::set_mode(&folder, Mode::RWXU) {
            log::debug!("chmod of a folder to be removed: {errno}");
        }
        for entry in entries(&folder).map_err(at("read a folder"))? {
            let inside = (folder.as_fd(), entry.name.as_slice());
            match sys::remove(inside) {
                Ok(()) | Err(Errno::NOENT) => {}
                // unlink(2) of a folder: EISDIR on Linux, EPERM by POSIX.
                Err(Errno::ISDIR | Errno::PERM) => {
                    waiting.push(move_out(private, inside).map_err(at("rename to remove"))?);
                }
                Err(errno) => return Err(failed("remove", errno)),
            }
        }
        sys::remove_folder(here).map_err(at("remove a folder"))?;
    }
    Ok(())
}

/// Moves a folder into `trash` under a name of its own, durable or not: what is moved back by a crash goes again.
fn move_out(private: &Private, from: sys::Entry<'_>) -> rustix::io::Result<Vec<u8>> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    loop {
        let name = format!("{LEAVING}{}", NEXT.fetch_add(1, Ordering::Relaxed)).into_bytes();
        // Left over from an earlier run, not yet removed.
        match stat::of_name(&private.trash, &name) {
            Err(Errno::NOENT) => {
                sys::rename(from, (private.trash.as_fd(), &name))?;
                return Ok(name);
            }
            Ok(_) => {}
            Err(errno) => return Err(errno),
        }
    }
}
