//! What is kept out of sight after a crash: rows and content of the recycle bin and of old contents are made to agree.
//! No content is ever removed here.

use super::recycle::free_name;
use super::{Cloud, index};
use crate::base::path::{CloudPath, EntryName};
use crate::base::time::nanoseconds;
use crate::disk::{Kind, Spot, Stat};
use crate::error::Result;
use crate::store::Write;
use crate::store::nodes;
use crate::store::trash::{self, NewTrash};
use crate::store::uploads::{self, UploadRow};
use crate::store::versions::{self, NewVersion};
use std::collections::HashSet;
use std::sync::Arc;

impl Cloud {
    /// Gives rows to what lies there without one (a crash came between the rename and its row), takes away the rows of
    /// what is no longer there (it came before the row went), and says so.
    pub(super) fn mend_kept(&self) -> Result<Vec<String>> {
        let mut said = Vec::new();
        let root = CloudPath::root();
        let known = self.store.read(trash::ids)?;
        for id in self.volume.trashed()?.into_iter().filter(|id| !known.contains(id)) {
            let spot = Spot::Trash(&id, &root);
            let Some(stat) = self.volume.stat(spot)? else { continue };
            said.push(self.mend_trash(&id, &stat, self.volume.usage(spot)?.bytes)?);
        }
        let known = self.store.read(versions::ids)?;
        for id in self.volume.versions()?.into_iter().filter(|id| !known.contains(id)) {
            said.push(self.mend_version(&id)?);
        }
        self.forget_gone(&mut said)?;
        Ok(said)
    }

    /// Gives a row to an entry of the bin without one: the crash came between the deletion and its rows, so the index still
    /// knows the entry where it was.
    fn mend_trash(&self, id: &str, stat: &Stat, size_bytes: u64) -> Result<String> {
        let volume = Arc::clone(&self.volume);
        let found = self.store.read(|read| index::left_its_place(read, &volume, stat))?;
        let Some((node, path)) = found else {
            self.note_unknown(id, stat.kind == Kind::Folder, size_bytes)?;
            return Ok(format!("in the bin without a note of where it was, kept: {id}"));
        };
        let entry = NewTrash {
            id: id.to_owned(),
            owner: path.first().map(EntryName::to_string).unwrap_or_default(),
            path: path.to_string(),
            node: Some(node),
            is_folder: stat.kind == Kind::Folder,
            size_bytes,
            deleted_by: String::new(),
        };
        let name = path.leaf().map(EntryName::to_string).unwrap_or_default();
        self.store.write(move |tx| {
            nodes::move_to_bin(tx, node, &entry.id)?;
            let name = free_name(tx, &entry, &name)?;
            trash::insert(tx, &entry, &name)
        })?;
        Ok(format!("{path} is in the bin now: {id}"))
    }

    /// The unfinished uploads of the last run. The row of one that was finished goes: the crash came before that.
    pub(super) fn unfinished_uploads(&self) -> Result<Vec<UploadRow>> {
        let staged: HashSet<String> = self.volume.stages()?.into_iter().map(|(id, _)| id).collect();
        let rows = self.store.read(uploads::all)?;
        let (unfinished, finished): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|upload| staged.contains(&upload.id));
        if !finished.is_empty() {
            let delete =
                move |tx: &Write| finished.iter().try_for_each(|upload| uploads::delete(tx, &upload.id));
            self.store.write(delete)?;
        }
        Ok(unfinished)
    }

    /// Rows whose content is not there: it was restored or removed for good, and the crash came before the row went.
    fn forget_gone(&self, said: &mut Vec<String>) -> Result<()> {
        let there = self.volume.trashed()?;
        for row in self.store.read(trash::all)?.into_iter().filter(|row| !there.contains(&row.id)) {
            said.push(format!("no longer in the bin: {}", row.path));
            self.store.write(move |tx| {
                // Where the file is found again, its row is known by the inode.
                row.node.map_or(Ok(()), |node| nodes::mark_missing(tx, node))?;
                trash::delete(tx, &row.id)
            })?;
        }
        let there = self.volume.versions()?;
        for id in self.store.read(versions::ids)?.into_iter().filter(|id| !there.contains(id)) {
            said.push(format!("no longer an old content: {id}"));
            self.store.write(move |tx| versions::delete(tx, &id))?;
        }
        Ok(())
    }

    /// Gives a row to an old content without one: the crash came between the replacement and its rows, so the index still
    /// knows the old content at the file's place. Where it does not, the content goes to the bin.
    fn mend_version(&self, id: &str) -> Result<String> {
        let Some((_, stat)) = self.volume.open_file(Spot::Version(id))? else {
            return Ok(format!("not a file, left alone: .cloudlet/versions/{id}"));
        };
        let volume = Arc::clone(&self.volume);
        let found = self.store.read(|read| index::place_of_inode(read, &volume, stat.inode))?;
        let Some((node, path)) = found else {
            self.volume.move_version_to_trash(id)?;
            self.note_unknown(id, false, stat.size)?;
            return Ok(format!("an old content of an unknown file is in the bin now: {id}"));
        };
        let version = NewVersion {
            id: id.to_owned(),
            node,
            owner: path.first().map(EntryName::to_string).unwrap_or_default(),
            size_bytes: stat.size,
            modified_nanoseconds: nanoseconds(stat.modified),
            inode: stat.inode,
            written_by: String::new(),
            written_how: String::new(),
            created_by: String::new(),
        };
        self.store.write(move |tx| versions::insert(tx, &version))?;
        Ok(format!("an old content of {path} is a version of it now: {id}"))
    }

    fn note_unknown(&self, id: &str, is_folder: bool, size_bytes: u64) -> Result<()> {
        let entry = NewTrash { id: id.to_owned(), is_folder, size_bytes, ..NewTrash::default() };
        self.store.write(move |tx| trash::insert(tx, &entry, &entry.id))
    }
}
