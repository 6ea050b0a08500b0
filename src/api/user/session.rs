//! Signing in and out as a user, what the server is, and the first run.

use crate::api::authenticate::{self, Guest};
use crate::api::call_context::CallContext;
use crate::api::document::openapi;
use crate::api::op::ops;
use crate::api::params::{AccountName, Nothing, params};
use crate::api::reply::{Reply, Row};
use crate::base::secret::Secret;
use crate::base::user_name::UserName;
use crate::domain::CloudView;
use crate::domain::accounts::account_status::Status;
use crate::domain::accounts::sessions::{self, Side};
use crate::domain::quota::usage::percent;
use crate::error::Result;
use crate::store::Write;
use std::sync::LazyLock;

ops! { SESSION: User "Authentication and system"
    /// Signs in as a user and sets the session's cookies. A refusal has status 400.
    "loginguest" anyone slow sign_in(Login);
    /// Signs out.
    "locksession" anyone write sign_out(SignOut);
    /// Signs out.
    "logoutprofile" anyone write sign_out(SignOut);
    /// Says who is signed in. Works without a session.
    "getauthenticationinfo" anyone immediate authentication_info(Nothing);
    /// Says what this server is and, for a signed-in user, how much room there is.
    "getsystemstatus" anyone read system_status(Nothing);
    /// What a client should know before anybody signs in: the cloud's name, and whether its first administrator is missing.
    "serverinfo" anyone read server_info(Nothing);
    /// The description of every operation, as OpenAPI in JSON.
    "getapidescription" anyone immediate api_description(Nothing);
    /// Creates the first administrator with the one-time code from the server's console.
    "setup" anyone slow set_up(SetUp);
}

params! {
    Login {
        /// User name or e-mail address.
        userid: AccountName,
        /// The password.
        password: Secret,
    }
    SignOut {
        /// 1 to end only what was begun with the password of a share.
        share: Option<bool>,
    }
    SetUp {
        /// The one-time code that the server printed.
        code: Secret,
        /// The name of the first administrator.
        userid: UserName,
        /// The password of the first administrator.
        password: Secret,
    }
}

fn sign_in(context: &mut CallContext<'_>, guest: &Guest, params: Login) -> Result<Reply> {
    let (name, password) = (&params.userid.0, &params.password);
    let signed_in = context.cloud().sign_in(&mut context.call, Side::User, name, password)?;
    Ok(Reply::done().with_cookies(authenticate::cookies(&signed_in, guest.is_secure)))
}

fn sign_out(tx: &Write, guest: &Guest, params: SignOut) -> Result<Reply> {
    if params.share.unwrap_or(false) {
        return Ok(Reply::done().with_cookies(authenticate::no_share_cookies()));
    }
    if let Some(user) = &guest.user {
        sessions::end(tx, user.session())?;
    }
    Ok(Reply::done().with_cookies(authenticate::no_cookies(Side::User)))
}

fn authentication_info(_: &CloudView<'_>, guest: &Guest, _: Nothing) -> Result<Reply> {
    let account = guest.user.as_ref().map(|user| &user.session().account);
    let status = account.and_then(|account| Status::from_number(account.status));
    let row = Row::new()
        .text("profile", account.map_or("", |account| &account.name))
        .text("displayname", account.map_or("", |account| &account.display_name))
        .text("peerid", account.map_or("", |account| &account.name))
        .number("authenticated", i64::from(account.is_some()))
        .number("isguestauthenticated", i64::from(account.is_some()))
        .text("hash", "sha1")
        .text("guesthash", "")
        .text("guesthashurl", "")
        .number("isremote", 1)
        .text("reasoncode", "")
        .text("OS", "TONIDO_CLOUD")
        .text("authtype", "DEFAULT")
        .number("enablesaml", 0)
        .text("userlevel", status.map_or("", Status::word))
        .text("userauthtype", "0");
    Ok(Reply::record("authenticationinfo", "info", row))
}

fn system_status(view: &CloudView<'_>, guest: &Guest, _: Nothing) -> Result<Reply> {
    let account = guest.user.as_ref().map(|user| &user.session().account);
    let name = account.map_or("", |account| account.name.as_str());
    let mut row = Row::new()
        .text("appversion", env!("CARGO_PKG_VERSION"))
        .text("apilevel", "23")
        .text("peerid", name)
        .text("displayname", account.map_or("", |account| account.display_name.as_str()))
        .text("OS", "TONIDO_CLOUD")
        .text("oem", view.config().name.clone())
        .number("needsupdate", 0)
        .text("currentprofile", name)
        .number("uptime", view.uptime().as_secs())
        .text("httpport", "")
        .number("isonline", 1)
        .number("relayactive", 0)
        .number("isremote", 1)
        .number("ishttps", i64::from(guest.is_secure))
        .text("serverurl", "")
        .text("authtype", "DEFAULT")
        .number("passwordminlength", view.config().password_length_min)
        .text("email", account.and_then(|account| account.email.as_deref()).unwrap_or(""))
        .text("mediasyncstorepath", "");
    if let Some(account) = account {
        let usage = view.account_usage(&account.name)?;
        let (used, limit) = (usage.bytes(), usage.quota_bytes);
        row = row
            .text("userstatus", Status::from_number(account.status).map_or("", Status::word))
            .number("storageusage", used)
            .number("sizelimit", limit)
            .number("usagepercent", percent(used, limit))
            .number("availablestorage", view.free_bytes(&usage)?);
        if account.is_admin {
            row = row.number("disknearlyfull", i64::from(view.is_disk_nearly_full()?));
        }
    }
    Ok(Reply::record("systemstatus", "status", row))
}

fn server_info(view: &CloudView<'_>, _: &Guest, _: Nothing) -> Result<Reply> {
    let row = Row::new()
        .text("name", view.config().name.clone())
        .text("version", env!("CARGO_PKG_VERSION"))
        .number("awaitssetup", i64::from(view.awaits_setup()?))
        .number("passwordminlength", view.config().password_length_min);
    Ok(Reply::record("serverinfo", "server", row))
}

fn api_description(_: &CloudView<'_>, _: &Guest, _: Nothing) -> Result<Reply> {
    static DOCUMENT: LazyLock<String> = LazyLock::new(openapi);
    Ok(Reply::typed("application/json; charset=utf-8", DOCUMENT.as_str()))
}

fn set_up(context: &mut CallContext<'_>, _: &Guest, params: SetUp) -> Result<Reply> {
    context.cloud().set_up(&mut context.call, &params.code, params.userid, &params.password)?;
    Ok(Reply::said("The first administrator is created. Please sign in."))
}
