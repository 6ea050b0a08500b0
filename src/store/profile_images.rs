//! The pictures of accounts.

use super::{Read, Write};
use crate::error::Result;
use rusqlite::params;

/// Whether the account of a row of `users` has one, as a column.
pub const HAS_ONE: &str = "EXISTS (SELECT 1 FROM profile_images WHERE profile_images.user = users.id)";

/// Whether an account has one.
pub fn is_there(read: &Read, user: i64) -> Result<bool> {
    read.one("SELECT EXISTS (SELECT 1 FROM profile_images WHERE user = ?1)", [user], |row| row.get(0))
}

/// The picture of an account and when it was set, in seconds since 1970 UTC.
pub fn of_name(read: &Read, name: &str) -> Result<Option<(Vec<u8>, i64)>> {
    read.first(
        "SELECT image, changed FROM profile_images JOIN users ON users.id = user WHERE users.name = ?1",
        [name],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Sets the picture of an account.
pub fn set(write: &Write, user: i64, image: &[u8]) -> Result<()> {
    write
        .run(
            "INSERT OR REPLACE INTO profile_images (user, image, changed) VALUES (?1, ?2, ?3)",
            params![user, image, write.now()],
        )
        .map(drop)
}

/// Removes the picture of an account; false where there is none.
pub fn delete(write: &Write, user: i64) -> Result<bool> {
    write.run("DELETE FROM profile_images WHERE user = ?1", [user]).map(|rows| rows > 0)
}
