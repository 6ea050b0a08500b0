//! Devices that sign in to accounts, and the commands of administrators for them.

use super::column::number_column;
use super::{Read, Write};
use crate::base::limits::{DEVICE_COMMANDS_MAX, DEVICES_MAX, DEVICES_WAITING_MAX};
use crate::error::Result;
use rusqlite::{Row, params};

number_column! {
    /// The approval status of a device, with the numbers of the API.
    DeviceStatus {
        /// The device has signed in with a password or was paired.
        Known = 0,
        /// The device waits for its owner's approval.
        Waiting = 1,
        /// Its owner has approved it.
        Approved = 2,
    }

    /// The person who has blocked a device.
    Blocked {
        Nobody = 0,
        Owner = 1,
        Admin = 2,
    }

    /// The commands for a device, with the numbers of the API.
    DeviceCommand {
        /// The device shows a message.
        Message = 10000,
        /// The device removes all files of the cloud, and does not sign in again.
        Wipe = 10001,
        /// The device does not sign in again.
        Block = 10002,
    }
}

/// The data that a device reports about itself.
#[derive(Clone, Debug, Default)]
pub struct NewDevice {
    /// The id that the device has chosen.
    pub client_id: String,
    pub name: String,
    pub api_level: String,
    pub os_type: String,
    pub app_version: String,
    pub os_version: String,
}

/// A device of an account.
#[derive(Clone, Debug)]
pub struct DeviceRow {
    pub id: i64,
    pub user: i64,
    pub user_name: String,
    pub about: NewDevice,
    pub status: DeviceStatus,
    /// True if an administrator has allowed it.
    pub is_allowed: bool,
    pub blocked: Blocked,
    pub code_hash: Option<[u8; 32]>,
    pub code_has_factor: bool,
    pub last_login: Option<i64>,
    /// The name that it gave itself in its last sign-in, as the audit log has it.
    pub agent: String,
    /// Commands that it has not acknowledged.
    pub commands: i64,
}

/// A command for a device.
#[derive(Clone, Debug)]
pub struct CommandRow {
    pub id: i64,
    pub command: DeviceCommand,
    pub client_id: String,
    pub message: String,
    pub user_name: String,
}

const COLUMNS: &str = "devices.id, devices.user, users.name, client_id, devices.name, api_level, os_type, app_version, \
     os_version, devices.status, is_allowed, is_blocked, code_hash, code_has_factor, devices.last_login, \
     (SELECT count(*) FROM device_commands WHERE device = devices.id), devices.agent";

/// The devices of an account, or of all accounts, the last used first.
pub fn all(read: &Read, user: Option<i64>) -> Result<Vec<DeviceRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM devices JOIN users ON users.id = devices.user WHERE ?1 IS NULL OR devices.user = ?1 \
         ORDER BY devices.last_login DESC, devices.id DESC"
    );
    read.all(&sql, [user], device)
}

/// The device of an account with an id that the device has chosen.
pub fn find(read: &Read, user: i64, client_id: &str) -> Result<Option<DeviceRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM devices JOIN users ON users.id = devices.user WHERE devices.user = ?1 AND client_id = ?2"
    );
    read.first(&sql, params![user, client_id], device)
}

/// The database ids of the devices with an id that they have chosen, of one account or of all.
pub fn ids(read: &Read, client_id: &str, user: Option<i64>) -> Result<Vec<i64>> {
    let sql = "SELECT id FROM devices WHERE client_id = ?1 AND (?2 IS NULL OR user = ?2)";
    read.all(sql, params![client_id, user], |row| row.get(0))
}

/// Stores the data that a device reports about itself, and the status if the device is new. Beyond
/// the limits, the account's oldest devices are removed: those that only wait, and those that
/// nobody has blocked.
pub fn save(write: &Write, user: i64, new: &NewDevice, status: DeviceStatus) -> Result<()> {
    write.run(
        "INSERT INTO devices (user, client_id, name, api_level, os_type, app_version, os_version, status, created) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (user, client_id) DO UPDATE SET name = excluded.name, \
         api_level = excluded.api_level, os_type = excluded.os_type, app_version = excluded.app_version, \
         os_version = excluded.os_version",
        params![
            user,
            new.client_id,
            new.name,
            new.api_level,
            new.os_type,
            new.app_version,
            new.os_version,
            status,
            write.now()
        ],
    )?;
    write.run(
        "DELETE FROM devices WHERE user = ?1 AND status = 1 AND is_blocked = 0 AND last_login IS NULL AND id NOT IN \
         (SELECT id FROM devices WHERE user = ?1 AND status = 1 ORDER BY id DESC LIMIT ?2)",
        params![user, DEVICES_WAITING_MAX],
    )?;
    let removed = write.run(
        "DELETE FROM devices WHERE user = ?1 AND is_blocked = 0 AND id NOT IN (SELECT id FROM devices WHERE user = ?1 \
         ORDER BY client_id = ?3 DESC, coalesce(last_login, created) DESC, id DESC LIMIT ?2)",
        params![user, DEVICES_MAX, new.client_id],
    )?;
    if removed > 0 {
        write.accounts_changed();
    }
    Ok(())
}

/// Notes that a device now waits for its owner's approval, unless it already waits or was approved.
pub fn waits(write: &Write, user: i64, client_id: &str) -> Result<()> {
    write.run(
        "UPDATE devices SET status = 1 WHERE user = ?1 AND client_id = ?2 AND status = 0",
        params![user, client_id],
    )?;
    Ok(())
}

/// Notes that a device has signed in, and the name that it gives itself in its calls.
pub fn signed_in(write: &Write, id: i64, agent: &str) -> Result<()> {
    let sql = "UPDATE devices SET last_login = ?2, agent = ?3 WHERE id = ?1";
    write.run(sql, params![id, write.now(), agent])?;
    Ok(())
}

/// Stores the hash of the code by which a device may sign in.
pub fn approve(write: &Write, id: i64, code_hash: &[u8; 32], has_factor: bool) -> Result<()> {
    write.run(
        "UPDATE devices SET status = 2, code_hash = ?2, code_has_factor = ?3 WHERE id = ?1",
        params![id, code_hash, has_factor],
    )?;
    Ok(())
}

/// Ends the codes of all devices of an account.
pub fn forget_codes(write: &Write, user: i64) -> Result<()> {
    write.run("UPDATE devices SET code_hash = NULL, status = 0 WHERE user = ?1 AND status = 2", [user])?;
    Ok(())
}

/// Notes that an administrator allows a device. This also ends a block.
pub fn allow(write: &Write, id: i64) -> Result<()> {
    write.run("UPDATE devices SET is_allowed = 1, is_blocked = 0 WHERE id = ?1", [id])?;
    Ok(())
}

/// Blocks a device and ends its sessions and its code, or unblocks it.
pub fn set_blocked(write: &Write, id: i64, blocked: Blocked) -> Result<()> {
    write.run("UPDATE devices SET is_blocked = ?2 WHERE id = ?1", params![id, blocked])?;
    if blocked != Blocked::Nobody {
        write.accounts_changed();
        write.run("UPDATE devices SET code_hash = NULL, status = 0, is_allowed = 0 WHERE id = ?1", [id])?;
        write.run("DELETE FROM sessions WHERE device = ?1", [id])?;
    }
    Ok(())
}

/// Removes a device with its sessions and commands.
pub fn delete(write: &Write, id: i64) -> Result<()> {
    write.accounts_changed();
    write.run("DELETE FROM devices WHERE id = ?1", [id])?;
    Ok(())
}

/// Stores a command for a device, and removes the device's oldest commands beyond the limit.
pub fn add_command(write: &Write, device: i64, command: DeviceCommand, message: &str) -> Result<()> {
    write.run(
        "INSERT INTO device_commands (device, command, message, created) VALUES (?1, ?2, ?3, ?4)",
        params![device, command, message, write.now()],
    )?;
    write.run(
        "DELETE FROM device_commands WHERE device = ?1 AND id NOT IN \
         (SELECT id FROM device_commands WHERE device = ?1 ORDER BY id DESC LIMIT ?2)",
        params![device, DEVICE_COMMANDS_MAX],
    )?;
    Ok(())
}

/// The commands for the devices with an id that they have chosen, of one account or of all, the
/// oldest first.
pub fn commands(read: &Read, client_id: &str, user: Option<i64>) -> Result<Vec<CommandRow>> {
    let sql = "SELECT device_commands.id, command, client_id, message, users.name FROM device_commands \
         JOIN devices ON devices.id = device JOIN users ON users.id = devices.user \
         WHERE client_id = ?1 AND (?2 IS NULL OR devices.user = ?2) ORDER BY device_commands.id";
    read.all(sql, params![client_id, user], |row| {
        Ok(CommandRow {
            id: row.get(0)?,
            command: row.get(1)?,
            client_id: row.get(2)?,
            message: row.get(3)?,
            user_name: row.get(4)?,
        })
    })
}

/// Removes a command. Returns false if there is none.
pub fn delete_command(write: &Write, id: i64) -> Result<bool> {
    Ok(write.run("DELETE FROM device_commands WHERE id = ?1", [id])? > 0)
}

fn device(row: &Row<'_>) -> rusqlite::Result<DeviceRow> {
    Ok(DeviceRow {
        id: row.get(0)?,
        user: row.get(1)?,
        user_name: row.get(2)?,
        about: NewDevice {
            client_id: row.get(3)?,
            name: row.get(4)?,
            api_level: row.get(5)?,
            os_type: row.get(6)?,
            app_version: row.get(7)?,
            os_version: row.get(8)?,
        },
        status: row.get(9)?,
        is_allowed: row.get(10)?,
        blocked: row.get(11)?,
        code_hash: row.get(12)?,
        code_has_factor: row.get(13)?,
        last_login: row.get(14)?,
        commands: row.get(15)?,
        agent: row.get(16)?,
    })
}
