//! Reads the width and the height of a picture from the headers at the beginning of its file. It is
//! asked about pictures whose Exif block does not tell them: those that a messenger has sent, and
//! screenshots. No library does this here, because a server without thumbnails has no decoder.

use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};

/// Number of bytes at the beginning of a PNG, GIF or WebP file that hold its size.
const BEGINNING_BYTES: u64 = 30;
/// The maximum number of bytes that are read at once. The segments of most pictures are longer and
/// are skipped.
const BUFFER_BYTES: usize = 4096;
/// The maximum number of segments before the size in a JPEG. Large colour profiles take some dozens.
const SEGMENTS_MAX: usize = 512;
/// The maximum length in pixels of a side: that of a JPEG. A header with a longer one is a lie, or
/// that of a picture that no browser shows.
const SIDE_MAX: u32 = 65_535;

/// Width and height in pixels as they are stored. `None` for another kind of file, for a broken
/// header, and for sizes that no picture can have.
pub fn stored_size(source: impl Read + Seek) -> Option<(u32, u32)> {
    let mut source = BufReader::with_capacity(BUFFER_BYTES, source);
    let mut beginning = Vec::new();
    source.by_ref().take(BEGINNING_BYTES).read_to_end(&mut beginning).ok()?;
    let (width, height) = match beginning.as_slice() {
        [0xff, 0xd8, 0xff, ..] => {
            source.seek(SeekFrom::Start(2)).ok()?;
            jpeg(&mut source)?
        }
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', size @ ..] => {
            (little(size.get(..2)?), little(size.get(2..4)?))
        }
        _ => png(&beginning).or_else(|| webp(&beginning))?,
    };
    sensible((width, height))
}

/// The size, unless no picture can have it.
pub fn sensible((width, height): (u32, u32)) -> Option<(u32, u32)> {
    let sides = 1..=SIDE_MAX;
    (sides.contains(&width) && sides.contains(&height)).then_some((width, height))
}

/// The size in the frame header of a JPEG (ITU-T T.81, annex B), from behind its first marker.
fn jpeg(source: &mut BufReader<impl Read + Seek>) -> Option<(u32, u32)> {
    for _ in 0..SEGMENTS_MAX {
        let [before] = bytes(source)?;
        let mut marker = before;
        // Any number of fill bytes may precede a marker.
        while marker == 0xff {
            [marker] = bytes(source)?;
        }
        // Between a scan and the next marker there are pixels. Some markers have no length.
        if before != 0xff || matches!(marker, 0x00 | 0x01 | 0xd0..=0xda) {
            return None;
        }
        let length = u16::from_be_bytes(bytes(source)?);
        // Frame headers. The excluded markers are tables.
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            let [_, height @ .., third, fourth] = bytes::<5>(source)?;
            return Some((big(&[third, fourth]), big(&height)));
        }
        source.seek_relative(i64::from(length.checked_sub(2)?)).ok()?;
    }
    None
}

/// The size in the first chunk of a PNG (PNG specification, section 11.2.2).
fn png(beginning: &[u8]) -> Option<(u32, u32)> {
    let size = beginning.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR")?;
    Some((big(size.get(..4)?), big(size.get(4..8)?)))
}

/// The size in the first chunk of a WebP file (RFC 9649, sections 2.5 to 2.7): with loss, without
/// loss, or with further chunks.
fn webp(beginning: &[u8]) -> Option<(u32, u32)> {
    let chunk = beginning.strip_prefix(b"RIFF")?.get(4..)?.strip_prefix(b"WEBP")?;
    let (kind, content) = (chunk.get(..4)?, chunk.get(8..)?);
    match kind {
        b"VP8 " => {
            let size = content.get(3..)?.strip_prefix(b"\x9d\x01\x2a")?;
            // The upper two bits of each side are a scale.
            let side = |at: usize| Some(little(size.get(at..at + 2)?) & 0x3fff);
            Some((side(0)?, side(2)?))
        }
        b"VP8L" => {
            let bits = little(content.strip_prefix(b"\x2f")?.get(..4)?);
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8X" => Some((little(content.get(4..7)?) + 1, little(content.get(7..10)?) + 1)),
        _ => None,
    }
}

fn bytes<const COUNT: usize>(source: &mut impl BufRead) -> Option<[u8; COUNT]> {
    let mut bytes = [0; COUNT];
    source.read_exact(&mut bytes).ok().map(|()| bytes)
}

/// A number of up to four bytes, the highest first.
fn big(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// A number of up to four bytes, the lowest first.
fn little(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    const JPEG: &[u8] = include_bytes!("../../../fuzz/seeds/picture/small.jpg");
    const PNG: &[u8] = include_bytes!("../../../fuzz/seeds/picture/small.png");
    const GIF: &[u8] = include_bytes!("../../../fuzz/seeds/picture/small.gif");
    const WEBP: &[u8] = include_bytes!("../../../fuzz/seeds/picture/small.webp");
    /// The offset of the frame header in [`JPEG`].
    const FRAME: &[u8] = b"\xff\xc0\0\x11\x08";

    fn of(bytes: &[u8]) -> Option<(u32, u32)> {
        stored_size(Cursor::new(bytes))
    }

    /// A file with other bytes from an offset on.
    fn with(file: &[u8], at: usize, bytes: &[u8]) -> Vec<u8> {
        [&file[..at], bytes, &file[at + bytes.len()..]].concat()
    }

    fn frame_at() -> usize {
        JPEG.windows(FRAME.len()).position(|window| window == FRAME).unwrap()
    }

    /// A WebP file whose first chunk has this kind and content.
    fn webp_of(kind: &[u8], content: &[u8]) -> Vec<u8> {
        [b"RIFF\xff\0\0\0WEBP".as_slice(), kind, b"\x0a\0\0\0", content].concat()
    }

    #[test]
    fn real_pictures_tell_their_size() {
        assert_eq!(of(JPEG), Some((24, 16)));
        assert_eq!([of(PNG), of(GIF), of(WEBP)], [Some((16, 16)); 3]);
        // The sides are told apart.
        assert_eq!(of(&with(PNG, 16, &[0, 0, 0, 7, 0, 0, 1, 5])), Some((7, 261)));
        assert_eq!(of(&with(GIF, 6, &[7, 0, 5, 1])), Some((7, 261)));
        assert_eq!(of(&with(WEBP, 26, &[7, 0x40, 5, 0x81])), Some((7, 261)), "without the scale");
        // The numbers are from the specification: one less than each side.
        let lossless = (7_u32 - 1) | (261 - 1) << 14;
        assert_eq!(
            of(&webp_of(b"VP8L", &[b"\x2f".as_slice(), &lossless.to_le_bytes()].concat())),
            Some((7, 261))
        );
        assert_eq!(of(&webp_of(b"VP8X", &[0x10, 0, 0, 0, 6, 0, 0, 4, 1, 0])), Some((7, 261)));
    }

    #[test]
    fn the_size_of_a_jpeg_stands_behind_other_segments() {
        let comment = [b"\xff\xfe\xff\xff".as_slice(), &[0xff; 0xfffd]].concat();
        let many = |count: usize| [&JPEG[..2], &comment.repeat(count), b"\xff\xff", &JPEG[2..]].concat();
        assert_eq!(of(&many(20)), Some((24, 16)));
        assert_eq!(of(&many(SEGMENTS_MAX)), None, "no picture has so many");
        for marker in [0xc1, 0xc2, 0xc9] {
            assert_eq!(of(&with(JPEG, frame_at() + 1, &[marker])), Some((24, 16)), "{marker:x}");
        }
        // Without a frame header, there is no size in the pixels either.
        assert_eq!(of(&with(JPEG, frame_at() + 1, &[0xfe])), None);
    }

    #[test]
    fn sizes_that_cannot_be_are_none() {
        let at = frame_at() + FRAME.len();
        for side in [at, at + 2] {
            assert_eq!(of(&with(JPEG, side, &[0, 0])), None);
        }
        assert_eq!(of(&with(JPEG, at, &[0xff; 4])), Some((65_535, 65_535)));
        for (side, long) in
            [16, 20].into_iter().flat_map(|side| [0, 65_536, u32::MAX].map(|long| (side, long)))
        {
            assert_eq!(of(&with(PNG, side, &long.to_be_bytes())), None, "{long}");
        }
        assert_eq!(of(&with(GIF, 6, &[0; 4])), None);
        assert_eq!(of(&with(WEBP, 26, &[0; 4])), None);
        assert_eq!(of(&webp_of(b"VP8X", &[0x10, 0, 0, 0, 0xff, 0xff, 0xff, 0, 0, 0])), None);
    }

    #[test]
    fn no_header_is_too_broken_to_be_read_over() {
        for other in [b"".as_slice(), b"II*\0\x08\0\0\0", b"not a picture", b"RIFF\0\0\0\0AVI LIST"] {
            assert_eq!(of(other), None);
        }
        for (whole, end_of_size) in [(JPEG, frame_at() + FRAME.len() + 4), (PNG, 24), (GIF, 10), (WEBP, 30)] {
            for end in 0..whole.len() {
                assert_eq!(of(&whole[..end]).is_some(), end >= end_of_size, "{end}");
            }
            for at in 0..whole.len() {
                for value in [0, 1, 0x7f, 0x80, 0xff] {
                    let sides =
                        of(&with(whole, at, &[value])).map_or([1; 2], |(width, height)| [width, height]);
                    assert!(sides.iter().all(|side| (1..=SIDE_MAX).contains(side)), "{at} {value}");
                }
            }
        }
    }
}
