//! A root: the entry at which a way of a user begins.

use super::rights::Way;
use crate::base::path::{CloudPath, EntryName};
use crate::base::shown_path::ShownPath;
use crate::error::Result;
use std::collections::HashMap;

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

/// The roots of a person, in their order: an entry below several roots is shown below the first of
/// them. The files of albums come last. There may be thousands, so they are found by their places.
#[derive(Debug, Default)]
pub struct Roots {
    all: Vec<Root>,
    /// The number of roots before the files of albums.
    before_files: usize,
    /// The files of albums: the numbers of the roots at each place.
    files: HashMap<CloudPath, Vec<usize>>,
}

impl Roots {
    /// The roots of a person: folders and single entries, and the files of albums.
    pub fn new(entries: Vec<Root>, in_albums: Vec<Root>) -> Roots {
        let (before_files, mut files) = (entries.len(), HashMap::<CloudPath, Vec<usize>>::new());
        for (at, file) in in_albums.iter().enumerate() {
            files.entry(file.real.clone()).or_default().push(before_files + at);
        }
        let all = entries.into_iter().chain(in_albums).collect();
        Roots { all, before_files, files }
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Root> {
        self.all.iter()
    }

    /// The roots by which a place may be reached. Below a file of an album there is nothing.
    pub fn leading_to<'a>(&'a self, place: &'a CloudPath) -> impl Iterator<Item = &'a Root> {
        let entries = self.all[..self.before_files].iter().filter(|root| place.starts_with(&root.real));
        let files = self.files.get(place).into_iter().flatten().map(|at| &self.all[*at]);
        entries.chain(files)
    }
}
