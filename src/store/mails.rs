//! The outbox: mails that wait to be sent, and the results of those that ended.

use super::column::number_column;
use super::{Read, Write};
use crate::base::language::Language;
use crate::error::Result;
use rusqlite::{Row, params};

number_column! {
    /// The subject of a mail.
    MailKind {
        /// A test by an administrator.
        Test = 1,
        /// A message that a person wrote.
        Message = 2,
        /// The code of a second factor.
        SignInCode = 3,
        /// Somebody has signed in from a new network.
        NewPlace = 4,
        /// A link to choose a new password.
        PasswordReset = 5,
        /// A link that verifies an e-mail address.
        VerifyEmail = 6,
        /// A link to choose a password for a new account.
        Invitation = 7,
        /// Something is shared by a link.
        ShareLink = 8,
        /// Something is shared with the account.
        Share = 9,
        /// The account has almost reached its quota.
        Limit = 10,
        /// A disk is nearly full.
        Disk = 11,
        /// A backup has failed.
        BackupFailed = 12,
        /// A check of database and disk has found problems.
        CheckFindings = 13,
        /// Somebody has made an account that waits for an administrator.
        AccountWaits = 14,
        /// An administrator has approved such an account.
        LetIn = 15,
        /// A client that deleted or replaced very many files is held.
        Held = 16,
    }

    /// The state of a mail.
    MailStatus {
        Queued = 1,
        Sent = 2,
        GivenUp = 3,
    }
}

/// A mail to be queued.
pub struct NewMail<'a> {
    pub kind: MailKind,
    pub address: &'a str,
    /// The receiver's name. It may be empty.
    pub name: &'a str,
    /// `None` to use the language of the settings at the time of sending.
    pub language: Option<Language>,
    /// The values of its text, as JSON.
    pub values: &'a str,
    /// The time from which the mail is useless, in seconds since 1970 UTC.
    pub useless_from: Option<i64>,
}

/// A mail as it is stored.
#[derive(Clone, Debug)]
pub struct MailRow {
    pub id: i64,
    pub kind: MailKind,
    pub address: String,
    pub name: String,
    pub language: Option<Language>,
    /// The values of its text, as JSON. Empty when they are no longer needed.
    pub values: String,
    pub status: MailStatus,
    /// The number of tries.
    pub tries: i64,
    pub created: i64,
    /// The time of the next try; the time of the end for a mail that was sent or given up.
    pub due: i64,
    pub useless_from: Option<i64>,
    /// The last reply of the server, or the reason why it could not be reached.
    pub said: String,
}

const COLUMNS: &str =
    "id, kind, address, name, language, content, status, tries, created, due, useless_from, said";

/// Queues a mail.
pub fn insert(write: &Write, mail: &NewMail<'_>) -> Result<()> {
    write.mails_changed();
    write.run(
        "INSERT INTO mails (kind, address, name, language, content, status, created, due, useless_from) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8)",
        params![
            mail.kind,
            mail.address,
            mail.name,
            mail.language.map(Language::code),
            mail.values,
            MailStatus::Queued,
            write.now(),
            mail.useless_from
        ],
    )?;
    Ok(())
}

/// The number of mails that wait, and the number of mails queued for an address since a time.
pub fn counts(read: &Read, address: &str, since: i64) -> Result<(i64, i64)> {
    read.one(
        "SELECT (SELECT count(*) FROM mails WHERE status = ?1), \
         (SELECT count(*) FROM mails WHERE address = ?2 AND created >= ?3)",
        params![MailStatus::Queued, address, since],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// The number of mails of a kind that were queued since a time.
pub fn count_since(read: &Read, kind: MailKind, since: i64) -> Result<i64> {
    let sql = "SELECT count(*) FROM mails WHERE kind = ?1 AND created >= ?2";
    read.one(sql, params![kind, since], |row| row.get(0))
}

/// The mail that is due first.
pub fn next(read: &Read) -> Result<Option<MailRow>> {
    let sql = format!("SELECT {COLUMNS} FROM mails WHERE status = ?1 ORDER BY due, id LIMIT 1");
    read.first(&sql, [MailStatus::Queued], mail)
}

/// All mails that are due at a time, in the order in which they became due.
pub fn due(read: &Read, now: i64) -> Result<Vec<MailRow>> {
    let sql = format!("SELECT {COLUMNS} FROM mails WHERE status = ?1 AND due <= ?2 ORDER BY due, id");
    read.all(&sql, params![MailStatus::Queued, now], mail)
}

/// Stores that a mail is being tried. If no result is stored, it is tried again at `again`.
pub fn begin(write: &Write, id: i64, again: i64) -> Result<()> {
    write.run("UPDATE mails SET tries = tries + 1, due = ?2 WHERE id = ?1", [id, again])?;
    Ok(())
}

/// Stores why a mail must wait. It waits until the time that [`begin`] has set, or until [`hurry`]
/// makes it due.
pub fn postpone(write: &Write, id: i64, said: &str) -> Result<()> {
    write.run("UPDATE mails SET said = ?2 WHERE id = ?1", params![id, said])?;
    Ok(())
}

/// Stores how a mail ended. Its values are removed unless they are needed for another try.
pub fn end(write: &Write, id: i64, status: MailStatus, said: &str, keeps_values: bool) -> Result<()> {
    write.run(
        "UPDATE mails SET status = ?2, due = ?3, said = ?4, content = CASE WHEN ?5 THEN content ELSE '' END \
         WHERE id = ?1",
        params![id, status, write.now(), said, keeps_values],
    )?;
    Ok(())
}

/// Makes all waiting mails due now, for example after a change of the settings.
pub fn hurry(write: &Write) -> Result<()> {
    write.mails_changed();
    write.run("UPDATE mails SET due = ?2 WHERE status = ?1", params![MailStatus::Queued, write.now()])?;
    Ok(())
}

/// Queues a mail again as if it were new. Returns false if no such mail can be sent again.
pub fn retry(write: &Write, id: i64) -> Result<bool> {
    write.mails_changed();
    let sql = "UPDATE mails SET status = ?2, tries = 0, created = ?3, due = ?3 \
               WHERE id = ?1 AND status <> ?4 AND content <> ''";
    Ok(write.run(sql, params![id, MailStatus::Queued, write.now(), MailStatus::Sent])? > 0)
}

/// Removes a mail. Returns false if there is none.
pub fn delete(write: &Write, id: i64) -> Result<bool> {
    Ok(write.run("DELETE FROM mails WHERE id = ?1", [id])? > 0)
}

/// Removes mails with a status that ended before a time, and the oldest ended mails beyond a
/// number.
pub fn forget(write: &Write, status: MailStatus, before: i64, keep: u32) -> Result<()> {
    write.run("DELETE FROM mails WHERE status = ?1 AND due < ?2", params![status, before])?;
    write.run(
        "DELETE FROM mails WHERE status <> ?1 AND id NOT IN \
         (SELECT id FROM mails WHERE status <> ?1 ORDER BY id DESC LIMIT ?2)",
        params![MailStatus::Queued, keep],
    )?;
    Ok(())
}

/// A mail by its id.
pub fn by_id(read: &Read, id: i64) -> Result<Option<MailRow>> {
    read.first(&format!("SELECT {COLUMNS} FROM mails WHERE id = ?1"), [id], mail)
}

/// A page of the mails with this status, or of all mails, the newest first. Returns their total
/// number, too.
pub fn list(read: &Read, status: Option<MailStatus>, start: u64, limit: u64) -> Result<(Vec<MailRow>, i64)> {
    let start = i64::try_from(start).unwrap_or(i64::MAX);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = read.all(
        &format!(
            "SELECT {COLUMNS} FROM mails WHERE ?1 IS NULL OR status = ?1 ORDER BY id DESC LIMIT ?3 OFFSET ?2"
        ),
        params![status, start, limit],
        mail,
    )?;
    let sql = "SELECT count(*) FROM mails WHERE ?1 IS NULL OR status = ?1";
    Ok((rows, read.one(sql, [status], |row| row.get(0))?))
}

fn mail(row: &Row<'_>) -> rusqlite::Result<MailRow> {
    Ok(MailRow {
        id: row.get(0)?,
        kind: row.get(1)?,
        address: row.get(2)?,
        name: row.get(3)?,
        language: row.get::<_, Option<String>>(4)?.and_then(|code| Language::named(&code)),
        values: row.get(5)?,
        status: row.get(6)?,
        tries: row.get(7)?,
        created: row.get(8)?,
        due: row.get(9)?,
        useless_from: row.get(10)?,
        said: row.get(11)?,
    })
}
