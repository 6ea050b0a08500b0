//! Finds out the abilities of a volume's file system by trying, in a temporary folder below
//! `staging`.

use super::abilities::{Abilities, DOUBTFUL, FAT_FILE_BYTES_MAX, SECOND};
use super::bytes::write_all;
use super::directory::entries;
use super::errno::{at, failed, means_unsupported};
use super::file_system::name_of;
use super::hidden_dir::{HiddenDir, Staged};
use super::removal::remove_tree;
use super::resolve::{self, open_one};
use super::slot::tolerate;
use super::stat::{self, Stat};
use super::volume::Volume;
use super::{attributes, sys};
use crate::base::path::NAME_BYTES_MAX;
use crate::error::{Error, Result};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{FlockOperation, Mode, RenameFlags, Timespec, flock, fstatfs, fstatvfs};
use rustix::io::Errno;

/// `MSDOS_SUPER_MAGIC` of statfs(2).
const FAT: u32 = 0x4d44;
/// A time that no file system rounds to itself, in seconds and nanoseconds.
const TIME: Timespec = Timespec { tv_sec: 1_000_000_001, tv_nsec: 123_456_789 };

impl Volume {
    /// Finds out the abilities of the file system. This needs a disk that can be written.
    pub fn probe(&self) -> Result<&Abilities> {
        if self.abilities.get().is_none() {
            let found = find(&self.hidden_dir, self.folds())?;
            return Ok(self.abilities.get_or_init(|| found));
        }
        self.abilities.get().ok_or_else(|| Error::internal("the abilities are known"))
    }
}

fn find(hidden_dir: &HiddenDir, folds: bool) -> Result<Abilities> {
    let name = Staged::Tree("probe").name();
    let tree = (hidden_dir.staging.as_fd(), name.as_slice());
    remove_tree(hidden_dir, tree, None).map_err(|stuck| stuck.error)?;
    sys::create_folder(tree, Mode::RWXU).map_err(at("mkdir in staging"))?;
    let found = open_one(tree, resolve::FOLDER).map_err(at("open in staging")).and_then(|folder| {
        let kind = fstatfs(&folder).map_err(at("statfs"))?.f_type as u32;
        Trial { folder }.run(kind, folds)
    });
    remove_tree(hidden_dir, tree, None).map_err(|stuck| stuck.error)?;
    found
}

/// Tries abilities in an empty folder.
struct Trial {
    folder: OwnedFd,
}

impl Trial {
    fn run(&self, kind: u32, folds: bool) -> Result<Abilities> {
        let file = self.create(b"trial").map_err(at("create"))?;
        let mut refused = String::new();
        for letter in DOUBTFUL.chars() {
            if !self.keeps(format!("x{letter}x").as_bytes())? {
                refused.push(letter);
            }
        }
        let long = fstatvfs(&self.folder).map_err(at("statvfs"))?.f_namemax;
        let long = usize::try_from(long).unwrap_or(NAME_BYTES_MAX).clamp(1, NAME_BYTES_MAX);
        // Some file systems (FUSE, eCryptfs) report a longer maximum than they support.
        let is_less = !self.keeps(&vec![b'n'; long])? && self.keeps(&[b'n'; 143])?;
        let other = self.create(b"other").map_err(at("create"))?;
        sys::write_at(&file, b"trial", 0).map_err(at("write"))?;
        let (has_attributes, has_access_lists) = attributes::kept_by(&other);
        let time_nanoseconds = self.time_nanoseconds(&file)?;
        Ok(Abilities {
            file_system: name_of(kind),
            case_counts: !folds,
            refused,
            keeps_ends: self.keeps(b"dot.")? && self.keeps(b"blank ")?,
            keeps_bytes: self.keeps(b"\xff\xfe")?,
            name_bytes_max: if is_less { 143 } else { long },
            has_modes: self.has_modes(&file)?,
            has_links: self.has_links()?,
            exchanges: self.exchanges()?,
            renames_over: self.renames_over()?,
            syncs_files: self.syncs_files(&file)?,
            syncs_folders: is_supported(sys::sync(&self.folder)).map_err(at("fsync a folder"))?,
            has_locks: self.has_locks()?,
            forms_count: self.forms_count()?,
            is_sparse: self.is_sparse()?,
            has_attributes,
            has_access_lists,
            keeps_times: time_nanoseconds.is_some(),
            time_nanoseconds: time_nanoseconds.unwrap_or(SECOND),
            file_bytes_max: (kind == FAT).then_some(FAT_FILE_BYTES_MAX),
        })
    }

    fn entry<'a>(&'a self, name: &'a [u8]) -> sys::Entry<'a> {
        (self.folder.as_fd(), name)
    }

    fn create(&self, name: &[u8]) -> rustix::io::Result<OwnedFd> {
        sys::create(self.entry(name), Mode::RUSR | Mode::WUSR)
    }

    /// True if a file can be created with this name and is then listed under it.
    fn keeps(&self, name: &[u8]) -> Result<bool> {
        match self.create(name) {
            Ok(_) => {}
            // These errors do not concern the name. A wrong result would be believed until the
            // program ends.
            Err(errno @ (Errno::NOSPC | Errno::DQUOT)) => return Err(failed("create", errno)),
            Err(_) => return Ok(false),
        }
        // This uses a new handle, because a used one would continue where the last reading ended.
        let listed = open_one(self.entry(b"."), resolve::FOLDER).and_then(|folder| entries(&folder));
        Ok(listed.map_err(at("read a folder"))?.iter().any(|entry| entry.name == name))
    }

    /// Makes a file whose content is its name.
    fn create_with(&self, name: &[u8]) -> Result<OwnedFd> {
        let file = self.create(name).map_err(at("create"))?;
        write_all(&file, name, 0).map_err(at("write"))?;
        sys::sync(&file)
            .or_else(|errno| if means_unsupported(errno) { Ok(()) } else { Err(errno) })
            .map_err(at("fsync"))?;
        Ok(file)
    }

    /// True if the name leads to a file with this content.
    fn holds(&self, name: &[u8], content: &[u8]) -> Result<bool> {
        let file = match open_one(self.entry(name), resolve::FILE) {
            Err(Errno::NOENT) => return Ok(false),
            file => file.map_err(at("open"))?,
        };
        let mut block = [0; 64];
        let length = sys::read_at(&file, &mut block, 0).map_err(at("read"))?;
        Ok(block.get(..length) == Some(content))
    }

    fn stat(&self, name: &[u8]) -> Result<Option<Stat>> {
        match stat::of_name(&self.folder, name) {
            Err(Errno::NOENT) => Ok(None),
            found => found.map_err(at("statx")),
        }
    }

    /// Some file systems copy instead, or change the time of the linked file.
    fn has_links(&self) -> Result<bool> {
        drop(self.create_with(b"linked")?);
        let before = self.stat(b"linked")?;
        if sys::link(self.entry(b"linked"), self.entry(b"link")).is_err() {
            return Ok(false);
        }
        for name in [b"link".as_slice(), b"linked"] {
            let (now, before) = (self.stat(name)?, before.as_ref());
            if now.as_ref().map(Stat::content_id) != before.map(Stat::content_id) {
                return Ok(false);
            }
        }
        drop(self.create_with(b"replacing")?);
        sys::rename(self.entry(b"replacing"), self.entry(b"linked")).map_err(at("rename over"))?;
        Ok(self.holds(b"link", b"linked")? && self.holds(b"linked", b"replacing")?)
    }

    /// Some file systems only rename, and destroy the other content.
    fn exchanges(&self) -> Result<bool> {
        drop((self.create_with(b"one")?, self.create_with(b"two")?));
        match sys::rename_with(self.entry(b"one"), self.entry(b"two"), RenameFlags::EXCHANGE) {
            Ok(()) => Ok(self.holds(b"one", b"two")? && self.holds(b"two", b"one")?),
            Err(_) => Ok(false),
        }
    }

    fn renames_over(&self) -> Result<bool> {
        drop(self.create_with(b"old")?);
        // Stages are open when they are renamed. Some file systems (SMB servers behind smbnetfs) refuse that.
        let _open = self.create_with(b"new")?;
        match sys::rename(self.entry(b"new"), self.entry(b"old")) {
            Ok(()) => Ok(self.holds(b"old", b"new")? && self.stat(b"new")?.is_none()),
            Err(_) => Ok(false),
        }
    }

    /// Some file systems (rclone's without a cache) sync without an error a file that exists only
    /// once it is closed.
    fn syncs_files(&self, file: &OwnedFd) -> Result<bool> {
        Ok(is_supported(sys::sync(file)).map_err(at("fsync"))? && self.holds(b"trial", b"trial")?)
    }

    fn has_locks(&self) -> Result<bool> {
        let again = || match open_one(self.entry(b"trial"), resolve::FILE) {
            Err(Errno::NOENT) => Ok(None),
            file => file.map(Some).map_err(at("open")),
        };
        let (Some(one), Some(two)) = (again()?, again()?) else { return Ok(false) };
        let lock = |file: &OwnedFd| flock(file, FlockOperation::NonBlockingLockExclusive);
        Ok(lock(&one).is_ok() && lock(&two) == Err(Errno::WOULDBLOCK))
    }

    fn forms_count(&self) -> Result<bool> {
        let (composed, decomposed) = ("\u{e9}", "e\u{301}");
        match self.create(composed.as_bytes()) {
            Ok(_) => Ok(self.stat(decomposed.as_bytes())?.is_none()),
            Err(_) => Ok(true),
        }
    }

    fn has_modes(&self, file: &OwnedFd) -> Result<bool> {
        // Two different modes are tried, because a file system without permission bits shows the
        // same for all files.
        for mode in [0o640, 0o600] {
            tolerate(sys::set_mode(file, Mode::from_raw_mode(mode))).map_err(at("chmod"))?;
            let stat = stat::of_handle(file).map_err(at("statx"))?;
            if stat.is_none_or(|stat| stat.mode & 0o777 != mode) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn is_sparse(&self) -> Result<bool> {
        const BYTES: u64 = 1 << 20;
        let file = self.create(b"hole").map_err(at("create"))?;
        match sys::truncate(&file, BYTES) {
            Ok(()) => {}
            Err(Errno::NOSPC | Errno::DQUOT | Errno::OPNOTSUPP | Errno::PERM) => return Ok(false),
            Err(errno) => return Err(failed("truncate", errno)),
        }
        let stat = stat::of_handle(&file).map_err(at("statx"))?;
        Ok(stat.is_some_and(|stat| stat.allocated < BYTES))
    }

    /// The precision of times in nanoseconds; `None` if times are not stored.
    fn time_nanoseconds(&self, file: &OwnedFd) -> Result<Option<u64>> {
        tolerate(sys::set_modified(file, TIME)).map_err(at("utimensat"))?;
        let stat = stat::of_handle(file).map_err(at("statx"))?;
        let Some(kept) = stat.map(|stat| stat::timespec(stat.modified)) else { return Ok(None) };
        Ok(match kept.tv_sec.abs_diff(TIME.tv_sec) {
            0 if kept.tv_nsec == TIME.tv_nsec => Some(1),
            // These are 100 ns on NTFS and SMB, and 10 ms on exFAT.
            0 => Some(
                [100, 1000, 1_000_000, 10_000_000]
                    .into_iter()
                    .find(|step| i128::from(TIME.tv_nsec) / *step * *step == i128::from(kept.tv_nsec))
                    .map_or(SECOND, |step| step as u64),
            ),
            // FAT has a precision of two seconds.
            1 | 2 => Some(2 * SECOND),
            _ => None,
        })
    }
}

/// True if the file system supports the call. Any other error is returned.
fn is_supported(done: rustix::io::Result<()>) -> rustix::io::Result<bool> {
    match done {
        Err(errno) if means_unsupported(errno) => Ok(false),
        done => done.map(|()| true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_directory::TestDirectory;

    #[test]
    fn a_disk_that_keeps_no_dates_is_found_out() {
        let top = TestDirectory::new();
        for (lacking, keeps_times) in [(&[][..], true), (&[sys::seam::Feature::Times], false)] {
            sys::seam::lack(lacking);
            let volume = Volume::open(&top, None, 0).unwrap();
            assert_eq!(volume.probe().unwrap().keeps_times, keeps_times);
            assert_eq!(volume.file_system().unwrap().keeps_times, keeps_times);
        }
        sys::seam::lack(&[]);
    }
}
