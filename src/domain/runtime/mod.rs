//! The parts of the running cloud that do not concern files: the audit log, background work, the
//! clock, and settings.

pub mod audit_log;
pub mod background;
pub(in crate::domain) mod backlog;
pub(in crate::domain) mod clock;
pub(in crate::domain) mod fair_turns;
mod server;
pub(in crate::domain) mod settings;
