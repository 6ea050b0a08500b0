//! Reads the orientation and the camera's thumbnail from an Exif block. The block is a TIFF file
//! (TIFF 6.0, section 2): a header, and directories of entries of 12 bytes.
//!
//! No library does this here, because turning a picture needs the offset of an entry in the block.

/// The orientation (Exif 2.3, section 4.6.4): 1 is upright, 2 to 8 are mirrored or turned.
const ORIENTATION: u16 = 0x0112;
const THUMBNAIL_AT: u16 = 0x0201;
const THUMBNAIL_BYTES: u16 = 0x0202;
const SHORT: u16 = 3;
const LONG: u16 = 4;
const ENTRY_BYTES: usize = 12;

/// An Exif block with a valid header.
#[derive(Clone, Copy)]
pub struct Exif<'a> {
    tiff: &'a [u8],
    is_little: bool,
    /// The offset of the first directory, which describes the whole picture.
    main: usize,
}

impl<'a> Exif<'a> {
    pub fn read(tiff: &'a [u8]) -> Option<Exif<'a>> {
        let is_little = match tiff.get(..4)? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        let exif = Exif { tiff, is_little, main: 0 };
        let main = exif.long_at(4)?;
        exif.count(main)?;
        Some(Exif { main, ..exif })
    }

    /// The orientation from 1 to 8. It is 1 if the block has none or an invalid one.
    pub fn orientation(&self) -> u8 {
        let found = self.value(self.main, ORIENTATION).and_then(|value| u8::try_from(value).ok());
        found.filter(|value| (1..=8).contains(value)).unwrap_or(1)
    }

    /// The camera's thumbnail, if it is a JPEG.
    pub fn thumbnail(&self) -> Option<&'a [u8]> {
        let second = self.long_at(self.main + 2 + ENTRY_BYTES * self.count(self.main)?)?;
        let (at, bytes) = (self.value(second, THUMBNAIL_AT)?, self.value(second, THUMBNAIL_BYTES)?);
        self.tiff.get(at..at.checked_add(bytes)?)
    }

    /// The block with another orientation. If the block has none, a new first directory is
    /// appended, so that everything else keeps its offset.
    pub fn with_orientation(&self, orientation: u8) -> Vec<u8> {
        let mut tiff = self.tiff.to_vec();
        let entry = self.entry_of(orientation);
        if let Some(at) = self.find(self.main, ORIENTATION) {
            tiff[at..at + ENTRY_BYTES].copy_from_slice(&entry);
            return tiff;
        }
        let (first, count) = (self.main + 2, self.count(self.main).unwrap_or(0));
        let is_before =
            |index: &usize| self.short_at(first + ENTRY_BYTES * index).is_some_and(|tag| tag < ORIENTATION);
        let split = first + ENTRY_BYTES * (0..count).take_while(is_before).count();
        let end = first + ENTRY_BYTES * count;
        // Directories begin at even offsets.
        tiff.resize(tiff.len().next_multiple_of(2), 0);
        let at = self.four_bytes(tiff.len() as u32);
        tiff.extend(self.two_bytes(count as u16 + 1));
        tiff.extend_from_slice(&self.tiff[first..split]);
        tiff.extend(entry);
        tiff.extend_from_slice(&self.tiff[split..end]);
        tiff.extend_from_slice(self.tiff.get(end..end + 4).unwrap_or(&[0; 4]));
        tiff[4..8].copy_from_slice(&at);
        tiff
    }

    fn entry_of(&self, orientation: u8) -> [u8; ENTRY_BYTES] {
        let parts = [self.two_bytes(ORIENTATION), self.two_bytes(SHORT)].concat();
        let count = self.four_bytes(1);
        let value = [self.two_bytes(orientation.into()), [0; 2]].concat();
        let mut entry = [0; ENTRY_BYTES];
        entry.copy_from_slice(&[parts.as_slice(), &count, &value].concat());
        entry
    }

    /// The value of an entry in a directory.
    fn value(&self, directory: usize, tag: u16) -> Option<usize> {
        let at = self.find(directory, tag)?;
        match self.short_at(at + 2)? {
            SHORT => self.short_at(at + 8).map(usize::from),
            LONG => self.long_at(at + 8),
            _ => None,
        }
    }

    /// The offset of a tag's entry.
    fn find(&self, directory: usize, tag: u16) -> Option<usize> {
        let entries = (0..self.count(directory)?).map(|index| directory + 2 + ENTRY_BYTES * index);
        entries.into_iter().find(|at| self.short_at(*at) == Some(tag))
    }

    /// The number of entries in a directory. `None` if they are not all inside the block.
    fn count(&self, directory: usize) -> Option<usize> {
        let count = usize::from(self.short_at(directory)?);
        let end = directory.checked_add(2 + ENTRY_BYTES * count)?;
        (end <= self.tiff.len()).then_some(count)
    }

    fn short_at(&self, at: usize) -> Option<u16> {
        let bytes = self.tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn long_at(&self, at: usize) -> Option<usize> {
        let bytes = self.tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let value = if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) };
        usize::try_from(value).ok()
    }

    fn two_bytes(&self, value: u16) -> [u8; 2] {
        if self.is_little { value.to_le_bytes() } else { value.to_be_bytes() }
    }

    fn four_bytes(&self, value: u32) -> [u8; 4] {
        if self.is_little { value.to_le_bytes() } else { value.to_be_bytes() }
    }
}

/// A block with nothing but the orientation.
pub fn block(orientation: u8) -> Vec<u8> {
    let empty = b"MM\0*\0\0\0\x08\0\0\0\0\0\0";
    Exif { tiff: empty, is_little: false, main: 8 }.with_orientation(orientation)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A block with a camera's name, an optional orientation, and a thumbnail.
    fn sample(is_little: bool, orientation: Option<u16>, thumbnail: &[u8]) -> Vec<u8> {
        let short = |value: u16| if is_little { value.to_le_bytes() } else { value.to_be_bytes() };
        let long = |value: u32| if is_little { value.to_le_bytes() } else { value.to_be_bytes() };
        let count = 2 + orientation.iter().count();
        let mut tiff = if is_little { b"II*\0".to_vec() } else { b"MM\0*".to_vec() };
        tiff.extend(long(8));
        let entry = |tag: u16, kind: u16, value: [u8; 4]| {
            [short(tag).as_slice(), &short(kind), &long(1), &value].concat()
        };
        tiff.extend(short(count as u16));
        tiff.extend(entry(0x010f, LONG, long(7)));
        if let Some(value) = orientation {
            tiff.extend(entry(ORIENTATION, SHORT, [short(value), [0; 2]].concat().try_into().unwrap()));
        }
        tiff.extend(entry(0x0131, LONG, long(9)));
        let second = tiff.len() as u32 + 4;
        tiff.extend(long(second));
        tiff.extend(short(2));
        tiff.extend(entry(THUMBNAIL_AT, LONG, long(second + 2 + 24 + 4)));
        tiff.extend(entry(THUMBNAIL_BYTES, LONG, long(thumbnail.len() as u32)));
        tiff.extend(long(0));
        tiff.extend(thumbnail);
        tiff
    }

    #[test]
    fn orientation_and_thumbnail_are_found_in_both_byte_orders() {
        for is_little in [true, false] {
            for orientation in 1..=8 {
                let tiff = sample(is_little, Some(orientation), b"small");
                let exif = Exif::read(&tiff).unwrap();
                assert_eq!(exif.orientation(), orientation as u8);
                assert_eq!(exif.thumbnail(), Some(b"small".as_slice()));
            }
            for nonsense in [0, 9, 300] {
                assert_eq!(Exif::read(&sample(is_little, Some(nonsense), b"")).unwrap().orientation(), 1);
            }
        }
    }

    #[test]
    fn an_orientation_is_changed_or_added_and_all_else_stays() {
        for (is_little, before) in [(true, Some(6)), (false, Some(6)), (true, None), (false, None)] {
            let tiff = sample(is_little, before, b"small");
            let changed = Exif::read(&tiff).unwrap().with_orientation(3);
            let exif = Exif::read(&changed).unwrap();
            assert_eq!(exif.orientation(), 3, "{is_little} {before:?}");
            assert_eq!(exif.thumbnail(), Some(b"small".as_slice()));
            assert_eq!((exif.value(exif.main, 0x010f), exif.value(exif.main, 0x0131)), (Some(7), Some(9)));
            let tags: Vec<_> =
                (0..3).map(|index| exif.short_at(exif.main + 2 + ENTRY_BYTES * index).unwrap()).collect();
            assert_eq!(tags, [0x010f, ORIENTATION, 0x0131], "sorted, as the standard asks");
        }
        for orientation in 1..=8 {
            assert_eq!(Exif::read(&block(orientation)).unwrap().orientation(), orientation);
        }
    }

    #[test]
    fn no_block_is_too_broken_to_be_read_over() {
        let whole = sample(true, Some(6), b"small");
        for end in 0..whole.len() {
            if let Some(exif) = Exif::read(&whole[..end]) {
                let _ = (exif.orientation(), exif.thumbnail(), exif.with_orientation(3));
            }
        }
        for at in 0..whole.len() {
            for value in [0, 1, 0x7f, 0x80, 0xff] {
                let mut broken = whole.clone();
                broken[at] = value;
                if let Some(exif) = Exif::read(&broken) {
                    let _ = (exif.orientation(), exif.thumbnail());
                    let changed = exif.with_orientation(3);
                    assert_eq!(Exif::read(&changed).map(|exif| exif.orientation()), Some(3), "{at} {value}");
                }
            }
        }
    }
}
