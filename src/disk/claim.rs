//! Volumes have one server at a time: a server locks the mark of a volume that it uses, so that no
//! second server uses it, neither on this machine nor, if the file system passes locks on, on
//! others. If the file system does not, a lease keeps the others away (see `lease`).
//!
//! The kernel ends the lock when the process ends, however it ends. A note beside the mark,
//! `.cloudlet/owner`, only names the server; without the lock it means nothing.

use super::errno::{at, failed, means_unsupported};
use super::hidden_dir::{MARKER, read_small, write_small};
use super::lease::Claimant;
use super::local;
use super::resolve::{self, open_one};
use super::stat::{self, Stat};
use super::sys::on_disk;
use super::volume::Volume;
use crate::error::{Code, Error, Result};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{FlockOperation, OFlags, flock, fstatfs};
use rustix::io::Errno;
use std::path::Path;

const OWNER: &[u8] = b"owner";
/// The kernel's list of the locks that it keeps itself: proc_locks(5).
const LOCKS: &str = "/proc/locks";
/// Programs of file systems in user space that pass locks on to other machines, unless they are told
/// not to.
const PASSING: &[&str] = &["ceph-fuse", "ceph", "glusterfs", "juicefs"];
const LOCKS_BYTES_MAX: u64 = 4 << 20;

/// The claim of a volume, until it is dropped or, with a lease, until it is left.
pub struct Claim {
    mark: OwnedFd,
    stat: Option<Stat>,
    /// The id of this server, if it has the lease of the volume.
    lease: Option<String>,
}

/// The result of [`Volume::claim`].
pub enum Claimed {
    Yes(Claim),
    /// Another server has locked it. This is the note that it left, or an empty text.
    ByAnother(String),
    /// Another server has the lease, with its note.
    LeasedToAnother(String),
    /// The disk is claimed, but a server on another machine may use it as well: the disk does not
    /// pass on locks, and for this reason no lease could be written.
    Unguarded(Claim, Error),
}

impl Volume {
    /// Claims the volume, and writes a note about this server.
    pub fn claim(&self, claimant: &Claimant) -> Result<Claimed> {
        let home = self.hidden_dir.home.as_fd();
        let Some((mark, is_locked)) = self.lock_mark()? else {
            let note = read_small(home, OWNER)?.unwrap_or_default();
            return Ok(Claimed::ByAnother(String::from_utf8_lossy(&note).trim().to_owned()));
        };
        let stat = stat::of_handle(&mark).map_err(at("statx"))?;
        if let Some(other) = self.lease_of_another(claimant)? {
            return Ok(Claimed::LeasedToAnother(other.note));
        }
        let (mut lease, mut unguarded) = (None, None);
        if !is_locked || !self.passes_locks(stat.as_ref())? {
            match self.take_lease(claimant) {
                Ok(None) => lease = Some(claimant.id.clone()),
                Ok(Some(other)) => return Ok(Claimed::LeasedToAnother(other.note)),
                Err(error) if error.code == Code::Offline => return Err(error),
                // The disk's abilities are tried later. They show how it can still be used.
                Err(error) => unguarded = Some(error),
            }
        }
        let staging = self.hidden_dir.staging.as_fd();
        if let Err(error) = write_small(home, staging, "owner", OWNER, claimant.note.as_bytes()) {
            log::debug!("the note about the user of a read-only disk is not written: {error}");
        }
        let claim = Claim { mark, stat, lease };
        Ok(match unguarded {
            None => Claimed::Yes(claim),
            Some(error) => Claimed::Unguarded(claim, error),
        })
    }

    /// Opens and locks the mark. The second value is false if the file system has no locks. `None` if
    /// another server has locked it.
    fn lock_mark(&self) -> Result<Option<(OwnedFd, bool)>> {
        let home = self.hidden_dir.home.as_fd();
        // If the handle could write, people could not remount the disk read-only.
        let mut mark = open_one((home, MARKER), resolve::FILE).map_err(at("open the mark"))?;
        let lock = |mark: &OwnedFd| flock(mark, FlockOperation::NonBlockingLockExclusive);
        let locked = match lock(&mark) {
            // Some network file systems lock only files that are opened for writing.
            Err(Errno::BADF) => match open_one((home, MARKER), OFlags::RDWR.union(OFlags::NONBLOCK)) {
                Ok(writable) => {
                    mark = writable;
                    lock(&mark)
                }
                Err(_) => Err(Errno::BADF),
            },
            locked => locked,
        };
        match locked {
            Ok(()) => Ok(Some((mark, true))),
            Err(Errno::WOULDBLOCK) => Ok(None),
            Err(errno) if means_unsupported(errno) || matches!(errno, Errno::NOLCK | Errno::BADF) => {
                Ok(Some((mark, false)))
            }
            Err(errno) => Err(failed("flock", errno)),
        }
    }

    /// True if a lock on the mark keeps out every server that can use the disk.
    fn passes_locks(&self, mark: Option<&Stat>) -> Result<bool> {
        const NFS: u32 = 0x6969;
        const CEPH: u32 = 0x00c3_6400;
        const OCFS2: u32 = 0x7461_636f;
        const FUSE: u32 = 0x6573_5546;
        if self.is_local() {
            return Ok(true);
        }
        let kind = on_disk(|| fstatfs(&self.hidden_dir.home)).map_err(at("statfs"))?.f_type as u32;
        let mounted = self.how_mounted()?.unwrap_or_default();
        match kind {
            CEPH | OCFS2 => Ok(true),
            NFS => {
                Ok(!["nolock", "local_lock=all", "local_lock=flock"].iter().any(|one| mounted.contains(one)))
            }
            // A disk of this machine.
            FUSE if mounted.contains(" - fuseblk") => Ok(true),
            // Other programs may keep locks for their own mount alone, as SeaweedFS does.
            FUSE if !PASSING.iter().any(|kind| mounted.contains(&format!(" - fuse.{kind} "))) => Ok(false),
            // The kernel keeps the lock itself if the program of the file system does not.
            FUSE => {
                let locks = local::read_bytes(Path::new(LOCKS), LOCKS_BYTES_MAX)?.unwrap_or_default();
                let locks = String::from_utf8_lossy(&locks);
                Ok(mark.is_some_and(|mark| !is_locked_by_kernel(&locks, std::process::id(), mark.inode)))
            }
            _ => Ok(false),
        }
    }
}

/// True if the list has a lock of a process on a file: `1: FLOCK ADVISORY WRITE PID MAJOR:MINOR:INODE 0 EOF`.
fn is_locked_by_kernel(locks: &str, process: u32, inode: u64) -> bool {
    locks.lines().any(|line| {
        let mut fields = line.split_whitespace().skip(4);
        let is_process = fields.next() == Some(&process.to_string());
        is_process && fields.next().and_then(|file| file.rsplit(':').next()) == Some(&inode.to_string())
    })
}

impl Claim {
    /// True if the claim belongs to this volume. This is so even if the volume was opened again, as
    /// long as its disk has not gone and its lease was not ended.
    pub fn is_of(&self, volume: &Volume) -> bool {
        let now = stat::of_name(&volume.hidden_dir.home, MARKER).ok().flatten();
        // The handle of a disk that has gone returns an error.
        let is_alive = stat::of_handle(&self.mark).is_ok();
        let is_same = self.stat.as_ref().zip(now).is_some_and(|(one, other)| one.is_same_entry(&other));
        is_alive && is_same && self.holds(volume)
    }

    /// False if somebody has ended the lease of this server.
    pub fn holds(&self, volume: &Volume) -> bool {
        // If the disk cannot be read, other code reports that.
        self.lease.as_ref().is_none_or(|id| volume.has_lease_of(id).unwrap_or(true))
    }

    /// Ends the claim, so that another server can have the volume.
    pub fn leave(self, volume: &Volume) -> Result<()> {
        self.lease.as_ref().map_or(Ok(()), |id| volume.leave_lease(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_that_the_kernel_keeps_are_found() {
        let locks = "1: POSIX  ADVISORY  WRITE 12 00:31:5 0 EOF\n\
            2: FLOCK  ADVISORY  WRITE 34 08:01:678 0 EOF\n2: -> FLOCK  ADVISORY  WRITE 35 08:01:678 0 EOF\nshort\n";
        for (process, inode, is_locked) in
            [(34, 678, true), (12, 5, true), (34, 5, false), (34, 67, false), (3, 678, false)]
        {
            assert_eq!(is_locked_by_kernel(locks, process, inode), is_locked, "{process} {inode}");
        }
    }
}
