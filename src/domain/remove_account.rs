//! Removes an account, with its files and uploads.

use crate::base::path::CloudPath;
use crate::base::root::Root;
use crate::domain::accounts::account;
use crate::domain::accounts::homes::home_name;
use crate::domain::{Change, Cloud};
use crate::error::Result;
use crate::store::Write;

impl Cloud {
    /// Moves an account's files into the recycle bin and prepares the removal of the account. Locks
    /// of others do not prevent this, because an administrator decides and nothing is lost.
    ///
    /// # Errors
    /// `Code::NotFound` for an unknown account, `Code::Conflict` if nobody would be left to
    /// administer the cloud.
    pub fn remove_account(&self, name: &str, by: &str) -> Result<Change<()>> {
        let account = self.store.read(|read| {
            let account = account::existing(read, name)?;
            account::check_removable(read, &account)?;
            Ok(account)
        })?;
        let (home, owner) = (CloudPath::root().join(&home_name(&account.name)?)?, Root::Account(account.id));
        let removal = move |tx: &Write| account::remove(tx, account.id);
        let forget_uploads = move |cloud: &Cloud| cloud.uploads.forget_account(&cloud.volumes, account.id);
        let change = match self.volumes.stat(&home)? {
            Some(_) => self.bin_entry(&home, &owner, by)?.and_then(move |tx, _| removal(tx)),
            None => Change::new(removal),
        };
        Ok(change.completed_by(forget_uploads))
    }
}
