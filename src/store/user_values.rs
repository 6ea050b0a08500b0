//! Small values that clients store for an account.

use super::{Read, Write};
use crate::error::Result;
use rusqlite::params;

/// A value, if it was ever set.
pub fn get(read: &Read, user: i64, key: &str, name: &str) -> Result<Option<String>> {
    let sql = "SELECT value FROM user_values WHERE user = ?1 AND key = ?2 AND name = ?3";
    read.first(sql, params![user, key, name], |row| row.get(0))
}

/// Sets a value.
pub fn set(write: &Write, user: i64, key: &str, name: &str, value: &str) -> Result<()> {
    write.run(
        "INSERT INTO user_values (user, key, name, value) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (user, key, name) DO UPDATE SET value = excluded.value",
        params![user, key, name, value],
    )?;
    Ok(())
}

/// The number of values that an account has.
pub fn count(read: &Read, user: i64) -> Result<u64> {
    let sql = "SELECT count(*) FROM user_values WHERE user = ?1";
    read.one(sql, [user], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
}
