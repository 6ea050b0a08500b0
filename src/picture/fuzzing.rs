//! Checks of all code that reads the bytes of a picture.

use super::exif::Exif;
use super::jpeg::Head;
use super::raw;
use super::turn::{Quarters, turn_jpeg_head};
use super::{Fit, draw, is_jpeg};
use std::io::Cursor;

/// Pixels of a side of the drawn picture.
const SIDE: u32 = 64;

/// The orientation in an Exif block is from 1 to 8. After another one is written, that one is read.
pub fn exif(bytes: &[u8]) {
    if let Some(exif) = Exif::read(bytes) {
        assert!((1..=8).contains(&exif.orientation()));
        let _ = exif.thumbnail();
        let turned = exif.with_orientation(6);
        assert_eq!(Exif::read(&turned).map(|exif| exif.orientation()), Some(6));
    }
    if let Ok(turned) = turn_jpeg_head(bytes, Quarters::One) {
        let (before, after) = (Head::read(bytes), Head::read(&turned));
        assert_eq!(before.and_then(|head| head.frame), after.and_then(|head| head.frame));
    }
}

/// A picture that is found in a raw photo lies within its file, however long that is.
pub fn raw(bytes: &[u8]) {
    for length in [bytes.len() as u64, u64::MAX] {
        if let Ok(Some(preview)) = raw::preview(&mut Cursor::new(bytes), length) {
            assert!(preview.range.start < preview.range.end && preview.range.end <= length);
            assert!((1..=8).contains(&preview.orientation));
        }
    }
}

/// If a picture can be drawn from some bytes, it fits the given size.
pub fn picture(bytes: &[u8]) {
    let Ok(drawn) = draw(&mut Cursor::new(bytes), bytes.len() as u64, Fit::square(SIDE)) else { return };
    if let Some(frame) =
        Head::read(&drawn.bytes).filter(|_| is_jpeg(&drawn.bytes)).and_then(|head| head.frame)
    {
        assert!(frame.width <= SIDE && frame.height <= SIDE);
    }
}
