//! Values that the program stores about itself: short texts by name.

use super::{Read, Write};
use crate::error::Result;

/// The value of a name; `None` if there is none.
pub fn get(read: &Read, name: &str) -> Result<Option<String>> {
    read.first("SELECT value FROM facts WHERE name = ?1", [name], |row| row.get(0))
}

/// The names with a given beginning and a given value.
pub fn names_of(read: &Read, beginning: &str, value: &str) -> Result<Vec<String>> {
    read.all(
        "SELECT name FROM facts WHERE substr(name, 1, length(?1)) = ?1 AND value = ?2",
        [beginning, value],
        |row| row.get(0),
    )
}

/// Sets a value.
pub fn set(write: &Write, name: &str, value: &str) -> Result<()> {
    write.run(
        "INSERT INTO facts (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [name, value],
    )?;
    Ok(())
}

/// Removes a value.
pub fn remove(write: &Write, name: &str) -> Result<()> {
    write.run("DELETE FROM facts WHERE name = ?1", [name])?;
    Ok(())
}

/// Adds one to a number that starts at 0.
pub fn count_up(write: &Write, name: &str) -> Result<()> {
    write.run(
        "INSERT INTO facts (name, value) VALUES (?1, '1') \
         ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)",
        [name],
    )?;
    Ok(())
}

/// Stores the id of a volume. Members of a volume are stored by this id.
pub fn set_volume(write: &Write, name: &str, id: &str) -> Result<()> {
    write.grants_changed();
    set(write, name, id)
}

/// The name of the value that holds the id of the account whose folders are team folders.
const TEAM_ACCOUNT: &str = "team_account";

/// The id of the account whose folders are team folders, if there is one.
pub fn team_account(read: &Read) -> Result<Option<i64>> {
    Ok(get(read, TEAM_ACCOUNT)?.and_then(|id| id.parse().ok()))
}

/// Sets the account whose folders are team folders.
pub fn set_team_account(write: &Write, id: Option<i64>) -> Result<()> {
    write.grants_changed();
    match id {
        Some(id) => set(write, TEAM_ACCOUNT, &id.to_string()),
        None => remove(write, TEAM_ACCOUNT),
    }
}
