//! Receiving the content of files.

pub(in crate::domain) mod attempts;
pub(in crate::domain) mod by_link;
mod follow;
pub mod held;
pub(in crate::domain) mod moves;
pub mod part;
pub(in crate::domain) mod partial;
pub(in crate::domain) mod pending;
pub(in crate::domain) mod precondition;
pub(in crate::domain) mod running_hash;
pub mod staged;
mod target;
