//! Favorites: entries that people star or put into lists.

use super::{Read, Write, shares};
use crate::error::Result;
use rusqlite::{Row, params};

/// The list of starred entries. Every account has it, without a row.
pub const STARS: i64 = 0;

/// A list that an account has made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRow {
    pub id: i64,
    pub name: String,
}

/// An entry in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FavoriteRow {
    pub id: i64,
    pub list: i64,
    /// The entry's id in the index.
    pub node: i64,
    pub position: i64,
}

const COLUMNS: &str = "favorites.id, favorites.list, favorites.node, favorites.position";

/// The lists that an account has made, by name.
pub fn lists(read: &Read, user: i64) -> Result<Vec<ListRow>> {
    read.all("SELECT id, name FROM favorite_lists WHERE user = ?1 ORDER BY name", [user], list)
}

/// A list by its id.
pub fn list_by_id(read: &Read, user: i64, id: i64) -> Result<Option<ListRow>> {
    read.first("SELECT id, name FROM favorite_lists WHERE user = ?1 AND id = ?2", [user, id], list)
}

/// A list by its name.
pub fn list_by_name(read: &Read, user: i64, name: &str) -> Result<Option<ListRow>> {
    read.first("SELECT id, name FROM favorite_lists WHERE user = ?1 AND name = ?2", params![user, name], list)
}

/// Makes a list and returns its id.
pub fn insert_list(write: &Write, user: i64, name: &str) -> Result<i64> {
    write.run(
        "INSERT INTO favorite_lists (user, name, created) VALUES (?1, ?2, ?3)",
        params![user, name, write.now()],
    )?;
    Ok(write.last_id())
}

/// Renames a list.
pub fn rename_list(write: &Write, user: i64, id: i64, name: &str) -> Result<()> {
    write.run("UPDATE favorite_lists SET name = ?3 WHERE user = ?1 AND id = ?2", params![user, id, name])?;
    Ok(())
}

/// Removes a list with its favorites and its share.
pub fn delete_list(write: &Write, user: i64, id: i64) -> Result<()> {
    clear(write, user, id)?;
    write.run("DELETE FROM favorite_lists WHERE user = ?1 AND id = ?2", [user, id])?;
    Ok(())
}

/// The number of entries in a list.
pub fn count_in_list(read: &Read, user: i64, list: i64) -> Result<u64> {
    let sql = "SELECT count(*) FROM favorites WHERE user = ?1 AND list = ?2";
    read.one(sql, [user, list], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
}

/// The number of entries in all lists of an account.
pub fn count(read: &Read, user: i64) -> Result<u64> {
    let sql = "SELECT count(*) FROM favorites WHERE user = ?1";
    read.one(sql, [user], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
}

/// Appends an entry to a list. An entry that is already in the list stays where it is.
pub fn insert(write: &Write, user: i64, list: i64, node: i64) -> Result<()> {
    write.run(
        "INSERT INTO favorites (user, list, node, position) VALUES (?1, ?2, ?3, \
         (SELECT coalesce(max(position), 0) + 1 FROM favorites WHERE user = ?1 AND list = ?2)) \
         ON CONFLICT (user, list, node) DO NOTHING",
        [user, list, node],
    )?;
    note_change(write, list)
}

/// Notes that other people may reach other entries now, if the list is shared.
fn note_change(write: &Write, list: i64) -> Result<()> {
    if list != STARS && shares::of_album(write, list)?.is_some() {
        write.grants_changed();
    }
    Ok(())
}

/// Removes an entry from a list.
pub fn delete(write: &Write, user: i64, list: i64, node: i64) -> Result<()> {
    note_change(write, list)?;
    write.run("DELETE FROM favorites WHERE user = ?1 AND list = ?2 AND node = ?3", [user, list, node])?;
    Ok(())
}

/// Empties a list.
pub fn clear(write: &Write, user: i64, list: i64) -> Result<()> {
    note_change(write, list)?;
    write.run("DELETE FROM favorites WHERE user = ?1 AND list = ?2", [user, list])?;
    Ok(())
}

/// The favorites in a list, in their order.
pub fn in_list(read: &Read, user: i64, list: i64) -> Result<Vec<FavoriteRow>> {
    read.all(
        &format!("SELECT {COLUMNS} FROM favorites WHERE user = ?1 AND list = ?2 ORDER BY position"),
        [user, list],
        |row| favorite(row, 0),
    )
}

/// The favorites of an account for an entry, the star first.
pub fn of_node(read: &Read, user: i64, node: i64) -> Result<Vec<FavoriteRow>> {
    read.all(
        &format!("SELECT {COLUMNS} FROM favorites WHERE user = ?1 AND node = ?2 ORDER BY list"),
        [user, node],
        |row| favorite(row, 0),
    )
}

/// The favorites of an account in a folder, by name, the star last. The query starts from the
/// account's favorites, which are few, and not from the folder.
pub fn in_folder(read: &Read, user: i64, folder: i64) -> Result<Vec<(String, FavoriteRow)>> {
    read.all(
        &format!(
            "SELECT nodes.name, {COLUMNS} FROM favorites CROSS JOIN nodes ON nodes.id = favorites.node \
             WHERE favorites.user = ?1 AND nodes.parent = ?2 ORDER BY favorites.list DESC"
        ),
        [user, folder],
        |row| Ok((row.get(0)?, favorite(row, 1)?)),
    )
}

fn list(row: &Row<'_>) -> rusqlite::Result<ListRow> {
    Ok(ListRow { id: row.get(0)?, name: row.get(1)? })
}

fn favorite(row: &Row<'_>, first: usize) -> rusqlite::Result<FavoriteRow> {
    Ok(FavoriteRow {
        id: row.get(first)?,
        list: row.get(first + 1)?,
        node: row.get(first + 2)?,
        position: row.get(first + 3)?,
    })
}
