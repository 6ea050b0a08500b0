//! The system calls that change the file system, each on an open handle and at most one name.
//!
//! This layer is thin on purpose. It is the only place that changes the disk, so that tests can
//! make the n-th change fail. It decides nothing and never takes a path of more than one name.

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{
    self, AtFlags, FallocateFlags, Gid, Mode, OFlags, RenameFlags, Timespec, Timestamps, Uid, XattrFlags,
};
use rustix::io::{Result, retry_on_intr};

/// A directory handle and one name in it.
pub(super) type Entry<'a> = (BorrowedFd<'a>, &'a [u8]);

/// Creates a file that must not exist yet and opens it for reading and writing.
pub(super) fn create((folder, name): Entry<'_>, mode: Mode) -> Result<OwnedFd> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    change(|| fs::openat(folder, name, flags, mode))
}

/// Creates a file without a name in a folder (`O_TMPFILE`) and opens it for reading and writing.
pub(super) fn create_unnamed(folder: BorrowedFd<'_>, mode: Mode) -> Result<OwnedFd> {
    #[cfg(test)]
    seam::offered(seam::Feature::Unnamed)?;
    let flags = OFlags::RDWR | OFlags::TMPFILE | OFlags::CLOEXEC;
    change(|| fs::openat(folder, c".", flags, mode))
}

/// Creates a folder that must not exist yet.
pub(super) fn create_folder((folder, name): Entry<'_>, mode: Mode) -> Result<()> {
    change(|| fs::mkdirat(folder, name, mode))
}

/// Gives a file a second name. A symlink is linked itself, not its target.
pub(super) fn link(from: Entry<'_>, to: Entry<'_>) -> Result<()> {
    #[cfg(test)]
    seam::offered(seam::Feature::Links)?;
    change(|| fs::linkat(from.0, from.1, to.0, to.1, AtFlags::empty()))
}

/// Moves an entry, and replaces an entry that has the name.
pub(super) fn rename(from: Entry<'_>, to: Entry<'_>) -> Result<()> {
    change(|| fs::renameat(from.0, from.1, to.0, to.1))
}

/// Moves an entry to a name that must be free (`RENAME_NOREPLACE`) or swaps two entries (`RENAME_EXCHANGE`).
pub(super) fn rename_with(from: Entry<'_>, to: Entry<'_>, flags: RenameFlags) -> Result<()> {
    #[cfg(test)]
    seam::offered(if flags == RenameFlags::EXCHANGE {
        seam::Feature::Exchange
    } else {
        seam::Feature::NoReplace
    })?;
    change(|| fs::renameat_with(from.0, from.1, to.0, to.1, flags))
}

/// Removes a name that is not a folder. A symlink is removed itself, not its target.
pub(super) fn remove((folder, name): Entry<'_>) -> Result<()> {
    change(|| fs::unlinkat(folder, name, AtFlags::empty()))
}

/// Removes an empty folder.
pub(super) fn remove_folder((folder, name): Entry<'_>) -> Result<()> {
    change(|| fs::unlinkat(folder, name, AtFlags::REMOVEDIR))
}

/// Writes at an offset. Returns the number of bytes written.
pub(super) fn write_at(file: impl AsFd, bytes: &[u8], offset: u64) -> Result<usize> {
    change(|| rustix::io::pwrite(&file, bytes, offset))
}

/// Sets the length.
pub(super) fn truncate(file: impl AsFd, length: u64) -> Result<()> {
    change(|| fs::ftruncate(&file, length))
}

/// Reserves space without changing the length.
pub(super) fn reserve(file: impl AsFd, length: u64) -> Result<()> {
    change(|| fs::fallocate(&file, FallocateFlags::KEEP_SIZE, 0, length))
}

/// Sets the modification time, and keeps the access time. Many file systems in user space
/// (exfat-fuse, bindfs) set both times or silently none: for them, `UTIME_OMIT` means to do
/// nothing. So the current access time is passed.
pub(super) fn set_modified(file: impl AsFd, modified: Timespec) -> Result<()> {
    #[cfg(test)]
    if seam::offered(seam::Feature::Times).is_err() {
        return Ok(());
    }
    let stat = fs::fstat(&file)?;
    let last_access = Timespec { tv_sec: stat.st_atime as _, tv_nsec: stat.st_atime_nsec as _ };
    change(|| fs::futimens(&file, &Timestamps { last_access, last_modification: modified }))
}

/// Sets the permission bits.
pub(super) fn set_mode(file: impl AsFd, mode: Mode) -> Result<()> {
    change(|| fs::fchmod(&file, mode))
}

/// Sets the permission bits of an entry that cannot be opened. It must not be a symlink.
pub(super) fn set_mode_of((folder, name): Entry<'_>, mode: Mode) -> Result<()> {
    change(|| fs::chmodat(folder, name, mode, AtFlags::empty()))
}

/// Sets owner and group, if given.
pub(super) fn set_owner(file: impl AsFd, owner: Option<Uid>, group: Option<Gid>) -> Result<()> {
    change(|| fs::fchown(&file, owner, group))
}

/// Sets an extended attribute.
pub(super) fn set_attribute(file: impl AsFd, name: &[u8], value: &[u8]) -> Result<()> {
    change(|| fs::fsetxattr(&file, name, value, XattrFlags::empty()))
}

/// Removes an extended attribute; `ENODATA` if it does not exist.
pub(super) fn remove_attribute(file: impl AsFd, name: &[u8]) -> Result<()> {
    change(|| fs::fremovexattr(&file, name))
}

/// Waits until a file's bytes are on the disk, with the metadata needed to read them.
pub(super) fn sync_data(file: impl AsFd) -> Result<()> {
    change(|| fs::fdatasync(&file))
}

/// Waits until a file, or a folder with the names in it, is on the disk.
pub(super) fn sync(handle: impl AsFd) -> Result<()> {
    #[cfg(test)]
    seam::synced(&handle);
    change(|| fs::fsync(&handle))
}

/// Waits until everything on the handle's file system is on the disk.
pub(super) fn sync_file_system(handle: impl AsFd) -> Result<()> {
    change(|| fs::syncfs(&handle))
}

/// Lets `to` share the bytes of `from` (btrfs, xfs, bcachefs).
pub(super) fn share_bytes(from: impl AsFd, to: impl AsFd) -> Result<()> {
    change(|| fs::ioctl_ficlone(&to, &from))
}

/// Copies up to `length` bytes at the same offset inside the kernel. Returns 0 at the end of
/// `from`.
pub(super) fn copy_range(from: impl AsFd, to: impl AsFd, offset: u64, length: usize) -> Result<usize> {
    change(|| fs::copy_file_range(&from, Some(&mut offset.clone()), &to, Some(&mut offset.clone()), length))
}

fn change<T>(call: impl FnMut() -> Result<T>) -> Result<T> {
    #[cfg(test)]
    seam::pass()?;
    retry_on_intr(call)
}

/// Fault injection for tests: makes changes fail, and disables features that some file systems
/// lack.
#[cfg(test)]
pub(super) mod seam {
    pub use crate::base::fault_injection::{Fault, end, plan};
    use rustix::io::{Errno, Result};
    use std::cell::{Cell, RefCell};

    /// Features that some file systems lack.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum Feature {
        Links,
        Exchange,
        NoReplace,
        Unnamed,
        Times,
    }

    thread_local! {
        static LACKING: Cell<&'static [Feature]> = const { Cell::new(&[]) };
        static SYNCED: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
    }

    /// Notes that this thread has synced a file or folder.
    pub fn synced(handle: impl rustix::fd::AsFd) {
        let inode = rustix::fs::fstat(&handle).map_or(0, |stat| stat.st_ino);
        SYNCED.with_borrow_mut(|synced| synced.push(inode));
    }

    /// The inodes of the files and folders that this thread has synced since the last call, in
    /// order.
    pub fn take_synced() -> Vec<u64> {
        SYNCED.take()
    }

    /// Disables features of the file system for this thread.
    pub fn lack(features: &'static [Feature]) {
        LACKING.set(features);
    }

    pub fn offered(feature: Feature) -> Result<()> {
        match (LACKING.get().contains(&feature), feature) {
            (false, _) => Ok(()),
            // link(2) fails with EPERM if the file system has no hard links; rename(2) fails with
            // EINVAL for an unsupported flag.
            (true, Feature::Links) => Err(Errno::PERM),
            (true, Feature::Unnamed) => Err(Errno::OPNOTSUPP),
            (true, _) => Err(Errno::INVAL),
        }
    }

    pub fn pass() -> Result<()> {
        if crate::base::fault_injection::fails() { Err(Errno::IO) } else { Ok(()) }
    }
}
