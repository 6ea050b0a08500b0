//! What happened to files and folders, for people.

use super::profile_images::HAS_ONE;
use super::{Read, Write, nodes};
use crate::base::limits::ACTIVITIES_MAX;
use crate::error::Result;
use rusqlite::{Row, params};

/// What happened, by the API's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// A file came.
    Added = 3,
    /// A file has new content.
    Changed = 4,
    /// It went into the bin.
    Deleted = 5,
    /// It has another name in its folder.
    Renamed = 6,
    /// It lies in another folder.
    Moved = 7,
    /// A folder came.
    FolderMade = 8,
    /// Somebody wrote a comment.
    Commented = 9,
    /// It came back from the bin.
    Restored = 10,
}

/// An entry of the index and where it lies.
#[derive(Clone, Debug)]
pub struct Place {
    pub node: i64,
    /// The id of its folder.
    pub folder: i64,
    pub name: String,
}

/// Something that happened, as it is stored.
#[derive(Clone, Debug)]
pub struct ActivityRow {
    pub id: i64,
    pub at: i64,
    pub action: i64,
    /// The account that did it.
    pub who: String,
    pub who_display_name: String,
    pub who_has_image: bool,
    pub is_folder: bool,
    /// Where the entry is now; its folder is negative in the bin.
    pub now: Place,
    /// Where it was when this happened.
    pub then: Place,
    /// The name or the path before, where it is another.
    pub note: String,
    /// What it was done with.
    pub how: String,
}

const COLUMNS: &str = "activities.id, at, action, users.name, users.display_name, node, nodes.is_folder, nodes.parent, nodes.name, \
     folder, activities.name, note, how";
const TABLES: &str = "activities JOIN users ON users.id = user JOIN nodes ON nodes.id = node";

/// Notes what an account did to an entry that lies where its row says; `note` is the name or the path before.
pub fn note(write: &Write, action: Action, by: &str, node: i64, note: &str) -> Result<()> {
    let Some(row) = nodes::by_id(write, node)? else { return Ok(()) };
    insert(write, action, by, &Place { node, folder: row.parent, name: row.name }, note)
}

/// Notes what an account did to an entry. The oldest of too many are forgotten.
fn insert(write: &Write, action: Action, by: &str, place: &Place, note: &str) -> Result<()> {
    let added = write.run(
        "INSERT INTO activities (at, action, user, node, folder, name, note, how) \
         SELECT ?1, ?2, id, ?4, ?5, ?6, ?7, ?8 FROM users WHERE name = ?3",
        params![write.now(), action as i64, by, place.node, place.folder, place.name, note, &*write.how()],
    )?;
    if added > 0 {
        write.run("DELETE FROM activities WHERE id <= ?1", [write.last_id() - ACTIVITIES_MAX])?;
    }
    Ok(())
}

/// What happened before an activity, the newest first.
pub fn before(read: &Read, id: i64, limit: usize) -> Result<Vec<ActivityRow>> {
    read.all(
        &format!("SELECT {COLUMNS}, {HAS_ONE} FROM {TABLES} WHERE activities.id < ?1 ORDER BY activities.id DESC LIMIT ?2"),
        params![id, limit as i64],
        activity,
    )
}

/// What happened to one entry, the newest first.
pub fn of_node(read: &Read, node: i64, start: usize, limit: usize) -> Result<Vec<ActivityRow>> {
    read.all(
        &format!("SELECT {COLUMNS}, {HAS_ONE} FROM {TABLES} WHERE node = ?1 ORDER BY activities.id DESC LIMIT ?3 OFFSET ?2"),
        params![node, i64::try_from(start).unwrap_or(i64::MAX), limit as i64],
        activity,
    )
}

/// Forgets what happened before a time.
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
