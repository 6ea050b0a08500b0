//! The recycle bin's entries.

use super::{Read, Write};
use crate::error::Result;
use rusqlite::params;

/// An entry of the bin as it is stored.
#[derive(Clone, Debug)]
pub struct TrashRow {
    pub id: String,
    /// The account whose files they were.
    pub owner: String,
    /// Where it was.
    pub path: String,
    pub is_folder: bool,
    pub size_bytes: u64,
    pub deleted_by: String,
}

/// Notes what went into the bin, now.
pub fn insert(write: &Write, entry: &TrashRow) -> Result<()> {
    write.run(
        "INSERT INTO trash (id, owner, path, is_folder, size_bytes, deleted, deleted_by) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            entry.id,
            entry.owner,
            entry.path,
            entry.is_folder,
            entry.size_bytes,
            write.now(),
            entry.deleted_by
        ],
    )?;
    Ok(())
}

/// The ids of all entries: start-up compares them with the disk.
pub fn ids(read: &Read) -> Result<Vec<String>> {
    read.all("SELECT id FROM trash", [], |row| row.get(0))
}

/// How many folders and files an account's bin holds at its top, and the bytes of the files.
pub fn usage(read: &Read, owner: &str) -> Result<(u64, u64, u64)> {
    read.one(
        "SELECT coalesce(sum(is_folder), 0), coalesce(sum(NOT is_folder), 0), coalesce(sum(size_bytes), 0) FROM trash \
         WHERE owner = ?1",
        [owner],
        |row| {
            let number = |index| row.get::<_, i64>(index).map(i64::unsigned_abs);
            Ok((number(0)?, number(1)?, number(2)?))
        },
    )
}
