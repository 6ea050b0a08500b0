//! Connections of strangers, and the time that the poller spends on them. The poller is one thread,
//! on which everybody depends. A network whose strangers have used their share of it rests: its
//! connections are not read until it is their turn again, one after the other.

use super::Poller;
use crate::base::limits::GUEST_NETWORKS_MAX;
use crate::base::network::Network;
use crate::http::guest_pace::{Debt, Pace, processor_time};
use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

/// The networks of strangers that have used much or have connections that rest.
pub(super) struct Strangers {
    pace: Pace,
    lines: HashMap<Network, Line>,
}

#[derive(Default)]
struct Line {
    debt: Debt,
    /// The keys of connections that rest, in the order in which they came. Those that have ended
    /// since are left out when it is their turn.
    resting: VecDeque<u64>,
}

impl Strangers {
    pub fn new(pace: Pace) -> Strangers {
        Strangers { pace, lines: HashMap::new() }
    }

    /// Notes that the poller has spent this time on strangers of a network.
    pub fn took(&mut self, network: Network, time: Duration, now: Instant) {
        let line = self.lines.entry(network).or_default();
        line.debt = self.pace.with_used(line.debt, time, now);
        if self.lines.len() > GUEST_NETWORKS_MAX {
            // Those that go on calling come back. What they owed is forgiven.
            self.lines.retain(|_, line| !line.resting.is_empty());
        }
    }

    /// True if strangers of a network must wait. Whoever comes later waits behind those who wait.
    pub fn must_rest(&self, network: Network, now: Instant) -> bool {
        self.lines.get(&network).is_some_and(|line| {
            !line.resting.is_empty() || self.pace.rests_until(line.debt).is_some_and(|until| until > now)
        })
    }

    /// Puts a connection at the end of its network's line.
    pub fn put(&mut self, network: Network, key: u64) {
        self.lines.entry(network).or_default().resting.push_back(key);
    }

    /// Takes a connection that may go on, from a network that has rested enough.
    pub fn next(&mut self, now: Instant) -> Option<u64> {
        let pace = self.pace;
        let has_rested = |line: &Line| pace.rests_until(line.debt).is_none_or(|until| until <= now);
        let line = self.lines.values_mut().find(|line| !line.resting.is_empty() && has_rested(line))?;
        line.resting.pop_front()
    }

    /// The time at which the first connection may go on. `None` if none rests.
    pub fn next_at(&self, now: Instant) -> Option<Instant> {
        let lines = self.lines.values().filter(|line| !line.resting.is_empty());
        lines.map(|line| self.pace.rests_until(line.debt).unwrap_or(now)).min()
    }
}

impl Poller {
    /// Gives a connection its turn, and counts the time for the network of its strangers unless
    /// somebody signed in turns out to send the request.
    pub(super) fn serve_strangers(&mut self, key: u64, network: Network) {
        let before = processor_time();
        self.sender_is_known = false;
        self.serve(key);
        if !self.sender_is_known {
            self.strangers.took(network, processor_time().saturating_sub(before), self.now);
        }
    }

    /// Queues one connection whose network has rested enough.
    pub(super) fn wake_a_stranger(&mut self) {
        while let Some(key) = self.strangers.next(self.now) {
            if let Some(waiting) = self.room.get(key) {
                waiting.is_queued = true;
                let network = waiting.connection.network();
                return self.queue.put(key, network, true);
            }
        }
    }

    /// Lets a connection rest if its network must. Returns false if it has its turn.
    pub(super) fn rests(&mut self, key: u64) -> bool {
        let Some(waiting) = self.room.get(key) else { return false };
        // The first request of a connection is read, because somebody signed in may have sent it.
        if std::mem::take(&mut waiting.is_resting) || waiting.connection.is_new() {
            return false;
        }
        let network = waiting.calling_strangers();
        let must_rest = network.is_some_and(|network| self.strangers.must_rest(network, self.now));
        if must_rest {
            self.begin_to_rest(key);
            self.settle(key);
        }
        must_rest
    }

    pub(super) fn begin_to_rest(&mut self, key: u64) {
        if let Some(waiting) = self.room.get(key) {
            waiting.is_resting = true;
            self.strangers.put(waiting.connection.network(), key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::http_status::Status;
    use crate::error::Error;
    use crate::http::call::Job;
    use crate::http::connection::Connection;
    use crate::http::shared::Shared;
    use crate::http::waiting::{Phase, Waiting};
    use crate::http::workers::Workers;
    use crate::http::{AtOnce, Body, Capacity, Request, Response, Service, Settings};
    use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
    use std::any::Any;
    use std::io::{ErrorKind, Read, Write};
    use std::os::unix::net::UnixStream;
    use std::sync::Arc;

    const AT_ONCE: Duration = Duration::from_millis(250);

    fn network(number: u32) -> Network {
        Network::of_caller(std::net::Ipv4Addr::from(number).into())
    }

    /// Strangers with a network whose strangers have used all that is free.
    fn with_a_busy_network(now: Instant) -> Strangers {
        let mut strangers = Strangers::new(Pace::new(20, 1, AT_ONCE));
        strangers.took(network(1), AT_ONCE, now);
        assert!(!strangers.must_rest(network(1), now), "so much is free");
        strangers.took(network(1), Duration::from_millis(1), now);
        strangers
    }

    #[test]
    fn a_network_rests_for_what_it_has_used_and_others_do_not() {
        let now = Instant::now();
        let strangers = with_a_busy_network(now);
        assert!(strangers.must_rest(network(1), now));
        assert!(strangers.must_rest(network(1), now + Duration::from_millis(19)));
        assert!(!strangers.must_rest(network(1), now + Duration::from_millis(20)));
        assert!(!strangers.must_rest(network(2), now));
        assert_eq!(strangers.next_at(now), None, "nothing waits");
    }

    #[test]
    fn connections_go_on_in_the_order_in_which_they_came() {
        let now = Instant::now();
        let mut strangers = with_a_busy_network(now);
        [7, 8].into_iter().for_each(|key| strangers.put(network(1), key));
        assert_eq!(strangers.next(now), None);
        let rested = strangers.next_at(now).unwrap();
        assert_eq!(rested - now, Duration::from_millis(20));
        assert_eq!(strangers.next(rested), Some(7));
        assert!(strangers.must_rest(network(1), rested), "another one waits");
        strangers.took(network(1), Duration::from_millis(1), rested);
        assert_eq!(strangers.next(rested), None, "the first has used time");
        assert_eq!(strangers.next(rested + Duration::from_millis(20)), Some(8));
        assert!(!strangers.must_rest(network(1), rested + Duration::from_millis(20)));
    }

    #[test]
    fn only_so_many_networks_are_remembered_and_none_that_waits_is_forgotten() {
        let now = Instant::now();
        let mut strangers = with_a_busy_network(now);
        strangers.put(network(1), 7);
        for number in 2..3 * GUEST_NETWORKS_MAX as u32 {
            strangers.took(network(number), Duration::from_micros(1), now);
            assert!(strangers.lines.len() <= GUEST_NETWORKS_MAX);
        }
        assert_eq!(strangers.next(now + Duration::from_secs(1)), Some(7));
    }

    /// Answers everything at once. Whoever has the cookie is signed in, which answers do not tell, like
    /// those of pages.
    struct Pages;

    impl Service for Pages {
        fn answer_at_once(&self, _: &Request, _: &[u8]) -> AtOnce {
            AtOnce::Answer { response: Response::sentence(Status::Ok, "A page."), is_known: None }
        }

        fn knows_at_once(&self, request: &Request) -> Option<bool> {
            match request.header("cookie") {
                Some("signed-in") => Some(true),
                Some("unknown yet") => None,
                _ => Some(false),
            }
        }

        fn knows(&self, _: &Request) -> bool {
            unreachable!("all is answered at once")
        }

        fn needs_body(&self, _: &Request) -> bool {
            false
        }

        fn call(&self, _: &Request, _: &mut Body<'_>) -> Response {
            unreachable!("all is answered at once")
        }

        fn name(&self, _: &Request) -> String {
            "a page".to_owned()
        }

        fn gave_up(&self, _: &Request, _: &Error, _: Option<Arc<dyn Any + Send + Sync>>) -> Response {
            unreachable!("no disk is used")
        }

        fn panicked(&self, request: &Request) -> Response {
            panic!("{:?} made the server panic", request.path())
        }
    }

    /// A poller without listeners, whose strangers at home have used all that is free. Its time stands
    /// still, so they rest for ever.
    fn with_strangers_at_home() -> Poller {
        let capacity = Capacity { connections: 100, connections_per_address: 100, workers: 3 };
        let settings = Settings { capacity, keys: None, proxies: Vec::new() };
        let workers = Arc::new(Workers::new(3, |_: Job, _| {}));
        let shared = Arc::new(Shared::new().unwrap());
        let mut poller = Poller::new(Vec::new(), shared, Arc::new(Pages), workers, settings).unwrap();
        poller.strangers.took(network(1), Duration::from_secs(3600), poller.now);
        poller
    }

    /// A new connection from home: its key and its other end.
    fn connect(poller: &mut Poller) -> (u64, UnixStream) {
        let (own, other) =
            socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None).unwrap();
        let home = std::net::Ipv4Addr::from(1).into();
        let connection = Connection::new(own, home, 1, None, &Arc::default());
        poller.counts.came(connection.network());
        let key = poller.room.put(Waiting::new(connection, Phase::Idle, poller.now));
        poller.settle(key);
        let other = UnixStream::from(other);
        other.set_nonblocking(true).unwrap();
        (key, other)
    }

    /// Sends a request for a page and gives its connection a turn. Returns the answer, and true if the
    /// connection rests.
    fn ask(poller: &mut Poller, (key, end): &mut (u64, UnixStream), headers: &str) -> (String, bool) {
        write!(end, "GET /files HTTP/1.1\r\nHost: home\r\n{headers}\r\n").unwrap();
        poller.line_up(*key);
        poller.give_turns();
        let (mut answer, mut bytes) = (String::new(), [0; 4096]);
        match end.read(&mut bytes) {
            Ok(count) => answer.push_str(std::str::from_utf8(&bytes[..count]).unwrap()),
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock, "{error}"),
        }
        let waiting = poller.room.get(*key).expect("the connection stays");
        (answer, waiting.is_resting)
    }

    #[test]
    fn whoever_is_signed_in_does_not_rest_while_strangers_of_their_network_do() {
        let mut poller = with_strangers_at_home();
        for cookie in ["", "Cookie: made-up\r\n", "Cookie: unknown yet\r\n"] {
            let mut stranger = connect(&mut poller);
            assert_eq!(ask(&mut poller, &mut stranger, cookie), (String::new(), true), "{cookie:?}");
        }
        let mut person = connect(&mut poller);
        for number in 1..4 {
            let (answer, rests) = ask(&mut poller, &mut person, "Cookie: signed-in\r\n");
            assert!(answer.starts_with("HTTP/1.1 200 ") && !rests, "request {number}: {answer:?}");
            let waiting = poller.room.get(person.0).unwrap();
            assert_eq!(waiting.connection.strangers(), None, "their time is not that of strangers");
        }
        // Several requests that have arrived together are those of one turn.
        let mut person = connect(&mut poller);
        write!(person.1, "GET / HTTP/1.1\r\nHost: home\r\nCookie: signed-in\r\n\r\n").unwrap();
        let (answers, rests) = ask(&mut poller, &mut person, "");
        assert_eq!((answers.matches("HTTP/1.1 200 ").count(), rests), (1, true), "{answers:?}");
    }
}
