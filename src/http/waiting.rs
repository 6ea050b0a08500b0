//! Connections that wait: for a request, for the rest of one, for room to send, or for their end.

use super::body::ChunkScan;
use super::connection::Connection;
use super::unsent::Unsent;
use crate::base::limits::{
    GUEST_FORM_BYTES_MAX, HEAD_TIME, IDLE_TIME, LINGER_TIME, PACE_BYTES_MIN, STALL_TIME,
};
use crate::base::network::Network;
use rustix::event::epoll::EventFlags;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::time::Instant;

/// The events for which a connection waits.
pub(super) enum Phase {
    /// The connection waits for a request.
    Idle,
    /// The connection waits for the rest of a head, or of a small body.
    Begun(Begun),
    /// The connection waits for the rest of a chunked body from a caller who is not signed in.
    Gathering(Box<Gathering>),
    /// The connection waits for room to send the rest of an answer.
    Answering(Box<Answering>),
    /// The connection waits for the peer to end it. Bytes that still arrive are dropped.
    Lingering,
}

/// The progress in reading the beginning of a request. Both numbers are limited by the size of a
/// head and a small body.
#[derive(Clone, Copy)]
pub(super) struct Begun {
    pub searched: u32,
    /// The number of bytes at which the request is read again.
    pub needed: u32,
}

/// A chunked body, collected behind its head.
pub(super) struct Gathering {
    pub head_bytes: usize,
    pub scan: ChunkScan,
}

/// The rest of an answer.
pub(super) struct Answering {
    pub unsent: Unsent,
    /// True if the connection ends after the answer.
    pub then_ends: bool,
    /// The number of bytes that the peer has taken since its deadline was last extended.
    pub taken: u64,
}

impl Answering {
    /// Sends as much as fits without waiting. Returns true if the peer keeps the pace and may get
    /// more time.
    pub fn send_now(&mut self, connection: &mut Connection) -> std::io::Result<bool> {
        self.taken += self.unsent.send_now(connection)? as u64;
        let keeps_pace = self.taken >= PACE_BYTES_MIN;
        if keeps_pace {
            self.taken = 0;
        }
        Ok(keeps_pace)
    }
}

/// A waiting connection. There may be thousands, so its size matters.
pub(super) struct Waiting {
    pub connection: Connection,
    pub phase: Phase,
    pub deadline: Instant,
    /// The events that the poller watches. `None` before it watches any.
    pub watched: Option<EventFlags>,
    /// True if the connection is in the queue.
    pub is_queued: bool,
    /// True if the connection is not read until its network has rested.
    pub is_resting: bool,
}

impl Waiting {
    pub fn new(connection: Connection, phase: Phase, now: Instant) -> Waiting {
        let deadline = now + time_of(&phase);
        Waiting { connection, phase, deadline, watched: None, is_queued: false, is_resting: false }
    }

    pub fn enter(&mut self, phase: Phase, now: Instant) {
        self.deadline = now + time_of(&phase);
        self.phase = phase;
    }

    /// True if its last turn was too short for all requests in its buffer.
    pub fn has_requests_left(&self) -> bool {
        matches!(self.phase, Phase::Idle) && !self.connection.buffer.is_empty()
    }

    /// The strangers who send the next request, if the connection waits for one.
    pub fn calling_strangers(&self) -> Option<Network> {
        match self.phase {
            Phase::Idle | Phase::Begun(_) | Phase::Gathering(_) => self.connection.strangers(),
            Phase::Answering(_) | Phase::Lingering => None,
        }
    }

    /// True if a part of a request has arrived.
    pub fn has_begun(&self) -> bool {
        matches!(self.phase, Phase::Begun(_) | Phase::Gathering(_))
    }

    /// Adds received bytes of a request. If there are enough to read it again, returns how far the
    /// head has been searched.
    pub fn gather(&mut self, bytes: &[u8]) -> Option<usize> {
        let buffer = &mut self.connection.buffer;
        buffer.extend_from_slice(bytes);
        match &mut self.phase {
            Phase::Begun(begun) => (buffer.len() >= begun.needed as usize).then_some(begun.searched as usize),
            Phase::Gathering(gathering) => {
                let body = &buffer[gathering.head_bytes..];
                let is_over = gathering.scan.is_over(body) || body.len() > GUEST_FORM_BYTES_MAX;
                is_over.then_some(gathering.head_bytes - 1)
            }
            _ => None,
        }
    }

    /// The memory in bytes for received, unused bytes and for answers that wait for room.
    fn held_bytes(&self) -> usize {
        let unsent = match &self.phase {
            Phase::Answering(answer) => answer.unsent.held_bytes(),
            _ => 0,
        };
        self.connection.held_bytes() + unsent
    }
}

fn counted(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

fn time_of(phase: &Phase) -> std::time::Duration {
    match phase {
        Phase::Idle => IDLE_TIME,
        Phase::Begun(_) | Phase::Gathering(_) => HEAD_TIME,
        Phase::Answering(_) => STALL_TIME,
        Phase::Lingering => LINGER_TIME,
    }
}

/// All waiting connections. A key is not used again for another connection while events for it may
/// be pending.
#[derive(Default)]
pub(super) struct Room {
    /// The slots are in pages, so that growing neither copies nor needs twice the memory. Pages are
    /// large enough that the allocator takes them directly from the kernel. The kernel provides
    /// memory only for the parts in use, and gets it back when a page is freed.
    pages: Vec<Vec<Slot>>,
    free: Vec<u32>,
    /// No known deadline is earlier than this.
    pub earliest: Option<Instant>,
    /// The bytes that all connections hold together, including those that workers have.
    pub held_bytes: usize,
    /// The bytes that are counted for connections that workers have.
    with_workers: HashMap<Network, usize>,
}

const PAGE_SLOTS: usize = 2048;

#[derive(Default)]
struct Slot {
    generation: u32,
    waiting: Option<Waiting>,
}

impl Room {
    /// Adds a connection and returns its key.
    pub fn put(&mut self, waiting: Waiting) -> u64 {
        self.must_look_by(waiting.deadline);
        let index = match self.free.pop() {
            Some(index) => index,
            None => self.add_slot(),
        };
        let slot = &mut self.pages[index as usize / PAGE_SLOTS][index as usize % PAGE_SLOTS];
        slot.generation = slot.generation.wrapping_add(1);
        slot.waiting = Some(waiting);
        u64::from(slot.generation) << 32 | u64::from(index)
    }

    /// Adds a slot and returns its index.
    fn add_slot(&mut self) -> u32 {
        if self.pages.last().is_none_or(|page| page.len() == PAGE_SLOTS) {
            self.pages.push(Vec::with_capacity(PAGE_SLOTS));
        }
        let (before, page) = (self.pages.len() - 1, self.pages.last_mut().expect("there is a page now"));
        page.push(Slot::default());
        u32::try_from(before * PAGE_SLOTS + page.len() - 1).expect("connections are limited")
    }

    pub fn get(&mut self, key: u64) -> Option<&mut Waiting> {
        let index = (key & u64::from(u32::MAX)) as usize;
        let slot = self.pages.get_mut(index / PAGE_SLOTS)?.get_mut(index % PAGE_SLOTS)?;
        if u64::from(slot.generation) == key >> 32 { slot.waiting.as_mut() } else { None }
    }

    pub fn take(&mut self, key: u64) -> Option<Waiting> {
        self.get(key)?;
        let index = (key & u64::from(u32::MAX)) as usize;
        self.free.push(index as u32);
        let mut waiting = self.pages[index / PAGE_SLOTS][index % PAGE_SLOTS].waiting.take()?;
        self.held_bytes -= std::mem::take(&mut waiting.connection.counted_bytes) as usize;
        Some(waiting)
    }

    /// Updates the number of held bytes for a connection.
    pub fn count(&mut self, key: u64) {
        let Some(waiting) = self.get(key) else { return };
        let bytes = counted(waiting.held_bytes());
        let before = std::mem::replace(&mut waiting.connection.counted_bytes, bytes);
        self.held_bytes = self.held_bytes + bytes as usize - before as usize;
    }

    /// Counts the bytes of a connection that goes to the workers.
    pub fn goes_to_workers(&mut self, connection: &mut Connection, held_bytes: usize) {
        connection.counted_bytes = counted(held_bytes);
        self.held_bytes += connection.counted_bytes as usize;
        *self.with_workers.entry(connection.network()).or_default() += connection.counted_bytes as usize;
    }

    /// No longer counts the bytes of a connection that has come back from the workers.
    pub fn comes_from_workers(&mut self, connection: &mut Connection) {
        let bytes = std::mem::take(&mut connection.counted_bytes) as usize;
        self.held_bytes -= bytes;
        if let Some(of_network) = self.with_workers.get_mut(&connection.network()) {
            *of_network -= bytes;
            if *of_network == 0 {
                self.with_workers.remove(&connection.network());
            }
        }
    }

    /// Notes a deadline.
    pub fn must_look_by(&mut self, deadline: Instant) {
        self.earliest = Some(self.earliest.map_or(deadline, |earliest| earliest.min(deadline)));
    }

    /// The keys of connections whose deadline has passed. Also updates the earliest deadline.
    pub fn expired(&mut self, now: Instant) -> Vec<u64> {
        let mut over = Vec::new();
        let mut earliest: Option<Instant> = None;
        for (key, waiting) in self.all() {
            if waiting.deadline <= now {
                over.push(key);
            } else {
                earliest = Some(earliest.map_or(waiting.deadline, |earliest| earliest.min(waiting.deadline)));
            }
        }
        self.earliest = earliest;
        over
    }

    /// The keys of connections that wait for a request or the rest of one.
    pub fn without_request(&self) -> Vec<u64> {
        let waits = |phase: &Phase| matches!(phase, Phase::Idle | Phase::Begun(_) | Phase::Gathering(_));
        self.all().filter(|(_, waiting)| waits(&waiting.phase)).map(|(key, _)| key).collect()
    }

    /// The keys of connections whose peers have not read their answers yet.
    pub fn answering(&self) -> Vec<u64> {
        let answers = self.all().filter(|(_, waiting)| matches!(waiting.phase, Phase::Answering(_)));
        answers.map(|(key, _)| key).collect()
    }

    /// A connection that can be closed for a new one, from the network with the most connections:
    /// the one that has been idle for longest or, if none is idle, the one whose request has been
    /// incomplete for longest. So a caller who opens many connections loses its own.
    pub fn dispensable(&self) -> Option<u64> {
        let rank = |waiting: &Waiting| match waiting.phase {
            Phase::Lingering => 0,
            Phase::Idle => 1,
            Phase::Begun(_) | Phase::Gathering(_) => 2,
            Phase::Answering(_) => 3,
        };
        let candidates = || self.all().filter(|(_, waiting)| rank(waiting) < 3);
        let mut by_network: HashMap<Network, usize> = HashMap::new();
        candidates()
            .for_each(|(_, waiting)| *by_network.entry(waiting.connection.network()).or_default() += 1);
        let (most, _) = by_network.into_iter().max_by_key(|(_, count)| *count)?;
        // Among connections in the same phase, the one with the earliest deadline has waited
        // longest.
        candidates()
            .filter(|(_, waiting)| waiting.connection.network() == most)
            .min_by_key(|(_, waiting)| (rank(waiting), waiting.deadline))
            .map(|(key, _)| key)
    }

    /// The networks whose connections hold memory, those that hold most first.
    pub fn heaviest(&self) -> Vec<Network> {
        let mut by_network = self.with_workers.clone();
        for (_, waiting) in self.all() {
            *by_network.entry(waiting.connection.network()).or_default() +=
                waiting.connection.counted_bytes as usize;
        }
        let mut networks: Vec<_> = by_network.into_iter().filter(|(_, bytes)| *bytes > 0).collect();
        networks.sort_unstable_by_key(|(_, bytes)| Reverse(*bytes));
        networks.into_iter().map(|(network, _)| network).collect()
    }

    /// Connections of a network to close so that all others hold at most `bytes_max`, if these
    /// suffice. Those that have waited longest come first, so that an answer that its peer has just
    /// begun to read is kept rather than answers that nobody reads.
    pub fn surplus(&self, network: Network, bytes_max: usize) -> Vec<u64> {
        let holds = |waiting: &Waiting| {
            waiting.connection.counted_bytes > 0 && waiting.connection.network() == network
        };
        let mut holders: Vec<_> = self
            .all()
            .filter(|(_, waiting)| holds(waiting))
            .map(|(key, waiting)| (waiting.deadline, waiting.connection.counted_bytes, key))
            .collect();
        holders.sort_unstable();
        let mut left = self.held_bytes;
        let is_too_much = |(_, bytes, _): &(Instant, u32, u64)| {
            let was_too_much = left > bytes_max;
            left -= *bytes as usize;
            was_too_much
        };
        holders.into_iter().take_while(is_too_much).map(|(_, _, key)| key).collect()
    }

    fn all(&self) -> impl Iterator<Item = (u64, &Waiting)> {
        self.pages.iter().flat_map(|page| page.iter()).enumerate().filter_map(|(index, slot)| {
            let key = u64::from(slot.generation) << 32 | index as u64;
            slot.waiting.as_ref().map(|waiting| (key, waiting))
        })
    }
}

/// The number of connections, waiting or with a worker, in all and from each network.
#[derive(Default)]
pub(super) struct ConnectionCounts {
    pub total: usize,
    by_network: HashMap<Network, u32>,
}

impl ConnectionCounts {
    pub fn came(&mut self, network: Network) {
        self.total += 1;
        *self.by_network.entry(network).or_default() += 1;
    }

    pub fn went(&mut self, network: Network) {
        self.total -= 1;
        if let Some(count) = self.by_network.get_mut(&network) {
            *count -= 1;
            if *count == 0 {
                self.by_network.remove(&network);
            }
        }
    }

    pub fn of(&self, network: Network) -> u32 {
        self.by_network.get(&network).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};

    fn waiting(peer: &str, held_bytes: usize) -> Waiting {
        let (socket, _) =
            socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None).unwrap();
        let mut connection =
            Connection::new(socket, peer.parse().unwrap(), 0, None, &std::sync::Arc::default());
        connection.buffer = Vec::with_capacity(held_bytes);
        Waiting::new(connection, Phase::Begun(Begun { searched: 0, needed: 0 }), Instant::now())
    }

    /// Two connections from one address, and three from different addresses in one /64 network.
    fn room() -> (Room, Vec<u64>) {
        let mut room = Room::default();
        let peers = ["192.0.2.1", "192.0.2.1", "2001:db8:0:1::1", "2001:db8:0:1::2", "2001:db8:0:1:9::"];
        let keys = peers.map(|peer| room.put(waiting(peer, 1000)));
        keys.iter().for_each(|&key| room.count(key));
        (room, keys.into())
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_counted_together() {
        let mut counts = ConnectionCounts::default();
        let network = |peer: &str| waiting(peer, 0).connection.network();
        for number in 0..300 {
            counts.came(network(&format!("2001:db8:0:1:{number:x}::{number:x}")));
        }
        assert_eq!(counts.of(network("2001:db8:0:1::ffff")), 300);
        assert_eq!(counts.of(network("2001:db8:0:2::1")), 0);
        counts.came(network("::ffff:192.0.2.1"));
        assert_eq!((counts.of(network("192.0.2.1")), counts.total), (1, 301));
    }

    #[test]
    fn room_is_made_by_the_network_that_takes_most_of_it() {
        let (mut room, keys) = room();
        assert_eq!(room.dispensable(), Some(keys[2]));
        room.take(keys[2]).unwrap();
        room.take(keys[3]).unwrap();
        assert_eq!(room.dispensable(), Some(keys[0]));
    }

    #[test]
    fn memory_is_given_back_by_the_network_that_holds_most_of_it() {
        let (room, keys) = room();
        let heaviest = room.heaviest()[0];
        assert_eq!(room.surplus(heaviest, room.held_bytes - 1), keys[2..3]);
        assert_eq!(room.surplus(heaviest, 0), keys[2..], "no other network's");
    }

    #[test]
    fn what_workers_have_counts_for_its_network_until_it_comes_back() {
        let (mut room, keys) = room();
        let before = room.held_bytes;
        let mut away = room.take(keys[0]).unwrap().connection;
        assert_eq!(room.held_bytes, before - 1000);
        room.goes_to_workers(&mut away, 5000);
        assert_eq!(room.held_bytes, before + 4000);
        assert_eq!(room.heaviest()[0], away.network(), "6000 bytes against 3000");
        // While a worker has the connection, the memory that it holds changes. This is counted when
        // it is back.
        away.buffer = Vec::new();
        room.comes_from_workers(&mut away);
        assert_eq!((room.held_bytes, away.counted_bytes), (before - 1000, 0));
        assert_ne!(room.heaviest()[0], away.network());
        assert!(room.with_workers.is_empty());
    }
}
