//! The rules of albums, written a second time as simply as possible.

use super::random::{RIGHTS, Random};
use super::{Given, World, real};
use crate::base::path::{CloudPath, EntryName};
use crate::domain::access::albums::Album;
use crate::domain::access::grants::Share;
use crate::domain::access::rights::Rights;
use std::collections::HashSet;

/// A file of an album: its name there, its place and the rights to it.
type File = (String, Vec<String>, Vec<Rights>);

fn names(place: &CloudPath) -> Vec<String> {
    place.parts().iter().map(EntryName::to_string).collect()
}

/// An album of some places.
pub fn random_album(random: &mut Random, places: &[Vec<&'static str>]) -> Album {
    let mut chosen: Vec<CloudPath> = Vec::new();
    for _ in 0..random.below(5) {
        let place = real(&places[random.below(places.len())]);
        if !chosen.contains(&place) {
            chosen.push(place);
        }
    }
    Album::of(chosen).unwrap()
}

/// The rights that a share gives at most at a place: all below its entry; in an album, looking and
/// downloading at exactly its files.
pub fn most(share: &Share, place: &[String]) -> Vec<Rights> {
    match &share.album {
        None if place.starts_with(&names(&share.place)) => RIGHTS.to_vec(),
        Some(album) if album.files().iter().any(|file| names(&file.place) == place) => RIGHTS[..2].to_vec(),
        _ => Vec::new(),
    }
}

/// The files of an album that somebody may see. A name that is taken, in any case, gets the first
/// free number.
fn files(share: &Share, rights_at: &dyn Fn(&[String]) -> Vec<Rights>) -> Vec<File> {
    let (mut taken, mut files) = (HashSet::new(), Vec::new());
    for file in share.album.iter().flat_map(Album::files) {
        let place = names(&file.place);
        let own = place.last().unwrap().clone();
        let all = std::iter::once(own.clone()).chain((2..).map(|number| format!("{own} ({number})")));
        let name = all.into_iter().find(|name| taken.insert(name.to_lowercase())).unwrap();
        let rights = rights_at(&place);
        if rights.contains(&Rights::READ) {
            files.push((name, place, rights));
        }
    }
    files
}

/// True if somebody may see a share: its entry, or any file of an album.
pub fn is_seen(share: &Share, rights_at: &dyn Fn(&[String]) -> Vec<Rights>) -> bool {
    match share.album {
        None => rights_at(&names(&share.place)).contains(&Rights::READ),
        Some(_) => !files(share, rights_at).is_empty(),
    }
}

/// The paths of the roots of a share that is seen at a path.
pub fn roots(
    share: &Share,
    top: &[String],
    rights_at: &dyn Fn(&[String]) -> Vec<Rights>,
) -> Vec<Vec<String>> {
    match share.album {
        None => vec![top.to_vec()],
        Some(_) => files(share, rights_at).into_iter().map(|(name, ..)| [top, &[name]].concat()).collect(),
    }
}

/// The rule for a path in an album, whose own path has three names.
pub fn rule(share: &Share, shown: &[String], rights_at: &dyn Fn(&[String]) -> Vec<Rights>) -> Option<Given> {
    let files = files(share, rights_at);
    if shown.len() == 3 {
        let is_given = |right: &Rights| files.iter().any(|(.., rights)| rights.contains(right));
        let rights = RIGHTS[..2].iter().copied().filter(is_given).collect();
        return (!files.is_empty()).then(|| Given { real: shown.to_vec(), rights, root: 0 });
    }
    let (_, place, _) = files.into_iter().find(|(name, ..)| *name == shown[3])?;
    let lies = [&place[..], &shown[4..]].concat();
    let rights = rights_at(&lies);
    (!rights.is_empty()).then_some(Given { real: lies, rights, root: place.len() })
}

impl World {
    /// Paths of the files of albums, by the member's and the visitor's path, with a name below.
    pub fn paths_of_albums(&self) -> Vec<Vec<String>> {
        let mut paths = Vec::new();
        for (number, share) in self.shares.iter().enumerate() {
            let owner = super::ACCOUNTS[share.owner as usize];
            let tops = [
                ["SHARED", owner, share.name.as_str()].map(str::to_owned),
                ["SHARED".to_owned(), format!("!hidden{number}"), format!("link{number}")],
                ["SHARED".to_owned(), owner.to_owned(), format!("link{number}")],
            ];
            for file in share.album.iter().flat_map(Album::files) {
                for top in &tops {
                    let path = [&top[..], &[file.name.to_string()]].concat();
                    paths.push([&path[..], &["a".to_owned()]].concat());
                    paths.push(path);
                }
            }
        }
        paths
    }
}
