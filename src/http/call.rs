//! One call on a worker: the service runs, its answer is sent, the connection goes back or ends.

use super::body::Body;
use super::connection::{Connection, Pace};
use super::request::{Framing, Request};
use super::response::{Outgoing, Response};
use super::send::send;
use super::status::Status;
use super::workers::{Load, Workers};
use super::{Content, Service};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// Answers up to this length go out on whatever worker has them; longer ones depend on how fast the peer reads.
const LIGHT_ANSWER_BYTES_MAX: u64 = 256 * 1024;

/// What a worker is given.
pub(super) struct Job {
    pub connection: Connection,
    pub request: Request,
    pub step: Step,
}

pub(super) enum Step {
    /// The service is to be asked. Earlier answers on the connection that have not left yet go first.
    Ask { unsent: Vec<u8> },
    /// The answer is there and waits for a place among the slow ones.
    Send { bytes: Vec<u8>, outgoing: Outgoing },
}

/// What becomes of a connection that a worker had.
pub(super) enum Returned {
    /// It waits for the next request.
    KeptAlive(Connection),
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

impl Job {
    /// A body that has to be waited for makes a call slow.
    pub fn load(&self) -> Load {
        let buffered = self.connection.buffer.len() as u64;
        match (self.request.framing(), &self.step) {
            (_, Step::Send { .. }) | (Framing::Chunked, _) => Load::Slow,
            (Framing::Length(length), _) if length > buffered => Load::Slow,
            _ => Load::Light,
        }
    }
}

impl Caller {
    pub fn run(&self, job: Job) {
        let load = job.load();
        let Job { mut connection, request, step } = job;
        match step {
            Step::Ask { unsent } => {
                let sent = connection.send_all(&unsent, false, &mut Pace::default());
                match sent {
                    Ok(()) => self.ask(connection, request, load),
                    Err(_) => (self.give_back)(Returned::Ended(connection)),
                }
            }
            Step::Send { bytes, outgoing } => self.send(connection, bytes, outgoing),
        }
    }

    fn ask(&self, mut connection: Connection, request: Request, load: Load) {
        let asked = catch_unwind(AssertUnwindSafe(|| {
            let mut body = Body::new(&mut connection, &request);
            let response = self.service.call(&request, &mut body);
            let response = response.with_fault(body.fault());
            let can_go_on = body.drain();
            (response, can_go_on)
        }));
        let (response, can_go_on) =
            asked.unwrap_or_else(|_| (panicked(self.service.as_ref(), &request), false));
        let is_long = !response.is_in_memory()
            && response.length().is_none_or(|length| length > LIGHT_ANSWER_BYTES_MAX);
        let may_keep_alive = can_go_on && !self.is_stopping.load(Ordering::Relaxed);
        let mut bytes = Vec::new();
        let outgoing = response.append_to(&mut bytes, &request, may_keep_alive);
        if !is_long || load == Load::Slow {
            return self.send(connection, bytes, outgoing);
        }
        let workers = self.workers.get().expect("the pool is set before any job runs");
        if workers.becomes_slow() {
            self.send(connection, bytes, outgoing);
            workers.is_light_again();
        } else {
            let job = Job { connection, request, step: Step::Send { bytes, outgoing } };
            if let Err(job) = workers.submit(job, Load::Slow) {
                (self.give_back)(Returned::Ended(job.connection));
            }
        }
    }

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
