//! A row of the audit log. Each call has a row of its own, except that many calls of strangers may
//! share one.

use crate::error::{Code, Error, Reason};
use rusqlite::types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{Row, ToSql};
use std::borrow::Cow;

/// The outcome of a call, as a word that never changes. Words of earlier programs stay as they are,
/// because the hashes of the chains cover them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Outcome(Cow<'static, str>);

impl Outcome {
    pub const OK: Outcome = Outcome(Cow::Borrowed("ok"));
    /// The call named an operation that does not exist.
    pub const UNKNOWN: Outcome = Outcome(Cow::Borrowed("unknown"));
    /// The server or the machine is at fault.
    pub const FAILED: Outcome = Outcome::of_code(Code::Internal);
    pub const UNAUTHENTICATED: Outcome = Outcome::of_code(Code::Unauthenticated);
    pub const FORBIDDEN: Outcome = Outcome::of_code(Code::Forbidden);
    /// Calls that were counted together ended in different ways.
    pub(super) const SEVERAL: Outcome = Outcome(Cow::Borrowed(SEVERAL));
    /// The words of all outcomes that a row can have.
    pub const WORDS: &'static [&'static str] = &Outcome::words();

    const fn words() -> [&'static str; Code::ALL.len() + OTHERS.len()] {
        let (mut words, mut at) = ([""; Code::ALL.len() + OTHERS.len()], 0);
        while at < words.len() {
            words[at] = if at < OTHERS.len() { OTHERS[at] } else { Code::ALL[at - OTHERS.len()].outcome() };
            at += 1;
        }
        words
    }

    /// The outcome of a failed call. A full quota is not the same as a full disk: nobody needs to
    /// buy a disk for it.
    pub fn of(error: &Error) -> Outcome {
        match error.reason {
            Some(Reason::Quota | Reason::StorageLimit { .. }) => Outcome(Cow::Borrowed(OVER_LIMIT)),
            _ => Outcome::of_code(error.code),
        }
    }

    const fn of_code(code: Code) -> Outcome {
        Outcome(Cow::Borrowed(code.outcome()))
    }

    /// An outcome by its word; `None` for a word that no row can have.
    pub fn from_word(word: &str) -> Option<Outcome> {
        Outcome::WORDS.iter().find(|known| **known == word).map(|known| Outcome(Cow::Borrowed(known)))
    }

    pub fn word(&self) -> &str {
        &self.0
    }
}

impl ToSql for Outcome {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.word().to_sql()
    }
}

impl FromSql for Outcome {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Outcome> {
        Ok(Outcome(String::column_result(value)?.into()))
    }
}

/// The words of outcomes that have no code.
const OTHERS: [&str; 4] = ["ok", OVER_LIMIT, "unknown", SEVERAL];
const OVER_LIMIT: &str = "over limit";

/// The text of a field whose values differ among the counted calls.
pub(super) const SEVERAL: &str = "(several)";

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
    pub outcome: Outcome,
    pub message: Cow<'static, str>,
    pub duration_microseconds: i64,
    /// The number of calls that the row stands for.
    pub calls: u64,
    /// The id of the share by whose link something was downloaded. The download is counted in the
    /// transaction that writes the row. Such a row tells the share's owner about a visitor, and is
    /// never merged with others. This field is not stored.
    pub download_of: Option<Box<str>>,
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
            outcome: Outcome::default(),
            message: Cow::Borrowed(""),
            duration_microseconds: 0,
            calls: 1,
            download_of: None,
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
            outcome: row.get(7)?,
            message: row.get::<_, String>(8)?.into(),
            duration_microseconds: row.get(9)?,
            calls: row.get::<_, i64>(10)?.unsigned_abs(),
            ..AuditRow::default()
        },
    })
}

/// The columns of a row, in the order in which [`stored`] reads them.
pub(super) const STORED_COLUMNS: &str =
    "id, at_ms, who, address, agent, operation, object, outcome, message, duration_us, calls";
