//! The server from its start to its end. At the start the data directory is locked, the cloud is
//! opened and recovered, and the entry points are opened. At SIGTERM or SIGINT all of this ends in
//! the opposite order.

use crate::api::Api;
use crate::base::limits::{
    BACKGROUND_STOP_TIME, BACKGROUND_STOP_TIME_MIN, CHECKPOINT_WAIT_TIME, STOP_TIME, WORKERS_STOP_TIME,
};
use crate::base::{permits, vital};
use crate::config::Settings;
use crate::disk::local::{DataLock, prepare_data_directory};
use crate::domain::index::watch::Watch;
use crate::domain::{Cloud, DATABASE_NAME};
use crate::error::{Code, Error, Result};
use crate::host_names::HostNames;
use crate::http::{AtOnce, Body, Capacity, Method, Request, Response, Server, Service, Status, systemd};
use crate::jobs::Jobs;
use crate::keys::{self, Loaded, Renewal};
use crate::mailing::Mailing;
use crate::monitor::{self, Monitor};
use crate::portal::Portal;
use crate::reach::Reach;
use std::any::Any;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// Serves until a signal stops it.
///
/// # Errors
/// A sentence that names what cannot be used, and what to do.
pub fn serve(data: &Path, assets: Option<PathBuf>, settings: Settings) -> Result<()> {
    let config = settings.config.clone();
    crate::logger::begin(config.log_level, config.log_format);
    prepare_data_directory(data)?;
    Cloud::check_database_is_there(data)?;
    let _lock = DataLock::acquire(data, Some(DATABASE_NAME))?.ok_or_else(|| {
        Error::new(
            Code::Conflict,
            format!("Another cloudlet already uses the data directory {}.", data.display()),
        )
    })?;
    let capacity = Capacity {
        connections: config.connections_max,
        connections_per_address: config.connections_per_address_max,
        workers: config.workers_max,
    };
    let Loaded { keys, certificate, own } = keys::load(data, &config)?;
    let surroundings = crate::http::Settings { capacity, keys, proxies: config.trusted_proxies.clone() };
    let server = Server::bind(&config.listen, &config.listen_tls, surroundings)?;
    let cloud = Arc::new(Cloud::open(data, settings)?);
    certificate.into_iter().for_each(|certificate| cloud.is_secured_by(certificate));
    log::set_max_level(cloud.config().log_level);
    cloud.recover()?;
    cloud.mend_at_start()?;
    cloud.reset_by_file();
    let monitor = Arc::new(Monitor::new(Arc::clone(&cloud), server.health()));
    let addresses = server.addresses();
    let secure = addresses.iter().find(|(_, is_secure)| *is_secure);
    let doors = Doors {
        api: Api::new(Arc::clone(&cloud)),
        portal: Portal::new(assets),
        monitor: Arc::clone(&monitor),
        secure_port: secure.map(|(address, _)| address.port()),
        host_names: HostNames::new(),
        cloud: Arc::clone(&cloud),
    };
    let jobs = Jobs::start(Arc::clone(&cloud)).map_err(Error::internal)?;
    let watch = Watch::start(&cloud);
    let signalled = stop_at_signals(&server, &cloud)?;
    let reach = Reach::of(&addresses);
    cloud.is_reached_at(reach.urls());
    let announcement = reach.announce(&cloud.config());
    reach.say(announcement.as_ref(), cloud.begin_setup()?, cloud.config().log_format);
    // Its first look takes the connection of the database that the start uses.
    let mailing = Mailing::start(&cloud).map_err(Error::internal)?;
    systemd::notify("READY=1");
    let watchdog = Watchdog::start(monitor)?;
    let renewal = Renewal::start(own)?;
    let served = server.run(Arc::new(doors));
    systemd::notify("STOPPING=1");
    drop((announcement, watchdog, renewal));
    cloud.stop_soon();
    end(&cloud, (watch, jobs, mailing), *signalled.get_or_init(Instant::now));
    log::info!("stopped");
    served
}

/// What a stop has waited for, one after the other.
struct Waits {
    /// The end of the part before.
    since: Instant,
    parts: Vec<String>,
}

impl Waits {
    /// Notes how long a part took that ends now, and how long it might take.
    fn for_part(&mut self, name: &str, longest: Duration) {
        let now = Instant::now();
        let took = now.saturating_duration_since(self.since).as_millis();
        self.parts.push(format!("{name} {took} of at most {} ms", longest.as_millis()));
        self.since = now;
    }
}

/// Ends what runs beside the calls, and the cloud, and tells how long the stop has waited for what.
fn end(cloud: &Cloud, (watch, jobs, mailing): (Option<Watch>, Jobs, Mailing), signalled: Instant) {
    let mut waits = Waits { since: signalled, parts: Vec::new() };
    waits.for_part("calls", STOP_TIME + WORKERS_STOP_TIME);
    let deadline = (signalled + BACKGROUND_STOP_TIME).max(waits.since + BACKGROUND_STOP_TIME_MIN);
    end_background(watch, jobs, mailing, deadline);
    waits.for_part("work in the background", deadline - waits.since);
    cloud.close();
    waits.for_part("the database", CHECKPOINT_WAIT_TIME);
    log::info!("the stop has waited for {}", waits.parts.join(", "));
}

/// Ends the threads that work beside the calls. A thread that does not end before a deadline is
/// named in the log. Threads that a disk blocks are only counted there.
fn end_background(watch: Option<Watch>, jobs: Jobs, mailing: Mailing, deadline: Instant) {
    if let Some(watch) = watch {
        watch.stop(deadline);
    }
    jobs.stop(deadline);
    mailing.stop(deadline);
    permits::log_inside();
}

/// The entry points. None of them knows another.
struct Doors {
    api: Api,
    portal: Portal,
    monitor: Arc<Monitor>,
    /// The port with TLS, if any.
    secure_port: Option<u16>,
    host_names: HostNames,
    cloud: Arc<Cloud>,
}

impl Doors {
    /// Refuses a request that is not for this server, or that should use TLS.
    fn refused(&self, request: &Request) -> Option<Response> {
        self.host_names
            .refused(request, &self.cloud.config().host_names)
            .or_else(|| self.secure_address(request))
    }

    /// The address to which a visitor without TLS is redirected, if the settings demand it. Only
    /// GET and HEAD are redirected: everybody on the way has already been able to read a POST. The
    /// health check is not redirected, because the probe would take any status below 400 for a
    /// success. The page and the files that a phone needs to trust the certificate are not
    /// redirected either.
    fn secure_address(&self, request: &Request) -> Option<Response> {
        let port = self.secure_port.filter(|_| !request.is_secure())?;
        let is_looking = matches!(request.method(), Method::Get | Method::Head);
        let path = request.path();
        let is_exempt = path == monitor::PROBE || Portal::is_before_trust(path) || Api::is_before_trust(path);
        if !is_looking || is_exempt || !self.cloud.config().redirect_to_tls {
            return None;
        }
        let name = request.host()?.name;
        let query = if request.query().is_empty() { String::new() } else { format!("?{}", request.query()) };
        let target = format!("https://{name}:{port}{}{query}", request.path());
        Some(Response::empty(Status::PermanentRedirect).header("Location", target))
    }

    fn page(&self, request: &Request) -> Option<Response> {
        self.portal.answer(request, &self.cloud.config().name)
    }
}

impl Service for Doors {
    fn answer_at_once(&self, request: &Request, body: &[u8]) -> AtOnce {
        match self.refused(request).or_else(|| self.page(request)) {
            Some(response) => AtOnce::Answer { response, is_known: None },
            None => self.api.answer_at_once(request, body),
        }
    }

    fn knows_at_once(&self, request: &Request) -> Option<bool> {
        self.api.knows_at_once(request)
    }

    fn knows(&self, request: &Request) -> bool {
        self.api.knows(request)
    }

    fn needs_body(&self, request: &Request) -> bool {
        self.refused(request).is_none() && self.api.needs_body(request)
    }

    fn call(&self, request: &Request, body: &mut Body<'_>) -> Response {
        if let Some(refused) = self.refused(request) {
            return refused;
        }
        match Api::owns(request.path()) {
            true => self.api.call(request, body),
            false => {
                let answer = self.page(request).or_else(|| self.api.description(request));
                let answer = answer.or_else(|| self.monitor.answer(request));
                answer.unwrap_or_else(Portal::nothing_here)
            }
        }
    }

    fn name(&self, request: &Request) -> String {
        // The address of a page may be a public link.
        if Api::owns(request.path()) { request.path().to_owned() } else { "a page".to_owned() }
    }

    fn gave_up(
        &self,
        request: &Request,
        error: &Error,
        note: Option<Arc<dyn Any + Send + Sync>>,
    ) -> Response {
        self.api.gave_up(request, error, note)
    }

    fn panicked(&self, request: &Request) -> Response {
        self.api.panicked(request)
    }
}

/// Regularly tells the service manager that the server is healthy, if it wants to know. Without
/// such a message, the service manager restarts the server.
struct Watchdog {
    /// Dropping this ends the thread.
    _stop: mpsc::Sender<()>,
}

impl Watchdog {
    fn start(monitor: Arc<Monitor>) -> Result<Watchdog> {
        let (stop, stopped) = mpsc::channel();
        let Some(time) = systemd::watchdog() else { return Ok(Watchdog { _stop: stop }) };
        // Half of the interval, as sd_watchdog_enabled(3) recommends.
        let ping = move || {
            while stopped.recv_timeout(time / 2) == Err(RecvTimeoutError::Timeout) {
                if monitor.is_alive() {
                    systemd::notify("WATCHDOG=1");
                }
            }
        };
        vital::spawn("watchdog", ping).map_err(Error::internal)?;
        Ok(Watchdog { _stop: stop })
    }
}

/// Returns when the first signal came, once it has.
fn stop_at_signals(server: &Server, cloud: &Arc<Cloud>) -> Result<Arc<OnceLock<Instant>>> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGINT]).map_err(Error::internal)?;
    let (stopper, cloud, came) = (server.stopper(), Arc::clone(cloud), Arc::new(OnceLock::new()));
    let signalled = Arc::clone(&came);
    let wait = move || {
        for _ in signals.forever() {
            came.get_or_init(Instant::now);
            // Calls that wait for work in the background, such as a test mail, end with it.
            cloud.stop_soon();
            stopper.stop();
        }
    };
    vital::spawn("signals", wait).map_err(Error::internal)?;
    Ok(signalled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tests::TestCloud;
    use std::net::Ipv4Addr;

    /// The poller lets strangers rest, on pages as well, but nobody of whom it knows that they are signed
    /// in.
    #[test]
    fn whoever_is_signed_in_is_known_at_once_on_every_page() {
        let cookie = TestCloud::cookie();
        let (cloud, _user, _directory) = TestCloud::new().shared();
        let capacity = Capacity { connections: 1, connections_per_address: 1, workers: 1 };
        let settings = crate::http::Settings { capacity, keys: None, proxies: Vec::new() };
        let server = Server::bind(&[], &[], settings).unwrap();
        let doors = Doors {
            api: Api::new(Arc::clone(&cloud)),
            portal: Portal::new(None),
            monitor: Arc::new(Monitor::new(Arc::clone(&cloud), server.health())),
            secure_port: None,
            host_names: HostNames::new(),
            cloud: Arc::clone(&cloud),
        };
        let request = |target: &str, cookie: &str| {
            let mut request = Request::new(Ipv4Addr::LOCALHOST.into(), 1);
            let head = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n{cookie}\r\n");
            assert!(request.fill(head.as_bytes()).is_ok(), "{head}");
            request
        };
        let of_bob = format!("Cookie: {cookie}\r\n");
        assert!(doors.knows(&request("/", &of_bob)), "a worker looks the session up, once");
        for target in ["/", "/admin/", "/url/abc", "/app.js", "/healthz", "/no-page", "/core/getfilelist"] {
            assert_eq!(doors.knows_at_once(&request(target, &of_bob)), Some(true), "{target}");
            assert_eq!(doors.knows_at_once(&request(target, "")), Some(false), "{target}");
        }
        cloud.close();
    }
}
