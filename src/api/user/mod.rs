//! Operations of the user side, one file an area.

pub mod access_lists;
pub mod account;
pub mod activity;
pub mod comments;
pub mod customization;
pub mod favorites;
pub mod files;
pub mod groups;
pub mod link_addresses;
pub mod locks;
pub mod notifications;
pub mod pairing;
pub mod pictures;
pub mod public_share;
pub mod recycle;
pub mod search;
pub mod session;
pub mod share_activity;
pub mod share_mail;
pub mod share_members;
pub mod shares;
pub mod shortcuts;
pub mod sync;
pub mod transfer;
pub mod values;
pub mod versions;
