//! Searches by name, by text and by metadata: which entries below a folder match, in which order,
//! and whether they still exist.
//!
//! The index gives candidates. Every result is checked on the disk before it is shown.
//! `index::crawl` keeps the index complete.

use super::finder::{Among, Found, TEXT_RANK, find};
use super::query::Search;
use crate::base::fold::fold;
use crate::base::path::CloudPath;
use crate::base::shown_path::ShownPath;
use crate::base::text::is_line;
use crate::domain::access::rights::{Reach, Readable};
use crate::domain::accounts::actor::User;
use crate::domain::files::annotations::{self, Mark};
use crate::domain::files::locks::Purpose;
use crate::domain::files::operations::Entry;
use crate::domain::index::lookup;
use crate::domain::metadata::values::readable_set_ids;
use crate::domain::volumes::glance::Aside;
use crate::domain::volumes::registry::Volumes;
use crate::domain::{Cloud, CloudView};
use crate::error::{Code, Result};
use crate::store::nodes;
use crate::store::{Read, Write, search_terms};
use std::collections::HashMap;
use std::sync::Arc;

/// Maximum bytes of a term that is stored to be offered again.
const TERM_BYTES_MAX: usize = 200;
/// The number of times that a page is made anew because the index was wrong about one of its
/// entries.
const TRIES: usize = 4;
/// Maximum bytes of texts that are read for the excerpts of one answer. Further matches are shown
/// without an excerpt.
const EXCERPTS_BYTES_MAX: u64 = 8 * 1024 * 1024;

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

/// The place of a search: the folder that the user asked for, and what is searched for it.
struct Within<'a> {
    below: &'a Reach,
    scopes: Vec<CloudPath>,
    /// The files of shared albums there.
    in_albums: Vec<CloudPath>,
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
        let view = self.view();
        let (scopes, in_albums) = (view.scopes(user, below)?, view.files_in_albums(user, below)?);
        let within = Within { below, scopes, in_albums };
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

impl Within<'_> {
    /// The matches, in no order. The user may not see all of them.
    fn find(&self, read: &Read, user: &User, volumes: &Volumes, search: &Search) -> Result<Found> {
        let Within { scopes, in_albums, .. } = self;
        let mut found = Found { matches: Vec::new(), is_all: true };
        let sets = if search.in_metadata { readable_set_ids(read, user)? } else { Vec::new() };
        for scope in scopes {
            // The top of the index contains the further volumes too.
            let is_within = scopes.iter().any(|other| other != scope && scope.starts_with(other));
            let Some(root) = lookup::find(read, volumes, scope)?.filter(|_| !is_within) else { continue };
            let part = find(read, search, &sets, Among::Below(root.id))?;
            found.matches.extend(part.matches);
            found.is_all &= part.is_all;
        }
        if !in_albums.is_empty() {
            let files = lookup::ids_of(read, volumes, in_albums)?;
            let part = find(read, search, &sets, Among::Files(files))?;
            found.add(part.matches);
            found.is_all &= part.is_all;
        }
        Ok(found)
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
        let Within { below, scopes, .. } = within;
        let (volumes, ways) = (&self.cloud.volumes, self.ways(user)?);
        let is_forbidden = self.forbidden_reading(user);
        self.cloud.store.read(|read| {
            let mut found = within.find(read, user, volumes, search)?;
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
            found.sort();
            let mut page = Vec::new();
            for hit in found.matches.iter().skip(start).take(size) {
                let Some(node) = nodes::by_id(read, hit.id)? else { continue };
                let reach =
                    lookup::path_of(read, volumes, &node)?.and_then(|path| ways.seen_in(below, &path));
                if let Some(Ok(reach)) = reach.map(Reach::readable) {
                    let mark = annotations::of_entry(read, user, &ways, &reach, &node)?;
                    let is_text = hit.rank == TEXT_RANK;
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
