//! Sharing: giving entries to other people. The room `access` decides what they may do with them.

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
