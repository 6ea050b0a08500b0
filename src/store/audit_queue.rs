//! The queue of audit rows that wait for the writer.

use super::audit::AuditRow;
use super::audit_chain::Chain;
use super::audit_strangers::Strangers;
use std::time::{Duration, Instant};

/// The maximum number of rows written at once, and of rows that wait.
const BATCH_ROWS: usize = 8192;
const ROWS_MAX: usize = 4 * BATCH_ROWS;
/// The number of rows in the first try after a failure. A few rows may fit on a disk where many do
/// not.
const ROWS_AFTER_FAILURE: usize = 64;
/// The first and the longest pause after a failure. No rows are written during a pause.
const REST_FIRST: Duration = Duration::from_secs(1);
const REST_MAX: Duration = Duration::from_secs(30);
/// Calls of strangers are counted for this time before a row reports their number.
const COUNTED_FOR: Duration = Duration::from_secs(60);

pub struct AuditQueue {
    rows: Vec<AuditRow>,
    /// The number of rows that the writer has taken and not yet confirmed.
    on_their_way: usize,
    /// True if a download by a link waits here to be counted.
    has_downloads: bool,
    flush: Duration,
    /// The time by which the oldest row must be on disk.
    due: Option<Instant>,
    strangers: Strangers,
    /// The time at which counted calls become rows.
    counted_due: Option<Instant>,
    /// The end of the pause after a failure.
    rests_until: Option<Instant>,
    rest: Duration,
    /// The maximum number of rows in one transaction.
    rows_at_once: usize,
}

impl AuditQueue {
    /// `flush` is the longest time that a row waits for others.
    pub fn new(flush: Duration) -> AuditQueue {
        AuditQueue {
            rows: Vec::new(),
            on_their_way: 0,
            has_downloads: false,
            flush,
            due: None,
            strangers: Strangers::default(),
            counted_due: None,
            rests_until: None,
            rest: REST_FIRST,
            rows_at_once: ROWS_MAX,
        }
    }

    /// True if a row can be taken now. A row of a stranger always can: it is counted instead.
    pub fn has_room(&self, row: &AuditRow) -> bool {
        is_limited(row) || !self.is_full()
    }

    fn is_full(&self) -> bool {
        self.rows.len() + self.on_their_way >= ROWS_MAX
    }

    /// Adds a row or counts it. Returns true if the writer must check now whether rows are due.
    pub fn push(&mut self, row: AuditRow) -> bool {
        let row = if is_limited(&row) { self.strangers.take(row, self.is_full()) } else { Some(row) };
        let Some(row) = row else {
            let begins = self.counted_due.is_none();
            self.counted_due.get_or_insert_with(|| Instant::now() + COUNTED_FOR);
            return begins;
        };
        self.has_downloads |= row.download_of.is_some();
        self.rows.push(row);
        if self.due.is_none() {
            self.due = Some(Instant::now() + self.flush);
            return true;
        }
        self.rows.len() == BATCH_ROWS
    }

    /// Makes all rows due now, counted calls included.
    pub fn flush(&mut self) {
        self.rests_until = None;
        self.rows_at_once = ROWS_MAX;
        self.add_counted();
    }

    /// True if downloads by links wait to be counted.
    pub fn has_downloads(&self) -> bool {
        self.has_downloads
    }

    /// True if rows must be written now, without waiting for a change.
    pub fn is_due(&self, now: Instant, is_stopping: bool) -> bool {
        if is_stopping {
            return !self.rows.is_empty() || self.strangers.has_counted();
        }
        let has_come = |time: Option<Instant>| time.is_some_and(|time| time <= now);
        let is_full = self.rows.len() >= BATCH_ROWS;
        !self.rests(now) && (is_full || has_come(self.due) || has_come(self.counted_due))
    }

    /// The next known time at which rows become due.
    pub fn next_due(&self) -> Option<Instant> {
        let next = [self.due, self.counted_due].into_iter().flatten().min();
        next.max(self.rests_until.filter(|_| next.is_some()))
    }

    fn rests(&self, now: Instant) -> bool {
        self.rests_until.is_some_and(|until| now < until)
    }

    /// The rows that go into the next transaction.
    pub fn take(&mut self, now: Instant, is_stopping: bool) -> Vec<AuditRow> {
        if self.rests(now) && !is_stopping {
            return Vec::new();
        }
        if is_stopping || self.counted_due.is_some_and(|due| due <= now) {
            self.add_counted();
        }
        let rows = match self.rows.len() <= self.rows_at_once || is_stopping {
            // Taking the whole vector also frees the memory that it needed in a busy time.
            true => std::mem::take(&mut self.rows),
            false => self.rows.drain(..self.rows_at_once).collect(),
        };
        self.due = (!self.rows.is_empty()).then_some(now);
        self.on_their_way = rows.len();
        rows
    }

    fn add_counted(&mut self) {
        self.counted_due = None;
        self.rows.extend(self.strangers.counted());
    }

    /// The taken rows are written. `is_low` means that disk space is low, so that calls of
    /// strangers are only counted from now on.
    pub fn written(&mut self, is_low: bool) {
        self.on_their_way = 0;
        self.has_downloads = self.rows.iter().any(|row| row.download_of.is_some());
        self.strangers.only_counts = is_low;
        self.rests_until = None;
        self.rest = REST_FIRST;
        self.rows_at_once = (self.rows_at_once * 4).min(ROWS_MAX);
    }

    /// The taken rows could not be written and wait for the next try. Returns the number of lost
    /// rows: rows are lost only if the server is stopping.
    pub fn failed(&mut self, mut rows: Vec<AuditRow>, now: Instant, is_stopping: bool) -> usize {
        self.on_their_way = 0;
        self.strangers.only_counts = true;
        if is_stopping {
            return rows.len();
        }
        rows.append(&mut self.rows);
        self.rows = rows;
        if !self.rows.is_empty() {
            self.due.get_or_insert(now);
        }
        self.rests_until = Some(now + self.rest);
        self.rest = (self.rest * 2).min(REST_MAX);
        self.rows_at_once = ROWS_AFTER_FAILURE;
        0
    }
}

/// True for rows of strangers and of visitors who come by a link, because anybody can make any
/// number of such calls. Rows of changes are not limited here: they are written with the change.
/// Nor are the rows of counted downloads.
fn is_limited(row: &AuditRow) -> bool {
    row.download_of.is_none() && (Chain::of(row) == Chain::Strangers || row.who.starts_with("link:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(who: &str, number: i64) -> AuditRow {
        AuditRow { who: who.into(), at_milliseconds: number, ..AuditRow::default() }
    }

    #[test]
    fn rows_that_could_not_be_written_rest_and_keep_their_order() {
        let mut queue = AuditQueue::new(Duration::ZERO);
        let begin = Instant::now();
        for number in 0..200 {
            queue.push(row("anna", number));
        }
        let mut now = begin + Duration::from_secs(1);
        for rest in [1, 2, 4, 8, 16, 30, 30] {
            assert!(queue.is_due(now, false));
            let rows = queue.take(now, false);
            assert_eq!(queue.failed(rows, now, false), 0);
            assert_eq!(queue.next_due(), Some(now + Duration::from_secs(rest)));
            assert!(!queue.is_due(now + Duration::from_millis(1), false), "it rests");
            assert!(queue.take(now, false).is_empty(), "no change has to take them along meanwhile");
            now += Duration::from_secs(rest);
        }
        let mut seen = Vec::new();
        while queue.is_due(now, false) {
            seen.extend(queue.take(now, false).into_iter().map(|row| row.at_milliseconds));
            queue.written(false);
        }
        assert_eq!(seen, (0..200).collect::<Vec<_>>());
        assert_eq!(queue.next_due(), None);
    }

    #[test]
    fn a_queue_that_is_full_takes_no_row_and_loses_none() {
        let mut queue = AuditQueue::new(Duration::ZERO);
        let now = Instant::now();
        let mut pushed = 0;
        for turn in 0..3 {
            while queue.has_room(&row("anna", 0)) {
                queue.push(row("anna", pushed));
                pushed += 1;
            }
            let later = now + REST_MAX * (turn + 1);
            let rows = queue.take(later, false);
            assert!(!queue.has_room(&row("anna", 0)), "those on their way may come back");
            assert!(queue.has_room(&row("", 0)), "strangers never wait");
            queue.push(row("", 0));
            queue.failed(rows, later, false);
        }
        assert_eq!(pushed as usize, ROWS_MAX);
        queue.flush();
        let people = queue.take(now, true).into_iter().filter(|row| !row.who.is_empty());
        assert_eq!(people.count(), ROWS_MAX);
    }
}
