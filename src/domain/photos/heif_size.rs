//! Reads the width and the height of a HEIC or AVIF picture from its boxes (ISO/IEC 23008-12). They
//! hold several pictures: tiles, a small one, and the primary one, which may be stored on its side.
//! Unlike in other files, an orientation in the Exif block says nothing here (section 6.5.10).

use super::picture_size::sensible;
use std::io::{Read, Seek, SeekFrom};

/// The maximum number of boxes before the one with the properties. There are two or three.
const BOXES_MAX: usize = 16;
/// The maximum length of that box. It grows by some dozens of bytes for each tile.
const META_BYTES_MAX: u64 = 256 * 1024;
/// Bytes of the head of a box: its length and its name.
const HEAD: usize = 8;

/// The size in pixels as the picture is shown. `None` for another kind of file and for a broken
/// one.
pub fn shown_size(mut source: impl Read + Seek) -> Option<(u32, u32)> {
    let meta = meta(&mut source)?;
    // A version and flags precede the boxes.
    let inside = meta.get(4..)?;
    let primary = primary_picture(first(inside, b"pitm")?)?;
    let properties = first(inside, b"iprp")?;
    let all: Vec<(&[u8], &[u8])> = Boxes(first(properties, b"ipco")?).collect();
    let (mut size, mut turns) = (None, 0);
    for index in properties_of(first(properties, b"ipma")?, primary)? {
        // They are counted from 1; 0 stands for none.
        match index.checked_sub(1).and_then(|at| all.get(at)) {
            Some((b"ispe", content)) => {
                size = size.or(Some((number(content, 4, 4)?, number(content, 8, 4)?)));
            }
            Some((b"irot", content)) => turns = number(content, 0, 1)? & 3,
            _ => {}
        }
    }
    let (width, height) = size?;
    sensible(if turns % 2 == 1 { (height, width) } else { (width, height) })
}

/// The content of the box that holds the properties.
fn meta(source: &mut (impl Read + Seek)) -> Option<Vec<u8>> {
    source.seek(SeekFrom::Start(0)).ok()?;
    for number_of_box in 0..BOXES_MAX {
        let mut head = [0; HEAD];
        source.read_exact(&mut head).ok()?;
        let (length, name) = head.split_first_chunk()?;
        if number_of_box == 0 && name != b"ftyp" {
            return None;
        }
        let mut rest = u64::from(u32::from_be_bytes(*length)).checked_sub(HEAD as u64)?;
        if name == b"meta" {
            let mut content = Vec::new();
            rest = rest.min(META_BYTES_MAX);
            source.take(rest).read_to_end(&mut content).ok()?;
            return Some(content);
        }
        source.seek(SeekFrom::Current(i64::try_from(rest).ok()?)).ok()?;
    }
    None
}

/// The boxes in a content: the name and the content of each. A broken one ends them.
struct Boxes<'a>(&'a [u8]);

impl<'a> Iterator for Boxes<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let length = number(self.0, 0, 4)? as usize;
        let name = self.0.get(4..HEAD)?;
        let content = self.0.get(HEAD..length)?;
        self.0 = self.0.get(length..)?;
        Some((name, content))
    }
}

/// The content of the first box of a name.
fn first<'a>(inside: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    Boxes(inside).find(|(other, _)| other == name).map(|(_, content)| content)
}

/// The id of the picture that is shown.
fn primary_picture(content: &[u8]) -> Option<u32> {
    number(content, 4, if content.first()? == &0 { 2 } else { 4 })
}

/// The places of the properties that a picture has.
fn properties_of(content: &[u8], picture: u32) -> Option<Vec<usize>> {
    let id_bytes = if content.first()? == &0 { 2 } else { 4 };
    // The upper bit of a place tells that the property is essential.
    let (bytes, mask) = if number(content, 1, 3)? & 1 == 1 { (2, 0x7fff) } else { (1, 0x7f) };
    let mut at = 8;
    for _ in 0..number(content, 4, 4)? {
        let id = number(content, at, id_bytes)?;
        let count = number(content, at + id_bytes, 1)? as usize;
        at += id_bytes + 1;
        if id == picture {
            return (0..count)
                .map(|one| Some((number(content, at + one * bytes, bytes)? & mask) as usize))
                .collect();
        }
        at += count * bytes;
    }
    None
}

/// The number of up to four bytes at a position, the highest first.
fn number(bytes: &[u8], at: usize, count: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + count)?;
    Some(bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn boxed(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [&(HEAD as u32 + content.len() as u32).to_be_bytes(), name.as_slice(), content].concat()
    }

    fn ispe(width: u32, height: u32) -> Vec<u8> {
        boxed(b"ispe", &[&[0; 4], width.to_be_bytes().as_slice(), &height.to_be_bytes()].concat())
    }

    /// A file whose pictures 1 and 2 have properties 1 and 2, and 3; the second one is shown.
    fn file(properties: &[Vec<u8>], is_wide: bool) -> Vec<u8> {
        let (pitm, ipma) = if is_wide {
            let association = b"\x01\0\0\x01\0\0\0\x02\0\0\0\x01\x01\0\x01\0\0\0\x02\x03\x80\x02\x80\x03\0\0";
            (boxed(b"pitm", b"\x01\0\0\0\0\0\0\x02"), boxed(b"ipma", association))
        } else {
            let association = b"\0\0\0\0\0\0\0\x02\0\x01\x01\x01\0\x02\x02\x82\x83";
            (boxed(b"pitm", b"\0\0\0\0\0\x02"), boxed(b"ipma", association))
        };
        let iprp = boxed(b"iprp", &[boxed(b"ipco", &properties.concat()), ipma].concat());
        let meta =
            boxed(b"meta", &[b"\0\0\0\0".as_slice(), &boxed(b"hdlr", &[0; 24]), &pitm, &iprp].concat());
        [boxed(b"ftyp", b"heic\0\0\0\0mif1heic"), boxed(b"free", b"1234"), meta, boxed(b"mdat", &[7; 9])]
            .concat()
    }

    fn of(bytes: &[u8]) -> Option<(u32, u32)> {
        shown_size(Cursor::new(bytes))
    }

    #[test]
    fn the_size_is_that_of_the_primary_picture_as_it_is_shown() {
        for is_wide in [false, true] {
            let size =
                |turns: u8| of(&file(&[ispe(512, 512), ispe(4032, 3024), boxed(b"irot", &[turns])], is_wide));
            assert_eq!(size(0), Some((4032, 3024)));
            assert_eq!(size(1), Some((3024, 4032)));
            assert_eq!(size(2), Some((4032, 3024)));
            assert_eq!(size(3), Some((3024, 4032)));
        }
        assert_eq!(of(&file(&[ispe(512, 512), boxed(b"pixi", &[0; 8])], false)), None, "another picture's");
        assert_eq!(of(&file(&[ispe(1, 1), ispe(0, 7)], false)), None);
        assert_eq!(of(&file(&[ispe(1, 1), ispe(65_536, 7)], false)), None);
    }

    #[test]
    fn the_size_of_a_real_avif_picture_is_read() {
        assert_eq!(of(include_bytes!("../../../fuzz/seeds/picture_header/small.avif")), Some((24, 16)));
    }

    #[test]
    fn no_box_is_too_broken_to_be_read_over() {
        let whole = file(&[ispe(512, 512), ispe(40, 30), boxed(b"irot", &[1])], true);
        let end = whole.len() - boxed(b"mdat", &[7; 9]).len();
        for cut in 0..whole.len() {
            assert_eq!(of(&whole[..cut]).is_some(), cut >= end, "{cut}");
        }
        for at in 0..whole.len() {
            for value in [0, 1, 7, 0x7f, 0x80, 0xff] {
                let mut bent = whole.clone();
                bent[at] = value;
                let _ = of(&bent);
            }
        }
    }
}
