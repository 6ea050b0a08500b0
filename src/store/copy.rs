//! Copies of the database for backups: taken at one moment while the server runs, and made fit to be restored.

use super::disks::Disk;
use super::{Read, Store, failed, trash, versions};
use crate::error::{Code, Error, Result};
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use std::path::Path;
use std::time::Duration;

/// How often, and after which pause, a copy is tried again while another process holds the database.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);

/// A copy in one file, opened by nobody else.
pub struct Copy {
    read: Read,
}

impl Store {
    /// Copies the database as it is at one moment into a file, which must be there and empty, and opens the copy. Every
    /// audit row that waits in this process is in it.
    pub fn copy_to(&self, path: &Path) -> Result<Copy> {
        self.flush_audit()?;
        let source = self.readers.lend()?;
        source.copy_to(path)?;
        Copy::open(path)
    }
}

impl Read {
    /// Copies the database as it is at one moment into a file, which must be there and empty.
    pub(super) fn copy_to(&self, path: &Path) -> Result<()> {
        let mut target = Connection::open(path).map_err(failed)?;
        let backup = Backup::new(&self.connection, &mut target).map_err(failed)?;
        // All pages in one step, which holds nobody up (WAL). Many small steps would begin anew with every commit of
        // another process, and might never end.
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
    /// Opens a copy and makes it one single file: a backup's disk may not have the shared memory that WAL needs.
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

    /// The ids of the entries of bins on volume 0, which is what is backed up.
    pub fn binned(&self) -> Result<Vec<String>> {
        trash::ids(&self.read, &Disk::main()).map(Vec::from_iter)
    }

    /// The ids of the old contents on volume 0.
    pub fn versions(&self) -> Result<Vec<String>> {
        versions::ids(&self.read, &Disk::main()).map(Vec::from_iter)
    }

    /// Forgets what no backup has: unfinished uploads, the numbers by which the old disk knew its files (on another disk
    /// the same number is another file), what sync clients know (the original goes on counting), and entries of the bin and
    /// old contents that are gone.
    pub fn settle(&self, gone_from_bin: &[String], gone_versions: &[String]) -> Result<()> {
        let connection = &self.read.connection;
        connection
            .execute_batch(
                "BEGIN; DELETE FROM uploads; UPDATE nodes SET inode = 0, changed_ns = NULL; \
                 UPDATE checksums SET inode = 0, changed_ns = NULL; UPDATE versions SET changed_ns = NULL; \
                 DELETE FROM sync_entries; DELETE FROM sync_deletions; DELETE FROM sync_roots;",
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

    /// Checks the whole copy and closes it; the findings, none when it is sound.
    pub fn check(self) -> Result<Vec<String>> {
        let findings = self.read.integrity()?;
        self.read.connection.close().map_err(|(_, error)| failed(error))?;
        Ok(findings)
    }
}
