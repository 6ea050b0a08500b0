//! The index of files and folders. It remembers the last visit of each folder; the disk is the
//! truth.

use super::{Read, Write};
use crate::base::path::EXTERNAL;
use crate::error::Result;
use rusqlite::{Row, params};
use std::iter::Sum;

/// The `parent` of volume roots.
pub const NO_PARENT: i64 = 0;
/// The maximum depth of a tree. Deeper entries are ignored.
pub const DEPTH_MAX: usize = 256;

/// An entry of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeRow {
    pub id: i64,
    pub parent: i64,
    /// The name as the API writes it.
    pub name: String,
    pub facts: NodeFacts,
    pub missing_since: Option<i64>,
    pub modified_by: Option<String>,
    /// The kind of client that wrote it last.
    pub modified_how: String,
}

/// Facts about an entry that a visit reads from the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NodeFacts {
    pub is_folder: bool,
    pub size_bytes: u64,
    pub modified_nanoseconds: i64,
    pub inode: u64,
    /// The time of a file's last change of any sort. `None` for folders, or if unknown.
    pub changed_nanoseconds: Option<i64>,
}

impl NodeFacts {
    /// True if both have the same content, judged by size, time of modification and inode. The time
    /// of change is not compared, because renaming changes it, too.
    pub fn looks_like(&self, other: &NodeFacts) -> bool {
        NodeFacts { changed_nanoseconds: other.changed_nanoseconds, ..*self } == *other
    }

    /// True if the facts contradict those known before. A fact that was unknown before is no
    /// contradiction.
    pub fn differs_from(&self, before: &NodeFacts) -> bool {
        self != before && !(before.changed_nanoseconds.is_none() && self.looks_like(before))
    }
}

/// A number of files and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    pub files: u64,
    pub bytes: u64,
}

impl Sum for Held {
    fn sum<I: Iterator<Item = Held>>(all: I) -> Held {
        all.fold(Held::default(), |sum, one| Held {
            files: sum.files + one.files,
            bytes: sum.bytes.saturating_add(one.bytes),
        })
    }
}

/// The location of an entry.
#[derive(Clone, Debug)]
pub struct Place {
    /// The id of the volume.
    pub volume: String,
    /// The row of its root: an account's files or a further volume. The row of a root is its own
    /// root.
    pub home: i64,
    /// The names from the top of the volume down to the entry.
    pub names: Vec<String>,
}

impl Place {
    /// The name of its root, as `CloudPath::root_name` writes it.
    pub fn root_name(&self) -> String {
        let names = if self.names.first().is_some_and(|name| name == EXTERNAL) { 2 } else { 1 };
        self.names[..names.min(self.names.len())].join("/")
    }

    /// The path as the API writes it.
    pub fn path(&self) -> String {
        self.names.iter().map(|name| format!("/{name}")).collect()
    }
}

macro_rules! columns {
    () => {
        "id, parent, name, is_folder, size_bytes, modified_ns, inode, missing_since, modified_by, modified_how, changed_ns"
    };
}
pub(super) const COLUMNS: &str = columns!();

/// The name of the top of the tree, which is the id of volume 0. `None` if the index is empty.
pub fn root_name(read: &Read) -> Result<Option<String>> {
    read.first("SELECT name FROM nodes WHERE parent = ?1", [NO_PARENT], |row| row.get(0))
}

/// The entry with a name in a folder, even if it is missing.
pub fn child(read: &Read, parent: i64, name: &str) -> Result<Option<NodeRow>> {
    // Following a path takes one of these queries for each name.
    const SQL: &str = concat!("SELECT ", columns!(), " FROM nodes WHERE parent = ?1 AND name = ?2");
    read.first(SQL, params![parent, name], node)
}

/// The entries of a folder, including missing ones.
pub fn children(read: &Read, parent: i64) -> Result<Vec<NodeRow>> {
    read.all(&format!("SELECT {COLUMNS} FROM nodes WHERE parent = ?1"), [parent], node)
}

/// Passes the entries of a folder to a closure, one by one.
pub fn each_child(read: &Read, parent: i64, mut each: impl FnMut(NodeRow)) -> Result<()> {
    let sql = format!("SELECT {COLUMNS} FROM nodes WHERE parent = ?1");
    read.all(&sql, [parent], |row| node(row).map(&mut each)).map(drop)
}

/// Entries whose last known inode number is this one.
pub fn with_inode(read: &Read, inode: u64) -> Result<Vec<NodeRow>> {
    read.all(&format!("SELECT {COLUMNS} FROM nodes WHERE inode = ?1 LIMIT 16"), [inode as i64], node)
}

/// An entry by its id.
pub fn by_id(read: &Read, id: i64) -> Result<Option<NodeRow>> {
    read.first(&format!("SELECT {COLUMNS} FROM nodes WHERE id = ?1"), [id], node)
}

/// The id of an entry's folder. `None` if there is no such entry, or it is missing.
pub fn parent(read: &Read, id: i64) -> Result<Option<i64>> {
    read.first("SELECT parent FROM nodes WHERE id = ?1 AND missing_since IS NULL", [id], |row| row.get(0))
}

/// The numbers of files and folders below a folder, and the bytes of the files, as far as the index
/// knows.
pub fn held_below(read: &Read, folder: i64) -> Result<(u64, u64, u64)> {
    let held = read.first(
        "WITH RECURSIVE below(id, is_folder, bytes) AS (\
           SELECT id, is_folder, size_bytes FROM nodes WHERE parent = ?1 AND missing_since IS NULL \
           UNION ALL SELECT nodes.id, nodes.is_folder, nodes.size_bytes FROM below \
             JOIN nodes ON nodes.parent = below.id \
           WHERE below.is_folder AND nodes.missing_since IS NULL) \
         SELECT COUNT(*) FILTER (WHERE NOT is_folder), COUNT(*) FILTER (WHERE is_folder), \
           IFNULL(SUM(bytes) FILTER (WHERE NOT is_folder), 0) FROM below",
        [folder],
        |row| {
            let number = |at: usize| row.get::<_, i64>(at).map(i64::unsigned_abs);
            Ok((number(0)?, number(1)?, number(2)?))
        },
    )?;
    Ok(held.unwrap_or_default())
}

/// The location of an entry. `None` for the top of a volume, and for entries outside of all
/// volumes, such as those in the recycle bin.
pub fn place(read: &Read, id: i64) -> Result<Option<Place>> {
    let mut names: Vec<String> = Vec::new();
    let (mut here, mut below) = (id, id);
    for _ in 0..DEPTH_MAX {
        let Some(node) = by_id(read, here)? else { return Ok(None) };
        let Some(above) = by_id(read, node.parent)? else { return Ok(None) };
        names.push(node.name);
        if above.parent == NO_PARENT {
            // The root of a further volume has two names.
            let home = if names.last().is_some_and(|name| name == EXTERNAL) { below } else { here };
            names.reverse();
            return Ok(Some(Place { volume: above.name, home, names }));
        }
        (below, here) = (here, above.id);
    }
    Ok(None)
}

/// Removes entries without versions that have been missing since before a time. Returns their
/// number.
pub fn forget_missing(write: &Write, before: i64) -> Result<usize> {
    write.grants_changed();
    write.run(
        "DELETE FROM nodes WHERE missing_since < ?1 AND NOT EXISTS (SELECT 1 FROM versions WHERE node = nodes.id) \
         AND NOT EXISTS (SELECT 1 FROM nodes AS child WHERE child.parent = nodes.id)",
        [before],
    )
}

pub(super) fn node(row: &Row<'_>) -> rusqlite::Result<NodeRow> {
    Ok(NodeRow {
        id: row.get(0)?,
        parent: row.get(1)?,
        name: row.get(2)?,
        facts: NodeFacts {
            is_folder: row.get(3)?,
            size_bytes: row.get(4)?,
            modified_nanoseconds: row.get(5)?,
            inode: row.get::<_, i64>(6)? as u64,
            changed_nanoseconds: row.get(10)?,
        },
        missing_since: row.get(7)?,
        modified_by: row.get(8)?,
        modified_how: row.get(9)?,
    })
}
