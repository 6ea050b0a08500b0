//! Accounts: finding, creating, changing and removing them.
//!
//! Functions that take `&Write` run inside the caller's transaction. Slow work (hashing) is done
//! before it.

use crate::base::network::Network;
use crate::base::secret::Secret;
use crate::base::text::is_line;
use crate::base::user_name::UserName;
use crate::domain::accounts::account_status::may_sign_in;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::admin_areas::AdminRights;
use crate::domain::accounts::sign_in_throttle::{Guesser, Subject};
use crate::domain::accounts::{passwords, sessions};
use crate::domain::{Change, Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};
use crate::store::users::{AccountStatus, Counts, UserRow};
use crate::store::{Read, Write, admin_rights, known_networks, one_time_links, roots, sign_ups, users};
use std::net::IpAddr;

pub const EMAIL_BYTES_MAX: usize = 254;
pub const DISPLAY_NAME_BYTES_MAX: usize = 200;

/// An account to be created. Its password is hashed already.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub name: UserName,
    pub password_hash: String,
    pub display_name: Option<String>,
    pub email: Option<String>,
    pub status: AccountStatus,
    pub is_admin: bool,
    /// 0 for no limit.
    pub quota_bytes: u64,
    /// True if the e-mail address is known to be the owner's.
    pub verified: bool,
    /// Seconds since 1970 UTC; `None` for never.
    pub expires: Option<i64>,
}

impl NewAccount {
    /// A full account whose owner has no password yet: they choose one by a link.
    pub fn without_password(name: UserName) -> Result<NewAccount> {
        Ok(NewAccount::with_hash(name, passwords::of_nobody()?))
    }

    /// True if the account has a home folder from the beginning.
    pub(super) fn needs_home(&self) -> bool {
        self.status == AccountStatus::Full
    }

    /// A full account with the hash of its password.
    pub fn with_hash(name: UserName, password_hash: String) -> NewAccount {
        NewAccount {
            name,
            password_hash,
            display_name: None,
            email: None,
            status: AccountStatus::Full,
            is_admin: false,
            quota_bytes: 0,
            verified: true,
            expires: None,
        }
    }
}

/// The changes of an account; `None` leaves a value as it is.
#[derive(Clone, Debug, Default)]
pub struct AccountChange {
    pub display_name: Option<String>,
    /// An empty text removes the address.
    pub email: Option<String>,
    pub status: Option<AccountStatus>,
    pub is_admin: Option<bool>,
    pub quota_bytes: Option<u64>,
    pub verified: Option<bool>,
    /// Seconds since 1970 UTC; `Some(None)` means never.
    pub expires: Option<Option<i64>>,
    pub password_hash: Option<String>,
}

impl Cloud {
    /// Checks a new account's name and password and hashes it.
    pub fn prepare_account(&self, name: UserName, password: &Secret) -> Result<NewAccount> {
        Ok(NewAccount::with_hash(name, self.hash_new_password(password)?))
    }

    /// Creates an account and its home folder, and returns the id of the account.
    ///
    /// # Errors
    /// Inside the transaction: as [`add`].
    pub fn add_account(&self, account: NewAccount) -> Change<i64> {
        let name = account.needs_home().then(|| account.name.to_string());
        Change::new(move |tx| add(tx, &account))
            .completed_by(move |cloud| name.iter().for_each(|name| cloud.make_home(name)))
    }

    /// Creates the home folder of a new account. If that fails, the folder is created at the next
    /// sign-in.
    pub(super) fn make_home(&self, name: &str) {
        if let Err(error) = self.ensure_home(name) {
            log::error!("the folder of {name} cannot be made: {error}");
        }
    }

    /// Checks and hashes a new password.
    pub fn hash_new_password(&self, password: &Secret) -> Result<String> {
        passwords::check_new(password, self.config().password_length_min)?;
        self.passwords.hash(password)
    }

    /// Checks the password of a signed-in user.
    ///
    /// # Errors
    /// `Code::Forbidden` for a wrong password; `Code::Busy` after too many wrong ones, so that a
    /// stolen session does not allow fast guessing.
    pub fn check_own_password(&self, user: &User, password: &Secret, address: IpAddr) -> Result<()> {
        let network = Network::of_caller(address);
        let (account, is_known) = self.store.read(|read| {
            let account = existing(read, user.name())?;
            let is_known = known_networks::knows(read, account.id, network)?;
            Ok((account, is_known))
        })?;
        let guesser = Guesser { subject: Subject::Account(account.id), network, is_known };
        let (guess, fits) = self.guess(&guesser, password, Some(&account.password_hash))?;
        if fits {
            guess.was_right();
            return Ok(());
        }
        Err(Error::new(Code::Forbidden, "The old password is not right.").for_reason(Reason::OldPassword))
    }
}

impl CloudView<'_> {
    /// The account with a name, in any spelling.
    pub fn account(&self, name: &str) -> Result<Option<UserRow>> {
        let name = UserName::normal_form(name);
        self.cloud.store.read(|read| users::by_name(read, &name))
    }

    /// As [`CloudView::account`].
    ///
    /// # Errors
    /// `Code::NotFound` if there is none.
    pub fn existing_account(&self, name: &str) -> Result<UserRow> {
        self.cloud.store.read(|read| existing(read, name))
    }

    /// Accounts whose name, display name or e-mail address contains a text, and their number in
    /// all.
    pub fn search_accounts(&self, text: &str, start: u64, limit: u64) -> Result<(Vec<UserRow>, u64)> {
        let text = text.trim().to_lowercase();
        self.cloud.store.read(|read| users::search(read, &text, start, limit))
    }
}

/// The account with a name, in any spelling.
///
/// # Errors
/// `Code::NotFound` if there is none.
pub fn existing(read: &Read, name: &str) -> Result<UserRow> {
    users::by_name(read, &UserName::normal_form(name))?.ok_or_else(no_such_user)
}

/// The account with a name or, failing that, with an e-mail address, in any spelling.
///
/// # Errors
/// `Code::NotFound` if there is none.
pub fn existing_by_name_or_email(read: &Read, text: &str) -> Result<UserRow> {
    users::by_name_or_email(read, &UserName::normal_form(text))?.ok_or_else(no_such_user)
}

fn no_such_user() -> Error {
    Error::new(Code::NotFound, "There is no such user.").for_reason(Reason::NoSuchUser)
}

/// Stores a new account and returns its id.
///
/// # Errors
/// As [`checked`].
pub fn add(tx: &Write, account: &NewAccount) -> Result<i64> {
    users::insert(tx, &checked(tx, account)?)
}

/// Checks a new account and returns the row to be stored.
///
/// # Errors
/// `Code::Conflict` if another account has the name or the e-mail address, `Code::Invalid` for a
/// text that is not valid.
pub fn checked(read: &Read, account: &NewAccount) -> Result<UserRow> {
    let name = account.name.as_str();
    if users::by_name(read, name)?.is_some() {
        return Err(name_taken(&account.name));
    }
    let email = account.email.as_deref().map(checked_email).transpose()?.flatten();
    free_email(read, email.as_deref(), None)?;
    Ok(UserRow {
        id: 0,
        name: name.to_owned(),
        display_name: checked_display_name(account.display_name.as_deref().unwrap_or(name))?,
        email,
        password_hash: account.password_hash.clone(),
        status: account.status,
        is_admin: account.is_admin,
        quota_bytes: account.quota_bytes,
        verified: account.verified,
        created: 0,
        last_login: None,
        expires: account.expires,
    })
}

/// Changes an account. A change that takes rights away ends the sessions that used them at once.
///
/// # Errors
/// As [`checked`]; `Code::Conflict` also if nobody would be left to administer the cloud.
pub fn change(tx: &Write, name: &str, change: &AccountChange) -> Result<()> {
    let mut row = existing(tx, name)?;
    let (before, counts) = (row.clone(), users::counts(tx)?);
    if let Some(text) = &change.display_name {
        row.display_name = checked_display_name(text)?;
    }
    if let Some(text) = &change.email {
        row.email = checked_email(text)?;
        free_email(tx, row.email.as_deref(), Some(row.id))?;
    }
    if let Some(hash) = &change.password_hash {
        row.password_hash.clone_from(hash);
    }
    row.status = change.status.unwrap_or(row.status);
    row.is_admin = change.is_admin.unwrap_or(row.is_admin);
    row.quota_bytes = change.quota_bytes.unwrap_or(row.quota_bytes);
    row.verified = change.verified.unwrap_or(row.verified);
    row.expires = change.expires.unwrap_or(row.expires);
    users::update(tx, &row)?;
    if before.is_admin && !row.is_admin {
        admin_rights::replace(tx, row.id, &[])?;
    }
    keep_an_admin(tx, counts)?;
    if row.status != AccountStatus::Disabled {
        sign_ups::is_admitted(tx, row.id)?;
    }
    if row.email != before.email {
        one_time_links::end_mailed(tx, row.id)?;
    }
    if row.password_hash != before.password_hash {
        one_time_links::end_for_password(tx, row.id)?;
    }
    if !may_sign_in(&row, tx.now()) || row.password_hash != before.password_hash {
        sessions::end_all(tx, row.id, None)?;
    } else if before.is_admin && !row.is_admin {
        sessions::end_admin(tx, row.id)?;
    }
    Ok(())
}

/// Gives the account of a session a new password and ends its other sessions.
pub fn change_own_password(tx: &Write, user: &User, password_hash: String) -> Result<()> {
    let row = existing(tx, user.name())?;
    one_time_links::end_for_password(tx, row.id)?;
    users::update(tx, &UserRow { password_hash, ..row })?;
    sessions::end_all(tx, user.session().account.id, Some(user.session()))
}

/// Removes an account with its sessions. The caller takes care of its files.
pub fn remove(tx: &Write, id: i64) -> Result<()> {
    let before = users::counts(tx)?;
    roots::account_leaves(tx, id)?;
    users::delete(tx, id)?;
    keep_an_admin(tx, before)
}

/// Refuses to remove the last account that can administer the cloud while other accounts exist.
pub fn check_removable(read: &Read, account: &UserRow) -> Result<()> {
    let before = users::counts(read)?;
    let is_full = AdminRights::read(read, account.id)?.is_full();
    let is_admin = account.is_admin && is_full && account.status == AccountStatus::Full;
    let is_lasting = is_admin && account.expires.is_none();
    let after = Counts {
        accounts: before.accounts - 1,
        admins: before.admins - u64::from(is_admin),
        lasting_admins: before.lasting_admins - u64::from(is_lasting),
    };
    check_an_admin_stays(before, after)
}

/// Refuses a change after which nobody could administer everything, now or once accounts have
/// expired.
pub(super) fn keep_an_admin(read: &Read, before: Counts) -> Result<()> {
    check_an_admin_stays(before, users::counts(read)?)
}

fn check_an_admin_stays(before: Counts, after: Counts) -> Result<()> {
    let sentence = match after {
        Counts { accounts: 0, .. } => return Ok(()),
        Counts { admins: 0, .. } => {
            "This would leave nobody to administer the cloud. Make somebody else an admin first."
        }
        Counts { lasting_admins: 0, .. } if before.lasting_admins > 0 => {
            "One day this would leave nobody to administer the cloud: the accounts of all other admins expire. \
             Remove the last day of one of them first."
        }
        _ => return Ok(()),
    };
    Err(Error::new(Code::Conflict, sentence).for_reason(Reason::LastAdmin))
}

pub(super) fn name_taken(name: &UserName) -> Error {
    Error::new(Code::Conflict, format!("There is a user {name} already.")).for_reason(Reason::UserExists)
}

pub(super) fn no_email() -> Error {
    Error::new(Code::Invalid, "This is not an e-mail address.").for_reason(Reason::BadEmail)
}

fn free_email(read: &Read, email: Option<&str>, except: Option<i64>) -> Result<()> {
    let Some(email) = email else { return Ok(()) };
    match users::by_email(read, email)? {
        Some(other) if Some(other.id) != except => {
            Err(Error::new(Code::Conflict, "This e-mail address belongs to another user.")
                .for_reason(Reason::EmailTaken))
        }
        _ => Ok(()),
    }
}

/// A display name without blanks around it.
///
/// # Errors
/// `Code::Invalid` for a name that is too long or empty.
pub fn checked_display_name(text: &str) -> Result<String> {
    let text = text.trim();
    if !is_line(text, DISPLAY_NAME_BYTES_MAX) {
        return Err(Error::new(
            Code::Invalid,
            "A display name has 1 to 200 bytes and no control characters.",
        )
        .for_reason(Reason::BadDisplayName));
    }
    Ok(text.to_owned())
}

/// An address in lower case; `None` for an empty text.
pub(in crate::domain) fn checked_email(text: &str) -> Result<Option<String>> {
    let email = UserName::normal_form(text);
    if email.is_empty() {
        return Ok(None);
    }
    let parts = email
        .split_once('@')
        .filter(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('@'));
    let is_plain = !email.chars().any(|letter| letter.is_control() || letter.is_whitespace());
    if parts.is_none() || !is_plain || email.len() > EMAIL_BYTES_MAX {
        return Err(no_email());
    }
    Ok(Some(email))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_of_a_name_are_one_account() {
        for text in ["Zoë", "zoë", " ZOE\u{308} ", "zoe\u{308}"] {
            assert_eq!(UserName::parse(text).unwrap().as_str(), "zo\u{eb}", "{text}");
        }
    }

    #[test]
    fn names_that_would_be_trouble_are_refused() {
        for text in [
            "",
            ".",
            "..",
            ".cloudlet",
            "a/b",
            "a\\b",
            "a b",
            "a\0",
            "shared",
            "External",
            "-x",
            "x.",
            &"x".repeat(65),
        ] {
            assert_eq!(UserName::parse(text).unwrap_err().code, Code::Invalid, "{text:?}");
        }
        for text in ["anna", "a.b-c_d", "anna@example.org", "7"] {
            assert_eq!(UserName::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn email_addresses_look_like_some() {
        assert_eq!(checked_email(" Anna@Example.org ").unwrap().as_deref(), Some("anna@example.org"));
        assert_eq!(checked_email("").unwrap(), None);
        for text in ["anna", "@x", "a@", "a@b@c", "a b@c"] {
            assert!(checked_email(text).is_err(), "{text}");
        }
    }
}
