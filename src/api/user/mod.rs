//! Operations of the user side, one file an area.

pub mod account;
pub mod files;
pub mod locks;
pub mod pairing;
pub mod session;
pub mod transfer;
