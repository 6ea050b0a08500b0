//! The second factor: signing in with a code, and what the owner of an account does with it.

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

/// Dots of a picture for each module of a QR code.
const DOTS_PER_MODULE: usize = 8;

ops! { SECOND_FACTOR: User "Second factor"
    /// Ends a sign-in that answered with result 3, with a code of the authenticator app or a recovery code, and sets the session's cookies: those of an administrator where the sign-in was one.
    /// Where the second factor was set up on the way, the message holds the recovery codes, separated by blanks. A refusal has status 400.
    "2falogin" anyone slow finish_sign_in(FinishSignIn) -> Command;
    /// Sends the code by mail. This server sends no mail yet and says so.
    "resend2facode" anyone slow send_code(Token) -> Command;
    /// The key for the authenticator app, in the message, where a second factor is required of the account and it has none: the token of the sign-in then goes on with `setup_`. Nobody is shown a key again.
    "get2fagasecret" anyone slow key(Token) -> Command;
    /// The same key as a QR code.
    "get2fagasecretqrcode" anyone file key_picture(Token) -> PictureBytes;
    /// Whether the signed-in account has a second factor, and whether one is required of it.
    "getsecondfactor" user read state(Nothing) -> SecondFactor;
    /// Makes a key for an authenticator app. It holds once `confirmsecondfactor` gets a code of it, for ten minutes.
    "startsecondfactor" user slow start(Start) -> OfferedKey;
    /// Gives the account the second factor, and tells the recovery codes, once. All its other sessions end.
    "confirmsecondfactor" user slow confirm(Code) -> RecoveryCodesReply;
    /// Makes new recovery codes in place of those before, and tells them, once.
    "renewrecoverycodes" user slow renew(Code) -> RecoveryCodesReply;
    /// Takes the second factor away, where none is required.
    "removesecondfactor" user slow remove(Code) -> Command;
}

params! {
    FinishSignIn {
        /// User name or e-mail address.
        userid: AccountName,
        /// The code.
        code: Secret,
        /// The message of the sign-in.
        token: Secret,
        /// Was checked before and is not in use here.
        password: Option<Secret>,
    }
    Token {
        /// User name or e-mail address.
        userid: AccountName,
        /// The message of the sign-in.
        token: Secret,
    }
    Start {
        /// The password of the account.
        password: Secret,
    }
    Code {
        /// A code of the authenticator app; where the account has a second factor, a recovery code as well.
        code: Secret,
    }
}

record! {
    /// The second factor of an account.
    SecondFactorRecord {
        /// Whether there is one.
        isenabled: bool,
        /// Since when; empty without one.
        since: OrEmpty<PlainTime>,
        /// Since when; 0 without one.
        sinceepochutc: Seconds,
        /// How many recovery codes are left.
        recoverycodes: u64,
        /// Whether one is required.
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

/// Ends a sign-in that waits for a code.
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
    context.cloud().send_code(&params.userid.0, &params.token)?;
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
