//! The database: the only user of SQLite.
//!
//! One writer thread owns the only connection that changes anything, and commits all queued changes
//! as a group. Readers are `query_only`. `Write` derefs to `Read`, so reading functions work in
//! both. Helpers take `&Read` or `&Write` and never open a transaction. Each table has one file.

pub mod access_lists;
pub mod activities;
pub mod admin_rights;
pub mod alerts;
mod answer;
pub mod audit;
mod audit_block;
pub mod audit_chain;
pub mod audit_index;
mod audit_queue;
mod audit_row;
pub mod audit_sort;
mod audit_strangers;
pub mod built_in_values;
mod checkpoint;
pub mod checks;
pub mod checksums;
mod column;
pub mod comments;
mod copy;
pub mod days;
pub mod devices;
pub mod disks;
pub mod externals;
mod failure;
pub mod favorites;
pub mod folder_sizes;
pub mod groups;
pub mod holds;
pub mod index;
pub mod invitations;
pub mod known_networks;
pub mod locks;
mod mail_signal;
pub mod mail_texts;
pub mod mails;
pub mod meta;
pub mod metadata;
mod migrate;
pub mod names;
pub mod nodes;
pub mod notification_filters;
pub mod one_time_links;
pub mod photos;
pub mod policies;
mod probes;
pub mod profile_images;
mod readers;
pub mod recent_changes;
pub mod roots;
pub mod search_terms;
pub mod second_factors;
pub mod sessions;
pub mod shares;
pub mod shortcuts;
pub mod sign_ups;
mod size_differences;
pub mod sync;
pub mod sync_lists;
#[cfg(test)]
mod test_store;
pub mod texts;
pub mod toasts;
mod transaction;
pub mod trash;
pub mod uploads;
pub mod user_values;
pub mod users;
pub mod versions;
pub mod video_frames;
mod writer;

use crate::base::clock::Clock;
use crate::base::guarded::Guarded;
use crate::base::limits::strangers;
use crate::error::{Code, Error, Result};
use answer::Answer;
use audit::AuditRow;
use audit_chain::{Chain, Limits};
use failure::{damaged, explain_open, failed};
use mail_signal::MailSignal;
use probes::Question;
use readers::{Lent, Readers};
use rusqlite::{Connection, OpenFlags};
use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
#[cfg(test)]
pub use test_store::test_store;
pub use transaction::{Read, Write};

/// The time that a connection waits for the transaction of another process (the command line).
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// The time for which a change by another process may stay unnoticed.
const WATCH_INTERVAL: Duration = Duration::from_millis(200);
/// The value in `meta` that counts transactions on accounts or sessions, from all processes.
const ACCOUNTS_CHANGES: &str = "accounts_changes";
/// The value in `meta` with the last known time, in seconds since 1970 UTC.
const CLOCK_SEEN: &str = "clock_seen";
/// A larger database is checked page by page only by `cloudlet check`, not at every start.
const CHECKED_AT_START_BYTES_MAX: i64 = 4 << 20;

/// An open database.
pub struct Store {
    writer: writer::Writer,
    /// Tells once whether the writer could open the database.
    opened: Guarded<Option<Answer<()>>>,
    readers: Arc<Readers>,
    /// Detects changes by other connections.
    watcher: Mutex<Watcher>,
    versions: Arc<Versions>,
    clock: Arc<Clock>,
    audit_limits: Arc<AuditLimits>,
}

/// The services that the database needs from the disk it lies on.
pub trait Ground: Send + Sync {
    /// Frees the space reserved for a full disk, if it is needed now. Returns true if space is low,
    /// so that only changes by people are written.
    fn make_room(&self) -> bool;

    /// Checks, without writing, whether the disk can be written.
    fn check_writable(&self) -> Result<()>;

    /// True if the opened database file still has its path.
    fn is_there(&self) -> bool;

    /// Makes an empty file in which the database can be saved before it is lost. Returns its path.
    fn make_rescue_file(&self) -> Result<PathBuf>;
}

/// A disk that never fills up, for tests.
#[cfg(test)]
impl Ground for () {
    fn make_room(&self) -> bool {
        false
    }

    fn check_writable(&self) -> Result<()> {
        Ok(())
    }

    fn is_there(&self) -> bool {
        true
    }

    fn make_rescue_file(&self) -> Result<PathBuf> {
        Err(Error::internal("nothing of a test is saved"))
    }
}

/// The limits for audit rows of people.
struct AuditLimits {
    rows: AtomicU64,
    bytes: AtomicU64,
}

/// Numbers that grow with each change. Cached data is valid while its number stays the same.
#[derive(Default)]
struct Versions {
    /// Grows with each change, except those of the audit log.
    all: AtomicU64,
    /// Grows with each change of accounts or sessions.
    accounts: AtomicU64,
    /// Grows with each change of the rights that people have on entries, and of the paths of
    /// entries.
    grants: AtomicU64,
    /// Grows with each change of the mails that wait to be sent.
    mails: MailSignal,
}

impl Versions {
    /// Counts what a group of changes has changed. This happens before the callers get their
    /// answers, so that they never see old cached data.
    fn count(&self, write: &Write, has_changes: bool) {
        if has_changes {
            self.all.fetch_add(1, Ordering::AcqRel);
        }
        if write.accounts_changed.take() {
            self.accounts.fetch_add(1, Ordering::AcqRel);
        }
        if write.grants_changed.take() {
            self.grants.fetch_add(1, Ordering::AcqRel);
        }
        if write.mails_changed.take() {
            self.mails.count();
        }
    }
}

struct Watcher {
    /// A connection of its own, opened at the first look: it reads the whole schema, and a start
    /// needs no look.
    read: Option<Read>,
    /// SQLite's `data_version` of this connection. It changes with each commit of another
    /// connection.
    data_version: i64,
    accounts_changes: Option<String>,
    /// The earliest time to look again.
    due: Instant,
}

impl Store {
    /// Opens the database file, creates it if it is absent, and migrates it to the current schema.
    /// Whoever opens it waits for the writer as well: [`Store::wait_for_writer`].
    ///
    /// `audit_flush` is the longest time that audit rows of reads wait in memory.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the file and what to do.
    pub fn open(path: &Path, audit_flush: Duration, ground: Arc<dyn Ground>) -> Result<Store> {
        let explain = |error: Error| explain_open(path, error);
        let mut connection = Connection::open(path).map_err(failed).map_err(explain)?;
        prepare(&connection).map_err(explain)?;
        keep_temporary_files_beside(path, &connection).map_err(explain)?;
        check_small(&connection).map_err(explain)?;
        migrate::migrate(&mut connection).map_err(explain)?;
        // The check has read the whole schema, which takes a millisecond. So this connection becomes
        // the first reader, and the writer opens its own in its thread, while the start goes on.
        let reader = Read { connection: readers::settled(connection).map_err(explain)? };
        let last_seen = meta::get(&reader, CLOCK_SEEN).map_err(explain)?;
        let clock = Arc::new(Clock::at_start(last_seen.and_then(|seen| seen.parse().ok())));
        let watcher = Watcher { read: None, data_version: 0, accounts_changes: None, due: Instant::now() };
        let unlimited = AuditLimits { rows: AtomicU64::new(u64::MAX), bytes: AtomicU64::new(u64::MAX) };
        let (audit_limits, versions) = (Arc::new(unlimited), Arc::new(Versions::default()));
        let (telling, opened) = answer::new();
        let (file, limits) = (path.to_owned(), Arc::clone(&audit_limits));
        let open = move || {
            let (write, told) = match open_for_writing(&file, limits) {
                Ok(write) => (Some(write), Ok(())),
                Err(error) => (None, Err(explain_open(&file, error))),
            };
            telling.give(told);
            write
        };
        let readers = Arc::new(Readers::with(path, reader));
        Ok(Store {
            writer: writer::Writer::start(
                open,
                audit_flush,
                ground,
                Arc::clone(&readers),
                Arc::clone(&versions),
                Arc::clone(&clock),
            )?,
            opened: Guarded::new(Some(opened)),
            readers,
            watcher: Mutex::new(watcher),
            versions,
            clock,
            audit_limits,
        })
    }

    /// Waits until the writer has opened the database.
    ///
    /// # Errors
    /// As [`Store::open`], but only once.
    pub fn wait_for_writer(&self) -> Result<()> {
        let opened = self.opened.lock().take();
        opened.map_or(Ok(()), Answer::wait)
    }

    /// Runs a reading closure on a snapshot of the database.
    pub fn read<T>(&self, reading: impl FnOnce(&Read) -> Result<T>) -> Result<T> {
        let read = self.begin_reading()?;
        let result = reading(&read);
        end_reading(read)?;
        result
    }

    /// Begins a snapshot. It has a function of its own, as its end has, because `read` is compiled
    /// anew for every reading closure.
    #[inline(never)]
    fn begin_reading(&self) -> Result<Lent<'_>> {
        let read = self.readers.lend()?;
        read.step("BEGIN")?;
        Ok(read)
    }

    /// Runs a changing closure in the next group commit, and returns when the change is durable. A
    /// closure that fails changes nothing, and does not affect the others of its group.
    pub fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Write) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.writer.run(change)
    }

    /// Queues a change without waiting for it. A failure is logged. What the change returns is
    /// dropped after the commit.
    pub fn write_later<T: Send + 'static>(&self, change: impl FnOnce(&Write) -> Result<T> + Send + 'static) {
        self.writer.run_later(change);
    }

    /// Queues the audit row of a call that changed nothing. Returns false if the queue is full and
    /// the row was not taken.
    pub fn queue_audit(&self, row: AuditRow) -> bool {
        self.writer.queue_audit(row)
    }

    /// Queues an audit row. Waits if the queue is full.
    pub fn record_audit(&self, row: AuditRow) {
        self.writer.record_audit(row);
    }

    /// The time of the last commit, or of the start.
    pub fn last_written(&self) -> Instant {
        self.writer.last_written()
    }

    /// Checks that the database can be read, and that a change can begin in time. Writes nothing.
    pub fn answers(&self, within: Duration) -> Result<()> {
        self.read(|read| read.one("SELECT count(*) FROM facts", [], |_| Ok(())))?;
        self.writer.ask(Question::Answers, within)
    }

    /// Checks that changes of the database are kept. The answer comes from the last change and from
    /// the state of the disk. If it is in doubt, or old, a test value is written, at most once a
    /// minute.
    pub fn is_writable(&self, within: Duration) -> Result<()> {
        self.answers(within)?;
        self.writer.ask(Question::CanBeWritten, within)
    }

    /// Writes all queued audit rows now, including the numbers of counted calls.
    pub fn flush_audit(&self) -> Result<()> {
        self.writer.flush_audit()
    }

    /// Counts the downloads by links that are queued.
    pub fn flush_downloads(&self) -> Result<()> {
        self.writer.flush_downloads()
    }

    /// Sets the limits for audit rows of people.
    pub fn limit_audit(&self, rows: u64, bytes: u64) {
        self.audit_limits.rows.store(rows, Ordering::Relaxed);
        self.audit_limits.bytes.store(bytes, Ordering::Relaxed);
    }

    /// A number that grows whenever accounts or sessions may have changed. Data about them stays
    /// valid while the number stays the same, if the number was asked for before the data was read.
    /// Changes by this process count at once; changes by another process (the command line) count
    /// after `WATCH_INTERVAL` at the latest. Never blocks for long, so the poller may ask.
    pub fn accounts_version(&self) -> Result<u64> {
        self.watch()?;
        Ok(self.versions.accounts.load(Ordering::Acquire))
    }

    /// The same for everything in the database but the audit log.
    pub fn version(&self) -> Result<u64> {
        self.watch()?;
        Ok(self.versions.all.load(Ordering::Acquire))
    }

    /// The same for everything that decides about rights: shares, access lists, groups, accounts,
    /// and the places of entries. The contents of files do not count.
    pub fn grants_version(&self) -> Result<(u64, u64)> {
        Ok((self.accounts_version()?, self.versions.grants.load(Ordering::Acquire)))
    }

    /// A number that grows whenever the queue of mails has changed.
    pub fn mails_version(&self) -> u64 {
        self.versions.mails.version()
    }

    /// Waits until that number is no longer `seen`, or [`Store::look_for_mails`] is called, at most
    /// for `longest`.
    pub fn wait_for_mails(&self, seen: u64, longest: Duration) {
        self.versions.mails.wait(seen, longest);
    }

    /// Wakes the thread that waits for mails.
    pub fn look_for_mails(&self) {
        self.versions.mails.count();
    }

    /// Notices changes by other processes.
    fn watch(&self) -> Result<()> {
        let Ok(mut watcher) = self.watcher.try_lock() else { return Ok(()) };
        let now = Instant::now();
        if now < watcher.due {
            return Ok(());
        }
        watcher.due = now + WATCH_INTERVAL;
        let seen = watcher.look(self.readers.path())?;
        if seen != Seen::Nothing {
            self.versions.all.fetch_add(1, Ordering::AcqRel);
        }
        if seen == Seen::Accounts {
            self.versions.accounts.fetch_add(1, Ordering::AcqRel);
        }
        Ok(())
    }

    /// The clock of the rows' times.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Checks the whole database. Returns the findings; none if it is sound.
    pub fn integrity(&self) -> Result<Vec<String>> {
        // This uses a connection of its own: SQLite's FTS5 caches the structure of an index for
        // each connection. Unlike its queries, its check does not notice changes by other
        // connections, and would report damage where there is none.
        Read { connection: readers::open(self.readers.path())? }.integrity()
    }

    /// The size of the database in bytes.
    pub fn bytes(&self) -> Result<u64> {
        let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        self.read(|read| read.one(sql, [], |row| row.get::<_, i64>(0))).map(i64::unsigned_abs)
    }

    /// Writes the queued rows, checkpoints and ends the writer. Nothing can be written afterwards.
    pub fn close(&self) {
        self.writer.stop();
    }
}

/// Ends a snapshot.
#[inline(never)]
fn end_reading(read: Lent<'_>) -> Result<()> {
    read.step("COMMIT")
}

/// The result of a look for changes since the last look.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Nothing,
    Something,
    Accounts,
}

impl Watcher {
    /// Looks for commits, including those of this process. The second, more expensive query runs
    /// only after a commit, because most commits change neither accounts nor sessions.
    fn look(&mut self, path: &Path) -> Result<Seen> {
        let read = match &mut self.read {
            Some(read) => read,
            none => none.insert(Read { connection: readers::open(path)? }),
        };
        let data_version = read.one("PRAGMA data_version", [], |row| row.get(0))?;
        if std::mem::replace(&mut self.data_version, data_version) == data_version {
            return Ok(Seen::Nothing);
        }
        let changes = meta::get(read, ACCOUNTS_CHANGES)?;
        let is_new = changes != self.accounts_changes;
        self.accounts_changes = changes;
        Ok(if is_new { Seen::Accounts } else { Seen::Something })
    }
}

impl Write {
    /// Removes the oldest audit rows beyond the limits, but only a few in one transaction.
    fn keep_audit_within_limits(&self) -> Result<()> {
        const ROWS: u32 = 256;
        let [rows, bytes] =
            [&self.audit_limits.rows, &self.audit_limits.bytes].map(|limit| limit.load(Ordering::Relaxed));
        let of_strangers = Limits::of_size(strangers::KEPT_ROWS_MAX, strangers::KEPT_BYTES_MAX);
        audit_chain::trim(self, Chain::People, &Limits::of_size(rows, bytes), ROWS)?;
        audit_chain::trim(self, Chain::Strangers, &of_strangers, ROWS)?;
        Ok(())
    }
}

/// Opens the connection that changes the database, which exists and has the current schema.
fn open_for_writing(path: &Path, audit_limits: Arc<AuditLimits>) -> Result<Write> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    prepare(&connection)?;
    names::register(&connection)?;
    Ok(Write {
        read: Read { connection },
        now: Cell::new(0),
        accounts_changed: Cell::new(false),
        grants_changed: Cell::new(false),
        mails_changed: Cell::new(false),
        size_differences: RefCell::default(),
        how: RefCell::default(),
        spoilt: RefCell::default(),
        is_disk_low: Cell::new(false),
        audit_limits,
    })
}

fn prepare(connection: &Connection) -> Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(64);
    let mode: String =
        connection.query_row("PRAGMA journal_mode=WAL", [], |row| row.get(0)).map_err(failed)?;
    if mode != "wal" {
        return Err(Error::new(
            Code::Offline,
            "its file system cannot share memory, which SQLite needs; put the data directory on a local disk",
        ));
    }
    connection
        .execute_batch(
            "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA cache_size=-1024; \
             PRAGMA journal_size_limit=4194304;",
        )
        .map_err(failed)
}

/// Makes SQLite put its temporary files into the directory of the database: the data for undoing a
/// part of a long transaction, and rows that are sorted. The files have no names. Other directories
/// may be in memory, or not writable.
///
/// SQLite has one such directory for the whole process. A server has one database. Unit tests have
/// many, each in a directory that is removed with its test, so they leave the choice to SQLite.
fn keep_temporary_files_beside(path: &Path, connection: &Connection) -> Result<()> {
    let directory = path.parent().and_then(Path::to_str).filter(|_| !cfg!(test));
    let Some(directory) = directory else { return Ok(()) };
    connection.pragma_update(None, "temp_store_directory", directory).map_err(failed)
}

fn check_small(connection: &Connection) -> Result<()> {
    let bytes: i64 = connection
        .query_row("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", [], |row| {
            row.get(0)
        })
        .map_err(failed)?;
    if bytes > CHECKED_AT_START_BYTES_MAX {
        return Ok(());
    }
    let finding: String =
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(failed)?;
    if finding == "ok" { Ok(()) } else { Err(damaged().because(finding)) }
}
