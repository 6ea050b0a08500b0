//! Keeps the index in step with the disk. The disk is the truth: a visit compares what it found with the rows and mends
//! the rows in the background; what this program changes itself is written together with the call's audit row.

use super::lookup::{chain, find};
use super::moved::{before_it_moved, came_from, follow_chain, last_seen};
use crate::base::guarded::Guarded;
use crate::base::path::{CloudPath, EXTERNAL, EntryName};
use crate::disk::{Found, Kind, Moved, Stat};
use crate::domain::Cloud;
use crate::domain::index::facts::{Visited, facts_of, fingerprint};
pub use crate::domain::index::facts::{checksum_moved, facts};
use crate::domain::index::order::Order;
use crate::domain::index::scan_schedule::Looks;
use crate::domain::volumes::registry::Volumes;
use crate::error::{Code, Error, Result};
use crate::store::activities::{self, Action};
use crate::store::nodes::{self, NO_PARENT, NodeFacts, NodeRow};
use crate::store::{Read, Write, index};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Folders whose rows are known to be true; beyond this all are forgotten and compared again.
const KNOWN_FOLDERS_MAX: usize = 4096;
/// How long an entry that is gone may still show up in another place and keep its id.
const MISSING_KEPT_SECONDS: i64 = 30 * 24 * 3600;

/// What the index remembers in memory.
#[derive(Default)]
pub struct Index {
    /// Grows with every change that this program makes: a visit that began before one knows too little to mend anything.
    generation: AtomicU64,
    /// What the folders looked like when their rows were last known to be true.
    known: Guarded<HashMap<CloudPath, u64>>,
    /// Which homes were looked through for sync clients.
    pub looks: Looks,
}

impl Index {
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// True if the rows of a folder are known to say what a visit found.
    pub(super) fn is_known(&self, folder: &CloudPath, fingerprint: u64) -> bool {
        self.known.lock().get(folder) == Some(&fingerprint)
    }

    fn changed(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
    }
}

impl Cloud {
    /// Forgets entries that have been gone for long: they will not show up elsewhere any more.
    pub fn forget_missing(&self) -> Result<()> {
        if !self.may_expire() {
            return Ok(());
        }
        let before = self.now() - MISSING_KEPT_SECONDS;
        self.store.write(move |tx| nodes::forget_missing(tx, before)).map(drop)
    }

    /// Compares what a visit found with what was last known and, where it differs, has the rows mended.
    pub(in crate::domain) fn visited(
        &self,
        folder: &CloudPath,
        found: &Arc<Order>,
        generation: u64,
    ) -> Result<()> {
        let fingerprint = fingerprint(found.as_ref())?;
        if self.index.is_known(folder, fingerprint) {
            return Ok(());
        }
        self.store.write_later(self.mending(folder, Arc::clone(found), fingerprint, generation));
        Ok(())
    }

    /// Writes what a visit found, unless this program has changed something since.
    pub(super) fn mending<V: Visited + Send + Sync + 'static>(
        &self,
        folder: &CloudPath,
        found: Arc<V>,
        fingerprint: u64,
        generation: u64,
    ) -> impl FnOnce(&Write) -> Result<()> + Send + use<V> {
        let (index, volumes) = (Arc::clone(&self.index), Arc::clone(&self.volumes));
        let folder = folder.clone();
        move |tx| {
            if index.generation() != generation {
                return Ok(());
            }
            mend(tx, &volumes, &index.looks, &folder, found.as_ref())?;
            let mut known = index.known.lock();
            if known.len() >= KNOWN_FOLDERS_MAX {
                known.clear();
            }
            known.insert(folder, fingerprint);
            Ok(())
        }
    }

    /// Gives what lies at a path its rows, where another program put it there and no visit has met it yet: those that it had
    /// in another place, with all that hangs on them.
    pub(in crate::domain) fn adopt_external_move(&self, path: &CloudPath) -> Result<()> {
        if path.is_in_bin() {
            return Ok(());
        }
        let has_moved = self.store.read(|read| {
            let known: Vec<_> = chain(read, &self.volumes, path)?.into_iter().map(Some).collect();
            let known_count = known.len();
            let chain = follow_chain(read, &self.volumes, path, known)?;
            Ok(chain.iter().skip(known_count).any(Option::is_some))
        })?;
        if !has_moved {
            return Ok(());
        }
        let (rows, path) = (self.rows(), path.clone());
        self.store.write(move |tx| {
            rows.index.changed();
            follow(tx, &rows.volumes, &path)
        })
    }

    /// Finds out inside a transaction which row of the index is that of what is at a path now, to attach something to it.
    ///
    /// `None` when there is nothing.
    ///
    /// # Errors
    /// `Code::Invalid` for the top, which only lists the accounts, and in a bin.
    pub(in crate::domain) fn node_at(
        &self,
        path: &CloudPath,
    ) -> Result<Option<impl FnOnce(&Write) -> Result<i64> + Send + use<>>> {
        if path.is_above_roots() {
            return Err(Error::new(Code::Invalid, "Please choose a file or a folder below the top."));
        }
        if path.is_in_bin() {
            return Err(Error::new(Code::Invalid, "This lies in the recycle bin. Please restore it first."));
        }
        let Some(stat) = self.volumes.stat(path)? else { return Ok(None) };
        let (rows, path) = (self.rows(), path.clone());
        Ok(Some(move |tx: &Write| rows.found(tx, &path, &stat)))
    }

    /// The index for use inside a transaction.
    pub(in crate::domain) fn rows(&self) -> IndexRows {
        IndexRows { index: Arc::clone(&self.index), volumes: Arc::clone(&self.volumes) }
    }
}

/// Writes to the index what this program has done on the disk.
pub struct IndexRows {
    index: Arc<Index>,
    volumes: Arc<Volumes>,
}

impl IndexRows {
    /// An entry is there now, new or with new content. Returns its id.
    pub fn record_saved(&self, tx: &Write, path: &CloudPath, stat: &Stat, by: &str) -> Result<i64> {
        self.index.changed();
        if stat.kind == Kind::Folder {
            self.index.looks.must_see(path);
        }
        let (parent, name) = place(tx, &self.volumes, path)?;
        let was_there = nodes::child(tx, parent, &name)?.is_some_and(|node| node.missing_since.is_none());
        let facts = facts(stat);
        let id = index::save(tx, parent, &name, &facts, Some(by))?;
        let action = match (facts.is_folder, was_there) {
            (true, true) => return Ok(id),
            (true, false) => Action::FolderMade,
            (false, true) => Action::Changed,
            (false, false) => Action::Added,
        };
        activities::note(tx, action, by, id, "")?;
        Ok(id)
    }

    pub fn volumes(&self) -> &Volumes {
        &self.volumes
    }

    /// The row of a path, if there is one.
    pub fn known(&self, read: &Read, path: &CloudPath) -> Result<Option<NodeRow>> {
        find(read, &self.volumes, path)
    }

    /// An entry is there, whoever put it there. Returns its id, and gives it one where no visit has done so yet.
    pub fn found(&self, tx: &Write, path: &CloudPath, stat: &Stat) -> Result<i64> {
        match find(tx, &self.volumes, path)? {
            Some(node) if node.missing_since.is_none() => Ok(node.id),
            _ => {
                let (parent, name) = place(tx, &self.volumes, path)?;
                arrived(tx, &self.volumes, (parent, path), &name, &facts(stat))
            }
        }
    }

    /// An entry has another place now; what hangs on it goes with it. Returns its id.
    pub fn moved(
        &self,
        tx: &Write,
        from: &CloudPath,
        to: &CloudPath,
        moved: &Moved,
        by: &str,
    ) -> Result<i64> {
        self.index.changed();
        let Some(node) = find(tx, &self.volumes, from)? else {
            return self.record_saved(tx, to, &moved.now, by);
        };
        let id = self.record_moved(tx, &node, to, &moved.now)?;
        checksum_moved(tx, id, moved)?;
        if from.parent() == to.parent() {
            activities::note(tx, Action::Renamed, by, id, &node.name)?;
        } else {
            activities::note(tx, Action::Moved, by, id, &from.real_text())?;
        }
        Ok(id)
    }

    /// The entry of a row has this place now. Returns its id.
    pub fn record_moved(&self, tx: &Write, node: &NodeRow, to: &CloudPath, stat: &Stat) -> Result<i64> {
        self.index.changed();
        if stat.kind == Kind::Folder {
            self.index.looks.must_see(to);
        }
        let (parent, name) = place(tx, &self.volumes, to)?;
        index::relocate(tx, node.id, parent, &name)?;
        index::save(tx, parent, &name, &facts(stat), node.modified_by.as_deref())
    }

    /// A folder was visited and is as it was found. Returns its id; `None` when something has changed since the visit began,
    /// which then knows too little.
    pub fn visited(
        &self,
        tx: &Write,
        folder: &CloudPath,
        found: &[Found],
        generation: u64,
    ) -> Result<Option<i64>> {
        if self.index.generation() != generation {
            return Ok(None);
        }
        mend(tx, &self.volumes, &self.index.looks, folder, found).map(Some)
    }

    /// An entry lies in the bin now, and was deleted where somebody is named who did it. Returns its id, when the index knows it.
    pub fn record_trashed(
        &self,
        tx: &Write,
        path: &CloudPath,
        trash_id: &str,
        moved: &Moved,
        deleted_by: Option<&str>,
    ) -> Result<Option<i64>> {
        self.index.changed();
        let Some(node) = find(tx, &self.volumes, path)? else { return Ok(None) };
        checksum_moved(tx, node.id, moved)?;
        if let Some(by) = deleted_by {
            activities::note(tx, Action::Deleted, by, node.id, "")?;
        }
        index::move_to_bin(tx, node.id, trash_id)?;
        Ok(Some(node.id))
    }
}

/// The row of the folder above a path, made as far as it is missing, and the name in it.
fn place(tx: &Write, volumes: &Volumes, path: &CloudPath) -> Result<(i64, String)> {
    let above = path.parent().ok_or_else(|| Error::internal("the top has no place in a folder"))?;
    let leaf = path.leaf().map(EntryName::to_string).unwrap_or_default();
    Ok((folder_id(tx, volumes, &above)?, leaf))
}

/// The row of a folder, made as far as it is missing; its id.
pub fn folder_id(tx: &Write, volumes: &Volumes, path: &CloudPath) -> Result<i64> {
    let mut id = child_folder(tx, NO_PARENT, volumes.id())?;
    for (depth, name) in path.parts().iter().enumerate() {
        let moved = match nodes::child(tx, id, name.as_str())? {
            None if depth >= path.root_depth() => came_from(tx, volumes, &path.beginning(depth + 1))?,
            _ => None,
        };
        if let Some(moved) = moved {
            index::relocate(tx, moved.id, id, name.as_str())?;
        }
        id = child_folder(tx, id, name.as_str())?;
    }
    Ok(id)
}

/// Gives what lies at a path the row that it had in another place.
fn follow(tx: &Write, volumes: &Volumes, path: &CloudPath) -> Result<()> {
    let Some(above) = path.parent() else { return Ok(()) };
    if came_from(tx, volumes, path)?.is_none() {
        return follow(tx, volumes, &above);
    }
    let (parent, name) = place(tx, volumes, path)?;
    // Asked again: what is above may have been followed just now, and this with it.
    if let Some(moved) = came_from(tx, volumes, path)? {
        index::relocate(tx, moved.id, parent, &name)?;
    }
    Ok(())
}

fn child_folder(tx: &Write, parent: i64, name: &str) -> Result<i64> {
    match nodes::child(tx, parent, name)? {
        Some(node) => Ok(node.id),
        None => {
            let unknown = NodeFacts {
                is_folder: true,
                size_bytes: 0,
                modified_nanoseconds: 0,
                inode: 0,
                changed_nanoseconds: None,
            };
            index::save(tx, parent, name, &unknown, None)
        }
    }
}

/// How many entries of a folder the rows know otherwise than a visit found them.
pub fn differs(read: &Read, volumes: &Volumes, folder: &CloudPath, found: &[Found]) -> Result<usize> {
    let Some(parent) = find(read, volumes, folder)? else { return Ok(found.len()) };
    let compared = Compared::of(read, parent.id, false, found)?;
    Ok(compared.untrue.len().max(compared.changed.len() + compared.gone.len()))
}

/// How the rows of a folder differ from what a visit found. It holds few numbers an entry, however long the names are: names
/// stand here by their hashes. Two names of one hash are so rare, and not so again in the next comparison, that the row of
/// one may wait for that.
struct Compared {
    hasher: RandomState,
    /// Entries without a row, or with one that says otherwise, and the hash of what was found.
    untrue: HashMap<u64, u64>,
    /// Those of them that have a row.
    changed: HashSet<u64>,
    /// The rows of what was not found and is not known to be missing.
    gone: Vec<i64>,
}

impl Compared {
    fn of(read: &Read, parent: i64, is_top: bool, found: &(impl Visited + ?Sized)) -> Result<Compared> {
        let (hasher, untrue) = (RandomState::new(), HashMap::with_capacity(found.count()));
        let mut compared = Compared { hasher, untrue, changed: HashSet::new(), gone: Vec::new() };
        found.each_entry(&mut |name, brief| {
            let facts = compared.hasher.hash_one(facts_of(brief));
            compared.untrue.insert(compared.hash(name.as_str()), facts);
            Ok(())
        })?;
        nodes::each_child(read, parent, |row| {
            let (hash, is_there) = (compared.hash(&row.name), row.missing_since.is_none());
            match compared.untrue.get(&hash) {
                Some(facts) if is_there && *facts == compared.hasher.hash_one(row.facts) => {
                    compared.untrue.remove(&hash);
                }
                Some(_) => {
                    compared.changed.insert(hash);
                }
                None if !is_there || is_top && row.name == EXTERNAL => {}
                None => compared.gone.push(row.id),
            }
        })?;
        Ok(compared)
    }

    fn hash(&self, name: &str) -> u64 {
        self.hasher.hash_one(name)
    }

    fn has_changed(&self, name: &EntryName) -> bool {
        self.changed.contains(&self.hash(name.as_str()))
    }

    fn is_new(&self, name: &EntryName) -> bool {
        self.untrue.contains_key(&self.hash(name.as_str())) && !self.has_changed(name)
    }
}

/// Makes the rows of a folder say what a visit found. Returns the id of the folder.
fn mend(
    tx: &Write,
    volumes: &Volumes,
    looks: &Looks,
    folder: &CloudPath,
    found: &(impl Visited + ?Sized),
) -> Result<i64> {
    let parent = folder_id(tx, volumes, folder)?;
    // Which disks there are and who sees them is not for a visit to tell.
    if folder.is_above_roots() && !folder.is_root() {
        return Ok(parent);
    }
    let compared = Compared::of(tx, parent, folder.is_root(), found)?;
    found.each_entry(&mut |name, brief| {
        let row = if compared.has_changed(name) { nodes::child(tx, parent, name.as_str())? } else { None };
        let Some(row) = row else { return Ok(()) };
        let facts = facts_of(brief);
        if facts.is_folder && (row.missing_since.is_some() || !row.facts.is_folder) {
            looks.must_see(&folder.join(name)?);
        }
        let same_content = row.facts.size_bytes == facts.size_bytes
            && row.facts.modified_nanoseconds == facts.modified_nanoseconds;
        let by = row.modified_by.as_deref().filter(|_| same_content);
        index::save(tx, parent, name.as_str(), &facts, by).map(drop)
    })?;
    for id in &compared.gone {
        let row = nodes::by_id(tx, *id)?.filter(|row| !is_out_of_sight(volumes, folder, row));
        row.map_or(Ok(()), |row| index::mark_missing(tx, row.id))?;
    }
    // Only now: what got another name in this folder is no longer missing.
    found.each_entry(&mut |name, brief| {
        if !compared.is_new(name) {
            return Ok(());
        }
        let (path, facts) = (folder.join(name)?, facts_of(brief));
        if facts.is_folder {
            looks.must_see(&path);
        }
        arrived(tx, volumes, (parent, &path), name.as_str(), &facts).map(drop)
    })?;
    Ok(parent)
}

/// Whether an entry that a visit did not see may still be there: the disk does not let it be looked at.
fn is_out_of_sight(volumes: &Volumes, folder: &CloudPath, row: &NodeRow) -> bool {
    let path = EntryName::parse(&row.name).and_then(|name| folder.join(&name));
    path.is_ok_and(|path| last_seen(volumes, &path).is_err_and(|error| error.obstacle.is_some()))
}

/// An entry without a row: new, or one that another program moved here, which keeps its id. Returns the id.
fn arrived(
    tx: &Write,
    volumes: &Volumes,
    (parent, path): (i64, &CloudPath),
    name: &str,
    facts: &NodeFacts,
) -> Result<i64> {
    let Some(moved) = before_it_moved(tx, volumes, path, facts)? else {
        return index::save(tx, parent, name, facts, None);
    };
    index::relocate(tx, moved.id, parent, name)?;
    index::save(tx, parent, name, facts, moved.modified_by.as_deref())
}
