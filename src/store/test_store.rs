//! A store for unit tests.

use super::Store;
use crate::test_directory::TestDirectory;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

/// A store with a directory of its own.
pub struct TestStore {
    store: Store,
    // The last field is dropped last, when nobody has the file of the database open any more.
    _directory: TestDirectory,
}

pub fn test_store() -> TestStore {
    let directory = TestDirectory::new();
    let path = directory.join("test.db");
    let store = Store::open(&path, Duration::from_secs(5), Arc::new(())).expect("a fresh database opens");
    TestStore { store, _directory: directory }
}

impl Deref for TestStore {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}
