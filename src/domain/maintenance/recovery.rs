//! What is kept out of sight after a crash: rows and content of the recycle bin and of old contents are made to agree.
//! No content is ever removed here.

use crate::base::path::{CloudPath, EntryName};
use crate::base::root::Root;
use crate::base::time::nanoseconds;
use crate::disk::{Kind, Location, Stat, Unfinished, Volume};
use crate::domain::Cloud;
use crate::domain::files::recycle_bin::free_name;
use crate::domain::index::moved;
use crate::domain::volumes::findings::skip;
use crate::error::{Reason, Result};
use crate::store::Write;
use crate::store::disks::Disk;
use crate::store::index;
use crate::store::trash::{self, NewTrash};
use crate::store::uploads::{self, UploadRow};
use crate::store::versions::{self, NewVersion};
use std::collections::HashSet;
use std::sync::Arc;

impl Cloud {
    /// Does this for volumes that have come since the start.
    pub fn mend_what_came(&self) -> Result<()> {
        self.mend_unfinished();
        for (top, volume) in self.volumes.take_unmended() {
            for sentence in self.mend_kept(&top, &volume)? {
                log::info!("on a disk that is there again: {sentence}");
            }
        }
        Ok(())
    }

    /// Tries again what failed half-way, and gives rows to what it left: the calls have failed, so
    /// nobody else does.
    pub fn mend_unfinished(&self) {
        for (top, volume) in self.volumes.with_unfinished() {
            let (finished, errors) = volume.finish_unfinished();
            for work in finished {
                match self.mend_finished(&top, &volume, &work) {
                    Ok(sentence) => log::info!("finished: {}", sentence.unwrap_or_else(|| work.to_string())),
                    Err(error) => {
                        log::debug!("has no row yet: {work}: {error}");
                        volume.note_unfinished(work);
                    }
                }
            }
            errors.into_iter().for_each(|error| log::debug!("still not finished: {error}"));
        }
    }

    fn mend_finished(&self, top: &CloudPath, volume: &Volume, work: &Unfinished) -> Result<Option<String>> {
        let disk = Disk::of_root(&self.root_of(top)?);
        match work {
            Unfinished::Replacement { keep_as: id, .. } => {
                let is_known = self.store.read(|read| versions::ids(read, &disk))?.contains(id);
                let is_kept = !is_known && volume.stat(Location::Version(id))?.is_some();
                is_kept.then(|| self.mend_version(top, volume, id)).transpose()
            }
            Unfinished::Deletion { id } => {
                let (root, known) = (CloudPath::root(), self.store.read(|read| trash::ids(read, &disk))?);
                let spot = Location::Trash(id, &root);
                let Some(stat) = volume.stat(spot)?.filter(|_| !known.contains(id)) else { return Ok(None) };
                let bytes = volume.usage(spot)?.bytes;
                self.mend_trash(top, id, &stat, bytes).map(Some)
            }
        }
    }

    /// Gives rows to what lies there without one (a crash came between the rename and its row), takes away the rows of
    /// what is no longer there (it came before the row went), and says so. Of one volume, which must be there.
    pub(in crate::domain) fn mend_kept(&self, top: &CloudPath, volume: &Volume) -> Result<Vec<String>> {
        let mut said = Vec::new();
        let root = CloudPath::root();
        let disk = Disk::of_root(&self.root_of(top)?);
        let known = self.store.read(|read| trash::ids(read, &disk))?;
        for id in volume.trashed()?.into_iter().filter(|id| !known.contains(id)) {
            let spot = Location::Trash(&id, &root);
            let stat = volume.stat(spot).or_else(|error| skip(volume, spot, error))?;
            let Some(stat) = stat else { continue };
            said.push(self.mend_trash(top, &id, &stat, volume.usage(spot)?.bytes)?);
        }
        let known = self.store.read(|read| versions::ids(read, &disk))?;
        for id in volume.versions()?.into_iter().filter(|id| !known.contains(id)) {
            said.push(self.mend_version(top, volume, &id)?);
        }
        self.forget_gone(&disk, volume, &mut said)?;
        Ok(said)
    }

    /// Gives a row to an entry of the bin without one: the crash came between the deletion and its rows, so the index still
    /// knows the entry where it was.
    fn mend_trash(&self, top: &CloudPath, id: &str, stat: &Stat, size_bytes: u64) -> Result<String> {
        let volumes = Arc::clone(&self.volumes);
        let found = self.store.read(|read| moved::left_its_place(read, &volumes, top, stat))?;
        let Some((node, path)) = found else {
            self.note_unknown(self.root_of(top)?, id, stat.kind == Kind::Folder, size_bytes)?;
            return Ok(format!("in the bin without a note of where it was, kept: {id}"));
        };
        let entry = NewTrash {
            id: id.to_owned(),
            owner: self.root_of(&path)?,
            path: path.real_text(),
            node: Some(node),
            is_folder: stat.kind == Kind::Folder,
            size_bytes,
            deleted_by: String::new(),
        };
        let name = path.leaf().map(EntryName::to_string).unwrap_or_default();
        self.store.write(move |tx| {
            index::move_to_bin(tx, node, &entry.id)?;
            let name = free_name(tx, &entry, &name)?;
            trash::insert(tx, &entry, &name)
        })?;
        Ok(format!("{} is in the bin now: {id}", path.real_text()))
    }

    /// The unfinished uploads of the last run. The row of one that was finished goes: the crash came before that.
    pub(in crate::domain) fn unfinished_uploads(&self) -> Result<Vec<UploadRow>> {
        let (mut staged, present) = (HashSet::new(), self.volumes.present());
        for (_, volume) in &present {
            staged.extend(volume.stages()?.into_iter().map(|(id, _)| id));
        }
        // What lies on a disk that is not there is not known to be finished.
        let is_present = |upload: &UploadRow| {
            let path = CloudPath::parse(&upload.path);
            path.is_ok_and(|path| present.iter().any(|(top, _)| self.volumes.are_together(top, &path)))
        };
        let rows = self.store.read(uploads::all)?;
        let (unfinished, finished): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|upload| staged.contains(&upload.id) || !is_present(upload));
        if !finished.is_empty() {
            let delete =
                move |tx: &Write| finished.iter().try_for_each(|upload| uploads::delete(tx, &upload.id));
            self.store.write(delete)?;
        }
        Ok(unfinished)
    }

    /// Rows whose content is not there: it was restored or removed for good, and the crash came before the row went.
    fn forget_gone(&self, disk: &Disk, volume: &Volume, said: &mut Vec<String>) -> Result<()> {
        // The rows first: what comes into the bin meanwhile has a row that is not among these.
        let rows = self.store.read(|read| trash::on_disk(read, disk))?;
        let there = volume.trashed()?;
        for row in rows.into_iter().filter(|row| !there.contains(&row.id)) {
            said.push(format!("no longer in the bin: {}", row.path));
            self.store.write(move |tx| {
                // It may have been restored since.
                if trash::by_id(tx, &row.id)?.is_none() {
                    return Ok(());
                }
                // Where the file is found again, its row is known by the inode.
                row.node.map_or(Ok(()), |node| index::mark_missing(tx, node))?;
                trash::delete(tx, &row.id)
            })?;
        }
        let ids = self.store.read(|read| versions::ids(read, disk))?;
        let there = volume.versions()?;
        for id in ids.into_iter().filter(|id| !there.contains(id)) {
            said.push(format!("no longer an old content: {id}"));
            self.store.write(move |tx| versions::delete(tx, &id))?;
        }
        Ok(())
    }

    /// Gives a row to an old content without one: the crash came between the replacement and its rows, so the index still
    /// knows the old content at the file's place. Where it does not, the content goes to the bin.
    fn mend_version(&self, top: &CloudPath, volume: &Volume, id: &str) -> Result<String> {
        let spot = Location::Version(id);
        // What cannot be read now is looked at again by the next start.
        let opened = volume.open_file(spot).map(|opened| opened.map(|(_, stat)| stat));
        let Some(stat) = opened.or_else(|error| skip(volume, spot, error))? else {
            return Ok(format!("no file that can be read, left alone: .cloudlet/versions/{id}"));
        };
        let volumes = Arc::clone(&self.volumes);
        let found = self.store.read(|read| moved::place_of_inode(read, &volumes, top, stat.inode))?;
        let Some((node, path)) = found else {
            match volume.move_version_to_trash(id) {
                Err(error) if error.reason == Some(Reason::Exists) => {
                    return Ok(format!("its id is taken in the bin, left alone: .cloudlet/versions/{id}"));
                }
                moved => moved?,
            }
            self.note_unknown(self.root_of(top)?, id, false, stat.size)?;
            return Ok(format!("an old content of an unknown file is in the bin now: {id}"));
        };
        let version = NewVersion {
            id: id.to_owned(),
            node,
            former: Some(node),
            owner: self.root_of(&path)?,
            size_bytes: stat.size,
            modified_nanoseconds: nanoseconds(stat.modified),
            changed_nanoseconds: None,
            inode: stat.inode,
            former_changed_nanoseconds: None,
            written_by: String::new(),
            written_how: String::new(),
            created_by: String::new(),
        };
        self.store.write(move |tx| versions::insert(tx, &version))?;
        Ok(format!("an old content of {} is a version of it now: {id}", path.real_text()))
    }

    fn note_unknown(&self, owner: Root, id: &str, is_folder: bool, size_bytes: u64) -> Result<()> {
        let entry = NewTrash { id: id.to_owned(), owner, is_folder, size_bytes, ..NewTrash::default() };
        self.store.write(move |tx| trash::insert(tx, &entry, &entry.id))
    }
}
