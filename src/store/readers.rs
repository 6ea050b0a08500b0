//! The pool of reading connections. A few stay open, and each has one user at a time.

use super::{BUSY_TIMEOUT, Read, failed};
use crate::base::guarded::{Guarded, Signal};
use crate::error::Result;
use rusqlite::{Connection, OpenFlags};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::MutexGuard;
use std::time::Duration;

/// The number of connections that stay open. If these are in use for long, further ones are opened
/// and closed again.
const OPEN_USUALLY: usize = 4;
/// The time to wait for an open connection. Opening another one costs more, because it reads the
/// whole schema first.
const AWAITED_FOR: Duration = Duration::from_millis(5);

pub struct Readers {
    path: PathBuf,
    pool: Guarded<Pool>,
    /// Signals that a connection is idle again or that another one may be opened.
    returned: Signal,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Read>,
    /// The number of open connections, idle or in use.
    open: usize,
    waiting: usize,
}

impl Readers {
    /// A pool that begins with one open connection.
    pub fn with(path: &Path, first: Read) -> Readers {
        let pool = Pool { idle: vec![first], open: 1, waiting: 0 };
        Readers { path: path.to_owned(), pool: Guarded::new(pool), returned: Signal::new() }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Lends a connection that nobody else uses. It goes back into the pool when it is dropped.
    pub fn lend(&self) -> Result<Lent<'_>> {
        let mut pool = self.lock();
        let all_are_used = |pool: &mut Pool| pool.idle.is_empty() && pool.open >= OPEN_USUALLY;
        if all_are_used(&mut pool) {
            pool.waiting += 1;
            pool = self.returned.wait_while(pool, AWAITED_FOR, all_are_used);
            pool.waiting -= 1;
        }
        if let Some(read) = pool.idle.pop() {
            return Ok(Lent { readers: self, read: Some(read) });
        }
        pool.open += 1;
        drop(pool);
        let mut lent = Lent { readers: self, read: None };
        lent.read = Some(Read { connection: open(&self.path)? });
        Ok(lent)
    }

    /// Closes the connections that nobody uses. Each of them holds its own copy of the schema,
    /// prepared statements and pages of the database.
    pub fn close_idle(&self) {
        let mut pool = self.lock();
        let closed = std::mem::take(&mut pool.idle);
        pool.open -= closed.len();
        // Closing takes time, so the pool is unlocked before.
        drop(pool);
        drop(closed);
    }

    /// The number of open connections, idle or in use.
    #[cfg(test)]
    pub fn open_count(&self) -> usize {
        self.lock().open
    }

    fn lock(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock()
    }
}

pub struct Lent<'a> {
    readers: &'a Readers,
    /// `None` only before the connection is opened.
    read: Option<Read>,
}

impl Deref for Lent<'_> {
    type Target = Read;
    fn deref(&self) -> &Read {
        self.read.as_ref().expect("a lent connection is open")
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        // A connection whose transaction could not be ended is not used again.
        let usable = self.read.take().filter(|read| read.connection.is_autocommit());
        let mut pool = self.readers.lock();
        let closed = match usable {
            Some(read) if pool.open <= OPEN_USUALLY => {
                pool.idle.push(read);
                None
            }
            closed => {
                pool.open -= 1;
                closed
            }
        };
        // A wake-up is a system call, even if nobody waits.
        if pool.waiting > 0 {
            self.readers.returned.notify_one();
        }
        // Closing the connection takes time, so the pool is unlocked before.
        drop(pool);
        drop(closed);
    }
}

pub fn open(path: &Path) -> Result<Connection> {
    // A reader also opens the file for writing: with WAL, it may have to rebuild the shared index
    // file. `query_only` prevents changes of the database itself.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    settled(Connection::open_with_flags(path, flags).map_err(failed)?)
}

/// An open connection with the settings of readers.
pub fn settled(connection: Connection) -> Result<Connection> {
    connection.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(32);
    connection
        .execute_batch("PRAGMA query_only=ON; PRAGMA trusted_schema=OFF; PRAGMA cache_size=-512;")
        .map_err(failed)?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::test_store;

    #[test]
    fn long_readings_hold_up_nobody_and_only_a_few_stay_open() {
        let store = test_store();
        let lent: Vec<_> = (0..4 * OPEN_USUALLY).map(|_| store.readers.lend().unwrap()).collect();
        for read in &lent {
            read.one("SELECT count(*) FROM facts", [], |_| Ok(())).unwrap();
        }
        drop(lent);
        let pool = store.readers.lock();
        assert_eq!((pool.open, pool.idle.len()), (OPEN_USUALLY, OPEN_USUALLY));
    }

    #[test]
    fn a_reading_that_panics_takes_no_place_away() {
        let store = test_store();
        for _ in 0..2 * OPEN_USUALLY {
            let reading = std::panic::AssertUnwindSafe(|| store.read::<()>(|_| panic!("on purpose")));
            std::panic::catch_unwind(reading).unwrap_err();
        }
        assert_eq!(store.readers.lock().open, 0);
        store.read(|read| read.one("SELECT count(*) FROM facts", [], |_| Ok(()))).unwrap();
    }
}
