//! A volume's file system and its abilities, as far as it reports them.

use super::abilities::{Abilities, Unsafe};
use super::errno::at;
use super::sys::on_disk;
use super::volume::Volume;
use crate::error::Result;
use rustix::fs::{StatVfsMountFlags, fstatfs, fstatvfs};

/// A file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileSystem {
    /// Its usual name. Empty for an unknown file system.
    pub name: &'static str,
    pub is_read_only: bool,
    /// True if names that differ only in case are different names.
    pub tells_case: bool,
    /// True if files and folders have meaningful permission bits.
    pub has_permissions: bool,
    /// True if files can have several names. Then backups share unchanged files.
    pub has_hard_links: bool,
    /// True if the dates given to files are stored.
    pub keeps_times: bool,
    /// True if two files can be swapped in one step. Then a file that is being replaced always has
    /// its name, even without hard links.
    pub swaps: bool,
    /// True if the disk confirms that the names in a folder are written.
    pub syncs_names: bool,
    /// True if a lock keeps others out.
    pub has_locks: bool,
    /// True if two names that differ only in their Unicode normalization form are different names.
    pub tells_forms: bool,
    /// True if a rename onto a taken name replaces the entry with that name.
    pub replaces: bool,
    /// True if the disk confirms that a file is written.
    pub syncs_files: bool,
    /// True if holes in files take up no space.
    pub has_holes: bool,
    /// The maximum length of a name; 0 if the abilities were not tried.
    pub name_bytes_max: usize,
    /// The precision of times; 0 if the abilities were not tried.
    pub time_nanoseconds: u64,
    /// The reason why nothing on it can be changed safely; it can only be read then.
    pub unsafe_reason: Option<Unsafe>,
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
/// File systems from DOS: files have one name, and all files have the same permission bits.
const PLAIN: &[&str] = &["vfat", "exfat"];

/// The usual name of the file system with this magic number. Empty if unknown.
pub(super) fn name_of(kind: u32) -> &'static str {
    NAMES.iter().find(|(magic, _)| *magic == kind).map_or("", |(_, name)| *name)
}

impl Volume {
    /// The volume's file system.
    pub fn file_system(&self) -> Result<FileSystem> {
        let kind = on_disk(|| fstatfs(&self.root)).map_err(at("statfs"))?.f_type as u32;
        let flags = on_disk(|| fstatvfs(&self.root)).map_err(at("statvfs"))?.f_flag;
        let name = name_of(kind);
        let is_plain = PLAIN.contains(&name);
        let tried = |ability: fn(&Abilities) -> bool| self.abilities().is_none_or(ability);
        Ok(FileSystem {
            name,
            is_read_only: flags.contains(StatVfsMountFlags::RDONLY),
            tells_case: !self.folds(),
            // Abilities found out by trying count more than the name.
            has_permissions: self.abilities().map_or(!is_plain, |tried| tried.has_modes),
            has_hard_links: self.abilities().map_or(!is_plain, |tried| tried.has_links),
            keeps_times: tried(|tried| tried.keeps_times),
            swaps: tried(|tried| tried.exchanges),
            syncs_names: tried(|tried| tried.syncs_folders),
            has_locks: tried(|tried| tried.has_locks),
            tells_forms: tried(|tried| tried.forms_count),
            replaces: tried(|tried| tried.renames_over),
            syncs_files: tried(|tried| tried.syncs_files),
            has_holes: tried(|tried| tried.is_sparse),
            name_bytes_max: self.abilities().map_or(0, |tried| tried.name_bytes_max),
            time_nanoseconds: self.abilities().map_or(0, |tried| tried.time_nanoseconds),
            unsafe_reason: self.abilities().and_then(Abilities::unsafe_reason),
        })
    }
}
