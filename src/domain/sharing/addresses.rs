//! The addresses at which a link can be opened: by the name and the IP address of the cloud at
//! home, and by the address that the caller sees in the browser.

use super::shares::Shared;
use crate::base::host::Host;
use crate::domain::CloudView;
use crate::domain::accounts::pairing::checked_base_url;
use crate::error::Result;

/// An address of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkAddress {
    pub url: String,
    pub kind: AddressKind,
}

/// The way in which an address names the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressKind {
    /// A name that only its own network knows, such as `cloudlet.local`.
    Name,
    /// An IP address.
    Address,
    /// A name that everybody can look up.
    Public,
}

impl CloudView<'_> {
    /// The best address of a link.
    pub fn best_address_of_link(&self, shared: &Shared) -> String {
        address_at(&self.best_address(), shared)
    }

    /// The addresses of a link, the best first. `base_url` is the address at which the caller
    /// reaches the cloud. The server may not know it, for example behind a proxy.
    ///
    /// # Errors
    /// `Code::Invalid` if `base_url` is not a valid address.
    pub fn addresses_of_link(&self, shared: &Shared, base_url: Option<&str>) -> Result<Vec<LinkAddress>> {
        let callers = base_url.map(checked_base_url).transpose()?;
        let known = self.pairing_addresses();
        let mut addresses: Vec<LinkAddress> = Vec::new();
        for base in known.iter().chain(&callers) {
            let url = address_at(base, shared);
            if addresses.iter().all(|address| address.url != url) {
                addresses.push(LinkAddress { kind: kind_of(base), url });
            }
        }
        Ok(addresses)
    }
}

/// The address of a link on the server with this base address.
fn address_at(base: &str, shared: &Shared) -> String {
    format!("{}/url/{}", base.trim_end_matches('/'), shared.row.link.token)
}

/// The way in which a base address names its server.
fn kind_of(base: &str) -> AddressKind {
    match Host::of_url(base) {
        Some(host) if host.is_address() => AddressKind::Address,
        Some(host) if host.is_private() => AddressKind::Name,
        _ => AddressKind::Public,
    }
}

#[cfg(test)]
mod tests {
    use super::{AddressKind, kind_of};

    #[test]
    fn addresses_are_told_apart_by_their_hosts() {
        for (base, wanted) in [
            ("http://cloudlet.local:8080", AddressKind::Name),
            ("http://nas/", AddressKind::Name),
            ("http://192.168.1.2:8080/", AddressKind::Address),
            ("https://[fd00::1]/cloud/", AddressKind::Address),
            ("https://cloud.example.org/", AddressKind::Public),
            ("https://example.org/cloud", AddressKind::Public),
        ] {
            assert_eq!(kind_of(base), wanted, "{base}");
        }
    }
}
