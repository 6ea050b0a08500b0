//! Mail: a test mail, the outbox, and the texts of mails.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{Nothing, Param, RecordId, Shown, params};
use crate::api::record::{Id, Seconds, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::schema::{Schema, not_one_of, words};
use crate::api::texts::{Email, Line, Lines};
use crate::base::language::Language;
use crate::base::limits::mail::{SUBJECT_BYTES_MAX, TEMPLATE_BYTES_MAX};
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::domain::mail::{Receiver, administration, kinds};
use crate::error::Result;
use crate::store::Write;
use crate::store::mails::{MailRow, MailStatus};

ops! { MAIL: Admin "Mail"
    /// Sends a test mail now: to the caller's address, to another one, or to the sender's. The
    /// message is the answer of the mail server. This takes ten seconds at most.
    "checksendemail" admin slow test(Test) -> Command;
    /// The outbox, newest first: mails that wait, that were sent, and that were given up after two
    /// days. Their contents are never shown.
    "getmails" admin read list(List) -> Mails;
    /// Sends a mail again that waits or was given up: now, and for another two days.
    "retrymail" admin write retry(OneMail) -> Command;
    /// Removes a mail from the outbox, even if it was not sent.
    "deletemail" admin write delete(OneMail) -> Command;
    /// The texts of all mails in all languages, with the placeholders of each.
    "getmailtexts" admin read texts(Nothing) -> MailTexts;
    /// Changes the text of a kind of mail. `{name}` is a placeholder; the HTML is made from the
    /// same text.
    "setmailtext" admin write set_text(SetText) -> Command;
    /// Restores the text that comes with the program.
    "resetmailtext" admin write reset_text(OneText) -> Command;
}

params! {
    Test {
        /// The receiver's address.
        email: Option<Email>,
    }
    List {
        /// Number of records to skip.
        start: u64 = 0,
        /// Maximum number of records.
        limit: u64 = 50,
        /// Only those of this status.
        status: Option<StatusWord>,
    }
    OneMail {
        /// The id of the mail.
        mailid: MailId,
    }
    OneText {
        /// The kind of mail.
        kind: KindName,
        /// The language.
        language: Language,
    }
    SetText {
        /// The kind of mail.
        kind: KindName,
        /// The language.
        language: Language,
        /// The subject: a line of 1 to 200 bytes.
        subject: Line<SUBJECT_BYTES_MAX>,
        /// The text, up to 8192 bytes.
        text: Lines<1, TEMPLATE_BYTES_MAX>,
    }
}

/// The id of a mail. The audit log shows it.
#[derive(Clone, Copy, Debug)]
struct MailId(i64);

impl Param for MailId {
    const SCHEMA: Schema = RecordId::SCHEMA;
    const SHOWN: Shown = Shown::Named;

    fn parse(text: &str) -> Result<MailId> {
        RecordId::parse(text).map(|id| MailId(id.0))
    }
}

/// The name of a kind of mail. The audit log shows it.
#[derive(Clone, Debug)]
struct KindName(String);

impl Param for KindName {
    const SCHEMA: Schema = Schema::words(kinds::WORDS);
    const SHOWN: Shown = Shown::Named;

    fn parse(text: &str) -> Result<KindName> {
        let known = kinds::named(text).map(|kind| KindName(kind.word.to_owned()));
        known.ok_or_else(|| not_one_of(kinds::WORDS))
    }
}

#[derive(Clone, Copy, Debug)]
pub enum StatusWord {
    Queued,
    Sent,
    GivenUp,
}

words! {
    StatusWord { Queued = "queued", Sent = "sent", GivenUp = "givenup" }
}

record! {
    /// Whether mail is set up, and the number of mails.
    MailsMeta {
        /// Whether there is a mail server.
        issetup: bool,
        /// Number of mails with the status in the call.
        total: i64,
    }
    /// A mail of the outbox.
    MailRecord {
        /// The id.
        mailid: Id,
        /// The kind of mail, as in `getmailtexts`.
        kind: &'static str,
        /// The address of the receiver.
        email: String,
        /// The name of the receiver; may be empty.
        name: String,
        /// The status.
        status: StatusWord,
        /// Number of attempts.
        tries: i64,
        /// The time when it was queued.
        createdepochutc: Seconds,
        /// The time of the next attempt, or the time when it was sent or given up.
        dueepochutc: Seconds,
        /// The last answer of the mail server, or why it could not be reached; empty before the
        /// first attempt.
        said: String,
        /// Whether `retrymail` can send it again.
        isretryable: bool,
    }
    /// The text of a kind of mail.
    MailTextRecord {
        /// The kind.
        kind: &'static str,
        /// The language.
        language: Language,
        /// The subject.
        subject: String,
        /// The text.
        text: String,
        /// Whether an administrator has written it.
        isown: bool,
        /// The placeholders that it may contain, separated by commas.
        placeholders: String,
    }
}

reply! {
    /// The outbox.
    Mails = mails(MailsMeta)[mail: MailRecord];
    /// The texts of all mails.
    MailTexts = mailtexts()[mailtext: MailTextRecord];
}

fn test(context: &mut CallContext<'_>, admin: &Admin, params: Test) -> Result<Reply> {
    let account = &admin.session().account;
    let given = params.email.map(|email| email.0.trim().to_owned()).filter(|email| !email.is_empty());
    let sender = || context.view().config().mail_sender.0.clone();
    let address = given.or_else(|| account.email.clone()).unwrap_or_else(sender);
    let language = context.view().language(account.id)?;
    let to = Receiver { name: account.display_name.clone(), address, language: Some(language) };
    let said = context.cloud().send_test_mail(&to)?;
    Ok(Reply::said(format!("{}: {said}", to.address)))
}

fn list(view: &CloudView<'_>, _: &Admin, params: List) -> Result<Reply<Mails>> {
    let status = params.status.map(|status| match status {
        StatusWord::Queued => MailStatus::Queued,
        StatusWord::Sent => MailStatus::Sent,
        StatusWord::GivenUp => MailStatus::GivenUp,
    });
    let (mails, total) = view.mails(status, params.start, params.limit)?;
    let rows: Vec<MailRecord> = mails.into_iter().map(record).collect();
    Ok(Reply::with_meta(MailsMeta { issetup: view.sends_mail(), total }, rows))
}

fn record(mail: MailRow) -> MailRecord {
    MailRecord {
        mailid: Id(mail.id),
        kind: kinds::of(mail.kind).word,
        email: mail.address,
        name: mail.name,
        status: match mail.status {
            MailStatus::Queued => StatusWord::Queued,
            MailStatus::Sent => StatusWord::Sent,
            MailStatus::GivenUp => StatusWord::GivenUp,
        },
        tries: mail.tries,
        createdepochutc: Seconds(mail.created),
        dueepochutc: Seconds(mail.due),
        said: mail.said,
        isretryable: mail.status != MailStatus::Sent && !mail.values.is_empty(),
    }
}

fn retry(tx: &Write, _: &Admin, params: OneMail) -> Result<Reply> {
    administration::retry(tx, params.mailid.0)?;
    Ok(Reply::done())
}

fn delete(tx: &Write, _: &Admin, params: OneMail) -> Result<Reply> {
    administration::delete(tx, params.mailid.0)?;
    Ok(Reply::done())
}

fn texts(view: &CloudView<'_>, _: &Admin, _: Nothing) -> Result<Reply<MailTexts>> {
    let rows = view.mail_texts()?.into_iter().map(|text| MailTextRecord {
        kind: text.kind.word,
        language: text.language,
        subject: text.subject,
        text: text.text,
        isown: text.is_own,
        placeholders: [text.kind.placeholders, &[kinds::CLOUD]].concat().join(","),
    });
    Ok(Reply::list(rows.collect::<Vec<_>>()))
}

fn set_text(tx: &Write, _: &Admin, params: SetText) -> Result<Reply> {
    administration::set_text(tx, &params.kind.0, params.language, &params.subject, &params.text)?;
    Ok(Reply::done())
}

fn reset_text(tx: &Write, _: &Admin, params: OneText) -> Result<Reply> {
    administration::reset_text(tx, &params.kind.0, params.language)?;
    Ok(Reply::done())
}
