//! Checksums of contents. Each is stored with facts about its content: if the facts differ, so does
//! the content.

use super::nodes::NodeFacts;
use super::{Read, Write};
use crate::base::checksum::Checksum;
use crate::error::Result;
use rusqlite::{Row, params};

/// A stored checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChecksumRow {
    pub checksum: Checksum,
    size_bytes: u64,
    modified_nanoseconds: i64,
    inode: u64,
    changed_nanoseconds: Option<i64>,
}

impl ChecksumRow {
    /// True if this checksum belongs to the content with these facts, that is, if nobody has
    /// written to the file since. Never true if the time of change is unknown.
    pub fn is_of(&self, facts: &NodeFacts) -> bool {
        (self.size_bytes, self.modified_nanoseconds) == (facts.size_bytes, facts.modified_nanoseconds)
            && self.inode == facts.inode
            && self.changed_nanoseconds.is_some()
            && self.changed_nanoseconds == facts.changed_nanoseconds
    }
}

/// The checksum of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionChecksum {
    pub checksum: Checksum,
    /// The time of the file's last change of any sort; `None` if unknown.
    pub changed_nanoseconds: Option<i64>,
}

/// The stored checksum of an entry. It belongs to the current content or to an earlier one.
pub fn of_node(read: &Read, node: i64) -> Result<Option<ChecksumRow>> {
    read.first(
        "SELECT blake3, size_bytes, modified_ns, inode, changed_ns FROM checksums WHERE node = ?1",
        [node],
        checksum_row,
    )
}

/// A file in the index, with the checksum that is stored for it.
#[derive(Clone, Debug)]
pub struct KnownFile {
    /// The id of the folder that holds it.
    pub folder: i64,
    pub name: String,
    pub known: ChecksumRow,
}

/// Files whose stored checksum is of a content with so many bytes, at most `count`. With a
/// checksum, only those that have it.
pub fn of_size(
    read: &Read,
    size_bytes: u64,
    checksum: Option<&Checksum>,
    count: usize,
) -> Result<Vec<KnownFile>> {
    read.all(
        "SELECT blake3, checksums.size_bytes, checksums.modified_ns, checksums.inode, checksums.changed_ns, parent, name \
         FROM checksums JOIN nodes ON nodes.id = checksums.node \
         WHERE checksums.size_bytes = ?1 AND (?2 IS NULL OR blake3 = ?2) AND parent > 0 AND missing_since IS NULL \
         LIMIT ?3",
        params![size_bytes, checksum.map(|checksum| checksum.as_bytes().as_slice()), count as i64],
        |row| Ok(KnownFile { known: checksum_row(row)?, folder: row.get(5)?, name: row.get(6)? }),
    )
}

/// Stores the checksum of an entry's content.
pub fn save(write: &Write, node: i64, facts: &NodeFacts, checksum: &Checksum) -> Result<()> {
    write.run(
        "INSERT OR REPLACE INTO checksums (node, size_bytes, modified_ns, inode, blake3, changed_ns) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            node,
            facts.size_bytes,
            facts.modified_nanoseconds,
            facts.inode as i64,
            checksum.as_bytes(),
            facts.changed_nanoseconds
        ],
    )?;
    Ok(())
}

/// Keeps the checksum of a file that cloudlet itself has moved, if it belonged to the content
/// before the move. The move changes only the file's time of change (ctime).
pub fn moved(write: &Write, node: i64, before: &NodeFacts, now: &NodeFacts) -> Result<()> {
    write.run(
        "UPDATE checksums SET changed_ns = ?6 WHERE node = ?1 AND size_bytes = ?2 AND modified_ns = ?3 AND inode = ?4 \
         AND changed_ns = ?5",
        params![
            node,
            before.size_bytes,
            before.modified_nanoseconds,
            before.inode as i64,
            before.changed_nanoseconds,
            now.changed_nanoseconds
        ],
    )?;
    Ok(())
}

/// Copies the checksum of an entry's content to the version that the content becomes. The entry is
/// found by its id, because two disks may use the same inode numbers. Call this before the new
/// content's checksum is saved.
pub fn hand_on(
    write: &Write,
    version: &str,
    former: i64,
    inode: u64,
    changed_nanoseconds: Option<i64>,
) -> Result<()> {
    write.run(
        "UPDATE versions SET blake3 = (SELECT blake3 FROM checksums WHERE node = ?2 AND inode = ?3 \
         AND checksums.changed_ns = ?4 AND checksums.size_bytes = versions.size_bytes \
         AND checksums.modified_ns = versions.modified_ns) WHERE id = ?1",
        params![version, former, inode as i64, changed_nanoseconds],
    )?;
    Ok(())
}

/// Copies a version's checksum back to the entry whose content it becomes. Call this before the
/// version's row is removed.
pub fn hand_back(write: &Write, node: i64, version: &str, changed_nanoseconds: Option<i64>) -> Result<()> {
    write.run(
        "INSERT OR REPLACE INTO checksums (node, size_bytes, modified_ns, inode, changed_ns, blake3) \
         SELECT nodes.id, nodes.size_bytes, nodes.modified_ns, nodes.inode, nodes.changed_ns, blake3 \
         FROM versions JOIN nodes ON nodes.id = ?1 \
         WHERE versions.id = ?2 AND blake3 IS NOT NULL AND nodes.size_bytes = versions.size_bytes \
         AND nodes.modified_ns = versions.modified_ns AND versions.changed_ns = ?3",
        params![node, version, changed_nanoseconds],
    )?;
    Ok(())
}

/// The checksum of a version.
pub fn of_version(read: &Read, id: &str) -> Result<Option<VersionChecksum>> {
    read.first("SELECT blake3, changed_ns FROM versions WHERE id = ?1 AND blake3 IS NOT NULL", [id], |row| {
        Ok(VersionChecksum { checksum: checksum(row, 0)?, changed_nanoseconds: row.get(1)? })
    })
}

/// Stores the checksum of a version.
pub fn save_version(write: &Write, id: &str, known: &VersionChecksum) -> Result<()> {
    write.run(
        "UPDATE versions SET blake3 = ?2, changed_ns = ?3 WHERE id = ?1",
        params![id, known.checksum.as_bytes(), known.changed_nanoseconds],
    )?;
    Ok(())
}

fn checksum_row(row: &Row<'_>) -> rusqlite::Result<ChecksumRow> {
    Ok(ChecksumRow {
        checksum: checksum(row, 0)?,
        size_bytes: row.get(1)?,
        modified_nanoseconds: row.get(2)?,
        inode: row.get::<_, i64>(3)? as u64,
        changed_nanoseconds: row.get(4)?,
    })
}

fn checksum(row: &Row<'_>, column: usize) -> rusqlite::Result<Checksum> {
    row.get(column).map(Checksum::from_bytes)
}
