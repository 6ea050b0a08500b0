//! Searching in what small text files say, where the setting `search_text` allows it.
//!
//! The index holds words and no texts: what is shown of a text is read from the disk when it is shown. Files are read when
//! somebody searches, as far as that is quick, the rest by a thread that ends with it; and once an hour.

use crate::base::encoding;
use crate::base::limits::{TEXT_BYTES_MAX, TEXTS_AT_ONCE_BYTES_MAX};
use crate::base::path::CloudPath;
use crate::base::words::words;
use crate::disk::Stat;
use crate::domain::Cloud;
use crate::domain::access::rights::Readable;
use crate::domain::index::lookup;
use crate::error::Result;
use crate::store::nodes::{self, NodeRow};
use crate::store::{Write, texts};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long a search reads files, and how long the hourly job does.
const PATIENT_TIME: Duration = Duration::from_millis(300);
const JOB_TIME: Duration = Duration::from_secs(600);
/// Files that are read before their words are written in one transaction.
const BATCH_FILES: usize = 64;
/// Entries that are looked through for files in one transaction.
const BATCH_ENTRIES: i64 = 5000;
/// Bytes at the beginning that tell whether it can be a text at all.
const FIRST_BYTES: usize = 4096;
/// Bytes of an excerpt before the word and in all, and how much longer it may get to end with a whole character.
const BEFORE_BYTES: usize = 60;
const EXCERPT_BYTES: usize = 240;

/// A file that was read: what its row said, and its words if it is a text.
type Words = (NodeRow, Option<HashSet<String>>);

/// What is remembered about reading.
#[derive(Default)]
pub struct Reading {
    /// A thread reads in the background.
    is_running: AtomicBool,
}

impl Reading {
    #[cfg(test)]
    pub fn is_running(&self) -> bool {
        self.is_running.load(Ordering::Acquire)
    }
}

impl Cloud {
    /// Reads files whose text is to be found: what the setting wants, for a time.
    pub fn read_texts(&self) -> Result<()> {
        if self.config().search_text {
            let begun = Instant::now();
            return self.read_due(true, || begun.elapsed() < JOB_TIME).map(drop);
        }
        match self.store.read(texts::enlisted)? {
            Some(_) => self.store.write(texts::forget_all),
            None => Ok(()),
        }
    }

    /// Reads files as far as that is quick, and goes on in the background. Whether all have been read.
    pub(in crate::domain) fn freshen_texts(self: &Arc<Cloud>) -> Result<bool> {
        let begun = Instant::now();
        let is_running = self.reading.is_running.load(Ordering::Acquire);
        if !is_running && self.read_due(false, || begun.elapsed() < PATIENT_TIME)? {
            return Ok(true);
        }
        self.read_in_background().map(|()| false)
    }

    /// Reads what is due in a thread that ends with it, where none does so yet.
    pub(in crate::domain) fn read_in_background(self: &Arc<Cloud>) -> Result<()> {
        if self.reading.is_running.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        self.spawn_once(
            "texts",
            "reading texts for the search".into(),
            |cloud| cloud.caught(|| cloud.read_due(true, || cloud.config().search_text)).map(drop),
            |cloud, _| cloud.reading.is_running.store(false, Ordering::Release),
        )
    }

    /// Reads what is due while it may and the cloud goes on; whether nothing is left. `is_patient`: others come first, so it
    /// rests as long as it works.
    fn read_due(&self, is_patient: bool, may_go_on: impl Fn() -> bool) -> Result<bool> {
        while may_go_on() && !self.is_stopping.load(Ordering::Relaxed) {
            let begun = Instant::now();
            if !self.read_some()? {
                return Ok(true);
            }
            if is_patient {
                std::thread::sleep(begun.elapsed().min(Duration::from_secs(1)));
            }
        }
        Ok(false)
    }

    /// Reads some files; false when none was due.
    fn read_some(&self) -> Result<bool> {
        let (enlisted, due) = self
            .store
            .read(|read| Ok((texts::enlisted(read)?.unwrap_or(0), texts::due(read, BATCH_FILES)?)))?;
        if due.is_empty() && enlisted == i64::MAX {
            return Ok(false);
        }
        let (mut found, mut bytes) = (Vec::new(), 0);
        for id in due {
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

    /// The row of a file and its words; `None` when there is no such file.
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
            // What cannot be read cannot be found either.
            log::debug!("reading {} for the search: {error}", path.real_text());
            None
        });
        let words = text.map(|(text, _)| words(&text).map(|(_, word)| word).collect());
        Ok(Some((node, words)))
    }

    /// What a small text file says; `None` when it is none.
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

    /// Where a file says the words that are searched for; `None` when it no longer does.
    pub(in crate::domain) fn excerpt(&self, path: &Readable, wanted: &[String]) -> Result<Option<String>> {
        Ok(self.text_at(path.real())?.and_then(|(text, _)| excerpt_of(&text, wanted)))
    }

    /// Has a file read again about which the index was wrong.
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

/// Keeps what was read, unless the file has changed since: then it is due again, or still.
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
    // A line of its own says more than the end of the one before.
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
