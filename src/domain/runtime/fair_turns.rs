//! Turns for work that only a few may do at the same time, in an order in which nobody can starve
//! the others.
//!
//! Groups (networks, accounts) take turns, not single callers: a group with one waiting call comes
//! before a group with two. Among equals, preferred callers come first, and some of the turns may be
//! kept for them. If too many wait, the last in this order is refused.

use crate::base::guarded::{Guarded, Signal};
use std::sync::MutexGuard;
use std::time::{Duration, Instant};

/// A caller that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiter<G> {
    pub group: G,
    pub is_preferred: bool,
}

pub struct FairTurns<G> {
    at_once_max: usize,
    /// Of these, callers that are not preferred have at most this many.
    not_preferred_max: usize,
    waiting_max: usize,
    state: Guarded<State<G>>,
    changed: Signal,
}

struct State<G> {
    running: Vec<Waiter<G>>,
    /// In the order of arrival, each with its ticket.
    waiting: Vec<(u64, Waiter<G>)>,
    last_ticket: u64,
}

/// A turn; it ends when this is dropped.
#[must_use]
pub struct Turn<'a, G: Copy + PartialEq> {
    turns: &'a FairTurns<G>,
    waiter: Waiter<G>,
}

impl<G: Copy + PartialEq> FairTurns<G> {
    /// At most `at_once_max` callers have a turn, and at most `waiting_max` wait.
    pub fn new(at_once_max: usize, waiting_max: usize) -> FairTurns<G> {
        let state = State { running: Vec::new(), waiting: Vec::new(), last_ticket: 0 };
        let (state, changed) = (Guarded::new(state), Signal::new());
        FairTurns { at_once_max, not_preferred_max: at_once_max, waiting_max, state, changed }
    }

    /// Keeps this many of the turns for preferred callers.
    pub fn keeping(mut self, for_preferred: usize) -> FairTurns<G> {
        self.not_preferred_max = self.at_once_max - for_preferred;
        self
    }

    /// Waits for a turn; `None` if `patience` is over, or if too many others come first.
    pub fn take(&self, waiter: Waiter<G>, patience: Duration) -> Option<Turn<'_, G>> {
        let leaves_at = Instant::now() + patience;
        let mut state = self.state();
        let ticket = state.enter(waiter, self.waiting_max);
        self.changed.notify_all();
        loop {
            let at = state.waiting.iter().position(|(other, _)| *other == ticket)?;
            if state.running.len() < self.at_once_max && state.next(self.not_preferred_max) == Some(ticket) {
                state.waiting.remove(at);
                state.running.push(waiter);
                // Another caller may enter now.
                self.changed.notify_all();
                return Some(Turn { turns: self, waiter });
            }
            let left = leaves_at.saturating_duration_since(Instant::now());
            if left.is_zero() {
                state.waiting.remove(at);
                // Another caller may be the next now.
                self.changed.notify_all();
                return None;
            }
            state = self.changed.wait_for(state, left);
        }
    }

    fn state(&self) -> MutexGuard<'_, State<G>> {
        self.state.lock()
    }
}

impl<G: Copy + PartialEq> State<G> {
    /// Adds a caller. If too many wait, the last in the order is removed, which may be the new one.
    fn enter(&mut self, waiter: Waiter<G>, waiting_max: usize) -> u64 {
        self.last_ticket += 1;
        self.waiting.push((self.last_ticket, waiter));
        if self.waiting.len() > waiting_max {
            let last = self.order().last().copied();
            self.waiting.retain(|(ticket, _)| Some(*ticket) != last);
        }
        self.last_ticket
    }

    /// The ticket of the caller that has the next turn.
    fn next(&self, not_preferred_max: usize) -> Option<u64> {
        let not_preferred = self.running.iter().filter(|one| !one.is_preferred).count();
        let may_begin = |ticket: &u64| {
            not_preferred < not_preferred_max
                || self.waiting.iter().any(|(other, waiter)| other == ticket && waiter.is_preferred)
        };
        self.order().into_iter().find(may_begin)
    }

    /// The tickets of all waiting callers, the next first.
    fn order(&self) -> Vec<u64> {
        let of_group = |group| self.running.iter().filter(|one| one.group == group).count();
        let mut ranked: Vec<(usize, bool, u64)> = Vec::with_capacity(self.waiting.len());
        for (at, (ticket, waiter)) in self.waiting.iter().enumerate() {
            let ahead = self.waiting[..at].iter().filter(|(_, other)| other.group == waiter.group).count();
            ranked.push((ahead + of_group(waiter.group), !waiter.is_preferred, *ticket));
        }
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, _, ticket)| ticket).collect()
    }
}

impl<G: Copy + PartialEq> Drop for Turn<'_, G> {
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
    use std::sync::Mutex;

    const AT_ONCE_MAX: usize = 2;
    const WAITING_MAX: usize = 32;

    fn waiter(group: usize, is_preferred: bool) -> Waiter<usize> {
        Waiter { group, is_preferred }
    }

    fn state() -> State<usize> {
        State { running: Vec::new(), waiting: Vec::new(), last_ticket: 0 }
    }

    #[test]
    fn groups_take_turns_and_preferred_callers_go_first() {
        let mut state = state();
        let tickets: Vec<u64> =
            [waiter(1, false), waiter(1, false), waiter(1, false), waiter(2, false), waiter(3, true)]
                .map(|waiter| state.enter(waiter, WAITING_MAX))
                .into();
        let order = [4, 0, 3, 1, 2].map(|at| tickets[at]);
        assert_eq!(state.order(), order);
        state.running = vec![waiter(1, false), waiter(3, true)];
        assert_eq!(state.order(), [3, 4, 0, 1, 2].map(|at| tickets[at]));
    }

    #[test]
    fn whoever_floods_is_sent_away_first() {
        let mut state = state();
        let of = |state: &State<usize>, number| {
            state.waiting.iter().filter(|(_, one)| one.group == number).count()
        };
        for _ in 0..100 {
            state.enter(waiter(1, false), WAITING_MAX);
        }
        assert_eq!(of(&state, 1), WAITING_MAX);
        for number in 2..10 {
            state.enter(waiter(number, false), WAITING_MAX);
        }
        assert_eq!((state.waiting.len(), of(&state, 1)), (WAITING_MAX, WAITING_MAX - 8));
    }

    #[test]
    fn many_groups_do_not_send_away_whoever_is_preferred() {
        let mut state = state();
        for number in 10..110 {
            state.enter(waiter(number, false), WAITING_MAX);
        }
        let preferred = state.enter(waiter(1, true), WAITING_MAX);
        assert_eq!(state.order().first(), Some(&preferred));
        for number in 110..210 {
            state.enter(waiter(number, false), WAITING_MAX);
        }
        assert_eq!(state.order().first(), Some(&preferred));
        assert_eq!(state.waiting.len(), WAITING_MAX);
    }

    #[test]
    fn the_turns_that_are_kept_for_preferred_callers_are_theirs() {
        let turns = FairTurns::new(2, WAITING_MAX).keeping(1);
        let first = turns.take(waiter(1, false), Duration::ZERO).unwrap();
        assert!(turns.take(waiter(2, false), Duration::ZERO).is_none());
        let preferred = turns.take(waiter(3, true), Duration::ZERO).unwrap();
        assert!(turns.take(waiter(4, true), Duration::ZERO).is_none());
        drop(first);
        let second = turns.take(waiter(2, false), Duration::ZERO).unwrap();
        drop((second, preferred));
        let both = [1, 2].map(|number| turns.take(waiter(number, true), Duration::ZERO));
        assert!(both.iter().all(Option::is_some));
    }

    #[test]
    fn only_so_many_have_a_turn_at_once() {
        let (turns, most) = (FairTurns::new(AT_ONCE_MAX, WAITING_MAX), Mutex::new(0));
        std::thread::scope(|scope| {
            for number in 0..24 {
                let (turns, most) = (&turns, &most);
                scope.spawn(move || {
                    let turn = turns.take(waiter(number % 3, false), Duration::from_secs(60)).unwrap();
                    let running = turns.state().running.len();
                    let mut most = most.lock().unwrap();
                    *most = running.max(*most);
                    drop(turn);
                });
            }
        });
        assert!((1..=AT_ONCE_MAX).contains(&*most.lock().unwrap()));
        assert!(turns.state().running.is_empty() && turns.state().waiting.is_empty());
    }

    #[test]
    fn whoever_loses_patience_leaves_the_line() {
        let turns = FairTurns::new(1, WAITING_MAX);
        let held = turns.take(waiter(1, false), Duration::ZERO).unwrap();
        assert!(turns.take(waiter(2, false), Duration::from_millis(10)).is_none());
        assert!(turns.state().waiting.is_empty());
        drop(held);
        assert!(turns.take(waiter(2, false), Duration::ZERO).is_some());
    }
}
