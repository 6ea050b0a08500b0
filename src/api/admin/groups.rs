//! Groups of accounts, for administrators.

use crate::api::op::ops;
use crate::api::params::{AccountName, Direction, Ignored, RecordId, params};
use crate::api::record::{Id, MonthTime, No, Total, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::shown::{Noted, Titled};
use crate::api::texts::{Email, Line};
use crate::base::limits::GROUP_NAME_BYTES_MAX;
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::domain::accounts::groups::{self, Maker, Page};
use crate::error::Result;
use crate::store::Write;
use crate::store::groups::{GroupRow, MemberRow};

ops! { GROUPS: Admin "Groups"
    /// All groups, by name. The first is EVERYONE: all accounts are its members, and it cannot be
    /// changed.
    "getgroups" admin read list(List) -> Groups;
    /// The group with a name in any case.
    "getgroupbyname" admin read by_name(Name) -> Groups;
    /// Makes a group without members.
    "addgroup" admin write add(Add) -> OneGroup;
    /// Changes the name of a group and, if one is given, its e-mail address.
    "updategroup" admin write update(Update) -> OneGroup;
    /// Removes a group. Its members stay, and lose what was shared with the group.
    "deletegroup" admin write delete(Group) -> Command;
    /// The members of a group, by name.
    "getmembersforgroup" admin read members(Members) -> GroupMembers;
    /// Makes an account a member of a group.
    "addmembertogroup" admin write add_member(Member) -> Command;
    /// Takes an account out of a group.
    "deletememberfromgroup" admin write remove_member(Member) -> Command;
    /// The groups of an account.
    "getgroupsforuser" admin read of_user(OfUser) -> Groups;
}

params! {
    List {
        /// Only groups whose name contains this text.
        filter: Option<String>,
        /// Number of records to skip.
        start: u64 = 0,
        /// Maximum number of records; all if it is missing.
        limit: Option<u64>,
        /// Ignored: groups are sorted by name.
        sortfield: Ignored,
        /// 1 for ascending, -1 for descending.
        sortdir: Direction = 1,
    }
    Name {
        /// The name.
        groupname: String,
    }
    Add {
        /// The name.
        groupname: Titled<Line<GROUP_NAME_BYTES_MAX>>,
        /// An e-mail address that reaches the members.
        groupemail: Option<Email>,
    }
    Update {
        /// The id of the group.
        groupid: Noted<RecordId>,
        /// The new name.
        groupname: Titled<Line<GROUP_NAME_BYTES_MAX>>,
        /// The new e-mail address; unchanged if it is missing.
        groupemail: Option<Email>,
    }
    Group {
        /// The id of the group.
        groupid: Noted<RecordId>,
    }
    Members {
        /// The id of the group.
        groupid: Noted<RecordId>,
        /// Number of records to skip.
        start: u64 = 0,
        /// The position after the last to send; all without it.
        end: Option<u64>,
    }
    Member {
        /// The id of the group.
        groupid: Noted<RecordId>,
        /// The account.
        userid: AccountName,
    }
    OfUser {
        /// The account.
        username: AccountName,
        /// Number of records to skip.
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
        /// The time when it was made.
        createdon: MonthTime,
        /// Not in use here.
        autosyncgroup: No,
        /// Whether members leave it that a directory service does not have. There is none here.
        removemembersonsync: No,
        /// Whether it is EVERYONE.
        everyonegroup: bool,
        /// Number of members.
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
            removemembersonsync: No,
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

/// A reply with records and their number in all.
pub fn counted<Row, R: From<Row>>((rows, total): (Vec<Row>, u64)) -> (Total, Vec<R>) {
    let total = Total { total: usize::try_from(total).unwrap_or(usize::MAX) };
    (total, rows.into_iter().map(R::from).collect())
}

/// The part of a list from a position, with a number of entries.
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
    let email = params.groupemail.map_or_else(String::new, |email| email.0);
    groups::add(tx, Maker::Admin, &params.groupname, &email).map(|group| Reply::one(group.into()))
}

fn update(tx: &Write, _: &Admin, params: Update) -> Result<Reply<OneGroup>> {
    groups::change(
        tx,
        params.groupid.0,
        &params.groupname,
        params.groupemail.as_ref().map(|email| email.0.as_str()),
    )
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
