//! Finds the picture inside a raw photo of a camera: CR2, NEF, ARW and DNG are TIFF files (TIFF
//! 6.0, section 2) that hold JPEGs beside the data of the sensor. This program does not develop the
//! data of the sensor.

use super::Source;
use super::jpeg::Head;
use std::cmp::Reverse;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

const STRIP_AT: u16 = 0x0111;
const ORIENTATION: u16 = 0x0112;
const STRIP_BYTES: u16 = 0x0117;
const SUB_DIRECTORIES: u16 = 0x014a;
const JPEG_AT: u16 = 0x0201;
const JPEG_BYTES: u16 = 0x0202;
const SHORT: u16 = 3;
const LONG: u16 = 4;
const DIRECTORY: u16 = 13;
const ENTRY_BYTES: usize = 12;
/// Limits of the search. Cameras write fewer than ten directories with fewer than a hundred
/// entries.
const DIRECTORIES_MAX: usize = 32;
const ENTRIES_MAX: usize = 512;
/// Number of the largest candidates of which the beginning is read.
const CANDIDATES_MAX: usize = 6;
/// Bytes at the beginning of a candidate that hold its frame header.
const HEAD_BYTES: u64 = 64 * 1024;

/// A JPEG inside a raw photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub range: Range<u64>,
    /// The orientation of the camera, from 1 to 8.
    pub orientation: u8,
}

/// True if these bytes begin like a TIFF file.
pub fn is_tiff(beginning: &[u8]) -> bool {
    beginning.starts_with(b"II*\0") || beginning.starts_with(b"MM\0*")
}

/// The largest JPEG in a TIFF file of this many bytes. `None` if it has none that can be shown.
///
/// # Errors
/// If the source cannot be read.
pub fn preview(source: &mut dyn Source, length: u64) -> io::Result<Option<Preview>> {
    let mut walk = Walk { source, length, is_little: false, found: Vec::new(), orientation: 1 };
    walk.directories()?;
    let Walk { source, mut found, orientation, .. } = walk;
    found.sort_by_key(|range| (Reverse(range.end - range.start), range.start));
    found.dedup();
    for range in found.into_iter().take(CANDIDATES_MAX) {
        if is_shown(source, &range)? {
            return Ok(Some(Preview { range, orientation }));
        }
    }
    Ok(None)
}

/// True for a JPEG that decoders know. The data of the sensor may be a lossless JPEG, which no
/// decoder here knows.
fn is_shown(source: &mut dyn Source, range: &Range<u64>) -> io::Result<bool> {
    source.seek(SeekFrom::Start(range.start))?;
    let mut beginning = Vec::new();
    source.take(HEAD_BYTES.min(range.end - range.start)).read_to_end(&mut beginning)?;
    Ok(Head::read(&beginning).and_then(|head| head.frame).is_some_and(|frame| frame.has_loss))
}

/// A walk through the directories of a TIFF file.
struct Walk<'a> {
    source: &'a mut dyn Source,
    length: u64,
    is_little: bool,
    found: Vec<Range<u64>>,
    orientation: u8,
}

/// An entry of a directory.
#[derive(Clone, Copy)]
struct Entry {
    tag: u16,
    kind: u16,
    count: u32,
    value: [u8; 4],
}

impl Walk<'_> {
    fn directories(&mut self) -> io::Result<()> {
        let mut header = [0; 8];
        if self.up_to(0, &mut header)? < header.len() || !is_tiff(&header) {
            return Ok(());
        }
        self.is_little = header[0] == b'I';
        let first = self.long(&header[4..]);
        let (mut due, mut seen) = (vec![first], Vec::new());
        while let Some(at) = due.pop().filter(|_| seen.len() < DIRECTORIES_MAX) {
            // The walk ends where a chain of directories leads back to one that was visited.
            if at == 0 || seen.contains(&at) {
                continue;
            }
            seen.push(at);
            let (entries, next) = self.directory(at.into())?;
            due.push(next);
            if at == first {
                let held = value_of(&entries, ORIENTATION).map(|entry| self.number(entry));
                self.orientation = held
                    .and_then(|held| u8::try_from(held).ok())
                    .filter(|held| (1..=8).contains(held))
                    .unwrap_or(1);
            }
            for entry in entries.iter().filter(|entry| entry.tag == SUB_DIRECTORIES) {
                due.extend(self.longs(*entry)?);
            }
            self.candidates(&entries);
        }
        Ok(())
    }

    /// Notes the JPEG of a directory: by its own tags, or as the only strip.
    fn candidates(&mut self, entries: &[Entry]) {
        for (at, bytes) in [(JPEG_AT, JPEG_BYTES), (STRIP_AT, STRIP_BYTES)] {
            let one = |tag| {
                value_of(entries, tag)
                    .filter(|entry| entry.count == 1)
                    .map(|entry| u64::from(self.number(entry)))
            };
            let Some((at, bytes)) = one(at).zip(one(bytes)) else { continue };
            let end = at + bytes;
            if bytes > 0 && end <= self.length {
                self.found.push(at..end);
            }
        }
    }

    /// The entries of a directory, and the offset of the next one.
    fn directory(&mut self, at: u64) -> io::Result<(Vec<Entry>, u32)> {
        let mut count = [0; 2];
        if self.up_to(at, &mut count)? < count.len() {
            return Ok((Vec::new(), 0));
        }
        let count = usize::from(self.short(&count)).min(ENTRIES_MAX);
        let mut bytes = vec![0; ENTRY_BYTES * count + 4];
        let there = self.up_to(at + 2, &mut bytes)?;
        let entries = bytes[..there].chunks_exact(ENTRY_BYTES).take(count);
        let entries = entries.map(|entry| Entry {
            tag: self.short(entry),
            kind: self.short(&entry[2..]),
            count: self.long(&entry[4..]),
            value: *entry.last_chunk().unwrap_or(&[0; 4]),
        });
        let entries = entries.collect();
        let next = if there == bytes.len() { self.long(&bytes[there - 4..]) } else { 0 };
        Ok((entries, next))
    }

    /// The numbers of an entry, at most as many as there may be directories.
    fn longs(&mut self, entry: Entry) -> io::Result<Vec<u32>> {
        let count = (entry.count as usize).min(DIRECTORIES_MAX);
        match entry.kind {
            LONG | DIRECTORY if count == 1 => return Ok(vec![self.long(&entry.value)]),
            LONG | DIRECTORY => {}
            _ => return Ok(Vec::new()),
        }
        let mut bytes = vec![0; 4 * count];
        let at = self.long(&entry.value);
        let there = self.up_to(at.into(), &mut bytes)?;
        Ok(bytes[..there].chunks_exact(4).map(|number| self.long(number)).collect())
    }

    fn number(&self, entry: Entry) -> u32 {
        match entry.kind {
            SHORT => self.short(&entry.value).into(),
            LONG => self.long(&entry.value),
            _ => 0,
        }
    }

    fn short(&self, bytes: &[u8]) -> u16 {
        let bytes = *bytes.first_chunk().unwrap_or(&[0; 2]);
        if self.is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) }
    }

    fn long(&self, bytes: &[u8]) -> u32 {
        let bytes = *bytes.first_chunk().unwrap_or(&[0; 4]);
        if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) }
    }

    /// The bytes at an offset, as many as there are up to a limit, and their number.
    fn up_to(&mut self, at: u64, bytes: &mut [u8]) -> io::Result<usize> {
        self.source.seek(SeekFrom::Start(at))?;
        let mut count = 0;
        while count < bytes.len() {
            match self.source.read(&mut bytes[count..])? {
                0 => break,
                more => count += more,
            }
        }
        Ok(count)
    }
}

fn value_of(entries: &[Entry], tag: u16) -> Option<Entry> {
    entries.iter().find(|entry| entry.tag == tag).copied()
}

/// A part of a source, which can be read like a source of its own.
pub struct Part<'a> {
    source: &'a mut dyn Source,
    range: Range<u64>,
    position: u64,
}

impl<'a> Part<'a> {
    pub fn new(source: &'a mut dyn Source, range: Range<u64>) -> Part<'a> {
        Part { source, range, position: 0 }
    }

    fn length(&self) -> u64 {
        self.range.end - self.range.start
    }
}

impl Read for Part<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let left = self.length().saturating_sub(self.position);
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        self.source.seek(SeekFrom::Start(self.range.start + self.position))?;
        let count = self.source.read(&mut bytes[..most])?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for Part<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length().checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        // No file is longer than this, so the sum of two offsets is never too large.
        let place = place.filter(|place| *place <= i64::MAX as u64).ok_or(io::ErrorKind::InvalidInput)?;
        self.position = place;
        Ok(place)
    }
}

#[cfg(test)]
mod tests;
