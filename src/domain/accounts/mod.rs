//! Accounts, signing in and sessions.

pub mod account;
pub mod account_status;
pub mod actor;
pub mod admin_areas;
pub mod admin_rights;
pub mod client_values;
pub mod config_settings;
mod device_access;
pub mod devices;
pub mod first_run;
pub mod groups;
pub(in crate::domain) mod homes;
pub mod language;
pub mod pairing;
pub(in crate::domain) mod password_reset_file;
pub mod password_turns;
pub(in crate::domain) mod passwords;
pub mod people;
pub mod policies;
pub mod policy_changes;
pub mod policy_keys;
pub mod second_factor;
pub mod sessions;
pub mod sign_in;
pub mod sign_in_throttle;
