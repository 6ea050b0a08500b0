//! Tests with raw photos as cameras write them, and with raw photos that state wrong values. All of
//! them are made here.

use super::{Preview, preview};
use std::io::Cursor;

/// The beginning of a JPEG with this frame marker. The marker 0xc3 means a lossless JPEG.
fn jpeg(marker: u8, bytes: usize) -> Vec<u8> {
    let mut jpeg =
        [b"\xff\xd8\xff".as_slice(), &[marker], b"\0\x0b\x08\0\x10\0\x20\x01\x01\x11\0\xff\xda"].concat();
    jpeg.resize(bytes, 0);
    jpeg
}

/// A file in one byte order.
struct Tiff {
    is_little: bool,
    bytes: Vec<u8>,
}

impl Tiff {
    fn new(is_little: bool) -> Tiff {
        let bytes = if is_little { b"II*\0\0\0\0\0".to_vec() } else { b"MM\0*\0\0\0\0".to_vec() };
        Tiff { is_little, bytes }
    }

    fn long(&self, number: u32) -> [u8; 4] {
        if self.is_little { number.to_le_bytes() } else { number.to_be_bytes() }
    }

    fn short(&self, number: u16) -> [u8; 2] {
        if self.is_little { number.to_le_bytes() } else { number.to_be_bytes() }
    }

    fn put(&mut self, bytes: &[u8]) -> u32 {
        self.bytes.extend_from_slice(bytes);
        (self.bytes.len() - bytes.len()) as u32
    }

    /// Appends a directory whose entries are numbers, and returns its offset.
    fn directory(&mut self, entries: &[(u16, u16, u32, u32)], next: u32) -> u32 {
        let mut bytes = self.short(entries.len() as u16).to_vec();
        for (tag, kind, count, value) in entries {
            bytes.extend([self.short(*tag), self.short(*kind)].concat());
            bytes.extend(self.long(*count));
            let short = [self.short(*value as u16), [0; 2]].concat();
            bytes.extend(if *kind == 3 { short } else { self.long(*value).to_vec() });
        }
        bytes.extend(self.long(next));
        self.put(&bytes)
    }

    fn begin_at(&mut self, at: u32) -> &[u8] {
        let at = self.long(at);
        self.bytes[4..8].copy_from_slice(&at);
        &self.bytes
    }
}

fn of(bytes: &[u8]) -> Option<Preview> {
    preview(&mut Cursor::new(bytes), bytes.len() as u64).unwrap()
}

#[test]
fn the_largest_picture_is_found_wherever_cameras_put_it() {
    for is_little in [true, false] {
        let mut tiff = Tiff::new(is_little);
        let small = tiff.put(&jpeg(0xc0, 100));
        let large = tiff.put(&jpeg(0xc2, 900));
        let sensor = tiff.put(&jpeg(0xc3, 5000));
        // Canon: the picture is the only strip of the first directory, the small one is in the second.
        let raw = tiff.directory(&[(0x111, 4, 1, sensor), (0x117, 4, 1, 5000)], 0);
        let second = tiff.directory(&[(0x201, 4, 1, small), (0x202, 4, 1, 100)], raw);
        let first = tiff.directory(&[(0x111, 4, 1, large), (0x112, 3, 1, 6), (0x117, 4, 1, 900)], second);
        let wanted = Some(Preview { range: large.into()..u64::from(large) + 900, orientation: 6 });
        assert_eq!(of(tiff.begin_at(first)), wanted, "Canon");
        // Nikon and DNG: it is in one of many directories below the first.
        let inner = tiff.directory(&[(0x201, 4, 1, large), (0x202, 4, 1, 900)], 0);
        let list = tiff.put(&[tiff.long(raw), tiff.long(inner)].concat());
        let first = tiff.directory(&[(0x112, 3, 1, 6), (0x14a, 4, 2, list)], 0);
        assert_eq!(of(tiff.begin_at(first)), wanted, "Nikon");
        // Sony: it is in the first directory.
        let first = tiff.directory(
            &[(0x112, 3, 1, 6), (0x14a, 13, 1, raw), (0x201, 4, 1, large), (0x202, 4, 1, 900)],
            second,
        );
        assert_eq!(of(tiff.begin_at(first)), wanted, "Sony");
        // An orientation that does not exist counts as none.
        let first = tiff.directory(&[(0x112, 3, 1, 9), (0x201, 4, 1, large), (0x202, 4, 1, 900)], 0);
        assert_eq!(of(tiff.begin_at(first)).map(|found| found.orientation), Some(1));
        // The data of the sensor is no picture.
        assert_eq!(of(tiff.begin_at(raw)), None);
    }
}

#[test]
fn directories_that_lie_end_the_walk() {
    let mut tiff = Tiff::new(true);
    let large = tiff.put(&jpeg(0xc0, 900));
    let here = tiff.bytes.len() as u32;
    // The directory leads to itself, as a directory below it and as the next one.
    tiff.directory(&[(0x14a, 4, 1, here), (0x201, 4, 1, large), (0x202, 4, 1, 900)], here);
    assert_eq!(of(tiff.begin_at(here)).map(|found| found.range.start), Some(large.into()));
    for (at, bytes) in
        [(large, u32::MAX), (u32::MAX, 900), (u32::MAX, u32::MAX), (large, 0), (large + 1, 800)]
    {
        let first = tiff.directory(&[(0x201, 4, 1, at), (0x202, 4, 1, bytes)], u32::MAX);
        assert_eq!(of(tiff.begin_at(first)), None, "{at} {bytes}");
    }
    let many = tiff.directory(&[(0x14a, 4, u32::MAX, 0), (0x201, 4, u32::MAX, large), (0x202, 2, 1, 900)], 0);
    assert_eq!(of(tiff.begin_at(many)), None);
    for end in [u32::MAX, 0, 4] {
        assert_eq!(of(tiff.begin_at(end)), None);
    }
    // A chain of thousands is not followed to its end.
    let mut next = tiff.directory(&[(0x201, 4, 1, large), (0x202, 4, 1, 900)], 0);
    for _ in 0..5000 {
        next = tiff.directory(&[], next);
    }
    assert_eq!(of(tiff.begin_at(next)), None);
}

#[test]
fn no_raw_photo_is_too_broken_to_be_read_over() {
    let mut tiff = Tiff::new(false);
    let large = tiff.put(&jpeg(0xc0, 60));
    let inner = tiff.directory(&[(0x201, 4, 1, large), (0x202, 4, 1, 60)], 0);
    let first = tiff.directory(&[(0x112, 3, 1, 6), (0x14a, 4, 1, inner)], 0);
    let whole = tiff.begin_at(first).to_vec();
    assert!(of(&whole).is_some());
    for at in 0..whole.len() {
        let _ = of(&whole[..at]);
        for value in [0, 1, 0x7f, 0xff] {
            let mut broken = whole.clone();
            broken[at] = value;
            let found = of(&broken);
            assert!(found.is_none_or(|found| found.range.end <= whole.len() as u64));
        }
    }
}
