//! Further volumes that were added in the running cloud, and the members of all further volumes.

use super::shares::Member;
use super::{Read, Write};
use crate::error::Result;
use rusqlite::params;

/// A volume that was added.
#[derive(Clone, Debug)]
pub struct ExternalRow {
    pub name: String,
    pub directory: String,
}

/// A member of a volume.
#[derive(Clone, Debug)]
pub struct ExternalMemberRow {
    /// The id in the volume's mark.
    pub volume: String,
    pub member: Member,
    pub may_write: bool,
}

/// The volumes that were added, oldest first.
pub fn all(read: &Read) -> Result<Vec<ExternalRow>> {
    read.all("SELECT name, directory FROM externals ORDER BY id", [], |row| {
        Ok(ExternalRow { name: row.get(0)?, directory: row.get(1)? })
    })
}

/// Stores a volume that was added.
pub fn insert(write: &Write, row: &ExternalRow) -> Result<()> {
    write.grants_changed();
    let sql = "INSERT INTO externals (name, directory) VALUES (?1, ?2)";
    write.run(sql, [&row.name, &row.directory]).map(drop)
}

/// Removes a volume that was added.
pub fn delete(write: &Write, name: &str) -> Result<()> {
    write.grants_changed();
    write.run("DELETE FROM externals WHERE name = ?1", [name]).map(drop)
}

/// Gives an added volume another name and directory.
pub fn update(write: &Write, old: &str, row: &ExternalRow) -> Result<()> {
    write.grants_changed();
    let sql = "UPDATE externals SET name = ?2, directory = ?3 WHERE name = ?1";
    write.run(sql, [old, &row.name, &row.directory]).map(drop)
}

/// The members of all volumes, in the order in which they came.
pub fn all_members(read: &Read) -> Result<Vec<ExternalMemberRow>> {
    let sql = "SELECT volume, may_write, user, \"group\" FROM external_members ORDER BY rowid";
    read.all(sql, [], |row| {
        Ok(ExternalMemberRow {
            volume: row.get(0)?,
            may_write: row.get(1)?,
            member: Member::of_columns(row, 2)?,
        })
    })
}

/// The time since which an account has a volume, itself or through a group, in seconds since 1970 UTC;
/// `None` if nobody has given it to the account.
pub fn member_since(read: &Read, volume: &str, user: i64) -> Result<Option<i64>> {
    let sql = "SELECT min(since) FROM (\
            SELECT since FROM external_members WHERE volume = ?1 AND user = ?2 \
            UNION ALL SELECT max(own.since, given.since) FROM external_members AS given \
                JOIN group_members AS own USING (\"group\") WHERE volume = ?1 AND own.user = ?2 \
            UNION ALL SELECT max(created, given.since) FROM external_members AS given \
                JOIN users ON users.id = ?2 WHERE volume = ?1 AND \"group\" IN (SELECT id FROM groups WHERE is_everyone))";
    read.one(sql, params![volume, user], |row| row.get(0))
}

/// Stores a member of a volume, or changes a member's rights. An account that has the volume through
/// a group has had it since then.
pub fn set_member(write: &Write, row: &ExternalMemberRow) -> Result<()> {
    write.grants_changed();
    let (user, group) = row.member.columns();
    let of = if user.is_some() { "user" } else { "\"group\"" };
    let before = user.map(|user| member_since(write, &row.volume, user)).transpose()?.flatten();
    write.run(
        &format!(
            "INSERT INTO external_members (volume, user, \"group\", may_write, since) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (volume, {of}) DO UPDATE SET may_write = excluded.may_write"
        ),
        params![row.volume, user, group, row.may_write, before.unwrap_or_else(|| write.now())],
    )?;
    Ok(())
}

/// Removes a member of a volume. Returns false if it was no member.
pub fn remove_member(write: &Write, volume: &str, member: Member) -> Result<bool> {
    write.grants_changed();
    let (user, group) = member.columns();
    let sql = "DELETE FROM external_members WHERE volume = ?1 AND user IS ?2 AND \"group\" IS ?3";
    write.run(sql, params![volume, user, group]).map(|rows| rows > 0)
}
