//! The queue of connections that have something to do and wait for the poller.
//!
//! Networks take turns, so that a caller with one call does not wait behind another caller's
//! thousand calls. A network has two lines: one for connections on which something has just
//! arrived, and one for connections with requests left over from their last turn. So even if all
//! callers share one network, as behind a proxy, callers who send more and more delay only
//! themselves.

use crate::base::network::Network;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// The number of unused lines that are remembered before they are cleaned up.
const SPARE_LINES: usize = 64;

/// Keys of connections in the order of their turns. Every line has one turn in each round. A line
/// without a place in the current round may still enter it, so a new connection waits for at most
/// one turn of each other line.
#[derive(Default)]
pub(super) struct FairQueue {
    places: BinaryHeap<Reverse<Place>>,
    /// The first round in which a line may have another turn.
    next_rounds: HashMap<Line, u64>,
    round: u64,
    last_number: u64,
}

/// A place in the queue. Places are ordered by their fields.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    round: u64,
    number: u64,
    key: u64,
}

#[derive(PartialEq, Eq, Hash)]
struct Line {
    network: Network,
    is_left_over: bool,
}

impl FairQueue {
    /// Adds a connection. `is_left_over` is true if its last turn was too short for its requests.
    pub fn put(&mut self, key: u64, network: Network, is_left_over: bool) {
        let next = self.next_rounds.entry(Line { network, is_left_over }).or_default();
        let round = self.round.max(*next);
        *next = round + 1;
        self.last_number += 1;
        self.places.push(Reverse(Place { round, number: self.last_number, key }));
    }

    /// Removes and returns the connection whose turn it is.
    pub fn next(&mut self) -> Option<u64> {
        let Reverse(place) = self.places.pop()?;
        let is_new_round = place.round > self.round;
        self.round = place.round;
        if self.places.is_empty() {
            self.next_rounds.clear();
        } else if is_new_round && self.next_rounds.len() > 2 * self.places.len() + SPARE_LINES {
            let round = self.round;
            self.next_rounds.retain(|_, next| *next > round);
        }
        Some(place.key)
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(number: u8) -> Network {
        Network::of_caller([192, 0, 2, number].into())
    }

    fn all(queue: &mut FairQueue) -> Vec<u64> {
        std::iter::from_fn(|| queue.next()).collect()
    }

    #[test]
    fn networks_take_turns_in_the_order_in_which_they_came() {
        let mut queue = FairQueue::default();
        for (key, number) in [(10, 1), (11, 1), (12, 1), (20, 2), (30, 3), (31, 3)] {
            queue.put(key, network(number), false);
        }
        assert_eq!(all(&mut queue), [10, 20, 30, 11, 31, 12]);
        assert!(queue.is_empty());
    }

    #[test]
    fn a_newcomer_waits_for_one_turn_of_each_other_line_at_most() {
        let mut queue = FairQueue::default();
        (0..100).for_each(|key| queue.put(key, network(1), false));
        (100..200).for_each(|key| queue.put(key, network(1), true));
        assert_eq!([queue.next(), queue.next(), queue.next()], [Some(0), Some(100), Some(1)]);
        queue.put(1000, network(2), false);
        let (first, second) = (queue.next(), queue.next());
        assert_eq!((first, second), (Some(101), Some(1000)), "the line that had its turn later waits longer");
    }

    #[test]
    fn what_has_just_arrived_comes_before_what_is_left_over_of_the_same_network() {
        let mut queue = FairQueue::default();
        (0..100).for_each(|key| queue.put(key, network(1), true));
        assert_eq!(queue.next(), Some(0));
        queue.put(0, network(1), true);
        queue.put(1000, network(1), false);
        assert_eq!([queue.next(), queue.next()], [Some(1000), Some(1)]);
    }

    #[test]
    fn nobody_starves_beside_lines_that_always_have_something_to_do() {
        let mut queue = FairQueue::default();
        (0..10).for_each(|key| queue.put(key, network(1), true));
        for number in 2..5 {
            queue.put(u64::from(number) * 100, network(number), false);
        }
        let mut served = 0;
        for _ in 0..40 {
            match queue.next().unwrap() {
                0..10 => served += 1,
                // This caller calls again as soon as it gets an answer.
                key => queue.put(key, network((key / 100) as u8), false),
            }
        }
        assert_eq!(served, 10, "one turn in four");
    }

    #[test]
    fn lines_that_have_gone_are_forgotten() {
        let mut queue = FairQueue::default();
        queue.put(1, network(1), true);
        queue.put(2, network(1), true);
        for number in 0..5000_u32 {
            queue.put(3, Network::of_caller(std::net::IpAddr::from(number.to_be_bytes())), false);
            queue.put(4, network(1), true);
            queue.next();
            queue.next();
            assert!(queue.next_rounds.len() < 200, "{}", queue.next_rounds.len());
        }
        all(&mut queue);
        assert!(queue.next_rounds.is_empty());
    }
}
