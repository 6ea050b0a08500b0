//! Operations of the user side, one file an area.

pub mod account;
pub mod files;
pub mod pairing;
pub mod recycle;
pub mod session;
pub mod sync;
pub mod transfer;
pub mod versions;
