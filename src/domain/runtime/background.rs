//! Work in the background. A panic in it is a failure like any other: it is logged, and nobody waits for work that has ended.

use crate::domain::Cloud;
use crate::error::{Code, Error, Result};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

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

    /// As [`caught`].
    pub(in crate::domain) fn caught<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        caught(|| {
            #[cfg(test)]
            assert!(!self.panics_in_background.load(Ordering::Relaxed), "as the test asks");
            work()
        })
    }
}
