//! Finding rows by paths, and paths of rows.

use crate::base::path::{CloudPath, EntryName};
use crate::domain::volumes::registry::Volumes;
use crate::error::Result;
use crate::store::Read;
use crate::store::nodes::{self, NO_PARENT, NodeRow};
use std::collections::{HashMap, HashSet};

/// The row of a path; `None` if there is none.
pub fn find(read: &Read, volumes: &Volumes, path: &CloudPath) -> Result<Option<NodeRow>> {
    let mut chain = chain(read, volumes, path)?;
    Ok(if chain.len() == path.parts().len() + 1 { chain.pop() } else { None })
}

/// The rows from the top down to a path, as far as they exist.
pub fn chain(read: &Read, volumes: &Volumes, path: &CloudPath) -> Result<Vec<NodeRow>> {
    let mut chain = Vec::with_capacity(path.parts().len() + 1);
    let mut next = nodes::child(read, NO_PARENT, volumes.id())?;
    let mut names = path.parts().iter();
    while let Some(node) = next {
        let above = node.id;
        chain.push(node);
        let Some(name) = names.next() else { break };
        next = nodes::child(read, above, name.as_str())?;
    }
    Ok(chain)
}

/// The ids of the entries at these paths, as far as they are known and not missing. Folders that
/// several of them share are looked up once.
pub fn ids_of(read: &Read, volumes: &Volumes, paths: &[CloudPath]) -> Result<HashSet<i64>> {
    let (mut folders, mut ids) = (HashMap::new(), HashSet::new());
    for path in paths {
        let (Some(folder), Some(name)) = (path.parent(), path.leaf()) else { continue };
        let folder = match folders.get(&folder) {
            Some(known) => *known,
            None => {
                let id = find(read, volumes, &folder)?.map(|node| node.id);
                *folders.entry(folder).or_insert(id)
            }
        };
        let node = folder.map_or(Ok(None), |folder| nodes::child(read, folder, name.as_str()))?;
        ids.extend(node.filter(|node| node.missing_since.is_none()).map(|node| node.id));
    }
    Ok(ids)
}

/// The path of an entry; `None` for an entry in the bin.
pub fn path_of(read: &Read, volumes: &Volumes, node: &NodeRow) -> Result<Option<CloudPath>> {
    let place = nodes::place(read, node.id)?.filter(|place| place.volume == volumes.id());
    Ok(place.and_then(|place| CloudPath::parse(&place.path()).ok()))
}

/// The path of the entry with an id; `None` if it has left the tree, for the bin or permanently.
pub fn path_of_id(read: &Read, volumes: &Volumes, id: i64) -> Result<Option<CloudPath>> {
    match nodes::by_id(read, id)? {
        Some(node) => path_of(read, volumes, &node),
        None => Ok(None),
    }
}

/// Finds the paths of many entries. Folders that several of them share are looked up once.
pub struct FolderPaths<'a> {
    read: &'a Read,
    volumes: &'a Volumes,
    known: HashMap<i64, Option<CloudPath>>,
}

impl<'a> FolderPaths<'a> {
    pub fn new(read: &'a Read, volumes: &'a Volumes) -> FolderPaths<'a> {
        FolderPaths { read, volumes, known: HashMap::new() }
    }

    /// The path of a name in the folder with an id; `None` if the folder is in no tree.
    pub fn below(&mut self, folder: i64, name: &str) -> Result<Option<CloudPath>> {
        let above = match self.known.get(&folder) {
            Some(known) => known.clone(),
            None => {
                let path = self.folder(folder)?;
                self.known.insert(folder, path.clone());
                path
            }
        };
        let Some(above) = above else { return Ok(None) };
        Ok(EntryName::parse(name).and_then(|name| above.join(&name)).ok())
    }

    fn folder(&self, id: i64) -> Result<Option<CloudPath>> {
        let Some(node) = nodes::by_id(self.read, id)? else { return Ok(None) };
        if node.parent == NO_PARENT {
            return Ok((node.name == self.volumes.id()).then(CloudPath::root));
        }
        path_of(self.read, self.volumes, &node)
    }
}
