//! The processor time that one network of callers may use who are not signed in: a tenth of the
//! machine's, and a second of one processor at once. Sessions that its callers have are looked up
//! beside that, with a tenth of their own. Somebody who sends calls without end then slows others
//! down by no more than that.

use std::time::{Duration, Instant};

/// One network may use one part in this many of the machine's processor time.
const PARTS: u32 = 10;
/// The processor time that a network may use at once, as long as it has not called for a while: to
/// open a public page with many pictures, for example. In a debug build everything takes about ten
/// times as long.
const AT_ONCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 1 });
/// The longest rest, also after a call that took very long.
const REST_MAX: Duration = Duration::from_secs(2);

/// The time at which a network has paid for what it has used, by resting. By default it owes
/// nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Debt(Option<Instant>);

/// The pace at which debts are paid.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    processors: u32,
    at_once: Duration,
}

impl Pace {
    pub fn of_this_machine() -> Pace {
        // If the number is not known, one processor is the careful guess.
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Pace::new(u32::try_from(processors).unwrap_or(u32::MAX), AT_ONCE)
    }

    pub fn new(processors: u32, at_once: Duration) -> Pace {
        Pace { processors, at_once }
    }

    /// The debt after a call that has used this much processor time.
    pub fn with_used(self, Debt(before): Debt, used: Duration, now: Instant) -> Debt {
        let before = before.filter(|paid_at| *paid_at > now);
        if used.is_zero() {
            return Debt(before);
        }
        let longest = now + self.rest_for(self.at_once) + REST_MAX;
        let paid_at = before.unwrap_or(now) + self.rest_for(used);
        Debt(Some(paid_at.min(longest)))
    }

    /// The time from which a network with this debt may call again. It is in the past if it may do so
    /// now.
    pub fn rests_until(self, Debt(paid_at): Debt) -> Option<Instant> {
        paid_at?.checked_sub(self.rest_for(self.at_once))
    }

    /// True if a network with this debt has used much, so that one call of it runs at a time.
    pub fn is_busy(self, Debt(paid_at): Debt, now: Instant) -> bool {
        paid_at.is_some_and(|at| at > now + self.rest_for(self.at_once) / 2)
    }

    /// The time in which a tenth of the machine's processor time is as much as this.
    fn rest_for(self, used: Duration) -> Duration {
        used * PARTS / self.processors
    }
}
