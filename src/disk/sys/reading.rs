//! The system calls that read: opening, asking about an entry, listing, reading bytes. They are here so that the tests can
//! close an entry to all of them; they decide nothing.

use super::Entry;
#[cfg(test)]
use super::refusal::{self, Use};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{self, Access, AtFlags, Mode, OFlags, RawDir, RawDirEntry, ResolveFlags, Statx, StatxFlags};
use rustix::io::{Result, retry_on_intr};
use std::mem::MaybeUninit;

/// Opens an entry of a folder. It never creates.
pub(in crate::disk) fn open((folder, name): Entry<'_>, flags: OFlags) -> Result<OwnedFd> {
    #[cfg(test)]
    refusal::way(folder, name, Use::of_open(flags))?;
    retry_on_intr(|| fs::openat(folder, name, flags, Mode::empty()))
}

/// Opens names joined by `/` beneath a folder. It never creates.
pub(in crate::disk) fn open_beneath(
    (folder, names): Entry<'_>,
    flags: OFlags,
    resolve: ResolveFlags,
) -> Result<OwnedFd> {
    #[cfg(test)]
    refusal::way(folder, names, Use::of_open(flags))?;
    retry_on_intr(|| fs::openat2(folder, names, flags, Mode::empty(), resolve))
}

/// What there is to know about an entry of a folder; without a name, about the handle itself.
pub(in crate::disk) fn stat(
    folder: impl AsFd,
    name: &[u8],
    flags: AtFlags,
    wanted: StatxFlags,
) -> Result<Statx> {
    #[cfg(test)]
    refusal::way(folder.as_fd(), name, Use::Ask)?;
    retry_on_intr(|| fs::statx(&folder, name, flags, wanted))
}

/// Whether the program may do this with an open folder.
pub(in crate::disk) fn may(folder: &OwnedFd, access: Access) -> Result<()> {
    #[cfg(test)]
    refusal::handle(folder, Use::of_access(access))?;
    fs::accessat(folder, c".", access, AtFlags::EACCESS)
}

/// Hands the entries of an open folder to a closure, `.` and `..` among them, until it wants no more.
pub(in crate::disk) fn list(
    folder: &OwnedFd,
    buffer: &mut [MaybeUninit<u8>],
    mut each: impl FnMut(RawDirEntry<'_>) -> bool,
) -> Result<()> {
    #[cfg(test)]
    refusal::handle(folder, Use::Read)?;
    let mut reader = RawDir::new(folder, buffer);
    while let Some(entry) = reader.next() {
        if !each(entry?) {
            break;
        }
    }
    Ok(())
}

/// Reads at an offset; how many bytes, 0 at the end.
pub(in crate::disk) fn read_at(file: impl AsFd, block: &mut [u8], offset: u64) -> Result<usize> {
    #[cfg(test)]
    refusal::handle(&file, Use::Read)?;
    retry_on_intr(|| rustix::io::pread(&file, &mut *block, offset))
}

/// Where a symbolic link leads.
pub(in crate::disk) fn link_target(folder: impl AsFd, name: &[u8]) -> Result<()> {
    #[cfg(test)]
    refusal::way(folder.as_fd(), name, Use::Ask)?;
    fs::readlinkat(folder, name, Vec::new()).map(drop)
}
