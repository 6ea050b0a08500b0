//! Path resolution: turns names into handles, without ever leaving the volume or following a
//! symlink.
//!
//! The kernel resolves names beneath the volume's root handle, with `openat2(RESOLVE_BENEATH |
//! RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)`. If the kernel lacks it (before 5.6, or blocked by
//! a container's seccomp filter), each name is opened by itself with `O_NOFOLLOW`. This module only
//! opens; it never creates, and never takes an absolute path.

use super::sys;
use crate::base::path::EntryName;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};
use rustix::io::{Errno, Result};

/// The way in which names are resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resolution {
    /// The kernel resolves the path in one call.
    Beneath,
    /// One name after another, each without following a symlink.
    Stepwise,
}

const BENEATH: ResolveFlags =
    ResolveFlags::BENEATH.union(ResolveFlags::NO_SYMLINKS).union(ResolveFlags::NO_MAGICLINKS);

/// Opens a folder to list it, to `fsync` it, and as the base of further calls.
pub(super) const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY);
/// Opens a file for reading. With `O_NONBLOCK`, a named pipe put there cannot block before it is
/// recognised.
pub(super) const FILE: OFlags = OFlags::RDONLY.union(OFlags::NONBLOCK).union(OFlags::NOCTTY);
/// Opens an entry only to ask about it. This needs no right to read the entry, and disturbs no
/// device.
pub(super) const ASK: OFlags = OFlags::PATH;

/// Opens one name in a folder without following a symlink.
pub(super) fn open_one(entry: sys::Entry<'_>, flags: OFlags) -> Result<OwnedFd> {
    sys::open(entry, flags | OFlags::NOFOLLOW | OFlags::CLOEXEC)
}

/// Finds out which way this kernel supports.
pub(super) fn way_offered(folder: BorrowedFd<'_>) -> Resolution {
    let flags = ASK | OFlags::DIRECTORY | OFlags::CLOEXEC;
    match sys::on_disk(|| openat2(folder, c".", flags, Mode::empty(), BENEATH)) {
        Ok(_) => Resolution::Beneath,
        Err(_) => Resolution::Stepwise,
    }
}

/// Opens names joined by `/` beneath a folder. No name may be empty, `.` or `..`; the empty text
/// means the folder itself.
pub(super) fn open_bytes(
    resolution: Resolution,
    folder: BorrowedFd<'_>,
    names: &[u8],
    flags: OFlags,
) -> Result<OwnedFd> {
    let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let names = if names.is_empty() { b"." } else { names };
    match resolution {
        Resolution::Beneath => sys::open_beneath((folder, names), flags, BENEATH),
        Resolution::Stepwise => open_stepwise(folder, names, flags),
    }
}

fn open_stepwise(folder: BorrowedFd<'_>, names: &[u8], flags: OFlags) -> Result<OwnedFd> {
    let step = ASK | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut held: Option<OwnedFd> = None;
    let mut names = names.split(|byte| *byte == b'/').peekable();
    while let Some(name) = names.next() {
        let here = held.as_ref().map_or(folder, AsFd::as_fd);
        let how = if names.peek().is_some() { step } else { flags };
        held = Some(sys::open((here, name), how)?);
    }
    held.ok_or(Errno::NOENT)
}

/// Opens a path, each name byte by byte as it is written.
pub(super) fn open(
    resolution: Resolution,
    root: BorrowedFd<'_>,
    parts: &[EntryName],
    flags: OFlags,
) -> Result<OwnedFd> {
    open_bytes(resolution, root, &joined(parts), flags)
}

/// Opens a path only from the kernel's cache, or fails with `EAGAIN`. Needs
/// [`Resolution::Beneath`].
pub(super) fn open_cached(root: BorrowedFd<'_>, parts: &[EntryName], flags: OFlags) -> Result<OwnedFd> {
    let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    sys::open_beneath((root, &joined(parts)), flags, BENEATH | ResolveFlags::CACHED)
}

fn joined(parts: &[EntryName]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(parts.iter().map(|name| name.as_str().len() + 1).sum());
    for name in parts {
        if !bytes.is_empty() {
            bytes.push(b'/');
        }
        name.append_to(&mut bytes);
    }
    bytes
}
