//! Accounts: who there is, how they change.
//!
//! Functions that take `&Write` run inside the caller's transaction; what is slow (hashing) is prepared before it.

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
use crate::store::users::AccountStatus;
use crate::store::users::UserRow;
use crate::store::{Read, Write, admin_rights, known_networks, roots, users};
use std::net::IpAddr;

const EMAIL_BYTES_MAX: usize = 254;
const DISPLAY_NAME_BYTES_MAX: usize = 200;

/// An account that is to be made, its password hashed already.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub name: UserName,
    pub password_hash: String,
    pub display_name: Option<String>,
    pub email: Option<String>,
    pub status: AccountStatus,
    pub is_admin: bool,
}

/// What is to change in an account; `None` leaves it as it is.
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
        let password_hash = self.hash_new_password(password)?;
        Ok(NewAccount {
            name,
            password_hash,
            display_name: None,
            email: None,
            status: AccountStatus::Full,
            is_admin: false,
        })
    }

    /// Makes an account, and the folder of its files.
    ///
    /// # Errors
    /// Inside the transaction: as [`add`].
    pub fn add_account(&self, account: NewAccount) -> Change<()> {
        let name = account.name.to_string();
        Change::new(move |tx| add(tx, &account)).completed_by(move |cloud| {
            // Whoever signs in has it made then.
            if let Err(error) = cloud.ensure_home(&name) {
                log::error!("the folder of {name} cannot be made: {error}");
            }
        })
    }

    /// Checks and hashes a new password.
    pub fn hash_new_password(&self, password: &Secret) -> Result<String> {
        passwords::check_new(password, self.config().password_length_min)?;
        self.passwords.hash(password)
    }

    /// Checks that somebody who is signed in knows the account's password.
    ///
    /// # Errors
    /// `Code::Forbidden`; `Code::Busy` after too many wrong ones: a stolen session is no way around the wait.
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
    /// The account of a name, in any spelling.
    pub fn account(&self, name: &str) -> Result<Option<UserRow>> {
        let name = UserName::normal_form(name);
        self.cloud.store.read(|read| users::by_name(read, &name))
    }

    /// As [`CloudView::account`].
    ///
    /// # Errors
    /// `Code::NotFound` when there is none.
    pub fn existing_account(&self, name: &str) -> Result<UserRow> {
        self.cloud.store.read(|read| existing(read, name))
    }

    /// Accounts whose name, display name or e-mail contains a text, and how many there are in all.
    pub fn search_accounts(&self, text: &str, start: u64, limit: u64) -> Result<(Vec<UserRow>, u64)> {
        let text = text.trim().to_lowercase();
        self.cloud.store.read(|read| users::search(read, &text, start, limit))
    }
}

/// The account of a name, in any spelling.
///
/// # Errors
/// `Code::NotFound` when there is none.
pub fn existing(read: &Read, name: &str) -> Result<UserRow> {
    users::by_name(read, &UserName::normal_form(name))?
        .ok_or_else(|| Error::new(Code::NotFound, "There is no such user.").for_reason(Reason::NoSuchUser))
}

/// Stores a new account.
///
/// # Errors
/// `Code::Conflict` when the name or the e-mail address belongs to somebody, `Code::Invalid` for a text that cannot be one.
pub fn add(tx: &Write, account: &NewAccount) -> Result<()> {
    let name = account.name.as_str();
    if users::by_name(tx, name)?.is_some() {
        return Err(Error::new(Code::Conflict, format!("There is a user {name} already."))
            .for_reason(Reason::UserExists));
    }
    let email = account.email.as_deref().map(checked_email).transpose()?.flatten();
    free_email(tx, email.as_deref(), None)?;
    let row = UserRow {
        id: 0,
        name: name.to_owned(),
        display_name: checked_display_name(account.display_name.as_deref().unwrap_or(name))?,
        email,
        password_hash: account.password_hash.clone(),
        status: account.status,
        is_admin: account.is_admin,
        quota_bytes: 0,
        verified: true,
        created: 0,
        last_login: None,
        expires: None,
    };
    users::insert(tx, &row)?;
    Ok(())
}

/// Changes an account; what takes rights away ends the sessions they were used in, at once.
///
/// # Errors
/// As [`add`]; `Code::Conflict` also when nobody would be left to administer the cloud.
pub fn change(tx: &Write, name: &str, change: &AccountChange) -> Result<()> {
    let mut row = existing(tx, name)?;
    let before = row.clone();
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
    keep_an_admin(tx)?;
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
    users::update(tx, &UserRow { password_hash, ..row })?;
    sessions::end_all(tx, user.session().account.id, Some(user.session()))
}

/// Removes an account with its sessions. Its files are the caller's business.
pub fn remove(tx: &Write, id: i64) -> Result<()> {
    roots::account_leaves(tx, id)?;
    users::delete(tx, id)?;
    keep_an_admin(tx)
}

/// Refuses to remove the last account that can administer the cloud while there are others.
pub fn check_removable(read: &Read, account: &UserRow) -> Result<()> {
    let (accounts, admins) = users::counts(read)?;
    let is_full = AdminRights::read(read, account.id)?.is_full();
    let is_admin = account.is_admin && is_full && account.status == AccountStatus::Full;
    if is_admin && admins == 1 && accounts > 1 { Err(no_admin_left()) } else { Ok(()) }
}

/// Refuses a change that leaves nobody who can administer everything.
pub(super) fn keep_an_admin(read: &Read) -> Result<()> {
    match users::counts(read)? {
        (accounts, 0) if accounts > 0 => Err(no_admin_left()),
        _ => Ok(()),
    }
}

fn no_admin_left() -> Error {
    Error::new(
        Code::Conflict,
        "This would leave nobody to administer the cloud. Make somebody else an admin first.",
    )
    .for_reason(Reason::LastAdmin)
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

fn checked_display_name(text: &str) -> Result<String> {
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
        return Err(Error::new(Code::Invalid, "This is not an e-mail address.").for_reason(Reason::BadEmail));
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
