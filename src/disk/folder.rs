//! Folders: what lies in one, and making one.
//!
//! Listing asks about each entry by the folder's handle and the entry's single name, which can lead nowhere else and
//! costs half of opening it.

use super::errno::{at, failed};
use super::place::{Place, sync_names, tolerate};
use super::spot::Spot;
use super::stat::{self, Kind, Stat};
use super::volume::Volume;
use super::{door, private, sys};
use crate::base::path::{CloudPath, EntryName};
use crate::error::{Code, Result};
use rustix::fd::OwnedFd;
use rustix::fs::{FileType, Mode, RawDir};
use rustix::io::Errno;
use std::time::SystemTime;

/// Bytes of names read from the kernel at once: some 500 entries.
const READ_BYTES: usize = 32 * 1024;

/// An entry of a folder.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its name as the API writes it.
    pub name: EntryName,
    /// What it is.
    pub stat: Stat,
}

/// An entry as the kernel lists it.
pub(super) struct Entry {
    pub name: Vec<u8>,
    kind: FileType,
}

impl Entry {
    /// Whether it may be a file or folder; some file systems say so only when asked about the entry.
    pub fn may_be_seen(&self) -> bool {
        matches!(self.kind, FileType::RegularFile | FileType::Directory | FileType::Unknown)
    }
}

/// The entries of an open folder but `.` and `..`, in the order of the disk.
pub(super) fn entries(folder: &OwnedFd) -> rustix::io::Result<Vec<Entry>> {
    let mut buffer = Vec::with_capacity(READ_BYTES);
    let mut reader = RawDir::new(folder, buffer.spare_capacity_mut());
    let mut entries = Vec::new();
    while let Some(entry) = reader.next() {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if name != b"." && name != b".." {
            entries.push(Entry { name: name.to_vec(), kind: entry.file_type() });
        }
    }
    Ok(entries)
}

impl Volume {
    /// All files and folders in a folder, in the order of the disk; `None` when there is no such folder.
    pub fn list<'a>(&self, folder: impl Into<Spot<'a>>) -> Result<Option<Vec<Found>>> {
        let folder = folder.into();
        let Some(handle) = self.look(folder, door::FOLDER)? else { return Ok(None) };
        let mut found = Vec::new();
        for entry in entries(&handle).map_err(at("read a folder"))? {
            if !entry.may_be_seen() {
                continue;
            }
            let Some(name) = EntryName::from_bytes(&entry.name) else { continue };
            if folder.is_top() && self.reserved_name(&name) {
                continue;
            }
            match stat::of_name(&handle, &entry.name) {
                Ok(Some(stat)) => found.push(Found { name, stat }),
                // Gone since it was listed, or nothing users can see.
                Ok(None) | Err(Errno::NOENT) => {}
                Err(errno) => return Err(failed("statx", errno)),
            }
        }
        Ok(Some(found))
    }

    /// Makes a folder. `Code::Conflict` when something has the name, `Code::NotFound` when the folder above is missing.
    pub fn create_folder(&self, path: &CloudPath, modified: Option<SystemTime>) -> Result<Stat> {
        let place = self.place(path)?;
        sys::create_folder(place.entry(), Mode::RWXU).map_err(at("mkdir"))?;
        finish_folder(&place, modified).inspect_err(|_| {
            // Nothing can be in it yet, and if somebody was that quick it stays.
            if let Err(errno) = sys::remove_folder(place.entry()) {
                log::warn!("a folder that could not be finished stays: {errno}");
            }
        })
    }

    /// Makes a folder and those above it, as far as they are missing. `Code::Conflict` when a file is in the way.
    pub fn create_folders(&self, path: &CloudPath) -> Result<Stat> {
        let mut here = CloudPath::root();
        for name in path.parts() {
            here = here.join(name)?;
            if self.is_folder(&here)? {
                continue;
            }
            match self.create_folder(&here, None) {
                // Somebody else made it in between.
                Err(error) if error.code == Code::Conflict && self.is_folder(&here)? => {}
                other => drop(other?),
            }
        }
        self.stat(path)?.ok_or_else(|| failed("statx", Errno::NOENT))
    }

    /// Removes a folder that is empty; one that is not stays, and that is an error.
    pub fn remove_empty_folder(&self, path: &CloudPath) -> Result<()> {
        let place = self.place(path)?;
        sys::remove_folder(place.entry()).map_err(at("rmdir"))?;
        place.sync().map_err(at("fsync the folder"))
    }

    fn is_folder(&self, path: &CloudPath) -> Result<bool> {
        Ok(self.stat(path)?.is_some_and(|stat| stat.kind == Kind::Folder))
    }
}

fn finish_folder(place: &Place, modified: Option<SystemTime>) -> Result<Stat> {
    let handle = private::open_one(place.entry(), door::FOLDER).map_err(at("open a new folder"))?;
    place.dress().put_on(&handle, Kind::Folder, None).map_err(at("chmod"))?;
    if let Some(time) = modified {
        tolerate(sys::set_modified(&handle, stat::timespec(time))).map_err(at("utimensat"))?;
    }
    sync_names(&handle).and_then(|()| place.sync()).map_err(at("fsync"))?;
    stat::of_handle(&handle).map_err(at("statx"))?.ok_or_else(|| failed("statx", Errno::NOENT))
}
