//! Brings a database to the schema that this program knows. Migrations are only ever appended.

use super::failed;
use crate::error::{Code, Error, Result};
use rusqlite::Connection;

/// Marks the file as ours, "clet"; `file` and rescue tools can show it.
const APPLICATION_ID: i32 = 0x636c_6574;

/// Every schema change in order; `user_version` counts how many a database has had. Each file says why it came.
const MIGRATIONS: &[&str] = &[include_str!("schema/0001_house.sql")];

/// Applies what is missing, all of it or nothing.
///
/// # Errors
/// The file belongs to another program, or to a newer cloudlet, or a migration failed; the file is then as it was.
pub fn migrate(connection: &mut Connection) -> Result<()> {
    let owner: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0)).map_err(failed)?;
    let version: usize = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(failed)?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(failed)?;
    if owner != APPLICATION_ID && (owner != 0 || version != 0 || tables != 0) {
        return Err(Error::new(Code::Conflict, "this is the database of another program"));
    }
    if version > MIGRATIONS.len() {
        return Err(Error::new(
            Code::Conflict,
            format!(
                "it was written by a newer cloudlet (schema {version}, this one knows {}); start that version, or restore a backup made by this one",
                MIGRATIONS.len()
            ),
        ));
    }
    if version == MIGRATIONS.len() {
        return Ok(());
    }
    let transaction = connection.transaction().map_err(failed)?;
    for migration in &MIGRATIONS[version..] {
        transaction.execute_batch(migration).map_err(failed)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(failed)?;
    transaction.pragma_update(None, "user_version", MIGRATIONS.len()).map_err(failed)?;
    transaction.commit().map_err(failed)
}
