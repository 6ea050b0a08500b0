//! Directories for tests, each with a name of its own. Unit tests and `tests/it` share this file.

use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

/// An empty directory that is removed with everything in it when the value is dropped.
#[derive(Debug)]
pub struct TestDirectory(PathBuf);

impl TestDirectory {
    pub fn new() -> TestDirectory {
        TestDirectory::below(&std::env::temp_dir())
    }

    /// A directory in memory, if the machine has a file system in memory. It is for
    /// tests that would otherwise wait for the disk again and again.
    pub fn in_memory() -> TestDirectory {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() { TestDirectory::below(memory) } else { TestDirectory::new() }
    }

    fn below(place: &Path) -> TestDirectory {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = place.join(format!("cloudlet-test-{}-{number}", std::process::id()));
        fs::create_dir(&path).expect("a test directory can be created");
        TestDirectory(path)
    }
}

impl Deref for TestDirectory {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for TestDirectory {
    fn drop(&mut self) {
        let removed = fs::remove_dir_all(&self.0).or_else(|_| {
            // A failed test may have left the directory read-only.
            Command::new("chmod").args(["-R", "u+w"]).arg(&self.0).status()?;
            fs::remove_dir_all(&self.0)
        });
        if let Err(error) = removed {
            eprintln!("{} could not be removed: {error}", self.0.display());
        }
    }
}
