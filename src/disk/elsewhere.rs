//! Entries among a volume's files that lie on another disk: mount points, and targets of symbolic
//! links.
//!
//! If another disk is mounted among the files, it can be read and copied, but not changed. New
//! content arrives by a rename from `staging`, deleted entries leave by a rename into the recycle
//! bin, and a rename between disks is impossible. Links are not followed at all.

use super::hidden_dir::{self, HOME};
use super::kept_abilities::{MOUNTS, MOUNTS_BYTES_MAX};
use super::skipped::{Skipped, Wanted, beneath};
use super::stat::{self, Kind, Stat};
use super::volume::Volume;
use super::{local, resolve, sys};
use crate::base::obstacle::Obstacle;
use crate::base::path::{CloudPath, EntryName};
use crate::error::{Code, Error, Result};
use rustix::fd::AsFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

impl Volume {
    /// Refuses a change on a mounted disk, or of a mount point itself.
    pub(super) fn refuse_elsewhere(&self, stat: &Stat, path: &CloudPath) -> Result<()> {
        if !self.is_elsewhere(stat) {
            return Ok(());
        }
        // Only the name is shown, because not everybody who sees the entry may see the path.
        let name = path.leaf().map_or("This", EntryName::as_str);
        let sentence = format!(
            "{name} lies on another disk, which is mounted among the files. It can be read and copied, but not changed. An \
             administrator can add it as a further disk: see the setting volumes."
        );
        Err(Error::new(Code::NotOffered, sentence).about_entry(Obstacle::Mounted))
    }

    fn is_elsewhere(&self, stat: &Stat) -> bool {
        let home = &self.hidden_dir.home_stat;
        let is_other_mount = stat.mount.is_some() && home.mount.is_some() && stat.mount != home.mount;
        // For files on overlayfs, the kernel reports the devices of the layers.
        is_other_mount || stat.kind == Kind::Folder && stat.device != home.device
    }

    /// The reason why an entry cannot be changed: it is a link, or it is on another disk. `None` if
    /// there is no such reason any more. `below` is its path below the root.
    pub fn changing_obstacle(&self, below: &[u8]) -> Option<Obstacle> {
        let slash = below.iter().rposition(|byte| *byte == b'/');
        let (above, name) = slash.map_or((&b""[..], below), |at| (&below[..at], &below[at + 1..]));
        let folder = self.open_beneath(self.root.as_fd(), above, resolve::FOLDER).ok()?;
        match stat::of_name(&folder, name).ok()? {
            Some(stat) => self.is_elsewhere(&stat).then_some(Obstacle::Mounted),
            None => sys::link_target(&folder, name).is_ok().then_some(Obstacle::Link),
        }
    }

    /// The mount points below the directory of this volume.
    pub fn mounted_within(&self, directory: &Path) -> Result<Vec<Skipped>> {
        let directory = std::fs::canonicalize(directory)
            .map_err(|error| hidden_dir::not_there().because(format!("{}: {error}", directory.display())))?;
        let mounts = local::read_bytes(Path::new(MOUNTS), MOUNTS_BYTES_MAX)?.unwrap_or_default();
        let below = mount_points(&mounts).filter_map(|point| {
            let below = point.strip_prefix(&directory).ok()?.as_os_str().as_bytes().to_vec();
            let is_hidden = below.is_empty() || below.starts_with(HOME.as_bytes());
            (!is_hidden).then_some(below)
        });
        let skipped = |below| Skipped { below, wanted: Wanted::Change, obstacle: Obstacle::Mounted };
        Ok(below.map(skipped).collect())
    }

    /// Reports a folder at the top that is a symbolic link.
    pub fn linked_home(&self, name: &EntryName) -> Option<Skipped> {
        let below = beneath(b"", &name.to_bytes());
        let is_link = self.changing_obstacle(&below) == Some(Obstacle::Link);
        is_link.then_some(Skipped { below, wanted: Wanted::Change, obstacle: Obstacle::Link })
    }
}

/// The mount points are the fifth field of each line. Blanks and backslashes are escaped by their
/// octal numbers.
fn mount_points(mounts: &[u8]) -> impl Iterator<Item = PathBuf> {
    let lines = mounts.split(|byte| *byte == b'\n');
    lines
        .filter_map(|line| line.split(|byte| *byte == b' ').nth(4))
        .map(|field| PathBuf::from(std::ffi::OsString::from_vec(unescaped(field))))
}

fn unescaped(field: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((byte, after)) = rest.split_first() {
        let octal = after.get(..3).filter(|_| *byte == b'\\');
        let number = octal.and_then(|octal| u8::from_str_radix(std::str::from_utf8(octal).ok()?, 8).ok());
        bytes.push(number.unwrap_or(*byte));
        rest = if number.is_some() { &after[3..] } else { after };
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mount_points_are_read_as_the_kernel_writes_them() {
        let mounts = b"36 35 98:0 /mnt1 /srv/files/anna\\040b/usb rw,noatime master:1 - ext3 /dev/root rw\n\
            37 35 0:5 / / rw - ext4 /dev/vda rw\n38 35 0:6 / /a\\134040\\011\\012 rw - tmpfs tmpfs rw\nshort line\n";
        let points: Vec<PathBuf> = mount_points(mounts).collect();
        assert_eq!(points[..3], ["/srv/files/anna b/usb", "/", "/a\\040\t\n"].map(PathBuf::from));
    }
}
