//! What the cloud does about a clock that cannot be right: nothing ends, expires or is removed by age, and nothing is used
//! for longer because of it, until the clock has passed the time last seen, or the network has told the time. The time last
//! seen is noted with other changes, at most once an hour.

use crate::disk::local;
use crate::domain::{Cloud, CloudView};

impl CloudView<'_> {
    /// The time by which ages are told, in seconds since 1970 UTC.
    pub fn now(&self) -> i64 {
        self.cloud.now()
    }
}

impl Cloud {
    /// The time by which accounts and sessions are judged, in seconds since 1970 UTC. It does not fall back.
    pub(in crate::domain) fn now(&self) -> i64 {
        self.store.clock().now()
    }

    /// Whether something may be removed for its age now.
    pub(in crate::domain) fn may_expire(&self) -> bool {
        self.ask_network_for_time();
        let is_unsure = self.store.clock().is_unsure();
        if is_unsure {
            log::info!("the clock is unsure: nothing is removed for its age");
        }
        !is_unsure
    }
    /// Where the clock is unsure: believes it after all when the network has told the time.
    pub(in crate::domain) fn ask_network_for_time(&self) {
        let clock = self.store.clock();
        if clock.is_unsure() && local::is_time_synchronized() {
            clock.believe();
        }
    }
}
