//! Values of built-in metadata as the search finds them. They are in tables of their own: what a
//! photo says about itself, and who modified a file when.

use super::Read;
use crate::base::period::Period;
use crate::error::Result;

/// The ids of the sets, as the migration has made them.
pub const IMAGE: i64 = -1;
pub const LIFE_CYCLE: i64 = -2;

/// Queries for the ids of the entries with a value that a folded word names: the text of the camera,
/// a number, a place, a date, or an account. `?1` is the word. With `only`, the queries are about
/// the entry `?2`.
///
/// A year alone finds photos, but not the files that were modified in it: too many would have
/// nothing to do with the year that somebody looks for.
pub(super) fn queries(read: &Read, sets: &[i64], word: &str, only: bool) -> Result<Vec<String>> {
    let period = Period::read(word);
    let mut queries = Vec::new();
    if sets.contains(&IMAGE) {
        let is_entry = if only { " AND node = ?2" } else { "" };
        let mut of_photos = |condition: &str| {
            queries.push(format!("SELECT node FROM photos WHERE is_video = 0{is_entry} AND {condition}"));
        };
        of_photos("instr(lower(camera), ?1)");
        if word.parse::<u32>().is_ok() {
            of_photos("(width = CAST(?1 AS INTEGER) OR height = CAST(?1 AS INTEGER))");
        }
        if word.contains('.') && word.parse::<f64>().is_ok() {
            of_photos(
                "(substr(CAST(latitude AS TEXT), 1, length(?1)) = ?1 OR substr(CAST(longitude AS TEXT), 1, length(?1)) = ?1)",
            );
        }
        if let Some(taken) = period.and_then(|period| period.wall_seconds()) {
            // The time in a file's name is not the photo's own word.
            of_photos(&format!("source = 1 AND taken >= {} AND taken < {}", taken.start, taken.end));
        }
    }
    if sets.contains(&LIFE_CYCLE) {
        let is_entry = if only { " AND id = ?2" } else { "" };
        if is_account(read, word)? {
            queries.push(format!("SELECT id FROM nodes WHERE is_folder = 0{is_entry} AND modified_by = ?1"));
        }
        let modified = period.filter(|period| !period.is_year()).and_then(|period| period.local_seconds());
        if let Some(modified) = modified {
            queries.push(format!(
                "SELECT id FROM nodes WHERE modified_ns >= {}000000000 AND modified_ns < {}000000000{is_entry}",
                modified.start, modified.end
            ));
        }
    }
    Ok(queries)
}

fn is_account(read: &Read, word: &str) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM users WHERE name = ?1) \
         OR EXISTS (SELECT 1 FROM former_accounts WHERE name = ?1)";
    read.one(sql, [word], |row| row.get(0))
}
