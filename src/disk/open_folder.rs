//! A folder held open: what tells whether names in it came or went, and what single entries in it are.

use super::errno::{at, failed};
use super::resolve;
use super::stat::{self, Stat};
use super::volume::Volume;
use crate::base::path::{CloudPath, EntryName};
use crate::error::Result;
use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, StatxFlags, statx};
use rustix::io::{Errno, retry_on_intr};
use std::time::{SystemTime, UNIX_EPOCH};

/// A folder that was changed this short a time ago may change again without its times telling: they move with the ticks of
/// the kernel's clock, and on some file systems by two seconds.
const UNSURE_SECONDS: i64 = 2;

/// A folder of a file system whose times tell the truth.
pub struct OpenFolder {
    handle: OwnedFd,
}

/// Which folder it is, and when names in it last came or went: as long as this is the same, so are the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FolderState {
    device: u64,
    inode: u64,
    /// Seconds since 1970 UTC, and nanoseconds. Others can set the first, nobody the second.
    modified: (i64, u32),
    changed: (i64, u32),
}

impl FolderState {
    /// Whether a change after this moment would show.
    pub fn is_sure_at(&self, now: SystemTime) -> bool {
        let now = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
        self.modified.0.max(self.changed.0).saturating_add(UNSURE_SECONDS) < now
    }
}

impl Volume {
    /// Opens a folder; `None` where there is none, and where another machine or program may change it behind the kernel's
    /// back.
    pub fn open_folder(&self, path: &CloudPath) -> Result<Option<OpenFolder>> {
        if !self.is_local() {
            return Ok(None);
        }
        let Some(folder) = self.open_at(path, resolve::FOLDER)?.map(|handle| OpenFolder { handle }) else {
            return Ok(None);
        };
        // Of another file system that is mounted there nothing is known.
        let is_ours = folder.state()?.device == self.hidden_dir.home_stat.device;
        Ok(is_ours.then_some(folder))
    }
}

impl OpenFolder {
    /// What it is like now.
    pub fn state(&self) -> Result<FolderState> {
        let wanted = StatxFlags::INO | StatxFlags::MTIME | StatxFlags::CTIME;
        let raw =
            retry_on_intr(|| statx(&self.handle, c"", AtFlags::EMPTY_PATH, wanted)).map_err(at("statx"))?;
        Ok(FolderState {
            device: u64::from(raw.stx_dev_major) << 32 | u64::from(raw.stx_dev_minor),
            inode: raw.stx_ino,
            modified: (raw.stx_mtime.tv_sec, raw.stx_mtime.tv_nsec),
            changed: (raw.stx_ctime.tv_sec, raw.stx_ctime.tv_nsec),
        })
    }

    /// What an entry of it is; `None` when there is none, or none that users can see.
    pub fn stat(&self, name: &EntryName) -> Result<Option<Stat>> {
        match stat::of_name(&self.handle, &name.to_bytes()) {
            Err(Errno::NOENT) => Ok(None),
            other => other.map_err(|errno| failed("statx", errno)),
        }
    }
}
