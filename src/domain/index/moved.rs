//! Moves by other programs: finds the row of an entry at its old place, so that everything that
//! belongs to the row moves along.

use super::lookup::{chain, path_of};
use crate::base::path::{CloudPath, EntryName};
use crate::base::time::nanoseconds;
use crate::disk::Stat;
use crate::domain::index::facts::facts;
use crate::domain::volumes::registry::Volumes;
use crate::error::Result;
use crate::store::Read;
use crate::store::nodes::{self, NodeFacts, NodeRow};

/// Like `chain`, but if another program moved an entry to this path and no visit has found it yet,
/// the chain has its old row. `None` stands for a folder that no visit has found and that has no
/// old row.
pub fn chain_of_moved(read: &Read, volumes: &Volumes, path: &CloudPath) -> Result<Vec<Option<NodeRow>>> {
    let known = chain(read, volumes, path)?.into_iter().map(Some).collect();
    follow_chain(read, volumes, path, known)
}

/// Completes the rows that are known for a path.
pub(super) fn follow_chain(
    read: &Read,
    volumes: &Volumes,
    path: &CloudPath,
    mut chain: Vec<Option<NodeRow>>,
) -> Result<Vec<Option<NodeRow>>> {
    while chain.len() > path.root_depth() {
        let Some(name) = path.parts().get(chain.len() - 1) else { break };
        let here = path.beginning(chain.len());
        let known = match chain.last() {
            Some(Some(above)) => nodes::child(read, above.id, name.as_str())?,
            _ => None,
        };
        chain.push(match known {
            Some(node) => Some(node),
            None => {
                let Some(stat) = last_seen(volumes, &here)? else { break };
                left_for(read, volumes, &here, &stat)?
            }
        });
    }
    Ok(chain)
}

/// The entry at a path, if its disk was present at the last look.
pub(super) fn last_seen(volumes: &Volumes, path: &CloudPath) -> Result<Option<Stat>> {
    volumes.as_last_seen(path).map_or(Ok(None), |volume| volume.stat(path))
}

/// Like `find`, but if another program moved the entry to this path, it returns the old row.
pub fn find_moved(read: &Read, volumes: &Volumes, path: &CloudPath) -> Result<Option<NodeRow>> {
    let mut chain = chain_of_moved(read, volumes, path)?;
    Ok(if chain.len() == path.parts().len() + 1 { chain.pop().flatten() } else { None })
}

/// The old row of an entry without a row, if another program moved it to this path.
pub(super) fn came_from(read: &Read, volumes: &Volumes, path: &CloudPath) -> Result<Option<NodeRow>> {
    last_seen(volumes, path)?.map_or(Ok(None), |stat| left_for(read, volumes, path, &stat))
}

/// The row of an entry that was moved here, if its old place is empty now. If another entry is
/// there, that may be new content of the old one, which only a visit of the folder can find out.
pub(super) fn left_for(
    read: &Read,
    volumes: &Volumes,
    path: &CloudPath,
    stat: &Stat,
) -> Result<Option<NodeRow>> {
    let Some(row) = before_it_moved(read, volumes, path, &facts(stat))? else { return Ok(None) };
    let before = path_of(read, volumes, &row)?;
    let stands_there = before.map_or(Ok(None), |before| last_seen(volumes, &before))?;
    Ok(Some(row).filter(|_| stands_there.is_none()))
}

/// The path at which the index knows the content with this inode number, on the volume with this
/// top.
pub fn place_of_inode(
    read: &Read,
    volumes: &Volumes,
    top: &CloudPath,
    inode: u64,
) -> Result<Option<(i64, CloudPath)>> {
    for node in nodes::with_inode(read, inode)?.into_iter().filter(|node| !node.facts.is_folder) {
        let path = path_of(read, volumes, &node)?;
        if let Some(path) = path.filter(|path| volumes.are_together(top, path)) {
            return Ok(Some((node.id, path)));
        }
    }
    Ok(None)
}

/// The row of this file or folder, if the entry is no longer at the path of the row, with that
/// path.
pub fn left_its_place(
    read: &Read,
    volumes: &Volumes,
    top: &CloudPath,
    stat: &Stat,
) -> Result<Option<(i64, CloudPath)>> {
    let facts = facts(stat);
    for node in nodes::with_inode(read, facts.inode)? {
        let is_same = node.facts.is_folder == facts.is_folder && node.facts.size_bytes == facts.size_bytes;
        if !is_same || !has_left(read, volumes, &node)? {
            continue;
        }
        let path = path_of(read, volumes, &node)?;
        if let Some(path) = path.filter(|path| volumes.are_together(top, path)) {
            return Ok(Some((node.id, path)));
        }
    }
    Ok(None)
}

/// The files with this inode number in the index.
#[cfg_attr(not(feature = "thumbs"), expect(dead_code, reason = "only pictures ask"))]
pub fn contents_of_inode(read: &Read, volumes: &Volumes, inode: u64) -> Result<Vec<(CloudPath, NodeFacts)>> {
    let mut contents = Vec::new();
    for node in nodes::with_inode(read, inode)? {
        if node.facts.is_folder || node.missing_since.is_some() {
            continue;
        }
        if let Some(path) = path_of(read, volumes, &node)? {
            contents.push((path, node.facts));
        }
    }
    Ok(contents)
}

/// The old row of an entry without a row at its place, if another program moved it there.
pub(super) fn before_it_moved(
    read: &Read,
    volumes: &Volumes,
    path: &CloudPath,
    facts: &NodeFacts,
) -> Result<Option<NodeRow>> {
    for candidate in nodes::with_inode(read, facts.inode)? {
        if is_same_thing(read, volumes, &candidate, path, facts)? && has_left(read, volumes, &candidate)? {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

/// True if the entry at a path is the one of a row with its inode number. The number alone does not
/// decide: file systems reuse the number of a removed file, and two disks have the same numbers. A
/// moved entry still has its size and time, or is older than the row, or is a folder that contains
/// an entry of the old one.
pub(super) fn is_same_thing(
    read: &Read,
    volumes: &Volumes,
    row: &NodeRow,
    path: &CloudPath,
    facts: &NodeFacts,
) -> Result<bool> {
    const CHILDREN_MAX: usize = 16;
    if row.facts.is_folder != facts.is_folder {
        return Ok(false);
    }
    if path_of(read, volumes, row)?.is_some_and(|was| !volumes.are_together(&was, path)) {
        return Ok(false);
    }
    if row.facts.looks_like(facts) {
        return Ok(true);
    }
    let Some(volume) = volumes.as_last_seen(path) else { return Ok(false) };
    let born = volume.stat(path)?.and_then(|stat| stat.born);
    if born.is_some_and(|born| nanoseconds(born) <= row.facts.modified_nanoseconds) {
        return Ok(true);
    }
    for child in nodes::children(read, row.id)?.into_iter().take(CHILDREN_MAX) {
        let below = EntryName::parse(&child.name).and_then(|name| path.join(&name));
        let found = below.map_or(Ok(None), |below| volume.stat(&below))?;
        if found.is_some_and(|stat| stat.inode == child.facts.inode) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// True if an entry is no longer at the path of its row. An entry of the bin counts as gone only if
/// a visit found it missing before.
pub(super) fn has_left(read: &Read, volumes: &Volumes, node: &NodeRow) -> Result<bool> {
    let Some(path) = path_of(read, volumes, node)? else { return Ok(node.missing_since.is_some()) };
    // An entry on a missing disk has not left it.
    let Some(volume) = volumes.as_last_seen(&path) else { return Ok(false) };
    Ok(volume.stat(&path)?.is_none_or(|stat| stat.inode != node.facts.inode))
}
