//! Access lists of folders: they take rights away below a folder, or add rights there.

use super::shares::Member;
use super::{Read, Write};
use crate::error::Result;
use rusqlite::{Row, params};

/// The access list of a folder.
#[derive(Clone, Debug)]
pub struct AccessListRow {
    /// The folder's entry of the index.
    pub node: i64,
    /// True if the lists of the folders above apply, too.
    pub inherits: bool,
    /// Seconds since 1970 UTC.
    pub created: i64,
}

/// An entry of an access list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessEntryRow {
    pub node: i64,
    pub member: Member,
    /// True if the entry allows its rights, false if it denies them.
    pub is_allowed: bool,
    /// Bits, as `domain::access::rights::Rights` has them.
    pub rights: u8,
}

/// All access lists.
pub fn all(read: &Read) -> Result<Vec<AccessListRow>> {
    read.all("SELECT node, inherits, created FROM access_lists", [], list)
}

/// The entries of all access lists.
pub fn all_entries(read: &Read) -> Result<Vec<AccessEntryRow>> {
    read.all("SELECT node, is_allowed, rights, user, \"group\" FROM access_entries", [], entry)
}

/// The access list of a folder.
pub fn of_node(read: &Read, node: i64) -> Result<Option<AccessListRow>> {
    read.first("SELECT node, inherits, created FROM access_lists WHERE node = ?1", [node], list)
}

/// The entries of a folder's access list, in the order in which they came.
pub fn entries(read: &Read, node: i64) -> Result<Vec<AccessEntryRow>> {
    let sql =
        "SELECT node, is_allowed, rights, user, \"group\" FROM access_entries WHERE node = ?1 ORDER BY rowid";
    read.all(sql, [node], entry)
}

/// Stores whether a folder's list inherits. Makes the list if there is none.
pub fn set_inherits(write: &Write, node: i64, inherits: bool) -> Result<()> {
    write.grants_changed();
    write.run(
        "INSERT INTO access_lists (node, inherits, created) VALUES (?1, ?2, ?3) \
         ON CONFLICT (node) DO UPDATE SET inherits = excluded.inherits",
        params![node, inherits, write.now()],
    )?;
    Ok(())
}

/// Stores an entry, or changes its rights. Makes a list that inherits if there is none.
pub fn set_entry(write: &Write, row: &AccessEntryRow) -> Result<()> {
    write.grants_changed();
    write.run(
        "INSERT OR IGNORE INTO access_lists (node, inherits, created) VALUES (?1, 1, ?2)",
        params![row.node, write.now()],
    )?;
    let (user, group) = row.member.columns();
    let of = if user.is_some() { "user" } else { "\"group\"" };
    write.run(
        &format!(
            "INSERT INTO access_entries (node, user, \"group\", is_allowed, rights) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (node, {of}, is_allowed) DO UPDATE SET rights = excluded.rights"
        ),
        params![row.node, user, group, row.is_allowed, row.rights],
    )?;
    Ok(())
}

/// Removes all entries of a member from a folder's list. Returns false if there were none.
pub fn remove_entries(write: &Write, node: i64, member: Member) -> Result<bool> {
    write.grants_changed();
    let (user, group) = member.columns();
    write
        .run(
            "DELETE FROM access_entries WHERE node = ?1 AND user IS ?2 AND \"group\" IS ?3",
            params![node, user, group],
        )
        .map(|rows| rows > 0)
}

/// Removes a folder's list. Returns false if there was none.
pub fn delete(write: &Write, node: i64) -> Result<bool> {
    write.grants_changed();
    write.run("DELETE FROM access_lists WHERE node = ?1", [node]).map(|rows| rows > 0)
}

fn list(row: &Row<'_>) -> rusqlite::Result<AccessListRow> {
    Ok(AccessListRow { node: row.get(0)?, inherits: row.get(1)?, created: row.get(2)? })
}

fn entry(row: &Row<'_>) -> rusqlite::Result<AccessEntryRow> {
    Ok(AccessEntryRow {
        node: row.get(0)?,
        is_allowed: row.get(1)?,
        rights: row.get(2)?,
        member: Member::of_columns(row, 3)?,
    })
}
