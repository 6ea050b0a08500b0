//! A root: the entry at which a way of a user begins.

use super::rights::Way;
use crate::base::path::{CloudPath, EntryName};
use crate::base::shown_path::ShownPath;
use crate::error::Result;

/// A folder with everything below it, or a single file.
#[derive(Clone, Debug)]
pub struct Root {
    pub shown: ShownPath,
    pub real: CloudPath,
    pub way: Way,
}

impl Root {
    /// A root that its user sees at its real place.
    pub fn unmoved(names: &[&str], way: Way) -> Result<Root> {
        let names = names.iter().map(|name| EntryName::parse(name)).collect::<Result<Vec<_>>>()?;
        let real = CloudPath::root().below(&names)?;
        Ok(Root { shown: ShownPath::same_as(&real), real, way })
    }
}
