//! The search terms that people have used.

use super::{Read, Write};
use crate::error::Result;
use rusqlite::params;

/// The maximum number of terms per account. Beyond it, the least recently used term is removed.
const TERMS_MAX: i64 = 100;

/// All terms of an account, the most recently used first.
pub fn of_user(read: &Read, user: i64) -> Result<Vec<String>> {
    read.all("SELECT term FROM search_terms WHERE user = ?1 ORDER BY used DESC", [user], |row| row.get(0))
}

/// Adds a term as the most recently used.
pub fn keep(write: &Write, user: i64, term: &str) -> Result<()> {
    write.run(
        "INSERT INTO search_terms (user, term, used) \
         VALUES (?1, ?2, (SELECT coalesce(max(used), 0) + 1 FROM search_terms WHERE user = ?1)) \
         ON CONFLICT (user, term) DO UPDATE SET used = excluded.used",
        params![user, term],
    )?;
    write.run(
        "DELETE FROM search_terms WHERE user = ?1 AND term NOT IN \
         (SELECT term FROM search_terms WHERE user = ?1 ORDER BY used DESC LIMIT ?2)",
        params![user, TERMS_MAX],
    )?;
    Ok(())
}

/// Removes all terms of an account.
pub fn forget(write: &Write, user: i64) -> Result<()> {
    write.run("DELETE FROM search_terms WHERE user = ?1", [user])?;
    Ok(())
}
