//! Unfinished uploads, and the byte ranges they have received.

use super::{Read, Write};
use crate::error::Result;
use rusqlite::{Row, params};

/// An unfinished upload.
#[derive(Clone, Debug)]
pub struct UploadRow {
    pub id: String,
    /// The id of the account that began it.
    pub account: i64,
    pub session: String,
    pub path: String,
    /// The announced size, if any.
    pub size_bytes: Option<u64>,
    /// The byte ranges on disk, such as `0-1048576 2097152-3145728`. The ends are exclusive.
    pub received: String,
    pub touched: i64,
}

const COLUMNS: &str = "id, user, session, path, size_bytes, received, touched";

/// All unfinished uploads.
pub fn all(read: &Read) -> Result<Vec<UploadRow>> {
    read.all(&format!("SELECT {COLUMNS} FROM uploads"), [], upload)
}

/// Stores the state of an upload and replaces the one with the same session and path.
pub fn save(write: &Write, upload: &UploadRow) -> Result<()> {
    write.run(
        "INSERT INTO uploads (id, user, session, path, size_bytes, received, created, touched) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7) ON CONFLICT (session, path) DO UPDATE SET id = excluded.id, \
         size_bytes = excluded.size_bytes, received = excluded.received, touched = excluded.touched",
        params![
            upload.id,
            upload.account,
            upload.session,
            upload.path,
            upload.size_bytes,
            upload.received,
            write.now()
        ],
    )?;
    Ok(())
}

/// Changes the path of an upload and replaces an upload that was begun there.
pub fn set_path(write: &Write, id: &str, path: &str) -> Result<()> {
    write.run("UPDATE OR REPLACE uploads SET path = ?2 WHERE id = ?1", [id, path])?;
    Ok(())
}

/// Removes an upload.
pub fn delete(write: &Write, id: &str) -> Result<()> {
    write.run("DELETE FROM uploads WHERE id = ?1", [id])?;
    Ok(())
}

fn upload(row: &Row<'_>) -> rusqlite::Result<UploadRow> {
    Ok(UploadRow {
        id: row.get(0)?,
        account: row.get(1)?,
        session: row.get(2)?,
        path: row.get(3)?,
        size_bytes: row.get(4)?,
        received: row.get(5)?,
        touched: row.get(6)?,
    })
}
