//! The entries of recycle bins.

use super::disks::{Disk, ON_DISK};
use super::nodes::Held;
use super::{Read, Write};
use crate::base::path::EntryName;
use crate::base::root::Root;
use crate::error::Result;
use rusqlite::{Row, params};
use std::collections::HashMap;

/// A new entry of a recycle bin.
#[derive(Clone, Debug, Default)]
pub struct NewTrash {
    pub id: String,
    /// The root from which it was deleted.
    pub owner: Root,
    /// Its path before the deletion.
    pub path: String,
    /// The entry's id in the index.
    pub node: Option<i64>,
    pub is_folder: bool,
    pub size_bytes: u64,
    pub deleted_by: String,
}

/// An entry of a recycle bin as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrashRow {
    pub id: String,
    /// The root from which it was deleted. The entry lies on that root's disk.
    pub owner: Root,
    /// Its name in the recycle bin.
    pub name: String,
    /// Its path before the deletion.
    pub path: String,
    pub node: Option<i64>,
    /// In seconds since 1970 UTC.
    pub deleted: i64,
    pub deleted_by: String,
    pub size_bytes: u64,
}

const COLUMNS: &str = "id, name, path, node, deleted, deleted_by, owner, size_bytes";

/// Adds an entry that is deleted now. Its name must be free in the bin.
pub fn insert(write: &Write, entry: &NewTrash, name: &str) -> Result<()> {
    write.run(
        "INSERT INTO trash (id, owner, path, is_folder, size_bytes, deleted, deleted_by, name, node) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            entry.id,
            entry.owner,
            entry.path,
            entry.is_folder,
            entry.size_bytes,
            write.now(),
            entry.deleted_by,
            name,
            entry.node
        ],
    )?;
    Ok(())
}

/// An entry by its id.
pub fn by_id(read: &Read, id: &str) -> Result<Option<TrashRow>> {
    read.first(&format!("SELECT {COLUMNS} FROM trash WHERE id = ?1"), [id], trash)
}

/// The entry of a recycle bin that has an id in the index.
pub fn of_node(read: &Read, node: i64) -> Result<Option<TrashRow>> {
    read.first(&format!("SELECT {COLUMNS} FROM trash WHERE node = ?1"), [node], trash)
}

/// The entry with a name in the recycle bin of a root.
pub fn by_name(read: &Read, owner: &Root, name: &str) -> Result<Option<TrashRow>> {
    read.first(
        &format!("SELECT {COLUMNS} FROM trash WHERE owner = ?1 AND name = ?2"),
        params![owner, name],
        trash,
    )
}

/// The entry of a recycle bin with this name there; failing that, with another spelling of it.
pub fn find(read: &Read, owner: &Root, name: &EntryName) -> Result<Option<TrashRow>> {
    let exact = by_name(read, owner, name.as_str())?;
    if exact.is_some() || !name.has_forms() {
        return Ok(exact);
    }
    let Some(wanted) = name.nfd() else { return Ok(None) };
    let is_same =
        |row: &TrashRow| EntryName::parse(&row.name).is_ok_and(|it| it.nfd().as_ref() == Some(&wanted));
    Ok(of_owner(read, owner)?.into_iter().find(is_same))
}

/// The entry that an account has deleted last at a path, since a time. Among entries of one second,
/// the last one has the highest number.
pub fn latest(read: &Read, owner: &Root, path: &str, by: &str, since: i64) -> Result<Option<TrashRow>> {
    read.first(
        &format!(
            "SELECT {COLUMNS} FROM trash WHERE owner = ?1 AND path = ?2 AND deleted_by = ?3 AND deleted >= ?4 \
             ORDER BY deleted DESC, length(name) DESC, name DESC"
        ),
        params![owner, path, by, since],
        trash,
    )
}

/// The entries in the recycle bin of a root.
pub fn of_owner(read: &Read, owner: &Root) -> Result<Vec<TrashRow>> {
    read.all(&format!("SELECT {COLUMNS} FROM trash WHERE owner = ?1"), [owner], trash)
}

/// Entries on one disk that were deleted before a time, the oldest first.
pub fn deleted_before(read: &Read, disk: &Disk, before: i64, limit: usize) -> Result<Vec<TrashRow>> {
    read.all(
        &format!("SELECT {COLUMNS} FROM trash WHERE {ON_DISK} AND deleted < ?2 ORDER BY deleted LIMIT ?3"),
        params![disk.0, before, limit as i64],
        trash,
    )
}

/// All entries of the recycle bins on one disk.
pub fn on_disk(read: &Read, disk: &Disk) -> Result<Vec<TrashRow>> {
    read.all(&format!("SELECT {COLUMNS} FROM trash WHERE {ON_DISK}"), [&disk.0], trash)
}

/// Removes an entry.
pub fn delete(write: &Write, id: &str) -> Result<()> {
    write.run("DELETE FROM trash WHERE id = ?1", [id]).map(drop)
}

/// Sets the size of an entry.
pub fn set_size(write: &Write, id: &str, bytes: u64) -> Result<()> {
    write.run("UPDATE trash SET size_bytes = ?2 WHERE id = ?1", params![id, bytes]).map(drop)
}

/// The ids of all entries on one disk. The start compares them with the disk.
pub fn ids(read: &Read, disk: &Disk) -> Result<Vec<String>> {
    read.all(&format!("SELECT id FROM trash WHERE {ON_DISK}"), [&disk.0], |row| row.get(0))
}

/// The number and size of the entries, by root.
pub fn held_by_owners(read: &Read) -> Result<HashMap<Root, Held>> {
    let sql = "SELECT owner, count(*), coalesce(sum(size_bytes), 0) FROM trash GROUP BY owner";
    let held = read.all(sql, [], |row| {
        let number = |index| row.get::<_, i64>(index).map(i64::unsigned_abs);
        Ok((row.get(0)?, Held { files: number(1)?, bytes: number(2)? }))
    })?;
    Ok(held.into_iter().collect())
}

/// Entries that nobody has deleted. They were being moved to another disk when the server stopped.
pub fn of_nobody(read: &Read) -> Result<Vec<TrashRow>> {
    read.all(&format!("SELECT {COLUMNS} FROM trash WHERE deleted_by = '' ORDER BY deleted"), [], trash)
}

/// The ids of at most `limit` folders in a recycle bin, in ascending order, after another id.
pub fn folders_after(read: &Read, owner: &Root, id: &str, limit: usize) -> Result<Vec<String>> {
    read.all(
        "SELECT id FROM trash WHERE owner = ?1 AND is_folder AND id > ?2 ORDER BY id LIMIT ?3",
        params![owner, id, limit as i64],
        |row| row.get(0),
    )
}

/// The number of folders and of files at the top of a recycle bin, and the size of the files.
pub fn usage(read: &Read, owner: &Root) -> Result<(u64, u64, u64)> {
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

fn trash(row: &Row<'_>) -> rusqlite::Result<TrashRow> {
    Ok(TrashRow {
        id: row.get(0)?,
        name: row.get(1)?,
        path: row.get(2)?,
        node: row.get(3)?,
        deleted: row.get(4)?,
        deleted_by: row.get(5)?,
        owner: row.get(6)?,
        size_bytes: row.get(7)?,
    })
}
