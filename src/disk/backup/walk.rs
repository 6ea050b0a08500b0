//! One pass over a data directory: makes a copy of it beside an earlier one, from which it takes what has not changed.
//!
//! A folder comes before what lies beneath it, neighbours by name; the manifest has the same order. Neither handles nor
//! memory grow with the depth or the size of the tree, only with the longest folder.

use super::super::attributes::Attributes;
use super::super::bytes::copy_bytes;
use super::super::door;
use super::super::errno::{at, failed, means_absent};
use super::super::folder::{Entry, entries};
use super::super::place::tolerate;
use super::super::private::open_one;
use super::super::stat::{self, Kind, Stat};
use super::super::sys;
use super::super::tree::beneath;
use super::super::volume::only_file;
use super::interrupted;
use super::manifest::{self, Files};
use super::samples::Samples;
use super::tree::{Seen, Tree, seen};
use crate::error::Result;
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::Mode;
use rustix::io::Errno;

/// Sentences about what could not be read that are kept; there may be more of them.
const SENTENCES_MAX: usize = 100;

/// What a pass did.
#[derive(Debug, Default)]
pub struct Copied {
    /// All files of the copy.
    pub files: u64,
    /// Those of them that were copied now, and their bytes.
    pub new_files: u64,
    pub new_bytes: u64,
    /// What could not be read, or not be stored there, and so is not in the copy.
    pub left_out: Vec<String>,
}

/// An earlier copy.
pub(super) struct Base {
    pub tree: Tree,
    pub manifest: manifest::Reader,
    /// Where folders are looked for that have another path now.
    pub index: Option<manifest::Index>,
    /// Files are moved out of it rather than linked.
    pub is_consumed: bool,
}

pub(super) struct Pass<'a> {
    pub from: &'a Tree,
    pub to: &'a Tree,
    pub base: Option<Base>,
    pub manifest: Option<manifest::Writer>,
    /// Whether an entry of a folder (names joined by `/`) is no part of the copy.
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

impl Pass<'_> {
    /// Copies a folder and all beneath it; in the copy it must be there already. Without a name it is the top.
    pub fn run(&mut self, start: &[u8]) -> Result<()> {
        let mut waiting = vec![start.to_vec()];
        while let Some(names) = waiting.pop() {
            let from = match self.from.folder(&names) {
                Ok(from) => from,
                Err(errno) if is_unreadable(errno) || errno == Errno::NAMETOOLONG => {
                    self.left_out(&names, errno);
                    continue;
                }
                // Gone since it was listed.
                Err(errno) if means_absent(errno) => continue,
                Err(errno) => return Err(failed("open", errno)),
            };
            let to = match self.to.folder(&names) {
                Ok(to) => to,
                Err(Errno::NAMETOOLONG) => {
                    self.left_out(&names, Errno::NAMETOOLONG);
                    continue;
                }
                Err(errno) => return Err(failed("open in the backup", errno)),
            };
            let mut folders = self.folder(&names, &from, &to)?;
            folders.sort_unstable_by(|one, other| other.cmp(one));
            waiting.extend(folders.into_iter().map(|name| beneath(&names, &name)));
        }
        Ok(())
    }

    /// Copies the files of a folder and makes the folders in it; their names.
    fn folder(&mut self, names: &[u8], from: &OwnedFd, to: &OwnedFd) -> Result<Vec<Vec<u8>>> {
        if let Some(manifest) = &mut self.manifest {
            manifest.folder(names)?;
        }
        let entries = entries(from).map_err(at("read a folder"))?;
        let before = self.before(names, from, &entries);
        let mut folders = Vec::new();
        for entry in entries {
            if !(self.may_go_on)() {
                return Err(interrupted());
            }
            if !entry.may_be_seen() || (self.leaves_out)(names, &entry.name) {
                continue;
            }
            match seen(from, &entry.name) {
                Ok(Some((stat, _))) if stat.kind == Kind::Folder => folders.push(entry.name),
                Ok(Some((_, seen))) => self.file(names, (from, to, &entry.name), &seen, &before)?,
                Ok(None) | Err(Errno::NOENT) => {}
                Err(errno) => return Err(failed("statx", errno)),
            }
        }
        // A symlink to the files' disk.
        if let Some((files, _)) = self.from.files.as_ref().filter(|_| names.is_empty()) {
            if !folders.iter().any(|name| name == files.as_bytes()) {
                folders.push(files.as_bytes().to_vec());
            }
        }
        let folders = self.make_folders(names, to, folders)?;
        // Last, because each entry made in it set its time anew.
        let stat = super::of_folder(from)?;
        put_on(to, from, &stat).map_err(at("finish a folder in the backup"))?;
        Ok(folders)
    }

    fn make_folders(&mut self, names: &[u8], to: &OwnedFd, folders: Vec<Vec<u8>>) -> Result<Vec<Vec<u8>>> {
        let mut made = Vec::with_capacity(folders.len());
        for name in folders {
            match sys::create_folder((to.as_fd(), &name), Mode::RWXU) {
                Ok(()) => made.push(name),
                Err(errno) if is_unstorable(errno) => self.left_out(&beneath(names, &name), errno),
                Err(errno) => return Err(failed("mkdir in the backup", errno)),
            }
        }
        Ok(made)
    }

    fn before(&mut self, names: &[u8], from: &OwnedFd, entries: &[Entry]) -> Before {
        let Some(base) = &mut self.base else { return Before::default() };
        let mut names = names.to_vec();
        let mut files = base.manifest.files_of(&names);
        if files.is_empty() {
            (names, files) = base.moved(from, entries).unwrap_or_default();
        }
        let folder = if files.is_empty() { None } else { base.tree.folder(&names).ok() };
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
                Err(errno) if is_unreadable(errno) => {
                    match sys::remove((to.as_fd(), name)) {
                        Ok(()) | Err(Errno::NOENT) => {}
                        Err(errno) => return Err(failed("remove in the backup", errno)),
                    }
                    self.left_out(&beneath(names, name), errno);
                    return Ok(());
                }
                Err(errno) if is_unstorable(errno) => {
                    self.left_out(&beneath(names, name), errno);
                    return Ok(());
                }
                Err(errno) => return Err(failed("copy", errno)),
            }
        }
        self.copied.files += 1;
        self.samples.offer(names, name, seen);
        match &mut self.manifest {
            Some(manifest) => manifest.file(name, seen),
            None => Ok(()),
        }
    }

    fn left_out(&mut self, names: &[u8], errno: Errno) {
        let sentence = format!("{}: {errno}", String::from_utf8_lossy(names).escape_debug());
        log::warn!("not in the copy: {sentence}");
        if self.copied.left_out.len() < SENTENCES_MAX {
            self.copied.left_out.push(sentence);
        }
    }
}

impl Base {
    /// What a folder that is not there by its path was before, if it was renamed or moved with its files. A file that was
    /// moved by itself bears a new time of change and is copied.
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
    /// Gives the file of the earlier copy to the new one, where it is still what the live file is. Whatever speaks against
    /// it, a copy does as well.
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

/// A file that one person may have locked away or one sector has lost does not keep the others from their backup.
fn is_unreadable(errno: Errno) -> bool {
    matches!(errno, Errno::ACCESS | Errno::PERM | Errno::IO | Errno::AGAIN | Errno::TXTBSY)
}

/// A disk with other rules for names (FAT, SMB) does not keep what it can take from its backup either: one of two names
/// that differ only in case, a colon, a question mark. It does so before there is a file.
fn is_unstorable(errno: Errno) -> bool {
    matches!(errno, Errno::EXIST | Errno::INVAL | Errno::ILSEQ | Errno::NAMETOOLONG)
}

/// Copies a file; false when it has gone since it was listed.
pub(super) fn copy_file(
    from: sys::Entry<'_>,
    to: sys::Entry<'_>,
    may_go_on: &dyn Fn() -> bool,
) -> rustix::io::Result<bool> {
    let file = match open_one(from, door::FILE) {
        Err(Errno::NOENT | Errno::LOOP | Errno::NXIO) => return Ok(false),
        other => other?,
    };
    let Some(stat) = stat::of_handle(&file)?.filter(|stat| stat.kind == Kind::File) else { return Ok(false) };
    let copy = sys::create(to, Mode::RUSR | Mode::WUSR)?;
    copy_bytes(&file, &copy, stat.size, may_go_on)?;
    put_on(&copy, &file, &stat)?;
    Ok(true)
}

/// Gives a copy the attributes and the time of its original, as far as the disk has such things.
fn put_on(copy: &OwnedFd, original: &OwnedFd, stat: &Stat) -> rustix::io::Result<()> {
    Attributes::of(original)?.put_on(copy, stat.kind)?;
    tolerate(sys::set_modified(copy, stat::timespec(stat.modified)))
}

/// Opens a regular file in a folder; `None` when it is not there.
pub(super) fn open_file(folder: &OwnedFd, name: &[u8]) -> Result<Option<(OwnedFd, Stat)>> {
    match open_one((folder.as_fd(), name), door::FILE) {
        Ok(handle) => only_file(handle),
        Err(errno) if means_absent(errno) => Ok(None),
        Err(errno) => Err(failed("open", errno)),
    }
}
