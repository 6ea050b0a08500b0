//! Finding rows by paths, and paths of rows.

use crate::base::path::CloudPath;
use crate::domain::volumes::registry::Volumes;
use crate::error::Result;
use crate::store::Read;
use crate::store::nodes::{self, NO_PARENT, NodeRow};

/// The row of a path, if there is one.
pub fn find(read: &Read, volumes: &Volumes, path: &CloudPath) -> Result<Option<NodeRow>> {
    let mut chain = chain(read, volumes, path)?;
    Ok(if chain.len() == path.parts().len() + 1 { chain.pop() } else { None })
}

/// The rows from the top down to a path, as far as there are any.
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

/// Where an entry of the index is; `None` for what lies in the bin.
pub fn path_of(read: &Read, volumes: &Volumes, node: &NodeRow) -> Result<Option<CloudPath>> {
    let place = nodes::place(read, node.id)?.filter(|place| place.volume == volumes.id());
    Ok(place.and_then(|place| CloudPath::parse(&place.path()).ok()))
}

/// Where the entry of an id lies; `None` when it has left the tree, for the bin or for good.
pub fn path_of_id(read: &Read, volumes: &Volumes, id: i64) -> Result<Option<CloudPath>> {
    match nodes::by_id(read, id)? {
        Some(node) => path_of(read, volumes, &node),
        None => Ok(None),
    }
}
