//! A check of all code that reads the bytes of an archive.

use super::zip::{directory, each_member};
use std::io::Cursor;

/// No member has more bytes than the directory states, and no path leads out of its folder.
pub fn zip(bytes: &[u8]) {
    /// Longer members are not unpacked, because a small archive may claim to be huge.
    const BYTES_MAX: u64 = 1 << 20;
    let (mut source, length) = (Cursor::new(bytes), bytes.len() as u64);
    let Ok(place) = directory(&mut source, length) else { return };
    let _ = each_member(&mut source, place, |source, member| {
        if let Ok(path) = member.path() {
            assert!(
                path.iter()
                    .all(|name| !matches!(name.as_str(), "" | "." | "..") && !name.as_str().contains('/'))
            );
        }
        let mut left = member.bytes;
        if member.bytes <= BYTES_MAX {
            let _ = member.unpack(source, length, |block| {
                left = left.checked_sub(block.len() as u64).expect("never more than it tells");
                Ok(())
            });
        }
        Ok(())
    });
}
