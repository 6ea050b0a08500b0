//! The origin of a call: the local network, or any place.

use crate::base::network::{Network, is_local};
use crate::http::{Request, local_addresses};
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The time for which the networks of this machine's own IPv6 addresses are remembered. Providers
/// give new ones now and then.
const LOOK_TIME: Duration = Duration::from_secs(60);

/// True if a call comes from the local network. Two conditions hold: its address, or the address
/// that a trusted proxy gives, is a local one; and it asks for a name or an address that only the
/// local network has. Without the second condition, a tunnel that ends on this machine would make
/// everybody local.
pub fn is_at_home(request: &Request) -> bool {
    let (peer, Some(host)) = (request.peer(), request.host()) else { return false };
    let is_asked_for_here = match peer.is_loopback() {
        true => host.is_this_machine(),
        false => host.is_local() || is_of_own_network(host.address()),
    };
    is_asked_for_here && request.comes_straight() && (is_local(peer) || is_of_own_network(Some(peer)))
}

/// True if a global IPv6 address is in a network of this machine. The machines of a home share
/// their first 64 bits.
fn is_of_own_network(address: Option<IpAddr>) -> bool {
    static OWN: Mutex<Option<(Instant, Vec<Network>)>> = Mutex::new(None);
    let Some(address) = address.map(|address| address.to_canonical()).filter(IpAddr::is_ipv6) else {
        return false;
    };
    let mut own = OWN.lock().expect("nothing panics while holding the networks");
    if own.as_ref().is_none_or(|(looked, _)| looked.elapsed() >= LOOK_TIME) {
        *own = Some((Instant::now(), local_addresses(false).into_iter().map(Network::of_caller).collect()));
    }
    own.as_ref().is_some_and(|(_, networks)| networks.iter().any(|network| network.contains(address)))
}

#[cfg(test)]
mod tests {
    use super::is_at_home;
    use crate::http::Request;

    #[test]
    fn a_call_comes_from_home_when_address_host_and_way_say_so() {
        for (peer, host, more, wanted) in [
            ("192.168.1.7", "192.168.1.2:8080", "", true),
            ("192.168.1.7", "cloudlet.local", "", true),
            ("192.168.1.7", "nas", "", true),
            ("fe80::7", "[fd00::1]", "", true),
            ("127.0.0.1", "localhost:8080", "", true),
            ("127.0.0.1", "127.0.0.1", "", true),
            // A tunnel that ends here.
            ("127.0.0.1", "cloud.example.org", "", false),
            ("127.0.0.1", "192.168.1.2", "", false),
            ("192.168.1.7", "cloud.example.org", "", false),
            ("192.168.1.7", "8.8.8.8", "", false),
            ("8.8.8.8", "192.168.1.2", "", false),
            ("100.64.1.2", "192.168.1.2", "", false),
            ("2001:db8::1", "cloudlet.local", "", false),
            // A proxy that nobody has declared.
            ("192.168.1.7", "192.168.1.2", "X-Forwarded-For: 192.168.1.9\r\n", false),
            ("192.168.1.7", "192.168.1.2", "Via: 1.1 x\r\n", false),
            ("192.168.1.7", "192.168.1.2", "Forwarded: for=8.8.8.8\r\n", false),
        ] {
            let mut request = Request::new(peer.parse().unwrap(), 1);
            let head = format!("GET / HTTP/1.1\r\nHost: {host}\r\n{more}\r\n");
            request.fill(head.as_bytes()).unwrap();
            assert_eq!(is_at_home(&request), wanted, "{peer} {host} {more}");
        }
    }
}
