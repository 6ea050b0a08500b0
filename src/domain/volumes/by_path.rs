//! What is done on the disk that a path leads to.

use super::registry::Volumes;
use crate::base::path::{CloudPath, EXTERNAL, EntryName};
use crate::disk::{Cached, Found, Location, Reader, Stat, Usage, Wanted};
use crate::error::{Code, Error, Result};
use std::time::SystemTime;

/// Each by the volume that the path leads to; see [`Volume`].
impl Volumes {
    /// The folders above the roots are on no disk.
    pub fn stat(&self, path: &CloudPath) -> Result<Option<Stat>> {
        if path.is_above_roots() && !path.is_root() {
            return Ok(Some(Stat::of_no_disk()));
        }
        self.of(path)?.stat(path)
    }

    /// What is at a path; `None` also where its disk is not there.
    pub(in crate::domain) fn stat_if_present(&self, path: &CloudPath) -> Result<Option<Stat>> {
        match self.stat(path) {
            Err(error) if error.code == Code::Offline => Ok(None),
            other => other,
        }
    }

    /// At the top are the accounts' files alone; what is in `/EXTERNAL` depends on who asks.
    pub fn list(&self, path: &CloudPath) -> Result<Option<Vec<Found>>> {
        if path.is_above_roots() && !path.is_root() {
            return Ok(Some(Vec::new()));
        }
        let mut found = self.of(path)?.list(path)?;
        if let (true, Some(found)) = (path.is_root(), &mut found) {
            found.retain(|entry| entry.name.as_str() != EXTERNAL);
        }
        Ok(found)
    }

    /// Goes on past something among the files that cannot be read: notes it and gives `None`.
    ///
    /// # Errors
    /// The one that is given, where it is about more than this entry.
    pub fn skip_unreadable<T>(&self, path: &CloudPath, error: Error) -> Result<Option<T>> {
        let Some(obstacle) = error.obstacle else { return Err(error) };
        if let Ok(volume) = self.of(path) {
            volume.skip_at(Location::Files(path), &[], Wanted::Read, obstacle);
        }
        Ok(None)
    }

    /// Removes what was received on the disk of a path; what stays goes at the next start.
    pub fn discard_quietly(&self, path: &CloudPath, id: &str) {
        if let Err(error) = self.of(path).and_then(|volume| volume.discard_stage(id)) {
            log::warn!("an upload that failed stays until the next start: {error}");
        }
    }

    pub fn usage(&self, path: &CloudPath) -> Result<Usage> {
        self.of(path)?.usage(path)
    }

    pub fn name_in(&self, folder: &CloudPath, name: &EntryName) -> Result<EntryName> {
        self.of(folder)?.name_in(folder, name)
    }

    /// A path below another, as its names are spelled on the disk.
    pub fn path_below(&self, path: &CloudPath, below: &CloudPath) -> Result<CloudPath> {
        let path = below.parts().iter().try_fold(path.clone(), |path, name| path.join(name))?;
        self.spelled(path)
    }

    /// A path as its names are spelled on the disk.
    pub fn spelled(&self, path: CloudPath) -> Result<CloudPath> {
        if path.is_above_roots() { Ok(path) } else { self.of(&path)?.spelled(path) }
    }

    pub fn reader(&self, path: &CloudPath) -> Result<Option<Reader>> {
        self.of(path)?.reader(path)
    }

    pub fn read_cached(&self, path: &CloudPath, bytes_max: usize) -> Cached {
        let volume = self.mount_of(path).ok().and_then(|mount| mount.believed());
        volume.map_or(Cached::WouldBlock, |volume| volume.read_cached(path, bytes_max))
    }

    pub fn stat_at_once(&self, path: &CloudPath) -> Option<Stat> {
        self.mount_of(path).ok()?.believed()?.stat_at_once(path)
    }

    pub fn create_folder(&self, path: &CloudPath, modified: Option<SystemTime>) -> Result<Stat> {
        self.of(path)?.create_folder(path, modified)
    }

    pub fn create_folders(&self, path: &CloudPath) -> Result<Stat> {
        self.of(path)?.create_folders(path)
    }
}
