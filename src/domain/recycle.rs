//! What is kept out of sight: the recycle bin and old contents. Here: that rows and disk agree after a crash.

use super::Cloud;
use crate::error::Result;
use crate::store::trash::{self, TrashRow};
use crate::store::versions;

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
            said.push(format!(
                "an old content without a note of whose it was, kept: .cloudlet/versions/{id}"
            ));
        }
        Ok(said)
    }
}
