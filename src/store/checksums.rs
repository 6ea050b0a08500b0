//! Checksums of contents. Each says of which content it is: other facts, another content.

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
}

impl ChecksumRow {
    /// Whether it is the checksum of the content with these facts. After a restore the inode is not known.
    pub fn is_of(&self, facts: &NodeFacts) -> bool {
        (self.size_bytes, self.modified_nanoseconds) == (facts.size_bytes, facts.modified_nanoseconds)
            && (self.inode == facts.inode || self.inode == 0)
    }

    /// Whether it says of which inode it is.
    pub fn knows_inode(&self) -> bool {
        self.inode != 0
    }
}

/// The checksum that is known of an entry, whichever content it is of.
pub fn of_node(read: &Read, node: i64) -> Result<Option<ChecksumRow>> {
    read.first(
        "SELECT blake3, size_bytes, modified_ns, inode FROM checksums WHERE node = ?1",
        [node],
        |row| {
            Ok(ChecksumRow {
                checksum: checksum(row, 0)?,
                size_bytes: row.get(1)?,
                modified_nanoseconds: row.get(2)?,
                inode: row.get::<_, i64>(3)? as u64,
            })
        },
    )
}

/// Stores the checksum of an entry's content.
pub fn save(write: &Write, node: i64, facts: &NodeFacts, checksum: &Checksum) -> Result<()> {
    write.run(
        "INSERT OR REPLACE INTO checksums (node, size_bytes, modified_ns, inode, blake3) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            node,
            facts.size_bytes,
            facts.modified_nanoseconds,
            facts.inode as i64,
            checksum.as_bytes()
        ],
    )?;
    Ok(())
}

/// Gives an old content the checksum that it had at its place, as an entry of the index: two disks have the same inode numbers. To
/// be called before its successor gets one.
pub fn hand_on(write: &Write, version: &str, former: i64, inode: u64) -> Result<()> {
    write.run(
        "UPDATE versions SET blake3 = (SELECT blake3 FROM checksums WHERE node = ?2 AND inode IN (?3, 0) AND \
         checksums.size_bytes = versions.size_bytes AND checksums.modified_ns = versions.modified_ns) WHERE id = ?1",
        params![version, former, inode as i64],
    )?;
    Ok(())
}

/// Gives an entry the checksum that its content had as an old one. To be called before that one's row goes.
pub fn hand_back(write: &Write, node: i64, version: &str) -> Result<()> {
    write.run(
        "INSERT OR REPLACE INTO checksums (node, size_bytes, modified_ns, inode, blake3) \
         SELECT nodes.id, nodes.size_bytes, nodes.modified_ns, nodes.inode, blake3 FROM versions JOIN nodes ON nodes.id = ?1 \
         WHERE versions.id = ?2 AND blake3 IS NOT NULL AND nodes.size_bytes = versions.size_bytes \
         AND nodes.modified_ns = versions.modified_ns",
        params![node, version],
    )?;
    Ok(())
}

/// The checksum of an old content.
pub fn of_version(read: &Read, id: &str) -> Result<Option<Checksum>> {
    let found =
        read.first("SELECT blake3 FROM versions WHERE id = ?1 AND blake3 IS NOT NULL", [id], |row| {
            checksum(row, 0)
        })?;
    Ok(found)
}

/// Stores the checksum of an old content.
pub fn save_version(write: &Write, id: &str, checksum: &Checksum) -> Result<()> {
    write.run("UPDATE versions SET blake3 = ?2 WHERE id = ?1", params![id, checksum.as_bytes()])?;
    Ok(())
}

fn checksum(row: &Row<'_>, column: usize) -> rusqlite::Result<Checksum> {
    row.get(column).map(Checksum::from_bytes)
}
