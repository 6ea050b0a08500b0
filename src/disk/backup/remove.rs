//! Removes a backup, or the rest of one.
//!
//! Only names are removed. A file that another backup shares loses one of its names and is not
//! changed. Folders are moved up before they are removed, so that any depth can be removed.

use super::super::directory::entries;
use super::super::errno::{at, failed};
use super::super::resolve::open_one;
use super::super::stat::{self, Kind};
use super::super::{resolve, sys};
use crate::error::Result;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::Mode;
use rustix::io::Errno;

/// Removes an entry of a folder with everything in it. If it does not exist, that is no failure.
pub(super) fn remove_all(above: BorrowedFd<'_>, name: &[u8]) -> Result<()> {
    let entry = (above, name);
    match stat::of_name(above, name) {
        Ok(Some(stat)) if stat.kind == Kind::Folder => {}
        Ok(_) => return sys::remove(entry).map_err(at("remove")),
        Err(Errno::NOENT) => return Ok(()),
        Err(errno) => return Err(failed("statx", errno)),
    }
    let top = open_to_empty(entry)?;
    let mut moved = 0;
    loop {
        let folders = remove_files(&top)?;
        if folders.is_empty() {
            return sys::remove_folder(entry).map_err(at("remove a folder"));
        }
        for name in folders {
            let here = (top.as_fd(), name.as_slice());
            let folder = open_to_empty(here)?;
            for inside in remove_files(&folder)? {
                let from = (folder.as_fd(), inside.as_slice());
                // A folder that is moved must be writable, because its entry ".." changes.
                open_to_empty(from)?;
                move_to_free_name(from, &top, &mut moved)?;
            }
            sys::remove_folder(here).map_err(at("remove a folder"))?;
        }
    }
}

/// Opens a folder so that its entries can be removed, whatever its permission bits are.
fn open_to_empty(entry: sys::Entry<'_>) -> Result<OwnedFd> {
    if let Err(errno) = sys::set_mode_of(entry, Mode::RWXU) {
        log::debug!("chmod of a folder to be removed: {errno}");
    }
    open_one(entry, resolve::FOLDER).map_err(at("open to remove"))
}

/// Removes all entries of a folder except folders. Returns the names of the folders.
fn remove_files(folder: &OwnedFd) -> Result<Vec<Vec<u8>>> {
    let here = open_one((folder.as_fd(), b"."), resolve::FOLDER).map_err(at("open to remove"))?;
    let mut folders = Vec::new();
    for entry in entries(&here).map_err(at("read a folder"))? {
        match sys::remove((folder.as_fd(), &entry.name)) {
            Ok(()) | Err(Errno::NOENT) => {}
            // unlink(2) of a folder: EISDIR on Linux, EPERM by POSIX.
            Err(Errno::ISDIR | Errno::PERM) => folders.push(entry.name),
            Err(errno) => return Err(failed("remove", errno)),
        }
    }
    Ok(folders)
}

fn move_to_free_name(from: sys::Entry<'_>, to: &OwnedFd, number: &mut u64) -> Result<()> {
    loop {
        let name = format!("leaving.{number}").into_bytes();
        *number += 1;
        match stat::of_name(to, &name) {
            Err(Errno::NOENT) => {
                return sys::rename(from, (to.as_fd(), &name)).map_err(at("rename to remove"));
            }
            Ok(_) => {}
            Err(errno) => return Err(failed("statx", errno)),
        }
    }
}
