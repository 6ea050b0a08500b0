//! A volume: a directory with users' files, opened once and known by its id.

use super::abilities::Abilities;
use super::directory::entries;
use super::errno::at;
use super::hidden_dir;
use super::hidden_dir::{HOME, HiddenDir};
use super::name_locks::Turns;
use super::resolve::{self, Resolution, open_one};
use super::skipped::Listener;
use super::stat::{self, Stat};
use super::sys::on_disk;
use super::unfinished::Unfinished;
use crate::base::guarded::Guarded;
use crate::base::path::{CloudPath, EntryName};
use crate::error::Result;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{CWD, Mode, OFlags, fstatfs, fstatvfs, openat};
use rustix::io::Errno;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::AtomicU64;

/// A directory with users' files. Each process opens a directory once, and its threads share the
/// `Volume`.
pub struct Volume {
    pub(super) root: OwnedFd,
    id: String,
    /// The state of the root. It tells whether a path leads to this volume.
    top: Stat,
    /// The number of names in a path that lead to the root: none for volume 0, more for a volume
    /// that appears among the files.
    depth: usize,
    pub(super) resolution: Resolution,
    /// True if the file system ignores case in names.
    folds: bool,
    /// True if the kernel's cached data about the file system is reliable, because no other machine
    /// changes anything there.
    is_local: bool,
    pub(super) hidden_dir: HiddenDir,
    pub(super) turns: Turns,
    pub(super) abilities: OnceLock<Abilities>,
    /// The bytes that spools take up or may still take up.
    pub(super) spooled: AtomicU64,
    /// The ids of the replacements that run.
    pub(super) replacing: Guarded<BTreeSet<String>>,
    /// Work that failed half-way.
    pub(super) unfinished: Guarded<BTreeSet<Unfinished>>,
    /// Receives reports of skipped entries.
    pub(super) listener: OnceLock<Listener>,
}

/// The space on a volume, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Space {
    /// The size of the whole file system.
    pub total: u64,
    /// The space that this program may still use.
    pub available: u64,
}

impl Volume {
    /// Opens a volume. With a known id, only that volume is opened. Without one, any volume is, and
    /// a directory without a mark gets a mark. The directory itself is never made: on the mount
    /// point of a missing disk, that would hide the loss. The first `depth` names of every path
    /// lead to the root. `Code::Offline` if the directory or its mark is missing, or belongs to
    /// another volume.
    pub fn open(root: &Path, known: Option<&str>, depth: usize) -> Result<Volume> {
        let flags = resolve::FOLDER | OFlags::CLOEXEC;
        let handle = on_disk(|| openat(CWD, root, flags, Mode::empty()))
            .map_err(|errno| hidden_dir::not_there().because(format!("open {}: {errno}", root.display())))?;
        let resolution = resolve::way_offered(handle.as_fd());
        Volume::from_root(handle, known, depth, resolution)
    }

    pub(super) fn from_root(
        root: OwnedFd,
        known: Option<&str>,
        depth: usize,
        resolution: Resolution,
    ) -> Result<Volume> {
        let hidden_dir = HiddenDir::open(root.as_fd(), known)?;
        let id = hidden_dir.id(known)?;
        let folds = folds(&root)?;
        let top = stat::of_handle(&root).map_err(at("statx"))?.ok_or_else(hidden_dir::not_there)?;
        let is_local = is_local(root.as_fd());
        stat::note_whether_change_is_kept(&top, keeps_time_of_change(root.as_fd()));
        let (turns, abilities, spooled) = (Turns::new(), OnceLock::new(), AtomicU64::new(0));
        let (replacing, unfinished, listener) = (Guarded::default(), Guarded::default(), OnceLock::new());
        Ok(Volume {
            root,
            id,
            top,
            depth,
            resolution,
            folds,
            is_local,
            hidden_dir,
            turns,
            abilities,
            spooled,
            replacing,
            unfinished,
            listener,
        })
    }

    /// True if a directory looks like the mount point of a disk that is not mounted: it is empty,
    /// and on the surrounding disk.
    pub fn looks_unmounted(root: &Path) -> Result<bool> {
        let flags = resolve::FOLDER | OFlags::CLOEXEC;
        let handle = on_disk(|| openat(CWD, root, flags, Mode::empty()))
            .map_err(|errno| hidden_dir::not_there().because(format!("open {}: {errno}", root.display())))?;
        let (here, above) = (stat::of_handle(&handle), stat::of_name(&handle, b".."));
        let device = |stat: Option<Stat>| stat.map(|stat| stat.device);
        let same_disk = device(here.map_err(at("statx"))?) == device(above.map_err(at("statx"))?);
        Ok(same_disk && entries(&handle).map_err(at("read a folder"))?.is_empty())
    }

    /// True if a directory is still the root of this volume. False if the disk has been unmounted
    /// and only its mount point is left.
    pub fn is_at(&self, root: &Path) -> bool {
        stat::of_path_cached(root).is_ok_and(|stat| stat.is_some_and(|stat| stat.is_same_entry(&self.top)))
    }

    /// True if a directory lies within this volume, or this volume lies within it.
    pub fn is_nested(&self, directory: &Path) -> Result<bool> {
        let flags = resolve::ASK | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let opened = on_disk(|| openat(CWD, directory, flags, Mode::empty()));
        let handle = opened.map_err(|errno| {
            hidden_dir::not_there().because(format!("open {}: {errno}", directory.display()))
        })?;
        let top = stat::of_handle(&handle).map_err(at("statx"))?.ok_or_else(hidden_dir::not_there)?;
        Ok(is_below(&handle, &self.top)? || is_below(&self.root, &top)?)
    }

    /// True if a directory is another one or lies within it. False if one of them is not there.
    pub fn lies_within(inner: &Path, outer: &Path) -> Result<bool> {
        let open = |path: &Path| {
            let flags = resolve::ASK | OFlags::DIRECTORY | OFlags::CLOEXEC;
            on_disk(|| openat(CWD, path, flags, Mode::empty())).ok()
        };
        let (Some(inner), Some(outer)) = (open(inner), open(outer)) else { return Ok(false) };
        let top = |handle: &OwnedFd| {
            stat::of_handle(handle).map_err(at("statx"))?.ok_or_else(hidden_dir::not_there)
        };
        let outer = top(&outer)?;
        Ok(top(&inner)?.is_same_entry(&outer) || is_below(&inner, &outer)?)
    }

    /// True if the file system ignores case in names.
    pub fn folds(&self) -> bool {
        self.folds
    }

    /// True if the kernel's cached data about the file system is reliable.
    pub fn is_local(&self) -> bool {
        self.is_local
    }

    /// The abilities of the file system, if they have been found out.
    pub fn abilities(&self) -> Option<&Abilities> {
        self.abilities.get()
    }

    /// True if entries can have extended attributes or access lists, as far as that is known.
    pub(super) fn names_attributes(&self) -> bool {
        self.abilities().is_none_or(|can| can.has_attributes || can.has_access_lists)
    }

    /// The mount through which the root was opened; `None` if the kernel does not tell.
    pub(super) fn mount_id(&self) -> Option<u64> {
        self.top.mount
    }

    /// The file system's number of the root.
    pub(super) fn root_inode(&self) -> u64 {
        self.top.inode
    }

    /// Notes work that is to be tried again, and logs it once.
    pub fn note_unfinished(&self, work: Unfinished) {
        if self.unfinished.lock().insert(work.clone()) {
            log::warn!("failed half-way and will be tried again later: {work}");
        }
    }

    /// True if there is work that failed half-way.
    pub fn has_unfinished(&self) -> bool {
        !self.unfinished.lock().is_empty()
    }

    /// The names of a path below the root of the volume.
    pub(super) fn inside<'a>(&self, path: &'a CloudPath) -> &'a [EntryName] {
        path.parts().get(self.depth..).unwrap_or_default()
    }

    /// The number of names in a path that lead to the root.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// The id of the volume: 24 hexadecimal digits, the same wherever its disk is mounted.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The space on the volume's file system.
    pub fn free_space(&self) -> Result<Space> {
        /// What stands for the space of a disk that does not tell it, as network file systems and
        /// tmpfs without a limit: 1 PiB. Whether something fits is found out by writing it.
        const UNTOLD: u64 = 1 << 50;
        let raw = on_disk(|| fstatvfs(&self.root)).map_err(at("statvfs"))?;
        if raw.f_blocks == 0 {
            return Ok(Space { total: UNTOLD, available: UNTOLD });
        }
        Ok(Space {
            total: raw.f_blocks.saturating_mul(raw.f_frsize),
            available: raw.f_bavail.saturating_mul(raw.f_frsize),
        })
    }

    /// Opens an entry beneath a folder of this volume, by names joined by `/`.
    pub(super) fn open_beneath(
        &self,
        folder: BorrowedFd<'_>,
        names: &[u8],
        flags: OFlags,
    ) -> rustix::io::Result<OwnedFd> {
        resolve::open_bytes(self.resolution, folder, names, flags)
    }

    /// True if the path leads to `.cloudlet`, under any spelling that the file system accepts:
    /// another case and, on FAT and SMB, dots at the end or short names such as `CLOUDL~1`. For
    /// those spellings, only the inode tells.
    pub(super) fn reserves(&self, path: &CloudPath) -> bool {
        self.inside(path).first().is_some_and(|first| self.reserved_name(first))
    }

    pub(super) fn reserved_name(&self, first: &EntryName) -> bool {
        if first.as_str().eq_ignore_ascii_case(HOME) {
            return true;
        }
        self.folds
            && stat::of_name(&self.root, &first.to_bytes())
                .is_ok_and(|found| found.is_some_and(|found| found.is_same_entry(&self.hidden_dir.home_stat)))
    }

    /// True if a name at the top of the volume is hidden from users: `.cloudlet`, and the folder
    /// for the findings of file system checks (fsck).
    pub(super) fn is_hidden_at_top(&self, top: &OwnedFd, name: &[u8]) -> bool {
        let is_roots = || stat::of_name(top, name).is_ok_and(|stat| stat.is_some_and(|stat| stat.owner == 0));
        match name {
            LOST_AND_FOUND => is_roots(),
            name => EntryName::from_bytes(name).is_some_and(|name| self.reserved_name(&name)),
        }
    }
}

/// The name of that folder on ext2, ext3, ext4 and XFS. It belongs to root.
pub(super) const LOST_AND_FOUND: &[u8] = b"lost+found";

/// True unless the file system (statfs(2)) is one that other machines or programs may change
/// unnoticed by the kernel.
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
    on_disk(|| fstatfs(root)).is_ok_and(|raw| !REMOTE.contains(&(raw.f_type as u32)))
}

/// True if the file system stores the time of change. exFAT has no field for it: there it becomes
/// the modification time as soon as the kernel forgets the entry.
fn keeps_time_of_change(root: BorrowedFd<'_>) -> bool {
    const EXFAT: u32 = 0x2011_bab0;
    on_disk(|| fstatfs(root)).is_ok_and(|raw| raw.f_type as u32 != EXFAT)
}

/// True if a name is found by another spelling of it. Inode numbers are not compared, because FUSE
/// may give each spelling its own.
fn folds(root: &OwnedFd) -> Result<bool> {
    let other = HOME.to_ascii_uppercase();
    if !stat::of_name(root, other.as_bytes()).is_ok_and(|other| other.is_some()) {
        return Ok(false);
    }
    let root = open_one((root.as_fd(), b"."), resolve::FOLDER).map_err(at("open"))?;
    let listed = entries(&root).map_err(at("read a folder"))?;
    Ok(!listed.iter().any(|entry| entry.name == other.as_bytes()))
}

/// True if a folder lies below another one, as far up as this program has access.
fn is_below(folder: &OwnedFd, other: &Stat) -> Result<bool> {
    let step = |from: &OwnedFd, name: &str| {
        on_disk(|| openat(from, name, resolve::ASK | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()))
    };
    let stat_of = |handle: &OwnedFd| {
        stat::of_handle(handle).map_err(at("statx")).and_then(|stat| stat.ok_or_else(hidden_dir::not_there))
    };
    let mut here = step(folder, ".").map_err(at("open"))?;
    loop {
        let above = match step(&here, "..") {
            Err(Errno::ACCESS) => return Ok(false),
            above => above.map_err(at("open the folder above"))?,
        };
        let stat = stat_of(&above)?;
        // The root directory is its own parent.
        if stat.is_same_entry(&stat_of(&here)?) {
            return Ok(false);
        }
        if stat.is_same_entry(other) {
            return Ok(true);
        }
        here = above;
    }
}
