//! MP4, MOV and 3GP: boxes in boxes (ISO/IEC 14496-12, section 4.2).

use super::{VideoFacts, Walk, sensible_duration, sensible_size, sensible_time};
use std::io::{Read, Seek};
use std::ops::Range;

/// Seconds from 1904, where these files begin to count, to 1970.
const TO_1970: u64 = 2_082_844_800;

/// A box: its name, and the position of its content.
struct Found {
    name: [u8; 4],
    content: Range<u64>,
}

pub fn read<S: Read + Seek>(walk: &mut Walk<'_, S>, facts: &mut VideoFacts) -> Option<()> {
    let all = 0..walk.length;
    let movie = first(walk, all, b"moov")?;
    let mut at = movie.start;
    while let Some(found) = next(walk, &mut at, movie.end) {
        match &found.name {
            b"mvhd" => movie_header(walk, found.content, facts),
            b"trak" if facts.size.is_none() => facts.size = picture_size(walk, found.content),
            _ => {}
        }
    }
    Some(())
}

/// Duration and time of the movie header, section 8.2.2.
fn movie_header<S: Read + Seek>(walk: &mut Walk<'_, S>, content: Range<u64>, facts: &mut VideoFacts) {
    let Some(header) = within::<32, S>(walk, &content) else { return };
    let (made, scale, duration) = match header[0] {
        0 => (
            long(&header, 4),
            long(&header, 12),
            Some(long(&header, 16)).filter(|all| *all != u64::from(u32::MAX)),
        ),
        1 => (wide(&header, 4), long(&header, 20), Some(wide(&header, 24)).filter(|all| *all != u64::MAX)),
        _ => return,
    };
    let milliseconds = duration.and_then(|all| (u128::from(all) * 1000).checked_div(scale.into()));
    facts.milliseconds = milliseconds.and_then(sensible_duration);
    facts.made = made.checked_sub(TO_1970).and_then(|made| i64::try_from(made).ok()).and_then(sensible_time);
}

/// The size of a track as it is shown, if it is a video track: sections 8.3.2 and 8.4.3.
fn picture_size<S: Read + Seek>(walk: &mut Walk<'_, S>, track: Range<u64>) -> Option<(u32, u32)> {
    let header = first(walk, track.clone(), b"tkhd")?;
    let media = first(walk, track, b"mdia")?;
    let handler = first(walk, media, b"hdlr")?;
    let handler: [u8; 12] = within(walk, &handler)?;
    if !handler.ends_with(b"vide") {
        return None;
    }
    // Version 1 has three numbers of eight bytes instead of four.
    let longer = match within::<1, S>(walk, &header)? {
        [0] => 0,
        [1] => 12,
        _ => return None,
    };
    let shape: [u8; 44] = within(walk, &(header.start + 40 + longer..header.end))?;
    // A number has 16 bits before its point and 16 behind it. The matrix turns the picture.
    let (width, height) = (long(&shape, 36) >> 16, long(&shape, 40) >> 16);
    let is_on_side = long(&shape, 0) == 0 && long(&shape, 16) == 0 && long(&shape, 4) != 0;
    if is_on_side { sensible_size(height, width) } else { sensible_size(width, height) }
}

/// The content of the first box of a name.
fn first<S: Read + Seek>(walk: &mut Walk<'_, S>, range: Range<u64>, name: &[u8; 4]) -> Option<Range<u64>> {
    let mut at = range.start;
    loop {
        let found = next(walk, &mut at, range.end)?;
        if found.name == *name {
            return Some(found.content);
        }
    }
}

/// The box at a position, and the position after it. `None` at the end, and where there can be no
/// box.
fn next<S: Read + Seek>(walk: &mut Walk<'_, S>, at: &mut u64, end: u64) -> Option<Found> {
    const HEAD: u64 = 8;
    walk.step()?;
    let start = *at;
    let content = start.checked_add(HEAD).filter(|content| *content <= end)?;
    let head: [u8; HEAD as usize] = walk.bytes(start)?;
    let (content, size) = match long(&head, 0) {
        // The box extends to the end of the file.
        0 => (content, end - start),
        // The size of the box has 64 bits.
        1 => {
            let size = walk.bytes::<8>(content)?;
            (content + 8, u64::from_be_bytes(size))
        }
        size => (content, size),
    };
    let behind = start.checked_add(size).filter(|behind| *behind >= content && content <= end)?;
    *at = behind;
    // A file that was cut off has the beginning of its last box.
    Some(Found { name: *head.last_chunk()?, content: content..behind.min(end) })
}

/// The first bytes of a content. `None` if it is shorter.
fn within<const COUNT: usize, S: Read + Seek>(
    walk: &mut Walk<'_, S>,
    content: &Range<u64>,
) -> Option<[u8; COUNT]> {
    let is_enough = content.end.checked_sub(content.start)? >= COUNT as u64;
    if is_enough { walk.bytes(content.start) } else { None }
}

fn long(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |number| u32::from_be_bytes(*number).into())
}

fn wide(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |number| u64::from_be_bytes(*number))
}
