//! The queries that read the audit log. `audit_chain` appends, removes and verifies rows.

use super::audit_block::RowSet;
pub use super::audit_row::{AuditRow, Outcome, Stored};
use super::audit_row::{STORED_COLUMNS, stored};
use super::{Read, audit_index};
use crate::error::Result;
use rusqlite::params;

/// A filter of rows. Empty fields do not restrict. The newest rows come first.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub who: String,
    pub operation: String,
    pub outcome: Outcome,
    pub address: String,
    pub agent: String,
    /// Part of the object.
    pub object: String,
    /// Milliseconds since 1970 UTC, inclusive.
    pub from: Option<i64>,
    pub to: Option<i64>,
    /// Only rows with a larger id.
    pub after_id: i64,
    /// Operations, each between blanks, whose successful rows are left out.
    pub left_out: String,
    pub oldest_first: bool,
}

/// The rows that match in a range of ids.
const MATCHING: &str = "SELECT id FROM audit WHERE id BETWEEN ?1 AND ?2 AND at_ms BETWEEN ?3 AND ?4 \
    AND (?5 = '' OR who = ?5) AND (?6 = '' OR operation = ?6) AND (?7 = '' OR outcome = ?7) \
    AND (?8 = '' OR address = ?8) AND (?9 = '' OR instr(object, ?9)) \
    AND (?10 = '' OR outcome <> ?11 OR NOT instr(?10, ' ' || operation || ' ')) \
    AND (?12 = '' OR agent = ?12)";

/// The maximum number of rows whose objects are compared after the page is found, to count the
/// other matching rows.
pub(super) const COMPARED_TO_COUNT_MAX: u64 = 100_000;

/// One page of the matching rows.
pub struct Page {
    pub rows: Vec<Stored>,
    /// The number of all matching rows.
    pub total: u64,
    /// False if `total` counts only a part of the log, because too many objects would have to be
    /// compared to count further. It is the newer part or, with `oldest_first`, the older one.
    pub is_whole: bool,
}

/// One page of the matching rows, and the number of all matching rows.
pub fn page(read: &Read, filter: &Filter, start: u64, limit: u64) -> Result<Page> {
    Search::new(read, filter)?.page(start, limit, true)
}

/// At most `limit` matching rows.
pub fn matching(read: &Read, filter: &Filter, limit: u64) -> Result<Vec<Stored>> {
    Ok(Search::new(read, filter)?.page(0, limit, false)?.rows)
}

/// A search, block by block. The index answers for the blocks that it has; the rows of the other
/// blocks are read.
pub(super) struct Search<'a> {
    read: &'a Read,
    filter: &'a Filter,
    removed: audit_index::Removed,
    /// The range of ids in which rows can match.
    first: i64,
    last: i64,
    /// The number of rows whose objects were compared so far.
    compared: u64,
}

impl<'a> Search<'a> {
    pub(super) fn new(read: &'a Read, filter: &'a Filter) -> Result<Search<'a>> {
        let (oldest, newest) = audit_index::ends(read)?;
        let first = oldest.max(filter.after_id.saturating_add(1));
        let removed = audit_index::removed(read)?;
        Ok(Search { read, filter, removed, first, last: newest, compared: 0 })
    }

    pub(super) fn read(&self) -> &'a Read {
        self.read
    }

    /// The blocks in which rows can match, in ascending order.
    pub(super) fn blocks(&self) -> std::ops::Range<i64> {
        match self.first <= self.last {
            true => audit_index::block_of(self.first)..audit_index::block_of(self.last) + 1,
            false => 0..0,
        }
    }

    /// The number of rows whose objects were compared so far.
    pub(super) fn compared(&self) -> u64 {
        self.compared
    }

    fn page(mut self, start: u64, limit: u64, counts: bool) -> Result<Page> {
        let mut page = Page { rows: Vec::new(), total: 0, is_whole: true };
        let blocks = self.blocks();
        let mut next: Box<dyn Iterator<Item = i64>> =
            if self.filter.oldest_first { Box::new(blocks) } else { Box::new(blocks.rev()) };
        let mut compared_for_page = 0;
        loop {
            let is_filled = page.rows.len() as u64 >= limit;
            page.is_whole = !is_filled || self.compared - compared_for_page < COMPARED_TO_COUNT_MAX;
            if is_filled && !(counts && page.is_whole) {
                break;
            }
            let Some(block) = next.next() else { break };
            let rows = self.matching(block)?;
            if !is_filled {
                self.add(&mut page, block, &rows, start, limit)?;
                compared_for_page = self.compared;
            }
            page.total += rows.count();
        }
        Ok(page)
    }

    /// Adds those rows of a block to a page that belong to the page.
    fn add(&self, page: &mut Page, block: i64, rows: &RowSet, start: u64, limit: u64) -> Result<()> {
        let mut places = rows.places();
        if !self.filter.oldest_first {
            places.reverse();
        }
        let passed_over = usize::try_from(start.saturating_sub(page.total)).unwrap_or(usize::MAX);
        let wanted = usize::try_from(limit - page.rows.len() as u64).unwrap_or(usize::MAX);
        for place in places.into_iter().skip(passed_over).take(wanted) {
            page.rows.extend(row(self.read, audit_index::first_id(block) + place)?);
        }
        Ok(())
    }

    /// The matching rows of a block.
    pub(super) fn matching(&mut self, block: i64) -> Result<RowSet> {
        let filter = self.filter;
        let Some(mut indexed) = audit_index::block(self.read, block, &self.removed)? else {
            return self.compare(block, &RowSet::from(0));
        };
        let (from, to) = (filter.from.unwrap_or(i64::MIN), filter.to.unwrap_or(i64::MAX));
        if indexed.last_milliseconds < from || indexed.first_milliseconds > to {
            return Ok(RowSet::EMPTY);
        }
        indexed.rows.keep(&RowSet::from(self.first - audit_index::first_id(block)));
        indexed.keep(self.read, "who", &filter.who)?;
        indexed.keep(self.read, "operation", &filter.operation)?;
        indexed.keep(self.read, "outcome", filter.outcome.word())?;
        indexed.keep(self.read, "address", &filter.address)?;
        indexed.keep(self.read, "agent", &filter.agent)?;
        if !filter.left_out.is_empty() && !indexed.rows.is_empty() {
            let is_left_out = |operation: &str| filter.left_out.contains(&format!(" {operation} "));
            indexed.leave_out(self.read, Outcome::OK.word(), is_left_out)?;
        }
        let is_within = indexed.first_milliseconds >= from && indexed.last_milliseconds <= to;
        if indexed.rows.is_empty() || (is_within && filter.object.is_empty()) {
            return Ok(indexed.rows);
        }
        if !filter.object.is_empty() && !indexed.may_contain(self.read, &filter.object)? {
            return Ok(RowSet::EMPTY);
        }
        self.compare(block, &indexed.rows)
    }

    /// The matching rows of a block among candidates, by reading the rows themselves.
    fn compare(&mut self, block: i64, candidates: &RowSet) -> Result<RowSet> {
        let Filter { who, operation, outcome, address, agent, object, from, to, left_out, .. } = self.filter;
        let block_first = audit_index::first_id(block);
        let places = candidates.places();
        let (Some(first), Some(last)) = (places.first(), places.last()) else { return Ok(RowSet::EMPTY) };
        let mut found = RowSet::EMPTY;
        let values = params![
            (block_first + first).max(self.first),
            (block_first + last).min(self.last),
            from.unwrap_or(i64::MIN),
            to.unwrap_or(i64::MAX),
            who,
            operation,
            outcome,
            address,
            object,
            left_out,
            Outcome::OK,
            agent
        ];
        self.read.all(MATCHING, values, |row| {
            found.insert((row.get::<_, i64>(0)? - block_first).unsigned_abs() as usize);
            Ok(())
        })?;
        if !object.is_empty() {
            self.compared += (last - first + 1).unsigned_abs();
        }
        Ok(found)
    }
}

/// The row with an id.
pub(super) fn row(read: &Read, id: i64) -> Result<Option<Stored>> {
    read.first(&format!("SELECT {STORED_COLUMNS} FROM audit WHERE id = ?1"), [id], stored)
}

/// The numbers of calls in one period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallCounts {
    pub calls: u64,
    /// Calls without a session or without the right.
    pub refused: u64,
    /// Calls that failed because of the server.
    pub failed: u64,
}

/// The numbers of calls in consecutive periods of the given length, from a time on (milliseconds).
pub fn counts(
    read: &Read,
    from: i64,
    stretch_milliseconds: i64,
    stretches: usize,
) -> Result<Vec<CallCounts>> {
    let rows = read.all(
        "SELECT (at_ms - ?2) / ?3, sum(calls), sum(iif(outcome IN (?4, ?5), calls, 0)), \
         sum(iif(outcome = ?6, calls, 0)) FROM audit WHERE id > ?1 AND at_ms >= ?2 GROUP BY 1",
        params![
            id_before(read, from)?,
            from,
            stretch_milliseconds,
            Outcome::UNAUTHENTICATED,
            Outcome::FORBIDDEN,
            Outcome::FAILED
        ],
        |row| {
            let number = |index| row.get::<_, i64>(index).map(i64::unsigned_abs);
            Ok((
                row.get::<_, i64>(0)?,
                CallCounts { calls: number(1)?, refused: number(2)?, failed: number(3)? },
            ))
        },
    )?;
    let mut counts = vec![CallCounts::default(); stretches];
    for (stretch, count) in rows {
        if let Some(place) = usize::try_from(stretch).ok().and_then(|stretch| counts.get_mut(stretch)) {
            *place = count;
        }
    }
    Ok(counts)
}

/// The number of calls, and of accounts that called, from a time up to another one (milliseconds).
pub fn calls_and_people(read: &Read, from: i64, to: i64) -> Result<(u64, u64)> {
    let sql = "SELECT coalesce(sum(calls), 0), count(DISTINCT iif(who IN (SELECT name FROM users), who, NULL)) \
               FROM audit WHERE id > ?1 AND at_ms >= ?2 AND at_ms < ?3";
    read.one(sql, [id_before(read, from)?, from, to], |row| {
        let number = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
        Ok((number(0)?, number(1)?))
    })
}

/// An id such that all rows before it are older than a time (milliseconds). It is found by binary
/// search: ids grow with time, and an index of times would cost one write per call. If the clock
/// was set back, newer rows may lie before the id.
fn id_before(read: &Read, time: i64) -> Result<i64> {
    let (oldest, newest) = audit_index::ends(read)?;
    let (mut low, mut high) = (oldest - 1, newest);
    while low < high {
        let middle = low + (high - low + 1) / 2;
        // Ids have gaps, because rows of strangers are removed separately.
        let sql = "SELECT at_ms FROM audit WHERE id <= ?1 ORDER BY id DESC LIMIT 1";
        let at = read.first(sql, [middle], |row| row.get::<_, i64>(0))?;
        if at.is_some_and(|at| at < time) { low = middle } else { high = middle - 1 }
    }
    Ok(low)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::store::audit_chain::{self, Chain};
    use crate::store::test_store;

    fn row(operation: &'static str, at_milliseconds: i64) -> AuditRow {
        let who = "anna".into();
        AuditRow {
            at_milliseconds,
            who,
            operation: operation.into(),
            outcome: Outcome::OK,
            ..AuditRow::default()
        }
    }

    #[test]
    fn times_are_found_by_halving() {
        let store = test_store();
        for at in 1..=100 {
            store.record_audit(row(if at % 10 == 0 { "upload" } else { "getfilelist" }, at * 10));
        }
        store.flush_audit().unwrap();
        for (time, before) in [(0, 0), (10, 0), (11, 1), (500, 49), (1000, 99), (1001, 100)] {
            assert_eq!(store.read(|read| id_before(read, time)).unwrap(), before, "{time}");
        }
        let counted = store.read(|read| counts(read, 501, 250, 2)).unwrap();
        assert_eq!(counted.iter().map(|count| count.calls).collect::<Vec<_>>(), [25, 25]);
        let filter =
            Filter { from: Some(501), operation: "upload".into(), after_id: 70, ..Filter::default() };
        assert_eq!(store.read(|read| page(read, &filter, 0, 10)).unwrap().total, 3);
    }

    /// Rows of two people and of strangers, some of which began long before they ended.
    pub(in crate::store) fn rows_of_a_household(count: i64) -> Vec<AuditRow> {
        const OPERATIONS: [&str; 4] = ["getfilelist", "upload", "downloadfile", "deletefile"];
        let mut seed = 7_u64;
        let mut below = move |end: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % end
        };
        (0..count)
            .map(|number| AuditRow {
                at_milliseconds: number * 10 - if below(50) == 0 { 20_000 } else { 0 },
                who: ["anna", "anna", "bob", ""][below(4) as usize].into(),
                address: format!("192.0.2.{}", below(3)),
                agent: format!("Phone {}", below(40)),
                operation: OPERATIONS[below(4) as usize].into(),
                object: format!("/anna/{}/tax {}.pdf", number / 3000, below(5)),
                outcome: if below(9) == 0 { Outcome::FORBIDDEN } else { Outcome::OK },
                ..AuditRow::default()
            })
            .collect()
    }

    pub(in crate::store) fn filters() -> Vec<Filter> {
        let all = Filter::default();
        vec![
            all.clone(),
            Filter { who: "bob".into(), operation: "deletefile".into(), ..all.clone() },
            Filter { agent: "Phone 17".into(), who: "anna".into(), ..all.clone() },
            Filter { who: "nobody".into(), ..all.clone() },
            Filter { outcome: Outcome::FORBIDDEN, address: "192.0.2.1".into(), ..all.clone() },
            Filter { from: Some(35_000), to: Some(97_777), who: "anna".into(), ..all.clone() },
            Filter { to: Some(10), ..all.clone() },
            Filter { from: Some(i64::MAX), ..all.clone() },
            Filter { object: "/2/tax 3".into(), oldest_first: true, ..all.clone() },
            Filter { object: "no such".into(), ..all.clone() },
            Filter { object: "/".into(), after_id: 5000, ..all.clone() },
            Filter { left_out: " getfilelist downloadfile ".into(), oldest_first: true, ..all.clone() },
            Filter { after_id: 8190, operation: "upload".into(), ..all },
        ]
    }

    pub(in crate::store) fn passes(filter: &Filter, stored: &Stored) -> bool {
        let row = &stored.row;
        let same = |wanted: &str, is: &str| wanted.is_empty() || wanted == is;
        same(&filter.who, &row.who)
            && same(&filter.operation, &row.operation)
            && same(filter.outcome.word(), row.outcome.word())
            && same(&filter.address, &row.address)
            && same(&filter.agent, &row.agent)
            && row.object.contains(&filter.object)
            && (filter.from.unwrap_or(i64::MIN)..=filter.to.unwrap_or(i64::MAX))
                .contains(&row.at_milliseconds)
            && stored.id > filter.after_id
            && !(row.outcome == Outcome::OK && filter.left_out.contains(&format!(" {} ", row.operation)))
    }

    /// Compares the results of all filters with those of reading every row.
    fn check_searches(store: &crate::store::Store) {
        let sql = format!("SELECT {STORED_COLUMNS} FROM audit ORDER BY id DESC");
        let everything = store.read(|read| read.all(&sql, [], stored)).unwrap();
        for filter in filters() {
            let mut wanted: Vec<i64> =
                everything.iter().filter(|row| passes(&filter, row)).map(|row| row.id).collect();
            if filter.oldest_first {
                wanted.reverse();
            }
            for (start, limit) in [(0, 20), (1000, 10_000), (0, 0), (u64::MAX, 5), (4095, 3)] {
                let page = store.read(|read| page(read, &filter, start, limit)).unwrap();
                let ids: Vec<i64> = page.rows.iter().map(|stored| stored.id).collect();
                let expected = wanted.iter().skip(usize::try_from(start).unwrap()).take(limit as usize);
                assert_eq!(ids, expected.copied().collect::<Vec<_>>(), "{filter:?} {start} {limit}");
                assert_eq!((page.total, page.is_whole), (wanted.len() as u64, true), "{filter:?} {start}");
            }
        }
    }

    pub(in crate::store) fn index(store: &crate::store::Store) -> u32 {
        store.write(audit_index::forget_removed).unwrap();
        let mut blocks = 0;
        while let Some(full) = store.read(audit_index::next_full_block).unwrap() {
            store.write(move |tx| audit_index::add(tx, &full)).unwrap();
            blocks += 1;
        }
        blocks
    }

    #[test]
    fn the_index_finds_what_looking_at_each_row_finds() {
        let store = test_store();
        check_searches(&store);
        let rows = rows_of_a_household(14_000);
        store.write(move |tx| audit_chain::append_all(tx, &rows)).unwrap();
        check_searches(&store);
        assert_eq!(index(&store), 3, "the last block is not full yet");
        check_searches(&store);
        let trim = |chain, to| {
            let limits = audit_chain::Limits::until(to);
            store.write(move |tx| audit_chain::trim(tx, chain, &limits, 1_000_000)).unwrap()
        };
        assert!(trim(Chain::Strangers, 60_000) > 0);
        check_searches(&store);
        assert!(trim(Chain::People, 25_000) > 0);
        check_searches(&store);
        assert!(trim(Chain::People, 70_000) > 0, "whole blocks");
        check_searches(&store);
        assert_eq!(index(&store), 0);
        let blocks =
            store.read(|read| read.one("SELECT min(block) FROM audit_words", [], |row| row.get::<_, i64>(0)));
        assert_eq!(blocks.unwrap(), 1, "blocks without rows are forgotten");
        check_searches(&store);
        trim(Chain::People, i64::MAX);
        trim(Chain::Strangers, i64::MAX);
        check_searches(&store);
        index(&store);
        check_searches(&store);
    }

    #[test]
    fn counting_ends_where_too_many_objects_would_be_compared() {
        let store = test_store();
        let rows = (0..150_000)
            .map(|at| AuditRow { object: "/anna/a.txt".into(), ..row("upload", at) })
            .collect::<Vec<_>>();
        store.write(move |tx| audit_chain::append_all(tx, &rows)).unwrap();
        index(&store);
        let filter = Filter { object: "a.txt".into(), ..Filter::default() };
        let first = store.read(|read| page(read, &filter, 0, 10)).unwrap();
        assert!(!first.is_whole && (100_000..150_000).contains(&first.total), "{}", first.total);
        let last = store.read(|read| page(read, &filter, 149_995, 10)).unwrap();
        assert_eq!((last.rows.len(), last.total, last.is_whole), (5, 150_000, true));
        let other = Filter { object: "/bert/b.txt".into(), ..filter };
        assert_eq!(store.read(|read| page(read, &other, 0, 10)).unwrap().total, 0);
    }
}
