//! The audit row of a call: begun when it arrives, finished with its outcome.

use crate::base::time::now_milliseconds;
use crate::error::{Code, Error, Reason, Result};
use crate::store::Write;
use crate::store::audit::AuditRow;
use crate::store::audit_chain;
use std::borrow::Cow;
use std::time::Instant;

/// Letters of the name of a program that calls, where people are told it.
const MEANS_LETTERS_MAX: usize = 60;

/// What is known about a call before it runs.
#[derive(Clone)]
pub struct Entry {
    started: Instant,
    row: AuditRow,
}

impl Entry {
    /// `object` says what the call is about.
    pub fn begin(
        who: &str,
        address: String,
        agent: &str,
        operation: impl Into<Cow<'static, str>>,
        object: String,
    ) -> Entry {
        let row = AuditRow {
            at_milliseconds: now_milliseconds(),
            who: who.into(),
            address,
            agent: agent.into(),
            operation: operation.into(),
            object,
            ..AuditRow::default()
        };
        Entry { started: Instant::now(), row }
    }

    /// When the call came.
    pub fn at_milliseconds(&self) -> i64 {
        self.row.at_milliseconds
    }

    /// Who it is, once that is known.
    pub fn by(&mut self, who: &str) {
        if self.row.who != who {
            self.row.who = who.into();
        }
    }

    /// What the call is about, where that is known better than at its beginning.
    pub fn is_about(&mut self, object: String) {
        self.row.object = object;
    }

    /// Makes the change of a call that succeeds, and appends the call's row.
    pub fn commit<T>(self, tx: &Write, change: impl FnOnce(&Write) -> Result<T>) -> Result<T> {
        tx.is_made_with(means(&self.row.agent));
        let value = change(tx)?;
        audit_chain::append(tx, &self.ok())?;
        Ok(value)
    }

    /// The row of a call that succeeded.
    pub fn ok(self) -> AuditRow {
        self.finished("ok", "")
    }

    /// The row of a call that failed.
    pub fn failed(self, error: &Error) -> AuditRow {
        self.finished(outcome(error), error.message.clone())
    }

    /// The row of a call with an outcome of its own.
    pub fn finished(self, outcome: &'static str, message: impl Into<Cow<'static, str>>) -> AuditRow {
        AuditRow {
            outcome: outcome.into(),
            message: message.into(),
            duration_microseconds: i64::try_from(self.started.elapsed().as_micros()).unwrap_or(i64::MAX),
            ..self.row
        }
    }
}

/// What a call was made with, as people are told it, by what the caller says it is.
fn means(agent: &str) -> Cow<'static, str> {
    // All browsers begin so, and few programs.
    if agent.starts_with("Mozilla/") {
        return Cow::Borrowed("Web browser");
    }
    let product = agent.split(['/', ' ', '(']).next().unwrap_or("");
    Cow::Owned(product.chars().filter(|letter| !letter.is_control()).take(MEANS_LETTERS_MAX).collect())
}

/// The word for a failure. That an account may hold no more is told apart from a disk that is full: nobody need buy one.
fn outcome(error: &Error) -> &'static str {
    match error.reason {
        Some(Reason::Quota) => "over limit",
        _ => word(error.code),
    }
}

fn word(code: Code) -> &'static str {
    match code {
        Code::Invalid => "invalid",
        Code::Unauthenticated => "unauthenticated",
        Code::Forbidden => "forbidden",
        Code::NotFound => "not found",
        Code::Conflict => "conflict",
        Code::Gone => "gone",
        Code::TooLarge => "too large",
        Code::Unsupported => "unsupported",
        Code::Full => "full",
        Code::Offline => "offline",
        Code::Busy => "busy",
        Code::Locked => "locked",
        Code::NotOffered => "not offered",
        Code::Internal => "failed",
    }
}
