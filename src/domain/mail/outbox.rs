//! Sends the waiting mails, one after the other, in a thread of its own.
//!
//! Each try is stored before it begins, together with the time of the next one. So a mail whose
//! result cannot be stored is sent again after a pause, and not at once. If the mail server does
//! not work, all mails wait. Each mail has its own pauses.

use super::kinds::{self, CLOUD};
use super::template::{self, Filled};
use super::{Receiver, is_set_up};
use crate::base::language::Language;
use crate::base::limits::mail::{
    DELIVERY_TIME, GIVEN_UP_AFTER_SECONDS, GIVEN_UP_KEPT_DAYS, KEPT_MAX, PAUSES_MINUTES, SENT_KEPT_DAYS,
};
use crate::config::Config;
use crate::disk::local;
use crate::domain::Cloud;
use crate::domain::runtime::background;
use crate::error::Result;
use crate::smtp::{self, Blame, Failure, Letter, MailServer, Mailbox, Patience, Words};
use crate::store::mails::{self, MailKind, MailRow, MailStatus};
use crate::store::{Write, mail_texts};
use serde_json::{Map, Value};
use std::time::{Duration, Instant};

/// The thread looks for mails at least this often. A look costs one read.
const REST: Duration = Duration::from_secs(6 * 3600);
/// The pause after a failure of the database.
const AFTER_FAILURE: Duration = Duration::from_secs(60);
const MINUTE_SECONDS: i64 = 60;
const DAY_SECONDS: i64 = 24 * 3600;
/// The nice value of the thread, so that it yields on a busy processor.
const NICENESS: i32 = 10;

impl Cloud {
    /// Sends mails until the program stops.
    pub fn send_mails_until_stopped(&self) {
        local::stand_back(NICENESS);
        while self.may_go_on().is_ok() {
            let seen = self.store.mails_version();
            let rest = background::caught(|| self.send_due_mails()).unwrap_or_else(|error| {
                if self.may_go_on().is_ok() {
                    log::error!("mails could not be sent: {error}");
                }
                AFTER_FAILURE
            });
            self.store.wait_for_mails(seen, rest);
        }
    }

    /// Sends the mails that are due. Returns the time until the next one is.
    fn send_due_mails(&self) -> Result<Duration> {
        loop {
            self.may_go_on()?;
            let Some(mail) = self.store.read(mails::next)? else { return Ok(REST) };
            let wait = mail.due - self.now();
            if wait > 0 {
                return Ok(Duration::from_secs(wait.unsigned_abs()).min(REST));
            }
            self.try_mail(mail)?;
        }
    }

    fn try_mail(&self, mut mail: MailRow) -> Result<()> {
        mail.tries += 1;
        let began = self.now();
        let (id, again) = (mail.id, began + pause_seconds(mail.tries));
        self.store.write(move |tx| mails::begin(tx, id, again))?;
        let sent = match is_useless(&mail, self.now()) {
            true => Err(Failure { blame: Blame::Mail, said: "It expired before it could be sent.".into() }),
            false => self.deliver_mail(&mail),
        };
        // The server is stopping, and nobody knows whether the mail server has accepted the mail.
        // The try after the next start will show that.
        self.may_go_on()?;
        let now = self.now();
        match sent {
            Ok(said) => self.store.write(move |tx| mails::end(tx, id, MailStatus::Sent, &said, false)),
            Err(failure) if failure.blame == Blame::Server => self.store.write(move |tx| {
                put_off(tx, &mail, &failure, now)?;
                // Later mails may be due because the settings have changed.
                let mut others = mails::due(tx, began - 1)?;
                others.retain(|other| other.id != mail.id);
                for mut other in others {
                    other.tries += 1;
                    mails::begin(tx, other.id, now + pause_seconds(other.tries))?;
                    put_off(tx, &other, &failure, now)?;
                }
                Ok(())
            }),
            Err(failure) => self.store.write(move |tx| put_off(tx, &mail, &failure, now)),
        }
    }

    /// Hands a mail to the mail server and returns its answer.
    fn deliver_mail(&self, mail: &MailRow) -> std::result::Result<String, Failure> {
        let until = Instant::now() + DELIVERY_TIME;
        let config = self.config();
        // The settings are checked first, because the mail itself is not the cause if they are
        // incomplete.
        let server = server(&config)?;
        let own = |error: crate::error::Error| Failure { blame: Blame::Mail, said: error.to_string() };
        let to = Receiver { name: mail.name.clone(), address: mail.address.clone(), language: mail.language };
        let values = match serde_json::from_str(&mail.values) {
            Ok(Value::Object(values)) => values,
            _ => Map::new(),
        };
        let id = format!("{}.{}", mail.created, mail.id);
        let letter = self.letter(&config, mail.kind, &to, values, &id).map_err(own)?;
        self.deliver(&server, &letter, until)
    }

    /// Hands a letter to a mail server.
    pub(super) fn deliver(
        &self,
        server: &MailServer,
        letter: &Letter,
        until: Instant,
    ) -> std::result::Result<String, Failure> {
        let goes_on = || self.may_go_on().is_ok();
        smtp::deliver(server, letter, &Patience { until, goes_on: &goes_on })
    }

    /// Writes a mail with the present texts.
    pub(super) fn letter(
        &self,
        config: &Config,
        kind: MailKind,
        to: &Receiver,
        values: Map<String, Value>,
        id: &str,
    ) -> Result<Letter> {
        let Filled { subject, text, html } = self.filled(config, kind, to.language, values)?;
        let from = Mailbox { name: &config.name, address: &config.mail_sender.0 };
        let to = Mailbox { name: &to.name, address: &to.address };
        Letter::write((from, to), &Words { subject: &subject, text: &text, html: &html }, id, self.now())
    }

    /// The present texts of a kind of mail with these values.
    pub(super) fn filled(
        &self,
        config: &Config,
        kind: MailKind,
        language: Option<Language>,
        mut values: Map<String, Value>,
    ) -> Result<Filled> {
        let (subject, text) = self.mail_template(kind, language.unwrap_or(config.mail_language))?;
        values.insert(CLOUD.to_owned(), Value::from(config.name.as_str()));
        Ok(template::fill(&subject, &text, &values))
    }

    /// Subject and text of a kind of mail, as an administrator or else the program has written them.
    pub(super) fn mail_template(&self, kind: MailKind, language: Language) -> Result<(String, String)> {
        let own = self.store.read(|read| mail_texts::get(read, kind, language))?;
        Ok(own.unwrap_or_else(|| {
            let text = kinds::of(kind).text(language);
            (text.subject.to_owned(), text.text.to_owned())
        }))
    }

    /// Forgets mails that were sent or given up long ago. Part of the upkeep.
    pub fn forget_mails(&self) -> Result<()> {
        // Mails that the command line has queued are sent too.
        self.store.look_for_mails();
        if !self.may_expire() {
            return Ok(());
        }
        let now = self.now();
        self.store.write(move |tx| {
            for (status, days) in
                [(MailStatus::Sent, SENT_KEPT_DAYS), (MailStatus::GivenUp, GIVEN_UP_KEPT_DAYS)]
            {
                mails::forget(tx, status, now - days * DAY_SECONDS, KEPT_MAX)?;
            }
            Ok(())
        })
    }
}

/// The mail server in the settings.
pub(super) fn server(config: &Config) -> std::result::Result<MailServer, Failure> {
    let refused = |said: &str| Err(Failure { blame: Blame::Server, said: said.into() });
    if !is_set_up(config) {
        return refused("Mail is not set up: the settings smtp_host and mail_sender are needed.");
    }
    if !smtp::is_address(&config.mail_sender.0) {
        return refused("The setting mail_sender is not an e-mail address.");
    }
    let user = config.smtp_user.0.as_str();
    Ok(MailServer {
        host: config.smtp_host.0.clone(),
        port: config.smtp_port.0,
        security: config.smtp_security,
        login: (!user.is_empty()).then(|| (user.to_owned(), config.smtp_password.0.clone())),
    })
}

/// Stores that a mail was refused. It waits for its next try, or is given up.
fn put_off(tx: &Write, mail: &MailRow, failure: &Failure, now: i64) -> Result<()> {
    let again = now + pause_seconds(mail.tries);
    if failure.blame != Blame::Mail
        && again < mail.created + GIVEN_UP_AFTER_SECONDS
        && !is_useless(mail, again)
    {
        return mails::postpone(tx, mail.id, &failure.said);
    }
    log::warn!("mail {} to {} is given up: {}", mail.id, mail.address, failure.said);
    let keeps_values = !kinds::of(mail.kind).is_secret;
    mails::end(tx, mail.id, MailStatus::GivenUp, &failure.said, keeps_values)
}

fn is_useless(mail: &MailRow, at: i64) -> bool {
    mail.useless_from.is_some_and(|from| at >= from)
}

/// The pause in seconds after this many tries.
fn pause_seconds(tries: i64) -> i64 {
    let at = usize::try_from(tries - 1).unwrap_or(0).min(PAUSES_MINUTES.len() - 1);
    PAUSES_MINUTES[at] * MINUTE_SECONDS
}
