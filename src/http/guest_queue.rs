//! The queue for calls of callers who are not signed in. Few of them run at the same time, and
//! networks take turns, so that a caller with very many calls delays only itself. A network that has
//! used much processor time rests, so that it leaves the processors to others.

use super::guest_pace::{Debt, Pace};
use crate::base::limits::{GUEST_NETWORKS_MAX, QUEUED_GUEST_CALLS_MAX, QUEUED_GUEST_CALLS_PER_NETWORK_MAX};
use crate::base::network::Network;
use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

/// Waiting jobs, by network.
pub(super) struct GuestQueue<J> {
    networks: HashMap<Network, Line<J>>,
    waiting: usize,
    running: usize,
    last_number: u64,
    pace: Pace,
}

/// The jobs of one network.
struct Line<J> {
    /// In the order of arrival, each with its number.
    waiting: VecDeque<(u64, J)>,
    running: usize,
    debt: Debt,
}

impl<J> GuestQueue<J> {
    pub fn new(pace: Pace) -> GuestQueue<J> {
        GuestQueue { networks: HashMap::new(), waiting: 0, running: 0, last_number: 0, pace }
    }

    /// Adds a job. Returns it if too many are waiting, from its network or from all.
    pub fn put(&mut self, job: J, network: Network) -> Result<(), J> {
        let of_network = self.networks.get(&network).map_or(0, |line| line.waiting.len());
        if self.waiting >= QUEUED_GUEST_CALLS_MAX || of_network >= QUEUED_GUEST_CALLS_PER_NETWORK_MAX {
            return Err(job);
        }
        self.last_number += 1;
        self.networks.entry(network).or_default().waiting.push_back((self.last_number, job));
        self.waiting += 1;
        Ok(())
    }

    /// The next job, if fewer than `running_max` are running: from the network with the fewest
    /// running jobs, and among these from the one that has waited longest. One network gets at most
    /// half of all places, and none while it rests.
    pub fn next(&mut self, running_max: usize, now: Instant) -> Option<(J, Network)> {
        if self.running >= running_max {
            return None;
        }
        let pace = self.pace;
        let ready = self.networks.iter_mut().filter(|(_, line)| line.may_begin(pace, now));
        let (network, line) = ready.min_by_key(|(_, line)| (line.running, line.first()))?;
        if line.running >= running_max.div_ceil(2) {
            return None;
        }
        let (_, job) = line.waiting.pop_front()?;
        line.running += 1;
        self.waiting -= 1;
        self.running += 1;
        Some((job, *network))
    }

    /// The number of waiting jobs of networks that do not rest.
    pub fn ready(&self, now: Instant) -> usize {
        let ready = self.networks.values().filter(|line| line.may_begin(self.pace, now));
        ready.map(|line| line.waiting.len()).sum()
    }

    /// The time at which the first network with waiting jobs has rested enough. `None` if none rests.
    pub fn rested_at(&self, now: Instant) -> Option<Instant> {
        let resting = self.networks.values().filter(|line| !line.waiting.is_empty());
        resting.filter_map(|line| self.pace.rests_until(line.debt)).filter(|until| *until > now).min()
    }

    /// Removes the jobs that a closure chooses from the queue, the newest first.
    pub fn withdraw(&mut self, mut is_chosen: impl FnMut(&J) -> bool) -> Vec<J> {
        let of = |(network, line): (&Network, &Line<J>)| {
            line.waiting.iter().map(|(number, _)| (*number, *network)).collect::<Vec<_>>()
        };
        let mut numbers: Vec<(u64, Network)> = self.networks.iter().flat_map(of).collect();
        numbers.sort_unstable_by_key(|(number, _)| Reverse(*number));
        let mut withdrawn = Vec::new();
        for (number, network) in numbers {
            let Some(line) = self.networks.get_mut(&network) else { continue };
            let at = line.waiting.binary_search_by_key(&number, |(number, _)| *number);
            let Some(at) = at.ok().filter(|at| is_chosen(&line.waiting[*at].1)) else { continue };
            withdrawn.extend(line.waiting.remove(at).map(|(_, job)| job));
            self.waiting -= 1;
            self.forget_idle(network);
        }
        withdrawn
    }

    /// Notes that a job of a network has ended, which has used this much processor time.
    pub fn ended(&mut self, network: Network, used: Duration, now: Instant) {
        self.running -= 1;
        if let Some(line) = self.networks.get_mut(&network) {
            line.running -= 1;
            line.debt = self.pace.with_used(line.debt, used, now);
        }
        self.forget_idle(network);
        if self.networks.len() > GUEST_NETWORKS_MAX {
            self.networks.retain(|_, line| line.has_jobs());
        }
    }

    /// Forgets a network that has no jobs and owes nothing.
    fn forget_idle(&mut self, network: Network) {
        let is_idle = |line: &Line<J>| !line.has_jobs() && line.debt == Debt::default();
        if self.networks.get(&network).is_some_and(is_idle) {
            self.networks.remove(&network);
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
    use super::super::guest_pace::AT_ONCE;
    use super::*;

    fn queue<J>() -> GuestQueue<J> {
        GuestQueue::new(Pace::new(1))
    }

    fn network(last: u8) -> Network {
        Network::of_caller([192, 0, 2, last].into())
    }

    #[test]
    fn whoever_calls_often_delays_only_himself() {
        let (mut queue, now) = (queue(), Instant::now());
        for number in 0..QUEUED_GUEST_CALLS_PER_NETWORK_MAX {
            queue.put(number, network(1)).unwrap();
        }
        assert_eq!(queue.put(1000, network(1)), Err(1000), "no more of this network");
        // The network gets half of the places, in order.
        assert_eq!([queue.next(4, now), queue.next(4, now)], [Some((0, network(1))), Some((1, network(1)))]);
        assert_eq!(queue.next(4, now), None);
        // Another network comes before the many waiting jobs.
        queue.put(2000, network(2)).unwrap();
        queue.put(2001, network(2)).unwrap();
        assert_eq!(queue.next(4, now), Some((2000, network(2))));
        queue.ended(network(1), Duration::ZERO, now);
        assert_eq!(
            queue.next(4, now),
            Some((2, network(1))),
            "those with as few running have waited for longer"
        );
        assert_eq!(queue.next(4, now), Some((2001, network(2))));
        assert_eq!((queue.next(4, now), queue.running()), (None, 4), "all places are taken");
    }

    #[test]
    fn a_network_that_has_used_much_rests_and_keeps_nobody_else_waiting() {
        let (mut queue, start) = (queue(), Instant::now());
        for number in 0..3 {
            queue.put(number, network(1)).unwrap();
        }
        assert_eq!(queue.next(8, start), Some((0, network(1))));
        queue.ended(network(1), AT_ONCE, start);
        assert_eq!(queue.next(8, start), Some((1, network(1))), "so much is free");
        queue.ended(network(1), Duration::from_millis(50), start);
        assert_eq!(queue.next(8, start), None);
        queue.put(9, network(2)).unwrap();
        assert_eq!(queue.next(8, start), Some((9, network(2))));
        let rested = queue.rested_at(start).unwrap();
        assert_eq!(rested - start, Duration::from_millis(500));
        assert_eq!(queue.next(8, rested), Some((2, network(1))));
        assert_eq!(queue.rested_at(rested), None);
    }

    #[test]
    fn a_network_that_has_used_much_has_one_call_at_a_time() {
        let (mut queue, now) = (queue(), Instant::now());
        for number in 0..4 {
            queue.put(number, network(1)).unwrap();
        }
        assert!(queue.next(8, now).is_some() && queue.next(8, now).is_some());
        queue.ended(network(1), AT_ONCE * 3 / 4, now);
        assert_eq!((queue.next(8, now), queue.ready(now), queue.rested_at(now)), (None, 0, None));
        queue.ended(network(1), Duration::ZERO, now);
        assert_eq!(queue.next(8, now), Some((2, network(1))));
    }

    #[test]
    fn nothing_is_remembered_of_networks_that_have_gone() {
        let (mut queue, now) = (queue(), Instant::now());
        for last in 0..200 {
            queue.put((), network(last)).unwrap();
            assert!(queue.next(1, now).is_some() && queue.next(1, now).is_none());
            queue.ended(network(last), Duration::ZERO, now);
        }
        assert!(queue.networks.is_empty() && queue.running() == 0 && queue.waiting() == 0);
    }

    #[test]
    fn only_so_many_networks_that_rest_are_remembered() {
        let (mut queue, now) = (queue(), Instant::now());
        for number in 0..3 * GUEST_NETWORKS_MAX as u32 {
            let network = Network::of_caller(std::net::Ipv4Addr::from(number).into());
            queue.put((), network).unwrap();
            assert!(queue.next(1, now).is_some());
            queue.ended(network, Duration::from_millis(1), now);
            assert!(queue.networks.len() <= GUEST_NETWORKS_MAX);
        }
    }
}
