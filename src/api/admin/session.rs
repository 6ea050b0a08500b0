//! Signing in and out as an administrator.

use crate::api::authenticate::{self, Guest};
use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{AccountName, Nothing, params};
use crate::api::reply::{Command, Reply};
use crate::base::secret::Secret;
use crate::domain::CloudView;
use crate::domain::accounts::sessions::{self, Side};
use crate::error::Result;
use crate::store::Write;

ops! { SESSION: Admin "Authentication"
    /// Signs in as an administrator and sets the session's cookies. A refusal has status 400.
    "adminlogin" anyone slow sign_in(Login) -> Command;
    /// Signs the administrator out.
    "logout" anyone write sign_out(Nothing) -> Command;
    /// Whether an administrator is signed in: result 1 or 0.
    "getauthstatus" anyone immediate status(Nothing) -> Command;
}

params! {
    Login {
        /// The administrator's user name or e-mail address.
        adminuser: AccountName,
        /// The password.
        adminpassword: Secret,
    }
}

fn sign_in(context: &mut CallContext<'_>, guest: &Guest, params: Login) -> Result<Reply> {
    let (name, password) = (&params.adminuser.0, &params.adminpassword);
    let signed_in = context.cloud().sign_in(&mut context.call, Side::Admin, name, password)?;
    Ok(Reply::done().with_cookies(authenticate::cookies(&signed_in, guest.is_secure)))
}

fn sign_out(tx: &Write, guest: &Guest, _: Nothing) -> Result<Reply> {
    if let Some(admin) = &guest.admin {
        sessions::end(tx, admin.session())?;
    }
    Ok(Reply::done().with_cookies(authenticate::no_cookies(Side::Admin)))
}

fn status(_: &CloudView<'_>, guest: &Guest, _: Nothing) -> Result<Reply> {
    Ok(match &guest.admin {
        Some(admin) => Reply::said(admin.name()),
        None => Reply::answer(false, "You are not signed in as an administrator."),
    })
}
