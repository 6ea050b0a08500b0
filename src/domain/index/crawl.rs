//! Keeps the names complete that a search looks through: visits folders that nobody has visited yet, and those that other
//! programs have changed since. A folder's own time of modification tells whether names in it came or went.

use crate::base::guarded::Guarded;
use crate::base::path::{CloudPath, EntryName};
use crate::base::time::{nanoseconds, now_milliseconds};
use crate::disk::Kind;
use crate::domain::Cloud;
use crate::domain::index::lookup;
use crate::domain::index::visit::Visit;
use crate::error::Result;
use crate::store::names::{self, KnownFolder};
use crate::store::{Write, meta};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How long a search waits for folders to be compared, and how long when some must be visited.
const QUICK_TIME: Duration = Duration::from_millis(10);
const PATIENT_TIME: Duration = Duration::from_millis(800);
/// Folders that took longer are not compared again at the next search, for this long or this many times their time.
const RECENT_TIME: Duration = Duration::from_secs(30);
const RECENT_TIMES: u32 = 20;
/// A folder that was modified this short a time ago may change again without its time changing.
const UNSURE_NANOSECONDS: i64 = 2_000_000_000;
/// Visited folders and their entries whose rows are mended in one transaction.
const BATCH_FOLDERS: usize = 64;
const BATCH_ENTRIES: usize = 2000;
/// The fact that every folder has been visited once.
const WALKED: &str = "search_walked";

/// What is remembered about walks.
#[derive(Default)]
pub struct Walks(Guarded<State>);

#[derive(Default)]
struct State {
    /// The folder of the walk that is under way in the background.
    running: Option<CloudPath>,
    /// It has met folders that were never visited.
    meets_new: bool,
    /// The folder of the last long walk, and until when it is not walked again.
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

/// A walk under way.
struct Walk {
    waiting: Vec<CloudPath>,
    batch: Vec<Timed>,
    batch_entries: usize,
    /// Folders were visited, not only compared.
    has_visited: bool,
    /// Some of them for the first time.
    meets_new: bool,
}

/// A visit, and the time of change by which the folder is known to be as it was found; `None` where it may change again
/// without that changing.
struct Timed {
    visit: Visit,
    modified_nanoseconds: Option<i64>,
}

impl Cloud {
    /// Brings the names below a folder up to date as far as that is quick, and goes on in the background. Whether folders
    /// remain that have never been visited.
    pub(in crate::domain) fn freshen(self: &Arc<Cloud>, scope: &CloudPath) -> Result<bool> {
        let is_recent = self.walks.with(|state| {
            state
                .recent
                .as_ref()
                .is_some_and(|(folder, until)| scope.starts_with(folder) && Instant::now() < *until)
        });
        if is_recent {
            return Ok(false);
        }
        // What comes to it anyway is not compared by every search in between.
        let (is_running, comes_anyway, meets_new) = self.walks.with(|state| {
            let comes_anyway = state.running.as_ref().is_some_and(|folder| scope.starts_with(folder));
            (state.running.is_some(), comes_anyway, state.meets_new)
        });
        if comes_anyway {
            return Ok(meets_new);
        }
        let mut walk = Walk::new(scope);
        let (begun, patient) = (Instant::now(), if is_running { QUICK_TIME } else { PATIENT_TIME });
        let is_done =
            walk.run(self, |has_visited| begun.elapsed() < if has_visited { patient } else { QUICK_TIME })?;
        if is_done {
            return Ok(false);
        }
        let meets_new = walk.meets_new;
        self.go_on(walk, scope.clone())?;
        Ok(meets_new || self.walks.with(|state| state.running.is_some() && state.meets_new))
    }

    /// Ends a walk in the background, where no other is under way.
    fn go_on(self: &Arc<Cloud>, mut walk: Walk, scope: CloudPath) -> Result<()> {
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
        self.spawn_once(
            "walk",
            format!("looking through {} for the search", scope.real_text()),
            move |cloud| cloud.caught(|| walk.run(cloud, |_| true)).map(drop),
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

    /// Whether every folder was visited once.
    pub(in crate::domain) fn was_looked_through(&self) -> Result<bool> {
        Ok(self.store.read(|read| meta::get(read, WALKED))?.is_some())
    }

    /// Visits every folder that nobody has visited yet, once in the life of the cloud: afterwards searches and visits keep the
    /// names complete.
    pub fn look_through(&self) -> Result<()> {
        if self.was_looked_through()? {
            return Ok(());
        }
        let mut walk = Walk::new(&CloudPath::root());
        walk.waiting = self.volumes.present().into_iter().map(|(top, _)| top).collect();
        let is_done = walk.run(self, |_| true)?;
        if is_done {
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
        }
    }

    /// Goes on while `may_go_on` and the cloud does; whether nothing is left to do. What was visited is in the index then.
    fn run(&mut self, cloud: &Cloud, may_go_on: impl Fn(bool) -> bool) -> Result<bool> {
        while may_go_on(self.has_visited) && !cloud.is_stopping.load(Ordering::Relaxed) {
            let Some(folder) = self.waiting.pop() else { break };
            self.look_at(cloud, folder)?;
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
            // A path that would grow too deep or too long cannot be shown to anybody.
            self.waiting.extend(names.filter_map(|name| folder.join(&name).ok()));
            return Ok(());
        }
        // What cannot be read cannot be found either; the rest can.
        let Some(visit) = cloud.visit(&folder)? else { return Ok(()) };
        self.waiting.extend(visit.folders());
        // The top is no folder of anybody: its rows come with what lies in it.
        if folder.is_above_roots() {
            return Ok(());
        }
        self.has_visited = true;
        self.meets_new |= known.as_ref().is_none_or(|known| known.is_new);
        let is_sure = modified < now_milliseconds().saturating_mul(1_000_000) - UNSURE_NANOSECONDS;
        if visit.differing(cloud)? > 0 || is_sure || known.is_none() {
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

/// What the index knows of a folder.
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
