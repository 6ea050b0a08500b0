//! The values of entries on the disk that the index stores.

use crate::base::path::EntryName;
use crate::base::time::nanoseconds;
use crate::disk::{Brief, Found, Kind, Moved, Stat};
use crate::error::Result;
use crate::store::nodes::NodeFacts;
use crate::store::{Write, checksums, video_frames};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The result of a visit. It can be read several times, so that it need not be in memory as a
/// whole.
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

/// The values to be stored in the index.
pub fn facts(stat: &Stat) -> NodeFacts {
    facts_of(&stat.brief())
}

/// The values to be stored, from those of a listing.
pub(in crate::domain) fn facts_of(brief: &Brief) -> NodeFacts {
    NodeFacts {
        is_folder: brief.kind == Kind::Folder,
        // The size of a folder means nothing, and varies with the file system.
        size_bytes: if brief.kind == Kind::File { brief.size } else { 0 },
        modified_nanoseconds: nanoseconds(brief.modified),
        inode: brief.inode,
        // The change time of a folder changes with each entry in it, and entries have their own
        // rows.
        changed_nanoseconds: brief.changed.filter(|_| brief.kind == Kind::File).map(nanoseconds),
    }
}

/// Keeps what belongs to the content of an entry that this program has moved on its disk, although
/// its change time is new: its checksum, and the frame of a video.
pub fn content_moved(tx: &Write, node: i64, moved: &Moved) -> Result<()> {
    let (before, now) = (facts(&moved.before), facts(&moved.now));
    if !now.looks_like(&before) {
        return Ok(());
    }
    checksums::moved(tx, node, &before, &now)?;
    video_frames::moved(tx, node, &before, &now)
}

/// A number for the contents of a folder, independent of the order on the disk.
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
