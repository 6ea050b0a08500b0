//! Pairing a device: a code that somebody shows, and the device that brings it.

use crate::api::authenticate::{self, Guest};
use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::params;
use crate::api::reply::{Reply, Row};
use crate::base::qr::Qr;
use crate::base::secret::Secret;
use crate::base::time::now_seconds;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::pairing::PairingCode;
use crate::error::Result;

ops! { PAIRING: User "Account"
    /// Makes a one-time code that signs a device in to the own account, with links and QR codes for it. A new code takes the place of the one before.
    "createpairing" user slow create(Create);
    /// Signs a device in with a code of `createpairing` and sets the session's cookies. A refusal has status 400.
    "pairdevice" anyone slow pair(Pair);
}

params! {
    Create {
        /// The name of the device in lists of sessions.
        devicename: Option<String>,
        /// The address at which the device shall open the cloud; without it, those of the server on its network.
        baseurl: Option<String>,
    }
    Pair {
        /// The code.
        code: Secret,
        /// The name of the device in lists of sessions; without it, what the code was made for, or else what the device calls itself.
        devicename: Option<String>,
    }
}

fn create(context: &mut CallContext<'_>, user: &User, params: Create) -> Result<Reply> {
    let (name, url) = (params.devicename.as_deref(), params.baseurl.as_deref());
    let pairing = context.cloud().prepare_pairing(user, name, url)?;
    offer(context, pairing)
}

/// Lets the code be used and answers with it.
pub fn offer(context: &mut CallContext<'_>, pairing: PairingCode) -> Result<Reply> {
    let reply = shown(&pairing)?;
    context.settle(context.cloud().offer_pairing(pairing))?;
    Ok(reply)
}

fn shown(pairing: &PairingCode) -> Result<Reply> {
    let meta = Row::new()
        .text("code", pairing.code.reveal())
        .text("username", pairing.account.clone())
        .number("validseconds", pairing.seconds)
        .number("expiresepochutc", now_seconds() + i64::from(pairing.seconds))
        .number("total", pairing.links.len());
    let row = |link: &String| {
        let qr = Qr::of(link)?;
        Ok(Row::new().text("url", link.clone()).text("qr", qr.rows()))
    };
    let rows = pairing.links.iter().map(row).collect::<Result<Vec<Row>>>()?;
    Ok(Reply::records("pairing", Some(meta), "link", rows))
}

fn pair(context: &mut CallContext<'_>, guest: &Guest, params: Pair) -> Result<Reply> {
    let name = params.devicename.as_deref();
    let signed_in = context.cloud().pair(&mut context.call, &params.code, name)?;
    let cookies = authenticate::cookies(&signed_in, guest.is_secure);
    Ok(Reply::said(signed_in.account.name).with_cookies(cookies))
}
