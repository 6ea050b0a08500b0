//! The signed-in account: its settings, password and storage.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{AccountName, Nothing, params};
use crate::api::record::{Empty, OrEmpty, PlainTime, Seconds, SizeText, Total, Yes, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::schema::numbers;
use crate::api::texts::{DisplayName, NewPassword};
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
    /// Changes the password. All other sessions of the account end.
    "updatepassword" user slow update_password(UpdatePassword) -> Command;
    /// Changes the name that others see.
    "setdisplayname" user write set_display_name(SetDisplayName) -> Command;
    /// The sessions of the signed-in account, the last used first.
    "getsessions" user read list_sessions(Nothing) -> Sessions;
    /// Ends one session of the signed-in account, at once.
    "endsession" user write end_session(EndSession) -> Command;
    /// Ends all other sessions of the signed-in account, at once.
    "endothersessions" user write end_other_sessions(Nothing) -> Command;
    /// The storage of an account. Only an admin with `adminproxyuserid` sees that of others.
    "getdiskusagedetails" proxy read disk_usage(DiskUsage) -> DiskUsageReply;
}

params! {
    UpdatePassword {
        /// The present password.
        oldpassword: Secret,
        /// The new password.
        newpassword: NewPassword,
    }
    SetDisplayName {
        /// The new name, 1 to 200 bytes.
        dispname: DisplayName,
    }
    EndSession {
        /// The session's id, as `getsessions` tells it.
        id: String,
    }
    DiskUsage {
        /// The account; the caller's own if it is missing.
        username: Option<AccountName>,
        /// 0 for details, 1 for a summary, 2 for both; all are always sent.
        level: Option<UsageLevel>,
    }
}

numbers! {
    /// The part of an account's storage report that a client wants.
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
        /// Whether the server runs on another machine than the client.
        isremote: Yes,
        /// Not in use here.
        profileuserdatadir: Empty,
        /// Not in use here.
        emailverifytag: Empty,
        /// The rights of the account.
        userlevel: OrEmpty<UserLevel>,
        /// Whether the account is an administrator's.
        isadmin: bool as extension,
        /// Whether the account has a picture for `getprofileimage`.
        hasprofileimage: bool as extension,
        /// Whether the e-mail address is known to be the owner's.
        isemailverified: bool as extension,
        /// The path below which the account finds its team folders; empty if it has none.
        teamfolders: String as extension,
    }
    /// The storage of an account.
    DiskUsageRecord {
        /// Used storage in bytes.
        storageusage: u64,
        /// Storage limit in bytes; 0 for no limit.
        sizelimit: u64,
        /// Used storage in percent of the limit.
        usagepercent: u64,
        /// Number of folders, including the recycle bin.
        totalfolders: u64,
        /// Number of files, including versions and the recycle bin.
        totalfiles: u64,
        /// Size of all of them.
        totalsize: SizeText,
        /// Size of the versions.
        versionedsize: SizeText,
        /// Number of versions.
        versionedfiles: u64,
        /// Number of files without versions and the recycle bin.
        livefiles: u64,
        /// Number of folders without the recycle bin.
        livefolders: u64,
        /// Size of these files.
        livesize: SizeText,
        /// Number of folders in the recycle bin.
        recyclefolders: u64,
        /// Number of files in the recycle bin.
        recyclefiles: u64,
        /// Size of the recycle bin.
        recyclesize: SizeText,
        /// Number of unfinished uploads.
        incompletefiles: u64,
        /// Size of the unfinished uploads.
        incompletesize: SizeText,
    }
    /// A session of an account.
    Session {
        /// The id, for `endsession` and `endsessionforuser`.
        id: String,
        /// The side of the session: `user` or `admin`.
        side: String,
        /// The time when it began.
        created: PlainTime,
        /// The time of the last call in it.
        lastused: PlainTime,
        /// The time when it began.
        createdepochutc: Seconds,
        /// The time of the last call in it.
        lastusedepochutc: Seconds,
        /// The address of the client when it began.
        address: String,
        /// The name of the client or of the paired device.
        agent: String,
        /// Whether this is the session of this call.
        iscurrent: bool,
    }
}

reply! {
    /// The settings of the signed-in account.
    ProfileSettings = settings()[profilesettings: Profile; 1];
    /// The storage of an account.
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
        isemailverified: account.verified,
        teamfolders: view.team_folders_of(user)?.map(|path| path.to_string()).unwrap_or_default(),
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
    let change = AccountChange { display_name: Some(params.dispname.0), ..AccountChange::default() };
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

/// A session for lists; `current` is the id of the caller's session.
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
