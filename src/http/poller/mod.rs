//! The poller: one thread that owns every waiting connection. It gathers requests without blocking,
//! lets the service answer those that need no waiting, and hands the others to the workers.
//!
//! It watches level-triggered, so unread bytes are reported again. A connection that a worker has
//! is not watched at all.

mod accept;
mod fair_queue;
mod handover;
mod strangers;
mod turn;

use crate::base::free_memory;
use crate::base::http_status::Status;
use crate::base::limits::{HELD_BYTES_MAX, STALL_TIME, STOP_TIME, TRANSFER_STOP_TIME};
use crate::base::network::Network;
use crate::error::{Error, Result};
use crate::http::Service;
use crate::http::call::{Job, Step};
use crate::http::connection::Connection;
use crate::http::guest_pace::Pace;
use crate::http::guest_queue::Guest;
use crate::http::listener::Listener;
use crate::http::packed::CommonBytes;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::settings::Settings;
use crate::http::shared::Shared;
use crate::http::unsent::Unsent;
use crate::http::waiting::{Answering, Begun, ConnectionCounts, Phase, Room, Waiting};
use crate::http::workers::{Load, Workers};
use accept::Accepting;
use fair_queue::FairQueue;
use rustix::buffer::spare_capacity;
use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::io::Errno;
use std::borrow::Cow;
use std::io::ErrorKind::WouldBlock;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use strangers::Strangers;
use turn::{Turn, TurnSender};

/// Bytes read from a connection at once.
const READ_BYTES: usize = 64 * 1024;
/// Events taken from the kernel at once.
const EVENTS: usize = 1024;
/// The time for which connections have their turns before newly arrived events are read.
const TURNS_TIME: Duration = Duration::from_micros(200);
/// The maximum size of the buffer for answers that is kept for the next turn.
const KEPT_ANSWERS_BYTES_MAX: usize = 256 * 1024;
/// The interval at which a stopping poller checks whether it can end.
const STOP_LOOK_EVERY: Duration = Duration::from_millis(250);
/// Deadlines are kept to this precision, so that many of them do not mean many wake-ups.
const DEADLINE_PRECISION: Duration = Duration::from_millis(250);

/// After this time without an event, free memory is given back.
const RESTS_AFTER: Duration = Duration::from_secs(3);

/// The keys of events that belong to no connection.
const WAKE: u64 = u64::MAX;
const FIRST_LISTENER: u64 = u64::MAX - 1;

pub(super) struct Poller {
    epoll: OwnedFd,
    listeners: Vec<Listener>,
    shared: Arc<Shared>,
    service: Arc<dyn Service>,
    workers: Arc<Workers<Job>>,
    settings: Settings,
    room: Room,
    counts: ConnectionCounts,
    next_id: u64,
    now: Instant,
    read_buffer: Vec<u8>,
    /// The answers of one turn, until they are sent.
    answers: Vec<u8>,
    /// The current request. It is filled anew each time. A worker that needs it keeps it, and the
    /// poller makes a new one.
    request: Request,
    /// Connections that have something to do.
    queue: FairQueue,
    strangers: Strangers,
    /// True if somebody signed in has sent the last request of the current turn.
    sender_is_known: bool,
    accepting: Accepting,
    fd_exhaustion_logged: Option<Instant>,
    /// The time at which free memory is given back if nothing happens before. `None` if it has been.
    rests_at: Option<Instant>,
}

impl Poller {
    pub fn new(
        listeners: Vec<Listener>,
        shared: Arc<Shared>,
        service: Arc<dyn Service>,
        workers: Arc<Workers<Job>>,
        settings: Settings,
    ) -> Result<Poller> {
        let epoll = epoll::create(CreateFlags::CLOEXEC).map_err(Error::internal)?;
        epoll::add(&epoll, &shared.wake, EventData::new_u64(WAKE), EventFlags::IN)
            .map_err(Error::internal)?;
        let poller = Poller {
            epoll,
            listeners,
            shared,
            service,
            workers,
            settings,
            room: Room::default(),
            counts: ConnectionCounts::default(),
            next_id: 1,
            now: Instant::now(),
            read_buffer: vec![0; READ_BYTES],
            answers: Vec::new(),
            request: Request::new(std::net::Ipv4Addr::UNSPECIFIED.into(), 0),
            queue: FairQueue::default(),
            strangers: Strangers::new(Pace::of_the_poller()),
            sender_is_known: false,
            accepting: Accepting::Yes,
            fd_exhaustion_logged: None,
            rests_at: None,
        };
        poller.watch_listeners().map_err(Error::internal)?;
        Ok(poller)
    }

    /// Works until the server must stop and its connections have ended, or the time for that is
    /// over.
    pub fn run(mut self) -> Result<()> {
        let mut events = Vec::with_capacity(EVENTS);
        let mut began_to_stop = None;
        loop {
            events.clear();
            let look_by = began_to_stop.map(|_| Instant::now() + STOP_LOOK_EVERY);
            match epoll::wait(&self.epoll, spare_capacity(&mut events), self.timeout(look_by).as_ref()) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(errno) => return Err(Error::internal(errno)),
            }
            self.now = Instant::now();
            for event in &events {
                // The event is packed, so its data is copied before use.
                let (data, flags) = (event.data, event.flags);
                match data.u64() {
                    WAKE => self.shared.was_woken(),
                    key if key > FIRST_LISTENER - self.listeners.len() as u64 => {
                        self.accept((FIRST_LISTENER - key) as usize);
                    }
                    // The peer is gone, so its place is freed at once for other connections.
                    key if flags.intersects(EventFlags::HUP | EventFlags::ERR) => self.end(key),
                    key => self.line_up(key),
                }
            }
            self.take_back();
            self.give_turns();
            self.keep_time();
            self.rest(!events.is_empty());
            if self.shared.is_stopping.load(Ordering::Relaxed) {
                let began = *began_to_stop.get_or_insert(self.now);
                self.stop_accepting();
                let is_cut = self.now >= began + TRANSFER_STOP_TIME;
                if is_cut && !self.shared.is_cut.swap(true, Ordering::Relaxed) {
                    self.cut_unread_answers();
                }
                if self.counts.total == 0 || self.now >= began + STOP_TIME {
                    return Ok(());
                }
            }
        }
    }

    /// The time until something is due. `None` if nothing is due before an event.
    fn timeout(&self, stop_by: Option<Instant>) -> Option<Timespec> {
        if !self.queue.is_empty() {
            return Some(Timespec { tv_sec: 0, tv_nsec: 0 });
        }
        let look = self.room.earliest.map(|earliest| earliest + DEADLINE_PRECISION);
        let pause = match self.accepting {
            Accepting::PausedUntil(until) => Some(until),
            _ => None,
        };
        let now = Instant::now();
        let rested = self.strangers.next_at(now);
        let times = [look, pause, rested, stop_by, self.rests_at];
        let wait = times.into_iter().flatten().min()?.saturating_duration_since(now);
        // The time is rounded up: if the thread woke a moment too early, it would only wake twice.
        let wait = wait + Duration::from_millis(1);
        Some(Timespec { tv_sec: wait.as_secs() as _, tv_nsec: wait.subsec_nanos().into() })
    }

    /// Gives free memory back once nothing has happened for a while.
    fn rest(&mut self, has_worked: bool) {
        if has_worked {
            self.rests_at = Some(self.now + RESTS_AFTER);
        } else if self.rests_at.is_some_and(|at| at <= self.now) {
            self.rests_at = None;
            self.answers = Vec::new();
            free_memory::give_back();
        }
    }

    // The methods up to `Keeping order` give connections their turns.

    /// Queues a waiting connection that has something to do.
    fn line_up(&mut self, key: u64) {
        let Some(waiting) = self.room.get(key) else { return };
        if !waiting.is_queued && !waiting.is_resting {
            waiting.is_queued = true;
            let is_left_over = waiting.has_requests_left();
            let network = waiting.connection.network();
            self.queue.put(key, network, is_left_over);
        }
    }

    /// Gives connections their turns for a while. The others stay in the queue.
    fn give_turns(&mut self) {
        self.wake_a_stranger();
        let begun = Instant::now();
        while let Some(key) = self.queue.next() {
            match self.room.get(key).and_then(|waiting| waiting.connection.strangers()) {
                Some(network) => self.serve_strangers(key, network),
                None => self.serve(key),
            }
            if begun.elapsed() >= TURNS_TIME {
                break;
            }
        }
    }

    /// Gives a connection its turn.
    fn serve(&mut self, key: u64) {
        let Some(waiting) = self.room.get(key) else { return };
        waiting.is_queued = false;
        if self.rests(key) {
            return;
        }
        let Some(waiting) = self.room.get(key) else { return };
        match waiting.phase {
            // Left-over requests come before bytes that have just arrived.
            _ if waiting.has_requests_left() => return self.go_on(key),
            Phase::Idle | Phase::Begun(_) | Phase::Gathering(_) => self.receive(key),
            Phase::Answering(_) => self.go_on_answering(key),
            Phase::Lingering => match waiting.connection.discard_now() {
                Ok(count) if count > 0 => {}
                Err(error) if error.kind() == WouldBlock => {}
                _ => self.end(key),
            },
        }
        self.settle(key);
    }

    fn receive(&mut self, key: u64) {
        let now = self.now;
        let Some(waiting) = self.room.get(key) else { return };
        let mut bytes = std::mem::take(&mut self.read_buffer);
        match waiting.connection.recv_now(&mut bytes) {
            Ok(count) if count > 0 => match waiting.phase {
                Phase::Idle => self.take_turn(key, Cow::Borrowed(&bytes[..count]), 0, None),
                _ => {
                    if let Some(searched) = waiting.gather(&bytes[..count]) {
                        let buffer = std::mem::take(&mut waiting.connection.buffer);
                        self.take_turn(key, Cow::Owned(buffer), searched, None);
                    }
                }
            },
            Err(error) if error.kind() == WouldBlock => {
                // A handshake costs much, so that it is not among what everybody has at once.
                if waiting.connection.is_secure() {
                    waiting.connection.was_read();
                }
                // With TLS, the handshake has just ended, so its deadline is over.
                if matches!(waiting.phase, Phase::Begun(_)) && waiting.connection.is_ready_for_a_request() {
                    waiting.enter(Phase::Idle, now);
                }
            }
            _ => self.end(key),
        }
        self.read_buffer = bytes;
    }

    /// Continues with a request after a worker has found out whether its caller is signed in.
    fn go_on_identified(&mut self, mut connection: Connection, is_known: bool) {
        let buffer = std::mem::take(&mut connection.buffer);
        let begun = Begun { searched: 0, needed: 0 };
        let key = self.room.put(Waiting::new(connection, Phase::Begun(begun), self.now));
        self.take_turn(key, Cow::Owned(buffer), 0, Some(is_known));
        self.settle(key);
    }

    /// Continues with the requests in a connection's buffer.
    fn go_on(&mut self, key: u64) {
        let Some(waiting) = self.room.get(key) else { return };
        let buffer = std::mem::take(&mut waiting.connection.buffer);
        waiting.enter(Phase::Idle, self.now);
        self.take_turn(key, Cow::Owned(buffer), 0, None);
        self.settle(key);
    }

    /// Answers the requests in these bytes, as far as that needs no waiting. The rest goes into the
    /// connection's buffer. `is_known` tells whether a signed-in caller sends the first request, if
    /// this is known already.
    fn take_turn(&mut self, key: u64, bytes: Cow<'_, [u8]>, searched: usize, is_known: Option<bool>) {
        let Some(waiting) = self.room.get(key) else { return };
        let connection = &mut waiting.connection;
        self.request.is_from(connection.peer, connection.id, connection.is_secure());
        let strangers = connection.strangers();
        let is_first = connection.is_new();
        connection.was_read();
        let must_rest =
            is_first && strangers.is_some_and(|network| self.strangers.must_rest(network, self.now));
        let mut sender = TurnSender { is_known, is_stranger: strangers.is_some(), must_rest };
        let mut answers = std::mem::take(&mut self.answers);
        let (used, turn) = self.answer(&bytes, searched, &mut sender, &mut answers);
        if let (Some(is_known), Some(waiting)) = (sender.is_known, self.room.get(key)) {
            waiting.connection.has_request_of(is_known);
            self.sender_is_known = is_known;
        }
        match self.send_answers(key, &answers, turn.content()) {
            Some(unsent) => self.after_turn(key, bytes, used, turn, unsent),
            None => self.end(key),
        }
        answers.clear();
        if answers.capacity() <= KEPT_ANSWERS_BYTES_MAX {
            self.answers = answers;
        }
    }

    /// Sends the answers, and the content after them, as far as they fit into the socket. Returns
    /// the rest; `None` if the peer is gone.
    fn send_answers(&mut self, key: u64, answers: &[u8], content: CommonBytes) -> Option<Unsent> {
        let connection = &mut self.room.get(key)?.connection;
        let sent = match answers.is_empty() {
            true => 0,
            false => match connection.send_now(answers, !content.is_empty()) {
                Ok(count) => count,
                Err(error) if error.kind() == WouldBlock => 0,
                Err(_) => return None,
            },
        };
        let has_content = !content.is_empty();
        let mut unsent = Unsent::new(answers[sent..].to_vec(), content);
        if sent == answers.len() && has_content {
            unsent.send_now(connection).ok()?;
        }
        Some(unsent)
    }

    /// Puts a connection into the state that follows from its turn, with the answers that did not
    /// fit.
    fn after_turn(&mut self, key: u64, bytes: Cow<'_, [u8]>, used: usize, turn: Turn, unsent: Unsent) {
        let now = self.now;
        let left_bytes = bytes.len() - used;
        let Some(waiting) = self.room.get(key) else { return };
        let is_sent = unsent.is_empty() && !waiting.connection.has_unsent();
        match turn {
            Turn::End { lingers, .. } if is_sent => self.end_gently(key, lingers || left_bytes > 0),
            Turn::End { .. } => waiting.enter(answering(unsent, true), now),
            // No worker waits until earlier answers are sent. The request is read again when they
            // are.
            _ if !is_sent => {
                waiting.connection.buffer = without_first(bytes, used);
                waiting.enter(answering(unsent, false), now);
            }
            Turn::Work { head_bytes, is_known } => {
                let load = self.load(is_known, left_bytes - head_bytes);
                self.hand_over(key, without_first(bytes, used + head_bytes), Step::Ask, load);
            }
            Turn::Rest => {
                waiting.connection.buffer = without_first(bytes, used);
                waiting.enter(Phase::Idle, now);
                self.begin_to_rest(key);
            }
            Turn::Identify => {
                let load = Load::Guest(Guest::with_session(Network::of_caller(self.request.peer())));
                self.hand_over(key, without_first(bytes, used), Step::Identify, load);
            }
            Turn::Gather(gathering) => {
                waiting.connection.buffer = without_first(bytes, used);
                waiting.enter(Phase::Gathering(Box::new(gathering)), now);
            }
            Turn::Again(_) => {
                waiting.connection.buffer = without_first(bytes, used);
                waiting.enter(Phase::Idle, now);
                self.line_up(key);
            }
            Turn::Wait(begun) => {
                waiting.connection.buffer = without_first(bytes, used);
                match (left_bytes, &mut waiting.phase) {
                    (0, _) => waiting.enter(Phase::Idle, now),
                    // The deadline of a request starts with its first byte. Later bytes do not
                    // extend it.
                    (_, Phase::Begun(before)) if used == 0 => *before = begun,
                    (_, _) => waiting.enter(Phase::Begun(begun), now),
                }
            }
        }
    }

    fn go_on_answering(&mut self, key: u64) {
        let now = self.now;
        let Some(waiting) = self.room.get(key) else { return };
        let Phase::Answering(answer) = &mut waiting.phase else { return };
        match answer.send_now(&mut waiting.connection) {
            Ok(keeps_pace) => {
                if keeps_pace {
                    waiting.deadline = now + STALL_TIME;
                }
                if answer.unsent.is_empty() && !waiting.connection.has_unsent() {
                    match answer.then_ends {
                        true => self.end_gently(key, true),
                        false => {
                            waiting.enter(Phase::Idle, now);
                            if waiting.has_requests_left() {
                                self.line_up(key);
                            }
                        }
                    }
                }
            }
            Err(_) => self.end(key),
        }
    }

    // Keeping order: these methods watch connections, limit their memory, and end them.

    /// Watches a connection for its next event, and counts the memory that it holds.
    fn settle(&mut self, key: u64) {
        self.watch(key);
        self.room.count(key);
        self.keep_within_memory();
    }

    /// Watches a connection for its next event.
    fn watch(&mut self, key: u64) {
        let Some(waiting) = self.room.get(key) else { return };
        let wanted = match waiting.phase {
            Phase::Answering(_) => EventFlags::OUT,
            // It gets its turn even if nothing arrives. The kernel reports in any case if the peer
            // is gone.
            _ if waiting.has_requests_left() || waiting.is_resting => EventFlags::empty(),
            _ => EventFlags::IN,
        };
        let (data, deadline) = (EventData::new_u64(key), waiting.deadline);
        let changed = match waiting.watched {
            Some(watched) if watched == wanted => Ok(()),
            Some(_) => epoll::modify(&self.epoll, &waiting.connection, data, wanted),
            None => epoll::add(&self.epoll, &waiting.connection, data, wanted),
        };
        waiting.watched = Some(wanted);
        self.room.must_look_by(deadline);
        if let Err(errno) = changed {
            log::error!("a connection cannot be watched: {errno}");
            self.end(key);
        }
    }

    /// Closes connections if all connections together hold too much memory: those of the network
    /// that holds most, and if that is not enough, those of the next networks. Running calls go on.
    fn keep_within_memory(&mut self) {
        if self.room.held_bytes <= HELD_BYTES_MAX {
            return;
        }
        // A little more than necessary is freed, so that the next byte does not start another
        // search.
        let bytes_max = HELD_BYTES_MAX - HELD_BYTES_MAX / 8;
        for network in self.room.heaviest() {
            let guests = self.workers.withdraw_guests(surplus_jobs(self.room.held_bytes, bytes_max, network));
            guests.into_iter().for_each(|job| self.refuse_busy(job));
            let surplus = self.room.surplus(network, bytes_max);
            log::debug!("the connections of {network} hold too much memory; {} are ended", surplus.len());
            surplus.into_iter().for_each(|key| self.end(key));
            let people = self.workers.withdraw_people(surplus_jobs(self.room.held_bytes, bytes_max, network));
            people.into_iter().for_each(|job| self.refuse_busy(job));
            if self.room.held_bytes <= bytes_max {
                break;
            }
        }
    }

    /// Ends connections whose deadline has passed.
    fn keep_time(&mut self) {
        if self.room.earliest.is_some_and(|earliest| earliest + DEADLINE_PRECISION <= self.now) {
            for key in self.room.expired(self.now) {
                if let Some(waiting) = self.room.get(key).filter(|waiting| waiting.has_begun()) {
                    let late =
                        Response::sentence(Status::RequestTimeout, "The request took too long.").close();
                    let request = Request::new(waiting.connection.peer, 0);
                    // If the answer does not fit into the socket, the end of the connection must
                    // suffice.
                    let _ = waiting.connection.send_now(&late.into_bytes(&request), false);
                }
                self.end(key);
            }
        }
        if let Accepting::PausedUntil(until) = self.accepting {
            if until <= self.now {
                self.accepting = Accepting::Yes;
                if let Err(errno) = self.watch_listeners() {
                    log::error!("the listening sockets cannot be watched: {errno}");
                }
            }
        }
    }

    /// Ends the connections whose peers do not read their answers.
    fn cut_unread_answers(&mut self) {
        let unread = self.room.answering();
        if !unread.is_empty() {
            log::warn!("{} answers were cut short, because the server stops", unread.len());
        }
        unread.into_iter().for_each(|key| self.end(key));
    }

    fn end(&mut self, key: u64) {
        // Closing the socket also ends its watching.
        if let Some(waiting) = self.room.take(key) {
            self.counts.went(waiting.connection.network());
        }
    }

    /// Ends a connection so that its peer can read the last answer: further bytes from the peer are
    /// dropped for a while.
    fn end_gently(&mut self, key: u64, lingers: bool) {
        if !lingers {
            return self.end(key);
        }
        let now = self.now;
        if let Some(waiting) = self.room.get(key) {
            waiting.connection.finish_sending();
            waiting.connection.buffer = Vec::new();
            waiting.enter(Phase::Lingering, now);
        }
    }
}

/// The bytes after the first `count`. If many requests have come together, the rest is not copied
/// after each of them, unless that frees half of the memory.
fn without_first(bytes: Cow<'_, [u8]>, count: usize) -> Vec<u8> {
    match bytes {
        Cow::Owned(mut bytes) if bytes.len() - count > bytes.capacity() / 2 => {
            bytes.drain(..count);
            bytes
        }
        bytes => bytes[count..].to_vec(),
    }
}

/// Chooses jobs of a network until all connections hold at most `bytes_max`.
fn surplus_jobs(mut held_bytes: usize, bytes_max: usize, network: Network) -> impl FnMut(&Job) -> bool {
    move |job| {
        let is_surplus = held_bytes > bytes_max && job.connection.network() == network;
        held_bytes -= if is_surplus { job.connection.counted_bytes as usize } else { 0 };
        is_surplus
    }
}

fn answering(unsent: Unsent, then_ends: bool) -> Phase {
    Phase::Answering(Box::new(Answering { unsent, then_ends, taken: 0 }))
}
