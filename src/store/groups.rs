//! Groups of accounts. All accounts are members of the group EVERYONE, without rows.

use super::{Read, Write, access_lists};
use crate::error::Result;
use rusqlite::{Row, params};

/// A group with the number of its members.
#[derive(Clone, Debug)]
pub struct GroupRow {
    pub id: i64,
    /// The name as it was entered.
    pub name: String,
    pub email: String,
    /// The account that made it for itself; `None` for a group of the administrators.
    pub owner: Option<i64>,
    pub is_everyone: bool,
    /// Seconds since 1970 UTC.
    pub created: i64,
    pub member_count: u64,
}

/// A member of a group.
#[derive(Clone, Debug)]
pub struct MemberRow {
    pub name: String,
    pub display_name: String,
}

/// The values of a new or changed group.
#[derive(Clone, Debug)]
pub struct NewGroup {
    pub name: String,
    /// The name in the form for comparing.
    pub key: String,
    pub email: String,
    pub owner: Option<i64>,
}

/// A filter of groups. Empty fields do not restrict.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Part of the name in the form for comparing.
    pub key_part: String,
    /// Only groups that this account is a member of.
    pub member: Option<i64>,
    /// Only groups that this account may know: the administrators' groups, its own groups, and
    /// those that it is a member of.
    pub seen_by: Option<i64>,
    pub start: u64,
    pub limit: u64,
    pub is_descending: bool,
}

const COLUMNS: &str = "id, name, email, owner, is_everyone, created, \
     CASE WHEN is_everyone THEN (SELECT count(*) FROM users) \
     ELSE (SELECT count(*) FROM group_members WHERE \"group\" = groups.id) END";

const HAS_MEMBER: &str =
    "(is_everyone OR EXISTS (SELECT 1 FROM group_members WHERE \"group\" = groups.id AND user = ";

/// The matching groups by name, EVERYONE first, and the number of all matching groups.
pub fn find(read: &Read, filter: &Filter) -> Result<(Vec<GroupRow>, u64)> {
    let matches = format!(
        "(?1 = '' OR instr(key, ?1)) AND (?2 IS NULL OR {HAS_MEMBER} ?2))) \
         AND (?3 IS NULL OR owner IS NULL OR owner = ?3 OR {HAS_MEMBER} ?3)))"
    );
    let total = read.one(
        &format!("SELECT count(*) FROM groups WHERE {matches}"),
        params![filter.key_part, filter.member, filter.seen_by],
        |row| row.get::<_, i64>(0),
    )?;
    let direction = if filter.is_descending { "DESC" } else { "ASC" };
    let groups = read.all(
        &format!(
            "SELECT {COLUMNS} FROM groups WHERE {matches} ORDER BY is_everyone DESC, key {direction} LIMIT ?4 OFFSET ?5"
        ),
        params![
            filter.key_part,
            filter.member,
            filter.seen_by,
            i64::try_from(filter.limit).unwrap_or(i64::MAX),
            i64::try_from(filter.start).unwrap_or(i64::MAX),
        ],
        group,
    )?;
    Ok((groups, total.unsigned_abs()))
}

/// The names of the groups of an account, without EVERYONE.
pub fn names_of_member(read: &Read, user: i64) -> Result<Vec<String>> {
    let sql =
        "SELECT name FROM groups JOIN group_members ON \"group\" = groups.id WHERE user = ?1 ORDER BY key";
    read.all(sql, [user], |row| row.get(0))
}

/// A group by its id.
pub fn by_id(read: &Read, id: i64) -> Result<Option<GroupRow>> {
    read.first(&format!("SELECT {COLUMNS} FROM groups WHERE id = ?1"), [id], group)
}

/// A group by its name in the form for comparing.
pub fn by_key(read: &Read, key: &str) -> Result<Option<GroupRow>> {
    read.first(&format!("SELECT {COLUMNS} FROM groups WHERE key = ?1"), [key], group)
}

/// True if an account may know a group; see [`Filter::seen_by`].
pub fn is_seen_by(read: &Read, id: i64, user: i64) -> Result<bool> {
    let sql = format!(
        "SELECT EXISTS (SELECT 1 FROM groups WHERE id = ?1 AND (owner IS NULL OR owner = ?2 OR {HAS_MEMBER} ?2))))"
    );
    read.one(&sql, [id, user], |row| row.get(0))
}

/// The number of all groups, and the number of groups that an account has made for itself.
pub fn counts(read: &Read, owner: Option<i64>) -> Result<(u64, u64)> {
    read.one("SELECT count(*), coalesce(sum(owner = ?1), 0) FROM groups", [owner], |row| {
        Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, i64>(1)?.unsigned_abs()))
    })
}

/// Members of a group in the order of their names, and the number of all members.
pub fn members(read: &Read, group: &GroupRow, start: u64, limit: u64) -> Result<(Vec<MemberRow>, u64)> {
    let members = read.all(
        "SELECT name, display_name FROM users WHERE ?1 OR id IN (SELECT user FROM group_members WHERE \"group\" = ?2) \
         ORDER BY name LIMIT ?3 OFFSET ?4",
        params![
            group.is_everyone,
            group.id,
            i64::try_from(limit).unwrap_or(i64::MAX),
            i64::try_from(start).unwrap_or(i64::MAX),
        ],
        |row| Ok(MemberRow { name: row.get(0)?, display_name: row.get(1)? }),
    )?;
    Ok((members, group.member_count))
}

/// The ids of all accounts in a group.
pub fn member_ids(read: &Read, group: i64) -> Result<Vec<i64>> {
    read.all(
        "SELECT id FROM users WHERE (SELECT is_everyone FROM groups WHERE id = ?1) \
         OR id IN (SELECT user FROM group_members WHERE \"group\" = ?1) ORDER BY id",
        [group],
        |row| row.get(0),
    )
}

/// Stores a group and returns its id.
pub fn insert(write: &Write, group: &NewGroup) -> Result<i64> {
    write.grants_changed();
    write.run(
        "INSERT INTO groups (name, key, email, owner, is_everyone, created) VALUES (?1, ?2, ?3, ?4, 0, ?5)",
        params![group.name, group.key, group.email, group.owner, write.now()],
    )?;
    Ok(write.last_id())
}

/// Changes the name and the e-mail address of a group.
pub fn update(write: &Write, id: i64, group: &NewGroup) -> Result<()> {
    write.grants_changed();
    write.run(
        "UPDATE groups SET name = ?2, key = ?3, email = ?4 WHERE id = ?1",
        params![id, group.name, group.key, group.email],
    )?;
    Ok(())
}

/// Removes a group, but not the accounts in it.
pub fn delete(write: &Write, id: i64) -> Result<()> {
    write.grants_changed();
    access_lists::group_changes(write, id)?;
    write.run("DELETE FROM groups WHERE id = ?1", [id])?;
    Ok(())
}

/// Adds an account to a group. Returns false if it is a member already.
pub fn add_member(write: &Write, group: i64, user: i64) -> Result<bool> {
    write.grants_changed();
    access_lists::group_changes(write, group)?;
    let sql = "INSERT OR IGNORE INTO group_members (\"group\", user, since) VALUES (?1, ?2, ?3)";
    write.run(sql, params![group, user, write.now()]).map(|rows| rows > 0)
}

/// Removes an account from a group. Returns false if it was not a member.
pub fn remove_member(write: &Write, group: i64, user: i64) -> Result<bool> {
    write.grants_changed();
    access_lists::group_changes(write, group)?;
    let sql = "DELETE FROM group_members WHERE \"group\" = ?1 AND user = ?2";
    write.run(sql, [group, user]).map(|rows| rows > 0)
}

fn group(row: &Row<'_>) -> rusqlite::Result<GroupRow> {
    Ok(GroupRow {
        id: row.get(0)?,
        name: row.get(1)?,
        email: row.get(2)?,
        owner: row.get(3)?,
        is_everyone: row.get(4)?,
        created: row.get(5)?,
        member_count: row.get::<_, i64>(6)?.unsigned_abs(),
    })
}
