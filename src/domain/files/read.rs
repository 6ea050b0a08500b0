//! Reads files: opens them, reads small ones at once, and makes the spools that hold prepared
//! answers.

use crate::base::limits::SPOOLED_BYTES_MAX;
use crate::disk::{Cached, Reader, Spool, SpoolLimits, Stat, Volume};
use crate::domain::access::rights::Readable;
use crate::domain::accounts::actor::User;
use crate::domain::files::location::Located;
use crate::domain::files::locks::Purpose;
use crate::domain::{Cloud, CloudView};
use crate::error::Result;
use std::os::fd::OwnedFd;
use std::sync::Arc;

/// Maximum size in bytes of files that are answered from the kernel's memory.
const AT_ONCE_BYTES_MAX: usize = 64 * 1024;

impl CloudView<'_> {
    /// Opens a file for reading; `None` when there is none.
    ///
    /// # Errors
    /// `Code::Locked` if somebody else has locked it for reading.
    pub fn open(&self, user: &User, path: &Readable) -> Result<Option<(OwnedFd, Stat)>> {
        self.check_unlocked(user, path, Purpose::Read)?;
        match self.cloud.locate_reached(path)? {
            Some(Located::Bin(_)) | None => Ok(None),
            Some(located) => located.volume(&self.cloud.volumes)?.open_file(located.spot()?),
        }
    }

    /// Reads a file from its beginning; `None` when there is none.
    pub fn reader(&self, path: &Readable) -> Result<Option<Reader>> {
        match self.cloud.locate_reached(path)? {
            Some(Located::Bin(_)) | None => Ok(None),
            Some(located) => located.volume(&self.cloud.volumes)?.reader(located.spot()?),
        }
    }

    /// The whole of a small file, if this needs no waiting for the disk and no search among locks.
    pub fn read_at_once(&self, user: &User, path: &Readable) -> Option<(Vec<u8>, Stat)> {
        if path.real().is_in_bin() || self.may_be_kept_from_reading(user) {
            return None;
        }
        match self.cloud.volumes.read_cached(path.real(), AT_ONCE_BYTES_MAX) {
            Cached::Ready(bytes, stat) => Some((bytes, stat)),
            Cached::WouldBlock => None,
        }
    }

    /// An empty spool on the disk with the accounts' files.
    ///
    /// # Errors
    /// `Code::Offline` if that disk is missing.
    pub fn spool(&self) -> Result<Spool> {
        Ok(self.cloud.spool_on(&self.cloud.volumes.main()?))
    }
}

impl Cloud {
    /// An empty spool on a disk.
    pub(in crate::domain) fn spool_on(&self, volume: &Arc<Volume>) -> Spool {
        let kept_free_bytes = u64::from(self.config().free_space_floor_mb.0) * 1024 * 1024;
        Spool::new(volume, SpoolLimits { total_bytes: SPOOLED_BYTES_MAX, kept_free_bytes })
    }
}
