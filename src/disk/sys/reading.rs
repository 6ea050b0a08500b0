//! The system calls that read: opening, asking about an entry, listing, reading bytes. They are
//! here so that tests can close an entry to all of them. They make no decisions.

#[cfg(test)]
use super::refusal::{self, Use};
use super::{Entry, on_disk};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{self, Access, AtFlags, Mode, OFlags, RawDir, RawDirEntry, ResolveFlags, Statx, StatxFlags};
use rustix::io::{Result, retry_on_intr};
use std::mem::MaybeUninit;

/// Opens an entry of a folder. It never creates.
pub(in crate::disk) fn open((folder, name): Entry<'_>, flags: OFlags) -> Result<OwnedFd> {
    #[cfg(test)]
    refusal::way(folder, name, Use::of_open(flags))?;
    on_disk(|| retry_on_intr(|| fs::openat(folder, name, flags, Mode::empty())))
}

/// Opens names joined by `/` beneath a folder. It never creates.
pub(in crate::disk) fn open_beneath(
    (folder, names): Entry<'_>,
    flags: OFlags,
    resolve: ResolveFlags,
) -> Result<OwnedFd> {
    #[cfg(test)]
    refusal::way(folder, names, Use::of_open(flags))?;
    on_disk(|| retry_on_intr(|| fs::openat2(folder, names, flags, Mode::empty(), resolve)))
}

/// The kernel's data about an entry of a folder. With an empty name, it is about the handle itself.
pub(in crate::disk) fn stat(
    folder: impl AsFd,
    name: &[u8],
    flags: AtFlags,
    wanted: StatxFlags,
) -> Result<Statx> {
    #[cfg(test)]
    refusal::way(folder.as_fd(), name, Use::Ask)?;
    on_disk(|| retry_on_intr(|| fs::statx(&folder, name, flags, wanted)))
}

/// Checks that the program has this access to an open folder.
pub(in crate::disk) fn may(folder: &OwnedFd, access: Access) -> Result<()> {
    #[cfg(test)]
    refusal::handle(folder, Use::of_access(access))?;
    on_disk(|| fs::accessat(folder, c".", access, AtFlags::EACCESS))
}

/// Passes the entries of an open folder, including `.` and `..`, to a closure until it returns
/// false.
pub(in crate::disk) fn list(
    folder: &OwnedFd,
    buffer: &mut [MaybeUninit<u8>],
    mut each: impl FnMut(RawDirEntry<'_>) -> bool,
) -> Result<()> {
    #[cfg(test)]
    refusal::handle(folder, Use::Read)?;
    let mut reader = RawDir::new(folder, buffer);
    loop {
        let reader = &mut reader;
        // Only the reading is a call on the disk. The closure makes calls of its own.
        let Some(entry) = on_disk(move || reader.next().transpose())? else { return Ok(()) };
        if !each(entry) {
            return Ok(());
        }
    }
}

/// Reads at an offset. Returns the number of bytes, 0 at the end.
pub(in crate::disk) fn read_at(file: impl AsFd, block: &mut [u8], offset: u64) -> Result<usize> {
    #[cfg(test)]
    refusal::handle(&file, Use::Read)?;
    on_disk(|| retry_on_intr(|| rustix::io::pread(&file, &mut *block, offset)))
}

/// The target of a symbolic link.
pub(in crate::disk) fn link_target(folder: impl AsFd, name: &[u8]) -> Result<()> {
    #[cfg(test)]
    refusal::way(folder.as_fd(), name, Use::Ask)?;
    on_disk(|| fs::readlinkat(folder, name, Vec::new()).map(drop))
}
