//! The words of small text files: which files are to be read, and which contain what is searched for.

use super::names::{COLUMNS, Named, run};
use super::{Read, Write, meta};
use crate::error::Result;
use rusqlite::params;
use std::collections::HashSet;

/// While there is this fact the schema's triggers note files to be read. Its value: the id up to which the files that were
/// there before are noted.
const ENLISTED: &str = "search_text";

/// Up to which id the files that were there before are noted; `None` while texts are not searched.
pub fn enlisted(read: &Read) -> Result<Option<i64>> {
    Ok(meta::get(read, ENLISTED)?.map(|id| id.parse().unwrap_or(0)))
}

/// Notes files to be read among so many entries after an id; whether there are more.
pub fn enlist(write: &Write, after: i64, count: i64, bytes_max: u64) -> Result<bool> {
    let last: Option<i64> = write.one(
        "SELECT max(id) FROM (SELECT id FROM nodes WHERE id > ?1 ORDER BY id LIMIT ?2)",
        [after, count],
        |row| row.get(0),
    )?;
    let Some(last) = last else {
        meta::set(write, ENLISTED, &i64::MAX.to_string())?;
        return Ok(false);
    };
    write.run(
        "INSERT INTO texts_due (node) SELECT id FROM nodes WHERE id > ?1 AND id <= ?2 AND is_folder = 0 AND parent > 0 \
         AND missing_since IS NULL AND size_bytes BETWEEN 1 AND ?3 ON CONFLICT DO NOTHING",
        params![after, last, bytes_max],
    )?;
    meta::set(write, ENLISTED, &last.to_string())?;
    Ok(true)
}

/// Forgets all texts and notes no more.
pub fn forget_all(write: &Write) -> Result<()> {
    meta::remove(write, ENLISTED)?;
    write.run("DELETE FROM texts_due", [])?;
    write.run("INSERT INTO texts (texts) VALUES ('delete-all')", []).map(drop)
}

/// Files to be read.
pub fn due(read: &Read, count: usize) -> Result<Vec<i64>> {
    read.all("SELECT node FROM texts_due ORDER BY node LIMIT ?1", [count], |row| row.get(0))
}

/// Notes that a file is to be read.
pub fn set_due(write: &Write, node: i64) -> Result<()> {
    write.run("INSERT INTO texts_due (node) VALUES (?1) ON CONFLICT DO NOTHING", [node]).map(drop)
}

/// Keeps the words of a file that has been read; `None` for one that is no text.
pub fn set(write: &Write, node: i64, words: Option<&HashSet<String>>) -> Result<()> {
    write.run("DELETE FROM texts WHERE rowid = ?1", [node])?;
    if let Some(words) = words {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        write.run("INSERT INTO texts (rowid, words) VALUES (?1, ?2)", params![node, words.join(" ")])?;
    }
    write.run("DELETE FROM texts_due WHERE node = ?1", [node]).map(drop)
}

/// Hands files to a closure that have, for each of these words, one that begins with it, until it wants no more; whether it
/// had all of them.
pub fn visit(
    read: &Read,
    words: &[String],
    mut each: impl FnMut(&Named<'_>) -> Result<bool>,
) -> Result<bool> {
    // Words are letters and digits, so nothing in them is syntax.
    let question = words.iter().map(|word| format!("\"{word}\"*")).collect::<Vec<_>>().join(" AND ");
    let sql = format!(
        "SELECT {COLUMNS} FROM texts JOIN nodes ON nodes.id = texts.rowid \
         WHERE texts MATCH ?1 AND missing_since IS NULL AND parent > 0"
    );
    run(read, &sql, [question], &mut each)
}
