//! One call on a worker: the service runs, its answer is sent, and the connection is returned or
//! closed.

use super::body::Body;
use super::connection::Connection;
use super::packed::CommonBytes;
use super::request::Request;
use super::response::{Outgoing, Response, Rest};
use super::send::{gather, send};
use super::unsent::Unsent;
use super::workers::{Load, Ticket, Workers};
use super::{Content, Service};
use crate::base::guarded::Guarded;
use crate::base::http_status::Status;
use crate::base::permits::{self, Held};
use crate::error::Error;
use std::any::Any;
use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};

/// Parts of files and streams up to this length are read into memory, so that the poller can send
/// the bytes that do not fit into the socket at once. A worker sends longer ones, and depends on
/// the peer's speed.
const GATHERED_ANSWER_BYTES_MAX: u64 = 64 * 1024;

/// The job of a worker.
pub(super) struct Job {
    pub connection: Connection,
    pub request: Arc<Request>,
    pub step: Step,
    pub load: Load,
    /// The disks from which the answer is sent.
    pub permits: permits::Left,
}

pub(super) enum Step {
    /// Finds out whether the request belongs to a session. The connection's buffer holds the
    /// request.
    Identify,
    /// Asks the service for an answer.
    Ask,
    /// Sends an answer that is ready and waits for a slow place.
    Send { bytes: Vec<u8>, outgoing: Outgoing },
}

/// A connection that a worker returns, with its next state.
pub(super) enum Returned {
    /// The connection waits for the next request.
    KeptAlive(Connection),
    /// It is known now whether a signed-in caller sends the request in the buffer.
    Identified {
        connection: Connection,
        is_known: bool,
    },
    /// The rest of the answer waits for room in the socket. Afterwards the connection may end.
    Answering {
        connection: Connection,
        unsent: Unsent,
        then_ends: bool,
    },
    /// The last answer has been sent. Bytes that still arrive are dropped for a while.
    Lingering(Connection),
    Ended(Connection),
}

impl Returned {
    pub fn connection(&mut self) -> &mut Connection {
        match self {
            Returned::KeptAlive(connection)
            | Returned::Lingering(connection)
            | Returned::Ended(connection) => connection,
            Returned::Identified { connection, .. } | Returned::Answering { connection, .. } => connection,
        }
    }
}

/// Runs jobs.
pub(super) struct Caller {
    pub service: Arc<dyn Service>,
    pub give_back: Box<dyn Fn(Returned) + Send + Sync>,
    pub is_stopping: Arc<AtomicBool>,
    /// The pool in which this runs.
    pub workers: Arc<OnceLock<Arc<Workers<Job>>>>,
    /// The calls that run now, for the log of the stop.
    pub running: Guarded<Vec<Weak<Underway>>>,
}

impl Caller {
    /// The names of the calls that run now.
    pub fn names(&self) -> String {
        let running: Vec<Arc<Underway>> = self.running.lock().iter().filter_map(Weak::upgrade).collect();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for underway in running {
            *counts.entry(self.service.name(&underway.request)).or_default() += 1;
        }
        let names = counts.into_iter().map(|(name, count)| match count {
            1 => name,
            _ => format!("{name} ({count} times)"),
        });
        names.collect::<Vec<_>>().join(", ")
    }

    pub fn run(self: &Arc<Caller>, job: Job, ticket: &Arc<Ticket>) {
        let Job { connection, request, step, load, permits } = job;
        let underway = Arc::new(Underway {
            caller: Arc::clone(self),
            ticket: Arc::clone(ticket),
            connection: Guarded::new(None),
            request,
        });
        self.running.lock().push(Arc::downgrade(&underway));
        let _unit = permits::begin(Some(Arc::clone(&underway) as Arc<dyn Held>));
        match step {
            Step::Identify => {
                let known = catch_unwind(AssertUnwindSafe(|| self.service.knows(&underway.request)));
                (self.give_back)(Returned::Identified { connection, is_known: known.unwrap_or(false) });
            }
            Step::Ask => {
                *underway.connection.lock() = Some(connection);
                self.ask(&underway, load);
            }
            Step::Send { bytes, outgoing } => {
                permits::adopt(permits);
                self.send(connection, &underway.request, bytes, outgoing);
            }
        }
        let mut running = self.running.lock();
        if let Some(at) = running.iter().position(|other| other.as_ptr() == Arc::as_ptr(&underway)) {
            running.swap_remove(at);
        }
    }

    fn ask(self: &Arc<Caller>, underway: &Underway, load: Load) {
        let request = &underway.request;
        let asked = catch_unwind(AssertUnwindSafe(|| {
            let mut body = Body::new(&underway.connection, request, matches!(load, Load::Guest(_)));
            let response = self.service.call(request, &mut body);
            let response = response.with_fault(body.fault());
            let can_go_on = body.drain();
            if body.is_cut() {
                log::warn!("{} was cut short, because the server stops", self.service.name(request));
            }
            (response, can_go_on)
        }));
        let (response, can_go_on) =
            asked.unwrap_or_else(|_| (panicked(self.service.as_ref(), request), false));
        let may_keep_alive = can_go_on && !self.is_stopping.load(Ordering::Relaxed);
        let mut bytes = Vec::new();
        let Outgoing { rest, keeps_alive } = response.append_to(&mut bytes, request, may_keep_alive);
        let gathered = catch_unwind(AssertUnwindSafe(|| gather(&mut bytes, rest, GATHERED_ANSWER_BYTES_MAX)));
        // If a disk held the call up for too long, the watching thread has already answered.
        let Some(connection) = underway.connection.lock().take() else { return };
        match gathered {
            Ok(Ok(Rest::Nothing)) => {
                self.send_now(connection, Unsent::new(bytes, CommonBytes::default()), keeps_alive);
            }
            Ok(Ok(Rest::Common(content))) => {
                self.send_now(connection, Unsent::new(bytes, content), keeps_alive);
            }
            Ok(Ok(rest)) => {
                let step = Step::Send { bytes, outgoing: Outgoing { rest, keeps_alive } };
                let (request, permits) = (Arc::clone(request), permits::left());
                self.send_slowly(Job { connection, request, step, load, permits });
            }
            Ok(Err(error)) => {
                self.tell(&connection, request, &error);
                (self.give_back)(Returned::Ended(connection));
            }
            Err(_) => (self.give_back)(Returned::Ended(connection)),
        }
    }

    /// Sends an answer at the peer's speed: in this job if it has a slow place or gets one, else in
    /// a later job.
    fn send_slowly(&self, job: Job) {
        let workers = self.pool();
        match (job.load, job.step) {
            (Load::Slow, Step::Send { bytes, outgoing }) => {
                self.send(job.connection, &job.request, bytes, outgoing);
            }
            (Load::Light, Step::Send { bytes, outgoing }) if workers.becomes_slow() => {
                self.send(job.connection, &job.request, bytes, outgoing);
                workers.is_light_again();
            }
            (_, step) => {
                if let Err(job) = workers.submit(Job { step, load: Load::Slow, ..job }, Load::Slow) {
                    (self.give_back)(Returned::Ended(job.connection));
                }
            }
        }
    }

    fn pool(&self) -> &Workers<Job> {
        self.workers.get().expect("the pool is set before any job runs")
    }

    /// Sends as much as fits at once and leaves the rest to the poller, so that no worker waits for
    /// a peer that does not read.
    fn send_now(&self, mut connection: Connection, mut unsent: Unsent, keeps_alive: bool) {
        (self.give_back)(match unsent.send_now(&mut connection) {
            Err(error) => {
                log::debug!("{} went away during an answer: {error}", connection.peer);
                Returned::Ended(connection)
            }
            Ok(_) if !unsent.is_empty() || connection.has_unsent() => {
                Returned::Answering { connection, unsent, then_ends: !keeps_alive }
            }
            Ok(_) if keeps_alive => Returned::KeptAlive(connection),
            Ok(_) => {
                connection.finish_sending();
                Returned::Lingering(connection)
            }
        });
    }

    /// Sends an answer at the peer's speed.
    fn send(&self, mut connection: Connection, request: &Request, bytes: Vec<u8>, outgoing: Outgoing) {
        let Outgoing { rest, keeps_alive } = outgoing;
        let sent = catch_unwind(AssertUnwindSafe(|| send(&mut connection, bytes, rest)));
        (self.give_back)(match sent {
            Ok(Ok(())) if keeps_alive => Returned::KeptAlive(connection),
            Ok(Ok(())) => {
                connection.finish_sending();
                Returned::Lingering(connection)
            }
            Ok(Err(error)) => {
                self.tell(&connection, request, &error);
                Returned::Ended(connection)
            }
            Err(_) => Returned::Ended(connection),
        });
    }

    /// A peer that goes away is common and logged only for debugging. An answer that could not be
    /// made, or that the stop has cut, is a warning.
    fn tell(&self, connection: &Connection, request: &Request, error: &io::Error) {
        use io::ErrorKind::{BrokenPipe, ConnectionReset, NotConnected};
        let (peer, name) = (connection.peer, self.service.name(request));
        if matches!(error.kind(), BrokenPipe | ConnectionReset | NotConnected) {
            log::debug!("{peer} went away during an answer to {name}");
        } else {
            log::warn!("an answer to {peer} was cut short: {name}: {error}");
        }
    }
}

/// A call under way on a worker. A disk can hold it up.
pub(super) struct Underway {
    caller: Arc<Caller>,
    ticket: Arc<Ticket>,
    /// The thread that takes the connection answers the call.
    connection: Guarded<Option<Connection>>,
    request: Arc<Request>,
}

impl Held for Underway {
    fn is_held(&self) {
        self.caller.pool().write_off(&self.ticket);
    }

    fn give_up(&self, error: &Error, note: Option<Arc<dyn Any + Send + Sync>>) -> bool {
        // While the call's thread uses the connection, it waits for the peer, so no disk holds it
        // up.
        let Some(connection) = self.connection.try_lock().and_then(|mut lent| lent.take()) else {
            return false;
        };
        let service = &self.caller.service;
        let answer = catch_unwind(AssertUnwindSafe(|| service.gave_up(&self.request, error, note)));
        let answer = answer.unwrap_or_else(|_| panicked(service.as_ref(), &self.request)).close();
        let bytes = answer.into_bytes(&self.request);
        self.caller.send_now(connection, Unsent::new(bytes, CommonBytes::default()), false);
        true
    }
}

/// The answer after a panic, even if making that answer panics, too.
pub(super) fn panicked(service: &dyn Service, request: &Request) -> Response {
    let answer = catch_unwind(AssertUnwindSafe(|| service.panicked(request)));
    answer
        .unwrap_or_else(|_| {
            Response::new(Status::InternalServerError, "text/plain", Content::Static(b"The server failed.\n"))
        })
        .close()
}
