//! Alerts that an administrator has dismissed.

use super::{Read, Write};
use crate::error::Result;
use std::collections::HashSet;

/// The ids of the dismissed alerts.
pub fn aside(read: &Read) -> Result<HashSet<String>> {
    Ok(read.all("SELECT id FROM alerts_aside", [], |row| row.get(0))?.into_iter().collect())
}

/// Dismisses an alert.
pub fn put_aside(write: &Write, id: &str) -> Result<()> {
    write.run("INSERT OR IGNORE INTO alerts_aside (id) VALUES (?1)", [id]).map(drop)
}

/// Forgets that an alert was dismissed.
pub fn forget(write: &Write, id: &str) -> Result<()> {
    write.run("DELETE FROM alerts_aside WHERE id = ?1", [id]).map(drop)
}
