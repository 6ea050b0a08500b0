//! The storage that accounts use, and its limits.

pub(in crate::domain) mod entries;
pub(in crate::domain) mod reservations;
pub mod usage;
