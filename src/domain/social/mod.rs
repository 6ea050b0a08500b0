//! Things that people attach to entries, and messages for people about entries.

mod account_notices;
pub mod activities;
pub mod comments;
pub mod favorites;
pub mod notifications;
pub mod shortcuts;
