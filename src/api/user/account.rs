//! The signed-in account: its settings, password and storage.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{AccountName, Nothing, params};
use crate::api::reply::{Reply, Row};
use crate::base::secret::Secret;
use crate::base::size::size_text;
use crate::base::time::plain_text;
use crate::domain::CloudView;
use crate::domain::accounts::account::{self, AccountChange};
use crate::domain::accounts::account_status::Status;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::sessions;
use crate::domain::quota::usage;
use crate::error::{Code, Error, Result};
use crate::store::Write;
use crate::store::sessions::SessionRow;

ops! { ACCOUNT: User "Account"
    /// The settings of the signed-in account. `isadmin` and `hasprofileimage` are extensions: FileCloud does not send them.
    "getprofilesettings" user read settings(Nothing);
    /// Changes the password. All sessions of the account but this one end.
    "updatepassword" user slow update_password(UpdatePassword);
    /// Changes the name that others see.
    "setdisplayname" user write set_display_name(SetDisplayName);
    /// The sessions of the signed-in account, the last used first.
    "getsessions" user read list_sessions(Nothing);
    /// Ends one session of the signed-in account, at once.
    "endsession" user write end_session(EndSession);
    /// Ends all sessions of the signed-in account but this one, at once.
    "endothersessions" user write end_other_sessions(Nothing);
    /// How much an account holds. Other people's only for an admin with `adminproxyuserid`.
    "getdiskusagedetails" proxy read disk_usage(DiskUsage);
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
        level: Option<u64>,
    }
}

fn settings(view: &CloudView<'_>, user: &User, _: Nothing) -> Result<Reply> {
    let account = view
        .account(user.name())?
        .ok_or_else(|| Error::new(Code::Unauthenticated, "This account does not exist any more."))?;
    let row = Row::new()
        .text("nickname", account.name.clone())
        .text("peerid", account.name.clone())
        .text("profileroot", format!("/{}", account.name))
        .text("location", "")
        .text("displayname", account.display_name)
        .text("email", account.email.unwrap_or_default())
        .text("secretqn", "")
        .text("secretans", "")
        .text("hint", "")
        .text("dateformat", "")
        .number("isremote", 1)
        .text("profileuserdatadir", "")
        .text("emailverifytag", "")
        .text("userlevel", Status::from_number(account.status).map_or("", Status::word))
        .number("isadmin", i64::from(account.is_admin))
        .number("hasprofileimage", i64::from(view.has_profile_image(user)?));
    Ok(Reply::record("settings", "profilesettings", row))
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

fn disk_usage(view: &CloudView<'_>, user: &User, params: DiskUsage) -> Result<Reply> {
    let name = params.username.map_or_else(|| user.name().to_owned(), |name| name.0);
    if name != user.name() && !user.is_proxy() {
        return Err(Error::new(Code::Forbidden, "You may only see your own storage."));
    }
    let usage = view.account_usage(&view.existing_account(&name)?.name)?;
    let (used, limit) = (usage.bytes(), usage.quota_bytes);
    let row = Row::new()
        .number("storageusage", used)
        .number("sizelimit", limit)
        .number("usagepercent", usage::percent(used, limit))
        .number("totalfolders", usage.live.folders + usage.bin_folders)
        .number("totalfiles", usage.live.files + usage.versions + usage.bin_files)
        .text("totalsize", size_text(used))
        .text("versionedsize", size_text(usage.versions_bytes))
        .number("versionedfiles", usage.versions)
        .number("livefiles", usage.live.files)
        .number("livefolders", usage.live.folders)
        .text("livesize", size_text(usage.live.bytes))
        .number("recyclefolders", usage.bin_folders)
        .number("recyclefiles", usage.bin_files)
        .text("recyclesize", size_text(usage.bin_bytes))
        .number("incompletefiles", usage.incomplete_files)
        .text("incompletesize", size_text(usage.incomplete_bytes));
    Ok(Reply::record("diskusage", "usage", row))
}

fn list_sessions(view: &CloudView<'_>, user: &User, _: Nothing) -> Result<Reply> {
    let rows: Vec<Row> = view
        .sessions_of(user.session().account.id)?
        .iter()
        .map(|session| record(session, &user.session().id))
        .collect();
    Ok(Reply::records("sessions", Some(Row::new().number("total", rows.len())), "session", rows))
}

/// A session for lists; `current` is the id of the caller's own.
pub fn record(session: &SessionRow, current: &str) -> Row {
    Row::new()
        .text("id", session.id.clone())
        .text("side", session.side.clone())
        .text("created", plain_text(session.created))
        .text("lastused", plain_text(session.last_used))
        .number("createdepochutc", session.created)
        .number("lastusedepochutc", session.last_used)
        .text("address", session.address.clone())
        .text("agent", session.agent.clone())
        .number("iscurrent", i64::from(session.id == current))
}

fn end_session(tx: &Write, user: &User, params: EndSession) -> Result<Reply> {
    sessions::end_by_id(tx, user.session().account.id, &params.id)?;
    Ok(Reply::done())
}

fn end_other_sessions(tx: &Write, user: &User, _: Nothing) -> Result<Reply> {
    sessions::end_all(tx, user.session().account.id, Some(user.session()))?;
    Ok(Reply::done())
}
