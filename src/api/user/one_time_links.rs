//! One-time links, by which people choose a password.

use crate::api::authenticate::Guest;
use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{AccountName, Nothing, params};
use crate::api::record::{Seconds, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::schema::words;
use crate::api::texts::NewPassword;
use crate::base::secret::Secret;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::one_time_links::Purpose;
use crate::error::Result;

ops! { ONE_TIME_LINKS: User "Authentication"
    /// The purpose of a one-time link. This does not use the link up.
    "getonetimelink" anyone query open(Open) -> OpenedLink;
    /// Mails the owner of an account a link for a new password, if mail is set up. The mail never
    /// has a password. The answer is the same whether the account exists or not.
    "resetpassword" anyone slow reset(Reset) -> Command;
    /// Uses a mailed link to verify an e-mail address.
    "verifyemail" anyone slow verify(Verify) -> Command;
    /// Mails the signed-in account a link that verifies its e-mail address.
    "mailverification" user slow mail_verification(Nothing) -> Command;
    /// Sets a new password for the account of a link and uses the link up. All sessions of the
    /// account end. The message is its name.
    "setpasswordbylink" anyone slow set_password(SetPassword) -> Command;
}

params! {
    Open {
        /// The last part of the link.
        token: Secret,
    }
    Reset {
        /// The name or the e-mail address of the account.
        profile: AccountName,
    }
    Verify {
        /// The name or the e-mail address of the account.
        u: AccountName,
        /// The last part of the link.
        tag: Secret,
    }
    SetPassword {
        /// The last part of the link.
        token: Secret,
        /// The new password.
        password: NewPassword,
    }
}

words! {
    Purpose { Password = "password", Invitation = "invitation", Email = "email" }
}

record! {
    /// A one-time link.
    OpenedLinkRecord {
        /// The purpose: `password` for a new password, `invitation` for the first one, `email` to
        /// verify an address.
        purpose: Purpose,
        /// The account.
        username: String,
        /// The name that others see.
        displayname: String,
        /// The time until which it works.
        expiresepochutc: Seconds,
        /// Minimum number of characters in a new password.
        passwordlengthmin: u32,
    }
}

reply! {
    /// A one-time link.
    OpenedLink = links()[link: OpenedLinkRecord; 1];
}

fn open(context: &mut CallContext<'_>, _: &Guest, params: Open) -> Result<Reply<OpenedLink>> {
    let opened = context.cloud().open_one_time_link(&context.call, &params.token)?;
    Ok(Reply::one(OpenedLinkRecord {
        purpose: opened.purpose,
        username: opened.account.name,
        displayname: opened.account.display_name,
        expiresepochutc: Seconds(opened.expires),
        passwordlengthmin: context.cloud().config().password_length_min,
    }))
}

fn reset(context: &mut CallContext<'_>, _: &Guest, params: Reset) -> Result<Reply> {
    context.cloud().mail_password_link(&mut context.call, &params.profile.0)?;
    Ok(Reply::said(
        "If there is such an account and it has an e-mail address, a link for a new password is on its way there.",
    ))
}

fn verify(context: &mut CallContext<'_>, _: &Guest, params: Verify) -> Result<Reply> {
    context.cloud().verify_email(&mut context.call, &params.u.0, &params.tag)?;
    Ok(Reply::said("Thank you. This e-mail address is verified."))
}

fn mail_verification(context: &mut CallContext<'_>, user: &User, _: Nothing) -> Result<Reply> {
    context.cloud().mail_verification(&mut context.call, user)?;
    Ok(Reply::done())
}

fn set_password(context: &mut CallContext<'_>, _: &Guest, params: SetPassword) -> Result<Reply> {
    let cloud = context.cloud();
    let name = cloud.set_password_by_link(&mut context.call, &params.token, &params.password)?;
    Ok(Reply::said(name))
}
