//! One-time links: somebody who has lost the password, or never had one, chooses a new one by such
//! a link.
//!
//! A link ends after a stated time, when it is used, when its account gets a new password and, if
//! it was mailed, when its account gets a new e-mail address. Only the hash of its secret is
//! stored.

use super::account::{self, AccountChange};
use super::account_status::may_sign_in;
use super::pairing::checked_base_url;
use super::sign_in_throttle::{Guesser, Subject};
use crate::base::ids::{hex, random_bytes};
use crate::base::limits::{INVITATION_SECONDS, PASSWORD_LINK_SECONDS};
use crate::base::secret::Secret;
use crate::domain::{Call, Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};
use crate::store::one_time_links::{self, OneTimeLinkRow};
use crate::store::users::UserRow;
use crate::store::{Write, users};
use sha2::{Digest, Sha256};

pub use crate::store::one_time_links::Purpose;

impl Purpose {
    /// The purpose of a link by which the owner of an account chooses a password: an invitation, if
    /// nobody has signed in yet.
    pub fn of_password(account: &UserRow) -> Purpose {
        if account.last_login.is_none() { Purpose::Invitation } else { Purpose::Password }
    }

    /// Seconds for which a link works.
    fn seconds(self) -> i64 {
        match self {
            Purpose::Password => PASSWORD_LINK_SECONDS,
            Purpose::Invitation | Purpose::Email => INVITATION_SECONDS,
        }
    }
}

/// A new link, as it is shown or mailed once.
pub struct OneTimeLink {
    pub token: Secret,
    pub purpose: Purpose,
    pub seconds: i64,
    /// Addresses of the link, the best first.
    pub addresses: Vec<String>,
}

/// A link that works, and its account.
pub struct Opened {
    pub purpose: Purpose,
    pub account: UserRow,
    /// Seconds since 1970 UTC.
    pub expires: i64,
    row: OneTimeLinkRow,
}

impl CloudView<'_> {
    /// Makes a link. It works once it is stored.
    ///
    /// # Errors
    /// `Code::Invalid` if `base_url` is not the address of a cloud.
    pub fn new_link(&self, purpose: Purpose, base_url: Option<&str>) -> Result<OneTimeLink> {
        let token = hex(&random_bytes::<16>());
        let address = |base: &str| format!("{}/#/link/{token}", base.trim_end_matches('/'));
        let addresses = match base_url {
            Some(url) => vec![address(&checked_base_url(url)?)],
            None => self.pairing_addresses().iter().map(|url| address(url)).collect(),
        };
        Ok(OneTimeLink { token: Secret::new(token.clone()), purpose, seconds: purpose.seconds(), addresses })
    }
}

impl Opened {
    /// The row of the link.
    pub(super) fn into_row(self) -> OneTimeLinkRow {
        self.row
    }
}

impl OneTimeLink {
    /// The row to be stored; `email` is the address to which the link is mailed.
    pub fn row(&self, user: i64, email: Option<String>, now: i64) -> OneTimeLinkRow {
        let token_hash = hash(&self.token);
        OneTimeLinkRow { token_hash, user, purpose: self.purpose, email, expires: now + self.seconds }
    }
}

/// Stores a link for somebody to copy and pass on. It replaces the last such link of the account.
///
/// # Errors
/// `Code::NotFound` without such an account, `Code::Conflict` if it is disabled or has expired.
pub fn offer(tx: &Write, account: &str, link: &OneTimeLink) -> Result<()> {
    let account = account::existing(tx, account)?;
    if !may_sign_in(&account, tx.now()) {
        return Err(Error::new(Code::Conflict, "This account is disabled or has expired."));
    }
    one_time_links::insert_copied(tx, &link.row(account.id, None, tx.now()))
}

impl Cloud {
    /// Opens a link without using it up.
    ///
    /// # Errors
    /// `Code::Forbidden` with the same message for all reasons; `Code::Busy` after too many wrong
    /// links.
    pub fn open_one_time_link(&self, call: &Call<'_>, token: &Secret) -> Result<Opened> {
        let guess = self.throttle.begin(&Guesser::of_code(Subject::OneTimeLink, call.address()))?;
        let (token_hash, now) = (hash(token), self.now());
        let opened = self.store.read(|read| {
            let Some(row) = one_time_links::find(read, &token_hash, now)? else { return Ok(None) };
            Ok(users::by_id(read, row.user)?.map(|account| (row, account)))
        })?;
        let is_open = |row: &OneTimeLinkRow, account: &UserRow| {
            row.purpose == Purpose::Email || may_sign_in(account, now)
        };
        let (row, account) = opened.filter(|(row, account)| is_open(row, account)).ok_or_else(refused)?;
        guess.was_right();
        Ok(Opened { purpose: row.purpose, account, expires: row.expires, row })
    }

    /// Sets the password that the owner of an account has chosen, and uses the link up. All
    /// sessions of the account end, and its second factor stays. An invalid password leaves the
    /// link as it is. Returns the name of the account.
    ///
    /// # Errors
    /// As [`Cloud::open_one_time_link`]; `Code::Invalid` for a password that is too short or too long.
    pub fn set_password_by_link(
        &self,
        call: &mut Call<'_>,
        token: &Secret,
        password: &Secret,
    ) -> Result<String> {
        let opened = self.open_one_time_link(call, token)?;
        if opened.purpose == Purpose::Email {
            return Err(refused());
        }
        let password_hash = Some(self.hash_new_password(password)?);
        let name = opened.account.name.clone();
        call.is_by(&name);
        call.commit(move |tx| {
            let link = opened.row;
            let account = users::by_id(tx, link.user)?.ok_or_else(refused)?;
            if !one_time_links::take(tx, &link.token_hash)? || !may_sign_in(&account, tx.now()) {
                return Err(refused());
            }
            // A person who has the mail owns the address.
            let verified = (link.email.is_some() && link.email == account.email).then_some(true);
            let change = AccountChange { password_hash, verified, ..AccountChange::default() };
            account::change(tx, &account.name, &change)
        })?;
        Ok(name)
    }
}

/// The hash of a token, without its case and the blanks around it: mail programs may have changed
/// them.
fn hash(token: &Secret) -> [u8; 32] {
    Sha256::digest(token.reveal().trim().to_ascii_lowercase()).into()
}

pub(super) fn refused() -> Error {
    let sentence =
        "This link does not work (any more). It works once and for a limited time. Please ask for a new one.";
    Error::new(Code::Forbidden, sentence).for_reason(Reason::OneTimeLink)
}
