//! The processor time that one network of callers may use who are not signed in: where there are two
//! processors, a tenth of the machine's in all. Half of it is for their calls on workers, a quarter
//! for the lookup of sessions that they may have, and the rest for their calls on the poller.
//! Somebody who sends calls without end then slows others down by no more than that.

use rustix::time::{ClockId, clock_gettime};
use std::time::{Duration, Instant};

/// The part of the machine's processor time for calls of strangers on workers: one in this many.
const CALL_PARTS: u32 = 20;
/// The part for looking up sessions.
const LOOKUP_PARTS: u32 = 40;
/// The part of the poller's processor. Where there are two processors, that is a fortieth of the
/// machine.
const POLLER_PARTS: u32 = 20;
/// In a debug build everything takes about ten times as long.
const SLOWNESS: u64 = if cfg!(debug_assertions) { 10 } else { 1 };
/// The processor time that a network may use at once, as long as it has not called for a while: to
/// open a public page with many pictures, for example.
const AT_ONCE: Duration = Duration::from_millis(1000 * SLOWNESS);
/// The same on the poller, where calls take little and everybody waits for them.
const ON_POLLER_AT_ONCE: Duration = Duration::from_millis(250 * SLOWNESS);
/// The longest rest, also after a call that took very long.
const REST_MAX: Duration = Duration::from_secs(2);

/// The time at which a network has paid for what it has used, by resting. By default it owes
/// nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Debt(Option<Instant>);

/// The processor time that this thread has used. Time by the clock would count what other programs
/// of a busy machine do meanwhile.
pub(super) fn processor_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

/// The pace at which debts are paid.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    parts: u32,
    processors: u32,
    at_once: Duration,
}

/// The paces on workers.
#[derive(Clone, Copy)]
pub(super) struct Paces {
    pub calls: Pace,
    pub lookups: Pace,
}

impl Paces {
    pub fn of_this_machine() -> Paces {
        // If the number is not known, one processor is the careful guess.
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let processors = u32::try_from(processors).unwrap_or(u32::MAX);
        Paces {
            calls: Pace::new(CALL_PARTS, processors, AT_ONCE),
            lookups: Pace::new(LOOKUP_PARTS, processors, AT_ONCE),
        }
    }
}

impl Pace {
    pub fn of_the_poller() -> Pace {
        Pace::new(POLLER_PARTS, 1, ON_POLLER_AT_ONCE)
    }

    /// One part in `parts` of the time of these processors.
    pub fn new(parts: u32, processors: u32, at_once: Duration) -> Pace {
        Pace { parts, processors, at_once }
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

    /// The time in which the network's part is as much as this.
    fn rest_for(self, used: Duration) -> Duration {
        used * self.parts / self.processors
    }
}
