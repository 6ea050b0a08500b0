//! Exceptions: entries that a backup could not take as they are. No such entry keeps the others
//! from being backed up: it is skipped and named in the backup's own report, a text file
//! `exceptions` beside the manifest. The file exists only if there are exceptions.

use super::super::errno::{at, obstacle};
use super::super::sys;
use crate::base::obstacle::Obstacle;
use crate::error::{Code, Error, Result};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::Mode;
use rustix::io::Errno;
use std::collections::HashSet;
use std::fmt;
use std::fs::File;
use std::io::{BufWriter, Write};

/// The number of exceptions that are shown at once. The report has all of them.
const FIRST_MAX: usize = 100;

/// An entry that is missing or different in a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// Its path below the data directory, with escapes for bytes that are not text.
    pub path: String,
    pub reason: String,
    /// The same path as bytes on the disk, and the obstacle, if the fault lies in the entry.
    pub obstacle: Option<(Vec<u8>, Obstacle)>,
    /// True if this backup has kept the entry from the previous backup.
    pub is_earlier_kept: bool,
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let earlier = if self.is_earlier_kept { " (the copy of an earlier backup is kept)" } else { "" };
        write!(f, "{}: {}{earlier}", self.path, self.reason)
    }
}

/// All exceptions of one copy.
#[derive(Debug, Default)]
pub struct Exceptions {
    first: Vec<Exception>,
    count: u64,
    /// Paths in private folders that have been noted, because these folders are visited twice.
    hidden_dir: HashSet<Vec<u8>>,
    /// The folder of the backup, if there is a report.
    folder: Option<OwnedFd>,
    report: Option<BufWriter<File>>,
}

impl Exceptions {
    /// Exceptions with a report in the folder of a backup.
    pub(super) fn reported_in(folder: OwnedFd) -> Exceptions {
        Exceptions { folder: Some(folder), ..Exceptions::default() }
    }

    /// The first exceptions.
    pub fn first(&self) -> &[Exception] {
        &self.first
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Notes an entry by its path.
    pub(super) fn note(&mut self, names: &[u8], errno: Errno, is_earlier_kept: bool) -> Result<()> {
        if is_private(names) && !self.hidden_dir.insert(names.to_vec()) {
            return Ok(());
        }
        let path = String::from_utf8_lossy(names).escape_debug().to_string();
        let obstacle = obstacle(errno);
        let reason = match (obstacle, errno) {
            (Some(obstacle), _) => obstacle.meaning().to_owned(),
            (None, Errno::EXIST | Errno::INVAL | Errno::ILSEQ) => {
                "the backups' disk cannot store such a name".into()
            }
            (None, errno) => errno.to_string(),
        };
        let obstacle = obstacle.map(|obstacle| (names.to_vec(), obstacle));
        self.add(Exception { path, reason, obstacle, is_earlier_kept })
    }

    /// Adds an exception. `Code::Full` if there is no space for the report.
    pub(super) fn add(&mut self, exception: Exception) -> Result<()> {
        self.count += 1;
        if let Some(folder) = &self.folder {
            let report = match &mut self.report {
                Some(report) => report,
                None => self.report.insert(BufWriter::new(create(folder)?)),
            };
            writeln!(report, "{exception}").map_err(unwritable)?;
        }
        if self.first.len() < FIRST_MAX {
            self.first.push(exception);
        }
        Ok(())
    }

    /// Writes the end of the report.
    pub(super) fn end(&mut self) -> Result<()> {
        self.report.as_mut().map_or(Ok(()), BufWriter::flush).map_err(unwritable)
    }
}

/// The name of the report in a backup's folder.
pub(super) const REPORT: &[u8] = b"exceptions";

fn create(folder: &OwnedFd) -> Result<File> {
    let file = sys::create((folder.as_fd(), REPORT), Mode::RUSR | Mode::WUSR);
    file.map(File::from).map_err(at("create the report of a backup"))
}

fn unwritable(error: std::io::Error) -> Error {
    let code = if error.kind() == std::io::ErrorKind::StorageFull { Code::Full } else { Code::Internal };
    Error::new(code, "The report of the backup could not be written.").because(error)
}

/// True if an entry lies in the recycle bin or among the versions.
fn is_private(names: &[u8]) -> bool {
    names.split(|byte| *byte == b'/').nth(1) == Some(super::super::hidden_dir::HOME.as_bytes())
}
