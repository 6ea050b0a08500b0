//! Places for which people do not want notifications.

use super::{Read, Write};
use crate::error::Result;

/// Adds a place for an account. Does nothing if the account has it already.
pub fn insert(write: &Write, user: i64, node: i64) -> Result<()> {
    write.run("INSERT OR IGNORE INTO notification_filters (user, node) VALUES (?1, ?2)", [user, node])?;
    Ok(())
}

/// Removes a place for an account.
pub fn delete(write: &Write, user: i64, node: i64) -> Result<()> {
    write.run("DELETE FROM notification_filters WHERE user = ?1 AND node = ?2", [user, node])?;
    Ok(())
}

/// The ids of the entries for which an account does not want notifications.
pub fn of_user(read: &Read, user: i64) -> Result<Vec<i64>> {
    read.all("SELECT node FROM notification_filters WHERE user = ?1", [user], |row| row.get(0))
}

/// True if an account does not want notifications for an entry.
pub fn exists(read: &Read, user: i64, node: i64) -> Result<bool> {
    let sql = "SELECT 1 FROM notification_filters WHERE user = ?1 AND node = ?2";
    read.first(sql, [user, node], |_| Ok(())).map(|row| row.is_some())
}

/// The names of such entries in a folder. The query starts from the account's places, which are
/// few.
pub fn in_folder(read: &Read, user: i64, folder: i64) -> Result<Vec<String>> {
    read.all(
        "SELECT nodes.name FROM notification_filters CROSS JOIN nodes ON nodes.id = node \
         WHERE user = ?1 AND nodes.parent = ?2",
        [user, folder],
        |row| row.get(0),
    )
}
