//! Mail for administrators: a test, the outbox, and the texts.

use super::kinds::{self, CLOUD, Kind};
use super::{Receiver, is_set_up, outbox, template};
use crate::base::guarded::Guarded;
use crate::base::language::Language;
use crate::base::limits::mail::TEST_TIME;
use crate::domain::{Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};
use crate::smtp::{self, Failure};
use crate::store::mails::{self, MailKind, MailRow, MailStatus};
use crate::store::{Write, mail_texts};
use serde_json::{Map, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// The interval at which a test checks whether the server is stopping. Looking up a name and making
/// a connection cannot be interrupted.
const STOP_LOOK_TIME: Duration = Duration::from_millis(200);
/// The call waits this much longer than the test may take, because looking up a name has no time
/// limit.
const SLACK: Duration = Duration::from_secs(1);

/// The state of mail while the server runs.
#[derive(Default)]
pub struct Mail {
    is_testing: AtomicBool,
}

/// Marks that a test is running. Dropping the value ends the mark, even if the test panics or gets
/// no thread.
struct Testing(Arc<Cloud>);

impl Drop for Testing {
    fn drop(&mut self) {
        self.0.mail.is_testing.store(false, Ordering::Release);
    }
}

/// Subject and text of a kind of mail.
pub struct MailText {
    pub kind: &'static Kind,
    pub language: Language,
    pub subject: String,
    pub text: String,
    /// True if an administrator has written it.
    pub is_own: bool,
}

impl Cloud {
    /// Sends a mail now, without the outbox, and returns the answer of the mail server. It takes at
    /// most `TEST_TIME`. Only one test runs at a time.
    ///
    /// # Errors
    /// `Code::NotOffered` if there is no mail server; `Code::Busy` while another test runs;
    /// `Code::Conflict` with the refusal of the server, or with the reason why it could not be
    /// reached.
    pub fn send_test_mail(self: &Arc<Cloud>, to: &Receiver) -> Result<String> {
        let config = self.config();
        if !is_set_up(&config) {
            return Err(not_set_up());
        }
        let told = |failure: Failure| Error::new(Code::Conflict, failure.said);
        let server = outbox::server(&config).map_err(told)?;
        if !smtp::is_address(&to.address) {
            return Err(
                Error::new(Code::Invalid, "This is not an e-mail address.").for_reason(Reason::BadEmail)
            );
        }
        let values = Map::from_iter([("name".to_owned(), Value::from(to.name.as_str()))]);
        let letter = self.letter(&config, MailKind::Test, to, values, &format!("test.{}", self.now()))?;
        if self.mail.is_testing.swap(true, Ordering::AcqRel) {
            return Err(Error::new(Code::Busy, "Another test is running. Please wait a moment."));
        }
        let testing = Guarded::new(Some(Testing(Arc::clone(self))));
        let until = Instant::now() + TEST_TIME;
        let (sender, outcome) = mpsc::channel();
        let test = move |cloud: &Arc<Cloud>| {
            let said = cloud.deliver(&server, &letter, until);
            // The mark is removed before the outcome is known, because the person who learns the
            // outcome may begin another test.
            drop(testing.lock().take());
            // This fails if the test took too long and nobody waits for it any more.
            drop(sender.send(said));
            Ok(())
        };
        self.spawn_once("mail test", "a test mail".into(), test, |_, _| ())?;
        let late = "The mail server did not answer in time. Check its name and port, and whether a firewall is in the way.";
        let deadline = Instant::now() + TEST_TIME + SLACK;
        loop {
            match outcome.recv_timeout(STOP_LOOK_TIME) {
                Ok(Ok(said)) => return Ok(said),
                Ok(Err(failure)) => return Err(told(failure)),
                Err(RecvTimeoutError::Timeout) if Instant::now() < deadline => self.may_go_on()?,
                Err(_) => return Err(Error::new(Code::Conflict, late)),
            }
        }
    }
}

impl CloudView<'_> {
    /// A page of the mails with this status, or of all mails, the newest first. Returns their total
    /// number, too.
    pub fn mails(&self, status: Option<MailStatus>, start: u64, limit: u64) -> Result<(Vec<MailRow>, i64)> {
        self.cloud.store.read(|read| mails::list(read, status, start, limit))
    }

    /// A mail of a kind with these values, as HTML.
    pub fn mail_page(&self, kind: MailKind, language: Language, values: &[(&str, &str)]) -> Result<String> {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
        Ok(self.cloud.filled(&self.config(), kind, Some(language), values)?.html)
    }

    /// The subject of a kind of mail, with these values. Placeholders without a value stay.
    pub fn mail_subject(
        &self,
        kind: MailKind,
        language: Language,
        values: &[(&str, &str)],
    ) -> Result<String> {
        let (subject, _) = self.cloud.mail_template(kind, language)?;
        let given = values.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
        let cloud = (CLOUD.to_owned(), Value::from(self.config().name.as_str()));
        Ok(template::known(&subject, &given.chain([cloud]).collect()))
    }

    /// The texts of all mails in all languages.
    pub fn mail_texts(&self) -> Result<Vec<MailText>> {
        self.cloud.store.read(|read| {
            let all = kinds::KINDS.iter().flat_map(|kind| Language::ALL.map(|language| (kind, language)));
            let text = |(kind, language): (&'static Kind, Language)| {
                let own = mail_texts::get(read, kind.kind, language)?;
                let is_own = own.is_some();
                let (subject, text) = own.unwrap_or_else(|| {
                    let text = kind.text(language);
                    (text.subject.to_owned(), text.text.to_owned())
                });
                Ok(MailText { kind, language, subject, text, is_own })
            };
            all.map(text).collect()
        })
    }
}

/// The error for calls that need a mail server if there is none.
pub fn not_set_up() -> Error {
    let sentence =
        "Mail is not set up on this server. An administrator sets it up with smtp_host and mail_sender.";
    Error::new(Code::NotOffered, sentence)
}

/// Queues a mail again that is waiting or was given up.
///
/// # Errors
/// `Code::NotFound` if there is no such mail; `Code::Conflict` if it was sent, or if its link or
/// code was forgotten.
pub fn retry(tx: &Write, id: i64) -> Result<()> {
    if mails::by_id(tx, id)?.is_none() {
        return Err(no_mail());
    }
    match mails::retry(tx, id)? {
        true => Ok(()),
        false => Err(Error::new(
            Code::Conflict,
            "This mail cannot be sent again: it was sent already, or its link or code has expired.",
        )),
    }
}

/// Removes a mail, whether it was sent or not.
///
/// # Errors
/// `Code::NotFound` if there is no such mail.
pub fn delete(tx: &Write, id: i64) -> Result<()> {
    if mails::delete(tx, id)? { Ok(()) } else { Err(no_mail()) }
}

fn no_mail() -> Error {
    Error::new(Code::NotFound, "There is no such mail.")
}

/// Replaces the text of a kind of mail.
///
/// # Errors
/// `Code::NotFound` if there is no such kind; otherwise as [`template::check`].
pub fn set_text(tx: &Write, kind: &str, language: Language, subject: &str, text: &str) -> Result<()> {
    let kind = existing(kind)?;
    let (subject, text) = (subject.trim(), text.replace("\r\n", "\n"));
    template::check(kind, subject, text.trim())?;
    mail_texts::set(tx, kind.kind, language, subject, text.trim())
}

/// Restores the text that the program comes with.
///
/// # Errors
/// `Code::NotFound` if there is no such kind.
pub fn reset_text(tx: &Write, kind: &str, language: Language) -> Result<()> {
    mail_texts::delete(tx, existing(kind)?.kind, language)
}

fn existing(kind: &str) -> Result<&'static Kind> {
    kinds::named(kind).ok_or_else(|| Error::new(Code::NotFound, "There is no such kind of mail."))
}
