//! Pairing of devices with other accounts, by administrators.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{AccountName, params};
use crate::api::reply::Reply;
use crate::api::texts::{Line, Lines};
use crate::api::user::pairing::{Pairing, offer};
use crate::domain::accounts::actor::Admin;
use crate::domain::accounts::pairing::{BASE_URL_BYTES_MAX, DEVICE_NAME_BYTES_MAX};
use crate::error::Result;

ops! { PAIRING: Admin "Users"
    /// Makes a one-time code that signs a device in to an account, with links and QR codes. The
    /// device sends it with `pairdevice`.
    "createpairingforuser" admin slow create(Create) -> Pairing;
}

params! {
    Create {
        /// The account.
        username: AccountName,
        /// The name of the device in lists of sessions.
        devicename: Option<Line<DEVICE_NAME_BYTES_MAX>>,
        /// The address at which the device opens the cloud. If it is missing, the links have the
        /// server's addresses in its network.
        baseurl: Option<Lines<0, BASE_URL_BYTES_MAX>>,
    }
}

fn create(context: &mut CallContext<'_>, admin: &Admin, params: Create) -> Result<Reply<Pairing>> {
    context.view().check_may_change_account(admin, &params.username.0)?;
    let (name, url) = (params.devicename.as_deref(), params.baseurl.as_deref());
    let pairing = context.cloud().prepare_pairing_for(admin, &params.username.0, name, url)?;
    offer(context, pairing)
}
