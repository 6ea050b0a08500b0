//! The abilities of a volume's file system. `probe` finds them out.
//!
//! Names that the file system would refuse or, worse, silently change are refused beforehand with a
//! sentence that says why. Other missing abilities (links, bits, times) are handled where they are
//! needed; here they are only reported.

use crate::base::path::{EntryName, NAME_BYTES_MAX};
use crate::error::{Code, Error, Result};

/// Characters that Windows and its file systems do not allow in names.
pub(super) const DOUBTFUL: &str = "\\:*?\"<>|";
/// The maximum size of a file on FAT, in bytes.
pub(super) const FAT_FILE_BYTES_MAX: u64 = u32::MAX as u64;
/// In nanoseconds.
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
