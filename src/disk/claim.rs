//! One owner of a volume: the server that uses a volume locks its mark, so that no second server
//! does, on this machine and, where the file system passes locks on, on others.
//!
//! The kernel ends the lock when the process ends, however it ends. A note beside the mark,
//! `.cloudlet/owner`, only tells who it is; without the lock it means nothing.

use super::errno::{at, failed, means_unsupported};
use super::hidden_dir::{MARKER, read_small, write_small};
use super::resolve::{self, open_one};
use super::stat::{self, Stat};
use super::volume::Volume;
use crate::error::Result;
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{FlockOperation, OFlags, flock};
use rustix::io::Errno;

const OWNER: &[u8] = b"owner";

/// The lock of a volume's mark, until it is dropped.
pub struct Claim {
    mark: OwnedFd,
    stat: Option<Stat>,
}

/// The result of [`Volume::claim`].
pub enum Claimed {
    Yes(Claim),
    /// Another server has it, with the note that it left; empty if it left none.
    ByAnother(String),
    /// The file system has no locks.
    Impossible,
}

impl Volume {
    /// Claims the volume, and notes by whom.
    pub fn claim(&self, note: &str) -> Result<Claimed> {
        let home = self.hidden_dir.home.as_fd();
        // A handle that may write would keep people from remounting the disk read-only.
        let mut mark = open_one((home, MARKER), resolve::FILE).map_err(at("open the mark"))?;
        let lock = |mark: &OwnedFd| flock(mark, FlockOperation::NonBlockingLockExclusive);
        let locked = match lock(&mark) {
            // Some network file systems lock only what may be written.
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
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => {
                let note = read_small(home, OWNER)?.unwrap_or_default();
                return Ok(Claimed::ByAnother(String::from_utf8_lossy(&note).trim().to_owned()));
            }
            Err(errno) if means_unsupported(errno) || matches!(errno, Errno::NOLCK | Errno::BADF) => {
                return Ok(Claimed::Impossible);
            }
            Err(errno) => return Err(failed("flock", errno)),
        }
        let staging = self.hidden_dir.staging.as_fd();
        if let Err(error) = write_small(home, staging, "owner", OWNER, note.as_bytes()) {
            log::debug!("a disk that can only be read does not tell by whom it is used: {error}");
        }
        let stat = stat::of_handle(&mark).map_err(at("statx"))?;
        Ok(Claimed::Yes(Claim { mark, stat }))
    }
}

impl Claim {
    /// True if this is the claim of a volume that was opened anew, and not one that has gone.
    pub fn is_of(&self, volume: &Volume) -> bool {
        let now = stat::of_name(&volume.hidden_dir.home, MARKER).ok().flatten();
        // A handle of a disk that has gone answers with an error.
        let is_alive = stat::of_handle(&self.mark).is_ok();
        is_alive && self.stat.as_ref().zip(now).is_some_and(|(one, other)| one.is_same_entry(&other))
    }
}
