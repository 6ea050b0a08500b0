//! People who were invited into the cloud by mail.
//!
//! An invitation is open as long as nobody has signed in to its account.

use super::users::AccountStatus;
use super::{Read, Write};
use crate::error::Result;
use rusqlite::params;

/// Notes by whom the owner of a new account was invited.
pub fn insert(write: &Write, user: i64, inviter: i64) -> Result<()> {
    write.run(
        "INSERT INTO invitations (user, inviter, created) VALUES (?1, ?2, ?3)",
        params![user, inviter, write.now()],
    )?;
    Ok(())
}

/// The number of open invitations by an account since a time.
pub fn count_open(read: &Read, inviter: i64, since: i64) -> Result<u64> {
    let sql = "SELECT count(*) FROM invitations JOIN users ON id = user \
               WHERE inviter = ?1 AND invitations.created >= ?2 AND last_login IS NULL";
    Ok(read.one(sql, [inviter, since], |row| row.get::<_, i64>(0))?.unsigned_abs())
}

/// True if an account is an open invitation.
pub fn is_open(read: &Read, user: i64) -> Result<bool> {
    let sql =
        "SELECT count(*) FROM invitations JOIN users ON id = user WHERE user = ?1 AND last_login IS NULL";
    Ok(read.one(sql, [user], |row| row.get::<_, i64>(0))? > 0)
}

/// True if an account is an open invitation that only the inviter's share needs: it is still a
/// guest, and not a member of another share or of a group.
pub fn is_for_share_alone(read: &Read, user: i64, inviter: i64, share: &str) -> Result<bool> {
    let sql = "SELECT count(*) FROM invitations JOIN users ON id = user \
               WHERE user = ?1 AND inviter = ?2 AND last_login IS NULL AND status = ?3 \
               AND NOT EXISTS (SELECT 1 FROM share_members WHERE share_members.user = ?1 AND share <> ?4) \
               AND NOT EXISTS (SELECT 1 FROM group_members WHERE group_members.user = ?1)";
    let found =
        read.one(sql, params![user, inviter, AccountStatus::Guest, share], |row| row.get::<_, i64>(0));
    Ok(found? > 0)
}
