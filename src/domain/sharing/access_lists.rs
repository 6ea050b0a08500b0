//! Reads and changes the access lists of folders. The room `access` decides what a list does.

use crate::base::limits::{ACCESS_ENTRIES_MAX, ACCESS_LISTS_MAX};
use crate::base::user_name::UserName;
use crate::disk::Kind;
use crate::domain::access::grants::{AccessEntry, AccessList};
use crate::domain::access::rights::{Manageable, Reach, Readable, Rights, Way};
use crate::domain::accounts::actor::User;
use crate::domain::accounts::groups;
use crate::domain::index::lookup;
use crate::domain::{Cloud, CloudView};
use crate::error::{Code, Error, Result};
use crate::store::access_lists::{self, AccessEntryRow};
use crate::store::shares::Member;
use crate::store::users::UserRow;
use crate::store::{Read, Write, users};

/// The access list of a folder. A folder without a list has no entries here and inherits.
#[derive(Clone, Debug, Default)]
pub struct NamedList {
    /// The id of the list and when it was made, in seconds since 1970 UTC.
    pub made: Option<(i64, i64)>,
    /// True if the lists of the folders above hold too.
    pub inherits: bool,
    pub entries: Vec<NamedEntry>,
}

/// An entry of an access list, with the name of its user or group.
#[derive(Clone, Debug)]
pub struct NamedEntry {
    pub name: String,
    pub entry: AccessEntry,
}

/// The name by which a call refers to a user or a group.
#[derive(Clone, Debug)]
pub enum Named {
    /// An account, by its name or its e-mail address.
    User(String),
    GroupId(i64),
    GroupName(String),
}

/// A change of a folder's list.
#[derive(Clone, Copy, Debug)]
pub enum ListChange {
    /// Allows or denies something. It replaces what the list allowed (or denied) to the same member
    /// before.
    Set(AccessEntry),
    /// Removes the entries of a member.
    Remove(Member),
    Inherit(bool),
    /// Removes the list.
    Delete,
}

impl CloudView<'_> {
    /// The access list of a folder.
    pub fn access_list(&self, folder: &Manageable) -> Result<NamedList> {
        self.check_is_folder(folder)?;
        self.cloud.store.read(|read| {
            let node = lookup::find(read, &self.cloud.volumes, folder.real())?;
            let row = node.map(|node| access_lists::of_node(read, node.id)).transpose()?.flatten();
            let Some(row) = row else { return Ok(NamedList { inherits: true, ..NamedList::default() }) };
            let mut entries = Vec::new();
            for row in access_lists::entries(read, row.node)? {
                let AccessEntryRow { member, is_allowed, rights, .. } = row;
                let rights = Rights::of_bits(rights);
                let entry = AccessEntry { member, is_allowed, rights };
                entries.extend(name_of(read, member)?.map(|name| NamedEntry { name, entry }));
            }
            Ok(NamedList { made: Some((row.node, row.created)), inherits: row.inherits, entries })
        })
    }

    /// The rights of an account in a folder, by all its ways together. Users may ask about
    /// themselves. Asking about others needs the right to manage the folder.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such account; `Code::Forbidden` if the user may not ask.
    pub fn effective_rights(&self, user: &User, folder: &Readable, name: &str) -> Result<Rights> {
        if user.name() != UserName::normal_form(name) {
            Reach::clone(folder).manageable()?;
        }
        self.check_is_folder(folder)?;
        let account = self.cloud.store.read(|read| account_named(read, name))?;
        Ok(self.grants()?.rights_of(account.id, folder.real(), self.cloud.now()))
    }

    /// The account or group that a call names.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such account, or no such group that the user may know.
    pub fn member_named(&self, user: &User, named: &Named) -> Result<Member> {
        self.cloud.store.read(|read| match named {
            Named::User(name) => Ok(Member::User(account_named(read, name)?.id)),
            Named::GroupId(id) => Ok(Member::Group(groups::known_to(read, user, *id)?.id)),
            Named::GroupName(name) => Ok(Member::Group(groups::known_by_name(read, user, name)?.id)),
        })
    }

    fn check_is_folder(&self, entry: &Reach) -> Result<()> {
        match entry.there(self.cloud.volumes.stat(entry.real())?)?.kind {
            Kind::Folder => Ok(()),
            Kind::File => Err(Error::new(Code::Invalid, "Only folders have access lists.")),
        }
    }
}

impl Cloud {
    /// Changes the access list of a folder. The result runs in a transaction.
    ///
    /// # Errors
    /// `Code::Forbidden` if the user manages the folder through another user's share, and the
    /// change would give anybody more rights than the user has; `Code::Conflict` for too many
    /// entries or lists, and for an entry about the owner of the files, because no list limits the
    /// owner; `Code::NotFound` if the list has no such entry.
    pub fn change_access_list(
        &self,
        folder: &Manageable,
        change: ListChange,
    ) -> Result<impl FnOnce(&Write) -> Result<()> + Send + use<>> {
        self.view().check_is_folder(folder)?;
        let node = folder.there(self.node_at(folder.real())?)?;
        self.check_change(folder, change)?;
        Ok(move |tx: &Write| {
            let node = node(tx)?;
            let is_done = match change {
                ListChange::Set(AccessEntry { member, is_allowed, rights }) => {
                    let row = AccessEntryRow { node, member, is_allowed, rights: rights.bits() };
                    access_lists::set_entry(tx, &row)?;
                    true
                }
                ListChange::Remove(member) => access_lists::remove_entries(tx, node, member)?,
                ListChange::Inherit(inherits) => {
                    access_lists::set_inherits(tx, node, inherits)?;
                    true
                }
                ListChange::Delete => access_lists::delete(tx, node)?,
            };
            match is_done {
                true => Ok(()),
                false => Err(Error::new(Code::NotFound, "The access list of this folder has no such entry.")),
            }
        })
    }

    fn check_change(&self, folder: &Manageable, change: ListChange) -> Result<()> {
        let grants = self.view().grants()?;
        let before = grants.list_at(folder.real());
        let after = change.applied_to(before.cloned());
        if before.is_none() && grants.lists_beside(folder.real()) >= ACCESS_LISTS_MAX {
            let sentence = format!("At most {ACCESS_LISTS_MAX} folders here can have an access list.");
            return Err(Error::new(Code::Conflict, sentence));
        }
        if after.as_ref().is_some_and(|list| list.entries.len() > ACCESS_ENTRIES_MAX) {
            let sentence =
                format!("An access list can have at most {ACCESS_ENTRIES_MAX} entries. Please use a group.");
            return Err(Error::new(Code::Conflict, sentence));
        }
        if let ListChange::Set(AccessEntry { member: Member::User(id), .. }) = change {
            let account = self.store.read(|read| users::by_id(read, id))?;
            if account.is_some_and(|account| folder.account() == Some(account.name.as_str())) {
                let sentence = "These files belong to this user, who may always do everything with them.";
                return Err(Error::new(Code::Conflict, sentence));
            }
        }
        let decides_freely = matches!(folder.way(), Way::Own | Way::Proxy);
        let gain = grants.gain_by_list(folder.real(), after.as_ref());
        if !decides_freely && !folder.rights().has(gain) {
            return Err(Error::new(Code::Forbidden, "You may not give more than you have yourself."));
        }
        Ok(())
    }
}

impl ListChange {
    /// The list after the change.
    fn applied_to(self, list: Option<AccessList>) -> Option<AccessList> {
        let some = || AccessList { inherits: true, entries: Vec::new() };
        match self {
            ListChange::Set(new) => {
                let mut list = list.unwrap_or_else(some);
                list.entries.retain(|old| old.member != new.member || old.is_allowed != new.is_allowed);
                list.entries.push(new);
                Some(list)
            }
            ListChange::Remove(member) => {
                let mut list = list?;
                list.entries.retain(|old| old.member != member);
                Some(list)
            }
            ListChange::Inherit(inherits) => Some(AccessList { inherits, ..list.unwrap_or_else(some) }),
            ListChange::Delete => None,
        }
    }
}

fn account_named(read: &Read, name: &str) -> Result<UserRow> {
    users::by_name_or_email(read, &UserName::normal_form(name))?
        .ok_or_else(|| Error::new(Code::NotFound, "There is no such user."))
}

fn name_of(read: &Read, member: Member) -> Result<Option<String>> {
    match member {
        Member::User(id) => Ok(users::by_id(read, id)?.map(|account| account.name)),
        Member::Group(id) => groups::name_of(read, id),
    }
}
