//! Links that can be used once.

use super::column::number_column;
use super::{Read, Write};
use crate::base::limits::MAILED_LINKS_MAX;
use crate::error::Result;
use rusqlite::{Row, params};

number_column! {
    /// The purpose of a link.
    Purpose {
        /// To choose a new password.
        Password = 1,
        /// To choose the first password of a new account.
        Invitation = 2,
        /// To verify an e-mail address.
        Email = 3,
    }
}

/// A link. Only the hash of its secret is stored.
#[derive(Clone, Debug)]
pub struct OneTimeLinkRow {
    pub token_hash: [u8; 32],
    pub user: i64,
    pub purpose: Purpose,
    /// The address to which it is mailed; `None` if a person copies it.
    pub email: Option<String>,
    /// Seconds since 1970 UTC.
    pub expires: i64,
}

/// The link with this hash, unless it has expired.
pub fn find(read: &Read, token_hash: &[u8; 32], now: i64) -> Result<Option<OneTimeLinkRow>> {
    let sql = "SELECT token_hash, user, purpose, email, expires FROM one_time_links \
               WHERE token_hash = ?1 AND expires > ?2";
    read.first(sql, params![token_hash, now], link)
}

/// Stores a link that a person copies, and replaces the previous one. Mailed links stay valid.
pub fn insert_copied(write: &Write, link: &OneTimeLinkRow) -> Result<()> {
    write.run("DELETE FROM one_time_links WHERE user = ?1 AND email IS NULL", [link.user])?;
    insert(write, link)
}

/// True if another link may be mailed to an account. The limit keeps others from filling a person's
/// inbox.
pub fn may_mail(write: &Write, user: i64) -> Result<bool> {
    write.run("DELETE FROM one_time_links WHERE expires <= ?1", [write.now()])?;
    let sql = "SELECT count(*) FROM one_time_links WHERE user = ?1 AND email IS NOT NULL";
    Ok(write.one(sql, [user], |row| row.get::<_, i64>(0))? < MAILED_LINKS_MAX)
}

/// Stores a link.
pub fn insert(write: &Write, link: &OneTimeLinkRow) -> Result<()> {
    write.run(
        "INSERT INTO one_time_links (token_hash, user, purpose, email, created, expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![link.token_hash, link.user, link.purpose, link.email, write.now(), link.expires],
    )?;
    Ok(())
}

/// Uses up a link. Returns false if it is not valid any more.
pub fn take(write: &Write, token_hash: &[u8; 32]) -> Result<bool> {
    let taken = "DELETE FROM one_time_links WHERE token_hash = ?1 AND expires > ?2";
    Ok(write.run(taken, params![token_hash, write.now()])? > 0)
}

/// Ends all links of an account that allow choosing a password.
pub fn end_for_password(write: &Write, user: i64) -> Result<()> {
    write
        .run("DELETE FROM one_time_links WHERE user = ?1 AND purpose <> ?2", params![user, Purpose::Email])?;
    Ok(())
}

/// Ends the links of an account that were mailed.
pub fn end_mailed(write: &Write, user: i64) -> Result<()> {
    write.run("DELETE FROM one_time_links WHERE user = ?1 AND email IS NOT NULL", [user])?;
    Ok(())
}

fn link(row: &Row<'_>) -> rusqlite::Result<OneTimeLinkRow> {
    Ok(OneTimeLinkRow {
        token_hash: row.get(0)?,
        user: row.get(1)?,
        purpose: row.get(2)?,
        email: row.get(3)?,
        expires: row.get(4)?,
    })
}
