//! A clock that never goes back behind a time that it has shown.
//!
//! A small board has no clock that runs without power. After a power cut it starts with an old
//! date, until it gets the time from the network. Until then, nothing may be judged by that date.
//! The same is true if somebody sets the clock back while the program runs.

use super::time::{now_seconds, plain_text};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Instant;

/// A clock that is at most this many seconds behind its expected time is still believed.
const TOLERATED: i64 = 5 * 60;

/// The clock for rows and ages, in seconds since 1970 UTC. If the system's clock has fallen back,
/// this clock stands still at the last known time. It moves on when the system's clock has passed
/// that time, or when an administrator confirms the system's clock.
#[derive(Debug)]
pub struct Clock {
    started: Instant,
    /// The system's clock when it was last believed, minus the time since the start of the program.
    start_time: AtomicI64,
    last_seen: AtomicI64,
    is_doubted: AtomicBool,
}

impl Clock {
    /// The clock at the start. `last_seen` is the latest time that was stored before.
    pub fn at_start(last_seen: Option<i64>) -> Clock {
        let clock = Clock::new(last_seen, now_seconds());
        if clock.is_unsure() {
            clock.complain();
        }
        clock
    }

    fn new(last_seen: Option<i64>, now: i64) -> Clock {
        let last_seen = last_seen.unwrap_or(i64::MIN);
        Clock {
            started: Instant::now(),
            start_time: AtomicI64::new(now),
            last_seen: AtomicI64::new(last_seen),
            is_doubted: AtomicBool::new(now < last_seen.saturating_sub(TOLERATED)),
        }
    }

    /// The current time. While the system's clock is doubtful, this is the last known time, so that
    /// nothing grows older.
    pub fn now(&self) -> i64 {
        self.believed(now_seconds()).unwrap_or_else(|| self.last_seen())
    }

    /// The current time for what comes after `last`. It stands still while the system's clock makes up for
    /// a correction, so that the order of times is that of what happened. Only a clock that was far ahead
    /// goes back.
    pub fn now_after(&self, last: i64) -> i64 {
        kept_after(last, self.now())
    }

    /// True if the system's clock cannot be right.
    pub fn is_unsure(&self) -> bool {
        self.believed(now_seconds()).is_none()
    }

    /// The last known time.
    pub fn last_seen(&self) -> i64 {
        self.last_seen.load(Ordering::Relaxed)
    }

    /// Declares the system's clock right, no matter which time was known before.
    pub fn believe(&self) {
        self.believe_at(now_seconds(), self.passed());
    }

    fn believed(&self, now: i64) -> Option<i64> {
        let was_doubted = self.is_doubted.load(Ordering::Relaxed);
        let is_believed = self.is_believed_at(now, self.passed());
        if !is_believed && !was_doubted {
            self.complain();
        }
        is_believed.then_some(now)
    }

    /// True if the system's clock is right at `passed` seconds after the start.
    fn is_believed_at(&self, now: i64, passed: i64) -> bool {
        let expected = self.start_time.load(Ordering::Relaxed).saturating_add(passed);
        if self.is_doubted.load(Ordering::Relaxed) {
            if now < self.last_seen() {
                return false;
            }
        } else if now < expected.saturating_sub(TOLERATED) {
            self.last_seen.store(expected, Ordering::Relaxed);
            self.is_doubted.store(true, Ordering::Relaxed);
            return false;
        }
        self.believe_at(now, passed);
        true
    }

    fn believe_at(&self, now: i64, passed: i64) {
        self.start_time.store(now.saturating_sub(passed), Ordering::Relaxed);
        if self.is_doubted.swap(false, Ordering::Relaxed) {
            log::info!("the system clock is right again: {}", plain_text(now));
        }
    }

    /// Whole seconds since the start.
    fn passed(&self) -> i64 {
        self.started.elapsed().as_secs().try_into().unwrap_or(i64::MAX)
    }

    fn complain(&self) {
        log::warn!(
            "the clock says {}, but it was {} before. Until the clock has passed that time, or the network has set it, \
             nothing expires and nothing is removed for its age. Check that the network can tell this machine the time.",
            plain_text(now_seconds()),
            plain_text(self.last_seen())
        );
    }
}

fn kept_after(last: i64, now: i64) -> i64 {
    if last.saturating_sub(now) <= TOLERATED { now.max(last) } else { now }
}

#[cfg(test)]
mod tests {
    use super::{Clock, TOLERATED, kept_after};

    const SEEN: i64 = 1_700_000_000;

    /// The time that the clock shows for a system time, `passed` seconds after the start.
    fn at(clock: &Clock, now: i64, passed: i64) -> i64 {
        if clock.is_believed_at(now, passed) { now } else { clock.last_seen() }
    }

    #[test]
    fn a_clock_that_goes_on_is_believed() {
        for start in [SEEN, SEEN + 1, SEEN - TOLERATED] {
            let clock = Clock::new(Some(SEEN), start);
            for passed in [0, 7, 86_400] {
                assert_eq!(at(&clock, start + passed, passed), start + passed, "{start}");
            }
        }
        assert_eq!(at(&Clock::new(None, 0), 0, 0), 0);
        assert_eq!(at(&Clock::new(Some(SEEN), i64::MAX), i64::MAX, 9), i64::MAX);
    }

    #[test]
    fn a_clock_that_fell_back_stands_still_until_it_is_right_again() {
        for start in [0, SEEN - TOLERATED - 1] {
            let clock = Clock::new(Some(SEEN), start);
            assert_eq!(at(&clock, start, 0), SEEN);
            assert_eq!(at(&clock, SEEN - 1, 1), SEEN, "it has not passed the time last seen");
            assert!(!clock.is_believed_at(SEEN - 1, 1));
            assert!(clock.is_believed_at(SEEN, 2));
            assert_eq!(at(&clock, SEEN + 7, 9), SEEN + 7);
            // From then on the system's clock is believed as usual.
            assert_eq!(at(&clock, SEEN - 3, 10), SEEN - 3);
        }
    }

    #[test]
    fn a_clock_that_is_set_back_while_the_program_runs_stands_still() {
        let clock = Clock::new(None, SEEN);
        assert_eq!(at(&clock, SEEN + 100, 100), SEEN + 100);
        // The clock rightly jumps forward, and later falls back by a day. It continues from the
        // last time that it has shown.
        assert_eq!(at(&clock, SEEN + 9_000, 200), SEEN + 9_000);
        let expected = SEEN + 9_060;
        assert_eq!(at(&clock, SEEN - 86_400, 260), expected);
        assert_eq!(at(&clock, SEEN - 86_390, 270), expected, "nothing grows older");
        assert_eq!(at(&clock, expected + 5, 300), expected + 5);
        // A small correction is followed at once.
        assert_eq!(at(&clock, expected - 290, 301), expected - 290);
        assert!(clock.is_believed_at(expected - 289, 302));
    }

    #[test]
    fn who_knows_the_time_is_believed_also_when_the_one_last_seen_was_wrong() {
        let clock = Clock::new(Some(SEEN + 1_000_000_000), SEEN);
        assert!(!clock.is_believed_at(SEEN, 0));
        clock.believe_at(SEEN + 1, 1);
        assert_eq!(at(&clock, SEEN + 2, 2), SEEN + 2);
        // The system's clock ran ahead and is set back.
        assert_eq!(at(&clock, SEEN - 9_000, 3), SEEN + 3);
        clock.believe_at(SEEN - 8_999, 4);
        assert_eq!(at(&clock, SEEN - 8_998, 5), SEEN - 8_998);
    }

    #[test]
    fn small_corrections_do_not_change_the_order_of_what_happened() {
        for (last, now, kept) in [
            (0, SEEN, SEEN),
            (SEEN, SEEN + 1, SEEN + 1),
            (SEEN, SEEN - 1, SEEN),
            (SEEN, SEEN - TOLERATED, SEEN),
            (SEEN, SEEN - TOLERATED - 1, SEEN - TOLERATED - 1),
            (i64::MAX, i64::MIN, i64::MIN),
        ] {
            assert_eq!(kept_after(last, now), kept, "{last} {now}");
        }
    }
}
