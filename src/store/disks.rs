//! The disk of recycle-bin entries and versions. It is the disk of the root that their row names as
//! owner.

use crate::base::root::Root;

/// A disk, as the value of the SQL parameter ?1: the root's name for a further volume, and empty
/// for volume 0, which holds everything of the accounts.
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
