//! The two chains of the audit log. Rows are appended at the new end, removed at the old end, and
//! verified.
//!
//! The hash of a row covers the hash of the previous row in its chain. The table `audit_chains`
//! holds both ends of each chain: the newest row, which the next row continues, and the newest
//! removed row, which the oldest row continues.

use super::audit_row::{AuditRow, STORED_COLUMNS, Stored, stored};
use super::{Read, Write, failed, shares};
use crate::base::ids::hex;
use crate::error::{Code, Error, Result};
use rusqlite::params;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

/// The callers whose calls a chain holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    /// Accounts, and the server itself.
    People,
    /// Callers who are not signed in.
    Strangers,
}

impl Chain {
    pub const ALL: [Chain; 2] = [Chain::People, Chain::Strangers];

    /// The chain to which a row belongs.
    pub fn of(row: &AuditRow) -> Chain {
        if row.who.is_empty() { Chain::Strangers } else { Chain::People }
    }

    /// The SQL condition for the rows of a chain. It is a literal, so that SQLite uses the index of
    /// strangers' rows.
    fn condition(self) -> &'static str {
        match self {
            Chain::People => "chain = 0",
            Chain::Strangers => "chain = 1",
        }
    }
}

/// One end of a chain: the number and the hash of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    pub number: i64,
    pub hash: Vec<u8>,
}

impl fmt::Display for End {
    /// Writes `1234:` and the first half of the hash, short enough to copy by hand.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, hex(&self.hash[..self.hash.len() / 2]))
    }
}

/// A row of `audit_chains`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct State {
    removed_id: i64,
    removed: End,
    newest: End,
    bytes: i64,
    calls: i64,
}

impl State {
    fn rows(&self) -> u64 {
        (self.newest.number - self.removed.number).max(0).unsigned_abs()
    }
}

/// The size of a row without its texts, in bytes.
const ROW_BYTES: usize = 64;
/// The SQL expression for the size of a row. It agrees with `bytes_of`.
const BYTES: &str = "64 + octet_length(who) + octet_length(address) + octet_length(agent) + octet_length(operation) \
     + octet_length(object) + octet_length(outcome) + octet_length(message)";

/// The number of rows in one INSERT statement, if so many wait: each statement also updates the id
/// counter.
const ROWS_TOGETHER: usize = 16;
const VALUES_OF_A_ROW: usize = 13;

static INSERT_ONE: LazyLock<String> = LazyLock::new(|| insertion(1));
static INSERT_MANY: LazyLock<String> = LazyLock::new(|| insertion(ROWS_TOGETHER));

fn insertion(rows: usize) -> String {
    let row = format!("({})", ["?"; VALUES_OF_A_ROW].join(", "));
    format!(
        "INSERT INTO audit (at_ms, who, address, agent, operation, object, outcome, message, duration_us, calls, chain, \
         number, hash) VALUES {}",
        vec![row; rows].join(", ")
    )
}

/// Appends a row to its chain.
pub fn append(write: &Write, row: &AuditRow) -> Result<()> {
    append_all(write, std::slice::from_ref(row))
}

/// Appends rows to their chains.
pub fn append_all(write: &Write, rows: &[AuditRow]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let before = states(write)?;
    let mut states = before.clone();
    let together = rows.chunks_exact(ROWS_TOGETHER);
    let rest = together.remainder();
    together
        .map(|rows| (&*INSERT_MANY, rows))
        .chain(rest.chunks(1).map(|row| (&*INSERT_ONE, row)))
        .try_for_each(|(sql, rows)| {
            #[cfg(test)]
            super::transaction::pass()?;
            insert(write, sql, rows, &mut states).map_err(failed)
        })?;
    for chain in Chain::ALL {
        if states[chain as usize] != before[chain as usize] {
            save(write, chain, &states[chain as usize])?;
        }
    }
    count_downloads(write, rows)
}

/// Counts the downloads by links that these rows report.
fn count_downloads(write: &Write, rows: &[AuditRow]) -> Result<()> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for share in rows.iter().filter_map(|row| row.download_of.as_deref()) {
        *counts.entry(share).or_default() += 1;
    }
    counts.into_iter().try_for_each(|(share, count)| shares::add_downloads(write, share, count))
}

/// Inserts rows at the new ends of their chains.
fn insert(write: &Write, sql: &str, rows: &[AuditRow], states: &mut [State; 2]) -> rusqlite::Result<()> {
    let mut statement = write.read.connection.prepare_cached(sql)?;
    for (row, first) in rows.iter().zip((1..).step_by(VALUES_OF_A_ROW)) {
        let chain = Chain::of(row);
        let state = &mut states[chain as usize];
        let number = state.newest.number + 1;
        state.newest = End { number, hash: chained(&state.newest.hash, row, Some((chain as i64, number))) };
        state.bytes += bytes_of(row);
        state.calls = state.calls.saturating_add(row.calls_signed());
        statement.raw_bind_parameter(first, row.at_milliseconds)?;
        for (text, index) in texts(row).into_iter().zip(first + 1..) {
            statement.raw_bind_parameter(index, text)?;
        }
        let numbers = [row.duration_microseconds, row.calls_signed(), chain as i64, number];
        for (value, index) in numbers.into_iter().zip(first + 8..) {
            statement.raw_bind_parameter(index, value)?;
        }
        statement.raw_bind_parameter(first + 12, state.newest.hash.as_slice())?;
    }
    statement.raw_execute()?;
    Ok(())
}

fn texts(row: &AuditRow) -> [&str; 7] {
    [&row.who, &row.address, &row.agent, &row.operation, &row.object, row.outcome.word(), &row.message]
}

fn bytes_of(row: &AuditRow) -> i64 {
    let bytes = ROW_BYTES + texts(row).into_iter().map(str::len).sum::<usize>();
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

fn states(read: &Read) -> Result<[State; 2]> {
    let sql = "SELECT removed_id, removed_number, removed_hash, newest_number, newest_hash, bytes, calls \
        FROM audit_chains ORDER BY chain";
    let states: Vec<State> = read.all(sql, [], |row| {
        Ok(State {
            removed_id: row.get(0)?,
            removed: End { number: row.get(1)?, hash: row.get(2)? },
            newest: End { number: row.get(3)?, hash: row.get(4)? },
            bytes: row.get(5)?,
            calls: row.get(6)?,
        })
    })?;
    states.try_into().map_err(|_| Error::internal("an end of the audit log is missing in the database"))
}

fn save(write: &Write, chain: Chain, state: &State) -> Result<()> {
    let State { removed_id, removed, newest, bytes, calls } = state;
    write.run(
        "UPDATE audit_chains SET removed_id = ?2, removed_number = ?3, removed_hash = ?4, newest_number = ?5, \
         newest_hash = ?6, bytes = ?7, calls = ?8 WHERE chain = ?1",
        params![
            chain as i64,
            removed_id,
            removed.number,
            removed.hash,
            newest.number,
            newest.hash,
            bytes,
            calls
        ],
    )?;
    Ok(())
}

/// The ids up to which the rows of each chain were removed.
pub(super) fn removed_ids(read: &Read) -> Result<[i64; 2]> {
    Ok(states(read)?.map(|state| state.removed_id))
}

/// The number of all calls so far, including those whose rows were removed.
pub fn calls_ever(read: &Read) -> Result<u64> {
    Ok(states(read)?.iter().map(|state| state.calls.unsigned_abs()).sum())
}

/// The newest row of people. It is also noted outside the database, so that nobody can shorten the
/// log unnoticed.
pub fn newest(read: &Read) -> Result<End> {
    let [people, _] = states(read)?;
    Ok(people.newest)
}

/// The limits of a chain. The oldest rows beyond any of them are removed.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub rows: u64,
    pub bytes: u64,
    /// Rows up to this time (milliseconds, inclusive) are removed.
    pub to: i64,
}

impl Limits {
    /// Limits the time alone.
    pub fn until(to: i64) -> Limits {
        Limits { rows: u64::MAX, bytes: u64::MAX, to }
    }

    /// Limits the number and the size, but not the time.
    pub fn of_size(rows: u64, bytes: u64) -> Limits {
        Limits { rows, bytes, to: i64::MIN }
    }

    fn hold(&self, state: &State) -> bool {
        state.rows() <= self.rows && state.bytes.unsigned_abs() <= self.bytes
    }
}

/// Removes at most `rows_max` rows of a chain that are beyond its limits, and returns their number.
/// Rows are removed only from the old end, so that the chain stays whole: removal stops at the
/// first row within all limits. A smaller number than `rows_max` means that nothing is left to
/// remove.
pub fn trim(write: &Write, chain: Chain, limits: &Limits, rows_max: u32) -> Result<u64> {
    let mut state = states(write)?[chain as usize].clone();
    let begin = state.removed_id;
    if limits.to == i64::MIN && limits.hold(&state) {
        return Ok(0);
    }
    let condition = chain.condition();
    let sql = format!(
        "SELECT id, coalesce(number, id), hash, at_ms, {BYTES} FROM audit WHERE {condition} AND id > ?1 ORDER BY id LIMIT ?2"
    );
    let oldest = write.all(&sql, params![begin, rows_max], |row| {
        let end = End { number: row.get(1)?, hash: row.get(2)? };
        Ok((row.get::<_, i64>(0)?, end, row.get::<_, i64>(3)?, row.get::<_, i64>(4)?))
    })?;
    for (id, end, at, bytes) in oldest {
        if at > limits.to && limits.hold(&state) {
            break;
        }
        (state.removed_id, state.removed) = (id, end);
        state.bytes -= bytes;
    }
    if state.removed_id == begin {
        return Ok(0);
    }
    let sql = format!("DELETE FROM audit WHERE {condition} AND id > ?1 AND id <= ?2");
    let removed = write.run(&sql, [begin, state.removed_id])?;
    save(write, chain, &state)?;
    Ok(removed as u64)
}

/// # Errors
/// `Code::Invalid` for a start (milliseconds) after the oldest row: only the oldest rows can be
/// removed.
pub fn check_no_gap(read: &Read, from: i64) -> Result<()> {
    let oldest = read.first("SELECT at_ms FROM audit ORDER BY id LIMIT 1", [], |row| row.get::<_, i64>(0))?;
    match oldest.is_some_and(|oldest| oldest < from) {
        false => Ok(()),
        true => Err(Error::new(
            Code::Invalid,
            "Only the oldest rows can be removed: a gap inside the log would look like tampering. Leave the start date out.",
        )),
    }
}

/// The result of verifying the chains.
pub struct Verified {
    pub rows: u64,
    pub newest_id: i64,
    /// The id of the first wrong row, or the id that a row missing at the new end would have.
    pub broken_at: Option<i64>,
    /// The newest row of people.
    pub newest: End,
}

/// Recomputes the hashes of both chains, row by row, in bounded memory.
pub fn verify(read: &Read) -> Result<Verified> {
    let ends = states(read)?;
    let mut at: [End; 2] = ends.clone().map(|state| state.removed);
    let newest = ends.map(|state| state.newest);
    let people = |[people, _]: [End; 2]| people;
    let (mut rows, mut newest_id) = (0, 0);
    loop {
        let batch = after(read, newest_id, 1000)?;
        if batch.is_empty() {
            let is_short = at != newest;
            let broken_at = is_short.then_some(newest_id + 1);
            return Ok(Verified { rows, newest_id, broken_at, newest: people(newest) });
        }
        for (stored, link) in batch {
            let end = at
                .get_mut(link.chain)
                .filter(|_| link.chain == Chain::of(&stored.row) as usize || link.number.is_none());
            let next = end.map(|end| {
                let number = end.number + 1;
                let place = link.number.map(|number| (link.chain as i64, number));
                *end = End { number, hash: chained(&end.hash, &stored.row, place) };
                *end == End { number: link.number.unwrap_or(stored.id), hash: link.hash }
            });
            if next != Some(true) {
                return Ok(Verified { rows, newest_id, broken_at: Some(stored.id), newest: people(newest) });
            }
            newest_id = stored.id;
            rows += 1;
        }
    }
}

/// True if the row of people that was once noted as the newest is unchanged. `None` if it has been
/// removed since.
pub fn still_holds(read: &Read, noted: &str) -> Result<Option<bool>> {
    let Some((number, hash)) = noted.split_once(':') else {
        return Err(Error::new(Code::Invalid, "It must look like 1234:abcdef, as in the server's log."));
    };
    let number: i64 =
        number.trim().parse().map_err(|_| Error::new(Code::Invalid, "It does not begin with a number."))?;
    let sql = "SELECT hash FROM audit WHERE chain = 0 AND coalesce(number, id) = ?1";
    let found = read.first(sql, [number], |row| row.get::<_, Vec<u8>>(0))?;
    let is_removed = found.is_none() && states(read)?[Chain::People as usize].removed.number >= number;
    Ok((!is_removed).then(|| found.is_some_and(|found| hex(&found[..found.len() / 2]) == hash.trim())))
}

/// The position of a row in its chain.
struct Link {
    chain: usize,
    /// `None` for rows that are older than the two chains.
    number: Option<i64>,
    hash: Vec<u8>,
}

/// Rows after an id, the oldest first.
fn after(read: &Read, id: i64, limit: u32) -> Result<Vec<(Stored, Link)>> {
    let sql =
        format!("SELECT {STORED_COLUMNS}, chain, number, hash FROM audit WHERE id > ?1 ORDER BY id LIMIT ?2");
    read.all(&sql, params![id, limit], |row| {
        let chain = usize::try_from(row.get::<_, i64>("chain")?).unwrap_or(usize::MAX);
        Ok((stored(row)?, Link { chain, number: row.get("number")?, hash: row.get("hash")? }))
    })
}

/// The hash of a row: SHA-256 over the previous hash and all fields. Each field is preceded by its
/// length, so no two different rows give the same bytes. `place` is the row's chain and number;
/// rows older than the two chains have none.
fn chained(previous: &[u8], row: &AuditRow, place: Option<(i64, i64)>) -> Vec<u8> {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(row.at_milliseconds.to_le_bytes());
    for text in texts(row) {
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.update(row.duration_microseconds.to_le_bytes());
    if let Some((chain, number)) = place {
        for value in [row.calls_signed(), chain, number] {
            hasher.update(value.to_le_bytes());
        }
    }
    hasher.finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::audit_row::Outcome;
    use crate::store::test_store;

    fn row(who: &str, at_milliseconds: i64) -> AuditRow {
        AuditRow {
            at_milliseconds,
            who: who.into(),
            operation: "upload".into(),
            outcome: Outcome::OK,
            ..AuditRow::default()
        }
    }

    /// Adds rows of people and of strangers by turns.
    fn fill(store: &crate::store::Store, times: std::ops::RangeInclusive<i64>) {
        for at in times {
            let who = if at % 2 == 0 { "" } else { "anna" };
            store.write(move |write| append(write, &row(who, at))).unwrap();
        }
    }

    #[test]
    fn the_chains_tell_a_changed_and_a_removed_row() {
        for damage in [
            "UPDATE audit SET who = 'eve' WHERE id = 2",
            "UPDATE audit SET who = 'eve' WHERE id = 3",
            "UPDATE audit SET calls = 1000 WHERE id = 2",
            "UPDATE audit SET chain = 1, who = '' WHERE id = 3",
            "UPDATE audit SET chain = 7 WHERE id = 3",
            "UPDATE audit SET number = NULL WHERE id = 3",
            "DELETE FROM audit WHERE id = 1",
            "DELETE FROM audit WHERE id = 2",
            "DELETE FROM audit WHERE id = 3",
            "DELETE FROM audit WHERE id = 5",
            "DELETE FROM audit WHERE id = 6",
            "DELETE FROM audit WHERE id IN (5, 6)",
            "DELETE FROM audit",
        ] {
            let store = test_store();
            fill(&store, 1..=6);
            let sound = store.read(verify).unwrap();
            assert_eq!((sound.rows, sound.broken_at), (6, None));
            store.write(move |write| write.run(damage, [])).unwrap();
            // A manipulation by somebody who knows that SQLite stores the largest id.
            let turned_back = "UPDATE sqlite_sequence SET seq = (SELECT coalesce(max(id), 0) FROM audit) WHERE name = 'audit'";
            store.write(|write| write.run(turned_back, [])).unwrap();
            assert!(store.read(verify).unwrap().broken_at.is_some(), "{damage}");
        }
    }

    #[test]
    fn a_trimmed_log_still_verifies_and_goes_on() {
        let store = test_store();
        fill(&store, 1..=10);
        let trim = |chain, to, rows_max| {
            store.write(move |write| trim(write, chain, &Limits::until(to), rows_max)).unwrap()
        };
        assert_eq!(trim(Chain::People, 5, 2), 2);
        assert_eq!(trim(Chain::People, 5, 2), 1);
        assert_eq!(trim(Chain::People, 5, 2), 0);
        assert_eq!(trim(Chain::Strangers, 8, 100), 4);
        fill(&store, 11..=12);
        let verified = store.read(verify).unwrap();
        assert_eq!((verified.rows, verified.broken_at), (5, None));
        let count = store.read(|read| read.one("SELECT count(*) FROM audit", [], |row| row.get::<_, i64>(0)));
        assert_eq!(count.unwrap(), 5);
        assert_eq!((trim(Chain::People, 99, 100), trim(Chain::Strangers, 99, 100)), (3, 2));
        fill(&store, 13..=14);
        let verified = store.read(verify).unwrap();
        assert_eq!((verified.rows, verified.broken_at), (2, None));
        assert_eq!(store.read(calls_ever).unwrap(), 14);
    }

    #[test]
    fn rows_and_bytes_are_limited_and_strangers_take_nothing_from_people() {
        let store = test_store();
        fill(&store, 1..=20);
        let trim =
            |chain, limits: Limits| store.write(move |write| trim(write, chain, &limits, 100)).unwrap();
        assert_eq!(trim(Chain::Strangers, Limits::of_size(3, u64::MAX)), 7);
        assert_eq!(trim(Chain::Strangers, Limits::of_size(3, 100)), 2);
        assert_eq!(trim(Chain::Strangers, Limits::of_size(0, 0)), 1);
        assert_eq!(trim(Chain::People, Limits::of_size(10, u64::MAX)), 0);
        assert_eq!(trim(Chain::People, Limits::of_size(9, u64::MAX)), 1);
        let verified = store.read(verify).unwrap();
        assert_eq!((verified.rows, verified.broken_at), (9, None));
        let bytes = |store: &crate::store::Store| store.read(|read| Ok(states(read)?[0].bytes)).unwrap();
        assert_eq!(bytes(&store), 9 * bytes_of(&row("anna", 0)));
    }

    #[test]
    fn a_newest_row_that_was_noted_can_be_asked_for_later() {
        let store = test_store();
        fill(&store, 1..=4);
        let noted = store.read(newest).unwrap().to_string();
        let holds = |noted: &str| store.read(|read| still_holds(read, noted)).unwrap();
        fill(&store, 5..=6);
        assert_eq!(holds(&noted), Some(true));
        assert_eq!(holds(&noted.replace(':', ":00")), Some(false));
        assert_eq!(holds("99:00"), Some(false), "of one that never was, or was removed from the new end");
        store.write(|write| trim(write, Chain::People, &Limits::until(3), 100)).unwrap();
        assert_eq!(holds(&noted), None);
        assert!(store.read(|read| still_holds(read, "nonsense")).is_err());
    }

    #[test]
    fn a_gap_inside_the_log_is_refused() {
        let store = test_store();
        fill(&store, 1..=3);
        assert!(store.read(|read| check_no_gap(read, 2)).is_err());
        store.read(|read| check_no_gap(read, 1)).unwrap();
    }
}
