//! Reading a file from its beginning, block by block.

use super::errno::{at, failed};
use super::spot::Spot;
use super::stat::{self, Stat};
use super::volume::Volume;
use crate::error::Result;
use rustix::fd::OwnedFd;
use rustix::fs::{Advice, fadvise};
use rustix::io::Errno;

/// A file being read. It stays the same content while others replace the file.
pub struct Reader {
    handle: OwnedFd,
}

impl Volume {
    /// Opens a file to be read; `None` when there is none.
    pub fn reader<'a>(&self, spot: impl Into<Spot<'a>>) -> Result<Option<Reader>> {
        Ok(self.open_file(spot)?.map(|(handle, _)| Reader { handle }))
    }
}

impl Reader {
    /// What the file is now.
    pub fn stat(&self) -> Result<Stat> {
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
        rustix::io::retry_on_intr(|| rustix::io::read(&self.handle, &mut *block)).map_err(at("read"))
    }
}
