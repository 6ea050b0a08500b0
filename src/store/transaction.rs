//! A reading and a writing transaction. The files of the tables run their statements through them.

use super::AuditLimits;
use super::failure::failed;
use super::size_differences::SizeDifferences;
#[cfg(test)]
use crate::base::work_done;
use crate::error::{Error, Result};
use rusqlite::{CachedStatement, Connection, Params, Row};
use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};
use std::ops::Deref;
use std::sync::Arc;

/// A consistent view of the database for reading only.
pub struct Read {
    pub(super) connection: Connection,
}

/// The one open write transaction.
pub struct Write {
    pub(super) read: Read,
    /// The time of all rows of one change, in seconds since 1970 UTC.
    pub(super) now: Cell<i64>,
    /// True if accounts or sessions have changed, so that cached data about them is stale after the
    /// commit.
    pub(super) accounts_changed: Cell<bool>,
    /// True if rights or the places of entries have changed.
    pub(super) grants_changed: Cell<bool>,
    /// True if mails were queued.
    pub(super) mails_changed: Cell<bool>,
    /// What changes of entries make of the sizes of folders. It is added up before the commit.
    pub(super) size_differences: RefCell<SizeDifferences>,
    /// The kind of client behind the current change. Empty for background work.
    pub(super) how: RefCell<Cow<'static, str>>,
    /// The reason why a part failed that could not be undone. Then nothing of the transaction may
    /// be kept.
    pub(super) spoilt: RefCell<Option<Error>>,
    /// True while temporary data stays in memory.
    pub(super) is_disk_low: Cell<bool>,
    pub(super) audit_limits: Arc<AuditLimits>,
}

impl Deref for Write {
    type Target = Read;
    fn deref(&self) -> &Read {
        &self.read
    }
}

impl Read {
    /// Runs a statement without parameters or rows. It stays prepared: parsing `BEGIN` costs as
    /// much as reading a row.
    pub(super) fn step(&self, sql: &str) -> Result<()> {
        self.prepared(sql)?.execute([]).map_err(failed)?;
        Ok(())
    }

    /// A statement of this text. It stays prepared. Every caller is generic, so this is one function
    /// of its own: the program would hold it hundreds of times.
    #[inline(never)]
    fn prepared(&self, sql: &str) -> Result<CachedStatement<'_>> {
        #[cfg(test)]
        work_done::note(sql);
        self.connection.prepare_cached(sql).map_err(failed)
    }

    pub(super) fn integrity(&self) -> Result<Vec<String>> {
        let findings: Vec<String> = self.all("PRAGMA integrity_check(100)", [], |row| row.get(0))?;
        Ok(findings.into_iter().filter(|line| line != "ok").collect())
    }

    /// The rows of a query.
    pub(super) fn all<T, P: Params>(
        &self,
        sql: &str,
        params: P,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.prepared(sql)?;
        let rows = statement.query_map(params, read).map_err(failed)?;
        rows.collect::<rusqlite::Result<_>>().map_err(failed)
    }

    /// The first row of a query, if any.
    pub(super) fn first<T, P: Params>(
        &self,
        sql: &str,
        params: P,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        use rusqlite::OptionalExtension;
        let mut statement = self.prepared(sql)?;
        #[cfg(test)]
        if !statement.readonly() {
            pass()?;
        }
        statement.query_row(params, read).optional().map_err(failed)
    }

    /// The only row of a query that always has one.
    pub(super) fn one<T, P: Params>(
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

    /// Sets the kind of client behind the current change.
    pub fn is_made_with(&self, how: Cow<'static, str>) {
        self.how.replace(how);
    }

    /// The kind of client behind the current change, as people see it.
    pub(super) fn how(&self) -> Ref<'_, str> {
        Ref::map(self.how.borrow(), |how| &**how)
    }

    /// Runs a part of the transaction. If it fails, all of it is undone.
    pub fn attempt<T>(&self, part: impl FnOnce(&Write) -> Result<T>) -> Result<T> {
        self.run("SAVEPOINT part", [])?;
        let around = self.size_differences.borrow_mut().begin_part();
        let result = part(self);
        self.end_part(result.as_ref().err(), around)?;
        result
    }

    /// Ends a part, and undoes it if it failed.
    #[inline(never)]
    fn end_part(&self, failure: Option<&Error>, around: usize) -> Result<()> {
        self.size_differences.borrow_mut().end_part(around, failure.is_some());
        let undone = failure.map_or(Ok(0), |_| self.run("ROLLBACK TO part", []));
        undone.and_then(|_| self.run("RELEASE part", [])).map(drop).map_err(|error| {
            // The caller learns that the part failed, so nothing of it may be committed. On a full
            // disk, SQLite ends the whole transaction, and nothing is left to undo. The first error
            // gives the reason.
            let error = failure.cloned().unwrap_or(error);
            self.spoilt.replace(Some(error.clone()));
            error
        })
    }

    /// Runs one changing statement. Returns the number of changed rows.
    pub(super) fn run<P: Params>(&self, sql: &str, params: P) -> Result<usize> {
        let mut statement = self.read.connection.prepare_cached(sql).map_err(failed)?;
        #[cfg(test)]
        pass()?;
        statement.execute(params).map_err(failed)
    }

    /// Rolls the transaction back, if one is open.
    pub(super) fn roll_back(&self) {
        let connection = &self.read.connection;
        if !connection.is_autocommit() {
            if let Err(error) = connection.execute_batch("ROLLBACK") {
                log::error!("the database transaction could not be rolled back: {error}");
            }
        }
    }

    /// Copies committed changes into the database file, so that the write-ahead log need not grow.
    pub(super) fn reuse_log(&self) {
        if let Err(error) = self.read.connection.execute_batch("PRAGMA wal_checkpoint(PASSIVE)") {
            log::warn!("the database was not checkpointed: {error}");
        }
    }

    /// Makes the next transactions keep their undo data in memory instead of in a file beside the
    /// database: on a full disk, people must be able to delete.
    pub(super) fn spare_disk(&self, is_low: bool) {
        if self.is_disk_low.replace(is_low) == is_low {
            return;
        }
        let place = if is_low { "MEMORY" } else { "DEFAULT" };
        if let Err(error) = self.read.connection.execute_batch(&format!("PRAGMA temp_store={place}")) {
            log::warn!("the database could not change the place of its temporary data: {error}");
        }
    }

    /// Frees the memory of pages and prepared statements. The next transaction reads them anew.
    pub(super) fn shrink(&self) {
        let connection = &self.read.connection;
        connection.flush_prepared_statement_cache();
        if let Err(error) = connection.execute_batch("PRAGMA shrink_memory") {
            log::warn!("the database could not free its memory: {error}");
        }
    }

    /// Every function that changes an account or ends a session must call this.
    pub(super) fn accounts_changed(&self) {
        self.accounts_changed.set(true);
    }

    /// Every function that changes rights or the place of an entry must call this.
    pub(super) fn grants_changed(&self) {
        self.grants_changed.set(true);
    }

    /// Every function that makes a mail due must call this.
    pub(super) fn mails_changed(&self) {
        self.mails_changed.set(true);
    }

    /// The id of the row inserted last.
    pub(super) fn last_id(&self) -> i64 {
        self.read.connection.last_insert_rowid()
    }
}

/// The failure of a planned change, as on a full disk.
#[cfg(test)]
pub(super) fn pass() -> Result<()> {
    match crate::base::fault_injection::fails() {
        true => Err(Error::new(crate::error::Code::Full, "The disk that holds the database is full.")
            .because("a test")),
        false => Ok(()),
    }
}
