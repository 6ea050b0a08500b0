//! The disks of the cloud.

mod by_path;
pub mod findings;
mod owner;
pub mod registry;
