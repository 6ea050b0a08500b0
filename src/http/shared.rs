//! State shared by the threads of a server: connections returned to the poller, and its wake-up.

use super::call::Returned;
use crate::base::guarded::Guarded;
use crate::error::{Error, Result};
use rustix::event::{EventfdFlags, eventfd};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// State shared by the poller, the workers and the threads that stop the server.
pub(super) struct Shared {
    /// Readable if the poller has something to do.
    pub wake: OwnedFd,
    pub is_stopping: Arc<AtomicBool>,
    /// True if the server stops and waits for no peer any longer.
    pub is_cut: Arc<AtomicBool>,
    returned: Guarded<Vec<Returned>>,
}

impl Shared {
    pub fn new() -> Result<Shared> {
        let wake = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).map_err(Error::internal)?;
        Ok(Shared { wake, is_stopping: Arc::default(), is_cut: Arc::default(), returned: Guarded::default() })
    }

    pub fn give_back(&self, returned: Returned) {
        let mut list = self.returned.lock();
        list.push(returned);
        let is_first = list.len() == 1;
        drop(list);
        if is_first {
            self.wake();
        }
    }

    /// The connections that workers have returned since the last call.
    pub fn returned(&self) -> Vec<Returned> {
        std::mem::take(&mut *self.returned.lock())
    }

    pub fn wake(&self) {
        // This fails only if the counter is full, and then the poller is awake already.
        let _ = rustix::io::write(&self.wake, &1_u64.to_ne_bytes());
    }

    /// Resets the wake-up.
    pub fn was_woken(&self) {
        // This fails only if there was no wake-up.
        let _ = rustix::io::read(&self.wake, &mut [0_u8; 8]);
    }
}
