//! The disk that holds the database. Checks that it can be written and that the database file is
//! still the opened one, and reserves space for a full disk.
//!
//! On a full disk people must still be able to sign in, to delete and to empty the recycle bin, all
//! of which writes rows. So a file reserves some space and is shortened piece by piece. Another
//! program that goes on writing can take the freed space.

use super::bytes::write_all;
use super::errno::{at, failed, means_unsupported};
use super::local::{create_private, open_directory};
use super::sys;
use super::volume::Space;
use crate::base::time::{now_seconds, stamp};
use crate::error::{Code, Error, Result};
use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, Mode, OFlags, StatVfsMountFlags, fstat, fstatvfs, openat, statat};
use rustix::io::Errno;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// The name of the reserve file in the data directory.
pub const RESERVE_NAME: &str = "reserve";

/// The size of the reserve: this fraction of the disk, but at most this many bytes.
const RESERVE_PART: u64 = 64;
const RESERVE_BYTES_MAX: u64 = 16 << 20;
/// The number of pieces in which the reserve is freed. A piece is freed if less than one piece is
/// free.
const PIECES: u64 = 16;
/// The reserve is filled again if this many times its size is free.
const PLENTY: u64 = 4;

/// A data directory and the disk it lies on.
pub struct DatabaseDisk {
    directory: OwnedFd,
    path: PathBuf,
    database: String,
    /// Device and inode of the opened database file.
    opened: (u64, u64),
    /// The free space that the settings demand, in bytes.
    floor: AtomicU64,
    /// The current size of the reserve in bytes; `None` if unknown.
    held: Mutex<Option<u64>>,
}

impl DatabaseDisk {
    /// The disk of the database file in a data directory. Both must exist.
    pub fn of(directory: &Path, database: &str) -> Result<DatabaseDisk> {
        let path = directory.to_owned();
        let directory = open_directory(Some(directory))?;
        let stat = statat(&directory, database, AtFlags::empty()).map_err(at("stat the database"))?;
        Ok(DatabaseDisk {
            directory,
            path,
            database: database.to_owned(),
            opened: (stat.st_dev, stat.st_ino),
            floor: AtomicU64::new(0),
            held: Mutex::new(None),
        })
    }

    /// True if the database's name still leads to the opened file, or if this cannot be found out.
    pub fn is_there(&self) -> bool {
        match statat(&self.directory, self.database.as_str(), AtFlags::empty()) {
            Ok(stat) => (stat.st_dev, stat.st_ino) == self.opened,
            Err(Errno::NOENT) => false,
            Err(_) => true,
        }
    }

    /// Makes an empty file beside the database, into which the database can be saved before it is
    /// lost. Returns its path.
    pub fn make_rescue_file(&self) -> Result<PathBuf> {
        let path = self.path.join(format!("{}.saved-{}", self.database, stamp(now_seconds())));
        create_private(&path).map(|()| path)
    }

    /// Sets the free space that the settings demand, in bytes.
    pub fn set_floor(&self, bytes: u64) {
        self.floor.store(bytes, Ordering::Relaxed);
    }

    /// Checks that the disk can be written, as far as the file system reports it. Writes nothing.
    ///
    /// # Errors
    /// `Code::Offline` if it is read-only, `Code::Full` if nothing is free.
    pub fn check_writable(&self) -> Result<()> {
        let raw = fstatvfs(&self.directory).map_err(at("statvfs"))?;
        if raw.f_flag.contains(StatVfsMountFlags::RDONLY) {
            return Err(Error::new(Code::Offline, "The disk that holds the database is read-only."));
        }
        let space = self.space()?;
        if space.available < piece(space) {
            return Err(Error::new(Code::Full, "The disk that holds the database is full."));
        }
        Ok(())
    }

    /// Frees a piece of the reserve if there is hardly any space, and fills it again if there is
    /// plenty. Returns true if less space is free than the settings demand.
    pub fn make_room(&self) -> bool {
        let Ok(space) = self.space() else { return false };
        let is_low = space.available < self.floor.load(Ordering::Relaxed).max(2 * piece(space));
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if space.available < piece(space) {
            if let Err(error) = self.give_up(&mut held, piece(space)) {
                log::error!("the space reserved for a full disk could not be freed: {error}");
            }
        } else if !is_low && held.is_some_and(|held| held < reserve_bytes(space)) {
            self.fill(&mut held, space);
        }
        is_low
    }

    /// Begins to reserve space for a full disk. If this fails, everything else still works.
    pub fn keep_reserve(&self) {
        let Ok(space) = self.space() else { return };
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        *held = Some(self.held_now().unwrap_or(0));
        if space.available >= self.floor.load(Ordering::Relaxed) {
            self.fill(&mut held, space);
        }
    }

    fn space(&self) -> Result<Space> {
        let raw = fstatvfs(&self.directory).map_err(at("statvfs"))?;
        Ok(Space {
            total: raw.f_blocks.saturating_mul(raw.f_frsize),
            available: raw.f_bavail.saturating_mul(raw.f_frsize),
        })
    }

    fn open_reserve(&self, flags: OFlags) -> rustix::io::Result<OwnedFd> {
        let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        openat(&self.directory, RESERVE_NAME, flags, Mode::RUSR | Mode::WUSR)
    }

    fn held_now(&self) -> rustix::io::Result<u64> {
        let stat = fstat(self.open_reserve(OFlags::RDONLY)?)?;
        Ok(u64::try_from(stat.st_size).unwrap_or(0))
    }

    fn give_up(&self, held: &mut Option<u64>, piece: u64) -> Result<()> {
        let before = match held.map_or_else(|| self.held_now(), Ok) {
            Ok(before) => before,
            Err(Errno::NOENT) => 0,
            Err(errno) => return Err(failed("open the reserve", errno)),
        };
        if before == 0 {
            *held = Some(0);
            return Ok(());
        }
        let rest = before.saturating_sub(piece);
        let file = self.open_reserve(OFlags::WRONLY).map_err(at("open the reserve"))?;
        sys::truncate(&file, rest).map_err(at("shorten the reserve"))?;
        *held = Some(rest);
        log::warn!(
            "the disk that holds the database is full: {rest} bytes are kept for signing in and deleting"
        );
        Ok(())
    }

    /// Fills the reserve to its full size, if there is plenty of space.
    fn fill(&self, held: &mut Option<u64>, space: Space) {
        let wanted = reserve_bytes(space);
        let missing = wanted.saturating_sub(held.unwrap_or(0));
        if missing == 0 || space.available < wanted.saturating_mul(PLENTY) {
            return;
        }
        let filled = self.open_reserve(OFlags::WRONLY | OFlags::CREATE).and_then(|file| {
            let filled = extend(&file, wanted - missing, wanted);
            // A length without allocated space would look like a reserve.
            filled.or_else(|errno| sys::truncate(&file, wanted - missing).and(Err(errno)))
        });
        match filled {
            Ok(()) => *held = Some(wanted),
            Err(errno) => {
                log::info!("no space is reserved for a full disk: {}", failed("reserve", errno));
                // If another program owns a file of this name, trying again does not help.
                if !matches!(errno, Errno::NOSPC | Errno::DQUOT) {
                    *held = None;
                }
            }
        }
    }
}

/// Extends a file and allocates space for all of it.
fn extend(file: &OwnedFd, from: u64, to: u64) -> rustix::io::Result<()> {
    sys::truncate(file, to)?;
    match sys::reserve(file, to) {
        Err(errno) if means_unsupported(errno) => write_zeros(file, from, to),
        other => other,
    }
}

fn write_zeros(file: &OwnedFd, from: u64, to: u64) -> rustix::io::Result<()> {
    // This is no constant, because that would make the program larger.
    let block = vec![0; 64 * 1024];
    let mut at = from;
    while at < to {
        let length = usize::try_from(to - at).unwrap_or(block.len()).min(block.len());
        write_all(file, &block[..length], at)?;
        at += length as u64;
    }
    Ok(())
}

fn reserve_bytes(space: Space) -> u64 {
    (space.total / RESERVE_PART).min(RESERVE_BYTES_MAX)
}

fn piece(space: Space) -> u64 {
    reserve_bytes(space) / PIECES
}
