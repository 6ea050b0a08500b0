//! Reads the beginning of a JPEG (ITU-T T.81, annex B): its segments up to the first scan.

use std::ops::Range;

const EXIF: &[u8] = b"Exif\0\0";
const SEGMENT_BYTES_MAX: usize = 0xffff;

/// The data from the beginning of a JPEG.
#[derive(Debug, Default)]
pub struct Head {
    /// The segment with the Exif block, with its marker.
    pub exif: Option<Range<usize>>,
    /// The offset for a new Exif segment: behind the JFIF segment.
    pub exif_place: usize,
    pub frame: Option<Frame>,
}

/// The frame header: the size of the picture and its encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    pub width: u32,
    pub height: u32,
    /// The memory that a decoder needs besides the picture, in bytes. A progressive picture is
    /// collected before it is drawn.
    pub aside_bytes: u64,
    /// False for lossless compression (process 14), which raw photos use for the sensor's data.
    pub has_loss: bool,
}

pub fn is_jpeg(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xd8\xff")
}

impl Head {
    /// Reads the segments that these bytes contain completely. `None` if it is not a JPEG.
    pub fn read(bytes: &[u8]) -> Option<Head> {
        if !is_jpeg(bytes) {
            return None;
        }
        let mut head = Head { exif_place: 2, ..Head::default() };
        let mut at = 2;
        while let Some((marker, segment)) = next_segment(bytes, at) {
            let content = &bytes[segment.start + 4..segment.end];
            match marker {
                0xe0 if segment.start == 2 => head.exif_place = segment.end,
                0xe1 if head.exif.is_none() && content.starts_with(EXIF) => head.exif = Some(segment.clone()),
                // Frame headers. The excluded markers are tables.
                0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                    head.frame = frame(marker, content);
                    break;
                }
                _ => {}
            }
            at = segment.end;
        }
        Some(head)
    }

    /// The Exif block without its segment's header.
    pub fn exif_block<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        let segment = self.exif.clone()?;
        bytes.get(segment.start + 4 + EXIF.len()..segment.end)
    }
}

/// A segment with an Exif block. `None` if the block is too long for one.
pub fn exif_segment(block: &[u8]) -> Option<Vec<u8>> {
    let length = 2 + EXIF.len() + block.len();
    let length = u16::try_from(length).ok().filter(|_| length <= SEGMENT_BYTES_MAX)?;
    Some([&[0xff, 0xe1], length.to_be_bytes().as_slice(), EXIF, block].concat())
}

/// The marker and the range of the segment at an offset, if it is complete. `None` at the first
/// scan.
fn next_segment(bytes: &[u8], at: usize) -> Option<(u8, Range<usize>)> {
    let fill = bytes.get(at..)?.iter().take_while(|byte| **byte == 0xff).count();
    // Any number of fill bytes may precede a marker.
    let start = (at + fill).checked_sub(1).filter(|_| fill > 0)?;
    let marker = *bytes.get(start + 1)?;
    let has_length = !matches!(marker, 0x00 | 0x01 | 0xd0..=0xda);
    let length = bytes.get(start + 2..start + 4).filter(|_| has_length)?;
    let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
    let end = start + 2 + length;
    (length >= 2 && end <= bytes.len()).then_some((marker, start..end))
}

fn frame(marker: u8, content: &[u8]) -> Option<Frame> {
    let side = |at: usize| Some(u32::from(u16::from_be_bytes([*content.get(at)?, *content.get(at + 1)?])));
    let (height, width, count) = (side(1)?, side(3)?, usize::from(*content.get(5)?));
    let components = content.get(6..6 + 3 * count)?.chunks_exact(3);
    let factors: Vec<(u64, u64)> =
        components.map(|component| (u64::from(component[1] >> 4), u64::from(component[1] & 15))).collect();
    let most = |factor: fn(&(u64, u64)) -> u64| factors.iter().map(factor).max().unwrap_or(1).max(1);
    let (across, down) = (most(|factors| factors.0), most(|factors| factors.1));
    let pixels = u64::from(width) * u64::from(height);
    let is_progressive = !matches!(marker, 0xc0 | 0xc1);
    // Each sample has a coefficient of two bytes.
    let samples = factors.iter().map(|(x, y)| pixels * x * y / (across * down)).sum::<u64>();
    let has_loss = !matches!(marker, 0xc3 | 0xc7 | 0xcb | 0xcf);
    Some(Frame { width, height, aside_bytes: if is_progressive { 2 * samples } else { 0 }, has_loss })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_walked_up_to_the_frame() {
        let jfif = b"\xff\xe0\0\x04ab";
        let exif = exif_segment(b"block").unwrap();
        let frame = b"\xff\xc2\0\x11\x08\0\x10\0\x20\x03\x01\x22\0\x02\x11\0\x03\x11\0";
        let bytes = [b"\xff\xd8".as_slice(), jfif, b"\xff", &exif, frame, b"\xff\xda"].concat();
        let head = Head::read(&bytes).unwrap();
        assert_eq!(head.exif_block(&bytes), Some(b"block".as_slice()));
        assert_eq!(head.exif_place, 2 + jfif.len());
        assert_eq!(
            head.frame,
            Some(Frame { width: 32, height: 16, aside_bytes: 2 * 32 * 16 * 3 / 2, has_loss: true })
        );
        for end in 0..bytes.len() {
            let _ = Head::read(&bytes[..end]);
        }
        assert!(Head::read(b"\x89PNG").is_none());
        assert!(exif_segment(&[0; 65528]).is_none());
        assert!(exif_segment(&[0; 65527]).is_some());
    }
}
