//! Data for sync clients: the homes and shared folders that a user can sync, and the changes in one
//! since a version.
//!
//! The index stores changes by this program, and those that visits find, together with their
//! versions (see `store::sync`), for each home. The changes in a shared folder are those in its
//! part of the home in which it lies. Folders that nobody visits must be scanned. A client that asks
//! starts this, but so rarely that scanning takes only a small part of the time.

use crate::base::path::{CloudPath, EXTERNAL, EntryName, SHARED};
use crate::base::shown_path::ShownPath;
use crate::base::time::from_nanoseconds;
use crate::disk::{Kind, content_etag};
use crate::domain::Cloud;
use crate::domain::access::rights::{Reach, Readable, Rights, Way};
use crate::domain::access::ways::Ways;
use crate::domain::accounts::actor::User;
use crate::domain::index::lookup;
use crate::domain::index::rows;
use crate::domain::index::scan_schedule::Looks;
use crate::domain::volumes::mount::Source;
use crate::domain::volumes::registry::Further;
use crate::error::{Code, Error, Result};
use crate::store::sync::{self, DeletionRow, EntryRow, RootRow};
use crate::store::sync_lists;
use crate::store::{Read, externals, nodes, shares, users};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

/// Maximum number of records in a reply.
pub const RECORDS_MAX: usize = 1000;
/// Seconds for which a deletion stays listed, and for which a home without clients is kept ready.
const DELETIONS_KEPT_SECONDS: i64 = 90 * 24 * 3600;
/// Maximum number of deletions of a home that stay listed.
const DELETIONS_MAX: i64 = 100_000;

/// A home or a shared folder that can be synced.
#[derive(Debug, PartialEq, Eq)]
pub struct SyncRoot {
    pub path: ShownPath,
    /// The version of the newest change in its home; 0 if nobody has synced that yet.
    pub version: i64,
}

/// The present state of an entry, after its newest change.
#[derive(Debug)]
pub struct SyncRecord {
    pub path: ShownPath,
    pub is_folder: bool,
    pub is_deleted: bool,
    /// In bytes; for a deleted file, its last size.
    pub size: u64,
    pub modified: SystemTime,
    /// The ETag of the content; empty for a deleted entry.
    pub etag: String,
    pub version: i64,
}

/// The changes since a version, at most [`RECORDS_MAX`], in the order of their versions.
#[derive(Debug)]
pub struct SyncDelta {
    pub records: Vec<SyncRecord>,
    /// The version of the newest change in the home.
    pub newest: i64,
}

impl Cloud {
    /// The folders that a user can sync: their own home, further volumes and what is shared with
    /// them; for an admin at work on users' data, the homes of all accounts.
    pub fn sync_roots(&self, user: &User) -> Result<Vec<SyncRoot>> {
        let (view, top) = (self.view(), ShownPath::root());
        let (ways, grants) = (view.ways(user)?, view.grants()?);
        let below = |name| top.join(&EntryName::parse(name)?);
        let homes = view.homes(user)?;
        let homes = homes.iter().filter_map(|found| ways.reach(&top.join(&found.name).ok()?));
        let is_folder = |root: &Reach| match root.way() {
            Way::Share(id) => grants.share(id).is_some_and(|share| share.is_folder),
            _ => true,
        };
        homes
            .chain(ways.roots_below(&below(EXTERNAL)?))
            .chain(ways.roots_below(&below(SHARED)?))
            .filter(|root| root.rights().has(Rights::SYNC) && is_folder(root))
            .map(|root| {
                let is_own = root.account() == Some(user.name());
                let started = match is_own {
                    // Nothing is known yet of a home whose disk cannot be entered.
                    true => {
                        self.started(&root).map(Some).or_else(|error| match error.is_of_unready_disk() {
                            true => Ok(None),
                            false => Err(error),
                        })?
                    }
                    false => self.sync_root(&home_of(&root))?,
                };
                let version = started.map_or(0, |(_, root)| root.version);
                Ok(SyncRoot { version, path: root.shown().clone() })
            })
            .collect()
    }

    /// The changes in a home or a shared folder since a version; 0 is before everything.
    ///
    /// # Errors
    /// `Code::Invalid` for a path that is neither; `Code::NotFound` if it does not exist;
    /// `Code::Gone` if deletions since that version are no longer known, so that the client must
    /// begin again with 0.
    pub fn sync_delta(&self, user: &User, top: &Readable, since: i64) -> Result<SyncDelta> {
        let home = home_of(top);
        let is_shared = matches!(top.way(), Way::Share(_)) && top.is_root_of_way();
        let is_root = !top.is_above_roots() && (*top.real() == home || is_shared);
        if !is_root || !top.rights().has(Rights::SYNC) {
            return Err(Error::new(
                Code::Invalid,
                "Only the folders listed by getsyncfolderlist can be synced.",
            ));
        }
        self.started(top)?;
        self.look_at_home(&home)?;
        let (ways, disk) = (self.view().ways(user)?, self.disk_of(top)?);
        let mut sight = Sight { ways: &ways, top, lists: HashMap::new() };
        let (found, records) = self.store.read(|read| {
            let found = self.root_row(read, &home)?;
            let part = self.synced_part(read, user, top, disk.as_ref())?;
            let found = found.map(|(home, root)| (home, root, knows_enough(&root, &part, since)));
            let records = match found {
                Some((home, _, true)) => records(read, home, since, &part, &mut sight)?,
                _ => Vec::new(),
            };
            Ok((found, records))
        })?;
        let (id, root, knows_enough) = top.there(found)?;
        if !knows_enough {
            return Err(Error::new(
                Code::Gone,
                "The deletions since this version are no longer known. Please begin anew, with the version 0.",
            ));
        }
        if sync::is_asked_anew(&root, self.now()) {
            self.store.write_later(move |tx| sync::asked(tx, id));
        }
        let records = records.into_iter().map(|(reach, record)| self.complete(&reach, record));
        Ok(SyncDelta { records: records.collect(), newest: root.version })
    }

    /// Forgets deletions that are too old or too many, and homes that nobody has synced for long.
    pub fn trim_sync(&self) -> Result<()> {
        let before = self.may_expire().then(|| self.now() - DELETIONS_KEPT_SECONDS);
        self.store.write(move |tx| sync::trim(tx, before, DELETIONS_MAX))
    }

    /// The id and the root of a home that somebody syncs.
    fn sync_root(&self, home: &CloudPath) -> Result<Option<(i64, RootRow)>> {
        self.store.read(|read| self.root_row(read, home))
    }

    fn root_row(&self, read: &Read, home: &CloudPath) -> Result<Option<(i64, RootRow)>> {
        let Some(node) = lookup::find(read, &self.volumes, home)? else { return Ok(None) };
        Ok(sync::root(read, node.id)?.map(|root| (node.id, root)))
    }

    /// The disk that a user syncs because it is given to them.
    fn disk_of(&self, top: &Reach) -> Result<Option<Further>> {
        match top.way() {
            Way::Disk => {
                let name = top.real().leaf().map(EntryName::as_str);
                Ok(self.volumes.all_further()?.into_iter().find(|disk| Some(disk.name.as_str()) == name))
            }
            _ => Ok(None),
        }
    }

    /// The part of a home that is synced.
    fn synced_part(
        &self,
        read: &Read,
        user: &User,
        top: &Reach,
        disk: Option<&Further>,
    ) -> Result<SyncedPart> {
        let Way::Share(id) = top.way() else {
            let given = disk.map(|disk| disk_given(read, user, disk)).transpose()?;
            return Ok(SyncedPart { arrived: 0, given: given.unwrap_or(0) });
        };
        let node = lookup::find(read, &self.volumes, top.real())?;
        let arrived = node.map(|node| sync::version(read, node.id)).transpose()?.flatten();
        let id = id.to_string();
        let shared = shares::by_id(read, &id)?.map_or(0, |share| share.created);
        // A member may see nothing only while the call runs.
        let joined = shares::member_since(read, &id, user.id())?.unwrap_or(i64::MAX);
        Ok(SyncedPart { arrived: arrived.unwrap_or(0), given: shared.max(joined) })
    }

    /// The root of the home in which an entry lies. When it is asked for the first time, it is made
    /// with all entries that exist.
    fn started(&self, top: &Reach) -> Result<(i64, RootRow)> {
        let home = home_of(top);
        if let Some(root) = self.sync_root(&home)? {
            return Ok(root);
        }
        if self.volumes.stat(top.real())?.is_none_or(|stat| stat.kind != Kind::Folder) {
            return top.there(None);
        }
        let (volumes, path) = (Arc::clone(&self.volumes), home.clone());
        self.store.write(move |tx| sync::start(tx, rows::folder_id(tx, &volumes, &path)?))?;
        self.look_at_home(&home)?;
        top.there(self.sync_root(&home)?)
    }

    /// Updates the index if that is due: for the whole home, or for the new folders in it.
    fn look_at_home(&self, home: &CloudPath) -> Result<()> {
        let tops = self.looks().begin(home);
        if tops.is_empty() {
            return Ok(());
        }
        let (begun, is_whole) = (Instant::now(), tops.contains(home));
        let done = self.visit_all(tops);
        self.looks().end(home, is_whole && done.is_ok(), begun.elapsed());
        done
    }

    fn looks(&self) -> &Looks {
        &self.index.looks
    }

    /// The index does not have a folder's own times and sizes.
    fn complete(&self, reach: &Reach, mut record: SyncRecord) -> SyncRecord {
        if record.is_folder && !record.is_deleted {
            if let Ok(Some(stat)) = self.volumes.stat(reach.real()) {
                (record.modified, record.etag) = (stat.modified, stat.etag());
            }
        }
        record
    }
}

/// The time since which a user has a disk, in seconds since 1970 UTC. When the configuration gave it to
/// them is not known, but it was not before the account was made.
fn disk_given(read: &Read, user: &User, disk: &Further) -> Result<i64> {
    let is_configured = match &disk.source {
        Source::Configuration(members) => {
            members.as_ref().is_none_or(|names| names.iter().any(|name| name == user.name()))
        }
        Source::Added => false,
    };
    let given = match (is_configured, &disk.id) {
        (true, _) => Some(0),
        (false, Some(id)) => externals::member_since(read, id, user.id())?,
        (false, None) => None,
    };
    let made = users::by_id(read, user.id())?.map(|account| account.created);
    // Somebody may have the disk no more only while the call runs.
    Ok(given.unwrap_or(i64::MAX).max(made.unwrap_or(i64::MAX)))
}

/// The home in which an entry lies, or the whole further volume.
fn home_of(entry: &Reach) -> CloudPath {
    entry.real().beginning(entry.real().root_depth())
}

/// The part of a home that is synced: all of it, or a shared folder.
#[derive(Clone, Copy, Debug, Default)]
struct SyncedPart {
    /// The version with which the shared folder came to its place; 0 for a whole home. Deletions are
    /// known by their paths, so those from before belong to something else.
    arrived: i64,
    /// The time at which the folder was shared with the user or the disk given to them, in seconds
    /// since 1970 UTC. Names that were gone by then are not theirs to know.
    given: i64,
}

/// What a user sees in the part that is synced.
struct Sight<'a> {
    ways: &'a Ways,
    top: &'a Reach,
    /// Access lists of deletions, each with true if they let the user read.
    lists: HashMap<i64, bool>,
}

/// True if all deletions since a version are known. A version from before this home was first
/// synced, or one that was lost by restoring a backup, is not valid, nor is one from before a shared
/// folder came to its place.
fn knows_enough(root: &RootRow, part: &SyncedPart, since: i64) -> bool {
    since == 0 || (root.oldest.max(part.arrived)..=root.version).contains(&since)
}

/// The changes that the user may see. If they may see nothing of a part, it continues with the
/// next, because otherwise their client would ask for the same part for ever.
fn records(
    read: &Read,
    home: i64,
    mut since: i64,
    part: &SyncedPart,
    sight: &mut Sight<'_>,
) -> Result<Vec<(Reach, SyncRecord)>> {
    loop {
        let mut rows: Vec<(i64, Option<(Reach, SyncRecord)>)> = Vec::new();
        for row in sync::deleted_after(read, home, since, RECORDS_MAX)? {
            let is_of_part = row.version > part.arrived && row.deleted >= part.given;
            let is_theirs = is_of_part && row.lists.map_or(Ok(true), |lists| sight.could_see(read, lists))?;
            let reach = sight.see(&row.path).filter(|_| is_theirs);
            rows.push((row.version, reach.map(|reach| deleted(reach, &row))));
        }
        for entry in sync::changed_after(read, home, since, RECORDS_MAX)? {
            let place = nodes::place(read, entry.node.id)?;
            let reach = place.and_then(|place| sight.see(&place.path()));
            rows.push((entry.version, reach.map(|reach| present(reach, &entry))));
        }
        rows.sort_by_key(|(version, _)| *version);
        rows.truncate(RECORDS_MAX);
        let (is_part, last) = (rows.len() == RECORDS_MAX, rows.last().map(|(version, _)| *version));
        let records: Vec<_> = rows.into_iter().filter_map(|(_, record)| record).collect();
        match last {
            Some(last) if is_part && records.is_empty() => since = last,
            _ => return Ok(records),
        }
    }
}

impl Sight<'_> {
    /// The entry at a real path. Entries without a valid path are left out, and so is the shared folder
    /// itself.
    fn see(&self, path: &str) -> Option<Reach> {
        let real = CloudPath::parse(path).ok().filter(|real| real != self.top.real())?;
        self.ways.seen_in(self.top, &real)
    }

    /// True if the user could see what was deleted under access lists that were written down then.
    fn could_see(&mut self, read: &Read, lists: i64) -> Result<bool> {
        if let Some(could_see) = self.lists.get(&lists) {
            return Ok(*could_see);
        }
        let could_see = self.ways.could_read(self.top.way(), &sync_lists::by_id(read, lists)?);
        self.lists.insert(lists, could_see);
        Ok(could_see)
    }
}

fn present(reach: Reach, entry: &EntryRow) -> (Reach, SyncRecord) {
    let facts = entry.node.facts;
    let modified = from_nanoseconds(facts.modified_nanoseconds);
    let changed = facts.changed_nanoseconds.map(from_nanoseconds);
    let record = SyncRecord {
        path: reach.shown().clone(),
        is_folder: facts.is_folder,
        is_deleted: false,
        size: facts.size_bytes,
        modified,
        etag: content_etag(facts.inode, facts.size_bytes, modified, changed),
        version: entry.version,
    };
    (reach, record)
}

fn deleted(reach: Reach, row: &DeletionRow) -> (Reach, SyncRecord) {
    let record = SyncRecord {
        path: reach.shown().clone(),
        is_folder: row.is_folder,
        is_deleted: true,
        size: row.size_bytes,
        modified: SystemTime::UNIX_EPOCH,
        etag: String::new(),
        version: row.version,
    };
    (reach, record)
}
