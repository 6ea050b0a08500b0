//! Photos and videos: the facts from each file, and the files that wait to be read.

use super::column::number_column;
use super::{Read, Write, meta};
use crate::error::Result;
use rusqlite::{Row, params};

number_column! {
    /// The source of a photo's time.
    TimeSource {
        /// The camera wrote it into the file.
        Camera = 1,
        /// The file's name contains it.
        Name = 2,
        /// The time is the file's time of modification.
        File = 3,
    }
}

/// The name of the value that holds the version of what was last read of photos.
const READER_VERSION: &str = "photos_reader";

/// The facts about a photo or a video.
#[derive(Clone, Debug, PartialEq)]
pub struct PhotoFacts {
    /// The local time of the place, read as if it were UTC, in seconds since 1970.
    pub taken: i64,
    pub source: TimeSource,
    pub is_video: bool,
    /// Width and height in pixels, as the photo is shown. `None` if unknown.
    pub size: Option<(u32, u32)>,
    /// The duration of a video in milliseconds. `None` if unknown, and for photos.
    pub milliseconds: Option<u64>,
    /// The camera's name; empty if unknown.
    pub camera: String,
    /// Latitude and longitude in degrees; north and east are positive.
    pub position: Option<(f64, f64)>,
}

/// A photo in the index.
#[derive(Clone, Debug)]
pub struct PhotoRow {
    /// The id of the folder that holds it.
    pub folder: i64,
    pub name: String,
    pub size_bytes: u64,
    pub modified_nanoseconds: i64,
    pub facts: PhotoFacts,
}

/// Files to be read whose ids are greater than the given one.
pub fn due(read: &Read, after: i64, count: usize) -> Result<Vec<i64>> {
    read.all(
        "SELECT node FROM photos_due WHERE node > ?1 ORDER BY node LIMIT ?2",
        [after, count as i64],
        |row| row.get(0),
    )
}

/// The version of what was last read of photos; `None` at first.
pub fn reader_version(read: &Read) -> Result<Option<String>> {
    meta::get(read, READER_VERSION)
}

/// Lets the photos wait again whose size is unknown, and stores the version that reads it.
pub fn read_sizes_again(write: &Write, version: &str) -> Result<()> {
    write.run(
        "INSERT INTO photos_due (node) SELECT node FROM photos WHERE width IS NULL AND is_video = 0 \
         ON CONFLICT DO NOTHING",
        [],
    )?;
    meta::set(write, READER_VERSION, version)
}

/// Stores the facts from a file. `None` for a file that is neither a photo nor a video.
pub fn set(write: &Write, node: i64, facts: Option<&PhotoFacts>) -> Result<()> {
    write.run("DELETE FROM photos_due WHERE node = ?1", [node])?;
    let Some(facts) = facts else { return write.run("DELETE FROM photos WHERE node = ?1", [node]).map(drop) };
    let (width, height) = facts.size.unzip();
    let (latitude, longitude) = facts.position.unzip();
    write
        .run(
            "INSERT OR REPLACE INTO photos (node, taken, source, is_video, width, height, camera, latitude, longitude, \
             duration_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                node,
                facts.taken,
                facts.source,
                facts.is_video,
                width,
                height,
                facts.camera,
                latitude,
                longitude,
                facts.milliseconds.map(|all| all as i64)
            ],
        )
        .map(drop)
}

/// Passes photos to a closure, the newest first, until the closure returns false. The photos were
/// taken at or after `from` and before `to`.
pub fn each(read: &Read, from: i64, to: i64, mut each: impl FnMut(PhotoRow) -> Result<bool>) -> Result<()> {
    const PAGE_ROWS: usize = 1000;
    let mut before = (to, i64::MIN);
    loop {
        let rows: Vec<(i64, PhotoRow)> = read.all(
            "SELECT node, parent, name, size_bytes, modified_ns, taken, source, is_video, width, height, camera, \
             latitude, longitude, duration_ms FROM photos JOIN nodes ON nodes.id = node \
             WHERE taken <= ?2 AND taken >= ?1 AND (taken, node) < (?2, ?3) AND parent > 0 AND missing_since IS NULL \
             ORDER BY taken DESC, node DESC LIMIT ?4",
            params![from, before.0, before.1, PAGE_ROWS as i64],
            |row| Ok((row.get(0)?, photo_row(row)?)),
        )?;
        let is_last = rows.len() < PAGE_ROWS;
        for (node, row) in rows {
            before = (row.facts.taken, node);
            if !each(row)? {
                return Ok(());
            }
        }
        if is_last {
            return Ok(());
        }
    }
}

/// The facts from a file.
pub fn of_node(read: &Read, node: i64) -> Result<Option<PhotoRow>> {
    read.first(
        "SELECT node, parent, name, size_bytes, modified_ns, taken, source, is_video, width, height, camera, \
         latitude, longitude, duration_ms FROM photos JOIN nodes ON nodes.id = node \
         WHERE node = ?1 AND parent > 0 AND missing_since IS NULL",
        [node],
        photo_row,
    )
}

fn photo_row(row: &Row<'_>) -> rusqlite::Result<PhotoRow> {
    let (width, height): (Option<u32>, Option<u32>) = (row.get(8)?, row.get(9)?);
    let (latitude, longitude): (Option<f64>, Option<f64>) = (row.get(11)?, row.get(12)?);
    Ok(PhotoRow {
        folder: row.get(1)?,
        name: row.get(2)?,
        size_bytes: row.get::<_, i64>(3)?.unsigned_abs(),
        modified_nanoseconds: row.get(4)?,
        facts: PhotoFacts {
            taken: row.get(5)?,
            source: row.get(6)?,
            is_video: row.get(7)?,
            size: width.zip(height),
            milliseconds: row.get::<_, Option<i64>>(13)?.map(i64::unsigned_abs),
            camera: row.get(10)?,
            position: latitude.zip(longitude),
        },
    })
}
