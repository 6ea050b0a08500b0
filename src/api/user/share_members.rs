//! With whom something is shared, and what they may do.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{AccountName, Param, RecordId, TrueOrFalse, params};
use crate::api::record::{Id, TextFlag, record, reply};
use crate::api::reply::{Command, Reply};
use crate::base::shown_path::ShownPath;
use crate::domain::CloudView;
use crate::domain::access::rights::Rights;
use crate::domain::accounts::actor::User;
use crate::domain::sharing::members::{self, Named, NamedMember, RightsChange};
use crate::error::{Code, Error, Result};

ops! { SHARE_MEMBERS: User "Shares"
    /// Shares something with an account. It may look and download until it is given more.
    "addusertoshare" proxy slow add_user(UserOfShare) -> Command;
    /// The same with several accounts. What belongs to mails is ignored.
    "adduserstoshare" proxy slow add_users(UsersOfShare) -> Command;
    /// Takes an account's share away.
    "deleteuserfromshare" proxy slow remove_user(UserOfShare) -> Command;
    /// The accounts with which something is shared.
    "getusersforshare" proxy read users(OneShare) -> ShareUsers;
    /// The same, and whether a link leads to it.
    "getuseraccessforshare" proxy read user_access(OneShare) -> ShareUserAccess;
    /// Says what an account may do with what is shared. What is not given stays; without `read` nothing is shared with it any more.
    "setuseraccessforshare" proxy slow set_user_access(SetUserAccess) -> Command;
    /// Shares something with a group.
    "addgrouptoshare" proxy slow add_group(GroupOfShare) -> Command;
    /// Takes a group's share away.
    "deletegroupfromshare" proxy slow remove_group(GroupOfShare) -> Command;
    /// The groups with which something is shared.
    "getgroupaccessforshare" proxy read groups(OneShare) -> ShareGroups;
    /// Says what a group may do with what is shared. What is not given stays.
    "setgroupaccessforshare" proxy slow set_group_access(SetGroupAccess) -> Command;
    /// Leaves what somebody else shares: it is not seen any more until it is shared anew.
    "leaveshare" user slow leave(AtPath) -> Command;
}

params! {
    OneShare {
        /// The id of the share.
        shareid: String,
    }
    AtPath {
        /// The full path of what is shared.
        path: ShownPath,
    }
    UserOfShare {
        /// The id of the share.
        shareid: String,
        /// The account: its name or its e-mail address.
        userid: AccountName,
    }
    UsersOfShare {
        /// The id of the share.
        shareid: String,
        /// The accounts, separated by commas.
        users: String,
        /// Ignored: there is no mail.
        sendemail: Option<String>,
    }
    GroupOfShare {
        /// The id of the share.
        shareid: String,
        /// The id of the group.
        groupid: RecordId,
    }
}

/// What a member may do, for an account and for a group alike: parameters that change it, and a record that tells it.
macro_rules! access {
    ($params:ident { $(#[doc = $named:literal])+ $name:ident: $kind:ty }
     $(#[doc = $about:literal])+ $record:ident { $( $(#[doc = $help:literal])+ $field:ident: $type:ty = $value:expr ),+ }) => {
        params! {
            $params {
                /// The id of the share.
                shareid: String,
                $(#[doc = $named])+
                $name: $kind,
                /// `false` to share it no more.
                read: Option<TrueOrFalse>,
                /// Whether to let them download.
                download: Option<TrueOrFalse>,
                /// Whether to let them add, change and delete.
                write: Option<TrueOrFalse>,
                /// Whether to let them pass it on.
                share: Option<TrueOrFalse>,
                /// Whether to let their clients keep a copy.
                sync: Option<TrueOrFalse>,
                /// Whether to keep them from deleting, although they may write.
                disallowdelete: Option<TrueOrFalse>,
                /// Whether to let them say with whom else it is shared.
                allowmanage: Option<TrueOrFalse>,
            }
        }

        record! {
            $(#[doc = $about])+
            $record {
                $( $(#[doc = $help])+ $field: $type, )+
                /// Whether they may look.
                read: TextFlag,
                /// Whether they may add, change and delete.
                write: TextFlag,
                /// Whether their clients may keep a copy.
                sync: TextFlag,
                /// Whether they may pass it on.
                share: TextFlag,
                /// Whether they may download.
                download: TextFlag,
                /// Whether they may not delete, although they may write.
                disallowdelete: TextFlag,
                /// Whether they may say with whom else it is shared.
                allowmanage: TextFlag,
            }
        }

        impl $params {
            fn change(&self) -> RightsChange {
                let flag = |flag: &Option<TrueOrFalse>| flag.as_ref().map(|flag| flag.0);
                RightsChange {
                    read: flag(&self.read),
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
    /// An account with which something is shared.
    ShareUserRecord {
        /// The account.
        name: String = name_of,
        /// The account.
        userid: String = name_of,
        /// The account.
        username: String = name_of
    }
}

access! {
    SetGroupAccess {
        /// The id of the group.
        groupid: RecordId
    }
    /// A group with which something is shared.
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

fn id_of(member: &NamedMember) -> Id {
    Id(member.id)
}

record! {
    /// How else it is shared.
    AccessMeta {
        /// Whether a link leads to it.
        ispublic: bool,
    }
}

reply! {
    /// Accounts with which something is shared.
    ShareUsers = users()[user: ShareUserRecord];
    /// Accounts with which something is shared, and whether a link leads to it.
    ShareUserAccess = users(AccessMeta)[user: ShareUserRecord];
    /// Groups with which something is shared.
    ShareGroups = groups()[group: ShareGroupRecord];
}

fn add_user(context: &mut CallContext<'_>, user: &User, params: UserOfShare) -> Result<Reply> {
    add_members(context, user, &params.shareid, vec![Named::User(params.userid.0)])
}

fn add_users(context: &mut CallContext<'_>, user: &User, params: UsersOfShare) -> Result<Reply> {
    let names = params.users.split(',').map(str::trim).filter(|name| !name.is_empty());
    let named: Vec<Named> =
        names.map(|name| Ok(Named::User(AccountName::parse(name)?.0))).collect::<Result<_>>()?;
    if named.is_empty() {
        return Err(Error::new(Code::Invalid, "Please name at least one user."));
    }
    add_members(context, user, &params.shareid, named)
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
    let user = user.clone();
    context.commit(move |tx| members::remove(tx, &user, &shared.row.id, &named))?;
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
    let change = params.change();
    set_access(context, user, &params.shareid, Named::User(params.userid.0), change)
}

fn set_group_access(context: &mut CallContext<'_>, user: &User, params: SetGroupAccess) -> Result<Reply> {
    let change = params.change();
    set_access(context, user, &params.shareid, Named::Group(params.groupid.0), change)
}

fn set_access(
    context: &mut CallContext<'_>,
    user: &User,
    share: &str,
    named: Named,
    change: RightsChange,
) -> Result<Reply> {
    let shared = context.view().managed_share(user, share)?;
    let user = user.clone();
    context.commit(move |tx| members::change(tx, &user, &shared, &named, change))?;
    Ok(Reply::done())
}

fn leave(context: &mut CallContext<'_>, user: &User, params: AtPath) -> Result<Reply> {
    let leaving = members::leave(user, &context.view().readable(user, &params.path)?)?;
    context.commit(leaving)?;
    Ok(Reply::done())
}
