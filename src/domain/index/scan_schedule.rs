//! Schedules scans of homes for changes that no visit has found, so that scanning takes only a
//! small part of the time.

use crate::base::guarded::Guarded;
use crate::base::path::CloudPath;
use std::collections::HashMap;
use std::sync::MutexGuard;
use std::time::{Duration, Instant};

/// A home is scanned again after this time at the earliest, and after this factor times the
/// duration of its last scan.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(5);
const LOOK_SHARE: u32 = 50;
/// Maximum number of unvisited folders that are remembered. Beyond it, the whole home is scanned.
const UNSEEN_MAX: usize = 64;

/// The times of the last scans of homes since the start of the program.
#[derive(Default)]
pub struct Looks(Guarded<HashMap<CloudPath, Looked>>);

struct Looked {
    /// The time of the next scan.
    due: Instant,
    /// New folders, whose contents are not in the index yet.
    unseen: Vec<CloudPath>,
    is_under_way: bool,
}

impl Looks {
    fn lock(&self) -> MutexGuard<'_, HashMap<CloudPath, Looked>> {
        self.0.lock()
    }

    /// Notes a new folder, whose contents are not in the index yet.
    pub(in crate::domain) fn must_see(&self, folder: &CloudPath) {
        let mut looks = self.lock();
        let Some(looked) = looks.get_mut(&folder.root_above()) else { return };
        match looked.unseen.len() {
            UNSEEN_MAX => looked.due = Instant::now(),
            _ => looked.unseen.push(folder.clone()),
        }
    }

    /// The folders to scan now, with everything below them; none if the home was scanned recently.
    pub(in crate::domain) fn begin(&self, home: &CloudPath) -> Vec<CloudPath> {
        let now = Instant::now();
        let mut looks = self.lock();
        let unknown = Looked { due: now, unseen: Vec::new(), is_under_way: false };
        let looked = looks.entry(home.clone()).or_insert(unknown);
        if looked.is_under_way {
            return Vec::new();
        }
        let unseen = std::mem::take(&mut looked.unseen);
        let tops = if looked.due <= now { vec![home.clone()] } else { unseen };
        looked.is_under_way = !tops.is_empty();
        tops
    }

    pub(in crate::domain) fn end(&self, home: &CloudPath, is_whole: bool, took: Duration) {
        if let Some(looked) = self.lock().get_mut(home) {
            looked.is_under_way = false;
            if is_whole {
                let pause = LOOK_AGAIN_AFTER.max(took.saturating_mul(LOOK_SHARE));
                looked.due = Instant::now() + pause;
            }
        }
    }
}
