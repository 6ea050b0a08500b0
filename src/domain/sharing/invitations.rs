//! Invitations to shares, by mail.

use super::members::{self, Named};
use super::shares::Shared;
use crate::base::limits::mail::GROUP_RECEIVERS_MAX;
use crate::base::limits::{INVITATION_SECONDS, OPEN_INVITATIONS_MAX};
use crate::domain::accounts::account;
use crate::domain::accounts::account_mail;
use crate::domain::accounts::account_status::may_sign_in;
use crate::domain::accounts::actor::User;
use crate::domain::mail::{self, Receiver};
use crate::domain::{Change, Cloud, CloudView};
use crate::error::{Code, Error, Result};
use crate::smtp;
use crate::store::groups::{self, GroupRow};
use crate::store::mails::MailKind;
use crate::store::shares::{self, Member};
use crate::store::users::UserRow;
use crate::store::{Read, Write, invitations, users};

/// An invitation to a share. Its link has the server's own address, so that no caller can make it
/// lead elsewhere.
pub struct ShareInvitation {
    kind: MailKind,
    share: String,
    owner: String,
    name: String,
    link: String,
}

impl ShareInvitation {
    /// An invitation for anybody to open the link.
    ///
    /// # Errors
    /// `Code::Conflict` if the link does not work.
    pub fn by_link(view: &CloudView<'_>, shared: &Shared) -> Result<ShareInvitation> {
        let is_alive = shared.row.id.parse().is_ok_and(|id| {
            view.grants().is_ok_and(|grants| grants.share(id).is_some_and(|share| share.link.is_some()))
        });
        let has_ended = shared.row.link.ends.is_some_and(|ends| ends <= view.now());
        if !is_alive || has_ended {
            return Err(Error::new(Code::Conflict, "This share has no working link. Please make one first."));
        }
        Ok(invitation(MailKind::ShareLink, shared, view.best_address_of_link(shared)))
    }

    /// An invitation for a member of the share.
    pub fn to_member(view: &CloudView<'_>, shared: &Shared) -> ShareInvitation {
        invitation(MailKind::Share, shared, format!("{}/#/shared", view.best_address()))
    }

    /// Queues the mail for an address or for a member, which is an account or a group with this
    /// name or address.
    ///
    /// # Errors
    /// As [`mail::queue`]; `Code::NotFound` if there is no such member, or if the member has no
    /// address; `Code::Conflict` for a group that is too large.
    pub fn queue(&self, tx: &Write, to: &str, message: &str) -> Result<()> {
        let sender = self.sender(tx)?;
        let values = self.values(&sender, message);
        if self.kind == MailKind::ShareLink {
            let to = Receiver { name: String::new(), address: to.to_owned(), language: None };
            return mail::queue(tx, self.kind, &to, &values);
        }
        let account = users::by_name_or_email(tx, &to.to_lowercase())?;
        let member = account.map(|account| Ok((shares::ids_of_member(tx, account.id)?, account)));
        match member.transpose()? {
            Some((shares, account)) if shares.contains(&self.share) => {
                let count = self.queue_for_accounts(tx, &[account], &values)?;
                told(count, "This person has no e-mail address.")
            }
            _ => self.queue_for_group(tx, to, &values),
        }
    }

    /// Makes accounts members of the share of this invitation, and tells each by mail. Returns the
    /// names of those without an address.
    ///
    /// # Errors
    /// As [`members::add`].
    pub fn add_and_tell(
        &self,
        tx: &Write,
        user: &User,
        shared: &Shared,
        names: Vec<String>,
        message: &str,
    ) -> Result<Vec<String>> {
        let mut without_address = Vec::new();
        for name in names {
            members::add(tx, user, shared, &Named::User(name.clone()))?;
            if !self.tell(tx, &name, message)? {
                without_address.push(name);
            }
        }
        Ok(without_address)
    }

    /// Tells an account by mail that the transaction makes it a member of the share. The membership
    /// matters more than the mail, which is left out if it cannot be queued. Returns false if the
    /// account has no address.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such account.
    fn tell(&self, tx: &Write, name: &str, message: &str) -> Result<bool> {
        let account = account::existing_by_name_or_email(tx, name)?;
        let sender = self.sender(tx)?;
        account_mail::tell(tx, &account, self.kind, &self.values(&sender, message))?;
        Ok(account.email.is_some())
    }

    /// The name of the owner as others see it.
    fn sender(&self, read: &Read) -> Result<String> {
        let owner = users::by_name(read, &self.owner)?;
        Ok(owner.map_or_else(|| self.owner.clone(), |owner| owner.display_name))
    }

    /// The values of the mail. One to an account has its name, too.
    fn values<'a>(&'a self, sender: &'a str, message: &'a str) -> [(&'static str, &'a str); 4] {
        [("sender", sender), ("share", &self.name), ("message", message), ("link", &self.link)]
    }

    /// Queues the mail for a group that is a member of the share: for the address of the group, or
    /// for each of its accounts.
    fn queue_for_group(&self, tx: &Write, to: &str, values: &[(&str, &str)]) -> Result<()> {
        let group = self.group_named(tx, to)?;
        let group = group.ok_or_else(|| Error::new(Code::NotFound, "It is not shared with this person."))?;
        if smtp::is_address(&group.email) {
            let values = [&[("name", &*group.name)], values].concat();
            let to = Receiver { name: group.name.clone(), address: group.email.clone(), language: None };
            return mail::queue(tx, self.kind, &to, &values);
        }
        let mut accounts = Vec::new();
        for id in groups::member_ids(tx, group.id)? {
            let account = users::by_id(tx, id)?;
            let is_told = |account: &UserRow| account.name != self.owner && may_sign_in(account, tx.now());
            accounts.extend(account.filter(is_told));
        }
        if accounts.len() > GROUP_RECEIVERS_MAX {
            let sentence = format!(
                "The group has more than {GROUP_RECEIVERS_MAX} members and no e-mail address of its own, so nothing was sent."
            );
            return Err(Error::new(Code::Conflict, sentence));
        }
        let count = self.queue_for_accounts(tx, &accounts, values)?;
        told(count, "Nobody in this group has an e-mail address.")
    }

    /// The member group with this name or e-mail address.
    fn group_named(&self, tx: &Write, text: &str) -> Result<Option<GroupRow>> {
        let text = text.to_lowercase();
        for row in shares::members(tx, &self.share)? {
            let Member::Group(id) = row.member else { continue };
            let group = groups::by_id(tx, id)?;
            let is_it = |group: &GroupRow| {
                [&group.name, &group.email].iter().any(|known| known.to_lowercase() == text)
            };
            if let Some(group) = group.filter(is_it) {
                return Ok(Some(group));
            }
        }
        Ok(None)
    }

    /// Queues the mail for these accounts. Returns how many of them have an address, and thus get
    /// the mail.
    fn queue_for_accounts(&self, tx: &Write, accounts: &[UserRow], values: &[(&str, &str)]) -> Result<usize> {
        let mut count = 0;
        for account in accounts {
            let values = [&[("name", &*account.display_name)], values].concat();
            count += usize::from(account_mail::queue_for(tx, account, self.kind, &values)?);
        }
        Ok(count)
    }
}

/// Fails if nobody gets a mail.
fn told(count: usize, sentence: &'static str) -> Result<()> {
    if count == 0 { Err(Error::new(Code::NotFound, sentence)) } else { Ok(()) }
}

impl CloudView<'_> {
    /// Checks that a user may invite people by mail into the cloud.
    ///
    /// # Errors
    /// `Code::Forbidden` if the user may not; `Code::NotOffered` if there is no mail server.
    pub fn check_may_invite(&self, user: &User) -> Result<()> {
        if !user.session().account.is_admin && !self.policy_of(user.id())?.profiles.0 {
            return Err(Error::new(Code::Forbidden, "Only administrators invite people into this cloud."));
        }
        self.cloud.link_rules(user)?.check_may_share_outside()?;
        if !self.sends_mail() {
            let sentence = "Mail is not set up on this server, so nobody can be invited. Please ask an administrator for an account.";
            return Err(Error::new(Code::NotOffered, sentence));
        }
        Ok(())
    }

    /// The subject of a kind of mail in the language of the user. With `is_filled`, the values that
    /// the user knows are in it. The other placeholders stay.
    pub fn subject_for(
        &self,
        user: &User,
        kind: MailKind,
        receiver: &str,
        share: &str,
        is_filled: bool,
    ) -> Result<String> {
        let language = self.language(user.id())?;
        let sender = &*user.session().account.display_name;
        let mut values = vec![("sender", sender), ("name", receiver), ("share", share)];
        values.retain(|(_, value)| is_filled && !value.is_empty());
        self.mail_subject(kind, language, &values)
    }

    /// The mail that invites to a share by its link, in the language of the user, as HTML.
    pub fn invitation_page(&self, user: &User, share: &str, link: &str) -> Result<String> {
        let language = self.language(user.id())?;
        let sender = &*user.session().account.display_name;
        let values = [("sender", sender), ("share", share), ("message", ""), ("link", link)];
        self.mail_page(MailKind::ShareLink, language, &values)
    }
}

impl Cloud {
    /// Invites a person into the cloud by mail. The new account becomes a member of the share, if
    /// one is given.
    ///
    /// # Errors
    /// As [`CloudView::check_may_invite`], [`Cloud::invite_by_mail`] and [`members::add`]. In the
    /// transaction: `Code::Conflict` if too many people whom the user has invited have not signed
    /// in yet.
    pub fn invite_person(&self, user: &User, email: &str, shared: Option<Shared>) -> Result<Change<()>> {
        self.view().check_may_invite(user)?;
        let (user, sender) = (user.clone(), user.session().account.display_name.clone());
        Ok(self.invite_by_mail(email, sender)?.and_then(move |tx, id| {
            let since = tx.now() - INVITATION_SECONDS;
            if invitations::count_open(tx, user.id(), since)? >= OPEN_INVITATIONS_MAX {
                let sentence = format!(
                    "{OPEN_INVITATIONS_MAX} people whom you have invited have not signed in yet. Please take an invitation back first, or wait."
                );
                return Err(Error::new(Code::Conflict, sentence));
            }
            invitations::insert(tx, id, user.id())?;
            let (Some(shared), Some(account)) = (shared, users::by_id(tx, id)?) else { return Ok(()) };
            members::add(tx, &user, &shared, &Named::User(account.name))
        }))
    }

    /// Removes a member from a share. If the user has invited the member by mail, the account is
    /// removed too, unless it has been used to sign in, or is in another share or group.
    ///
    /// # Errors
    /// As [`members::remove`]; `Code::Conflict` if the invited person signs in at this moment.
    pub fn remove_member(&self, user: &User, shared: &Shared, named: Named) -> Result<Change<()>> {
        let (by, share) = (user.clone(), shared.row.id.clone());
        let is_alone = move |read: &Read, id| invitations::is_for_share_alone(read, id, by.id(), &share);
        let invited = self.store.read(|read| {
            let Named::User(name) = &named else { return Ok(None) };
            let account = account::existing_by_name_or_email(read, name)?;
            Ok(is_alone(read, account.id)?.then_some(account))
        })?;
        let (by, share) = (user.clone(), shared.row.id.clone());
        let removal = Change::new(move |tx| members::remove(tx, &by, &share, &named));
        let Some(account) = invited else { return Ok(removal) };
        let id = account.id;
        let checked = removal.and_then(move |tx, ()| match is_alone(tx, id)? {
            true => Ok(()),
            false => {
                Err(Error::new(Code::Conflict, "This person signs in at this moment. Please try again."))
            }
        });
        Ok(checked.and(self.remove_account(&account.name, user.name())?).map(drop))
    }
}

fn invitation(kind: MailKind, shared: &Shared, link: String) -> ShareInvitation {
    let name = shared.entry.shown().leaf().map_or_else(String::new, ToString::to_string);
    ShareInvitation { kind, share: shared.row.id.clone(), owner: shared.owner.clone(), name, link }
}
