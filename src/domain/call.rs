//! A call of the cloud, by whatever entry point it comes: who acts, from where, and its row in the audit log.
//!
//! The row is begun when the call arrives. It is committed together with what the call changes, or noted at its end.

use crate::base::time::now_milliseconds;
use crate::domain::{Change, Cloud};
use crate::error::{Error, Result};
use crate::store::Write;
use crate::store::audit::AuditRow;
use crate::store::audit::Outcome;
use crate::store::audit_chain;
use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

/// Letters of the name of a program that calls, where people are told it.
const MEANS_LETTERS_MAX: usize = 60;

/// Bytes of what a call is about and leaves out.
const OBJECT_BYTES_MAX: usize = 4096;

/// A call under way. It must come to an end: [`Call::end`] or one of its like.
#[must_use = "a call that does not end leaves no trace in the audit log"]
pub struct Call<'a> {
    cloud: &'a Arc<Cloud>,
    address: IpAddr,
    row: BegunRow,
    is_audited: bool,
}

/// The row of a call that has not ended.
#[derive(Clone)]
pub struct BegunRow {
    started: Instant,
    row: AuditRow,
}

impl<'a> Call<'a> {
    /// `who` is the name of the account that acts, as far as it is known; `agent` is what the caller says it is, and `object`
    /// what the call is about.
    pub fn begin(
        cloud: &'a Arc<Cloud>,
        who: &str,
        (address, agent): (IpAddr, &str),
        operation: impl Into<Cow<'static, str>>,
        object: String,
    ) -> Call<'a> {
        let row = AuditRow {
            at_milliseconds: now_milliseconds(),
            who: who.into(),
            address: address.to_string(),
            agent: agent.into(),
            operation: operation.into(),
            object,
            ..AuditRow::default()
        };
        Call { cloud, address, row: BegunRow { started: Instant::now(), row }, is_audited: false }
    }

    pub fn cloud(&self) -> &'a Arc<Cloud> {
        self.cloud
    }

    /// Where the call comes from.
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// What the caller says it is.
    pub fn agent(&self) -> &str {
        &self.row.row.agent
    }

    /// When the call came.
    pub fn began_milliseconds(&self) -> i64 {
        self.row.row.at_milliseconds
    }

    /// Says who acts, once that is known.
    pub fn is_by(&mut self, who: &str) {
        if self.row.row.who != who {
            self.row.row.who = who.into();
        }
    }

    /// What the call is about.
    pub fn about(&self) -> &str {
        &self.row.row.object
    }

    /// Says what the call is about, where that is known better than at its beginning.
    pub fn is_about(&mut self, object: String) {
        self.row.row.object = object;
    }

    /// Says what the call leaves out of what it is about.
    pub fn leaves_out(&mut self, what: &[String]) {
        if what.is_empty() {
            return;
        }
        let what = what.join(" | ");
        let room = OBJECT_BYTES_MAX.saturating_sub(self.row.row.object.len());
        let end = (0..=what.len().min(room)).rev().find(|end| what.is_char_boundary(*end)).unwrap_or(0);
        self.row.row.object.push_str(" without ");
        self.row.row.object.push_str(&what[..end]);
    }

    /// Commits a change of the database and the call's row in one transaction.
    pub fn commit<T: Send + 'static>(
        &mut self,
        change: impl FnOnce(&Write) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let row = self.row.clone();
        let value = self.cloud.commit(move |tx| {
            tx.is_made_with(means(&row.row.agent));
            let value = change(tx)?;
            audit_chain::append(tx, &row.succeeded())?;
            Ok(value)
        })?;
        self.is_audited = true;
        Ok(value)
    }

    /// Commits the rows of a change and the call's row in one transaction, and completes the change. If they cannot be written
    /// what was done on the disk is taken back, where that matters.
    pub fn settle<T: Send + 'static>(&mut self, change: Change<T>) -> Result<T> {
        change.settle(self.cloud, |rows| self.commit(rows))
    }

    /// The begun row, for what happens while the answer is sent.
    pub fn row(&self) -> BegunRow {
        self.row.clone()
    }

    /// Notes how the call ended, where that was not committed with a change.
    pub fn end<T>(self, result: &Result<T>) {
        match result {
            Ok(_) if self.is_audited => {}
            Ok(_) => self.cloud.note_waiting(self.row.succeeded()),
            Err(error) => self.fail(error),
        }
    }

    /// As [`Call::end`], without waiting; false when too many rows wait to be written, and nothing is noted.
    pub fn end_at_once<T>(self, result: &Result<T>) -> bool {
        self.cloud.note(match result {
            Ok(_) => self.row.succeeded(),
            Err(error) => self.row.failed(error),
        })
    }

    pub fn fail(self, error: &Error) {
        self.cloud.note_waiting(self.row.failed(error));
    }

    /// Notes that the call named nothing that there is.
    pub fn end_as_unknown(self, message: String) {
        self.cloud.note_waiting(self.row.finished(Outcome::UNKNOWN, message));
    }
}

impl BegunRow {
    /// The row of a call that failed.
    pub fn failed(self, error: &Error) -> AuditRow {
        self.finished(Outcome::of(error), error.message.clone())
    }

    fn succeeded(self) -> AuditRow {
        self.finished(Outcome::OK, "")
    }

    fn finished(self, outcome: Outcome, message: impl Into<Cow<'static, str>>) -> AuditRow {
        AuditRow {
            outcome,
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
