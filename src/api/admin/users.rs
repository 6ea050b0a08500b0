//! Accounts, as an administrator sees and changes them.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{AccountName, Change, params};
use crate::api::reply::{Reply, Row};
use crate::api::user::account::record as session_record;
use crate::base::path::BIN_NAME;
use crate::base::secret::Secret;
use crate::base::size::size_text;
use crate::base::time::{parse_end, plain_text};
use crate::base::user_name::UserName;
use crate::domain::CloudView;
use crate::domain::accounts::account::{self, AccountChange};
use crate::domain::accounts::account_status::Status;
use crate::domain::accounts::actor::Admin;
use crate::domain::accounts::sessions;
use crate::error::{Code, Error, Result};
use crate::store::Write;
use crate::store::roots::FORMER;
use crate::store::users::UserRow;

ops! { USERS: Admin "Users"
    /// Accounts whose name, display name or e-mail address contains a text.
    "search" admin read search(Search);
    /// One account.
    "getuser" admin read get(Get);
    /// Makes an account.
    "adduser" admin slow add(Add);
    /// Changes what is given of an account.
    "updateuser" admin write update(Update);
    /// What an account holds.
    "getuserusage" admin read usage(Get);
    /// The sessions of an account, the last used first.
    "getsessionsforuser" admin read list_sessions(Get);
    /// Ends one session of an account, at once.
    "endsessionforuser" admin write end_session(EndSession);
    /// Removes an account. Its files go to its recycle bin, which stays for administrators with `adminproxyuserid`; the
    /// message tells where. Another account of the name finds nothing of it.
    "deleteuser" admin slow delete(Profile);
    /// Gives an account a new password. All its sessions end.
    "setuserpassword" admin slow set_password(SetPassword);
    /// Makes an account an administrator, or takes that away.
    "setadminstatus" admin write set_admin_status(SetAdminStatus);
}

params! {
    Search {
        /// The text; empty for all accounts.
        keyword: Option<String>,
        /// How many to pass over.
        start: Option<u64>,
        /// The position after the last to send; without it, all.
        end: Option<u64>,
        /// Only accounts of this status: 0 guest, 1 full, 2 disabled, 3 external.
        status: Option<i64>,
        /// 1 for administrators only.
        admin: Option<bool>,
    }
    Get {
        /// The account.
        username: AccountName,
    }
    Add {
        /// The name: letters, digits and . _ - @.
        username: UserName,
        /// The e-mail address.
        email: Option<String>,
        /// The password.
        password: Secret,
        /// Only 0, an account of this cloud.
        authtype: Option<i64>,
        /// 0 guest, 1 full, 2 disabled, 3 external; full without it.
        status: Option<i64>,
        /// The name that others see.
        displayname: Option<String>,
    }
    Update {
        /// The account.
        profile: AccountName,
        /// The e-mail address; empty removes it.
        email: Change,
        /// The storage limit in GB; 0 for none.
        size: Option<String>,
        /// 0 guest, 1 full, 2 disabled, 3 external. Disabling ends all sessions at once.
        status: Option<i64>,
        /// Whether the e-mail address is verified.
        verified: Option<bool>,
        /// The name that others see.
        displayname: Option<String>,
        /// The last day of the account; empty for never.
        expirationdate: Change,
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
        password: Secret,
        /// The new password again, where the client asks twice.
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
        /// 1 for an administrator, 0 for none.
        adminstatus: bool,
    }
}

const GB: f64 = (1024 * 1024 * 1024) as f64;

fn search(view: &CloudView<'_>, _: &Admin, params: Search) -> Result<Reply> {
    let (users, _) = view.search_accounts(params.keyword.as_deref().unwrap_or(""), 0, u64::MAX)?;
    let wanted = |user: &&UserRow| {
        params.status.is_none_or(|status| user.status == status)
            && (user.is_admin || !params.admin.unwrap_or(false))
    };
    let users: Vec<&UserRow> = users.iter().filter(wanted).collect();
    let position = |number: Option<u64>| number.map(|number| usize::try_from(number).unwrap_or(usize::MAX));
    let start = position(params.start).unwrap_or(0).min(users.len());
    let end = position(params.end).unwrap_or(users.len()).clamp(start, users.len());
    let meta = Row::new().number("total", users.len() as u64);
    let rows: Vec<Row> = users[start..end].iter().map(|user| record(user)).collect();
    Ok(Reply::records("users", Some(meta), "user", rows))
}

fn get(view: &CloudView<'_>, _: &Admin, params: Get) -> Result<Reply> {
    let Some(user) = view.account(&params.username.0)? else {
        return Ok(Reply::records("users", None, "user", Vec::<Row>::new()));
    };
    let usage = view.account_usage(&user.name)?;
    let used = usage.bytes();
    let free = view.free_bytes(&usage)?;
    let row = record(&user)
        .text("sizeusedwithshares", size_text(used))
        .text("sizeusedwithoutshares", size_text(used))
        .text("freespace", size_text(free));
    Ok(Reply::record("users", "user", row))
}

fn usage(view: &CloudView<'_>, _: &Admin, params: Get) -> Result<Reply> {
    let user = view.existing_account(&params.username.0)?;
    let usage = view.account_usage(&user.name)?;
    let free = view.free_bytes(&usage)?;
    let row = Row::new()
        .text("username", user.name)
        .text("sizeusedwithshares", size_text(usage.bytes()))
        .text("sizeusedwithoutshares", size_text(usage.bytes()))
        .text("freespace", size_text(free))
        .number("livebytes", usage.live.bytes)
        .number("livefiles", usage.live.files)
        .number("versionsbytes", usage.versions_bytes)
        .number("binbytes", usage.bin_bytes)
        .number("incompletebytes", usage.incomplete_bytes)
        .number("totalbytes", usage.bytes())
        .number("quotabytes", usage.quota_bytes);
    Ok(Reply::record("usages", "usage", row))
}

fn list_sessions(view: &CloudView<'_>, admin: &Admin, params: Get) -> Result<Reply> {
    let user = view.existing_account(&params.username.0)?;
    let sessions = view.sessions_of(user.id)?;
    let rows: Vec<Row> =
        sessions.iter().map(|session| session_record(session, &admin.session().id)).collect();
    Ok(Reply::records("sessions", Some(Row::new().number("total", rows.len())), "session", rows))
}

fn end_session(tx: &Write, _: &Admin, params: EndSession) -> Result<Reply> {
    let user = account::existing(tx, &params.username.0)?;
    sessions::end_by_id(tx, user.id, &params.id)?;
    Ok(Reply::done())
}

fn record(user: &UserRow) -> Row {
    let date = |seconds: Option<i64>| seconds.map(plain_text).unwrap_or_default();
    Row::new()
        .text("username", user.name.clone())
        .text("email", user.email.clone().unwrap_or_default())
        .text("emailid", user.email.clone().unwrap_or_default())
        .text("displayname", user.display_name.clone())
        .text("created", plain_text(user.created))
        .number("createdepochutc", user.created)
        .number("status", user.status)
        .number("total", user.quota_bytes)
        .text("sizeingb", format!("{}", user.quota_bytes as f64 / GB))
        .text("size", if user.quota_bytes > 0 { size_text(user.quota_bytes) } else { String::new() })
        .number("verified", i64::from(user.verified))
        .number("adminstatus", i64::from(user.is_admin))
        .text("sharemode", "")
        .number("disablemyfilessync", 0)
        .number("disablenetworksync", 0)
        .text("lastlogindate", date(user.last_login))
        .number("lastloginepochutc", user.last_login.unwrap_or(0))
        .number("authtype", 0)
        .text("expirationdate", date(user.expires))
}

fn add(context: &mut CallContext<'_>, _: &Admin, params: Add) -> Result<Reply> {
    if params.authtype.is_some_and(|kind| kind != 0) {
        return Err(Error::new(Code::Invalid, "Only local accounts (authtype 0) are offered."));
    }
    let mut account = context.cloud().prepare_account(params.username, &params.password)?;
    account.email = params.email;
    account.display_name = params.displayname;
    account.status = params.status.map_or(Ok(Status::Full), status)?;
    context.settle(context.cloud().add_account(account))?;
    Ok(Reply::done())
}

fn update(tx: &Write, _: &Admin, params: Update) -> Result<Reply> {
    let expires = params.expirationdate.0.map(|text| {
        let never = text.trim().is_empty();
        let day =
            || parse_end(&text).ok_or_else(|| Error::new(Code::Invalid, "The expiration date is no date."));
        if never { Ok(None) } else { day().map(Some) }
    });
    let change = AccountChange {
        display_name: params.displayname,
        email: params.email.0,
        status: params.status.map(status).transpose()?,
        is_admin: params.adminstatus,
        quota_bytes: params.size.as_deref().map(quota).transpose()?,
        verified: params.verified,
        expires: expires.transpose()?,
        password_hash: None,
    };
    account::change(tx, &params.profile.0, &change)?;
    Ok(Reply::done())
}

fn status(number: i64) -> Result<Status> {
    Status::from_number(number).ok_or_else(|| {
        Error::new(Code::Invalid, "The status is 0 (guest), 1 (full), 2 (disabled) or 3 (external).")
    })
}

fn quota(text: &str) -> Result<u64> {
    let gigabytes = text.trim().to_ascii_uppercase();
    let number = gigabytes.trim_end_matches("GB").trim().parse::<f64>().ok();
    match number.filter(|number| (0.0..=1e9).contains(number)) {
        Some(number) => Ok((number * GB) as u64),
        None => Err(Error::new(Code::Invalid, "The size is a number of GB, 0 for no limit.")),
    }
}

fn delete(context: &mut CallContext<'_>, admin: &Admin, params: Profile) -> Result<Reply> {
    if params.profile.0 == admin.name() {
        return Err(Error::new(Code::Conflict, "You cannot delete your own account."));
    }
    let account = context.view().existing_account(&params.profile.0)?;
    let change = context.cloud().remove_account(&account.name, admin.name())?;
    context.settle(change)?;
    let (name, id) = (account.name, account.id);
    Ok(Reply::said(format!("What {name} had is for administrators in /{name}{FORMER}{id}/{BIN_NAME}.")))
}

fn set_password(context: &mut CallContext<'_>, _: &Admin, params: SetPassword) -> Result<Reply> {
    if params.passwordconfirm.is_some_and(|again| !again.matches(params.password.reveal())) {
        return Err(Error::new(Code::Invalid, "The two passwords are not the same."));
    }
    let hash = context.cloud().hash_new_password(&params.password)?;
    let change = AccountChange { password_hash: Some(hash), ..AccountChange::default() };
    context.commit(move |tx| account::change(tx, &params.profile.0, &change))?;
    Ok(Reply::done())
}

fn set_admin_status(tx: &Write, _: &Admin, params: SetAdminStatus) -> Result<Reply> {
    let change = AccountChange { is_admin: Some(params.adminstatus), ..AccountChange::default() };
    account::change(tx, &params.profile.0, &change)?;
    Ok(Reply::done())
}
