//! Team folders: the folders of one account, which it shares with groups. An administrator chooses
//! this account.

use crate::base::path::SHARED;
use crate::base::shown_path::ShownPath;
use crate::domain::CloudView;
use crate::domain::access::rights::Reach;
use crate::domain::accounts::account;
use crate::domain::accounts::actor::User;
use crate::error::Result;
use crate::store::{Write, meta, users};

impl CloudView<'_> {
    /// The account whose folders are team folders.
    pub fn team_account(&self) -> Result<Option<String>> {
        self.cloud.store.read(|read| {
            let account = meta::team_account(read)?.map(|id| users::by_id(read, id)).transpose()?.flatten();
            Ok(account.map(|account| account.name))
        })
    }

    /// The folder in which a user finds their team folders. It is named after the team account.
    /// `None` for the team account itself, because these are its own files.
    pub fn team_folders_of(&self, user: &User) -> Result<Option<ShownPath>> {
        let Some(account) = self.team_account()?.filter(|account| account != user.name()) else {
            return Ok(None);
        };
        let path = ShownPath::parse(&format!("/{SHARED}/{account}"))?;
        let has_any = self.ways(user)?.roots_below(&path).next().is_some();
        Ok(has_any.then_some(path))
    }

    /// True if an entry is a team folder or is in one.
    pub fn is_in_team_folder(&self, entry: &Reach) -> Result<bool> {
        Ok(self.grants()?.is_in_team_folder(entry.real()))
    }
}

/// Makes an account the team account. With an empty name there are no team folders any more, but
/// the folders and shares stay.
///
/// # Errors
/// `Code::NotFound` if there is no such account.
pub fn set_account(tx: &Write, name: &str) -> Result<()> {
    match name.trim() {
        "" => meta::set_team_account(tx, None),
        name => meta::set_team_account(tx, Some(account::existing(tx, name)?.id)),
    }
}
