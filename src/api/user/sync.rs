//! Operations for sync clients: the folders that they can sync, and the changes in one.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{Ignored, SyncStatus, params};
use crate::api::record::{Empty, ListTime, Record, Yes, record, reply};
use crate::api::reply::{Fields, Reply, Rows};
use crate::base::path::EntryName;
use crate::base::shown_path::ShownPath;
use crate::base::time::{Clock, nanoseconds};
use crate::domain::accounts::actor::User;
use crate::domain::sync::{SyncDelta, SyncRecord};
use crate::error::Result;

ops! { SYNC: User "Sync"
    /// The folders that can be synced, each with the version of its newest change: the caller's own
    /// files, network folders, and shared folders with the right to sync them, whose version is that
    /// of the newest change of the one who shares them.
    "getsyncfolderlist" proxy query folders(Folders) -> SyncFolders;
    /// The entries that have changed since a version, as they are now: at most 1000 at once, in the
    /// order of their versions. Ask again with the greatest `updateversion` until the reply is
    /// empty. A deleted entry stays listed with `isdeleted` 1. After status 410, start again with
    /// the version 0.
    "getsyncdelta" proxy query delta(Delta) -> SyncChanges;
}

params! {
    Folders {
        /// Ignored.
        v: Ignored,
        /// Ignored.
        skipsyncwithevents: Ignored,
        /// Ignored: it counts network folders.
        count: Ignored,
    }
    Delta {
        /// Ignored.
        friendly: Ignored,
        /// Ignored.
        name: Ignored,
        /// The folder, as in `getsyncfolderlist`.
        path: ShownPath,
        /// The version that the client knows, as `server,VERSION;`, or the bare number; 0 for everything.
        status: SyncStatus,
        /// Ignored: the rights are always sent.
        permissions: Ignored,
        /// Ignored: all fields are always sent.
        includeextrafields: Ignored,
    }
}

record! {
    /// A folder that can be synced.
    SyncFolder {
        /// The full path.
        name: String,
        /// The version of its newest change, as `server,VERSION;`.
        statusset: String,
    }
    /// The extent of the changes.
    SyncDeltaMeta {
        /// Number of records.
        total: usize,
        /// The version of the newest change in the folder.
        updateversion: i64,
        /// Always 1.
        result: Yes,
        /// Always empty.
        message: Empty,
    }
    /// The present state of an entry.
    SyncChange<'a> {
        /// 1 for a file, 0 for a folder.
        kind = "type": bool,
        /// The size in bytes.
        size: u64,
        /// The modification time; empty for a removed entry.
        modified: ListTime,
        /// The name.
        name: &'a str,
        /// The full path.
        fullpath: String,
        /// Not in use here.
        flags: Empty,
        /// Whether it was removed.
        isdeleted: bool,
        /// The version of this change.
        updateversion: i64,
        /// Whether it can be downloaded.
        candownload: bool,
        /// Whether new content can be uploaded.
        canupload: bool,
        /// Whether it can be renamed.
        canrename: bool,
        /// The ETag of the content.
        etag: &'a str,
    }
}

reply! {
    /// The folders that can be synced.
    SyncFolders = syncfolders()[syncfolder: SyncFolder];
    /// The entries that have changed, in the order of their versions.
    SyncChanges = syncdelta(SyncDeltaMeta)[record: SyncChange<'static>];
}

fn folders(context: &mut CallContext<'_>, user: &User, _: Folders) -> Result<Reply<SyncFolders>> {
    let record = |root: crate::domain::sync::SyncRoot| SyncFolder {
        name: root.path.to_string(),
        statusset: format!("server,{};", root.version),
    };
    let rows: Vec<SyncFolder> = context.cloud().sync_roots(user)?.into_iter().map(record).collect();
    Ok(Reply::list(rows))
}

fn delta(context: &mut CallContext<'_>, user: &User, params: Delta) -> Result<Reply<SyncChanges>> {
    let delta =
        context.cloud().sync_delta(user, &context.view().readable(user, &params.path)?, params.status.0)?;
    let (total, updateversion) = (delta.records.len(), delta.newest);
    let meta = SyncDeltaMeta { total, updateversion, result: Yes, message: Empty };
    Ok(Reply::with_meta(meta, Records { delta, clock: Clock::local() }))
}

struct Records {
    delta: SyncDelta,
    clock: Clock,
}

impl Rows for Records {
    type Record = SyncChange<'static>;

    fn count(&self) -> usize {
        self.delta.records.len()
    }

    fn write(&self, index: usize, fields: &mut dyn Fields) {
        let record: &SyncRecord = &self.delta.records[index];
        let name = record.path.leaf().map_or("", EntryName::as_str);
        let seconds = nanoseconds(record.modified).div_euclid(1_000_000_000);
        let modified = if record.is_deleted { String::new() } else { self.clock.entry_time(seconds).text };
        let is_there = !record.is_deleted;
        let change = SyncChange {
            kind: !record.is_folder,
            size: record.size,
            modified: ListTime(modified),
            name,
            fullpath: record.path.to_string(),
            flags: Empty,
            isdeleted: record.is_deleted,
            updateversion: record.version,
            candownload: is_there,
            canupload: is_there,
            canrename: is_there,
            etag: &record.etag,
        };
        change.write(fields);
    }
}
