//! Backups: complete copies of a data directory at different times, side by side.
//!
//! ```text
//! DIR/lock                              allows one backup at a time
//!     000017-20261124T080000Z/          a backup: its number, which orders backups, and its time
//!         data/                         the data directory at that time
//!         manifest                      the state of each live file when it was copied
//!         exceptions                    entries that are not in it as they are, with the reasons
//!     000018-20261125T080000Z.partial/  an unfinished backup; the next run removes it
//! ```
//!
//! A file that has not changed since the manifest of the previous backup is a second name of that
//! backup's file, if the file system has hard links. Live files are never linked: other programs
//! may write into them, and both would change. An entry that cannot be read now is taken from the
//! previous backup, if that has it.

mod exceptions;
mod manifest;
mod remove;
mod restore;
mod samples;
mod snapshot;
mod tree;
mod verify;
mod walk;

pub use exceptions::Exception;
pub use restore::{Restored, restore};
pub use snapshot::{Snapshot, Verified};
pub use walk::Copied;

use super::errno::{at, failed, means_absent};
use super::local::{DataLock, open_directory};
use super::resolve::open_one;
use super::slot::sync_names;
use super::stat::{self, Stat};
use super::{directory, resolve, sys};
use crate::error::{Code, Error, Result};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{CWD, Mode};
use rustix::io::Errno;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use tree::Tree;

const DATA: &[u8] = b"data";
const MANIFEST: &[u8] = b"manifest";
const PARTIAL: &str = ".partial";
/// The minimum number of digits of a backup's number, so that names sort by number.
const NUMBER_DIGITS: usize = 6;

/// The layout of a data directory.
#[derive(Clone, Copy)]
pub struct Layout {
    /// The folder of volume 0, which may be a symlink to another disk.
    pub files: &'static str,
    /// The database. It is copied separately, with the files that SQLite puts beside it.
    pub database: &'static str,
    /// Further names that are not backed up.
    pub left_out: &'static [&'static str],
}

/// A directory of backups, locked for this process.
pub struct Backups {
    top: OwnedFd,
    /// For the one file that SQLite writes.
    path: PathBuf,
    live: Tree,
    layout: Layout,
    _lock: DataLock,
}

impl Backups {
    /// Opens the directory for backups of a data directory. With `create` it is made, if the
    /// directory above exists.
    ///
    /// # Errors
    /// `Code::Offline` if it does not exist, `Code::Invalid` if one of the two directories lies in
    /// the other, `Code::Busy` while another backup is made in it.
    pub fn open(directory: &Path, data: &Path, layout: Layout, create: bool) -> Result<Backups> {
        let live = Tree::open(data, layout.files)?;
        let above = directory.parent().filter(|above| !above.as_os_str().is_empty());
        let exists = stat::of_name(CWD, directory.as_os_str().as_bytes()) != Err(Errno::NOENT);
        if !exists {
            if !create {
                return Err(not_there(directory));
            }
            let above = open_directory(above)?;
            live.refuse_around(&above)?;
            let name = directory.file_name().ok_or_else(|| not_there(directory))?;
            sys::create_folder((above.as_fd(), name.as_bytes()), Mode::RWXU).map_err(at("mkdir"))?;
            sync_names(&above).map_err(at("fsync"))?;
        }
        let top = match open_directory(Some(directory)) {
            Err(_) if directory.is_file() => return Err(not_for_backups(directory, "not a folder")),
            other => other?,
        };
        live.refuse_around(&top)?;
        live.refuse_within(&top)?;
        if is_backup(&top)? {
            return Err(not_for_backups(directory, "itself a backup"));
        }
        let lock = DataLock::acquire(directory, None)?.ok_or_else(|| {
            Error::new(Code::Busy, format!("Another backup to {} is under way.", directory.display()))
        })?;
        Ok(Backups { top, path: directory.to_owned(), live, layout, _lock: lock })
    }

    /// The names of the complete backups, the oldest first.
    pub fn names(&self) -> Result<Vec<String>> {
        names_in(&self.top)
    }

    /// Begins a new backup of the volume with this id, at a time such as `20261124T080000Z`.
    ///
    /// # Errors
    /// `Code::Conflict` if the directory holds backups of another cloud.
    pub fn begin(&self, volume: &str, time: &str) -> Result<Snapshot<'_>> {
        self.remove_partial()?;
        let newest = self.names()?.pop();
        let number = newest.as_deref().and_then(number_of).unwrap_or(0) + 1;
        Snapshot::begin(self, volume, newest.as_deref(), &format!("{number:0NUMBER_DIGITS$}-{time}"))
    }

    /// Removes the oldest backups beyond `count`. Returns their names.
    pub fn keep_newest(&self, count: usize) -> Result<Vec<String>> {
        let mut names = self.names()?;
        names.truncate(names.len().saturating_sub(count));
        for name in &names {
            // Under this name it is no longer a backup, even if the removal is interrupted.
            let partial = format!("{name}{PARTIAL}");
            sys::rename((self.top.as_fd(), name.as_bytes()), (self.top.as_fd(), partial.as_bytes()))
                .map_err(at("rename"))?;
            remove::remove_all(self.top.as_fd(), partial.as_bytes())?;
        }
        sync_names(&self.top).map_err(at("fsync"))?;
        Ok(names)
    }

    fn remove_partial(&self) -> Result<()> {
        for entry in directory::entries(&self.top).map_err(at("read a folder"))? {
            let name = String::from_utf8_lossy(&entry.name).into_owned();
            if name.strip_suffix(PARTIAL).and_then(number_of).is_some() {
                log::info!("the rest of an interrupted backup is removed: {name}");
                remove::remove_all(self.top.as_fd(), &entry.name)?;
            }
        }
        Ok(())
    }
}

/// The names of the complete backups in a directory, the oldest first.
fn names_in(top: &OwnedFd) -> Result<Vec<String>> {
    let here = open_one((top.as_fd(), b"."), resolve::FOLDER).map_err(at("open"))?;
    let entries = directory::entries(&here).map_err(at("read a folder"))?;
    let mut names: Vec<(u64, String)> = entries
        .into_iter()
        .filter_map(|entry| String::from_utf8(entry.name).ok())
        .filter_map(|name| number_of(&name).map(|number| (number, name)))
        .collect();
    names.sort();
    Ok(names.into_iter().map(|(_, name)| name).collect())
}

/// True if the folder is a backup itself, and not a directory of backups.
fn is_backup(top: &OwnedFd) -> Result<bool> {
    for name in [DATA, MANIFEST] {
        match stat::of_name(top, name) {
            Ok(Some(_)) => {}
            Ok(None) => return Ok(false),
            Err(errno) if means_absent(errno) => return Ok(false),
            Err(errno) => return Err(failed("statx", errno)),
        }
    }
    Ok(true)
}

fn not_for_backups(directory: &Path, what: &str) -> Error {
    let sentence = format!("{} is {what}. Please name the directory for all backups.", directory.display());
    Error::new(Code::Invalid, sentence)
}

/// The number of a complete backup; `None` for any other name.
fn number_of(name: &str) -> Option<u64> {
    let (number, time) = name.split_once('-')?;
    let is_time = time.len() == 16 && time.bytes().all(|byte| byte.is_ascii_digit() || b"TZ".contains(&byte));
    let is_number = number.len() >= NUMBER_DIGITS && number.bytes().all(|byte| byte.is_ascii_digit());
    number.parse().ok().filter(|_| is_number && is_time)
}

/// The state of an open folder.
fn of_folder(folder: &OwnedFd) -> Result<Stat> {
    stat::of_handle(folder).map_err(at("statx"))?.ok_or_else(|| failed("statx", Errno::NOTDIR))
}

fn not_there(directory: &Path) -> Error {
    Error::new(
        Code::Offline,
        format!(
            "The directory for backups {} does not exist. Its disk may not be connected or mounted.",
            directory.display()
        ),
    )
}

fn interrupted() -> Error {
    Error::new(Code::Busy, "The backup was interrupted.")
}

#[cfg(test)]
mod tests {
    use super::number_of;

    #[test]
    fn only_whole_backups_have_a_number() {
        assert_eq!(number_of("000017-20261124T080000Z"), Some(17));
        assert_eq!(number_of("1000000-20261124T080000Z"), Some(1_000_000));
        for name in
            ["", "17-20261124T080000Z", "000017-20261124T080000Z.partial", "000017-photos", "photos", "lock"]
        {
            assert_eq!(number_of(name), None, "{name}");
        }
    }
}
