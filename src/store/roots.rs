//! Roots by name, and names of roots.

use super::{Read, Write};
use crate::base::path::EXTERNAL;
use crate::base::root::Root;
use crate::error::Result;
use rusqlite::ToSql;
use rusqlite::params;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};

/// The character between the name of a removed account and its id. No account may have it in its
/// name.
pub const FORMER: char = '#';

/// The root with a name, as `CloudPath::root_name` writes it: an account's name, `EXTERNAL/<name>`
/// for a further volume, or `<name>#<id>` for a removed account. A name that no account has now
/// means the last account that had it.
pub fn by_name(read: &Read, name: &str) -> Result<Root> {
    if let Some(volume) = name.strip_prefix(EXTERNAL).and_then(|rest| rest.strip_prefix('/')) {
        return Ok(Root::Volume(volume.to_owned()));
    }
    let sql = "SELECT id FROM (SELECT id, 0 AS place, 0 AS removed FROM users WHERE name = ?1 \
               UNION ALL SELECT id, 1, removed FROM former_accounts WHERE name || '#' || id = ?1 \
               UNION ALL SELECT id, 2, removed FROM former_accounts WHERE name = ?1) \
               ORDER BY place, removed DESC LIMIT 1";
    Ok(read.first(sql, [name], |row| row.get(0))?.map_or(Root::NOBODY, Root::Account))
}

/// The name by which [`by_name`] finds a root.
pub fn name_of(read: &Read, root: &Root) -> Result<String> {
    let Root::Account(id) = root else { return Ok(root.to_string()) };
    let sql = "SELECT name FROM users WHERE id = ?1 UNION ALL SELECT name || '#' || id FROM former_accounts WHERE id = ?1";
    Ok(read.first(sql, [id], |row| row.get(0))?.unwrap_or_else(|| format!("{FORMER}{id}")))
}

/// The names of removed accounts.
pub fn former_names(read: &Read) -> Result<Vec<String>> {
    read.all("SELECT DISTINCT name FROM former_accounts", [], |row| row.get(0))
}

/// Notes the name of an account that is about to be removed, so that its remaining files can be
/// found.
pub fn account_leaves(write: &Write, id: i64) -> Result<()> {
    let sql = "INSERT INTO former_accounts (id, name, removed) SELECT id, name, ?2 FROM users WHERE id = ?1";
    write.run(sql, params![id, write.now()]).map(drop)
}

impl ToSql for Root {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.to_string()))
    }
}

impl FromSql for Root {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Root> {
        value.as_str()?.parse().map_err(|()| FromSqlError::InvalidType)
    }
}
