//! The byte ranges of a file that have arrived.

use std::fmt;

/// The maximum number of ranges. All of them are stored after each part, so they must stay few.
const RANGES_MAX: usize = 1000;

/// Byte ranges, sorted, with gaps between them. The ends are exclusive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranges(Vec<(u64, u64)>);

impl Ranges {
    /// Reads `0-10 20-30`. Anything that is not a range is skipped, so that its bytes are asked for
    /// again.
    pub fn parse(text: &str) -> Ranges {
        let mut ranges = Ranges::default();
        for part in text.split(' ') {
            if let Some((Ok(start), Ok(end))) =
                part.split_once('-').map(|(start, end)| (start.parse(), end.parse()))
            {
                ranges.add(start, end);
            }
        }
        ranges
    }

    pub fn add(&mut self, start: u64, end: u64) {
        if start >= end {
            return;
        }
        let first = self.0.partition_point(|range| range.1 < start);
        let last = self.0.partition_point(|range| range.0 <= end);
        let merged = self.0[first..last]
            .iter()
            .fold((start, end), |all, range| (all.0.min(range.0), all.1.max(range.1)));
        self.0.splice(first..last, [merged]);
    }

    pub fn contains(&self, at: u64) -> bool {
        self.0.iter().any(|range| (range.0..range.1).contains(&at))
    }

    /// True if bytes at an offset may be taken: they continue a range, or there may be one more
    /// range.
    pub fn may_begin_at(&self, offset: u64) -> bool {
        self.0.len() < RANGES_MAX || self.0.iter().any(|range| (range.0..=range.1).contains(&offset))
    }

    /// The first gap below `total`.
    pub fn first_gap(&self, total: u64) -> Option<(u64, u64)> {
        let start = self.0.first().filter(|range| range.0 == 0).map_or(0, |range| range.1);
        let end = self.0.iter().map(|range| range.0).find(|begin| *begin > start).unwrap_or(total);
        (start < total).then(|| (start, end.min(total)))
    }

    /// The end of the last range.
    pub fn end(&self) -> u64 {
        self.0.last().map_or(0, |range| range.1)
    }

    /// The number of bytes that have arrived.
    pub fn bytes(&self) -> u64 {
        self.0.iter().map(|range| range.1 - range.0).sum()
    }
}

impl fmt::Display for Ranges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (start, end)) in self.0.iter().enumerate() {
            write!(f, "{}{start}-{end}", if number == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Ranges;

    #[test]
    fn ranges_join_in_any_order() {
        let mut ranges = Ranges::default();
        for (start, end) in [(20, 30), (0, 10), (5, 5), (40, 50), (10, 20), (45, 60)] {
            ranges.add(start, end);
        }
        assert_eq!(ranges.to_string(), "0-30 40-60");
        assert_eq!(Ranges::parse("0-30 40-60"), ranges);
        assert_eq!(ranges.bytes(), 50);
        assert_eq!(ranges.first_gap(60), Some((30, 40)));
        assert_eq!(ranges.first_gap(70), Some((30, 40)));
        assert_eq!(ranges.first_gap(35), Some((30, 35)));
        assert_eq!(ranges.first_gap(30), None);
        ranges.add(25, 45);
        assert_eq!(ranges.to_string(), "0-60");
        assert_eq!(ranges.first_gap(70), Some((60, 70)));
    }

    #[test]
    fn every_set_of_ranges_agrees_with_a_set_of_bytes() {
        for seed in 0..2000_u64 {
            let mut ranges = Ranges::default();
            let mut bytes = [false; 16];
            for step in 0..4 {
                let random = seed.wrapping_mul(6_364_136_223_846_793_005).rotate_left(step * 13 + 7);
                let (start, end) = (random % 16, (random >> 8) % 17);
                ranges.add(start, end);
                (start..end).for_each(|at| bytes[at as usize] = true);
            }
            assert_eq!(ranges.bytes(), bytes.iter().filter(|there| **there).count() as u64);
            assert!((0..16).all(|at| ranges.contains(at) == bytes[at as usize]), "{ranges}");
            assert_eq!(
                ranges.first_gap(16).map(|gap| gap.0),
                bytes.iter().position(|there| !there).map(|at| at as u64)
            );
        }
    }

    #[test]
    fn nonsense_is_left_out() {
        assert_eq!(Ranges::parse("5-1 a-b 3-4 - 7").to_string(), "3-4");
        assert_eq!(Ranges::parse("").first_gap(0), None);
    }
}
