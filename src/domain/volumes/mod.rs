//! The disks of the cloud.

pub mod findings;
pub mod registry;
