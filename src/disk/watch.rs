//! Watches folders for changes with inotify(7).
//!
//! A folder is watched by its handle and not by its path, so that it cannot be swapped for another
//! entry. The kernel reports folders in which something has changed; a visit finds out the changes.

use super::errno::at;
use super::volume::Volume;
use super::{resolve, stat};
use crate::base::path::CloudPath;
use crate::error::{Error, Result};
use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use rustix::fd::{AsRawFd, OwnedFd};
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};
use rustix::io::{Errno, read, retry_on_intr, write};
use rustix::time::Timespec;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// The number of bytes of events read at once: some hundred events.
const READ_BYTES: usize = 16 * 1024;

/// A set of watched folders.
pub struct Watcher {
    events: OwnedFd,
    folders: HashMap<i32, CloudPath>,
    folders_max: usize,
}

/// Wakes a thread that waits at a [`Watcher`].
pub struct Waker(OwnedFd);

/// Changes reported to a watcher.
#[derive(Debug, Default)]
pub struct Changes {
    /// Folders with changed entries.
    pub folders: HashSet<CloudPath>,
    /// Folders that have just come to their place, with everything in them.
    pub new: HashSet<CloudPath>,
    /// True if there were more changes than the kernel could report.
    pub is_overflow: bool,
    /// True if the waker was used.
    pub is_woken: bool,
}

impl Waker {
    pub fn new() -> Result<Waker> {
        eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).map(Waker).map_err(at("eventfd"))
    }

    pub fn wake(&self) {
        // This can only fail after so many calls that the thread is awake in any case.
        let _ = write(&self.0, &1u64.to_ne_bytes());
    }
}

impl Watcher {
    pub fn new(folders_max: usize) -> Result<Watcher> {
        let events =
            inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).map_err(at("inotify_init"))?;
        Ok(Watcher { events, folders: HashMap::new(), folders_max })
    }

    /// The number of watched folders.
    pub fn count(&self) -> usize {
        self.folders.len()
    }

    /// Watches a folder. If it is watched already, its path is updated. Returns `false` if no more
    /// folders can be watched.
    pub fn watch(&mut self, volume: &Volume, folder: &CloudPath) -> Result<bool> {
        if self.folders.len() >= self.folders_max {
            return Ok(false);
        }
        let Some(handle) = volume.open_at(folder, resolve::ASK)? else { return Ok(true) };
        let wanted = WatchFlags::CREATE
            | WatchFlags::DELETE
            | WatchFlags::MOVED_FROM
            | WatchFlags::MOVED_TO
            | WatchFlags::CLOSE_WRITE
            | WatchFlags::ONLYDIR
            | WatchFlags::EXCL_UNLINK;
        let by_handle = format!("/proc/self/fd/{}", handle.as_raw_fd());
        match inotify::add_watch(&self.events, by_handle, wanted) {
            Ok(number) => {
                self.folders.insert(number, folder.clone());
                Ok(true)
            }
            Err(Errno::NOSPC) => Ok(false),
            // The entry is gone again, or is no folder.
            Err(Errno::NOENT | Errno::NOTDIR) => Ok(true),
            Err(errno) => Err(at("inotify_add_watch")(errno)),
        }
    }

    /// Waits until something changes, the waker is used, or the time is over.
    pub fn wait(&mut self, waker: &Waker, longest: Option<Duration>) -> Result<Changes> {
        let longest =
            longest.map(|time| Timespec { tv_sec: time.as_secs() as _, tv_nsec: time.subsec_nanos().into() });
        let mut wanted = [PollFd::new(&self.events, PollFlags::IN), PollFd::new(&waker.0, PollFlags::IN)];
        retry_on_intr(|| poll(&mut wanted, longest.as_ref())).map_err(at("poll"))?;
        let is_woken = !wanted[1].revents().is_empty();
        let mut changes = Changes { is_woken, ..Changes::default() };
        if is_woken {
            // One read resets all calls of the waker.
            let _ = read(&waker.0, &mut [0u8; 8]);
        }
        self.read(&mut changes)?;
        Ok(changes)
    }

    fn read(&mut self, changes: &mut Changes) -> Result<()> {
        let mut buffer = Vec::with_capacity(READ_BYTES);
        let mut reader = inotify::Reader::new(&self.events, buffer.spare_capacity_mut());
        loop {
            let event = match reader.next() {
                Ok(event) => event,
                Err(Errno::WOULDBLOCK) => return Ok(()),
                Err(Errno::INTR) => continue,
                Err(errno) => return Err(at("read inotify")(errno)),
            };
            let told = event.events();
            changes.is_overflow |= told.contains(ReadFlags::QUEUE_OVERFLOW);
            if told.contains(ReadFlags::IGNORED) {
                self.folders.remove(&event.wd());
                continue;
            }
            let Some(folder) = self.folders.get(&event.wd()) else { continue };
            changes.folders.insert(folder.clone());
            let came =
                told.intersects(ReadFlags::CREATE | ReadFlags::MOVED_TO) && told.contains(ReadFlags::ISDIR);
            let name = event.file_name().filter(|_| came).map(std::ffi::CStr::to_bytes);
            let name = name.and_then(crate::base::path::EntryName::from_bytes);
            changes.new.extend(name.and_then(|name| folder.join(&name).ok()));
        }
    }
}

impl Volume {
    /// True if the volume's disk has spinning platters, which would have to start to be read;
    /// `None` if unknown.
    pub fn spins(&self) -> Result<Option<bool>> {
        let device = self.top()?.device;
        let device = format!("/sys/dev/block/{}:{}", device >> 32, device & 0xffff_ffff);
        for slot in ["queue/rotational", "../queue/rotational"] {
            let slot = std::path::Path::new(&device).join(slot);
            if let Some(text) = super::local::read_text(&slot, 16).ok().flatten() {
                return Ok(Some(text.trim() == "1"));
            }
        }
        Ok(None)
    }

    fn top(&self) -> Result<stat::Stat> {
        stat::of_handle(&self.root)
            .map_err(at("statx"))?
            .ok_or_else(|| Error::internal("a volume has no root"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Ground, path, put};
    use super::*;

    #[test]
    fn what_changes_is_told_and_no_more_folders_are_watched_than_may_be() {
        let ground = Ground::new();
        let volume = ground.volume();
        for folder in ["/a", "/b", "/c"] {
            volume.create_folder(&path(folder), None).unwrap();
        }
        let (waker, mut watcher) = (Waker::new().unwrap(), Watcher::new(2).unwrap());
        let watched = ["/a", "/b", "/c"].map(|folder| watcher.watch(&volume, &path(folder)).unwrap());
        assert_eq!((watched, watcher.count()), ([true, true, false], 2));
        put(&volume, "/a/file", "x");
        put(&volume, "/c/file", "x");
        volume.create_folder(&path("/b/new"), None).unwrap();
        let changes = watcher.wait(&waker, None).unwrap();
        assert_eq!(changes.folders, HashSet::from([path("/a"), path("/b")]));
        assert_eq!(changes.new, HashSet::from([path("/b/new")]));
        assert!(!changes.is_overflow && !changes.is_woken);
        waker.wake();
        assert!(watcher.wait(&waker, None).unwrap().is_woken);
        let quiet = watcher.wait(&waker, Some(Duration::from_millis(1))).unwrap();
        assert!(!quiet.is_woken && quiet.folders.is_empty());
        // Removing a folder frees its watch.
        volume.trash(&path("/a"), "t").unwrap();
        volume.purge_trash("t", &CloudPath::root()).unwrap();
        watcher.wait(&waker, Some(Duration::from_millis(1))).unwrap();
        assert_eq!(watcher.count(), 1);
    }

    #[test]
    fn a_symlink_is_not_followed_to_be_watched() {
        let ground = Ground::new();
        let volume = ground.volume();
        std::os::unix::fs::symlink(&ground.outside, ground.root.join("link")).unwrap();
        let mut watcher = Watcher::new(10).unwrap();
        assert!(watcher.watch(&volume, &path("/link")).unwrap());
        assert!(watcher.watch(&volume, &path("/.cloudlet")).unwrap());
        assert_eq!(watcher.count(), 0);
    }
}
