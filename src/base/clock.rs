//! A clock that does not fall back behind what it has shown before.
//!
//! A small board has no clock of its own that runs without power: after a power cut it starts with an old date, until the
//! network tells it the time. In between nothing may be taken for as old as that date says.

use super::time::now_seconds;
use std::sync::atomic::{AtomicBool, Ordering};

/// How far behind the time last seen a clock may be at the start without being doubted, in seconds.
const TOLERATED: i64 = 5 * 60;

/// The clock as rows and ages take it, in seconds since 1970 UTC. Since the start it is either believed or, having been
/// too early, stands still at the time last seen until the system's clock has passed that.
#[derive(Debug)]
pub struct Clock {
    last_seen: i64,
    is_doubted: AtomicBool,
}

impl Clock {
    /// The clock at a start, with the latest time that was noted before.
    pub fn at_start(last_seen: Option<i64>) -> Clock {
        Clock::new(last_seen, now_seconds())
    }

    fn new(last_seen: Option<i64>, now: i64) -> Clock {
        let last_seen = last_seen.unwrap_or(i64::MIN);
        Clock { last_seen, is_doubted: AtomicBool::new(now < last_seen.saturating_sub(TOLERATED)) }
    }

    /// The time; while the clock is unsure, the one last seen: nothing grows older.
    pub fn now(&self) -> i64 {
        self.at(now_seconds())
    }

    /// Whether the system's clock is still behind the time last seen.
    pub fn is_unsure(&self) -> bool {
        self.is_unsure_at(now_seconds())
    }

    /// The time last seen before the start.
    pub fn last_seen(&self) -> i64 {
        self.last_seen
    }

    fn at(&self, now: i64) -> i64 {
        if self.is_unsure_at(now) { self.last_seen } else { now }
    }

    fn is_unsure_at(&self, now: i64) -> bool {
        if self.is_doubted.load(Ordering::Relaxed) && now >= self.last_seen {
            self.is_doubted.store(false, Ordering::Relaxed);
        }
        self.is_doubted.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::{Clock, TOLERATED};

    const SEEN: i64 = 1_700_000_000;

    #[test]
    fn a_clock_that_goes_on_is_believed() {
        for start in [SEEN, SEEN + 1, SEEN - TOLERATED, i64::MAX] {
            let clock = Clock::new(Some(SEEN), start);
            assert!(!clock.is_unsure_at(start), "{start}");
            assert_eq!(clock.at(start), start);
        }
        assert_eq!(Clock::new(None, 0).at(0), 0);
    }

    #[test]
    fn a_clock_that_fell_back_stands_still_until_it_is_right_again() {
        for start in [0, SEEN - TOLERATED - 1] {
            let clock = Clock::new(Some(SEEN), start);
            assert_eq!(clock.at(start), SEEN);
            assert_eq!(clock.at(SEEN - 1), SEEN, "it has not passed the time last seen");
            assert!(clock.is_unsure_at(SEEN - 1));
            assert_eq!(clock.at(SEEN), SEEN);
            assert!(!clock.is_unsure_at(SEEN));
            assert_eq!(clock.at(SEEN + 7), SEEN + 7);
            // From then on it is believed, as any other.
            assert_eq!(clock.at(SEEN - 3), SEEN - 3);
        }
    }
}
