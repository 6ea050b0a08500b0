//! What the program keeps about itself: small texts under fixed names.

use super::{Read, Write};
use crate::error::Result;

/// The value of a fact, if it was ever set.
pub fn get(read: &Read, name: &str) -> Result<Option<String>> {
    read.first("SELECT value FROM facts WHERE name = ?1", [name], |row| row.get(0))
}

/// The names of the facts that begin with something and have a value.
pub fn names_of(read: &Read, beginning: &str, value: &str) -> Result<Vec<String>> {
    read.all(
        "SELECT name FROM facts WHERE substr(name, 1, length(?1)) = ?1 AND value = ?2",
        [beginning, value],
        |row| row.get(0),
    )
}

/// Sets a fact.
pub fn set(write: &Write, name: &str, value: &str) -> Result<()> {
    write.run(
        "INSERT INTO facts (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [name, value],
    )?;
    Ok(())
}

/// Forgets a fact.
pub fn remove(write: &Write, name: &str) -> Result<()> {
    write.run("DELETE FROM facts WHERE name = ?1", [name])?;
    Ok(())
}

/// Counts a fact up by one, from 0.
pub fn count_up(write: &Write, name: &str) -> Result<()> {
    write.run(
        "INSERT INTO facts (name, value) VALUES (?1, '1') \
         ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)",
        [name],
    )?;
    Ok(())
}
