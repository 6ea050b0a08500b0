//! The abilities of a volume's file system, found out by trying, in a temporary folder below
//! `staging`.
//!
//! Names that the file system would refuse or, worse, silently change are refused beforehand with a
//! sentence that says why. Other missing abilities (links, bits, times) are handled where they are
//! needed; here they are only reported.

use super::errno::{at, failed};
use super::file_system::name_of;
use super::folder::entries;
use super::hidden_dir::{HiddenDir, Staged, open_one};
use super::removal::remove_tree;
use super::slot::tolerate;
use super::stat;
use super::{attributes, resolve, sys};
use crate::base::path::{EntryName, NAME_BYTES_MAX};
use crate::error::{Code, Error, Result};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{Mode, Timespec, fstatfs, fstatvfs};
use rustix::io::Errno;

/// Characters that Windows and its file systems do not allow in names.
const DOUBTFUL: &str = "\\:*?\"<>|";
/// `MSDOS_SUPER_MAGIC` of statfs(2).
const FAT: u32 = 0x4d44;
/// The maximum size of a file on FAT, in bytes.
const FAT_FILE_BYTES_MAX: u64 = u32::MAX as u64;
/// In nanoseconds.
const SECOND: u64 = 1_000_000_000;
/// A time that no file system rounds to itself, in seconds and nanoseconds.
const TIME: Timespec = Timespec { tv_sec: 1_000_000_001, tv_nsec: 123_456_789 };

/// The abilities of a file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Abilities {
    /// The usual name of the file system.
    pub file_system: &'static str,
    /// True if names that differ only in case are different names.
    pub case_counts: bool,
    /// Characters that no name may contain.
    pub refused: String,
    /// True if names may end with a dot or a blank.
    pub keeps_ends: bool,
    /// True if names may be any bytes, and not only text.
    pub keeps_bytes: bool,
    pub name_bytes_max: usize,
    /// True if permission bits are stored.
    pub has_modes: bool,
    pub has_links: bool,
    /// True if copies can share their bytes with the original.
    pub shares_bytes: bool,
    /// True if holes in files take up no space.
    pub is_sparse: bool,
    /// True if extended attributes of other programs are stored.
    pub has_attributes: bool,
    pub has_access_lists: bool,
    /// True if the dates given to files are stored.
    pub keeps_times: bool,
    /// The precision of times in nanoseconds.
    pub time_nanoseconds: u64,
    /// The maximum size of a file in bytes, if it is small.
    pub file_bytes_max: Option<u64>,
}

impl Abilities {
    pub(super) fn find(hidden_dir: &HiddenDir, folds: bool) -> Result<Abilities> {
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

    /// Refuses a name that the file system cannot store unchanged.
    ///
    /// # Errors
    /// `Code::Invalid` with the reason.
    pub fn check_name(&self, name: &EntryName) -> Result<()> {
        let text = name.as_str();
        let bytes = name.to_bytes();
        let refused = |sentence: String| Err(Error::new(Code::Invalid, sentence));
        if let Some(letter) = text.chars().find(|letter| self.refused.contains(*letter)) {
            return refused(format!("This disk cannot store names with the character {letter} in them."));
        }
        if !self.keeps_ends && (text.ends_with('.') || text.ends_with(' ')) {
            return refused("This disk cannot store names that end with a dot or a blank.".into());
        }
        if !self.keeps_bytes && std::str::from_utf8(&bytes).is_err() {
            return refused("This disk cannot store names that are not text.".into());
        }
        if bytes.len() > self.name_bytes_max {
            return refused(format!(
                "The name is too long: this disk stores names of up to {} bytes.",
                self.name_bytes_max
            ));
        }
        Ok(())
    }

    /// The missing abilities, in words for the log and for people. Empty if there are none.
    pub fn lacking(&self) -> Vec<String> {
        let mut lacking = Vec::new();
        let mut say = |is_lacking: bool, words: &str| {
            if is_lacking {
                lacking.push(words.to_owned());
            }
        };
        say(!self.case_counts, "names that differ only in case are one");
        say(!self.refused.is_empty(), &format!("no names with {}", self.refused));
        say(!self.keeps_ends, "no names that end with a dot or a blank");
        say(!self.keeps_bytes, "no names that are not text");
        say(self.name_bytes_max < NAME_BYTES_MAX, &format!("names of up to {} bytes", self.name_bytes_max));
        say(!self.has_modes, "no permission bits");
        say(!self.has_links, "no links");
        say(!self.has_attributes, "no extended attributes");
        say(!self.has_access_lists, "no access lists");
        say(!self.keeps_times, "no dates of files: each is dated by when it was stored");
        say(self.keeps_times && self.time_nanoseconds >= SECOND, "times in whole seconds");
        say(self.file_bytes_max.is_some(), "no files of 4 GiB and more");
        lacking
    }
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
            has_links: sys::link(self.entry(b"trial"), self.entry(b"link")).is_ok(),
            shares_bytes: sys::share_bytes(&file, &other).is_ok(),
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
            // These errors do not concern the name, and a wrong result would be believed until the
            // program ends.
            Err(errno @ (Errno::NOSPC | Errno::DQUOT)) => return Err(failed("create", errno)),
            Err(_) => return Ok(false),
        }
        // Through a handle of its own, because another reading would continue where the last one
        // ended.
        let listed = open_one(self.entry(b"."), resolve::FOLDER).and_then(|folder| entries(&folder));
        Ok(listed.map_err(at("read a folder"))?.iter().any(|entry| entry.name == name))
    }

    fn has_modes(&self, file: &OwnedFd) -> Result<bool> {
        // Two different modes, because a file system without bits shows the same for all files.
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
            // 100 ns on NTFS and SMB, 10 ms on exFAT.
            0 => Some(
                [100, 1000, 1_000_000, 10_000_000]
                    .into_iter()
                    .find(|step| i128::from(TIME.tv_nsec) / *step * *step == i128::from(kept.tv_nsec))
                    .map_or(SECOND, |step| step as u64),
            ),
            // FAT.
            1 | 2 => Some(2 * SECOND),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fat() -> Abilities {
        Abilities {
            file_system: "vfat",
            case_counts: false,
            refused: DOUBTFUL.into(),
            keeps_ends: false,
            keeps_bytes: false,
            name_bytes_max: 143,
            has_modes: false,
            has_links: false,
            shares_bytes: false,
            is_sparse: false,
            has_attributes: false,
            has_access_lists: false,
            keeps_times: true,
            time_nanoseconds: 2 * SECOND,
            file_bytes_max: Some(FAT_FILE_BYTES_MAX),
        }
    }

    #[test]
    fn a_disk_that_keeps_no_dates_is_found_out() {
        let top = std::env::temp_dir().join(format!("cloudlet-abilities-{}", crate::base::ids::object_id()));
        std::fs::create_dir(&top).unwrap();
        for (lacking, keeps_times) in [(&[][..], true), (&[sys::seam::Feature::Times], false)] {
            sys::seam::lack(lacking);
            let volume = super::super::Volume::open(&top, None, 0).unwrap();
            assert_eq!(volume.probe().unwrap().keeps_times, keeps_times);
            assert_eq!(volume.file_system().unwrap().keeps_times, keeps_times);
        }
        sys::seam::lack(&[]);
        std::fs::remove_dir_all(top).unwrap();
    }

    #[test]
    fn names_that_a_disk_cannot_hold_are_refused_with_the_reason() {
        let long = "n".repeat(144);
        let refused = [
            ("a:b", "character :"),
            ("what?", "character ?"),
            ("end.", "dot"),
            ("end ", "dot"),
            (&long, "143"),
        ];
        for (name, reason) in refused {
            let error = fat().check_name(&EntryName::parse(name).unwrap()).unwrap_err();
            assert_eq!(error.code, Code::Invalid);
            assert!(error.message.contains(reason), "{}", error.message);
        }
        let bytes = EntryName::from_bytes(b"caf\xe9").unwrap();
        assert!(fat().check_name(&bytes).unwrap_err().message.contains("not text"));
        for name in ["a.b", "caf\u{e9}", "...x", " x", &"n".repeat(143)] {
            fat().check_name(&EntryName::parse(name).unwrap()).unwrap();
        }
        assert_eq!(fat().lacking().len(), 11);
        let undated = Abilities { keeps_times: false, ..fat() };
        assert!(
            undated.lacking().iter().any(|words| words.starts_with("no dates")),
            "{:?}",
            undated.lacking()
        );
    }
}
