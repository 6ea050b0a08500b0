//! Syncing a long file while it is still being written: the disk works while bytes arrive, and little is left to wait for at
//! the end.

use super::sys;
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::Errno;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

/// So many bytes are written between two syncs; shorter files get none but the last.
const STRETCH_BYTES: u64 = 64 * 1024 * 1024;

/// Syncs a file in the background, stretch by stretch.
#[derive(Debug, Default)]
pub(super) struct EarlySync {
    written: AtomicU64,
    helper: Mutex<Option<Helper>>,
}

#[derive(Debug)]
struct Helper {
    wake: SyncSender<()>,
    thread: JoinHandle<rustix::io::Result<()>>,
}

impl EarlySync {
    /// Notes bytes that were written. That no helper can be had is no failure: the last sync does it all.
    pub fn wrote(&self, file: &OwnedFd, bytes: usize) {
        let before = self.written.fetch_add(bytes as u64, Ordering::Relaxed);
        if before / STRETCH_BYTES == (before + bytes as u64) / STRETCH_BYTES {
            return;
        }
        let mut helper = self.helper.lock().expect("nothing panics while holding the helper");
        if helper.is_none() {
            *helper = Helper::start(file);
        }
        if let Some(helper) = helper.as_ref() {
            // It is still at the stretch before: then it will find more to do in the next.
            let _ = helper.wake.try_send(());
        }
    }

    /// Waits for the helper. What it failed to sync, a later sync of the same file would not tell any more.
    pub fn finish(&self) -> rustix::io::Result<()> {
        let helper = self.helper.lock().expect("nothing panics while holding the helper").take();
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
