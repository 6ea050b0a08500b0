//! Empties the log of the database at the end.

use crate::base::limits::CHECKPOINT_WAIT_TIME;
use rusqlite::Connection;

/// Another reader (a replica, a backup) may keep the log for a long time. What it lets go is copied all the same,
/// and the rest is read from the log at the next start.
pub(super) fn empty_log(connection: &Connection) {
    let emptied = connection.busy_timeout(CHECKPOINT_WAIT_TIME).and_then(|()| {
        connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA wal_checkpoint(PASSIVE)")
    });
    if let Err(error) = emptied {
        log::warn!("the database was not checkpointed: {error}");
    }
}
