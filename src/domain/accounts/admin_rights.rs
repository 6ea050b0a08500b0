//! Rights of administrators: checks, lists and changes.

use super::account::{self, AccountChange};
use super::actor::Admin;
use super::admin_areas::{AdminArea, AdminRights, AreaRights};
use crate::domain::CloudView;
use crate::error::{Code, Error, Reason, Result};
use crate::store::admin_rights;
use crate::store::users::UserRow;
use crate::store::{Read, Write, users};

impl Admin {
    /// The rights of this administrator.
    pub fn rights(&self) -> &AdminRights {
        &self.session().admin_rights
    }

    /// Checks that this administrator may look at an area, or change something in it.
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

    /// Checks that this administrator has all rights.
    fn check_is_full(&self) -> Result<()> {
        match self.rights().is_full() {
            true => Ok(()),
            false => Err(Error::new(Code::Forbidden, "Only administrators with all rights can do this.")),
        }
    }

    /// Checks that this administrator may change or create an account. Only one with all rights may
    /// do this to administrators' accounts: otherwise, restricted rights would lead to all others.
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

    /// The accounts of all administrators with their rights, by name.
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

    /// The rights of an administrator. All administrators may see their own rights.
    ///
    /// # Errors
    /// `Code::Forbidden` for the rights of others without the right to see them; `Code::NotFound`
    /// if the account is no administrator's.
    pub fn rights_of_administrator(&self, admin: &Admin, name: &str) -> Result<AdminRights> {
        if name == admin.name() {
            return Ok(admin.rights().clone());
        }
        admin.check_may(AdminArea::Administrators, false)?;
        self.cloud.store.read(|read| AdminRights::read(read, existing_admin(read, name)?.id))
    }
}

/// Changes the rights of an administrator in an area.
///
/// # Errors
/// `Code::Forbidden` unless `admin` has all rights; `Code::NotFound` if the account is no
/// administrator's; `Code::Conflict` if nobody with all rights would be left, and when the right to
/// change administrators is given to somebody without all other rights.
pub fn change(tx: &Write, admin: &Admin, name: &str, area: AdminArea, rights: AreaRights) -> Result<()> {
    admin.check_is_full()?;
    let account = existing_admin(tx, name)?;
    let before = AdminRights::read(tx, account.id)?;
    let after = match before.with(area, rights) {
        // Only administrators with all rights change administrators. So a loss of any right takes
        // this one too.
        lesser if before.is_full() && !lesser.is_full() => {
            let looks = lesser.at(AdminArea::Administrators).may_read;
            lesser.with(AdminArea::Administrators, AreaRights { may_read: looks, may_change: false })
        }
        same => same,
    };
    if !after.is_full() && after.at(AdminArea::Administrators).may_change {
        let sentence = "Only administrators with all rights can change administrators. Give the rights to all other areas first.";
        return Err(Error::new(Code::Conflict, sentence));
    }
    let counts = users::counts(tx)?;
    admin_rights::replace(tx, account.id, after.rows())?;
    account::keep_an_admin(tx, counts)
}

/// Makes an administrator an ordinary user.
///
/// # Errors
/// `Code::Forbidden` unless `admin` has all rights; `Code::NotFound` if the account is no
/// administrator's; `Code::Conflict` if nobody with all rights would be left.
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
