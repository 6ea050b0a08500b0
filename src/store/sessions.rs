//! Sessions of browsers and scripts. Only hashes of tokens are stored.

use super::{Read, Write};
use crate::error::Result;
use rusqlite::{Row, params};

/// A session.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// The public name of the session.
    pub id: String,
    /// `user` or `admin`.
    pub side: String,
    pub user: i64,
    pub xsrf: String,
    pub created: i64,
    pub last_used: i64,
    pub address: String,
    pub agent: String,
    /// True if the session was begun with a second factor, or by a session that was.
    pub has_factor: bool,
    /// The device on which the session was begun.
    pub device: Option<i64>,
}

const COLUMNS: &str =
    "token_hash, id, side, user, xsrf, created, last_used, address, agent, has_factor, device";

/// The session with a token's hash.
pub fn find(read: &Read, token_hash: &[u8; 32]) -> Result<Option<SessionRow>> {
    read.first(&format!("SELECT {COLUMNS} FROM sessions WHERE token_hash = ?1"), [token_hash], session)
}

/// The sessions of an account, the most recently used first.
pub fn of_user(read: &Read, user: i64) -> Result<Vec<SessionRow>> {
    let sql = format!("SELECT {COLUMNS} FROM sessions WHERE user = ?1 ORDER BY last_used DESC, created DESC");
    read.all(&sql, [user], session)
}

/// Ends the session with this public name, if it belongs to the account. Returns true if it did.
pub fn delete_by_id(write: &Write, user: i64, id: &str) -> Result<bool> {
    write.accounts_changed();
    Ok(write.run("DELETE FROM sessions WHERE user = ?1 AND id = ?2", params![user, id])? > 0)
}

/// Stores a new session and ends the account's oldest ones beyond `keep`. Otherwise, a script that
/// signs in every minute and never signs out would fill the table.
pub fn insert(write: &Write, session: &SessionRow, keep: u32) -> Result<()> {
    write.run(
        "INSERT INTO sessions (token_hash, id, side, user, xsrf, created, last_used, address, agent, has_factor, device) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            session.token_hash,
            session.id,
            session.side,
            session.user,
            session.xsrf,
            session.created,
            session.last_used,
            session.address,
            session.agent,
            session.has_factor,
            session.device
        ],
    )?;
    write.accounts_changed();
    write.run(
        "DELETE FROM sessions WHERE user = ?1 AND side = ?2 AND token_hash NOT IN (SELECT token_hash FROM sessions \
         WHERE user = ?1 AND side = ?2 ORDER BY token_hash = ?4 DESC, last_used DESC, created DESC LIMIT ?3)",
        params![session.user, session.side, keep, session.token_hash],
    )?;
    Ok(())
}

/// Ends one session.
pub fn delete(write: &Write, token_hash: &[u8; 32]) -> Result<()> {
    write.accounts_changed();
    write.run("DELETE FROM sessions WHERE token_hash = ?1", [token_hash])?;
    Ok(())
}

/// Ends all sessions of an account except the given one.
pub fn delete_of_user(write: &Write, user: i64, except: Option<&[u8; 32]>) -> Result<()> {
    write.accounts_changed();
    write.run(
        "DELETE FROM sessions WHERE user = ?1 AND (?2 IS NULL OR token_hash <> ?2)",
        params![user, except.map(<[u8; 32]>::as_slice)],
    )?;
    Ok(())
}

/// Ends the admin sessions of an account.
pub fn delete_admin_of_user(write: &Write, user: i64) -> Result<()> {
    write.accounts_changed();
    write.run("DELETE FROM sessions WHERE user = ?1 AND side = 'admin'", [user])?;
    Ok(())
}

/// Notes that a second factor was given in a session.
pub fn factor_given(write: &Write, token_hash: &[u8; 32]) -> Result<()> {
    write.accounts_changed();
    write.run("UPDATE sessions SET has_factor = 1 WHERE token_hash = ?1", [token_hash])?;
    Ok(())
}

/// Sets the time at which a session was last used.
pub fn used(write: &Write, token_hash: &[u8; 32], at: i64) -> Result<()> {
    write.run("UPDATE sessions SET last_used = ?2 WHERE token_hash = ?1", params![token_hash, at])?;
    Ok(())
}

/// Removes sessions that were last used before a time. Returns their number.
pub fn delete_unused_since(write: &Write, time: i64) -> Result<usize> {
    write.accounts_changed();
    write.run("DELETE FROM sessions WHERE last_used < ?1", [time])
}

fn session(row: &Row<'_>) -> rusqlite::Result<SessionRow> {
    Ok(SessionRow {
        token_hash: row.get(0)?,
        id: row.get(1)?,
        side: row.get(2)?,
        user: row.get(3)?,
        xsrf: row.get(4)?,
        created: row.get(5)?,
        last_used: row.get(6)?,
        address: row.get(7)?,
        agent: row.get(8)?,
        has_factor: row.get(9)?,
        device: row.get(10)?,
    })
}
