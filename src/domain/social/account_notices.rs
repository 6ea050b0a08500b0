//! Notifications for people about changes that an administrator has made to their account.

use crate::base::path::CloudPath;
use crate::domain::accounts::homes::home_name;
use crate::domain::accounts::{account, second_factor};
use crate::domain::{Change, Cloud};
use crate::error::Result;
use crate::store::toasts::{self, NewToast, NotificationKind};
use crate::store::{Write, users};

impl Cloud {
    /// Removes the second factor of an account whose owner has lost it, ends the sessions of the
    /// account and notifies the owner. `admin` is the account that does so; `None` on the command
    /// line.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such account; in the transaction, if it has no second
    /// factor.
    pub fn reset_second_factor(&self, name: &str, admin: Option<i64>) -> Result<Change<()>> {
        let account = self.store.read(|read| account::existing(read, name))?;
        let tell = self.tell_owner(&account, admin, NotificationKind::SecondFactorReset)?;
        Ok(Change::new(move |tx| {
            second_factor::reset(tx, account.id)?;
            tell(tx)
        }))
    }

    /// Notifies the owner of an account. The notification hangs on the home. Runs in a transaction.
    fn tell_owner(
        &self,
        account: &users::UserRow,
        actor: Option<i64>,
        kind: NotificationKind,
    ) -> Result<impl FnOnce(&Write) -> Result<()> + Send + use<>> {
        let (user, actor) = (account.id, actor.unwrap_or(account.id));
        self.ensure_home(&account.name)?;
        let home = CloudPath::root().join(&home_name(&account.name)?)?;
        let node = self.node_at(&home)?;
        Ok(move |tx: &Write| {
            let Some(node) = node else { return Ok(()) };
            toasts::insert(tx, &NewToast { user, actor, node: node(tx)?, kind, text: "" })
        })
    }
}
