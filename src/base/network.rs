//! Networks of IP addresses: `192.168.0.0/16`, `fd00::/8`, or a single address.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// All addresses with the same first bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// The network that counts as one caller: an IPv4 address, or the /64 network of an IPv6
    /// address, because a caller can choose any address in it.
    pub fn of_caller(address: IpAddr) -> Network {
        match address.to_canonical() {
            IpAddr::V4(address) => Network { address: address.into(), bits: 32 },
            IpAddr::V6(address) => {
                let network = Ipv6Addr::from_bits(address.to_bits() >> 64 << 64);
                Network { address: network.into(), bits: 64 }
            }
        }
    }

    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let differing = own.to_bits() ^ other.to_bits();
                differing.checked_shr(32 - self.bits).unwrap_or(0) == 0
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let differing = own.to_bits() ^ other.to_bits();
                differing.checked_shr(128 - self.bits).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

/// True if an address belongs to a local network: private, link-local, or this machine itself.
pub fn is_local(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_private() || address.is_loopback() || address.is_link_local(),
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

/// The network that counts as one caller, as text: an IPv4 address, or the /64 network of an IPv6
/// address, because a caller can choose any address in it.
pub fn neighbourhood(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => {
            format!("{}/64", Ipv6Addr::from_bits(address.to_bits() >> 64 << 64))
        }
        _ => address.to_owned(),
    }
}

impl FromStr for Network {
    type Err = ();

    fn from_str(text: &str) -> Result<Network, ()> {
        let (address, bits) =
            text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.trim().parse().map_err(drop)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.trim().parse().map_err(drop))?;
        if bits <= most { Ok(Network { address, bits }) } else { Err(()) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::{Network, is_local};

    #[test]
    fn a_caller_is_an_address_or_half_of_one() {
        for (address, network) in [
            ("192.168.1.2", "192.168.1.2/32"),
            ("::ffff:192.168.1.2", "192.168.1.2/32"),
            ("2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64"),
        ] {
            assert_eq!(Network::of_caller(address.parse().unwrap()).to_string(), network);
        }
    }

    #[test]
    fn local_addresses_are_those_that_nobody_outside_has() {
        for (address, is_inside) in [
            ("192.168.1.2", true),
            ("10.1.2.3", true),
            ("172.31.0.1", true),
            ("172.32.0.1", false),
            ("169.254.7.7", true),
            ("127.0.0.1", true),
            ("::1", true),
            ("fe80::1", true),
            ("fd12::1", true),
            ("::ffff:192.168.1.2", true),
            ("::ffff:8.8.8.8", false),
            ("2001:db8::1", false),
            ("100.64.0.1", false),
            ("8.8.8.8", false),
        ] {
            assert_eq!(is_local(address.parse().unwrap()), is_inside, "{address}");
        }
    }

    #[test]
    fn addresses_are_told_by_their_first_bits() {
        for (network, address, is_inside) in [
            ("192.168.0.0/16", "192.168.7.1", true),
            ("192.168.0.0/16", "192.169.0.1", false),
            ("10.0.0.1", "10.0.0.1", true),
            ("10.0.0.1", "10.0.0.2", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("::/0", "8.8.8.8", false),
            ("fd00::/8", "fd12::1", true),
            ("::1/128", "::1", true),
            ("127.0.0.0/8", "::ffff:127.0.0.1", true),
        ] {
            let network: Network = network.parse().unwrap();
            assert_eq!(network.contains(address.parse().unwrap()), is_inside, "{network} {address}");
        }
        for text in ["", "x", "1.2.3.4/33", "::/129", "1.2.3.4/-1", "1.2.3/8"] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
