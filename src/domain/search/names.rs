//! Searches by name, by text and by metadata: which entries below a folder match, in which order,
//! and whether they still exist.
//!
//! The index gives candidates. Every result is checked on the disk before it is shown.
//! `index::crawl` keeps the index complete.

use crate::base::fold::fold;
use crate::base::path::CloudPath;
use crate::base::shown_path::ShownPath;
use crate::base::text::is_line;
use crate::base::time::nanoseconds;
use crate::base::words::{is_telling, words};
use crate::disk::{Kind, Stat};
use crate::domain::access::rights::{Reach, Readable};
use crate::domain::accounts::actor::User;
use crate::domain::files::annotations::{self, Mark};
use crate::domain::files::locks::Purpose;
use crate::domain::files::operations::Entry;
use crate::domain::index::lookup;
use crate::domain::metadata::values::readable_set_ids;
use crate::domain::volumes::glance::Aside;
use crate::domain::{Cloud, CloudView};
use crate::error::{Code, Error, Result};
use crate::store::names::{self, Named, Source};
use crate::store::nodes::{self, DEPTH_MAX};
use crate::store::{Read, Write, metadata, search_terms, texts};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Maximum bytes of a text to search for.
pub const SEARCH_BYTES_MAX: usize = 1000;
/// Maximum bytes of a term that is stored to be offered again.
const TERM_BYTES_MAX: usize = 200;
/// Maximum number of matches that are ordered and counted. If there are more, the answer says so.
pub const MATCHES_MAX: usize = 2000;
/// Number of candidates that one way of searching examines before another way is tried.
const CANDIDATES_MAX: usize = 20_000;
/// Time limit of a search.
const TIME_MAX: Duration = Duration::from_secs(2);
/// The number of times that a page is made anew because the index was wrong about one of its
/// entries.
const TRIES: usize = 4;
/// Maximum number of folders that are known to be below the searched one or not. Beyond it, all are
/// forgotten and found anew.
const KNOWN_FOLDERS_MAX: usize = 65_536;

/// Maximum bytes of texts that are read for the excerpts of one answer. Further matches are shown
/// without an excerpt.
const EXCERPTS_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// The rank of entries that match by their text alone: after all names.
const TEXT_RANK: u8 = u8::MAX;
const METADATA_RANK: u8 = u8::MAX - 1;
/// Maximum number of words that are searched in values of metadata. Each word takes a pass over all
/// values.
const METADATA_WORDS_MAX: usize = 8;

/// A search.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// The whole text, folded.
    text: String,
    /// The words that a name must contain; without any, every name matches.
    words: Vec<String>,
    /// The same words as the index of texts spells them.
    text_words: Vec<String>,
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

/// A page of results.
#[derive(Debug)]
pub struct Hits {
    pub entries: Vec<Entry>,
    /// The number of all results.
    pub total: usize,
    /// True if these are all matches.
    pub is_all: bool,
    /// True if every folder was indexed at least once.
    pub is_looked_through: bool,
    /// True if the setting allows searching texts.
    pub has_texts: bool,
    /// True if every text to search was read.
    pub is_read: bool,
    /// For results that match by their text: the text around the match.
    pub excerpts: HashMap<ShownPath, String>,
}

/// The place of a search: the folder that the user asked for, and the folders that are searched for
/// it.
struct Within<'a> {
    below: &'a Reach,
    scopes: Vec<CloudPath>,
}

/// A match with its place in the order.
struct Match {
    rank: u8,
    name: String,
    id: i64,
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
    fn searches_texts(&self) -> bool {
        self.in_texts
            && !self.text_words.is_empty()
            && self.text_words.iter().all(|word| is_telling(word))
            && self.kind != Some(Kind::Folder)
    }

    fn fits(&self, is_folder: bool, bytes: u64, modified_nanoseconds: i64) -> bool {
        let seconds = modified_nanoseconds.div_euclid(1_000_000_000);
        let has_bytes = self.bytes_min.is_some() || self.bytes_max.is_some();
        self.kind.is_none_or(|kind| (kind == Kind::Folder) == is_folder)
            && !(has_bytes && is_folder)
            && self.bytes_min.is_none_or(|min| bytes >= min)
            && self.bytes_max.is_none_or(|max| bytes <= max)
            && self.modified_min.is_none_or(|min| seconds >= min)
            && self.modified_max.is_none_or(|max| seconds <= max)
    }

    fn still_fits(&self, stat: &Stat) -> bool {
        self.fits(stat.kind == Kind::Folder, stat.size, nanoseconds(stat.modified))
    }

    /// True if a folded name contains all words.
    fn is_in(&self, name: &str) -> bool {
        self.words.iter().all(|word| name.contains(word))
    }

    /// The rank of a matching folded name; lower is better. The whole name comes before the
    /// beginning of the name, the beginning of a word in it and any other place. Folders come
    /// before files of the same rank.
    fn rank(&self, name: &str, is_folder: bool) -> u8 {
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

impl Cloud {
    /// The entries below a folder that match and that a user may read, beginning with number
    /// `start`.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such folder.
    pub fn search(
        self: &Arc<Cloud>,
        user: &User,
        below: &Readable,
        search: &Search,
        (start, size): (usize, usize),
    ) -> Result<Hits> {
        let within = Within { below, scopes: self.view().scopes(user, below)? };
        let mut is_looked_through = true;
        for scope in &within.scopes {
            is_looked_through &= !self.freshen(scope)?;
        }
        let has_texts = self.config().search_text;
        let search = &Search { in_texts: search.in_texts && has_texts, ..search.clone() };
        let is_read = !search.searches_texts() || self.freshen_texts()?;
        let mut tries = TRIES;
        loop {
            tries -= 1;
            let (found, page) = self.view().page(user, search, &within, start, size)?;
            let AsTheyAre { entries, excerpts, wrong } = self.as_they_are(user, search, page)?;
            if wrong.is_empty() || tries == 0 {
                let (total, is_all) = (found.matches.len(), found.is_all);
                return Ok(Hits { entries, total, is_all, is_looked_through, has_texts, is_read, excerpts });
            }
            self.mend_above(&wrong)?;
        }
    }

    /// The entries of a page as they are on the disk, and the paths about which the index was
    /// wrong.
    fn as_they_are(&self, user: &User, search: &Search, page: Vec<OnPage>) -> Result<AsTheyAre> {
        let (mut found, mut bytes_left) = (AsTheyAre::default(), EXCERPTS_BYTES_MAX);
        for OnPage { reach, modified_by, mark, is_text } in page {
            let path = reach.real();
            // Entries on a disk that does not answer are left out. The index may still be right
            // about them.
            let Aside::Known(stat) = self.volumes.aside(path)? else { continue };
            let Some(stat) = stat.filter(|stat| search.still_fits(stat)) else {
                found.wrong.push(path.clone());
                continue;
            };
            if is_text {
                match self.view().check_unlocked(user, &reach, Purpose::Read) {
                    Err(error) if error.code == Code::Locked => continue,
                    other => other?,
                }
                if let Some(left) = bytes_left.checked_sub(stat.size) {
                    bytes_left = left;
                    let Some(excerpt) = self.excerpt(&reach, &search.text_words)? else {
                        self.read_again(path)?;
                        found.wrong.push(path.clone());
                        continue;
                    };
                    found.excerpts.insert(reach.shown().clone(), excerpt);
                }
            }
            let (lock, reach) = (self.view().lock_mark(user, &reach)?, Reach::clone(&reach));
            found.entries.push(Entry { lock, reach, stat, modified_by, mark, deleted: None });
        }
        Ok(found)
    }

    /// Visits the folders of entries about which the index was wrong.
    fn mend_above(&self, paths: &[CloudPath]) -> Result<()> {
        let mut folders: Vec<CloudPath> = paths.iter().filter_map(CloudPath::parent).collect();
        folders.sort();
        folders.dedup();
        for folder in folders {
            // If the folder is missing too, the first existing folder above it is visited.
            let mut here = Some(folder);
            while let Some(path) = here.filter(|path| !path.is_above_roots()) {
                if let Some(visit) = self.visit(&path)? {
                    self.mend_now(&visit)?;
                    break;
                }
                here = path.parent();
            }
        }
        Ok(())
    }
}

impl CloudView<'_> {
    /// All matches in their order, and the entries of one page of them.
    fn page(
        &self,
        user: &User,
        search: &Search,
        within: &Within<'_>,
        start: usize,
        size: usize,
    ) -> Result<Page> {
        let Within { below, scopes } = within;
        let (volumes, ways) = (&self.cloud.volumes, self.ways(user)?);
        let is_forbidden = self.forbidden_reading(user);
        self.cloud.store.read(|read| {
            let mut found = Found { matches: Vec::new(), is_all: true };
            let sets = if search.in_metadata { readable_set_ids(read, user)? } else { Vec::new() };
            for scope in scopes {
                // The top of the index contains the further volumes too.
                let is_within = scopes.iter().any(|other| other != scope && scope.starts_with(other));
                let Some(root) = lookup::find(read, volumes, scope)?.filter(|_| !is_within) else { continue };
                let part = find(read, search, &sets, root.id)?;
                found.matches.extend(part.matches);
                found.is_all &= part.is_all;
            }
            // Some entries beside the homes belong to nobody, and access lists hide some entries
            // further down.
            let is_even = match below.is_above_roots() {
                true => ways.roots_below(below.shown()).all(|root| ways.is_even_below(&root)),
                false => ways.is_even_below(below),
            };
            if !is_even || scopes.iter().any(CloudPath::is_above_roots) {
                found.leave_out(|hit| {
                    let path = lookup::path_of_id(read, volumes, hit.id)?;
                    Ok(path.and_then(|path| ways.seen_in(below, &path)).is_none())
                })?;
            }
            // If matching texts were counted that the user may not read, the count would reveal
            // their words.
            if let Some(is_forbidden) = &is_forbidden {
                found.leave_out(|hit| {
                    if hit.rank != TEXT_RANK {
                        return Ok(false);
                    }
                    let path = lookup::path_of_id(read, volumes, hit.id)?;
                    path.map_or(Ok(true), |path| is_forbidden(read, &path))
                })?;
            }
            found.matches.sort_unstable_by(|a, b| (a.rank, &a.name, a.id).cmp(&(b.rank, &b.name, b.id)));
            let mut page = Vec::new();
            for hit in found.matches.iter().skip(start).take(size) {
                let Some(node) = nodes::by_id(read, hit.id)? else { continue };
                let reach =
                    lookup::path_of(read, volumes, &node)?.and_then(|path| ways.seen_in(below, &path));
                if let Some(Ok(reach)) = reach.map(Reach::readable) {
                    let (mark, is_text) = (annotations::of_node(read, user, node.id)?, hit.rank == TEXT_RANK);
                    page.push(OnPage { reach, modified_by: node.modified_by, mark, is_text });
                }
            }
            Ok((found, page))
        })
    }

    /// The stored terms of a user that contain a text, the last used first.
    pub fn search_terms(&self, user: &User, text: &str, count: usize) -> Result<Vec<String>> {
        let text = fold(text.trim());
        let terms = self.cloud.store.read(|read| search_terms::of_user(read, user.id()))?;
        Ok(terms.into_iter().filter(|term| fold(term).contains(&text)).take(count).collect())
    }

    /// The form in which a term is stored; `None` if it is the last one already or is not to be
    /// stored.
    pub fn new_term(&self, user: &User, text: &str) -> Result<Option<String>> {
        let text = text.trim();
        if !is_line(text, TERM_BYTES_MAX) {
            return Ok(None);
        }
        let last = self.search_terms(user, "", 1)?;
        Ok((last.first().map(String::as_str) != Some(text)).then(|| text.to_owned()))
    }
}

/// Stores a term of a user.
pub fn keep_term(tx: &Write, user: &User, term: &str) -> Result<()> {
    search_terms::keep(tx, user.id(), term)
}

/// Forgets the terms of a user.
pub fn forget_terms(tx: &Write, user: &User) -> Result<()> {
    search_terms::forget(tx, user.id())
}

/// All matches, and the entries of one page.
type Page = (Found, Vec<OnPage>);

/// An entry of a page.
struct OnPage {
    reach: Readable,
    /// The account that wrote it last.
    modified_by: Option<String>,
    /// Its favorites, comments and the like.
    mark: Mark,
    /// True if its text matches, not its name.
    is_text: bool,
}

/// A page as it is on the disk.
#[derive(Default)]
struct AsTheyAre {
    entries: Vec<Entry>,
    excerpts: HashMap<ShownPath, String>,
    /// The paths about which the index was wrong.
    wrong: Vec<CloudPath>,
}

struct Found {
    matches: Vec<Match>,
    is_all: bool,
}

/// Finds the matches below a folder, in their order.
///
/// There may be many candidates outside the folder and few inside, or the other way round. So the
/// search first examines a limited number of candidates from the index. If there are more, it
/// examines the folder, with the same limit. If that is too large as well, it examines all
/// candidates until there are enough matches or the time is over.
fn find(read: &Read, search: &Search, sets: &[i64], root: i64) -> Result<Found> {
    let mut finder = Finder::new(read, search, root);
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
    found.matches.sort_unstable_by(|a, b| (a.rank, &a.name, a.id).cmp(&(b.rank, &b.name, b.id)));
    found.is_all &= found.matches.len() <= MATCHES_MAX;
    found.matches.truncate(MATCHES_MAX);
    Ok(found)
}

impl Found {
    /// Adds the matches that it does not have yet.
    fn add(&mut self, matches: Vec<Match>) {
        let known: HashSet<i64> = self.matches.iter().map(|hit| hit.id).collect();
        self.matches.extend(matches.into_iter().filter(|hit| !known.contains(&hit.id)));
    }

    /// Removes matches that this user may not see, so that they are not counted either.
    fn leave_out(&mut self, is_left_out: impl Fn(&Match) -> Result<bool>) -> Result<()> {
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
    root: i64,
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
    fn new(read: &'a Read, search: &'a Search, root: i64) -> Finder<'a> {
        let deadline = Instant::now() + TIME_MAX;
        Finder {
            read,
            search,
            root,
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
        if self.walk(self.root)? {
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
            || !(is_inside || self.is_inside(named.parent)?)
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

    /// Examines all entries below a folder. Returns true if it reached the end.
    fn walk(&mut self, root: i64) -> Result<bool> {
        let read = self.read;
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

    /// True if a folder is the searched one or lies below it, and no folder in between is missing.
    fn is_inside(&mut self, folder: i64) -> Result<bool> {
        let mut passed = Vec::new();
        let mut here = folder;
        let is_inside = loop {
            if here == self.root {
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
