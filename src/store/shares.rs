//! Shares and their members.

use super::{Read, Write};
use crate::base::path::EntryName;
use crate::error::Result;
use rusqlite::{Row, params};
use std::collections::HashSet;

/// A share.
#[derive(Clone, Debug)]
pub struct ShareRow {
    /// 24 hexadecimal digits.
    pub id: String,
    pub source: Source,
    /// The account that shares.
    pub owner: i64,
    pub name: String,
    /// Seconds since 1970 UTC.
    pub created: i64,
    pub link: LinkRow,
    pub hides_notifications: bool,
    /// The name of the file that is shown first.
    pub default_file: Option<EntryName>,
    /// The number of times that the link was opened.
    pub visits: u64,
    pub last_visit: Option<i64>,
}

/// What a share gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// An entry of the index, with everything below it.
    Entry(i64),
    /// The files of a list of favorites that the owner of the share has made.
    Album(i64),
}

impl Source {
    /// The values of the columns `node` and `list`.
    fn columns(self) -> (Option<i64>, Option<i64>) {
        match self {
            Source::Entry(node) => (Some(node), None),
            Source::Album(list) => (None, Some(list)),
        }
    }

    /// The list that is shared; `None` if an entry is.
    pub fn album(self) -> Option<i64> {
        self.columns().1
    }
}

/// The rules for visitors who come by the link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkRow {
    /// The chosen end of the short address.
    pub token: String,
    /// The end of the path of the link: 16 characters.
    pub link_id: String,
    /// The text that stands for the owner in the path of the link.
    pub hidden_owner: String,
    /// False if the link leads nowhere.
    pub is_public: bool,
    pub may_upload: bool,
    pub is_view_only: bool,
    pub is_upload_only: bool,
    /// True if the link leads nowhere outside of the local network.
    pub is_home_only: bool,
    /// A PHC string.
    pub password_hash: Option<String>,
    /// The time when the link ends, in seconds since 1970 UTC.
    pub ends: Option<i64>,
    /// 0 for no limit.
    pub downloads_max: u64,
    pub downloads_used: u64,
    /// The maximum size of one uploaded file. 0 for no limit.
    pub upload_bytes_max: u64,
}

/// A member of a share: an account or a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Member {
    User(i64),
    Group(i64),
}

impl Member {
    /// The values of the columns `user` and `group`.
    pub(super) fn columns(self) -> (Option<i64>, Option<i64>) {
        match self {
            Member::User(id) => (Some(id), None),
            Member::Group(id) => (None, Some(id)),
        }
    }

    /// The member that two such columns of a row name.
    pub(super) fn of_columns(row: &Row<'_>, first: usize) -> rusqlite::Result<Member> {
        Ok(match row.get::<_, Option<i64>>(first)? {
            Some(user) => Member::User(user),
            None => Member::Group(row.get(first + 1)?),
        })
    }
}

/// A member of a share.
#[derive(Clone, Debug)]
pub struct MemberRow {
    pub share: String,
    pub member: Member,
    /// Bits, as `domain::access::rights::Rights` has them.
    pub rights: u8,
    /// True for an account that has left, so that its groups do not bring it back.
    pub has_left: bool,
}

const COLUMNS: &str = "id, node, list, owner, name, created, token, link_id, hidden_owner, is_public, may_upload, is_view_only, \
     is_upload_only, is_home_only, password_hash, ends, downloads_max, downloads_used, upload_bytes_max, \
     hides_notifications, default_file, visits, last_visit";

/// All shares, oldest first.
pub fn all(read: &Read) -> Result<Vec<ShareRow>> {
    read.all(&format!("SELECT {COLUMNS} FROM shares ORDER BY created, id"), [], share)
}

/// A share by its id.
pub fn by_id(read: &Read, id: &str) -> Result<Option<ShareRow>> {
    read.first(&format!("SELECT {COLUMNS} FROM shares WHERE id = ?1"), [id], share)
}

/// A share by the token of its short address, in lower case.
pub fn by_token(read: &Read, token_key: &str) -> Result<Option<ShareRow>> {
    read.first(&format!("SELECT {COLUMNS} FROM shares WHERE token_key = ?1"), [token_key], share)
}

/// The shares of an account, oldest first.
pub fn of_owner(read: &Read, owner: i64) -> Result<Vec<ShareRow>> {
    read.all(&format!("SELECT {COLUMNS} FROM shares WHERE owner = ?1 ORDER BY created, id"), [owner], share)
}

/// The shares of an entry, oldest first.
pub fn of_node(read: &Read, node: i64) -> Result<Vec<ShareRow>> {
    read.all(&format!("SELECT {COLUMNS} FROM shares WHERE node = ?1 ORDER BY created, id"), [node], share)
}

/// The share of a list of favorites.
pub fn of_album(read: &Read, list: i64) -> Result<Option<ShareRow>> {
    read.first(&format!("SELECT {COLUMNS} FROM shares WHERE list = ?1"), [list], share)
}

/// Gives the share of a list another name, if the list is shared.
pub fn rename_album(write: &Write, list: i64, name: &str) -> Result<()> {
    write.grants_changed();
    write.run("UPDATE shares SET name = ?2 WHERE list = ?1", params![list, name]).map(drop)
}

/// The number of an account's shares.
pub fn count_of_owner(read: &Read, owner: i64) -> Result<u64> {
    read.one("SELECT count(*) FROM shares WHERE owner = ?1", [owner], |row| row.get::<_, i64>(0))
        .map(i64::unsigned_abs)
}

/// Stores a new share.
pub fn insert(write: &Write, share: &ShareRow) -> Result<()> {
    write.grants_changed();
    let (node, list) = share.source.columns();
    write.run(
        "INSERT INTO shares (id, node, list, owner, name, created, token, token_key, link_id, hidden_owner) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, lower(?7), ?8, ?9)",
        params![
            share.id,
            node,
            list,
            share.owner,
            share.name,
            share.created,
            share.link.token,
            share.link.link_id,
            share.link.hidden_owner,
        ],
    )?;
    update(write, share)
}

/// Stores the changed fields of a share, except for its source and the counts of its use.
pub fn update(write: &Write, share: &ShareRow) -> Result<()> {
    write.grants_changed();
    let link = &share.link;
    write.run(
        "UPDATE shares SET owner = ?2, name = ?3, token = ?4, token_key = lower(?4), is_public = ?5, \
         may_upload = ?6, is_view_only = ?7, is_upload_only = ?8, is_home_only = ?9, password_hash = ?10, ends = ?11, \
         downloads_max = ?12, upload_bytes_max = ?13, hides_notifications = ?14, default_file = ?15 WHERE id = ?1",
        params![
            share.id,
            share.owner,
            share.name,
            link.token,
            link.is_public,
            link.may_upload,
            link.is_view_only,
            link.is_upload_only,
            link.is_home_only,
            link.password_hash,
            link.ends,
            link.downloads_max as i64,
            link.upload_bytes_max as i64,
            share.hides_notifications,
            share.default_file.as_ref().map_or("", EntryName::as_str),
        ],
    )?;
    Ok(())
}

/// Removes a share. Returns false if there was none.
pub fn delete(write: &Write, id: &str) -> Result<bool> {
    write.grants_changed();
    write.run("DELETE FROM shares WHERE id = ?1", [id]).map(|rows| rows > 0)
}

/// Counts a download by the link. Returns false if the limit is reached.
pub fn count_download(write: &Write, id: &str) -> Result<bool> {
    let sql = "UPDATE shares SET downloads_used = downloads_used + 1 \
               WHERE id = ?1 AND (downloads_max = 0 OR downloads_used < downloads_max)";
    let is_counted = write.run(sql, [id])? > 0;
    let last = "SELECT downloads_max > 0 AND downloads_used >= downloads_max FROM shares WHERE id = ?1";
    if write.first(last, [id], |row| row.get(0))?.unwrap_or(true) {
        // The limit is reached, so the link leads nowhere any more.
        write.grants_changed();
    }
    Ok(is_counted)
}

/// Counts downloads by a link without a limit. Does nothing if the share is gone.
pub fn add_downloads(write: &Write, id: &str, count: u64) -> Result<()> {
    let sql = "UPDATE shares SET downloads_used = downloads_used + ?2, last_visit = ?3 WHERE id = ?1";
    write.run(sql, params![id, i64::try_from(count).unwrap_or(i64::MAX), write.now()]).map(drop)
}

/// Notes another visit of somebody whose visit was counted before.
pub fn note_visit(write: &Write, id: &str) -> Result<()> {
    write.run("UPDATE shares SET last_visit = ?2 WHERE id = ?1", params![id, write.now()]).map(drop)
}

/// Counts a visit by the link.
pub fn count_visit(write: &Write, id: &str) -> Result<()> {
    let sql = "UPDATE shares SET visits = visits + 1, last_visit = ?2 WHERE id = ?1";
    write.run(sql, params![id, write.now()]).map(drop)
}

/// The ids of others' shares that an account has, itself or through a group.
pub fn ids_of_member(read: &Read, user: i64) -> Result<HashSet<String>> {
    let sql = format!("SELECT id FROM shares WHERE owner <> ?1 AND {HAS_MEMBER}");
    let ids: Vec<String> = read.all(&sql, [user], |row| row.get(0))?;
    Ok(ids.into_iter().collect())
}

/// The entries about which an account gets no notifications, because the share hides them: the
/// account's own shares and those of others with it.
pub fn quiet_nodes(read: &Read, user: i64) -> Result<Vec<i64>> {
    let sql = format!(
        "SELECT node FROM shares WHERE node IS NOT NULL AND hides_notifications AND (owner = ?1 OR {HAS_MEMBER})"
    );
    read.all(&sql, [user], |row| row.get(0))
}

/// An SQL condition: the account `?1` is a member of the share and has not left it.
const HAS_MEMBER: &str = "EXISTS (SELECT 1 FROM share_members WHERE share = id AND \
    (user = ?1 OR \"group\" IN (SELECT id FROM groups WHERE is_everyone) \
    OR \"group\" IN (SELECT \"group\" FROM group_members WHERE user = ?1))) \
    AND NOT EXISTS (SELECT 1 FROM share_members WHERE share = id AND user = ?1 AND has_left)";

/// The time since which an account has a share, itself or through a group, in seconds since 1970 UTC;
/// `None` if it has not got it.
pub fn member_since(read: &Read, id: &str, user: i64) -> Result<Option<i64>> {
    let sql = "SELECT min(since) FROM (\
            SELECT since FROM share_members WHERE share = ?1 AND user = ?2 AND NOT has_left \
            UNION ALL SELECT max(own.since, given.since) FROM share_members AS given \
                JOIN group_members AS own USING (\"group\") WHERE share = ?1 AND own.user = ?2 \
            UNION ALL SELECT max(created, given.since) FROM share_members AS given \
                JOIN users ON users.id = ?2 WHERE share = ?1 AND \"group\" IN (SELECT id FROM groups WHERE is_everyone)) \
        WHERE NOT EXISTS (SELECT 1 FROM share_members WHERE share = ?1 AND user = ?2 AND has_left)";
    read.one(sql, params![id, user], |row| row.get(0))
}

/// The members of all shares.
pub fn all_members(read: &Read) -> Result<Vec<MemberRow>> {
    read.all("SELECT share, rights, has_left, user, \"group\" FROM share_members", [], member)
}

/// The members of a share, in the order in which they came.
pub fn members(read: &Read, id: &str) -> Result<Vec<MemberRow>> {
    let sql =
        "SELECT share, rights, has_left, user, \"group\" FROM share_members WHERE share = ?1 ORDER BY rowid";
    read.all(sql, [id], member)
}

/// Stores a member of a share, or changes the rights of one. An account that has the share through a
/// group has had it since then, unless it had left.
pub fn set_member(write: &Write, row: &MemberRow) -> Result<()> {
    write.grants_changed();
    let (user, group) = row.member.columns();
    let of = if user.is_some() { "user" } else { "\"group\"" };
    let before = match user {
        Some(user) if !row.has_left => member_since(write, &row.share, user)?,
        _ => None,
    };
    write.run(
        &format!(
            "INSERT INTO share_members (share, user, \"group\", rights, has_left, since) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
             ON CONFLICT (share, {of}) DO UPDATE SET rights = excluded.rights, has_left = excluded.has_left, \
                 since = CASE WHEN has_left THEN excluded.since ELSE since END"
        ),
        params![row.share, user, group, row.rights, row.has_left, before.unwrap_or_else(|| write.now())],
    )?;
    Ok(())
}

/// Removes a member of a share. Returns false if there was none.
pub fn remove_member(write: &Write, id: &str, member: Member) -> Result<bool> {
    write.grants_changed();
    let (user, group) = member.columns();
    write
        .run(
            "DELETE FROM share_members WHERE share = ?1 AND user IS ?2 AND \"group\" IS ?3",
            params![id, user, group],
        )
        .map(|rows| rows > 0)
}

/// The members of all groups except EVERYONE, as pairs of account and group.
pub fn memberships(read: &Read) -> Result<Vec<(i64, i64)>> {
    read.all("SELECT user, \"group\" FROM group_members", [], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The id of the group EVERYONE.
pub fn everyone(read: &Read) -> Result<i64> {
    read.one("SELECT id FROM groups WHERE is_everyone = 1", [], |row| row.get(0))
}

fn member(row: &Row<'_>) -> rusqlite::Result<MemberRow> {
    Ok(MemberRow {
        share: row.get(0)?,
        rights: row.get(1)?,
        has_left: row.get(2)?,
        member: Member::of_columns(row, 3)?,
    })
}

/// Earlier versions stored any text. One that is no name is ignored, so that it leads nowhere.
fn default_file(stored: &str) -> Option<EntryName> {
    EntryName::parse(stored).ok()
}

fn share(row: &Row<'_>) -> rusqlite::Result<ShareRow> {
    let number = |index| row.get::<_, i64>(index).map(i64::unsigned_abs);
    let source = match row.get::<_, Option<i64>>(1)? {
        Some(node) => Source::Entry(node),
        None => Source::Album(row.get(2)?),
    };
    Ok(ShareRow {
        id: row.get(0)?,
        source,
        owner: row.get(3)?,
        name: row.get(4)?,
        created: row.get(5)?,
        link: LinkRow {
            token: row.get(6)?,
            link_id: row.get(7)?,
            hidden_owner: row.get(8)?,
            is_public: row.get(9)?,
            may_upload: row.get(10)?,
            is_view_only: row.get(11)?,
            is_upload_only: row.get(12)?,
            is_home_only: row.get(13)?,
            password_hash: row.get(14)?,
            ends: row.get(15)?,
            downloads_max: number(16)?,
            downloads_used: number(17)?,
            upload_bytes_max: number(18)?,
        },
        hides_notifications: row.get(19)?,
        default_file: default_file(&row.get::<_, String>(20)?),
        visits: number(21)?,
        last_visit: row.get(22)?,
    })
}
