//! Lists and makes folders.
//!
//! A listing asks for each entry by the folder's handle and the entry's name. This cannot lead
//! elsewhere, and costs half as much as opening the entry.

use super::directory::{Entry, each_entry};
use super::errno::{at, failed, means_absent, obstacle};
use super::location::Location;
use super::skipped::Wanted;
use super::slot::{Slot, in_the_way, sync_names, tolerate};
use super::stat::{self, Kind, Stat};
use super::volume::Volume;
use super::{resolve, sys};
use crate::base::obstacle::Obstacle;
use crate::base::path::{CloudPath, EntryName};
use crate::error::{Code, Result};
use rustix::fd::OwnedFd;
use rustix::fs::Mode;
use rustix::io::Errno;
use std::time::SystemTime;

/// True if a path can lead to this name in the folder.
fn reaches(folder: Location<'_>, name: &EntryName) -> bool {
    match folder {
        Location::Files(path) | Location::Trash(_, path) => path.can_hold(name),
        Location::Version(_) => false,
    }
}

/// An item of the listing of a folder.
pub enum Listed {
    Found(Found),
    /// An entry that cannot be read. It has been reported.
    Skipped {
        name: Vec<u8>,
        obstacle: Obstacle,
    },
}

/// An entry of a folder.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its name as the API writes it.
    pub name: EntryName,
    /// The state of the entry.
    pub stat: Stat,
}

impl Volume {
    /// All files and folders in a folder, in the order of the disk; `None` if the folder does not
    /// exist.
    pub fn list<'a>(&self, folder: impl Into<Location<'a>>) -> Result<Option<Vec<Found>>> {
        let mut found = Vec::new();
        let is_there = self.each(folder, |entry| {
            found.push(entry);
            Ok(())
        })?;
        Ok(is_there.then_some(found))
    }

    /// Passes the entries of [`Volume::list`] to a closure, one by one and in bounded memory.
    /// Returns true if the folder exists. An entry that cannot be read, or that no path can reach,
    /// is skipped and reported.
    pub fn each<'a>(
        &self,
        folder: impl Into<Location<'a>>,
        mut each: impl FnMut(Found) -> Result<()>,
    ) -> Result<bool> {
        self.each_listed(folder, |listed| match listed {
            Listed::Found(found) => each(found),
            Listed::Skipped { .. } => Ok(()),
        })
    }

    /// As [`Volume::each`], but the closure also learns of skipped entries.
    pub fn each_listed<'a>(
        &self,
        folder: impl Into<Location<'a>>,
        mut each: impl FnMut(Listed) -> Result<()>,
    ) -> Result<bool> {
        let folder = folder.into();
        let Some(handle) = self.open_at(folder, resolve::FOLDER)? else { return Ok(false) };
        let (is_top, mut is_full) = (self.is_top(folder), false);
        let mut done = Ok(());
        each_entry(&handle, |entry| {
            done = self.listed(&handle, &entry, folder, is_top).and_then(|listed| match listed {
                Some(Listed::Found(found)) if !reaches(folder, &found.name) => {
                    // One report is enough for all such entries, because it names their folder.
                    if !std::mem::replace(&mut is_full, true) {
                        self.skip_at(folder, &entry.name, Wanted::Read, Obstacle::TooDeep);
                    }
                    each(Listed::Skipped { name: entry.name.clone(), obstacle: Obstacle::TooDeep })
                }
                Some(listed) => each(listed),
                None => Ok(()),
            });
            done.is_ok()
        })
        .map_err(at("read a folder"))?;
        done.map(|()| true)
    }

    /// The state of an entry of a folder. `None` if it was removed after it was listed, or is
    /// neither a file nor a folder.
    ///
    /// # Errors
    /// If the folder cannot be searched, so that no entry can be read.
    fn listed(
        &self,
        handle: &OwnedFd,
        entry: &Entry,
        folder: Location<'_>,
        is_top: bool,
    ) -> Result<Option<Listed>> {
        if !entry.may_be_seen() {
            return Ok(None);
        }
        let Some(name) = EntryName::from_bytes(&entry.name) else { return Ok(None) };
        if is_top && self.is_hidden_at_top(handle, &entry.name) {
            return Ok(None);
        }
        match stat::of_name(handle, &entry.name) {
            Ok(stat) => Ok(stat.map(|stat| Listed::Found(Found { name, stat }))),
            Err(Errno::ACCESS) => Err(failed("statx", Errno::ACCESS)),
            Err(errno) => {
                self.skip_errno(folder, &entry.name, errno, "statx")?;
                let obstacle = obstacle(errno).filter(|_| !means_absent(errno));
                Ok(obstacle.map(|obstacle| Listed::Skipped { name: entry.name.clone(), obstacle }))
            }
        }
    }

    /// Makes a folder. `Code::Conflict` if the name is taken, `Code::NotFound` if the folder above
    /// is missing.
    pub fn create_folder(&self, path: &CloudPath, modified: Option<SystemTime>) -> Result<Stat> {
        let slot = self.new_place(path)?;
        sys::create_folder(slot.entry(), Mode::RWXU).map_err(|errno| match errno {
            Errno::EXIST if matches!(stat::of_name(&slot.folder, &slot.leaf), Ok(None)) => {
                in_the_way(&slot.folder, &slot.leaf)
            }
            errno => failed("mkdir", errno),
        })?;
        finish_folder(&slot, modified).inspect_err(|_| {
            // The folder is still empty, so it is removed. If another program has already put
            // something into it, it stays.
            if let Err(errno) = sys::remove_folder(slot.entry()) {
                log::warn!("a folder that could not be finished stays: {errno}");
            }
        })
    }

    /// Makes a folder and all missing folders above it. `Code::Conflict` if a file is in the way.
    pub fn create_folders(&self, path: &CloudPath) -> Result<Stat> {
        let mut here = path.beginning(self.depth());
        for name in self.inside(path) {
            here = here.join(name)?;
            if self.is_folder(&here)? {
                continue;
            }
            match self.create_folder(&here, None) {
                // Another program has made it meanwhile.
                Err(error) if error.code == Code::Conflict && self.is_folder(&here)? => {}
                other => drop(other?),
            }
        }
        self.stat(path)?.ok_or_else(|| failed("statx", Errno::NOENT))
    }

    /// Removes an empty folder. A folder that is not empty stays and is an error.
    pub fn remove_empty_folder(&self, path: &CloudPath) -> Result<()> {
        let slot = self.slot(path)?;
        sys::remove_folder(slot.entry()).map_err(at("rmdir"))?;
        slot.sync().map_err(at("fsync the folder"))
    }

    fn is_folder(&self, path: &CloudPath) -> Result<bool> {
        Ok(self.stat(path)?.is_some_and(|stat| stat.kind == Kind::Folder))
    }
}

fn finish_folder(slot: &Slot, modified: Option<SystemTime>) -> Result<Stat> {
    let handle = resolve::open_one(slot.entry(), resolve::FOLDER).map_err(at("open a new folder"))?;
    let attributes = slot.prescribed()?.for_new(Kind::Folder);
    attributes.put_on(&handle, Kind::Folder).map_err(at("finish a folder"))?;
    if let Some(time) = modified {
        tolerate(sys::set_modified(&handle, stat::timespec(time))).map_err(at("utimensat"))?;
    }
    sync_names(&handle).and_then(|()| slot.sync()).map_err(at("fsync"))?;
    stat::of_handle(&handle).map_err(at("statx"))?.ok_or_else(|| failed("statx", Errno::NOENT))
}
