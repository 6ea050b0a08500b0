//! What sync clients ask: which homes there are, and what has changed in one since a version.
//!
//! What this program changes itself, and what a visit finds changed, is in the index together with its version (see
//! `store::sync`). What nobody visits must be looked for: a client that asks makes that happen, but so seldom that looking is a
//! small part of the time.

use crate::base::path::{CloudPath, EXTERNAL, EntryName};
use crate::base::shown_path::ShownPath;
use crate::base::time::from_nanoseconds;
use crate::disk::{Kind, content_etag};
use crate::domain::Cloud;
use crate::domain::access::rights::{Reach, Readable, Rights};
use crate::domain::accounts::actor::User;
use crate::domain::index::lookup;
use crate::domain::index::rows;
use crate::domain::index::scan_schedule::Looks;
use crate::error::{Code, Error, Result};
use crate::store::sync::{self, DeletionRow, EntryRow, RootRow};
use crate::store::{Read, nodes};
use std::sync::Arc;
use std::time::{Instant, SystemTime};

/// Records of one answer.
pub const RECORDS_MAX: usize = 1000;
/// How long a deletion stays listed, and how long a home is kept ready that no client asks about, in seconds.
const DELETIONS_KEPT_SECONDS: i64 = 90 * 24 * 3600;
/// Deletions of one home that stay listed.
const DELETIONS_MAX: i64 = 100_000;

/// A home that can be synced.
#[derive(Debug, PartialEq, Eq)]
pub struct SyncRoot {
    pub path: ShownPath,
    /// The version of its newest change; 0 when nobody has synced it yet.
    pub version: i64,
}

/// How an entry is now, after its newest change.
#[derive(Debug)]
pub struct SyncRecord {
    pub path: ShownPath,
    pub is_folder: bool,
    pub is_deleted: bool,
    /// In bytes; of a deleted file what it was at last.
    pub size: u64,
    pub modified: SystemTime,
    /// Names the content; empty for what is deleted.
    pub etag: String,
    pub version: i64,
}

/// What has changed since a version, at most [`RECORDS_MAX`] of it, in the order of the versions.
#[derive(Debug)]
pub struct SyncDelta {
    pub records: Vec<SyncRecord>,
    /// The version of the newest change in the home.
    pub newest: i64,
}

impl Cloud {
    /// The homes that a user can sync: their own; for an admin at work on users' data, everybody's.
    pub fn sync_roots(&self, user: &User) -> Result<Vec<SyncRoot>> {
        let (view, top) = (self.view(), ShownPath::root());
        let (ways, external) = (view.ways(user)?, top.join(&EntryName::parse(EXTERNAL)?)?);
        let homes = view.homes(user)?;
        let homes = homes.iter().filter_map(|found| ways.reach(&top.join(&found.name).ok()?));
        homes
            .chain(ways.roots_below(&external))
            .filter(|root| root.rights().has(Rights::SYNC))
            .map(|root| {
                let path = root.real();
                let is_own = path.first().is_some_and(|name| name.as_str() == user.name());
                let started = if is_own { Some(self.started(&root)?) } else { self.sync_root(path)? };
                let version = started.map_or(0, |(_, root)| root.version);
                Ok(SyncRoot { version, path: root.shown().clone() })
            })
            .collect()
    }

    /// What has changed in a home since a version; 0 is before everything.
    ///
    /// # Errors
    /// `Code::Invalid` for what is no home, `Code::NotFound` when it is not there, `Code::Gone` when deletions since that
    /// version are no longer known: the client must begin anew, from 0.
    pub fn sync_delta(&self, user: &User, home: &Readable, since: i64) -> Result<SyncDelta> {
        let path = home.real();
        let is_root = !home.is_above_roots() && path.parts().len() == path.root_depth();
        if !is_root || !home.rights().has(Rights::SYNC) {
            return Err(Error::new(
                Code::Invalid,
                "Only the folders that getsyncfolderlist tells can be synced.",
            ));
        }
        self.started(home)?;
        self.look_at_home(path)?;
        let ways = self.view().ways(user)?;
        // What has no path that anybody could ask by is told nobody.
        let see = |text: &str| ways.seen_in(home, &CloudPath::parse(text).ok()?);
        let (found, records) = self.store.read(|read| {
            let found = self.root_row(read, path)?;
            let records = match found {
                Some((home, root)) if knows_enough(&root, since) => records(read, home, since, &see)?,
                _ => Vec::new(),
            };
            Ok((found, records))
        })?;
        let (id, root) = home.there(found)?;
        if !knows_enough(&root, since) {
            return Err(Error::new(
                Code::Gone,
                "What was deleted since this version is no longer known. Please begin anew, with the version 0.",
            ));
        }
        if sync::is_asked_anew(&root, self.now()) {
            self.store.write_later(move |tx| sync::asked(tx, id));
        }
        let records = records.into_iter().map(|(reach, record)| self.complete(&reach, record));
        Ok(SyncDelta { records: records.collect(), newest: root.version })
    }

    /// Forgets deletions that are long ago or too many, and homes that nobody has synced for long.
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

    /// The root of a home; begun now, with all that lies there, when it is the first time.
    fn started(&self, root: &Reach) -> Result<(i64, RootRow)> {
        let home = root.real();
        if let Some(root) = self.sync_root(home)? {
            return Ok(root);
        }
        if self.volumes.stat(home)?.is_none_or(|stat| stat.kind != Kind::Folder) {
            return root.there(None);
        }
        let (volumes, path) = (Arc::clone(&self.volumes), home.clone());
        self.store.write(move |tx| sync::start(tx, rows::folder_id(tx, &volumes, &path)?))?;
        self.look_at_home(home)?;
        root.there(self.sync_root(home)?)
    }

    /// Brings the index up to date where that is due: the whole home, or the folders that are new in it.
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

    /// The index does not know a folder's own times and sizes as the disk has them.
    fn complete(&self, reach: &Reach, mut record: SyncRecord) -> SyncRecord {
        if record.is_folder && !record.is_deleted {
            if let Ok(Some(stat)) = self.volumes.stat(reach.real()) {
                (record.modified, record.etag) = (stat.modified, stat.etag());
            }
        }
        record
    }
}

/// Whether every deletion since a version is known. One from before this home was begun, or from a future that a restored
/// copy has lost, is no version of this home.
fn knows_enough(root: &RootRow, since: i64) -> bool {
    since == 0 || (root.oldest..=root.version).contains(&since)
}

/// What has changed, as far as its user sees it. Looks further where they see nothing of a part, or their client would ask
/// for the same part for ever.
fn records(
    read: &Read,
    home: i64,
    mut since: i64,
    see: &dyn Fn(&str) -> Option<Reach>,
) -> Result<Vec<(Reach, SyncRecord)>> {
    loop {
        let mut rows: Vec<(i64, Option<(Reach, SyncRecord)>)> = Vec::new();
        for row in sync::deleted_after(read, home, since, RECORDS_MAX)? {
            rows.push((row.version, see(&row.path).map(|reach| deleted(reach, &row))));
        }
        for entry in sync::changed_after(read, home, since, RECORDS_MAX)? {
            let place = nodes::place(read, entry.node.id)?;
            let reach = place.and_then(|place| see(&place.path()));
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
