//! A row of the audit log. Each call has a row of its own, except that many calls of strangers may
//! share one.

use rusqlite::Row;
use std::borrow::Cow;

/// One call, or several calls of strangers that were counted together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    pub at_milliseconds: i64,
    /// The name of the account. Empty for strangers.
    pub who: String,
    pub address: String,
    pub agent: String,
    pub operation: Cow<'static, str>,
    /// The path or account that the call concerns.
    pub object: String,
    /// `ok`, or the error code.
    pub outcome: Cow<'static, str>,
    pub message: Cow<'static, str>,
    pub duration_microseconds: i64,
    /// The number of calls that the row stands for.
    pub calls: u64,
}

impl Default for AuditRow {
    fn default() -> AuditRow {
        AuditRow {
            at_milliseconds: 0,
            who: String::new(),
            address: String::new(),
            agent: String::new(),
            operation: Cow::Borrowed(""),
            object: String::new(),
            outcome: Cow::Borrowed(""),
            message: Cow::Borrowed(""),
            duration_microseconds: 0,
            calls: 1,
        }
    }
}

impl AuditRow {
    /// The number of calls, in SQLite's integer type.
    pub(super) fn calls_signed(&self) -> i64 {
        i64::try_from(self.calls).unwrap_or(i64::MAX)
    }
}

/// A row with its id.
pub struct Stored {
    pub id: i64,
    pub row: AuditRow,
}

pub(super) fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
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
            calls: row.get::<_, i64>(10)?.unsigned_abs(),
        },
    })
}

/// The columns of a row, in the order in which [`stored`] reads them.
pub(super) const STORED_COLUMNS: &str =
    "id, at_ms, who, address, agent, operation, object, outcome, message, duration_us, calls";
