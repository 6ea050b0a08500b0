//! Raw reading of a directory: the names and kinds that the kernel lists.

use super::resolve::{self, open_one};
use super::sys;
use rustix::fd::OwnedFd;
use rustix::fs::{Access, FileType};

/// The number of bytes of names read from the kernel at once: some 500 entries.
const READ_BYTES: usize = 32 * 1024;

/// Opens a folder to read its entries. Without the right to search it, only their names could be
/// read.
pub(super) fn open_to_read(entry: sys::Entry<'_>) -> rustix::io::Result<OwnedFd> {
    let folder = open_one(entry, resolve::FOLDER)?;
    sys::may(&folder, Access::EXEC_OK).map(|()| folder)
}

/// An entry as the kernel lists it.
pub(super) struct Entry {
    pub name: Vec<u8>,
    kind: FileType,
}

impl Entry {
    /// True if it may be a file or folder. Some file systems report the kind only when asked about
    /// the entry itself.
    pub fn may_be_seen(&self) -> bool {
        matches!(self.kind, FileType::RegularFile | FileType::Directory | FileType::Unknown)
    }
}

/// The entries of an open folder except `.` and `..`, in the order of the disk.
pub(super) fn entries(folder: &OwnedFd) -> rustix::io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    each_entry(folder, |entry| {
        entries.push(entry);
        true
    })?;
    Ok(entries)
}

/// Passes the entries to a closure until it returns false.
pub(super) fn each_entry(folder: &OwnedFd, mut each: impl FnMut(Entry) -> bool) -> rustix::io::Result<()> {
    let mut buffer = Vec::with_capacity(READ_BYTES);
    sys::list(folder, buffer.spare_capacity_mut(), |entry| {
        let name = entry.file_name().to_bytes();
        let is_wanted = name != b"." && name != b"..";
        !is_wanted || each(Entry { name: name.to_vec(), kind: entry.file_type() })
    })
}
