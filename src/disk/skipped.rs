//! Skipped entries: an entry that cannot be handled stops nothing. It is reported to the part of
//! the program that opened the volume.

use crate::base::obstacle::Obstacle;

/// The operation that skipped an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wanted {
    /// The entry cannot be read. It is left out of listings, counts, copies, archives and backups.
    Read,
    /// The entry cannot be removed. It stays where it is, for example in the recycle bin.
    Remove,
    /// The entry cannot be changed, and is not written.
    Change,
}

/// A skipped entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its path below the root of the volume, as bytes on the disk.
    pub below: Vec<u8>,
    pub wanted: Wanted,
    pub obstacle: Obstacle,
}

/// Receives the reports of skipped entries.
pub type Listener = Box<dyn Fn(Skipped) + Send + Sync>;

/// A path with one more name at its end.
pub(super) fn beneath(names: &[u8], name: &[u8]) -> Vec<u8> {
    if names.is_empty() { name.to_vec() } else { [names, b"/", name].concat() }
}
