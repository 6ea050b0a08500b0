//! The queue for calls of callers who are not signed in. Few of them run at the same time, and
//! networks take turns, so that a caller with very many calls delays only itself.

use crate::base::limits::{QUEUED_GUEST_CALLS_MAX, QUEUED_GUEST_CALLS_PER_NETWORK_MAX};
use crate::base::network::Network;
use std::collections::{HashMap, VecDeque};

/// Waiting jobs, by network.
pub(super) struct GuestQueue<J> {
    waiting: VecDeque<(J, Network)>,
    networks: HashMap<Network, Count>,
    running: usize,
}

/// The jobs of one network.
#[derive(Default)]
struct Count {
    waiting: usize,
    running: usize,
}

impl<J> Default for GuestQueue<J> {
    fn default() -> GuestQueue<J> {
        GuestQueue { waiting: VecDeque::new(), networks: HashMap::new(), running: 0 }
    }
}

impl<J> GuestQueue<J> {
    /// Adds a job. Returns it if too many are waiting, from its network or from all.
    pub fn put(&mut self, job: J, network: Network) -> Result<(), J> {
        let of_network = self.networks.get(&network).map_or(0, |count| count.waiting);
        if self.waiting.len() >= QUEUED_GUEST_CALLS_MAX || of_network >= QUEUED_GUEST_CALLS_PER_NETWORK_MAX {
            return Err(job);
        }
        self.networks.entry(network).or_default().waiting += 1;
        self.waiting.push_back((job, network));
        Ok(())
    }

    /// The next job, if fewer than `running_max` are running: from the network with the fewest
    /// running jobs, and among these from the one that has waited longest. One network gets at most
    /// half of all places.
    pub fn next(&mut self, running_max: usize) -> Option<(J, Network)> {
        if self.running >= running_max {
            return None;
        }
        let running = |network: &Network| self.networks.get(network).map_or(0, |count| count.running);
        let waiting = self.waiting.iter().enumerate().map(|(at, (_, network))| (running(network), at));
        let (running, at) = waiting.min()?;
        if running >= running_max.div_ceil(2) {
            return None;
        }
        let (job, network) = self.waiting.remove(at)?;
        let count = self.networks.entry(network).or_default();
        count.waiting -= 1;
        count.running += 1;
        self.running += 1;
        Some((job, network))
    }

    /// Removes the jobs that a closure chooses from the queue, the newest first.
    pub fn withdraw(&mut self, mut is_chosen: impl FnMut(&J) -> bool) -> Vec<J> {
        let mut withdrawn = Vec::new();
        for at in (0..self.waiting.len()).rev() {
            if is_chosen(&self.waiting[at].0) {
                if let Some((job, network)) = self.waiting.remove(at) {
                    self.forget(network, |count| count.waiting -= 1);
                    withdrawn.push(job);
                }
            }
        }
        withdrawn
    }

    /// Notes that a job of a network has ended.
    pub fn ended(&mut self, network: Network) {
        self.running -= 1;
        self.forget(network, |count| count.running -= 1);
    }

    /// Changes the count of a network's jobs. A network without jobs is forgotten.
    fn forget(&mut self, network: Network, take_off: impl FnOnce(&mut Count)) {
        if let Some(count) = self.networks.get_mut(&network) {
            take_off(count);
            if count.running + count.waiting == 0 {
                self.networks.remove(&network);
            }
        }
    }

    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    pub fn running(&self) -> usize {
        self.running
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(last: u8) -> Network {
        Network::of_caller([192, 0, 2, last].into())
    }

    #[test]
    fn whoever_calls_often_delays_only_himself() {
        let mut queue = GuestQueue::default();
        for number in 0..QUEUED_GUEST_CALLS_PER_NETWORK_MAX {
            queue.put(number, network(1)).unwrap();
        }
        assert_eq!(queue.put(1000, network(1)), Err(1000), "no more of this network");
        // The network gets half of the places, in order.
        assert_eq!([queue.next(4), queue.next(4)], [Some((0, network(1))), Some((1, network(1)))]);
        assert_eq!(queue.next(4), None);
        // Another network comes before the many waiting jobs.
        queue.put(2000, network(2)).unwrap();
        queue.put(2001, network(2)).unwrap();
        assert_eq!(queue.next(4), Some((2000, network(2))));
        queue.ended(network(1));
        assert_eq!(queue.next(4), Some((2, network(1))), "those with as few running have waited for longer");
        assert_eq!(queue.next(4), Some((2001, network(2))));
        assert_eq!((queue.next(4), queue.running()), (None, 4), "all places are taken");
    }

    #[test]
    fn nothing_is_remembered_of_networks_that_have_gone() {
        let mut queue = GuestQueue::default();
        for last in 0..200 {
            queue.put((), network(last)).unwrap();
            assert!(queue.next(1).is_some() && queue.next(1).is_none());
            queue.ended(network(last));
        }
        assert!(queue.networks.is_empty() && queue.running() == 0 && queue.waiting() == 0);
    }
}
