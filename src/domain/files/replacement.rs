//! Puts new content in its place among the files. The old content becomes a version.

use crate::base::ids::object_id;
use crate::base::path::CloudPath;
use crate::base::root::Root;
use crate::disk::{Committed, Kind, Moved};
use crate::domain::access::rights::Reach;
use crate::domain::accounts::actor::{Client, User};
use crate::domain::files::locks::ChangeGuard;
use crate::domain::files::refused::{Added, Exchanged};
use crate::domain::index::rows::{self, IndexRows};
use crate::domain::quota::reservations::Reserved;
use crate::domain::volumes::registry::Volumes;
use crate::domain::{Change, Cloud};
use crate::error::Result;
use crate::store::recent_changes::{self, RecentChange};
use crate::store::versions::{self, NewVersion};
use crate::store::{Store, Write};
use std::sync::Arc;

/// New content on its way to its place. Until its rows are committed, nobody can lock the place,
/// and its bytes stay reserved.
pub(in crate::domain) struct Replacement {
    guard: ChangeGuard,
    reserved: Reserved,
    rows: IndexRows,
    target: CloudPath,
    by: String,
    /// The client whose change is noted; `None` if it is not noted.
    client: Option<Client>,
    /// The place from which the entry is moved here.
    moved_from: Option<CloudPath>,
    /// The id under which the new content was a version before.
    was_version: Option<String>,
    store: Arc<Store>,
    volumes: Arc<Volumes>,
    /// The id under which the disk keeps the old content.
    pub version: String,
}

impl Cloud {
    /// `reserved` belongs to the root of the target.
    pub(in crate::domain) fn begin_replacement(
        &self,
        user: &User,
        target: &Reach,
        guard: ChangeGuard,
        reserved: Reserved,
    ) -> Replacement {
        Replacement {
            guard,
            reserved,
            rows: self.rows(),
            target: target.real().clone(),
            by: user.name().to_owned(),
            client: self.noted_client(user),
            moved_from: None,
            was_version: None,
            store: Arc::clone(&self.store),
            volumes: Arc::clone(&self.volumes),
            version: object_id(),
        }
    }
}

impl Replacement {
    /// The same for a version that becomes the present content. The brake does not count it.
    pub fn of_version(self, id: &str) -> Replacement {
        Replacement { client: None, was_version: Some(id.to_owned()), ..self }
    }

    /// The same for the copy of an old content that comes back. The brake does not count it.
    pub fn of_old_content(self) -> Replacement {
        Replacement { client: None, ..self }
    }

    /// The same for an entry that is moved here from another place among the files.
    pub fn moved_from(self, place: &CloudPath) -> Replacement {
        Replacement { moved_from: Some(place.clone()), ..self }
    }

    /// The rows of content that this call has made, or that was a version, and that the disk has put
    /// in its place. They return the id of its entry. If they cannot be committed, a new file is
    /// removed, and an old content returns to its place.
    pub fn record(self, done: &Committed) -> Change<i64> {
        let stat = done.stat;
        let (exchanged, added) = (self.exchanged(done), self.added(done));
        let change =
            self.record_as(done, move |tx, rows, target, by| rows.record_saved(tx, target, &stat, by));
        // This takes the place of what `record_as` does without the rows.
        match (exchanged, added) {
            (Some(exchanged), _) => change.undone_by(|| exchanged.undo()),
            (None, Some(added)) => change.undone_by(|| added.undo()),
            (None, None) => change,
        }
    }

    /// The same for an entry that has come from elsewhere: `save` writes its rows, and returns its
    /// id. If they cannot be committed, both contents are kept.
    pub fn record_as(
        self,
        done: &Committed,
        save: impl FnOnce(&Write, &IndexRows, &CloudPath, &str) -> Result<i64> + Send + 'static,
    ) -> Change<i64> {
        let exchanged = self.exchanged(done);
        let Replacement { guard, reserved, rows, target, by, client, moved_from, version, .. } = self;
        let (root, place) = (reserved.root().clone(), target.clone());
        let replaced = done.kept.map(|_| version.clone());
        let kept = done.kept.map(|old| (new_version(version, &root, &by, &old), old.now.content_id()));
        let change =
            Change::new(move |tx| rows.record_replaced(tx, &target, kept, || save(tx, &rows, &target, &by)));
        let change = change.holding((guard, reserved));
        let change = match exchanged {
            Some(exchanged) => change.undone_by(move || exchanged.note(&exchanged.old)),
            None => change,
        };
        let Some(client) = client else { return change };
        let (key, noted) = (client.key.clone(), replaced.clone());
        let change = change.and_then(move |tx, node| {
            if let Some(change) = change_of(node, noted, moved_from) {
                recent_changes::insert(tx, &key, &change)?;
            }
            Ok(node)
        });
        change.completed_by(move |cloud| match replaced {
            Some(version) => cloud.count_replaced(&client, &place, &root, &version),
            None => cloud.count_in_place(&client, &place, &root),
        })
    }

    fn added(&self, done: &Committed) -> Option<Added> {
        let is_new = self.was_version.is_none() && done.stat.kind == Kind::File;
        is_new.then(|| Added {
            store: Arc::clone(&self.store),
            volumes: Arc::clone(&self.volumes),
            file: self.target.clone(),
            new: done.stat,
        })
    }

    fn exchanged(&self, done: &Committed) -> Option<Exchanged> {
        done.kept.map(|_| Exchanged {
            store: Arc::clone(&self.store),
            volumes: Arc::clone(&self.volumes),
            file: self.target.clone(),
            new: done.stat,
            old: self.version.clone(),
            was_version: self.was_version.clone(),
        })
    }
}

/// The change as it can be taken back; `None` for new content.
fn change_of(node: i64, version: Option<String>, moved_from: Option<CloudPath>) -> Option<RecentChange> {
    let from = moved_from.map(|from| from.real_text());
    match (version, from) {
        (Some(version), Some(from)) => Some(RecentChange::MovedOver { node, from, version }),
        (Some(version), None) => Some(RecentChange::Replaced(version)),
        (None, Some(from)) => Some(RecentChange::Moved { node, from }),
        (None, None) => None,
    }
}

/// The row of a version that was kept.
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
        name: String::new(),
    }
}

impl IndexRows {
    /// Records that new content has replaced another one. `save` records the new content and
    /// returns the id of its entry; `kept` is the version that was made of the other content, with
    /// what identifies that. Returns the id.
    fn record_replaced(
        &self,
        tx: &Write,
        path: &CloudPath,
        kept: Option<(NewVersion, String)>,
        save: impl FnOnce() -> Result<i64>,
    ) -> Result<i64> {
        let Some((kept, content)) = kept else { return save() };
        // This is read first, because afterwards the entry has the author of the new content.
        let before = self.known(tx, path)?;
        let former = before.as_ref().map(|before| before.id);
        let name = former.map_or(Ok(String::new()), |former| versions::name_of_live(tx, former, &content))?;
        let (written_by, written_how) = before.map_or_else(Default::default, |before| {
            (before.modified_by.unwrap_or_default(), before.modified_how)
        });
        let node = save()?;
        if let Some(replaced) = former.filter(|former| *former != node) {
            versions::pass_on(tx, replaced, node)?;
        }
        versions::insert(tx, &NewVersion { node, former, written_by, written_how, name, ..kept })?;
        Ok(node)
    }
}
