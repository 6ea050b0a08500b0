//! Lists a folder: a full scan, or a part of the last scan. While the folder's own times say that
//! no name was added or removed, only the entries that are shown are read again.

use crate::base::guarded::Guarded;
use crate::base::path::{CloudPath, EntryName};
use crate::disk::{FolderState, Found, Kind, OpenFolder};
use crate::domain::Cloud;
use crate::domain::access::rights::Readable;
use crate::domain::accounts::actor::User;
use crate::domain::index::order::{Gathered, NameFilter, Order, Shown, Sort, View};
use crate::domain::runtime::fair_turns::{FairTurns, Turn, Waiter};
use crate::error::{Code, Error, Result};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, MutexGuard};
use std::time::{Duration, Instant, SystemTime};

/// Number of entries from which a scan is remembered. Scans of smaller folders cost next to
/// nothing.
const KEPT_FROM: usize = 1000;
/// Number of entries from which folders are scanned one after the other, because a scan takes
/// memory for each entry.
const LARGE_FROM: usize = 20_000;
/// The number of callers that may wait for such a scan, in turn by account, and the longest time
/// that they wait.
const LARGE_WAITING_MAX: usize = 64;
const LARGE_WAIT: Duration = Duration::from_secs(20);
/// Maximum number of remembered scans, of bytes in memory, and of entries, which are on the disk if
/// there are many.
const KEPT_MAX: usize = 16;
const KEPT_BYTES_MAX: usize = 1024 * 1024;
const KEPT_ENTRIES_MAX: usize = 2_000_000;
/// A scan is forgotten if nobody has asked for it for this long.
const KEPT_TIME: Duration = Duration::from_secs(600);
/// Writing to a file does not change the times of its folder. If more than the shown entries
/// matters, all entries are read again after a time: this factor times the duration of the last
/// scan.
const LOOK_SHARE: u32 = 50;
/// Number of entries that are read before an answer begins. Further ones are read while it is sent.
const READY_MAX: usize = 5000;
const CHUNK: usize = 512;

/// The wanted part of a folder.
#[derive(Clone, Debug)]
pub struct ListOptions {
    pub start: usize,
    /// `None` for all entries.
    pub limit: Option<usize>,
    pub sort: Sort,
    pub is_descending: bool,
    /// The wanted names.
    pub filter: NameFilter,
}

/// The last scans of large folders.
pub struct Looked {
    kept: Guarded<VecDeque<Kept>>,
    /// Turns for large folders, by the ids of accounts.
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

/// The result of a scan.
#[derive(Clone)]
struct Look {
    order: Arc<Order>,
    /// The time when all entries must be read again.
    due: Instant,
}

impl Looked {
    fn kept(&self) -> MutexGuard<'_, VecDeque<Kept>> {
        self.kept.lock()
    }

    /// The result of a scan, if the folder has not changed since.
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

    /// Waits for a turn to scan a large folder.
    ///
    /// # Errors
    /// `Code::Busy` if that takes too long, or too many others wait.
    fn large_turn(&self, account: i64) -> Result<Turn<'_, i64>> {
        let waiter = Waiter { group: account, is_preferred: false };
        self.large.take(waiter, LARGE_WAIT).ok_or_else(|| {
            Error::new(Code::Busy, "Too many large folders are being listed. Please try again in a moment.")
        })
    }
}

/// The entries of a listing: in memory if they are few, otherwise read while they are sent.
pub struct Part {
    view: View,
    range: Range<usize>,
    /// The folder in which entries are read again before they are shown.
    folder: Option<OpenFolder>,
    chunk: RefCell<Chunk>,
    failure: Cell<Option<Error>>,
}

/// Entries that were read, and the index of the first of them in the part.
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

    /// Reads the first entries, as many as memory may hold.
    fn ready(self) -> Result<Part> {
        if self.len() <= READY_MAX {
            self.chunk.borrow_mut().shown = self.view.read(self.range.clone())?;
        }
        Ok(self)
    }

    pub fn len(&self) -> usize {
        self.range.len()
    }

    /// The number of matching entries in the whole folder.
    pub fn total(&self) -> usize {
        self.view.total()
    }

    /// The names of its folders, if its entries are in memory.
    pub(in crate::domain) fn folders_in_memory(&self) -> Vec<EntryName> {
        let chunk = self.chunk.borrow();
        let folders = chunk.shown.iter().filter(|shown| shown.brief.kind == Kind::Folder);
        folders.map(|shown| shown.name.clone()).collect()
    }

    /// Hands the entry at an index below the length to a closure. If it cannot be read, the closure
    /// is not called, and `failure` has the reason.
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

    /// The reason why an entry could not be read. It is returned once.
    pub fn failure(&self) -> Option<Error> {
        self.failure.take()
    }

    fn chunk_at(&self, start: usize) -> Result<Chunk> {
        let from = self.range.start + start;
        let mut shown = self.view.read(from..self.range.end.min(from + CHUNK))?;
        if let Some(folder) = &self.folder {
            for shown in &mut shown {
                // An entry that is gone, or that cannot be read, is shown as it was when the
                // listing began.
                let stat = folder.stat(&shown.name).ok().flatten();
                if let Some(stat) = stat.filter(|stat| stat.kind == shown.brief.kind) {
                    shown.brief = stat.brief();
                }
            }
        }
        Ok(Chunk { start, shown })
    }
}

/// The reasons to stop a scan.
enum Ended {
    /// The folder does not exist.
    NoFolder,
    /// Somebody else has scanned the folder meanwhile.
    Found(Look),
}

impl Cloud {
    /// A part of a folder that is no recycle bin; `None` if there is no such folder.
    pub(in crate::domain) fn part(
        &self,
        user: &User,
        folder: &Readable,
        options: &ListOptions,
    ) -> Result<Option<Part>> {
        let path = folder.real();
        if let Some(folder) = self.volumes.of(path)?.open_folder(path)? {
            let view = self.looked.get(path, &folder.state()?, options.sort);
            if let Some(part) = view.map_or(Ok(None), |view| part_of_look(view, folder, options))? {
                return Ok(Some(part));
            }
        }
        let view = match self.look_at_all(user, folder, options.sort)? {
            Ok(order) => order,
            Err(Ended::NoFolder) => return Ok(None),
            Err(Ended::Found(view)) => view.order,
        };
        Part::new(View::new(view, options.is_descending, &options.filter)?, options, None).ready().map(Some)
    }

    /// Scans all entries of a folder, and updates the index.
    fn look_at_all(
        &self,
        user: &User,
        folder: &Readable,
        sort: Sort,
    ) -> Result<std::result::Result<Arc<Order>, Ended>> {
        let path = folder.real();
        let (generation, begun, now) = (self.index.generation(), Instant::now(), SystemTime::now());
        // The state is read first: after a change in between, the scan looks too old, never too
        // new.
        let folder = self.volumes.of(path)?.open_folder(path)?;
        let state = folder.map(|folder| folder.state()).transpose()?;
        let (mut gathered, mut turn, mut meanwhile) = (Gathered::default(), None, None);
        let listed = self.each(path, |found| {
            if gathered.len() == LARGE_FROM && turn.is_none() {
                turn = Some(self.looked.large_turn(user.id())?);
                // If many ask for the same folder at once, one scan is enough.
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

/// A part of a scan, with its entries as they are now; `None` if a new scan is needed.
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
        // An entry that is gone, or that cannot be read, needs a new scan.
        let stat = folder.stat(&shown.name).ok().flatten();
        let Some(stat) = stat.filter(|stat| stat.kind == shown.brief.kind) else { return Ok(None) };
        // The index must also learn of content that was written in place.
        if std::mem::replace(&mut shown.brief, stat.brief()) != shown.brief && is_due {
            return Ok(None);
        }
    }
    part.chunk.borrow_mut().shown = shown;
    Ok(Some(part))
}
