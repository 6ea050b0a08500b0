//! Team folders: the folders of one account that it shares with groups.

use crate::api::op::ops;
use crate::api::params::{Nothing, params};
use crate::api::record::{Yes, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::shown::Titled;
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::domain::sharing::team_folders;
use crate::error::Result;
use crate::store::Write;

ops! { TEAM_FOLDERS: Admin "Team folders"
    /// The account whose folders are team folders. It shares them with groups, each with its access
    /// lists.
    "getteamfolderproperties" admin read properties(Nothing) -> TeamFolders;
    /// Makes the folders of an account the team folders.
    "setteamfolderuser" admin write set_user(SetUser) -> Command;
}

params! {
    SetUser {
        /// The account; empty for none.
        username: Titled<String>,
    }
}

record! {
    /// Facts about team folders.
    TeamFolderProperty {
        /// Whether an account is set.
        enabled: bool,
        /// The account; empty for none.
        username: String,
        /// Always 1: folders have access lists.
        aclenabled: Yes,
    }
}

reply! {
    /// Facts about team folders.
    TeamFolders = teamfolderproperties()[teamfolderproperty: TeamFolderProperty; 1];
}

fn properties(view: &CloudView<'_>, _: &Admin, _: Nothing) -> Result<Reply<TeamFolders>> {
    let account = view.team_account()?;
    let enabled = account.is_some();
    Ok(Reply::one(TeamFolderProperty { enabled, username: account.unwrap_or_default(), aclenabled: Yes }))
}

fn set_user(tx: &Write, _: &Admin, params: SetUser) -> Result<Reply> {
    team_folders::set_account(tx, &params.username)?;
    Ok(Reply::done())
}
