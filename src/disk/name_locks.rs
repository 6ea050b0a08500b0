//! Turns at a name: two operations of this process that replace the same entry go one after the other.
//!
//! A fixed number of locks, chosen by folder and name, so that memory is bounded. Other programs are not held up: what
//! they can do in between is caught by the kernel's own checks (`RENAME_NOREPLACE`) where it has them.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

const LOCKS: usize = 64;

/// The locks of a volume.
pub(super) struct Turns([Mutex<()>; LOCKS]);

impl Turns {
    pub(super) fn new() -> Turns {
        Turns([const { Mutex::new(()) }; LOCKS])
    }

    /// Waits for the turn at all these names, each the inode of a folder and a name in it.
    pub(super) fn take(&self, names: &[(u64, &[u8])]) -> Vec<MutexGuard<'_, ()>> {
        let mut chosen: Vec<usize> = names.iter().map(index).collect();
        // In one order for everybody, or two operations could wait for each other.
        chosen.sort_unstable();
        chosen.dedup();
        // The locks guard no data, so what a panic left behind is nothing to fear.
        chosen.iter().map(|index| self.0[*index].lock().unwrap_or_else(PoisonError::into_inner)).collect()
    }
}

fn index(name: &(u64, &[u8])) -> usize {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    (hasher.finish() % LOCKS as u64) as usize
}
