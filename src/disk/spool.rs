//! A spool: bytes that are written once and read soon after. Few bytes stay in memory; more go into
//! a file without a name, which disappears with its handle.

use super::bytes::write_all;
use super::errno::{at, means_unsupported};
use super::hidden_dir::Staged;
use super::sys;
use super::volume::Volume;
use crate::base::ids::object_id;
use crate::base::size::size_text;
use crate::error::{Code, Error, Result};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::Mode;
use rustix::io::Errno;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// The number of bytes that stay in memory.
const MEMORY_BYTES_MAX: usize = 64 * 1024;

/// The number of bytes read at once to find records.
const READ_BYTES: usize = 32 * 1024;

/// Limits for spools on a disk.
#[derive(Clone, Copy, Debug)]
pub struct SpoolLimits {
    /// The maximum size of all spools on the disk together, in bytes.
    pub total_bytes: u64,
    /// The space that must stay free on the disk, in bytes.
    pub kept_free_bytes: u64,
}

/// Bytes that are appended at the end and read anywhere.
pub struct Spool {
    volume: Arc<Volume>,
    limits: SpoolLimits,
    /// The part of the limit that it has been granted, in bytes.
    granted: u64,
    file: Option<OwnedFd>,
    file_bytes: u64,
    /// Bytes that follow those in the file.
    tail: Vec<u8>,
}

impl Spool {
    pub fn new(volume: &Arc<Volume>, limits: SpoolLimits) -> Spool {
        let volume = Arc::clone(volume);
        Spool { volume, limits, granted: 0, file: None, file_bytes: 0, tail: Vec::new() }
    }

    /// Reserves space for a length that is known in advance, so that it cannot run out later.
    ///
    /// # Errors
    /// `Code::Full` if too little would stay free on the disk, `Code::Busy` if all spools together
    /// are too long.
    pub fn reserve(&mut self, length: u64) -> Result<()> {
        if length <= MEMORY_BYTES_MAX as u64 || length <= self.granted {
            return Ok(());
        }
        let more = length - self.granted;
        if self.volume.free_space()?.available < more.saturating_add(self.limits.kept_free_bytes) {
            let sentence = format!(
                "There is not enough room on the disk for the list of so many files: {} must stay free. Please take fewer \
                 at once, or empty the recycle bin.",
                size_text(self.limits.kept_free_bytes)
            );
            return Err(Error::new(Code::Full, sentence));
        }
        let spooled = &self.volume.spooled;
        if spooled.fetch_add(more, Ordering::Relaxed) > self.limits.total_bytes.saturating_sub(more) {
            spooled.fetch_sub(more, Ordering::Relaxed);
            let sentence = "Too many large downloads and copies are being prepared. Please try again later, or select fewer files.";
            return Err(Error::new(Code::Busy, sentence));
        }
        self.granted = length;
        Ok(())
    }

    /// The length in bytes.
    pub fn length(&self) -> u64 {
        self.file_bytes + self.tail.len() as u64
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// As [`Spool::reserve`].
    pub fn append(&mut self, bytes: &[u8]) -> Result<()> {
        if self.tail.len() + bytes.len() > MEMORY_BYTES_MAX {
            self.write_tail()?;
        }
        self.tail.extend_from_slice(bytes);
        Ok(())
    }

    /// Appends a record. [`Records`] reads it.
    ///
    /// # Errors
    /// As [`Spool::reserve`].
    pub fn append_record(&mut self, parts: &[&[u8]]) -> Result<()> {
        let length =
            u32::try_from(parts.iter().map(|part| part.len()).sum::<usize>()).map_err(Error::internal)?;
        self.append(&[&length.to_le_bytes(), parts.concat().as_slice()].concat())
    }

    /// Reads bytes at an offset. Returns their number, 0 at the end.
    pub fn read_at(&self, offset: u64, block: &mut [u8]) -> Result<usize> {
        match &self.file {
            Some(file) if offset < self.file_bytes => {
                sys::read_at(file, block, offset).map_err(at("read a spool"))
            }
            _ => {
                let start = usize::try_from(offset - self.file_bytes).unwrap_or(usize::MAX);
                let rest = self.tail.get(start..).unwrap_or_default();
                let count = rest.len().min(block.len());
                block[..count].copy_from_slice(&rest[..count]);
                Ok(count)
            }
        }
    }

    fn write_tail(&mut self) -> Result<()> {
        // A spool that goes to the disk always counts as longer than the limit for memory.
        self.reserve(self.length().max(MEMORY_BYTES_MAX as u64 + 1))?;
        let file = match &self.file {
            Some(file) => file,
            None => self.file.insert(unnamed(&self.volume).map_err(at("create a spool"))?),
        };
        write_all(file, &self.tail, self.file_bytes).map_err(at("write a spool"))?;
        self.file_bytes += self.tail.len() as u64;
        self.tail.clear();
        Ok(())
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        self.volume.spooled.fetch_sub(self.granted, Ordering::Relaxed);
    }
}

/// Reads the records of a spool, even while more are appended.
#[derive(Default)]
pub struct Records {
    block: Vec<u8>,
    /// The offset of the next record in the block, and the offset in the spool at which the block
    /// ends.
    at: usize,
    offset: u64,
}

impl Records {
    /// The next record; `None` after the last.
    pub fn next(&mut self, spool: &Spool) -> Result<Option<&[u8]>> {
        const HEAD_BYTES: usize = 4;
        if !self.holds(HEAD_BYTES, spool)? {
            return Ok(None);
        }
        let head = self.block[self.at..self.at + HEAD_BYTES].try_into().expect("as many bytes as asked for");
        let length = u32::from_le_bytes(head) as usize;
        if !self.holds(HEAD_BYTES + length, spool)? {
            return Err(Error::internal("a spool ends in the middle of a record"));
        }
        let start = self.at + HEAD_BYTES;
        self.at = start + length;
        Ok(Some(&self.block[start..self.at]))
    }

    /// Reads until `count` bytes are available. Returns true if there are that many.
    fn holds(&mut self, count: usize, spool: &Spool) -> Result<bool> {
        while self.block.len() - self.at < count {
            self.block.drain(..self.at);
            self.at = 0;
            let filled = self.block.len();
            self.block.resize(filled + READ_BYTES, 0);
            let read = spool.read_at(self.offset, &mut self.block[filled..])?;
            self.block.truncate(filled + read);
            self.offset += read as u64;
            if read == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// A file in `staging` without a name. If the file system does not support that, the name is
/// removed at once.
fn unnamed(volume: &Volume) -> rustix::io::Result<OwnedFd> {
    let (folder, mode) = (volume.hidden_dir.staging.as_fd(), Mode::RUSR | Mode::WUSR);
    match sys::create_unnamed(folder, mode) {
        // open(2): a kernel without O_TMPFILE fails with EISDIR or ENOENT.
        Err(errno) if means_unsupported(errno) || matches!(errno, Errno::ISDIR | Errno::NOENT) => {
            let id = object_id();
            let name = Staged::Temporary(&id).name();
            let file = sys::create((folder, &name), mode)?;
            sys::remove((folder, &name))?;
            Ok(file)
        }
        other => other,
    }
}
