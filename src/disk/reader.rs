//! Reading a file from its beginning, block by block.

use super::errno::at;
use super::spot::Spot;
use super::volume::Volume;
use crate::error::Result;
use rustix::fd::OwnedFd;

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
    /// Reads the next bytes; how many, 0 at the end.
    pub fn read(&mut self, block: &mut [u8]) -> Result<usize> {
        rustix::io::retry_on_intr(|| rustix::io::read(&self.handle, &mut *block)).map_err(at("read"))
    }
}
