//! Shared albums: lists of files that others may look at and download.

use crate::base::numbered::numbered;
use crate::base::path::{CloudPath, EntryName};
use crate::domain::index::lookup::FolderPaths;
use crate::domain::volumes::registry::Volumes;
use crate::error::{Error, Result};
use crate::store::{Read, favorites, nodes};
use std::collections::{HashMap, HashSet};

/// The files of a shared album in the order of its list.
#[derive(Clone, Debug, Default)]
pub struct Album {
    files: Vec<AlbumFile>,
    places: HashSet<CloudPath>,
}

/// A file of an album.
#[derive(Clone, Debug)]
pub struct AlbumFile {
    /// Its name in the album. No other file there has it, not even in another case.
    pub name: EntryName,
    pub place: CloudPath,
}

impl Album {
    /// The album with the files at these places. If an earlier file has the same name, a number is
    /// added.
    pub fn of(places: impl IntoIterator<Item = CloudPath>) -> Result<Album> {
        let (mut album, mut taken) = (Album::default(), HashSet::new());
        // The next number for each name. Otherwise a thousand files of one name would be a million
        // trials.
        let mut next: HashMap<String, u32> = HashMap::new();
        for place in places {
            let own = place.leaf().ok_or_else(|| Error::internal("a file has no name"))?.clone();
            let number = next.entry(own.as_str().to_lowercase()).or_insert(1);
            let name = loop {
                let tried = EntryName::parse(&numbered(own.as_str(), *number))?;
                *number += 1;
                if taken.insert(tried.as_str().to_lowercase()) {
                    break tried;
                }
            };
            album.places.insert(place.clone());
            album.files.push(AlbumFile { name, place });
        }
        Ok(album)
    }

    /// Reads the files of a list. Folders, and files that are missing or in a recycle bin, are left
    /// out.
    pub(super) fn read(read: &Read, volumes: &Volumes, owner: i64, list: i64) -> Result<Album> {
        let (mut folders, mut places) = (FolderPaths::new(read, volumes), Vec::new());
        for favorite in favorites::in_list(read, owner, list)? {
            let node = nodes::by_id(read, favorite.node)?;
            let Some(node) = node.filter(|node| node.missing_since.is_none() && !node.facts.is_folder) else {
                continue;
            };
            places.extend(folders.below(node.parent, &node.name)?);
        }
        Album::of(places)
    }

    pub fn files(&self) -> &[AlbumFile] {
        &self.files
    }

    /// True if the file at exactly this place is in the album.
    pub(super) fn holds(&self, place: &CloudPath) -> bool {
        self.places.contains(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_of_an_album_has_a_name_of_its_own() {
        let place = |text: &str| CloudPath::parse(text).unwrap();
        let places = ["/a/x.jpg", "/b/x.jpg", "/b/x (2).jpg", "/c/X.JPG", "/c/y", "/d/x.jpg"].map(place);
        let album = Album::of(places.clone()).unwrap();
        let names: Vec<&str> = album.files().iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["x.jpg", "x (2).jpg", "x (2) (2).jpg", "X (3).JPG", "y", "x (4).jpg"]);
        assert!(places.iter().all(|place| album.holds(place)));
        assert!(!album.holds(&place("/a")) && !album.holds(&place("/a/x.jpg/z")));
    }
}
