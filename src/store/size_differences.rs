//! The differences of folders' sizes that a transaction has made. They wait, so that each folder
//! above is changed once for many changes below it.

use std::ops::{Add, Neg, Sub};

/// Maximum number of differences of a part of a transaction that wait.
const WAITING_MAX: usize = 256;

/// A part of a folder's size, or a difference of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Amount {
    pub bytes: i64,
    pub files: i64,
    /// Number of folders that were never visited.
    pub unvisited: i64,
}

impl Add for Amount {
    type Output = Amount;

    // Files without content can claim any size, so sums may be too large.
    fn add(self, other: Amount) -> Amount {
        Amount {
            bytes: self.bytes.saturating_add(other.bytes),
            files: self.files.saturating_add(other.files),
            unvisited: self.unvisited.saturating_add(other.unvisited),
        }
    }
}

impl Neg for Amount {
    type Output = Amount;

    fn neg(self) -> Amount {
        Amount { bytes: -self.bytes, files: -self.files, unvisited: -self.unvisited }
    }
}

impl Sub for Amount {
    type Output = Amount;

    fn sub(self, other: Amount) -> Amount {
        self + -other
    }
}

/// The differences that wait, with the ids of their folders.
#[derive(Default)]
pub(super) struct SizeDifferences {
    waiting: Vec<(i64, Amount)>,
    /// The first difference of the part of the transaction that runs.
    part: usize,
}

impl SizeDifferences {
    /// Notes a difference of a folder, which is also one of each folder above it. Returns true if
    /// the differences of this part must be added up now.
    pub fn note(&mut self, folder: i64, difference: Amount) -> bool {
        match self.waiting[self.part..].last_mut() {
            Some((last, sum)) if *last == folder => *sum = *sum + difference,
            _ => self.waiting.push((folder, difference)),
        }
        self.waiting.len() - self.part >= WAITING_MAX
    }

    /// The sum of what waits for a folder itself.
    pub fn of(&self, folder: i64) -> Amount {
        let own = self.waiting.iter().filter(|(waiting, _)| *waiting == folder);
        own.fold(Amount::default(), |sum, (_, difference)| sum + *difference)
    }

    /// Begins a part of the transaction that may be undone by itself. Returns the beginning of the
    /// part around it.
    pub fn begin_part(&mut self) -> usize {
        std::mem::replace(&mut self.part, self.waiting.len())
    }

    /// Ends a part. `around` is what `begin_part` has returned.
    pub fn end_part(&mut self, around: usize, is_undone: bool) {
        if is_undone {
            self.waiting.truncate(self.part);
        }
        self.part = around;
    }

    /// Takes the differences of the part that runs, one for each folder. Those of earlier parts
    /// stay, because undoing this part must not undo them.
    pub fn take(&mut self) -> Vec<(i64, Amount)> {
        let mut taken = self.waiting.split_off(self.part);
        taken.sort_unstable_by_key(|(folder, _)| *folder);
        taken.dedup_by(|next, sum| {
            let is_same = next.0 == sum.0;
            if is_same {
                sum.1 = sum.1 + next.1;
            }
            is_same
        });
        taken.retain(|(_, difference)| *difference != Amount::default());
        taken
    }

    /// Forgets everything, at the beginning of a transaction.
    pub fn clear(&mut self) {
        *self = SizeDifferences::default();
    }
}
