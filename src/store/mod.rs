//! The database: the only user of SQLite.
//!
//! One writer thread owns the one connection that changes anything and commits what is queued as a group; readers are
//! `query_only`. `Write` derefs to `Read`, so what reads works in both. Helpers take `&Read` or `&Write` and never open
//! a transaction. One file per table.

pub mod activities;
pub mod audit;
pub mod audit_chain;
mod audit_queue;
mod audit_strangers;
pub mod checks;
pub mod checksums;
pub mod comments;
mod copy;
pub mod disks;
pub mod favorites;
pub mod known_networks;
pub mod locks;
pub mod meta;
mod migrate;
pub mod names;
pub mod nodes;
pub mod notification_filters;
mod probes;
pub mod profile_images;
mod readers;
pub mod roots;
pub mod search_terms;
pub mod sessions;
pub mod shortcuts;
pub mod sync;
pub mod texts;
pub mod toasts;
pub mod trash;
pub mod uploads;
pub mod user_values;
pub mod users;
pub mod versions;
mod writer;

use crate::base::clock::Clock;
use crate::base::limits::strangers;
use crate::error::{Code, Error, Result};
use audit::AuditRow;
use audit_chain::{Chain, Limits};
use probes::Question;
use readers::Readers;
use rusqlite::{Connection, Params, Row};
use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long a connection waits for another process (the command line) to end its transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a change made by another process may stay unnoticed.
const WATCH_INTERVAL: Duration = Duration::from_millis(200);
/// The fact that counts the transactions that changed accounts or sessions, of all processes.
const ACCOUNTS_CHANGES: &str = "accounts_changes";
/// The fact that holds the time last seen, in seconds since 1970 UTC.
const CLOCK_SEEN: &str = "clock_seen";
/// A database up to this size is checked page by page at every start; larger ones only by `cloudlet check`.
const CHECKED_AT_START_BYTES_MAX: i64 = 4 << 20;

/// An open database.
pub struct Store {
    writer: writer::Writer,
    readers: Readers,
    /// Tells whether another connection has changed the database.
    watcher: Mutex<Watcher>,
    versions: Arc<Versions>,
    clock: Arc<Clock>,
    audit_limits: Arc<AuditLimits>,
}

/// What the database asks of the disk that it lies on.
pub trait Ground: Send + Sync {
    /// Gives up what is kept free for a full disk, if that is needed now. Whether there is little room, so that only
    /// what people do is written.
    fn make_room(&self) -> bool;

    /// What keeps the disk from being written, as far as can be told without writing.
    fn check_writable(&self) -> Result<()>;

    /// Whether the file that was opened is still where it was.
    fn is_there(&self) -> bool;

    /// Makes an empty file into which the database can be saved before it is lost; its path.
    fn make_rescue_file(&self) -> Result<PathBuf>;
}

/// A disk that has room for ever, for tests.
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

/// How much of people's audit rows is kept.
struct AuditLimits {
    rows: AtomicU64,
    bytes: AtomicU64,
}

/// Numbers that grow with changes, so that what was read can be remembered until there is one.
struct Versions {
    /// Of anything but the audit log.
    all: AtomicU64,
    /// Of accounts or sessions.
    accounts: AtomicU64,
}

struct Watcher {
    read: Read,
    /// SQLite's number of this connection, which is another one after each commit of another connection.
    data_version: i64,
    accounts_changes: Option<String>,
    /// Not asked again before this time.
    due: Instant,
}

/// A consistent view of the database that cannot change it.
pub struct Read {
    connection: Connection,
}

/// The one open write transaction.
pub struct Write {
    read: Read,
    /// The time of this transaction in seconds since 1970 UTC: all rows of one change agree.
    now: Cell<i64>,
    /// Accounts or sessions have changed: what is remembered about them is no longer true once this is committed.
    accounts_changed: Cell<bool>,
    /// What the change that runs now is made with; empty where nobody called.
    how: RefCell<Cow<'static, str>>,
    /// A part that failed could not be undone: none of the transaction may be kept.
    is_spoilt: Cell<bool>,
    audit_limits: Arc<AuditLimits>,
}

impl Deref for Write {
    type Target = Read;
    fn deref(&self) -> &Read {
        &self.read
    }
}

impl Store {
    /// Opens the database file, creates it when absent, and brings it to this program's schema.
    ///
    /// `audit_flush` is the longest time that rows of reads wait in memory.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the file and what to do.
    pub fn open(path: &Path, audit_flush: Duration, ground: Arc<dyn Ground>) -> Result<Store> {
        let explain = |error: Error| explain_open(path, error);
        let mut connection = Connection::open(path).map_err(failed).map_err(explain)?;
        prepare(&connection).map_err(explain)?;
        check_small(&connection).map_err(explain)?;
        migrate::migrate(&mut connection).map_err(explain)?;
        let reader = Read { connection: readers::open(path).map_err(explain)? };
        let last_seen = meta::get(&reader, CLOCK_SEEN).map_err(explain)?;
        let clock = Arc::new(Clock::at_start(last_seen.and_then(|seen| seen.parse().ok())));
        let watcher = Watcher { read: reader, data_version: 0, accounts_changes: None, due: Instant::now() };
        let unlimited = AuditLimits { rows: AtomicU64::new(u64::MAX), bytes: AtomicU64::new(u64::MAX) };
        let audit_limits = Arc::new(unlimited);
        let write = Write {
            read: Read { connection },
            now: Cell::new(0),
            accounts_changed: Cell::new(false),
            how: RefCell::default(),
            is_spoilt: Cell::new(false),
            audit_limits: Arc::clone(&audit_limits),
        };
        let versions = Arc::new(Versions { all: AtomicU64::new(1), accounts: AtomicU64::new(1) });
        Ok(Store {
            writer: writer::Writer::start(
                write,
                audit_flush,
                ground,
                Arc::clone(&versions),
                Arc::clone(&clock),
            )?,
            readers: Readers::new(path),
            watcher: Mutex::new(watcher),
            versions,
            clock,
            audit_limits,
        })
    }

    /// Runs a reading closure on a snapshot of the database.
    pub fn read<T>(&self, reading: impl FnOnce(&Read) -> Result<T>) -> Result<T> {
        let read = self.readers.lend()?;
        read.step("BEGIN")?;
        let result = reading(&read);
        read.step("COMMIT")?;
        result
    }

    /// Runs a changing closure inside the next group commit and returns when it is durable.
    ///
    /// A closure that fails changes nothing, and does not touch the others of its group.
    pub fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Write) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.writer.run(change)
    }

    /// Queues a change nobody waits for; a failure is logged.
    pub fn write_later(&self, change: impl FnOnce(&Write) -> Result<()> + Send + 'static) {
        self.writer.run_later(change);
    }

    /// Queues the audit row of a call that changed nothing; false when the queue is full, and the row is not in it.
    pub fn queue_audit(&self, row: AuditRow) -> bool {
        self.writer.queue_audit(row)
    }

    /// Queues an audit row, waiting for room where there is none.
    pub fn record_audit(&self, row: AuditRow) {
        self.writer.record_audit(row);
    }

    /// When something was written last; the start counts.
    pub fn last_written(&self) -> Instant {
        self.writer.last_written()
    }

    /// Whether the database can be read, and changed within a time. Nothing is written for it.
    pub fn answers(&self, within: Duration) -> Result<()> {
        self.read(|read| read.one("SELECT count(*) FROM facts", [], |_| Ok(())))?;
        self.writer.ask(Question::Answers, within)
    }

    /// Whether changes of the database can be kept: what the last one came to, and what the disk says of itself. Where that is
    /// in doubt, or long ago, one is tried, at most once a minute.
    pub fn is_writable(&self, within: Duration) -> Result<()> {
        self.answers(within)?;
        self.writer.ask(Question::CanBeWritten, within)
    }

    /// Writes all queued audit rows now, and how many calls of strangers were counted.
    pub fn flush_audit(&self) -> Result<()> {
        self.writer.flush_audit()
    }

    /// Says how much of people's audit rows is kept, from now on.
    pub fn limit_audit(&self, rows: u64, bytes: u64) {
        self.audit_limits.rows.store(rows, Ordering::Relaxed);
        self.audit_limits.bytes.store(bytes, Ordering::Relaxed);
    }

    /// A number that grows whenever accounts or sessions may have changed: what a caller remembers about them is true
    /// as long as the number is the one it had before reading them. This process's changes count at once, those of
    /// another (the command line) after `WATCH_INTERVAL` at the latest. Never blocks for long, so the poller may ask.
    pub fn accounts_version(&self) -> Result<u64> {
        self.watch()?;
        Ok(self.versions.accounts.load(Ordering::Acquire))
    }

    /// The same for everything in the database but the audit log.
    pub fn version(&self) -> Result<u64> {
        self.watch()?;
        Ok(self.versions.all.load(Ordering::Acquire))
    }

    /// Notices what other processes have changed.
    fn watch(&self) -> Result<()> {
        let Ok(mut watcher) = self.watcher.try_lock() else { return Ok(()) };
        let now = Instant::now();
        if now < watcher.due {
            return Ok(());
        }
        watcher.due = now + WATCH_INTERVAL;
        let seen = watcher.look()?;
        if seen != Seen::Nothing {
            self.versions.all.fetch_add(1, Ordering::AcqRel);
        }
        if seen == Seen::Accounts {
            self.versions.accounts.fetch_add(1, Ordering::AcqRel);
        }
        Ok(())
    }

    /// The clock that rows are written by.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Checks the whole database; the findings, none when it is sound.
    pub fn integrity(&self) -> Result<Vec<String>> {
        // On a connection of its own: SQLite's FTS5 remembers the structure of an index for each connection, and its check, other
        // than its queries, does not ask whether another one has changed it since. It then tells of damage that is none.
        Read { connection: readers::open(self.readers.path())? }.integrity()
    }

    /// The size of the database in bytes.
    pub fn bytes(&self) -> Result<u64> {
        let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        self.read(|read| read.one(sql, [], |row| row.get::<_, i64>(0))).map(i64::unsigned_abs)
    }

    /// Flushes, checkpoints and ends the writer. Nothing can be written afterwards.
    pub fn close(&self) {
        self.writer.stop();
    }
}

/// What a look at the database has found changed since the last one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Nothing,
    Something,
    Accounts,
}

impl Watcher {
    /// Looks for commits, this process's own among them. Most change neither accounts nor sessions, so the second, dearer
    /// question is only asked after one.
    fn look(&mut self) -> Result<Seen> {
        let data_version = self.read.one("PRAGMA data_version", [], |row| row.get(0))?;
        if std::mem::replace(&mut self.data_version, data_version) == data_version {
            return Ok(Seen::Nothing);
        }
        let changes = meta::get(&self.read, ACCOUNTS_CHANGES)?;
        let is_new = changes != self.accounts_changes;
        self.accounts_changes = changes;
        Ok(if is_new { Seen::Accounts } else { Seen::Something })
    }
}

impl Read {
    /// Runs a statement without values or rows. It stays prepared: to parse `BEGIN` costs as much as a look at a row.
    fn step(&self, sql: &str) -> Result<()> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute([]))
            .map_err(failed)?;
        Ok(())
    }

    fn integrity(&self) -> Result<Vec<String>> {
        let findings: Vec<String> = self.all("PRAGMA integrity_check(100)", [], |row| row.get(0))?;
        Ok(findings.into_iter().filter(|line| line != "ok").collect())
    }

    /// The rows of a query.
    fn all<T, P: Params>(
        &self,
        sql: &str,
        params: P,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let rows = statement.query_map(params, read).map_err(failed)?;
        rows.collect::<rusqlite::Result<_>>().map_err(failed)
    }

    /// The first row of a query, if there is one.
    fn first<T, P: Params>(
        &self,
        sql: &str,
        params: P,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        use rusqlite::OptionalExtension;
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        #[cfg(test)]
        if !statement.readonly() {
            pass()?;
        }
        statement.query_row(params, read).optional().map_err(failed)
    }

    /// The only row of a query that always has one.
    fn one<T, P: Params>(
        &self,
        sql: &str,
        params: P,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<T> {
        self.first(sql, params, read)?.ok_or_else(|| Error::internal(format!("no row from {sql}")))
    }
}

impl Write {
    /// The time of this transaction in seconds since 1970 UTC.
    pub fn now(&self) -> i64 {
        self.now.get()
    }

    /// Says what the change that runs now is made with.
    pub fn is_made_with(&self, how: Cow<'static, str>) {
        self.how.replace(how);
    }

    /// What the change that runs now is made with, as people are told it.
    fn how(&self) -> Ref<'_, str> {
        Ref::map(self.how.borrow(), |how| &**how)
    }

    /// Runs a part of the transaction that is undone as a whole when it fails.
    pub fn attempt<T>(&self, part: impl FnOnce(&Write) -> Result<T>) -> Result<T> {
        self.run("SAVEPOINT part", [])?;
        let result = part(self);
        let undone = if result.is_err() { self.run("ROLLBACK TO part", []).map(drop) } else { Ok(()) };
        let ended = undone.and_then(|()| self.run("RELEASE part", []));
        if let Err(error) = ended {
            // Whoever asked is told that it failed, so nothing of it may be committed.
            self.is_spoilt.set(true);
            return Err(error);
        }
        result
    }

    /// Runs one changing statement; how many rows it changed.
    fn run<P: Params>(&self, sql: &str, params: P) -> Result<usize> {
        let mut statement = self.read.connection.prepare_cached(sql).map_err(failed)?;
        #[cfg(test)]
        pass()?;
        statement.execute(params).map_err(failed)
    }

    /// Removes the oldest rows of the audit log beyond its limits, as many as a transaction can in passing.
    fn keep_audit_within_limits(&self) -> Result<()> {
        const ROWS: u32 = 256;
        let [rows, bytes] =
            [&self.audit_limits.rows, &self.audit_limits.bytes].map(|limit| limit.load(Ordering::Relaxed));
        let of_strangers = Limits::of_size(strangers::KEPT_ROWS_MAX, strangers::KEPT_BYTES_MAX);
        audit_chain::trim(self, Chain::People, &Limits::of_size(rows, bytes), ROWS)?;
        audit_chain::trim(self, Chain::Strangers, &of_strangers, ROWS)?;
        Ok(())
    }

    /// Ends the transaction, if one is open, without keeping anything.
    fn roll_back(&self) {
        let connection = &self.read.connection;
        if !connection.is_autocommit() {
            if let Err(error) = connection.execute_batch("ROLLBACK") {
                log::error!("the database transaction could not be rolled back: {error}");
            }
        }
    }

    /// Brings what was committed into the database file, so that the write-ahead log need not grow.
    fn reuse_log(&self) {
        if let Err(error) = self.read.connection.execute_batch("PRAGMA wal_checkpoint(PASSIVE)") {
            log::warn!("the database was not checkpointed: {error}");
        }
    }

    /// To be called by whatever changes an account or ends a session.
    fn accounts_changed(&self) {
        self.accounts_changed.set(true);
    }

    /// The id of the row inserted last.
    fn last_id(&self) -> i64 {
        self.read.connection.last_insert_rowid()
    }
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
             PRAGMA journal_size_limit=4194304; PRAGMA temp_store=MEMORY;",
        )
        .map_err(failed)
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

fn damaged() -> Error {
    Error::new(
        Code::Internal,
        "The database is damaged. Stop cloudlet, keep a copy of cloudlet.db, and restore a backup.",
    )
}

/// What SQLite said, as one of our errors.
fn failed(error: rusqlite::Error) -> Error {
    use rusqlite::ErrorCode;
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => {
            Error::new(Code::Full, "The disk that holds the database is full.").because(error)
        }
        Some(ErrorCode::ReadOnly) => {
            Error::new(Code::Offline, "The disk that holds the database is read-only.").because(error)
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Error::new(Code::Busy, "The database is busy. Please try again.").because(error)
        }
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => damaged().because(error),
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => Error::new(
            Code::Offline,
            "The database cannot be opened. Check that the service's user may read and write cloudlet.db and its folder.",
        )
        .because(error),
        _ => Error::internal(error),
    }
}

fn explain_open(path: &Path, error: Error) -> Error {
    let reason =
        if error.code == Code::Internal && error.cause.is_some() && error.message.starts_with("Something") {
            "It cannot be used.".into()
        } else {
            error.message.clone()
        };
    Error { message: format!("The database {}: {reason}", path.display()).into(), ..error }
}

/// Lets a planned change of the database fail as on a disk that is full.
#[cfg(test)]
fn pass() -> Result<()> {
    match crate::base::fault_injection::fails() {
        true => Err(Error::new(Code::Full, "The disk that holds the database is full.").because("a test")),
        false => Ok(()),
    }
}

/// A store in a file of its own that lives as long as the process; for unit tests.
#[cfg(test)]
pub fn test_store() -> Store {
    let name = format!("cloudlet-test-{}-{}.db", std::process::id(), crate::base::ids::object_id());
    let path = std::env::temp_dir().join(name);
    Store::open(&path, Duration::from_secs(5), Arc::new(())).expect("a fresh database opens")
}
