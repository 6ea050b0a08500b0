//! Protects the cloud from a clock that is clearly wrong. Until the clock has passed the time last
//! seen, or the network has told the time, nothing ends, expires or is removed by age, and nothing
//! is valid for longer. The time last seen is stored with other changes, at most once an hour.

use crate::disk::local;
use crate::domain::{Cloud, CloudView};

impl CloudView<'_> {
    /// The time for ages, in seconds since 1970 UTC.
    pub fn now(&self) -> i64 {
        self.cloud.now()
    }
}

impl Cloud {
    /// The time for the validity of accounts and sessions, in seconds since 1970 UTC. It never goes
    /// back.
    pub(in crate::domain) fn now(&self) -> i64 {
        self.store.clock().now()
    }

    /// True if entries may be removed because of their age now.
    pub(in crate::domain) fn may_expire(&self) -> bool {
        self.ask_network_for_time();
        let is_unsure = self.store.clock().is_unsure();
        if is_unsure {
            log::info!("the clock is unsure: nothing is removed for its age");
        }
        !is_unsure
    }
    /// Accepts a clock that is in doubt if the network has told the time.
    pub(in crate::domain) fn ask_network_for_time(&self) {
        let clock = self.store.clock();
        if clock.is_unsure() && local::is_time_synchronized() {
            clock.believe();
        }
    }
}
