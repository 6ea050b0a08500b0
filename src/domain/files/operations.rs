//! Operations on files and folders, as their users see them: listing, making, moving, copying,
//! deleting.
//!
//! Functions that change something take a proof of the right, and return the rows to commit.

use crate::base::ids::object_id;
use crate::base::path::{CloudPath, EntryName};
use crate::base::root::Root;
use crate::base::shown_path::ShownPath;
use crate::base::time::from_seconds;
use crate::disk::{CopyEvent, CopyOptions, Kind, Moved, Stat, Volume};
use crate::domain::access::rights::{
    Deletable, Downloadable, Folder, Move, Reach, Readable, Replaceable, Rights, Writable,
};
use crate::domain::access::ways::Ways;
use crate::domain::accounts::actor::User;
use crate::domain::files::annotations::{self, Attached, Mark, Marks};
use crate::domain::files::copied_checksums;
use crate::domain::files::listing::{ListOptions, Part};
use crate::domain::files::location::{Located, node_of};
use crate::domain::files::lock_marks;
use crate::domain::files::locks::Purpose;
use crate::domain::files::recycle_bin::Deleted;
use crate::domain::index::rows;
use crate::domain::quota::entries::entries;
use crate::domain::quota::reservations::Reserved;
use crate::domain::volumes::findings::LeftOut;
use crate::domain::{Change, Cloud, CloudView, Undo};
use crate::error::{Code, Error, Reason, Result};
use std::collections::HashMap;
use std::sync::Arc;

/// A part of a folder.
pub struct Listing {
    pub folder: Reach,
    pub entries: Part,
    /// The annotations of the entries.
    pub marks: Marks,
    /// The locks of the entries.
    pub locks: lock_marks::Marks,
    /// Only for a recycle bin: facts about its entries, by their names.
    pub deleted: HashMap<String, Deleted>,
    ways: Ways,
    /// The user's rights to those entries for which they differ from the rights to the folder.
    changes: HashMap<EntryName, Rights>,
}

impl Listing {
    /// The user's rights to the entry with a name.
    pub fn rights_of(&self, name: &EntryName) -> Rights {
        if let Some(rights) = self.changes.get(name) {
            return *rights;
        }
        let below = || self.ways.below(&self.folder, std::slice::from_ref(name));
        let root = self.folder.is_above_roots().then(below).flatten();
        root.as_ref().unwrap_or(&self.folder).rights()
    }
}

/// One file or folder.
#[derive(Clone, Debug)]
pub struct Entry {
    pub reach: Reach,
    pub stat: Stat,
    /// The account that last wrote it here, if known.
    pub modified_by: Option<String>,
    /// The annotations, as the user sees them.
    pub mark: Mark,
    pub lock: lock_marks::Mark,
    /// Only for an entry of a recycle bin: facts about it.
    pub deleted: Option<Deleted>,
}

/// The old and the new path of a moved folder.
pub(in crate::domain) type MovedFolder = Option<(CloudPath, CloudPath)>;

impl CloudView<'_> {
    /// The entries of a folder; `None` if there is no such folder. Folders above the roots list the
    /// roots that the user has.
    pub fn list(&self, user: &User, folder: &Readable, options: &ListOptions) -> Result<Option<Listing>> {
        let (path, ways) = (folder.real(), self.ways(user)?);
        let mut deleted = self.all_deleted(&ways, folder)?;
        let mut changes = ways.changes_in(folder);
        for (name, entry) in deleted.iter().filter(|(_, entry)| entry.rights != folder.rights()) {
            changes.insert(EntryName::parse(name)?, entry.rights);
        }
        deleted.retain(|_, entry| entry.rights.has(Rights::READ));
        let hidden = changes.iter().filter(|(_, rights)| !rights.has(Rights::READ));
        let hidden = hidden.map(|(name, _)| name.clone()).collect();
        let options = &ListOptions { filter: options.filter.clone().without(hidden), ..options.clone() };
        let entries = if folder.is_above_roots() {
            Part::of_found(&self.roots_in(user, folder)?, options)?
        } else if path.is_in_bin() {
            let Some(found) = self.cloud.list(path)? else { return Ok(None) };
            Part::of_found(&found, options)?
        } else {
            let Some(part) = self.cloud.part(user, folder, options)? else { return Ok(None) };
            part
        };
        let mut marks = self.marks_in(user, &ways, folder, &entries)?;
        marks.add_sizes(&deleted);
        let locks = self.marks(user, folder)?;
        let folder = Reach::clone(folder);
        Ok(Some(Listing { folder, entries, marks, locks, deleted, ways, changes }))
    }

    /// A file or folder; `None` if there is none.
    pub fn entry(&self, user: &User, entry: &Readable) -> Result<Option<Entry>> {
        let (path, reach) = (entry.real(), Reach::clone(entry));
        let Some(located) = self.cloud.locate_reached(entry)? else { return Ok(None) };
        let Some(stat) = self.cloud.stat_of(path, &located)? else { return Ok(None) };
        // The version is read first: after a change in between, the answer looks too old, never too
        // new.
        let (version, ways) = (self.cloud.store.version()?, self.ways(user)?);
        let attached = self.cloud.store.read(|read| {
            let Some(node) = node_of(&self.cloud.volumes, read, &located)? else {
                return Ok(Attached::default());
            };
            let mark = annotations::of_entry(read, user, &ways, entry, &node)?;
            Ok(Attached { modified_by: node.modified_by, mark })
        })?;
        if matches!(located, Located::Files(_)) {
            self.cloud.remembered.put(version, user, entry, &attached);
        }
        let lock = self.lock_mark(user, entry)?;
        let deleted = if path.is_in_bin() { Deleted::of(self, &located, &ways, entry)? } else { None };
        let Attached { modified_by, mark } = attached;
        let size = deleted.as_ref().map_or(mark.size, |deleted| Some(deleted.size));
        let mark = annotations::with_sharing(Mark { size, ..mark }, &reach, self.grants()?.as_ref());
        Ok(Some(Entry { reach, stat, modified_by, mark, lock, deleted }))
    }

    /// A file or folder, if this needs no waiting: the kernel has the disk's values in memory, and
    /// the server has the database's.
    pub fn entry_at_once(&self, user: &User, entry: &Readable) -> Option<Entry> {
        let (path, reach) = (entry.real(), Reach::clone(entry));
        if path.is_in_bin() {
            return None;
        }
        let lock = self.lock_mark_at_once(user)?;
        let version = self.cloud.store.version().ok()?;
        let Attached { modified_by, mark } = self.cloud.remembered.get(version, user, entry)?;
        let stat = self.cloud.volumes.stat_at_once(path)?;
        let mark = annotations::with_sharing(mark, &reach, self.grants_at_once()?.as_ref());
        Some(Entry { reach, stat, modified_by, mark, lock, deleted: None })
    }

    /// The folders below an entry that its user may not download: as they are named, and their
    /// paths below it.
    fn withheld_below(&self, user: &User, top: &Reach) -> Result<(LeftOut, Vec<Vec<u8>>)> {
        let ways = self.ways(user)?;
        let (mut left_out, mut without) = (LeftOut::default(), Vec::new());
        for place in ways.lacking_below(top, Rights::READ.with(Rights::DOWNLOAD)) {
            if self.cloud.volumes.stat(&place)?.is_none() {
                continue;
            }
            let names: Vec<&str> =
                place.parts().iter().skip(top.real().parts().len()).map(EntryName::as_str).collect();
            let below = names.join("/");
            without.push(below.clone().into_bytes());
            left_out.withhold(below, ways.seen_in(top, &place).is_some());
        }
        Ok((left_out, without))
    }

    /// True if there is an entry; with `ignoring_case`, also for another case of its last name.
    pub fn exists(&self, user: &User, path: &Readable, ignoring_case: bool) -> Result<bool> {
        let path = path.real();
        if self.cloud.stat(path)?.is_some() {
            return Ok(true);
        }
        let (Some(above), Some(leaf), true) = (path.parent(), path.leaf(), ignoring_case) else {
            return Ok(false);
        };
        let wanted = leaf.as_str().to_lowercase();
        let (found, ways) = (self.cloud.list(&above)?.unwrap_or_default(), self.ways(user)?);
        let is_wanted = |name: &EntryName| name.as_str().to_lowercase() == wanted;
        let is_seen = |name: &EntryName| above.join(name).is_ok_and(|place| ways.seen(&place).is_some());
        Ok(found.iter().any(|entry| is_wanted(&entry.name) && is_seen(&entry.name)))
    }

    /// The place of a name in a folder. If an entry with the name exists, it has the disk's
    /// spelling, otherwise Unicode normalization form C.
    ///
    /// # Errors
    /// `Code::Invalid` for a name that a new entry cannot have.
    pub fn new_place(&self, folder: &Folder, name: &EntryName) -> Result<Writable> {
        let place = self.place_of_same_name(folder, name)?;
        if let Err(error) = name.check_new() {
            self.cloud.volumes.stat(place.real())?.ok_or(error)?;
        }
        Ok(place)
    }

    /// The place of new content in a folder: as [`CloudView::new_place`], or a single shared file
    /// in the folder that lists it.
    pub fn place_of_content(&self, user: &User, folder: &ShownPath, name: &EntryName) -> Result<Replaceable> {
        let above = self.reach(user, folder)?;
        if above.is_above_roots() {
            let shared = self.reach(user, &folder.join(name)?).and_then(Reach::replaceable);
            let is_file = |stat: Stat| stat.kind == Kind::File;
            if let Ok(shared) = shared {
                if self.cloud.stat(shared.real())?.is_some_and(is_file) {
                    return Ok(shared);
                }
            }
        }
        Ok(Replaceable::clone(&*self.new_place(&above.folder()?, name)?))
    }

    /// The place in a folder of an entry that keeps its name.
    pub fn place_of_same_name(&self, folder: &Folder, name: &EntryName) -> Result<Writable> {
        folder.place(&self.cloud.volumes.name_in(folder.real(), name)?)
    }

    /// The place in a folder of an entry that gets another name, which may be another spelling of
    /// its own.
    pub fn new_place_of(&self, from: &Writable, folder: &Folder, name: &EntryName) -> Result<Writable> {
        let keeps_name = from.real().leaf() == Some(name);
        let place = match keeps_name {
            true => self.place_of_same_name(folder, name)?,
            false => self.new_place(folder, name)?,
        };
        if place == *from { folder.place(&name.nfc()) } else { Ok(place) }
    }
}

impl Cloud {
    /// Makes a folder, and the folders `further` below it. `modified` is in seconds since 1970 UTC.
    ///
    /// # Errors
    /// `Code::Conflict` if the name is taken, `Code::NotFound` if the folder above is missing.
    pub fn create_folder(
        &self,
        user: &User,
        place: &Writable,
        further: &[EntryName],
        modified: Option<i64>,
    ) -> Result<Change<Stat>> {
        let top = place.real().clone();
        further.iter().try_for_each(EntryName::check_new)?;
        let changing = self.begin_change(user, &[place])?;
        self.take_entries(&self.root_of(&top)?, 1 + further.len() as u64)?;
        let mut stat = self.volumes.create_folder(&top, modified.map(from_seconds))?;
        let path = self.volumes.path_below(&top, further)?;
        if path != top {
            stat = self.volumes.create_folders(&path)?;
        }
        let (rows, by, volume) = (self.rows(), user.name().to_owned(), self.volumes.of(&top)?);
        let made = path.clone();
        let from = top.clone();
        let change = Change::new(move |tx| rows.record_made(tx, &from, &path, &stat, &by).map(|_| stat));
        Ok(change.holding(changing).undone_by(move || {
            let mut folder = Some(made);
            while let Some(path) = folder.filter(|path| path.starts_with(&top)) {
                if let Err(error) = volume.remove_empty_folder(&path) {
                    log::warn!("the new folder {} stays: {error}", path.real_text());
                    return;
                }
                folder = path.parent();
            }
        }))
    }

    /// The folder below a folder. Missing folders are made.
    pub fn folder_below(&self, user: &User, folder: &Folder, below: &[EntryName]) -> Result<Folder> {
        folder.there(self.volumes.stat(folder.real())?)?;
        let folder = self.view().folder(user, &folder.shown().below(below)?)?;
        if self.volumes.stat(folder.real())?.is_some_and(|stat| stat.kind == Kind::Folder) {
            return Ok(folder);
        }
        below.iter().try_for_each(EntryName::check_new)?;
        let _changing = self.begin_change(user, &[&folder])?;
        self.take_entries(&self.root_of(folder.real())?, below.len() as u64)?;
        let first_new = self.first_missing(folder.real())?;
        self.volumes.create_folders(folder.real())?;
        let (rows, path) = (self.rows(), folder.real().clone());
        self.store.write_later(move |tx| rows.nothing_else_is_in(tx, &first_new, &path));
        Ok(folder)
    }

    /// The first folder on the way to a missing one that is missing, too.
    fn first_missing(&self, missing: &CloudPath) -> Result<CloudPath> {
        let mut first = missing.clone();
        while let Some(above) = first.parent() {
            if above.is_above_roots() || self.volumes.stat(&above)?.is_some() {
                break;
            }
            first = above;
        }
        Ok(first)
    }

    /// As [`Cloud::rename`], but unfinished uploads below the entry stay where they are. Returns
    /// the paths of a folder that was moved on its disk, among the files.
    pub(in crate::domain) fn rename_entry(
        &self,
        user: &User,
        change: &Move,
        replace: bool,
    ) -> Result<(Change<Stat>, MovedFolder)> {
        let from = change.from();
        self.view().check_below(user, from, change.wanted())?;
        let located = from.there(self.locate_reached(from)?)?;
        let owner = self.root_of(change.to().real())?;
        self.move_located(user, change, located, &owner, replace)
    }

    /// The same for an entry that is located already, to a place that belongs to `owner`.
    pub(in crate::domain) fn move_located(
        &self,
        user: &User,
        change: &Move,
        located: Located<'_>,
        owner: &Root,
        replace: bool,
    ) -> Result<(Change<Stat>, MovedFolder)> {
        let (from, to) = (change.from(), change.to());
        let changing = self.begin_change(user, &[from, to])?;
        match located {
            Located::Trash(_) if !replace => {}
            Located::Trash(_) => self.check_may_fill(user, to)?,
            _ => self.check_not_held(user)?,
        }
        if !self.volumes.are_together(from.real(), to.real()) {
            return Ok((self.move_across(user, change, located, owner, replace, changing)?, None));
        }
        let reserved = self.check_room_of_move(from, &located, to, owner)?;
        let replacement = self.begin_replacement(user, to, changing, reserved);
        let replacement = match located {
            Located::Files(_) => replacement.moved_from(from.real()),
            _ => replacement,
        };
        let volume = self.volumes.of(to.real())?;
        let done = volume.rename(located.spot()?, to.real(), replace, Some(&replacement.version))?;
        let (former, to) = (from.real().clone(), to.real().clone());
        // A move that has replaced something is not undone: both contents are kept, and the next
        // visit updates the index.
        let undo = done.kept.is_none().then(|| Cloud::moving_back(&volume, &to, &former, &located));
        let is_folder = done.stat.kind == Kind::Folder && matches!(located, Located::Files(_));
        let folder = is_folder.then(|| (former.clone(), to.clone()));
        let moved = Moved { before: done.moved.unwrap_or(done.stat), now: done.stat };
        let change = if let Located::Trash(trashed) = located {
            let taken_out = self.taken_out(trashed, &to, moved, user.name())?;
            replacement.record_as(&done, move |tx, _, _, _| taken_out(tx))
        } else {
            replacement.record_as(&done, move |tx, rows, to, by| rows.moved(tx, &former, to, &moved, by))
        };
        let change = change.telling(done.stat);
        let change = match undo {
            Some(undo) => change.undone_by(undo),
            None => change,
        };
        Ok((change, folder))
    }

    /// Refuses a move on one disk if paths would become too long at the new place. If the entry
    /// goes to another root, its bytes are reserved within the limits of that root.
    fn check_room_of_move(
        &self,
        from: &Reach,
        located: &Located<'_>,
        to: &Reach,
        owner: &Root,
    ) -> Result<Reserved> {
        let reserved = if located.root(self)? == *owner {
            self.reserve_nothing(owner)
        } else {
            let held = from.there(self.usage_of(from.real(), located)?)?;
            self.take_entries(owner, entries(&held))?;
            self.reserve_for_move(owner, held.bytes)?
        };
        // Only a move to a deeper place, or out of a bin, is checked, because counting a large
        // folder takes time.
        if to.real().parts().len() > from.real().parts().len() || from.real().is_in_bin() {
            self.held_in_reach(from, located, to)?;
        }
        Ok(reserved)
    }

    /// Moves an entry back to its old place.
    fn moving_back(
        volume: &Arc<Volume>,
        path: &CloudPath,
        former: &CloudPath,
        located: &Located<'_>,
    ) -> Undo {
        let (volume, path, former) = (Arc::clone(volume), path.clone(), former.clone());
        let trashed = match located {
            Located::Trash(trashed) => Some((trashed.row.id.clone(), trashed.below.is_root())),
            _ => None,
        };
        Box::new(move || {
            let moved = match &trashed {
                None => volume.rename(&path, &former, false, None).map(drop),
                Some((id, true)) => volume.trash(&path, id).map(drop),
                // The entry was a part of a deleted one. The next visit finds it at its new place.
                Some((_, false)) => Ok(()),
            };
            if let Err(error) = moved {
                let (path, former) = (path.real_text(), former.real_text());
                log::error!("{path} could not be moved back to {former}: {error}");
            }
        })
    }

    /// Copies a file, or a folder with everything below it. A folder never replaces anything. The
    /// change tells which entries were left out, because they cannot be read or may not be
    /// downloaded. The paths of those that may not be downloaded are also returned at once, for the
    /// audit log, even if the user may not know of them.
    ///
    /// # Errors
    /// As [`Cloud::rename`]; `Code::Full` if it does not fit.
    pub fn copy(
        &self,
        user: &User,
        from: &Downloadable,
        to: &Writable,
        replace: bool,
    ) -> Result<(Change<LeftOut>, Vec<String>)> {
        if to.real() != from.real() && to.real().starts_with(from.real()) {
            return Err(Error::new(Code::Invalid, "A folder cannot be copied into itself.")
                .for_reason(Reason::IntoItself));
        }
        let (mut left_out, without) = self.view().withheld_below(user, from)?;
        let withheld = left_out.withheld.clone();
        self.view().check_unlocked(user, from, Purpose::Read)?;
        let changing = self.begin_change(user, &[to])?;
        if replace {
            self.check_may_fill(user, to)?;
        }
        let located = from.there(self.locate_reached(from)?)?;
        let (_, reserved) = self.room_for_copy(from, &located, to, &self.root_of(to.real())?)?;
        let replacement = self.begin_replacement(user, to, changing, reserved);
        let keep_as = Some(replacement.version.clone());
        let options = CopyOptions { id: object_id(), replace, keep_as, is_whole: false, without };
        let (source, target) = (located.volume(&self.volumes)?, self.volumes.of(to.real())?);
        let mut files = self.copied_files(&target, false);
        let mut each = |event: CopyEvent<'_>| {
            match event {
                CopyEvent::Continuing => return self.check_may_go_on(user),
                CopyEvent::File(_) => files.note(&event),
                CopyEvent::LeftOut { below, obstacle } => {
                    left_out.add(String::from_utf8_lossy(below).into_owned(), obstacle);
                }
            }
            Ok(())
        };
        let done = target.copy_from(&source, located.spot()?, to.real(), options, &mut each)?;
        let original = self.source_node(&located)?;
        let copied = done.copied.zip(original).filter(|_| self.config().checksums);
        let handover = self.handover(files, original, to.real(), false);
        let change = replacement.record(&done).and_then(move |tx, node| {
            let Some((source, original)) = copied else { return Ok(()) };
            copied_checksums::hand_on(tx, original, &rows::facts(&source), node, &rows::facts(&done.stat))
        });
        let change = change.telling(left_out);
        let change =
            change.completed_by(move |cloud| handover.into_iter().for_each(|handover| handover.run(cloud)));
        Ok((change, withheld))
    }

    /// Moves a file or folder into the recycle bin, and returns its path there if its user sees
    /// that bin. An entry that is in the bin already is removed permanently, and `None` is returned.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such entry.
    pub fn delete(&self, user: &User, path: &Deletable) -> Result<Change<Option<ShownPath>>> {
        // The user who deletes an entry will see it in the bin.
        self.view().check_below(user, path, Rights::READ.with(Rights::DELETE))?;
        let changing = self.begin_change(user, &[path])?;
        let change = if path.real().is_in_bin() {
            self.check_not_held(user)?;
            self.purge_path(path)?.telling(None)
        } else {
            let ways = self.view().ways(user)?;
            let binned = self.delete_to_bin(user, path)?;
            binned.map(move |place| ways.seen(&place).map(|seen| seen.shown().clone()))
        };
        Ok(change.holding(changing))
    }
}
