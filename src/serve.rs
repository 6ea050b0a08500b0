//! The server's life: the data directory is taken, the cloud opened and mended, the doors opened; at SIGTERM or SIGINT all
//! of it ends in the opposite order.

use crate::api::Api;
use crate::base::qr::Qr;
use crate::config::{Config, Settings};
use crate::disk::local::{DataLock, check_owner, create_data_directory};
use crate::domain::Cloud;
use crate::error::{Code, Error, Result};
#[cfg(feature = "mdns")]
use crate::http::Announcement;
use crate::http::{Body, Capacity, Request, Response, Server, Service, local_addresses, systemd};
use crate::jobs::Jobs;
use crate::monitor::Monitor;
use crate::portal::Portal;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};

/// Serves until it is told to stop.
///
/// # Errors
/// A sentence that names what cannot be used and what to do.
pub fn serve(data: &Path, assets: Option<PathBuf>, settings: Settings) -> Result<()> {
    let config = settings.config.clone();
    crate::logger::begin(config.log_level, config.log_format);
    let named = |error: Error| {
        let message = format!("The data directory {}: {}", data.display(), error.message);
        Error { message: message.into(), ..error }
    };
    create_data_directory(data).and_then(|()| check_owner(data)).map_err(named)?;
    let _lock = DataLock::acquire(data).map_err(named)?.ok_or_else(|| {
        Error::new(
            Code::Conflict,
            format!("Another cloudlet serves the data directory {} already.", data.display()),
        )
    })?;
    let capacity = Capacity {
        connections: config.connections_max,
        connections_per_address: config.connections_per_address_max,
        workers: config.workers_max,
    };
    let server = Server::bind(&config.listen, capacity)?;
    let cloud = Arc::new(Cloud::open(data, settings)?);
    log::set_max_level(cloud.config().log_level);
    cloud.recover()?;
    let monitor = Arc::new(Monitor::new(Arc::clone(&cloud), server.health()));
    let doors = Doors {
        api: Api::new(Arc::clone(&cloud)),
        portal: Portal::new(assets),
        monitor: Arc::clone(&monitor),
    };
    let jobs = Jobs::start(Arc::clone(&cloud)).map_err(Error::internal)?;
    stop_at_signals(&server)?;
    let reached = reached_at(server.addresses());
    cloud.is_reached_at(reached.iter().map(url).collect());
    let announcement = announce_on_network(&cloud.config(), server.addresses());
    let name = announcement.as_ref().map(Announcement::url);
    say_where(server.addresses(), &reached, name, cloud.begin_setup()?);
    systemd::notify("READY=1");
    let watchdog = Watchdog::start(monitor)?;
    let served = server.run(Arc::new(doors));
    systemd::notify("STOPPING=1");
    drop(announcement);
    drop(watchdog);
    jobs.stop();
    cloud.close();
    log::info!("stopped");
    served
}

/// The doors, which know nothing of one another.
struct Doors {
    api: Api,
    portal: Portal,
    monitor: Arc<Monitor>,
}

impl Service for Doors {
    fn answer_at_once(&self, request: &Request, body: &[u8]) -> Option<Response> {
        self.portal.answer(request).or_else(|| self.api.answer_at_once(request, body))
    }

    fn call(&self, request: &Request, body: &mut Body<'_>) -> Response {
        match Api::owns(request.path()) {
            true => self.api.call(request, body),
            false => {
                let answer = self.portal.answer(request).or_else(|| self.monitor.answer(request));
                answer.unwrap_or_else(Portal::nothing_here)
            }
        }
    }

    fn panicked(&self, request: &Request) -> Response {
        self.api.panicked(request)
    }
}

/// Tells the service manager now and then that the server is well, where it wants to know. When it is not well it is not
/// told, and restarts the server.
struct Watchdog {
    /// The thread ends when this does.
    _stop: mpsc::Sender<()>,
}

impl Watchdog {
    fn start(monitor: Arc<Monitor>) -> Result<Watchdog> {
        let (stop, stopped) = mpsc::channel();
        let Some(time) = systemd::watchdog() else { return Ok(Watchdog { _stop: stop }) };
        // Half the time, as sd_watchdog_enabled(3) recommends.
        let ping = move || {
            while stopped.recv_timeout(time / 2) == Err(RecvTimeoutError::Timeout) {
                if monitor.is_well() {
                    systemd::notify("WATCHDOG=1");
                }
            }
        };
        std::thread::Builder::new().name("watchdog".into()).spawn(ping).map_err(Error::internal)?;
        Ok(Watchdog { _stop: stop })
    }
}

fn stop_at_signals(server: &Server) -> Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGINT]).map_err(Error::internal)?;
    let stopper = server.stopper();
    let wait = move || {
        for _ in signals.forever() {
            stopper.stop();
        }
    };
    std::thread::Builder::new().name("signals".into()).spawn(wait).map(drop).map_err(Error::internal)
}

/// The listening addresses; where it listens on all of the machine's, those that others on the network use.
fn reached_at(listening: &[SocketAddr]) -> Vec<SocketAddr> {
    let mut reached = Vec::new();
    for address in listening {
        let ips = if address.ip().is_unspecified() {
            local_addresses(address.is_ipv4())
        } else {
            vec![address.ip()]
        };
        reached.extend(ips.into_iter().map(|ip| SocketAddr::new(ip, address.port())));
    }
    reached.dedup();
    reached
}

fn url(address: &SocketAddr) -> String {
    format!("http://{address}/")
}

/// A build without names on the network has none.
#[cfg(not(feature = "mdns"))]
enum Announcement {}

#[cfg(not(feature = "mdns"))]
impl Announcement {
    fn begin(_: &str, _: &str, _: &[SocketAddr]) -> Result<Option<Announcement>, String> {
        Ok(None)
    }

    fn url(&self) -> String {
        match *self {}
    }
}

/// Gives the server its name on the network, unless the setting says no. Without it everything else works.
fn announce_on_network(config: &Config, listening: &[SocketAddr]) -> Option<Announcement> {
    let name = config.mdns_name.0.as_str();
    if name.is_empty() {
        return None;
    }
    Announcement::begin(name, &config.name, listening).unwrap_or_else(|error| {
        log::warn!("the server has no name on the network: {error}");
        None
    })
}

/// Says where the server is and, before there is an account, how to make the first.
fn say_where(listening: &[SocketAddr], reached: &[SocketAddr], name: Option<String>, code: Option<String>) {
    for address in listening {
        eprintln!("cloudlet {} is listening on http://{address}", env!("CARGO_PKG_VERSION"));
    }
    let Some(code) = code else { return };
    eprintln!();
    eprintln!(
        "Nobody has an account yet. Open one of these in a browser and create the first administrator:"
    );
    for url in reached.iter().map(url).chain(name) {
        eprintln!("    {url}");
    }
    eprintln!("The page asks for this one-time code: {code}");
    eprintln!();
    // For a phone: the address of the network that leads to the others comes first.
    let outside = reached.iter().find(|address| !address.ip().is_loopback()).map(url);
    if let Some(Ok(qr)) = outside.as_deref().map(Qr::of) {
        eprintln!("{}", qr.console());
        eprintln!("The same for a phone that reads it from here: {}", outside.unwrap_or_default());
        eprintln!();
    }
}
