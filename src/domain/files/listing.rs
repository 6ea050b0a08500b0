//! Listing a folder: a whole look at it, or a part of what the last look found. As long as a folder's own times say that no
//! name came or went, only the entries that are shown are looked at again.

use crate::base::guarded::Guarded;
use crate::base::path::CloudPath;
use crate::disk::{FolderState, Found, OpenFolder};
use crate::domain::Cloud;
use crate::domain::accounts::actor::User;
use crate::domain::index::order::{Gathered, NameFilter, Order, Shown, Sort, View};
use crate::domain::runtime::fair_turns::{FairTurns, Turn, Waiter};
use crate::error::{Code, Error, Result};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, MutexGuard};
use std::time::{Duration, Instant, SystemTime};

/// Entries from which on a look is remembered; of fewer a look costs next to nothing.
const KEPT_FROM: usize = 1000;
/// Entries from which on folders are looked at one after the other, because a look takes memory for each entry.
const LARGE_FROM: usize = 20_000;
/// How long others wait for that, in turn by account, and how many.
const LARGE_WAITING_MAX: usize = 64;
const LARGE_WAIT: Duration = Duration::from_secs(20);
/// What is remembered at most: looks, bytes of memory, and entries, which lie on the disk where they are many.
const KEPT_MAX: usize = 16;
const KEPT_BYTES_MAX: usize = 1024 * 1024;
const KEPT_ENTRIES_MAX: usize = 2_000_000;
/// What nobody has asked about for so long is forgotten.
const KEPT_TIME: Duration = Duration::from_secs(600);
/// What other programs write in place moves no time of the folder. So the entries are all looked at again when the last look is
/// so many times as long ago as it took, where more depends on them than the part that is shown.
const LOOK_SHARE: u32 = 50;
/// Entries that are read before an answer begins; more are read while they are sent.
const READY_MAX: usize = 5000;
const CHUNK: usize = 512;

/// Which part of a folder is wanted.
#[derive(Clone, Debug)]
pub struct ListOptions {
    pub start: usize,
    /// `None` for everything.
    pub limit: Option<usize>,
    pub sort: Sort,
    pub is_descending: bool,
    /// Which names are wanted.
    pub filter: NameFilter,
}

/// The last looks at large folders.
pub struct Looked {
    kept: Guarded<VecDeque<Kept>>,
    /// Turns at large folders, by the ids of accounts.
    large: FairTurns<i64>,
}

impl Default for Looked {
    fn default() -> Looked {
        Looked { kept: Guarded::default(), large: FairTurns::new(1, LARGE_WAITING_MAX) }
    }
}

struct Kept {
    folder: CloudPath,
    state: FolderState,
    sort: Sort,
    view: Look,
    asked: Instant,
}

/// What a look found.
#[derive(Clone)]
struct Look {
    order: Arc<Order>,
    /// When all entries are to be looked at again.
    due: Instant,
}

impl Looked {
    fn kept(&self) -> MutexGuard<'_, VecDeque<Kept>> {
        self.kept.lock()
    }

    /// What a look found in a folder that is still as it was.
    fn get(&self, folder: &CloudPath, state: &FolderState, sort: Sort) -> Option<Look> {
        let mut kept = self.kept();
        kept.retain(|kept| kept.asked.elapsed() < KEPT_TIME);
        kept.retain(|kept| kept.folder != *folder || kept.state == *state);
        let at = kept.iter().position(|kept| kept.folder == *folder && kept.sort == sort)?;
        let mut found = kept.remove(at)?;
        found.asked = Instant::now();
        let view = found.view.clone();
        kept.push_front(found);
        Some(view)
    }

    fn put(&self, folder: &CloudPath, state: FolderState, sort: Sort, view: Look) {
        let mut kept = self.kept();
        kept.retain(|kept| kept.folder != *folder || (kept.state == state && kept.sort != sort));
        let (folder, asked) = (folder.clone(), Instant::now());
        kept.push_front(Kept { folder, state, sort, view, asked });
        let (mut bytes, mut entries) = (0, 0);
        kept.retain(|kept| {
            bytes += kept.view.order.memory_bytes();
            entries += kept.view.order.total();
            bytes <= KEPT_BYTES_MAX && entries <= KEPT_ENTRIES_MAX
        });
        kept.truncate(KEPT_MAX);
    }

    /// Waits until nobody else looks at a large folder.
    ///
    /// # Errors
    /// `Code::Busy` when that takes too long, or too many others wait.
    fn large_turn(&self, account: i64) -> Result<Turn<'_, i64>> {
        let waiter = Waiter { group: account, is_preferred: false };
        self.large.take(waiter, LARGE_WAIT).ok_or_else(|| {
            Error::new(Code::Busy, "Too many large folders are being listed. Please try again in a moment.")
        })
    }
}

/// The entries of a listing: in memory while they are few, else read while they are sent.
pub struct Part {
    view: View,
    range: Range<usize>,
    /// Where entries are looked at once more before they are shown.
    folder: Option<OpenFolder>,
    chunk: RefCell<Chunk>,
    failure: Cell<Option<Error>>,
}

/// Entries that were read, and the index of the first among those of the part.
struct Chunk {
    start: usize,
    shown: Vec<Shown>,
}

impl Part {
    fn new(view: View, options: &ListOptions, folder: Option<OpenFolder>) -> Part {
        let total = view.total();
        let start = options.start.min(total);
        let end = options.limit.map_or(total, |limit| start.saturating_add(limit).min(total));
        let chunk = RefCell::new(Chunk { start: 0, shown: Vec::new() });
        Part { view, range: start..end, folder, chunk, failure: Cell::default() }
    }

    /// Entries that are held in memory.
    pub fn of_found(found: &[Found], options: &ListOptions) -> Result<Part> {
        let no_disk = || Err(Error::internal("few entries need no disk"));
        let order = Order::of(Gathered::of(found)?, options.sort, no_disk);
        Part::new(View::new(Arc::new(order), options.is_descending, &options.filter)?, options, None).ready()
    }

    /// Reads what is not too much to be held in memory.
    fn ready(self) -> Result<Part> {
        if self.len() <= READY_MAX {
            self.chunk.borrow_mut().shown = self.view.read(self.range.clone())?;
        }
        Ok(self)
    }

    pub fn len(&self) -> usize {
        self.range.len()
    }

    /// How many entries match in the whole folder.
    pub fn total(&self) -> usize {
        self.view.total()
    }

    /// Hands the entry of an index below the length to a closure; not when it cannot be read, which `failure` tells then.
    pub fn with(&self, index: usize, show: impl FnOnce(&Shown)) {
        let mut chunk = self.chunk.borrow_mut();
        let is_read = |chunk: &Chunk| (chunk.start..chunk.start + chunk.shown.len()).contains(&index);
        if !is_read(&chunk) {
            match self.chunk_at(index) {
                Ok(read) => *chunk = read,
                Err(error) => self.failure.set(Some(error)),
            }
        }
        if let Some(shown) = index.checked_sub(chunk.start).and_then(|at| chunk.shown.get(at)) {
            show(shown);
        }
    }

    /// Why an entry could not be read, once.
    pub fn failure(&self) -> Option<Error> {
        self.failure.take()
    }

    fn chunk_at(&self, start: usize) -> Result<Chunk> {
        let from = self.range.start + start;
        let mut shown = self.view.read(from..self.range.end.min(from + CHUNK))?;
        if let Some(folder) = &self.folder {
            for shown in &mut shown {
                // What has gone since the listing began, or cannot be looked at, is told as it was then.
                let stat = folder.stat(&shown.name).ok().flatten();
                if let Some(stat) = stat.filter(|stat| stat.kind == shown.brief.kind) {
                    shown.brief = stat.brief();
                }
            }
        }
        Ok(Chunk { start, shown })
    }
}

/// Why a look is not gone on with.
enum Ended {
    /// There is no such folder.
    NoFolder,
    /// Somebody else has looked meanwhile.
    Found(Look),
}

impl Cloud {
    /// A part of a folder that is no recycle bin; `None` when there is no such folder.
    pub(in crate::domain) fn part(
        &self,
        user: &User,
        path: &CloudPath,
        options: &ListOptions,
    ) -> Result<Option<Part>> {
        if let Some(folder) = self.volumes.of(path)?.open_folder(path)? {
            let view = self.looked.get(path, &folder.state()?, options.sort);
            if let Some(part) = view.map_or(Ok(None), |view| part_of_look(view, folder, options))? {
                return Ok(Some(part));
            }
        }
        let view = match self.look_at_all(user, path, options.sort)? {
            Ok(order) => order,
            Err(Ended::NoFolder) => return Ok(None),
            Err(Ended::Found(view)) => view.order,
        };
        Part::new(View::new(view, options.is_descending, &options.filter)?, options, None).ready().map(Some)
    }

    /// Looks at all entries of a folder, and has the index follow.
    fn look_at_all(
        &self,
        user: &User,
        path: &CloudPath,
        sort: Sort,
    ) -> Result<std::result::Result<Arc<Order>, Ended>> {
        let (generation, begun, now) = (self.index.generation(), Instant::now(), SystemTime::now());
        // Asked before reading: a change in between makes what was read too old, never too new.
        let folder = self.volumes.of(path)?.open_folder(path)?;
        let state = folder.map(|folder| folder.state()).transpose()?;
        let (mut gathered, mut turn, mut meanwhile) = (Gathered::default(), None, None);
        let listed = self.each(path, |found| {
            if gathered.len() == LARGE_FROM && turn.is_none() {
                turn = Some(self.looked.large_turn(user.id())?);
                // Many ask for the same folder at once: one look is enough for all.
                meanwhile = state.and_then(|state| self.looked.get(path, &state, sort));
                if meanwhile.is_some() {
                    return Err(Error::internal("somebody else has looked"));
                }
            }
            gathered.push(&found)
        });
        if let Some(view) = meanwhile {
            return Ok(Err(Ended::Found(view)));
        }
        if !listed? {
            return Ok(Err(Ended::NoFolder));
        }
        let spool = || Ok(self.spool_on(&self.volumes.main()?));
        let order = Arc::new(Order::of(gathered, sort, spool));
        self.visited(path, &order, generation)?;
        if let Some(state) = state.filter(|state| order.total() >= KEPT_FROM && state.is_sure_at(now)) {
            let due = Instant::now() + begun.elapsed().saturating_mul(LOOK_SHARE);
            self.looked.put(path, state, sort, Look { order: Arc::clone(&order), due });
        }
        Ok(Ok(order))
    }
}

/// A part of what a look found, its entries as they are now; `None` when all are to be looked at again.
fn part_of_look(view: Look, folder: OpenFolder, options: &ListOptions) -> Result<Option<Part>> {
    let is_due = view.due <= Instant::now();
    if is_due && options.sort != Sort::Name {
        return Ok(None);
    }
    let view = View::new(view.order, options.is_descending, &options.filter)?;
    let part = Part::new(view, options, Some(folder));
    if part.len() > READY_MAX {
        return Ok((!is_due).then_some(part));
    }
    let Part { folder: Some(folder), .. } = &part else { return Ok(None) };
    let mut shown = part.view.read(part.range.clone())?;
    for shown in &mut shown {
        // What has gone or cannot be looked at is for a whole look to tell.
        let stat = folder.stat(&shown.name).ok().flatten();
        let Some(stat) = stat.filter(|stat| stat.kind == shown.brief.kind) else { return Ok(None) };
        // The index is to know too what was written in place.
        if std::mem::replace(&mut shown.brief, stat.brief()) != shown.brief && is_due {
            return Ok(None);
        }
    }
    part.chunk.borrow_mut().shown = shown;
    Ok(Some(part))
}
