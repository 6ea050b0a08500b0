//! Comments on entries of the index.

use super::profile_images::HAS_ONE;
use super::{Read, Write};
use crate::error::Result;
use rusqlite::{Row, params};

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentRow {
    pub id: i64,
    /// The account that wrote it.
    pub author: i64,
    pub author_name: String,
    pub author_has_image: bool,
    pub text: String,
    pub created: i64,
}

const COLUMNS: &str = "comments.id, author, users.name, text, comments.created";
const TABLES: &str = "comments JOIN users ON users.id = author";

/// The comments on an entry, oldest first.
pub fn of_node(read: &Read, node: i64) -> Result<Vec<CommentRow>> {
    read.all(
        &format!("SELECT {COLUMNS}, {HAS_ONE} FROM {TABLES} WHERE node = ?1 ORDER BY comments.id"),
        [node],
        comment,
    )
}

/// A comment on an entry.
pub fn by_id(read: &Read, node: i64, id: i64) -> Result<Option<CommentRow>> {
    read.first(
        &format!("SELECT {COLUMNS}, {HAS_ONE} FROM {TABLES} WHERE node = ?1 AND comments.id = ?2"),
        [node, id],
        comment,
    )
}

/// The number of comments on an entry.
pub fn count(read: &Read, node: i64) -> Result<u64> {
    let count = read.first("SELECT comments FROM nodes WHERE id = ?1", [node], |row| row.get::<_, i64>(0))?;
    Ok(count.unwrap_or(0).unsigned_abs())
}

/// The number of comments that an account has written, and their bytes.
pub fn held_by(read: &Read, author: i64) -> Result<(u64, u64)> {
    let sql = "SELECT count(*), coalesce(sum(length(CAST(text AS BLOB))), 0) FROM comments WHERE author = ?1";
    read.one(sql, [author], |row| {
        let number = |index| row.get::<_, i64>(index).map(i64::unsigned_abs);
        Ok((number(0)?, number(1)?))
    })
}

/// The names of the entries of a folder that have comments.
pub fn in_folder(read: &Read, folder: i64) -> Result<Vec<String>> {
    read.all("SELECT name FROM nodes WHERE parent = ?1 AND comments > 0", [folder], |row| row.get(0))
}

/// Stores a comment and returns its id.
pub fn insert(write: &Write, node: i64, author: i64, text: &str) -> Result<i64> {
    write.run(
        "INSERT INTO comments (node, author, text, created) VALUES (?1, ?2, ?3, ?4)",
        params![node, author, text, write.now()],
    )?;
    Ok(write.last_id())
}

/// Changes the text of a comment.
pub fn set_text(write: &Write, id: i64, text: &str) -> Result<()> {
    write.run("UPDATE comments SET text = ?2, changed = ?3 WHERE id = ?1", params![id, text, write.now()])?;
    Ok(())
}

/// Removes a comment.
pub fn delete(write: &Write, id: i64) -> Result<()> {
    write.run("DELETE FROM comments WHERE id = ?1", [id])?;
    Ok(())
}

fn comment(row: &Row<'_>) -> rusqlite::Result<CommentRow> {
    Ok(CommentRow {
        id: row.get(0)?,
        author: row.get(1)?,
        author_name: row.get(2)?,
        text: row.get(3)?,
        created: row.get(4)?,
        author_has_image: row.get(5)?,
    })
}
