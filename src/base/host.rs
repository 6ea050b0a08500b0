//! Host names: the name in a request, and the names that nobody outside a home network can own.

use super::network;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// The maximum length of a name in bytes (RFC 1035, section 2.3.4).
const NAME_BYTES_MAX: usize = 253;

/// Domains in which nobody outside the home can own a name: special-use domains (RFC 6761, 8375),
/// domains that home networks use (RFC 6762, appendix G), and those of common routers. The home
/// network decides where their names lead.
const PRIVATE_DOMAINS: [&str; 13] = [
    "localhost",
    "local",
    "localdomain",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "home.arpa",
    "lan",
    "test",
    "fritz.box",
    "speedport.ip",
];

/// The host in a URL: a name or an address, and maybe a port (RFC 3986, section 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Host<'a> {
    /// Without the port. An IPv6 address has its brackets.
    pub name: &'a str,
}

impl<'a> Host<'a> {
    /// Reads the value of a `Host` header, or the same part of a URL. `None` for anything but a
    /// name or an address, for example with a user name before it.
    pub fn read(text: &'a str) -> Option<Host<'a>> {
        let port_at = match text.rfind(':') {
            Some(at) if !text[at..].contains(']') => at,
            _ => text.len(),
        };
        let name = &text[..port_at];
        let port = text[port_at..].strip_prefix(':').unwrap_or("");
        let is_port = port.is_empty() || (port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit()));
        let is_name = |name: &str| {
            !name.is_empty()
                && name.len() <= NAME_BYTES_MAX
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
        };
        let host = Host { name };
        (is_port && (host.is_address() || is_name(name))).then_some(host)
    }

    /// The host that the address of a page or server names, as [`Host::read`] reads it.
    pub fn of_url(url: &'a str) -> Option<Host<'a>> {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        Host::read(rest.split_once('/').map_or(rest, |(host, _)| host))
    }

    pub fn is_address(&self) -> bool {
        self.address().is_some()
    }

    /// The address that stands for the host, if one does.
    pub fn address(&self) -> Option<IpAddr> {
        match self.name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
            Some(inner) => inner.parse::<Ipv6Addr>().ok().map(IpAddr::from),
            None => self.name.parse::<Ipv4Addr>().ok().map(IpAddr::from),
        }
    }

    /// True if no page of the internet can have this name, because it is an address, a single word,
    /// or a name in a private domain.
    pub fn is_private(&self) -> bool {
        if self.is_address() {
            return true;
        }
        let name = plain(self.name);
        !name.contains('.') || PRIVATE_DOMAINS.iter().any(|domain| is_within(&name, domain))
    }

    /// True if only callers in the local network use this host: an address of a local network, or a
    /// name as in [`Host::is_private`].
    pub fn is_local(&self) -> bool {
        self.address().map_or_else(|| self.is_private(), network::is_local)
    }

    /// True if this host is this machine itself: a loopback address, or `localhost`.
    pub fn is_this_machine(&self) -> bool {
        self.address().map_or_else(|| plain(self.name) == "localhost", |address| address.is_loopback())
    }

    /// True if this is the domain or a name in it.
    pub fn is_within(&self, domain: &str) -> bool {
        !self.is_address() && is_within(&plain(self.name), &plain(domain))
    }
}

/// The name in lower case and without the final dot, which stands for the root.
fn plain(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

fn is_within(name: &str, domain: &str) -> bool {
    match name.strip_suffix(domain) {
        Some(before) => !domain.is_empty() && (before.is_empty() || before.ends_with('.')),
        None => false,
    }
}

/// A pattern of allowed names: one name, all names in a domain (`*.example.org`), or every name
/// (`*`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostPattern {
    Name(String),
    Within(String),
    Every,
}

impl HostPattern {
    pub fn matches(&self, host: Host<'_>) -> bool {
        match self {
            HostPattern::Name(name) => plain(host.name) == *name,
            HostPattern::Within(domain) => host.is_within(domain) && plain(host.name) != *domain,
            HostPattern::Every => true,
        }
    }
}

impl FromStr for HostPattern {
    type Err = ();

    fn from_str(text: &str) -> Result<HostPattern, ()> {
        let name = |text: &str| {
            let host = Host::read(text).filter(|host| host.name == text);
            host.map(|host| plain(host.name)).ok_or(())
        };
        match (text, text.strip_prefix("*.")) {
            ("*", _) => Ok(HostPattern::Every),
            (_, Some(domain)) => name(domain).map(HostPattern::Within),
            _ => name(text).map(HostPattern::Name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_or_addresses_with_a_port_or_without() {
        for (text, name) in [
            ("nas", "nas"),
            ("nas:8080", "nas"),
            ("Cloud.Example.org.", "Cloud.Example.org."),
            ("192.168.1.2:80", "192.168.1.2"),
            ("[fd00::2]:8080", "[fd00::2]"),
            ("[::1]", "[::1]"),
            ("my_box:", "my_box"),
        ] {
            assert_eq!(Host::read(text).map(|host| host.name), Some(name), "{text}");
        }
        let long = "a".repeat(254);
        for text in [
            "",
            ":80",
            "a@b",
            "user:pass@b",
            "a b",
            "a/b",
            "a?b",
            "a#b",
            "a,b",
            "a:b",
            "a:123456",
            "a:80:80",
            "[::1",
            "::1",
            "[x]",
            "[1.2.3.4]",
            "b\u{fc}ro",
            "a%41",
            long.as_str(),
        ] {
            assert_eq!(Host::read(text), None, "{text}");
        }
    }

    #[test]
    fn names_that_can_be_registered_are_not_private() {
        let is_private = |text: &str| Host::read(text).unwrap().is_private();
        for text in [
            "localhost:8080",
            "nas",
            "nas.local",
            "NAS.Local.",
            "nas.fritz.box",
            "nas.lan",
            "nas.home",
            "nas.home.arpa",
            "a.b.internal",
            "10.0.0.1",
            "[fe80::1]:80",
            "8.8.8.8",
        ] {
            assert!(is_private(text), "{text}");
        }
        for text in [
            "evil.example.org",
            "nas.example.org",
            "localhost.example.org",
            "nas.notlocal",
            "nas.box",
            "evilfritz.box",
            "home.arpa.example.org",
            "arpa.home.org",
            "1.2.3.4.5",
            "10.0.0.1.nip.io",
            "1.2.3.256",
        ] {
            assert!(!is_private(text), "{text}");
        }
    }

    #[test]
    fn patterns_allow_what_they_say() {
        let matches = |pattern: &str, text: &str| {
            pattern.parse::<HostPattern>().unwrap().matches(Host::read(text).unwrap())
        };
        assert!(matches("cloud.example.org", "Cloud.example.org.:443"));
        assert!(!matches("cloud.example.org", "a.cloud.example.org"));
        assert!(matches("*.example.org", "a.b.example.org"));
        assert!(!matches("*.example.org", "example.org") && !matches("*.example.org", "evilexample.org"));
        assert!(matches("*", "anything.example"));
        for text in ["", "*.", "**", "a.*", "https://a.example", "a.example:80", "a.example/x", "a@b.example"]
        {
            assert_eq!(text.parse::<HostPattern>(), Err(()), "{text}");
        }
    }
}
