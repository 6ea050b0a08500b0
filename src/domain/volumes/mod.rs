//! The disks of the cloud.

pub mod registry;
