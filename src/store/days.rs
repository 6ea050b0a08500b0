//! Statistics over time: a row for each day.

use super::{Read, Write};
use crate::error::Result;
use rusqlite::{Row, params};

/// A day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayRow {
    /// `2024-07-19`, in the server's local time.
    pub day: String,
    /// The bytes of all files.
    pub storage_bytes: u64,
    pub files: u64,
    /// The number of accounts that called.
    pub people: u64,
    /// The number of calls of everybody.
    pub calls: u64,
}

const COLUMNS: &str = "day, storage_bytes, files, people, calls";

/// The last days up to this one, in ascending order.
pub fn last(read: &Read, up_to: &str, count: u64) -> Result<Vec<DayRow>> {
    let sql = format!("SELECT {COLUMNS} FROM days WHERE day <= ?1 ORDER BY day DESC LIMIT ?2");
    let mut days = read.all(&sql, params![up_to, number(count)], day)?;
    days.reverse();
    Ok(days)
}

/// Stores a day, unless it is stored already. Removes the oldest days beyond a number, and days
/// after this one, because they were stored while the clock was ahead.
pub fn insert(write: &Write, row: &DayRow, kept_max: u64) -> Result<()> {
    write.run("DELETE FROM days WHERE day > ?1", [&row.day])?;
    write.run(
        "INSERT INTO days (day, storage_bytes, files, people, calls) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        params![row.day, number(row.storage_bytes), number(row.files), number(row.people), number(row.calls)],
    )?;
    let sql = "DELETE FROM days WHERE day NOT IN (SELECT day FROM days ORDER BY day DESC LIMIT ?1)";
    write.run(sql, [number(kept_max)]).map(drop)
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn day(row: &Row<'_>) -> rusqlite::Result<DayRow> {
    let number = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
    Ok(DayRow {
        day: row.get(0)?,
        storage_bytes: number(1)?,
        files: number(2)?,
        people: number(3)?,
        calls: number(4)?,
    })
}
