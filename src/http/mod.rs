//! A small HTTP/1.1 server core (RFC 9110 and 9112): the only user of sockets.
//!
//! One poller owns all waiting connections, gathers heads without blocking and has answered by itself what cannot block; a
//! bounded pool of workers runs the rest with blocking I/O. An idle connection costs no thread. What each of them knows:
//!
//! * `request`, `range`, `form`, `cookie`, `multipart`, `response`: bytes and their meaning, no sockets;
//! * `connection`, `body`, `send`, `unsent`: one connection, the peer's pace watched;
//! * `listener`, `poller`, `workers`, `call`, `shared`, `server`: all connections. All limits stand in `base::limits`.

mod addresses;
mod body;
mod call;
mod connection;
mod cookie;
mod form;
mod guest_queue;
mod listener;
#[cfg(feature = "mdns")]
mod mdns;
mod multipart;
mod poller;
mod range;
mod request;
mod response;
mod send;
mod server;
mod settings;
mod shared;
mod status;
pub mod systemd;
pub mod tls;
mod unsent;
mod waiting;
mod workers;

pub use addresses::local_addresses;
pub use body::Body;
pub use cookie::set_cookie;
pub use form::Form;
#[cfg(feature = "mdns")]
pub use mdns::Announcement;
pub use multipart::{Multipart, PartHead};
pub use request::{Method, Request};
pub use response::{Content, Produce, Response};
pub use server::{Health, Server};
pub use settings::{Capacity, Settings};
pub use status::Status;

/// What answers requests.
pub trait Service: Send + Sync {
    /// Answers what needs no waiting for a disk or for anybody; `None` sends the request to a worker. Called on the poller's
    /// thread with the whole body, and only when that has arrived already. The answer is in memory.
    fn answer_at_once(&self, request: &Request, body: &[u8]) -> Option<Response>;

    /// Whether somebody who is signed in sends a request, told by its head: only for them a worker waits for a body. `None`
    /// when a disk has to be asked. Called on the poller's thread.
    fn knows_at_once(&self, request: &Request) -> Option<bool>;

    /// The same on a worker, where a disk may be asked.
    fn knows(&self, request: &Request) -> bool;

    /// Whether the answer to a stranger depends on the body; else it is given before the body has come.
    fn needs_body(&self, request: &Request) -> bool;

    /// Answers a request on a worker.
    fn call(&self, request: &Request, body: &mut Body<'_>) -> Response;

    /// The answer when one of the others panicked.
    fn panicked(&self, request: &Request) -> Response;
}
