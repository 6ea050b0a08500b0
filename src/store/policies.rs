//! Policies: their values, and their members.

use super::shares::Member;
use super::{Read, Write};
use crate::error::Result;
use rusqlite::{Row, params};

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRow {
    pub id: i64,
    pub name: String,
    /// True for the one policy that applies to everybody.
    pub is_default: bool,
}

/// The owner of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    Policy(i64),
    /// The value belongs to a single account.
    User(i64),
}

impl Holder {
    fn columns(self) -> (Option<i64>, Option<i64>) {
        match self {
            Holder::Policy(id) => (Some(id), None),
            Holder::User(id) => (None, Some(id)),
        }
    }
}

/// A value of a policy, or of a single account.
#[derive(Clone, Debug)]
pub struct ValueRow {
    pub holder: Holder,
    pub name: String,
    pub value: String,
}

const COLUMNS: &str = "id, name, is_default";

/// All policies by name, the default first.
pub fn all(read: &Read) -> Result<Vec<PolicyRow>> {
    read.all(&format!("SELECT {COLUMNS} FROM policies ORDER BY is_default DESC, key"), [], policy)
}

/// A policy by its id.
pub fn by_id(read: &Read, id: i64) -> Result<Option<PolicyRow>> {
    read.first(&format!("SELECT {COLUMNS} FROM policies WHERE id = ?1"), [id], policy)
}

/// A policy by its name in the form for comparing.
pub fn by_key(read: &Read, key: &str) -> Result<Option<PolicyRow>> {
    read.first(&format!("SELECT {COLUMNS} FROM policies WHERE key = ?1"), [key], policy)
}

/// All values.
pub fn all_values(read: &Read) -> Result<Vec<ValueRow>> {
    read.all("SELECT policy, user, name, value FROM policy_values", [], |row| {
        let holder = match row.get::<_, Option<i64>>(0)? {
            Some(policy) => Holder::Policy(policy),
            None => Holder::User(row.get(1)?),
        };
        Ok(ValueRow { holder, name: row.get(2)?, value: row.get(3)? })
    })
}

/// All members of policies, with the id of the policy.
pub fn all_members(read: &Read) -> Result<Vec<(i64, Member)>> {
    read.all("SELECT policy, user, \"group\" FROM policy_members", [], |row| {
        Ok((row.get(0)?, Member::of_columns(row, 1)?))
    })
}

/// Stores a policy that is not the default, and returns its id.
pub fn insert(write: &Write, name: &str, key: &str) -> Result<i64> {
    write.grants_changed();
    write.run("INSERT INTO policies (name, key, is_default) VALUES (?1, ?2, 0)", [name, key])?;
    Ok(write.last_id())
}

/// Renames a policy.
pub fn rename(write: &Write, id: i64, name: &str, key: &str) -> Result<()> {
    write.grants_changed();
    write.run("UPDATE policies SET name = ?2, key = ?3 WHERE id = ?1", params![id, name, key]).map(drop)
}

/// Makes a policy the default, instead of the previous default.
pub fn set_default(write: &Write, id: i64) -> Result<()> {
    write.grants_changed();
    write.run("UPDATE policies SET is_default = 0 WHERE is_default = 1", [])?;
    write.run("UPDATE policies SET is_default = 1 WHERE id = ?1", [id]).map(drop)
}

/// Removes a policy with its values. Its members are without a policy then.
pub fn delete(write: &Write, id: i64) -> Result<()> {
    write.grants_changed();
    write.run("DELETE FROM policies WHERE id = ?1", [id]).map(drop)
}

/// Sets a value, or removes it.
pub fn set_value(write: &Write, holder: Holder, name: &str, value: Option<&str>) -> Result<()> {
    write.grants_changed();
    let (policy, user) = holder.columns();
    write.run(
        "DELETE FROM policy_values WHERE policy IS ?1 AND user IS ?2 AND name = ?3",
        params![policy, user, name],
    )?;
    let Some(value) = value else { return Ok(()) };
    let sql = "INSERT INTO policy_values (policy, user, name, value) VALUES (?1, ?2, ?3, ?4)";
    write.run(sql, params![policy, user, name, value]).map(drop)
}

/// Removes all values that belong to a single account.
pub fn remove_values_of_user(write: &Write, user: i64) -> Result<()> {
    write.grants_changed();
    write.run("DELETE FROM policy_values WHERE user = ?1", [user]).map(drop)
}

/// Assigns a policy to an account or a group instead of its previous one. `None` leaves it without
/// a policy.
pub fn assign(write: &Write, member: Member, policy: Option<i64>) -> Result<()> {
    write.grants_changed();
    let (user, group) = member.columns();
    write.run("DELETE FROM policy_members WHERE user IS ?1 AND \"group\" IS ?2", params![user, group])?;
    let Some(policy) = policy else { return Ok(()) };
    let sql = "INSERT INTO policy_members (policy, user, \"group\") VALUES (?1, ?2, ?3)";
    write.run(sql, params![policy, user, group]).map(drop)
}

fn policy(row: &Row<'_>) -> rusqlite::Result<PolicyRow> {
    Ok(PolicyRow { id: row.get(0)?, name: row.get(1)?, is_default: row.get(2)? })
}
