//! Looks up an entry: its state or its content.
//!
//! A lookup changes nothing. A missing entry is `None`. Symlinks, named pipes, sockets, devices and
//! `.cloudlet` count as missing.

use super::errno::{at, failed};
use super::location::Location;
use super::resolve::{self, Resolution, open_one};
use super::slot::tolerate;
use super::stat::{self, Kind, Stat};
use super::sys;
use super::volume::Volume;
use crate::base::path::{CloudPath, EntryName};
use crate::error::Result;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::OFlags;
use rustix::io::{Errno, ReadWriteFlags, preadv2};
use std::io::IoSliceMut;
use std::time::SystemTime;

/// The result of [`Volume::read_cached`].
pub enum Cached {
    /// The whole file.
    Ready(Vec<u8>, Stat),
    /// The content is not known without waiting, too long, or not a file. The blocking functions
    /// must be used.
    WouldBlock,
}

impl Volume {
    /// The state of an entry; `None` if there is nothing that users may see.
    pub fn stat<'a>(&self, location: impl Into<Location<'a>>) -> Result<Option<Stat>> {
        match self.open_at(location, resolve::ASK)? {
            Some(handle) => stat::of_handle(handle).map_err(at("statx")),
            None => Ok(None),
        }
    }

    /// As [`Volume::stat`] for an existing entry, if that needs no waiting for a disk or another
    /// machine.
    pub fn stat_at_once(&self, path: &CloudPath) -> Option<Stat> {
        if !self.is_local() || !self.may_answer_at_once(path) {
            return None;
        }
        let handle = resolve::open_cached(self.root.as_fd(), self.inside(path), resolve::ASK).ok()?;
        let stat = stat::of_handle_cached(&handle).ok()??;
        // Another file system may be mounted there, and nothing is known about it.
        (stat.device == self.hidden_dir.home_stat.device).then_some(stat)
    }

    /// Opens a regular file for reading; `None` if it does not exist. `Code::Busy` while another
    /// program holds it.
    pub fn open_file<'a>(&self, location: impl Into<Location<'a>>) -> Result<Option<(OwnedFd, Stat)>> {
        let Some(handle) = self.open_at(location, resolve::FILE)? else { return Ok(None) };
        only_file(handle)
    }

    /// Reads a file of up to `bytes_max` bytes, if that needs no waiting for a disk: openat2(2)
    /// with `RESOLVE_CACHED`, preadv2(2) with `RWF_NOWAIT`. Only [`Cached::Ready`] is an answer.
    pub fn read_cached(&self, path: &CloudPath, bytes_max: usize) -> Cached {
        let ready = self
            .may_answer_at_once(path)
            .then(|| read_at_once(self.root.as_fd(), self.inside(path), bytes_max));
        let ready = ready.flatten();
        ready.map_or(Cached::WouldBlock, |(bytes, stat)| Cached::Ready(bytes, stat))
    }

    fn may_answer_at_once(&self, path: &CloudPath) -> bool {
        self.resolution == Resolution::Beneath
            && !self.folds()
            && !self.inside(path).is_empty()
            && !self.reserves(path)
    }

    /// Sets the modification time of a file or folder. `Code::NotFound` if it does not exist.
    #[cfg_attr(not(test), expect(dead_code, reason = "copies of folders from other clients will need it"))]
    pub fn set_modified(&self, path: &CloudPath, modified: SystemTime) -> Result<Stat> {
        let absent = || failed("open", Errno::NOENT);
        let handle = self.open_at(path, resolve::FILE)?.ok_or_else(absent)?;
        stat::of_handle(&handle).map_err(at("statx"))?.ok_or_else(absent)?;
        tolerate(sys::set_modified(&handle, stat::timespec(modified))).map_err(at("utimensat"))?;
        stat::of_handle(&handle).map_err(at("statx"))?.ok_or_else(absent)
    }
}

/// Keeps a handle if it is of a regular file.
pub(super) fn only_file(handle: OwnedFd) -> Result<Option<(OwnedFd, Stat)>> {
    let stat = stat::of_handle(&handle).map_err(at("statx"))?;
    Ok(stat.filter(|stat| stat.kind == Kind::File).map(|stat| (handle, stat)))
}

fn read_at_once(root: BorrowedFd<'_>, names: &[EntryName], bytes_max: usize) -> Option<(Vec<u8>, Stat)> {
    let file = resolve::open_cached(root, names, resolve::FILE).ok()?;
    let stat = stat::of_handle_cached(&file).ok()??;
    let size = usize::try_from(stat.size).ok().filter(|size| *size <= bytes_max)?;
    if stat.kind != Kind::File {
        return None;
    }
    let mut bytes = vec![0; size];
    let mut filled = 0;
    while filled < size {
        let mut rest = [IoSliceMut::new(&mut bytes[filled..])];
        let read = preadv2(&file, &mut rest, filled as u64, ReadWriteFlags::NOWAIT).ok()?;
        if read == 0 {
            return None;
        }
        filled += read;
    }
    // The file was written while it was read, so a worker reads it.
    let now = stat::of_handle_cached(&file).ok()??;
    (now.size == stat.size && now.modified == stat.modified && now.changed == stat.changed)
        .then_some((bytes, stat))
}

/// Opens a file in a private folder; `None` if it does not exist.
pub(super) fn open_private(folder: &OwnedFd, name: &[u8], flags: OFlags) -> Result<Option<(OwnedFd, Stat)>> {
    match open_one((folder.as_fd(), name), flags) {
        Ok(handle) => only_file(handle),
        Err(Errno::NOENT) => Ok(None),
        Err(errno) => Err(failed("open in .cloudlet", errno)),
    }
}
