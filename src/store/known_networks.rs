//! Networks from which somebody has signed in to an account.

use super::{Read, Write};
use crate::base::network::Network;
use crate::error::Result;
use rusqlite::params;

/// True if somebody has signed in to the account from this network before.
pub fn knows(read: &Read, account: i64, network: Network) -> Result<bool> {
    let sql = "SELECT 1 FROM known_networks WHERE account = ?1 AND network = ?2";
    Ok(read.first(sql, params![account, network.to_string()], |_| Ok(()))?.is_some())
}

/// True if somebody has signed in to the account before.
pub fn are_any(read: &Read, account: i64) -> Result<bool> {
    let sql = "SELECT 1 FROM known_networks WHERE account = ?1";
    Ok(read.first(sql, [account], |_| Ok(()))?.is_some())
}

/// Adds a network to an account, and removes the account's oldest networks beyond `keep`.
pub fn save(write: &Write, account: i64, network: Network, keep: u32) -> Result<()> {
    write.run(
        "INSERT OR REPLACE INTO known_networks (account, network, last_used) VALUES (?1, ?2, ?3)",
        params![account, network.to_string(), write.now()],
    )?;
    write.run(
        "DELETE FROM known_networks WHERE account = ?1 AND network NOT IN (SELECT network FROM known_networks \
         WHERE account = ?1 ORDER BY network = ?2 DESC, last_used DESC LIMIT ?3)",
        params![account, network.to_string(), keep],
    )?;
    Ok(())
}
