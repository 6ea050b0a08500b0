//! Keeps the names complete in which a search looks: visits folders that were never visited, and
//! folders that other programs have changed. The modification time of a folder tells whether names
//! in it were added or removed.

use crate::base::guarded::Guarded;
use crate::base::limits::DISK_GLANCE_TIME;
use crate::base::path::{CloudPath, EntryName};
use crate::base::time::{nanoseconds, now_milliseconds};
use crate::disk::Kind;
use crate::domain::Cloud;
use crate::domain::index::lookup;
use crate::domain::index::visit::Visit;
use crate::error::{Code, Result};
use crate::store::names::{self, KnownFolder};
use crate::store::{Write, meta};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The time that a search waits while folders are compared, and the time if some must be visited.
const QUICK_TIME: Duration = Duration::from_millis(10);
const PATIENT_TIME: Duration = Duration::from_millis(800);
/// If comparing the folders took longer, the next searches skip it for this time, or for this
/// factor times its duration.
const RECENT_TIME: Duration = Duration::from_secs(30);
const RECENT_TIMES: u32 = 20;
/// A folder that was modified so recently may change again without a new modification time.
const UNSURE_NANOSECONDS: i64 = 2_000_000_000;
/// Number of visited folders, with their entries, whose rows are updated in one transaction.
const BATCH_FOLDERS: usize = 64;
const BATCH_ENTRIES: usize = 2000;
/// The key that is set once every folder was visited.
const WALKED: &str = "search_walked";

/// The state of walks.
#[derive(Default)]
pub struct Walks(Guarded<State>);

#[derive(Default)]
struct State {
    /// The folder of the walk that runs in the background.
    running: Option<CloudPath>,
    /// True if it has found folders that were never visited.
    meets_new: bool,
    /// The folder of the last long walk, and the time until which it is not walked again.
    recent: Option<(CloudPath, Instant)>,
}

impl Walks {
    #[cfg(test)]
    pub fn is_running(&self) -> bool {
        self.with(|state| state.running.is_some())
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.lock())
    }
}

/// A running walk.
struct Walk {
    waiting: Vec<CloudPath>,
    batch: Vec<Timed>,
    batch_entries: usize,
    /// True if folders were visited, not only compared.
    has_visited: bool,
    /// True if some of them were visited for the first time.
    meets_new: bool,
    /// True for background work, which skips disks that are missing or do not answer.
    is_background: bool,
    /// True if such a disk was skipped.
    is_partial: bool,
}

/// A visit, and the change time of the folder at the visit; `None` if the folder may change again
/// within the same time.
struct Timed {
    visit: Visit,
    modified_nanoseconds: Option<i64>,
}

impl Cloud {
    /// Updates the names below a folder as far as this is quick, and continues in the background.
    /// Returns true if names may still be missing: some folders were never visited, or the names
    /// that a visit has found are not written yet.
    pub(in crate::domain) fn freshen(self: &Arc<Cloud>, scope: &CloudPath) -> Result<bool> {
        let meets_new = self.walk_quickly(scope)?;
        Ok(meets_new || self.index.has_unwritten_visits())
    }

    /// Returns true if some folders were never visited.
    fn walk_quickly(self: &Arc<Cloud>, scope: &CloudPath) -> Result<bool> {
        let is_recent = self.walks.with(|state| {
            state
                .recent
                .as_ref()
                .is_some_and(|(folder, until)| scope.starts_with(folder) && Instant::now() < *until)
        });
        if is_recent {
            return Ok(false);
        }
        // Searches do not compare folders that a running walk will reach anyway.
        let (is_running, comes_anyway, meets_new) = self.walks.with(|state| {
            let comes_anyway = state.running.as_ref().is_some_and(|folder| scope.starts_with(folder));
            (state.running.is_some(), comes_anyway, state.meets_new)
        });
        if comes_anyway {
            return Ok(meets_new);
        }
        let mut walk = Walk::new(scope);
        let (begun, patient) = (Instant::now(), if is_running { QUICK_TIME } else { PATIENT_TIME });
        let cloud = Arc::clone(self);
        let walked = self.volumes.within(scope, PATIENT_TIME + DISK_GLANCE_TIME, move || {
            let may_go_on =
                |has_visited: bool| begun.elapsed() < if has_visited { patient } else { QUICK_TIME };
            let is_done = walk.run(&cloud, may_go_on)?;
            Ok((walk, is_done))
        })?;
        // A disk that does not answer is skipped.
        let Some((walk, is_done)) = walked else { return Ok(true) };
        if is_done {
            return Ok(false);
        }
        let meets_new = walk.meets_new;
        self.go_on(walk, scope.clone())?;
        Ok(meets_new || self.walks.with(|state| state.running.is_some() && state.meets_new))
    }

    /// Finishes a walk in the background, unless another one is running.
    fn go_on(self: &Arc<Cloud>, walk: Walk, scope: CloudPath) -> Result<()> {
        let is_mine = self.walks.with(|state| {
            let is_free = state.running.is_none();
            if is_free {
                (state.running, state.meets_new) = (Some(scope.clone()), walk.meets_new);
            }
            is_free
        });
        if !is_mine {
            return Ok(());
        }
        // A walk that begins anew without a disk begins at the top. It only compares folders that
        // were visited already.
        let (begun, anew) = (Guarded::new(Some(walk)), scope.clone());
        self.spawn_once(
            "walk",
            format!("looking through {} for the search", scope.real_text()),
            move |cloud| {
                let mut walk = begun.lock().take().unwrap_or_else(|| Walk::new(&anew));
                walk.is_background = true;
                cloud.caught(|| walk.run(cloud, |_| true)).map(drop)
            },
            move |cloud, took| {
                let pause = took.map(|took| RECENT_TIME.max(took.saturating_mul(RECENT_TIMES)));
                cloud.walks.with(|state| {
                    state.running = None;
                    state.recent = pause.map(|pause| (scope, Instant::now() + pause));
                });
            },
        )
    }

    #[cfg(test)]
    pub(in crate::domain) fn walk_in_background(self: &Arc<Cloud>, scope: &CloudPath) -> Result<()> {
        self.go_on(Walk::new(scope), scope.clone())
    }

    /// True once every folder was visited.
    pub(in crate::domain) fn was_looked_through(&self) -> Result<bool> {
        Ok(self.store.read(|read| meta::get(read, WALKED))?.is_some())
    }

    /// Visits all folders that were never visited. This happens once in the life of the cloud:
    /// afterwards, searches and visits keep the names complete.
    pub fn look_through(&self) -> Result<()> {
        if self.was_looked_through()? {
            return Ok(());
        }
        let mut walk = Walk::new(&CloudPath::root());
        walk.waiting = self.volumes.present().map(|(top, _)| top).collect();
        walk.is_background = true;
        let is_done = walk.run(self, |_| true)?;
        if is_done && !walk.is_partial {
            self.store.write(|tx| meta::set(tx, WALKED, "1"))?;
        }
        Ok(())
    }
}

impl Walk {
    fn new(scope: &CloudPath) -> Walk {
        Walk {
            waiting: vec![scope.clone()],
            batch: Vec::new(),
            batch_entries: 0,
            has_visited: false,
            meets_new: false,
            is_background: false,
            is_partial: false,
        }
    }

    /// Continues while `may_go_on` is true and the cloud runs. Returns true if nothing is left to
    /// do. The index then has all visited folders.
    fn run(&mut self, cloud: &Cloud, may_go_on: impl Fn(bool) -> bool) -> Result<bool> {
        while may_go_on(self.has_visited) && cloud.may_go_on().is_ok() {
            let Some(folder) = self.waiting.pop() else { break };
            match self.look_at(cloud, folder) {
                Err(error) if self.is_background && error.code == Code::Offline => {
                    log::debug!("a folder was not indexed for the search: {error}");
                    self.is_partial = true;
                }
                looked => looked?,
            }
            if self.batch.len() >= BATCH_FOLDERS || self.batch_entries >= BATCH_ENTRIES {
                self.commit(cloud)?;
            }
        }
        self.commit(cloud)?;
        Ok(self.waiting.is_empty())
    }

    fn look_at(&mut self, cloud: &Cloud, folder: CloudPath) -> Result<()> {
        let stat = cloud.volumes.stat(&folder);
        let stat = stat.or_else(|error| cloud.volumes.skip_unreadable(&folder, error))?;
        let Some(stat) = stat.filter(|stat| stat.kind == Kind::Folder) else {
            return Ok(());
        };
        let modified = nanoseconds(stat.modified);
        let known = known_as(cloud, &folder, modified)?;
        if let Some(Known { folders, is_current: true, .. }) = known {
            let names = folders.iter().filter_map(|known| EntryName::parse(&known.name).ok());
            // Paths that would be too deep or too long cannot be shown to anybody.
            self.waiting.extend(names.filter_map(|name| folder.join(&name).ok()));
            return Ok(());
        }
        // A folder that cannot be read is not searched, but the others are.
        let Some(visit) = cloud.visit(&folder)? else { return Ok(()) };
        self.waiting.extend(visit.folders());
        // The top belongs to nobody: its rows are made together with those of its entries.
        if folder.is_above_roots() {
            return Ok(());
        }
        self.has_visited = true;
        self.meets_new |= known.as_ref().is_none_or(|known| known.is_new);
        let is_sure = modified < now_milliseconds().saturating_mul(1_000_000) - UNSURE_NANOSECONDS;
        if is_sure || !visit.brings_nothing(cloud)? {
            self.batch_entries += visit.found.len();
            self.batch.push(Timed { visit, modified_nanoseconds: is_sure.then_some(modified) });
        }
        Ok(())
    }

    fn commit(&mut self, cloud: &Cloud) -> Result<()> {
        self.batch_entries = 0;
        if self.batch.is_empty() {
            return Ok(());
        }
        let (rows, batch) = (cloud.rows(), std::mem::take(&mut self.batch));
        cloud.store.write(move |tx: &Write| {
            for Timed { visit, modified_nanoseconds } in &batch {
                let mended = rows.visited(tx, &visit.folder, &visit.found, visit.generation)?;
                if let Some(id) = mended {
                    names::set_visited(tx, id, *modified_nanoseconds)?;
                }
            }
            Ok(())
        })
    }
}

/// The values of a folder in the index.
struct Known {
    folders: Vec<KnownFolder>,
    is_current: bool,
    is_new: bool,
}

fn known_as(cloud: &Cloud, folder: &CloudPath, modified_nanoseconds: i64) -> Result<Option<Known>> {
    cloud.store.read(|read| {
        let Some(node) = lookup::find(read, &cloud.volumes, folder)? else { return Ok(None) };
        let visited = names::folder(read, node.id)?.and_then(|known| known.visited_nanoseconds);
        let is_current = visited == Some(modified_nanoseconds) && node.missing_since.is_none();
        let folders = if is_current { names::folders_in(read, node.id)? } else { Vec::new() };
        Ok(Some(Known { folders, is_current, is_new: visited.is_none() }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::index::order::{Gathered, Order, Sort};
    use crate::domain::tests::TestCloud;
    use crate::error::Error;
    use std::sync::mpsc;

    #[test]
    fn names_of_a_visit_are_missing_until_they_are_written() {
        let (cloud, _user, _directory) = TestCloud::new().shared();
        let bob = CloudPath::parse("/bob").unwrap();
        while cloud.freshen(&bob).unwrap() {}
        // This is the state after the walk of a large folder: nothing is compared for a while.
        let until = Instant::now() + Duration::from_secs(3600);
        cloud.walks.with(|state| state.recent = Some((bob.clone(), until)));
        assert!(!cloud.freshen(&bob).unwrap());
        let (go_on, waits) = mpsc::channel();
        cloud.store.write_later(move |_| waits.recv().map_err(Error::internal));
        cloud.volumes.create_folder(&CloudPath::parse("/bob/new").unwrap(), None).unwrap();
        let visit = cloud.visit(&bob).unwrap().unwrap();
        let order = Order::of(Gathered::of(&visit.found).unwrap(), Sort::Name, || unreachable!());
        cloud.visited(&bob, &Arc::new(order), visit.generation).unwrap();
        assert!(cloud.freshen(&bob).unwrap());
        go_on.send(()).unwrap();
        // Changes are committed in their order.
        cloud.store.write(|_| Ok(())).unwrap();
        assert!(!cloud.freshen(&bob).unwrap());
    }
}
