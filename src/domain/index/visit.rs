//! A visit: a folder is listed, and the index is updated if it differs.

use crate::base::path::CloudPath;
use crate::disk::{Found, Kind};
use crate::domain::Cloud;
use crate::domain::index::facts::fingerprint;
use crate::domain::index::rows;
use crate::error::Result;
use crate::store::Read;
use std::sync::Arc;

/// The result of a visit.
pub(in crate::domain) struct Visit {
    pub folder: CloudPath,
    pub found: Vec<Found>,
    /// True if an entry has the name of the recycle bin, which makes it unreachable.
    pub has_bin_name: bool,
    /// The generation of the index before the folder was read. If something has changed since, the
    /// visit is too old.
    pub generation: u64,
}

impl Cloud {
    /// Visits a folder among the files; `None` if it does not exist, or if it cannot be read, which
    /// is noted.
    pub(in crate::domain) fn visit(&self, folder: &CloudPath) -> Result<Option<Visit>> {
        let generation = self.index.generation();
        let found = self.volumes.list(folder);
        let found = found.or_else(|error| self.volumes.skip_unreadable(folder, error))?;
        Ok(found.map(|mut found| {
            let all = found.len();
            found.retain(|entry| !folder.is_bin(&entry.name));
            Visit { folder: folder.clone(), has_bin_name: found.len() < all, found, generation }
        }))
    }

    /// Updates the rows, and waits until this is done.
    pub(in crate::domain) fn mend_now(&self, visit: &Visit) -> Result<()> {
        let Visit { folder, found, generation, .. } = visit;
        let fingerprint = fingerprint(found.as_slice())?;
        self.store.write(self.mending(folder, Arc::new(found.clone()), fingerprint, *generation))
    }

    /// Does the same as `mend_now`, if the rows differ from the visit, or it is the first.
    pub(in crate::domain) fn catch_up(&self, visit: &Visit) -> Result<()> {
        let fingerprint = fingerprint(visit.found.as_slice())?;
        let is_empty = visit.found.is_empty();
        if self.is_up_to_date(&visit.folder, fingerprint, is_empty)? || visit.brings_nothing(self)? {
            return Ok(());
        }
        self.mend_now(visit)
    }

    /// Visits folders with everything below them. For folders that cannot be read, the index stays
    /// as it was.
    pub(in crate::domain) fn visit_all(&self, mut waiting: Vec<CloudPath>) -> Result<()> {
        while let Some(folder) = waiting.pop() {
            self.may_go_on()?;
            if let Some(visit) = self.visit(&folder)? {
                self.catch_up(&visit)?;
                waiting.extend(visit.folders());
            }
        }
        Ok(())
    }
}

impl Visit {
    /// The folders in it, without those whose paths would be too deep or too long, which cannot be
    /// shown to anybody.
    pub fn folders(&self) -> impl Iterator<Item = CloudPath> {
        let folders = self.found.iter().filter(|entry| entry.stat.kind == Kind::Folder);
        folders.filter_map(|entry| self.folder.join(&entry.name).ok())
    }

    /// Number of entries whose rows differ.
    pub fn differing(&self, cloud: &Cloud) -> Result<usize> {
        cloud.store.read(|read| rows::differs(read, &cloud.volumes, &self.folder, &self.found))
    }

    /// True if the rows do not differ and come from an earlier visit.
    pub fn brings_nothing(&self, cloud: &Cloud) -> Result<bool> {
        let is_visited = |read: &Read| rows::is_visited(read, &cloud.volumes, &self.folder);
        Ok(self.differing(cloud)? == 0 && cloud.store.read(is_visited)?)
    }

    /// True if this program has changed nothing since.
    pub fn is_current(&self, cloud: &Cloud) -> bool {
        cloud.index.generation() == self.generation
    }
}
