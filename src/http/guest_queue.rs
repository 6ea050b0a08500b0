//! Calls of those who are not signed in wait here for a worker: few run at the same time, and each address has its turn, so
//! that somebody who calls very often delays nobody but himself.

use crate::base::limits::{QUEUED_GUEST_CALLS_MAX, QUEUED_GUEST_CALLS_PER_ADDRESS_MAX};
use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

/// Jobs by the addresses they come from.
pub(super) struct GuestQueue<J> {
    waiting: VecDeque<(J, IpAddr)>,
    addresses: HashMap<IpAddr, Count>,
    running: usize,
}

/// Jobs of one address.
#[derive(Default)]
struct Count {
    waiting: usize,
    running: usize,
}

impl<J> Default for GuestQueue<J> {
    fn default() -> GuestQueue<J> {
        GuestQueue { waiting: VecDeque::new(), addresses: HashMap::new(), running: 0 }
    }
}

impl<J> GuestQueue<J> {
    /// Takes a job in. Gives it back when too many wait, of its address or in all.
    pub fn put(&mut self, job: J, address: IpAddr) -> Result<(), J> {
        let of_address = self.addresses.get(&address).map_or(0, |count| count.waiting);
        if self.waiting.len() >= QUEUED_GUEST_CALLS_MAX || of_address >= QUEUED_GUEST_CALLS_PER_ADDRESS_MAX {
            return Err(job);
        }
        self.addresses.entry(address).or_default().waiting += 1;
        self.waiting.push_back((job, address));
        Ok(())
    }

    /// The next job to run while at most so many do: of the address for which the fewest run, the one that has waited for
    /// longest. One address has at most half of all places.
    pub fn next(&mut self, running_max: usize) -> Option<(J, IpAddr)> {
        if self.running >= running_max {
            return None;
        }
        let running = |address: &IpAddr| self.addresses.get(address).map_or(0, |count| count.running);
        let waiting = self.waiting.iter().enumerate().map(|(at, (_, address))| (running(address), at));
        let (running, at) = waiting.min()?;
        if running >= running_max.div_ceil(2) {
            return None;
        }
        let (job, address) = self.waiting.remove(at)?;
        let count = self.addresses.entry(address).or_default();
        count.waiting -= 1;
        count.running += 1;
        self.running += 1;
        Some((job, address))
    }

    /// Notes that a job of an address has ended.
    pub fn ended(&mut self, address: IpAddr) {
        self.running -= 1;
        if let Some(count) = self.addresses.get_mut(&address) {
            count.running -= 1;
            if count.running + count.waiting == 0 {
                self.addresses.remove(&address);
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

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn whoever_calls_often_delays_only_himself() {
        let mut queue = GuestQueue::default();
        for number in 0..QUEUED_GUEST_CALLS_PER_ADDRESS_MAX {
            queue.put(number, address(1)).unwrap();
        }
        assert_eq!(queue.put(1000, address(1)), Err(1000), "no more of this address");
        // Half of the places, in their order.
        assert_eq!([queue.next(4), queue.next(4)], [Some((0, address(1))), Some((1, address(1)))]);
        assert_eq!(queue.next(4), None);
        // Somebody else comes before the many that wait already.
        queue.put(2000, address(2)).unwrap();
        queue.put(2001, address(2)).unwrap();
        assert_eq!(queue.next(4), Some((2000, address(2))));
        queue.ended(address(1));
        assert_eq!(queue.next(4), Some((2, address(1))), "those with as few running have waited for longer");
        assert_eq!(queue.next(4), Some((2001, address(2))));
        assert_eq!((queue.next(4), queue.running()), (None, 4), "all places are taken");
    }

    #[test]
    fn nothing_is_remembered_of_addresses_that_have_gone() {
        let mut queue = GuestQueue::default();
        for last in 0..200 {
            queue.put((), address(last)).unwrap();
            assert!(queue.next(1).is_some() && queue.next(1).is_none());
            queue.ended(address(last));
        }
        assert!(queue.addresses.is_empty() && queue.running() == 0 && queue.waiting() == 0);
    }
}
