//! The IP addresses of this machine.

use std::net::{IpAddr, UdpSocket};

/// The loopback address of this machine, the address it uses to reach others, and its addresses in
/// all other networks. Nothing is sent: connecting a UDP socket only chooses the route (udp(7)).
pub fn local_addresses(wants_ipv4: bool) -> Vec<IpAddr> {
    // The target addresses are reserved for documentation (RFC 5737, RFC 3849). Any other foreign
    // address would do.
    let (own, away) = if wants_ipv4 { ("127.0.0.1", "192.0.2.1") } else { ("::1", "2001:db8::1") };
    let unspecified = if wants_ipv4 { "0.0.0.0:0" } else { "[::]:0" };
    let way = UdpSocket::bind(unspecified).and_then(|socket| {
        socket.connect((away, 9))?;
        socket.local_addr()
    });
    let outside = way.ok().map(|address| address.ip()).filter(|ip| !ip.is_unspecified() && !ip.is_loopback());
    let mut found: Vec<IpAddr> = own.parse().ok().into_iter().chain(outside).collect();
    let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        log::debug!("the addresses of the networks cannot be read: {error}");
        Vec::new()
    });
    for interface in interfaces {
        let ip = interface.ip();
        // Browsers do not accept link-local IPv6 addresses.
        let is_usable = !interface.is_loopback() && (ip.is_ipv4() || !interface.is_link_local());
        if ip.is_ipv4() == wants_ipv4 && is_usable && !found.contains(&ip) {
            found.push(ip);
        }
    }
    found
}
