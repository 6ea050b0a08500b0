//! Pages of the audit log in the order of a field other than time.
//!
//! A field has many rows and few different words, and the index knows which rows of a block have
//! which word. So a first pass counts the matching rows of each word, and a second one picks those
//! of the page. Rows with the same word stay in the order of time, the newest first.

use super::audit::{self, COMPARED_TO_COUNT_MAX, Filter, Page, Search};
use super::audit_block::RowSet;
use super::{Read, audit_index};
use crate::error::Result;
use std::collections::BTreeMap;

/// A field by whose words rows can be sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortField {
    Who,
    Operation,
    Outcome,
    Address,
}

impl SortField {
    /// The name of its column.
    fn column(self) -> &'static str {
        match self {
            SortField::Who => "who",
            SortField::Operation => "operation",
            SortField::Outcome => "outcome",
            SortField::Address => "address",
        }
    }
}

/// The rows of a word that belong to the page.
struct Slot {
    skipped: u64,
    wanted: u64,
    /// The ids, the newest first.
    ids: Vec<i64>,
}

/// One page of the matching rows, sorted by a field. If too many objects have to be compared, it is a
/// page of the newer part of the log, and `Page::is_whole` is false.
pub fn page(
    read: &Read,
    filter: &Filter,
    field: SortField,
    descending: bool,
    start: u64,
    limit: u64,
) -> Result<Page> {
    let column = field.column();
    let mut search = Search::new(read, filter)?;
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut blocks = Vec::new();
    for block in search.blocks().rev() {
        if search.compared() >= COMPARED_TO_COUNT_MAX {
            break;
        }
        for (word, rows) in by_word(&mut search, block, column)? {
            *counts.entry(word).or_default() += rows.count();
        }
        blocks.push(block);
    }
    let is_whole = blocks.len() == search.blocks().count();
    let total = counts.values().sum();
    let mut words: Vec<(String, u64)> = counts.into_iter().collect();
    if descending {
        words.reverse();
    }
    let mut slots = slots(&words, start, limit);
    for block in blocks {
        if slots.values().all(|slot| slot.wanted == 0) {
            break;
        }
        for (word, rows) in by_word(&mut search, block, column)? {
            if let Some(slot) = slots.get_mut(word.as_str()) {
                slot.take(block, &rows);
            }
        }
    }
    let mut page = Page { rows: Vec::new(), total, is_whole };
    for id in words.iter().filter_map(|(word, _)| slots.get(word.as_str())).flat_map(|slot| &slot.ids) {
        page.rows.extend(audit::row(read, *id)?);
    }
    Ok(page)
}

/// The words whose rows are on the page, each with the rows to skip and to take.
fn slots(words: &[(String, u64)], start: u64, limit: u64) -> BTreeMap<&str, Slot> {
    let end = start.saturating_add(limit);
    let (mut slots, mut first) = (BTreeMap::new(), 0);
    for (word, count) in words {
        let last = first + count;
        let (from, to) = (start.max(first), end.min(last));
        if from < to {
            slots.insert(&**word, Slot { skipped: from - first, wanted: to - from, ids: Vec::new() });
        }
        first = last;
    }
    slots
}

impl Slot {
    fn take(&mut self, block: i64, rows: &RowSet) {
        let count = rows.count();
        if self.wanted == 0 || count <= self.skipped {
            self.skipped = self.skipped.saturating_sub(count);
            return;
        }
        for place in rows.places().into_iter().rev() {
            match (self.skipped, self.wanted) {
                (_, 0) => return,
                (0, _) => {
                    self.ids.push(audit_index::first_id(block) + place);
                    self.wanted -= 1;
                }
                _ => self.skipped -= 1,
            }
        }
    }
}

/// The matching rows of a block by their words in a column; rows without a word have the empty one.
fn by_word(search: &mut Search<'_>, block: i64, column: &'static str) -> Result<Vec<(String, RowSet)>> {
    let read = search.read();
    let mut rest = search.matching(block)?;
    let Some(words) = audit_index::words(read, block, column)? else {
        return by_reading(read, block, column, &rest);
    };
    let mut found = Vec::new();
    for (word, mut rows) in words {
        rows.keep(&rest);
        if !rows.is_empty() {
            rest.remove(&rows);
            found.push((word, rows));
        }
    }
    if !rest.is_empty() {
        found.push((String::new(), rest));
    }
    Ok(found)
}

/// As [`by_word`], for a block that is not in the index.
fn by_reading(read: &Read, block: i64, column: &str, rows: &RowSet) -> Result<Vec<(String, RowSet)>> {
    let places = rows.places();
    let (Some(first), Some(last)) = (places.first(), places.last()) else { return Ok(Vec::new()) };
    let block_first = audit_index::first_id(block);
    let mut found: BTreeMap<String, RowSet> = BTreeMap::new();
    let sql = format!("SELECT id, {column} FROM audit WHERE id BETWEEN ?1 AND ?2");
    read.all(&sql, [block_first + first, block_first + last], |row| {
        let place = (row.get::<_, i64>(0)? - block_first).unsigned_abs() as usize;
        found.entry(row.get(1)?).or_insert(RowSet::EMPTY).insert(place);
        Ok(())
    })?;
    found.values_mut().for_each(|of_word| of_word.keep(rows));
    Ok(found.into_iter().filter(|(_, rows)| !rows.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::audit::tests::{filters, index, passes, rows_of_a_household};
    use crate::store::audit_row::{STORED_COLUMNS, Stored, stored};
    use crate::store::{Store, audit_chain, test_store};

    fn word(field: SortField, stored: &Stored) -> String {
        match field {
            SortField::Who => stored.row.who.to_string(),
            SortField::Operation => stored.row.operation.to_string(),
            SortField::Outcome => stored.row.outcome.word().to_owned(),
            SortField::Address => stored.row.address.clone(),
        }
    }

    /// Compares the pages of all filters with the pages that result if every row is sorted.
    fn check_pages(store: &Store) {
        let sql = format!("SELECT {STORED_COLUMNS} FROM audit ORDER BY id DESC");
        let everything = store.read(|read| read.all(&sql, [], stored)).unwrap();
        for filter in filters().into_iter().map(|filter| Filter { oldest_first: false, ..filter }) {
            for field in [SortField::Who, SortField::Operation, SortField::Outcome, SortField::Address] {
                for descending in [false, true] {
                    let mut wanted: Vec<&Stored> =
                        everything.iter().filter(|row| passes(&filter, row)).collect();
                    wanted.sort_by_key(|row| word(field, row));
                    if descending {
                        wanted.sort_by_key(|row| std::cmp::Reverse(word(field, row)));
                    }
                    for (start, limit) in [(0, 20), (1000, 5000), (u64::MAX, 5)] {
                        let found = |read: &Read| page(read, &filter, field, descending, start, limit);
                        let page = store.read(found).unwrap();
                        let ids: Vec<i64> = page.rows.iter().map(|stored| stored.id).collect();
                        let start = usize::try_from(start).unwrap();
                        let expected = wanted.iter().skip(start).take(limit as usize).map(|row| row.id);
                        let what = format!("{filter:?} {field:?} {descending} {start}");
                        assert_eq!(ids, expected.collect::<Vec<_>>(), "{what}");
                        assert_eq!((page.total, page.is_whole), (wanted.len() as u64, true), "{what}");
                    }
                }
            }
        }
    }

    #[test]
    fn pages_are_sorted_with_the_index_as_without() {
        let store = test_store();
        check_pages(&store);
        let rows = rows_of_a_household(9_000);
        store.write(move |tx| audit_chain::append_all(tx, &rows)).unwrap();
        check_pages(&store);
        assert_eq!(index(&store), 2, "the last block is not full yet");
        check_pages(&store);
    }
}
