//! Leases claim a volume whose file system does not pass locks on to other machines.
//!
//! The file `.cloudlet/lease` names the server that uses the volume. It does not expire, because
//! renewing it would keep a disk awake that nobody uses. It ends when its server stops. A server
//! that was killed finds its own lease at its next start. The lease of a server that never comes
//! back is ended by a command ([`end_lease`]).

use super::bytes::write_all;
use super::errno::{at, failed};
use super::hidden_dir::{HOME, MARKER, not_there, read_small, write_small};
use super::resolve::{self, open_one};
use super::sys;
use super::volume::Volume;
use crate::error::Result;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{CWD, FlockOperation, Mode, OFlags, flock, openat};
use rustix::io::Errno;
use std::path::Path;

const LEASE: &[u8] = b"lease";

/// The server that claims volumes.
#[derive(Clone, Debug)]
pub struct Claimant {
    /// Differs between any two servers: 24 hexadecimal digits.
    pub id: String,
    /// The server and the time, for people.
    pub note: String,
}

/// A lease, as it stands in the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lease {
    /// Empty if the server stopped while it wrote the file.
    holder: String,
    pub note: String,
}

impl Lease {
    fn text(claimant: &Claimant) -> String {
        format!("{}\n{}\n", claimant.id, claimant.note)
    }

    fn parse(text: &str) -> Lease {
        let (holder, note) = text.split_once('\n').unwrap_or_default();
        Lease { holder: holder.to_owned(), note: note.trim().to_owned() }
    }

    fn read(home: BorrowedFd<'_>) -> Result<Option<Lease>> {
        Ok(read_small(home, LEASE)?.map(|bytes| Lease::parse(&String::from_utf8_lossy(&bytes))))
    }
}

impl Volume {
    /// The lease of another server.
    pub(super) fn lease_of_another(&self, claimant: &Claimant) -> Result<Option<Lease>> {
        Ok(Lease::read(self.hidden_dir.home.as_fd())?.filter(|lease| lease.holder != claimant.id))
    }

    /// True if the volume has the lease of this server.
    pub(super) fn has_lease_of(&self, id: &str) -> Result<bool> {
        Ok(Lease::read(self.hidden_dir.home.as_fd())?.is_some_and(|lease| lease.holder == id))
    }

    /// Takes the lease, or takes up an earlier one of the same server. Returns the lease of another
    /// server that has it.
    pub(super) fn take_lease(&self, claimant: &Claimant) -> Result<Option<Lease>> {
        let (home, staging) = (self.hidden_dir.home.as_fd(), self.hidden_dir.staging.as_fd());
        let text = Lease::text(claimant);
        // If several servers come at once, only one of them creates the file.
        match sys::create((home, LEASE), Mode::RUSR | Mode::WUSR) {
            Ok(file) => {
                let written = write_all(&file, text.as_bytes(), 0)
                    .and_then(|()| sys::sync(&file))
                    .and_then(|()| sys::sync(home));
                written.map_err(at("write the lease")).map(|()| None).inspect_err(|_| {
                    if let Err(errno) = sys::remove((home, LEASE)) {
                        log::warn!("a lease that is not whole stays on the disk: {errno}");
                    }
                })
            }
            Err(Errno::EXIST) => match Lease::read(home)? {
                Some(lease) if lease.holder != claimant.id => Ok(Some(lease)),
                _ => write_small(home, staging, "lease", LEASE, text.as_bytes()).map(|()| None),
            },
            Err(errno) => Err(failed("make the lease", errno)),
        }
    }

    /// Ends the lease of this server, if there is one.
    pub(super) fn leave_lease(&self, id: &str) -> Result<()> {
        let home = self.hidden_dir.home.as_fd();
        if self.has_lease_of(id)? {
            sys::remove((home, LEASE)).map_err(at("remove the lease"))?;
        }
        Ok(())
    }
}

/// The result of [`end_lease`].
#[derive(Debug, PartialEq, Eq)]
pub enum Ended {
    /// The disk has no lease.
    Free,
    /// The disk had the lease of this server.
    Was(String),
    /// A server of this machine, or of one whose locks are seen here, uses the disk.
    InUse,
}

/// Ends the lease of a disk whose server never comes back.
///
/// # Errors
/// `Code::Offline` if the directory is not a disk of a cloud.
pub fn end_lease(directory: &Path) -> Result<Ended> {
    let flags = resolve::FOLDER | OFlags::CLOEXEC;
    let not_there = |errno: Errno| not_there().because(format!("open {}: {errno}", directory.display()));
    let root = sys::on_disk(|| openat(CWD, directory, flags, Mode::empty())).map_err(not_there)?;
    let home = open_one((root.as_fd(), HOME.as_bytes()), resolve::FOLDER).map_err(not_there)?;
    let mark: OwnedFd = open_one((home.as_fd(), MARKER), resolve::FILE).map_err(not_there)?;
    if flock(&mark, FlockOperation::NonBlockingLockExclusive) == Err(Errno::WOULDBLOCK) {
        return Ok(Ended::InUse);
    }
    let Some(lease) = Lease::read(home.as_fd())? else { return Ok(Ended::Free) };
    sys::remove((home.as_fd(), LEASE)).map_err(at("remove the lease"))?;
    Ok(Ended::Was(lease.note))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_directory::TestDirectory;

    fn claimant(number: u8) -> Claimant {
        Claimant { id: format!("{number:024x}"), note: format!("server {number} since today") }
    }

    #[test]
    fn one_server_has_the_lease_until_it_leaves_or_is_ended() {
        let top = TestDirectory::new();
        let volume = Volume::open(&top, None, 0).unwrap();
        assert_eq!(end_lease(&top).unwrap(), Ended::Free);
        assert_eq!(volume.take_lease(&claimant(1)).unwrap(), None);
        let other = volume.take_lease(&claimant(2)).unwrap().unwrap();
        assert_eq!(other.note, "server 1 since today");
        // The same server again, after it was killed.
        assert_eq!(volume.take_lease(&claimant(1)).unwrap(), None);
        volume.leave_lease(&claimant(2).id).unwrap();
        assert!(volume.has_lease_of(&claimant(1).id).unwrap(), "only its own server leaves it");
        volume.leave_lease(&claimant(1).id).unwrap();
        assert_eq!(volume.take_lease(&claimant(2)).unwrap(), None);
        assert_eq!(end_lease(&top).unwrap(), Ended::Was(claimant(2).note));
        assert_eq!(volume.take_lease(&claimant(1)).unwrap(), None);
    }

    #[test]
    fn a_lease_that_was_not_written_to_its_end_belongs_to_nobody_who_comes() {
        let top = TestDirectory::new();
        let volume = Volume::open(&top, None, 0).unwrap();
        for text in ["", "0000000000000", "\n", "x\ny\nz"] {
            std::fs::write(top.join(".cloudlet/lease"), text).unwrap();
            assert!(volume.take_lease(&claimant(1)).unwrap().is_some(), "{text:?}");
            assert!(matches!(end_lease(&top).unwrap(), Ended::Was(_)), "{text:?}");
        }
    }
}
