//! A volume: a directory with users' files, opened once and known by its id. Here: opening it and looking.
//!
//! Looking changes nothing. What is not there is `None`; symlinks, fifos, sockets, devices and `.cloudlet` are not there.

use super::door::{self, Way};
use super::errno::{at, failed};
use super::place::{Place, tolerate};
use super::private::{HOME, Private};
use super::spot::Spot;
use super::stat::{self, Kind, Stat};
use super::turns::Turns;
use super::{private, sys};
use crate::base::path::{CloudPath, EntryName};
use crate::error::{Code, Error, Result};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{CWD, Mode, OFlags, fstatfs, fstatvfs, openat};
use rustix::io::{Errno, ReadWriteFlags, preadv2};
use std::io::IoSliceMut;
use std::path::Path;
use std::time::SystemTime;

/// A directory with users' files. One open `Volume` per directory and process; to be shared among threads.
pub struct Volume {
    pub(super) root: OwnedFd,
    id: String,
    pub(super) way: Way,
    /// The file system takes names that differ in case for the same.
    folds: bool,
    /// What the kernel holds in memory about the file system is the truth: no other machine changes anything there.
    is_local: bool,
    pub(super) private: Private,
    pub(super) turns: Turns,
}

/// What [`Volume::read_cached`] could do at once.
pub enum Cached {
    /// The whole file.
    Ready(Vec<u8>, Stat),
    /// Not known without waiting, too long, or not a file: ask the blocking way.
    WouldBlock,
}

/// Room on a volume, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Space {
    /// Of the whole file system.
    pub total: u64,
    /// What this program may still use.
    pub available: u64,
}

impl Volume {
    /// Opens a volume or, with `create`, makes a directory one. The directory itself is never created: on the mount
    /// point of a missing disk that would hide the loss. `Code::Offline` when it or its `volume.json` is not there.
    pub fn open(root: &Path, create: bool) -> Result<Volume> {
        let flags = door::FOLDER | OFlags::CLOEXEC;
        let root = openat(CWD, root, flags, Mode::empty()).map_err(|errno| {
            Error::new(Code::Offline, "The volume is not there. Its disk may not be connected or mounted.")
                .because(format!("open {}: {errno}", root.display()))
        })?;
        let way = door::way_offered(root.as_fd());
        Volume::from_root(root, create, way)
    }

    pub(super) fn from_root(root: OwnedFd, create: bool, way: Way) -> Result<Volume> {
        let private = Private::open(root.as_fd(), create)?;
        let id = private.id(create)?;
        let folds = stat::of_name(&root, HOME.to_ascii_uppercase().as_bytes())
            .is_ok_and(|other| other.is_some_and(|other| other.is_same_entry(&private.home_stat)));
        let is_local = is_local(root.as_fd());
        Ok(Volume { root, id, way, folds, is_local, private, turns: Turns::new() })
    }

    /// The volume's own id, 24 hexadecimal digits, the same wherever its disk is mounted.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What lies somewhere; `None` when nothing a user may see does.
    pub fn stat<'a>(&self, spot: impl Into<Spot<'a>>) -> Result<Option<Stat>> {
        match self.look(spot, door::ASK)? {
            Some(handle) => stat::of_handle(handle).map_err(at("statx")),
            None => Ok(None),
        }
    }

    /// As [`Volume::stat`] of something that is there, if that needs no waiting for a disk or for another machine.
    pub fn stat_at_once(&self, path: &CloudPath) -> Option<Stat> {
        if !self.is_local || !self.may_answer_at_once(path) {
            return None;
        }
        let handle = door::open_cached(self.root.as_fd(), path.parts(), door::ASK).ok()?;
        let stat = stat::of_handle_cached(&handle).ok()??;
        // Another file system may be mounted there, of which nothing is known.
        (stat.device == self.private.home_stat.device).then_some(stat)
    }

    /// The name that an entry has, or would get, in a folder: as it is written when something has it so, else in Unicode
    /// normalization form C.
    pub fn name_in(&self, folder: &CloudPath, name: &EntryName) -> Result<EntryName> {
        let composed = name.nfc();
        if composed == *name {
            return Ok(composed);
        }
        let Some(handle) = self.look(folder, door::FOLDER)? else { return Ok(composed) };
        let bytes = door::leaf_on_disk(handle.as_fd(), name).map_err(at("statx"))?;
        Ok(if bytes == name.to_bytes() { name.clone() } else { composed })
    }

    /// Opens a regular file for reading; `None` when there is none. `Code::Busy` while another program holds it.
    pub fn open_file<'a>(&self, spot: impl Into<Spot<'a>>) -> Result<Option<(OwnedFd, Stat)>> {
        let Some(handle) = self.look(spot, door::FILE)? else { return Ok(None) };
        only_file(handle)
    }

    /// Reads a whole file of up to `bytes_max` bytes if that needs no waiting for a disk: openat2(2) with
    /// `RESOLVE_CACHED`, preadv2(2) with `RWF_NOWAIT`. Only [`Cached::Ready`] is an answer.
    pub fn read_cached(&self, path: &CloudPath, bytes_max: usize) -> Cached {
        let ready =
            self.may_answer_at_once(path).then(|| read_at_once(self.root.as_fd(), path, bytes_max)).flatten();
        ready.map_or(Cached::WouldBlock, |(bytes, stat)| Cached::Ready(bytes, stat))
    }

    fn may_answer_at_once(&self, path: &CloudPath) -> bool {
        self.way == Way::Beneath && !self.folds && !path.is_root() && !self.reserves(path)
    }

    /// Sets when a file or folder was last modified. `Code::NotFound` when it is not there.
    #[cfg_attr(not(test), expect(dead_code, reason = "copies of folders from other clients will need it"))]
    pub fn set_modified(&self, path: &CloudPath, modified: SystemTime) -> Result<Stat> {
        let absent = || failed("open", Errno::NOENT);
        let handle = self.look(path, door::FILE)?.ok_or_else(absent)?;
        stat::of_handle(&handle).map_err(at("statx"))?.ok_or_else(absent)?;
        tolerate(sys::set_modified(&handle, stat::timespec(modified))).map_err(at("utimensat"))?;
        stat::of_handle(&handle).map_err(at("statx"))?.ok_or_else(absent)
    }

    /// Whether names that differ only in case are one name.
    pub(super) fn folds_case(&self) -> bool {
        self.folds
    }

    /// How much room the volume's file system has.
    pub fn free_space(&self) -> Result<Space> {
        let raw = fstatvfs(&self.root).map_err(at("statvfs"))?;
        Ok(Space {
            total: raw.f_blocks.saturating_mul(raw.f_frsize),
            available: raw.f_bavail.saturating_mul(raw.f_frsize),
        })
    }

    /// Opens what names joined by `/` name beneath a folder of this volume.
    pub(super) fn look_beneath(
        &self,
        folder: BorrowedFd<'_>,
        names: &[u8],
        flags: OFlags,
    ) -> rustix::io::Result<OwnedFd> {
        door::open_bytes(self.way, folder, names, flags)
    }

    /// By what [`Turns`] knows a place. Where case does not count, the whole folder has one turn.
    pub(super) fn turn<'a>(&self, place: &'a Place) -> (u64, &'a [u8]) {
        (place.above.inode, if self.folds { b"" } else { &place.leaf })
    }

    /// Whether the path leads to `.cloudlet`, under whatever spelling the file system accepts: other case and, on FAT
    /// and SMB, dots at the end or short names such as `CLOUDL~1`. There only the inode tells.
    pub(super) fn reserves(&self, path: &CloudPath) -> bool {
        path.first().is_some_and(|first| self.reserved_name(first))
    }

    pub(super) fn reserved_name(&self, first: &EntryName) -> bool {
        if first.as_str().eq_ignore_ascii_case(HOME) {
            return true;
        }
        let same = |name: &EntryName| {
            stat::of_name(&self.root, &name.to_bytes())
                .is_ok_and(|found| found.is_some_and(|found| found.is_same_entry(&self.private.home_stat)))
        };
        self.folds && (same(first) || same(&first.nfc()))
    }
}

/// Whether a file system is none of those (statfs(2)) that other machines or programs may change behind the kernel's back.
fn is_local(root: BorrowedFd<'_>) -> bool {
    const REMOTE: [u32; 9] = [
        0x6969,      // NFS
        0x517b,      // SMB
        0xff53_4d42, // CIFS
        0xfe53_4d42, // SMB 2
        0x6573_5546, // FUSE
        0x0102_1997, // 9P
        0x00c3_6400, // Ceph
        0x5346_414f, // AFS
        0x7461_636f, // OCFS2
    ];
    fstatfs(root).is_ok_and(|raw| !REMOTE.contains(&(raw.f_type as u32)))
}

/// Keeps a handle that is of a regular file.
pub(super) fn only_file(handle: OwnedFd) -> Result<Option<(OwnedFd, Stat)>> {
    let stat = stat::of_handle(&handle).map_err(at("statx"))?;
    Ok(stat.filter(|stat| stat.kind == Kind::File).map(|stat| (handle, stat)))
}

fn read_at_once(root: BorrowedFd<'_>, path: &CloudPath, bytes_max: usize) -> Option<(Vec<u8>, Stat)> {
    let file = door::open_cached(root, path.parts(), door::FILE).ok()?;
    let stat = stat::of_handle_cached(&file).ok()??;
    let size = usize::try_from(stat.size).ok().filter(|size| *size <= bytes_max)?;
    if stat.kind != Kind::File {
        return None;
    }
    let mut bytes = vec![0; size];
    let mut filled = 0;
    while filled < size {
        let mut rest = [IoSliceMut::new(&mut bytes[filled..])];
        let read = preadv2(&file, &mut rest, filled as u64, ReadWriteFlags::NOWAIT).ok()?;
        if read == 0 {
            return None;
        }
        filled += read;
    }
    Some((bytes, stat))
}

/// Opens a file in a private folder; `None` when it is not there.
pub(super) fn open_private(folder: &OwnedFd, name: &[u8], flags: OFlags) -> Result<Option<(OwnedFd, Stat)>> {
    match private::open_one((folder.as_fd(), name), flags) {
        Ok(handle) => only_file(handle),
        Err(Errno::NOENT) => Ok(None),
        Err(errno) => Err(failed("open in .cloudlet", errno)),
    }
}
