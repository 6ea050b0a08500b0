//! A small HTTP/1.1 server core (RFC 9110 and 9112), the only user of sockets.
//!
//! One poller owns all waiting connections, reads heads without blocking, and answers calls that
//! cannot block. A bounded pool of workers runs all other calls with blocking I/O. An idle
//! connection costs no thread. The modules:
//!
//! * `request`, `range`, `form`, `cookie`, `multipart`, `packed`, `response`: bytes and their
//!   meaning, no sockets;
//! * `connection`, `body`, `send`, `unsent`: one connection and the pace of its peer;
//! * `listener`, `poller`, `workers`, `call`, `shared`, `server`: all connections.
//!
//! All limits are in `base::limits`.

mod addresses;
mod body;
mod call;
mod connection;
mod cookie;
mod form;
#[cfg(fuzzing)]
pub mod fuzzing;
mod guest_pace;
mod guest_queue;
mod listener;
#[cfg(feature = "mdns")]
mod mdns;
mod multipart;
mod packed;
mod poller;
mod range;
mod request;
mod response;
mod send;
mod server;
mod settings;
mod shared;
pub mod systemd;
pub mod tls;
mod unsent;
mod waiting;
mod workers;

pub use crate::base::http_status::Status;
pub use addresses::local_addresses;
pub use body::Body;
pub use cookie::set_cookie;
pub use form::Form;
#[cfg(feature = "mdns")]
pub use mdns::Announcement;
pub use multipart::{Multipart, PartHead};
pub use packed::{CommonBytes, Packed};
pub use request::{Method, Request};
pub use response::{Content, Produce, Response};
pub use server::{Health, Server};
pub use settings::{Capacity, Settings};

use crate::error::Error;
use std::any::Any;
use std::sync::Arc;

/// What is done about a request on the poller's thread.
pub enum AtOnce {
    /// The answer, which is in memory. `is_known` tells whether a signed-in caller sends the request,
    /// if this was found out.
    Answer { response: Response, is_known: Option<bool> },
    /// A worker must answer. If it was found out whether a signed-in caller sends the request, the
    /// poller need not ask [`Service::knows_at_once`].
    Worker { is_known: Option<bool> },
}

/// Answers requests.
pub trait Service: Send + Sync {
    /// Answers a request that needs no disk and no waiting, or passes it to a worker. Called on the
    /// poller's thread, only when the whole body has arrived.
    fn answer_at_once(&self, request: &Request, body: &[u8]) -> AtOnce;

    /// Finds out from the head whether a signed-in caller sends the request, because workers wait
    /// for bodies only of such callers. `None` if a disk must be read. Called on the poller's
    /// thread.
    fn knows_at_once(&self, request: &Request) -> Option<bool>;

    /// The same on a worker, where disks may be read.
    fn knows(&self, request: &Request) -> bool;

    /// True if the answer to a stranger depends on the body. Otherwise the answer is given before
    /// the body has arrived.
    fn needs_body(&self, request: &Request) -> bool;

    /// Answers a request on a worker.
    fn call(&self, request: &Request, body: &mut Body<'_>) -> Response;

    /// The name of a request in the log, without anything that others must not read there.
    fn name(&self, request: &Request) -> String;

    /// Returns the answer to a call that a disk blocks. `note` is what the call has stored about
    /// itself (`permits::note`). The call continues when the disk lets it. This function must not
    /// wait.
    fn gave_up(&self, request: &Request, error: &Error, note: Option<Arc<dyn Any + Send + Sync>>)
    -> Response;

    /// The answer if one of the other methods has panicked.
    fn panicked(&self, request: &Request) -> Response;
}
