//! Sets of rows of the audit log, for its index. A block is 4,096 consecutive ids.

/// The number of ids in a block.
pub const BLOCK_ROWS: i64 = 4096;
const WORDS: usize = BLOCK_ROWS as usize / 64;
const BITMAP_BYTES: usize = BLOCK_ROWS as usize / 8;

/// A set of rows of one block, by their places in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowSet([u64; WORDS]);

impl RowSet {
    pub const EMPTY: RowSet = RowSet([0; WORDS]);

    /// The rows whose ids, relative to the block's first, are at least `from`.
    pub fn from(from: i64) -> RowSet {
        let mut set = RowSet::EMPTY;
        for (word, first) in set.0.iter_mut().zip((0..).step_by(64)) {
            *word = match from - first {
                ..=0 => u64::MAX,
                skipped @ 1..64 => u64::MAX << skipped,
                _ => 0,
            };
        }
        set
    }

    pub fn insert(&mut self, place: usize) {
        self.0[place / 64] |= 1 << (place % 64);
    }

    pub fn add(&mut self, other: &RowSet) {
        self.0.iter_mut().zip(other.0).for_each(|(word, other)| *word |= other);
    }

    pub fn keep(&mut self, other: &RowSet) {
        self.0.iter_mut().zip(other.0).for_each(|(word, other)| *word &= other);
    }

    pub fn remove(&mut self, other: &RowSet) {
        self.0.iter_mut().zip(other.0).for_each(|(word, other)| *word &= !other);
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub fn count(&self) -> u64 {
        self.0.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// The places in the block, in ascending order.
    pub fn places(&self) -> Vec<i64> {
        let mut places = Vec::new();
        for (word, first) in self.0.iter().zip((0..).step_by(64)) {
            let mut rest = *word;
            while rest != 0 {
                places.push(first + i64::from(rest.trailing_zeros()));
                rest &= rest - 1;
            }
        }
        places
    }

    /// A bitmap, or a list of places if that is shorter.
    pub fn to_bytes(&self) -> Vec<u8> {
        let places = self.places();
        if places.len() * 2 < BITMAP_BYTES {
            return places.into_iter().flat_map(|place| (place as u16).to_le_bytes()).collect();
        }
        self.0.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    /// The set that [`RowSet::to_bytes`] wrote. Places outside of the block are left out.
    pub fn from_bytes(bytes: &[u8]) -> RowSet {
        let mut set = RowSet::EMPTY;
        if bytes.len() == BITMAP_BYTES {
            for (word, bytes) in set.0.iter_mut().zip(bytes.chunks_exact(8)) {
                *word = bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
            }
            return set;
        }
        for place in bytes.chunks_exact(2).map(|bytes| usize::from(u16::from_le_bytes([bytes[0], bytes[1]])))
        {
            if place < BLOCK_ROWS as usize {
                set.insert(place);
            }
        }
        set
    }
}

/// The sequences of three and of 16 bytes in some texts: a Bloom filter with one hash for each length.
pub struct Sequences(Vec<u8>);

/// The lengths of the sequences in bytes. The short ones find any part; but in a log of very many
/// files, each block has nearly all of them. The long ones reach from the name of a folder into that
/// of a file, and tell one path from the others.
const SHORT_BYTES: usize = 3;
const LONG_BYTES: usize = 16;
/// The number of bits for the sequences of one length.
const BITS: usize = 1 << 16;

impl Sequences {
    pub fn new() -> Sequences {
        Sequences(vec![0; 2 * BITS / 8])
    }

    pub fn add(&mut self, text: &str) {
        for bit in bits_of(text) {
            self.0[bit / 8] |= 1 << (bit % 8);
        }
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// False if none of the texts contains `part`. `bytes` are those of [`Sequences::as_bytes`];
    /// blocks that were indexed by earlier versions have no long sequences.
    pub fn may_contain(bytes: &[u8], part: &str) -> bool {
        let has = |bit: usize| bytes.get(bit / 8).is_none_or(|byte| byte & 1 << (bit % 8) != 0);
        bits_of(part).all(has)
    }
}

/// The places of a text's sequences in the filter.
fn bits_of(text: &str) -> impl Iterator<Item = usize> {
    let short = text.as_bytes().windows(SHORT_BYTES).map(|sequence| {
        const SPREAD: u32 = 0x9e37_79b1;
        let number = sequence.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        (number.wrapping_mul(SPREAD) >> 16) as usize
    });
    let long = text.as_bytes().windows(LONG_BYTES).map(|sequence| {
        const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
        let number = sequence.iter().fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
        BITS + (number.wrapping_mul(SPREAD) >> 112) as usize
    });
    short.chain(long)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(places: impl Iterator<Item = usize>) -> RowSet {
        let mut set = RowSet::EMPTY;
        places.for_each(|place| set.insert(place));
        set
    }

    #[test]
    fn a_set_is_read_as_it_was_written() {
        let sets = [
            RowSet::EMPTY,
            set([0, 63, 64, 4095].into_iter()),
            set((0..4096).step_by(16)),
            set((0..4096).step_by(17)),
            set(0..4096),
        ];
        for set in sets {
            let bytes = set.to_bytes();
            assert!(bytes.len() <= BITMAP_BYTES, "{}", bytes.len());
            assert_eq!(RowSet::from_bytes(&bytes), set);
            assert_eq!(set.places().len() as u64, set.count());
        }
        assert_eq!(RowSet::from_bytes(&[0xff, 0xff, 1]), RowSet::EMPTY, "what no block has is left out");
    }

    #[test]
    fn sets_begin_anywhere() {
        for from in [-5, 0, 1, 63, 64, 65, 4095, 4096, i64::MAX] {
            let wanted: Vec<i64> = (from.max(0)..4096).collect();
            assert_eq!(RowSet::from(from).places(), wanted, "{from}");
        }
    }

    #[test]
    fn a_part_of_a_text_is_never_missed() {
        let mut sequences = Sequences::new();
        let texts = ["/anna/Steuer 2026/t\u{e4}x.pdf", "ab", ""];
        texts.iter().for_each(|text| sequences.add(text));
        for part in ["/anna", "t\u{e4}x", "pdf", "ab", "", "x.p"] {
            assert!(Sequences::may_contain(sequences.as_bytes(), part), "{part}");
        }
        for part in ["/bert", "taxes", "PDF"] {
            assert!(!Sequences::may_contain(sequences.as_bytes(), part), "{part}");
        }
    }

    #[test]
    fn paths_of_the_same_numbers_are_told_from_each_other() {
        let mut sequences = Sequences::new();
        for number in 0..4096 {
            sequences.add(&format!("/anna/folder {}/file {}.jpg", number % 2000, number % 100));
        }
        assert!(Sequences::may_contain(sequences.as_bytes(), "/anna/folder 1234/file 34.jpg"));
        let absent = "/anna/folder 1234/file 35.jpg";
        assert!(!Sequences::may_contain(sequences.as_bytes(), absent));
        let of_earlier_versions = &sequences.as_bytes()[..BITS / 8];
        assert!(Sequences::may_contain(of_earlier_versions, absent), "three bytes are in other paths");
    }
}
