//! Groups and people with whom somebody can share.

use crate::api::admin::groups::{Groups, MemberRecord, counted, page_of};
use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{AccountName, Ignored, RecordId, params};
use crate::api::record::{Id, No, StatusNumber, Total, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::schema::words;
use crate::api::shown::{Noted, Titled};
use crate::api::texts::{Email, Line};
use crate::base::limits::GROUP_NAME_BYTES_MAX;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::groups::{self, Maker};
use crate::domain::accounts::people::Person;
use crate::error::Result;
use crate::store::Write;
use crate::store::groups::GroupRow;

ops! { GROUPS: User "Groups and people"
    /// Groups with which the caller may share: those of the administrators, those of which the
    /// caller is a member, and the caller's own. The first is EVERYONE.
    "searchgroups" user read search(Search) -> Groups;
    /// The same groups with the names of their members, at most 1,000 of each group.
    "groups" user read groups_with_members(Search) -> GroupsWithMembers;
    /// Makes a group that belongs to the caller. Only administrators may do this, and everybody if
    /// `users_may_make_groups` is set. `searchgroups` has its id.
    "addgroup" user slow add(Add) -> Command;
    /// Makes an account a member of a group that belongs to the caller.
    "addgroupmember" user write add_member(Member) -> Command;
    /// People whose name, display name or e-mail address contains a text. Accounts that cannot sign
    /// in are left out. So is the caller, except among the members of a group.
    "searchprofiles" user read search_people(SearchPeople) -> Profiles;
    /// The older name of `searchprofiles`.
    "searchprofile" user read search_people(SearchPeople) -> Profiles;
}

/// The people among whom to search.
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
        /// Number of records to skip.
        start: u64 = 0,
        /// Maximum number of records; all if it is missing.
        limit: Option<u64>,
    }
    Add {
        /// The name, 1 to 100 bytes.
        groupname: Titled<Line<GROUP_NAME_BYTES_MAX>>,
        /// An e-mail address that reaches the members.
        groupemail: Option<Email>,
    }
    Member {
        /// The id of the group.
        groupid: Noted<RecordId>,
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
        shareid: Ignored,
        /// Number of records to skip.
        start: u64 = 0,
        /// Maximum number of records, at most 100.
        limit: u64 = 100,
    }
}

record! {
    /// A person with an account.
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
        /// Always 0: other people's limits are not shown.
        sizelimit: No,
        /// Whether the account has a picture.
        hasprofileimage: bool,
    }
}

record! {
    /// Facts about sharing with people; only in the context `share`.
    ProfilesMeta {
        /// Whether mails can be viewed before they are sent.
        showemailpreview: No,
        /// Whether `adduserstoshare` can tell people by mail.
        sendemail: bool,
        /// Only if nobody matches: whether a new person can be invited by mail.
        inviteallowed: Option<bool>,
        /// Only if nobody matches: why the caller cannot invite anybody.
        invitenotallowederror: Option<String>,
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
        /// Number of members.
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

/// Maximum number of people in a reply.
const PEOPLE_MAX: u64 = 100;
/// Maximum number of members for each group.
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
    let (user, email) = (user.clone(), params.groupemail.map_or_else(String::new, |email| email.0));
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
    let meta = is_to_share.then(|| {
        let refused = people.is_empty().then(|| view.check_may_invite(user).err());
        ProfilesMeta {
            showemailpreview: No,
            sendemail: view.sends_mail(),
            inviteallowed: refused.as_ref().map(Option::is_none),
            invitenotallowederror: refused.flatten().map(|error| error.into_message().into_owned()),
        }
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
