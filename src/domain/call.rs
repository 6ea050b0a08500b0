//! A call of the cloud, by any entry point: who acts, from where, and its row in the audit log.
//!
//! The row is begun when the call arrives. It is committed together with the changes of the call,
//! or written at its end.

use crate::base::permits;
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

/// Maximum number of characters of a client program's name as people see it.
const MEANS_LETTERS_MAX: usize = 60;

/// Maximum number of bytes for the object of a call and the entries that it leaves out.
const OBJECT_BYTES_MAX: usize = 4096;

/// A running call. It must be ended by [`Call::end`] or a method like it.
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
    /// `who` is the name of the account that acts, as far as it is known; `agent` is the name that
    /// the client gives itself, and `object` the object of the call.
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

    /// The address from which the call comes.
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// The name that the client gives itself.
    pub fn agent(&self) -> &str {
        &self.row.row.agent
    }

    /// The time when the call arrived.
    pub fn began_milliseconds(&self) -> i64 {
        self.row.row.at_milliseconds
    }

    /// Sets who acts, once this is known.
    pub fn is_by(&mut self, who: &str) {
        if self.row.row.who != who {
            self.row.row.who = who.into();
        }
    }

    /// The object of the call.
    pub fn about(&self) -> &str {
        &self.row.row.object
    }

    /// Sets the object of the call when it becomes better known.
    pub fn is_about(&mut self, object: String) {
        self.row.row.object = object;
    }

    /// Adds the entries that the call leaves out.
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

    /// Notes that the call downloads something by the link of a share. It is counted when the row
    /// is written.
    pub fn downloads_by(&mut self, share: &str) {
        self.row.row.download_of = Some(share.into());
    }

    /// Commits a change of the database and the call's row in one transaction.
    pub fn commit<T: Send + 'static>(
        &mut self,
        change: impl FnOnce(&Write) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let row = self.row.clone();
        let message = late();
        let value = self.cloud.commit(move |tx| {
            tx.is_made_with(means(&row.row.agent));
            let value = change(tx)?;
            audit_chain::append(tx, &row.finished(Outcome::OK, message))?;
            Ok(value)
        })?;
        self.is_audited = true;
        Ok(value)
    }

    /// Commits the rows of a change and the call's row in one transaction, and completes the
    /// change. If the rows cannot be written, the work on the disk is undone where that matters.
    pub fn settle<T: Send + 'static>(&mut self, change: Change<T>) -> Result<T> {
        change.settle(self.cloud, |rows| self.commit(rows))
    }

    /// The begun row, for events while the answer is sent.
    pub fn row(&self) -> BegunRow {
        self.row.clone()
    }

    /// Writes how the call ended, unless that was committed with a change.
    pub fn end<T>(self, result: &Result<T>) {
        match result {
            Ok(_) if self.is_audited => {}
            Ok(_) => self.cloud.note_waiting(self.row.succeeded()),
            Err(error) => self.fail(error),
        }
    }

    /// As [`Call::end`], without waiting. Returns false if too many rows wait, and then nothing is
    /// written.
    pub fn end_at_once<T>(self, result: &Result<T>) -> bool {
        self.cloud.note(match result {
            Ok(_) => self.row.succeeded(),
            Err(error) => self.row.failed(error),
        })
    }

    pub fn fail(self, error: &Error) {
        self.cloud.note_waiting(self.row.failed(error));
    }

    /// Writes that the call named something that does not exist.
    pub fn end_as_unknown(self, message: String) {
        self.cloud.note_waiting(self.row.finished(Outcome::UNKNOWN, message));
    }
}

impl BegunRow {
    /// The row of a call that failed.
    pub fn failed(self, error: &Error) -> AuditRow {
        let message = match late() {
            "" => error.message.clone(),
            late => format!("{late} {}", error.message).into(),
        };
        self.finished(Outcome::of(error), message)
    }

    fn succeeded(self) -> AuditRow {
        self.finished(Outcome::OK, late())
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

/// The addition to the row in the audit log of a call that ended only after its caller had been
/// told that a disk does not answer.
fn late() -> &'static str {
    if permits::is_given_up() { "Ended after the caller was told that the disk does not answer." } else { "" }
}

/// The name of the client program as people see it, from the name that the client gives itself.
fn means(agent: &str) -> Cow<'static, str> {
    // All browsers begin with this, and few other programs.
    if agent.starts_with("Mozilla/") {
        return Cow::Borrowed("Web browser");
    }
    let product = agent.split(['/', ' ', '(']).next().unwrap_or("");
    Cow::Owned(product.chars().filter(|letter| !letter.is_control()).take(MEANS_LETTERS_MAX).collect())
}
