//! A content takes its place among the files. What was there becomes a version of it.

use crate::base::ids::object_id;
use crate::base::path::CloudPath;
use crate::base::root::Root;
use crate::disk::{Committed, Moved};
use crate::domain::accounts::actor::User;
use crate::domain::files::locks::ChangeGuard;
use crate::domain::index::rows::{self, IndexRows};
use crate::domain::quota::reservations::Reserved;
use crate::domain::{Change, Cloud};
use crate::error::Result;
use crate::store::Write;
use crate::store::versions::{self, NewVersion};

/// A content on its way to its place. Until its rows are committed nobody locks the place, and the room for it stays reserved.
pub(in crate::domain) struct Replacement {
    guard: ChangeGuard,
    reserved: Reserved,
    rows: IndexRows,
    target: CloudPath,
    by: String,
    /// The id under which the disk keeps what was there.
    pub version: String,
}

impl Cloud {
    /// `reserved` is of the root of the target.
    pub(in crate::domain) fn begin_replacement(
        &self,
        user: &User,
        target: &CloudPath,
        guard: ChangeGuard,
        reserved: Reserved,
    ) -> Replacement {
        Replacement {
            guard,
            reserved,
            rows: self.rows(),
            target: target.clone(),
            by: user.name().to_owned(),
            version: object_id(),
        }
    }
}

impl Replacement {
    /// The rows of a content that the disk has put in its place; tells its entry of the index.
    pub fn record(self, done: &Committed) -> Change<i64> {
        let stat = done.stat;
        self.record_as(done, move |tx, rows, target, by| rows.record_saved(tx, target, &stat, by))
    }

    /// The same for an entry that has come from elsewhere: `save` writes its rows, and tells which one it is.
    pub fn record_as(
        self,
        done: &Committed,
        save: impl FnOnce(&Write, &IndexRows, &CloudPath, &str) -> Result<i64> + Send + 'static,
    ) -> Change<i64> {
        let Replacement { guard, reserved, rows, target, by, version } = self;
        let kept = done.kept.map(|old| new_version(version, reserved.root(), &by, &old));
        let change =
            Change::new(move |tx| rows.record_replaced(tx, &target, kept, || save(tx, &rows, &target, &by)));
        change.holding((guard, reserved))
    }
}

/// The row of an old content that was kept.
fn new_version(id: String, owner: &Root, by: &str, old: &Moved) -> NewVersion {
    let (before, old) = (rows::facts(&old.before), rows::facts(&old.now));
    NewVersion {
        id,
        node: 0,
        owner: owner.clone(),
        size_bytes: old.size_bytes,
        modified_nanoseconds: old.modified_nanoseconds,
        changed_nanoseconds: old.changed_nanoseconds,
        former: None,
        inode: old.inode,
        former_changed_nanoseconds: before.changed_nanoseconds,
        written_by: String::new(),
        written_how: String::new(),
        created_by: by.to_owned(),
    }
}

impl IndexRows {
    /// Notes a new content by `save`, which tells its entry of the index, and the old one that was kept. Returns that entry.
    fn record_replaced(
        &self,
        tx: &Write,
        path: &CloudPath,
        kept: Option<NewVersion>,
        save: impl FnOnce() -> Result<i64>,
    ) -> Result<i64> {
        let Some(kept) = kept else { return save() };
        // Afterwards the entry says who wrote the new one.
        let before = self.known(tx, path)?;
        let former = before.as_ref().map(|before| before.id);
        let (written_by, written_how) = before.map_or_else(Default::default, |before| {
            (before.modified_by.unwrap_or_default(), before.modified_how)
        });
        let node = save()?;
        if let Some(replaced) = former.filter(|former| *former != node) {
            versions::pass_on(tx, replaced, node)?;
        }
        versions::insert(tx, &NewVersion { node, former, written_by, written_how, ..kept })?;
        Ok(node)
    }
}
