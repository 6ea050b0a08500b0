//! The audit log: one row a call, chained by SHA-256 so that a changed or removed row shows.
//!
//! Rows are only appended, and removed from the old end by `trim`, which keeps the hash to go on from.

use super::{Read, Write, facts, failed};
use crate::error::Result;
use rusqlite::{Row, ToSql, params};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::sync::LazyLock;

/// What happened in one call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditRow {
    pub at_milliseconds: i64,
    /// The account, or empty.
    pub who: String,
    pub address: String,
    pub agent: String,
    pub operation: Cow<'static, str>,
    /// The path or account that the call was about.
    pub object: String,
    /// `ok`, or the code of the failure.
    pub outcome: Cow<'static, str>,
    pub message: Cow<'static, str>,
    pub duration_microseconds: i64,
}

/// A row as it is stored.
pub struct Stored {
    pub id: i64,
    pub row: AuditRow,
    hash: Vec<u8>,
}

/// Which rows to read; empty fields do not restrict. Newest first.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub who: String,
    pub operation: String,
    pub outcome: String,
    pub address: String,
    /// A part of the object.
    pub object: String,
    /// Milliseconds since 1970 UTC, inclusive.
    pub from: Option<i64>,
    pub to: Option<i64>,
    /// Only rows with a larger id.
    pub after_id: i64,
    /// Operations, each between blanks, whose rows are left out where they went well.
    pub left_out: String,
    pub oldest_first: bool,
}

/// The name of the fact that holds the hash of the newest row that a trim removed, with its id.
const PURGED: &str = "audit_purged";

const COLUMNS: &str =
    "id, at_ms, who, address, agent, operation, object, outcome, message, duration_us, hash";
const MATCHES: &str = "(?1 = '' OR who = ?1) AND (?2 = '' OR operation = ?2) AND (?3 = '' OR outcome = ?3) \
     AND (?4 = '' OR address = ?4) AND (?5 = '' OR instr(object, ?5)) AND at_ms BETWEEN ?6 AND ?7 AND id > ?8";

/// Rows that are inserted by one statement where there are so many: each statement also counts on the ids.
const ROWS_TOGETHER: usize = 16;
const VALUES_OF_A_ROW: usize = 10;

static INSERT_ONE: LazyLock<String> = LazyLock::new(|| insertion(1));
static INSERT_MANY: LazyLock<String> = LazyLock::new(|| insertion(ROWS_TOGETHER));

fn insertion(rows: usize) -> String {
    let row = format!("({})", ["?"; VALUES_OF_A_ROW].join(", "));
    format!(
        "INSERT INTO audit (at_ms, who, address, agent, operation, object, outcome, message, duration_us, hash) VALUES {}",
        vec![row; rows].join(", ")
    )
}

/// Appends a row to the chain.
pub fn append(write: &Write, row: &AuditRow) -> Result<()> {
    append_all(write, std::slice::from_ref(row))
}

/// Appends rows to the chain.
pub fn append_all(write: &Write, rows: &[AuditRow]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut hash = last_hash(write)?;
    let together = rows.chunks_exact(ROWS_TOGETHER);
    let rest = together.remainder();
    together
        .map(|rows| (&*INSERT_MANY, rows))
        .chain(rest.chunks(1).map(|row| (&*INSERT_ONE, row)))
        .try_for_each(|(sql, rows)| {
            #[cfg(test)]
            super::pass()?;
            hash = insert(write, sql, rows, std::mem::take(&mut hash)).map_err(failed)?;
            Ok(())
        })
}

/// Inserts rows behind the one of a hash; the hash of the last.
fn insert(write: &Write, sql: &str, rows: &[AuditRow], mut hash: Vec<u8>) -> rusqlite::Result<Vec<u8>> {
    let mut statement = write.read.connection.prepare_cached(sql)?;
    for (row, first) in rows.iter().zip((1..).step_by(VALUES_OF_A_ROW)) {
        hash = chained(&hash, row);
        let texts: [&str; 7] =
            [&row.who, &row.address, &row.agent, &row.operation, &row.object, &row.outcome, &row.message];
        statement.raw_bind_parameter(first, row.at_milliseconds)?;
        for (text, index) in texts.into_iter().zip(first + 1..) {
            statement.raw_bind_parameter(index, text)?;
        }
        statement.raw_bind_parameter(first + 8, row.duration_microseconds)?;
        statement.raw_bind_parameter(first + 9, hash.as_slice())?;
    }
    statement.raw_execute()?;
    Ok(hash)
}

const NOT_LEFT_OUT: &str = "(?9 = '' OR outcome <> 'ok' OR NOT instr(?9, ' ' || operation || ' '))";

/// One page of the rows that match, and how many match in all.
pub fn page(read: &Read, filter: &Filter, start: u64, limit: u64) -> Result<(Vec<Stored>, u64)> {
    let total = if filter.is_open() {
        // Ids have no gaps: nothing needs to be counted.
        read.one("SELECT coalesce(max(id) - min(id) + 1, 0) FROM audit", [], |row| row.get::<_, i64>(0))?
    } else {
        let bounds = filter.bounds(read)?;
        let sql = format!("SELECT count(*) FROM audit WHERE {MATCHES} AND {NOT_LEFT_OUT}");
        read.one(&sql, filter.values(&bounds).as_slice(), |row| row.get::<_, i64>(0))?
    };
    Ok((matching(read, filter, start, limit)?, total.unsigned_abs()))
}

/// The rows that match, from `start` on, at most `limit`.
pub fn matching(read: &Read, filter: &Filter, start: u64, limit: u64) -> Result<Vec<Stored>> {
    let bounds = filter.bounds(read)?;
    let order = if filter.oldest_first { "ASC" } else { "DESC" };
    let sql = format!(
        "SELECT {COLUMNS} FROM audit WHERE {MATCHES} AND {NOT_LEFT_OUT} ORDER BY id {order} LIMIT ?10 OFFSET ?11"
    );
    let [limit, start] = [limit, start].map(|number| i64::try_from(number).unwrap_or(i64::MAX));
    let mut values = filter.values(&bounds);
    values.extend([&limit as &dyn ToSql, &start]);
    read.all(&sql, values.as_slice(), stored)
}

/// What happened in one stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallCounts {
    pub calls: u64,
    /// Without a session, or without the right.
    pub refused: u64,
    /// By the server's fault.
    pub failed: u64,
}

/// Counts of calls from a time on (milliseconds), in so many stretches of this length.
pub fn counts(
    read: &Read,
    from: i64,
    stretch_milliseconds: i64,
    stretches: usize,
) -> Result<Vec<CallCounts>> {
    let rows = read.all(
        "SELECT (at_ms - ?2) / ?3, count(*), sum(outcome IN ('unauthenticated', 'forbidden')), sum(outcome = 'failed') \
         FROM audit WHERE id > ?1 AND at_ms >= ?2 GROUP BY 1",
        params![id_before(read, from)?, from, stretch_milliseconds],
        |row| {
            let number = |index| row.get::<_, i64>(index).map(i64::unsigned_abs);
            Ok((row.get::<_, i64>(0)?, CallCounts { calls: number(1)?, refused: number(2)?, failed: number(3)? }))
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

/// An id before which no row lies at this time (milliseconds) or later. Found by halving: ids grow with time, and an index
/// of times would cost a write for every call. Where the clock was set back, rows may be left out.
fn id_before(read: &Read, time: i64) -> Result<i64> {
    let (mut low, mut high) =
        read.one("SELECT coalesce(min(id), 1) - 1, coalesce(max(id), 0) FROM audit", [], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        })?;
    while low < high {
        let middle = low + (high - low + 1) / 2;
        let at = read.first("SELECT at_ms FROM audit WHERE id = ?1", [middle], |row| row.get::<_, i64>(0))?;
        if at.is_some_and(|at| at < time) { low = middle } else { high = middle - 1 }
    }
    Ok(low)
}

/// The rows after an id, oldest first: for exports and checks of any length in bounded memory.
pub fn after(read: &Read, id: i64, limit: u32) -> Result<Vec<Stored>> {
    read.all(
        &format!("SELECT {COLUMNS} FROM audit WHERE id > ?1 ORDER BY id LIMIT ?2"),
        params![id, limit],
        stored,
    )
}

/// The time (milliseconds) of the newest row that is too many when only so many are kept.
pub fn time_before_newest(read: &Read, kept: u32) -> Result<Option<i64>> {
    let sql = "SELECT at_ms FROM audit WHERE id <= (SELECT max(id) FROM audit) - ?1 ORDER BY id DESC LIMIT 1";
    read.first(sql, [kept], |row| row.get(0))
}

/// Removes the oldest rows up to a time (milliseconds, inclusive); how many. Only a prefix of the log can go, so that
/// the chain stays whole.
pub fn trim(write: &Write, from: Option<i64>, to: i64) -> Result<u64> {
    let last = write.first(
        "SELECT id, hash FROM audit WHERE id < coalesce((SELECT min(id) FROM audit WHERE at_ms > ?1), \
         9223372036854775807) ORDER BY id DESC LIMIT 1",
        [to],
        |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)),
    )?;
    let Some((last_id, hash)) = last else { return Ok(0) };
    let oldest =
        write.first("SELECT at_ms FROM audit ORDER BY id LIMIT 1", [], |row| row.get::<_, i64>(0))?;
    if let (Some(from), Some(oldest)) = (from, oldest) {
        if oldest < from {
            return Err(crate::error::Error::new(
                crate::error::Code::Invalid,
                "Only the oldest rows can be removed: a gap inside the log would look like tampering. Leave the start date out.",
            ));
        }
    }
    let removed = write.run("DELETE FROM audit WHERE id <= ?1", [last_id])?;
    facts::set(write, PURGED, &format!("{last_id} {}", crate::base::ids::hex(&hash)))?;
    Ok(removed as u64)
}

/// What a check of the chain found.
pub struct Verified {
    pub rows: u64,
    pub newest_id: i64,
    /// The id of the first row that does not fit, if any.
    pub broken_at: Option<i64>,
}

/// Recomputes the whole chain.
pub fn verify(read: &Read) -> Result<Verified> {
    let (mut previous_id, mut hash) = purged(read)?;
    let mut rows = 0;
    loop {
        let batch = after(read, previous_id, 1000)?;
        if batch.is_empty() {
            let removed_at_end = rows_ever(read)? > previous_id;
            return Ok(Verified {
                rows,
                newest_id: previous_id,
                broken_at: removed_at_end.then_some(previous_id + 1),
            });
        }
        for stored in batch {
            hash = chained(&hash, &stored.row);
            if hash != stored.hash || stored.id != previous_id + 1 {
                return Ok(Verified { rows, newest_id: previous_id, broken_at: Some(stored.id) });
            }
            previous_id = stored.id;
            rows += 1;
        }
    }
}

/// The largest id that was ever given to a row; SQLite keeps it apart from the table.
pub fn rows_ever(read: &Read) -> Result<i64> {
    let id = read.first("SELECT seq FROM sqlite_sequence WHERE name = 'audit'", [], |row| row.get(0))?;
    Ok(id.unwrap_or(0))
}

fn last_hash(read: &Read) -> Result<Vec<u8>> {
    match read.first("SELECT hash FROM audit ORDER BY id DESC LIMIT 1", [], |row| row.get(0))? {
        Some(hash) => Ok(hash),
        None => Ok(purged(read)?.1),
    }
}

/// The id and hash that the oldest row follows: of the newest row that was trimmed, or the beginning.
fn purged(read: &Read) -> Result<(i64, Vec<u8>)> {
    let Some(mark) = facts::get(read, PURGED)? else { return Ok((0, Vec::new())) };
    let parsed = mark.split_once(' ').and_then(|(id, hash)| Some((id.parse().ok()?, unhex(hash)?)));
    parsed.ok_or_else(|| crate::error::Error::internal("the purge mark of the audit log cannot be read"))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

/// The hash of a row: SHA-256 over the hash before it and every field, each with its length before it, so that no two
/// different rows read the same.
fn chained(previous: &[u8], row: &AuditRow) -> Vec<u8> {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(row.at_milliseconds.to_le_bytes());
    for text in [&*row.who, &row.address, &row.agent, &row.operation, &row.object, &row.outcome, &row.message]
    {
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.update(row.duration_microseconds.to_le_bytes());
    hasher.finalize().to_vec()
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        id: row.get(0)?,
        row: AuditRow {
            at_milliseconds: row.get(1)?,
            who: row.get(2)?,
            address: row.get(3)?,
            agent: row.get(4)?,
            operation: row.get::<_, String>(5)?.into(),
            object: row.get(6)?,
            outcome: row.get::<_, String>(7)?.into(),
            message: row.get::<_, String>(8)?.into(),
            duration_microseconds: row.get(9)?,
        },
        hash: row.get(10)?,
    })
}

impl Filter {
    /// Whether it lets every row pass.
    fn is_open(&self) -> bool {
        let texts = [&self.who, &self.operation, &self.outcome, &self.address, &self.object, &self.left_out];
        texts.into_iter().all(String::is_empty)
            && self.from.is_none()
            && self.to.is_none()
            && self.after_id == 0
    }

    /// The earliest and the latest time, and the id after which rows can match. Ids grow with time: rows before the first
    /// that can need not be looked at.
    fn bounds(&self, read: &Read) -> Result<[i64; 3]> {
        let by_time = self.from.map_or(Ok(0), |from| id_before(read, from))?;
        Ok([self.from.unwrap_or(i64::MIN), self.to.unwrap_or(i64::MAX), self.after_id.max(by_time)])
    }

    /// What `MATCHES` and `NOT_LEFT_OUT` are bound to, in their order.
    fn values<'a>(&'a self, bounds: &'a [i64; 3]) -> Vec<&'a dyn ToSql> {
        let mut values: Vec<&dyn ToSql> =
            vec![&self.who, &self.operation, &self.outcome, &self.address, &self.object];
        values.extend(bounds.iter().map(|bound| bound as &dyn ToSql));
        values.push(&self.left_out);
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::test_store;

    fn row(operation: &'static str, at_milliseconds: i64) -> AuditRow {
        AuditRow { at_milliseconds, operation: operation.into(), outcome: "ok".into(), ..AuditRow::default() }
    }

    #[test]
    fn the_chain_tells_a_changed_and_a_removed_row() {
        for damage in [
            "UPDATE audit SET who = 'eve' WHERE id = 2",
            "DELETE FROM audit WHERE id = 2",
            "DELETE FROM audit WHERE id = 1",
            "DELETE FROM audit WHERE id = 4",
        ] {
            let store = test_store();
            for at in 1..=4 {
                store.record_audit(row("upload", at));
            }
            store.flush_audit().unwrap();
            let sound = store.read(verify).unwrap();
            assert_eq!((sound.rows, sound.broken_at), (4, None));
            store.write(move |write| write.run(damage, [])).unwrap();
            assert!(store.read(verify).unwrap().broken_at.is_some(), "{damage}");
        }
    }

    #[test]
    fn a_trimmed_log_still_verifies_and_goes_on() {
        let store = test_store();
        for at in 1..=10 {
            store.record_audit(row("upload", at));
        }
        assert_eq!(store.write(|write| trim(write, None, 4)).unwrap(), 4);
        store.record_audit(row("downloadfile", 11));
        store.flush_audit().unwrap();
        let verified = store.read(verify).unwrap();
        assert_eq!((verified.rows, verified.broken_at), (7, None));
        assert_eq!(store.write(|write| trim(write, None, 99)).unwrap(), 7);
        store.record_audit(row("downloadfile", 12));
        store.flush_audit().unwrap();
        assert_eq!(store.read(verify).unwrap().broken_at, None);
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
        assert_eq!(store.read(|read| page(read, &filter, 0, 10)).unwrap().1, 3);
    }

    #[test]
    fn a_gap_inside_the_log_is_refused() {
        let store = test_store();
        for at in 1..=3 {
            store.record_audit(row("upload", at));
        }
        assert!(store.write(|write| trim(write, Some(2), 3)).is_err());
    }
}
