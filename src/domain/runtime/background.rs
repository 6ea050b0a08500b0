//! Work in the background. A panic in it is a failure like any other: it is logged, and nobody waits for work that has ended.

use crate::domain::Cloud;
use crate::error::{Error, Result};
use std::panic::{AssertUnwindSafe, catch_unwind};

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
    /// As [`caught`].
    pub(in crate::domain) fn caught<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        caught(|| {
            #[cfg(test)]
            assert!(
                !self.panics_in_background.load(std::sync::atomic::Ordering::Relaxed),
                "as the test asks"
            );
            work()
        })
    }
}
