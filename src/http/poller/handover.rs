//! Hands requests over to the workers together with their connections, and takes connections back.

use super::{Poller, answering};
use crate::base::network::Network;
use crate::base::permits::Left;
use crate::http::call::{Job, Returned, Step};
use crate::http::guest_queue::Guest;
use crate::http::poller::accept::Accepting;
use crate::http::request::{Framing, Request};
use crate::http::response::Response;
use crate::http::waiting::{Phase, Waiting};
use crate::http::workers::Load;
use rustix::event::epoll;
use std::sync::Arc;

impl Poller {
    /// The way in which the current request uses a worker, if `body_bytes` of its body have
    /// arrived.
    pub(super) fn load(&self, is_known: bool, body_bytes: usize) -> Load {
        match self.request.framing() {
            _ if !is_known => Load::Guest(Guest::stranger(Network::of_caller(self.request.peer()))),
            Framing::Chunked => Load::Slow,
            Framing::Length(length) if length > body_bytes as u64 => Load::Slow,
            _ => Load::Light,
        }
    }

    /// Gives a connection to the workers.
    pub(super) fn hand_over(&mut self, key: u64, buffer: Vec<u8>, step: Step, load: Load) {
        let Some(waiting) = self.unwatched(key) else { return };
        let mut connection = waiting.connection;
        connection.buffer = buffer;
        self.sender_is_known = !matches!(load, Load::Guest(_));
        connection.has_request_of(self.sender_is_known);
        let request = std::mem::replace(&mut self.request, Request::new(connection.peer, 0));
        let held_bytes = connection.held_bytes() + request.held_bytes();
        self.room.goes_to_workers(&mut connection, held_bytes);
        let (request, permits) = (Arc::new(request), Left::default());
        let job = Job { connection, request, step, load, permits };
        if let Err(job) = self.workers.submit(job, load) {
            self.refuse_busy(job);
        }
        self.keep_within_memory();
    }

    /// Refuses a request because no worker is free, and ends its connection.
    pub(super) fn refuse_busy(&mut self, job: Job) {
        self.log_lack(&format!(
            "too many calls wait for a worker, so one from {} was refused",
            job.connection.peer
        ));
        let busy = Response::busy("The server is busy. Please try again in a moment.");
        let bytes = busy.into_bytes(&job.request);
        let mut connection = job.connection;
        self.room.comes_from_workers(&mut connection);
        connection.buffer = Vec::new();
        // If the answer does not fit into the socket, the end of the connection must suffice.
        let _ = connection.send_now(&bytes, false);
        connection.finish_sending();
        let key = self.room.put(Waiting::new(connection, Phase::Lingering, self.now));
        self.watch(key);
    }

    /// Takes back the connections that workers have returned.
    pub(super) fn take_back(&mut self) {
        for mut returned in self.shared.returned() {
            self.room.comes_from_workers(returned.connection());
            let (connection, phase) = match returned {
                Returned::KeptAlive(connection) if self.accepting != Accepting::Over => {
                    (connection, Phase::Idle)
                }
                Returned::KeptAlive(connection) | Returned::Ended(connection) => {
                    self.counts.went(connection.network());
                    continue;
                }
                Returned::Identified { connection, is_known } => {
                    self.go_on_identified(connection, is_known);
                    continue;
                }
                Returned::Answering { connection, unsent, then_ends } => {
                    (connection, answering(unsent, then_ends || self.accepting == Accepting::Over))
                }
                Returned::Lingering(connection) => (connection, Phase::Lingering),
            };
            let waiting = Waiting::new(connection, phase, self.now);
            let has_requests_left = waiting.has_requests_left();
            let key = self.room.put(waiting);
            if has_requests_left {
                self.line_up(key);
            }
            self.settle(key);
        }
    }

    fn unwatched(&mut self, key: u64) -> Option<Waiting> {
        let waiting = self.room.take(key)?;
        if waiting.watched.is_some() {
            if let Err(errno) = epoll::delete(&self.epoll, &waiting.connection) {
                log::error!("a connection stays watched: {errno}");
            }
        }
        Some(waiting)
    }
}
