//! Counts the content of whole trees. It neither recurses nor holds a handle for each level, and
//! never follows a symlink.

use super::directory::entries;
use super::location::Location;
use super::resolve;
use super::skipped::{Wanted, beneath};
use super::stat::{self, Kind, Stat};
use super::volume::Volume;
use crate::error::Result;
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::Errno;

/// The content of a folder on all levels, without the folder itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// The number of regular files.
    pub files: u64,
    /// The number of folders.
    pub folders: u64,
    /// The total length of the files.
    pub bytes: u64,
    /// The bytes that a copy of the files takes up on a disk where holes take up no space.
    pub bytes_without_holes: u64,
    /// The largest number of names that lead from the folder to an entry in it.
    pub levels: usize,
    /// The length in bytes of the longest path from the folder to an entry in it.
    pub path_bytes: usize,
}

impl Usage {
    fn add_file(&mut self, stat: &Stat) {
        self.files += 1;
        self.bytes = self.bytes.saturating_add(stat.size);
        self.bytes_without_holes = self.bytes_without_holes.saturating_add(stat.size_without_holes());
    }
}

impl Volume {
    /// Counts the content of a folder. A file counts itself, and a missing entry counts nothing.
    /// Entries that cannot be read are skipped and reported.
    pub fn usage<'a>(&self, folder: impl Into<Location<'a>>) -> Result<Usage> {
        let folder = folder.into();
        match self.stat(folder)? {
            Some(stat) if stat.kind == Kind::File => {
                let mut usage = Usage::default();
                usage.add_file(&stat);
                Ok(usage)
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
                        usage.add_file(&stat);
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
}

/// The number of names joined by `/`.
fn levels(names: &[u8]) -> usize {
    names.split(|byte| *byte == b'/').filter(|name| !name.is_empty()).count()
}
