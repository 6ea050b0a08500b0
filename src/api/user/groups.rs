//! Groups and people, as somebody sees them who wants to share something.

use crate::api::admin::groups::{Groups, MemberRecord, counted, page_of};
use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{AccountName, RecordId, params};
use crate::api::record::{Id, No, StatusNumber, Total, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::schema::words;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::groups::{self, Maker};
use crate::domain::accounts::people::Person;
use crate::error::Result;
use crate::store::Write;
use crate::store::groups::GroupRow;

ops! { GROUPS: User "Groups and people"
    /// Groups that the caller may share with: those of the administrators, those that the caller is a member of, and the
    /// caller's own. The first is EVERYONE.
    "searchgroups" user read search(Search) -> Groups;
    /// The same, each with the names of its members, at most 1,000 of a group.
    "groups" user read groups_with_members(Search) -> GroupsWithMembers;
    /// Makes a group of the caller's own. Refused unless the caller is an administrator or `users_may_make_groups` is set. Its
    /// id is found by `searchgroups`.
    "addgroup" user slow add(Add) -> Command;
    /// Makes an account a member of a group of the caller's own.
    "addgroupmember" user write add_member(Member) -> Command;
    /// People whose name, display name or e-mail address contains a text. The caller is left out, but not of the members of
    /// a group, and so are accounts that cannot sign in.
    "searchprofiles" user read search_people(SearchPeople) -> Profiles;
    /// An older spelling of `searchprofiles`.
    "searchprofile" user read search_people(SearchPeople) -> Profiles;
}

/// What people are looked for.
#[derive(Clone, Copy, Debug)]
pub enum Context {
    Share,
    Group,
}

words! {
    Context {
        Share = "share",
        Group = "usergroup",
    }
}

params! {
    Search {
        /// Only groups whose name contains this text.
        filter: Option<String>,
        /// How many to pass over.
        start: u64 = 0,
        /// How many to send, all without it.
        limit: Option<u64>,
    }
    Add {
        /// The name, 1 to 100 bytes.
        groupname: String,
        /// An e-mail address that reaches the members.
        groupemail: Option<String>,
    }
    Member {
        /// The id of the group.
        groupid: RecordId,
        /// The account.
        username: AccountName,
    }
    SearchPeople {
        /// The text; empty for everybody.
        filter: Option<String>,
        /// `share`: people to share with; `usergroup`: members of the group `groupid`.
        context: Option<Context>,
        /// The id of a group, for the context `usergroup`.
        groupid: Option<RecordId>,
        /// Ignored.
        shareid: Option<String>,
        /// How many to pass over.
        start: u64 = 0,
        /// How many to send, 100 at most.
        limit: u64 = 100,
    }
}

record! {
    /// Somebody with an account.
    PersonRecord {
        /// The name of the account.
        userid: String,
        /// The name of the account.
        username: String,
        /// The e-mail address.
        emailid: String,
        /// 0 guest, 1 full, 2 disabled, 3 external.
        status: StatusNumber,
        /// The name that others see.
        displayname: String,
        /// Not told here.
        sizelimit: No,
        /// Whether there is a picture of the account.
        hasprofileimage: bool,
    }
}

record! {
    /// What belongs to sharing with people; only in the context `share`.
    ProfilesMeta {
        /// Whether mails can be looked at before they are sent: there is no mail.
        showemailpreview: No,
        /// Whether a mail tells people that something is shared with them.
        sendemail: No,
        /// When nobody matches: whether somebody new can be invited by mail.
        inviteallowed: Option<No>,
        /// When nobody matches: why not.
        invitenotallowederror: Option<&'static str>,
    }
    /// A group with its members.
    MemberedGroup {
        /// The id.
        groupid: Id,
        /// The name.
        groupname: String,
        /// An e-mail address that reaches the members; may be empty.
        emailid: String,
        /// Whether it is EVERYONE.
        everyonegroup: bool,
        /// How many members it has.
        membercount: u64,
        /// The members, by name.
        members: Vec<MemberRecord>,
    }
}

reply! {
    /// Groups with their members.
    GroupsWithMembers = groups(Total)[group: MemberedGroup];
    /// People.
    Profiles = profiles(Option<ProfilesMeta>)[profile: PersonRecord];
}

/// People in one answer.
const PEOPLE_MAX: u64 = 100;
/// Members that are told of one group.
const MEMBERS_MAX: u64 = 1000;

fn search(view: &CloudView<'_>, user: &User, params: Search) -> Result<Reply<Groups>> {
    let page = page_of(params.start, params.limit);
    let (total, groups) = counted(view.groups_seen_by(user, &params.filter.unwrap_or_default(), page)?);
    Ok(Reply::with_meta(total, groups))
}

fn groups_with_members(
    view: &CloudView<'_>,
    user: &User,
    params: Search,
) -> Result<Reply<GroupsWithMembers>> {
    let page = page_of(params.start, params.limit);
    let (groups, total) = view.groups_seen_by(user, &params.filter.unwrap_or_default(), page)?;
    let membered = |group: GroupRow| {
        let (members, _) = view.group_members(group.id, page_of(None, Some(MEMBERS_MAX)))?;
        Ok(MemberedGroup {
            groupid: Id(group.id),
            groupname: group.name,
            emailid: group.email,
            everyonegroup: group.is_everyone,
            membercount: group.member_count,
            members: members.into_iter().map(MemberRecord::from).collect(),
        })
    };
    let total = Total { total: usize::try_from(total).unwrap_or(usize::MAX) };
    Ok(Reply::with_meta(total, groups.into_iter().map(membered).collect::<Result<Vec<_>>>()?))
}

fn add(context: &mut CallContext<'_>, user: &User, params: Add) -> Result<Reply> {
    context.view().check_may_make_groups(user)?;
    let (user, email) = (user.clone(), params.groupemail.unwrap_or_default());
    context.commit(move |tx| groups::add(tx, Maker::User(&user), &params.groupname, &email))?;
    Ok(Reply::done())
}

fn add_member(tx: &Write, user: &User, params: Member) -> Result<Reply> {
    groups::add_member_by(tx, user, params.groupid.0, &params.username.0)?;
    Ok(Reply::done())
}

fn search_people(view: &CloudView<'_>, user: &User, params: SearchPeople) -> Result<Reply<Profiles>> {
    let limit = params.limit.min(PEOPLE_MAX);
    let page = page_of(params.start, Some(limit));
    let text = params.filter.unwrap_or_default();
    let people = match (params.context, params.groupid) {
        (Some(Context::Group), Some(group)) => view.people_in_group(user, group.0, &text, page)?,
        _ => view.people(user, &text, page)?,
    };
    let is_to_share = matches!(params.context, Some(Context::Share));
    let meta = is_to_share.then(|| ProfilesMeta {
        showemailpreview: No,
        sendemail: No,
        inviteallowed: people.is_empty().then_some(No),
        invitenotallowederror: people.is_empty().then_some("Nobody of this cloud has this name or address."),
    });
    Ok(Reply::with_meta(meta, people.into_iter().map(PersonRecord::from).collect::<Vec<_>>()))
}

impl From<Person> for PersonRecord {
    fn from(person: Person) -> PersonRecord {
        PersonRecord {
            userid: person.name.clone(),
            username: person.name,
            emailid: person.email,
            status: StatusNumber(person.status),
            displayname: person.display_name,
            sizelimit: No,
            hasprofileimage: person.has_image,
        }
    }
}
