//! A store for unit tests.

use super::Store;
use std::sync::Arc;
use std::time::Duration;

/// A store in a file that lives as long as the process.
pub fn test_store() -> Store {
    let name = format!("cloudlet-test-{}-{}.db", std::process::id(), crate::base::ids::object_id());
    let path = std::env::temp_dir().join(name);
    Store::open(&path, Duration::from_secs(5), Arc::new(())).expect("a fresh database opens")
}
