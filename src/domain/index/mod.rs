//! Keeps the database in step with the disks.

pub(in crate::domain) mod crawl;
pub(in crate::domain) mod facts;
pub(in crate::domain) mod lookup;
pub(in crate::domain) mod moved;
pub mod order;
pub(in crate::domain) mod rows;
pub(in crate::domain) mod scan_schedule;
pub(in crate::domain) mod visit;
pub mod watch;
