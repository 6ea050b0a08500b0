//! Counts the content of whole trees. It neither recurses nor holds a handle for each level, and
//! never follows a symlink.

use super::errno::{failed, means_absent, obstacle};
use super::folder::entries;
use super::location::Location;
use super::removal::leaving_id;
use super::resolve;
use super::skipped::Wanted;
use super::stat::{self, Kind};
use super::volume::Volume;
use crate::base::obstacle::Obstacle;
use crate::base::path::EntryName;
use crate::error::Result;
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::Errno;

/// The content of a folder on all levels, without the folder itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Regular files.
    pub files: u64,
    /// Folders.
    pub folders: u64,
    /// The total length of the files.
    pub bytes: u64,
    /// The largest number of names that lead from the folder to an entry in it.
    pub levels: usize,
    /// The length in bytes of the longest path from the folder to an entry in it.
    pub path_bytes: usize,
}

impl Volume {
    /// Counts the content of a folder. A file counts itself, and a missing entry counts nothing.
    /// Entries that cannot be read are skipped and reported.
    pub fn usage<'a>(&self, folder: impl Into<Location<'a>>) -> Result<Usage> {
        let folder = folder.into();
        match self.stat(folder)? {
            Some(stat) if stat.kind == Kind::File => {
                Ok(Usage { files: 1, bytes: stat.size, ..Usage::default() })
            }
            Some(_) => match self.open_at(folder, resolve::FOLDER) {
                Ok(Some(handle)) => self.usage_of(&handle, folder),
                Ok(None) => Ok(Usage::default()),
                Err(error) => match error.obstacle {
                    Some(obstacle) => {
                        self.skip_at(folder, b"", Wanted::Read, obstacle);
                        Ok(Usage::default())
                    }
                    None => Err(error),
                },
            },
            None => Ok(Usage::default()),
        }
    }

    /// Counts beneath a handle. At the top of the volume, `.cloudlet` does not count.
    fn usage_of(&self, top: &OwnedFd, location: Location<'_>) -> Result<Usage> {
        let (mut usage, is_root) = (Usage::default(), self.is_top(location));
        let mut waiting = vec![Vec::new()];
        while let Some(names) = waiting.pop() {
            let opened = self.open_beneath(top.as_fd(), &names, resolve::FOLDER);
            let listed = opened.and_then(|folder| entries(&folder).map(|listed| (folder, listed)));
            let (folder, listed) = match listed {
                Ok(listed) => listed,
                Err(errno) => {
                    self.skip_errno(location, &names, errno, "open")?;
                    continue;
                }
            };
            let level = levels(&names) + 1;
            for entry in listed {
                let is_hidden = is_root && names.is_empty() && self.is_hidden_at_top(&folder, &entry.name);
                if is_hidden || !entry.may_be_seen() {
                    continue;
                }
                usage.levels = usage.levels.max(level);
                usage.path_bytes = usage.path_bytes.max(names.len() + 1 + entry.name.len());
                match stat::of_name(&folder, &entry.name) {
                    Ok(Some(stat)) if stat.kind == Kind::File => {
                        usage.files += 1;
                        usage.bytes = usage.bytes.saturating_add(stat.size);
                    }
                    Ok(Some(_)) => {
                        usage.folders += 1;
                        waiting.push(beneath(&names, &entry.name));
                    }
                    Ok(None) => {}
                    // Without the right to search the folder, no entry in it can be read.
                    Err(Errno::ACCESS) => {
                        self.skip_errno(location, &names, Errno::ACCESS, "statx")?;
                        break;
                    }
                    Err(errno) => self.skip_errno(location, &beneath(&names, &entry.name), errno, "statx")?,
                }
            }
        }
        Ok(usage)
    }

    /// Skips an entry of a tree: silently if it is absent, with a report if there is an obstacle.
    pub(super) fn skip_errno(
        &self,
        location: Location<'_>,
        names: &[u8],
        errno: Errno,
        action: &'static str,
    ) -> Result<()> {
        match obstacle(errno) {
            _ if errno == Errno::NAMETOOLONG => {
                self.skip_at(location, names, Wanted::Read, Obstacle::TooDeep);
            }
            _ if means_absent(errno) => {}
            Some(obstacle) => self.skip_at(location, names, Wanted::Read, obstacle),
            None => return Err(failed(action, errno)),
        }
        Ok(())
    }

    /// True if a name at the top of the volume is hidden from users: `.cloudlet`, and the folder in
    /// which file system checks (fsck) put their findings.
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

/// The number of names joined by `/`.
fn levels(names: &[u8]) -> usize {
    names.split(|byte| *byte == b'/').filter(|name| !name.is_empty()).count()
}

/// A path with one more name at its end.
pub(super) fn beneath(names: &[u8], name: &[u8]) -> Vec<u8> {
    if names.is_empty() { name.to_vec() } else { [names, b"/", name].concat() }
}

/// True if a name in `trash` is that of a tree that is being removed.
pub(super) fn is_leaving(name: &[u8]) -> bool {
    leaving_id(name).is_some()
}
