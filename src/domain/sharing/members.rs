//! The members of a share and their rights.

use super::shares::{Shared, no_share};
use crate::base::limits::MEMBERS_OF_SHARE_MAX;
use crate::domain::CloudView;
use crate::domain::access::rights::{Readable, Rights, Way};
use crate::domain::accounts::account;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::groups;
use crate::domain::social::notifications::tell_of_share;
use crate::error::{Code, Error, Reason, Result};
use crate::store::groups as store_groups;
use crate::store::shares::{self, Member, MemberRow, ShareRow, Source};
use crate::store::{Read, Write, favorites, invitations, nodes, users};

/// The rights of a new member.
const FIRST_RIGHTS: Rights = Rights::READ.with(Rights::DOWNLOAD).with(Rights::SYNC).with(Rights::DELETE);

/// A member of a share by its name.
#[derive(Clone, Debug)]
pub struct NamedMember {
    pub name: String,
    /// The id of the group, or of the account.
    pub id: i64,
    /// `DELETE` counts only together with `WRITE`.
    pub rights: Rights,
    /// True if somebody has invited them by mail and they have not signed in yet.
    pub is_invited: bool,
}

/// The name by which a call refers to a member.
#[derive(Clone, Debug)]
pub enum Named {
    /// An account, by its name or its e-mail address.
    User(String),
    /// A group, by its id.
    Group(i64),
}

/// A change of a member's rights. `None` leaves a right as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct RightsChange {
    pub download: Option<bool>,
    pub write: Option<bool>,
    pub share: Option<bool>,
    pub sync: Option<bool>,
    pub disallow_delete: Option<bool>,
    pub manage: Option<bool>,
}

impl CloudView<'_> {
    /// The accounts that are members of a share, by name.
    pub fn share_users(&self, shared: &Shared) -> Result<Vec<NamedMember>> {
        self.named_members(shared, |read, member| match member {
            Member::User(id) => Ok(users::by_id(read, id)?.map(|account| account.name)),
            Member::Group(_) => Ok(None),
        })
    }

    /// The groups that are members of a share.
    pub fn share_groups(&self, shared: &Shared) -> Result<Vec<NamedMember>> {
        self.named_members(shared, |read, member| match member {
            Member::Group(id) => Ok(store_groups::by_id(read, id)?.map(|group| group.name)),
            Member::User(_) => Ok(None),
        })
    }

    fn named_members(
        &self,
        shared: &Shared,
        name: impl Fn(&Read, Member) -> Result<Option<String>>,
    ) -> Result<Vec<NamedMember>> {
        self.cloud.store.read(|read| {
            let mut named = Vec::new();
            for row in shares::members(read, &shared.row.id)?.into_iter().filter(|row| !row.has_left) {
                let (Member::User(id) | Member::Group(id)) = row.member;
                let rights = Rights::of_bits(row.rights);
                let is_invited = matches!(row.member, Member::User(_)) && invitations::is_open(read, id)?;
                let with_name = |name| NamedMember { name, id, rights, is_invited };
                named.extend(name(read, row.member)?.map(with_name));
            }
            Ok(named)
        })
    }
}

/// Adds a member to a share. An existing member keeps their rights.
///
/// # Errors
/// `Code::NotFound` if there is no such account, or no such group that the user may know;
/// `Code::Conflict` for the owner of the share and for too many members.
pub fn add(tx: &Write, user: &User, shared: &Shared, named: &Named) -> Result<()> {
    let id = shared.row.id.as_str();
    let share = shares::by_id(tx, id)?.ok_or_else(no_share)?;
    let member = member_of(tx, user, named)?;
    if member == Member::User(share.owner) {
        return Err(
            Error::new(Code::Conflict, "This user is the owner of the share.").for_reason(Reason::Exists)
        );
    }
    let members = shares::members(tx, id)?;
    if members.iter().any(|row| row.member == member && !row.has_left) {
        return Ok(());
    }
    if members.len() >= MEMBERS_OF_SHARE_MAX {
        let sentence =
            format!("A share can have at most {MEMBERS_OF_SHARE_MAX} members. Please share with a group.");
        return Err(Error::new(Code::Conflict, sentence));
    }
    let rights = FIRST_RIGHTS.common(shared.may_give.with(Rights::DELETE)).bits();
    shares::set_member(tx, &MemberRow { share: id.to_owned(), member, rights, has_left: false })?;
    tell(tx, user, &share, member)
}

/// Notifies the new members of a share. If the member is a group, it notifies all of its accounts
/// except the owner of the share.
fn tell(tx: &Write, user: &User, share: &ShareRow, member: Member) -> Result<()> {
    let told = match member {
        Member::User(id) => vec![id],
        Member::Group(id) => store_groups::member_ids(tx, id)?,
    };
    let told = told.into_iter().filter(|id| *id != share.owner);
    // An administrator who shares something for a user notifies in that user's name.
    let actor = if user.is_proxy() { share.owner } else { user.id() };
    let node = match share.source {
        Source::Entry(node) => Some(node),
        Source::Album(list) => first_file(tx, share.owner, list)?,
    };
    node.map_or(Ok(()), |node| tell_of_share(tx, actor, node, &share.name, told))
}

/// The first file of an album, to which a notification of it leads. Folders are not part of it.
fn first_file(read: &Read, owner: i64, list: i64) -> Result<Option<i64>> {
    for favorite in favorites::in_list(read, owner, list)? {
        let node = nodes::by_id(read, favorite.node)?;
        if node.is_some_and(|node| !node.facts.is_folder && node.missing_since.is_none()) {
            return Ok(Some(favorite.node));
        }
    }
    Ok(None)
}

/// Removes a member from a share.
///
/// # Errors
/// `Code::NotFound` if there is no such member.
pub fn remove(tx: &Write, user: &User, id: &str, named: &Named) -> Result<()> {
    let member = member_of(tx, user, named)?;
    match shares::remove_member(tx, id, member)? {
        true => Ok(()),
        false => Err(Error::new(Code::NotFound, "This is not shared with them.")),
    }
}

/// Changes the rights of a member.
///
/// # Errors
/// `Code::NotFound` if there is no such member; `Code::Forbidden` if the user would give a right
/// that they do not have.
pub fn change(tx: &Write, user: &User, shared: &Shared, named: &Named, change: RightsChange) -> Result<()> {
    let id = shared.row.id.as_str();
    let member = member_of(tx, user, named)?;
    let members = shares::members(tx, id)?;
    let row = members.into_iter().find(|row| row.member == member && !row.has_left);
    let row = row.ok_or_else(|| Error::new(Code::NotFound, "It is not shared with them."))?;
    let before = Rights::of_bits(row.rights);
    let rights = change.applied_to(before);
    // A user who only manages a share can give only their own rights, and leaves the rights that
    // others gave before.
    let more = rights.as_given().without(before.as_given());
    if !shared.may_give.has(more) {
        return Err(Error::new(Code::Forbidden, "You may not give more than you have yourself."));
    }
    shares::set_member(tx, &MemberRow { rights: rights.bits(), ..row })
}

impl RightsChange {
    fn applied_to(self, rights: Rights) -> Rights {
        let changes = [
            (Rights::DOWNLOAD, self.download),
            (Rights::WRITE, self.write),
            (Rights::SHARE, self.share),
            (Rights::SYNC, self.sync),
            (Rights::DELETE, self.disallow_delete.map(|is_disallowed| !is_disallowed)),
            (Rights::MANAGE, self.manage),
        ];
        changes.into_iter().fold(rights, |rights, (right, change)| match change {
            Some(true) => rights.with(right),
            Some(false) => rights.without(right),
            None => rights,
        })
    }
}

/// Leaves a share of another user, even one that the user has through a group.
///
/// # Errors
/// `Code::Invalid` if the entry is neither the root of a share nor an album.
pub fn leave(
    view: &CloudView<'_>,
    user: &User,
    path: &Readable,
) -> Result<impl FnOnce(&Write) -> Result<()> + Send + use<>> {
    let id = match path.way() {
        Way::Share(id) if path.is_root_of_way() && !path.is_in_album() => Some(id),
        _ => view.ways(user)?.share_of_album(path),
    };
    let id =
        id.ok_or_else(|| Error::new(Code::Invalid, "Please choose something that is shared with you."))?;
    let row = MemberRow { share: id.to_string(), member: Member::User(user.id()), rights: 0, has_left: true };
    Ok(move |tx: &Write| {
        let members = shares::members(tx, &row.share)?;
        let comes_by_group = members.iter().any(|member| matches!(member.member, Member::Group(_)));
        match comes_by_group {
            true => shares::set_member(tx, &row),
            false => shares::remove_member(tx, &row.share, row.member).map(drop),
        }
    })
}

fn member_of(read: &Read, user: &User, named: &Named) -> Result<Member> {
    match named {
        Named::User(name) => Ok(Member::User(account::existing_by_name_or_email(read, name)?.id)),
        Named::Group(id) => Ok(Member::Group(groups::known_to(read, user, *id)?.id)),
    }
}
