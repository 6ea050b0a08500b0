//! Empties the database's write-ahead log at the end of the program.

use crate::base::limits::CHECKPOINT_WAIT_TIME;
use rusqlite::Connection;

/// Empties the log. Another reader (a replica, a backup) may keep the log in use for a long time.
/// Then as much as possible is copied, and the next start reads the rest from the log.
pub(super) fn empty_log(connection: &Connection) {
    let emptied = connection.busy_timeout(CHECKPOINT_WAIT_TIME).and_then(|()| {
        connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA wal_checkpoint(PASSIVE)")
    });
    if let Err(error) = emptied {
        log::warn!("the database was not checkpointed: {error}");
    }
}
