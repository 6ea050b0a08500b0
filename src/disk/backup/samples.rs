//! Files of a backup that are chosen at random to be verified.

use super::tree::Seen;
use crate::base::ids::random_bytes;

/// The number of files to choose from. Some of them will have changed before they are compared.
const SAMPLES: usize = 24;

pub(super) struct Sample {
    pub folder: Vec<u8>,
    pub name: Vec<u8>,
    pub seen: Seen,
}

/// Files chosen at random with equal probability, in one pass over a list of unknown length.
#[derive(Default)]
pub(super) struct Samples {
    chosen: Vec<Sample>,
    offered: u64,
}

impl Samples {
    /// Algorithm R: Vitter, "Random Sampling with a Reservoir", 1985.
    pub fn offer(&mut self, folder: &[u8], name: &[u8], seen: &Seen) {
        self.offered += 1;
        let slot = if self.chosen.len() < SAMPLES {
            self.chosen.len()
        } else {
            match usize::try_from(u64::from_le_bytes(random_bytes()) % self.offered) {
                Ok(slot) if slot < SAMPLES => slot,
                _ => return,
            }
        };
        let sample = Sample { folder: folder.to_vec(), name: name.to_vec(), seen: *seen };
        match self.chosen.get_mut(slot) {
            Some(earlier) => *earlier = sample,
            None => self.chosen.push(sample),
        }
    }

    /// In random order: otherwise, with few files, the first one would always be the same.
    pub fn shuffled(mut self) -> Vec<Sample> {
        for at in (1..self.chosen.len()).rev() {
            let other = u64::from_le_bytes(random_bytes()) % (at as u64 + 1);
            self.chosen.swap(at, other as usize);
        }
        self.chosen
    }
}
