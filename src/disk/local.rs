//! What the rest of the program needs of the file system outside volumes: its configuration and its data directory.
//!
//! The paths here come from the administrator alone, never from a caller of the API.

use super::errno::{at, failed, means_unsupported};
use super::hidden_dir::write_all;
use super::slot::sync_names;
use super::sys;
use crate::error::{Code, Error, Result};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{CWD, FlockOperation, Mode, OFlags, flock, fstat, openat};
use rustix::io::Errno;
use std::fs::{DirBuilder, File};
use std::io::{ErrorKind, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// The whole of a text file; `None` when there is none. As [`read_bytes`]; `Code::Invalid` also when it is no UTF-8.
pub fn read_text(path: &Path, bytes_max: u64) -> Result<Option<String>> {
    let text = read_bytes(path, bytes_max)?.map(String::from_utf8).transpose();
    text.map_err(|error| {
        Error::new(Code::Invalid, format!("{} is no UTF-8 text.", path.display())).because(error)
    })
}

/// The whole of a file; `None` when there is none. `Code::TooLarge` beyond `bytes_max`, `Code::Invalid` when it is no
/// regular file or cannot be read.
pub fn read_bytes(path: &Path, bytes_max: u64) -> Result<Option<Vec<u8>>> {
    let refused = |code, what: &str| Error::new(code, format!("{} {what}.", path.display()));
    let mut options = File::options();
    // A fifo must not hang the start.
    options.read(true).custom_flags(OFlags::NONBLOCK.bits() as i32);
    let file = match options.open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        other => other.map_err(|error| refused(Code::Invalid, "cannot be opened").because(error))?,
    };
    let metadata = file.metadata().map_err(Error::internal)?;
    if !metadata.is_file() {
        return Err(refused(Code::Invalid, "is no file"));
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

/// The names of the folders in a directory, sorted; none where there is no directory.
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

/// Whether standard error is what a text such as `8:1234` names: device and inode.
pub fn is_standard_error(device_and_inode: &str) -> bool {
    fstat(std::io::stderr()).is_ok_and(|stat| device_and_inode == format!("{}:{}", stat.st_dev, stat.st_ino))
}

/// Writes a file for this program's user alone (0600), whole or not at all, over an earlier one. Its directory must exist.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let name = path
        .file_name()
        .ok_or_else(|| Error::new(Code::Invalid, format!("{} is no name of a file.", path.display())))?;
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

/// Removes a file, durably. Absent is no failure.
pub fn remove_file(path: &Path) -> Result<()> {
    let Some(name) = path.file_name() else { return Ok(()) };
    let folder = open_directory(path.parent().filter(|parent| !parent.as_os_str().is_empty()))?;
    match sys::remove((folder.as_fd(), name.as_bytes())) {
        Ok(()) | Err(Errno::NOENT) => sync_names(&folder).map_err(at("fsync")),
        Err(errno) => Err(failed("remove", errno).because(path.display())),
    }
}

/// Makes an empty file for this program's user alone (0600) where there is none. One that is there stays as it is.
pub fn create_private(path: &Path) -> Result<()> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    match openat(CWD, path, flags, Mode::RUSR | Mode::WUSR) {
        Ok(_) | Err(Errno::EXIST) => Ok(()),
        Err(errno) => Err(failed("create", errno).because(path.display())),
    }
}

/// Makes a directory and those above it as far as they are missing, for this program's user alone (0700). The bits of one
/// that is there are the administrator's and stay.
pub fn create_private_directory(path: &Path) -> Result<()> {
    let refused = |error: std::io::Error| match error.raw_os_error() {
        Some(number) => failed("mkdir", Errno::from_raw_os_error(number)).because(path.display()),
        None => Error::internal(error).because(path.display()),
    };
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(refused)?;
    open_directory(path.parent().filter(|parent| !parent.as_os_str().is_empty()))
        .and_then(|parent| sync_names(&parent).map_err(at("fsync")))
}

/// Makes the data directory, if it is not there. One of somebody else is refused to root: what root makes there, its owner
/// could not change.
///
/// # Errors
/// Names the directory and what to do.
pub fn prepare_data_directory(path: &Path) -> Result<()> {
    let made = create_private_directory(path).and_then(|()| check_owner(path));
    made.map_err(|error| of_data_directory(path, error))
}

/// Names the data directory, and what to do where the disk does not let it be used.
fn of_data_directory(path: &Path, error: Error) -> Error {
    let advice = match error.code {
        Code::Offline => " Please make the disk writable, or choose another directory with --data.",
        _ => "",
    };
    Error {
        message: format!("The data directory {}: {}{advice}", path.display(), error.message).into(),
        ..error
    }
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

/// Whether the network has told this machine the time, and nobody has set its clock back since.
pub fn is_time_synchronized() -> bool {
    /// Touched whenever it has, for other programs to see: systemd-timesyncd.service(8).
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

/// The memory that this process has resident, in bytes (proc_pid_statm(5)).
pub fn resident_bytes() -> Result<u64> {
    let statm = read_text(Path::new("/proc/self/statm"), 4096)?.unwrap_or_default();
    let pages: u64 = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    Ok(pages * rustix::param::page_size() as u64)
}

/// The right to be the only server on a data directory, held until dropped; the kernel takes it back after a crash.
///
/// The directory itself is locked, and the database in it where there is one, so that nobody can remove what is locked and
/// leave the data. The file `lock` is what earlier versions lock.
#[derive(Debug)]
pub struct DataLock {
    _locked: Vec<OwnedFd>,
}

impl DataLock {
    /// Takes the lock of a data directory, or another one, with a database of this name; `None` while another process holds it.
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
        locked.push(open("lock", OFlags::RDWR | OFlags::CREATE).map_err(at("open the lock"))?);
        // What is wrong with it is said when it is opened as a database. Closing it takes SQLite's own locks on it away, so it
        // stays open while the database is.
        locked.extend(database.and_then(|name| open(name, OFlags::RDWR).ok()));
        locked.push(folder);
        for handle in &locked {
            match flock(handle, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => {}
                Err(Errno::WOULDBLOCK) => return Ok(None),
                // A network file system that locks no directories: the file is locked there.
                Err(errno) if means_unsupported(errno) || errno == Errno::BADF => {
                    log::warn!("the data directory itself cannot be locked: {errno}");
                }
                Err(errno) => return Err(failed("flock", errno)),
            }
        }
        Ok(Some(DataLock { _locked: locked }))
    }
}

/// Has the kernel give this process memory in its usual small pages: of a huge one nothing goes back as long as a byte of its
/// two million is used.
pub fn avoid_huge_pages() {
    // A kernel without them has nothing to say about that.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

/// Lets everything else on this machine go first, from now on: the processor, and the disk where its scheduler goes by that.
pub fn yield_to_others() {
    const LEAST: i32 = 19;
    if let Err(errno) = rustix::process::setpriority_process(None, LEAST) {
        log::debug!("setpriority: {errno}");
    }
}
