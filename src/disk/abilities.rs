//! The abilities of a volume's file system. `probe` finds them out.
//!
//! Names that the file system would refuse or, worse, silently change are refused beforehand with a
//! sentence that says why. If links or swapping are missing, `set_aside` takes another way. Other
//! missing abilities (bits, times) are handled where they are needed; here they are only reported.

use crate::base::path::{EntryName, NAME_BYTES_MAX};
use crate::error::{Code, Error, Result};

/// Characters that Windows and its file systems do not allow in names.
pub(super) const DOUBTFUL: &str = "\\:*?\"<>|";
/// The maximum size of a file on FAT, in bytes.
pub(super) const FAT_FILE_BYTES_MAX: u64 = u32::MAX as u64;
/// A second in nanoseconds.
pub(super) const SECOND: u64 = 1_000_000_000;
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
    /// True if a file can have a second name: it leads to the same file, with its inode, size and
    /// time, and to the same content after the first name is given to another file.
    pub has_links: bool,
    /// True if two files can swap their names in one step, and both contents are there afterwards.
    pub exchanges: bool,
    /// True if a rename onto a taken name replaces the entry with that name, and nothing else.
    pub renames_over: bool,
    /// True if a file can be synced: the disk confirms that it is written.
    pub syncs_files: bool,
    /// True if a folder can be synced: the disk confirms that the names in it are written.
    pub syncs_folders: bool,
    /// True if a lock keeps others out.
    pub has_locks: bool,
    /// True if two names that differ only in their Unicode normalization form are different names.
    pub forms_count: bool,
    /// True if holes in files take up no space.
    pub is_sparse: bool,
    /// True if extended attributes of other programs are stored.
    pub has_attributes: bool,
    pub has_access_lists: bool,
    /// True if the dates given to files are stored.
    pub keeps_times: bool,
    /// The precision of times in nanoseconds.
    pub time_nanoseconds: u64,
    /// The maximum size of a file in bytes, if the file system has a low limit.
    pub file_bytes_max: Option<u64>,
}

/// The reason why nothing on a disk can be changed safely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsafe {
    NoFileSync,
    NoReplace,
}

impl Unsafe {
    /// For people.
    pub fn sentence(self) -> String {
        format!("It can only be read: {}.", self.words())
    }

    fn words(self) -> &'static str {
        match self {
            Unsafe::NoFileSync => "it does not confirm that a file is written",
            Unsafe::NoReplace => "it cannot replace a file by another in one step",
        }
    }
}

impl Abilities {
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

    /// The reason why nothing on this disk can be changed safely; `None` if changes are safe.
    pub fn unsafe_reason(&self) -> Option<Unsafe> {
        if !self.syncs_files {
            return Some(Unsafe::NoFileSync);
        }
        (!self.renames_over).then_some(Unsafe::NoReplace)
    }

    /// Refuses changes of a disk that cannot be changed safely.
    ///
    /// # Errors
    /// `Code::Offline` with the reason.
    pub fn check_safe(&self) -> Result<()> {
        self.unsafe_reason().map_or(Ok(()), |reason| {
            Err(Error::new(Code::Offline, format!("This disk can only be read: {}.", reason.words())))
        })
    }

    /// Everything that was tried, with its result, in words for people who look after the disk.
    pub fn sentence(&self) -> String {
        let tried = [
            (self.has_links, "links"),
            (self.exchanges, "swapping of files"),
            (self.renames_over, "replacing in one step"),
            (self.syncs_files, "confirmation that files are written"),
            (self.syncs_folders, "confirmation that names are written"),
            (self.has_locks, "locks"),
            (self.case_counts, "names that differ in case"),
            (self.forms_count, "names that differ in Unicode normalization"),
            (self.is_sparse, "holes in files"),
            (self.has_modes, "permission bits"),
            (self.has_attributes, "extended attributes"),
            (self.has_access_lists, "access lists"),
            (self.keeps_times, "dates of files"),
        ];
        let words = |wanted: bool| {
            let words = tried.iter().filter(|(can, _)| *can == wanted).map(|(_, words)| *words);
            let words: Vec<&str> = words.collect();
            if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
        };
        format!(
            "has {}; lacks {}; stores names of up to {} bytes, and times in steps of {} ns",
            words(true),
            words(false),
            self.name_bytes_max,
            self.time_nanoseconds
        )
    }

    /// The missing abilities, in words for the log and for people. Empty if there are none.
    pub fn lacking(&self) -> Vec<String> {
        let mut lacking = Vec::new();
        let mut say = |is_lacking: bool, words: &str| {
            if is_lacking {
                lacking.push(words.to_owned());
            }
        };
        say(!self.case_counts, "names that differ only in case are the same");
        say(!self.refused.is_empty(), &format!("no names with {}", self.refused));
        say(!self.keeps_ends, "no names that end with a dot or a blank");
        say(!self.keeps_bytes, "no names that are not text");
        say(self.name_bytes_max < NAME_BYTES_MAX, &format!("names of up to {} bytes", self.name_bytes_max));
        say(!self.has_modes, "no permission bits");
        say(!self.has_links, "no links");
        say(!self.exchanges, "no swapping of files");
        say(!self.syncs_folders, "no confirmation that names are written");
        say(!self.has_locks, "no locks");
        say(!self.forms_count, "names that differ only in Unicode normalization are the same");
        if let Some(reason) = self.unsafe_reason() {
            say(true, &format!("it can only be read, because {}", reason.words()));
        }
        say(!self.has_attributes, "no extended attributes");
        say(!self.has_access_lists, "no access lists");
        say(!self.keeps_times, "no dates of files: each file gets the date when it was copied there");
        say(self.keeps_times && self.time_nanoseconds >= SECOND, "times in whole seconds");
        say(self.file_bytes_max.is_some(), "no files of 4 GiB and more");
        lacking
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
            exchanges: false,
            renames_over: true,
            syncs_files: true,
            syncs_folders: true,
            has_locks: true,
            forms_count: true,
            is_sparse: false,
            has_attributes: false,
            has_access_lists: false,
            keeps_times: true,
            time_nanoseconds: 2 * SECOND,
            file_bytes_max: Some(FAT_FILE_BYTES_MAX),
        }
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
        assert_eq!(fat().lacking().len(), 12);
        assert_eq!(fat().unsafe_reason(), None);
        assert_eq!(
            fat().sentence(),
            "has replacing in one step, confirmation that files are written, confirmation that names are \
             written, locks, names that differ in Unicode normalization, dates of files; lacks links, \
             swapping of files, names that differ in case, holes in files, permission bits, extended \
             attributes, access lists; stores names of up to 143 bytes, and times in steps of 2000000000 ns"
        );
        for (unsafe_one, reason) in [
            (Abilities { renames_over: false, ..fat() }, Unsafe::NoReplace),
            (Abilities { syncs_files: false, ..fat() }, Unsafe::NoFileSync),
        ] {
            assert_eq!(unsafe_one.unsafe_reason(), Some(reason));
            let error = unsafe_one.check_safe().unwrap_err();
            assert_eq!(error.code, Code::Offline);
            assert!(error.message.starts_with("This disk can only be read: it "), "{}", error.message);
            assert_eq!(unsafe_one.lacking().len(), 13);
        }
        let undated = Abilities { keeps_times: false, ..fat() };
        assert!(
            undated.lacking().iter().any(|words| words.starts_with("no dates")),
            "{:?}",
            undated.lacking()
        );
    }
}
