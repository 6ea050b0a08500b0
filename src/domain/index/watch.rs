//! Finds changes by other programs while nobody visits their folders, if the settings allow it. The
//! kernel reports the folders in which something has changed. They are visited, which updates the
//! search, the sync clients and the activities.
//!
//! One thread, which sleeps until it is told something. If a disk does not answer, that thread
//! stays inside it, and another begins to watch the others; the disk is watched again when it
//! answers. Watching reads each folder once at the start, so disks that would have to turn for that
//! are left out.

use crate::base::limits::WATCHED_FOLDERS_MAX;
use crate::base::path::CloudPath;
use crate::base::permits::{self, Held};
use crate::base::vital;
use crate::config::Watching;
use crate::disk::{Changes, Volume, Waker, Watcher};
use crate::domain::Cloud;
use crate::error::{Error, Result};
use std::any::Any;
use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

/// The time between a change and the visit of its folder. Changes often come in groups, and a file
/// that is being written would be visited too early.
const GATHER_TIME: Duration = Duration::from_millis(300);
/// If changes do not pause, their folders are visited after this time.
const GATHER_MAX: Duration = Duration::from_secs(3);
/// The time after which a disk that could not be entered is tried again. It may have too much to do
/// at the moment, or work that it has held up may not have left it yet.
const RETRY_TIME: Duration = Duration::from_secs(5);

/// The running thread. It ends when the cloud stops.
pub struct Watch {
    waker: Arc<Waker>,
    thread: std::thread::JoinHandle<()>,
}

impl Watch {
    /// Starts the thread; `None` if the settings do not allow it, or if the kernel cannot do it,
    /// which is logged.
    pub fn start(cloud: &Arc<Cloud>) -> Option<Watch> {
        let watching = cloud.config().watch_changes;
        let started = (watching != Watching::No).then(|| Watch::begin(cloud, watching));
        started.transpose().unwrap_or_else(|error| {
            log::error!("changes by other programs are found at the next visit only: {error}");
            None
        })
    }

    pub(in crate::domain) fn begin(cloud: &Arc<Cloud>, watching: Watching) -> Result<Watch> {
        let waker = Arc::new(Waker::new()?);
        cloud.volumes.call_when_one_comes(Arc::clone(&waker));
        let first = Watched::new(cloud, watching)?;
        let (for_thread, cloud) = (Arc::clone(&waker), Arc::clone(cloud));
        let run = move || supervise(&cloud, first, &for_thread);
        let thread = std::thread::Builder::new().name("watch".into()).spawn(run).map_err(Error::internal)?;
        Ok(Watch { waker, thread })
    }

    /// Waits until a deadline for the visit that is running. Must be called when the cloud stops.
    pub fn stop(self, deadline: Instant) {
        self.waker.wake();
        if !vital::ends_by(&self.thread, deadline) {
            log::warn!("the search for changes by other programs has not ended in time");
            return;
        }
        if self.thread.join().is_err() {
            log::error!("the thread that watches for changes ended with a panic");
        }
    }
}

/// Lets one thread after the other watch the volumes. When a disk blocks a thread, the next one
/// begins.
fn supervise(cloud: &Arc<Cloud>, first: Watched, waker: &Arc<Waker>) {
    let (watching, mut next) = (first.watching, Ok(first));
    loop {
        let (sender, held) = mpsc::channel();
        let for_thread = Arc::clone(waker);
        let spawned = next.and_then(|watched: Watched| {
            let run = move || watched.run(&for_thread, &sender);
            std::thread::Builder::new().name("watching".into()).spawn(run).map_err(Error::internal)
        });
        if let Err(error) = spawned {
            return log::error!("changes by other programs are found at the next visit only: {error}");
        }
        match held.recv() {
            Ok(error) => log::warn!("one disk is no longer watched for changes by other programs: {error}"),
            Err(_) => return,
        }
        next = Watched::new(cloud, watching);
    }
}

/// Reports that a disk blocks the thread that watches it.
struct HeldLook(mpsc::Sender<Error>);

impl Held for HeldLook {
    fn is_held(&self) {}

    fn give_up(&self, error: &Error, _: Option<Arc<dyn Any + Send + Sync>>) -> bool {
        self.0.send(error.clone()).is_ok()
    }

    fn gives_way(&self) -> bool {
        true
    }
}

struct Watched {
    cloud: Arc<Cloud>,
    watcher: Watcher,
    /// True once the log says that no more folders can be watched.
    is_full: bool,
    /// True while a disk that answers could not be entered.
    is_incomplete: bool,
    watching: Watching,
}

impl Watched {
    fn new(cloud: &Arc<Cloud>, watching: Watching) -> Result<Watched> {
        let watcher = Watcher::new(WATCHED_FOLDERS_MAX)?;
        Ok(Watched { cloud: Arc::clone(cloud), watcher, is_full: false, is_incomplete: false, watching })
    }

    fn run(mut self, waker: &Waker, held: &mpsc::Sender<Error>) {
        let mut volumes: Vec<Arc<Volume>> = Vec::new();
        let mut changes = Changes { is_woken: true, ..Changes::default() };
        let cloud = Arc::clone(&self.cloud);
        while !self.is_stopping() {
            let unit = permits::begin(Some(Arc::new(HeldLook(held.clone())) as Arc<dyn Held>));
            let looked = cloud.caught(|| {
                if changes.is_woken {
                    self.begin_volumes(&mut volumes);
                }
                Ok(self.look_at(changes))
            });
            let has_given_way = permits::has_given_way();
            drop(unit);
            if has_given_way {
                // The disk answers again, so the thread that watches now watches it, too.
                return waker.wake();
            }
            let again = looked.unwrap_or_else(|error| {
                log::error!("the latest changes by other programs are found only at the next visit: {error}");
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
        self.cloud.is_stopping.load(Ordering::Relaxed) || permits::has_given_way()
    }

    /// Waits for a change, and until changes have paused. `again` holds folders that must be
    /// visited again.
    fn gather(&mut self, waker: &Waker, again: HashSet<CloudPath>) -> Result<Changes> {
        let mut all = Changes { folders: again, is_woken: self.is_incomplete, ..Changes::default() };
        let first = match all.folders.is_empty() {
            true => self.is_incomplete.then_some(RETRY_TIME),
            false => Some(GATHER_TIME),
        };
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

    /// Watches the volumes that are new.
    fn begin_volumes(&mut self, known: &mut Vec<Arc<Volume>>) {
        let (present, refused): (Vec<_>, Vec<_>) = self.cloud.volumes.entered().partition(Result::is_ok);
        self.is_incomplete = !refused.is_empty();
        let present: Vec<_> = present.into_iter().flatten().collect();
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

    /// Visits the folders that have changed. Returns those that must be visited again.
    fn look_at(&mut self, changes: Changes) -> HashSet<CloudPath> {
        if changes.is_overflow {
            log::warn!("the kernel could not report all changes, so all watched folders are visited");
            let tops = self.cloud.volumes.present().map(|(top, _)| top).collect();
            self.walk(tops);
            return HashSet::new();
        }
        self.walk(changes.new.into_iter().collect());
        let visited = changes.folders.into_iter().filter(|folder| !self.visit(folder, &mut Vec::new()));
        visited.collect()
    }

    /// Watches and visits folders and everything below them.
    fn walk(&mut self, mut waiting: Vec<CloudPath>) {
        while let Some(folder) = waiting.pop() {
            if self.is_stopping() {
                return;
            }
            if let Err(error) = self.watch(&folder) {
                log::debug!("watching {}: {error}", folder.real_text());
            }
            // The folder is visited a second time if it has changed meanwhile; if it changes once
            // more, an event will report it.
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

    /// Compares a folder with the index, and adds its folders to `waiting`. Returns false if this
    /// program has changed something meanwhile.
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
            log::warn!("changes in {} are missing from the index: {error}", folder.real_text());
        }
        visit.is_current(&self.cloud)
    }
}
