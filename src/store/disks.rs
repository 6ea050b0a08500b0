//! The disk of recycle-bin entries and versions. It is the disk of the root that their row names as
//! owner.

use super::{Write, nodes};
use crate::base::path::EXTERNAL;
use crate::base::root::Root;
use crate::error::Result;

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

/// Renames a further volume: rows of `EXTERNAL/<old>` become rows of `EXTERNAL/<new>`. `top` is the
/// index row at the top of the tree.
pub fn rename(write: &Write, top: i64, old: &str, new: &str) -> Result<()> {
    let names = [format!("{EXTERNAL}/{old}"), format!("{EXTERNAL}/{new}")];
    for sql in [
        "UPDATE versions SET owner = ?2 WHERE owner = ?1",
        "UPDATE trash SET owner = ?2, path = '/' || ?2 || substr(path, length(?1) + 2) WHERE owner = ?1",
        "UPDATE uploads SET path = '/' || ?2 || substr(path, length(?1) + 2) \
         WHERE substr(path, 1, length(?1) + 2) = '/' || ?1 || '/'",
    ] {
        write.run(sql, [&names[0], &names[1]])?;
    }
    let Some(above) = nodes::child(write, top, EXTERNAL)? else { return Ok(()) };
    match nodes::child(write, above.id, old)? {
        Some(node) => nodes::relocate(write, node.id, above.id, new),
        None => Ok(()),
    }
}
