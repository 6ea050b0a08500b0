//! Where this machine can be reached.

use std::net::{IpAddr, UdpSocket};

/// Addresses of this machine: of itself, the one it would use to reach others, and those of all other networks it is in.
/// Nothing is sent: connecting a datagram socket only chooses the way (udp(7)).
pub fn local_addresses(wants_ipv4: bool) -> Vec<IpAddr> {
    // The addresses asked about belong to documentation (RFC 5737, RFC 3849): any that is not local would do.
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
        // Browsers take no address that holds on one cable only.
        let is_usable = !interface.is_loopback() && (ip.is_ipv4() || !interface.is_link_local());
        if ip.is_ipv4() == wants_ipv4 && is_usable && !found.contains(&ip) {
            found.push(ip);
        }
    }
    found
}
