//! On which disk something that is kept out of sight lies: that of the owner its row names.

use crate::base::path::EXTERNAL;

/// A disk, as statements take it in the parameter ?1: the owner on a further volume, or empty for volume 0, which has all
/// that belongs to accounts.
pub struct Disk(pub(super) String);

impl Disk {
    /// The disk of a root, as `CloudPath::root_name` tells it; the empty name is volume 0.
    pub fn of_root(root: &str) -> Disk {
        let is_further = root.strip_prefix(EXTERNAL).is_some_and(|rest| rest.starts_with('/'));
        Disk(if is_further { root.to_owned() } else { String::new() })
    }
}

/// What is true of the rows whose `owner` is on the disk ?1.
pub(super) const ON_DISK: &str = "(owner = ?1 OR ?1 = '' AND owner NOT GLOB 'EXTERNAL/*')";
