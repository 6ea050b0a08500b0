//! An open folder. It tells whether names in it have come or gone, and the states of single
//! entries.

use super::errno::{at, failed};
use super::stat::{self, Stat};
use super::volume::Volume;
use super::{resolve, sys};
use crate::base::path::{CloudPath, EntryName};
use crate::error::Result;
use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, StatxFlags};
use rustix::io::Errno;
use std::time::{SystemTime, UNIX_EPOCH};

/// A folder that has changed within this time may change again and keep the same time: times follow
/// the kernel's clock ticks, and some file systems have a precision of two seconds.
const UNSURE_SECONDS: i64 = 2;

/// A folder on a file system whose times can be trusted.
pub struct OpenFolder {
    handle: OwnedFd,
}

/// The identity of a folder, and the time of the last change of its names. As long as this value is
/// the same, so are the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FolderState {
    device: u64,
    inode: u64,
    /// Seconds since 1970 UTC, and nanoseconds. Other programs can set the first time, but not the
    /// second.
    modified: (i64, u32),
    changed: (i64, u32),
}

impl FolderState {
    /// True if a change after this moment is visible in the times.
    pub fn is_sure_at(&self, now: SystemTime) -> bool {
        let now = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
        self.modified.0.max(self.changed.0).saturating_add(UNSURE_SECONDS) < now
    }
}

impl Volume {
    /// Opens a folder. `None` if it does not exist, or if another machine or program may change it
    /// unnoticed by the kernel.
    pub fn open_folder(&self, path: &CloudPath) -> Result<Option<OpenFolder>> {
        if !self.is_local() {
            return Ok(None);
        }
        let Some(folder) = self.open_at(path, resolve::FOLDER)?.map(|handle| OpenFolder { handle }) else {
            return Ok(None);
        };
        // Another file system may be mounted there, and nothing is known about it.
        let is_ours = folder.state()?.device == self.hidden_dir.home_stat.device;
        Ok(is_ours.then_some(folder))
    }
}

impl OpenFolder {
    /// The current state of the folder.
    pub fn state(&self) -> Result<FolderState> {
        let wanted = StatxFlags::INO | StatxFlags::MTIME | StatxFlags::CTIME;
        let raw = sys::stat(&self.handle, b"", AtFlags::EMPTY_PATH, wanted).map_err(at("statx"))?;
        Ok(FolderState {
            device: u64::from(raw.stx_dev_major) << 32 | u64::from(raw.stx_dev_minor),
            inode: raw.stx_ino,
            modified: (raw.stx_mtime.tv_sec, raw.stx_mtime.tv_nsec),
            changed: (raw.stx_ctime.tv_sec, raw.stx_ctime.tv_nsec),
        })
    }

    /// The state of an entry in it. `None` if there is none, or none that users can see.
    pub fn stat(&self, name: &EntryName) -> Result<Option<Stat>> {
        match stat::of_name(&self.handle, &name.to_bytes()) {
            Err(Errno::NOENT) => Ok(None),
            other => other.map_err(|errno| failed("statx", errno)),
        }
    }
}
