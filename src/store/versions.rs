//! Old contents of files.

use super::{Read, Write, checksums};
use crate::error::Result;
use rusqlite::params;

/// An old content of a file.
#[derive(Clone, Debug)]
pub struct VersionRow {
    pub id: String,
    /// The entry of the index it belongs to.
    pub node: i64,
    /// The account whose file it is.
    pub owner: String,
    pub size_bytes: u64,
    pub modified_nanoseconds: i64,
    /// By this its checksum is found; it is not stored.
    pub inode: u64,
    /// Who replaced it.
    pub created_by: String,
}

/// Notes an old content that lies in the versions folder under its id.
pub fn insert(write: &Write, version: &VersionRow) -> Result<()> {
    write.run(
        "INSERT INTO versions (id, node, owner, size_bytes, modified_ns, created, created_by) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            version.id,
            version.node,
            version.owner,
            version.size_bytes,
            version.modified_nanoseconds,
            write.now(),
            version.created_by
        ],
    )?;
    checksums::hand_on(write, &version.id, version.inode)
}

/// How many old contents an account has, and their bytes.
pub fn usage(read: &Read, owner: &str) -> Result<(u64, u64)> {
    read.one("SELECT count(*), coalesce(sum(size_bytes), 0) FROM versions WHERE owner = ?1", [owner], |row| {
        Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, i64>(1)?.unsigned_abs()))
    })
}

/// The ids of all old contents: start-up compares them with the disk.
pub fn ids(read: &Read) -> Result<Vec<String>> {
    read.all("SELECT id FROM versions", [], |row| row.get(0))
}
