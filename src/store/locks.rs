//! Locks of files and folders.

use super::{Read, Write};
use crate::error::Result;
use rusqlite::{Row, params};

/// A lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockRow {
    /// The id of the entry.
    pub node: i64,
    /// The id of the account that holds it.
    pub owner: i64,
    /// The name of the account that holds it.
    pub owner_name: String,
    /// True if others may not read either.
    pub forbids_reading: bool,
    /// In seconds since 1970 UTC; `None` if it never expires.
    pub expires: Option<i64>,
}

const SELECT: &str = "SELECT locks.node, locks.owner, users.name, locks.forbids_reading, locks.expires FROM locks \
     JOIN users ON users.id = locks.owner";

/// The lock of an entry.
pub fn of_node(read: &Read, node: i64) -> Result<Option<LockRow>> {
    read.first(&format!("{SELECT} WHERE locks.node = ?1"), [node], lock)
}

/// All locks, in the order of their entries' ids.
pub fn all(read: &Read) -> Result<Vec<LockRow>> {
    read.all(&format!("{SELECT} ORDER BY locks.node"), [], lock)
}

/// The locks on the entries of a folder, each with the entry's name.
pub fn in_folder(read: &Read, folder: i64) -> Result<Vec<(String, LockRow)>> {
    let sql = "SELECT locks.node, locks.owner, users.name, locks.forbids_reading, locks.expires, nodes.name FROM locks \
         JOIN users ON users.id = locks.owner JOIN nodes ON nodes.id = locks.node WHERE nodes.parent = ?1";
    read.all(sql, [folder], |row| Ok((row.get(5)?, lock(row)?)))
}

/// The number of locks that an account holds.
pub fn count_of(read: &Read, owner: i64) -> Result<u64> {
    read.one("SELECT count(*) FROM locks WHERE owner = ?1", [owner], |row| row.get::<_, i64>(0))
        .map(i64::unsigned_abs)
}

/// Stores the lock of an entry and replaces an earlier one.
pub fn save(write: &Write, node: i64, owner: i64, forbids_reading: bool, expires: Option<i64>) -> Result<()> {
    write.run(
        "INSERT INTO locks (node, owner, forbids_reading, created, expires) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (node) DO UPDATE SET owner = excluded.owner, forbids_reading = excluded.forbids_reading, \
         created = excluded.created, expires = excluded.expires",
        params![node, owner, forbids_reading, write.now(), expires],
    )?;
    Ok(())
}

/// Removes the lock of an entry.
pub fn delete(write: &Write, node: i64) -> Result<()> {
    write.run("DELETE FROM locks WHERE node = ?1", [node])?;
    Ok(())
}

fn lock(row: &Row<'_>) -> rusqlite::Result<LockRow> {
    Ok(LockRow {
        node: row.get(0)?,
        owner: row.get(1)?,
        owner_name: row.get(2)?,
        forbids_reading: row.get(3)?,
        expires: row.get(4)?,
    })
}
