//! Listening, running and stopping.

use super::call::{Caller, Job, Returned};
use super::poller::Poller;
use super::tls::Keys;
use super::workers::Workers;
use super::{Service, systemd};
use crate::base::limits::{BACKLOG, STOP_TIME};
use crate::base::network::Network;
use crate::error::{Code, Error, Result};
use rustix::event::{EventfdFlags, eventfd};
use rustix::io::{Errno, ioctl_fionbio};
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, getsockname, listen, socket_with, sockopt};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

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

/// A socket that listens.
pub(super) struct Listener {
    pub socket: OwnedFd,
    pub is_secure: bool,
}

/// A server that listens and does not answer yet.
pub struct Server {
    listeners: Vec<Listener>,
    addresses: Vec<(SocketAddr, bool)>,
    settings: Settings,
    shared: Arc<Shared>,
    workers: Arc<OnceLock<Arc<Workers<Job>>>>,
}

/// What the poller, the workers and whoever stops the server share.
pub(super) struct Shared {
    /// Readable when the poller has something to look at.
    pub wake: OwnedFd,
    pub is_stopping: Arc<AtomicBool>,
    returned: Mutex<Vec<Returned>>,
}

/// Tells whether a running server can take calls.
#[derive(Clone)]
pub struct Health {
    workers: Arc<OnceLock<Arc<Workers<Job>>>>,
}

impl Health {
    /// Whether a worker is free or could be started, for a call that ends by itself.
    pub fn has_free_worker(&self) -> bool {
        self.workers.get().is_some_and(|workers| workers.has_room())
    }

    /// Threads that run calls now.
    pub fn workers(&self) -> usize {
        self.workers.get().map_or(0, |workers| workers.busy())
    }
}

/// Stops a running server, from any thread.
#[derive(Clone)]
pub struct Stopper {
    shared: Arc<Shared>,
}

impl Server {
    /// Begins to listen: on `plain` addresses for HTTP and on `secure` ones for HTTP in TLS, which need keys.
    ///
    /// # Errors
    /// Names the address, what is wrong with it and what to do.
    pub fn bind(plain: &[SocketAddr], secure: &[SocketAddr], settings: Settings) -> Result<Server> {
        let wake = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).map_err(Error::internal)?;
        let shared = Shared { wake, is_stopping: Arc::default(), returned: Mutex::default() };
        let mut server = Server {
            listeners: Vec::new(),
            addresses: Vec::new(),
            settings,
            shared: Arc::new(shared),
            workers: Arc::default(),
        };
        for (listener, address) in systemd::sockets()? {
            let listener = OwnedFd::from(listener);
            prepare(&listener).map_err(|errno| unusable(address, errno))?;
            server.add(listener, address, false);
        }
        // What the service manager listens on takes the place of the setting.
        let plain = if server.listeners.is_empty() { plain } else { &[] };
        let all = plain
            .iter()
            .map(|address| (*address, false))
            .chain(secure.iter().map(|address| (*address, true)));
        for (address, is_secure) in all {
            let (listener, real) = listen_on(address).map_err(|errno| unusable(address, errno))?;
            server.add(listener, real, is_secure);
        }
        Ok(server)
    }

    fn add(&mut self, socket: OwnedFd, address: SocketAddr, is_secure: bool) {
        self.listeners.push(Listener { socket, is_secure });
        self.addresses.push((address, is_secure));
    }

    /// Where it listens, with the real ports, and whether in TLS.
    pub fn addresses(&self) -> &[(SocketAddr, bool)] {
        &self.addresses
    }

    pub fn health(&self) -> Health {
        Health { workers: Arc::clone(&self.workers) }
    }

    pub fn stopper(&self) -> Stopper {
        Stopper { shared: Arc::clone(&self.shared) }
    }

    /// Answers until it is stopped. What runs then may end, within a limit of time.
    pub fn run(self, service: Arc<dyn Service>) -> Result<()> {
        let back = Arc::clone(&self.shared);
        let caller = Arc::new(Caller {
            service: Arc::clone(&service),
            give_back: Box::new(move |returned| back.give_back(returned)),
            is_stopping: Arc::clone(&self.shared.is_stopping),
            workers: Arc::clone(&self.workers),
        });
        let runner = Arc::clone(&caller);
        let workers =
            Arc::new(Workers::new(self.settings.capacity.workers as usize, move |job| runner.run(job)));
        if self.workers.set(Arc::clone(&workers)).is_err() {
            return Err(Error::internal("the pool was set twice"));
        }
        Poller::new(self.listeners, self.shared, service, Arc::clone(&workers), self.settings)?.run()?;
        if !workers.finish(STOP_TIME) {
            log::warn!("some calls did not end in time and were broken off");
        }
        Ok(())
    }
}

impl Shared {
    fn give_back(&self, returned: Returned) {
        let mut list = self.returned.lock().expect("nothing panics while holding the list");
        list.push(returned);
        let is_first = list.len() == 1;
        drop(list);
        if is_first {
            self.wake();
        }
    }

    /// What workers have given back since the last time.
    pub fn returned(&self) -> Vec<Returned> {
        std::mem::take(&mut *self.returned.lock().expect("nothing panics while holding the list"))
    }

    fn wake(&self) {
        // It fails only when the counter is full: then the poller is awake already.
        let _ = rustix::io::write(&self.wake, &1_u64.to_ne_bytes());
    }

    /// Resets the wake-up; a later one comes again.
    pub fn was_woken(&self) {
        // It fails only when there was none.
        let _ = rustix::io::read(&self.wake, &mut [0_u8; 8]);
    }
}

impl Stopper {
    pub fn stop(&self) {
        self.shared.is_stopping.store(true, Ordering::Relaxed);
        self.shared.wake();
    }
}

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

fn listen_on(address: SocketAddr) -> rustix::io::Result<(OwnedFd, SocketAddr)> {
    let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let socket = socket_with(family, SocketType::STREAM, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK, None)?;
    // A restart must not wait for the last connections of the run before.
    sockopt::set_socket_reuseaddr(&socket, true)?;
    if address.is_ipv6() {
        // So that 0.0.0.0 and [::] can be given side by side.
        sockopt::set_ipv6_v6only(&socket, true)?;
    }
    bind(&socket, &address)?;
    prepare(&socket)?;
    let real = SocketAddr::try_from(getsockname(&socket)?)?;
    Ok((socket, real))
}

/// What holds for every listening socket, whoever made it.
fn prepare(socket: &OwnedFd) -> rustix::io::Result<()> {
    ioctl_fionbio(socket, true)?;
    // Accepted sockets inherit it (tcp(7)): small answers leave at once.
    sockopt::set_tcp_nodelay(socket, true)?;
    // Again for one that listens already: only the backlog changes.
    listen(socket, BACKLOG)
}

fn unusable(address: SocketAddr, errno: Errno) -> Error {
    let (code, sentence) = match errno {
        Errno::ADDRINUSE => (
            Code::Conflict,
            format!(
                "The port {} is in use already: another program, or another cloudlet, listens on {address}. Stop it, or choose another port with --listen.",
                address.port()
            ),
        ),
        Errno::ACCESS | Errno::PERM => (
            Code::Forbidden,
            format!(
                "The port {} may not be used by this user. Choose one from 1024 on with --listen.",
                address.port()
            ),
        ),
        Errno::ADDRNOTAVAIL => (
            Code::NotFound,
            format!(
                "This machine does not have the address {}. Choose another one with --listen; 0.0.0.0 means all.",
                address.ip()
            ),
        ),
        _ => (Code::Internal, format!("The server cannot listen on {address}.")),
    };
    Error::new(code, sentence).because(errno)
}
