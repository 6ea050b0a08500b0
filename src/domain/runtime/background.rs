//! Work in the background. A panic in it is a failure like any other: it is logged, and nobody waits for work that has ended.

use crate::domain::Cloud;
use crate::error::{Code, Error, Result};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Does work whose panic ends that work alone.
///
/// # Errors
/// As the work; `Code::Internal` after a panic.
pub fn caught<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<&str>().map(ToString::to_string);
        let said = said.or_else(|| panic.downcast_ref::<String>().cloned());
        Err(Error::internal(format!("panic: {}", said.unwrap_or_default())))
    })
}

impl Cloud {
    /// Ends what takes long and can be done again another time.
    pub fn stop_soon(&self) {
        self.is_stopping.store(true, Ordering::Relaxed);
    }

    /// What takes long asks this now and then.
    ///
    /// # Errors
    /// `Code::Busy` when it is to end.
    pub(in crate::domain) fn may_go_on(&self) -> Result<()> {
        if self.is_stopping.load(Ordering::Relaxed) {
            return Err(Error::new(Code::Busy, "The server is stopping."));
        }
        Ok(())
    }

    /// Does work in a thread of its own. A failure of it is logged after `what`. `ended` runs once it has
    /// ended, also by a panic, with the time that it took; without a time if no thread could be had.
    ///
    /// # Errors
    /// `Code::Internal` if no thread could be had.
    pub(in crate::domain) fn spawn_once(
        self: &Arc<Cloud>,
        name: &str,
        what: String,
        work: impl FnOnce(&Arc<Cloud>) -> Result<()> + Send + 'static,
        ended: impl FnOnce(&Cloud, Option<Duration>) + Send + 'static,
    ) -> Result<()> {
        let ending = Ending { cloud: Arc::clone(self), took: None, ended: Some(ended) };
        let run = move || {
            let begun = Instant::now();
            if let Err(error) = caught(|| work(&ending.cloud)) {
                log::error!("{what}: {error}");
            }
            ending.after(begun.elapsed());
        };
        std::thread::Builder::new().name(name.into()).spawn(run).map(drop).map_err(Error::internal)
    }

    /// As [`caught`].
    pub(in crate::domain) fn caught<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        caught(|| {
            #[cfg(test)]
            assert!(!self.panics_in_background.load(Ordering::Relaxed), "as the test asks");
            work()
        })
    }
}

/// Says that work has ended, when it is dropped.
struct Ending<E: FnOnce(&Cloud, Option<Duration>)> {
    cloud: Arc<Cloud>,
    took: Option<Duration>,
    ended: Option<E>,
}

impl<E: FnOnce(&Cloud, Option<Duration>)> Ending<E> {
    fn after(mut self, took: Duration) {
        self.took = Some(took);
    }
}

impl<E: FnOnce(&Cloud, Option<Duration>)> Drop for Ending<E> {
    fn drop(&mut self) {
        if let Some(ended) = self.ended.take() {
            ended(&self.cloud, self.took);
        }
    }
}
