//! Finds the matches of a search in the index, in their order.

use super::query::Search;
use crate::base::fold::fold;
use crate::error::Result;
use crate::store::names::{self, Named, Source};
use crate::store::nodes::{self, DEPTH_MAX};
use crate::store::{Read, metadata, texts};
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

/// Maximum number of matches that are ordered and counted. If there are more, the answer says so.
pub const MATCHES_MAX: usize = 2000;
/// Number of candidates that one way of searching examines before another way is tried.
const CANDIDATES_MAX: usize = 20_000;
/// Time limit of a search.
const TIME_MAX: Duration = Duration::from_secs(2);
/// Maximum number of folders that are known to be below the searched one or not. Beyond it, all are
/// forgotten and found anew.
const KNOWN_FOLDERS_MAX: usize = 65_536;

/// The rank of entries that match by their text alone: after all names.
pub(super) const TEXT_RANK: u8 = u8::MAX;
const METADATA_RANK: u8 = u8::MAX - 1;
/// Maximum number of words that are searched in values of metadata. Each word takes a pass over all
/// values.
const METADATA_WORDS_MAX: usize = 8;

/// The entries among which a search finds its matches.
pub(super) enum Among {
    /// Everything below the folder with this id.
    Below(i64),
    /// The files with these ids.
    Files(HashSet<i64>),
}

/// A match with its place in the order.
pub(super) struct Match {
    pub rank: u8,
    name: String,
    pub id: i64,
}

pub(super) struct Found {
    pub matches: Vec<Match>,
    pub is_all: bool,
}

/// Finds the matches among some entries, in their order.
///
/// There may be many candidates outside the folder and few inside, or the other way round. So the
/// search first examines a limited number of candidates from the index. If there are more, it
/// examines the folder, with the same limit. If that is too large as well, it examines all
/// candidates until there are enough matches or the time is over.
pub(super) fn find(read: &Read, search: &Search, sets: &[i64], among: Among) -> Result<Found> {
    let mut finder = Finder::new(read, search, among);
    let mut found = finder.find_names()?;
    if !found.is_all && !search.words.is_empty() {
        // There are too many matches to examine all. The best ones begin with the text.
        for source in [Source::Exactly(&search.text), Source::Beginning(&search.text)] {
            finder.begin(CANDIDATES_MAX);
            names::visit(read, source, |named| finder.visit(named, false))?;
            found.add(finder.taken());
        }
    }
    if !sets.is_empty() {
        found.is_all &= finder.find_metadata(sets)?;
        found.add(finder.taken());
    }
    if search.searches_texts() && found.matches.len() < MATCHES_MAX {
        finder.begin(CANDIDATES_MAX);
        finder.beside_names = Some(TEXT_RANK);
        found.is_all &= texts::visit(read, &search.text_words, |named| finder.visit(named, false))?;
        found.add(finder.taken());
    }
    found.sort();
    found.is_all &= found.matches.len() <= MATCHES_MAX;
    found.matches.truncate(MATCHES_MAX);
    Ok(found)
}

impl Found {
    pub fn sort(&mut self) {
        self.matches.sort_unstable_by(|a, b| (a.rank, &a.name, a.id).cmp(&(b.rank, &b.name, b.id)));
    }

    /// Adds the matches that it does not have yet.
    pub fn add(&mut self, matches: Vec<Match>) {
        let known: HashSet<i64> = self.matches.iter().map(|hit| hit.id).collect();
        self.matches.extend(matches.into_iter().filter(|hit| !known.contains(&hit.id)));
    }

    /// Removes matches that this user may not see, so that they are not counted either.
    pub fn leave_out(&mut self, is_left_out: impl Fn(&Match) -> Result<bool>) -> Result<()> {
        let mut kept = Vec::with_capacity(self.matches.len());
        for hit in std::mem::take(&mut self.matches) {
            if !is_left_out(&hit)? {
                kept.push(hit);
            }
        }
        self.matches = kept;
        Ok(())
    }
}

struct Finder<'a> {
    read: &'a Read,
    search: &'a Search,
    among: Among,
    /// The rank of matches by something else than the name.
    beside_names: Option<u8>,
    matches: Vec<Match>,
    candidates: usize,
    candidates_max: usize,
    deadline: Instant,
    /// Folders already examined: true if they lie below the searched one.
    inside: HashMap<i64, bool>,
}

impl<'a> Finder<'a> {
    fn new(read: &'a Read, search: &'a Search, among: Among) -> Finder<'a> {
        let deadline = Instant::now() + TIME_MAX;
        Finder {
            read,
            search,
            among,
            beside_names: None,
            matches: Vec::new(),
            candidates: 0,
            candidates_max: 0,
            deadline,
            inside: HashMap::new(),
        }
    }

    /// Begins a new pass. The facts about folders stay.
    fn begin(&mut self, candidates_max: usize) {
        self.matches.clear();
        (self.candidates, self.candidates_max) = (0, candidates_max);
    }

    fn taken(&mut self) -> Vec<Match> {
        std::mem::take(&mut self.matches)
    }

    fn find_names(&mut self) -> Result<Found> {
        let (read, search) = (self.read, self.search);
        if let Among::Files(ids) = &self.among {
            let ids = ids.iter().copied().collect();
            self.begin(usize::MAX);
            let is_all = self.look_at(ids)?;
            return Ok(Found { matches: self.taken(), is_all });
        }
        let source = match search.words.as_slice() {
            [] => Source::All,
            words => Source::Containing(words),
        };
        if let Source::Containing(_) = source {
            self.begin(CANDIDATES_MAX);
            let is_all = names::visit(read, source, |named| self.visit(named, false))?;
            if is_all || self.matches.len() >= MATCHES_MAX {
                return Ok(Found { matches: self.taken(), is_all });
            }
        }
        self.begin(CANDIDATES_MAX);
        if self.walk()? {
            return Ok(Found { matches: self.taken(), is_all: true });
        }
        self.begin(usize::MAX);
        let is_all = names::visit(read, source, |named| self.visit(named, false))?;
        Ok(Found { matches: self.taken(), is_all })
    }

    /// Finds entries that have each word in their name or in a value of metadata. Returns true if
    /// these are all.
    fn find_metadata(&mut self, sets: &[i64]) -> Result<bool> {
        let (read, search) = (self.read, self.search);
        self.begin(CANDIDATES_MAX);
        self.beside_names = Some(METADATA_RANK);
        let (mut seen, mut is_all) = (HashSet::new(), search.words.len() <= METADATA_WORDS_MAX);
        for wanted in search.words.iter().take(METADATA_WORDS_MAX) {
            is_all &= metadata::visit_with_value(read, sets, wanted, |named| {
                let name = fold(named.name);
                for word in search.words.iter().filter(|word| *word != wanted && !name.contains(*word)) {
                    if !metadata::has_value(read, named.id, sets, word)? {
                        return Ok(true);
                    }
                }
                if seen.insert(named.id) { self.visit(named, false) } else { Ok(true) }
            })?;
        }
        self.beside_names = None;
        Ok(is_all)
    }

    /// Adds an entry if it matches. Returns false to stop.
    fn visit(&mut self, named: &Named<'_>, is_inside: bool) -> Result<bool> {
        self.candidates += 1;
        if self.candidates > self.candidates_max
            || (self.candidates % 1024 == 0 && Instant::now() > self.deadline)
        {
            return Ok(false);
        }
        if !self.search.fits(named.is_folder, named.size_bytes, named.modified_nanoseconds) {
            return Ok(true);
        }
        let name = fold(named.name);
        if !(self.beside_names.is_some() || self.search.is_in(&name))
            || !(is_inside || self.is_inside(named)?)
        {
            return Ok(true);
        }
        if self.matches.len() >= MATCHES_MAX {
            return Ok(false);
        }
        let rank = self.beside_names.unwrap_or_else(|| self.search.rank(&name, named.is_folder));
        self.matches.push(Match { rank, name, id: named.id });
        Ok(true)
    }

    /// Examines entries by their ids. Returns true if it reached the end.
    fn look_at(&mut self, ids: Vec<i64>) -> Result<bool> {
        for id in ids {
            let Some(node) = nodes::by_id(self.read, id)? else { continue };
            let named = Named {
                id,
                parent: node.parent,
                name: &node.name,
                is_folder: node.facts.is_folder,
                size_bytes: node.facts.size_bytes,
                modified_nanoseconds: node.facts.modified_nanoseconds,
            };
            if !self.visit(&named, true)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Examines all entries below the searched folder. Returns true if it reached the end.
    fn walk(&mut self) -> Result<bool> {
        let read = self.read;
        let Among::Below(root) = self.among else { return Ok(false) };
        let mut waiting = vec![root];
        while let Some(folder) = waiting.pop() {
            let is_all = names::visit(read, Source::In(folder), |named| {
                if named.is_folder {
                    waiting.push(named.id);
                }
                self.visit(named, true)
            })?;
            if !is_all {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// True if an entry is one of the searched ones, and no folder above it is missing.
    fn is_inside(&mut self, named: &Named<'_>) -> Result<bool> {
        let root = match &self.among {
            Among::Below(root) => *root,
            Among::Files(ids) => return Ok(ids.contains(&named.id)),
        };
        let mut passed = Vec::new();
        let mut here = named.parent;
        let is_inside = loop {
            if here == root {
                break true;
            }
            if let Some(known) = self.inside.get(&here) {
                break *known;
            }
            passed.push(here);
            match nodes::parent(self.read, here)? {
                Some(parent) if passed.len() < DEPTH_MAX => here = parent,
                _ => break false,
            }
        };
        if self.inside.len() + passed.len() > KNOWN_FOLDERS_MAX {
            self.inside.clear();
        }
        self.inside.extend(passed.into_iter().map(|passed| (passed, is_inside)));
        Ok(is_inside)
    }
}

#[cfg(test)]
mod tests;
