//! Locks by name: two operations of this process that replace the same entry run one after the
//! other.
//!
//! The number of locks is fixed, and folder and name choose one, so that memory is bounded. Other
//! programs are not blocked. The kernel's checks (`RENAME_NOREPLACE`) catch their changes, if the
//! kernel has these checks.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

const LOCKS: usize = 64;

/// The locks of a volume.
pub(super) struct Turns([Mutex<()>; LOCKS]);

impl Turns {
    pub(super) fn new() -> Turns {
        Turns([const { Mutex::new(()) }; LOCKS])
    }

    /// Locks all these names. Each is the inode of a folder and a name in it.
    pub(super) fn take(&self, names: &[(u64, &[u8])]) -> Vec<MutexGuard<'_, ()>> {
        let mut chosen: Vec<usize> = names.iter().map(index).collect();
        // All operations lock in the same order. Otherwise two could wait for each other for ever.
        chosen.sort_unstable();
        chosen.dedup();
        // The locks guard no data, so a panic leaves nothing inconsistent.
        chosen.iter().map(|index| self.0[*index].lock().unwrap_or_else(PoisonError::into_inner)).collect()
    }
}

fn index(name: &(u64, &[u8])) -> usize {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    (hasher.finish() % LOCKS as u64) as usize
}
