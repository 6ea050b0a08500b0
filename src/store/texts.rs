//! The words of small text files: the files that wait to be read, and the files that contain given
//! words.

use super::names::{COLUMNS, Named, run};
use super::{Read, Write, meta};
use crate::error::Result;
use rusqlite::params;
use std::collections::HashSet;

/// The name of a value in `meta`. While it is set, the schema's triggers note new files to be read.
/// The value is an id: older files up to it have been noted.
const ENLISTED: &str = "search_text";

/// The id up to which older files have been noted. `None` if the search in texts is turned off.
pub fn enlisted(read: &Read) -> Result<Option<i64>> {
    Ok(meta::get(read, ENLISTED)?.map(|id| id.parse().unwrap_or(0)))
}

/// Notes the files to be read among the next `count` entries after an id. Returns true if there are
/// more entries.
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

/// Removes all texts and turns the noting of files off.
pub fn forget_all(write: &Write) -> Result<()> {
    meta::remove(write, ENLISTED)?;
    write.run("DELETE FROM texts_due", [])?;
    write.run("INSERT INTO texts (texts) VALUES ('delete-all')", []).map(drop)
}

/// Files to be read.
pub fn due(read: &Read, after: i64, count: usize) -> Result<Vec<i64>> {
    let sql = "SELECT node FROM texts_due WHERE node > ?1 ORDER BY node LIMIT ?2";
    read.all(sql, [after, count as i64], |row| row.get(0))
}

/// Notes that a file is to be read.
pub fn set_due(write: &Write, node: i64) -> Result<()> {
    write.run("INSERT INTO texts_due (node) VALUES (?1) ON CONFLICT DO NOTHING", [node]).map(drop)
}

/// Stores the words of a file. `None` for a file that is not text.
pub fn set(write: &Write, node: i64, words: Option<&HashSet<String>>) -> Result<()> {
    write.run("DELETE FROM texts WHERE rowid = ?1", [node])?;
    if let Some(words) = words {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        write.run("INSERT INTO texts (rowid, words) VALUES (?1, ?2)", params![node, words.join(" ")])?;
    }
    write.run("DELETE FROM texts_due WHERE node = ?1", [node]).map(drop)
}

/// Passes files to a closure: those that have, for each given word, a word that begins with it.
/// Stops when the closure returns false. Returns true if all files were passed.
pub fn visit(
    read: &Read,
    words: &[String],
    mut each: impl FnMut(&Named<'_>) -> Result<bool>,
) -> Result<bool> {
    // Words consist of letters and digits, so no character is syntax.
    let question = words.iter().map(|word| format!("\"{word}\"*")).collect::<Vec<_>>().join(" AND ");
    let sql = format!(
        "SELECT {COLUMNS} FROM texts JOIN nodes ON nodes.id = texts.rowid \
         WHERE texts MATCH ?1 AND missing_since IS NULL AND parent > 0"
    );
    run(read, &sql, [question], &mut each)
}
