//! Accounts, for administrators.

use crate::api::call_context::CallContext;
use crate::api::dates::EndDate;
use crate::api::op::ops;
use crate::api::params::{AccountName, Change, Gigabytes, Nothing, params};
use crate::api::record::{
    Empty, No, OrEmpty, PlainTime, Seconds, SizeText, StatusNumber, Total, record, reply,
};
use crate::api::reply::{Command, Reply};
use crate::api::schema::numbers;
use crate::api::texts::{DisplayName, Email, NewPassword};
use crate::api::user::account::{Session, Sessions, record as session_record};
use crate::base::limits::LATEST_MAX;
use crate::base::path::BIN_NAME;
use crate::base::secret::Secret;
use crate::base::size::GIGABYTE;
use crate::base::user_name::UserName;
use crate::domain::CloudView;
use crate::domain::accounts::account::{self, AccountChange};
use crate::domain::accounts::actor::Admin;
use crate::domain::accounts::sessions;
use crate::domain::accounts::sign_up::{self, Waits};
use crate::domain::quota::usage::AccountUsage;
use crate::error::{Code, Error, Reason, Result};
use crate::store::Write;
use crate::store::roots::FORMER;
use crate::store::users::AccountStatus;
use crate::store::users::UserRow;
use std::collections::HashMap;

ops! { USERS: Admin "Users"
    /// Accounts whose name, display name or e-mail address contains a text.
    "search" admin read search(Search) -> Users;
    /// The newest accounts, the newest first.
    "getlatestusersadded" admin read latest(Nothing) -> Users;
    /// One account.
    "getuser" admin read get(Get) -> OneUser;
    /// Makes an account.
    "adduser" admin slow add(Add) -> Command;
    /// Changes the given values of an account.
    "updateuser" admin slow update(Update) -> Command;
    /// The storage of an account.
    "getuserusage" admin read usage(Get) -> UserUsage;
    /// The sessions of an account, the last used first.
    "getsessionsforuser" admin read list_sessions(Get) -> Sessions;
    /// Ends one session of an account, at once.
    "endsessionforuser" admin write end_session(EndSession) -> Command;
    /// Removes an account. Its files go to its recycle bin, which only administrators see, with
    /// `adminproxyuserid`; the message has the path. A later account with the same name has nothing
    /// of it.
    "deleteuser" admin slow delete(Profile) -> Command;
    /// Gives an account a new password. All its sessions end.
    "setuserpassword" admin slow set_password(SetPassword) -> Command;
    /// Removes the second factor of an account whose owner has lost it. All its sessions end, and
    /// its owner is notified.
    "resetsecondfactor" admin slow reset_second_factor(Get) -> Command;
    /// Makes an account an administrator, or an ordinary user again.
    "setadminstatus" admin write set_admin_status(SetAdminStatus) -> Command;
}

params! {
    Search {
        /// The text; empty for all accounts.
        keyword: Option<String>,
        /// Number of records to skip.
        start: u64 = 0,
        /// The position after the last to send; without it, all.
        end: Option<u64>,
        /// Only accounts of this status: 0 guest, 1 full, 2 disabled, 3 external.
        status: Option<AccountStatus>,
        /// 1 for administrators only.
        admin: bool = false,
    }
    Get {
        /// The account.
        username: AccountName,
    }
    Add {
        /// The name: letters, digits and . _ - @.
        username: UserName,
        /// The e-mail address.
        email: Option<Email>,
        /// The password.
        password: NewPassword,
        /// Only 0, an account of this cloud.
        authtype: Option<AccountKind>,
        /// 0 guest, 1 full, 2 disabled, 3 external.
        status: AccountStatus = 1,
        /// The name that others see.
        displayname: Option<DisplayName>,
    }
    Update {
        /// The account.
        profile: AccountName,
        /// The e-mail address; empty removes it.
        email: Change<Email>,
        /// The storage limit in GB; 0 for none.
        size: Option<Gigabytes>,
        /// 0 guest, 1 full, 2 disabled, 3 external. Disabling ends all sessions at once.
        status: Option<AccountStatus>,
        /// Whether the e-mail address is verified.
        verified: Option<bool>,
        /// The name that others see.
        displayname: Option<DisplayName>,
        /// The last day of the account; empty for never.
        expirationdate: Change<EndDate>,
        /// 1 for an administrator.
        adminstatus: Option<bool>,
    }
    Profile {
        /// The account.
        profile: AccountName,
    }
    SetPassword {
        /// The account.
        profile: AccountName,
        /// The new password.
        password: NewPassword,
        /// The new password again, if the client asks for it twice.
        passwordconfirm: Option<Secret>,
    }
    EndSession {
        /// The account.
        username: AccountName,
        /// The session's id, as `getsessionsforuser` tells it.
        id: String,
    }
    SetAdminStatus {
        /// The account.
        profile: AccountName,
        /// 1 for an administrator, 0 for an ordinary user.
        adminstatus: bool,
    }
}

numbers! {
    /// The kind of an account.
    AccountKind { Local = 0 }
}

record! {
    /// An account.
    UserRecord {
        /// The name.
        username: String,
        /// The e-mail address.
        email: String,
        /// The e-mail address.
        emailid: String,
        /// The name that others see.
        displayname: String,
        /// The time when it was made.
        created: PlainTime,
        /// The time when it was made.
        createdepochutc: Seconds as extension,
        /// 0 guest, 1 full, 2 disabled, 3 external.
        status: StatusNumber,
        /// Storage limit in bytes; 0 for no limit.
        total: u64,
        /// Storage limit in GB; 0 for no limit.
        sizeingb: String,
        /// Storage limit; empty for no limit.
        size: OrEmpty<SizeText>,
        /// Whether the e-mail address is verified.
        verified: bool,
        /// Whether it is an administrator's.
        adminstatus: bool,
        /// Not in use here.
        sharemode: Empty,
        /// Not in use here.
        disablemyfilessync: No,
        /// Not in use here.
        disablenetworksync: No,
        /// The time of the last sign-in; empty for never.
        lastlogindate: OrEmpty<PlainTime>,
        /// The time of the last sign-in; 0 for never.
        lastloginepochutc: Seconds as extension,
        /// The kind of account: 0, an account of this cloud.
        authtype: No,
        /// The last day of the account; empty for never.
        expirationdate: OrEmpty<PlainTime>,
        /// Used storage. `search` tells it without unfinished uploads, as the index knows it.
        sizeusedwithshares: Option<SizeText>,
        /// Used storage.
        sizeusedwithoutshares: Option<SizeText>,
        /// Free storage.
        freespace: Option<SizeText>,
        /// Whether it has a second factor. Only `getuser` sends this field.
        hassecondfactor: Option<bool> as extension,
        /// The reason why a new account cannot be used yet: `admin` if an administrator has to
        /// allow it, `email` if its e-mail address is not verified; empty for none.
        waits: Waits as extension,
    }
    /// The storage of an account.
    UserUsageRecord {
        /// The name.
        username: String,
        /// Used storage.
        sizeusedwithshares: SizeText,
        /// Used storage.
        sizeusedwithoutshares: SizeText,
        /// Free storage.
        freespace: SizeText,
        /// Bytes of its files.
        livebytes: u64 as extension,
        /// Number of files.
        livefiles: u64 as extension,
        /// Bytes of versions.
        versionsbytes: u64 as extension,
        /// Bytes in its recycle bin.
        binbytes: u64 as extension,
        /// Bytes of unfinished uploads.
        incompletebytes: u64 as extension,
        /// Sum of these bytes.
        totalbytes: u64 as extension,
        /// Storage limit in bytes; 0 for no limit.
        quotabytes: u64 as extension,
    }
}

reply! {
    /// Accounts.
    Users = users(Total)[user: UserRecord];
    /// One account, or nothing.
    OneUser = users()[user: UserRecord];
    /// The storage of an account.
    UserUsage = usages()[usage: UserUsageRecord; 1];
}

fn search(view: &CloudView<'_>, _: &Admin, params: Search) -> Result<Reply<Users>> {
    let (users, _) = view.search_accounts(params.keyword.as_deref().unwrap_or(""), 0, u64::MAX)?;
    let wanted = |user: &&UserRow| {
        params.status.is_none_or(|status| user.status == status) && (user.is_admin || !params.admin)
    };
    let users: Vec<&UserRow> = users.iter().filter(wanted).collect();
    let position = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let start = position(params.start).min(users.len());
    let end = params.end.map_or(users.len(), position).clamp(start, users.len());
    let waiting = view.waiting_accounts()?;
    let rows = users[start..end].iter().map(|user| {
        let usage = view.indexed_usage(&user.name)?;
        with_storage(view, told(user, &waiting), &usage)
    });
    Ok(Reply::with_meta(Total { total: users.len() }, rows.collect::<Result<Vec<_>>>()?))
}

fn latest(view: &CloudView<'_>, _: &Admin, _: Nothing) -> Result<Reply<Users>> {
    let (mut users, _) = view.search_accounts("", 0, u64::MAX)?;
    users.sort_by_key(|user| std::cmp::Reverse((user.created, user.id)));
    users.truncate(LATEST_MAX);
    let waiting = view.waiting_accounts()?;
    Ok(Reply::counted(users.iter().map(|user| told(user, &waiting)).collect::<Vec<_>>()))
}

fn get(view: &CloudView<'_>, _: &Admin, params: Get) -> Result<Reply<OneUser>> {
    let Some(user) = view.account(&params.username.0)? else {
        return Ok(Reply::list(Vec::new()));
    };
    let usage = view.account_usage(&user.name)?;
    Ok(Reply::one(UserRecord {
        hassecondfactor: Some(view.has_second_factor(user.id)?),
        ..with_storage(view, told(&user, &view.waiting_accounts()?), &usage)?
    }))
}

/// An account with the storage that it uses. What others share with it is theirs.
fn with_storage(view: &CloudView<'_>, record: UserRecord, usage: &AccountUsage) -> Result<UserRecord> {
    let used = usage.bytes();
    let free = match view.free_bytes(usage) {
        // An administrator looks after accounts also while their disk is away.
        Err(error) if error.code == Code::Offline || error.is_of_unready_disk() => None,
        found => Some(SizeText(found?)),
    };
    Ok(UserRecord {
        sizeusedwithshares: Some(SizeText(used)),
        sizeusedwithoutshares: Some(SizeText(used)),
        freespace: free,
        ..record
    })
}

fn usage(view: &CloudView<'_>, _: &Admin, params: Get) -> Result<Reply<UserUsage>> {
    let user = view.existing_account(&params.username.0)?;
    let usage = view.account_usage(&user.name)?;
    Ok(Reply::one(UserUsageRecord {
        username: user.name,
        sizeusedwithshares: SizeText(usage.bytes()),
        sizeusedwithoutshares: SizeText(usage.bytes()),
        freespace: SizeText(view.free_bytes(&usage)?),
        livebytes: usage.live.bytes,
        livefiles: usage.live.files,
        versionsbytes: usage.versions_bytes,
        binbytes: usage.bin_bytes,
        incompletebytes: usage.incomplete_bytes,
        totalbytes: usage.bytes(),
        quotabytes: usage.quota_bytes,
    }))
}

fn list_sessions(view: &CloudView<'_>, admin: &Admin, params: Get) -> Result<Reply<Sessions>> {
    let user = view.existing_account(&params.username.0)?;
    let sessions = view.sessions_of(user.id)?;
    let rows: Vec<Session> =
        sessions.iter().map(|session| session_record(session, &admin.session().id)).collect();
    Ok(Reply::counted(rows))
}

fn end_session(tx: &Write, admin: &Admin, params: EndSession) -> Result<Reply> {
    admin.check_may_change_account(tx, &params.username.0, false)?;
    let user = account::existing(tx, &params.username.0)?;
    sessions::end_by_id(tx, user.id, &params.id)?;
    Ok(Reply::done())
}

fn told(user: &UserRow, waiting: &HashMap<i64, Waits>) -> UserRecord {
    UserRecord {
        username: user.name.clone(),
        email: user.email.clone().unwrap_or_default(),
        emailid: user.email.clone().unwrap_or_default(),
        displayname: user.display_name.clone(),
        created: PlainTime(user.created),
        createdepochutc: Seconds(user.created),
        status: StatusNumber(user.status),
        total: user.quota_bytes,
        sizeingb: format!("{}", user.quota_bytes as f64 / GIGABYTE),
        size: OrEmpty((user.quota_bytes > 0).then_some(SizeText(user.quota_bytes))),
        verified: user.verified,
        adminstatus: user.is_admin,
        sharemode: Empty,
        disablemyfilessync: No,
        disablenetworksync: No,
        lastlogindate: OrEmpty(user.last_login.map(PlainTime)),
        lastloginepochutc: Seconds(user.last_login.unwrap_or(0)),
        authtype: No,
        expirationdate: OrEmpty(user.expires.map(PlainTime)),
        sizeusedwithshares: None,
        sizeusedwithoutshares: None,
        freespace: None,
        hassecondfactor: None,
        waits: waiting.get(&user.id).copied().unwrap_or(Waits::No),
    }
}

fn add(context: &mut CallContext<'_>, _: &Admin, params: Add) -> Result<Reply> {
    let mut account = context.cloud().prepare_account(params.username, &params.password)?;
    account.email = params.email.map(|email| email.0);
    account.display_name = params.displayname.map(|name| name.0);
    account.status = params.status;
    context.settle(context.cloud().add_account(account))?;
    Ok(Reply::done())
}

fn update(context: &mut CallContext<'_>, admin: &Admin, params: Update) -> Result<Reply> {
    let change = AccountChange {
        display_name: params.displayname.map(|name| name.0),
        email: params.email.0.map(|email| email.map_or_else(String::new, |email| email.0)),
        status: params.status,
        is_admin: params.adminstatus,
        quota_bytes: params.size.map(|size| size.0),
        verified: params.verified,
        expires: params.expirationdate.0.map(|day| day.map(|day| day.0)),
        password_hash: None,
    };
    let view = context.view();
    let link = view.sends_mail().then(|| format!("{}/", view.best_address()));
    let (admin, makes_admin) = (admin.clone(), params.adminstatus == Some(true));
    context.commit(move |tx| {
        admin.check_may_change_account(tx, &params.profile.0, makes_admin)?;
        sign_up::change_account(tx, &params.profile.0, &change, link.as_deref())
    })?;
    Ok(Reply::done())
}

fn delete(context: &mut CallContext<'_>, admin: &Admin, params: Profile) -> Result<Reply> {
    if params.profile.0 == admin.name() {
        return Err(
            Error::new(Code::Conflict, "You cannot delete your own account.").for_reason(Reason::OwnAccount)
        );
    }
    let account = context.view().existing_account(&params.profile.0)?;
    context.view().check_may_change_account(admin, &account.name)?;
    let change = context.cloud().remove_account(&account.name, admin.name())?;
    context.settle(change)?;
    let (name, id) = (account.name, account.id);
    Ok(Reply::said(format!("Administrators find the files of {name} in /{name}{FORMER}{id}/{BIN_NAME}.")))
}

fn set_password(context: &mut CallContext<'_>, admin: &Admin, params: SetPassword) -> Result<Reply> {
    if params.passwordconfirm.is_some_and(|again| !again.matches(params.password.reveal())) {
        return Err(Error::new(Code::Invalid, "The two passwords are not the same."));
    }
    let hash = context.cloud().hash_new_password(&params.password)?;
    let change = AccountChange { password_hash: Some(hash), ..AccountChange::default() };
    let admin = admin.clone();
    context.commit(move |tx| {
        admin.check_may_change_account(tx, &params.profile.0, false)?;
        account::change(tx, &params.profile.0, &change)
    })?;
    Ok(Reply::done())
}

fn reset_second_factor(context: &mut CallContext<'_>, admin: &Admin, params: Get) -> Result<Reply> {
    context.view().check_may_change_account(admin, &params.username.0)?;
    let change = context.cloud().reset_second_factor(&params.username.0, Some(admin.session().account.id))?;
    context.settle(change)?;
    Ok(Reply::done())
}

fn set_admin_status(tx: &Write, admin: &Admin, params: SetAdminStatus) -> Result<Reply> {
    admin.check_may_change_account(tx, &params.profile.0, params.adminstatus)?;
    let change = AccountChange { is_admin: Some(params.adminstatus), ..AccountChange::default() };
    account::change(tx, &params.profile.0, &change)?;
    Ok(Reply::done())
}
