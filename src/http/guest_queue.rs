//! The queue for calls of callers who are not signed in. Few of them run at the same time, and
//! networks take turns, so that a caller with very many calls delays only itself. A network that has
//! used much processor time rests, so that it leaves the processors to others.

use super::guest_pace::{Debt, Pace, Paces};
use crate::base::limits::{GUEST_NETWORKS_MAX, QUEUED_GUEST_CALLS_MAX, QUEUED_GUEST_CALLS_PER_NETWORK_MAX};
use crate::base::network::Network;
use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

/// A caller who is not signed in, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Guest {
    network: Network,
    /// True if the session of the caller has yet to be looked up. Most of these are people, so they
    /// do not wait behind strangers of their network.
    has_session: bool,
}

impl Guest {
    /// A caller without a session.
    pub fn stranger(network: Network) -> Guest {
        Guest { network, has_session: false }
    }

    /// A caller with a session that has to be looked up.
    pub fn with_session(network: Network) -> Guest {
        Guest { network, has_session: true }
    }

    fn pace(self, paces: Paces) -> Pace {
        if self.has_session { paces.lookups } else { paces.calls }
    }
}

/// Waiting jobs, by caller.
pub(super) struct GuestQueue<J> {
    lines: HashMap<Guest, Line<J>>,
    waiting: usize,
    running: usize,
    last_number: u64,
    paces: Paces,
}

/// The jobs of the callers of one network.
struct Line<J> {
    /// In the order of arrival, each with its number.
    waiting: VecDeque<(u64, J)>,
    running: usize,
    debt: Debt,
}

impl<J> GuestQueue<J> {
    pub fn new(paces: Paces) -> GuestQueue<J> {
        GuestQueue { lines: HashMap::new(), waiting: 0, running: 0, last_number: 0, paces }
    }

    /// Adds a job. Returns it if too many are waiting, from its network or from all.
    pub fn put(&mut self, job: J, guest: Guest) -> Result<(), J> {
        let of_network = self.of_network(guest.network, |line| line.waiting.len());
        if self.waiting >= QUEUED_GUEST_CALLS_MAX || of_network >= QUEUED_GUEST_CALLS_PER_NETWORK_MAX {
            return Err(job);
        }
        self.last_number += 1;
        self.lines.entry(guest).or_default().waiting.push_back((self.last_number, job));
        self.waiting += 1;
        Ok(())
    }

    /// The next job, if fewer than `running_max` are running: from the network with the fewest
    /// running jobs, and among these from the one that has waited longest. One network gets at most
    /// half of all places, and none while it rests.
    pub fn next(&mut self, running_max: usize, now: Instant) -> Option<(J, Guest)> {
        if self.running >= running_max {
            return None;
        }
        let ready = self.lines.iter().filter(|(guest, line)| line.may_begin(guest.pace(self.paces), now));
        let ready = ready.map(|(guest, line)| {
            let running = self.of_network(guest.network, |line| line.running);
            (running, line.first(), *guest)
        });
        let (running, _, guest) = ready.min_by_key(|(running, first, _)| (*running, *first))?;
        if running >= running_max.div_ceil(2) {
            return None;
        }
        let line = self.lines.get_mut(&guest)?;
        let (_, job) = line.waiting.pop_front()?;
        line.running += 1;
        self.waiting -= 1;
        self.running += 1;
        Some((job, guest))
    }

    /// The number of a network's jobs, with a session and without.
    fn of_network(&self, network: Network, count: impl Fn(&Line<J>) -> usize) -> usize {
        let guests = [Guest::stranger(network), Guest::with_session(network)];
        guests.iter().filter_map(|guest| self.lines.get(guest)).map(count).sum()
    }

    /// The number of waiting jobs of networks that do not rest.
    pub fn ready(&self, now: Instant) -> usize {
        let ready = self.lines.iter().filter(|(guest, line)| line.may_begin(guest.pace(self.paces), now));
        ready.map(|(_, line)| line.waiting.len()).sum()
    }

    /// The time at which the first network with waiting jobs has rested enough. `None` if none rests.
    pub fn rested_at(&self, now: Instant) -> Option<Instant> {
        let resting = self.lines.iter().filter(|(_, line)| !line.waiting.is_empty());
        let until = resting.filter_map(|(guest, line)| guest.pace(self.paces).rests_until(line.debt));
        until.filter(|until| *until > now).min()
    }

    /// Removes the jobs that a closure chooses from the queue, the newest first.
    pub fn withdraw(&mut self, mut is_chosen: impl FnMut(&J) -> bool) -> Vec<J> {
        let of = |(guest, line): (&Guest, &Line<J>)| {
            line.waiting.iter().map(|(number, _)| (*number, *guest)).collect::<Vec<_>>()
        };
        let mut numbers: Vec<(u64, Guest)> = self.lines.iter().flat_map(of).collect();
        numbers.sort_unstable_by_key(|(number, _)| Reverse(*number));
        let mut withdrawn = Vec::new();
        for (number, guest) in numbers {
            let Some(line) = self.lines.get_mut(&guest) else { continue };
            let at = line.waiting.binary_search_by_key(&number, |(number, _)| *number);
            let Some(at) = at.ok().filter(|at| is_chosen(&line.waiting[*at].1)) else { continue };
            withdrawn.extend(line.waiting.remove(at).map(|(_, job)| job));
            self.waiting -= 1;
            self.forget_idle(guest);
        }
        withdrawn
    }

    /// Notes that a job of a network has ended, which has used this much processor time.
    pub fn ended(&mut self, guest: Guest, used: Duration, now: Instant) {
        self.running -= 1;
        if let Some(line) = self.lines.get_mut(&guest) {
            line.running -= 1;
            line.debt = guest.pace(self.paces).with_used(line.debt, used, now);
        }
        self.forget_idle(guest);
        if self.lines.len() > GUEST_NETWORKS_MAX {
            self.lines.retain(|_, line| line.has_jobs());
        }
    }

    /// Forgets a network that has no jobs and owes nothing.
    fn forget_idle(&mut self, guest: Guest) {
        let is_idle = |line: &Line<J>| !line.has_jobs() && line.debt == Debt::default();
        if self.lines.get(&guest).is_some_and(is_idle) {
            self.lines.remove(&guest);
        }
    }

    pub fn waiting(&self) -> usize {
        self.waiting
    }

    pub fn running(&self) -> usize {
        self.running
    }
}

impl<J> Default for Line<J> {
    fn default() -> Line<J> {
        Line { waiting: VecDeque::new(), running: 0, debt: Debt::default() }
    }
}

impl<J> Line<J> {
    fn has_jobs(&self) -> bool {
        self.running + self.waiting.len() > 0
    }

    /// The number of the job that has waited longest.
    fn first(&self) -> Option<u64> {
        self.waiting.front().map(|(number, _)| *number)
    }

    /// True if a job waits that may run: the network does not rest, and if it has used much, no other
    /// job of it runs.
    fn may_begin(&self, pace: Pace, now: Instant) -> bool {
        !self.waiting.is_empty()
            && pace.rests_until(self.debt).is_none_or(|until| until <= now)
            && (self.running == 0 || !pace.is_busy(self.debt, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT_ONCE: Duration = Duration::from_secs(1);

    fn queue<J>() -> GuestQueue<J> {
        let pace = Pace::new(10, 1, AT_ONCE);
        GuestQueue::new(Paces { calls: pace, lookups: pace })
    }

    fn stranger(last: u8) -> Guest {
        Guest::stranger(Network::of_caller([192, 0, 2, last].into()))
    }

    #[test]
    fn whoever_calls_often_delays_only_himself() {
        let (mut queue, now) = (queue(), Instant::now());
        for number in 0..QUEUED_GUEST_CALLS_PER_NETWORK_MAX {
            queue.put(number, stranger(1)).unwrap();
        }
        assert_eq!(queue.put(1000, stranger(1)), Err(1000), "no more of this network");
        // The network gets half of the places, in order.
        assert_eq!(
            [queue.next(4, now), queue.next(4, now)],
            [Some((0, stranger(1))), Some((1, stranger(1)))]
        );
        assert_eq!(queue.next(4, now), None);
        // Another network comes before the many waiting jobs.
        queue.put(2000, stranger(2)).unwrap();
        queue.put(2001, stranger(2)).unwrap();
        assert_eq!(queue.next(4, now), Some((2000, stranger(2))));
        queue.ended(stranger(1), Duration::ZERO, now);
        assert_eq!(
            queue.next(4, now),
            Some((2, stranger(1))),
            "those with as few running have waited for longer"
        );
        assert_eq!(queue.next(4, now), Some((2001, stranger(2))));
        assert_eq!((queue.next(4, now), queue.running()), (None, 4), "all places are taken");
    }

    #[test]
    fn a_network_that_has_used_much_rests_and_keeps_nobody_else_waiting() {
        let (mut queue, start) = (queue(), Instant::now());
        for number in 0..3 {
            queue.put(number, stranger(1)).unwrap();
        }
        assert_eq!(queue.next(8, start), Some((0, stranger(1))));
        queue.ended(stranger(1), AT_ONCE, start);
        assert_eq!(queue.next(8, start), Some((1, stranger(1))), "so much is free");
        queue.ended(stranger(1), Duration::from_millis(50), start);
        assert_eq!(queue.next(8, start), None);
        queue.put(9, stranger(2)).unwrap();
        assert_eq!(queue.next(8, start), Some((9, stranger(2))));
        let rested = queue.rested_at(start).unwrap();
        assert_eq!(rested - start, Duration::from_millis(500));
        assert_eq!(queue.next(8, rested), Some((2, stranger(1))));
        assert_eq!(queue.rested_at(rested), None);
    }

    #[test]
    fn a_network_that_has_used_much_has_one_call_at_a_time() {
        let (mut queue, now) = (queue(), Instant::now());
        for number in 0..4 {
            queue.put(number, stranger(1)).unwrap();
        }
        assert!(queue.next(8, now).is_some() && queue.next(8, now).is_some());
        queue.ended(stranger(1), AT_ONCE * 3 / 4, now);
        assert_eq!((queue.next(8, now), queue.ready(now), queue.rested_at(now)), (None, 0, None));
        queue.ended(stranger(1), Duration::ZERO, now);
        assert_eq!(queue.next(8, now), Some((2, stranger(1))));
    }

    #[test]
    fn whoever_has_a_session_does_not_wait_behind_strangers_of_the_same_network() {
        let (mut queue, now) = (queue(), Instant::now());
        let home = Network::of_caller([192, 0, 2, 1].into());
        for number in 0..3 {
            queue.put(number, Guest::stranger(home)).unwrap();
        }
        queue.next(8, now).unwrap();
        queue.ended(Guest::stranger(home), AT_ONCE * 2, now);
        assert_eq!(queue.next(8, now), None);
        queue.put(9, Guest::with_session(home)).unwrap();
        assert_eq!(queue.next(8, now), Some((9, Guest::with_session(home))));
    }

    #[test]
    fn a_network_has_its_share_once_also_with_sessions_to_look_up() {
        let (mut queue, now) = (queue(), Instant::now());
        let home = Network::of_caller([192, 0, 2, 1].into());
        for number in 0..QUEUED_GUEST_CALLS_PER_NETWORK_MAX {
            let guest = if number % 2 == 0 { Guest::stranger(home) } else { Guest::with_session(home) };
            queue.put(number, guest).unwrap();
        }
        assert!(queue.put(1000, Guest::with_session(home)).is_err(), "no more of this network wait");
        assert!(queue.next(4, now).is_some() && queue.next(4, now).is_some());
        assert_eq!(queue.next(4, now), None, "half of the places");
    }

    #[test]
    fn nothing_is_remembered_of_networks_that_have_gone() {
        let (mut queue, now) = (queue(), Instant::now());
        for last in 0..200 {
            queue.put((), stranger(last)).unwrap();
            assert!(queue.next(1, now).is_some() && queue.next(1, now).is_none());
            queue.ended(stranger(last), Duration::ZERO, now);
        }
        assert!(queue.lines.is_empty() && queue.running() == 0 && queue.waiting() == 0);
    }

    #[test]
    fn only_so_many_networks_that_rest_are_remembered() {
        let (mut queue, now) = (queue(), Instant::now());
        for number in 0..3 * GUEST_NETWORKS_MAX as u32 {
            let caller = Guest::stranger(Network::of_caller(std::net::Ipv4Addr::from(number).into()));
            queue.put((), caller).unwrap();
            assert!(queue.next(1, now).is_some());
            queue.ended(caller, Duration::from_millis(1), now);
            assert!(queue.lines.len() <= GUEST_NETWORKS_MAX);
        }
    }
}
