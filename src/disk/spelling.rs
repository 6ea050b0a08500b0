//! The spelling of names on the disk. Callers may spell a name differently from the disk, and
//! everything that belongs to an entry (locks, versions, comments) is found by its path. So a path
//! gets the disk's spelling first. All other modules of `disk` compare the names of a path byte by
//! byte.
//!
//! Two spellings are the same name if their Unicode normalization form D is the same (canonical
//! equivalence) or, on a file system that ignores case, if they differ only in case. If several
//! spellings exist side by side, each is reached by its own bytes. Any other spelling leads to the
//! one in form C, else D, else the first on the disk.

use super::directory::entries;
use super::errno::{at, failed, means_absent};
use super::location::Location;
use super::resolve::open_one;
use super::stat::{self, Stat};
use super::volume::Volume;
use super::{resolve, slot::Slot};
use crate::base::path::{CloudPath, EntryName};
use crate::error::Result;
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::OFlags;
use rustix::io::Errno;
use unicode_normalization::UnicodeNormalization;

/// Opens a folder to ask about names in it, without the right to list it.
const FOLDER: OFlags = resolve::ASK.union(OFlags::DIRECTORY);

impl Volume {
    /// The name that an entry has in a folder, or that a new entry would get there.
    pub fn name_in(&self, folder: &CloudPath, name: &EntryName) -> Result<EntryName> {
        if self.has_one_spelling(name) {
            return Ok(name.clone());
        }
        let found = match self.open_at(folder, FOLDER)? {
            Some(handle) => self.entry_named(&handle, name)?,
            None => None,
        };
        Ok(found.unwrap_or_else(|| name.nfc()))
    }

    /// A path in the disk's spelling. Names that do not exist are spelled as a new entry would be.
    /// The names that lead to the root stay as they are, because they name an account or a volume.
    pub fn spelled(&self, path: CloudPath) -> Result<CloudPath> {
        let root_depth = path.root_depth();
        let has_one_spelling = |name| self.has_one_spelling(name);
        if path.is_in_bin() || path.parts().iter().skip(root_depth).all(has_one_spelling) {
            return Ok(path);
        }
        if !self.folds()
            && resolve::open(self.resolution, self.root.as_fd(), self.inside(&path), resolve::ASK).is_ok()
        {
            return Ok(path);
        }
        let (above, below) = path.parts().split_at(root_depth.min(path.parts().len()));
        self.spelled_below(path.beginning(above.len()), below, &|here| self.open_at(here, FOLDER))
    }

    /// The same for a path in a deleted entry.
    pub fn spelled_in_trash(&self, id: &str, below: &[EntryName]) -> Result<CloudPath> {
        self.spelled_below(CloudPath::root(), below, &|here| self.open_at(Location::Trash(id, here), FOLDER))
    }

    fn spelled_below(
        &self,
        mut here: CloudPath,
        names: &[EntryName],
        look: &dyn Fn(&CloudPath) -> Result<Option<OwnedFd>>,
    ) -> Result<CloudPath> {
        let mut is_there = true;
        for name in names {
            let mut found = None;
            if is_there && !self.has_one_spelling(name) {
                found = look(&here)?.map_or(Ok(None), |folder| self.entry_named(&folder, name))?;
                is_there = found.is_some();
            }
            here = here.join(&found.unwrap_or_else(|| name.nfc()))?;
        }
        Ok(here)
    }

    /// True if a path is known, without waiting for the disk, to have the disk's spelling.
    pub fn is_spelled_at_once(&self, path: &CloudPath) -> bool {
        let names = self.inside(path);
        !self.folds()
            && (names.iter().all(|name| self.has_one_spelling(name))
                || resolve::open_cached(self.root.as_fd(), names, resolve::ASK).is_ok())
    }

    /// True if no other spelling of the name can lead to the same entry. Fast for ASCII.
    fn has_one_spelling(&self, name: &EntryName) -> bool {
        !self.folds() && !name.has_forms()
    }

    /// The disk's name of the entry that a name leads to; `None` if there is none.
    fn entry_named(&self, folder: &OwnedFd, name: &EntryName) -> Result<Option<EntryName>> {
        let forms = [Some(name.clone()), Some(name.nfc()), name.nfd()];
        for form in forms.into_iter().flatten() {
            match stat::of_name(folder, &form.to_bytes()) {
                // The listed name may differ on a disk that ignores case.
                Ok(Some(found)) if self.folds() => return listed_as(folder, &form, &found).map(Some),
                Ok(_) => return Ok(Some(form)),
                Err(errno) if means_absent(errno) => {}
                Err(errno) => return Err(failed("statx", errno)),
            }
        }
        // The name may be partly in one form and partly in the other.
        match name.has_forms() {
            true => self.find_equivalent(folder, name),
            false => Ok(None),
        }
    }

    fn find_equivalent(&self, folder: &OwnedFd, name: &EntryName) -> Result<Option<EntryName>> {
        let listed = open_one((folder.as_fd(), b"."), resolve::FOLDER).and_then(|folder| entries(&folder));
        let listed = match listed {
            Ok(listed) => listed,
            // If a folder cannot be listed, its entries are reached only by their own bytes.
            Err(Errno::ACCESS | Errno::PERM) => return Ok(None),
            Err(errno) => return Err(failed("read a folder", errno)),
        };
        let wanted = self.comparable(&name.to_bytes());
        let found = listed.into_iter().find(|entry| {
            !entry.name.is_ascii() && wanted.is_some() && self.comparable(&entry.name) == wanted
        });
        Ok(found.and_then(|entry| EntryName::from_bytes(&entry.name)))
    }

    /// A form that is the same for all spellings of a name; `None` if the name is not text.
    fn comparable(&self, bytes: &[u8]) -> Option<String> {
        let text = std::str::from_utf8(bytes).ok()?;
        Some(if self.folds() { folded(text) } else { text.nfd().collect() })
    }

    /// True if two slots are one entry under two spellings, on a file system that ignores case.
    pub(super) fn are_one(&self, one: &Slot, other: &Slot) -> bool {
        self.folds() && one.above.is_same_entry(&other.above) && differ_in_case(&one.leaf, &other.leaf)
    }
}

fn folded(text: &str) -> String {
    text.nfd().collect::<String>().to_lowercase().nfd().collect()
}

/// True if two names differ only in case.
fn differ_in_case(one: &[u8], other: &[u8]) -> bool {
    let lower = |bytes: &[u8]| std::str::from_utf8(bytes).map(str::to_lowercase);
    one == other || lower(one).is_ok_and(|one| lower(other).is_ok_and(|other| one == other))
}

/// The name under which a folder lists the entry that a name leads to, on a disk that ignores case.
fn listed_as(folder: &OwnedFd, name: &EntryName, wanted: &Stat) -> Result<EntryName> {
    let folder = open_one((folder.as_fd(), b"."), resolve::FOLDER).map_err(at("open"))?;
    let listed = entries(&folder).map_err(at("read a folder"))?;
    let is_wanted = |name: &[u8]| {
        stat::of_name(&folder, name).is_ok_and(|stat| stat.is_some_and(|stat| stat.is_same_entry(wanted)))
    };
    let bytes = name.to_bytes();
    let exact = listed.iter().find(|entry| entry.name == bytes);
    let found = exact
        .or_else(|| listed.iter().find(|entry| differ_in_case(&entry.name, &bytes)))
        .or_else(|| listed.iter().find(|entry| is_wanted(&entry.name)));
    Ok(found.and_then(|entry| EntryName::from_bytes(&entry.name)).unwrap_or_else(|| name.clone()))
}
