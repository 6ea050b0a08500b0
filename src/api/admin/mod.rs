//! Operations of the admin side, one file an area.

pub mod admins;
pub mod alerts;
pub mod audit;
pub mod config_settings;
pub mod dashboard;
pub mod devices;
pub mod externals;
pub mod groups;
pub mod logo;
pub mod pairing;
pub mod policies;
pub mod server;
pub mod session;
pub mod settings;
pub mod shares;
pub mod team_folders;
pub mod upkeep;
pub mod users;
