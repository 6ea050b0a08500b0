//! Activities: the history of files and folders, as people see it.

use super::column::number_column;
use super::profile_images::HAS_ONE;
use super::{Read, Write, nodes};
use crate::base::limits::ACTIVITIES_MAX;
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
    pub node: i64,
    /// The id of its folder.
    pub folder: i64,
    pub name: String,
}

/// An activity as it is stored.
#[derive(Clone, Debug)]
pub struct ActivityRow {
    pub id: i64,
    pub at: i64,
    pub action: Action,
    /// The account that did it.
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

const COLUMNS: &str = "activities.id, at, action, users.name, users.display_name, node, nodes.is_folder, nodes.parent, nodes.name, \
     folder, activities.name, note, how";
const TABLES: &str = "activities JOIN users ON users.id = user JOIN nodes ON nodes.id = node";

/// Adds an activity for an entry, at the location that its row in the index has. `note` is the
/// previous name or path.
pub fn note(write: &Write, action: Action, by: &str, node: i64, note: &str) -> Result<()> {
    let Some(row) = nodes::by_id(write, node)? else { return Ok(()) };
    insert(write, action, by, &Place { node, folder: row.parent, name: row.name }, note)
}

/// Adds an activity and removes the oldest ones beyond the limit.
fn insert(write: &Write, action: Action, by: &str, place: &Place, note: &str) -> Result<()> {
    let added = write.run(
        "INSERT INTO activities (at, action, user, node, folder, name, note, how) \
         SELECT ?1, ?2, id, ?4, ?5, ?6, ?7, ?8 FROM users WHERE name = ?3",
        params![write.now(), action, by, place.node, place.folder, place.name, note, &*write.how()],
    )?;
    if added > 0 {
        write.run("DELETE FROM activities WHERE id <= ?1", [write.last_id() - ACTIVITIES_MAX])?;
    }
    Ok(())
}

/// Activities older than the given one, the newest first.
pub fn before(read: &Read, id: i64, limit: usize) -> Result<Vec<ActivityRow>> {
    read.all(
        &format!("SELECT {COLUMNS}, {HAS_ONE} FROM {TABLES} WHERE activities.id < ?1 ORDER BY activities.id DESC LIMIT ?2"),
        params![id, limit as i64],
        activity,
    )
}

/// Activities of one entry, the newest first.
pub fn of_node(read: &Read, node: i64, start: usize, limit: usize) -> Result<Vec<ActivityRow>> {
    read.all(
        &format!("SELECT {COLUMNS}, {HAS_ONE} FROM {TABLES} WHERE node = ?1 ORDER BY activities.id DESC LIMIT ?3 OFFSET ?2"),
        params![node, i64::try_from(start).unwrap_or(i64::MAX), limit as i64],
        activity,
    )
}

/// Removes activities from before a time.
pub fn forget(write: &Write, before: i64) -> Result<()> {
    write.run("DELETE FROM activities WHERE at < ?1", [before])?;
    Ok(())
}

fn activity(row: &Row<'_>) -> rusqlite::Result<ActivityRow> {
    let node = row.get(5)?;
    Ok(ActivityRow {
        id: row.get(0)?,
        at: row.get(1)?,
        action: row.get(2)?,
        who: row.get(3)?,
        who_display_name: row.get(4)?,
        who_has_image: row.get(13)?,
        is_folder: row.get(6)?,
        now: Place { node, folder: row.get(7)?, name: row.get(8)? },
        then: Place { node, folder: row.get(9)?, name: row.get(10)? },
        note: row.get(11)?,
        how: row.get(12)?,
    })
}
