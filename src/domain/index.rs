//! Keeps the index in step with the disk. The disk is the truth: a visit compares what it found with the rows and mends
//! the rows in the background; what this program changes itself is written together with the call's audit row.

use super::Cloud;
use crate::base::path::{CloudPath, EntryName};
use crate::base::time::nanoseconds;
use crate::disk::{Found, Kind, Stat, Volume};
use crate::error::{Error, Result};
use crate::store::nodes::{self, NO_PARENT, NodeFacts, NodeRow};
use crate::store::{Read, Write};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// Folders whose rows are known to be true; beyond this all are forgotten and compared again.
const KNOWN_FOLDERS_MAX: usize = 4096;
/// How long an entry that is gone may still show up in another place and keep its id.
const MISSING_KEPT_SECONDS: i64 = 30 * 24 * 3600;
/// Deepest tree that is followed upwards.
const DEPTH_MAX: usize = 256;

/// What the index remembers in memory.
#[derive(Default)]
pub struct Index {
    /// Grows with every change that this program makes: a visit that began before one knows too little to mend anything.
    generation: AtomicU64,
    /// What the folders looked like when their rows were last known to be true.
    known: Mutex<HashMap<CloudPath, u64>>,
}

impl Index {
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
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
    pub(super) fn visited(&self, folder: &CloudPath, found: &[Found], generation: u64) {
        let fingerprint = fingerprint(found);
        let known = self.index.known.lock().expect("nothing panics while holding the known folders");
        if known.get(folder) == Some(&fingerprint) {
            return;
        }
        drop(known);
        self.store.write_later(self.mending(folder, found, fingerprint, generation));
    }

    /// As `visited`, and waits until it is done.
    pub(super) fn mend_now(&self, folder: &CloudPath, found: &[Found], generation: u64) -> Result<()> {
        self.store.write(self.mending(folder, found, fingerprint(found), generation))
    }

    fn mending(
        &self,
        folder: &CloudPath,
        found: &[Found],
        fingerprint: u64,
        generation: u64,
    ) -> impl FnOnce(&Write) -> Result<()> + Send + use<> {
        let (index, volume) = (Arc::clone(&self.index), Arc::clone(&self.volume));
        let (folder, found) = (folder.clone(), found.to_vec());
        move |tx| {
            if index.generation() != generation {
                return Ok(());
            }
            mend(tx, &volume, &folder, &found)?;
            let mut known = index.known.lock().expect("nothing panics while holding the known folders");
            if known.len() >= KNOWN_FOLDERS_MAX {
                known.clear();
            }
            known.insert(folder, fingerprint);
            Ok(())
        }
    }

    /// The index for use inside a transaction.
    pub(super) fn rows(&self) -> IndexRows {
        IndexRows { index: Arc::clone(&self.index), volume: Arc::clone(&self.volume) }
    }
}

/// Writes to the index what this program has done on the disk.
pub struct IndexRows {
    index: Arc<Index>,
    volume: Arc<Volume>,
}

impl IndexRows {
    /// An entry is there now, new or with new content. Returns its id.
    pub fn saved(&self, tx: &Write, path: &CloudPath, stat: &Stat, by: &str) -> Result<i64> {
        self.index.changed();
        let (parent, name) = place(tx, &self.volume, path)?;
        nodes::save(tx, parent, &name, &facts(stat), Some(by))
    }

    /// An entry has another place now; what hangs on it goes with it. Returns its id.
    pub fn moved(&self, tx: &Write, from: &CloudPath, to: &CloudPath, stat: &Stat, by: &str) -> Result<i64> {
        self.index.changed();
        if let Some(node) = find(tx, &self.volume, from)? {
            let (parent, name) = place(tx, &self.volume, to)?;
            nodes::relocate(tx, node.id, parent, &name)?;
            return nodes::save(tx, parent, &name, &facts(stat), node.modified_by.as_deref());
        }
        self.saved(tx, to, stat, by)
    }

    /// The id of an entry that is there, noted now if no visit has yet.
    pub fn known(&self, tx: &Write, path: &CloudPath, stat: &Stat) -> Result<i64> {
        if let Some(node) = find(tx, &self.volume, path)?.filter(|node| node.missing_since.is_none()) {
            return Ok(node.id);
        }
        let (parent, name) = place(tx, &self.volume, path)?;
        nodes::save(tx, parent, &name, &facts(stat), None)
    }

    /// An entry lies in the bin now.
    pub fn binned(&self, tx: &Write, path: &CloudPath, trash_id: &str) -> Result<()> {
        self.index.changed();
        match find(tx, &self.volume, path)? {
            Some(node) => nodes::move_to_bin(tx, node.id, trash_id),
            None => Ok(()),
        }
    }
}

/// The row of a path, if there is one.
pub fn find(read: &Read, volume: &Volume, path: &CloudPath) -> Result<Option<NodeRow>> {
    let mut chain = chain(read, volume, path)?;
    Ok(if chain.len() == path.parts().len() + 1 { chain.pop() } else { None })
}

/// The rows from the top of the volume down to a path, as far as there are any.
pub fn chain(read: &Read, volume: &Volume, path: &CloudPath) -> Result<Vec<NodeRow>> {
    let mut chain = Vec::with_capacity(path.parts().len() + 1);
    let mut next = nodes::child(read, NO_PARENT, volume.id())?;
    let mut names = path.parts().iter();
    while let Some(node) = next {
        let above = node.id;
        chain.push(node);
        let Some(name) = names.next() else { break };
        next = nodes::child(read, above, name.as_str())?;
    }
    Ok(chain)
}

/// Where the entry of an id lies; `None` when it has left the tree, for the bin or for good.
pub fn path_of_id(read: &Read, volume: &Volume, id: i64) -> Result<Option<CloudPath>> {
    match nodes::by_id(read, id)? {
        Some(node) => path_of(read, volume, &node),
        None => Ok(None),
    }
}

/// Where the index knows the content with this inode number.
pub fn place_of_inode(read: &Read, volume: &Volume, inode: u64) -> Result<Option<(i64, CloudPath)>> {
    for node in nodes::with_inode(read, inode)?.into_iter().filter(|node| !node.facts.is_folder) {
        if let Some(path) = path_of(read, volume, &node)? {
            return Ok(Some((node.id, path)));
        }
    }
    Ok(None)
}

/// The row of the folder above a path, made as far as it is missing, and the name in it.
fn place(tx: &Write, volume: &Volume, path: &CloudPath) -> Result<(i64, String)> {
    let above =
        path.parent().ok_or_else(|| Error::internal("the top of a volume has no place in a folder"))?;
    let leaf = path.leaf().map(EntryName::to_string).unwrap_or_default();
    Ok((folder_id(tx, volume, &above)?, leaf))
}

fn folder_id(tx: &Write, volume: &Volume, path: &CloudPath) -> Result<i64> {
    let mut id = child_folder(tx, NO_PARENT, volume.id())?;
    for name in path.parts() {
        id = child_folder(tx, id, name.as_str())?;
    }
    Ok(id)
}

fn child_folder(tx: &Write, parent: i64, name: &str) -> Result<i64> {
    match nodes::child(tx, parent, name)? {
        Some(node) => Ok(node.id),
        None => {
            let unknown = NodeFacts { is_folder: true, size_bytes: 0, modified_nanoseconds: 0, inode: 0 };
            nodes::save(tx, parent, name, &unknown, None)
        }
    }
}

/// How many entries of a folder the rows know otherwise than a visit found them.
pub fn differs(read: &Read, volume: &Volume, folder: &CloudPath, found: &[Found]) -> Result<usize> {
    let Some(parent) = find(read, volume, folder)? else { return Ok(found.len()) };
    let rows = nodes::children(read, parent.id)?;
    let known: HashMap<&str, &NodeRow> =
        rows.iter().filter(|row| row.missing_since.is_none()).map(|row| (row.name.as_str(), row)).collect();
    let same =
        |entry: &&Found| known.get(entry.name.as_str()).is_some_and(|row| row.facts == facts(&entry.stat));
    let true_rows = found.iter().filter(same).count();
    Ok(found.len().max(known.len()) - true_rows)
}

/// Makes the rows of a folder say what a visit found.
fn mend(tx: &Write, volume: &Volume, folder: &CloudPath, found: &[Found]) -> Result<()> {
    let parent = folder_id(tx, volume, folder)?;
    let rows = nodes::children(tx, parent)?;
    let mut unseen: HashMap<&str, &NodeRow> = rows.iter().map(|row| (row.name.as_str(), row)).collect();
    for entry in found {
        let name = entry.name.as_str();
        let facts = facts(&entry.stat);
        match unseen.remove(name) {
            Some(row) if row.facts == facts && row.missing_since.is_none() => {}
            Some(row) => {
                let same_content = row.facts.size_bytes == facts.size_bytes
                    && row.facts.modified_nanoseconds == facts.modified_nanoseconds;
                let by = row.modified_by.as_deref().filter(|_| same_content);
                nodes::save(tx, parent, name, &facts, by).map(drop)?;
            }
            None => arrived(tx, volume, parent, name, &facts)?,
        }
    }
    unseen.into_values().try_for_each(|row| nodes::mark_missing(tx, row.id))
}

/// An entry without a row: new, or one that another program moved here, which keeps its id.
fn arrived(tx: &Write, volume: &Volume, parent: i64, name: &str, facts: &NodeFacts) -> Result<()> {
    for candidate in nodes::with_inode(tx, facts.inode)? {
        if candidate.facts.is_folder == facts.is_folder && has_left(tx, volume, &candidate)? {
            nodes::relocate(tx, candidate.id, parent, name)?;
            return nodes::save(tx, parent, name, facts, candidate.modified_by.as_deref()).map(drop);
        }
    }
    nodes::save(tx, parent, name, facts, None).map(drop)
}

/// Whether an entry is no longer where its row says; an entry of the bin never left it.
fn has_left(read: &Read, volume: &Volume, node: &NodeRow) -> Result<bool> {
    let Some(path) = path_of(read, volume, node)? else { return Ok(false) };
    Ok(volume.stat(&path)?.is_none_or(|stat| stat.inode != node.facts.inode))
}

fn path_of(read: &Read, volume: &Volume, node: &NodeRow) -> Result<Option<CloudPath>> {
    let mut names = vec![node.name.clone()];
    let mut parent = node.parent;
    for _ in 0..DEPTH_MAX {
        let Some(above) = nodes::by_id(read, parent)? else { return Ok(None) };
        if above.parent == NO_PARENT {
            let text: String = names.iter().rev().map(|name| format!("/{name}")).collect();
            return Ok((above.name == volume.id()).then(|| CloudPath::parse(&text).ok()).flatten());
        }
        parent = above.parent;
        names.push(above.name);
    }
    Ok(None)
}

fn facts(stat: &Stat) -> NodeFacts {
    NodeFacts {
        is_folder: stat.kind == Kind::Folder,
        // A folder's own size says nothing and changes with the file system's mood.
        size_bytes: if stat.kind == Kind::File { stat.size } else { 0 },
        modified_nanoseconds: nanoseconds(stat.modified),
        inode: stat.inode,
    }
}

/// One number for what a folder looks like, whatever the order on the disk.
fn fingerprint(found: &[Found]) -> u64 {
    let of_one = |entry: &Found| {
        let mut hasher = DefaultHasher::new();
        entry.name.hash(&mut hasher);
        let facts = facts(&entry.stat);
        (facts.is_folder, facts.size_bytes, facts.modified_nanoseconds, facts.inode).hash(&mut hasher);
        hasher.finish()
    };
    found.iter().map(of_one).fold(found.len() as u64, u64::wrapping_add)
}
