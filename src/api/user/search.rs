//! Searching files and folders by name, size and date.

use crate::api::call_context::CallContext;
use crate::api::entry::{Described, EntryRecord, Place, Seen, readable_path};
use crate::api::op::ops;
use crate::api::params::{Date, EndDate, Nothing, params};
use crate::api::record::{OrEmpty, PlainTime, Seconds, record, reply};
use crate::api::reply::{Command, Fields, Reply, Rows};
use crate::api::schema::words;
use crate::base::ids::object_id;
use crate::base::path::EntryName;
use crate::base::shown_path::ShownPath;
use crate::base::time::{Clock, now_seconds};
use crate::disk::Kind;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::search::names::{self, Hits, MATCHES_MAX, Search};
use crate::error::Result;
use crate::store::Write;

ops! { SEARCH: User "Search"
    /// Finds files and folders below a folder whose names contain all words of a text, whatever their case and accents;
    /// the best matches first. `*` parts words.
    "dosearch" proxy query do_search(DoSearch) -> SearchHits;
    /// As `dosearch`, in its older form: the text is not offered again.
    "search" proxy query old_search(OldSearch) -> SearchHits;
    /// Ends a search. Searches end before they answer, so there is never anything left to end.
    "cancelsearch" user immediate cancel(Cancel) -> Command;
    /// What the caller has searched for and contains a text, the last used first.
    "searchtermsearch" user read terms(Terms) -> SearchTerms;
    /// Forgets what the caller has searched for.
    "clearsavedsearchterms" user write clear_terms(Nothing) -> Command;
}

params! {
    DoSearch {
        /// What names are to contain; empty for every name.
        searchstring: String,
        /// The folder below which to search; `/` for everything.
        searchloc: ShownPath,
        /// Only files of at least so many KB.
        minsize: Option<u64>,
        /// Only files of at most so many KB.
        maxsize: Option<u64>,
        /// Only what was modified then or later.
        modifiedstart: Option<Date>,
        /// Only what was modified then or before.
        modifiedend: Option<EndDate>,
        /// `files` or `folders` for only these; `all` for both.
        searchscope: Scope = "all",
        /// 1 to also find small text files that say words which begin with all words of the text, where the setting
        /// `search_text` allows it; `highlight` of the entry tells where, but of many long texts only in the first. Such
        /// files come last.
        intext: bool = false,
        /// How many matches to pass over.
        start: u64 = 0,
        /// How many matches to send, 1000 at most; -1 for so many.
        size: i64 = 100,
        /// Never more than so many matches in all.
        maxsearchentries: Option<i64>,
        /// 0 to not offer the text again, as while somebody is typing.
        savesearch: bool = true,
    }
    OldSearch {
        /// The folder below which to search; `/` for everything.
        location: ShownPath,
        /// What names are to contain; without it, every name.
        keyword: Option<String>,
        /// Only files of at least so many KB.
        minsize: Option<u64>,
        /// Only files of at most so many KB.
        maxsize: Option<u64>,
        /// Only what was modified then or later.
        modifiedstart: Option<Date>,
        /// Only what was modified then or before.
        modifiedend: Option<EndDate>,
        /// How many matches to pass over.
        start: u64 = 0,
        /// How many matches to send, 1000 at most.
        size = "size|limit": i64 = 1000,
    }
    Cancel {
        /// The id that `dosearch` told.
        searchid: String,
    }
    Terms {
        /// What the terms are to contain; empty for all.
        searchterm: String,
    }
}

record! {
    /// A search and how much it found.
    SearchMeta {
        /// The id of the search.
        id: String,
        /// That the search has ended.
        status: SearchStatus,
        /// What is missing in the answer, for people; empty when nothing is.
        statusmessage: String,
        /// How many match, on all pages.
        totalmatch: usize,
        /// How many match, on all pages.
        total: usize,
        /// When the search ended.
        completedtime: Seconds,
        /// The folder below which was searched.
        location: String,
        /// What was searched for.
        searchstring: String,
        /// Only files of at least so many KB; 0 for any.
        minsize: u64,
        /// Only files of at most so many KB; 0 for any.
        maxsize: u64,
        /// Only what was modified then or later; empty for any.
        modifiedstart: OrEmpty<PlainTime>,
        /// Only what was modified then or before; empty for any.
        modifiedend: OrEmpty<PlainTime>,
        /// Whether texts were searched.
        textsearch: bool as extension,
    }
    /// What was searched for.
    SearchTerm {
        /// The text.
        term: String,
    }
}

reply! {
    /// What a search found, the best matches first.
    SearchHits = entries(SearchMeta)[entry: EntryRecord<'static>];
    /// What the caller has searched for, the last used first.
    SearchTerms = searchterms()[searchterm: SearchTerm];
}

pub enum SearchStatus {
    Complete,
}

/// What a search is for.
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

/// Matches of an answer at most.
const SIZE_MAX: usize = 1000;
/// Terms offered again at once.
const TERMS: usize = 10;

/// What both forms of a search ask for.
struct Asked {
    text: String,
    below: ShownPath,
    kilobytes: (Option<u64>, Option<u64>),
    modified: (Option<i64>, Option<i64>),
    kind: Option<Kind>,
    in_texts: bool,
    start: usize,
    size: usize,
    most: usize,
}

impl Asked {
    fn search(&self) -> Result<Search> {
        let bytes = |kilobytes: u64| kilobytes.saturating_mul(1024);
        let mut search = Search::parse(&self.text)?;
        search.bytes_min = self.kilobytes.0.map(bytes);
        search.bytes_max = self.kilobytes.1.map(bytes);
        search.modified_min = self.modified.0;
        search.modified_max = self.modified.1;
        search.kind = self.kind;
        search.in_texts = self.in_texts;
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
            minsize: self.kilobytes.0.unwrap_or(0),
            maxsize: self.kilobytes.1.unwrap_or(0),
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

/// How many, where a negative number means no limit.
fn count(given: i64) -> usize {
    usize::try_from(given).unwrap_or(usize::MAX)
}

fn do_search(context: &mut CallContext<'_>, user: &User, params: DoSearch) -> Result<Reply<SearchHits>> {
    let asked = Asked {
        text: params.searchstring,
        below: params.searchloc,
        kilobytes: (params.minsize, params.maxsize),
        modified: (params.modifiedstart.map(|date| date.0), params.modifiedend.map(|date| date.0)),
        kind: match params.searchscope {
            Scope::Files => Some(Kind::File),
            Scope::Folders => Some(Kind::Folder),
            Scope::All => None,
        },
        in_texts: params.intext,
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
        text: params.keyword.unwrap_or_default(),
        below: params.location,
        kilobytes: (params.minsize, params.maxsize),
        modified: (params.modifiedstart.map(|date| date.0), params.modifiedend.map(|date| date.0)),
        kind: None,
        in_texts: false,
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

/// What was found, as records.
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
