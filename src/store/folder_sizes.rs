//! The sizes of folders: the files below each, as far as visits know them.
//!
//! [`index`](super::index) and [`nodes`](super::nodes) note here what each change of a row makes of
//! the size of its folder. The differences wait in the transaction and are added to the folders
//! above before it is committed. An entry counts as much as its own row says when the change is
//! noted; what waits below it is added later along the folders that are above it then. So the order
//! of changes and sums does not matter.

use super::nodes::{DEPTH_MAX, Held, NO_PARENT, NodeRow, child};
use super::size_differences::Amount;
use super::{Read, Write};
use crate::base::path::EXTERNAL;
use crate::error::{Error, Result};
use rusqlite::{Row, params};
use std::collections::{BTreeMap, HashMap};

/// Adds up the entries of a folder. total() never overflows, sum() does.
macro_rules! of_entries {
    ($folder:literal) => {
        concat!(
            "SELECT CAST(total(iif(is_folder, below.bytes, size_bytes)) AS INTEGER), \
             CAST(total(iif(is_folder, below.files, 1)) AS INTEGER), \
             CAST(total(iif(is_folder, below.unvisited, 0)) AS INTEGER) \
             FROM nodes LEFT JOIN folder_sizes AS below ON below.node = nodes.id \
             WHERE nodes.parent = ",
            $folder,
            " AND missing_since IS NULL"
        )
    };
}

/// The size of a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FolderSize {
    /// The bytes of all files below it.
    pub bytes: u64,
    /// True if all folders below it were visited. Otherwise there is at least this.
    pub is_exact: bool,
}

/// The sizes of the folders with these names in a folder, as of the last commit. One query, whatever
/// their number.
pub fn of_folders(read: &Read, parent: i64, names: &[String]) -> Result<HashMap<String, FolderSize>> {
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    let list = serde_json::to_string(names).map_err(Error::internal)?;
    let sizes = read.all(
        "SELECT name, bytes, unvisited FROM json_each(?2) CROSS JOIN nodes ON nodes.parent = ?1 AND name = value \
         CROSS JOIN folder_sizes ON node = nodes.id WHERE is_folder = 1 AND missing_since IS NULL",
        params![parent, list],
        |row| Ok((row.get(0)?, folder_size(row, 1)?)),
    )?;
    Ok(sizes.into_iter().collect())
}

/// The size of one folder, as of the last commit.
pub fn of_node(read: &Read, id: i64) -> Result<Option<FolderSize>> {
    let sql =
        "SELECT bytes, unvisited FROM folder_sizes JOIN nodes ON node = id WHERE node = ?1 AND is_folder = 1";
    read.first(sql, [id], |row| folder_size(row, 0))
}

/// The number and size of files below each root, by the root's name as `CloudPath::root_name`
/// writes it, as far as visits know them.
pub fn held_by_homes(read: &Read, volume: &str) -> Result<HashMap<String, Held>> {
    let held = "SELECT name, bytes, files FROM nodes JOIN folder_sizes ON node = id \
                WHERE parent = ?1 AND is_folder = 1 AND missing_since IS NULL";
    let below = |above: i64| {
        read.all(held, [above], |row| {
            let number = |at| row.get::<_, i64>(at).map(|number| u64::try_from(number).unwrap_or(0));
            Ok((row.get::<_, String>(0)?, Held { bytes: number(1)?, files: number(2)? }))
        })
    };
    let Some(top) = child(read, NO_PARENT, volume)? else { return Ok(HashMap::new()) };
    let mut held: HashMap<String, Held> = below(top.id)?.into_iter().collect();
    held.remove(EXTERNAL);
    if let Some(external) = child(read, top.id, EXTERNAL)?.filter(|external| external.missing_since.is_none())
    {
        let disks = below(external.id)?.into_iter();
        held.extend(disks.map(|(name, disk)| (format!("{EXTERNAL}/{name}"), disk)));
    }
    Ok(held)
}

/// True if the entries of a folder are known.
pub fn is_visited(read: &Read, id: i64) -> Result<bool> {
    let visited =
        read.first("SELECT is_visited FROM folder_sizes WHERE node = ?1", [id], |row| row.get(0))?;
    Ok(visited.unwrap_or(false))
}

/// Notes that the entries of a folder are known.
pub fn set_visited(write: &Write, id: i64) -> Result<()> {
    let sql = "UPDATE folder_sizes SET is_visited = 1 WHERE node = ?1 AND is_visited = 0";
    match write.run(sql, [id])? {
        0 => Ok(()),
        _ => note(write, id, Amount { unvisited: -1, ..Amount::default() }),
    }
}

/// Folders whose sizes do not agree with their entries, in no order.
pub fn wrong(read: &Read) -> Result<Vec<i64>> {
    const SQL: &str = concat!(
        "SELECT node FROM folder_sizes AS own WHERE (own.bytes, own.files, own.unvisited - 1 + own.is_visited) IS NOT (",
        of_entries!("own.node"),
        ")"
    );
    read.all(SQL, [], |row| row.get(0))
}

/// Corrects the sizes of folders that do not agree with their entries. What is added to a folder is
/// added to those above it, too, which count this folder with the size that it had.
pub fn mend(write: &Write, folders: &[i64]) -> Result<()> {
    const STORED: &str = "SELECT bytes, files, unvisited - 1 + is_visited FROM folder_sizes WHERE node = ?1";
    for folder in folders {
        let Some(stored) = write.first(STORED, [folder], amount)? else { continue };
        let of_entries = write.one(of_entries!("?1"), [folder], amount)?;
        let waiting = write.size_differences.borrow().of(*folder);
        note(write, *folder, of_entries - stored - waiting)?;
    }
    Ok(())
}

/// Gives an entry that has become a folder a size. Its entries are not known.
pub(super) fn begin(write: &Write, id: i64) -> Result<()> {
    let is_new = write.run("INSERT OR IGNORE INTO folder_sizes (node) VALUES (?1)", [id])? > 0;
    let was_visited = "UPDATE folder_sizes SET is_visited = 0 WHERE node = ?1 AND is_visited = 1";
    if is_new || write.run(was_visited, [id])? == 0 {
        return Ok(());
    }
    note(write, id, Amount { unvisited: 1, ..Amount::default() })
}

/// What an entry counts in its folder.
pub(super) fn counted(read: &Read, node: &NodeRow) -> Result<Amount> {
    if node.missing_since.is_some() { Ok(Amount::default()) } else { size_of(read, node) }
}

/// What an entry counts where it is not missing.
pub(super) fn size_of(read: &Read, node: &NodeRow) -> Result<Amount> {
    if !node.facts.is_folder {
        return Ok(of_file(node.facts.size_bytes));
    }
    of_folder(read, node.id)
}

/// What a folder counts, without the differences that wait below it.
pub(super) fn of_folder(read: &Read, id: i64) -> Result<Amount> {
    let stored = "SELECT bytes, files, unvisited FROM folder_sizes WHERE node = ?1";
    Ok(read.first(stored, [id], amount)?.unwrap_or_default())
}

/// What a file counts in its folder.
pub(super) fn of_file(bytes: u64) -> Amount {
    Amount { bytes: i64::try_from(bytes).unwrap_or(i64::MAX), files: 1, unvisited: 0 }
}

/// Notes that what lies directly in a folder has changed by this much.
pub(super) fn note(write: &Write, folder: i64, difference: Amount) -> Result<()> {
    // Nothing counts outside of all volumes.
    if folder <= NO_PARENT || difference == Amount::default() {
        return Ok(());
    }
    let is_full = write.size_differences.borrow_mut().note(folder, difference);
    if is_full { add_up(write) } else { Ok(()) }
}

/// Adds the differences of this part of the transaction to their folders and to those above, up to
/// a missing one. Each folder is changed once.
pub(super) fn add_up(write: &Write) -> Result<()> {
    let (mut sums, mut aboves) = (BTreeMap::<i64, Amount>::new(), HashMap::new());
    let differences = write.size_differences.borrow_mut().take();
    for (folder, difference) in differences {
        let mut here = folder;
        for _ in 0..=DEPTH_MAX {
            let sum = sums.entry(here).or_default();
            *sum = *sum + difference;
            here = match aboves.get(&here) {
                Some(above) => *above,
                None => *aboves.entry(here).or_insert(above(write, here)?),
            };
            if here <= NO_PARENT {
                break;
            }
        }
    }
    for (folder, sum) in sums.into_iter().filter(|(_, sum)| *sum != Amount::default()) {
        // A sum that is too large would become a floating-point number.
        write.run(
            "UPDATE folder_sizes SET bytes = CAST(bytes + ?2 AS INTEGER), files = files + ?3, unvisited = unvisited + ?4 \
             WHERE node = ?1",
            [folder, sum.bytes, sum.files, sum.unvisited],
        )?;
    }
    Ok(())
}

/// The folder in which a folder counts, or `NO_PARENT`.
fn above(read: &Read, folder: i64) -> Result<i64> {
    const SQL: &str = "SELECT parent FROM nodes WHERE id = ?1 AND is_folder = 1 AND missing_since IS NULL";
    Ok(read.first(SQL, [folder], |row| row.get(0))?.unwrap_or(NO_PARENT))
}

fn amount(row: &Row<'_>) -> rusqlite::Result<Amount> {
    Ok(Amount { bytes: row.get(0)?, files: row.get(1)?, unvisited: row.get(2)? })
}

fn folder_size(row: &Row<'_>, first: usize) -> rusqlite::Result<FolderSize> {
    let number = |at| row.get::<_, i64>(at).map(|number| u64::try_from(number).unwrap_or(0));
    Ok(FolderSize { bytes: number(first)?, is_exact: number(first + 1)? == 0 })
}

#[cfg(test)]
#[path = "folder_sizes/tests.rs"]
mod tests;
