//! Second factors of accounts, and recovery codes for people who have lost theirs.

use super::{Read, Write};
use crate::error::Result;
use rusqlite::params;

/// The second factor of an account.
#[derive(Clone)]
pub struct FactorRow {
    /// The key that the authenticator app has, too.
    pub key: Vec<u8>,
    /// The step of the last accepted code.
    pub last_step: i64,
    pub created: i64,
}

/// The second factor of an account, if it has one.
pub fn of_user(read: &Read, user: i64) -> Result<Option<FactorRow>> {
    let sql = "SELECT key, last_step, created FROM second_factors WHERE user = ?1";
    read.first(sql, [user], |row| {
        Ok(FactorRow { key: row.get(0)?, last_step: row.get(1)?, created: row.get(2)? })
    })
}

/// True if an account has a second factor.
pub fn exists(read: &Read, user: i64) -> Result<bool> {
    Ok(of_user(read, user)?.is_some())
}

/// Stores a second factor and replaces the previous one.
pub fn set(write: &Write, user: i64, key: &[u8], last_step: i64) -> Result<()> {
    delete(write, user)?;
    write.run(
        "INSERT INTO second_factors (user, key, last_step, created) VALUES (?1, ?2, ?3, ?4)",
        params![user, key, last_step, write.now()],
    )?;
    Ok(())
}

/// Notes that the code of a step was accepted. Returns false if this code or a later one was
/// accepted before.
pub fn count(write: &Write, user: i64, step: i64) -> Result<bool> {
    let sql = "UPDATE second_factors SET last_step = ?2 WHERE user = ?1 AND last_step < ?2";
    Ok(write.run(sql, params![user, step])? > 0)
}

/// Removes the second factor of an account and its recovery codes. Returns false if there was none.
pub fn delete(write: &Write, user: i64) -> Result<bool> {
    Ok(write.run("DELETE FROM second_factors WHERE user = ?1", [user])? > 0)
}

/// Stores recovery codes and replaces the previous ones.
pub fn set_recovery_codes(write: &Write, user: i64, hashes: &[[u8; 32]]) -> Result<()> {
    write.run("DELETE FROM recovery_codes WHERE user = ?1", [user])?;
    hashes.iter().try_for_each(|hash| {
        write.run("INSERT INTO recovery_codes (user, code_hash) VALUES (?1, ?2)", params![user, hash])?;
        Ok(())
    })
}

/// The number of unused recovery codes of an account.
pub fn recovery_codes(read: &Read, user: i64) -> Result<u64> {
    let sql = "SELECT count(*) FROM recovery_codes WHERE user = ?1";
    read.one(sql, [user], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
}

/// True if an account has this recovery code.
pub fn has_recovery_code(read: &Read, user: i64, hash: &[u8; 32]) -> Result<bool> {
    let sql = "SELECT 1 FROM recovery_codes WHERE user = ?1 AND code_hash = ?2";
    Ok(read.first(sql, params![user, hash], |_| Ok(()))?.is_some())
}

/// Uses up a recovery code. Returns false if there is no such code.
pub fn use_recovery_code(write: &Write, user: i64, hash: &[u8; 32]) -> Result<bool> {
    let sql = "DELETE FROM recovery_codes WHERE user = ?1 AND code_hash = ?2";
    Ok(write.run(sql, params![user, hash])? > 0)
}
