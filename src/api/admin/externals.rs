//! Network folders: further volumes, and the accounts and groups that have them.

use crate::api::admin::groups::page_of;
use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{AccountName, Ignored, RecordId, params};
use crate::api::record::{Id, Total, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::shown::{Noted, Titled};
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::domain::sharing::externals::{self, External};
use crate::error::Result;
use crate::store::shares::Member;

ops! { EXTERNALS: Admin "Network folders"
    /// The further disks: those in the setting `volumes`, and those that were added.
    "getexternals" admin read list(List) -> Externals;
    /// Adds a directory of the machine as a further disk. It must be below a directory in the
    /// setting `external_roots`. Nobody has the disk until it is given to them. If the name is
    /// taken, the answer is `Name already exists` with status 200, because client programs expect
    /// this.
    "addexternal" admin query add(Add) -> OneExternal;
    /// Changes the name of an added disk, or its directory if it is mounted elsewhere or was moved.
    /// Its users keep it. A directory that is not this disk is refused, because it would be another
    /// network folder.
    "updateexternal" admin slow update(Update) -> OneExternal;
    /// Removes an added disk from the cloud. The files in its directory stay.
    "deleteexternal" admin slow delete(Named) -> Command;
    /// Gives a disk to an account, to read or to read and write. The accounts in the setting
    /// `volumes` keep it too.
    "addusertoexternal" admin slow add_user(AddUser) -> Command;
    /// Takes a disk away from an account.
    "deleteuserfromexternal" admin slow remove_user(User) -> Command;
    /// The accounts to which a disk is given by name.
    "getusersforexternal" admin read users(Named) -> ExternalUsers;
    /// Gives a disk to a group.
    "addgrouptoexternal" admin slow add_group(AddGroup) -> Command;
    /// Takes a disk away from a group.
    "deletegroupfromexternal" admin slow remove_group(Group) -> Command;
    /// The groups to which a disk is given.
    "getgroupsforexternal" admin read groups(Named) -> ExternalGroups;
}

params! {
    List {
        /// Only disks whose name contains this text.
        filter: Option<String>,
        /// Number of records to skip.
        start: Option<u64>,
        /// The position after the last to send; all without it.
        end: Option<u64>,
    }
    Add {
        /// The name of the disk. Its path is `/EXTERNAL/<name>`.
        externalname: Titled<String>,
        /// The directory.
        location: String,
        /// Ignored: the machine mounts disks.
        automount: Ignored,
        /// Ignored.
        automounttype: Ignored,
        /// Ignored.
        automountparam1: Ignored,
        /// Ignored.
        perm: Ignored,
    }
    Update {
        /// The id of the disk.
        externalid: Noted<String>,
        /// The new name; unchanged if it is missing.
        externalname: Option<String>,
        /// The new directory; unchanged if it is missing.
        location: Option<String>,
        /// Ignored: the machine mounts disks.
        automount: Ignored,
        /// Ignored.
        automounttype: Ignored,
        /// Ignored.
        automountparam1: Ignored,
        /// Ignored.
        perm: Ignored,
    }
    Named {
        /// The id of the disk.
        externalid: Noted<String>,
    }
    AddUser {
        /// The id of the disk.
        externalid: Noted<String>,
        /// The account.
        userid: AccountName,
        /// 1 to let it write too.
        writemode: bool,
    }
    User {
        /// The id of the disk.
        externalid: Noted<String>,
        /// The account.
        userid: AccountName,
    }
    AddGroup {
        /// The id of the disk.
        externalid: Noted<String>,
        /// The id of the group.
        groupid: Noted<RecordId>,
        /// 1 to let its members write too.
        writemode: bool,
    }
    Group {
        /// The id of the disk.
        externalid: Noted<String>,
        /// The id of the group.
        groupid: Noted<RecordId>,
    }
}

record! {
    /// A further disk.
    ExternalRecord {
        /// The id.
        externalid: String,
        /// The name.
        name: String,
        /// The directory.
        location: String,
        /// Number of accounts to which it is given by name.
        numusers: usize,
        /// Number of groups to which it is given.
        numgroups: usize,
        /// Whether it was added here. Only then it can be changed and removed here.
        isadded: bool as extension,
    }
    /// An account to which a disk is given.
    ExternalUserRecord {
        /// The account.
        name: String,
        /// Whether it may write.
        writemode: bool,
        /// Whether it comes from the setting `volumes`. Then it cannot be changed here.
        isconfigured: bool as extension,
    }
    /// A group to which a disk is given.
    ExternalGroupRecord {
        /// The name.
        groupname: String,
        /// The id.
        id: Id,
        /// Whether its members may write.
        writemode: bool,
        /// Whether it comes from the setting `volumes`. Then it cannot be changed here.
        isconfigured: bool as extension,
    }
}

reply! {
    /// Further disks.
    Externals = externals(Total)[external: ExternalRecord];
    /// One further disk.
    OneExternal = externals()[external: ExternalRecord; 1];
    /// Accounts to which a disk is given.
    ExternalUsers = users(Total)[user: ExternalUserRecord];
    /// Groups to which a disk is given.
    ExternalGroups = groups(Total)[group: ExternalGroupRecord];
}

impl From<&External> for ExternalRecord {
    fn from(external: &External) -> ExternalRecord {
        ExternalRecord {
            externalid: external.id().to_owned(),
            name: external.volume.name.clone(),
            location: external.volume.directory.display().to_string(),
            numusers: external.users().count(),
            numgroups: external.groups().count(),
            isadded: external.is_added(),
        }
    }
}

fn list(view: &CloudView<'_>, _: &Admin, params: List) -> Result<Reply<Externals>> {
    let text = params.filter.unwrap_or_default().to_lowercase();
    let page = page_of(params.start, params.end.map(|end| end.saturating_sub(params.start.unwrap_or(0))));
    let all = view.externals()?;
    let found: Vec<&External> =
        all.iter().filter(|external| external.volume.name.to_lowercase().contains(&text)).collect();
    let start = usize::try_from(page.start).unwrap_or(usize::MAX);
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let shown = found.iter().skip(start).take(limit).map(|external| ExternalRecord::from(*external));
    Ok(Reply::with_meta(Total { total: found.len() }, shown.collect::<Vec<_>>()))
}

fn add(context: &mut CallContext<'_>, _: &Admin, params: Add) -> Result<Reply<OneExternal>> {
    let change = context.cloud().add_external(&params.externalname, &params.location)?;
    context.settle(change)?;
    one(context, params.externalname.trim())
}

fn update(context: &mut CallContext<'_>, _: &Admin, params: Update) -> Result<Reply<OneExternal>> {
    let external = context.view().external(&params.externalid)?;
    let given = |text: &'_ Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let (name, location) = (given(&params.externalname), given(&params.location));
    let change = context.cloud().change_external(&external, name.as_deref(), location.as_deref())?;
    context.settle(change)?;
    one(context, name.as_deref().unwrap_or(&external.volume.name).trim())
}

fn one(context: &CallContext<'_>, name: &str) -> Result<Reply<OneExternal>> {
    let external = context.view().external(name)?;
    Ok(Reply::one(ExternalRecord::from(&external)))
}

fn delete(context: &mut CallContext<'_>, _: &Admin, params: Named) -> Result<Reply> {
    let external = context.view().external(&params.externalid)?;
    let change = context.cloud().remove_external(&external)?;
    context.settle(change)?;
    Ok(Reply::done())
}

fn add_user(context: &mut CallContext<'_>, _: &Admin, params: AddUser) -> Result<Reply> {
    let member = context.view().external_user(&params.userid.0)?;
    give(context, &params.externalid, member, params.writemode)
}

fn add_group(context: &mut CallContext<'_>, _: &Admin, params: AddGroup) -> Result<Reply> {
    let member = context.view().external_group(params.groupid.0)?;
    give(context, &params.externalid, member, params.writemode)
}

fn give(context: &mut CallContext<'_>, id: &str, member: Member, may_write: bool) -> Result<Reply> {
    let external = context.view().external(id)?;
    context.commit(move |tx| externals::give(tx, &external, member, may_write))?;
    Ok(Reply::done())
}

fn remove_user(context: &mut CallContext<'_>, _: &Admin, params: User) -> Result<Reply> {
    let member = context.view().external_user(&params.userid.0)?;
    take(context, &params.externalid, member)
}

fn remove_group(context: &mut CallContext<'_>, _: &Admin, params: Group) -> Result<Reply> {
    let member = context.view().external_group(params.groupid.0)?;
    take(context, &params.externalid, member)
}

fn take(context: &mut CallContext<'_>, id: &str, member: Member) -> Result<Reply> {
    let external = context.view().external(id)?;
    context.commit(move |tx| externals::take(tx, &external, member))?;
    Ok(Reply::done())
}

fn users(view: &CloudView<'_>, _: &Admin, params: Named) -> Result<Reply<ExternalUsers>> {
    let external = view.external(&params.externalid)?;
    let users = external.users().map(|one| ExternalUserRecord {
        name: one.name.clone(),
        writemode: one.may_write,
        isconfigured: one.is_configured,
    });
    let users: Vec<_> = users.collect();
    Ok(Reply::with_meta(Total { total: users.len() }, users))
}

fn groups(view: &CloudView<'_>, _: &Admin, params: Named) -> Result<Reply<ExternalGroups>> {
    let external = view.external(&params.externalid)?;
    let record = |one: &externals::ExternalMember| {
        let (Member::User(id) | Member::Group(id)) = one.member;
        ExternalGroupRecord {
            groupname: one.name.clone(),
            id: Id(id),
            writemode: one.may_write,
            isconfigured: one.is_configured,
        }
    };
    let groups: Vec<_> = external.groups().map(record).collect();
    Ok(Reply::with_meta(Total { total: groups.len() }, groups))
}
