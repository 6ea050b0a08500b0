//! Copies of the database for backups. A copy shows one moment, is made while the server runs, and
//! is prepared to be restored.

use super::disks::Disk;
use super::{Read, Store, failed, trash, versions};
use crate::error::{Code, Error, Result};
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use std::path::Path;
use std::time::Duration;

/// The number of tries, and the pause between them, while another process holds the database.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);

/// An open copy in a file that nobody else has open.
pub struct Copy {
    read: Read,
}

impl Store {
    /// Copies the database, as it is at one moment, into an existing empty file, and opens the
    /// copy. The copy includes all audit rows that wait in this process.
    pub fn copy_to(&self, path: &Path) -> Result<Copy> {
        self.flush_audit()?;
        let source = self.readers.lend()?;
        source.copy_to(path)?;
        Copy::open(path)
    }
}

impl Read {
    /// Copies the database, as it is at one moment, into an existing empty file.
    pub(super) fn copy_to(&self, path: &Path) -> Result<()> {
        let mut target = Connection::open(path).map_err(failed)?;
        let backup = Backup::new(&self.connection, &mut target).map_err(failed)?;
        // All pages are copied in one step, which blocks nobody (WAL). With many small steps the
        // copy would start again after every commit of another process, and might never end.
        for _ in 0..TRIES {
            match backup.step(-1).map_err(failed)? {
                StepResult::Done => {
                    drop(backup);
                    return target.close().map_err(|(_, error)| failed(error));
                }
                _ => std::thread::sleep(PAUSE),
            }
        }
        Err(Error::new(Code::Busy, "The database is busy. Please try again."))
    }
}

impl Copy {
    /// Opens a copy and turns WAL off: the backup's disk may not support the shared memory that WAL
    /// needs.
    fn open(path: &Path) -> Result<Copy> {
        let connection = Connection::open(path).map_err(failed)?;
        connection
            .execute_batch("PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=FULL;")
            .map_err(failed)?;
        let mode: String =
            connection.query_row("PRAGMA journal_mode=DELETE", [], |row| row.get(0)).map_err(failed)?;
        if mode != "delete" {
            return Err(Error::internal(format!("the copy of the database stays in journal mode {mode}")));
        }
        Ok(Copy { read: Read { connection } })
    }

    /// The ids of recycle-bin entries on volume 0. Only volume 0 is backed up.
    pub fn binned(&self) -> Result<Vec<String>> {
        trash::ids(&self.read, &Disk::main()).map(Vec::from_iter)
    }

    /// The ids of versions on volume 0.
    pub fn versions(&self) -> Result<Vec<String>> {
        versions::ids(&self.read, &Disk::main()).map(Vec::from_iter)
    }

    /// Removes everything that a backup does not hold: unfinished uploads; inode numbers, which
    /// mean other files on another disk; the state of sync clients, because the original keeps
    /// counting; the frames of videos, which lie with the thumbnails; and bin entries and versions whose
    /// files are gone.
    pub fn settle(&self, gone_from_bin: &[String], gone_versions: &[String]) -> Result<()> {
        let connection = &self.read.connection;
        connection
            .execute_batch(
                "BEGIN; DELETE FROM uploads; UPDATE nodes SET inode = 0, changed_ns = NULL; \
                 UPDATE checksums SET inode = 0, changed_ns = NULL; UPDATE versions SET changed_ns = NULL; \
                 DELETE FROM sync_entries; DELETE FROM sync_deletions; DELETE FROM sync_lists; DELETE FROM sync_roots; \
                 UPDATE access_lists SET written = NULL; DELETE FROM video_frames;",
            )
            .map_err(failed)?;
        for id in gone_from_bin {
            connection.execute("DELETE FROM trash WHERE id = ?1", [id]).map_err(failed)?;
        }
        for id in gone_versions {
            connection.execute("DELETE FROM versions WHERE id = ?1", [id]).map_err(failed)?;
        }
        connection.execute_batch("COMMIT").map_err(failed)
    }

    /// Checks the whole copy and closes it. Returns the findings; none if the copy is sound.
    pub fn check(self) -> Result<Vec<String>> {
        let findings = self.read.integrity()?;
        self.read.connection.close().map_err(|(_, error)| failed(error))?;
        Ok(findings)
    }
}
