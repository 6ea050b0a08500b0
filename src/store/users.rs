//! The table of accounts.

use super::column::number_column;
use super::profile_images::HAS_ONE;
use super::{Read, Write};
use crate::error::Result;
use rusqlite::{Row, params};
use std::collections::HashSet;

number_column! {
    /// The status of an account, which decides what it may do, with the numbers of the API.
    AccountStatus {
        Guest = 0,
        Full = 1,
        Disabled = 2,
        External = 3,
    }
}

impl AccountStatus {
    /// True if an account with this status has a folder of its own. Guests only have what is shared
    /// with them.
    pub fn has_home(self) -> bool {
        matches!(self, AccountStatus::Full | AccountStatus::Disabled)
    }

    /// The word of the API.
    pub fn word(self) -> &'static str {
        match self {
            AccountStatus::Guest | AccountStatus::External => "GUEST",
            AccountStatus::Full => "FULL",
            AccountStatus::Disabled => "DISABLED",
        }
    }
}

/// An account.
#[derive(Clone, Debug)]
pub struct UserRow {
    pub id: i64,
    pub name: String,
    pub display_name: String,
    pub email: Option<String>,
    /// A PHC string.
    pub password_hash: String,
    pub status: AccountStatus,
    pub is_admin: bool,
    /// 0 for no limit.
    pub quota_bytes: u64,
    pub verified: bool,
    pub created: i64,
    pub last_login: Option<i64>,
    pub expires: Option<i64>,
}

const COLUMNS: &str = "id, name, display_name, email, password_hash, status, is_admin, quota_bytes, verified, created, \
     last_login, expires";

/// The account with a name or, failing that, with an e-mail address. Both in lower case.
pub fn by_name_or_email(read: &Read, name: &str) -> Result<Option<UserRow>> {
    read.first(
        &format!("SELECT {COLUMNS} FROM users WHERE name = ?1 OR email = ?1 ORDER BY name <> ?1 LIMIT 1"),
        [name],
        user,
    )
}

/// The account with a name, in lower case.
pub fn by_name(read: &Read, name: &str) -> Result<Option<UserRow>> {
    read.first(&format!("SELECT {COLUMNS} FROM users WHERE name = ?1"), [name], user)
}

/// The account with an e-mail address, in lower case.
pub fn by_email(read: &Read, email: &str) -> Result<Option<UserRow>> {
    read.first(&format!("SELECT {COLUMNS} FROM users WHERE email = ?1"), [email], user)
}

/// An account by its id.
pub fn by_id(read: &Read, id: i64) -> Result<Option<UserRow>> {
    read.first(&format!("SELECT {COLUMNS} FROM users WHERE id = ?1"), [id], user)
}

/// The ids of all accounts.
pub fn ids(read: &Read) -> Result<HashSet<i64>> {
    Ok(read.all("SELECT id FROM users", [], |row| row.get(0))?.into_iter().collect())
}

/// The accounts of all administrators.
pub fn admins(read: &Read) -> Result<Vec<UserRow>> {
    read.all(&format!("SELECT {COLUMNS} FROM users WHERE is_admin = 1 ORDER BY name"), [], user)
}

/// Accounts whose name, display name or e-mail address contains a text, ordered by name, and the
/// number of all such accounts.
pub fn search(read: &Read, text: &str, start: u64, limit: u64) -> Result<(Vec<UserRow>, u64)> {
    const MATCHES: &str =
        "(?1 = '' OR instr(name, ?1) OR instr(lower(display_name), ?1) OR instr(email, ?1))";
    let total =
        read.one(&format!("SELECT count(*) FROM users WHERE {MATCHES}"), [text], |row| row.get::<_, i64>(0))?;
    let users = read.all(
        &format!("SELECT {COLUMNS} FROM users WHERE {MATCHES} ORDER BY name LIMIT ?2 OFFSET ?3"),
        params![text, i64::try_from(limit).unwrap_or(i64::MAX), i64::try_from(start).unwrap_or(i64::MAX)],
        user,
    )?;
    Ok((users, total.unsigned_abs()))
}

/// A person with an account, as other people may see them.
#[derive(Clone, Debug)]
pub struct PersonRow {
    pub name: String,
    /// Empty if there is none.
    pub email: String,
    pub status: AccountStatus,
    pub display_name: String,
    /// True if the account has a profile image.
    pub has_image: bool,
}

/// A filter of people.
#[derive(Clone, Debug)]
pub struct PeopleFilter {
    /// Part of the name, the display name or the e-mail address, in lower case.
    pub text: String,
    /// An account to leave out.
    pub without: Option<i64>,
    /// Only members of this group.
    pub group: Option<i64>,
    /// The account must be able to sign in at this time, in seconds since 1970 UTC.
    pub at: i64,
    pub start: u64,
    pub limit: u64,
}

/// The matching people, by name.
pub fn people(read: &Read, filter: &PeopleFilter) -> Result<Vec<PersonRow>> {
    let sql = format!(
        "SELECT name, coalesce(email, ''), status, display_name, {HAS_ONE} FROM users \
         WHERE (?1 = '' OR instr(name, ?1) OR instr(lower(display_name), ?1) OR instr(email, ?1)) AND (?2 IS NULL OR id <> ?2) \
         AND (?3 IS NULL OR id IN (SELECT user FROM group_members WHERE \"group\" = ?3)) \
         AND status <> ?7 AND (expires IS NULL OR expires > ?4) ORDER BY name LIMIT ?5 OFFSET ?6"
    );
    let limit = i64::try_from(filter.limit).unwrap_or(i64::MAX);
    let start = i64::try_from(filter.start).unwrap_or(i64::MAX);
    let disabled = AccountStatus::Disabled;
    read.all(
        &sql,
        params![filter.text, filter.without, filter.group, filter.at, limit, start, disabled],
        |row| {
            Ok(PersonRow {
                name: row.get(0)?,
                email: row.get(1)?,
                status: row.get(2)?,
                display_name: row.get(3)?,
                has_image: row.get(4)?,
            })
        },
    )
}

/// The number of accounts, and of those that can administer everything.
#[derive(Clone, Copy, Debug)]
pub struct Counts {
    pub accounts: u64,
    /// Administrators who are not disabled and may do everything.
    pub admins: u64,
    /// Those among the administrators whose accounts never expire.
    pub lasting_admins: u64,
}

pub fn counts(read: &Read) -> Result<Counts> {
    let sql = "SELECT count(*), coalesce(sum(is_full), 0), coalesce(sum(is_full AND expires IS NULL), 0) FROM \
               (SELECT expires, is_admin AND status = ?1 AND NOT EXISTS \
               (SELECT 1 FROM admin_rights WHERE admin_rights.user = users.id) AS is_full FROM users)";
    read.one(sql, [AccountStatus::Full], |row| {
        let number = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
        Ok(Counts { accounts: number(0)?, admins: number(1)?, lasting_admins: number(2)? })
    })
}

/// Stores a new account and returns the id that the database gives it.
pub fn insert(write: &Write, user: &UserRow) -> Result<i64> {
    write.run(
        "INSERT INTO users (name, display_name, email, password_hash, status, is_admin, quota_bytes, verified, created, \
         expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            user.name,
            user.display_name,
            user.email,
            user.password_hash,
            user.status,
            user.is_admin,
            user.quota_bytes,
            user.verified,
            write.now(),
            user.expires
        ],
    )?;
    Ok(write.last_id())
}

/// Stores the changed fields of an account. The account is found by its id, and its name never
/// changes.
pub fn update(write: &Write, user: &UserRow) -> Result<()> {
    write.accounts_changed();
    write.run(
        "UPDATE users SET display_name = ?2, email = ?3, password_hash = ?4, status = ?5, is_admin = ?6, \
         quota_bytes = ?7, verified = ?8, expires = ?9 WHERE id = ?1",
        params![
            user.id,
            user.display_name,
            user.email,
            user.password_hash,
            user.status,
            user.is_admin,
            user.quota_bytes,
            user.verified,
            user.expires
        ],
    )?;
    Ok(())
}

/// Sets the time of an account's last sign-in to now.
pub fn signed_in(write: &Write, id: i64) -> Result<()> {
    write.run("UPDATE users SET last_login = ?2 WHERE id = ?1", params![id, write.now()])?;
    Ok(())
}

/// Removes an account and its sessions.
pub fn delete(write: &Write, id: i64) -> Result<()> {
    write.accounts_changed();
    write.run("DELETE FROM users WHERE id = ?1", [id])?;
    Ok(())
}

fn user(row: &Row<'_>) -> rusqlite::Result<UserRow> {
    Ok(UserRow {
        id: row.get(0)?,
        name: row.get(1)?,
        display_name: row.get(2)?,
        email: row.get(3)?,
        password_hash: row.get(4)?,
        status: row.get(5)?,
        is_admin: row.get(6)?,
        quota_bytes: row.get(7)?,
        verified: row.get(8)?,
        created: row.get(9)?,
        last_login: row.get(10)?,
        expires: row.get(11)?,
    })
}
