//! What sync clients ask: which folders they can sync, and what has changed in one.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{SyncStatus, params};
use crate::api::reply::{Fields, Reply, Row, Rows};
use crate::base::path::CloudPath;
use crate::base::time::{Clock, nanoseconds};
use crate::domain::accounts::actor::User;
use crate::domain::sync::{SyncDelta, SyncRecord};
use crate::error::Result;

ops! { SYNC: User "Sync"
    /// The folders that can be synced, each with the version of its newest change.
    "getsyncfolderlist" proxy query folders(Folders);
    /// How the entries are now that have changed since a version, at most 1000 at once, in the order of their versions: ask again
    /// with the greatest `updateversion` until nothing comes. What is gone stays listed with `isdeleted` 1. Status 410: begin
    /// anew, with the version 0.
    "getsyncdelta" proxy query delta(Delta);
}

params! {
    Folders {
        /// Ignored.
        v: Option<String>,
        /// Ignored.
        skipsyncwithevents: Option<String>,
        /// Ignored: it counts network folders.
        count: Option<String>,
    }
    Delta {
        /// Ignored.
        friendly: Option<String>,
        /// Ignored.
        name: Option<String>,
        /// The folder, as `getsyncfolderlist` tells it.
        path: CloudPath,
        /// The version that the client knows, as `server,VERSION;`, or the bare number; 0 for everything.
        status: SyncStatus,
        /// Ignored: what may be done is always told.
        permissions: Option<bool>,
        /// Ignored: all fields are always sent.
        includeextrafields: Option<bool>,
    }
}

fn folders(context: &mut CallContext<'_>, user: &User, _: Folders) -> Result<Reply> {
    let row = |root: crate::domain::sync::SyncRoot| {
        Row::new().text("name", root.path.to_string()).text("statusset", format!("server,{};", root.version))
    };
    let rows: Vec<Row> = context.cloud().sync_roots(user)?.into_iter().map(row).collect();
    Ok(Reply::records("syncfolders", None, "syncfolder", rows))
}

fn delta(context: &mut CallContext<'_>, user: &User, params: Delta) -> Result<Reply> {
    let delta = context.cloud().sync_delta(&context.view().readable(user, &params.path)?, params.status.0)?;
    let meta = Row::new()
        .number("total", delta.records.len() as u64)
        .number("updateversion", delta.newest)
        .number("result", 1)
        .text("message", "");
    Ok(Reply::records("syncdelta", Some(meta), "record", Records { delta, clock: Clock::local() }))
}

struct Records {
    delta: SyncDelta,
    clock: Clock,
}

impl Rows for Records {
    fn count(&self) -> usize {
        self.delta.records.len()
    }

    fn write(&self, index: usize, fields: &mut dyn Fields) {
        let record: &SyncRecord = &self.delta.records[index];
        let name = record.path.rsplit('/').next().unwrap_or_default();
        let seconds = nanoseconds(record.modified).div_euclid(1_000_000_000);
        let modified = if record.is_deleted { String::new() } else { self.clock.entry_time(seconds).text };
        let may = i64::from(!record.is_deleted);
        fields.number("type", i64::from(!record.is_folder));
        fields.number("size", i64::try_from(record.size).unwrap_or(i64::MAX));
        fields.text("modified", &modified);
        fields.text("name", name);
        fields.text("fullpath", &record.path);
        fields.text("flags", "");
        fields.number("isdeleted", i64::from(record.is_deleted));
        fields.number("updateversion", record.version);
        for ability in ["candownload", "canupload", "canrename"] {
            fields.number(ability, may);
        }
        fields.text("etag", &record.etag);
    }
}
