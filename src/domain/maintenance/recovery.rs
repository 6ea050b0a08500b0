//! Repairs hidden data after a crash: rows and contents of the recycle bin and of versions are made
//! to agree. No content is ever removed here.

use crate::base::limits::DISK_START_TIME;
use crate::base::path::{CloudPath, EntryName};
use crate::base::root::Root;
use crate::base::time::nanoseconds;
use crate::disk::{Kind, Location, Stat, Unfinished, Volume};
use crate::domain::files::recycle_bin::free_name;
use crate::domain::index::lookup::find;
use crate::domain::index::moved;
use crate::domain::volumes::apart::apart;
use crate::domain::volumes::findings::skip;
use crate::domain::{Call, Cloud};
use crate::error::{Code, Reason, Result};
use crate::store::Write;
use crate::store::disks::Disk;
use crate::store::index;
use crate::store::trash::{self, NewTrash};
use crate::store::uploads::{self, UploadRow};
use crate::store::versions::{self, NewVersion};
use std::collections::HashSet;
use std::sync::Arc;

impl Cloud {
    /// Repairs volumes that have come since the start.
    pub fn mend_what_came(&self) -> Result<()> {
        self.mend_unfinished();
        for top in self.volumes.unmended() {
            match self.mend_one(&top) {
                Ok(said) => {
                    said.iter().for_each(|sentence| log::info!("on a disk that is there again: {sentence}"));
                }
                // The other volumes do not wait for it.
                Err(error) => log::warn!("{} is compared with its rows later: {error}", top.real_text()),
            }
        }
        Ok(())
    }

    /// Repairs the volumes that are present at the start. The others, and those that do not answer
    /// within a moment, are repaired later.
    pub fn mend_at_start(self: &Arc<Cloud>) -> Result<()> {
        for top in self.volumes.unmended() {
            let (cloud, on) = (Arc::clone(self), top.clone());
            match apart(DISK_START_TIME, move || cloud.mend_one(&on)) {
                Ok(Some(said)) => {
                    said.iter().for_each(|sentence| log::info!("after the last stop: {sentence}"));
                }
                Ok(None) => log::warn!("the start does not wait for the disk of {}", top.real_text()),
                // A further disk that fails holds up its own files alone. It is compared when it is
                // next there.
                Err(error) if error.code == Code::Offline || top != CloudPath::root() => {
                    log::error!("the start goes on without the disk of {}: {error}", top.real_text());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn mend_one(&self, top: &CloudPath) -> Result<Vec<String>> {
        Ok(self.volumes.mend(top, |volume| self.mend_kept(top, volume))?.unwrap_or_default())
    }

    /// Ends a call that works on disks. Work that it has left unfinished is tried again.
    pub fn end_disk_work<T>(&self, call: Call<'_>, result: &Result<T>) {
        call.end(result);
        self.mend_unfinished();
    }

    /// Finishes failed work and gives rows to its contents. The calls have ended, so nobody else
    /// does this.
    pub(in crate::domain) fn mend_unfinished(&self) {
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
            Unfinished::Replacement { keep_as: id, file, .. } => {
                let is_known = self.store.read(|read| versions::kept_by_id(read, id))?.is_some();
                let is_kept = !is_known && volume.stat(Location::Version(id))?.is_some();
                is_kept.then(|| self.mend_version(top, volume, id, file.as_ref())).transpose()
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

    /// Repairs one volume, which must be present. Content without a row gets one (the crash came
    /// between the rename and its row); rows without content are removed (the crash came before the
    /// row was removed). Each repair is reported.
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
            said.push(self.mend_version(top, volume, &id, None)?);
        }
        self.forget_gone(&disk, volume, &mut said)?;
        Ok(said)
    }

    /// Gives an entry of the bin a row: the crash came between the deletion and its rows, so the
    /// index still has the entry at its old place.
    fn mend_trash(&self, top: &CloudPath, id: &str, stat: &Stat, size_bytes: u64) -> Result<String> {
        let volumes = Arc::clone(&self.volumes);
        let found = self.store.read(|read| moved::left_its_place(read, &volumes, top, stat))?;
        let Some((node, path)) = found else {
            self.note_unknown(self.root_of(top)?, id, stat.kind == Kind::Folder, size_bytes)?;
            return Ok(format!("in the bin without its former path, kept: {id}"));
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

    /// The unfinished uploads of the last run. Rows of finished uploads are removed: the crash came
    /// before that.
    pub(in crate::domain) fn unfinished_uploads(&self) -> Result<Vec<UploadRow>> {
        let present = self.volumes.stages_at_start()?;
        let staged: HashSet<&String> = present.iter().flat_map(|(_, stages)| stages).collect();
        // On a missing disk, nobody knows whether an upload was finished.
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

    /// Removes rows without content: it was restored or removed permanently, and the crash came before
    /// the row was removed.
    fn forget_gone(&self, disk: &Disk, volume: &Volume, said: &mut Vec<String>) -> Result<()> {
        // The rows are read first: entries that come into the bin meanwhile have rows that are not
        // among these.
        let rows = self.store.read(|read| trash::on_disk(read, disk))?;
        let there = volume.trashed()?;
        for row in rows.into_iter().filter(|row| !there.contains(&row.id)) {
            said.push(format!("no longer in the bin: {}", row.path));
            self.store.write(move |tx| {
                // The content may have been restored meanwhile.
                if trash::by_id(tx, &row.id)?.is_none() {
                    return Ok(());
                }
                // If the file is found again, its row is recognized by the inode.
                row.node.map_or(Ok(()), |node| index::mark_missing(tx, node))?;
                trash::delete(tx, &row.id)
            })?;
        }
        let ids = self.store.read(|read| versions::ids(read, disk))?;
        let there = volume.versions()?;
        for id in ids.into_iter().filter(|id| !there.contains(id)) {
            said.push(format!("no longer a version: {id}"));
            self.store.write(move |tx| versions::delete(tx, &id))?;
        }
        Ok(())
    }

    /// Gives a version a row: the crash came between the replacement and its rows, so the index
    /// still has the old content at the file's place. If it does not, and the file is unknown, the
    /// content goes to the bin.
    fn mend_version(
        &self,
        top: &CloudPath,
        volume: &Volume,
        id: &str,
        file: Option<&CloudPath>,
    ) -> Result<String> {
        let spot = Location::Version(id);
        // If it cannot be read now, the next start tries again.
        let opened = volume.open_file(spot).map(|opened| opened.map(|(_, stat)| stat));
        let Some(stat) = opened.or_else(|error| skip(volume, spot, error))? else {
            return Ok(format!("not a readable file, left alone: .cloudlet/versions/{id}"));
        };
        let volumes = Arc::clone(&self.volumes);
        let found =
            self.store.read(|read| match moved::place_of_inode(read, &volumes, top, stat.inode)? {
                Some(place) => Ok(Some(place)),
                // A visit has noted the new content meanwhile.
                None => file.map_or(Ok(None), |file| {
                    Ok(find(read, &volumes, file)?.map(|node| (node.id, file.clone())))
                }),
            })?;
        let Some((node, path)) = found else {
            match volume.move_version_to_trash(id) {
                Err(error) if error.reason == Some(Reason::Exists) => {
                    return Ok(format!("its id is taken in the bin, left alone: .cloudlet/versions/{id}"));
                }
                moved => moved?,
            }
            self.note_unknown(self.root_of(top)?, id, false, stat.size)?;
            return Ok(format!("a version of an unknown file is in the bin now: {id}"));
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
            name: self.store.read(|read| versions::name_of_live(read, node, &stat.content_id()))?,
        };
        self.store.write(move |tx| versions::insert(tx, &version))?;
        Ok(format!("an old content of {} is now one of its versions: {id}", path.real_text()))
    }

    fn note_unknown(&self, owner: Root, id: &str, is_folder: bool, size_bytes: u64) -> Result<()> {
        let entry = NewTrash { id: id.to_owned(), owner, is_folder, size_bytes, ..NewTrash::default() };
        self.store.write(move |tx| trash::insert(tx, &entry, &entry.id))
    }
}
