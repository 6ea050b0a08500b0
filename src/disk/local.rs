//! The file system outside of volumes, for the rest of the program: configuration and data
//! directory.
//!
//! Paths here come only from the administrator, never from a caller of the API.

use super::bytes::write_all;
use super::errno::{at, failed, means_unsupported};
use super::slot::sync_names;
use super::sys;
use crate::error::{Code, Error, Result};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{AtFlags, CWD, FlockOperation, Mode, OFlags, flock, fstat, openat, statat};
use rustix::io::Errno;
use std::fs::{DirBuilder, File};
use std::io::{ErrorKind, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Reads a text file; `None` if it does not exist. Errors as [`read_bytes`], and `Code::Invalid` if
/// it is not UTF-8.
pub fn read_text(path: &Path, bytes_max: u64) -> Result<Option<String>> {
    let text = read_bytes(path, bytes_max)?.map(String::from_utf8).transpose();
    text.map_err(|error| {
        Error::new(Code::Invalid, format!("{} is not UTF-8 text.", path.display())).because(error)
    })
}

/// Reads a file; `None` if it does not exist. `Code::TooLarge` beyond `bytes_max`, `Code::Invalid`
/// if it is not a regular file or cannot be read.
pub fn read_bytes(path: &Path, bytes_max: u64) -> Result<Option<Vec<u8>>> {
    let refused = |code, what: &str| Error::new(code, format!("{} {what}.", path.display()));
    let mut options = File::options();
    // A named pipe must not block the start.
    options.read(true).custom_flags(OFlags::NONBLOCK.bits() as i32);
    let file = match options.open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        other => other.map_err(|error| refused(Code::Invalid, "cannot be opened").because(error))?,
    };
    let metadata = file.metadata().map_err(Error::internal)?;
    if !metadata.is_file() {
        return Err(refused(Code::Invalid, "is not a regular file"));
    }
    let mut bytes = Vec::new();
    file.take(bytes_max.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| refused(Code::Invalid, "cannot be read").because(error))?;
    if bytes.len() as u64 > bytes_max {
        return Err(refused(Code::TooLarge, "is too large"));
    }
    Ok(Some(bytes))
}

/// The path of a directory, with links resolved; `None` if there is no such directory.
pub fn real_directory(path: &Path) -> Option<PathBuf> {
    path.canonicalize().ok().filter(|path| path.is_dir())
}

/// The name of this machine.
pub fn host_name() -> String {
    let name = read_text(Path::new("/proc/sys/kernel/hostname"), 256).ok().flatten();
    name.map_or_else(|| "another machine".to_owned(), |name| name.trim().to_owned())
}

/// The identity of this machine: machine-id(5), or its name.
pub fn machine_id() -> String {
    let id = read_text(Path::new("/etc/machine-id"), 256).ok().flatten();
    id.map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()).unwrap_or_else(host_name)
}

/// The directory that this program is in.
pub fn directory_of_program() -> Option<PathBuf> {
    real_directory(std::env::current_exe().ok()?.parent()?)
}

/// The names of the folders in a directory, sorted. Empty if the directory does not exist.
pub fn folders(path: &Path) -> Result<Vec<String>> {
    let refused = |error| Error::internal(error).because(path.display());
    let entries = match std::fs::read_dir(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(refused)?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(refused)?;
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// True if standard error is the file with this device and inode, written as `8:1234`.
pub fn is_standard_error(device_and_inode: &str) -> bool {
    fstat(std::io::stderr()).is_ok_and(|stat| device_and_inode == format!("{}:{}", stat.st_dev, stat.st_ino))
}

/// Writes a file that only this program's user may read (0600), completely or not at all. It
/// replaces an earlier file. Its directory must exist.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let name = path
        .file_name()
        .ok_or_else(|| Error::new(Code::Invalid, format!("{} is not a file name.", path.display())))?;
    let folder = open_directory(path.parent().filter(|parent| !parent.as_os_str().is_empty()))?;
    let temporary = [b".".as_slice(), name.as_bytes(), b".tmp"].concat();
    let (from, to) = ((folder.as_fd(), temporary.as_slice()), (folder.as_fd(), name.as_bytes()));
    let written = (|| {
        match sys::remove(from) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(errno) => return Err(errno),
        }
        let file = sys::create(from, Mode::RUSR | Mode::WUSR)?;
        write_all(&file, bytes, 0)?;
        sys::sync(&file)?;
        sys::rename(from, to)?;
        sync_names(&folder)
    })();
    written.map_err(|errno| failed("write", errno).because(path.display()))
}

/// Removes a file durably. If it does not exist, that is no failure.
pub fn remove_file(path: &Path) -> Result<()> {
    let Some(name) = path.file_name() else { return Ok(()) };
    let folder = open_directory(path.parent().filter(|parent| !parent.as_os_str().is_empty()))?;
    match sys::remove((folder.as_fd(), name.as_bytes())) {
        Ok(()) | Err(Errno::NOENT) => sync_names(&folder).map_err(at("fsync")),
        Err(errno) => Err(failed("remove", errno).because(path.display())),
    }
}

/// Makes an empty file that only this program's user may read (0600). An existing file stays as it
/// is.
pub fn create_private(path: &Path) -> Result<()> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    match openat(CWD, path, flags, Mode::RUSR | Mode::WUSR) {
        Ok(_) | Err(Errno::EXIST) => Ok(()),
        Err(errno) => Err(failed("create", errno).because(path.display())),
    }
}

/// Makes a directory, and all missing ones above it, for this program's user only (0700). Existing
/// directories keep their permission bits, because an administrator chose them.
pub fn create_private_directory(path: &Path) -> Result<()> {
    let refused = |error: std::io::Error| match error.raw_os_error() {
        Some(number) => failed("mkdir", Errno::from_raw_os_error(number)).because(path.display()),
        None => Error::internal(error).because(path.display()),
    };
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(refused)?;
    open_directory(path.parent().filter(|parent| !parent.as_os_str().is_empty()))
        .and_then(|parent| sync_names(&parent).map_err(at("fsync")))
}

/// Makes the data directory, if it does not exist. Root is refused in a directory of another user,
/// because that user could not change the files that root makes.
///
/// # Errors
/// Names the directory and what to do.
pub fn prepare_data_directory(path: &Path) -> Result<()> {
    let made = create_private_directory(path).and_then(|()| check_owner(path));
    made.map_err(|error| of_data_directory(path, error))
}

/// Adds the data directory to an error, and advice if the disk is unusable.
fn of_data_directory(path: &Path, error: Error) -> Error {
    let advice = match error.code {
        Code::Offline => " Please make the disk writable, or choose another directory with --data.",
        _ => "",
    };
    let sentence = format!("The data directory {}: {}{advice}", path.display(), error.message);
    error.saying(sentence)
}

pub(super) fn open_directory(path: Option<&Path>) -> Result<OwnedFd> {
    let path = path.unwrap_or(Path::new("."));
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    openat(CWD, path, flags, Mode::empty()).map_err(|errno| failed("open", errno).because(path.display()))
}

fn check_owner(directory: &Path) -> Result<()> {
    let owner = fstat(open_directory(Some(directory))?).map_err(at("fstat"))?.st_uid;
    if !rustix::process::geteuid().is_root() || owner == 0 {
        return Ok(());
    }
    let sentence = format!(
        "It belongs to the user with the number {owner}. Do this as that user: sudo -u '#{owner}' cloudlet ..."
    );
    Err(Error::new(Code::Forbidden, sentence))
}

/// True if this machine has got the time from the network, and its clock was not set back
/// afterwards.
pub fn is_time_synchronized() -> bool {
    /// systemd touches this file at each synchronization, for other programs:
    /// systemd-timesyncd.service(8).
    const MARK: &str = "/run/systemd/timesync/synchronized";
    was_touched_lately(Path::new(MARK))
}

pub(super) fn was_touched_lately(mark: &Path) -> bool {
    /// The network is asked at least every 34 minutes: timesyncd.conf(5).
    const LATELY: Duration = Duration::from_secs(3600);
    let touched = std::fs::metadata(mark).and_then(|mark| mark.modified());
    let age = touched.ok().and_then(|touched| SystemTime::now().duration_since(touched).ok());
    age.is_some_and(|age| age < LATELY)
}

/// The resident memory of this process in bytes (proc_pid_statm(5)).
pub fn resident_bytes() -> Result<u64> {
    let statm = read_text(Path::new("/proc/self/statm"), 4096)?.unwrap_or_default();
    let pages: u64 = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    Ok(pages * rustix::param::page_size() as u64)
}

/// The exclusive lock of a data directory, held until it is dropped. After a crash the kernel
/// releases it.
///
/// The directory itself is locked, and the database in it if there is one, so that nobody can
/// remove the locked file and leave the data. Earlier versions lock the file `lock`.
#[derive(Debug)]
pub struct DataLock {
    _locked: Vec<OwnedFd>,
}

impl DataLock {
    /// Locks a data directory or another one, with a database of this name. `None` while another
    /// process holds the lock.
    ///
    /// # Errors
    /// Names the directory and what to do.
    pub fn acquire(directory: &Path, database: Option<&str>) -> Result<Option<DataLock>> {
        DataLock::take(directory, database).map_err(|error| of_data_directory(directory, error))
    }

    fn take(directory: &Path, database: Option<&str>) -> Result<Option<DataLock>> {
        let folder = open_directory(Some(directory))?;
        let mut locked = Vec::new();
        let open = |name: &str, flags: OFlags| {
            openat(&folder, name, flags | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::RUSR | Mode::WUSR)
        };
        match open("lock", OFlags::RDWR | OFlags::CREATE) {
            Ok(file) => locked.push(file),
            // If another program has put something else there, the directory's own lock must
            // suffice, and the server starts.
            Err(errno) if statat(&folder, "lock", AtFlags::SYMLINK_NOFOLLOW).is_ok() => {
                log::warn!("the file lock in the data directory cannot be locked: {errno}");
            }
            Err(errno) => return Err(failed("open the lock", errno)),
        }
        // Problems with the file are reported when it is opened as a database. The handle stays
        // open while the database is in use, because closing it would release SQLite's own locks.
        locked.extend(database.and_then(|name| open(name, OFlags::RDWR).ok()));
        locked.push(folder);
        let mut count = 0;
        for handle in &locked {
            match flock(handle, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => count += 1,
                Err(Errno::WOULDBLOCK) => return Ok(None),
                // Some network file systems cannot lock directories. On these, only the file is
                // locked.
                Err(errno) if means_unsupported(errno) || errno == Errno::BADF => {
                    log::warn!("the data directory itself cannot be locked: {errno}");
                }
                Err(errno) => return Err(failed("flock", errno)),
            }
        }
        if count == 0 {
            return Err(failed("flock", Errno::NOLCK));
        }
        Ok(Some(DataLock { _locked: locked }))
    }
}

/// The file with the machine's time zone, if it has one.
pub fn zone_file() -> Option<Vec<u8>> {
    std::fs::read("/etc/localtime").ok()
}

/// Makes the kernel use small pages for this process: a huge page cannot be returned as long as one
/// byte of its two million is used.
pub fn avoid_huge_pages() {
    // A kernel without huge pages refuses this. That does no harm.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

/// From now on, gives all other programs on this machine priority: for the processor, and for the
/// disk if its scheduler supports that.
pub fn yield_to_others() {
    stand_back(19);
}

/// Lowers the calling thread's priority on a busy processor, by a nice value from 1 to 19. The
/// thread cannot undo this.
pub fn stand_back(niceness: i32) {
    // On Linux, `None` means the calling thread and not its process.
    if let Err(errno) = rustix::process::setpriority_process(None, niceness) {
        log::debug!("setpriority: {errno}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::local_zone::zone_of;
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    #[test]
    fn the_zone_file_has_the_offsets_of_the_zone_that_the_system_names() {
        // A machine without such a file has UTC.
        let zone = zone_file().map_or(TimeZone::UTC, |file| zone_of(&file).expect("the file is readable"));
        if std::env::var_os("TZ").is_some() {
            eprintln!("TZ names a zone here, so the file is only read and not compared");
            return;
        }
        for seconds in [0, 500_000_000, 1_700_000_000, 1_720_000_000, 4_000_000_000] {
            let instant = Timestamp::from_second(seconds).unwrap();
            assert_eq!(zone.to_offset(instant), TimeZone::system().to_offset(instant));
        }
    }
}
