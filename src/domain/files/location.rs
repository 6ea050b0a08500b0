//! Finds where a path leads: to the files, to a bin, or into a bin.

use crate::base::obstacle::Obstacle;
use crate::base::path::{CloudPath, EntryName};
use crate::base::root::Root;
use crate::disk::{Found, Kind, Listed, Location, Stat, Usage, Volume, Wanted};
use crate::domain::access::rights::{Reach, Readable, Rights};
use crate::domain::accounts::actor::User;
use crate::domain::index::lookup;
use crate::domain::volumes::findings::skip;
use crate::domain::volumes::registry::Volumes;
use crate::domain::{Cloud, CloudView};
use crate::error::{Code, Error, Result};
use crate::store::Read;
use crate::store::nodes::{self, NodeRow};
use crate::store::trash::{self, TrashRow};
use std::sync::Arc;

/// The place to which a path leads.
pub(in crate::domain) enum Located<'a> {
    /// To the files, whether the entry exists or not.
    Files(&'a CloudPath),
    /// To a bin itself, by its owner.
    Bin(Root),
    /// A path into a bin.
    Trash(Trashed),
}

/// A deleted entry, and a path below it.
pub(in crate::domain) struct Trashed {
    pub row: TrashRow,
    pub below: CloudPath,
}

impl Located<'_> {
    /// The volume on which it lies.
    pub fn volume(&self, volumes: &Volumes) -> Result<Arc<Volume>> {
        match self {
            Located::Files(path) => volumes.of(path),
            Located::Trash(trashed) => volumes.of_root(&trashed.row.owner),
            Located::Bin(owner) => volumes.of_root(owner),
        }
    }

    /// The root to which it belongs.
    pub fn root(&self, cloud: &Cloud) -> Result<Root> {
        match self {
            Located::Files(path) => cloud.root_of(path),
            Located::Trash(trashed) => Ok(trashed.row.owner.clone()),
            Located::Bin(owner) => Ok(owner.clone()),
        }
    }

    /// Its location on the disk.
    ///
    /// # Errors
    /// `Code::Forbidden` for a bin as a whole.
    pub fn spot(&self) -> Result<Location<'_>> {
        match self {
            Located::Files(path) => Ok(Location::Files(path)),
            Located::Trash(trashed) => Ok(Location::Trash(&trashed.row.id, &trashed.below)),
            Located::Bin(_) => {
                Err(Error::new(Code::Forbidden, "The recycle bin is emptied with emptyrecyclebin."))
            }
        }
    }
}

impl Trashed {
    /// True if this is a whole entry of the bin.
    pub fn is_whole(&self) -> bool {
        self.below.is_root()
    }

    /// Its entry of the index.
    pub fn node(&self, read: &Read) -> Result<Option<NodeRow>> {
        let mut node = self.row.node.map_or(Ok(None), |id| nodes::by_id(read, id))?;
        for name in self.below.parts() {
            let Some(above) = node else { return Ok(None) };
            node = nodes::child(read, above.id, name.as_str())?;
        }
        Ok(node)
    }
}

impl CloudView<'_> {
    /// The size of a folder's contents as far as the user may see them. The folder itself is not
    /// counted.
    pub fn usage(&self, user: &User, path: &Readable) -> Result<Option<Usage>> {
        let Some(mut usage) = self.cloud.usage(path.real())? else { return Ok(None) };
        let hidden = self.ways(user)?.lacking_below(path, Rights::READ);
        for place in &hidden {
            let is_within = hidden.iter().any(|other| other != place && place.starts_with(other));
            let held = if is_within { None } else { self.cloud.usage(place)? };
            if let Some(held) = held {
                usage.bytes = usage.bytes.saturating_sub(held.bytes);
                usage.files = usage.files.saturating_sub(held.files);
                usage.folders = usage.folders.saturating_sub(held.folders + 1);
            }
        }
        Ok(Some(usage))
    }
}

impl Cloud {
    /// The place to which a path leads; `None` for a path into a bin that has no such name.
    pub(in crate::domain) fn locate<'a>(&self, path: &'a CloudPath) -> Result<Option<Located<'a>>> {
        if !path.is_in_bin() {
            return Ok(Some(Located::Files(path)));
        }
        let (owner, inside) = (self.root_of(path)?, &path.parts()[path.root_depth() + 1..]);
        let Some((name, below)) = inside.split_first() else { return Ok(Some(Located::Bin(owner))) };
        let row = self.store.read(|read| trash::find(read, &owner, name))?;
        row.map_or(Ok(None), |row| self.locate_deleted(row, below))
    }

    /// The same for a reached entry: for a deleted one, the entry to which the rights belong.
    pub(in crate::domain) fn locate_reached<'a>(&self, path: &'a Reach) -> Result<Option<Located<'a>>> {
        match (path.deleted(), path.real().parts().get(path.real().root_depth() + 2..)) {
            (Some(row), Some(below)) => self.locate_deleted(row.clone(), below),
            _ => self.locate(path.real()),
        }
    }

    fn locate_deleted(&self, row: TrashRow, below: &[EntryName]) -> Result<Option<Located<'static>>> {
        if self.on_their_way.has(&row.id) {
            return Ok(None);
        }
        let below = match below {
            [] => CloudPath::root(),
            names => self.volumes.of_root(&row.owner)?.spelled_in_trash(&row.id, names)?,
        };
        Ok(Some(Located::Trash(Trashed { row, below })))
    }

    /// The entries of an account's bin.
    pub(in crate::domain) fn bin(&self, owner: &Root) -> Result<Vec<Found>> {
        let rows = self.store.read(|read| trash::of_owner(read, owner))?;
        let (volume, top) = (self.volumes.of_root(owner)?, CloudPath::root());
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            // Entries that were restored or removed meanwhile, that are on their way to another
            // disk, or whose name is not valid are left out.
            let location = Location::Trash(&row.id, &top);
            let stat = volume.stat(location).or_else(|error| skip(&volume, location, error))?;
            let stat = stat.filter(|_| !self.on_their_way.has(&row.id));
            if let (Some(stat), Ok(name)) = (stat, EntryName::parse(&row.name)) {
                found.push(Found { name, stat });
            }
        }
        Ok(found)
    }

    /// The entry at a path, in the files or in a bin.
    pub(in crate::domain) fn stat(&self, path: &CloudPath) -> Result<Option<Stat>> {
        self.locate(path)?.map_or(Ok(None), |located| self.stat_of(path, &located))
    }

    /// The same for a path that is located already.
    pub(in crate::domain) fn stat_of(&self, path: &CloudPath, located: &Located<'_>) -> Result<Option<Stat>> {
        match located {
            // The bin has the times of the folder that contains it.
            Located::Bin(_) => self.volumes.stat(&path.parent().unwrap_or_default()),
            Located::Files(path) => self.volumes.stat(path),
            located => located.volume(&self.volumes)?.stat(located.spot()?),
        }
    }

    /// The entries of a folder, in the files or in a bin; `None` if there is no folder.
    pub(in crate::domain) fn list(&self, path: &CloudPath) -> Result<Option<Vec<Found>>> {
        let mut all = Vec::new();
        let is_there = self.each(path, |found| {
            all.push(found);
            Ok(())
        })?;
        Ok(is_there.then_some(all))
    }

    /// Hands the entries to a closure, one after the other. Returns false if there is no folder.
    pub(in crate::domain) fn each(
        &self,
        path: &CloudPath,
        mut each: impl FnMut(Found) -> Result<()>,
    ) -> Result<bool> {
        self.each_listed(path, |listed| match listed {
            Listed::Found(found) => each(found),
            Listed::Skipped { .. } => Ok(()),
        })
    }

    /// As [`Cloud::each`], but the closure also learns of entries that cannot be read.
    pub(in crate::domain) fn each_listed(
        &self,
        path: &CloudPath,
        mut each: impl FnMut(Listed) -> Result<()>,
    ) -> Result<bool> {
        let all = |found: Vec<Found>, each: &mut dyn FnMut(Listed) -> Result<()>| {
            found.into_iter().map(Listed::Found).try_for_each(each).map(|()| true)
        };
        match self.locate(path)? {
            Some(Located::Bin(owner)) => all(self.bin(&owner)?, &mut each),
            Some(Located::Files(path)) if path.is_above_roots() => {
                all(self.volumes.list(path)?.unwrap_or_default(), &mut each)
            }
            Some(located) => {
                located.volume(&self.volumes)?.each_listed(located.spot()?, |listed| match &listed {
                    Listed::Found(found) if path.is_bin(&found.name) => Ok(()),
                    _ => each(listed),
                })
            }
            None => Ok(false),
        }
    }

    /// The size of the entry at a path, in the files or in a bin; `None` if there is none.
    pub(in crate::domain) fn usage(&self, path: &CloudPath) -> Result<Option<Usage>> {
        self.locate(path)?.map_or(Ok(None), |located| self.usage_of(path, &located))
    }

    /// The same for a path that is located already.
    pub(in crate::domain) fn usage_of(
        &self,
        path: &CloudPath,
        located: &Located<'_>,
    ) -> Result<Option<Usage>> {
        if matches!(located, Located::Bin(_)) {
            let mut all = Usage::default();
            for found in self.list(path)?.unwrap_or_default() {
                let usage = self.usage(&path.join(&found.name)?)?.unwrap_or_default();
                all.bytes += usage.bytes;
                all.bytes_without_holes += usage.bytes_without_holes;
                all.files += usage.files;
                all.folders += usage.folders + u64::from(found.stat.kind == Kind::Folder);
            }
            return Ok(Some(all));
        }
        let (volume, spot) = (located.volume(&self.volumes)?, located.spot()?);
        Ok(if volume.stat(spot)?.is_some() { Some(volume.usage(spot)?) } else { None })
    }

    /// The entry of a bin to which a path leads.
    ///
    /// # Errors
    /// `Code::NotFound` if there is none, and for a path that does not lead into a bin.
    pub(in crate::domain) fn existing_in_bin(&self, path: &Reach) -> Result<Trashed> {
        let located = path.there(self.locate_reached(path)?)?;
        path.there(self.stat_of(path.real(), &located)?)?;
        match located {
            Located::Trash(trashed) => Ok(trashed),
            Located::Files(_) | Located::Bin(_) => path.there(None),
        }
    }

    /// The reason why a file cannot be read, as far as it is known before. It is noted.
    pub(in crate::domain) fn reading_obstacle(
        &self,
        path: &CloudPath,
        stat: &Stat,
    ) -> Result<Option<Obstacle>> {
        if stat.kind == Kind::Folder || stat.may_be_read() {
            return Ok(None);
        }
        let Some(located) = self.locate(path)? else { return Ok(None) };
        let (volume, spot) = (located.volume(&self.volumes)?, located.spot()?);
        let obstacle = volume.reading_obstacle(&volume.below_root(spot));
        if let Some(obstacle) = obstacle {
            volume.skip_at(spot, &[], Wanted::Read, obstacle);
        }
        Ok(obstacle)
    }

    /// Skips an entry that cannot be read: notes it and returns `None`. Failures that concern more
    /// than this entry are returned.
    pub(in crate::domain) fn skip_unreadable<T>(&self, path: &CloudPath, error: Error) -> Result<Option<T>> {
        let Some(obstacle) = error.obstacle else { return Err(error) };
        let located = self.locate(path)?;
        let spot = located.as_ref().map(|located| (located.volume(&self.volumes), located.spot()));
        if let Some((Ok(volume), Ok(spot))) = spot {
            volume.skip_at(spot, &[], Wanted::Read, obstacle);
        }
        Ok(None)
    }
}

/// The row in the index, in the files or in a bin. `None` for a bin itself.
pub(in crate::domain) fn node_of(
    volumes: &Volumes,
    read: &Read,
    located: &Located<'_>,
) -> Result<Option<NodeRow>> {
    match located {
        Located::Files(path) => lookup::find(read, volumes, path),
        Located::Trash(trashed) => trashed.node(read),
        Located::Bin(_) => Ok(None),
    }
}
