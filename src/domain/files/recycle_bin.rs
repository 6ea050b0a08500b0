//! The recycle bin: paths into it, taking entries out of it, and removing them permanently.
//!
//! Each account's files and each further volume have a bin, the folder `recyclebin`. It holds
//! deleted entries, each with a name of its own; below them, everything is as it was. Moving an
//! entry out restores it; deleting it there is final.

use crate::base::ids::object_id;
use crate::base::numbered::numbered;
use crate::base::path::{BIN_NAME, CloudPath, EntryName};
use crate::base::root::Root;
use crate::base::shown_path::ShownPath;
use crate::disk::{Kind, Location, Moved, Unfinished};
use crate::domain::access::rights::{Deletable, Reach, Rights};
use crate::domain::access::ways::Ways;
use crate::domain::accounts::actor::User;
use crate::domain::files::location::{Located, Trashed};
use crate::domain::files::locks;
use crate::domain::index::rows::{self, IndexRows};
use crate::domain::{Change, Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};
use crate::store::activities::{self, Action};
use crate::store::folder_sizes::FolderSize;
use crate::store::nodes::NodeRow;
use crate::store::recent_changes::{self, RecentChange};
use crate::store::trash::{self, NewTrash, TrashRow};
use crate::store::{Read, Write, index};
use crate::store::{roots, versions};
use std::collections::HashMap;

/// Number of names that are tried for an entry. After them, its id is its name.
pub(super) const NUMBERS_MAX: u32 = 1000;
const DAY_SECONDS: i64 = 24 * 3600;

/// Facts about a deleted entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// Its old path, if its user sees that place.
    pub from: Option<ShownPath>,
    /// The time of deletion in seconds since 1970 UTC.
    pub at: i64,
    /// The time until which it is kept, in seconds since 1970 UTC, unless the disk runs full
    /// before.
    pub kept_until: i64,
    /// The account that deleted it.
    pub by: String,
    /// The user's rights to it.
    pub rights: Rights,
    /// Its size, which was counted on the disk when it was deleted.
    pub size: FolderSize,
}

/// An entry on its way into a bin.
pub(in crate::domain) struct Binned {
    /// The rows, which return its path in the bin.
    pub change: Change<CloudPath>,
    /// Its id in the bin.
    pub id: String,
    /// Number of files in it; `None` if it is a file.
    pub folder_files: Option<u64>,
}

impl Deleted {
    /// The facts about an entry, if it is a whole entry of a bin. `at` is its path in the bin, or
    /// the bin.
    pub(in crate::domain) fn of(
        view: &CloudView<'_>,
        located: &Located<'_>,
        ways: &Ways,
        at: &Reach,
    ) -> Result<Option<Deleted>> {
        match located {
            Located::Trash(trashed) if trashed.is_whole() => {
                let days = view.recycle_days_of(&trashed.row.owner)?;
                Ok(Some(Deleted::told(&trashed.row, days, ways, at)))
            }
            _ => Ok(None),
        }
    }

    fn told(row: &TrashRow, days: u32, ways: &Ways, at: &Reach) -> Deleted {
        let former = CloudPath::parse(&row.path).unwrap_or_default();
        let rights = ways.rights_to_deleted(at, &former, &row.deleted_by);
        let from = ways.seen(&former).filter(|from| !from.is_above_roots());
        let from = from.map(|from| from.shown().clone());
        let kept_until = row.deleted.saturating_add(i64::from(days) * DAY_SECONDS);
        let size = FolderSize { bytes: row.size_bytes, is_exact: true };
        Deleted { from, at: row.deleted, kept_until, by: row.deleted_by.clone(), rights, size }
    }
}

impl Cloud {
    /// Moves a file or folder into its account's bin, and returns its path there.
    pub(in crate::domain) fn bin_entry(
        &self,
        path: &CloudPath,
        owner: &Root,
        by: &str,
    ) -> Result<Change<CloudPath>> {
        Ok(self.move_to_bin(path, owner, by, true)?.change)
    }

    /// As [`Cloud::bin_entry`], for a user whose deletions are noted and counted.
    pub(in crate::domain) fn delete_to_bin(&self, user: &User, path: &Reach) -> Result<Change<CloudPath>> {
        self.check_not_held(user)?;
        let root = self.root_of(path.real())?;
        let Binned { change, id, folder_files } = self.move_to_bin(path.real(), &root, user.name(), true)?;
        let Some(client) = self.noted_client(user) else { return Ok(change) };
        let (key, deleted) = (client.key.clone(), RecentChange::Deleted(id.clone()));
        let change = change.and_then(move |tx, place| {
            recent_changes::insert(tx, &key, &deleted)?;
            Ok(place)
        });
        let place = path.real().clone();
        Ok(change.completed_by(move |cloud| cloud.count_deleted(&client, &id, &place, folder_files)))
    }

    /// As [`Cloud::bin_entry`], with its id there. An entry that is only on its way elsewhere makes
    /// no activity.
    pub(in crate::domain) fn move_to_bin(
        &self,
        path: &CloudPath,
        owner: &Root,
        by: &str,
        is_deletion: bool,
    ) -> Result<Binned> {
        let (id, volume) = (object_id(), self.volumes.of(path)?);
        let moved = volume.trash(path, &id)?;
        let usage = volume.usage(Location::Trash(&id, &CloudPath::root()))?;
        let is_folder = moved.now.kind == Kind::Folder;
        let entry = NewTrash {
            id: id.clone(),
            owner: owner.clone(),
            path: path.real_text(),
            node: None,
            is_folder,
            size_bytes: usage.bytes,
            // Nobody has deleted an entry that is only on its way elsewhere. If the server stops
            // before it arrives, the empty name tells this.
            deleted_by: if is_deletion { by.to_owned() } else { String::new() },
        };
        let rows = self.rows();
        let (from, back) = (path.clone(), path.clone());
        let change = Change::new(move |tx| {
            let deleted_by = is_deletion.then_some(entry.deleted_by.as_str());
            let node = rows.record_trashed(tx, &from, &entry.id, &moved, deleted_by)?;
            // The name is chosen inside the transaction, so that two deletions at once get
            // different names.
            let name = free_name(tx, &entry, from.leaf().map_or("", EntryName::as_str))?;
            trash::insert(tx, &NewTrash { node, ..entry.clone() }, &name)?;
            // An entry that is only on its way elsewhere stays locked.
            if is_deletion {
                locks::unlock_what_left(tx, rows.volumes())?;
            }
            path_in_bin(tx, &entry.owner, &name)
        });
        let trash_id = id.clone();
        let change = change.undone_by(move || {
            if let Err(error) = volume.rename(Location::Trash(&id, &CloudPath::root()), &back, false, None) {
                log::error!("{} could not be put back and stays in the bin: {error}", back.real_text());
                volume.note_unfinished(Unfinished::Deletion { id });
            }
        });
        Ok(Binned { change, id: trash_id, folder_files: is_folder.then_some(usage.files) })
    }

    /// Notes that an entry left the bin for a place among the files. Returns its id in the index.
    pub(in crate::domain) fn taken_out(
        &self,
        trashed: Trashed,
        to: &CloudPath,
        moved: Moved,
        by: &str,
    ) -> Result<impl FnOnce(&Write) -> Result<i64> + Send + use<>> {
        let (rows, to, by) = (self.rows(), to.clone(), by.to_owned());
        let rest = self.rest(&trashed)?;
        Ok(move |tx: &Write| {
            let node = trashed.node(tx)?;
            note_rest(tx, &trashed.row.id, rest)?;
            rows.record_restored(tx, node, &to, &moved, &by)
        })
    }

    /// The bytes that are left of a deleted entry after a part was removed; `None` if nothing is
    /// left.
    fn rest(&self, trashed: &Trashed) -> Result<Option<u64>> {
        let top = CloudPath::root();
        if trashed.is_whole() {
            return Ok(None);
        }
        let volume = self.volumes.of_root(&trashed.row.owner)?;
        volume.usage(Location::Trash(&trashed.row.id, &top)).map(|usage| Some(usage.bytes))
    }

    /// Removes an entry of the bin permanently, with the versions that belong to it.
    pub(in crate::domain) fn purge(&self, trashed: Trashed) -> Result<Purged> {
        self.check_trash_removable(&trashed.row.id)?;
        let (node, versions) = self.store.read(|read| {
            let node = trashed.node(read)?.map(|node| node.id);
            Ok((node, node.map_or(Ok(Vec::new()), |node| versions::below(read, node))?))
        })?;
        // Versions on a missing disk keep their rows, and are removed by their age once the disk is
        // back. So are versions that cannot be removed now.
        let is_there = |kept: &versions::Kept| self.volumes.of_root(&kept.owner).is_ok();
        let versions: Vec<_> = versions.into_iter().filter(is_there).collect();
        for kept in &versions {
            self.check_version_removable(&kept.id)?;
            self.volumes.of_root(&kept.owner)?.check_version_removable(&kept.id)?;
        }
        if !self.volumes.of_root(&trashed.row.owner)?.purge_trash(&trashed.row.id, &trashed.below)? {
            // Somebody may have restored it a moment ago, with its versions.
            let rest = self.rest(&trashed)?;
            return Ok(Purged { rest, id: trashed.row.id, node: None, versions: Vec::new() });
        }
        let removed = |kept: &versions::Kept| {
            let purged = self.volumes.of_root(&kept.owner).and_then(|volume| volume.purge_version(&kept.id));
            let failed = |error: &Error| log::warn!("the version {} stays until its age: {error}", kept.id);
            purged.inspect_err(failed).is_ok()
        };
        let versions = versions.into_iter().filter(removed).collect();
        Ok(Purged { rest: self.rest(&trashed)?, id: trashed.row.id, node, versions })
    }

    /// Removes the entry with a path in the bin permanently.
    pub(in crate::domain) fn purge_path(&self, path: &Deletable) -> Result<Change<()>> {
        let purged = self.purge(self.existing_in_bin(path)?)?;
        Ok(Change::new(move |tx| purged.rows(tx)))
    }

    /// Removes all entries of the caller's bin permanently, and returns their number. Entries that
    /// cannot be removed stay.
    pub fn empty_bin(&self, user: &User) -> Result<Change<Emptied>> {
        self.check_not_held(user)?;
        let rows = self.store.read(|read| trash::of_owner(read, &Root::Account(user.id())))?;
        Ok(self.purge_trash(rows, || self.check_may_go_on(user)))
    }

    /// The same for the bin of a further volume, by the volume's top.
    ///
    /// # Errors
    /// `Code::NotFound` for another path, `Code::Offline` if the volume is missing.
    pub fn empty_bin_of_volume(&self, volume: &Reach) -> Result<Change<Emptied>> {
        let top = volume.real();
        if top.root_depth() != 2 || *top != top.root_above() {
            return volume.there(None);
        }
        self.volumes.of(top)?;
        let root = self.root_of(top)?;
        Ok(self.purge_trash(self.store.read(|read| trash::of_owner(read, &root))?, || Ok(())))
    }

    /// Removes entries of bins permanently, as long as the call may go on. Entries that cannot be
    /// removed stay.
    pub(in crate::domain) fn purge_trash(
        &self,
        mut rows: Vec<TrashRow>,
        may_go_on: impl Fn() -> Result<()>,
    ) -> Change<Emptied> {
        rows.retain(|row| !self.on_their_way.has(&row.id));
        let count = rows.len();
        let mut reason = None;
        let mut purge = |row: TrashRow| {
            let path = row.path.clone();
            let failed = |error: &Error| {
                if is_worth_a_line(error) {
                    log::error!("{path} could not be removed from the bin: {error}");
                }
                reason.get_or_insert_with(|| (error.code, format!("{path}: {}", error.message)));
            };
            let purged = may_go_on().and_then(|()| self.purge(Trashed { row, below: CloudPath::root() }));
            purged.inspect_err(failed).ok()
        };
        let purged: Vec<Purged> = rows.into_iter().filter_map(&mut purge).collect();
        let emptied = Emptied { removed: purged.len(), failed: count - purged.len(), reason };
        Change::new(move |tx| purged.iter().try_for_each(|purged| purged.rows(tx))).telling(emptied)
    }
}

/// True if the log reports this failure to remove something. A failure that concerns a single entry
/// is among the findings instead. An entry that a hold protects is meant to stay.
pub(in crate::domain) fn is_worth_a_line(error: &Error) -> bool {
    error.obstacle.is_none() && error.code != Code::Unauthenticated && error.reason != Some(Reason::Held)
}

/// The result of emptying a bin.
#[derive(Clone, Debug)]
pub struct Emptied {
    pub removed: usize,
    /// Number of entries that could not be removed.
    pub failed: usize,
    /// The reason for the first of these: the kind of failure, and a sentence with its path.
    pub reason: Option<(Code, String)>,
}

/// An entry that was removed permanently. Its rows must be removed too.
pub(in crate::domain) struct Purged {
    id: String,
    rest: Option<u64>,
    node: Option<i64>,
    versions: Vec<versions::Kept>,
}

impl Purged {
    pub fn rows(&self, tx: &Write) -> Result<()> {
        self.versions.iter().try_for_each(|kept| versions::delete(tx, &kept.id))?;
        note_rest(tx, &self.id, self.rest)?;
        self.node.map_or(Ok(()), |node| index::delete_below(tx, node))
    }
}

impl CloudView<'_> {
    /// Facts about the entries of a bin, by their names; empty for other folders.
    pub(in crate::domain) fn all_deleted(
        &self,
        ways: &Ways,
        folder: &Reach,
    ) -> Result<HashMap<String, Deleted>> {
        let Some(Located::Bin(owner)) = self.cloud.locate(folder.real())? else { return Ok(HashMap::new()) };
        let rows = self.cloud.store.read(|read| trash::of_owner(read, &owner))?;
        let days = self.recycle_days_of(&owner)?;
        Ok(rows.iter().map(|row| (row.name.clone(), Deleted::told(row, days, ways, folder))).collect())
    }
}

impl IndexRows {
    /// Notes that an entry has come to a place from elsewhere, with everything that belongs to its
    /// row. Returns its id.
    pub(in crate::domain) fn record_restored(
        &self,
        tx: &Write,
        node: Option<NodeRow>,
        to: &CloudPath,
        moved: &Moved,
        by: &str,
    ) -> Result<i64> {
        match node {
            Some(node) => {
                let id = self.record_moved(tx, &node, to, &moved.now)?;
                rows::content_moved(tx, id, moved)?;
                activities::note(tx, Action::Restored, by, id, "")?;
                Ok(id)
            }
            None => self.record_saved(tx, to, &moved.now, by),
        }
    }
}

/// Notes the bytes that are left of an entry of a bin; `None` if nothing is left.
pub(super) fn note_rest(tx: &Write, id: &str, rest: Option<u64>) -> Result<()> {
    match rest {
        Some(bytes) => trash::set_size(tx, id, bytes),
        None => trash::delete(tx, id),
    }
}

/// The path of an entry of a bin, by its name there.
pub(in crate::domain) fn path_in_bin(read: &Read, owner: &Root, name: &str) -> Result<CloudPath> {
    CloudPath::parse(&format!("/{}/{BIN_NAME}/{name}", roots::name_of(read, owner)?))
}

/// A name that no entry of the bin has, with a number if needed.
pub(in crate::domain) fn free_name(read: &Read, entry: &NewTrash, name: &str) -> Result<String> {
    for number in 1..=NUMBERS_MAX {
        let name = numbered(name, number);
        if EntryName::parse(&name).is_ok() && trash::by_name(read, &entry.owner, &name)?.is_none() {
            return Ok(name);
        }
    }
    Ok(entry.id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use crate::test_directory::TestDirectory;
    use std::collections::BTreeMap;

    #[test]
    fn two_deletions_at_once_are_told_two_names() {
        let directory = TestDirectory::new();
        let cloud = Cloud::open(&directory, Settings::read(BTreeMap::new()).unwrap()).unwrap();
        let path = |text: &str| CloudPath::parse(text).unwrap();
        let delete = |folder: &str| {
            cloud.volumes.create_folders(&path(&format!("{folder}/note.txt"))).unwrap();
            cloud.bin_entry(&path(&format!("{folder}/note.txt")), &Root::NOBODY, "bob").unwrap()
        };
        // Both names are chosen before either deletion is committed.
        let (first, second) = (delete("/bob/a"), delete("/bob/b"));
        let told = [first, second].map(|change| cloud.settle(change).unwrap().real_text());
        assert_eq!(told, ["/#0/recyclebin/note.txt", "/#0/recyclebin/note (2).txt"]);
        for (place, from) in told.iter().zip(["/bob/a/note.txt", "/bob/b/note.txt"]) {
            let Some(Located::Trash(trashed)) = cloud.locate(&path(place)).unwrap() else {
                panic!("{place}")
            };
            assert_eq!(trashed.row.path, from);
        }
        cloud.close();
        drop(cloud);
    }
}
