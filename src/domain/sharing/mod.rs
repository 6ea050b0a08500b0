//! Sharing: who else may use an entry. `access` says what they may do with it.

pub mod access_lists;
pub mod addresses;
pub mod externals;
pub mod invitations;
mod link_rules;
pub mod links;
pub mod members;
pub mod share_activity;
pub mod shares;
pub mod team_folders;
