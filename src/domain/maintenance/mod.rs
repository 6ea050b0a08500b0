//! Backups, checks, retention, and the storage report.

pub mod backup;
pub(in crate::domain) mod check;
pub mod check_runs;
pub mod daily_statistics;
pub(in crate::domain) mod deep_check;
pub(in crate::domain) mod findings;
pub(in crate::domain) mod recovery;
pub(in crate::domain) mod retention;
pub(in crate::domain) mod storage_notices;
pub mod storage_report;
