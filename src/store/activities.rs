//! Activities: the history of files and folders, as people see it. If an account changes many
//! entries of a folder, this is one activity with many entries.

use super::column::number_column;
use super::nodes::{self, NodeRow};
use super::profile_images::HAS_ONE;
use super::{Read, Write};
use crate::base::limits::{
    ACTIVITIES_MAX, ACTIVITY_ENTRIES_MAX, ACTIVITY_PAUSE_OF_PROGRAMS_SECONDS, ACTIVITY_PAUSE_SECONDS,
};
use crate::error::Result;
use rusqlite::{Row, params};

number_column! {
    /// The kinds of activities, with the numbers of the API.
    Action {
        /// A new file.
        Added = 3,
        /// New content of a file.
        Changed = 4,
        /// Moved into the recycle bin.
        Deleted = 5,
        /// Renamed in its folder.
        Renamed = 6,
        /// Moved to another folder.
        Moved = 7,
        /// A new folder.
        FolderMade = 8,
        /// A new comment.
        Commented = 9,
        /// Restored from the recycle bin.
        Restored = 10,
    }
}

/// The location of an entry of the index.
#[derive(Clone, Debug)]
pub struct Place {
    /// The id of its folder.
    pub folder: i64,
    pub name: String,
}

/// An action on one entry.
#[derive(Clone, Debug)]
pub struct ActivityRow {
    pub at: i64,
    pub action: Action,
    /// The account that did it; empty for another program.
    pub who: String,
    pub who_display_name: String,
    pub who_has_image: bool,
    pub is_folder: bool,
    /// The entry's current location. In the recycle bin, the folder is negative.
    pub now: Place,
    /// The entry's location at the time of the activity.
    pub then: Place,
    /// The previous name or path, if it has changed.
    pub note: String,
    /// The kind of client that was used.
    pub how: String,
}

const COLUMNS: &str = "activity_entries.at, action, coalesce(users.name, ''), coalesce(users.display_name, ''), nodes.is_folder, nodes.parent, nodes.name, folder, activity_entries.name, note, how";
const TABLES: &str = "activity_entries JOIN activities ON activities.id = activity \
     LEFT JOIN users ON users.id = activities.user JOIN nodes ON nodes.id = node";

/// An action on one entry, on its way to the table.
struct Act<'a> {
    action: Action,
    /// The account; `None` for another program.
    by: Option<i64>,
    node: &'a NodeRow,
    note: &'a str,
}

/// Adds an action on an entry, at the location that its row in the index has. `note` is the
/// previous name or path. If the same account undoes an action soon, both are left out.
pub fn note(write: &Write, action: Action, by: &str, node: i64, note: &str) -> Result<()> {
    let user = write.first("SELECT id FROM users WHERE name = ?1", [by], |row| row.get(0))?;
    let (Some(user), Some(row)) = (user, nodes::by_id(write, node)?) else { return Ok(()) };
    let is_written = matches!(action, Action::Added | Action::Changed);
    // A visit may have met a new file before its upload was recorded.
    let was_met = is_written && forget_of_programs(write, node)?;
    let action = if was_met { Action::Added } else { action };
    let act = Act { action, by: Some(user), node: &row, note };
    if act.undo(write)? { Ok(()) } else { act.insert(write) }
}

/// Adds changes by another program, as a visit found them.
pub fn note_of_program(write: &Write, action: Action, node: i64) -> Result<()> {
    let Some(row) = nodes::by_id(write, node)? else { return Ok(()) };
    Act { action, by: None, node: &row, note: "" }.insert(write)
}

/// Removes the changes that visits have recently recorded for an entry. Returns true if there were
/// any.
fn forget_of_programs(write: &Write, node: i64) -> Result<bool> {
    const JUST_SECONDS: i64 = 60;
    let forgotten = write.run(
        "DELETE FROM activity_entries WHERE node = ?1 AND at > ?2 \
         AND activity IN (SELECT id FROM activities WHERE user IS NULL)",
        [node, write.now() - JUST_SECONDS],
    )?;
    Ok(forgotten > 0)
}

impl Act<'_> {
    /// Removes the entry's last action if this one undoes it soon. Returns true if it does.
    fn undo(&self, write: &Write) -> Result<bool> {
        let undone = match self.action {
            Action::Restored => Action::Deleted,
            Action::Moved => Action::Moved,
            Action::Renamed => Action::Renamed,
            _ => return Ok(false),
        };
        let last: Option<(i64, Action, Option<i64>, i64, String)> = write.first(
            "SELECT activity_entries.id, action, user, activity_entries.at, note FROM activity_entries \
             JOIN activities ON activities.id = activity WHERE node = ?1 \
             ORDER BY activity_entries.at DESC, activity_entries.id DESC LIMIT 1",
            [self.node.id],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)),
        )?;
        let Some((id, action, user, at, note)) = last else { return Ok(false) };
        let is_back = match undone {
            Action::Moved => nodes::place(write, self.node.id)?.is_some_and(|place| place.path() == note),
            Action::Renamed => note == self.node.name,
            _ => true,
        };
        let is_undone = is_back && action == undone && user == self.by;
        if !is_undone || at < write.now() - ACTIVITY_PAUSE_SECONDS {
            return Ok(false);
        }
        write.run("DELETE FROM activity_entries WHERE id = ?1", [id])?;
        Ok(true)
    }

    /// Adds this action to the activity that it continues, or to a new one. Removes the oldest
    /// entries beyond the limit.
    fn insert(&self, write: &Write) -> Result<()> {
        let now = write.now();
        let activity = match self.continued(write)? {
            Some(activity) => activity,
            None => self.begin(write)?,
        };
        write.run("UPDATE activities SET at = ?2 WHERE id = ?1", [activity, now])?;
        let known = write.run(
            "UPDATE activity_entries SET at = ?3 WHERE node = ?2 AND activity = ?1",
            [activity, self.node.id, now],
        )?;
        if known == 0 {
            write.run(
                "INSERT INTO activity_entries (activity, at, node, name, note) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![activity, now, self.node.id, self.node.name, self.note],
            )?;
            write.run(
                "DELETE FROM activity_entries WHERE id <= ?1",
                [write.last_id() - ACTIVITY_ENTRIES_MAX],
            )?;
        }
        Ok(())
    }

    /// The activity that this action continues. Each comment is an activity of its own.
    fn continued(&self, write: &Write) -> Result<Option<i64>> {
        if self.action == Action::Commented {
            return Ok(None);
        }
        let pause = self.by.map_or(ACTIVITY_PAUSE_OF_PROGRAMS_SECONDS, |_| ACTIVITY_PAUSE_SECONDS);
        let since = write.now() - pause;
        write.first(
            "SELECT id FROM activities WHERE folder = ?1 AND action = ?2 AND user IS ?3 AND came_from = ?4 \
             AND how = ?5 AND at >= ?6 ORDER BY id DESC LIMIT 1",
            params![self.node.parent, self.action, self.by, self.came_from(), self.how(write), since],
            |row| row.get(0),
        )
    }

    fn begin(&self, write: &Write) -> Result<i64> {
        write.run(
            "INSERT INTO activities (at, action, user, folder, came_from, how) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![write.now(), self.action, self.by, self.node.parent, self.came_from(), self.how(write)],
        )?;
        let id = write.last_id();
        write.run("DELETE FROM activities WHERE id <= ?1", [id - ACTIVITIES_MAX])?;
        Ok(id)
    }

    /// The path of the folder from which it was moved.
    fn came_from(&self) -> &str {
        let is_moved = self.action == Action::Moved;
        self.note.rsplit_once('/').filter(|_| is_moved).map_or("", |(folder, _)| folder)
    }

    /// The kind of client. A visit has a kind of client, too, but that client did not make the
    /// change.
    fn how(&self, write: &Write) -> String {
        self.by.map_or_else(String::new, |_| write.how().to_string())
    }
}

/// The time and id of an activity. They order all activities.
pub type Age = (i64, i64);

/// Activities older than the given one, the newest first.
pub fn before(read: &Read, (at, id): Age, limit: usize) -> Result<Vec<Age>> {
    read.all(
        "SELECT at, id FROM activities WHERE at <= ?1 AND (at, id) < (?1, ?2) ORDER BY at DESC, id DESC LIMIT ?3",
        params![at, id, limit as i64],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// The entries of an activity, the newest first.
pub fn entries(read: &Read, activity: i64) -> Result<Vec<ActivityRow>> {
    const SQL: &str = "WHERE activity = ?1 ORDER BY activity_entries.at DESC, activity_entries.id DESC";
    read.all(&format!("SELECT {COLUMNS}, {HAS_ONE} FROM {TABLES} {SQL}"), [activity], activity_row)
}

/// The actions on one entry, the newest first.
pub fn of_node(read: &Read, node: i64, start: usize, limit: usize) -> Result<Vec<ActivityRow>> {
    const SQL: &str =
        "WHERE node = ?1 ORDER BY activity_entries.at DESC, activity_entries.id DESC LIMIT ?3 OFFSET ?2";
    read.all(
        &format!("SELECT {COLUMNS}, {HAS_ONE} FROM {TABLES} {SQL}"),
        params![node, i64::try_from(start).unwrap_or(i64::MAX), limit as i64],
        activity_row,
    )
}

/// Removes activities from before a time.
pub fn forget(write: &Write, before: i64) -> Result<()> {
    write.run("DELETE FROM activities WHERE at < ?1", [before])?;
    Ok(())
}

fn activity_row(row: &Row<'_>) -> rusqlite::Result<ActivityRow> {
    Ok(ActivityRow {
        at: row.get(0)?,
        action: row.get(1)?,
        who: row.get(2)?,
        who_display_name: row.get(3)?,
        is_folder: row.get(4)?,
        now: Place { folder: row.get(5)?, name: row.get(6)? },
        then: Place { folder: row.get(7)?, name: row.get(8)? },
        note: row.get(9)?,
        how: row.get(10)?,
        who_has_image: row.get(11)?,
    })
}
