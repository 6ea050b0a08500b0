//! The disks of recycle-bin entries and versions. Each lies on the disk of its owner, a root.

use crate::base::root::Root;

/// A disk as the value of the SQL parameter ?1: the root's name for a further volume; empty for
/// volume 0, which holds everything that belongs to accounts.
pub struct Disk(pub(super) String);

impl Disk {
    /// The disk that holds a root.
    pub fn of_root(root: &Root) -> Disk {
        Disk(root.volume().map_or_else(String::new, |_| root.to_string()))
    }

    /// Volume 0.
    pub fn main() -> Disk {
        Disk(String::new())
    }
}

/// The SQL condition for rows whose `owner` is on the disk ?1.
pub(super) const ON_DISK: &str = "(owner = ?1 OR ?1 = '' AND owner NOT GLOB 'EXTERNAL/*')";
