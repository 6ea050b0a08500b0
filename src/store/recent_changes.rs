//! Recent changes of clients: what they have replaced, deleted and moved, so that it can be undone.

use super::{Read, Write};
use crate::error::Result;
use rusqlite::{Row, params};
use std::collections::HashSet;

/// A change that can be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecentChange {
    /// A content was replaced. The value is the id of its version.
    Replaced(String),
    /// An entry was deleted. The value is its id in the recycle bin.
    Deleted(String),
    /// An entry was moved or renamed.
    Moved { node: i64, from: String },
    /// An entry was moved or renamed, and replaced the content of another file.
    MovedOver { node: i64, from: String, version: String },
    /// A content was replaced, and its file is gone. It must be created again at this path.
    Displaced { version: String, place: String },
}

/// A change as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentChangeRow {
    pub id: i64,
    pub change: RecentChange,
}

/// Notes a change of a client.
pub fn insert(write: &Write, client: &str, change: &RecentChange) -> Result<()> {
    let (version, trash, node, place) = columns(change);
    write.run(
        "INSERT INTO recent_changes (client, at, version, trash, node, place) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![client, write.now(), version, trash, node, place],
    )?;
    Ok(())
}

/// Replaces a change by the part of it that is left.
pub fn update(write: &Write, id: i64, change: &RecentChange) -> Result<()> {
    let (version, trash, node, place) = columns(change);
    write.run(
        "UPDATE recent_changes SET version = ?2, trash = ?3, node = ?4, place = ?5 WHERE id = ?1",
        params![id, version, trash, node, place],
    )?;
    Ok(())
}

/// Forgets the changes before a time, except those of clients that are held.
pub fn forget_before(write: &Write, time: i64) -> Result<()> {
    let sql = "DELETE FROM recent_changes WHERE at < ?1 AND client NOT IN (SELECT client FROM holds)";
    write.run(sql, [time]).map(drop)
}

/// Forgets a change.
pub fn delete(write: &Write, id: i64) -> Result<()> {
    write.run("DELETE FROM recent_changes WHERE id = ?1", [id]).map(drop)
}

/// The changes of a client, the newest first.
pub fn of_client(read: &Read, client: &str) -> Result<Vec<RecentChangeRow>> {
    let sql = "SELECT id, version, trash, node, place FROM recent_changes WHERE client = ?1 ORDER BY id DESC";
    let rows = read.all(sql, [client], row)?;
    Ok(rows.into_iter().flatten().collect())
}

/// True if a version stays because its client is held.
pub fn keeps_version(read: &Read, version: &str) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM recent_changes JOIN holds USING (client) WHERE version = ?1)";
    read.one(sql, [version], |row| row.get(0))
}

/// True if an entry of a recycle bin stays because its client is held.
pub fn keeps_trash(read: &Read, trash: &str) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM recent_changes JOIN holds USING (client) WHERE trash = ?1)";
    read.one(sql, [trash], |row| row.get(0))
}

/// The ids of all versions and entries of recycle bins that retention leaves alone: those of changes
/// since a time, and those of held clients.
pub fn kept(read: &Read, since: i64) -> Result<HashSet<String>> {
    let sql = "SELECT coalesce(version, trash) FROM recent_changes WHERE coalesce(version, trash) IS NOT NULL \
        AND (at >= ?1 OR client IN (SELECT client FROM holds))";
    Ok(read.all(sql, [since], |row| row.get(0))?.into_iter().collect())
}

type Columns<'a> = (Option<&'a str>, Option<&'a str>, Option<i64>, Option<&'a str>);

fn columns(change: &RecentChange) -> Columns<'_> {
    match change {
        RecentChange::Replaced(version) => (Some(version), None, None, None),
        RecentChange::Deleted(trash) => (None, Some(trash), None, None),
        RecentChange::Moved { node, from } => (None, None, Some(*node), Some(from)),
        RecentChange::MovedOver { node, from, version } => (Some(version), None, Some(*node), Some(from)),
        RecentChange::Displaced { version, place } => (Some(version), None, None, Some(place)),
    }
}

fn row(row: &Row<'_>) -> rusqlite::Result<Option<RecentChangeRow>> {
    let columns = (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
    let change = match columns {
        (Some(version), None, None, None) => RecentChange::Replaced(version),
        (None, Some(trash), None, None) => RecentChange::Deleted(trash),
        (None, None, Some(node), Some(from)) => RecentChange::Moved { node, from },
        (Some(version), None, Some(node), Some(from)) => RecentChange::MovedOver { node, from, version },
        (Some(version), None, None, Some(place)) => RecentChange::Displaced { version, place },
        _ => return Ok(None),
    };
    Ok(Some(RecentChangeRow { id: row.get(0)?, change }))
}
