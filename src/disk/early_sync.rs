//! Syncs a long file while it is still being written. The disk works while bytes arrive, and little
//! is left to wait for at the end.

use super::sys;
use crate::base::guarded::Guarded;
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::Errno;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

/// The number of bytes written between two syncs. Shorter files get only the last sync.
const STRETCH_BYTES: u64 = 64 * 1024 * 1024;

/// Syncs a file in the background, part by part.
#[derive(Debug, Default)]
pub(super) struct EarlySync {
    written: AtomicU64,
    helper: Guarded<Option<Helper>>,
}

#[derive(Debug)]
struct Helper {
    wake: SyncSender<()>,
    thread: JoinHandle<rustix::io::Result<()>>,
}

impl EarlySync {
    /// Counts written bytes. If no helper thread can be started, that is no failure: the last sync
    /// does everything.
    pub fn wrote(&self, file: &OwnedFd, bytes: usize) {
        let before = self.written.fetch_add(bytes as u64, Ordering::Relaxed);
        if before / STRETCH_BYTES == (before + bytes as u64) / STRETCH_BYTES {
            return;
        }
        let mut helper = self.helper.lock();
        if helper.is_none() {
            *helper = Helper::start(file);
        }
        if let Some(helper) = helper.as_ref() {
            // The helper is still busy with the previous part. The next part will include this one.
            let _ = helper.wake.try_send(());
        }
    }

    /// Waits for the helper and returns its error: a later sync of the same file would not report
    /// it again.
    pub fn finish(&self) -> rustix::io::Result<()> {
        let helper = self.helper.lock().take();
        let Some(Helper { wake, thread }) = helper else { return Ok(()) };
        drop(wake);
        thread.join().unwrap_or(Err(Errno::IO))
    }
}

impl Helper {
    fn start(file: &OwnedFd) -> Option<Helper> {
        let file = file.as_fd().try_clone_to_owned().ok()?;
        let (wake, woken) = sync_channel(1);
        let sync = move || woken.iter().try_for_each(|()| sys::sync_data(&file));
        let thread =
            std::thread::Builder::new().name("sync".into()).stack_size(64 * 1024).spawn(sync).ok()?;
        Some(Helper { wake, thread })
    }
}
