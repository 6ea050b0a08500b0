//! The addresses of the server and its name on the local network, and how the console shows them.

use crate::base::qr::Qr;
use crate::config::{Config, LogFormat};
#[cfg(feature = "mdns")]
use crate::http::Announcement;
use crate::http::local_addresses;
use crate::logger::{say, tell};
use std::net::SocketAddr;

/// The server's addresses. The flag is true for TLS.
pub struct Reach {
    listening: Vec<(SocketAddr, bool)>,
    /// The addresses that other machines can use. If the server listens on all addresses, these are
    /// the addresses of this machine.
    reached: Vec<(SocketAddr, bool)>,
}

impl Reach {
    pub fn of(listening: &[(SocketAddr, bool)]) -> Reach {
        let mut reached = Vec::new();
        for (address, is_secure) in listening {
            let ips = if address.ip().is_unspecified() {
                local_addresses(address.is_ipv4())
            } else {
                vec![address.ip()]
            };
            reached.extend(ips.into_iter().map(|ip| (SocketAddr::new(ip, address.port()), *is_secure)));
        }
        reached.dedup();
        Reach { listening: listening.to_vec(), reached }
    }

    /// The URLs of all addresses.
    pub fn urls(&self) -> Vec<String> {
        self.reached.iter().map(url).collect()
    }

    /// Announces the server's name on the network, unless the setting turns it off. If this fails,
    /// everything else still works.
    pub fn announce(&self, config: &Config) -> Option<Announcement> {
        let name = config.mdns_name.0.as_str();
        if name.is_empty() {
            return None;
        }
        Announcement::begin(name, &config.name, &self.listening).unwrap_or_else(|error| {
            log::warn!("the server's name could not be announced on the network: {error}");
            None
        })
    }

    /// Prints the server's addresses and, if there is no account, how to create the first one.
    pub fn say(&self, announcement: Option<&Announcement>, code: Option<String>, format: LogFormat) {
        for address in &self.listening {
            let url = url(address);
            let url = url.trim_end_matches('/');
            say(format, &format!("cloudlet {} is listening on {url}", env!("CARGO_PKG_VERSION")));
        }
        let Some(code) = code else { return };
        let urls: Vec<String> = self.urls().into_iter().chain(announcement.map(Announcement::url)).collect();
        let invitation =
            "Nobody has an account yet. Open one of these in a browser and create the first administrator:";
        let question = format!("The page asks for this one-time code: {code}");
        match format {
            LogFormat::Json => say(format, &format!("{invitation} {}. {question}", urls.join(" "))),
            LogFormat::Text => {
                tell(&format!("\n{invitation}\n    {}\n{question}\n\n", urls.join("\n    ")));
                self.say_to_a_phone();
            }
        }
    }

    /// Prints an address as a QR code, for phones.
    fn say_to_a_phone(&self) {
        let outside = self.reached.iter().find(|(address, _)| !address.ip().is_loopback()).map(url);
        if let Some(Ok(qr)) = outside.as_deref().map(Qr::of) {
            tell(&format!("{}\n", qr.console()));
            tell(&format!("Scan this code to open {} on a phone.\n\n", outside.unwrap_or_default()));
        }
    }
}

fn url((address, is_secure): &(SocketAddr, bool)) -> String {
    let scheme = if *is_secure { "https" } else { "http" };
    format!("{scheme}://{address}/")
}

/// A build without mDNS announces no name.
#[cfg(not(feature = "mdns"))]
pub enum Announcement {}

#[cfg(not(feature = "mdns"))]
impl Announcement {
    fn begin(_: &str, _: &str, _: &[(SocketAddr, bool)]) -> Result<Option<Announcement>, String> {
        Ok(None)
    }

    fn url(&self) -> String {
        match *self {}
    }
}

/// A build without mDNS has nothing to end here.
#[cfg(not(feature = "mdns"))]
impl Drop for Announcement {
    fn drop(&mut self) {}
}
