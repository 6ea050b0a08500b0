//! Access lists of folders: they take rights away below a folder, or add rights there.

use super::nodes::DEPTH_MAX;
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
    /// The time since which it shows each account the same, in seconds since 1970 UTC.
    pub changed: i64,
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
    read.all("SELECT node, inherits, created, changed FROM access_lists", [], list)
}

/// The entries of all access lists.
pub fn all_entries(read: &Read) -> Result<Vec<AccessEntryRow>> {
    read.all("SELECT node, is_allowed, rights, user, \"group\" FROM access_entries", [], entry)
}

/// The access list of a folder.
pub fn of_node(read: &Read, node: i64) -> Result<Option<AccessListRow>> {
    read.first("SELECT node, inherits, created, changed FROM access_lists WHERE node = ?1", [node], list)
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
        "INSERT INTO access_lists (node, inherits, created, changed) VALUES (?1, ?2, ?3, ?3) \
         ON CONFLICT (node) DO UPDATE SET inherits = excluded.inherits, changed = excluded.changed",
        params![node, inherits, write.now()],
    )?;
    Ok(())
}

/// Stores an entry, or changes its rights. Makes a list that inherits if there is none.
pub fn set_entry(write: &Write, row: &AccessEntryRow) -> Result<()> {
    write.grants_changed();
    write.run(
        "INSERT INTO access_lists (node, inherits, created, changed) VALUES (?1, 1, ?2, ?2) \
         ON CONFLICT (node) DO UPDATE SET changed = excluded.changed",
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
    write.run("UPDATE access_lists SET changed = ?2 WHERE node = ?1", [node, write.now()])?;
    write
        .run(
            "DELETE FROM access_entries WHERE node = ?1 AND user IS ?2 AND \"group\" IS ?3",
            params![node, user, group],
        )
        .map(|rows| rows > 0)
}

/// Notes that a group changes, and so what the lists that name it show.
pub(super) fn group_changes(write: &Write, group: i64) -> Result<()> {
    let sql = "UPDATE access_lists SET changed = ?2 \
        WHERE node IN (SELECT node FROM access_entries WHERE \"group\" = ?1)";
    write.run(sql, [group, write.now()]).map(drop)
}

/// The folders from an entry ?1 up to its root, at most ?2, each with its distance.
pub(super) const ABOVE: &str = "WITH RECURSIVE above (id, depth) AS (SELECT ?1, 0 UNION ALL \
     SELECT nodes.parent, above.depth + 1 FROM above JOIN nodes USING (id) WHERE nodes.parent > 0 AND above.depth < ?2)";

/// Removes a folder's list. Returns false if there was none.
pub fn delete(write: &Write, node: i64) -> Result<bool> {
    write.grants_changed();
    // Below the folder, the lists further up may show others than before.
    let sql = format!("{ABOVE} UPDATE access_lists SET changed = ?3 WHERE node IN (SELECT id FROM above)");
    write.run(&sql, params![node, DEPTH_MAX, write.now()])?;
    write.run("DELETE FROM access_lists WHERE node = ?1", [node]).map(|rows| rows > 0)
}

fn list(row: &Row<'_>) -> rusqlite::Result<AccessListRow> {
    Ok(AccessListRow { node: row.get(0)?, inherits: row.get(1)?, created: row.get(2)?, changed: row.get(3)? })
}

fn entry(row: &Row<'_>) -> rusqlite::Result<AccessEntryRow> {
    Ok(AccessEntryRow {
        node: row.get(0)?,
        is_allowed: row.get(1)?,
        rights: row.get(2)?,
        member: Member::of_columns(row, 3)?,
    })
}
