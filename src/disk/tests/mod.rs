//! Tests of volumes on a real file system, each in a directory of its own, with both kinds of path
//! resolution.

mod access;
mod attributes;
mod backup;
mod faults;
mod holes;
mod races;
mod recovery;
mod spool;
mod writing;

use super::resolve::{self, Resolution};
use super::volume::Volume;
use super::{Commit, Location, Replace, Stage};
use crate::base::path::CloudPath;
use crate::test_directory::TestDirectory;
use rustix::fs::{CWD, Mode, OFlags, openat};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// A directory that is removed in the end, with a volume in `root`, and files that no test may
/// touch in `outside`.
pub(super) struct Ground {
    pub top: TestDirectory,
    pub root: PathBuf,
    pub outside: PathBuf,
}

impl Ground {
    pub fn new() -> Ground {
        Ground::in_directory(TestDirectory::new())
    }

    /// A volume in memory, if possible, for tests that sync the whole disk again and again.
    pub fn in_memory() -> Ground {
        Ground::in_directory(TestDirectory::in_memory())
    }

    fn in_directory(top: TestDirectory) -> Ground {
        let (root, outside) = (top.join("root"), top.join("outside"));
        fs::create_dir_all(&root).unwrap();
        fs::create_dir_all(&outside).unwrap();
        fs::write(outside.join("secret"), "secret").unwrap();
        Ground { top, root, outside }
    }

    pub fn volume(&self) -> Volume {
        Volume::open(&self.root, None, 0).unwrap()
    }

    pub fn volume_by(&self, resolution: Resolution) -> Volume {
        let flags = resolve::FOLDER | OFlags::CLOEXEC;
        let root = openat(CWD, &self.root, flags, Mode::empty()).unwrap();
        Volume::from_root(root, None, 0, resolution).unwrap()
    }

    pub fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.root.join(name)).ok()
    }

    /// The names in a folder of the volume, sorted.
    pub fn names(&self, folder: &str) -> Vec<String> {
        names(&self.root.join(folder))
    }

    pub fn hidden_dir(&self, folder: &str) -> Vec<String> {
        names(&self.root.join(".cloudlet").join(folder))
    }

    pub fn outside_is_untouched(&self) -> bool {
        names(&self.outside) == ["secret"] && fs::read(self.outside.join("secret")).unwrap() == b"secret"
    }
}

pub(super) fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

pub(super) fn path(text: &str) -> CloudPath {
    CloudPath::parse(text).unwrap()
}

pub(super) fn staged(volume: &Volume, id: &str, text: &str) -> Stage {
    let stage = volume.stage(id, None).unwrap();
    stage.write_at(0, text.as_bytes()).unwrap();
    stage
}

pub(super) fn over(keep_as: Option<&str>) -> Commit {
    Commit { replace: Replace::Always, modified: None, keep_as: keep_as.map(str::to_owned) }
}

/// Writes a file as the API does.
pub(super) fn put(volume: &Volume, target: &str, text: &str) -> super::replace::Committed {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let id = format!("put{}", NEXT.fetch_add(1, Ordering::Relaxed));
    volume.commit(staged(volume, &id, text), &path(target), over(None)).unwrap()
}
