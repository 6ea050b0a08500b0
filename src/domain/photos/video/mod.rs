//! Reads the duration, the size and the time of a video from the headers of its file. Anybody may
//! have made the file, so its sizes may be wrong. The walk through it only goes forwards, and it
//! takes a limited number of steps.

#[cfg(fuzzing)]
pub mod fuzzing;
mod iso;
mod matroska;

use std::io::{Read, Seek, SeekFrom};

/// The longest duration of a video in milliseconds: a thousand hours. A longer one is taken as
/// wrong.
const DURATION_MAX: u128 = 1000 * 3600 * 1000;
/// The longest side in pixels.
const SIDE_MAX: u64 = 65_535;
/// The first second that a video can be made in. Cameras whose clock was never set say 1904 or 1970.
const FIRST_SECOND: i64 = 315_532_800; // 1980
/// Number of elements of a file that are looked at.
const STEPS_MAX: usize = 2000;

/// The headers of a video.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VideoFacts {
    pub milliseconds: Option<u64>,
    /// Width and height in pixels, as it is shown.
    pub size: Option<(u32, u32)>,
    /// The time when it was made, in seconds since 1970 UTC.
    pub made: Option<i64>,
}

/// Reads the headers of a video of this many bytes. Values that are missing or make no sense are
/// left out.
pub fn read(source: &mut (impl Read + Seek), length: u64) -> VideoFacts {
    let mut walk = Walk { source, length, steps: STEPS_MAX };
    let mut facts = VideoFacts::default();
    let Some(beginning) = walk.bytes::<16>(0) else { return facts };
    // If the walk ends with an error, the values that it has found are kept.
    let _ = match beginning {
        [0x1a, 0x45, 0xdf, 0xa3, ..] => matroska::read(&mut walk, &mut facts),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', b' ', ..] => avi(&mut walk, &mut facts),
        _ => iso::read(&mut walk, &mut facts),
    };
    facts
}

/// Reads an AVI file, which begins with its main header (AVI RIFF File Reference, `AVIMAINHEADER`).
fn avi<S: Read + Seek>(walk: &mut Walk<'_, S>, facts: &mut VideoFacts) -> Option<()> {
    const NAMES_AT: u64 = 12;
    const HEADER_AT: u64 = 32;
    let names: [u8; 16] = walk.bytes(NAMES_AT)?;
    if !names.starts_with(b"LIST") || !names.ends_with(b"hdrlavih") {
        return None;
    }
    let header: [u8; 40] = walk.bytes(HEADER_AT)?;
    let number = |at: usize| u32::from_le_bytes(*header[at..].first_chunk().unwrap_or(&[0; 4]));
    let (microseconds, frames) = (number(0), number(16));
    facts.milliseconds = sensible_duration(u128::from(microseconds) * u128::from(frames) / 1000);
    facts.size = sensible_size(number(32).into(), number(36).into());
    Some(())
}

fn sensible_duration(milliseconds: u128) -> Option<u64> {
    u64::try_from(milliseconds).ok().filter(|_| (1..=DURATION_MAX).contains(&milliseconds))
}

fn sensible_size(width: u64, height: u64) -> Option<(u32, u32)> {
    let side = |side: u64| u32::try_from(side).ok().filter(|_| (1..=SIDE_MAX).contains(&side));
    side(width).zip(side(height))
}

fn sensible_time(seconds: i64) -> Option<i64> {
    (seconds >= FIRST_SECOND).then_some(seconds)
}

/// A walk through a file, with a limited number of steps.
struct Walk<'a, S> {
    source: &'a mut S,
    length: u64,
    steps: usize,
}

impl<S: Read + Seek> Walk<'_, S> {
    /// Counts an element. `None` once there were too many.
    fn step(&mut self) -> Option<()> {
        self.steps = self.steps.checked_sub(1)?;
        Some(())
    }

    /// The bytes at a position. `None` if the file ends before.
    fn bytes<const COUNT: usize>(&mut self, at: u64) -> Option<[u8; COUNT]> {
        let mut bytes = [0; COUNT];
        (self.up_to(at, &mut bytes)? == COUNT).then_some(bytes)
    }

    /// The bytes at a position, as many as there are up to a limit, and their number.
    fn up_to(&mut self, at: u64, bytes: &mut [u8]) -> Option<usize> {
        self.source.seek(SeekFrom::Start(at)).ok()?;
        let mut count = 0;
        while count < bytes.len() {
            match self.source.read(&mut bytes[count..]).ok()? {
                0 => break,
                more => count += more,
            }
        }
        Some(count)
    }
}

#[cfg(test)]
mod tests;
