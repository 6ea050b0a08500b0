//! What the index keeps of what the disk says.

use crate::base::path::EntryName;
use crate::base::time::nanoseconds;
use crate::disk::{Brief, Found, Kind, Moved, Stat};
use crate::error::Result;
use crate::store::nodes::NodeFacts;
use crate::store::{Write, checksums};
use std::hash::{DefaultHasher, Hash, Hasher};

/// What a visit of a folder found; it can be gone through more than once, so that nobody has to hold all of it.
pub trait Visited {
    fn count(&self) -> usize;
    fn each_entry(&self, each: &mut dyn FnMut(&EntryName, &Brief) -> Result<()>) -> Result<()>;
}

impl Visited for [Found] {
    fn count(&self) -> usize {
        self.len()
    }

    fn each_entry(&self, each: &mut dyn FnMut(&EntryName, &Brief) -> Result<()>) -> Result<()> {
        self.iter().try_for_each(|found| each(&found.name, &found.stat.brief()))
    }
}

impl Visited for Vec<Found> {
    fn count(&self) -> usize {
        self.len()
    }

    fn each_entry(&self, each: &mut dyn FnMut(&EntryName, &Brief) -> Result<()>) -> Result<()> {
        self.as_slice().each_entry(each)
    }
}

/// What the index keeps of what the disk says.
pub fn facts(stat: &Stat) -> NodeFacts {
    facts_of(&stat.brief())
}

/// The same of what a listing tells.
pub(in crate::domain) fn facts_of(brief: &Brief) -> NodeFacts {
    NodeFacts {
        is_folder: brief.kind == Kind::Folder,
        // A folder's own size says nothing and changes with the file system's mood.
        size_bytes: if brief.kind == Kind::File { brief.size } else { 0 },
        modified_nanoseconds: nanoseconds(brief.modified),
        inode: brief.inode,
        // That of a folder changes with each entry in it, which is told by itself.
        changed_nanoseconds: brief.changed.filter(|_| brief.kind == Kind::File).map(nanoseconds),
    }
}

/// What this program has moved keeps its checksum, though its time of change is another now.
pub fn checksum_moved(tx: &Write, node: i64, moved: &Moved) -> Result<()> {
    checksums::moved(tx, node, &facts(&moved.before), &facts(&moved.now))
}

/// One number for what a folder looks like, whatever the order on the disk.
pub(in crate::domain) fn fingerprint(found: &(impl Visited + ?Sized)) -> Result<u64> {
    let mut sum = found.count() as u64;
    found.each_entry(&mut |name, brief| {
        let mut hasher = DefaultHasher::new();
        (name, facts_of(brief)).hash(&mut hasher);
        sum = sum.wrapping_add(hasher.finish());
        Ok(())
    })?;
    Ok(sum)
}
