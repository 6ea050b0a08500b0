//! Takes new content away again, because its rows could not be committed: on a full disk, nothing
//! stays of a refused call.

use crate::base::ids::object_id;
use crate::base::path::CloudPath;
use crate::disk::{Location, Stat, Unfinished};
use crate::domain::index::lookup::find;
use crate::domain::volumes::registry::Volumes;
use crate::error::Result;
use crate::store::{Store, versions};
use std::sync::Arc;

/// A file whose content was exchanged on the disk, while the rows of this are not committed yet.
pub(super) struct Exchanged {
    pub store: Arc<Store>,
    pub volumes: Arc<Volumes>,
    pub file: CloudPath,
    pub new: Stat,
    /// The id of the version that the old content is now.
    pub old: String,
    /// The id under which the new content was a version before; `None` if this call has made it.
    pub was_version: Option<String>,
}

impl Exchanged {
    /// Exchanges the contents again, because the call is refused.
    pub fn undo(self) {
        if let Err(error) = self.put_back() {
            log::error!("{} keeps the content of a refused call: {error}", self.file.real_text());
            self.note(&self.old);
        }
    }

    fn put_back(&self) -> Result<()> {
        // A commit can fail after it is done.
        if self.store.read(|read| versions::kept_by_id(read, &self.old))?.is_some() {
            return Ok(());
        }
        let volume = self.volumes.of(&self.file)?;
        let aside = self.was_version.clone().unwrap_or_else(object_id);
        let put_aside = volume.swap_back(&self.old, &self.file, &self.new, &aside)?;
        let is_new = put_aside.content_id() == self.new.content_id();
        // What another program has written to at the last moment is kept.
        if self.was_version.is_none() && !(is_new && volume.purge_version(&aside).is_ok()) {
            self.note(&aside);
        }
        Ok(())
    }

    /// Notes a version that has no row. It gets one when the database can be written again.
    pub fn note(&self, version: &str) {
        match self.volumes.of(&self.file) {
            Ok(volume) => volume.note_unfinished(Unfinished::version_without_row(version, &self.file)),
            Err(error) => log::error!("the version {version} has a row only after the next start: {error}"),
        }
    }
}

/// A new file, while its rows are not committed yet.
pub(super) struct Added {
    pub store: Arc<Store>,
    pub volumes: Arc<Volumes>,
    pub file: CloudPath,
    pub new: Stat,
}

impl Added {
    /// Removes the file, because the call that has made it is refused.
    pub fn undo(self) {
        if let Err(error) = self.remove() {
            log::error!("{} stays, although its call is refused: {error}", self.file.real_text());
        }
    }

    fn remove(&self) -> Result<()> {
        // A commit can fail after it is done.
        let row = self.store.read(|read| find(read, &self.volumes, &self.file))?;
        if row.is_some_and(|row| row.facts.inode == self.new.inode) {
            return Ok(());
        }
        let (volume, id, top) = (self.volumes.of(&self.file)?, object_id(), CloudPath::root());
        let moved = volume.trash(&self.file, &id)?;
        let removed = match moved.before.content_id() == self.new.content_id() {
            true => volume.purge_trash(&id, &top).map(drop),
            // Another program has written to it.
            false => volume.rename(Location::Trash(&id, &top), &self.file, false, None).map(drop),
        };
        removed.inspect_err(|_| volume.note_unfinished(Unfinished::Deletion { id }))
    }
}
