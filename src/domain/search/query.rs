//! What is searched: the words, and the limits of sizes and times.

use crate::base::fold::fold;
use crate::base::time::nanoseconds;
use crate::base::words::{is_telling, words};
use crate::disk::{Kind, Stat};
use crate::error::{Code, Error, Result};

/// Maximum bytes of a text to search for.
pub const SEARCH_BYTES_MAX: usize = 1000;

/// A search.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// The whole text, folded.
    pub(super) text: String,
    /// The words that a name must contain; without any, every name matches.
    pub(super) words: Vec<String>,
    /// The same words as the index of texts spells them.
    pub(super) text_words: Vec<String>,
    /// True if small text files are searched too. The setting must allow it.
    pub in_texts: bool,
    /// True if the values of metadata are searched too, in the sets that the user may see.
    pub in_metadata: bool,
    /// Limits of the sizes of files in bytes, both included.
    pub bytes_min: Option<u64>,
    pub bytes_max: Option<u64>,
    /// Limits of the times of modification in seconds since 1970 UTC, both included.
    pub modified_min: Option<i64>,
    pub modified_max: Option<i64>,
    pub kind: Option<Kind>,
}

impl Search {
    /// A search for names that contain each word of a text. `*` separates words like a space.
    ///
    /// # Errors
    /// `Code::Invalid` if the text is too long.
    pub fn parse(text: &str) -> Result<Search> {
        if text.len() > SEARCH_BYTES_MAX {
            return Err(Error::new(
                Code::Invalid,
                "The search text is too long. It can have at most 1000 bytes.",
            ));
        }
        let mut text_words: Vec<String> = words(text).map(|(_, word)| word).collect();
        text_words.sort();
        text_words.dedup();
        let text = fold(text);
        let is_between =
            |character: char| character.is_whitespace() || character.is_control() || character == '*';
        let mut words: Vec<String> =
            text.split(is_between).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        words.sort();
        words.dedup();
        let text = text.split(is_between).collect::<Vec<_>>().join(" ").trim().to_owned();
        Ok(Search { text, words, text_words, ..Search::default() })
    }

    /// True if texts are to be searched and the words are long enough for it.
    pub(super) fn searches_texts(&self) -> bool {
        self.in_texts
            && !self.text_words.is_empty()
            && self.text_words.iter().all(|word| is_telling(word))
            && self.kind != Some(Kind::Folder)
    }

    pub(super) fn fits(&self, is_folder: bool, bytes: u64, modified_nanoseconds: i64) -> bool {
        let seconds = modified_nanoseconds.div_euclid(1_000_000_000);
        let has_bytes = self.bytes_min.is_some() || self.bytes_max.is_some();
        self.kind.is_none_or(|kind| (kind == Kind::Folder) == is_folder)
            && !(has_bytes && is_folder)
            && self.bytes_min.is_none_or(|min| bytes >= min)
            && self.bytes_max.is_none_or(|max| bytes <= max)
            && self.modified_min.is_none_or(|min| seconds >= min)
            && self.modified_max.is_none_or(|max| seconds <= max)
    }

    pub(super) fn still_fits(&self, stat: &Stat) -> bool {
        self.fits(stat.kind == Kind::Folder, stat.size, nanoseconds(stat.modified))
    }

    /// True if a folded name contains all words.
    pub(super) fn is_in(&self, name: &str) -> bool {
        self.words.iter().all(|word| name.contains(word))
    }

    /// The rank of a matching folded name; lower is better. The whole name comes before the
    /// beginning of the name, the beginning of a word in it and any other place. Folders come
    /// before files of the same rank.
    pub(super) fn rank(&self, name: &str, is_folder: bool) -> u8 {
        let begins_a_word = || {
            let before = name.find(&self.text).and_then(|at| name[..at].chars().next_back());
            before.is_some_and(|before| !before.is_alphanumeric())
        };
        let class = match () {
            () if name == self.text => 0,
            () if name.starts_with(&self.text) => 1,
            () if begins_a_word() => 2,
            () => 3,
        };
        class * 2 + u8::from(!is_folder)
    }
}
