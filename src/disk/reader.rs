//! Reading a file from its beginning, block by block.

use super::errno::at;
use super::volume::Volume;
use crate::base::path::CloudPath;
use crate::error::Result;
use rustix::fd::OwnedFd;

/// A file being read. It stays the same content while others replace the file.
pub struct Reader {
    handle: OwnedFd,
}

impl Volume {
    /// Opens a file to be read; `None` when there is none.
    pub fn reader(&self, path: &CloudPath) -> Result<Option<Reader>> {
        Ok(self.open_file(path)?.map(|(handle, _)| Reader { handle }))
    }
}

impl Reader {
    /// Reads the next bytes; how many, 0 at the end.
    pub fn read(&mut self, block: &mut [u8]) -> Result<usize> {
        rustix::io::retry_on_intr(|| rustix::io::read(&self.handle, &mut *block)).map_err(at("read"))
    }
}
