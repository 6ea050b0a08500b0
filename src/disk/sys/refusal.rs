//! Closes single entries of a disk for tests, for all threads: each system call that would use a
//! closed entry fails. An entry is known by its device and inode, so it stays closed wherever it is
//! moved.

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{Access, AtFlags, CWD, Mode, OFlags, openat, statat};
use rustix::io::{Errno, Result};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// The way in which a system call uses an entry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::disk) enum Use {
    /// The call asks what kind of entry it is.
    Ask,
    /// The call reads the entry's bytes or names, or passes through it.
    Read,
    /// The call changes the entry, its name, or its content.
    Change,
}

impl Use {
    pub fn of_open(flags: OFlags) -> Use {
        if flags.contains(OFlags::PATH) { Use::Ask } else { Use::Read }
    }

    pub fn of_access(access: Access) -> Use {
        if access.contains(Access::WRITE_OK) { Use::Change } else { Use::Read }
    }
}

/// The refused uses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scope {
    /// Reading it and passing through it: permission bits, owners, or a damaged content.
    Reading,
    /// Calls that change it fail, because it is protected, read-only, or in use.
    Changing,
    /// All calls fail, because the entry itself is damaged.
    Everything,
}

impl Scope {
    fn covers(self, r#use: Use) -> bool {
        match self {
            Scope::Reading => r#use == Use::Read,
            Scope::Changing => r#use == Use::Change,
            Scope::Everything => true,
        }
    }
}

struct Refused {
    number: u64,
    entry: (u64, u64),
    scope: Scope,
    errno: Errno,
    hits: Arc<AtomicU64>,
}

static REFUSED: RwLock<Vec<Refused>> = RwLock::new(Vec::new());

/// An entry that is closed until this value is dropped.
pub(crate) struct Refusal {
    number: u64,
    hits: Arc<AtomicU64>,
    /// While this handle is open, no other entry gets the same inode.
    _handle: OwnedFd,
}

impl Refusal {
    /// Closes an entry. Its calls fail with this error number, as `Errno::raw_os_error` returns it.
    pub fn of(path: &Path, errno: Errno, scope: Scope) -> Refusal {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let handle = openat(CWD, path, flags, Mode::empty()).expect("what is closed is there");
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let hits = Arc::new(AtomicU64::new(0));
        let entry = key(handle.as_fd()).expect("an open handle can be asked about");
        let refused = Refused { number, entry, scope, errno, hits: Arc::clone(&hits) };
        REFUSED.write().unwrap_or_else(PoisonError::into_inner).push(refused);
        Refusal { number, hits, _handle: handle }
    }

    /// The number of calls that have failed because of it.
    pub fn hits(&self) -> u64 {
        self.hits.load(Ordering::Relaxed)
    }
}

impl Drop for Refusal {
    fn drop(&mut self) {
        let mut refused = REFUSED.write().unwrap_or_else(PoisonError::into_inner);
        refused.retain(|refused| refused.number != self.number);
    }
}

/// Fails if an open file or folder is closed to this use.
pub(in crate::disk) fn handle(handle: impl AsFd, r#use: Use) -> Result<()> {
    let refused = REFUSED.read().unwrap_or_else(PoisonError::into_inner);
    if refused.is_empty() {
        return Ok(());
    }
    check(&refused, handle.as_fd(), r#use)
}

/// Fails if an entry, its folder, or a folder on the way to it is closed to this use.
pub(in crate::disk) fn way(folder: BorrowedFd<'_>, names: &[u8], r#use: Use) -> Result<()> {
    let refused = REFUSED.read().unwrap_or_else(PoisonError::into_inner);
    if refused.is_empty() {
        return Ok(());
    }
    let root = || openat(CWD, c"/", OFlags::PATH | OFlags::CLOEXEC, Mode::empty());
    let mut held: Option<OwnedFd> = if names.starts_with(b"/") { Some(root()?) } else { None };
    for name in names.split(|byte| *byte == b'/').filter(|name| !name.is_empty() && *name != b".") {
        let here = held.as_ref().map_or(folder, AsFd::as_fd);
        // A search for a name in a folder passes through the folder.
        check(&refused, here, Use::Read)?;
        let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        // The entry does not exist. The system call itself will report that.
        let Ok(next) = openat(here, name, flags, Mode::empty()) else { return Ok(()) };
        held = Some(next);
    }
    check(&refused, held.as_ref().map_or(folder, AsFd::as_fd), r#use)
}

/// As [`way`], for a change of an entry or of its name. This also changes its folder.
pub(in crate::disk) fn change((folder, name): super::Entry<'_>) -> Result<()> {
    handle(folder, Use::Change)?;
    way(folder, name, Use::Change)
}

fn check(refused: &[Refused], handle: BorrowedFd<'_>, r#use: Use) -> Result<()> {
    let entry = key(handle)?;
    match refused.iter().find(|refused| refused.entry == entry && refused.scope.covers(r#use)) {
        None => Ok(()),
        Some(refused) => {
            refused.hits.fetch_add(1, Ordering::Relaxed);
            Err(refused.errno)
        }
    }
}

fn key(handle: BorrowedFd<'_>) -> Result<(u64, u64)> {
    statat(handle, c"", AtFlags::EMPTY_PATH).map(|stat| (stat.st_dev, stat.st_ino))
}
