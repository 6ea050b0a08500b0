//! Members of shares and their rights.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{AccountName, Ignored, Param, RecordId, TrueOrFalse, params};
use crate::api::record::{Id, TextFlag, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::shown::{Noted, ShareId};
use crate::api::texts::Lines;
use crate::base::limits::MEMBER_NAMES_BYTES_MAX;
use crate::base::limits::mail::VALUE_BYTES_MAX;
use crate::base::shown_path::ShownPath;
use crate::domain::CloudView;
use crate::domain::access::rights::Rights;
use crate::domain::accounts::actor::User;
use crate::domain::sharing::invitations::ShareInvitation;
use crate::domain::sharing::members::{self, Named, NamedMember, RightsChange};
use crate::error::{Code, Error, Result};

ops! { SHARE_MEMBERS: User "Shares"
    /// Shares an entry with an account. It may view and download until it gets more rights.
    "addusertoshare" proxy slow add_user(UserOfShare) -> Command;
    /// Shares an entry with several accounts, and tells them by mail with `sendemail`. The message
    /// says who was not told, and why.
    "adduserstoshare" proxy slow add_users(UsersOfShare) -> Command;
    /// Removes an account from a share. If the caller has invited its owner by mail, who has not signed
    /// in yet, and it is in no other share or group, the account is removed too: the invitation is
    /// taken back.
    "deleteuserfromshare" proxy slow remove_user(UserOfShare) -> Command;
    /// The accounts of a share.
    "getusersforshare" proxy read users(OneShare) -> ShareUsers;
    /// The accounts of a share, and whether it has a link.
    "getuseraccessforshare" proxy read user_access(OneShare) -> ShareUserAccess;
    /// Changes the rights of an account in a share. Rights that are not given stay. Without `read`,
    /// the account is removed from the share.
    "setuseraccessforshare" proxy slow set_user_access(SetUserAccess) -> Command;
    /// Shares an entry with a group.
    "addgrouptoshare" proxy slow add_group(GroupOfShare) -> Command;
    /// Removes a group from a share.
    "deletegroupfromshare" proxy slow remove_group(GroupOfShare) -> Command;
    /// The groups of a share.
    "getgroupaccessforshare" proxy read groups(OneShare) -> ShareGroups;
    /// Changes the rights of a group in a share. Rights that are not given stay.
    "setgroupaccessforshare" proxy slow set_group_access(SetGroupAccess) -> Command;
    /// Leaves a share of somebody else. It is hidden until it is shared again.
    "leaveshare" user slow leave(AtPath) -> Command;
}

params! {
    OneShare {
        /// The id of the share.
        shareid: ShareId,
    }
    AtPath {
        /// The full path of the shared entry.
        path: ShownPath,
    }
    UserOfShare {
        /// The id of the share.
        shareid: ShareId,
        /// The account, by its name or e-mail address.
        userid: AccountName,
    }
    UsersOfShare {
        /// The id of the share.
        shareid: ShareId,
        /// The accounts, separated by commas.
        users: Lines<0, MEMBER_NAMES_BYTES_MAX>,
        /// 1 to tell them by mail, in their languages.
        sendemail: bool = false,
        /// A short text in that mail.
        custom_message: Option<Lines<0, VALUE_BYTES_MAX>>,
        /// Ignored: the subject says who shares what.
        custom_subject: Ignored,
    }
    GroupOfShare {
        /// The id of the share.
        shareid: ShareId,
        /// The id of the group.
        groupid: Noted<RecordId>,
    }
}

/// The rights of a member, for accounts and groups alike: parameters that change them, and a record
/// with them.
macro_rules! access {
    ($params:ident { $(#[doc = $named:literal])+ $name:ident: $kind:ty }
     $(#[doc = $about:literal])+ $record:ident { $( $(#[doc = $help:literal])+ $field:ident: $type:ty $(as $mark:ident)? = $value:expr ),+ }) => {
        params! {
            $params {
                /// The id of the share.
                shareid: ShareId,
                $(#[doc = $named])+
                $name: $kind,
                /// `false` to remove the member from the share.
                read: Option<TrueOrFalse>,
                /// Whether they may download.
                download: Option<TrueOrFalse>,
                /// Whether they may add, change and delete.
                write: Option<TrueOrFalse>,
                /// Whether they may share it with others.
                share: Option<TrueOrFalse>,
                /// Whether their clients may keep a copy.
                sync: Option<TrueOrFalse>,
                /// Whether they may not delete, even if they may write.
                disallowdelete: Option<TrueOrFalse>,
                /// Whether they may change the members of the share.
                allowmanage: Option<TrueOrFalse>,
            }
        }

        record! {
            $(#[doc = $about])+
            $record {
                $( $(#[doc = $help])+ $field: $type $(as $mark)?, )+
                /// Whether they may view.
                read: TextFlag,
                /// Whether they may add, change and delete.
                write: TextFlag,
                /// Whether their clients may keep a copy.
                sync: TextFlag,
                /// Whether they may share it with others.
                share: TextFlag,
                /// Whether they may download.
                download: TextFlag,
                /// Whether they may not delete, even if they may write.
                disallowdelete: TextFlag,
                /// Whether they may change the members of the share.
                allowmanage: TextFlag,
            }
        }

        impl $params {
            /// Whether they may no longer view it.
            fn removes(&self) -> bool {
                self.read.as_ref().is_some_and(|read| !read.0)
            }

            fn change(&self) -> RightsChange {
                let flag = |flag: &Option<TrueOrFalse>| flag.as_ref().map(|flag| flag.0);
                RightsChange {
                    download: flag(&self.download),
                    write: flag(&self.write),
                    share: flag(&self.share),
                    sync: flag(&self.sync),
                    disallow_delete: flag(&self.disallowdelete),
                    manage: flag(&self.allowmanage),
                }
            }
        }

        impl From<&NamedMember> for $record {
            fn from(member: &NamedMember) -> $record {
                let has = |right| TextFlag(member.rights.has(right));
                $record {
                    $( $field: $value(member), )+
                    read: has(Rights::READ),
                    write: has(Rights::WRITE),
                    sync: has(Rights::SYNC),
                    share: has(Rights::SHARE),
                    download: has(Rights::DOWNLOAD),
                    disallowdelete: TextFlag(!member.rights.has(Rights::DELETE)),
                    allowmanage: has(Rights::MANAGE),
                }
            }
        }
    };
}

access! {
    SetUserAccess {
        /// The account.
        userid: AccountName
    }
    /// An account of a share.
    ShareUserRecord {
        /// The account.
        name: String = name_of,
        /// The account.
        userid: String = name_of,
        /// The account.
        username: String = name_of,
        /// Whether they were invited by mail and have not signed in yet.
        isinvited: TextFlag as extension = is_invited
    }
}

access! {
    SetGroupAccess {
        /// The id of the group.
        groupid: RecordId
    }
    /// A group of a share.
    ShareGroupRecord {
        /// The id of the group.
        groupid: Id = id_of,
        /// Its name.
        groupname: String = name_of
    }
}

fn name_of(member: &NamedMember) -> String {
    member.name.clone()
}

fn is_invited(member: &NamedMember) -> TextFlag {
    TextFlag(member.is_invited)
}

fn id_of(member: &NamedMember) -> Id {
    Id(member.id)
}

record! {
    /// Further facts about a share.
    AccessMeta {
        /// Whether it has a link.
        ispublic: bool,
    }
}

reply! {
    /// Accounts of a share.
    ShareUsers = users()[user: ShareUserRecord];
    /// Accounts of a share, and whether it has a link.
    ShareUserAccess = users(AccessMeta)[user: ShareUserRecord];
    /// Groups of a share.
    ShareGroups = groups()[group: ShareGroupRecord];
}

fn add_user(context: &mut CallContext<'_>, user: &User, params: UserOfShare) -> Result<Reply> {
    add_members(context, user, &params.shareid, vec![Named::User(params.userid.0)])
}

fn add_users(context: &mut CallContext<'_>, user: &User, params: UsersOfShare) -> Result<Reply> {
    let names = params.users.split(',').map(str::trim).filter(|name| !name.is_empty());
    let names: Vec<String> =
        names.map(|name| AccountName::parse(name).map(|name| name.0)).collect::<Result<_>>()?;
    if names.is_empty() {
        return Err(Error::new(Code::Invalid, "Please name at least one user."));
    }
    let view = context.view();
    if !params.sendemail || !view.sends_mail() {
        let named = names.into_iter().map(Named::User).collect();
        let added = add_members(context, user, &params.shareid, named)?;
        let sentence = "Mail is not set up on this server, so nobody was told by mail.";
        return Ok(if params.sendemail { Reply::said(sentence) } else { added });
    }
    let shared = view.managed_share(user, &params.shareid)?;
    let invitation = ShareInvitation::to_member(&view, &shared);
    let (user, message) = (user.clone(), params.custom_message.unwrap_or_default());
    let without_address =
        context.commit(move |tx| invitation.add_and_tell(tx, &user, &shared, names, &message))?;
    Ok(match without_address.join(", ") {
        names if names.is_empty() => Reply::done(),
        names => Reply::said(format!("Not told by mail, for want of an address: {names}.")),
    })
}

fn add_group(context: &mut CallContext<'_>, user: &User, params: GroupOfShare) -> Result<Reply> {
    add_members(context, user, &params.shareid, vec![Named::Group(params.groupid.0)])
}

fn add_members(context: &mut CallContext<'_>, user: &User, share: &str, named: Vec<Named>) -> Result<Reply> {
    let shared = context.view().managed_share(user, share)?;
    let user = user.clone();
    context.commit(move |tx| named.iter().try_for_each(|named| members::add(tx, &user, &shared, named)))?;
    Ok(Reply::done())
}

fn remove_user(context: &mut CallContext<'_>, user: &User, params: UserOfShare) -> Result<Reply> {
    remove_member(context, user, &params.shareid, Named::User(params.userid.0))
}

fn remove_group(context: &mut CallContext<'_>, user: &User, params: GroupOfShare) -> Result<Reply> {
    remove_member(context, user, &params.shareid, Named::Group(params.groupid.0))
}

fn remove_member(context: &mut CallContext<'_>, user: &User, share: &str, named: Named) -> Result<Reply> {
    let shared = context.view().managed_share(user, share)?;
    let change = context.cloud().remove_member(user, &shared, named)?;
    context.settle(change)?;
    Ok(Reply::done())
}

fn users(view: &CloudView<'_>, user: &User, params: OneShare) -> Result<Reply<ShareUsers>> {
    let shared = view.managed_share(user, &params.shareid)?;
    let users = view.share_users(&shared)?;
    Ok(Reply::list(users.iter().map(ShareUserRecord::from).collect::<Vec<_>>()))
}

fn user_access(view: &CloudView<'_>, user: &User, params: OneShare) -> Result<Reply<ShareUserAccess>> {
    let shared = view.managed_share(user, &params.shareid)?;
    let users: Vec<ShareUserRecord> = view.share_users(&shared)?.iter().map(ShareUserRecord::from).collect();
    Ok(Reply::with_meta(AccessMeta { ispublic: shared.row.link.is_public }, users))
}

fn groups(view: &CloudView<'_>, user: &User, params: OneShare) -> Result<Reply<ShareGroups>> {
    let shared = view.managed_share(user, &params.shareid)?;
    let groups = view.share_groups(&shared)?;
    Ok(Reply::list(groups.iter().map(ShareGroupRecord::from).collect::<Vec<_>>()))
}

fn set_user_access(context: &mut CallContext<'_>, user: &User, params: SetUserAccess) -> Result<Reply> {
    let (change, removes) = (params.change(), params.removes());
    set_access(context, user, &params.shareid, Named::User(params.userid.0), (!removes).then_some(change))
}

fn set_group_access(context: &mut CallContext<'_>, user: &User, params: SetGroupAccess) -> Result<Reply> {
    let (change, removes) = (params.change(), params.removes());
    set_access(context, user, &params.shareid, Named::Group(params.groupid.0), (!removes).then_some(change))
}

/// Changes what a member may do, or removes it without a change.
fn set_access(
    context: &mut CallContext<'_>,
    user: &User,
    share: &str,
    named: Named,
    change: Option<RightsChange>,
) -> Result<Reply> {
    let Some(change) = change else { return remove_member(context, user, share, named) };
    let shared = context.view().managed_share(user, share)?;
    let user = user.clone();
    context.commit(move |tx| members::change(tx, &user, &shared, &named, change))?;
    Ok(Reply::done())
}

fn leave(context: &mut CallContext<'_>, user: &User, params: AtPath) -> Result<Reply> {
    let view = context.view();
    let leaving = members::leave(&view, user, &view.readable(user, &params.path)?)?;
    context.commit(leaving)?;
    Ok(Reply::done())
}
