//! Access lists of folders: users' and groups' rights in a folder, if they differ from those above
//! it.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{Param, params};
use crate::api::record::{Empty, Id, ListTime, OrEmpty, Seconds, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::schema::{Schema, words};
use crate::base::ids::parse_record_id;
use crate::base::shown_path::ShownPath;
use crate::base::time::Clock;
use crate::domain::CloudView;
use crate::domain::access::grants::AccessEntry;
use crate::domain::access::rights::{NO_RIGHTS, Rights};
use crate::domain::accounts::actor::User;
use crate::domain::sharing::access_lists::{ListChange, Named, NamedEntry};
use crate::error::{Code, Error, Result};
use crate::store::shares::Member;

ops! { ACCESS_LISTS: User "Access lists"
    /// Allows or denies a user or group some rights in a folder and below it. A member to whom a
    /// list allows something has exactly those rights there; a member to whom it only denies
    /// something keeps the others. Entries for a user come before those for groups. No list gives
    /// more than a share or disk does, and lists do not apply to the owner of the files.
    "addaclentry" proxy slow add(Add) -> Command;
    /// Removes a user's or group's entries from the list of a folder.
    "deleteaclentry" proxy slow remove(Entry) -> Command;
    /// The access list of a folder.
    "getacl" proxy read list(Folder) -> AccessLists;
    /// The present rights of a user in a folder, by all ways together.
    "geteffectiveacl" proxy read effective(Effective) -> EffectivePermissions;
    /// Sets whether the lists of the folders above apply in a folder too. They do by default.
    "setaclinheritance" proxy slow inherit(Inherit) -> Command;
    /// Removes the access list of a folder.
    "deleteacl" proxy slow delete(Folder) -> Command;
}

/// The kind of member that an entry names.
#[derive(Clone, Copy, Debug)]
pub enum MemberKind {
    User,
    Group,
}

/// Whether an entry allows or denies.
#[derive(Clone, Copy, Debug)]
pub enum Flag {
    Allow,
    Deny,
}

words! {
    MemberKind {
        User = "user",
        Group = "group",
    }
    Flag {
        Allow = "allow",
        Deny = "deny",
    }
}

/// Rights as letters.
#[derive(Clone, Copy, Debug)]
pub struct Letters(Rights);

/// The rights of each letter: reading includes downloading and syncing, sharing includes changing
/// access lists.
const LETTERS: [(char, Rights); 4] = [
    ('R', Rights::READ.with(Rights::DOWNLOAD).with(Rights::SYNC)),
    ('W', Rights::WRITE),
    ('D', Rights::DELETE),
    ('S', Rights::SHARE.with(Rights::MANAGE)),
];

impl Param for Letters {
    const SCHEMA: Schema = Schema::text("letters of RWDS").matching("^[RWDSrwds]+$");

    fn parse(text: &str) -> Result<Letters> {
        let rights_of = |letter: char| LETTERS.iter().find(|(one, _)| *one == letter.to_ascii_uppercase());
        let rights = text.trim().chars().map(|letter| rights_of(letter).map(|(_, rights)| *rights));
        let rights = rights.collect::<Option<Vec<Rights>>>().filter(|rights| !rights.is_empty());
        let all = rights.map(|rights| Letters(rights.into_iter().fold(NO_RIGHTS, Rights::with)));
        all.ok_or_else(|| {
            let sentence = "Rights are letters: R to read, W to write, D to delete, S to share.";
            Error::new(Code::Invalid, sentence)
        })
    }
}

params! {
    Folder {
        /// The full path of the folder.
        path: ShownPath,
    }
    Entry {
        /// The full path of the folder.
        path: ShownPath,
        /// Whether `value` is a user or a group.
        kind = "type": MemberKind,
        /// The name or e-mail address of a user, or the name or id of a group.
        value: String,
    }
    Add {
        /// The full path of the folder.
        path: ShownPath,
        /// Whether `value` is a user or a group.
        kind = "type": MemberKind,
        /// The name or e-mail address of a user, or the name or id of a group.
        value: String,
        /// Letters: `R` to read and download, `W` to write, `D` to delete, `S` to share and to set access lists.
        perm: Letters,
        /// Whether to allow or deny the rights.
        flag: Flag,
    }
    Inherit {
        /// The full path of the folder.
        path: ShownPath,
        /// 0 to ignore the lists above, 1 to apply them too.
        inherit: bool,
    }
    Effective {
        /// The full path of the folder.
        path: ShownPath,
        /// The name or e-mail address of a user.
        emailid: String,
    }
}

record! {
    /// The folder of an access list.
    AccessListMeta {
        /// The id of the list; empty without one.
        aclid: OrEmpty<Id>,
        /// The time when it was made; empty if there is no list.
        createddate: ListTime,
        /// The time when it was made; empty if there is no list.
        createdts: OrEmpty<Seconds>,
        /// The path of the folder.
        path: String,
        /// Whether the lists of the folders above apply too.
        inherit: bool,
        /// Number of entries for users.
        usercount: usize,
        /// Number of entries for groups.
        groupcount: usize,
    }
    /// An entry of an access list.
    AccessEntryRecord {
        /// The account; empty for a group.
        user: String,
        /// The id of the group; empty for an account.
        groupid: OrEmpty<Id>,
        /// Letters of RWDS.
        perm: String,
        /// Whether the rights are allowed or denied.
        flag: Flag,
        /// Whether it is for a user or a group.
        kind = "type": MemberKind,
        /// The name of the account or group.
        name: String as extension,
    }
    /// Facts about the rights of a user.
    EffectiveMeta {
        /// Always empty.
        message: Empty,
    }
    /// The rights of a user.
    EffectiveRecord {
        /// Whether they may look and download.
        read: bool,
        /// Whether they may add, change and rename.
        write: bool,
        /// Whether they may delete.
        delete: bool,
        /// Whether they may share it with others.
        share: bool,
    }
}

reply! {
    /// An access list.
    AccessLists = acls(AccessListMeta)[ace: AccessEntryRecord];
    /// The rights of a user in a folder.
    EffectivePermissions = permissions(EffectiveMeta)[perm: EffectiveRecord; 1];
}

fn add(context: &mut CallContext<'_>, user: &User, params: Add) -> Result<Reply> {
    let member = context.view().member_named(user, &named(params.kind, params.value))?;
    let is_allowed = matches!(params.flag, Flag::Allow);
    let entry = AccessEntry { member, is_allowed, rights: params.perm.0 };
    change(context, user, &params.path, ListChange::Set(entry))
}

fn remove(context: &mut CallContext<'_>, user: &User, params: Entry) -> Result<Reply> {
    let member = context.view().member_named(user, &named(params.kind, params.value))?;
    change(context, user, &params.path, ListChange::Remove(member))
}

fn inherit(context: &mut CallContext<'_>, user: &User, params: Inherit) -> Result<Reply> {
    change(context, user, &params.path, ListChange::Inherit(params.inherit))
}

fn delete(context: &mut CallContext<'_>, user: &User, params: Folder) -> Result<Reply> {
    change(context, user, &params.path, ListChange::Delete)
}

fn change(context: &mut CallContext<'_>, user: &User, path: &ShownPath, change: ListChange) -> Result<Reply> {
    let folder = context.view().manageable(user, path)?;
    let rows = context.cloud().change_access_list(&folder, change)?;
    context.commit(rows)?;
    Ok(Reply::done())
}

fn named(kind: MemberKind, value: String) -> Named {
    match (kind, parse_record_id(value.trim())) {
        (MemberKind::User, _) => Named::User(value),
        (MemberKind::Group, Some(id)) => Named::GroupId(id),
        (MemberKind::Group, None) => Named::GroupName(value),
    }
}

fn list(view: &CloudView<'_>, user: &User, params: Folder) -> Result<Reply<AccessLists>> {
    let folder = view.manageable(user, &params.path)?;
    let list = view.access_list(&folder)?;
    let is_user = |entry: &&NamedEntry| matches!(entry.entry.member, Member::User(_));
    let usercount = list.entries.iter().filter(is_user).count();
    let meta = AccessListMeta {
        aclid: OrEmpty(list.made.map(|(id, _)| Id(id))),
        createddate: ListTime(
            list.made.map_or(String::new(), |(_, created)| Clock::local().entry_time(created).text),
        ),
        createdts: OrEmpty(list.made.map(|(_, created)| Seconds(created))),
        path: folder.shown().to_string(),
        inherit: list.inherits,
        usercount,
        groupcount: list.entries.len() - usercount,
    };
    Ok(Reply::with_meta(meta, list.entries.into_iter().map(AccessEntryRecord::from).collect::<Vec<_>>()))
}

impl From<NamedEntry> for AccessEntryRecord {
    fn from(NamedEntry { name, entry }: NamedEntry) -> AccessEntryRecord {
        let letters = LETTERS.iter().filter(|(_, rights)| entry.rights.has(*rights));
        let (user, groupid, kind) = match entry.member {
            Member::User(_) => (name.clone(), None, MemberKind::User),
            Member::Group(id) => (String::new(), Some(Id(id)), MemberKind::Group),
        };
        AccessEntryRecord {
            user,
            groupid: OrEmpty(groupid),
            perm: letters.map(|(letter, _)| *letter).collect(),
            flag: if entry.is_allowed { Flag::Allow } else { Flag::Deny },
            kind,
            name,
        }
    }
}

fn effective(view: &CloudView<'_>, user: &User, params: Effective) -> Result<Reply<EffectivePermissions>> {
    let folder = view.readable(user, &params.path)?;
    let rights = view.effective_rights(user, &folder, &params.emailid)?;
    let perm = EffectiveRecord {
        read: rights.has(Rights::READ),
        write: rights.has(Rights::WRITE),
        delete: rights.has(Rights::DELETE),
        share: rights.has(Rights::SHARE),
    };
    Ok(Reply::with_meta(EffectiveMeta { message: Empty }, vec![perm]))
}
