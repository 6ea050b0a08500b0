//! Listing, reading and changing files and folders.

pub mod annotations;
pub mod archive_contents;
pub mod brake;
pub(in crate::domain) mod copied_checksums;
pub(in crate::domain) mod cross_volume_move;
pub mod listing;
pub(in crate::domain) mod location;
pub mod lock_marks;
pub mod locks;
pub mod operations;
mod pack;
pub(in crate::domain) mod portable_name;
mod read;
pub mod recycle_bin;
mod refused;
pub(in crate::domain) mod replacement;
pub mod restore;
mod room;
pub mod unpack;
pub mod versions;
