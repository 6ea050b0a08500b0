//! Groups of accounts, as an administrator makes and changes them.

use crate::api::op::ops;
use crate::api::params::{AccountName, Direction, RecordId, params};
use crate::api::record::{Id, MonthTime, No, Total, record, reply};
use crate::api::reply::{Command, Reply};
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::domain::accounts::groups::{self, Maker, Page};
use crate::error::Result;
use crate::store::Write;
use crate::store::groups::{GroupRow, MemberRow};

ops! { GROUPS: Admin "Groups"
    /// All groups, by name. The first is EVERYONE: all accounts are its members, and it stays as it is.
    "getgroups" admin read list(List) -> Groups;
    /// The group of a name, whatever its case.
    "getgroupbyname" admin read by_name(Name) -> Groups;
    /// Makes a group, without members.
    "addgroup" admin write add(Add) -> OneGroup;
    /// Gives a group another name, and another e-mail address where one is given.
    "updategroup" admin write update(Update) -> OneGroup;
    /// Removes a group. Its members stay; what was shared with the group is not shared with them any more.
    "deletegroup" admin write delete(Group) -> Command;
    /// The members of a group, by name.
    "getmembersforgroup" admin read members(Members) -> GroupMembers;
    /// Makes an account a member of a group.
    "addmembertogroup" admin write add_member(Member) -> Command;
    /// Takes an account out of a group.
    "deletememberfromgroup" admin write remove_member(Member) -> Command;
    /// The groups that an account is a member of.
    "getgroupsforuser" admin read of_user(OfUser) -> Groups;
}

params! {
    List {
        /// Only groups whose name contains this text.
        filter: Option<String>,
        /// How many to pass over.
        start: u64 = 0,
        /// How many to send, all without it.
        limit: Option<u64>,
        /// Ignored: groups are sorted by name.
        sortfield: Option<String>,
        /// 1 for ascending, -1 for descending.
        sortdir: Direction = 1,
    }
    Name {
        /// The name.
        groupname: String,
    }
    Add {
        /// The name, 1 to 100 bytes.
        groupname: String,
        /// An e-mail address that reaches the members.
        groupemail: Option<String>,
    }
    Update {
        /// The id of the group.
        groupid: RecordId,
        /// The new name, 1 to 100 bytes.
        groupname: String,
        /// The new e-mail address; it stays without this.
        groupemail: Option<String>,
    }
    Group {
        /// The id of the group.
        groupid: RecordId,
    }
    Members {
        /// The id of the group.
        groupid: RecordId,
        /// How many to pass over.
        start: u64 = 0,
        /// The position after the last to send; all without it.
        end: Option<u64>,
    }
    Member {
        /// The id of the group.
        groupid: RecordId,
        /// The account.
        userid: AccountName,
    }
    OfUser {
        /// The account.
        username: AccountName,
        /// How many to pass over.
        start: u64 = 0,
        /// The position after the last to send; all without it.
        end: Option<u64>,
    }
}

record! {
    /// A group of accounts.
    GroupRecord {
        /// The id.
        groupid: Id,
        /// The name.
        groupname: String,
        /// An e-mail address that reaches the members; may be empty.
        emailid: String,
        /// When it was made.
        createdon: MonthTime,
        /// Not in use here.
        autosyncgroup: No,
        /// Whether it is EVERYONE.
        everyonegroup: bool,
        /// How many members it has.
        membercount: u64,
    }
    /// A member of a group.
    MemberRecord {
        /// The name of the account.
        name: String,
        /// The name that others see.
        displayname: String as extension,
    }
}

reply! {
    /// Groups.
    Groups = groups(Total)[group: GroupRecord];
    /// One group.
    OneGroup = groups()[group: GroupRecord; 1];
    /// Members of a group.
    GroupMembers = members(Total)[member: MemberRecord];
}

impl From<GroupRow> for GroupRecord {
    fn from(group: GroupRow) -> GroupRecord {
        GroupRecord {
            groupid: Id(group.id),
            groupname: group.name,
            emailid: group.email,
            createdon: MonthTime(group.created),
            autosyncgroup: No,
            everyonegroup: group.is_everyone,
            membercount: group.member_count,
        }
    }
}

impl From<MemberRow> for MemberRecord {
    fn from(member: MemberRow) -> MemberRecord {
        MemberRecord { name: member.name, displayname: member.display_name }
    }
}

/// A document of records of which there are so many in all.
pub fn counted<Row, R: From<Row>>((rows, total): (Vec<Row>, u64)) -> (Total, Vec<R>) {
    let total = Total { total: usize::try_from(total).unwrap_or(usize::MAX) };
    (total, rows.into_iter().map(R::from).collect())
}

/// The part of a list that a position and a count name.
pub fn page_of(start: impl Into<Option<u64>>, limit: Option<u64>) -> Page {
    Page { start: start.into().unwrap_or(0), limit: limit.unwrap_or(u64::MAX) }
}

/// The part of a list between two positions.
fn page_to(start: u64, end: Option<u64>) -> Page {
    Page { start, limit: end.map_or(u64::MAX, |end| end.saturating_sub(start)) }
}

fn list(view: &CloudView<'_>, _: &Admin, params: List) -> Result<Reply<Groups>> {
    let page = page_of(params.start, params.limit);
    let is_descending = params.sortdir == Direction::Descending;
    let (total, groups) = counted(view.groups(&params.filter.unwrap_or_default(), page, is_descending)?);
    Ok(Reply::with_meta(total, groups))
}

fn by_name(view: &CloudView<'_>, _: &Admin, params: Name) -> Result<Reply<Groups>> {
    let group = view.group_of_name(&params.groupname)?;
    Ok(Reply::counted(vec![GroupRecord::from(group)]))
}

fn add(tx: &Write, _: &Admin, params: Add) -> Result<Reply<OneGroup>> {
    let email = params.groupemail.unwrap_or_default();
    groups::add(tx, Maker::Admin, &params.groupname, &email).map(|group| Reply::one(group.into()))
}

fn update(tx: &Write, _: &Admin, params: Update) -> Result<Reply<OneGroup>> {
    groups::change(tx, params.groupid.0, &params.groupname, params.groupemail.as_deref())
        .map(|group| Reply::one(group.into()))
}

fn delete(tx: &Write, _: &Admin, params: Group) -> Result<Reply> {
    groups::delete(tx, params.groupid.0)?;
    Ok(Reply::done())
}

fn members(view: &CloudView<'_>, _: &Admin, params: Members) -> Result<Reply<GroupMembers>> {
    let page = page_to(params.start, params.end);
    let (total, members) = counted(view.group_members(params.groupid.0, page)?);
    Ok(Reply::with_meta(total, members))
}

fn add_member(tx: &Write, _: &Admin, params: Member) -> Result<Reply> {
    groups::add_member(tx, params.groupid.0, &params.userid.0)?;
    Ok(Reply::done())
}

fn remove_member(tx: &Write, _: &Admin, params: Member) -> Result<Reply> {
    groups::remove_member(tx, params.groupid.0, &params.userid.0)?;
    Ok(Reply::done())
}

fn of_user(view: &CloudView<'_>, _: &Admin, params: OfUser) -> Result<Reply<Groups>> {
    let page = page_to(params.start, params.end);
    let (total, groups) = counted(view.groups_of(&params.username.0, page)?);
    Ok(Reply::with_meta(total, groups))
}
