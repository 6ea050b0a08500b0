//! What an administrator has put aside of what needs a look.

use super::{Read, Write};
use crate::error::Result;
use std::collections::HashSet;

/// The ids of what was put aside.
pub fn aside(read: &Read) -> Result<HashSet<String>> {
    Ok(read.all("SELECT id FROM alerts_aside", [], |row| row.get(0))?.into_iter().collect())
}

/// Puts something aside.
pub fn put_aside(write: &Write, id: &str) -> Result<()> {
    write.run("INSERT OR IGNORE INTO alerts_aside (id) VALUES (?1)", [id]).map(drop)
}

/// Forgets that something was put aside.
pub fn forget(write: &Write, id: &str) -> Result<()> {
    write.run("DELETE FROM alerts_aside WHERE id = ?1", [id]).map(drop)
}
