//! Network folders: further volumes, and to whom they are given.

use crate::api::admin::groups::page_of;
use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{AccountName, RecordId, params};
use crate::api::record::{Id, Total, record, reply};
use crate::api::reply::{Command, Reply};
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::domain::sharing::externals::{self, External};
use crate::error::Result;
use crate::store::shares::Member;

ops! { EXTERNALS: Admin "Network folders"
    /// The further disks: those of the setting `volumes`, and those that were added.
    "getexternals" admin read list(List) -> Externals;
    /// Adds a directory of the machine as a further disk, below one of those that the setting `external_roots` names. Nobody
    /// has it until it is given to them. A name that is taken is answered by `Name already exists`, with status 200, because
    /// programs look for that.
    "addexternal" admin query add(Add) -> OneExternal;
    /// Gives an added disk another name. Its directory stays.
    "updateexternal" admin slow update(Update) -> OneExternal;
    /// Removes an added disk from the cloud. What lies in its directory stays there.
    "deleteexternal" admin slow delete(Named) -> Command;
    /// Gives a disk to an account, to read or to read and write, beside those that the setting `volumes` names.
    "addusertoexternal" admin slow add_user(AddUser) -> Command;
    /// Takes a disk away from an account.
    "deleteuserfromexternal" admin slow remove_user(User) -> Command;
    /// The accounts that a disk is given to by their names.
    "getusersforexternal" admin read users(Named) -> ExternalUsers;
    /// Gives a disk to a group.
    "addgrouptoexternal" admin slow add_group(AddGroup) -> Command;
    /// Takes a disk away from a group.
    "deletegroupfromexternal" admin slow remove_group(Group) -> Command;
    /// The groups that a disk is given to.
    "getgroupsforexternal" admin read groups(Named) -> ExternalGroups;
}

params! {
    List {
        /// Only disks whose name contains this text.
        filter: Option<String>,
        /// How many to pass over.
        start: Option<u64>,
        /// The position after the last to send; all without it.
        end: Option<u64>,
    }
    Add {
        /// The name, which stands in paths as `/EXTERNAL/<name>`.
        externalname: String,
        /// The directory.
        location: String,
        /// Ignored: the machine mounts disks.
        automount: Option<String>,
        /// Ignored.
        automounttype: Option<String>,
        /// Ignored.
        automountparam1: Option<String>,
        /// Ignored.
        perm: Option<String>,
    }
    Update {
        /// The id of the disk.
        externalid: String,
        /// The new name.
        externalname: String,
        /// The directory, which stays.
        location: String,
        /// Ignored: the machine mounts disks.
        automount: Option<String>,
        /// Ignored.
        automounttype: Option<String>,
        /// Ignored.
        automountparam1: Option<String>,
        /// Ignored.
        perm: Option<String>,
    }
    Named {
        /// The id of the disk.
        externalid: String,
    }
    AddUser {
        /// The id of the disk.
        externalid: String,
        /// The account.
        userid: AccountName,
        /// 1 to let it write too.
        writemode: bool,
    }
    User {
        /// The id of the disk.
        externalid: String,
        /// The account.
        userid: AccountName,
    }
    AddGroup {
        /// The id of the disk.
        externalid: String,
        /// The id of the group.
        groupid: RecordId,
        /// 1 to let its members write too.
        writemode: bool,
    }
    Group {
        /// The id of the disk.
        externalid: String,
        /// The id of the group.
        groupid: RecordId,
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
        /// How many accounts it is given to by name.
        numusers: usize,
        /// How many groups it is given to.
        numgroups: usize,
    }
    /// An account that a disk is given to.
    ExternalUserRecord {
        /// The account.
        name: String,
        /// Whether it may write.
        writemode: bool,
    }
    /// A group that a disk is given to.
    ExternalGroupRecord {
        /// The name.
        groupname: String,
        /// The id.
        id: Id,
        /// Whether its members may write.
        writemode: bool,
    }
}

reply! {
    /// Further disks.
    Externals = externals(Total)[external: ExternalRecord];
    /// One further disk.
    OneExternal = externals()[external: ExternalRecord; 1];
    /// Accounts that a disk is given to.
    ExternalUsers = users(Total)[user: ExternalUserRecord];
    /// Groups that a disk is given to.
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
    let change = context.cloud().rename_external(&external, &params.externalname, &params.location)?;
    context.settle(change)?;
    one(context, params.externalname.trim())
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
    let users =
        external.users().map(|one| ExternalUserRecord { name: one.name.clone(), writemode: one.may_write });
    let users: Vec<_> = users.collect();
    Ok(Reply::with_meta(Total { total: users.len() }, users))
}

fn groups(view: &CloudView<'_>, _: &Admin, params: Named) -> Result<Reply<ExternalGroups>> {
    let external = view.external(&params.externalid)?;
    let record = |one: &externals::ExternalMember| {
        let (Member::User(id) | Member::Group(id)) = one.member;
        ExternalGroupRecord { groupname: one.name.clone(), id: Id(id), writemode: one.may_write }
    };
    let groups: Vec<_> = external.groups().map(record).collect();
    Ok(Reply::with_meta(Total { total: groups.len() }, groups))
}
