//! Signing in and out as an administrator.

use crate::api::authenticate::{self, Guest};
use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{AccountName, Nothing, params};
use crate::api::reply::{Command, Reply};
use crate::api::user::second_factor::finish;
use crate::api::user::session::signed_in;
use crate::base::secret::Secret;
use crate::domain::CloudView;
use crate::domain::accounts::sessions::{self, Side};
use crate::error::Result;
use crate::store::Write;

ops! { SESSION: Admin "Authentication"
    /// Signs in as an administrator and sets the session's cookies. If the result is 3, the code of
    /// a second factor is needed: send it with `2falogin`, with the message as the token. A refusal
    /// has status 400.
    "adminlogin" anyone slow sign_in(Login) -> Command;
    /// Completes a sign-in that was answered with result 3, as the operation of this name in
    /// `/core` does.
    "2falogin" anyone slow finish_sign_in(FinishSignIn) -> Command;
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
    FinishSignIn {
        /// The administrator's user name or e-mail address.
        adminuser = "adminuser|userid": AccountName,
        /// A code of the authenticator app, or a recovery code.
        code: Secret,
        /// The message from the first step of the sign-in.
        token: Secret,
    }
}

fn sign_in(context: &mut CallContext<'_>, guest: &Guest, params: Login) -> Result<Reply> {
    let (name, password) = (&params.adminuser.0, &params.adminpassword);
    let sign_in = context.cloud().sign_in(&mut context.call, Side::Admin, name, password, None)?;
    Ok(signed_in(&sign_in, guest))
}

fn finish_sign_in(context: &mut CallContext<'_>, guest: &Guest, params: FinishSignIn) -> Result<Reply> {
    finish(context, guest, &params.adminuser.0, &params.token, &params.code)
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
