//! Accounts that people made for themselves, and the approvals that they wait for.

use super::column::number_column;
use super::users::AccountStatus;
use super::{Read, Write};
use crate::error::Result;
use rusqlite::params;
use std::collections::HashMap;

number_column! {
    /// The approval that an account waits for.
    Waits {
        /// The account waits for nothing.
        No = 0,
        /// Its owner must verify the e-mail address.
        ForEmail = 1,
        /// An administrator must allow it.
        ForAdmin = 2,
    }
}

/// An account that somebody made for themselves.
#[derive(Clone, Copy, Debug)]
pub struct SignUpRow {
    /// The status of the account after the approval.
    pub status: AccountStatus,
    pub waits: Waits,
}

/// The number of accounts that were made since a time.
pub fn count_since(read: &Read, time: i64) -> Result<u64> {
    let sql = "SELECT count(*) FROM sign_ups WHERE created > ?1";
    read.one(sql, [time], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
}

/// Accounts that were made before a time and still wait for the verification of their e-mail
/// address.
pub fn forgotten(read: &Read, time: i64) -> Result<Vec<i64>> {
    let sql = "SELECT user FROM sign_ups WHERE waits = ?1 AND created < ?2";
    read.all(sql, params![Waits::ForEmail, time], |row| row.get(0))
}

/// The approvals that accounts wait for, by the account's id.
pub fn waiting(read: &Read) -> Result<HashMap<i64, Waits>> {
    let sql = "SELECT user, waits FROM sign_ups WHERE waits <> ?1";
    Ok(read.all(sql, [Waits::No], |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

/// Notes that somebody made an account for themselves.
pub fn insert(write: &Write, user: i64, sign_up: SignUpRow) -> Result<()> {
    write.run(
        "INSERT INTO sign_ups (user, status, waits, created) VALUES (?1, ?2, ?3, ?4)",
        params![user, sign_up.status, sign_up.waits, write.now()],
    )?;
    Ok(())
}

/// The later status of an account that waits for the verification of its e-mail address; `None` for
/// any other account.
pub fn waiting_for_email(read: &Read, user: i64) -> Result<Option<AccountStatus>> {
    let sql = "SELECT status FROM sign_ups WHERE user = ?1 AND waits = ?2";
    read.first(sql, params![user, Waits::ForEmail], |row| row.get(0))
}

/// Notes that an account does not wait any more.
pub fn is_admitted(write: &Write, user: i64) -> Result<()> {
    write.run("UPDATE sign_ups SET waits = ?2 WHERE user = ?1", params![user, Waits::No])?;
    Ok(())
}
