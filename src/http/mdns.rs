//! Announces the server on the local network by multicast DNS (RFC 6762 and 6763): the name
//! `NAME.local`, and a service of the type `_http._tcp`, or `_https._tcp` if the server only speaks
//! TLS. If another machine has the name, a number is appended.
//!
//! A thread answers queries for the name. It sleeps until a packet comes.

use mdns_sd::{DaemonEvent, DaemonStatus, IfKind, ServiceDaemon, ServiceInfo};
use std::net::SocketAddr;
use std::time::Duration;

const PLAIN: &str = "_http._tcp.local.";
const SECURE: &str = "_https._tcp.local.";
/// The pause between two reads of the machine's addresses. Each read wakes the process.
const LOOK_SECONDS: u32 = 60;
/// At the stop, the server waits this long for the network to learn that the name is gone.
const GOODBYE_TIME: Duration = Duration::from_secs(1);
/// The maximum length of a label in bytes (RFC 1035, section 2.3.4).
const LABEL_BYTES_MAX: usize = 63;

/// A name that is announced until this value is dropped.
pub struct Announcement {
    daemon: ServiceDaemon,
    url: String,
}

/// The data of the announcement, with the current name of the machine.
struct Announced {
    title: String,
    port: u16,
    is_secure: bool,
    interfaces: Vec<IfKind>,
    /// `NAME.local.`
    host: String,
}

impl Announcement {
    /// Announces the server under a name, and under a title in lists of services. `None` if the
    /// server listens only for its own machine.
    ///
    /// # Errors
    /// A sentence. The server can go on without an announced name.
    pub fn begin(
        name: &str,
        title: &str,
        listening: &[(SocketAddr, bool)],
    ) -> Result<Option<Announcement>, String> {
        let outside = || listening.iter().filter(|(address, _)| !address.ip().is_loopback());
        // The address without TLS is preferred: it needs no trust in a certificate.
        let Some((first, is_secure)) = outside().min_by_key(|(_, is_secure)| *is_secure) else {
            return Ok(None);
        };
        let same_port =
            outside().map(|(address, _)| address).filter(|address| address.port() == first.port());
        let announced = Announced {
            title: label(title).to_owned(),
            port: first.port(),
            is_secure: *is_secure,
            interfaces: same_port.map(interfaces).collect(),
            host: format!("{name}.local."),
        };
        let url = announced.url();
        let daemon = start(announced).map_err(|error| error.to_string())?;
        Ok(Some(Announcement { daemon, url }))
    }

    /// The URL with the announced name. If the name is taken, the log reports another one a little
    /// later.
    pub fn url(&self) -> String {
        self.url.clone()
    }
}

impl Drop for Announcement {
    /// Informs the network that the name is gone.
    fn drop(&mut self) {
        let ended = self.daemon.shutdown().map(|ended| ended.recv_timeout(GOODBYE_TIME));
        if !matches!(ended, Ok(Ok(DaemonStatus::Shutdown))) {
            log::debug!("the network may remember the name of the server for a while");
        }
    }
}

fn start(mut announced: Announced) -> Result<ServiceDaemon, mdns_sd::Error> {
    let daemon = ServiceDaemon::new()?;
    daemon.set_ip_check_interval(LOOK_SECONDS)?;
    daemon.disable_interface(vec![IfKind::LoopbackV4, IfKind::LoopbackV6])?;
    let events = daemon.monitor()?;
    daemon.register(announced.service()?)?;
    let follower = daemon.clone();
    // The thread ends with the daemon.
    let follow = move || events.iter().for_each(|event| announced.follow(event, &follower));
    let thread = std::thread::Builder::new().name("mdns".into()).spawn(follow);
    thread.map(|_| daemon).map_err(|error| mdns_sd::Error::Msg(error.to_string()))
}

impl Announced {
    fn service(&self) -> Result<ServiceInfo, mdns_sd::Error> {
        // Service browsers read the path from here.
        let path = [("path", "/")];
        let service = ServiceInfo::new(self.kind(), &self.title, &self.host, "", self.port, path.as_slice())?;
        let mut service = service.enable_addr_auto();
        service.set_interfaces(self.interfaces.clone());
        Ok(service)
    }

    fn kind(&self) -> &'static str {
        if self.is_secure { SECURE } else { PLAIN }
    }

    fn url(&self) -> String {
        let scheme = if self.is_secure { "https" } else { "http" };
        format!("{scheme}://{}:{}/", self.host.trim_end_matches('.'), self.port)
    }

    fn follow(&mut self, event: DaemonEvent, daemon: &ServiceDaemon) {
        match event {
            DaemonEvent::NameChange(change) if change.new_name.ends_with(self.kind()) => {
                log::info!(
                    "another service has the name {}; this one is now {}",
                    change.original,
                    change.new_name
                );
            }
            DaemonEvent::NameChange(change) if change.new_name != self.host => {
                self.host = change.new_name;
                let other = change.original.trim_end_matches('.');
                log::warn!("another machine has the name {other}; this server is now {}", self.url());
                // The service is announced again. Otherwise it would keep leading to the other
                // machine.
                if let Err(error) = self.service().and_then(|service| daemon.register(service)) {
                    log::warn!("the server's name could not be announced on the network: {error}");
                }
            }
            DaemonEvent::Error(error) => log::warn!("announcing the server on the network: {error}"),
            event => log::debug!("on the network: {event:?}"),
        }
    }
}

/// The network interfaces of a listening address.
fn interfaces(address: &SocketAddr) -> IfKind {
    match address {
        address if !address.ip().is_unspecified() => IfKind::Addr(address.ip()),
        SocketAddr::V4(_) => IfKind::IPv4,
        SocketAddr::V6(_) => IfKind::IPv6,
    }
}

/// The part of a title that fits into a label.
fn label(title: &str) -> &str {
    let end = (0..=LABEL_BYTES_MAX.min(title.len())).rev().find(|end| title.is_char_boundary(*end));
    &title[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_announced_where_only_the_machine_itself_is_served() {
        let listening = ["127.0.0.1:80", "[::1]:80"].map(|address| (address.parse().unwrap(), false));
        assert!(Announcement::begin("x", "x", &listening).unwrap().is_none());
        assert!(Announcement::begin("x", "x", &[]).unwrap().is_none());
    }

    #[test]
    fn a_long_title_is_cut_between_letters() {
        assert_eq!(label("Anna's cloud"), "Anna's cloud");
        assert_eq!(label(&"\u{e4}".repeat(40)), "\u{e4}".repeat(31));
    }
}
