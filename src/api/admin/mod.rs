//! Operations of the admin side, one file an area.

pub mod admins;
pub mod alerts;
pub mod audit;
pub mod config_settings;
pub mod dashboard;
pub mod devices;
pub mod externals;
pub mod groups;
pub mod invitations;
pub mod logo;
pub mod mail;
pub mod metadata;
pub mod pairing;
pub mod policies;
pub mod server;
pub mod session;
pub mod settings;
pub mod shares;
pub mod team_folders;
pub mod upkeep;
pub mod user_lists;
pub mod users;
