//! The disks of the cloud.

mod abilities;
pub mod apart;
mod by_path;
mod cache;
pub mod findings;
pub mod glance;
mod last_seen;
pub mod mount;
mod owner;
pub mod registry;
mod start;
