//! Searching by name, and in small texts: which entries below a folder match, in which order, and whether they are still there.
//!
//! The index gives candidates; what is shown has been looked at on the disk. How the index stays complete: `walk`.

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
use crate::domain::{Cloud, CloudView};
use crate::error::{Code, Error, Result};
use crate::store::names::{self, Named, Source};
use crate::store::nodes::{self, DEPTH_MAX};
use crate::store::{Read, Write, search_terms, texts};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Bytes of a text to search for.
const TEXT_BYTES_MAX: usize = 1000;
/// Bytes of a text that is kept to be offered again.
const TERM_BYTES_MAX: usize = 200;
/// Matches that are put in order and counted; of more only so many are found, and the answer says so.
pub const MATCHES_MAX: usize = 2000;
/// Candidates that are looked at in one way before another way is tried.
const CANDIDATES_MAX: usize = 20_000;
/// How long a search looks for matches.
const TIME_MAX: Duration = Duration::from_secs(2);
/// How often a page is made anew because the index was wrong about something in it.
const TRIES: usize = 4;
/// Folders known to be below the searched one or not; beyond this all are forgotten and looked up again.
const KNOWN_FOLDERS_MAX: usize = 65_536;

/// Bytes of texts that are read to show for one answer where they match; what else matches is shown without that.
const EXCERPTS_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// The rank of what matches by its text alone: behind all names.
const TEXT_RANK: u8 = u8::MAX;

/// What is searched for.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// The whole text, folded.
    text: String,
    /// Its words, each of which a name must contain; none for every name.
    words: Vec<String>,
    /// Its words as texts have them.
    text_words: Vec<String>,
    /// Whether what small text files say is searched too, where the setting allows it.
    pub in_texts: bool,
    /// Sizes of files, in bytes, ends included.
    pub bytes_min: Option<u64>,
    pub bytes_max: Option<u64>,
    /// Times of modification, in seconds since 1970 UTC, ends included.
    pub modified_min: Option<i64>,
    pub modified_max: Option<i64>,
    pub kind: Option<Kind>,
}

/// A part of what was found.
#[derive(Debug)]
pub struct Hits {
    pub entries: Vec<Entry>,
    /// How many were found in all.
    pub total: usize,
    /// Whether these are all that match.
    pub is_all: bool,
    /// Whether every folder has been looked through at least once.
    pub is_looked_through: bool,
    /// Whether texts can be searched at all.
    pub has_texts: bool,
    /// Whether every text that was to be searched has been read.
    pub is_read: bool,
    /// What was found in the text of files rather than in their names: the text around it.
    pub excerpts: HashMap<ShownPath, String>,
}

/// An entry that matches, with its place in the order.
struct Match {
    rank: u8,
    name: String,
    id: i64,
}

impl Search {
    /// A search for names that contain each word of a text. `*` stands for anything, as between words.
    ///
    /// # Errors
    /// `Code::Invalid` for a text that is too long.
    pub fn parse(text: &str) -> Result<Search> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(Error::new(
                Code::Invalid,
                "The text to search for is too long: at most 1000 bytes are possible.",
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

    /// Whether texts are to be searched, and the words say enough for that.
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

    /// Whether a folded name contains all words.
    fn is_in(&self, name: &str) -> bool {
        self.words.iter().all(|word| name.contains(word))
    }

    /// How well a folded name that matches does so: the whole name, its beginning, the beginning of a word in it, or
    /// somewhere; folders first among equals.
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
    /// What matches below a folder and may be read by a user, from the one at `start` on.
    ///
    /// # Errors
    /// `Code::NotFound` when there is no such folder.
    pub fn search(
        self: &Arc<Cloud>,
        user: &User,
        below: &Readable,
        search: &Search,
        (start, size): (usize, usize),
    ) -> Result<Hits> {
        let scopes = self.scopes(user, below)?;
        let mut is_looked_through = true;
        for scope in &scopes {
            is_looked_through &= !self.freshen(scope)?;
        }
        let has_texts = self.config().search_text;
        let search = &Search { in_texts: search.in_texts && has_texts, ..search.clone() };
        let is_read = !search.searches_texts() || self.freshen_texts()?;
        let mut tries = TRIES;
        loop {
            tries -= 1;
            let (found, page) = self.view().page(user, search, (below, &scopes), start, size)?;
            let AsTheyAre { entries, excerpts, wrong } = self.as_they_are(user, search, page)?;
            if wrong.is_empty() || tries == 0 {
                let (total, is_all) = (found.matches.len(), found.is_all);
                return Ok(Hits { entries, total, is_all, is_looked_through, has_texts, is_read, excerpts });
            }
            self.mend_above(&wrong)?;
        }
    }

    /// The folders that are searched: the one that is asked for or, above the roots, the roots that the user has. A disk that
    /// is not there is left out then.
    fn scopes(&self, user: &User, below: &Reach) -> Result<Vec<CloudPath>> {
        if !below.is_above_roots() {
            // What was deleted is not searched.
            let is_there = !below.real().is_in_bin() && self.volumes.stat(below.real())?.is_some();
            return below.there(is_there.then(|| vec![below.real().clone()]));
        }
        let mut scopes = Vec::new();
        if user.is_proxy() && below.shown().is_root() {
            scopes.push(CloudPath::root());
        }
        let roots = self.view().ways(user)?;
        let roots = roots.roots_below(below.shown()).map(|root| root.real().clone());
        scopes.extend(roots.filter(|real| real.root_depth() == 1 || self.volumes.of(real).is_ok()));
        Ok(scopes)
    }

    /// A page as the disk has it, and the paths about which the index was wrong.
    fn as_they_are(&self, user: &User, search: &Search, page: Vec<OnPage>) -> Result<AsTheyAre> {
        let (mut found, mut bytes_left) = (AsTheyAre::default(), EXCERPTS_BYTES_MAX);
        for OnPage { reach, modified_by, mark, is_text } in page {
            let path = reach.real();
            let Some(stat) = self.volumes.stat(path)?.filter(|stat| search.still_fits(stat)) else {
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
            let (lock, reach) = (self.view().lock_mark(user, path)?, Reach::clone(&reach));
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
            // What is gone with its folder shows in the first folder that is there.
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
    /// The matches in their order, and the paths of a part of them.
    fn page(
        &self,
        user: &User,
        search: &Search,
        (below, scopes): (&Reach, &[CloudPath]),
        start: usize,
        size: usize,
    ) -> Result<Page> {
        let (volumes, ways) = (&self.cloud.volumes, self.ways(user)?);
        let is_forbidden = self.forbidden_reading(user);
        self.cloud.store.read(|read| {
            let mut found = Found { matches: Vec::new(), is_all: true };
            for scope in scopes {
                // The top of the index holds the further volumes too.
                let is_within = scopes.iter().any(|other| other != scope && scope.starts_with(other));
                let Some(root) = lookup::find(read, volumes, scope)?.filter(|_| !is_within) else { continue };
                let part = find(read, search, root.id)?;
                found.matches.extend(part.matches);
                found.is_all &= part.is_all;
            }
            // Beside the homes lies what is nobody's, and access lists hide something on the way down.
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
            // Counting what matches by its text and may not be read would tell its words.
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

    /// The terms a user has searched for that contain a text, the last used first.
    pub fn search_terms(&self, user: &User, text: &str, count: usize) -> Result<Vec<String>> {
        let text = fold(text.trim());
        let terms = self.cloud.store.read(|read| search_terms::of_user(read, user.id()))?;
        Ok(terms.into_iter().filter(|term| fold(term).contains(&text)).take(count).collect())
    }

    /// The text as it is to be kept among a user's terms; `None` when it is the last one already, or is not kept at all.
    pub fn new_term(&self, user: &User, text: &str) -> Result<Option<String>> {
        let text = text.trim();
        if !is_line(text, TERM_BYTES_MAX) {
            return Ok(None);
        }
        let last = self.search_terms(user, "", 1)?;
        Ok((last.first().map(String::as_str) != Some(text)).then(|| text.to_owned()))
    }
}

/// Keeps a term among those of a user.
pub fn keep_term(tx: &Write, user: &User, term: &str) -> Result<()> {
    search_terms::keep(tx, user.id(), term)
}

/// Forgets the terms of a user.
pub fn forget_terms(tx: &Write, user: &User) -> Result<()> {
    search_terms::forget(tx, user.id())
}

/// What was found, and the page.
type Page = (Found, Vec<OnPage>);

/// A match.
struct OnPage {
    reach: Readable,
    /// Who wrote it last.
    modified_by: Option<String>,
    /// What is attached to it.
    mark: Mark,
    /// It is its text that matches.
    is_text: bool,
}

/// A page as the disk has it.
#[derive(Default)]
struct AsTheyAre {
    entries: Vec<Entry>,
    excerpts: HashMap<ShownPath, String>,
    /// About these the index was wrong.
    wrong: Vec<CloudPath>,
}

struct Found {
    matches: Vec<Match>,
    is_all: bool,
}

/// Finds what matches below a folder, in its order.
///
/// There may be many candidates outside the folder and few in it, or the other way round. So first the candidates of the
/// index are looked at, up to a number; are there more, then the folder is, up to the same number; and only where both are large,
/// the candidates one after the other until there are enough matches or the time is over.
fn find(read: &Read, search: &Search, root: i64) -> Result<Found> {
    let mut finder = Finder::new(read, search, root);
    let mut found = finder.find_names()?;
    if !found.is_all && !search.words.is_empty() {
        // Too many to have them all: the best of them are those that begin with the text.
        for source in [Source::Exactly(&search.text), Source::Beginning(&search.text)] {
            finder.begin(CANDIDATES_MAX);
            names::visit(read, source, |named| finder.visit(named, false))?;
            found.add(finder.taken());
        }
    }
    if search.searches_texts() && found.matches.len() < MATCHES_MAX {
        finder.begin(CANDIDATES_MAX);
        finder.is_text = true;
        found.is_all &= texts::visit(read, &search.text_words, |named| finder.visit(named, false))?;
        found.add(finder.taken());
    }
    found.matches.sort_unstable_by(|a, b| (a.rank, &a.name, a.id).cmp(&(b.rank, &b.name, b.id)));
    found.is_all &= found.matches.len() <= MATCHES_MAX;
    found.matches.truncate(MATCHES_MAX);
    Ok(found)
}

impl Found {
    /// Adds those that are not among them yet.
    fn add(&mut self, matches: Vec<Match>) {
        let known: HashSet<i64> = self.matches.iter().map(|hit| hit.id).collect();
        self.matches.extend(matches.into_iter().filter(|hit| !known.contains(&hit.id)));
    }

    /// Leaves out what is not for this user: it is not counted either.
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
    /// What comes matches by its text, whatever its name.
    is_text: bool,
    matches: Vec<Match>,
    candidates: usize,
    candidates_max: usize,
    deadline: Instant,
    /// Whether folders lie below the searched one.
    inside: HashMap<i64, bool>,
}

impl<'a> Finder<'a> {
    fn new(read: &'a Read, search: &'a Search, root: i64) -> Finder<'a> {
        let deadline = Instant::now() + TIME_MAX;
        Finder {
            read,
            search,
            root,
            is_text: false,
            matches: Vec::new(),
            candidates: 0,
            candidates_max: 0,
            deadline,
            inside: HashMap::new(),
        }
    }

    /// Begins anew with what matches; what is known of folders stays.
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

    /// Takes an entry if it matches; whether to go on.
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
        if !(self.is_text || self.search.is_in(&name)) || !(is_inside || self.is_inside(named.parent)?) {
            return Ok(true);
        }
        if self.matches.len() >= MATCHES_MAX {
            return Ok(false);
        }
        let rank = if self.is_text { TEXT_RANK } else { self.search.rank(&name, named.is_folder) };
        self.matches.push(Match { rank, name, id: named.id });
        Ok(true)
    }

    /// Looks at all there is below a folder; whether that was all.
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

    /// Whether a folder is the searched one or lies below it, with nothing missing in between.
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
