//! Reads a file, block by block.

use super::errno::{at, failed};
use super::location::Location;
use super::stat::{self, Stat};
use super::sys;
use super::volume::Volume;
use crate::error::Result;
#[cfg(feature = "thumbs")]
use rustix::fd::BorrowedFd;
use rustix::fd::{AsFd, AsRawFd, OwnedFd};
use rustix::fs::{Advice, CWD, fadvise};
use rustix::io::Errno;
use std::ffi::CString;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};

/// A file being read. Its content stays the same while others replace the file.
pub struct Reader {
    handle: OwnedFd,
    stat: Stat,
    unchanged: Unchanged,
    /// The offset of the next bytes.
    at: u64,
}

/// The state of a file when its sending began. It tells afterwards whether all sent bytes belong to
/// one content.
pub struct Unchanged {
    stat: Stat,
    /// The file's name, as the kernel knows it for the handle.
    name: Option<CString>,
}

impl Unchanged {
    /// `stat` is the state when the file was opened, of which nothing has been read yet. It may have
    /// been renamed or replaced since. That changes its time of change, so this is taken anew, after
    /// the name.
    pub fn since(handle: &impl AsFd, stat: Stat) -> Unchanged {
        let name = name_of(handle);
        let now = stat::of_handle(handle).ok().flatten();
        let is_same = |now: &Stat| (now.size, now.modified) == (stat.size, stat.modified);
        Unchanged { stat: now.filter(is_same).unwrap_or(stat), name }
    }

    /// True if the bytes that were there are unchanged: nobody has written to the file, or it has
    /// only grown, like a log. Renaming, replacing or deleting the file changes its time of change,
    /// but not its content.
    pub fn holds(&self, handle: &impl AsFd) -> bool {
        let Ok(Some(now)) = stat::of_handle(handle) else { return false };
        let before = &self.stat;
        if now.size != before.size {
            return now.size > before.size;
        }
        let is_renamed = || self.name.is_some() && self.name != name_of(handle);
        now.modified == before.modified && (now.changed == before.changed || is_renamed())
    }
}

fn name_of(handle: &impl AsFd) -> Option<CString> {
    let link = format!("/proc/self/fd/{}", handle.as_fd().as_raw_fd());
    rustix::fs::readlinkat(CWD, link, Vec::new()).ok()
}

impl Volume {
    /// Opens a file for reading; `None` if it does not exist.
    pub fn reader<'a>(&self, location: impl Into<Location<'a>>) -> Result<Option<Reader>> {
        Ok(self.open_file(location)?.map(|(handle, stat)| {
            let unchanged = Unchanged::since(&handle, stat);
            Reader { handle, stat, unchanged, at: 0 }
        }))
    }
}

impl Reader {
    /// The file's state when it was opened.
    pub fn stat(&self) -> &Stat {
        &self.stat
    }

    /// The current state of the file.
    pub fn stat_now(&self) -> Result<Stat> {
        stat::of_handle(&self.handle).map_err(at("statx"))?.ok_or_else(|| failed("statx", Errno::NOENT))
    }

    /// The open file, for a process that reads it.
    #[cfg(feature = "thumbs")]
    pub fn handle(&self) -> BorrowedFd<'_> {
        self.handle.as_fd()
    }

    /// True if everything read belongs to one content; see [`Unchanged::holds`].
    pub fn is_unchanged(&self) -> bool {
        self.unchanged.holds(&self.handle)
    }

    /// Frees the page cache of the file, because nobody needs its bytes again soon.
    pub fn needs_no_cache(&self) {
        if let Err(errno) = fadvise(&self.handle, 0, None, Advice::DontNeed) {
            log::debug!("fadvise: {errno}");
        }
    }

    /// Reads the next bytes. Returns their number, 0 at the end.
    pub fn read(&mut self, block: &mut [u8]) -> Result<usize> {
        self.read_on(block).map_err(at("read"))
    }

    fn read_on(&mut self, block: &mut [u8]) -> rustix::io::Result<usize> {
        let count = sys::read_at(&self.handle, block, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Read for Reader {
    fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
        // The disk's own error is kept for callers who read through `io::Read`; see `Error::of_io`.
        Reader::read(self, block).map_err(io::Error::other)
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let slot = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.stat.size.checked_add_signed(by),
        };
        self.at = slot.ok_or(ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
