//! What people attach to entries, and what they are told about them.

mod account_notices;
pub mod activities;
pub mod comments;
pub mod favorites;
pub mod notifications;
pub mod shortcuts;
