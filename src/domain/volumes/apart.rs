//! Work on disks in threads of its own, because it may wait for ever.

use crate::base::permits;
use crate::error::{Code, Error, Result};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

/// Does work on disks in a thread of its own. `None` if it takes longer than `time`; the thread
/// continues.
///
/// # Errors
/// As the work's, and `Code::Busy` if no thread can be started.
pub(in crate::domain) fn apart<T: Send + 'static>(
    time: Duration,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<Option<T>> {
    begin_apart(work)?.recv_timeout(time).map_or(Ok(None), |result| result.map(Some))
}

/// Begins work on disks in a thread of its own, whose result is received when it ends.
///
/// # Errors
/// `Code::Busy` if no thread can be started.
pub(super) fn begin_apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<Receiver<Result<T>>> {
    let (told, ended) = mpsc::channel();
    let run = move || {
        let unit = permits::begin(None);
        let result = work();
        drop(unit);
        // The send fails if the work ended too late and nobody waits for it any more.
        drop(told.send(result));
    };
    spawn_for_disk(run)?;
    Ok(ended)
}

/// Starts a thread that may wait for a disk for ever.
pub(super) fn spawn_for_disk(work: impl FnOnce() + Send + 'static) -> Result<()> {
    let thread = std::thread::Builder::new().name("disk glance".into()).spawn(work);
    let refused = |error| {
        Error::new(Code::Busy, "The disk could not be looked at, because no thread could be started.")
            .because(error)
    };
    thread.map(drop).map_err(refused)
}
