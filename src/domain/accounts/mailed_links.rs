//! One-time links by mail: for a new password, to verify an e-mail address, and with an invitation.
//!
//! Requests that anybody may make have the same answer whether the account exists or not.

use super::account::{self, AccountChange, NewAccount};
use super::account_mail;
use super::account_status::may_sign_in;
use super::actor::User;
use super::one_time_links::{OneTimeLink, Purpose, refused};
use super::sign_in_throttle::{Guesser, Subject};
use crate::base::secret::Secret;
use crate::base::user_name::UserName;
use crate::domain::{Call, Change, Cloud};
use crate::error::{Code, Error, Result};
use crate::store::mails::MailKind;
use crate::store::users::{AccountStatus, UserRow};
use crate::store::{Read, Write, one_time_links, sign_ups, users};

impl Cloud {
    /// Creates an account and stores the link by which its owner chooses the first password. If
    /// mail is set up and the account has an address, the link is mailed too. Returns whether it is
    /// mailed.
    pub fn invite(&self, account: NewAccount, link: OneTimeLink, sender: String) -> Change<bool> {
        let sends_mail = self.view().sends_mail();
        let store = move |tx: &Write, id| {
            let account = users::by_id(tx, id)?.filter(|account| sends_mail && account.email.is_some());
            let is_mailed = account.map_or(Ok(false), |account| mail_link(tx, &account, &link, &sender))?;
            if !is_mailed {
                one_time_links::insert_copied(tx, &link.row(id, None, tx.now()))?;
            }
            Ok(is_mailed)
        };
        self.add_account(account).and_then(store)
    }

    /// Creates a guest account for the owner of an e-mail address and mails the link by which they
    /// choose its password. Returns the id of the account.
    ///
    /// # Errors
    /// `Code::Invalid` if the text is no address. In the transaction: `Code::Conflict` if another
    /// account has the address; `Code::Busy` if nothing can be mailed at present.
    pub(in crate::domain) fn invite_by_mail(&self, email: &str, sender: String) -> Result<Change<i64>> {
        let email = account::checked_email(email)?.ok_or_else(account::no_email)?;
        let link = self.view().new_link(Purpose::Invitation, None)?;
        let account = NewAccount {
            status: AccountStatus::Guest,
            email: Some(email.clone()),
            ..NewAccount::without_password(self.store.read(|read| name_for(read, &email))?)?
        };
        Ok(self.add_account(account).and_then(move |tx, id| {
            let account = users::by_id(tx, id)?;
            match account.map_or(Ok(false), |account| mail_link(tx, &account, &link, &sender))? {
                true => Ok(id),
                false => {
                    Err(Error::new(Code::Busy, "Nothing can be mailed at present. Please try again later."))
                }
            }
        }))
    }

    /// Mails the owner of an account a link for a new password. Anybody may ask for it; the answer
    /// is always the same.
    ///
    /// # Errors
    /// `Code::NotOffered` without a mail server; `Code::Busy` after too many requests from a
    /// network.
    pub fn mail_password_link(&self, call: &mut Call<'_>, name: &str) -> Result<()> {
        self.check_sends_mail()?;
        // The request counts even if it fails.
        let _guess = self.throttle.begin(&Guesser::of_code(Subject::MailedLink, call.address()))?;
        let (name, link) = (UserName::normal_form(name), self.view().new_link(Purpose::Password, None)?);
        call.commit(move |tx| {
            let account = users::by_name_or_email(tx, &name)?;
            let Some(account) = account.filter(|account| may_sign_in(account, tx.now())) else {
                return Ok(());
            };
            match mail_link(tx, &account, &link, "") {
                // The caller does not get this error, because it would reveal that the account
                // exists.
                Err(error) if error.code == Code::Busy => {
                    log::warn!("no link for a new password was mailed to {}: {error}", account.name);
                    Ok(())
                }
                result => result.map(drop),
            }
        })
    }

    /// Mails a link for a new password, for an administrator, who learns why a link was not mailed.
    ///
    /// # Errors
    /// Inside the transaction: `Code::NotFound` if there is no such account; `Code::Conflict` if it
    /// cannot be used or has no address; `Code::Busy` if too many links to it still work.
    pub fn password_link_by_admin(
        &self,
        account: &UserRow,
    ) -> Result<impl FnOnce(&Write) -> Result<()> + use<>> {
        self.check_sends_mail()?;
        let link = self.view().new_link(Purpose::of_password(account), None)?;
        let name = account.name.clone();
        Ok(move |tx: &Write| {
            let account = account::existing(tx, &name)?;
            if !may_sign_in(&account, tx.now()) {
                return Err(Error::new(Code::Conflict, "This account is disabled or has expired."));
            }
            check_mailed(mail_link(tx, &account, &link, "")?, &account)
        })
    }

    /// Mails the acting account a link that verifies its e-mail address.
    ///
    /// # Errors
    /// `Code::NotOffered` without a mail server; as [`Cloud::password_link_by_admin`].
    pub fn mail_verification(&self, call: &mut Call<'_>, user: &User) -> Result<()> {
        self.check_sends_mail()?;
        let (link, name) = (self.view().new_link(Purpose::Email, None)?, user.name().to_owned());
        call.commit(move |tx| {
            let account = account::existing(tx, &name)?;
            check_mailed(mail_link(tx, &account, &link, "")?, &account)
        })
    }

    /// Uses a link that verifies the e-mail address of an account. If the account has waited for
    /// it, it can be used from now on.
    ///
    /// # Errors
    /// `Code::Forbidden` with the same message for all reasons; `Code::Busy` after too many wrong
    /// links.
    pub fn verify_email(&self, call: &mut Call<'_>, name: &str, token: &Secret) -> Result<()> {
        let opened = self.open_one_time_link(call, token)?;
        let name = UserName::normal_form(name);
        let is_named = opened.account.name == name || opened.account.email.as_ref() == Some(&name);
        if opened.purpose != Purpose::Email || !is_named {
            return Err(refused());
        }
        call.is_by(&opened.account.name);
        let link = opened.into_row();
        call.commit(move |tx| {
            let account = users::by_id(tx, link.user)?.ok_or_else(refused)?;
            if !one_time_links::take(tx, &link.token_hash)? || link.email != account.email {
                return Err(refused());
            }
            let status = sign_ups::waiting_for_email(tx, account.id)?;
            let change = AccountChange { verified: Some(true), status, ..AccountChange::default() };
            account::change(tx, &account.name, &change)
        })
    }

    fn check_sends_mail(&self) -> Result<()> {
        if self.view().sends_mail() {
            return Ok(());
        }
        let sentence = "Mail is not set up on this server. An administrator can make a link for a new password and pass it on.";
        Err(Error::new(Code::NotOffered, sentence))
    }
}

/// The name of an invited person's account: the part of the address before the `@`, or the whole
/// address if another account has that name.
fn name_for(read: &Read, email: &str) -> Result<UserName> {
    let beginning = email.split_once('@').map_or(email, |(beginning, _)| beginning);
    match UserName::parse(beginning) {
        Ok(name) if users::by_name(read, name.as_str())?.is_none() => Ok(name),
        _ => UserName::parse(email),
    }
}

fn check_mailed(is_mailed: bool, account: &UserRow) -> Result<()> {
    match (is_mailed, &account.email) {
        (true, _) => Ok(()),
        (false, None) => Err(Error::new(Code::Conflict, "This account has no e-mail address.")),
        (false, _) => {
            let sentence =
                "Too many links were already sent to this address. Please look there, or try again later.";
            Err(Error::new(Code::Busy, sentence))
        }
    }
}

/// Queues a mail with a link and stores the link, in the transaction of the change. Returns false
/// if nothing is mailed: the account has no address, or too many of its links still work. `sender`
/// is the person who invites.
pub(super) fn mail_link(tx: &Write, account: &UserRow, link: &OneTimeLink, sender: &str) -> Result<bool> {
    let Some(address) = link.addresses.first() else {
        return Err(Error::new(
            Code::Conflict,
            "The server does not know its own address, which a link needs.",
        ));
    };
    if !one_time_links::may_mail(tx, account.id)? {
        return Ok(false);
    }
    let kind = match link.purpose {
        Purpose::Password => MailKind::PasswordReset,
        Purpose::Invitation if sender.is_empty() => MailKind::PasswordReset,
        Purpose::Invitation => MailKind::Invitation,
        Purpose::Email => MailKind::VerifyEmail,
    };
    let mut values = vec![("name", account.display_name.as_str()), ("link", address)];
    if kind == MailKind::Invitation {
        values.push(("sender", sender));
    }
    if !account_mail::queue_for(tx, account, kind, &values)? {
        return Ok(false);
    }
    one_time_links::insert(tx, &link.row(account.id, account.email.clone(), tx.now()))?;
    Ok(true)
}
