//! The state of a file or folder, read from a handle.
//!
//! This module only reads. Symlinks, named pipes, sockets and devices have no `Stat`: for users
//! they do not exist.

use super::sys;
use crate::base::digits::append_hexadecimal;
use rustix::fd::AsFd;
use rustix::fs::{AtFlags, CWD, FileType, Statx, StatxAttributes, StatxFlags, Timespec, statx};
use rustix::io::{Result, retry_on_intr};
use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The two kinds of entries that users have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Folder,
}

/// The state of a file or folder on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// The kind of entry.
    pub kind: Kind,
    /// The length in bytes. For a folder, a number of the file system's choice.
    pub size: u64,
    /// The time of the last change of content, to the nanosecond if the file system stores it.
    pub modified: SystemTime,
    /// The file system's number of the entry. A rename keeps it, and every commit gives a new one.
    pub inode: u64,
    /// The space on the disk in bytes. It can be smaller (sparse) or larger (reserved) than `size`.
    pub allocated: u64,
    /// The time of the last change of any sort: content, name, links, bits or owner. The kernel
    /// sets it, and nobody else can. `None` if the file system does not store it.
    pub changed: Option<SystemTime>,
    /// The time of creation, if the file system stores it.
    pub born: Option<SystemTime>,
    /// The file system. It differs if a disk is mounted inside of the volume.
    pub(super) device: u64,
    /// The number of names of the file on this file system.
    pub(super) links: u32,
    pub(super) mode: u32,
    pub(super) group: u32,
    pub(super) owner: u32,
    /// True if it is immutable or append-only (chattr(1)): neither the entry nor its content can be
    /// removed.
    pub(super) is_protected: bool,
    /// The mount through which it was found; `None` if the kernel does not report it (before 5.8).
    pub(super) mount: Option<u64>,
    /// True if something is mounted there; `None` if the kernel does not report it (before 5.8).
    pub(super) is_mount_point: Option<bool>,
}

/// The state of an entry in a listing. It is small, because a folder may have a million entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brief {
    pub kind: Kind,
    pub size: u64,
    pub modified: SystemTime,
    pub inode: u64,
    pub changed: Option<SystemTime>,
}

/// Stands for the nanoseconds of an unknown time in the encoded form.
const NOT_KNOWN: u32 = u32::MAX;

impl Brief {
    /// The size of the encoded form in bytes.
    pub const BYTES: usize = 41;

    /// As [`Stat::etag`].
    pub fn etag(&self) -> String {
        content_etag(self.inode, self.size, self.modified, self.changed)
    }

    /// Encodes it for [`Brief::read`].
    pub fn append_to(&self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(self.kind == Kind::Folder));
        bytes.extend_from_slice(&self.size.to_le_bytes());
        bytes.extend_from_slice(&self.inode.to_le_bytes());
        for time in [Some(self.modified), self.changed] {
            let parts = time.map(timespec).map(|time| (time.tv_sec, time.tv_nsec as u32));
            let (seconds, nanoseconds) = parts.unwrap_or((0, NOT_KNOWN));
            bytes.extend_from_slice(&seconds.to_le_bytes());
            bytes.extend_from_slice(&nanoseconds.to_le_bytes());
        }
    }

    /// The kind in an encoded state.
    pub fn kind_of(bytes: &[u8; Brief::BYTES]) -> Kind {
        if bytes[0] == 0 { Kind::File } else { Kind::Folder }
    }

    /// Decodes an encoded state.
    pub fn read(bytes: &[u8; Brief::BYTES]) -> Brief {
        let number = |at: usize| u64::from_le_bytes(std::array::from_fn(|byte| bytes[at + byte]));
        let time = |at: usize| {
            let nanoseconds = u32::from_le_bytes(std::array::from_fn(|byte| bytes[at + 8 + byte]));
            (nanoseconds != NOT_KNOWN).then(|| system_time(number(at) as i64, nanoseconds))
        };
        Brief {
            kind: Brief::kind_of(bytes),
            size: number(1),
            inode: number(9),
            modified: time(17).unwrap_or(UNIX_EPOCH),
            changed: time(29),
        }
    }
}

impl Stat {
    /// The short form for listings.
    pub fn brief(&self) -> Brief {
        let Stat { kind, size, modified, inode, changed, .. } = *self;
        Brief { kind, size, modified, inode, changed }
    }

    /// The bytes that a copy of the file takes up on a disk where holes take up no space. If the
    /// file system reports no blocks at all, this is the full size.
    pub fn size_without_holes(&self) -> u64 {
        if self.allocated == 0 { self.size } else { self.size.min(self.allocated) }
    }

    /// True if owner and permission bits allow the server to read the file. If not, it may still be
    /// readable.
    pub fn may_be_read(&self) -> bool {
        const READ_OWN: u32 = 0o400;
        self.owner == rustix::process::geteuid().as_raw() && self.mode & READ_OWN != 0
    }

    /// The state of a folder that is on no disk, with the oldest possible time.
    pub fn of_no_disk() -> Stat {
        Stat {
            kind: Kind::Folder,
            size: 0,
            modified: UNIX_EPOCH,
            inode: 0,
            allocated: 0,
            changed: None,
            born: None,
            device: 0,
            links: 1,
            mode: 0,
            group: 0,
            owner: 0,
            is_protected: false,
            mount: None,
            is_mount_point: Some(false),
        }
    }

    /// Identifies the content. It changes after every commit and every write, even a write that
    /// changes neither size nor modification time. It also changes if only the time of change does,
    /// for example by a rename or by new permission bits.
    pub fn etag(&self) -> String {
        content_etag(self.inode, self.size, self.modified, self.changed)
    }

    /// Identifies the content even if it is moved or linked, judged by size, modification time and
    /// inode.
    pub fn content_id(&self) -> String {
        content_etag(self.inode, self.size, self.modified, None)
    }
}

/// Identifies a content by its known facts.
pub fn content_etag(inode: u64, size: u64, modified: SystemTime, changed: Option<SystemTime>) -> String {
    let mut text = String::with_capacity(64);
    append_hexadecimal(&mut text, inode, 1);
    text.push('-');
    append_hexadecimal(&mut text, size, 1);
    for time in [Some(modified), changed].into_iter().flatten().map(timespec) {
        text.push('-');
        append_hexadecimal(&mut text, time.tv_sec as u64, 1);
        append_hexadecimal(&mut text, time.tv_nsec as u64, 8);
    }
    text
}

/// The devices of file systems that do not store the time of change: the kernel keeps it only while
/// the entry is in memory. An ETag with such a time would change later without a change of the
/// content.
static FORGETFUL: RwLock<BTreeSet<u64>> = RwLock::new(BTreeSet::new());

/// Notes whether the file system of an entry stores the time of change.
pub(super) fn note_whether_change_is_kept(stat: &Stat, is_kept: bool) {
    let mut forgetful = FORGETFUL.write().unwrap_or_else(PoisonError::into_inner);
    if is_kept {
        forgetful.remove(&stat.device);
    } else {
        forgetful.insert(stat.device);
    }
}

impl Stat {
    /// True if both are the same entry, whatever their names.
    pub(super) fn is_same_entry(&self, other: &Stat) -> bool {
        (self.inode, self.device) == (other.inode, other.device)
    }
}

/// The entry of a handle; `None` if it is neither a file nor a folder.
pub(super) fn of_handle(handle: impl AsFd) -> Result<Option<Stat>> {
    sys::stat(handle, b"", AtFlags::EMPTY_PATH, wanted()).map(|raw| from_raw(&raw))
}

/// The entry with a name in a folder, without following a symlink; `None` if it is neither a file
/// nor a folder.
pub(super) fn of_name(folder: impl AsFd, name: &[u8]) -> Result<Option<Stat>> {
    sys::stat(folder, name, AtFlags::SYMLINK_NOFOLLOW, wanted()).map(|raw| from_raw(&raw))
}

/// As [`of_name`], with the time of the last change of any sort, in nanoseconds since 1970 UTC.
pub(super) fn of_name_with_change(folder: impl AsFd, name: &[u8]) -> Result<Option<(Stat, i128)>> {
    let raw = sys::stat(folder, name, AtFlags::SYMLINK_NOFOLLOW, wanted())?;
    let changed = i128::from(raw.stx_ctime.tv_sec) * 1_000_000_000 + i128::from(raw.stx_ctime.tv_nsec);
    Ok(from_raw(&raw).map(|stat| (stat, changed)))
}

/// As [`of_handle`], but only from data in memory: a network file system is not asked.
pub(super) fn of_handle_cached(handle: impl AsFd) -> Result<Option<Stat>> {
    let flags = AtFlags::EMPTY_PATH | AtFlags::STATX_DONT_SYNC;
    sys::stat(handle, b"", flags, wanted()).map(|raw| from_raw(&raw))
}

/// The entry at an administrator's path, only from data in memory, without asking a network.
pub(super) fn of_path_cached(path: &std::path::Path) -> Result<Option<Stat>> {
    let asked = sys::on_disk(|| retry_on_intr(|| statx(CWD, path, AtFlags::STATX_DONT_SYNC, wanted())));
    asked.map(|raw| from_raw(&raw))
}

fn wanted() -> StatxFlags {
    StatxFlags::BASIC_STATS | StatxFlags::BTIME | StatxFlags::MNT_ID
}

fn from_raw(raw: &Statx) -> Option<Stat> {
    let kind = match FileType::from_raw_mode(u32::from(raw.stx_mode)) {
        FileType::RegularFile => Kind::File,
        FileType::Directory => Kind::Folder,
        _ => return None,
    };
    let device = u64::from(raw.stx_dev_major) << 32 | u64::from(raw.stx_dev_minor);
    let is_kept = !FORGETFUL.read().unwrap_or_else(PoisonError::into_inner).contains(&device);
    let has = |flag| StatxFlags::from_bits_retain(raw.stx_mask).contains(flag);
    let tells_mounts = raw.stx_attributes_mask.contains(StatxAttributes::MOUNT_ROOT);
    Some(Stat {
        kind,
        size: raw.stx_size,
        modified: system_time(raw.stx_mtime.tv_sec, raw.stx_mtime.tv_nsec),
        inode: raw.stx_ino,
        allocated: raw.stx_blocks.saturating_mul(512),
        changed: is_kept.then(|| system_time(raw.stx_ctime.tv_sec, raw.stx_ctime.tv_nsec)),
        born: has(StatxFlags::BTIME).then(|| system_time(raw.stx_btime.tv_sec, raw.stx_btime.tv_nsec)),
        device,
        links: raw.stx_nlink,
        mode: u32::from(raw.stx_mode) & 0o7777,
        group: raw.stx_gid,
        owner: raw.stx_uid,
        is_protected: raw.stx_attributes.intersects(StatxAttributes::IMMUTABLE | StatxAttributes::APPEND),
        mount: has(StatxFlags::MNT_ID).then_some(raw.stx_mnt_id),
        is_mount_point: tells_mounts.then(|| raw.stx_attributes.contains(StatxAttributes::MOUNT_ROOT)),
    })
}

/// The states of an entry before and after a rename, which changes its time of change.
#[derive(Clone, Copy, Debug)]
pub struct Moved {
    pub before: Stat,
    pub now: Stat,
}

/// The seconds of a time before 1970 are negative, and the nanoseconds are added to them (`struct
/// timespec`).
fn system_time(seconds: i64, nanoseconds: u32) -> SystemTime {
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let base = if seconds < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
    base.and_then(|time| time.checked_add(Duration::from_nanos(u64::from(nanoseconds)))).unwrap_or(UNIX_EPOCH)
}

/// A time in the kernel's form. A time beyond its range becomes the last time in the range.
pub(super) fn timespec(time: SystemTime) -> Timespec {
    let seconds = |whole: Duration| i64::try_from(whole.as_secs()).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => Timespec { tv_sec: seconds(after), tv_nsec: i64::from(after.subsec_nanos()) as _ },
        Err(error) => {
            let before = error.duration();
            match before.subsec_nanos() {
                0 => Timespec { tv_sec: -seconds(before), tv_nsec: 0 },
                part => {
                    Timespec { tv_sec: -seconds(before) - 1, tv_nsec: i64::from(1_000_000_000 - part) as _ }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn etags_are_hexadecimal_numbers() {
        for (inode, size, seconds, nanoseconds, etag) in [
            (0, 0, 0, 0, "0-0-000000000"),
            (0x1f, 0x10, 1_721_399_577, 1, "1f-10-669a791900000001"),
            (u64::MAX, 1 << 60, 16, 999_999_999, "ffffffffffffffff-1000000000000000-103b9ac9ff"),
            (1, 2, -1, 255, "1-2-ffffffffffffffff000000ff"),
        ] {
            let time = system_time(seconds, nanoseconds);
            assert_eq!(content_etag(inode, size, time, None), etag);
            assert_eq!(
                content_etag(inode, size, time, Some(system_time(16, 1))),
                format!("{etag}-1000000001")
            );
        }
    }

    #[test]
    fn times_come_back_to_the_nanosecond() {
        for (seconds, nanoseconds) in [(0, 0), (1, 999_999_999), (-1, 1), (-5, 0), (4_294_967_296, 7)] {
            let spec = timespec(system_time(seconds, nanoseconds));
            assert_eq!((spec.tv_sec, spec.tv_nsec as u32), (seconds, nanoseconds));
            for (kind, size, inode) in [(Kind::File, 0, u64::MAX), (Kind::Folder, u64::MAX, 1)] {
                let modified = system_time(seconds, nanoseconds);
                let changed = Some(modified).filter(|_| kind == Kind::File);
                let brief = Brief { kind, size, inode, modified, changed };
                let mut bytes = Vec::new();
                brief.append_to(&mut bytes);
                assert_eq!(Brief::read(bytes.as_slice().try_into().unwrap()), brief);
            }
        }
    }
}
