//! Signing up: people create accounts for themselves, if an administrator allows it (`sign_up`).
//! Administrators create accounts for others in the same way.

use super::account::{self, AccountChange, NewAccount};
use super::account_mail;
use super::admin_areas::AdminArea;
use super::mailed_links;
use super::one_time_links::Purpose;
use super::sessions::Session;
use super::sign_in_throttle::{Guesser, Subject};
use crate::base::common_passwords::is_common;
use crate::base::limits::{SIGN_UP_KEPT_SECONDS, SIGN_UPS_A_DAY_MAX};
use crate::base::secret::Secret;
use crate::base::user_name::UserName;
use crate::config::SignUp;
use crate::domain::{Call, Change, Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};
use crate::store::mails::MailKind;
use crate::store::sign_ups::{self, SignUpRow};
use crate::store::users::{self, AccountStatus};
use crate::store::{Read, Write};
use std::collections::HashMap;

pub use crate::store::sign_ups::Waits;

const DAY: i64 = 24 * 3600;

impl SignUp {
    /// The status of a new account; `None` if nobody may sign up.
    fn status(self) -> Option<AccountStatus> {
        match self {
            SignUp::Off => None,
            SignUp::Approval | SignUp::Full => Some(AccountStatus::Full),
            SignUp::Guest => Some(AccountStatus::Guest),
            SignUp::External => Some(AccountStatus::External),
        }
    }

    /// The condition for which a new account waits.
    fn waits(self, sends_mail: bool) -> Waits {
        match self {
            SignUp::Approval => Waits::ForAdmin,
            _ if sends_mail => Waits::ForEmail,
            _ => Waits::No,
        }
    }
}

impl CloudView<'_> {
    /// The condition for which a new account would wait.
    ///
    /// # Errors
    /// `Code::NotOffered` if nobody may sign up.
    pub fn sign_up_waits(&self) -> Result<Waits> {
        let mode = self.cloud.config().sign_up;
        mode.status().ok_or_else(off)?;
        Ok(mode.waits(self.sends_mail()))
    }

    /// The conditions for which accounts that were created by signing up wait, by their ids.
    pub fn waiting_accounts(&self) -> Result<HashMap<i64, Waits>> {
        self.cloud.store.read(sign_ups::waiting)
    }
}

impl Cloud {
    /// Checks that no account has a name.
    ///
    /// # Errors
    /// `Code::NotOffered` if nobody may sign up, `Code::Invalid` for a name that is not valid,
    /// `Code::Conflict` for a name that is taken; `Code::Busy` after too many questions.
    pub fn check_name_is_free(&self, call: &Call<'_>, name: &str) -> Result<()> {
        self.view().sign_up_waits()?;
        // The question counts even if it fails, so that nobody tries names by the thousand.
        let _guess = self.throttle.begin(&Guesser::of_code(Subject::SignUp, call.address()))?;
        let name = UserName::parse(name)?;
        match self.store.read(|read| users::by_name(read, name.as_str()))? {
            Some(_) => Err(account::name_taken(&name)),
            None => Ok(()),
        }
    }

    /// Creates an account for somebody who signs up. Returns the condition for which it waits.
    ///
    /// # Errors
    /// As [`account::checked`]; `Code::NotOffered` if nobody may sign up; `Code::Busy` after too
    /// many attempts from a network, and after too many new accounts in a day.
    pub fn sign_up(&self, call: &mut Call<'_>, name: &str, email: &str, password: &Secret) -> Result<Waits> {
        let mode = self.config().sign_up;
        let status = mode.status().ok_or_else(off)?;
        // The attempt counts even if it fails.
        let _guess = self.throttle.begin(&Guesser::of_code(Subject::SignUp, call.address()))?;
        let mut account = new_account(name, email, password)?;
        account.verified = false;
        let sends_mail = self.view().sends_mail();
        let waits = mode.waits(sends_mail);
        account.status = if waits == Waits::No { status } else { AccountStatus::Disabled };
        self.store.read(|read| check_not_too_many(read, self.now()))?;
        let account = self.with_password(account, password)?;
        call.is_by(account.name.as_str());
        let link = if sends_mail { Some(self.view().new_link(Purpose::Email, None)?) } else { None };
        let list = format!("{}/admin/#/users?show=waiting", self.view().best_address());
        call.commit(move |tx| {
            let id = store(tx, &account, SignUpRow { status, waits })?;
            let (Some(link), Some(account)) = (link, users::by_id(tx, id)?) else { return Ok(()) };
            mailed_links::mail_link(tx, &account, &link, "")?;
            if waits != Waits::ForAdmin {
                return Ok(());
            }
            let email = account.email.as_deref().unwrap_or_default();
            account_mail::tell_of_waiting_account(tx, &account.name, email, &list)
        })?;
        Ok(waits)
    }

    /// Creates an account for somebody else, whom an administrator lets in: whether people may sign
    /// up does not matter.
    ///
    /// # Errors
    /// As [`account::checked`].
    pub fn let_in(&self, name: &str, email: &str, password: &Secret) -> Result<Change<i64>> {
        let account = new_account(name, email, password)?;
        Ok(self.add_account(self.with_password(account, password)?))
    }

    /// The account with the hash of its password. Cheap checks come before the expensive hash.
    fn with_password(&self, account: NewAccount, password: &Secret) -> Result<NewAccount> {
        self.store.read(|read| account::checked(read, &account).map(drop))?;
        Ok(NewAccount { password_hash: self.hash_new_password(password)?, ..account })
    }
}

impl Session {
    /// True for an administrator who may create accounts.
    pub fn may_let_in(&self) -> bool {
        self.account.is_admin && self.admin_rights.may(AdminArea::Users, true)
    }
}

/// A full account without the hash of its password.
fn new_account(name: &str, email: &str, password: &Secret) -> Result<NewAccount> {
    let email = account::checked_email(email)?.ok_or_else(account::no_email)?;
    let account = NewAccount::with_hash(UserName::parse(name)?, String::new());
    if is_common(password.reveal()) {
        let sentence = "This password is one of the first that anybody tries. Please choose another one.";
        return Err(Error::new(Code::Invalid, sentence).for_reason(Reason::CommonPassword));
    }
    Ok(NewAccount { email: Some(email), ..account })
}

/// Changes an account as an administrator wishes. If `link`, the address of the cloud, is given, a
/// person who has waited for approval and may now sign in is informed by mail.
///
/// # Errors
/// As [`account::change`].
pub fn change_account(tx: &Write, name: &str, change: &AccountChange, link: Option<&str>) -> Result<()> {
    let before = account::existing(tx, name)?;
    let has_waited = sign_ups::waiting(tx)?.get(&before.id) == Some(&Waits::ForAdmin);
    account::change(tx, name, change)?;
    let now = account::existing(tx, name)?;
    match link {
        Some(link) if has_waited && now.status != AccountStatus::Disabled => {
            account_mail::tell(tx, &now, MailKind::LetIn, &[("account", name), ("link", link)])
        }
        _ => Ok(()),
    }
}

fn store(tx: &Write, account: &NewAccount, sign_up: SignUpRow) -> Result<i64> {
    for forgotten in sign_ups::forgotten(tx, tx.now() - SIGN_UP_KEPT_SECONDS)? {
        account::remove(tx, forgotten)?;
    }
    check_not_too_many(tx, tx.now())?;
    let id = account::add(tx, account)?;
    sign_ups::insert(tx, id, sign_up)?;
    Ok(id)
}

fn check_not_too_many(read: &Read, now: i64) -> Result<()> {
    if sign_ups::count_since(read, now - DAY)? < SIGN_UPS_A_DAY_MAX {
        return Ok(());
    }
    let sentence = "Too many people have signed up today. Please try again tomorrow, or ask an administrator for an account.";
    Err(Error::new(Code::Busy, sentence))
}

fn off() -> Error {
    Error::new(
        Code::NotOffered,
        "Nobody can sign up in this cloud. Please ask an administrator for an account.",
    )
}
