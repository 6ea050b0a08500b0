//! Searching files and folders by name, size and date.

use crate::api::call_context::CallContext;
use crate::api::dates::{Date, EndDate};
use crate::api::entry::{Described, EntryRecord, Place, Seen, readable_path};
use crate::api::op::ops;
use crate::api::params::{Nothing, params};
use crate::api::record::{OrEmpty, PlainTime, Seconds, record, reply};
use crate::api::reply::{Command, Fields, Reply, Rows};
use crate::api::schema::words;
use crate::api::texts::Lines;
use crate::base::ids::object_id;
use crate::base::path::EntryName;
use crate::base::shown_path::ShownPath;
use crate::base::time::{Clock, now_seconds};
use crate::disk::Kind;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::search::MATCHES_MAX;
use crate::domain::search::names::{self, Hits};
use crate::domain::search::query::{SEARCH_BYTES_MAX, Search};
use crate::error::Result;
use crate::store::Write;

ops! { SEARCH: User "Search"
    /// Finds files and folders below a folder whose names contain all words of a text, in any case
    /// and with any accents; best matches first. `*` separates words.
    "dosearch" proxy query do_search(DoSearch) -> SearchHits;
    /// The older form of `dosearch`. The text is not remembered for suggestions.
    "search" proxy query old_search(OldSearch) -> SearchHits;
    /// Ends a search. Searches end before they answer, so this does nothing.
    "cancelsearch" user immediate cancel(Cancel) -> Command;
    /// The caller's last searches that contain a text, the last used first.
    "searchtermsearch" user read terms(Terms) -> SearchTerms;
    /// Forgets the caller's searches.
    "clearsavedsearchterms" user write clear_terms(Nothing) -> Command;
}

params! {
    DoSearch {
        /// The words in names; empty for every name.
        searchstring: Lines<0, SEARCH_BYTES_MAX>,
        /// The folder below which to search; `/` for everything.
        searchloc: ShownPath,
        /// Only files of at least this size in KB; 0 for any.
        minsize: u64 = 0,
        /// Only files of at most this size in KB; 0 for any.
        maxsize: u64 = 0,
        /// Only files and folders modified at this time or later.
        modifiedstart: Option<Date>,
        /// Only files and folders modified at this time or earlier.
        modifiedend: Option<EndDate>,
        /// `files` or `folders` for only these; `all` for both.
        searchscope: Scope = "all",
        /// 1 to search the contents of small text files too: each word of the text begins a word in
        /// them. The setting `search_text` must allow it. `highlight` of the entry shows the place,
        /// but for long texts only in the first of them. These files come last.
        intext: bool = false,
        /// 1 to search also the metadata that the caller may see: each word is in the name or in a
        /// value. These entries come after those that are found by name alone. Of the built-in sets, a
        /// photo is found by its camera, width, height, place and time (2024, 2024-07, 2024-07-19),
        /// and an entry by the name of the account that modified it and by the day or month.
        inmetadata: bool = false,
        /// Number of matches to skip.
        start: u64 = 0,
        /// Maximum number of matches to send, 1000 at most; -1 for 1000.
        size: i64 = 100,
        /// Maximum number of matches in all.
        maxsearchentries: Option<i64>,
        /// 0 to not remember the text for suggestions, for instance while somebody is typing.
        savesearch: bool = true,
    }
    OldSearch {
        /// The folder below which to search; `/` for everything.
        location: ShownPath,
        /// The words in names; every name if it is missing.
        keyword: Option<Lines<0, SEARCH_BYTES_MAX>>,
        /// Only files of at least this size in KB; 0 for any.
        minsize: u64 = 0,
        /// Only files of at most this size in KB; 0 for any.
        maxsize: u64 = 0,
        /// Only files and folders modified at this time or later.
        modifiedstart: Option<Date>,
        /// Only files and folders modified at this time or earlier.
        modifiedend: Option<EndDate>,
        /// Number of matches to skip.
        start: u64 = 0,
        /// Maximum number of matches to send, 1000 at most.
        size = "size|limit": i64 = 1000,
    }
    Cancel {
        /// The id from `dosearch`.
        searchid: String,
    }
    Terms {
        /// A text in the searches; empty for all.
        searchterm: String,
    }
}

record! {
    /// A search and its number of matches.
    SearchMeta {
        /// The id of the search.
        id: String,
        /// The state: the search has ended.
        status: SearchStatus,
        /// The parts that are missing in the answer, as people read it; empty if it is complete.
        statusmessage: String,
        /// Number of matches, on all pages.
        totalmatch: usize,
        /// Number of matches, on all pages.
        total: usize,
        /// The time when the search ended.
        completedtime: Seconds,
        /// The folder below which to search.
        location: String,
        /// The words in names.
        searchstring: String,
        /// Only files of at least this size in KB; 0 for any.
        minsize: u64,
        /// Only files of at most this size in KB; 0 for any.
        maxsize: u64,
        /// Only files and folders modified at this time or later; empty for any.
        modifiedstart: OrEmpty<PlainTime>,
        /// Only files and folders modified at this time or earlier; empty for any.
        modifiedend: OrEmpty<PlainTime>,
        /// Whether contents were searched too.
        textsearch: bool as extension,
    }
    /// A former search.
    SearchTerm {
        /// The text.
        term: String,
    }
}

reply! {
    /// The matches of a search, best first.
    SearchHits = entries(SearchMeta)[entry: EntryRecord<'static>];
    /// The caller's searches, the last used first.
    SearchTerms = searchterms()[searchterm: SearchTerm];
}

pub enum SearchStatus {
    Complete,
}

/// The kind of entries to find.
#[derive(Clone, Copy, Debug)]
pub enum Scope {
    Files,
    Folders,
    All,
}

words! {
    Scope { Files = "files", Folders = "folders", All = "all" }
    SearchStatus { Complete = "COMPLETE" }
}

/// Maximum number of matches in a reply.
const SIZE_MAX: usize = 1000;
/// Maximum number of searches in a reply.
const TERMS: usize = 10;

/// The parameters of both forms of a search.
struct Asked {
    text: String,
    below: ShownPath,
    /// The smallest and the largest size; 0 for any.
    kilobytes: (u64, u64),
    modified: (Option<i64>, Option<i64>),
    kind: Option<Kind>,
    in_texts: bool,
    in_metadata: bool,
    start: usize,
    size: usize,
    most: usize,
}

impl Asked {
    fn search(&self) -> Result<Search> {
        let bytes = |kilobytes: u64| (kilobytes > 0).then(|| kilobytes.saturating_mul(1024));
        let mut search = Search::parse(&self.text)?;
        search.bytes_min = bytes(self.kilobytes.0);
        search.bytes_max = bytes(self.kilobytes.1);
        search.modified_min = self.modified.0;
        search.modified_max = self.modified.1;
        search.kind = self.kind;
        search.in_texts = self.in_texts;
        search.in_metadata = self.in_metadata;
        Ok(search)
    }

    fn run(&self, context: &CallContext<'_>, user: &User) -> Result<Hits> {
        let size = self.size.min(self.most.saturating_sub(self.start));
        let page = (self.start, size);
        let mut hits = context.cloud().search(
            user,
            &context.view().readable(user, &self.below)?,
            &self.search()?,
            page,
        )?;
        hits.total = hits.total.min(self.most);
        Ok(hits)
    }

    fn meta(&self, hits: &Hits) -> SearchMeta {
        SearchMeta {
            id: object_id(),
            status: SearchStatus::Complete,
            statusmessage: status_message(hits),
            totalmatch: hits.total,
            total: hits.total,
            completedtime: Seconds(now_seconds()),
            location: self.below.to_string(),
            searchstring: self.text.clone(),
            minsize: self.kilobytes.0,
            maxsize: self.kilobytes.1,
            modifiedstart: OrEmpty(self.modified.0.map(PlainTime)),
            modifiedend: OrEmpty(self.modified.1.map(PlainTime)),
            textsearch: hits.has_texts,
        }
    }
}

fn status_message(hits: &Hits) -> String {
    let mut sentences = Vec::new();
    if !hits.is_all && hits.total >= MATCHES_MAX {
        sentences.push(format!("More than {MATCHES_MAX} match; the others are not counted."));
    } else if !hits.is_all {
        sentences.push("There may be more that match. Please narrow the search.".to_owned());
    }
    if !hits.is_looked_through {
        sentences.push("Some folders are still being looked through.".to_owned());
    }
    if !hits.is_read {
        sentences.push("Some texts have not been read yet.".to_owned());
    }
    sentences.join(" ")
}

/// A number from the call; a negative one means no limit.
fn count(given: i64) -> usize {
    usize::try_from(given).unwrap_or(usize::MAX)
}

fn do_search(context: &mut CallContext<'_>, user: &User, params: DoSearch) -> Result<Reply<SearchHits>> {
    let asked = Asked {
        text: params.searchstring.0,
        below: params.searchloc,
        kilobytes: (params.minsize, params.maxsize),
        modified: (params.modifiedstart.map(|date| date.0), params.modifiedend.map(|date| date.0)),
        kind: match params.searchscope {
            Scope::Files => Some(Kind::File),
            Scope::Folders => Some(Kind::Folder),
            Scope::All => None,
        },
        in_texts: params.intext,
        in_metadata: params.inmetadata,
        start: usize::try_from(params.start).unwrap_or(usize::MAX),
        size: count(params.size).min(SIZE_MAX),
        most: params.maxsearchentries.map_or(usize::MAX, count),
    };
    let hits = asked.run(context, user)?;
    let is_kept = params.savesearch && !user.is_proxy() && hits.total > 0;
    if let Some(term) = is_kept.then(|| context.view().new_term(user, &asked.text)).transpose()?.flatten() {
        let user = user.clone();
        context.commit(move |tx| names::keep_term(tx, &user, &term))?;
    }
    let meta = asked.meta(&hits);
    Ok(Reply::with_meta(meta, Matches { hits, user: user.clone(), clock: Clock::local() }))
}

fn old_search(context: &mut CallContext<'_>, user: &User, params: OldSearch) -> Result<Reply<SearchHits>> {
    let asked = Asked {
        text: params.keyword.unwrap_or_default().0,
        below: params.location,
        kilobytes: (params.minsize, params.maxsize),
        modified: (params.modifiedstart.map(|date| date.0), params.modifiedend.map(|date| date.0)),
        kind: None,
        in_texts: false,
        in_metadata: false,
        start: usize::try_from(params.start).unwrap_or(usize::MAX),
        size: count(params.size).min(SIZE_MAX),
        most: usize::MAX,
    };
    let hits = asked.run(context, user)?;
    let meta = asked.meta(&hits);
    Ok(Reply::with_meta(meta, Matches { hits, user: user.clone(), clock: Clock::local() }))
}

fn cancel(_: &CloudView<'_>, _: &User, _: Cancel) -> Result<Reply> {
    Ok(Reply::done())
}

fn terms(view: &CloudView<'_>, user: &User, params: Terms) -> Result<Reply<SearchTerms>> {
    let terms = view.search_terms(user, &params.searchterm, TERMS)?;
    Ok(Reply::list(terms.into_iter().map(|term| SearchTerm { term }).collect::<Vec<_>>()))
}

fn clear_terms(tx: &Write, user: &User, _: Nothing) -> Result<Reply> {
    names::forget_terms(tx, user)?;
    Ok(Reply::done())
}

/// The matches as records.
struct Matches {
    hits: Hits,
    user: User,
    clock: Clock,
}

impl Rows for Matches {
    type Record = EntryRecord<'static>;

    fn count(&self) -> usize {
        self.hits.entries.len()
    }

    fn write(&self, index: usize, fields: &mut dyn Fields) {
        let entry = &self.hits.entries[index];
        let described = Described {
            place: &Place::around(&entry.reach),
            name: entry.reach.shown().leaf().map_or("", EntryName::as_str),
            rights: entry.reach.rights(),
            stat: entry.stat.brief(),
            modified_by: entry.modified_by.as_deref().unwrap_or(""),
            mark: entry.mark,
            lock: entry.lock,
            deleted: None,
        };
        let path = entry.reach.shown();
        let highlight = self.hits.excerpts.get(path).map_or("", String::as_str);
        let readable = readable_path(&self.user, path);
        described.write(&self.clock, Seen::Found(readable, highlight), fields);
    }
}
