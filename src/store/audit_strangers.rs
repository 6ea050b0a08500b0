//! Limits the audit rows of strangers. Anybody can make a million calls without signing in, so each
//! address gets only a few rows a minute. Further calls are counted, and one row reports their
//! number.

use super::audit::AuditRow;
use super::audit_row::Outcome;
use crate::base::digits::grouped;
use crate::base::limits::strangers::{
    AGENT_BYTES_MAX, COUNTED_MAX, OBJECT_BYTES_MAX, ROWS_OF_A_MINUTE_MAX, ROWS_OF_AN_ADDRESS_MAX,
};
use crate::base::network::neighbourhood;
use crate::base::time::plain_text;
use std::collections::HashMap;

const MINUTE_MILLISECONDS: i64 = 60_000;
/// The text of a field whose values differ among the counted calls.
const SEVERAL: &str = "(several)";

/// The calls of strangers in the current minute.
#[derive(Default)]
pub struct Strangers {
    minute: i64,
    /// The number of rows in this minute, by the caller's network.
    rows: HashMap<String, u32>,
    rows_of_all: u32,
    counted: HashMap<Key, Counted>,
    /// Writes no rows and counts all calls.
    pub only_counts: bool,
}

/// The key of calls that are counted together: they have the same network, link and outcome.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    place: String,
    /// The link by which the calls came; empty without one.
    who: String,
    outcome: Outcome,
}

struct Counted {
    /// The first of these calls.
    row: AuditRow,
    calls: u64,
    last_milliseconds: i64,
}

impl Strangers {
    /// Returns the row, shortened, if it is to be written; otherwise counts it. If the queue is
    /// full, every row is counted.
    pub fn take(&mut self, row: AuditRow, is_full: bool) -> Option<AuditRow> {
        let minute = row.at_milliseconds.div_euclid(MINUTE_MILLISECONDS);
        if minute != self.minute {
            self.minute = minute;
            self.rows.clear();
            self.rows_of_all = 0;
        }
        let place = neighbourhood(&row.address);
        let is_known = self.rows.contains_key(&place) || self.rows.len() < COUNTED_MAX;
        let has_room = !is_full && !self.only_counts && self.rows_of_all < ROWS_OF_A_MINUTE_MAX;
        if has_room && is_known {
            let rows = self.rows.entry(place.clone()).or_default();
            if *rows < ROWS_OF_AN_ADDRESS_MAX {
                *rows += 1;
                self.rows_of_all += 1;
                return Some(shortened(row));
            }
        }
        self.count(place, row);
        None
    }

    /// True if calls are counted and not yet written.
    pub fn has_counted(&self) -> bool {
        !self.counted.is_empty()
    }

    /// Returns the rows that report the counted calls, and starts to count anew.
    pub fn counted(&mut self) -> Vec<AuditRow> {
        let mut rows: Vec<AuditRow> = self.counted.drain().map(|(_, counted)| counted.into_row()).collect();
        rows.sort_by_key(|row| row.at_milliseconds);
        rows
    }

    fn count(&mut self, place: String, row: AuditRow) {
        let key = Key { place, who: row.who.clone(), outcome: row.outcome.clone() };
        let has_room = self.counted.contains_key(&key) || self.counted.len() < COUNTED_MAX;
        let key = if has_room {
            key
        } else {
            Key { place: SEVERAL.into(), who: String::new(), outcome: Outcome::SEVERAL }
        };
        if let Some(counted) = self.counted.get_mut(&key) {
            counted.calls += 1;
            counted.last_milliseconds = row.at_milliseconds;
            if counted.row.operation != row.operation {
                counted.row.operation = SEVERAL.into();
            }
            return;
        }
        let last_milliseconds = row.at_milliseconds;
        let row = AuditRow {
            address: key.place.clone(),
            who: key.who.clone(),
            outcome: key.outcome.clone(),
            agent: String::new(),
            object: String::new(),
            duration_microseconds: 0,
            ..row
        };
        self.counted.insert(key, Counted { row, calls: 1, last_milliseconds });
    }
}

impl Counted {
    fn into_row(self) -> AuditRow {
        let until = plain_text(self.last_milliseconds.div_euclid(1000));
        let message = format!("and {} more until {until}", grouped(self.calls));
        AuditRow { message: message.into(), calls: self.calls, ..self.row }
    }
}

fn shortened(mut row: AuditRow) -> AuditRow {
    row.object = beginning(&row.object, OBJECT_BYTES_MAX);
    row.agent = beginning(&row.agent, AGENT_BYTES_MAX);
    row.message = beginning(&row.message, OBJECT_BYTES_MAX).into();
    row
}

/// The beginning of a text, followed by `...` if it was cut.
fn beginning(text: &str, bytes_max: usize) -> String {
    if text.len() <= bytes_max {
        return text.to_owned();
    }
    let end = (0..=bytes_max).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    format!("{}...", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(address: &str, at_milliseconds: i64, outcome: &'static str) -> AuditRow {
        AuditRow {
            at_milliseconds,
            address: address.into(),
            operation: "getfilelist".into(),
            object: "/".to_owned() + &"\u{e4}".repeat(1000),
            outcome: Outcome::from_word(outcome).unwrap(),
            ..AuditRow::default()
        }
    }

    #[test]
    fn a_few_rows_are_written_and_the_others_counted() {
        let mut strangers = Strangers::default();
        let written: Vec<AuditRow> =
            (0..1832).filter_map(|at| strangers.take(row("192.0.2.1", at, "forbidden"), false)).collect();
        assert_eq!(written.len(), ROWS_OF_AN_ADDRESS_MAX as usize);
        assert!(written.iter().all(|row| row.object.len() <= OBJECT_BYTES_MAX + 3), "{written:?}");
        // Another address, and the same address in the next minute, have rows of their own.
        assert!(strangers.take(row("192.0.2.2", 5, "forbidden"), false).is_some());
        assert!(strangers.take(row("192.0.2.1", 60_000, "forbidden"), false).is_some());
        let counted = strangers.counted();
        assert_eq!(counted.len(), 1);
        assert_eq!(counted[0].message, "and 1,812 more until 1970-01-01 00:00:01");
        assert_eq!((counted[0].calls, &*counted[0].operation), (1812, "getfilelist"));
        assert!(!strangers.has_counted());
    }

    #[test]
    fn many_addresses_are_no_way_around_it() {
        let mut strangers = Strangers::default();
        let mut written = 0;
        for number in 0..100_000 {
            // Addresses within one household's network, and addresses all over the world.
            let near = format!("2001:db8::{:x}:{:x}", number >> 16, number & 0xffff);
            let far = format!("{}.{}.{}.7", number % 200 + 1, number / 200 % 250, number % 7);
            for address in [near, far] {
                written += u32::from(strangers.take(row(&address, 1, "unauthenticated"), false).is_some());
            }
        }
        assert!(written <= ROWS_OF_A_MINUTE_MAX, "{written}");
        let counted = strangers.counted();
        assert!(counted.len() <= COUNTED_MAX + 1, "{}", counted.len());
        assert!(counted.iter().any(|row| row.address == "2001:db8::/64"));
        assert_eq!(counted.iter().map(|row| row.calls).sum::<u64>() + u64::from(written), 200_000);
    }

    #[test]
    fn without_room_on_the_disk_everything_is_counted() {
        let mut strangers = Strangers { only_counts: true, ..Strangers::default() };
        assert!(strangers.take(row("192.0.2.1", 1, "forbidden"), false).is_none());
        assert_eq!(strangers.counted()[0].calls, 1);
    }
}
