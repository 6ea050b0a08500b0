//! The signed-in account: its settings, password and storage.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{AccountName, Nothing, params};
use crate::api::record::{Empty, OrEmpty, PlainTime, Seconds, SizeText, Total, Yes, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::schema::numbers;
use crate::api::user::session::UserLevel;
use crate::base::secret::Secret;
use crate::domain::CloudView;
use crate::domain::accounts::account::{self, AccountChange};
use crate::domain::accounts::actor::User;
use crate::domain::accounts::sessions;
use crate::domain::quota::usage;
use crate::error::{Code, Error, Result};
use crate::store::Write;
use crate::store::sessions::SessionRow;

ops! { ACCOUNT: User "Account"
    /// The settings of the signed-in account. `isadmin` and `hasprofileimage` are extensions: FileCloud does not send them.
    "getprofilesettings" user read settings(Nothing) -> ProfileSettings;
    /// Changes the password. All sessions of the account but this one end.
    "updatepassword" user slow update_password(UpdatePassword) -> Command;
    /// Changes the name that others see.
    "setdisplayname" user write set_display_name(SetDisplayName) -> Command;
    /// The sessions of the signed-in account, the last used first.
    "getsessions" user read list_sessions(Nothing) -> Sessions;
    /// Ends one session of the signed-in account, at once.
    "endsession" user write end_session(EndSession) -> Command;
    /// Ends all sessions of the signed-in account but this one, at once.
    "endothersessions" user write end_other_sessions(Nothing) -> Command;
    /// How much an account holds. Other people's only for an admin with `adminproxyuserid`.
    "getdiskusagedetails" proxy read disk_usage(DiskUsage) -> DiskUsageReply;
}

params! {
    UpdatePassword {
        /// The password so far.
        oldpassword: Secret,
        /// The new password.
        newpassword: Secret,
    }
    SetDisplayName {
        /// The new name, 1 to 200 bytes.
        dispname: String,
    }
    EndSession {
        /// The session's id, as `getsessions` tells it.
        id: String,
    }
    DiskUsage {
        /// Whose; without it, one's own.
        username: Option<AccountName>,
        /// 0 for details, 1 for a summary, 2 for both; all are always sent.
        level: Option<UsageLevel>,
    }
}

numbers! {
    /// What a client wants to know of an account's storage.
    UsageLevel { Details = 0, Summary = 1, Both = 2 }
}

record! {
    /// The settings of the signed-in account.
    Profile {
        /// The name of the account.
        nickname: String,
        /// The name of the account.
        peerid: String,
        /// The path of its files.
        profileroot: String,
        /// Not in use here.
        location: Empty,
        /// The name that others see.
        displayname: String,
        /// The e-mail address.
        email: String,
        /// Not in use here.
        secretqn: Empty,
        /// Not in use here.
        secretans: Empty,
        /// Not in use here.
        hint: Empty,
        /// Not in use here.
        dateformat: Empty,
        /// Whether the server is another machine than the client's.
        isremote: Yes,
        /// Not in use here.
        profileuserdatadir: Empty,
        /// Not in use here.
        emailverifytag: Empty,
        /// What the account may do.
        userlevel: OrEmpty<UserLevel>,
        /// Whether the account is an administrator's.
        isadmin: bool as extension,
        /// Whether `getprofileimage` has a picture of it.
        hasprofileimage: bool as extension,
    }
    /// How much an account holds.
    DiskUsageRecord {
        /// How many bytes it holds.
        storageusage: u64,
        /// How many bytes it may hold; 0 for no limit.
        sizelimit: u64,
        /// How much of that it holds, in percent.
        usagepercent: u64,
        /// Folders, with those in the recycle bin.
        totalfolders: u64,
        /// Files, with versions and those in the recycle bin.
        totalfiles: u64,
        /// What all of it takes up.
        totalsize: SizeText,
        /// What the versions take up.
        versionedsize: SizeText,
        /// How many versions there are.
        versionedfiles: u64,
        /// Files, without versions and the recycle bin.
        livefiles: u64,
        /// Folders, without the recycle bin.
        livefolders: u64,
        /// What these files take up.
        livesize: SizeText,
        /// Folders in the recycle bin.
        recyclefolders: u64,
        /// Files in the recycle bin.
        recyclefiles: u64,
        /// What the recycle bin takes up.
        recyclesize: SizeText,
        /// Unfinished uploads.
        incompletefiles: u64,
        /// What they take up.
        incompletesize: SizeText,
    }
    /// A session of an account.
    Session {
        /// The id, for `endsession` and `endsessionforuser`.
        id: String,
        /// `user` or `admin`: the side that was signed in to.
        side: String,
        /// When it began.
        created: PlainTime,
        /// When a call last used it.
        lastused: PlainTime,
        /// When it began.
        createdepochutc: Seconds,
        /// When a call last used it.
        lastusedepochutc: Seconds,
        /// The address that it began from.
        address: String,
        /// What the client called itself, or the name that the device was given.
        agent: String,
        /// Whether this is the session of the call.
        iscurrent: bool,
    }
}

reply! {
    /// The settings of the signed-in account.
    ProfileSettings = settings()[profilesettings: Profile; 1];
    /// How much an account holds.
    DiskUsageReply = diskusage()[usage: DiskUsageRecord; 1];
    /// The sessions of an account, the last used first.
    Sessions = sessions(Total)[session: Session];
}

fn settings(view: &CloudView<'_>, user: &User, _: Nothing) -> Result<Reply<ProfileSettings>> {
    let account = view
        .account(user.name())?
        .ok_or_else(|| Error::new(Code::Unauthenticated, "This account does not exist any more."))?;
    Ok(Reply::one(Profile {
        nickname: account.name.clone(),
        peerid: account.name.clone(),
        profileroot: format!("/{}", account.name),
        location: Empty,
        displayname: account.display_name,
        email: account.email.unwrap_or_default(),
        secretqn: Empty,
        secretans: Empty,
        hint: Empty,
        dateformat: Empty,
        isremote: Yes,
        profileuserdatadir: Empty,
        emailverifytag: Empty,
        userlevel: UserLevel::of(account.status),
        isadmin: account.is_admin,
        hasprofileimage: view.has_profile_image(user)?,
    }))
}

fn update_password(context: &mut CallContext<'_>, user: &User, params: UpdatePassword) -> Result<Reply> {
    let cloud = context.cloud();
    let signed_in = user.clone();
    cloud.check_own_password(user, &params.oldpassword, context.call.address())?;
    let hash = cloud.hash_new_password(&params.newpassword)?;
    context.commit(move |tx| account::change_own_password(tx, &signed_in, hash))?;
    Ok(Reply::done())
}

fn set_display_name(tx: &Write, user: &User, params: SetDisplayName) -> Result<Reply> {
    let change = AccountChange { display_name: Some(params.dispname), ..AccountChange::default() };
    account::change(tx, user.name(), &change)?;
    Ok(Reply::done())
}

fn disk_usage(view: &CloudView<'_>, user: &User, params: DiskUsage) -> Result<Reply<DiskUsageReply>> {
    let name = params.username.map_or_else(|| user.name().to_owned(), |name| name.0);
    if name != user.name() && !user.is_proxy() {
        return Err(Error::new(Code::Forbidden, "You may only see your own storage."));
    }
    let usage = view.account_usage(&view.existing_account(&name)?.name)?;
    let (used, limit) = (usage.bytes(), usage.quota_bytes);
    Ok(Reply::one(DiskUsageRecord {
        storageusage: used,
        sizelimit: limit,
        usagepercent: usage::percent(used, limit),
        totalfolders: usage.live.folders + usage.bin_folders,
        totalfiles: usage.live.files + usage.versions + usage.bin_files,
        totalsize: SizeText(used),
        versionedsize: SizeText(usage.versions_bytes),
        versionedfiles: usage.versions,
        livefiles: usage.live.files,
        livefolders: usage.live.folders,
        livesize: SizeText(usage.live.bytes),
        recyclefolders: usage.bin_folders,
        recyclefiles: usage.bin_files,
        recyclesize: SizeText(usage.bin_bytes),
        incompletefiles: usage.incomplete_files,
        incompletesize: SizeText(usage.incomplete_bytes),
    }))
}

fn list_sessions(view: &CloudView<'_>, user: &User, _: Nothing) -> Result<Reply<Sessions>> {
    let rows: Vec<Session> = view
        .sessions_of(user.session().account.id)?
        .iter()
        .map(|session| record(session, &user.session().id))
        .collect();
    Ok(Reply::counted(rows))
}

/// A session for lists; `current` is the id of the caller's own.
pub fn record(session: &SessionRow, current: &str) -> Session {
    Session {
        id: session.id.clone(),
        side: session.side.clone(),
        created: PlainTime(session.created),
        lastused: PlainTime(session.last_used),
        createdepochutc: Seconds(session.created),
        lastusedepochutc: Seconds(session.last_used),
        address: session.address.clone(),
        agent: session.agent.clone(),
        iscurrent: session.id == current,
    }
}

fn end_session(tx: &Write, user: &User, params: EndSession) -> Result<Reply> {
    sessions::end_by_id(tx, user.session().account.id, &params.id)?;
    Ok(Reply::done())
}

fn end_other_sessions(tx: &Write, user: &User, _: Nothing) -> Result<Reply> {
    sessions::end_all(tx, user.session().account.id, Some(user.session()))?;
    Ok(Reply::done())
}
