//! Keeps the index in sync with the disk. The disk is the truth: a visit compares the folder with
//! the rows and updates the rows in the background. Changes by this program are written together
//! with the audit row of the call.

use super::lookup::{chain, find};
use super::moved::{before_it_moved, came_from, follow_chain, last_seen};
use crate::base::guarded::Guarded;
use crate::base::path::{CloudPath, EXTERNAL, EntryName};
use crate::disk::{Found, Kind, Moved, Stat};
use crate::domain::Cloud;
use crate::domain::index::facts::{Visited, facts_of, fingerprint};
pub use crate::domain::index::facts::{content_moved, facts};
use crate::domain::index::order::Order;
use crate::domain::index::scan_schedule::Looks;
use crate::domain::volumes::registry::Volumes;
use crate::error::{Code, Error, Result};
use crate::store::activities::{self, Action};
use crate::store::nodes::{self, NO_PARENT, NodeFacts, NodeRow};
use crate::store::{Read, Write, folder_sizes, index};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Maximum number of folders whose rows are known to be right. Beyond it, all are forgotten and
/// compared again.
const KNOWN_FOLDERS_MAX: usize = 4096;
/// Seconds for which a missing entry may appear at another place and keep its id.
const MISSING_KEPT_SECONDS: i64 = 30 * 24 * 3600;

/// The state of the index in memory.
#[derive(Default)]
pub struct Index {
    /// Grows with every change by this program. A visit that began before a change is too old to
    /// update rows.
    generation: AtomicU64,
    /// Fingerprints of folders at the time when their rows were last known to be right.
    known: Guarded<HashMap<CloudPath, u64>>,
    /// The number of visits whose rows are queued and not committed yet.
    unwritten_visits: AtomicUsize,
    /// The homes that were scanned for sync clients.
    pub looks: Looks,
}

impl Index {
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// True if the rows of a folder are known to match a visit.
    fn is_known(&self, folder: &CloudPath, fingerprint: u64) -> bool {
        self.known.lock().get(folder) == Some(&fingerprint)
    }

    /// True while a visit has found something that the rows do not have yet.
    pub(super) fn has_unwritten_visits(&self) -> bool {
        self.unwritten_visits.load(Ordering::Acquire) > 0
    }

    fn changed(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
    }
}

/// Counts a visit until its rows are committed, or given up.
struct UnwrittenVisit(Arc<Index>);

impl UnwrittenVisit {
    fn new(index: &Arc<Index>) -> UnwrittenVisit {
        index.unwritten_visits.fetch_add(1, Ordering::AcqRel);
        UnwrittenVisit(Arc::clone(index))
    }
}

impl Drop for UnwrittenVisit {
    fn drop(&mut self) {
        self.0.unwritten_visits.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Cloud {
    /// Forgets entries that have been missing for long and will not appear elsewhere.
    pub fn forget_missing(&self) -> Result<()> {
        if !self.may_expire() {
            return Ok(());
        }
        let before = self.now() - MISSING_KEPT_SECONDS;
        self.store.write(move |tx| nodes::forget_missing(tx, before)).map(drop)
    }

    /// Compares a visit with the last known state and, if it differs, updates the rows in the
    /// background.
    pub(in crate::domain) fn visited(
        &self,
        folder: &CloudPath,
        found: &Arc<Order>,
        generation: u64,
    ) -> Result<()> {
        let fingerprint = fingerprint(found.as_ref())?;
        if self.is_up_to_date(folder, fingerprint, found.total() == 0)? {
            return Ok(());
        }
        let mending = self.mending(folder, Arc::clone(found), fingerprint, generation);
        let unwritten = UnwrittenVisit::new(&self.index);
        self.store.write_later(move |tx| mending(tx).map(|()| unwritten));
        Ok(())
    }

    /// True if the rows of a folder are known to match a visit. All empty folders look alike, so an
    /// empty one may also be new at its path.
    pub(super) fn is_up_to_date(&self, folder: &CloudPath, fingerprint: u64, is_empty: bool) -> Result<bool> {
        if !self.index.is_known(folder, fingerprint) {
            return Ok(false);
        }
        Ok(!is_empty || self.store.read(|read| is_visited(read, &self.volumes, folder))?)
    }

    /// Writes the result of a visit, unless this program has changed something since.
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

    /// Gives an entry that another program moved to a path its old rows, with everything that
    /// belongs to them, if no visit has done so yet.
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

    /// Finds the row of the entry at a path inside a transaction, in order to attach something to
    /// it.
    ///
    /// `None` if there is no entry.
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

/// Writes changes of this program on the disk to the index.
pub struct IndexRows {
    index: Arc<Index>,
    volumes: Arc<Volumes>,
}

impl IndexRows {
    /// Records an entry that is new or has new content. Returns its id.
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

    /// Records a folder that is new, with the folders above it down from `top`, which are new, too.
    /// Their entries are known: there are no others.
    pub fn record_made(
        &self,
        tx: &Write,
        top: &CloudPath,
        path: &CloudPath,
        stat: &Stat,
        by: &str,
    ) -> Result<i64> {
        let id = self.record_saved(tx, path, stat, by)?;
        self.nothing_else_is_in(tx, top, path)?;
        Ok(id)
    }

    /// Records that a new folder, and the new folders above it down from `top`, hold nothing but
    /// what this program has put there.
    pub fn nothing_else_is_in(&self, tx: &Write, top: &CloudPath, path: &CloudPath) -> Result<()> {
        self.index.changed();
        let mut id = folder_id(tx, &self.volumes, path)?;
        for _ in top.parts().len()..=path.parts().len() {
            folder_sizes::set_visited(tx, id)?;
            id = nodes::parent(tx, id)?.unwrap_or(NO_PARENT);
        }
        Ok(())
    }

    pub fn volumes(&self) -> &Volumes {
        &self.volumes
    }

    /// The row of a path; `None` if there is none.
    pub fn known(&self, read: &Read, path: &CloudPath) -> Result<Option<NodeRow>> {
        find(read, &self.volumes, path)
    }

    /// Records an entry that exists, whoever made it. Returns its id; without a row, it gets one.
    pub fn found(&self, tx: &Write, path: &CloudPath, stat: &Stat) -> Result<i64> {
        match find(tx, &self.volumes, path)? {
            Some(node) if node.missing_since.is_none() => Ok(node.id),
            _ => {
                let (parent, name) = place(tx, &self.volumes, path)?;
                arrived(tx, &self.volumes, (parent, path), &name, &facts(stat)).map(|(id, _)| id)
            }
        }
    }

    /// Records the new place of an entry, with everything that belongs to it. Returns its id.
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
        content_moved(tx, id, moved)?;
        if from.parent() == to.parent() {
            activities::note(tx, Action::Renamed, by, id, &node.name)?;
        } else {
            activities::note(tx, Action::Moved, by, id, &from.real_text())?;
        }
        Ok(id)
    }

    /// Records the new place of the entry with this row. Returns its id.
    pub fn record_moved(&self, tx: &Write, node: &NodeRow, to: &CloudPath, stat: &Stat) -> Result<i64> {
        self.index.changed();
        if stat.kind == Kind::Folder {
            self.index.looks.must_see(to);
        }
        let (parent, name) = place(tx, &self.volumes, to)?;
        index::relocate(tx, node.id, parent, &name)?;
        index::save(tx, parent, &name, &facts(stat), node.modified_by.as_deref())
    }

    /// Records a visited folder as it was found. Returns its id; `None` if something has changed
    /// since the visit began, because the visit is too old then.
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

    /// Records that an entry lies in the bin. If an account is given, it has deleted the entry.
    /// Returns the entry's id if the index has it.
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
        content_moved(tx, node.id, moved)?;
        if let Some(by) = deleted_by {
            activities::note(tx, Action::Deleted, by, node.id, "")?;
        }
        index::move_to_bin(tx, node.id, trash_id)?;
        Ok(Some(node.id))
    }
}

/// The row of the folder above a path, and the name in it. Missing rows are made.
fn place(tx: &Write, volumes: &Volumes, path: &CloudPath) -> Result<(i64, String)> {
    let above = path.parent().ok_or_else(|| Error::internal("the top has no place in a folder"))?;
    let leaf = path.leaf().map(EntryName::to_string).unwrap_or_default();
    Ok((folder_id(tx, volumes, &above)?, leaf))
}

/// The id of the row of a folder. Missing rows are made.
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

/// Gives the entry at a path the row that it had at its old place.
fn follow(tx: &Write, volumes: &Volumes, path: &CloudPath) -> Result<()> {
    let Some(above) = path.parent() else { return Ok(()) };
    if came_from(tx, volumes, path)?.is_none() {
        return follow(tx, volumes, &above);
    }
    let (parent, name) = place(tx, volumes, path)?;
    // Looked up again: a folder above may have been followed just now, and this entry with it.
    if let Some(moved) = came_from(tx, volumes, path)? {
        index::relocate(tx, moved.id, parent, &name)?;
    }
    Ok(())
}

fn child_folder(tx: &Write, parent: i64, name: &str) -> Result<i64> {
    match nodes::child(tx, parent, name)? {
        Some(node) if node.facts.is_folder => Ok(node.id),
        // A file of this name was replaced by a folder, and no visit has seen it yet.
        _ => {
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

/// Number of entries of a folder whose rows differ from a visit.
pub fn differs(read: &Read, volumes: &Volumes, folder: &CloudPath, found: &[Found]) -> Result<usize> {
    let Some(parent) = find(read, volumes, folder)? else { return Ok(found.len()) };
    let compared = Compared::of(read, parent.id, false, found)?;
    Ok(compared.untrue.len().max(compared.changed.len() + compared.gone.len()))
}

/// True if the entries of a folder are known from a visit.
pub fn is_visited(read: &Read, volumes: &Volumes, folder: &CloudPath) -> Result<bool> {
    find(read, volumes, folder)?.map_or(Ok(false), |node| folder_sizes::is_visited(read, node.id))
}

/// The differences between the rows of a folder and a visit. It stores a few numbers for each
/// entry, and names by their hashes, so that long names cost no memory. If two names have the same
/// hash, which is very rare, the row of one of them is updated at a later visit: its hashes have
/// another key.
struct Compared {
    hasher: RandomState,
    /// Entries without a row or with a different one, each with the hash of what the visit found.
    untrue: HashMap<u64, u64>,
    /// The entries among them that have a row.
    changed: HashSet<u64>,
    /// The rows of entries that were not found and are not known to be missing.
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

/// Updates the rows of a folder to match a visit. Returns the id of the folder.
fn mend(
    tx: &Write,
    volumes: &Volumes,
    looks: &Looks,
    folder: &CloudPath,
    found: &(impl Visited + ?Sized),
) -> Result<i64> {
    let parent = folder_id(tx, volumes, folder)?;
    // A visit cannot tell which disks exist and who sees them.
    if folder.is_above_roots() && !folder.is_root() {
        return Ok(parent);
    }
    let compared = Compared::of(tx, parent, folder.is_root(), found)?;
    let mut news = News::default();
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
        let id = index::save(tx, parent, name.as_str(), &facts, by)?;
        if !same_content && row.missing_since.is_none() {
            news.keep(Action::Changed, id, &facts, tx.now());
        }
        Ok(())
    })?;
    for id in &compared.gone {
        let row = nodes::by_id(tx, *id)?.filter(|row| !is_out_of_sight(volumes, folder, row));
        row.map_or(Ok(()), |row| index::mark_missing(tx, row.id))?;
    }
    // Done last: an entry that got another name in this folder is not missing any more.
    found.each_entry(&mut |name, brief| {
        if !compared.is_new(name) {
            return Ok(());
        }
        let (path, facts) = (folder.join(name)?, facts_of(brief));
        if facts.is_folder {
            looks.must_see(&path);
        }
        let (id, is_new) = arrived(tx, volumes, (parent, &path), name.as_str(), &facts)?;
        if is_new {
            news.keep(Action::Added, id, &facts, tx.now());
        }
        Ok(())
    })?;
    // This is dropped early, because for a large folder it takes much memory.
    drop(compared);
    news.tell(tx)?;
    folder_sizes::set_visited(tx, parent)?;
    Ok(parent)
}

/// Changes by other programs to the files of a folder, as users read them.
#[derive(Default)]
struct News(Vec<(Action, i64)>);

impl News {
    /// Keeps a change of a file if it is recent: files that were on a disk before the cloud are no
    /// news. The number is limited, so that these changes do not push other activities out.
    fn keep(&mut self, action: Action, node: i64, facts: &NodeFacts, now: i64) {
        const FILES_MAX: usize = 1000;
        const LATELY_SECONDS: i64 = 24 * 3600;
        let at = facts.changed_nanoseconds.unwrap_or(facts.modified_nanoseconds).div_euclid(1_000_000_000);
        if !facts.is_folder && at >= now - LATELY_SECONDS && self.0.len() < FILES_MAX {
            self.0.push((action, node));
        }
    }

    fn tell(self, tx: &Write) -> Result<()> {
        self.0.into_iter().try_for_each(|(action, node)| activities::note_of_program(tx, action, node))
    }
}

/// True if an entry that a visit did not find may still exist, because the disk does not show it.
fn is_out_of_sight(volumes: &Volumes, folder: &CloudPath, row: &NodeRow) -> bool {
    let path = EntryName::parse(&row.name).and_then(|name| folder.join(&name));
    path.is_ok_and(|path| last_seen(volumes, &path).is_err_and(|error| error.obstacle.is_some()))
}

/// Records an entry without a row: a new one, or one that another program moved here, which keeps
/// its id. Returns the id, and true if it is new.
fn arrived(
    tx: &Write,
    volumes: &Volumes,
    (parent, path): (i64, &CloudPath),
    name: &str,
    facts: &NodeFacts,
) -> Result<(i64, bool)> {
    let Some(moved) = before_it_moved(tx, volumes, path, facts)? else {
        return Ok((index::save(tx, parent, name, facts, None)?, true));
    };
    index::relocate(tx, moved.id, parent, name)?;
    Ok((index::save(tx, parent, name, facts, moved.modified_by.as_deref())?, false))
}
