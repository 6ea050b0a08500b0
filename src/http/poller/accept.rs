//! Accepts connections, and never stops accepting. If there are too many connections or too few
//! file descriptors, a connection of the address with the most connections is closed: the one that
//! has been idle for longest.

use super::{FIRST_LISTENER, Poller};
use crate::base::limits::ACCEPT_PAUSE_TIME;
use crate::base::network::Network;
use crate::http::connection::Connection;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::tls::Keys;
use crate::http::waiting::{Begun, Phase, Waiting};
use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::io::Errno;
use rustix::net::{SocketFlags, acceptfrom_with};
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

/// Connections that are accepted before other connections have their turn.
const ACCEPTED_AT_ONCE: usize = 64;
/// The shortest time between two log lines about a lack of resources.
const LACK_LOG_TIME: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Accepting {
    Yes,
    PausedUntil(Instant),
    /// The server is stopping.
    Over,
}

impl Poller {
    pub(super) fn watch_listeners(&self) -> rustix::io::Result<()> {
        self.listeners.iter().enumerate().try_for_each(|(number, listener)| {
            let key = EventData::new_u64(FIRST_LISTENER - number as u64);
            epoll::add(&self.epoll, &listener.socket, key, EventFlags::IN)
        })
    }

    fn unwatch_listeners(&self) {
        for listener in &self.listeners {
            if let Err(errno) = epoll::delete(&self.epoll, &listener.socket) {
                log::error!("a listening socket stays watched: {errno}");
            }
        }
    }

    pub(super) fn accept(&mut self, number: usize) {
        for _ in 0..ACCEPTED_AT_ONCE {
            match acceptfrom_with(&self.listeners[number].socket, SocketFlags::CLOEXEC) {
                Ok((socket, address)) => {
                    if let Some(address) = address.and_then(|address| SocketAddr::try_from(address).ok()) {
                        self.welcome(socket, address, self.listeners[number].is_secure);
                    }
                }
                Err(Errno::AGAIN) => return,
                // The peer closed the connection before it was accepted.
                Err(Errno::CONNABORTED | Errno::INTR | Errno::PROTO) => {}
                Err(errno) => {
                    self.log_lack(&format!(
                        "a connection could not be accepted ({errno}), so idle ones are ended to make room"
                    ));
                    match self.room.dispensable() {
                        Some(key) => self.end(key),
                        None => return self.pause_accepting(),
                    }
                }
            }
        }
    }

    fn welcome(&mut self, socket: OwnedFd, address: SocketAddr, is_secure: bool) {
        let peer = address.ip().to_canonical();
        let is_proxy = self.settings.is_proxy(peer);
        if !is_proxy
            && self.counts.of(Network::of_caller(peer)) >= self.settings.capacity.connections_per_address
        {
            log::debug!("too many connections from {peer}");
            let refused = Response::busy("There are too many connections from your address.");
            let bytes = refused.into_bytes(&Request::new(peer, 0));
            // If the answer does not fit into the socket, the end of the connection must suffice.
            let _ = Connection::new(socket, peer, 0, None, &self.shared.is_cut).send_now(&bytes, false);
            return;
        }
        if self.counts.total >= self.settings.capacity.connections as usize {
            match self.room.dispensable() {
                Some(key) => self.end(key),
                None => return,
            }
        }
        let session = match self.settings.keys.as_ref().filter(|_| is_secure).map(Keys::session).transpose() {
            Ok(session) => session,
            Err(error) => return log::error!("no TLS session for {peer}: {error}"),
        };
        let mut connection = Connection::new(socket, peer, self.next_id, session, &self.shared.is_cut);
        if is_proxy {
            connection.is_from_a_proxy();
        }
        self.counts.came(connection.network());
        self.next_id += 1;
        // With TLS, the handshake must end within the time for a head.
        let phase = if is_secure { Phase::Begun(Begun { searched: 0, needed: 0 }) } else { Phase::Idle };
        let key = self.room.put(Waiting::new(connection, phase, self.now));
        // Most callers send a request at once.
        self.line_up(key);
    }

    /// Logs a lack of resources, but not again and again: strangers must not fill the log.
    pub(super) fn log_lack(&mut self, what: &str) {
        if self.fd_exhaustion_logged.is_none_or(|logged| self.now - logged >= LACK_LOG_TIME) {
            self.fd_exhaustion_logged = Some(self.now);
            log::warn!("{what}; further lacks within half a minute are not logged");
        }
    }

    fn pause_accepting(&mut self) {
        if self.accepting == Accepting::Yes {
            self.unwatch_listeners();
            self.accepting = Accepting::PausedUntil(self.now + ACCEPT_PAUSE_TIME);
        }
    }

    pub(super) fn stop_accepting(&mut self) {
        if self.accepting == Accepting::Over {
            return;
        }
        if self.accepting == Accepting::Yes {
            self.unwatch_listeners();
        }
        self.accepting = Accepting::Over;
        self.listeners.clear();
        for key in self.room.without_request() {
            self.end(key);
        }
    }
}
