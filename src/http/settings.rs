//! What a server is told.

use super::tls::Keys;
use crate::base::network::Network;
use std::net::IpAddr;

/// How much at the same time.
#[derive(Clone, Copy, Debug)]
pub struct Capacity {
    pub connections: u32,
    pub connections_per_address: u32,
    pub workers: u32,
}

/// What a server is told about its surroundings.
pub struct Settings {
    pub capacity: Capacity,
    /// For connections to the addresses for TLS.
    pub keys: Option<Keys>,
    /// Networks of proxies that are believed what they say about the caller.
    pub proxies: Vec<Network>,
}

impl Settings {
    pub(super) fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.iter().any(|network| network.contains(address))
    }
}
