//! The disks of the cloud.

mod by_path;
pub mod findings;
pub mod registry;
