//! One call on a worker: the service runs, its answer is sent, the connection goes back or ends.

use super::body::Body;
use super::connection::Connection;
use super::request::Request;
use super::response::{Outgoing, Response, Rest};
use super::send::{gather, send};
use super::status::Status;
use super::unsent::Unsent;
use super::workers::{Load, Workers};
use super::{Content, Service};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// Stretches of files and streams up to this length are read into memory, so that the poller can send what of them does not
/// fit into the socket at once. Longer ones go out on a worker and depend on how fast the peer reads.
const GATHERED_ANSWER_BYTES_MAX: u64 = 64 * 1024;

/// What a worker is given.
pub(super) struct Job {
    pub connection: Connection,
    pub request: Request,
    pub step: Step,
    pub load: Load,
}

pub(super) enum Step {
    /// Whether a session belongs to the request is to be found out; the connection's buffer holds the request.
    Identify,
    /// The service is to be asked.
    Ask,
    /// The answer is there and waits for a place among the slow ones.
    Send { bytes: Vec<u8>, outgoing: Outgoing },
}

/// What becomes of a connection that a worker had.
pub(super) enum Returned {
    /// It waits for the next request.
    KeptAlive(Connection),
    /// It is known now whether somebody who is signed in sends the request in its buffer.
    Identified {
        connection: Connection,
        is_known: bool,
    },
    /// The rest of its answer waits for room, after which it perhaps ends.
    Answering {
        connection: Connection,
        unsent: Unsent,
        then_ends: bool,
    },
    /// Its last answer has been sent; what still arrives is to be thrown away for a while.
    Lingering(Connection),
    Ended(Connection),
}

/// What runs jobs.
pub(super) struct Caller {
    pub service: Arc<dyn Service>,
    pub give_back: Box<dyn Fn(Returned) + Send + Sync>,
    pub is_stopping: Arc<AtomicBool>,
    /// The pool that this runs in.
    pub workers: Arc<OnceLock<Arc<Workers<Job>>>>,
}

impl Caller {
    pub fn run(&self, job: Job) {
        let Job { connection, request, step, load } = job;
        match step {
            Step::Identify => {
                let known = catch_unwind(AssertUnwindSafe(|| self.service.knows(&request)));
                (self.give_back)(Returned::Identified { connection, is_known: known.unwrap_or(false) });
            }
            Step::Ask => self.ask(connection, request, load),
            Step::Send { bytes, outgoing } => self.send(connection, bytes, outgoing),
        }
    }

    fn ask(&self, mut connection: Connection, request: Request, load: Load) {
        let asked = catch_unwind(AssertUnwindSafe(|| {
            let mut body = Body::new(&mut connection, &request, matches!(load, Load::Guest(_)));
            let response = self.service.call(&request, &mut body);
            let response = response.with_fault(body.fault());
            let can_go_on = body.drain();
            (response, can_go_on)
        }));
        let (response, can_go_on) =
            asked.unwrap_or_else(|_| (panicked(self.service.as_ref(), &request), false));
        let may_keep_alive = can_go_on && !self.is_stopping.load(Ordering::Relaxed);
        let mut bytes = Vec::new();
        let Outgoing { rest, keeps_alive } = response.append_to(&mut bytes, &request, may_keep_alive);
        let gathered = catch_unwind(AssertUnwindSafe(|| gather(&mut bytes, rest, GATHERED_ANSWER_BYTES_MAX)));
        match gathered {
            Ok(Ok(Rest::Nothing)) => self.send_now(connection, Unsent::new(bytes, b""), keeps_alive),
            Ok(Ok(Rest::Static(content))) => {
                self.send_now(connection, Unsent::new(bytes, content), keeps_alive)
            }
            Ok(Ok(rest)) => {
                let step = Step::Send { bytes, outgoing: Outgoing { rest, keeps_alive } };
                self.send_slowly(Job { connection, request, step, load });
            }
            Ok(Err(error)) => {
                tell(&connection, &error);
                (self.give_back)(Returned::Ended(connection))
            }
            Err(_) => (self.give_back)(Returned::Ended(connection)),
        }
    }

    /// Sends an answer that depends on how fast the peer reads: here, if this job has a slow place or can get one.
    fn send_slowly(&self, job: Job) {
        let workers = self.workers.get().expect("the pool is set before any job runs");
        match job.load {
            Load::Slow => self.run(job),
            Load::Light if workers.becomes_slow() => {
                self.run(job);
                workers.is_light_again();
            }
            Load::Light | Load::Guest(_) => {
                if let Err(job) = workers.submit(Job { load: Load::Slow, ..job }, Load::Slow) {
                    (self.give_back)(Returned::Ended(job.connection));
                }
            }
        }
    }

    /// Sends what fits at once; the poller sends the rest, so that no worker waits for whoever does not read.
    fn send_now(&self, mut connection: Connection, mut unsent: Unsent, keeps_alive: bool) {
        (self.give_back)(match unsent.send_now(&mut connection) {
            Err(error) => {
                tell(&connection, &error);
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

    /// Sends what depends on how fast the peer reads.
    fn send(&self, mut connection: Connection, bytes: Vec<u8>, outgoing: Outgoing) {
        let Outgoing { rest, keeps_alive } = outgoing;
        let sent = catch_unwind(AssertUnwindSafe(|| send(&mut connection, bytes, rest)));
        (self.give_back)(match sent {
            Ok(Ok(())) if keeps_alive => Returned::KeptAlive(connection),
            Ok(Ok(())) => {
                connection.finish_sending();
                Returned::Lingering(connection)
            }
            Ok(Err(error)) => {
                tell(&connection, &error);
                Returned::Ended(connection)
            }
            Err(_) => Returned::Ended(connection),
        });
    }
}

/// The answer after a panic, even if making that panics too.
pub(super) fn panicked(service: &dyn Service, request: &Request) -> Response {
    let answer = catch_unwind(AssertUnwindSafe(|| service.panicked(request)));
    answer
        .unwrap_or_else(|_| {
            Response::new(Status::InternalServerError, "text/plain", Content::Static(b"The server failed.\n"))
        })
        .close()
}

/// Peers that go away are everyday; what the server could not make is not.
fn tell(connection: &Connection, error: &io::Error) {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, NotConnected};
    if matches!(error.kind(), BrokenPipe | ConnectionReset | NotConnected) {
        log::debug!("{} went away during an answer", connection.peer);
    } else {
        log::warn!("an answer to {} was broken off: {error}", connection.peer);
    }
}
