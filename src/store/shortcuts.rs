//! Shortcuts: names that people give to places.

use super::{Read, Write};
use crate::error::Result;
use rusqlite::params;

/// A shortcut.
#[derive(Clone, Debug)]
pub struct ShortcutRow {
    pub id: i64,
    pub node: i64,
    pub name: String,
    /// A number that the client chooses.
    pub kind: i64,
    pub created: i64,
}

/// Stores a shortcut and returns its id.
pub fn insert(write: &Write, user: i64, node: i64, name: &str, kind: i64) -> Result<i64> {
    write.run(
        "INSERT INTO shortcuts (user, node, name, kind, created) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![user, node, name, kind, write.now()],
    )?;
    Ok(write.last_id())
}

/// The shortcuts of an account, oldest first.
pub fn of_user(read: &Read, user: i64) -> Result<Vec<ShortcutRow>> {
    let sql = "SELECT id, node, name, kind, created FROM shortcuts WHERE user = ?1 ORDER BY id";
    read.all(sql, [user], |row| {
        Ok(ShortcutRow {
            id: row.get(0)?,
            node: row.get(1)?,
            name: row.get(2)?,
            kind: row.get(3)?,
            created: row.get(4)?,
        })
    })
}

/// Removes a shortcut of an account. Returns false if there was none.
pub fn delete(write: &Write, user: i64, id: i64) -> Result<bool> {
    write.run("DELETE FROM shortcuts WHERE user = ?1 AND id = ?2", [user, id]).map(|rows| rows > 0)
}
