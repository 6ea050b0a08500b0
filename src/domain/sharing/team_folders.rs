//! Team folders: the folders of one account, which shares them with groups. An administrator says which account that is.

use crate::domain::CloudView;
use crate::domain::access::rights::Reach;
use crate::domain::accounts::account;
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

    /// Whether something is a team folder or lies in one.
    pub fn is_in_team_folder(&self, entry: &Reach) -> Result<bool> {
        Ok(self.grants()?.is_in_team_folder(entry.real()))
    }
}

/// Makes the folders of an account the team folders. An empty name makes an end of them; the folders and shares stay.
///
/// # Errors
/// `Code::NotFound` without such an account.
pub fn set_account(tx: &Write, name: &str) -> Result<()> {
    match name.trim() {
        "" => meta::set_team_account(tx, None),
        name => meta::set_team_account(tx, Some(account::existing(tx, name)?.id)),
    }
}
