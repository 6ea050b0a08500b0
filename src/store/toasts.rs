//! Notifications: changes by others that a person should see at the next visit.

use super::column::number_column;
use super::profile_images::HAS_ONE;
use super::{Read, Write};
use crate::base::limits::TOASTS_MAX;
use crate::error::Result;
use rusqlite::{Row, params};

number_column! {
    /// The kinds of notifications. A comment has the number that it has as an activity.
    NotificationKind {
        /// Somebody else has commented on a file of the account.
        Comment = 9,
        /// The account has almost reached its quota. The entry is its home.
        Limit = 101,
        /// A disk is nearly full. The entry is the home of the account.
        Disk = 102,
        /// Somebody has shared the entry with the account.
        Share = 103,
        /// Somebody has removed the second factor of the account. The entry is its home.
        SecondFactorReset = 104,
        /// A client deleted or replaced very many files and is held. The entry is the home of the
        /// account that is told.
        Held = 105,
    }
}

/// A notification as it is stored.
#[derive(Clone, Debug)]
pub struct ToastRow {
    pub id: i64,
    /// The name of the account that made the change.
    pub actor: String,
    pub actor_display_name: String,
    pub actor_has_image: bool,
    /// The entry's id in the index.
    pub node: i64,
    pub kind: NotificationKind,
    pub text: String,
    pub created: i64,
    pub is_read: bool,
}

/// A new notification.
#[derive(Clone, Debug)]
pub struct NewToast<'a> {
    /// The account that receives it.
    pub user: i64,
    /// The account that made the change.
    pub actor: i64,
    pub node: i64,
    pub kind: NotificationKind,
    pub text: &'a str,
}

/// Stores a notification and removes the oldest ones beyond the limit.
pub fn insert(write: &Write, toast: &NewToast<'_>) -> Result<()> {
    write.run(
        "INSERT INTO toasts (user, actor, node, action, text, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![toast.user, toast.actor, toast.node, toast.kind, toast.text, write.now()],
    )?;
    write.run(
        "DELETE FROM toasts WHERE user = ?1 AND id NOT IN \
         (SELECT id FROM toasts WHERE user = ?1 ORDER BY id DESC LIMIT ?2)",
        params![toast.user, TOASTS_MAX],
    )?;
    Ok(())
}

/// The notifications of an account, the newest first.
pub fn of_user(read: &Read, user: i64) -> Result<Vec<ToastRow>> {
    read.all(
        &format!(
            "SELECT toasts.id, users.name, users.display_name, node, action, text, toasts.created, is_read, {HAS_ONE} \
             FROM toasts JOIN users ON users.id = actor WHERE user = ?1 ORDER BY toasts.id DESC"
        ),
        [user],
        toast,
    )
}

/// The number of notifications that an account has not read.
pub fn count_unread(read: &Read, user: i64) -> Result<u64> {
    let sql = "SELECT count(*) FROM toasts WHERE user = ?1 AND is_read = 0";
    read.one(sql, [user], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
}

/// Marks a notification as read. Returns false if the account has no such notification.
pub fn mark_read(write: &Write, user: i64, id: i64) -> Result<bool> {
    write.run("UPDATE toasts SET is_read = 1 WHERE user = ?1 AND id = ?2", [user, id]).map(|rows| rows > 0)
}

/// Removes a notification. Returns false if the account has no such notification.
pub fn delete(write: &Write, user: i64, id: i64) -> Result<bool> {
    write.run("DELETE FROM toasts WHERE user = ?1 AND id = ?2", [user, id]).map(|rows| rows > 0)
}

/// Removes all notifications of an account.
pub fn delete_all(write: &Write, user: i64) -> Result<()> {
    write.run("DELETE FROM toasts WHERE user = ?1", [user])?;
    Ok(())
}

fn toast(row: &Row<'_>) -> rusqlite::Result<ToastRow> {
    Ok(ToastRow {
        id: row.get(0)?,
        actor: row.get(1)?,
        actor_display_name: row.get(2)?,
        node: row.get(3)?,
        kind: row.get(4)?,
        text: row.get(5)?,
        created: row.get(6)?,
        is_read: row.get(7)?,
        actor_has_image: row.get(8)?,
    })
}
