//! What is kept out of sight: the recycle bin and old contents. Here: that rows and disk agree after a crash.

use super::{Cloud, index};
use crate::base::path::EntryName;
use crate::base::time::nanoseconds;
use crate::error::Result;
use crate::store::trash::{self, TrashRow};
use crate::store::versions::{self, VersionRow};
use std::sync::Arc;

impl Cloud {
    /// Gives rows to what lies in the bin without one (a crash came between the rename and its row), and says what else
    /// does not fit together. Nothing is removed.
    pub(super) fn mend_kept(&self) -> Result<Vec<String>> {
        let mut said = Vec::new();
        let known = self.store.read(trash::ids)?;
        for id in self.volume.trashed()?.into_iter().filter(|id| !known.contains(id)) {
            let Some(stat) = self.volume.stat_trash(&id)? else { continue };
            let entry = TrashRow {
                size_bytes: self.volume.usage_trash(&id)?.bytes,
                is_folder: stat.kind == crate::disk::Kind::Folder,
                owner: String::new(),
                path: String::new(),
                deleted_by: String::new(),
                id: id.clone(),
            };
            self.store.write(move |tx| trash::insert(tx, &entry))?;
            said.push(format!("in the bin without a note of where it was, kept: {id}"));
        }
        let known = self.store.read(versions::ids)?;
        for id in self.volume.versions()?.into_iter().filter(|id| !known.contains(id)) {
            said.push(self.mend_version(&id)?);
        }
        Ok(said)
    }

    /// Gives a row to an old content without one: the crash came between the replacement and its rows, so the index still
    /// knows the old content at the file's place. Where it does not, the content goes to the bin.
    fn mend_version(&self, id: &str) -> Result<String> {
        let Some((_, stat)) = self.volume.open_version(id)? else {
            return Ok(format!("not a file, left alone: .cloudlet/versions/{id}"));
        };
        let volume = Arc::clone(&self.volume);
        let found = self.store.read(|read| index::place_of_inode(read, &volume, stat.inode))?;
        let Some((node, path)) = found else {
            self.volume.move_version_to_trash(id)?;
            let entry = TrashRow {
                id: id.to_owned(),
                size_bytes: stat.size,
                is_folder: false,
                owner: String::new(),
                path: String::new(),
                deleted_by: String::new(),
            };
            self.store.write(move |tx| trash::insert(tx, &entry))?;
            return Ok(format!("an old content of an unknown file is in the bin now: {id}"));
        };
        let version = VersionRow {
            id: id.to_owned(),
            node,
            owner: path.first().map(EntryName::to_string).unwrap_or_default(),
            size_bytes: stat.size,
            modified_nanoseconds: nanoseconds(stat.modified),
            inode: stat.inode,
            created_by: String::new(),
        };
        self.store.write(move |tx| versions::insert(tx, &version))?;
        Ok(format!("an old content of {path} is a version of it now: {id}"))
    }
}
