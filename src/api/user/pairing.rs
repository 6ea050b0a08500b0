//! Pairing: a signed-in user shows a code, and the device that sends it is signed in.

use crate::api::authenticate::{self, Guest};
use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::params;
use crate::api::record::{Seconds, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::texts::{Line, Lines};
use crate::base::qr::Qr;
use crate::base::secret::Secret;
use crate::base::time::now_seconds;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::pairing::PairingCode;
use crate::domain::accounts::pairing::{BASE_URL_BYTES_MAX, DEVICE_NAME_BYTES_MAX};
use crate::error::Result;

ops! { PAIRING: User "Account"
    /// Makes a one-time code that signs a device in to the caller's account, with links and QR
    /// codes. It replaces the last code.
    "createpairing" user slow create(Create) -> Pairing;
    /// Signs a device in with a code of `createpairing` and sets the session's cookies. A refusal has status 400.
    "pairdevice" anyone slow pair(Pair) -> Command;
}

params! {
    Create {
        /// The name of the device in lists of sessions.
        devicename: Option<Line<DEVICE_NAME_BYTES_MAX>>,
        /// The address at which the device opens the cloud. If it is missing, the links have the
        /// server's addresses in its network.
        baseurl: Option<Lines<0, BASE_URL_BYTES_MAX>>,
    }
    Pair {
        /// The code.
        code: Secret,
        /// The name of the device in lists of sessions. If it is missing, it is the name for which
        /// the code was made, or the name that the device gives itself.
        devicename: Option<Line<DEVICE_NAME_BYTES_MAX>>,
    }
}

record! {
    /// A one-time code.
    PairingMeta {
        /// The code.
        code: String,
        /// The account that it signs in to.
        username: String,
        /// Seconds for which it works.
        validseconds: u32,
        /// The time until which it works.
        expiresepochutc: Seconds,
        /// Number of links.
        total: usize,
    }
    /// A link that signs a device in.
    PairingLink {
        /// The address to open on the device.
        url: String,
        /// The link as a QR code: rows of 1 for dark and 0 for light, separated by commas.
        qr: String,
    }
}

reply! {
    /// A one-time code with its links.
    Pairing = pairing(PairingMeta)[link: PairingLink];
}

fn create(context: &mut CallContext<'_>, user: &User, params: Create) -> Result<Reply<Pairing>> {
    let (name, url) = (params.devicename.as_deref(), params.baseurl.as_deref());
    let pairing = context.cloud().prepare_pairing(user, name, url)?;
    offer(context, pairing)
}

/// Makes a code usable and sends it.
pub fn offer(context: &mut CallContext<'_>, pairing: PairingCode) -> Result<Reply<Pairing>> {
    let reply = shown(&pairing)?;
    context.settle(context.cloud().offer_pairing(pairing))?;
    Ok(reply)
}

fn shown(pairing: &PairingCode) -> Result<Reply<Pairing>> {
    let meta = PairingMeta {
        code: pairing.code.reveal().to_owned(),
        username: pairing.account.clone(),
        validseconds: pairing.seconds,
        expiresepochutc: Seconds(now_seconds() + i64::from(pairing.seconds)),
        total: pairing.links.len(),
    };
    let link = |url: &String| Ok(PairingLink { url: url.clone(), qr: Qr::of(url)?.rows() });
    let links = pairing.links.iter().map(link).collect::<Result<Vec<PairingLink>>>()?;
    Ok(Reply::with_meta(meta, links))
}

fn pair(context: &mut CallContext<'_>, guest: &Guest, params: Pair) -> Result<Reply> {
    let name = params.devicename.as_deref();
    let signed_in = context.cloud().pair(&mut context.call, &params.code, name)?;
    let cookies = authenticate::cookies(&signed_in, guest.is_secure);
    Ok(Reply::said(signed_in.account.name).with_cookies(cookies))
}
