//! What the cloud does about a clock that cannot be right: nothing ends, expires or is removed by age, and nothing is used
//! for longer because of it, until the clock has passed the time last seen. That time is noted with other changes, at most
//! once an hour.

use super::{Cloud, Look};
use crate::base::time::{now_seconds, plain_text};

impl Look<'_> {
    /// The time by which ages are told, in seconds since 1970 UTC.
    pub fn now(&self) -> i64 {
        self.cloud.now()
    }
}

impl Cloud {
    /// The time by which accounts and sessions are judged, in seconds since 1970 UTC. It does not fall back.
    pub(super) fn now(&self) -> i64 {
        self.store.clock().now()
    }

    /// Whether something may be removed for its age now.
    pub(super) fn may_expire(&self) -> bool {
        let is_unsure = self.store.clock().is_unsure();
        if is_unsure {
            log::info!("the clock is unsure: nothing is removed for its age");
        }
        !is_unsure
    }

    /// Says so when the clock cannot be right.
    pub(super) fn doubt_clock(&self) {
        let clock = self.store.clock();
        if clock.is_unsure() {
            log::warn!(
                "the clock says {}, but it was {} already. Until it is past that, nothing expires and nothing is removed for \
                 its age. Is there a network from which the time could come?",
                plain_text(now_seconds()),
                plain_text(clock.last_seen())
            );
        }
    }
}
