//! The system calls on the file system. Those that change it are here; each takes an open handle
//! and at most one name. Those that read are in [`reading`].
//!
//! This layer is thin on purpose. It is the only place that changes or reads a disk, so that tests
//! can make the n-th change fail, or close an entry permanently. It makes no decisions.

mod reading;
#[cfg(test)]
pub(crate) mod refusal;

pub(super) use reading::{link_target, list, may, open, open_beneath, read_at, stat};

use crate::base::permits;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{
    self, AtFlags, FallocateFlags, Gid, Mode, OFlags, RenameFlags, Timespec, Timestamps, Uid, XattrFlags,
};
use rustix::io::{Errno, Result, retry_on_intr};

/// A directory handle and one name in it.
pub(super) type Entry<'a> = (BorrowedFd<'a>, &'a [u8]);

/// Creates a file that must not exist yet and opens it for reading and writing.
pub(super) fn create((folder, name): Entry<'_>, mode: Mode) -> Result<OwnedFd> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    change_entry((folder, name), || fs::openat(folder, name, flags, mode))
}

/// Creates a file without a name in a folder (`O_TMPFILE`) and opens it for reading and writing.
pub(super) fn create_unnamed(folder: BorrowedFd<'_>, mode: Mode) -> Result<OwnedFd> {
    #[cfg(test)]
    seam::offered(seam::Feature::Unnamed)?;
    let flags = OFlags::RDWR | OFlags::TMPFILE | OFlags::CLOEXEC;
    change_handle(folder, || fs::openat(folder, c".", flags, mode))
}

/// Creates a folder that must not exist yet.
pub(super) fn create_folder((folder, name): Entry<'_>, mode: Mode) -> Result<()> {
    change_entry((folder, name), || fs::mkdirat(folder, name, mode))
}

/// Gives a file a second name. A symlink is linked itself, not its target.
pub(super) fn link(from: Entry<'_>, to: Entry<'_>) -> Result<()> {
    #[cfg(test)]
    seam::offered(seam::Feature::Links)?;
    change_entries(from, to, || fs::linkat(from.0, from.1, to.0, to.1, AtFlags::empty()))
}

/// Moves an entry, and replaces an entry that has the name.
pub(super) fn rename(from: Entry<'_>, to: Entry<'_>) -> Result<()> {
    change_entries(from, to, || fs::renameat(from.0, from.1, to.0, to.1))
}

/// Moves an entry to a name that must be free (`RENAME_NOREPLACE`), or swaps two entries
/// (`RENAME_EXCHANGE`).
pub(super) fn rename_with(from: Entry<'_>, to: Entry<'_>, flags: RenameFlags) -> Result<()> {
    #[cfg(test)]
    seam::offered(if flags == RenameFlags::EXCHANGE {
        seam::Feature::Exchange
    } else {
        seam::Feature::NoReplace
    })?;
    change_entries(from, to, || fs::renameat_with(from.0, from.1, to.0, to.1, flags))
}

/// Removes a name that is not a folder. A symlink is removed itself, not its target.
pub(super) fn remove((folder, name): Entry<'_>) -> Result<()> {
    change_entry((folder, name), || fs::unlinkat(folder, name, AtFlags::empty()))
}

/// Removes an empty folder.
pub(super) fn remove_folder((folder, name): Entry<'_>) -> Result<()> {
    change_entry((folder, name), || fs::unlinkat(folder, name, AtFlags::REMOVEDIR))
}

/// Writes at an offset. Returns the number of bytes written.
pub(super) fn write_at(file: impl AsFd, bytes: &[u8], offset: u64) -> Result<usize> {
    change_handle(&file, || rustix::io::pwrite(&file, bytes, offset))
}

/// Sets the length.
pub(super) fn truncate(file: impl AsFd, length: u64) -> Result<()> {
    change_handle(&file, || fs::ftruncate(&file, length))
}

/// Reserves space without changing the length.
pub(super) fn reserve(file: impl AsFd, length: u64) -> Result<()> {
    change_handle(&file, || fs::fallocate(&file, FallocateFlags::KEEP_SIZE, 0, length))
}

/// Sets the modification time, and keeps the access time. Many file systems in user space
/// (exfat-fuse, bindfs) cannot set one time alone, and do nothing for `UTIME_OMIT`. So the current
/// access time is passed.
pub(super) fn set_modified(file: impl AsFd, modified: Timespec) -> Result<()> {
    #[cfg(test)]
    if seam::offered(seam::Feature::Times).is_err() {
        return Ok(());
    }
    let stat = on_disk(|| fs::fstat(&file))?;
    let last_access = Timespec { tv_sec: stat.st_atime as _, tv_nsec: stat.st_atime_nsec as _ };
    change_handle(&file, || fs::futimens(&file, &Timestamps { last_access, last_modification: modified }))
}

/// Sets the permission bits.
pub(super) fn set_mode(file: impl AsFd, mode: Mode) -> Result<()> {
    change_handle(&file, || fs::fchmod(&file, mode))
}

/// Sets the permission bits of an entry that cannot be opened. It must not be a symlink.
pub(super) fn set_mode_of((folder, name): Entry<'_>, mode: Mode) -> Result<()> {
    change_entry((folder, name), || fs::chmodat(folder, name, mode, AtFlags::empty()))
}

/// Sets owner and group, if given.
pub(super) fn set_owner(file: impl AsFd, owner: Option<Uid>, group: Option<Gid>) -> Result<()> {
    change_handle(&file, || fs::fchown(&file, owner, group))
}

/// Sets an extended attribute.
pub(super) fn set_attribute(file: impl AsFd, name: &[u8], value: &[u8]) -> Result<()> {
    change_handle(&file, || fs::fsetxattr(&file, name, value, XattrFlags::empty()))
}

/// Removes an extended attribute; `ENODATA` if it does not exist.
pub(super) fn remove_attribute(file: impl AsFd, name: &[u8]) -> Result<()> {
    change_handle(&file, || fs::fremovexattr(&file, name))
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
    change_handle(&to, || fs::ioctl_ficlone(&to, &from))
}

/// Copies up to `length` bytes at the same offset inside the kernel. Returns 0 at the end of
/// `from`.
pub(super) fn copy_range(from: impl AsFd, to: impl AsFd, offset: u64, length: usize) -> Result<usize> {
    #[cfg(test)]
    refusal::handle(&from, refusal::Use::Read)?;
    change_handle(&to, || {
        fs::copy_file_range(&from, Some(&mut offset.clone()), &to, Some(&mut offset.clone()), length)
    })
}

fn change_entry<T>(_entry: Entry<'_>, call: impl FnMut() -> Result<T>) -> Result<T> {
    #[cfg(test)]
    refusal::change(_entry)?;
    change(call)
}

fn change_entries<T>(_from: Entry<'_>, _to: Entry<'_>, call: impl FnMut() -> Result<T>) -> Result<T> {
    #[cfg(test)]
    refusal::change(_from).and_then(|()| refusal::change(_to))?;
    change(call)
}

fn change_handle<T>(_handle: impl AsFd, call: impl FnMut() -> Result<T>) -> Result<T> {
    #[cfg(test)]
    refusal::handle(_handle, refusal::Use::Change)?;
    change(call)
}

fn change<T>(call: impl FnMut() -> Result<T>) -> Result<T> {
    #[cfg(test)]
    seam::pass()?;
    on_disk(|| retry_on_intr(call))
}

/// Makes one system call while the thread has a permit for the disk. `ETIMEDOUT` if the disk no
/// longer lets it in.
pub(super) fn on_disk<T>(call: impl FnOnce() -> Result<T>) -> Result<T> {
    #[cfg(test)]
    crate::base::work_done::note("a call on a disk");
    permits::on_disk(call).unwrap_or(Err(Errno::TIMEDOUT))
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
