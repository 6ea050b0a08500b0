//! Verifies a backup: some of its files are read and compared with the live ones.

use super::super::errno::{at, failed, means_absent};
use super::super::resolve::open_one;
use super::super::{resolve, sys};
use super::interrupted;
use super::samples::Sample;
use super::tree::{Tree, seen};
use super::walk::{is_unreadable, open_file};
use crate::error::Result;
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{Advice, fadvise};
use rustix::io::Errno;

const BLOCK_BYTES: usize = 256 * 1024;

/// The result of comparing a file of a backup with the live one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compared {
    Same,
    Differs,
    /// The live file has changed, so nothing can be said.
    Changed,
}

/// Compares a file of a copy with the live one, byte by byte, from the disk and not from memory.
pub(super) fn compare(
    live: &Tree,
    copy: &Tree,
    sample: &Sample,
    may_go_on: &dyn Fn() -> bool,
) -> Result<Compared> {
    let looks_the_same = || -> Result<bool> {
        let folder = match live.folder(&sample.folder) {
            // The live file is gone or unreadable since it was copied.
            Err(errno) if errno == Errno::NOENT || is_unreadable(errno) => return Ok(false),
            other => other.map_err(at("open"))?,
        };
        match seen(&folder, &sample.name) {
            Ok(found) => Ok(found.is_some_and(|(_, seen)| seen == sample.seen)),
            Err(errno) if errno == Errno::NOENT || is_unreadable(errno) => Ok(false),
            Err(errno) => Err(failed("statx", errno)),
        }
    };
    if !looks_the_same()? {
        return Ok(Compared::Changed);
    }
    let original =
        live.folder(&sample.folder).and_then(|live| open_one((live.as_fd(), &sample.name), resolve::FILE));
    let original = match original {
        Ok(handle) => handle,
        Err(errno) if means_absent(errno) || is_unreadable(errno) => return Ok(Compared::Changed),
        Err(errno) => return Err(failed("open", errno)),
    };
    let folder = copy.folder(&sample.folder).map_err(at("open in the backup"))?;
    let Some((copied, stat)) = open_file(&folder, &sample.name)? else { return Ok(Compared::Differs) };
    if let Err(errno) = fadvise(&copied, 0, None, Advice::DontNeed) {
        log::debug!("the copy may be read from memory: {errno}");
    }
    let compared = match stat.size == sample.seen.size {
        true => compare_bytes(&original, &copied, sample.seen.size, may_go_on)?,
        false => Compared::Differs,
    };
    Ok(if looks_the_same()? { compared } else { Compared::Changed })
}

fn compare_bytes(
    live: &OwnedFd,
    copy: &OwnedFd,
    size: u64,
    may_go_on: &dyn Fn() -> bool,
) -> Result<Compared> {
    let (mut first, mut second) = (vec![0; BLOCK_BYTES], vec![0; BLOCK_BYTES]);
    let mut offset = 0;
    while offset < size {
        if !may_go_on() {
            return Err(interrupted());
        }
        let read = match filled(live, &mut first, offset) {
            Ok(read) => read,
            Err(errno) => {
                log::warn!("a live file can no longer be read, so its backup cannot be compared: {errno}");
                return Ok(Compared::Changed);
            }
        };
        // A copy that cannot be read counts as different.
        if read == 0 || filled(copy, &mut second, offset) != Ok(read) || first[..read] != second[..read] {
            return Ok(Compared::Differs);
        }
        offset += read as u64;
    }
    Ok(Compared::Same)
}

/// Reads a full block, or less at the end of the file. Returns its length.
fn filled(file: &OwnedFd, block: &mut [u8], offset: u64) -> rustix::io::Result<usize> {
    let mut length = 0;
    while length < block.len() {
        match sys::read_at(file, &mut block[length..], offset + length as u64)? {
            0 => break,
            read => length += read,
        }
    }
    Ok(length)
}
