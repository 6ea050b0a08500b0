//! A check of all code that reads the bytes of a video.

use super::{DURATION_MAX, SIDE_MAX, read};
use std::io::Cursor;

/// For any bytes, and any stated length of the file, the result makes sense.
pub fn video(bytes: &[u8]) {
    for length in [bytes.len() as u64, u64::MAX] {
        let facts = read(&mut Cursor::new(bytes), length);
        assert!(facts.milliseconds.is_none_or(|all| all > 0 && u128::from(all) <= DURATION_MAX));
        assert!(facts.size.is_none_or(|(width, height)| {
            width > 0 && height > 0 && u64::from(width.max(height)) <= SIDE_MAX
        }));
    }
}
