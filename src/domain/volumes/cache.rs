//! The cache: data that the program can create again at any time. It is on the disk with the
//! accounts' files, where it uses no memory.

use crate::domain::CloudView;
use crate::error::Error;

impl CloudView<'_> {
    /// Something from the cache; `None` if it is missing or cannot be read. Then it has to be made
    /// anew.
    pub fn cached(&self, name: &str) -> Option<Vec<u8>> {
        let cached = self.cloud.volumes.main().and_then(|volume| volume.cached(name));
        cached.unwrap_or_else(|error| {
            not_cached(name, &error);
            None
        })
    }

    /// Puts something into the cache. If that fails, it is made anew next time. This changes
    /// nothing that people have.
    pub fn put_into_cache(&self, name: &str, bytes: &[u8]) {
        let put = self.cloud.volumes.main().and_then(|volume| volume.put_cached(name, bytes));
        put.unwrap_or_else(|error| not_cached(name, &error));
    }
}

/// Strangers may cause this as often as they like, so it is no warning. Faults of the disk are
/// reported elsewhere.
fn not_cached(name: &str, error: &Error) {
    log::debug!("{name} is not in the cache: {error}");
}
