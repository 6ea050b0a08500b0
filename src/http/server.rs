//! Starts, runs and stops the server.

use super::call::{Caller, Job};
use super::listener::Listener;
use super::poller::Poller;
use super::settings::Settings;
use super::shared::Shared;
use super::workers::Workers;
use super::{Service, systemd};
use crate::base::guarded::Guarded;
use crate::base::limits::WORKERS_STOP_TIME;
use crate::error::{Error, Result};
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};

/// A server that listens but does not answer yet.
pub struct Server {
    listeners: Vec<Listener>,
    settings: Settings,
    shared: Arc<Shared>,
    workers: Arc<OnceLock<Arc<Workers<Job>>>>,
}

/// Tells whether a running server can take calls.
#[derive(Clone)]
pub struct Health {
    workers: Arc<OnceLock<Arc<Workers<Job>>>>,
}

impl Health {
    /// True if a worker is free or can be started for a call that does not wait for its peer.
    pub fn has_free_worker(&self) -> bool {
        self.workers.get().is_some_and(|workers| workers.has_room())
    }

    /// The number of calls that a disk holds up.
    pub fn held_up(&self) -> usize {
        self.workers.get().map_or(0, |workers| workers.written_off())
    }

    /// The number of threads that run calls now.
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
    /// Starts to listen on `plain` addresses for HTTP and on `secure` addresses for HTTP over TLS,
    /// which needs keys.
    ///
    /// # Errors
    /// Names the address, what is wrong with it and what to do.
    pub fn bind(plain: &[SocketAddr], secure: &[SocketAddr], settings: Settings) -> Result<Server> {
        let given = systemd::sockets()?;
        // Sockets from the service manager replace the setting.
        let plain = if given.is_empty() { plain } else { &[] };
        let given =
            given.into_iter().map(|(socket, address)| Listener::taken(OwnedFd::from(socket), address));
        let bound = plain.iter().map(|address| Listener::bind(*address, false));
        let secure = secure.iter().map(|address| Listener::bind(*address, true));
        Ok(Server {
            listeners: given.chain(bound).chain(secure).collect::<Result<_>>()?,
            settings,
            shared: Arc::new(Shared::new()?),
            workers: Arc::default(),
        })
    }

    /// The addresses with their actual ports. The flag is true for TLS.
    pub fn addresses(&self) -> Vec<(SocketAddr, bool)> {
        self.listeners.iter().map(|listener| (listener.address, listener.is_secure)).collect()
    }

    pub fn health(&self) -> Health {
        Health { workers: Arc::clone(&self.workers) }
    }

    pub fn stopper(&self) -> Stopper {
        Stopper { shared: Arc::clone(&self.shared) }
    }

    /// Answers requests until the server is stopped. Then running calls may still end, within a
    /// time limit.
    pub fn run(self, service: Arc<dyn Service>) -> Result<()> {
        let back = Arc::clone(&self.shared);
        let caller = Arc::new(Caller {
            service: Arc::clone(&service),
            give_back: Box::new(move |returned| back.give_back(returned)),
            is_stopping: Arc::clone(&self.shared.is_stopping),
            workers: Arc::clone(&self.workers),
            running: Guarded::default(),
        });
        let (runner, at_work) = (Arc::clone(&caller), Arc::clone(&caller));
        let workers = Arc::new(Workers::new(self.settings.capacity.workers as usize, move |job, ticket| {
            runner.run(job, ticket);
        }));
        if self.workers.set(Arc::clone(&workers)).is_err() {
            return Err(Error::internal("the pool was set twice"));
        }
        Poller::new(self.listeners, self.shared, service, Arc::clone(&workers), self.settings)?.run()?;
        if !workers.finish(WORKERS_STOP_TIME) {
            log::warn!("not waiting for calls that did not end in time: {}", at_work.names());
        }
        Ok(())
    }
}

impl Stopper {
    pub fn stop(&self) {
        self.shared.is_stopping.store(true, Ordering::Relaxed);
        self.shared.wake();
    }
}
