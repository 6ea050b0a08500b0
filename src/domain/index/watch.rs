//! Learning of what other programs change while nobody visits, where the settings want that. The kernel tells in which folders
//! something has changed; they are visited, and with that the search, the sync clients and the activities know.
//!
//! One thread, which sleeps until it is told something. Watching reads each folder once at the start, so disks that would
//! have to turn for that are left out.

use crate::base::limits::WATCHED_FOLDERS_MAX;
use crate::base::path::CloudPath;
use crate::config::Watching;
use crate::disk::{Changes, Volume, Waker, Watcher};
use crate::domain::Cloud;
use crate::error::{Error, Result};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How long after a change its folder is visited: more may be coming, and something being written is not worth a look.
const GATHER_TIME: Duration = Duration::from_millis(300);
/// What goes on without a pause is looked at after this time all the same.
const GATHER_MAX: Duration = Duration::from_secs(3);

/// The running thread; it ends when the cloud stops.
pub struct Watch {
    waker: Arc<Waker>,
    thread: std::thread::JoinHandle<()>,
}

impl Watch {
    /// Begins to watch; `None` where the settings do not want that, or the kernel cannot, which the log says.
    pub fn start(cloud: &Arc<Cloud>) -> Option<Watch> {
        let watching = cloud.config().watch_changes;
        let started = (watching != Watching::No).then(|| Watch::begin(cloud, watching));
        started.transpose().unwrap_or_else(|error| {
            log::error!("changes by other programs are found at the next visit only: {error}");
            None
        })
    }

    pub(in crate::domain) fn begin(cloud: &Arc<Cloud>, watching: Watching) -> Result<Watch> {
        let (waker, watcher) = (Arc::new(Waker::new()?), Watcher::new(WATCHED_FOLDERS_MAX)?);
        cloud.volumes.call_when_one_comes(Arc::clone(&waker));
        let watched = Watched { cloud: Arc::clone(cloud), watcher, is_full: false, watching };
        let for_thread = Arc::clone(&waker);
        let run = move || watched.run(&for_thread);
        let thread = std::thread::Builder::new().name("watch".into()).spawn(run).map_err(Error::internal)?;
        Ok(Watch { waker, thread })
    }

    /// Waits for what is being looked at. To be called when the cloud is stopping.
    pub fn stop(self) {
        self.waker.wake();
        if self.thread.join().is_err() {
            log::error!("the thread that watches for changes ended with a panic");
        }
    }
}

struct Watched {
    cloud: Arc<Cloud>,
    watcher: Watcher,
    /// That no more can be watched was said.
    is_full: bool,
    watching: Watching,
}

impl Watched {
    fn run(mut self, waker: &Waker) {
        let mut volumes: Vec<Arc<Volume>> = Vec::new();
        let mut changes = Changes { is_woken: true, ..Changes::default() };
        let cloud = Arc::clone(&self.cloud);
        while !self.is_stopping() {
            let looked = cloud.caught(|| {
                if changes.is_woken {
                    self.begin_volumes(&mut volumes);
                }
                Ok(self.look_at(changes))
            });
            let again = looked.unwrap_or_else(|error| {
                log::error!(
                    "what other programs have changed a moment ago is found at the next visit: {error}"
                );
                HashSet::new()
            });
            changes = match self.gather(waker, again) {
                Ok(changes) => changes,
                Err(error) => {
                    log::error!("changes by other programs are found at the next visit only: {error}");
                    return;
                }
            };
        }
    }

    fn is_stopping(&self) -> bool {
        self.cloud.is_stopping.load(Ordering::Relaxed)
    }

    /// Waits for a change and until it has been quiet for a moment. `again` is what was not done the last time.
    fn gather(&mut self, waker: &Waker, again: HashSet<CloudPath>) -> Result<Changes> {
        let mut all = Changes { folders: again, ..Changes::default() };
        let first = if all.folders.is_empty() { None } else { Some(GATHER_TIME) };
        let mut next = self.watcher.wait(waker, first)?;
        let begun = Instant::now();
        loop {
            let is_quiet = next.folders.is_empty() && !next.is_woken && !next.is_overflow;
            all.folders.extend(next.folders);
            all.new.extend(next.new);
            all.is_woken |= next.is_woken;
            all.is_overflow |= next.is_overflow;
            if is_quiet || self.is_stopping() || begun.elapsed() >= GATHER_MAX {
                return Ok(all);
            }
            next = self.watcher.wait(waker, Some(GATHER_TIME))?;
        }
    }

    /// Begins to watch the volumes that are new.
    fn begin_volumes(&mut self, known: &mut Vec<Arc<Volume>>) {
        let present = self.cloud.volumes.present();
        known.retain(|known| present.iter().any(|(_, volume)| Arc::ptr_eq(known, volume)));
        for (top, volume) in present {
            if known.iter().any(|known| Arc::ptr_eq(known, &volume)) {
                continue;
            }
            known.push(Arc::clone(&volume));
            if self.watching == Watching::Yes && volume.spins().ok().flatten() == Some(true) {
                log::info!(
                    "{} is on a spinning disk and is not watched: changes there are found at the next visit",
                    top.real_text()
                );
                continue;
            }
            let begun = Instant::now();
            self.walk(vec![top.clone()]);
            log::info!(
                "{} folders are watched; those of {} took {:?}",
                self.watcher.count(),
                top.real_text(),
                begun.elapsed()
            );
        }
    }

    /// Visits what has changed; what must be visited once more.
    fn look_at(&mut self, changes: Changes) -> HashSet<CloudPath> {
        if changes.is_overflow {
            log::warn!(
                "more has changed at once than the kernel could tell: everything that is watched is looked through"
            );
            let tops = self.cloud.volumes.present().into_iter().map(|(top, _)| top).collect();
            self.walk(tops);
            return HashSet::new();
        }
        self.walk(changes.new.into_iter().collect());
        let visited = changes.folders.into_iter().filter(|folder| !self.visit(folder, &mut Vec::new()));
        visited.collect()
    }

    /// Watches and visits folders and all below them.
    fn walk(&mut self, mut waiting: Vec<CloudPath>) {
        while let Some(folder) = waiting.pop() {
            if self.is_stopping() {
                return;
            }
            if let Err(error) = self.watch(&folder) {
                log::debug!("watching {}: {error}", folder.real_text());
            }
            // A second time where something was changed meanwhile; then an event will tell.
            if !self.visit(&folder, &mut waiting) {
                self.visit(&folder, &mut Vec::new());
            }
        }
    }

    fn watch(&mut self, folder: &CloudPath) -> Result<()> {
        let volume = self.cloud.volumes.of(folder)?;
        if !self.watcher.watch(&volume, folder)? && !self.is_full {
            self.is_full = true;
            log::warn!(
                "no more than {} folders can be watched (fs.inotify.max_user_watches): changes in others are found at the next \
                 visit",
                self.watcher.count()
            );
        }
        Ok(())
    }

    /// Compares a folder with the index, and adds those in it to what waits. Whether that is done: not when something was
    /// changed by this program meanwhile.
    fn visit(&self, folder: &CloudPath, waiting: &mut Vec<CloudPath>) -> bool {
        let visit = match self.cloud.visit(folder) {
            Ok(Some(visit)) => visit,
            Ok(None) => return true,
            Err(error) => {
                log::debug!("looking at {}: {error}", folder.real_text());
                return true;
            }
        };
        waiting.extend(visit.folders());
        if folder.is_above_roots() {
            return true;
        }
        if let Err(error) = self.cloud.catch_up(&visit) {
            log::warn!("what has changed in {} is not in the index: {error}", folder.real_text());
        }
        visit.is_current(&self.cloud)
    }
}
