//! How much an account may store, and how much it stores.

pub(in crate::domain) mod entries;
pub(in crate::domain) mod reservations;
pub mod usage;
