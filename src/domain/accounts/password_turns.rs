//! Turns for hashing passwords, which takes 9 MiB and a good part of a second: two at a time, in an order that lets
//! nobody starve the others.
//!
//! Callers take turns by network, not by arrival: who has one call waiting goes before who has two. Among equals those go
//! first who have signed in from their network before. When too many wait, the last in this order is sent away.

use crate::base::limits::{HASHES_AT_ONCE_MAX, HASHES_WAITING_MAX};
use crate::base::network::Network;
use crate::error::{Code, Error, Result};
use std::sync::{Condvar, Mutex, MutexGuard};

/// Who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiter {
    pub network: Option<Network>,
    /// Whether somebody has signed in to the account from there before.
    pub is_known: bool,
}

impl Waiter {
    /// The server itself, or somebody who is signed in.
    pub fn of_the_server() -> Waiter {
        Waiter { network: None, is_known: true }
    }
}

#[derive(Default)]
pub struct Turns {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    running: Vec<Waiter>,
    /// In the order of arrival, each with its ticket.
    waiting: Vec<(u64, Waiter)>,
    last_ticket: u64,
}

/// A turn; it ends when this is dropped.
#[must_use]
pub struct Turn<'a> {
    turns: &'a Turns,
    waiter: Waiter,
}

impl Turns {
    /// Waits for a turn.
    ///
    /// # Errors
    /// `Code::Busy` when too many wait, and others have more right to.
    pub fn take(&self, waiter: Waiter) -> Result<Turn<'_>> {
        let mut state = self.state();
        let ticket = state.enter(waiter);
        self.changed.notify_all();
        loop {
            let Some(at) = state.waiting.iter().position(|(other, _)| *other == ticket) else {
                return Err(Error::new(
                    Code::Busy,
                    "Too many people sign in at once. Please try again in a moment.",
                ));
            };
            if state.running.len() < HASHES_AT_ONCE_MAX && state.order().first() == Some(&ticket) {
                state.waiting.remove(at);
                state.running.push(waiter);
                // There may be room for another one.
                self.changed.notify_all();
                return Ok(Turn { turns: self, waiter });
            }
            state = self.changed.wait(state).expect("nothing panics while holding the turns");
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while holding the turns")
    }
}

impl State {
    /// Lines somebody up. The last in the order leaves when too many wait, which may be the newcomer.
    fn enter(&mut self, waiter: Waiter) -> u64 {
        self.last_ticket += 1;
        self.waiting.push((self.last_ticket, waiter));
        if self.waiting.len() > HASHES_WAITING_MAX {
            let last = self.order().last().copied();
            self.waiting.retain(|(ticket, _)| Some(*ticket) != last);
        }
        self.last_ticket
    }

    /// The tickets of all who wait, the next first.
    fn order(&self) -> Vec<u64> {
        let of_network = |network| self.running.iter().filter(|one| one.network == network).count();
        let mut ranked: Vec<(usize, bool, u64)> = Vec::with_capacity(self.waiting.len());
        for (at, (ticket, waiter)) in self.waiting.iter().enumerate() {
            let ahead =
                self.waiting[..at].iter().filter(|(_, other)| other.network == waiter.network).count();
            ranked.push((ahead + of_network(waiter.network), !waiter.is_known, *ticket));
        }
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, _, ticket)| ticket).collect()
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.turns.state();
        if let Some(at) = state.running.iter().position(|one| *one == self.waiter) {
            state.running.remove(at);
        }
        drop(state);
        self.turns.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiter(number: u8, is_known: bool) -> Waiter {
        Waiter { network: Some(Network::of_caller([10, 0, 0, number].into())), is_known }
    }

    #[test]
    fn networks_take_turns_and_known_ones_go_first() {
        let mut state = State::default();
        let tickets: Vec<u64> =
            [waiter(1, false), waiter(1, false), waiter(1, false), waiter(2, false), waiter(3, true)]
                .map(|waiter| state.enter(waiter))
                .into();
        let order = [4, 0, 3, 1, 2].map(|at| tickets[at]);
        assert_eq!(state.order(), order);
        state.running = vec![waiter(1, false), waiter(3, true)];
        assert_eq!(state.order(), [3, 4, 0, 1, 2].map(|at| tickets[at]));
    }

    #[test]
    fn whoever_floods_is_sent_away_first() {
        let mut state = State::default();
        let of = |state: &State, number| {
            state.waiting.iter().filter(|(_, one)| one.network == waiter(number, false).network).count()
        };
        for _ in 0..100 {
            state.enter(waiter(1, false));
        }
        assert_eq!(of(&state, 1), HASHES_WAITING_MAX);
        for number in 2..10 {
            state.enter(waiter(number, false));
        }
        assert_eq!((state.waiting.len(), of(&state, 1)), (HASHES_WAITING_MAX, HASHES_WAITING_MAX - 8));
    }

    #[test]
    fn strangers_of_many_networks_do_not_send_the_family_away() {
        let mut state = State::default();
        for number in 10..110 {
            state.enter(waiter(number, false));
        }
        let family = state.enter(waiter(1, true));
        assert_eq!(state.order().first(), Some(&family));
        for number in 110..210 {
            state.enter(waiter(number, false));
        }
        assert_eq!(state.order().first(), Some(&family));
        assert_eq!(state.waiting.len(), HASHES_WAITING_MAX);
    }

    #[test]
    fn only_so_many_have_a_turn_at_once() {
        let (turns, most) = (Turns::default(), Mutex::new(0));
        std::thread::scope(|scope| {
            for number in 0..24 {
                let (turns, most) = (&turns, &most);
                scope.spawn(move || {
                    let turn = turns.take(waiter(number % 3, false)).unwrap();
                    let running = turns.state().running.len();
                    let mut most = most.lock().unwrap();
                    *most = running.max(*most);
                    drop(turn);
                });
            }
        });
        assert!((1..=HASHES_AT_ONCE_MAX).contains(&*most.lock().unwrap()));
        assert!(turns.state().running.is_empty() && turns.state().waiting.is_empty());
    }
}
