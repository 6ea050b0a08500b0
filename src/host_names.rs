//! The host names under which this server answers.
//!
//! This prevents DNS rebinding: an attacker makes a name of theirs lead to this machine. For the
//! browser, the attacker's page then belongs to this server. The page could read what the server
//! tells strangers, and try passwords from inside the home network. Such a name is neither private
//! nor one of this machine's names, so it is refused.

use crate::base::guarded::Guarded;
use crate::base::host::{Host, HostPattern};
use crate::disk::local::read_text;
use crate::http::{Request, Response, Status};
use std::path::Path;
use std::time::{Duration, Instant};

/// The system's file with the domains of its networks (resolv.conf(5)).
const RESOLVER_FILE: &str = "/etc/resolv.conf";
const RESOLVER_BYTES_MAX: u64 = 64 * 1024;
/// The shortest time between two reads of the system's names after a request with an unknown name,
/// and between two log lines about such names.
const LOOK_TIME: Duration = Duration::from_secs(30);

/// The names that the system has for this machine. They may change after the start, when the
/// network comes up.
pub struct HostNames {
    system: Guarded<SystemNames>,
}

struct SystemNames {
    looked: Instant,
    /// The name of the machine, and the domains of its networks.
    domains: Vec<String>,
}

impl HostNames {
    pub fn new() -> HostNames {
        HostNames { system: Guarded::new(SystemNames { looked: Instant::now(), domains: system_domains() }) }
    }

    /// The refusal of a request for an unknown name; `None` if the name is known.
    pub fn refused(&self, request: &Request, allowed: &[HostPattern]) -> Option<Response> {
        let host = request.host()?;
        // A proxy checks the names that it forwards.
        let is_known = request.is_forwarded()
            || host.is_private()
            || allowed.iter().any(|pattern| pattern.matches(host))
            || self.is_of_system(host);
        (!is_known).then(|| unknown(host))
    }

    fn is_of_system(&self, host: Host<'_>) -> bool {
        let mut system = self.system.lock();
        let is_known = |domains: &[String]| domains.iter().any(|domain| host.is_within(domain));
        if is_known(&system.domains) {
            return true;
        }
        if system.looked.elapsed() < LOOK_TIME {
            return false;
        }
        *system = SystemNames { looked: Instant::now(), domains: system_domains() };
        let is_known = is_known(&system.domains);
        if !is_known {
            log::warn!("a request for the host {} was refused: it is not a name of this server", host.name);
        }
        is_known
    }
}

/// The name of this machine on its networks, as far as the system knows it.
pub fn machine_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

fn system_domains() -> Vec<String> {
    let resolver = read_text(Path::new(RESOLVER_FILE), RESOLVER_BYTES_MAX).unwrap_or_else(|error| {
        log::debug!("the network's domains could not be read: {error}");
        None
    });
    let mut domains = search_domains(resolver.as_deref().unwrap_or(""));
    domains.push(machine_name());
    domains
}

/// The domains in which the system searches for short names. A whole top-level domain or the root
/// belongs to nobody.
fn search_domains(resolver: &str) -> Vec<String> {
    let lines = resolver.lines().map(|line| line.split_whitespace());
    lines
        .filter_map(|mut words| {
            words.next().filter(|word| matches!(*word, "search" | "domain")).map(|_| words)
        })
        .flatten()
        .filter(|domain| domain.trim_matches('.').contains('.'))
        .map(str::to_owned)
        .collect()
}

fn unknown(host: Host<'_>) -> Response {
    let name = host.name;
    let sentence = format!(
        "This server does not know the name {name}. If it is a name of this server, add it to the setting host_names (in \
         cloudlet.toml: host_names = \"{name}\"), or, behind a proxy, add the proxy to trusted_proxies. The server's IP \
         address always works."
    );
    Response::sentence(Status::MisdirectedRequest, &sentence).close()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(names: &HostNames, host: &str, allowed: &str) -> Option<Response> {
        let mut request = Request::new(std::net::Ipv4Addr::LOCALHOST.into(), 1);
        request.fill(format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes()).unwrap();
        let allowed: Vec<HostPattern> =
            allowed.split_whitespace().map(|text| text.parse().unwrap()).collect();
        names.refused(&request, &allowed)
    }

    #[test]
    fn names_of_this_machine_and_its_networks_are_known_and_others_are_not() {
        let mut domains =
            search_domains("# x\nnameserver 10.0.0.1\nsearch example.net attlocal.net. org .\n");
        assert_eq!(domains, ["example.net", "attlocal.net."]);
        domains.push("box.example.com".into());
        let names = HostNames { system: Guarded::new(SystemNames { looked: Instant::now(), domains }) };
        for host in
            ["nas.example.net:8080", "NAS.attlocal.net", "box.example.com", "nas", "10.0.0.1", "[::1]:80", ""]
        {
            assert!(answer(&names, host, "").is_none(), "{host}");
        }
        for host in
            ["evil.example", "nas.org", "example.com", "evilexample.net", "box.example.com.evil.example"]
        {
            assert!(answer(&names, host, "").is_some(), "{host}");
            assert!(answer(&names, host, "cloud.example.org").is_some(), "{host}");
            assert!(answer(&names, host, "*").is_none(), "{host}");
        }
        assert!(answer(&names, "cloud.example.org", "cloud.example.org").is_none());
    }
}
