//! Profile images of accounts.

use super::{Read, Write};
use crate::error::Result;
use rusqlite::params;

/// An SQL expression that is true if the account of a row of `users` has a profile image.
pub const HAS_ONE: &str = "EXISTS (SELECT 1 FROM profile_images WHERE profile_images.user = users.id)";

/// True if the account has a profile image.
pub fn is_there(read: &Read, user: i64) -> Result<bool> {
    read.one("SELECT EXISTS (SELECT 1 FROM profile_images WHERE user = ?1)", [user], |row| row.get(0))
}

/// The profile image of an account and the time it was set, in seconds since 1970 UTC.
pub fn of_name(read: &Read, name: &str) -> Result<Option<(Vec<u8>, i64)>> {
    read.first(
        "SELECT image, changed FROM profile_images JOIN users ON users.id = user WHERE users.name = ?1",
        [name],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Sets the profile image of an account.
pub fn set(write: &Write, user: i64, image: &[u8]) -> Result<()> {
    write
        .run(
            "INSERT OR REPLACE INTO profile_images (user, image, changed) VALUES (?1, ?2, ?3)",
            params![user, image, write.now()],
        )
        .map(drop)
}

/// Removes the profile image of an account. Returns false if there was none.
pub fn delete(write: &Write, user: i64) -> Result<bool> {
    write.run("DELETE FROM profile_images WHERE user = ?1", [user]).map(|rows| rows > 0)
}
