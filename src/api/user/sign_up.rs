//! Signing up.

use crate::api::authenticate::Guest;
use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{Nothing, params};
use crate::api::record::{Empty, No, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::schema::words;
use crate::api::texts::{Email, NewPassword};
use crate::domain::CloudView;
use crate::domain::accounts::sessions::Session;
use crate::domain::accounts::sign_up::Waits;
use crate::error::{Error, Reason, Result};
use std::borrow::Cow;

ops! { SIGN_UP: User "Account"
    /// Whether people can sign up.
    "beginprofilecreation" anyone read begin(Nothing) -> ProfileCreation;
    /// Whether the name of an account is free: result 1, or 0 with the reason.
    "checkid" anyone query check_id(CheckId) -> Command;
    /// Makes an account for the caller. The setting `sign_up` decides whether it can be used at
    /// once; `beginprofilecreation` tells. An administrator who may change accounts makes one for
    /// somebody else, which can be used at once, whatever the setting says. A refusal has status
    /// 400; a missing parameter or an invalid e-mail address has 422.
    "createprofile" anyone slow create(Create) -> Command;
}

params! {
    CheckId {
        /// The name.
        id: String,
    }
    Create {
        /// The name: letters, digits and . _ - @.
        profile: String,
        /// The e-mail address.
        email: Email,
        /// The password.
        password: NewPassword,
    }
}

words! {
    Waits { No = "", ForEmail = "email", ForAdmin = "admin" }
}

record! {
    /// Whether people can sign up.
    ProfileCreationRecord {
        /// Whether people can sign up.
        creation: bool,
        /// Not in use here.
        domain: Empty,
        /// Whether people can sign up.
        creationallowed: bool,
        /// The reason why they cannot.
        reason: String,
        /// Not in use here.
        savepassword: No,
        /// The reason why a new account has to wait: `admin` if an administrator has to allow it;
        /// empty for none.
        waits: Waits as extension,
    }
}

reply! {
    /// Whether people can sign up.
    ProfileCreation = profilecreation()[profilecreationrecord: ProfileCreationRecord; 1];
}

fn begin(view: &CloudView<'_>, _: &Guest, _: Nothing) -> Result<Reply<ProfileCreation>> {
    let (is_allowed, reason, waits) = match view.sign_up_waits() {
        Ok(waits) => (true, String::new(), waits),
        Err(error) => (false, error.into_message().into_owned(), Waits::No),
    };
    Ok(Reply::one(ProfileCreationRecord {
        creation: is_allowed,
        domain: Empty,
        creationallowed: is_allowed,
        reason,
        savepassword: No,
        waits,
    }))
}

fn check_id(context: &mut CallContext<'_>, _: &Guest, params: CheckId) -> Result<Reply> {
    let checked = context.cloud().check_name_is_free(&context.call, &params.id);
    checked.map_err(|error| in_known_words(error, 0))?;
    Ok(Reply::done())
}

fn create(context: &mut CallContext<'_>, guest: &Guest, params: Create) -> Result<Reply> {
    let cloud = context.cloud();
    let length_min = cloud.config().password_length_min;
    if guest.sessions().any(Session::may_let_in) {
        let made = cloud.let_in(&params.profile, &params.email.0, &params.password);
        made.and_then(|made| context.settle(made)).map_err(|error| in_known_words(error, length_min))?;
        return Ok(Reply::said("The account is ready."));
    }
    let made = cloud.sign_up(&mut context.call, &params.profile, &params.email.0, &params.password);
    let waits = made.map_err(|error| in_known_words(error, length_min))?;
    Ok(Reply::said(match waits {
        Waits::No => "Your account is ready. Please sign in.",
        Waits::ForEmail => "Please open the link in the mail that was sent to you. Then you can sign in.",
        Waits::ForAdmin => "An administrator has to allow your account before you can sign in.",
    }))
}

/// FileCloud's messages, which client programs compare.
fn in_known_words(error: Error, length_min: u32) -> Error {
    let message = match &error.reason {
        Some(Reason::UserExists) => Cow::Borrowed("Username is Not Available"),
        Some(Reason::EmailTaken) => Cow::Borrowed("Email already used"),
        Some(Reason::PasswordTooShort) => {
            Cow::Owned(format!("Password must be minimum of {length_min} characters."))
        }
        Some(Reason::CommonPassword) => {
            Cow::Borrowed("This password is commonly used on internet. Please choose another one.")
        }
        Some(Reason::BadUserName) => Cow::Borrowed(
            "Username can only contain numbers, spaces, hyphens, periods, underscores, and letters from the Latin alphabet (A-Z, uppercase and lowercase)",
        ),
        _ => return error,
    };
    error.saying(message)
}
