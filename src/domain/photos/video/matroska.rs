//! WebM and MKV: elements in elements (RFC 8794), with the names of Matroska (RFC 9559).

use super::{VideoFacts, Walk, sensible_duration, sensible_size, sensible_time};
use std::io::{Read, Seek};
use std::ops::Range;

const SEGMENT: u64 = 0x1853_8067;
const INFO: u64 = 0x1549_a966;
const SCALE: u64 = 0x2a_d7b1;
const DURATION: u64 = 0x4489;
const DATE: u64 = 0x4461;
const TRACKS: u64 = 0x1654_ae6b;
const TRACK: u64 = 0xae;
const VIDEO: u64 = 0xe0;
const PIXEL_WIDTH: u64 = 0xb0;
const PIXEL_HEIGHT: u64 = 0xba;
const SHOWN_WIDTH: u64 = 0x54b0;
const SHOWN_HEIGHT: u64 = 0x54ba;
const SHOWN_UNIT: u64 = 0x54b2;
/// The element with which the pictures and the sound begin.
const CLUSTER: u64 = 0x1f43_b675;
/// The length of a tick in nanoseconds if the file does not state it.
const USUAL_SCALE: u64 = 1_000_000;
/// Seconds from 1970 to 2001, where these files begin to count.
const TO_2001: i64 = 978_307_200;

/// An element: its name, and the position of its content.
struct Found {
    id: u64,
    content: Range<u64>,
}

pub fn read<S: Read + Seek>(walk: &mut Walk<'_, S>, facts: &mut VideoFacts) -> Option<()> {
    let (mut at, end) = (0, walk.length);
    let segment = loop {
        let found = next(walk, &mut at, end)?;
        if found.id == SEGMENT {
            break found.content;
        }
    };
    let mut at = segment.start;
    let (mut has_info, mut has_tracks) = (false, false);
    while !(has_info && has_tracks) {
        let found = next(walk, &mut at, segment.end)?;
        match found.id {
            INFO => {
                has_info = true;
                info(walk, found.content, facts);
            }
            TRACKS => {
                has_tracks = true;
                facts.size = tracks(walk, found.content);
            }
            CLUSTER => return None,
            _ => {}
        }
    }
    Some(())
}

fn info<S: Read + Seek>(walk: &mut Walk<'_, S>, content: Range<u64>, facts: &mut VideoFacts) {
    let (mut scale, mut ticks, mut at) = (USUAL_SCALE, None, content.start);
    while let Some(found) = next(walk, &mut at, content.end) {
        match found.id {
            SCALE => scale = number(walk, &found.content).unwrap_or(USUAL_SCALE),
            DURATION => ticks = fraction(walk, &found.content),
            DATE => {
                let nanoseconds = number(walk, &found.content).map(|all| all as i64);
                let made = nanoseconds.map(|all| all.div_euclid(1_000_000_000) + TO_2001);
                facts.made = made.and_then(sensible_time);
            }
            _ => {}
        }
    }
    // NaN and negative numbers become 0, and numbers that are too large become the largest one.
    let milliseconds = ticks.map(|ticks| (ticks * scale as f64 / 1e6) as u64);
    facts.milliseconds = milliseconds.and_then(|all| sensible_duration(all.into()));
}

/// The size of the first video track.
fn tracks<S: Read + Seek>(walk: &mut Walk<'_, S>, content: Range<u64>) -> Option<(u32, u32)> {
    let mut at = content.start;
    loop {
        let track = next(walk, &mut at, content.end)?;
        if track.id != TRACK {
            continue;
        }
        let mut inner = track.content.start;
        while let Some(found) = next(walk, &mut inner, track.content.end) {
            let size = if found.id == VIDEO { picture_size(walk, found.content) } else { None };
            if size.is_some() {
                return size;
            }
        }
    }
}

fn picture_size<S: Read + Seek>(walk: &mut Walk<'_, S>, content: Range<u64>) -> Option<(u32, u32)> {
    let (mut pixels, mut shown, mut unit, mut at) = ([0, 0], [0, 0], 0, content.start);
    while let Some(found) = next(walk, &mut at, content.end) {
        let place = match found.id {
            PIXEL_WIDTH => &mut pixels[0],
            PIXEL_HEIGHT => &mut pixels[1],
            SHOWN_WIDTH => &mut shown[0],
            SHOWN_HEIGHT => &mut shown[1],
            SHOWN_UNIT => &mut unit,
            _ => continue,
        };
        *place = number(walk, &found.content).unwrap_or(0);
    }
    // The unit 0 means pixels. Other units state the shape of the picture, but not its size.
    let shown = if unit == 0 { sensible_size(shown[0], shown[1]) } else { None };
    shown.or_else(|| sensible_size(pixels[0], pixels[1]))
}

/// The element at a position, and the position after it. `None` at the end, and where there can be
/// no element.
fn next<S: Read + Seek>(walk: &mut Walk<'_, S>, at: &mut u64, end: u64) -> Option<Found> {
    walk.step()?;
    let left = end.checked_sub(*at).filter(|left| *left > 0)?;
    // The name has up to four bytes, and the size has up to eight.
    let mut head = [0; 12];
    let count = walk.up_to(*at, &mut head)?.min(usize::try_from(left).unwrap_or(usize::MAX));
    let head = &head[..count];
    let (id, id_bytes) = variable(head, 4)?;
    let (size, size_bytes) = variable(&head[id_bytes..], 8)?;
    let content = at.checked_add((id_bytes + size_bytes) as u64)?;
    let bits = 7 * size_bytes as u32;
    let size = size & ((1 << bits) - 1);
    // If all bits are set, the size is unknown, and the element extends to the end of the file.
    let behind = if size == (1 << bits) - 1 { end } else { content.checked_add(size)? };
    *at = behind;
    Some(Found { id, content: content..behind.min(end) })
}

/// A number of variable length, and its length in bytes. The zeros at the beginning of the first
/// byte tell the length. The bit after them stays in the number.
fn variable(bytes: &[u8], most: usize) -> Option<(u64, usize)> {
    let length = bytes.first()?.leading_zeros() as usize + 1;
    let bytes = bytes.get(..length).filter(|_| length <= most)?;
    Some((bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)), length))
}

/// A whole number of up to eight bytes.
fn number<S: Read + Seek>(walk: &mut Walk<'_, S>, content: &Range<u64>) -> Option<u64> {
    let length =
        usize::try_from(content.end.checked_sub(content.start)?).ok().filter(|length| *length <= 8)?;
    let mut bytes = [0; 8];
    let bytes = &mut bytes[..length];
    if walk.up_to(content.start, bytes)? < length {
        return None;
    }
    Some(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// A fraction of four or eight bytes.
fn fraction<S: Read + Seek>(walk: &mut Walk<'_, S>, content: &Range<u64>) -> Option<f64> {
    let bits = number(walk, content)?;
    match content.end - content.start {
        4 => u32::try_from(bits).ok().map(|bits| f32::from_bits(bits).into()),
        8 => Some(f64::from_bits(bits)),
        _ => None,
    }
}
