//! The disk that the database lies on: whether it can be written, room that is kept for when it is full, and whether the
//! database file is still the one that was opened.
//!
//! On a full disk people must still be able to sign in, to delete and to empty the bin, all of which writes rows. So a file
//! holds some room, and gives it up piece by piece. Another program that goes on writing can take what was given up.

use super::errno::{at, failed, means_unsupported};
use super::hidden_dir::write_all;
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

/// The name of the file that holds room, in the data directory.
pub const RESERVE_NAME: &str = "reserve";

/// Bytes that are kept for a full disk: this part of the disk, but no more than this.
const RESERVE_PART: u64 = 64;
const RESERVE_BYTES_MAX: u64 = 16 << 20;
/// They are given up in so many pieces, each when there is less room than one of them.
const PIECES: u64 = 16;
/// The reserve is filled again when there is so many times its size.
const PLENTY: u64 = 4;

/// A data directory and the disk it lies on.
pub struct DatabaseDisk {
    directory: OwnedFd,
    path: PathBuf,
    database: String,
    /// Device and inode of the database file that was opened.
    opened: (u64, u64),
    /// Bytes that the settings want free.
    floor: AtomicU64,
    /// Bytes that the reserve holds now; `None` while it is not known.
    held: Mutex<Option<u64>>,
}

impl DatabaseDisk {
    /// The disk of the database file of a data directory; both must exist.
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

    /// Whether the name of the database still leads to the file that was opened. Where nobody can tell, it does.
    pub fn is_there(&self) -> bool {
        match statat(&self.directory, self.database.as_str(), AtFlags::empty()) {
            Ok(stat) => (stat.st_dev, stat.st_ino) == self.opened,
            Err(Errno::NOENT) => false,
            Err(_) => true,
        }
    }

    /// Makes an empty file beside the database, into which that can be saved before it is lost; its path.
    pub fn make_rescue_file(&self) -> Result<PathBuf> {
        let path = self.path.join(format!("{}.saved-{}", self.database, stamp(now_seconds())));
        create_private(&path).map(|()| path)
    }

    /// Says how many bytes the settings want free.
    pub fn set_floor(&self, bytes: u64) {
        self.floor.store(bytes, Ordering::Relaxed);
    }

    /// What keeps it from being written, as far as the file system says so itself; nothing is written for it.
    ///
    /// # Errors
    /// `Code::Offline` where it is read-only, `Code::Full` where nothing is free.
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

    /// Gives up a piece of the reserve where there is hardly any room, and fills it again where there is plenty. Whether there
    /// is less room than the settings want free.
    pub fn make_room(&self) -> bool {
        let Ok(space) = self.space() else { return false };
        let is_low = space.available < self.floor.load(Ordering::Relaxed).max(2 * piece(space));
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if space.available < piece(space) {
            if let Err(error) = self.give_up(&mut held, piece(space)) {
                log::error!("the room kept for a full disk could not be given up: {error}");
            }
        } else if !is_low && held.is_some_and(|held| held < reserve_bytes(space)) {
            self.fill(&mut held, space);
        }
        is_low
    }

    /// Begins to keep room for a full disk. Without it everything else works.
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

    /// Makes the reserve as large as it should be, if there is plenty of room for it.
    fn fill(&self, held: &mut Option<u64>, space: Space) {
        let wanted = reserve_bytes(space);
        let missing = wanted.saturating_sub(held.unwrap_or(0));
        if missing == 0 || space.available < wanted.saturating_mul(PLENTY) {
            return;
        }
        let filled = self.open_reserve(OFlags::WRONLY | OFlags::CREATE).and_then(|file| {
            let filled = extend(&file, wanted - missing, wanted);
            // A length without room behind it would be taken for room.
            filled.or_else(|errno| sys::truncate(&file, wanted - missing).and(Err(errno)))
        });
        match filled {
            Ok(()) => *held = Some(wanted),
            Err(errno) => log::info!("no room is kept for a full disk: {}", failed("reserve", errno)),
        }
    }
}

/// Gives a file another length, with room for all of it.
fn extend(file: &OwnedFd, from: u64, to: u64) -> rustix::io::Result<()> {
    sys::truncate(file, to)?;
    match sys::reserve(file, to) {
        Err(errno) if means_unsupported(errno) => write_zeros(file, from, to),
        other => other,
    }
}

fn write_zeros(file: &OwnedFd, from: u64, to: u64) -> rustix::io::Result<()> {
    static BLOCK: [u8; 64 * 1024] = [0; 64 * 1024];
    let mut at = from;
    while at < to {
        let length = usize::try_from(to - at).unwrap_or(BLOCK.len()).min(BLOCK.len());
        write_all(file, &BLOCK[..length], at)?;
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
