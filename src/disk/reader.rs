//! Reading a file, block by block.

use super::errno::{at, failed};
use super::spot::Spot;
use super::stat::{self, Stat};
use super::volume::Volume;
use crate::error::Result;
use rustix::fd::OwnedFd;
use rustix::fs::{Advice, fadvise};
use rustix::io::{Errno, pread, retry_on_intr};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};

/// A file being read. It stays the same content while others replace the file.
pub struct Reader {
    handle: OwnedFd,
    stat: Stat,
    /// Where the next bytes are read.
    at: u64,
}

impl Volume {
    /// Opens a file to be read; `None` when there is none.
    pub fn reader<'a>(&self, spot: impl Into<Spot<'a>>) -> Result<Option<Reader>> {
        Ok(self.open_file(spot)?.map(|(handle, stat)| Reader { handle, stat, at: 0 }))
    }
}

impl Reader {
    /// What the file was when it was opened.
    pub fn stat(&self) -> &Stat {
        &self.stat
    }

    /// What the file is now.
    pub fn stat_now(&self) -> Result<Stat> {
        stat::of_handle(&self.handle).map_err(at("statx"))?.ok_or_else(|| failed("statx", Errno::NOENT))
    }

    /// Its bytes were read once and for nobody: the memory they took is better used for others.
    pub fn needs_no_cache(&self) {
        if let Err(errno) = fadvise(&self.handle, 0, None, Advice::DontNeed) {
            log::debug!("fadvise: {errno}");
        }
    }

    /// Reads the next bytes; how many, 0 at the end.
    pub fn read(&mut self, block: &mut [u8]) -> Result<usize> {
        self.read_on(block).map_err(at("read"))
    }

    fn read_on(&mut self, block: &mut [u8]) -> rustix::io::Result<usize> {
        let count = retry_on_intr(|| pread(&self.handle, &mut *block, self.at))?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Read for Reader {
    fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
        Ok(self.read_on(block)?)
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.stat.size.checked_add_signed(by),
        };
        self.at = place.ok_or(ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
