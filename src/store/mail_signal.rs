//! Wakes the thread that sends mails after a transaction that queued mails.

use crate::base::guarded::{Guarded, Signal};
use std::time::Duration;

/// A number that grows. Threads can wait until it changes.
#[derive(Default)]
pub struct MailSignal {
    version: Guarded<u64>,
    changed: Signal,
}

impl MailSignal {
    pub fn version(&self) -> u64 {
        *self.version.lock()
    }

    pub fn count(&self) {
        *self.version.lock() += 1;
        self.changed.notify_all();
    }

    /// Waits until the number is no longer `seen`, at most for `longest`.
    pub fn wait(&self, seen: u64, longest: Duration) {
        drop(self.changed.wait_while(self.version.lock(), longest, |version| *version == seen));
    }
}
