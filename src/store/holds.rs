//! Holds: clients that deleted or replaced very many files, and may not go on until somebody has
//! decided.

use super::{Read, Write};
use crate::error::Result;
use rusqlite::{Row, params};

/// A client that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldRow {
    pub id: i64,
    /// The key of the client.
    pub client: String,
    /// The account of the client; for visitors the owner of the link.
    pub user: i64,
    /// The name of the account, or `link:` and the id of the share, as in the audit log.
    pub who: String,
    /// The name that the client gave; empty if unknown.
    pub agent: String,
    /// The address at which it signed in; empty if unknown.
    pub address: String,
    /// In seconds since 1970 UTC.
    pub begun: i64,
    /// Number of contents that the client replaced and that are not restored.
    pub replaced: u64,
    /// Number of files that the client deleted and that are not restored, with those in deleted
    /// folders. An empty folder counts as one.
    pub deleted: u64,
}

const HOLDS: &str = "SELECT id, client, user, who, agent, address, begun, \
    (SELECT count(*) FROM recent_changes WHERE client = holds.client AND version IS NOT NULL), \
    (SELECT coalesce(sum(max(1, coalesce(files, 1))), 0) FROM recent_changes \
        LEFT JOIN trash ON trash.id = recent_changes.trash LEFT JOIN folder_sizes ON folder_sizes.node = trash.node \
        WHERE client = holds.client AND recent_changes.trash IS NOT NULL) FROM holds";

/// Begins a hold, unless the client is held already. Returns it as it is stored.
pub fn insert(write: &Write, new: &HoldRow) -> Result<HoldRow> {
    let HoldRow { client, user, who, agent, address, begun, .. } = new;
    write.run(
        "INSERT OR IGNORE INTO holds (client, user, who, agent, address, begun) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![client, user, who, agent, address, begun],
    )?;
    write.one(&format!("{HOLDS} WHERE client = ?1"), [client], hold)
}

/// All holds, the newest first.
pub fn all(read: &Read) -> Result<Vec<HoldRow>> {
    read.all(&format!("{HOLDS} ORDER BY id DESC"), [], hold)
}

/// A hold by its id.
pub fn by_id(read: &Read, id: i64) -> Result<Option<HoldRow>> {
    read.first(&format!("{HOLDS} WHERE id = ?1"), [id], hold)
}

/// Ends a hold. Its changes can no longer be taken back in one call.
pub fn delete(write: &Write, hold: &HoldRow) -> Result<()> {
    write.run("DELETE FROM recent_changes WHERE client = ?1", [&hold.client])?;
    write.run("DELETE FROM holds WHERE id = ?1", [hold.id]).map(drop)
}

fn hold(row: &Row<'_>) -> rusqlite::Result<HoldRow> {
    let number = |index| row.get::<_, i64>(index).map(i64::unsigned_abs);
    Ok(HoldRow {
        id: row.get(0)?,
        client: row.get(1)?,
        user: row.get(2)?,
        who: row.get(3)?,
        agent: row.get(4)?,
        address: row.get(5)?,
        begun: row.get(6)?,
        replaced: number(7)?,
        deleted: number(8)?,
    })
}
