//! What a volume's file system is and can do, as far as it says so itself.

use super::errno::at;
use super::volume::Volume;
use crate::error::Result;
use rustix::fs::{StatVfsMountFlags, fstatfs, fstatvfs};

/// A file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileSystem {
    /// Its usual name; empty for one that this program does not know.
    pub name: &'static str,
    pub is_read_only: bool,
    /// Names that differ only in case are two names.
    pub tells_case: bool,
    /// Files and folders have permission bits that say something.
    pub has_permissions: bool,
    /// A file can have several names, so that backups share what has not changed.
    pub has_hard_links: bool,
    /// Files keep the dates that are given to them.
    pub keeps_times: bool,
}

/// `f_type` of statfs(2), from the kernel's magic.h and the file systems' own headers.
const NAMES: &[(u32, &str)] = &[
    (0xef53, "ext4"),
    (0x5846_5342, "xfs"),
    (0x9123_683e, "btrfs"),
    (0xf2f5_2010, "f2fs"),
    (0xca45_1a4e, "bcachefs"),
    (0x2fc1_2fc1, "zfs"),
    (0x0102_1994, "tmpfs"),
    (0x794c_7630, "overlayfs"),
    (0x4d44, "vfat"),
    (0x2011_bab0, "exfat"),
    (0x7366_746e, "ntfs3"),
    (0x5346_544e, "ntfs"),
    (0x6573_5546, "fuse"),
    (0x6969, "nfs"),
    (0xff53_4d42, "cifs"),
    (0xfe53_4d42, "smb"),
    (0x0102_1997, "9p"),
];
/// Those that come from DOS: one name a file, and permission bits that all files share.
const PLAIN: &[&str] = &["vfat", "exfat"];

/// The usual name of the file system with this magic number; empty for one that this program does not know.
pub(super) fn name_of(kind: u32) -> &'static str {
    NAMES.iter().find(|(magic, _)| *magic == kind).map_or("", |(_, name)| *name)
}

impl Volume {
    /// What the volume's file system is.
    pub fn file_system(&self) -> Result<FileSystem> {
        let kind = fstatfs(&self.root).map_err(at("statfs"))?.f_type as u32;
        let flags = fstatvfs(&self.root).map_err(at("statvfs"))?.f_flag;
        let name = name_of(kind);
        let is_plain = PLAIN.contains(&name);
        Ok(FileSystem {
            name,
            is_read_only: flags.contains(StatVfsMountFlags::RDONLY),
            tells_case: !self.folds(),
            // What was tried counts more than the name.
            has_permissions: self.abilities().map_or(!is_plain, |tried| tried.has_modes),
            has_hard_links: self.abilities().map_or(!is_plain, |tried| tried.has_links),
            keeps_times: self.abilities().is_none_or(|tried| tried.keeps_times),
        })
    }
}
