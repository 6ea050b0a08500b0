//! The checksum of a file that comes in parts. Bytes are hashed while they are written, never read back for it; so they must
//! come in order. Of a file whose parts overtook one another there is none, until a deep check takes it.

use crate::base::checksum::{Checksum, Hasher};

/// Ends from which it can go on: that of the newest part, and the one before, from where a cut part comes again.
const ENDS_MAX: usize = 2;

/// What is hashed of the beginning of a file.
#[derive(Default)]
pub struct Beginning(Vec<(u64, Hasher)>);

impl Beginning {
    /// A part begins at an offset. What was hashed beyond it no longer holds; the hasher for it, if all before is hashed.
    pub fn part_at(&mut self, offset: u64) -> Option<Hasher> {
        self.0.retain(|(end, _)| *end <= offset);
        let known = self.0.iter().find(|(end, _)| *end == offset).map(|(_, hasher)| hasher.clone());
        known.or_else(|| (offset == 0).then(Hasher::default))
    }

    /// All bytes up to an end went through this hasher.
    pub fn hashed_to(&mut self, end: u64, hasher: Hasher) {
        self.0.retain(|(other, _)| *other != end);
        if self.0.len() == ENDS_MAX {
            self.0.remove(0);
        }
        self.0.push((end, hasher));
    }

    /// The checksum of the file, if all of it is hashed.
    pub fn checksum(&self, length: u64) -> Option<Checksum> {
        self.0.iter().find(|(end, _)| *end == length).map(|(_, hasher)| hasher.checksum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8]) -> Option<Checksum> {
        let mut hasher = Hasher::default();
        hasher.update(bytes);
        Some(hasher.checksum())
    }

    /// Whether a part was hashed.
    fn part(beginning: &mut Beginning, offset: u64, bytes: &[u8]) -> bool {
        let Some(mut hasher) = beginning.part_at(offset) else { return false };
        hasher.update(bytes);
        beginning.hashed_to(offset + bytes.len() as u64, hasher);
        true
    }

    #[test]
    fn parts_in_order_have_a_checksum_and_others_none() {
        let mut beginning = Beginning::default();
        assert!(part(&mut beginning, 0, b"abc") && part(&mut beginning, 3, b"def"));
        assert_eq!(beginning.checksum(6), of(b"abcdef"));
        assert_eq!(beginning.checksum(5), None);
        assert!(!part(&mut beginning, 9, b"jkl"), "a gap");
        // Cut off after two bytes, and again from its beginning, or from where it was cut.
        assert!(part(&mut beginning, 6, b"gh") && part(&mut beginning, 6, b"ghi"));
        assert!(part(&mut beginning, 9, b"j") && part(&mut beginning, 10, b"kl"));
        assert_eq!(beginning.checksum(12), of(b"abcdefghijkl"));
        // What is written over is no longer what was hashed.
        assert!(!part(&mut beginning, 4, b"xx"));
        assert_eq!(beginning.checksum(12), None);
        assert!(part(&mut beginning, 0, b"new"));
        assert_eq!(beginning.checksum(3), of(b"new"));
    }
}
