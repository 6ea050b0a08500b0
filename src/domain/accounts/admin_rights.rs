//! What administrators may do: checked, told and changed.

use super::account::{self, AccountChange};
use super::actor::Admin;
use super::admin_areas::{AdminArea, AdminRights, AreaRights};
use crate::domain::CloudView;
use crate::error::{Code, Error, Reason, Result};
use crate::store::admin_rights;
use crate::store::users::UserRow;
use crate::store::{Read, Write, users};

impl Admin {
    /// What this administrator may do.
    pub fn rights(&self) -> &AdminRights {
        &self.session().admin_rights
    }

    /// Refuses who may not look at or change something in an area.
    ///
    /// # Errors
    /// `Code::Forbidden`.
    pub fn check_may(&self, area: AdminArea, is_changing: bool) -> Result<()> {
        if self.rights().may(area, is_changing) {
            return Ok(());
        }
        let (verb, area) = (if is_changing { "change" } else { "see" }, area.name());
        Err(Error::new(
            Code::Forbidden,
            format!("You may not {verb} this part of the administration: {area}."),
        ))
    }

    /// Refuses whoever may not do everything.
    fn check_is_full(&self) -> Result<()> {
        match self.rights().is_full() {
            true => Ok(()),
            false => {
                Err(Error::new(Code::Forbidden, "Only administrators who may do everything can do this."))
            }
        }
    }

    /// Refuses to change the account of another administrator, or to make one, unless this one may do everything. Otherwise
    /// lesser rights would open all others.
    ///
    /// # Errors
    /// `Code::Forbidden`.
    pub fn check_may_change_account(&self, read: &Read, name: &str, makes_admin: bool) -> Result<()> {
        let target = account::existing(read, name)?;
        let is_of_other = target.is_admin && target.id != self.session().account.id;
        if makes_admin || is_of_other { self.check_is_full() } else { Ok(()) }
    }
}

impl CloudView<'_> {
    /// As [`Admin::check_may_change_account`], outside of a transaction.
    ///
    /// # Errors
    /// `Code::Forbidden`.
    pub fn check_may_change_account(&self, admin: &Admin, name: &str) -> Result<()> {
        self.cloud.store.read(|read| admin.check_may_change_account(read, name, false))
    }

    /// The accounts of all administrators with what each may do, by name.
    pub fn administrators(&self) -> Result<Vec<(UserRow, AdminRights)>> {
        self.cloud.store.read(|read| {
            let (accounts, _) = users::search(read, "", 0, u64::MAX)?;
            let admins = accounts.into_iter().filter(|account| account.is_admin);
            let with_rights = admins.map(|account| {
                let rights = AdminRights::read(read, account.id)?;
                Ok((account, rights))
            });
            with_rights.collect()
        })
    }

    /// What an administrator may do. Everybody sees their own rights.
    ///
    /// # Errors
    /// `Code::Forbidden` for those of others without the right to see them; `Code::NotFound` for who is no administrator.
    pub fn rights_of_administrator(&self, admin: &Admin, name: &str) -> Result<AdminRights> {
        if name == admin.name() {
            return Ok(admin.rights().clone());
        }
        admin.check_may(AdminArea::Administrators, false)?;
        self.cloud.store.read(|read| AdminRights::read(read, existing_admin(read, name)?.id))
    }
}

/// Says what an administrator may do in an area.
///
/// # Errors
/// `Code::Forbidden` unless who says it may do everything; `Code::NotFound` for who is no administrator; `Code::Conflict` when
/// nobody would be left who may do everything, and for changes of administrators, which nobody else may make.
pub fn change(tx: &Write, admin: &Admin, name: &str, area: AdminArea, rights: AreaRights) -> Result<()> {
    admin.check_is_full()?;
    let account = existing_admin(tx, name)?;
    let before = AdminRights::read(tx, account.id)?;
    let after = match before.with(area, rights) {
        // Nobody else changes administrators, so who loses a part loses that too.
        lesser if before.is_full() && !lesser.is_full() => {
            let looks = lesser.at(AdminArea::Administrators).may_read;
            lesser.with(AdminArea::Administrators, AreaRights { may_read: looks, may_change: false })
        }
        same => same,
    };
    if !after.is_full() && after.at(AdminArea::Administrators).may_change {
        let sentence =
            "Only administrators who may do everything change administrators. Give all other areas first.";
        return Err(Error::new(Code::Conflict, sentence));
    }
    admin_rights::replace(tx, account.id, after.rows())?;
    account::keep_an_admin(tx)
}

/// Takes away that an account is an administrator's.
///
/// # Errors
/// `Code::Forbidden` unless who says it may do everything; `Code::NotFound` for who is no administrator; `Code::Conflict` when
/// nobody would be left who may do everything.
pub fn remove(tx: &Write, admin: &Admin, name: &str) -> Result<()> {
    admin.check_is_full()?;
    let account = existing_admin(tx, name)?;
    account::change(tx, &account.name, &AccountChange { is_admin: Some(false), ..AccountChange::default() })
}

fn existing_admin(read: &Read, name: &str) -> Result<UserRow> {
    let account = account::existing(read, name)?;
    if account.is_admin {
        return Ok(account);
    }
    Err(Error::new(Code::NotFound, "This account is no administrator's.").for_reason(Reason::NoSuchUser))
}
