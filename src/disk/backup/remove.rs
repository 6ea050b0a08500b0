//! Removing a backup, or what is left of one.
//!
//! Only names go. A file that another backup has too loses one of its names and is not touched.

use super::super::door::{self, Way};
use super::super::errno::{at, failed, means_absent};
use super::super::folder::entries;
use super::super::stat;
use super::super::sys;
use super::super::tree::beneath;
use crate::error::Result;
use rustix::fd::{AsFd, BorrowedFd};
use rustix::fs::Mode;
use rustix::io::Errno;

/// Removes an entry of a folder with all below it. Absent is no failure.
pub(super) fn remove_all(above: BorrowedFd<'_>, name: &[u8]) -> Result<()> {
    match stat::of_name(above, name) {
        Ok(Some(stat)) if stat.kind == stat::Kind::Folder => {}
        Ok(_) => return sys::remove((above, name)).map_err(at("remove")),
        Err(Errno::NOENT) => return Ok(()),
        Err(errno) => return Err(failed("statx", errno)),
    }
    let way = door::way_offered(above);
    let mut waiting = vec![name.to_vec()];
    while let Some(names) = waiting.last().cloned() {
        let folders = empty_folder(above, way, &names)?;
        if folders.is_empty() {
            waiting.pop();
            remove_empty(above, way, &names)?;
        } else {
            waiting.extend(folders);
        }
    }
    Ok(())
}

/// Removes what is no folder in a folder; the folders in it.
fn empty_folder(above: BorrowedFd<'_>, way: Way, names: &[u8]) -> Result<Vec<Vec<u8>>> {
    let folder = match door::open_bytes(way, above, names, door::FOLDER) {
        Ok(folder) => folder,
        // Its owner may not read it; he may say that he may.
        Err(Errno::ACCESS) => {
            let (parent, leaf) = parent_of(above, way, names)?;
            let parent = parent.as_ref().map_or(above, AsFd::as_fd);
            sys::set_mode_of((parent, leaf), Mode::RWXU).map_err(at("chmod"))?;
            door::open_bytes(way, above, names, door::FOLDER).map_err(at("open to remove"))?
        }
        Err(errno) => return Err(failed("open to remove", errno)),
    };
    if let Err(errno) = sys::set_mode(&folder, Mode::RWXU) {
        log::debug!("chmod of a folder to be removed: {errno}");
    }
    let mut folders = Vec::new();
    for entry in entries(&folder).map_err(at("read a folder"))? {
        match sys::remove((folder.as_fd(), &entry.name)) {
            Ok(()) | Err(Errno::NOENT) => {}
            // unlink(2) of a folder: EISDIR on Linux, EPERM by POSIX.
            Err(Errno::ISDIR | Errno::PERM) => folders.push(beneath(names, &entry.name)),
            Err(errno) => return Err(failed("remove", errno)),
        }
    }
    Ok(folders)
}

fn remove_empty(above: BorrowedFd<'_>, way: Way, names: &[u8]) -> Result<()> {
    let (parent, leaf) = parent_of(above, way, names)?;
    let parent = parent.as_ref().map_or(above, AsFd::as_fd);
    match sys::remove_folder((parent, leaf)) {
        Err(errno) if !means_absent(errno) => Err(failed("remove a folder", errno)),
        _ => Ok(()),
    }
}

/// The folder above the last of several names, where it is not the top, and that name.
fn parent_of<'a>(
    above: BorrowedFd<'_>,
    way: Way,
    names: &'a [u8],
) -> Result<(Option<rustix::fd::OwnedFd>, &'a [u8])> {
    let Some(slash) = names.iter().rposition(|byte| *byte == b'/') else { return Ok((None, names)) };
    let parent = door::open_bytes(way, above, &names[..slash], door::FOLDER).map_err(at("open"))?;
    Ok((Some(parent), &names[slash + 1..]))
}
