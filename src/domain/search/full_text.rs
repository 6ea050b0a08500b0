//! Searches the contents of small text files, if the setting `search_text` allows it.
//!
//! The index holds words and no texts: excerpts are read from the disk when they are shown. A
//! search reads new files itself as far as that is quick; a thread that ends with its work reads
//! the rest. The upkeep reads them once an hour too.

use crate::base::encoding;
use crate::base::limits::{TEXT_BYTES_MAX, TEXTS_AT_ONCE_BYTES_MAX};
use crate::base::path::CloudPath;
use crate::base::words::words;
use crate::disk::Stat;
use crate::domain::Cloud;
use crate::domain::access::rights::Readable;
use crate::domain::index::lookup;
use crate::domain::runtime::backlog::Backlog;
use crate::error::Result;
use crate::store::nodes::{self, NodeRow};
use crate::store::{Write, texts};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Number of files that are read before their words are written in one transaction.
const BATCH_FILES: usize = 64;
/// Number of entries that one transaction examines for files.
const BATCH_ENTRIES: i64 = 5000;
/// Number of bytes at the beginning of a file that tell whether it can be text.
const FIRST_BYTES: usize = 4096;
/// Number of bytes of an excerpt before the word, and in all. An excerpt may be a little longer to
/// end with a whole character.
const BEFORE_BYTES: usize = 60;
const EXCERPT_BYTES: usize = 240;

/// A file that was read: its row at that time, and its words if it is a text.
type Words = (NodeRow, Option<HashSet<String>>);

/// The work of reading texts.
pub fn backlog() -> Backlog {
    Backlog {
        thread: "texts",
        task: "reading texts for the search",
        step: Cloud::read_some,
        is_running: AtomicBool::new(false),
    }
}

impl Cloud {
    /// Reads new files for a limited time, if the setting wants it.
    pub fn read_texts(&self) -> Result<()> {
        if self.config().search_text {
            return self.work_off_patiently(&self.texts);
        }
        match self.store.read(texts::enlisted)? {
            Some(_) => self.store.write(texts::forget_all),
            None => Ok(()),
        }
    }

    /// Reads files as far as that is quick, and goes on in the background. Returns true if all were
    /// read.
    pub(in crate::domain) fn freshen_texts(self: &Arc<Cloud>) -> Result<bool> {
        self.work_off_now(|cloud| &cloud.texts)
    }

    /// Reads some files after the given one. Returns false if none was due, or if the setting no
    /// longer wants it. Files on a disk that is missing are read when it is back.
    fn read_some(&self, after: &mut i64) -> Result<bool> {
        if !self.config().search_text {
            return Ok(false);
        }
        let (enlisted, due) = self
            .store
            .read(|read| Ok((texts::enlisted(read)?.unwrap_or(0), texts::due(read, *after, BATCH_FILES)?)))?;
        if due.is_empty() && enlisted == i64::MAX {
            return Ok(false);
        }
        let (mut found, mut bytes) = (Vec::new(), 0);
        for id in due {
            *after = id;
            if self.waits_for_disk(id)? {
                continue;
            }
            let read = self.read_text(id)?;
            bytes += read.as_ref().map_or(0, |(node, _)| node.facts.size_bytes.min(TEXT_BYTES_MAX));
            found.push((id, read));
            if bytes >= TEXTS_AT_ONCE_BYTES_MAX {
                break;
            }
        }
        self.store.write(move |tx: &Write| {
            if enlisted != i64::MAX {
                texts::enlist(tx, enlisted, BATCH_ENTRIES, TEXT_BYTES_MAX)?;
            }
            found.iter().try_for_each(|(id, read)| keep(tx, *id, read.as_ref()))
        })?;
        Ok(true)
    }

    /// True if a file lies on a disk that is missing or does not answer.
    fn waits_for_disk(&self, id: i64) -> Result<bool> {
        let path = self.store.read(|read| match nodes::by_id(read, id)? {
            Some(node) => lookup::path_of(read, &self.volumes, &node),
            None => Ok(None),
        })?;
        Ok(path.is_some_and(|path| !self.volumes.is_answering(&path)))
    }

    /// The row of a file and its words; `None` if there is no such file.
    fn read_text(&self, id: i64) -> Result<Option<Words>> {
        let known = self.store.read(|read| {
            let Some(node) = nodes::by_id(read, id)?.filter(|node| node.missing_since.is_none()) else {
                return Ok(None);
            };
            let path = lookup::path_of(read, &self.volumes, &node)?;
            Ok(path.map(|path| (node, path)))
        })?;
        let Some((node, path)) = known else { return Ok(None) };
        if node.facts.is_folder || node.facts.size_bytes > TEXT_BYTES_MAX {
            return Ok(Some((node, None)));
        }
        let text = self.text_at(&path).unwrap_or_else(|error| {
            // A file that cannot be read is not found by its text.
            log::debug!("reading {} for the search: {error}", path.real_text());
            None
        });
        let words = text.map(|(text, _)| words(&text).map(|(_, word)| word).collect());
        Ok(Some((node, words)))
    }

    /// The content of a small text file; `None` if it is not one.
    fn text_at(&self, path: &CloudPath) -> Result<Option<(String, Stat)>> {
        let Some(mut reader) = self.volumes.reader(path)? else { return Ok(None) };
        let stat = *reader.stat();
        if stat.size == 0 || stat.size > TEXT_BYTES_MAX {
            return Ok(None);
        }
        let mut bytes = vec![0; stat.size as usize];
        let mut filled = 0;
        while filled < bytes.len() {
            let end = bytes.len().min(if filled == 0 { FIRST_BYTES } else { usize::MAX });
            let count = reader.read(&mut bytes[filled..end])?;
            let is_text = encoding::may_be_text(&bytes[..filled + count]);
            if count == 0 || !is_text {
                break;
            }
            filled += count;
        }
        if filled < bytes.len() {
            return Ok(None);
        }
        Ok(encoding::decode(bytes).map(|text| (text, stat)))
    }

    /// The text around the words in a file; `None` if the file no longer has them.
    pub(in crate::domain) fn excerpt(&self, path: &Readable, wanted: &[String]) -> Result<Option<String>> {
        Ok(self.text_at(path.real())?.and_then(|(text, _)| excerpt_of(&text, wanted)))
    }

    /// Notes that a file has to be read again because the index was wrong about it.
    pub(in crate::domain) fn read_again(&self, path: &CloudPath) -> Result<()> {
        let node = self.store.read(|read| lookup::find(read, &self.volumes, path))?;
        let Some(node) = node else { return Ok(()) };
        let read = self.read_text(node.id)?;
        self.store.write(move |tx: &Write| {
            texts::set_due(tx, node.id)?;
            keep(tx, node.id, read.as_ref())
        })
    }
}

/// Stores the words of a file, unless the file has changed since it was read. Then it is still due.
fn keep(tx: &Write, id: i64, read: Option<&Words>) -> Result<()> {
    let Some((node, words)) = read else { return texts::set(tx, id, None) };
    match nodes::by_id(tx, id)? {
        Some(now) if now.facts == node.facts => texts::set(tx, id, words.as_ref()),
        Some(_) => Ok(()),
        None => texts::set(tx, id, None),
    }
}

/// The text around the first of some words, each of which must begin a word of the text.
fn excerpt_of(text: &str, wanted: &[String]) -> Option<String> {
    let mut missing: Vec<&String> = wanted.iter().collect();
    let mut first = None;
    for (at, word) in words(text) {
        let before = missing.len();
        missing.retain(|wanted| !word.starts_with(*wanted));
        if missing.len() < before && first.is_none() {
            first = Some(at);
        }
        if missing.is_empty() {
            break;
        }
    }
    let at = first.filter(|_| missing.is_empty())?;
    let begin = (at.saturating_sub(BEFORE_BYTES)..=at).find(|at| text.is_char_boundary(*at))?;
    // The excerpt begins with its own line rather than with the end of the line before.
    let begin = text[begin..at].rfind('\n').map_or(begin, |line| begin + line + 1);
    let end = (begin + EXCERPT_BYTES..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let is_blank = |character: char| character.is_whitespace() || character.is_control();
    let words: Vec<&str> = text[begin..end].split(is_blank).filter(|part| !part.is_empty()).collect();
    Some(words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_show_where_the_words_are() {
        let wanted = |words: &[&str]| words.iter().copied().map(str::to_owned).collect::<Vec<_>>();
        let text = "First line.\nThe Crème\tbrûlée is sweet.\nLast.";
        assert_eq!(excerpt_of(text, &wanted(&["brul"])).unwrap(), "The Crème brûlée is sweet. Last.");
        assert_eq!(
            excerpt_of(text, &wanted(&["last", "creme"])).unwrap(),
            "The Crème brûlée is sweet. Last."
        );
        assert_eq!(excerpt_of(text, &wanted(&["rulee"])), None, "only beginnings of words");
        assert_eq!(excerpt_of(text, &wanted(&["creme", "salt"])), None);
        let long = "ä".repeat(500) + " needle " + &"ö".repeat(500);
        let found = excerpt_of(&long, &wanted(&["needle"])).unwrap();
        assert!(found.contains("needle") && found.len() <= EXCERPT_BYTES + 4, "{found}");
    }
}
