//! Bytes that are written once and soon read again: in memory while they are few, else in a file without a name, which
//! is gone with its handle.

use super::errno::{at, means_unsupported};
use super::hidden_dir::{Staged, write_all};
use super::sys;
use super::volume::Volume;
use crate::base::ids::object_id;
use crate::base::size::size_text;
use crate::error::{Code, Error, Result};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::Mode;
use rustix::io::{Errno, pread, retry_on_intr};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Bytes that stay in memory.
const MEMORY_BYTES_MAX: usize = 64 * 1024;

/// Bytes that are read at once to find records.
const READ_BYTES: usize = 32 * 1024;

/// What spools may take up on a disk.
#[derive(Clone, Copy, Debug)]
pub struct SpoolLimits {
    /// All of them on the disk together, in bytes.
    pub total_bytes: u64,
    /// What is to stay free there, in bytes.
    pub kept_free_bytes: u64,
}

/// Grows at its end and is read anywhere.
pub struct Spool {
    volume: Arc<Volume>,
    limits: SpoolLimits,
    /// What it has of the room for spools, in bytes.
    granted: u64,
    file: Option<OwnedFd>,
    file_bytes: u64,
    /// What comes after the bytes in the file.
    tail: Vec<u8>,
}

impl Spool {
    pub fn new(volume: &Arc<Volume>, limits: SpoolLimits) -> Spool {
        let volume = Arc::clone(volume);
        Spool { volume, limits, granted: 0, file: None, file_bytes: 0, tail: Vec::new() }
    }

    /// Asks for the room for a length that is known before, so that it cannot turn out later that there is none.
    ///
    /// # Errors
    /// `Code::Full` where too little would stay free on the disk, `Code::Busy` where all spools together are too long.
    pub fn reserve(&mut self, length: u64) -> Result<()> {
        if length <= MEMORY_BYTES_MAX as u64 || length <= self.granted {
            return Ok(());
        }
        let more = length - self.granted;
        if self.volume.free_space()?.available < more.saturating_add(self.limits.kept_free_bytes) {
            let sentence = format!(
                "There is not enough room on the disk for the list of so many files, of which {} stay free. Please take fewer \
                 at once, or empty the recycle bin.",
                size_text(self.limits.kept_free_bytes)
            );
            return Err(Error::new(Code::Full, sentence));
        }
        let spooled = &self.volume.spooled;
        if spooled.fetch_add(more, Ordering::Relaxed) > self.limits.total_bytes.saturating_sub(more) {
            spooled.fetch_sub(more, Ordering::Relaxed);
            let sentence = "Too many files are had together at the moment. Please take fewer at once, or try again later.";
            return Err(Error::new(Code::Busy, sentence));
        }
        self.granted = length;
        Ok(())
    }

    /// Its length in bytes.
    pub fn length(&self) -> u64 {
        self.file_bytes + self.tail.len() as u64
    }

    /// Adds bytes at the end.
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

    /// Adds a record at the end, to be read by [`Records`].
    ///
    /// # Errors
    /// As [`Spool::reserve`].
    pub fn append_record(&mut self, parts: &[&[u8]]) -> Result<()> {
        let length =
            u32::try_from(parts.iter().map(|part| part.len()).sum::<usize>()).map_err(Error::internal)?;
        self.append(&[&length.to_le_bytes(), parts.concat().as_slice()].concat())
    }

    /// Reads what comes at an offset; how many bytes, 0 at the end.
    pub fn read_at(&self, offset: u64, block: &mut [u8]) -> Result<usize> {
        match &self.file {
            Some(file) if offset < self.file_bytes => {
                retry_on_intr(|| pread(file, &mut *block, offset)).map_err(at("read a spool"))
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
        // What goes to the disk counts, however short it is.
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

/// Goes through the records of a spool, also while more are added.
#[derive(Default)]
pub struct Records {
    block: Vec<u8>,
    /// Where in the block the next record begins, and where in the spool the block ends.
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

    /// Reads on until the next so many bytes are there; whether there are that many.
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

/// A file in `staging` without a name. Where the file system has no such files, its name is removed at once.
fn unnamed(volume: &Volume) -> rustix::io::Result<OwnedFd> {
    let (folder, mode) = (volume.hidden_dir.staging.as_fd(), Mode::RUSR | Mode::WUSR);
    match sys::create_unnamed(folder, mode) {
        // open(2): a kernel without O_TMPFILE says EISDIR or ENOENT.
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
