//! Copies bytes: shared if the file system can (reflink), else copied inside the kernel, else read
//! and written. Holes in a file stay holes in its copy, if the file system can report them.

use super::errno::means_unsupported;
use super::sys;
use rustix::fd::OwnedFd;
use rustix::fs::{SeekFrom, fstat, seek};
use rustix::io::{Errno, Result};

/// The number of bytes read and written at once if the kernel cannot copy.
const BUFFER_BYTES: usize = 256 * 1024;
/// The number of bytes that the kernel copies in one call, so that copying can be interrupted.
const RANGE_BYTES: u64 = 64 * 1024 * 1024;

/// Writes all bytes at an offset.
pub(super) fn write_all(file: &OwnedFd, mut bytes: &[u8], mut offset: u64) -> Result<()> {
    while !bytes.is_empty() {
        let taken = sys::write_at(file, bytes, offset)?;
        if taken == 0 {
            return Err(Errno::IO);
        }
        bytes = &bytes[taken..];
        offset += taken as u64;
    }
    Ok(())
}

/// Copies the first `size` bytes into an empty file, or fewer if the file has become shorter. Fails
/// with `ECANCELED` when it may not go on. The read position of `from` is undefined afterwards.
pub(super) fn copy_bytes(
    from: &OwnedFd,
    to: &OwnedFd,
    size: u64,
    may_go_on: &mut dyn FnMut() -> bool,
) -> Result<()> {
    match sys::share_bytes(from, to) {
        Ok(()) => return Ok(()),
        Err(errno) if is_for_others(errno) => {}
        Err(errno) => return Err(errno),
    }
    let mut copier = Copier { from, to, in_kernel: true, may_go_on };
    let mut end = 0;
    while let Some((begin, length)) = next_data(from, end, size)? {
        end = begin + length;
        if !copier.copy(begin, end)? {
            return Ok(());
        }
    }
    // A hole at the end. A file that was truncated meanwhile has none.
    let length = size.min(u64::try_from(fstat(from)?.st_size).unwrap_or(0));
    if length > end { sys::truncate(to, length) } else { Ok(()) }
}

/// The offset and length of the next bytes that are not a hole; `None` if there are none up to
/// `size`. A file system that cannot tell has no holes.
fn next_data(file: &OwnedFd, offset: u64, size: u64) -> Result<Option<(u64, u64)>> {
    if offset >= size {
        return Ok(None);
    }
    let begin = match seek(file, SeekFrom::Data(offset)) {
        Ok(begin) => begin.max(offset),
        Err(Errno::NXIO) => return Ok(None),
        Err(errno) if means_unsupported(errno) => return Ok(Some((offset, size - offset))),
        Err(errno) => return Err(errno),
    };
    if begin >= size {
        return Ok(None);
    }
    let end = match seek(file, SeekFrom::Hole(begin)) {
        Ok(end) if end > begin => end.min(size),
        // The file has changed meanwhile and is copied as it is.
        Ok(_) | Err(Errno::NXIO) => size,
        Err(errno) if means_unsupported(errno) => size,
        Err(errno) => return Err(errno),
    };
    Ok(Some((begin, end - begin)))
}

struct Copier<'a> {
    from: &'a OwnedFd,
    to: &'a OwnedFd,
    /// True until the kernel reports that it cannot copy.
    in_kernel: bool,
    may_go_on: &'a mut dyn FnMut() -> bool,
}

impl Copier<'_> {
    /// Copies the bytes between two offsets. Returns `false` if the file ends before the second
    /// one.
    fn copy(&mut self, mut offset: u64, end: u64) -> Result<bool> {
        while self.in_kernel && offset < end {
            self.check()?;
            let length = (end - offset).min(RANGE_BYTES) as usize;
            match sys::copy_range(self.from, self.to, offset, length) {
                // Some file systems (procfs, FUSE) return 0 instead of failing. Reading then shows
                // whether the file has ended.
                Ok(0) => self.in_kernel = false,
                Ok(copied) => offset += copied as u64,
                Err(errno) if is_for_others(errno) => self.in_kernel = false,
                Err(errno) => return Err(errno),
            }
        }
        if offset < end { self.copy_by_hand(offset, end) } else { Ok(true) }
    }

    fn copy_by_hand(&mut self, mut offset: u64, end: u64) -> Result<bool> {
        let mut buffer = vec![0; BUFFER_BYTES];
        while offset < end {
            self.check()?;
            let length = (end - offset).min(BUFFER_BYTES as u64) as usize;
            let read = sys::read_at(self.from, &mut buffer[..length], offset)?;
            if read == 0 {
                return Ok(false);
            }
            write_all(self.to, &buffer[..read], offset)?;
            offset += read as u64;
        }
        Ok(true)
    }

    fn check(&mut self) -> Result<()> {
        if (self.may_go_on)() { Ok(()) } else { Err(Errno::CANCELED) }
    }
}

/// True if another way of copying must be tried.
fn is_for_others(errno: Errno) -> bool {
    means_unsupported(errno) || matches!(errno, Errno::XDEV | Errno::PERM)
}
