//! A check of the code that reads the size of a picture from the header of its file.

use super::heif_size::shown_size;
use super::picture_size::{sensible, stored_size};
use std::io::Cursor;

/// For any bytes, there is no size or one that a picture can have.
pub fn picture_header(bytes: &[u8]) {
    for size in [stored_size(Cursor::new(bytes)), shown_size(Cursor::new(bytes))] {
        assert!(size.is_none_or(|size| sensible(size) == Some(size)));
    }
}
