//! The checksum of a file that is uploaded in parts. Bytes are hashed while they are written and
//! never read back, so they must come in order. If parts overtake each other, the file has no
//! checksum until a deep check computes it.

use crate::base::checksum::{Checksum, Hasher};

/// Number of ends at which hashing can continue: that of the newest part, and the one before it, at
/// which a cut part begins again.
const ENDS_MAX: usize = 2;

/// The hashed beginning of a file.
#[derive(Default)]
pub struct Beginning(Vec<(u64, Hasher)>);

impl Beginning {
    /// Notes a part at an offset, which makes the hash beyond it invalid. Returns the hasher for
    /// the part if everything before it is hashed.
    pub fn part_at(&mut self, offset: u64) -> Option<Hasher> {
        self.0.retain(|(end, _)| *end <= offset);
        let known = self.0.iter().find(|(end, _)| *end == offset).map(|(_, hasher)| hasher.clone());
        known.or_else(|| (offset == 0).then(Hasher::default))
    }

    /// Stores that this hasher has received all bytes up to an end.
    pub fn hashed_to(&mut self, end: u64, hasher: Hasher) {
        self.0.retain(|(other, _)| *other != end);
        if self.0.len() == ENDS_MAX {
            self.0.remove(0);
        }
        self.0.push((end, hasher));
    }

    /// The checksum of the file if all of it is hashed.
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

    /// True if the part was hashed.
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
        // Two parts are cut off. The first is sent again from its beginning, and the second from
        // the byte at which it was cut.
        assert!(part(&mut beginning, 6, b"gh") && part(&mut beginning, 6, b"ghi"));
        assert!(part(&mut beginning, 9, b"j") && part(&mut beginning, 10, b"kl"));
        assert_eq!(beginning.checksum(12), of(b"abcdefghijkl"));
        // Bytes that are overwritten are no longer the ones that were hashed.
        assert!(!part(&mut beginning, 4, b"xx"));
        assert_eq!(beginning.checksum(12), None);
        assert!(part(&mut beginning, 0, b"new"));
        assert_eq!(beginning.checksum(3), of(b"new"));
    }
}
