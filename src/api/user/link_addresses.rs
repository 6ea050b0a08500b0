//! The addresses of a link, each with its QR code.

use crate::api::op::ops;
use crate::api::params::params;
use crate::api::record::{record, reply};
use crate::api::reply::Reply;
use crate::api::schema::words;
use crate::api::shown::ShareId;
use crate::api::texts::Lines;
use crate::base::qr::Qr;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::pairing::BASE_URL_BYTES_MAX;
use crate::domain::sharing::addresses::{AddressKind, LinkAddress};
use crate::error::Result;

ops! { LINK_ADDRESSES: User "Shares"
    /// The addresses that open the link of a share, the best first, each with its QR code.
    "getlinkaddresses" proxy read list(OfShare) -> LinkAddresses;
}

params! {
    OfShare {
        /// The id of the share.
        shareid: ShareId,
        /// The address at which the caller reaches the cloud. The reply includes it.
        baseurl: Option<Lines<0, BASE_URL_BYTES_MAX>>,
    }
}

words! {
    AddressKind {
        Name = "name",
        Address = "address",
        Public = "public",
    }
}

record! {
    /// An address of a link.
    LinkAddressRecord {
        /// The address.
        url: String,
        /// The address as a QR code: rows of 1 for dark and 0 for light, separated by commas.
        qr: String,
        /// The host in it: `name` for a name in the server's own network, `address` for an IP
        /// address, `public` for a name that everybody can look up.
        kind: AddressKind,
    }
}

reply! {
    /// Addresses of a link.
    LinkAddresses = addresses()[address: LinkAddressRecord];
}

fn list(view: &CloudView<'_>, user: &User, params: OfShare) -> Result<Reply<LinkAddresses>> {
    let shared = view.managed_share(user, &params.shareid)?;
    let addresses = view.addresses_of_link(&shared, params.baseurl.as_deref())?;
    Ok(Reply::list(addresses.into_iter().map(record).collect::<Result<Vec<_>>>()?))
}

fn record(LinkAddress { url, kind }: LinkAddress) -> Result<LinkAddressRecord> {
    Ok(LinkAddressRecord { qr: Qr::of(&url)?.rows(), url, kind })
}
