//! Operations of the user side, one file an area.

pub mod account;
pub mod files;
pub mod pairing;
pub mod recycle;
pub mod search;
pub mod session;
pub mod transfer;
pub mod versions;
