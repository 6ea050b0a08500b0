//! Between the threads of a server: what comes back to the poller, and what wakes it.

use super::call::Returned;
use crate::error::{Error, Result};
use rustix::event::{EventfdFlags, eventfd};
use std::os::fd::OwnedFd;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

/// What the poller, the workers and whoever stops the server share.
pub(super) struct Shared {
    /// Readable when the poller has something to look at.
    pub wake: OwnedFd,
    pub is_stopping: Arc<AtomicBool>,
    returned: Mutex<Vec<Returned>>,
}

impl Shared {
    pub fn new() -> Result<Shared> {
        let wake = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).map_err(Error::internal)?;
        Ok(Shared { wake, is_stopping: Arc::default(), returned: Mutex::default() })
    }

    pub fn give_back(&self, returned: Returned) {
        let mut list = self.returned.lock().expect("nothing panics while holding the list");
        list.push(returned);
        let is_first = list.len() == 1;
        drop(list);
        if is_first {
            self.wake();
        }
    }

    /// What workers have given back since the last time.
    pub fn returned(&self) -> Vec<Returned> {
        std::mem::take(&mut *self.returned.lock().expect("nothing panics while holding the list"))
    }

    pub fn wake(&self) {
        // It fails only when the counter is full: then the poller is awake already.
        let _ = rustix::io::write(&self.wake, &1_u64.to_ne_bytes());
    }

    /// Resets the wake-up; a later one comes again.
    pub fn was_woken(&self) {
        // It fails only when there was none.
        let _ = rustix::io::read(&self.wake, &mut [0_u8; 8]);
    }
}
