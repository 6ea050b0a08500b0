//! The index of the audit log: which rows of a block have a word in a field. Only full blocks are
//! in it, so that the log is written without touching it. `audit` searches.

use super::audit_block::{BLOCK_ROWS, RowSet, Sequences};
use super::audit_chain::{self, Chain};
use super::{Read, Write};
use crate::error::Result;
use rusqlite::params;
use std::collections::BTreeMap;

/// The indexed columns.
const FIELDS: [&str; 5] = ["who", "operation", "outcome", "address", "agent"];

/// A block as it goes into the index.
pub struct FullBlock {
    block: i64,
    first_milliseconds: i64,
    last_milliseconds: i64,
    chains: [RowSet; 2],
    words: BTreeMap<(&'static str, String), RowSet>,
    objects: Sequences,
}

/// The block of an id.
pub fn block_of(id: i64) -> i64 {
    id.div_euclid(BLOCK_ROWS)
}

/// The first id of a block.
pub fn first_id(block: i64) -> i64 {
    block * BLOCK_ROWS
}

/// SQLite finds a minimum or a maximum at an end of the table. For both in one query it would read
/// all rows (<https://www.sqlite.org/optoverview.html>, "MIN/MAX Optimization").
const ENDS: &str =
    "SELECT coalesce((SELECT min(id) FROM audit), 0), coalesce((SELECT max(id) FROM audit), -1)";

/// The ids of the oldest and of the newest row. If there is none, they are 0 and -1.
pub fn ends(read: &Read) -> Result<(i64, i64)> {
    read.one(ENDS, [], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Reads the oldest full block that the index lacks.
pub fn next_full_block(read: &Read) -> Result<Option<FullBlock>> {
    let (oldest, newest) = ends(read)?;
    let indexed = read.one("SELECT max(block) FROM audit_blocks", [], |row| row.get::<_, Option<i64>>(0))?;
    let block = indexed.map_or(block_of(oldest), |indexed| (indexed + 1).max(block_of(oldest)));
    if newest + 1 < first_id(block + 1) {
        return Ok(None);
    }
    let mut full = FullBlock {
        block,
        first_milliseconds: i64::MAX,
        last_milliseconds: i64::MIN,
        chains: [RowSet::EMPTY, RowSet::EMPTY],
        words: BTreeMap::new(),
        objects: Sequences::new(),
    };
    let sql = "SELECT id, at_ms, chain, object, who, operation, outcome, address, agent FROM audit WHERE id BETWEEN ?1 AND ?2";
    read.all(sql, [first_id(block), first_id(block + 1) - 1], |row| full.add(row))?;
    Ok(Some(full))
}

impl FullBlock {
    fn add(&mut self, row: &rusqlite::Row<'_>) -> rusqlite::Result<()> {
        let place = (row.get::<_, i64>(0)? - first_id(self.block)).unsigned_abs() as usize;
        let at = row.get::<_, i64>(1)?;
        self.first_milliseconds = self.first_milliseconds.min(at);
        self.last_milliseconds = self.last_milliseconds.max(at);
        let chain = if row.get::<_, i64>(2)? == Chain::Strangers as i64 { 1 } else { 0 };
        self.chains[chain].insert(place);
        self.objects.add(&row.get::<_, String>(3)?);
        for (field, column) in FIELDS.into_iter().zip(4..) {
            let word: String = row.get(column)?;
            if !word.is_empty() {
                self.words.entry((field, word)).or_insert(RowSet::EMPTY).insert(place);
            }
        }
        Ok(())
    }
}

/// Adds a block to the index.
pub fn add(write: &Write, full: &FullBlock) -> Result<()> {
    let [people, strangers] = &full.chains;
    write.run(
        "INSERT OR REPLACE INTO audit_blocks VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            full.block,
            full.first_milliseconds,
            full.last_milliseconds,
            people.to_bytes(),
            strangers.to_bytes()
        ],
    )?;
    write.run(
        "INSERT OR REPLACE INTO audit_objects VALUES (?1, ?2)",
        params![full.block, full.objects.as_bytes()],
    )?;
    for ((field, word), rows) in &full.words {
        let sql = "INSERT OR REPLACE INTO audit_words VALUES (?1, ?2, ?3, ?4)";
        write.run(sql, params![full.block, field, word, rows.to_bytes()])?;
    }
    Ok(())
}

/// Removes the blocks all of whose rows were removed.
pub fn forget_removed(write: &Write) -> Result<()> {
    let (oldest, newest) = ends(write)?;
    let oldest = if newest < oldest { i64::MAX } else { block_of(oldest) };
    for table in ["audit_blocks", "audit_words", "audit_objects"] {
        write.run(&format!("DELETE FROM {table} WHERE block < ?1"), [oldest])?;
    }
    Ok(())
}

/// An indexed block.
pub struct Block {
    block: i64,
    /// The time of its earliest and of its latest row, in milliseconds.
    pub first_milliseconds: i64,
    pub last_milliseconds: i64,
    /// The rows that are still there.
    pub rows: RowSet,
}

/// The ids up to which each chain was removed.
pub type Removed = [i64; 2];

/// An indexed block; `None` if the index lacks it.
pub fn block(read: &Read, block: i64, removed: &Removed) -> Result<Option<Block>> {
    let sql = "SELECT first_ms, last_ms, people, strangers FROM audit_blocks WHERE block = ?1";
    read.first(sql, [block], |row| {
        let mut rows = RowSet::EMPTY;
        for (removed, column) in removed.iter().zip(2..) {
            let mut chain = RowSet::from_bytes(row.get_ref(column)?.as_blob()?);
            chain.keep(&RowSet::from(removed + 1 - first_id(block)));
            rows.add(&chain);
        }
        Ok(Block { block, first_milliseconds: row.get(0)?, last_milliseconds: row.get(1)?, rows })
    })
}

/// The words of a field in a block, each with its rows, also those that were removed since; `None` if
/// the index lacks the block.
pub fn words(read: &Read, block: i64, field: &'static str) -> Result<Option<Vec<(String, RowSet)>>> {
    let is_indexed = "SELECT 1 FROM audit_blocks WHERE block = ?1";
    if read.first(is_indexed, [block], |_| Ok(()))?.is_none() {
        return Ok(None);
    }
    let sql = "SELECT word, rows FROM audit_words WHERE block = ?1 AND field = ?2";
    let word = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, RowSet::from_bytes(row.get_ref(1)?.as_blob()?)));
    read.all(sql, params![block, field], word).map(Some)
}

/// The ids up to which rows were removed.
pub fn removed(read: &Read) -> Result<Removed> {
    audit_chain::removed_ids(read)
}

impl Block {
    /// Keeps the rows that have a word in a field. An empty word restricts nothing.
    pub fn keep(&mut self, read: &Read, field: &'static str, word: &str) -> Result<()> {
        if word.is_empty() || self.rows.is_empty() {
            return Ok(());
        }
        self.rows.keep(&self.having(read, field, word)?);
        Ok(())
    }

    fn having(&self, read: &Read, field: &'static str, word: &str) -> Result<RowSet> {
        let sql = "SELECT rows FROM audit_words WHERE block = ?1 AND field = ?2 AND word = ?3";
        let rows = read.first(sql, params![self.block, field, word], |row| {
            Ok(RowSet::from_bytes(row.get_ref(0)?.as_blob()?))
        })?;
        Ok(rows.unwrap_or(RowSet::EMPTY))
    }

    /// Leaves out the rows with an outcome whose operation `is_left_out` names.
    pub fn leave_out(
        &mut self,
        read: &Read,
        outcome: &str,
        is_left_out: impl Fn(&str) -> bool,
    ) -> Result<()> {
        let sql = "SELECT word, rows FROM audit_words WHERE block = ?1 AND field = 'operation'";
        let mut left_out = RowSet::EMPTY;
        read.all(sql, [self.block], |row| {
            if is_left_out(row.get_ref(0)?.as_str()?) {
                left_out.add(&RowSet::from_bytes(row.get_ref(1)?.as_blob()?));
            }
            Ok(())
        })?;
        left_out.keep(&self.having(read, "outcome", outcome)?);
        self.rows.remove(&left_out);
        Ok(())
    }

    /// False if no row's object contains a part.
    pub fn may_contain(&self, read: &Read, part: &str) -> Result<bool> {
        let sql = "SELECT sequences FROM audit_objects WHERE block = ?1";
        let found = read
            .first(sql, [self.block], |row| Ok(Sequences::may_contain(row.get_ref(0)?.as_blob()?, part)))?;
        Ok(found.unwrap_or(true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::test_store;

    #[test]
    fn the_ends_of_the_log_are_found_without_reading_it() {
        let plan = format!("EXPLAIN QUERY PLAN {ENDS}");
        let steps = test_store().read(|read| read.all(&plan, [], |row| row.get::<_, String>(3))).unwrap();
        let searches = steps.iter().filter(|step| step.starts_with("SEARCH audit")).count();
        assert!(searches == 2 && !steps.iter().any(|step| step.starts_with("SCAN audit")), "{steps:?}");
    }
}
