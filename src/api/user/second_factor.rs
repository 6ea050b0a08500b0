//! The second factor: signing in with a code, and its setup by the owner of an account.

use crate::api::authenticate::{self, Guest};
use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{AccountName, Nothing, params};
use crate::api::record::{OrEmpty, PlainTime, Seconds, Total, record, reply};
use crate::api::reply::{Command, Keeping, Picture, PictureBytes, Reply};
use crate::base::ids::object_id;
use crate::base::qr::Qr;
use crate::base::secret::Secret;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::second_factor::RecoveryCodes;
use crate::error::Result;
use std::time::SystemTime;

/// Width of a QR code's module in pixels.
const DOTS_PER_MODULE: usize = 8;

ops! { SECOND_FACTOR: User "Second factor"
    /// Completes a sign-in that was answered with result 3, with a code of the authenticator app or
    /// a recovery code, and sets the session's cookies, on the side of the sign-in. If the second
    /// factor was set up during the sign-in, the message has the recovery codes, separated by
    /// blanks. A refusal has status 400.
    "2falogin" anyone slow finish_sign_in(FinishSignIn) -> Command;
    /// Sends a code by mail, which replaces the last one. The account needs an address, mail must
    /// be set up, and the settings must allow it. The code works once, within ten minutes.
    "resend2facode" anyone slow send_code(Token) -> Command;
    /// The key for the authenticator app, in the message. This works only for an account that must
    /// have a second factor and has none: the token of the sign-in has `setup_` in it. No key is
    /// shown again later.
    "get2fagasecret" anyone slow key(Token) -> Command;
    /// The same key as a QR code.
    "get2fagasecretqrcode" anyone file key_picture(Token) -> PictureBytes;
    /// Whether the signed-in account has a second factor, and whether it must have one.
    "getsecondfactor" user read state(Nothing) -> SecondFactor;
    /// Makes a key for an authenticator app. It counts once `confirmsecondfactor` gets a code of it
    /// within ten minutes.
    "startsecondfactor" user slow start(Start) -> OfferedKey;
    /// Sets up the second factor, and shows the recovery codes, once. All other sessions of the
    /// account end.
    "confirmsecondfactor" user slow confirm(Code) -> RecoveryCodesReply;
    /// Makes new recovery codes, which replace the old ones, and shows them, once.
    "renewrecoverycodes" user slow renew(Code) -> RecoveryCodesReply;
    /// Removes the second factor, unless the account must have one.
    "removesecondfactor" user slow remove(Code) -> Command;
}

params! {
    FinishSignIn {
        /// User name or e-mail address.
        userid: AccountName,
        /// The code.
        code: Secret,
        /// The message from the first step of the sign-in.
        token: Secret,
        /// Ignored: the password was checked before.
        password: Option<Secret>,
    }
    Token {
        /// User name or e-mail address.
        userid: AccountName,
        /// The message from the first step of the sign-in.
        token: Secret,
    }
    Start {
        /// The password of the account.
        password: Secret,
    }
    Code {
        /// A code of the authenticator app, or a recovery code if the account has a second factor.
        code: Secret,
    }
}

record! {
    /// The second factor of an account.
    SecondFactorRecord {
        /// Whether there is one.
        isenabled: bool,
        /// The time when it was set up; empty if there is none.
        since: OrEmpty<PlainTime>,
        /// The time when it was set up; 0 if there is none.
        sinceepochutc: Seconds,
        /// Number of recovery codes that are left.
        recoverycodes: u64,
        /// Whether the account must have one.
        isrequired: bool,
    }
    /// A key for an authenticator app.
    OfferedKeyRecord {
        /// The key, to be typed.
        secret: String,
        /// The address that apps open.
        address: String,
        /// The address as a QR code: rows of 1 for dark and 0 for light, separated by commas.
        qr: String,
    }
    /// A recovery code.
    RecoveryCodeRecord {
        /// The code.
        code: String,
    }
}

reply! {
    /// The second factor of an account.
    SecondFactor = secondfactors()[secondfactor: SecondFactorRecord; 1];
    /// A key for an authenticator app.
    OfferedKey = keys()[key: OfferedKeyRecord; 1];
    /// Recovery codes.
    RecoveryCodesReply = recoverycodes(Total)[recoverycode: RecoveryCodeRecord];
}

fn finish_sign_in(context: &mut CallContext<'_>, guest: &Guest, params: FinishSignIn) -> Result<Reply> {
    finish(context, guest, &params.userid.0, &params.token, &params.code)
}

/// Completes a sign-in that waits for a code.
pub fn finish(
    context: &mut CallContext<'_>,
    guest: &Guest,
    name: &str,
    token: &Secret,
    code: &Secret,
) -> Result<Reply> {
    let finished = context.cloud().finish_sign_in(&mut context.call, name, token, code)?;
    let codes = finished.recovery_codes.as_ref().map_or_else(Vec::new, |codes| codes.reveal().collect());
    Ok(Reply::said(codes.join(" ")).with_cookies(authenticate::cookies(&finished.signed_in, guest.is_secure)))
}

fn send_code(context: &mut CallContext<'_>, _: &Guest, params: Token) -> Result<Reply> {
    context.cloud().send_code(&mut context.call, &params.userid.0, &params.token)?;
    Ok(Reply::done())
}

fn key(context: &mut CallContext<'_>, _: &Guest, params: Token) -> Result<Reply> {
    let key = context.cloud().key_for_sign_in(&params.userid.0, &params.token)?;
    Ok(Reply::said(key.text.reveal()))
}

fn key_picture(context: &mut CallContext<'_>, _: &Guest, params: Token) -> Result<Reply<PictureBytes>> {
    let key = context.cloud().key_for_sign_in(&params.userid.0, &params.token)?;
    Ok(Reply::picture(Picture {
        content_type: "image/png",
        bytes: Qr::of(key.address.reveal())?.png(DOTS_PER_MODULE)?,
        etag: object_id(),
        modified: SystemTime::now(),
        changed: None,
        keeping: Keeping::Never,
    }))
}

fn state(view: &CloudView<'_>, user: &User, _: Nothing) -> Result<Reply<SecondFactor>> {
    let state = view.second_factor(user)?;
    Ok(Reply::one(SecondFactorRecord {
        isenabled: state.since.is_some(),
        since: OrEmpty(state.since.map(PlainTime)),
        sinceepochutc: Seconds(state.since.unwrap_or(0)),
        recoverycodes: state.recovery_codes,
        isrequired: state.is_required,
    }))
}

fn start(context: &mut CallContext<'_>, user: &User, params: Start) -> Result<Reply<OfferedKey>> {
    let key = context.cloud().offer_second_factor(user, &params.password, context.call.address())?;
    Ok(Reply::one(OfferedKeyRecord {
        secret: key.text.reveal().to_owned(),
        qr: Qr::of(key.address.reveal())?.rows(),
        address: key.address.reveal().to_owned(),
    }))
}

fn confirm(context: &mut CallContext<'_>, user: &User, params: Code) -> Result<Reply<RecoveryCodesReply>> {
    let codes = context.cloud().confirm_second_factor(&mut context.call, user, &params.code)?;
    Ok(listed(&codes))
}

fn renew(context: &mut CallContext<'_>, user: &User, params: Code) -> Result<Reply<RecoveryCodesReply>> {
    let codes = context.cloud().renew_recovery_codes(&mut context.call, user, &params.code)?;
    Ok(listed(&codes))
}

fn listed(codes: &RecoveryCodes) -> Reply<RecoveryCodesReply> {
    let rows: Vec<RecoveryCodeRecord> =
        codes.reveal().map(|code| RecoveryCodeRecord { code: code.to_owned() }).collect();
    Reply::counted(rows)
}

fn remove(context: &mut CallContext<'_>, user: &User, params: Code) -> Result<Reply> {
    context.cloud().remove_own_second_factor(&mut context.call, user, &params.code)?;
    Ok(Reply::done())
}
