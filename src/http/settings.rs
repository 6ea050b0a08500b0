//! Settings of the HTTP server.

use super::tls::Keys;
use crate::base::network::Network;
use std::net::IpAddr;

/// Limits of simultaneous work.
#[derive(Clone, Copy, Debug)]
pub struct Capacity {
    pub connections: u32,
    pub connections_per_address: u32,
    pub workers: u32,
}

/// The settings of a server.
pub struct Settings {
    pub capacity: Capacity,
    /// The TLS keys.
    pub keys: Option<Keys>,
    /// The networks of trusted proxies.
    pub proxies: Vec<Network>,
}

impl Settings {
    pub(super) fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.iter().any(|network| network.contains(address))
    }
}
