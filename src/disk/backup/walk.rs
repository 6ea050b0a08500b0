//! One pass over a data directory. It makes a copy beside an earlier one, from which it takes
//! unchanged files.
//!
//! A folder comes before its entries, and entries are ordered by name; the manifest has the same
//! order. Neither handles nor memory grow with the depth or the size of the tree, only with the
//! longest folder.

use super::super::attributes::Attributes;
use super::super::bytes::copy_bytes;
use super::super::directory::{Entry, entries};
use super::super::errno::{at, failed, means_absent, obstacle};
use super::super::lookup::only_file;
use super::super::resolve::open_one;
use super::super::skipped::beneath;
use super::super::slot::tolerate;
use super::super::stat::{self, Kind, Stat};
use super::super::{resolve, sys};
use super::exceptions::Exceptions;
use super::interrupted;
use super::manifest::{self, Files};
use super::samples::Samples;
use super::tree::{Seen, Tree, seen};
use crate::base::obstacle::Obstacle;
use crate::error::Result;
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::Mode;
use rustix::io::Errno;

/// The number of bytes read at once to find out whether the live file or the copy has failed.
const READ_BYTES: usize = 256 * 1024;

/// The result of a pass.
#[derive(Debug, Default)]
pub struct Copied {
    /// The number of files in the copy.
    pub files: u64,
    /// The number of files that were copied now, and their bytes.
    pub new_files: u64,
    pub new_bytes: u64,
    /// Entries that could not be read or could not be stored, and so are missing or different in
    /// the copy.
    pub exceptions: Exceptions,
}

/// An earlier copy.
pub(super) struct Base {
    pub tree: Tree,
    pub manifest: manifest::Reader,
    /// Finds folders that have another path now.
    pub index: Option<manifest::Index>,
    /// True if files are moved out of it instead of linked.
    pub is_consumed: bool,
}

pub(super) struct Pass<'a> {
    pub from: &'a Tree,
    pub to: &'a Tree,
    pub base: Option<Base>,
    pub manifest: Option<manifest::Writer>,
    /// True for an entry that is left out, given by its folder's path and its name.
    pub leaves_out: &'a dyn Fn(&[u8], &[u8]) -> bool,
    pub may_go_on: &'a dyn Fn() -> bool,
    pub samples: Samples,
    pub copied: Copied,
}

/// A folder of an earlier copy.
#[derive(Default)]
struct Before {
    folder: Option<OwnedFd>,
    files: Files,
    is_consumed: bool,
}

/// A folder to copy.
struct Source {
    handle: OwnedFd,
    entries: Vec<Entry>,
    /// True if the folder cannot be read, and this is its earlier copy.
    is_earlier: bool,
}

/// A folder that waits for its turn.
struct Next {
    names: Vec<u8>,
    is_earlier: bool,
}

impl Pass<'_> {
    /// Copies a folder and everything in it. It must already exist in the copy. The empty path is
    /// the top.
    pub fn run(&mut self, start: &[u8]) -> Result<()> {
        let mut waiting = vec![Next { names: start.to_vec(), is_earlier: false }];
        while let Some(Next { names, is_earlier }) = waiting.pop() {
            let Some(source) = self.source(&names, is_earlier)? else { continue };
            let to = match self.to.folder(&names) {
                Ok(to) => to,
                Err(Errno::NAMETOOLONG) => {
                    self.copied.exceptions.note(&names, Errno::NAMETOOLONG, false)?;
                    continue;
                }
                Err(errno) => return Err(failed("open in the backup", errno)),
            };
            let mut folders = self.folder(&names, source, &to)?;
            folders.sort_unstable_by(|one, other| other.names.cmp(&one.names));
            let below = |next: Next| Next { names: beneath(&names, &next.names), ..next };
            waiting.extend(folders.into_iter().map(below));
        }
        Ok(())
    }

    /// Opens and reads a folder; `None` if there is nothing to copy. A folder that cannot be read
    /// is taken from the earlier copy: a failing disk must not destroy the good copies of its
    /// files.
    fn source(&mut self, names: &[u8], is_earlier: bool) -> Result<Option<Source>> {
        if is_earlier {
            return Ok(self.earlier(names));
        }
        let errno = match self.from.folder(names).and_then(|handle| {
            let entries = searchable_entries(&handle)?;
            Ok(Source { handle, entries, is_earlier })
        }) {
            Ok(source) => return Ok(Some(source)),
            Err(errno) => errno,
        };
        // The top is not a single entry but everything.
        let is_top =
            names.is_empty() || self.from.files.as_ref().is_some_and(|(top, _)| names == top.as_bytes());
        if !is_top && (is_unreadable(errno) || errno == Errno::NAMETOOLONG) {
            let earlier = self.earlier(names);
            // The first pass may have made an empty folder for this one.
            let is_kept = earlier.as_ref().is_some_and(|earlier| !earlier.entries.is_empty());
            self.copied.exceptions.note(names, errno, is_kept)?;
            return Ok(earlier);
        }
        // The folder was removed after it was listed.
        if means_absent(errno) { Ok(None) } else { Err(failed("read a folder", errno)) }
    }

    fn earlier(&self, names: &[u8]) -> Option<Source> {
        let handle = self.base.as_ref()?.tree.folder(names).ok()?;
        let entries = entries(&handle).ok()?;
        Some(Source { handle, entries, is_earlier: true })
    }

    /// Copies the files of a folder and makes its folders. Returns the folders' names.
    fn folder(&mut self, names: &[u8], source: Source, to: &OwnedFd) -> Result<Vec<Next>> {
        if let Some(manifest) = &mut self.manifest {
            manifest.folder(names)?;
        }
        let Source { handle: from, entries, is_earlier } = source;
        let before = self.before(names, &from, &entries, is_earlier);
        let mut folders = Vec::new();
        for entry in entries {
            if !(self.may_go_on)() {
                return Err(interrupted());
            }
            let name = entry.name.as_slice();
            if !entry.may_be_seen() || (self.leaves_out)(names, name) {
                continue;
            }
            match seen(&from, name) {
                Ok(Some((stat, _))) if stat.kind == Kind::Folder => {
                    folders.push(Next { names: entry.name, is_earlier });
                }
                Ok(Some((_, seen))) if is_earlier => drop(self.carry(name, &seen, to, &before)?),
                Ok(Some((_, seen))) => self.file(names, (&from, to, name), &seen, &before)?,
                Ok(None) | Err(Errno::NOENT) => {}
                Err(errno) if is_about_entry(errno) => {
                    let is_kept = self.carry_unknown(name, to, &before, &mut folders)?;
                    self.copied.exceptions.note(&beneath(names, name), errno, is_kept)?;
                }
                Err(errno) => return Err(failed("statx", errno)),
            }
        }
        // A symlink to the disk with the files.
        if let Some((files, _)) = self.from.files.as_ref().filter(|_| names.is_empty()) {
            if !folders.iter().any(|next| next.names == files.as_bytes()) {
                folders.push(Next { names: files.as_bytes().to_vec(), is_earlier: false });
            }
        }
        let folders = self.make_folders(names, to, folders)?;
        // This happens last, because each entry made in the folder changes the folder's time.
        let stat = super::of_folder(&from)?;
        put_on(to, &from, &stat).map_err(at("finish a folder in the backup"))?;
        Ok(folders)
    }

    fn make_folders(&mut self, names: &[u8], to: &OwnedFd, folders: Vec<Next>) -> Result<Vec<Next>> {
        let mut made = Vec::with_capacity(folders.len());
        for next in folders {
            match sys::create_folder((to.as_fd(), &next.names), Mode::RWXU) {
                Ok(()) => made.push(next),
                Err(errno) if is_unstorable(errno) => {
                    self.copied.exceptions.note(&beneath(names, &next.names), errno, false)?;
                }
                Err(errno) => return Err(failed("mkdir in the backup", errno)),
            }
        }
        Ok(made)
    }

    fn before(&mut self, names: &[u8], from: &OwnedFd, entries: &[Entry], is_earlier: bool) -> Before {
        let Some(base) = &mut self.base else { return Before::default() };
        let mut names = names.to_vec();
        let mut files = base.manifest.files_of(&names);
        if files.is_empty() && !is_earlier {
            (names, files) = base.moved(from, entries).unwrap_or_default();
        }
        let folder = if files.is_empty() && !is_earlier { None } else { base.tree.folder(&names).ok() };
        Before { folder, files, is_consumed: base.is_consumed }
    }

    fn file(
        &mut self,
        names: &[u8],
        (from, to, name): (&OwnedFd, &OwnedFd, &[u8]),
        seen: &Seen,
        before: &Before,
    ) -> Result<()> {
        if !before.give(name, seen, to) {
            match copy_file((from.as_fd(), name), (to.as_fd(), name), self.may_go_on) {
                Ok(true) => {
                    self.copied.new_files += 1;
                    self.copied.new_bytes += seen.size;
                }
                Ok(false) => return Ok(()),
                Err(Errno::CANCELED) => return Err(interrupted()),
                Err(errno)
                    if is_unreadable(errno) && cannot_be_read((from.as_fd(), name), self.may_go_on)? =>
                {
                    remove_half((to.as_fd(), name))?;
                    let earlier = before.files.get(name).copied();
                    let is_kept = earlier.map_or(Ok(false), |seen| self.carry(name, &seen, to, before))?;
                    return self.copied.exceptions.note(&beneath(names, name), errno, is_kept);
                }
                Err(errno) if is_unstorable(errno) => {
                    return self.copied.exceptions.note(&beneath(names, name), errno, false);
                }
                Err(errno) => return Err(failed("copy", errno)),
            }
        }
        self.samples.offer(names, name, seen);
        self.has_file(name, seen)
    }

    /// Takes a file from the earlier copy in its earlier state. Returns true if the earlier copy
    /// has it. `seen` is for a file that its manifest does not list.
    fn carry(&mut self, name: &[u8], seen: &Seen, to: &OwnedFd, before: &Before) -> Result<bool> {
        let Some(folder) = &before.folder else { return Ok(false) };
        let seen = before.files.get(name).unwrap_or(seen);
        if !before.give(name, seen, to) {
            match copy_file((folder.as_fd(), name), (to.as_fd(), name), self.may_go_on) {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(Errno::CANCELED) => return Err(interrupted()),
                Err(errno) if is_unreadable(errno) || is_unstorable(errno) => {
                    remove_half((to.as_fd(), name))?;
                    return Ok(false);
                }
                Err(errno) => return Err(failed("copy an earlier copy", errno)),
            }
        }
        self.has_file(name, seen).map(|()| true)
    }

    /// Takes an entry whose state cannot be read from the earlier copy. Returns true if the earlier
    /// copy has it.
    fn carry_unknown(
        &mut self,
        name: &[u8],
        to: &OwnedFd,
        before: &Before,
        folders: &mut Vec<Next>,
    ) -> Result<bool> {
        let Some(folder) = &before.folder else { return Ok(false) };
        match seen(folder, name) {
            Ok(Some((stat, _))) if stat.kind == Kind::Folder => {
                folders.push(Next { names: name.to_vec(), is_earlier: true });
                Ok(true)
            }
            Ok(Some((_, seen))) => self.carry(name, &seen, to, before),
            Ok(None) | Err(_) => Ok(false),
        }
    }

    fn has_file(&mut self, name: &[u8], seen: &Seen) -> Result<()> {
        self.copied.files += 1;
        match &mut self.manifest {
            Some(manifest) => manifest.file(name, seen),
            None => Ok(()),
        }
    }
}

impl Base {
    /// The earlier path of a folder that is new at its path: it was renamed or moved with its
    /// files. A file that was moved alone has a new time of change and is copied.
    fn moved(&mut self, from: &OwnedFd, entries: &[Entry]) -> Option<(Vec<u8>, Files)> {
        let index = self.index.as_mut()?;
        entries.iter().filter(|entry| entry.may_be_seen()).find_map(|entry| {
            let (stat, now) = seen(from, &entry.name).ok()??;
            let found = index.folder_with(now.inode).filter(|_| stat.kind == Kind::File)?;
            (found.1.get(&entry.name) == Some(&now)).then_some(found)
        })
    }
}

impl Before {
    /// Takes a file from the earlier copy if it still equals the live one. If that fails for any
    /// reason, the file is copied.
    fn give(&self, name: &[u8], seen: &Seen, to: &OwnedFd) -> bool {
        let Some(folder) = self.folder.as_ref().filter(|_| self.files.get(name) == Some(seen)) else {
            return false;
        };
        let is_whole = stat::of_name(folder, name)
            .is_ok_and(|stat| stat.is_some_and(|stat| stat.kind == Kind::File && stat.size == seen.size));
        let (old, new) = ((folder.as_fd(), name), (to.as_fd(), name));
        is_whole && if self.is_consumed { sys::rename(old, new) } else { sys::link(old, new) }.is_ok()
    }
}

/// The entries of a folder. If a folder can be read but not searched, only the names of its entries
/// are known, so it counts as unreadable.
fn searchable_entries(folder: &OwnedFd) -> rustix::io::Result<Vec<Entry>> {
    let entries = entries(folder)?;
    match entries.first().map(|entry| seen(folder, &entry.name)) {
        Some(Err(Errno::ACCESS)) => Err(Errno::ACCESS),
        _ => Ok(entries),
    }
}

/// True for errors of single entries: a file that a person has locked away, a lost sector, or a
/// disk below the files that does not answer must not keep the others from being backed up.
pub(super) fn is_unreadable(errno: Errno) -> bool {
    match obstacle(errno) {
        // These errors concern the backup, or mean that there is nothing to copy.
        Some(Obstacle::ReadOnly | Obstacle::Mounted | Obstacle::Link | Obstacle::NameTooLong) => false,
        Some(_) => true,
        None => {
            matches!(errno, Errno::AGAIN | Errno::NODEV | Errno::NXIO | Errno::REMOTEIO | Errno::OVERFLOW)
        }
    }
}

/// True if a failure concerns one live entry. To be used only where it cannot concern the backup.
pub(super) fn is_about_entry(errno: Errno) -> bool {
    is_unreadable(errno) || obstacle(errno).is_some()
}

/// True if a copy failed because of the live file, and not because of the backups' disk. A failure
/// of the backups' disk is no exception: then the backup cannot be trusted.
pub(super) fn cannot_be_read(file: sys::Entry<'_>, may_go_on: &dyn Fn() -> bool) -> Result<bool> {
    let Ok(handle) = open_one(file, resolve::FILE) else { return Ok(true) };
    let mut block = vec![0; READ_BYTES];
    let mut offset = 0;
    loop {
        if !may_go_on() {
            return Err(interrupted());
        }
        match sys::read_at(&handle, &mut block, offset) {
            Ok(0) => return Ok(false),
            Ok(read) => offset += read as u64,
            Err(_) => return Ok(true),
        }
    }
}

/// Removes an incomplete copy of a file.
pub(super) fn remove_half(copy: sys::Entry<'_>) -> Result<()> {
    match sys::remove(copy) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(errno) => Err(failed("remove in the backup", errno)),
    }
}

/// True for errors of names that the backups' disk (FAT, SMB) cannot store: one of two names that
/// differ only in case, a colon, a question mark. They must not keep other entries from being
/// backed up. The error comes before there is a file.
fn is_unstorable(errno: Errno) -> bool {
    matches!(errno, Errno::EXIST | Errno::INVAL | Errno::ILSEQ | Errno::NAMETOOLONG)
}

/// Copies a file. Returns false if it was removed after it was listed.
pub(super) fn copy_file(
    from: sys::Entry<'_>,
    to: sys::Entry<'_>,
    may_go_on: &dyn Fn() -> bool,
) -> rustix::io::Result<bool> {
    let file = match open_one(from, resolve::FILE) {
        Err(Errno::NOENT | Errno::LOOP | Errno::NXIO) => return Ok(false),
        other => other?,
    };
    let Some(stat) = stat::of_handle(&file)?.filter(|stat| stat.kind == Kind::File) else { return Ok(false) };
    let copy = sys::create(to, Mode::RUSR | Mode::WUSR)?;
    copy_bytes(&file, &copy, stat.size, &mut || may_go_on())?;
    put_on(&copy, &file, &stat)?;
    Ok(true)
}

/// Sets the attributes and the time of the original on a copy, as far as the disk stores them.
fn put_on(copy: &OwnedFd, original: &OwnedFd, stat: &Stat) -> rustix::io::Result<()> {
    Attributes::of(original, true)?.put_on(copy, stat.kind)?;
    tolerate(sys::set_modified(copy, stat::timespec(stat.modified)))
}

/// Opens a regular file in a folder; `None` if it does not exist.
pub(super) fn open_file(folder: &OwnedFd, name: &[u8]) -> Result<Option<(OwnedFd, Stat)>> {
    match open_one((folder.as_fd(), name), resolve::FILE) {
        Ok(handle) => only_file(handle),
        Err(errno) if means_absent(errno) => Ok(None),
        Err(errno) => Err(failed("open", errno)),
    }
}
