//! The rights of administrators who may not do everything, by area.

use super::{Read, Write};
use crate::error::Result;
use rusqlite::params;

/// The rights of an administrator in an area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminRightRow {
    pub area: String,
    pub may_read: bool,
    pub may_change: bool,
}

/// The rows of an account. None mean that an administrator may do everything.
pub fn of_user(read: &Read, user: i64) -> Result<Vec<AdminRightRow>> {
    read.all("SELECT area, may_read, may_change FROM admin_rights WHERE user = ?1", [user], |row| {
        Ok(AdminRightRow { area: row.get(0)?, may_read: row.get(1)?, may_change: row.get(2)? })
    })
}

/// Replaces the rows of an account.
pub fn replace(write: &Write, user: i64, rows: &[AdminRightRow]) -> Result<()> {
    write.accounts_changed();
    write.run("DELETE FROM admin_rights WHERE user = ?1", [user])?;
    for row in rows {
        write.run(
            "INSERT INTO admin_rights (user, area, may_read, may_change) VALUES (?1, ?2, ?3, ?4)",
            params![user, row.area, row.may_read, row.may_change],
        )?;
    }
    Ok(())
}
