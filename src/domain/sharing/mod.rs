//! Sharing: giving others a way to what one has. What such a way allows is said in `access`.

pub mod access_lists;
pub mod addresses;
pub mod externals;
mod link_rules;
pub mod links;
pub mod members;
pub mod share_activity;
pub mod shares;
pub mod team_folders;
