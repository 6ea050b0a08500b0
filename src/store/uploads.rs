//! Uploads that have not ended: what a resumed one still needs to send.

use super::{Read, Write};
use crate::error::Result;
use rusqlite::{Row, params};

/// An unfinished upload as it is stored.
#[derive(Clone, Debug)]
pub struct UploadRow {
    pub id: String,
    /// The account that began it, by its id.
    pub account: i64,
    pub session: String,
    pub path: String,
    /// As announced, if it was.
    pub size_bytes: Option<u64>,
    /// Byte ranges on disk, `0-1048576 2097152-3145728`, ends exclusive.
    pub received: String,
    pub touched: i64,
}

const COLUMNS: &str = "id, user, session, path, size_bytes, received, touched";

/// Every unfinished upload.
pub fn all(read: &Read) -> Result<Vec<UploadRow>> {
    read.all(&format!("SELECT {COLUMNS} FROM uploads"), [], upload)
}

/// Stores an upload as it now stands; one of the same session and path is replaced.
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

/// Notes that an upload has another path now; one that was begun there is replaced.
pub fn set_path(write: &Write, id: &str, path: &str) -> Result<()> {
    write.run("UPDATE OR REPLACE uploads SET path = ?2 WHERE id = ?1", [id, path])?;
    Ok(())
}

/// Forgets an upload.
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
