//! Frames of videos that browsers have drawn. Each is stored with facts about the content that it
//! shows, and follows its entry: if the facts differ, so does the content.

use super::nodes::NodeFacts;
use super::{Read, Write};
use crate::error::Result;
use rusqlite::params;

/// The name of the picture that shows this content of an entry.
#[cfg_attr(not(feature = "thumbs"), expect(dead_code, reason = "pictures are left out"))]
pub fn of_content(read: &Read, node: i64, facts: &NodeFacts) -> Result<Option<String>> {
    read.first(
        "SELECT picture FROM video_frames WHERE node = ?1 AND size_bytes = ?2 AND modified_ns = ?3 AND inode = ?4 \
         AND changed_ns IS ?5",
        params![
            node,
            facts.size_bytes,
            facts.modified_nanoseconds,
            facts.inode as i64,
            facts.changed_nanoseconds
        ],
        |row| row.get(0),
    )
}

/// Stores the name of the picture that shows this content of an entry. Returns the name of the
/// picture whose place it takes.
#[cfg_attr(not(feature = "thumbs"), expect(dead_code, reason = "pictures are left out"))]
pub fn save(write: &Write, node: i64, facts: &NodeFacts, picture: &str) -> Result<Option<String>> {
    let former = write.first("SELECT picture FROM video_frames WHERE node = ?1", [node], |row| row.get(0))?;
    write.run(
        "INSERT OR REPLACE INTO video_frames (node, size_bytes, modified_ns, inode, changed_ns, picture) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            node,
            facts.size_bytes,
            facts.modified_nanoseconds,
            facts.inode as i64,
            facts.changed_nanoseconds,
            picture
        ],
    )?;
    Ok(former)
}

/// Keeps the frame of a video that cloudlet itself has moved, if it showed the content before the
/// move. The content is the same, whatever facts it has now.
pub fn moved(write: &Write, node: i64, before: &NodeFacts, now: &NodeFacts) -> Result<()> {
    write.run(
        "UPDATE video_frames SET size_bytes = ?6, modified_ns = ?7, inode = ?8, changed_ns = ?9 \
         WHERE node = ?1 AND size_bytes = ?2 AND modified_ns = ?3 AND inode = ?4 AND changed_ns IS ?5",
        params![
            node,
            before.size_bytes,
            before.modified_nanoseconds,
            before.inode as i64,
            before.changed_nanoseconds,
            now.size_bytes,
            now.modified_nanoseconds,
            now.inode as i64,
            now.changed_nanoseconds
        ],
    )?;
    Ok(())
}

/// True if a picture shows a content that the index still knows, among the files or in a bin.
#[cfg_attr(not(feature = "thumbs"), expect(dead_code, reason = "pictures are left out"))]
pub fn is_known(read: &Read, picture: &str) -> Result<bool> {
    read.one(
        "SELECT EXISTS (SELECT 1 FROM video_frames JOIN nodes ON nodes.id = node WHERE picture = ?1 \
         AND missing_since IS NULL AND nodes.size_bytes = video_frames.size_bytes \
         AND nodes.modified_ns = video_frames.modified_ns AND nodes.inode = video_frames.inode)",
        [picture],
        |row| row.get(0),
    )
}
