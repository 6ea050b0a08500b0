//! Groups of accounts, with which users share entries. Administrators create groups for everybody.
//! If their policy or the setting `users_may_make_groups` allows it, users create their own groups,
//! which only they and the members see.

use crate::base::limits::{GROUP_NAME_BYTES_MAX, GROUPS_MAX, GROUPS_OF_ACCOUNT_MAX};
use crate::base::text::is_line;
use crate::base::user_name::UserName;
use crate::domain::CloudView;
use crate::domain::accounts::account::{self, checked_email};
use crate::domain::accounts::actor::User;
use crate::domain::accounts::way_in;
use crate::error::{Code, Error, Reason, Result};
use crate::store::groups::{self, Filter, GroupRow, MemberRow, NewGroup};
use crate::store::{Read, Write, users};

/// A part of a list.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    pub start: u64,
    pub limit: u64,
}

/// The creator of a group.
#[derive(Clone, Copy)]
pub enum Maker<'a> {
    /// An administrator, for everybody.
    Admin,
    /// A user, for themselves.
    User(&'a User),
}

impl CloudView<'_> {
    /// Groups whose name contains a text, EVERYONE first, and their number in all.
    pub fn groups(&self, text: &str, page: Page, is_descending: bool) -> Result<(Vec<GroupRow>, u64)> {
        self.find_groups(&Filter { is_descending, ..filter(text, page) })
    }

    /// The same, limited to groups that a user may see.
    pub fn groups_seen_by(&self, user: &User, text: &str, page: Page) -> Result<(Vec<GroupRow>, u64)> {
        self.find_groups(&Filter { seen_by: Some(user.id()), ..filter(text, page) })
    }

    /// The groups of an account, and their number in all.
    pub fn groups_of(&self, name: &str, page: Page) -> Result<(Vec<GroupRow>, u64)> {
        let account = self.existing_account(name)?;
        self.find_groups(&Filter { member: Some(account.id), ..filter("", page) })
    }

    /// The number of groups, including EVERYONE.
    pub fn group_count(&self) -> Result<u64> {
        self.cloud.store.read(|read| groups::counts(read, None)).map(|(all, _)| all)
    }

    /// The group with a name in any case.
    ///
    /// # Errors
    /// `Code::NotFound` without such a group.
    pub fn group_of_name(&self, name: &str) -> Result<GroupRow> {
        let key = UserName::normal_form(name);
        self.cloud.store.read(|read| groups::by_key(read, &key))?.ok_or_else(no_group)
    }

    /// Members of a group, by name, and their number in all.
    ///
    /// # Errors
    /// `Code::NotFound` without such a group.
    pub fn group_members(&self, id: i64, page: Page) -> Result<(Vec<MemberRow>, u64)> {
        self.cloud.store.read(|read| groups::members(read, &existing(read, id)?, page.start, page.limit))
    }

    /// Refuses a user who may not create groups.
    ///
    /// # Errors
    /// `Code::Forbidden`.
    pub fn check_may_make_groups(&self, user: &User) -> Result<()> {
        match user.session().account.is_admin || self.policy_of(user.id())?.groups.0 {
            true => Ok(()),
            false => Err(Error::new(Code::Forbidden, "Only administrators make groups in this cloud.")),
        }
    }

    fn find_groups(&self, filter: &Filter) -> Result<(Vec<GroupRow>, u64)> {
        self.cloud.store.read(|read| groups::find(read, filter))
    }
}

fn filter(text: &str, page: Page) -> Filter {
    Filter {
        key_part: UserName::normal_form(text),
        start: page.start,
        limit: page.limit,
        ..Filter::default()
    }
}

/// Creates a group without members.
///
/// # Errors
/// `Code::Conflict` for a name that is taken, and if there are too many groups; `Code::Invalid` for
/// a name or an e-mail address that is not valid.
pub fn add(tx: &Write, maker: Maker<'_>, name: &str, email: &str) -> Result<GroupRow> {
    let owner = match maker {
        Maker::Admin => None,
        Maker::User(user) => Some(user.id()),
    };
    let (all, own) = groups::counts(tx, owner)?;
    if all >= GROUPS_MAX || (owner.is_some() && own >= GROUPS_OF_ACCOUNT_MAX) {
        return Err(Error::new(Code::Conflict, "There are too many groups. Please remove one first."));
    }
    let group = checked(tx, name, email, owner, None)?;
    let id = groups::insert(tx, &group)?;
    existing(tx, id)
}

/// Changes the name of a group and, if one is given, its e-mail address.
///
/// # Errors
/// As [`add`]; `Code::NotFound` without such a group, `Code::Conflict` for EVERYONE.
pub fn change(tx: &Write, id: i64, name: &str, email: Option<&str>) -> Result<GroupRow> {
    let group = changeable(tx, id)?;
    let new = checked(tx, name, email.unwrap_or(&group.email), group.owner, Some(id))?;
    groups::update(tx, id, &new)?;
    existing(tx, id)
}

/// Removes a group; its members stay.
///
/// # Errors
/// `Code::NotFound` without such a group, `Code::Conflict` for EVERYONE.
pub fn delete(tx: &Write, id: i64) -> Result<()> {
    let group = changeable(tx, id)?;
    way_in::kept(tx, || groups::delete(tx, group.id))
}

/// Makes an account a member of a group.
///
/// # Errors
/// `Code::Conflict` for an account that is a member already, and for EVERYONE; `Code::NotFound`
/// without such a group or account.
pub fn add_member(tx: &Write, id: i64, name: &str) -> Result<()> {
    let group = changeable(tx, id)?;
    let account = account::existing(tx, name)?;
    match way_in::kept(tx, || groups::add_member(tx, group.id, account.id))? {
        true => Ok(()),
        false => {
            let sentence = format!("{} is a member of the group {} already.", account.name, group.name);
            Err(Error::new(Code::Conflict, sentence).for_reason(Reason::Exists))
        }
    }
}

/// Makes an account a member of a group that belongs to the user.
///
/// # Errors
/// As [`add_member`]; `Code::NotFound` for a group that the user may not see, `Code::Forbidden` for
/// a group of somebody else.
pub fn add_member_by(tx: &Write, user: &User, id: i64, name: &str) -> Result<()> {
    let group = seen_by(tx, user, id)?;
    let is_admin = users::by_id(tx, user.id())?.is_some_and(|account| account.is_admin);
    if group.owner != Some(user.id()) && !is_admin {
        return Err(Error::new(Code::Forbidden, "Only the owner of a group and administrators add members."));
    }
    add_member(tx, id, name)
}

/// Takes an account out of a group.
///
/// # Errors
/// `Code::Conflict` for EVERYONE; `Code::NotFound` without such a group, account or member.
pub fn remove_member(tx: &Write, id: i64, name: &str) -> Result<()> {
    let group = changeable(tx, id)?;
    let account = account::existing(tx, name)?;
    match way_in::kept(tx, || groups::remove_member(tx, group.id, account.id))? {
        true => Ok(()),
        false => {
            let sentence = format!("{} is no member of the group {}.", account.name, group.name);
            Err(Error::new(Code::NotFound, sentence))
        }
    }
}

/// A group with checked texts. `but` is the group itself when it is changed: it may keep its name.
fn checked(read: &Read, name: &str, email: &str, owner: Option<i64>, but: Option<i64>) -> Result<NewGroup> {
    let name = name.trim();
    if !is_line(name, GROUP_NAME_BYTES_MAX) {
        return Err(Error::new(
            Code::Invalid,
            format!("The name of a group has 1 to {GROUP_NAME_BYTES_MAX} bytes and no control characters."),
        ));
    }
    let key = UserName::normal_form(name);
    if groups::by_key(read, &key)?.is_some_and(|taken| Some(taken.id) != but) {
        // A client program compares this message of the user's call.
        let sentence = match owner {
            Some(_) => "Cannot add user group".to_owned(),
            None => format!("There is a group {name} already."),
        };
        return Err(Error::new(Code::Conflict, sentence).for_reason(Reason::Exists));
    }
    let email = checked_email(email)?.unwrap_or_default();
    Ok(NewGroup { name: name.to_owned(), key, email, owner })
}

/// A group that a user may see.
///
/// # Errors
/// `Code::NotFound` for other groups, even if they exist.
pub(super) fn seen_by(read: &Read, user: &User, id: i64) -> Result<GroupRow> {
    match groups::is_seen_by(read, id, user.id())? {
        true => existing(read, id),
        false => Err(no_group()),
    }
}

/// A group that a user may share with; any group for an admin at work on users' data.
///
/// # Errors
/// `Code::NotFound` for other groups, even if they exist.
pub(in crate::domain) fn known_to(read: &Read, user: &User, id: i64) -> Result<GroupRow> {
    if user.is_proxy() { existing(read, id) } else { seen_by(read, user, id) }
}

/// The same by the group's name, in any case.
pub(in crate::domain) fn known_by_name(read: &Read, user: &User, name: &str) -> Result<GroupRow> {
    let group = groups::by_key(read, &UserName::normal_form(name))?.ok_or_else(no_group)?;
    known_to(read, user, group.id)
}

/// Checks that a group with this id exists.
///
/// # Errors
/// `Code::NotFound` if there is none.
pub(in crate::domain) fn checked_id(read: &Read, id: i64) -> Result<i64> {
    existing(read, id).map(|group| group.id)
}

/// The name of the group with this id.
pub(in crate::domain) fn name_of(read: &Read, id: i64) -> Result<Option<String>> {
    Ok(groups::by_id(read, id)?.map(|group| group.name))
}

fn existing(read: &Read, id: i64) -> Result<GroupRow> {
    groups::by_id(read, id)?.ok_or_else(no_group)
}

fn no_group() -> Error {
    Error::new(Code::NotFound, "Group Does Not Exist")
}

/// A group that is not EVERYONE.
fn changeable(read: &Read, id: i64) -> Result<GroupRow> {
    let group = existing(read, id)?;
    if group.is_everyone {
        return Err(Error::new(
            Code::Conflict,
            "The group EVERYONE has all accounts as members and stays as it is.",
        ));
    }
    Ok(group)
}
