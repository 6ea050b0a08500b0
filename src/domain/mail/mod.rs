//! Mail to people. To send a mail, ask `cloud.view().sends_mail()` first. Without a mail server,
//! refuse the call or leave the mail out. Then, in the transaction of the change, call
//! `mail::queue(tx, MailKind::PasswordReset, &to, &[("name", name), ("link", link)])` with a value
//! for each placeholder of the kind (`kinds`). `accounts::account_mail::queue_for(tx, &account,
//! ..)` does so for an account.
//!
//! The mail is queued with its change or not at all. The thread of `outbox` sends it. After a
//! failure it tries again after growing pauses, and after two days it gives up. `template` makes
//! the texts when the mail is sent.

pub mod administration;
pub mod kinds;
pub mod messages;
mod outbox;
mod template;
pub mod texts;

use crate::base::language::Language;
use crate::base::limits::mail::{
    LINE_LETTERS_MAX, QUEUED_FOR_ADDRESS_HOURLY_MAX, QUEUED_MAX, VALUE_BYTES_MAX,
};
use crate::config::Config;
use crate::domain::CloudView;
use crate::error::{Code, Error, Reason, Result};
use crate::smtp;
use crate::store::Write;
use crate::store::mails::{self, MailKind, NewMail};
use serde_json::{Map, Value};

const HOUR_SECONDS: i64 = 3600;

/// The receiver of a mail.
#[derive(Clone, Debug)]
pub struct Receiver {
    /// Their name; may be empty.
    pub name: String,
    pub address: String,
    /// `None` for the language of the setting.
    pub language: Option<Language>,
}

impl CloudView<'_> {
    /// True if mail is set up.
    pub fn sends_mail(&self) -> bool {
        is_set_up(&self.config())
    }
}

fn is_set_up(config: &Config) -> bool {
    !config.smtp_host.0.is_empty() && !config.mail_sender.0.is_empty()
}

/// Queues a mail, which is sent once the transaction is committed. Every placeholder of its kind
/// needs a value.
///
/// # Errors
/// `Code::Invalid` for a bad address; `Code::Busy` if too many mails wait, in all or for this
/// address; `Code::TooLarge` for a value that is too long.
pub fn queue(tx: &Write, kind: MailKind, to: &Receiver, values: &[(&str, &str)]) -> Result<()> {
    if !smtp::is_address(&to.address) {
        return Err(Error::new(Code::Invalid, "This is not an e-mail address.").for_reason(Reason::BadEmail));
    }
    let kind_of = kinds::of(kind);
    let names: Vec<&str> = values.iter().map(|(name, _)| *name).collect();
    if names.len() != kind_of.placeholders.len()
        || !kind_of.placeholders.iter().all(|name| names.contains(name))
    {
        let cause = format!("a mail of the kind {} was given {names:?}", kind_of.word);
        return Err(Error::internal(cause));
    }
    if values.iter().any(|(_, value)| value.len() > VALUE_BYTES_MAX) {
        let sentence = format!("A text in a mail can have at most {VALUE_BYTES_MAX} bytes.");
        return Err(Error::new(Code::TooLarge, sentence));
    }
    let (waiting, to_address) = mails::counts(tx, &to.address, tx.now() - HOUR_SECONDS)?;
    if waiting >= QUEUED_MAX.into() || to_address >= QUEUED_FOR_ADDRESS_HOURLY_MAX.into() {
        return Err(Error::new(Code::Busy, "Too many mails wait to be sent. Please try again later."));
    }
    let values: Map<String, Value> =
        values.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
    mails::insert(
        tx,
        &NewMail {
            kind,
            address: &to.address,
            name: &to.name.chars().take(LINE_LETTERS_MAX).collect::<String>(),
            language: to.language,
            values: &Value::from(values).to_string(),
            useless_from: kind_of.useful_seconds.map(|seconds| tx.now() + seconds),
        },
    )
}
