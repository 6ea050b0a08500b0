//! Versions: earlier contents of files.

use super::disks::{Disk, ON_DISK};
use super::nodes::{self, Held};
use super::{Read, Write, checksums, roots};
use crate::base::root::Root;
use crate::error::Result;
use rusqlite::{Row, params};
use std::collections::HashMap;

/// A new version of a file.
#[derive(Clone, Debug)]
pub struct NewVersion {
    pub id: String,
    /// The file's id in the index.
    pub node: i64,
    /// The file's root.
    pub owner: Root,
    pub size_bytes: u64,
    pub modified_nanoseconds: i64,
    /// The time of the file's last change of any sort; `None` if unknown.
    pub changed_nanoseconds: Option<i64>,
    /// The account that wrote it; empty if unknown.
    pub written_by: String,
    /// The kind of client that wrote it.
    pub written_how: String,
    /// The id, inode and time of change by which its checksum is found. They are not stored.
    pub former: Option<i64>,
    pub inode: u64,
    pub former_changed_nanoseconds: Option<i64>,
    /// The account that replaced it.
    pub created_by: String,
    /// The name that somebody gave it; empty without one.
    pub name: String,
}

/// A version as it is stored.
#[derive(Clone, Debug)]
pub struct VersionRow {
    pub id: String,
    /// Its number among all contents that the file ever had, from 1.
    pub number: u64,
    pub size_bytes: u64,
    pub modified_nanoseconds: i64,
    /// The account that wrote it; empty if unknown.
    pub written_by: String,
    /// The kind of client that wrote it.
    pub written_how: String,
    /// The name that somebody gave it; empty without one.
    pub name: String,
    /// The file's root at the time the version was made. The version lies on that root's disk.
    pub owner: Root,
}

/// A version's id and the root whose disk it lies on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub id: String,
    pub owner: Root,
}

/// Adds a version that lies in the versions folder under its id.
pub fn insert(write: &Write, version: &NewVersion) -> Result<()> {
    write.run(
        "INSERT INTO versions (id, node, owner, size_bytes, modified_ns, created, created_by, written_by, written_how, \
         changed_ns, name, number) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, (SELECT coalesce(max(number), 0) + 1 FROM versions WHERE node = ?2))",
        params![
            version.id,
            version.node,
            version.owner,
            version.size_bytes,
            version.modified_nanoseconds,
            write.now(),
            version.created_by,
            version.written_by,
            version.written_how,
            version.changed_nanoseconds,
            version.name
        ],
    )?;
    match version.former {
        Some(former) => {
            checksums::hand_on(write, &version.id, former, version.inode, version.former_changed_nanoseconds)
        }
        None => Ok(()),
    }
}

/// Passes the versions of a file to the file that has replaced it. They become newer than that
/// file's versions.
pub fn pass_on(write: &Write, from: i64, to: i64) -> Result<()> {
    write
        .run(
            "UPDATE versions SET node = ?2, \
             number = number + (SELECT coalesce(max(number), 0) FROM versions WHERE node = ?2) WHERE node = ?1",
            [from, to],
        )
        .map(drop)
}

/// The versions of a file, the newest first.
pub fn of_node(read: &Read, node: i64) -> Result<Vec<VersionRow>> {
    read.all(
        "SELECT id, number, size_bytes, modified_ns, written_by, written_how, owner, name FROM versions WHERE node = ?1 \
         ORDER BY number DESC",
        [node],
        version,
    )
}

/// The versions of all files of a root.
pub fn of_owner(read: &Read, owner: &Root) -> Result<Vec<Kept>> {
    read.all("SELECT id, owner FROM versions WHERE owner = ?1", [owner], kept)
}

/// The versions of an entry and of all entries below it.
pub fn below(read: &Read, node: i64) -> Result<Vec<Kept>> {
    read.all(
        "WITH RECURSIVE below(id) AS (SELECT ?1 UNION SELECT nodes.id FROM nodes JOIN below ON nodes.parent = below.id) \
         SELECT versions.id, owner FROM versions JOIN below ON versions.node = below.id",
        [node],
        kept,
    )
}

/// Passes the versions of an entry, and of all entries below it, to the root in which the entry
/// lies now. Versions on another disk stay there, and keep their owner.
pub fn hand_over(write: &Write, node: i64) -> Result<()> {
    let Some(place) = nodes::place(write, node)? else { return Ok(()) };
    let owner = roots::by_name(write, &place.root_name())?;
    let disk = Disk::of_root(&owner);
    write.run(
        &format!(
            "WITH RECURSIVE below(id) AS (SELECT ?2 UNION SELECT nodes.id FROM nodes JOIN below ON nodes.parent = below.id) \
             UPDATE versions SET owner = ?3 WHERE node IN below AND {ON_DISK}"
        ),
        params![disk.0, node, owner],
    )?;
    Ok(())
}

/// The versions without a name that are beyond the newest `count` of their file. Versions with a
/// name are neither counted nor returned.
pub fn surplus(read: &Read, count: u32, limit: usize) -> Result<Vec<Kept>> {
    read.all(
        "SELECT id, owner FROM (SELECT id, owner, row_number() OVER (PARTITION BY node ORDER BY number DESC) AS place FROM versions WHERE name = '') \
         WHERE place > ?1 LIMIT ?2",
        params![count, limit as i64],
        kept,
    )
}

/// A version that may be removed, with its size and the time it was replaced.
#[derive(Clone, Debug)]
pub struct Replaced {
    pub kept: Kept,
    pub at: i64,
    pub size_bytes: u64,
}

/// The versions without a name on one disk that were replaced before a time, the oldest first.
pub fn replaced_before(read: &Read, disk: &Disk, before: i64, limit: usize) -> Result<Vec<Replaced>> {
    read.all(
        &format!(
            "SELECT id, owner, created, size_bytes FROM versions WHERE {ON_DISK} AND created < ?2 AND name = '' \
             ORDER BY created LIMIT ?3"
        ),
        params![disk.0, before, limit as i64],
        |row| Ok(Replaced { kept: kept(row)?, at: row.get(2)?, size_bytes: row.get(3)? }),
    )
}

/// Removes a version.
pub fn delete(write: &Write, id: &str) -> Result<()> {
    write.run("DELETE FROM versions WHERE id = ?1", [id]).map(drop)
}

/// The number of versions of a root, and their size.
pub fn usage(read: &Read, owner: &Root) -> Result<(u64, u64)> {
    read.one("SELECT count(*), coalesce(sum(size_bytes), 0) FROM versions WHERE owner = ?1", [owner], |row| {
        Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, i64>(1)?.unsigned_abs()))
    })
}

/// The number and size of the versions, by root.
pub fn held_by_owners(read: &Read) -> Result<HashMap<Root, Held>> {
    let sql = "SELECT owner, count(*), coalesce(sum(size_bytes), 0) FROM versions GROUP BY owner";
    let held = read.all(sql, [], |row| {
        let number = |index| row.get::<_, i64>(index).map(i64::unsigned_abs);
        Ok((row.get(0)?, Held { files: number(1)?, bytes: number(2)? }))
    })?;
    Ok(held.into_iter().collect())
}

/// The ids of all versions on one disk. The start compares them with the disk.
pub fn ids(read: &Read, disk: &Disk) -> Result<Vec<String>> {
    read.all(&format!("SELECT id FROM versions WHERE {ON_DISK}"), [&disk.0], |row| row.get(0))
}

/// A version by its id.
pub fn kept_by_id(read: &Read, id: &str) -> Result<Option<Kept>> {
    read.first("SELECT id, owner FROM versions WHERE id = ?1", [id], kept)
}

/// The id in the index of the file that has a version.
pub fn node_of(read: &Read, id: &str) -> Result<Option<i64>> {
    read.first("SELECT node FROM versions WHERE id = ?1", [id], |row| row.get(0))
}

/// The facts about the current content of a file that was a version, or to which somebody gave a
/// name.
pub struct Promotion {
    /// The id that it had as a version.
    pub id: String,
    /// Identifies the content. Once the file has another content, this row means nothing.
    pub etag: String,
    /// Its name; empty without one.
    pub name: String,
}

/// The facts about the current content of a file.
pub fn promotion(read: &Read, node: i64) -> Result<Option<Promotion>> {
    read.first("SELECT id, etag, name FROM promotions WHERE node = ?1", [node], |row| {
        Ok(Promotion { id: row.get(0)?, etag: row.get(1)?, name: row.get(2)? })
    })
}

/// The name of a content of a file while it is the current one; empty without one.
pub fn name_of_live(read: &Read, node: i64, etag: &str) -> Result<String> {
    let promotion = promotion(read, node)?.filter(|promotion| promotion.etag == etag);
    Ok(promotion.map_or(String::new(), |promotion| promotion.name))
}

/// Gives a version a name; an empty one takes it away.
pub fn set_name(write: &Write, id: &str, name: &str) -> Result<()> {
    write.run("UPDATE versions SET name = ?2 WHERE id = ?1", [id, name]).map(drop)
}

/// Gives the current content of a file a name, which it keeps when it becomes a version.
pub fn set_name_of_live(write: &Write, node: i64, promotion: &Promotion) -> Result<()> {
    write
        .run(
            "INSERT INTO promotions (node, id, etag, name) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (node) DO UPDATE SET id = excluded.id, etag = excluded.etag, name = excluded.name",
            params![node, promotion.id, promotion.etag, promotion.name],
        )
        .map(drop)
}

/// Notes that a version has become the current content. `changed_nanoseconds` is its time of change
/// as a version.
pub fn promote(
    write: &Write,
    node: i64,
    id: &str,
    etag: &str,
    changed_nanoseconds: Option<i64>,
) -> Result<()> {
    checksums::hand_back(write, node, id, changed_nanoseconds)?;
    let name = write.first("SELECT name FROM versions WHERE id = ?1", [id], |row| row.get(0))?;
    delete(write, id)?;
    let promotion = Promotion { id: id.to_owned(), etag: etag.to_owned(), name: name.unwrap_or_default() };
    set_name_of_live(write, node, &promotion)
}

fn kept(row: &Row<'_>) -> rusqlite::Result<Kept> {
    Ok(Kept { id: row.get(0)?, owner: row.get(1)? })
}

fn version(row: &Row<'_>) -> rusqlite::Result<VersionRow> {
    Ok(VersionRow {
        id: row.get(0)?,
        number: row.get::<_, i64>(1)?.unsigned_abs(),
        size_bytes: row.get(2)?,
        modified_nanoseconds: row.get(3)?,
        written_by: row.get(4)?,
        written_how: row.get(5)?,
        owner: row.get(6)?,
        name: row.get(7)?,
    })
}
