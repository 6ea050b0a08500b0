//! Work on the disk to which a path leads.

use super::registry::Volumes;
use crate::base::path::{CloudPath, EXTERNAL, EntryName};
use crate::disk::{Cached, Found, Location, Reader, Stat, Usage, Wanted};
use crate::error::{Error, Result};
use std::time::SystemTime;

/// Each method works on the volume to which the path leads; see [`crate::disk::Volume`].
impl Volumes {
    /// The folders above the roots are not on any disk.
    pub fn stat(&self, path: &CloudPath) -> Result<Option<Stat>> {
        if path.is_above_roots() && !path.is_root() {
            return Ok(Some(Stat::of_no_disk()));
        }
        self.of(path)?.stat(path)
    }

    /// The top lists only the accounts' files. The entries of `/EXTERNAL` depend on the user.
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

    /// Skips an entry among the files that cannot be read: notes it and returns `None`.
    ///
    /// # Errors
    /// The given error, if it concerns more than this entry.
    pub fn skip_unreadable<T>(&self, path: &CloudPath, error: Error) -> Result<Option<T>> {
        let Some(obstacle) = error.obstacle else { return Err(error) };
        if let Ok(volume) = self.of(path) {
            volume.skip_at(Location::Files(path), &[], Wanted::Read, obstacle);
        }
        Ok(None)
    }

    /// Removes received bytes on the disk of a path. If this fails, the next start removes them.
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

    /// A path below another, with the disk's spelling of its names.
    pub fn path_below(&self, path: &CloudPath, below: &[EntryName]) -> Result<CloudPath> {
        let path = below.iter().try_fold(path.clone(), |path, name| path.join(name))?;
        self.spelled(path)
    }

    /// A path with the disk's spelling of its names. A disk that does not answer is not entered for
    /// names that have only one spelling: perhaps nothing else there is needed.
    pub fn spelled(&self, path: CloudPath) -> Result<CloudPath> {
        if path.is_above_roots() || self.mount_of(&path)?.spells_without_answer(&path) {
            return Ok(path);
        }
        self.of(&path)?.spelled(path)
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
