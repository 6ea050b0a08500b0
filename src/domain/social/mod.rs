//! What people attach to entries, and what they are told.

pub mod activities;
pub mod comments;
pub mod favorites;
pub mod notifications;
pub mod shortcuts;
