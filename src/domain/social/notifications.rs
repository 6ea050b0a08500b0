//! Notifications for people about changes that others have made to their files. A comment and a
//! storage that runs full get a notification of their own (a "toast"), which waits until it is
//! seen. All others are in the stream. Entries at or below a filtered path are in neither.

use crate::base::limits::NOTIFICATION_FILTERS_MAX;
use crate::base::path::{CloudPath, EntryName};
use crate::base::shown_path::ShownPath;
use crate::domain::access::rights::Readable;
use crate::domain::accounts::actor::User;
use crate::domain::index::lookup;
use crate::domain::index::rows::IndexRows;
use crate::domain::social::activities::Activity;
use crate::domain::volumes::registry::Volumes;
use crate::domain::{Cloud, CloudView};
use crate::error::{Code, Error, Result};
use crate::store::toasts::{self, NewToast, NotificationKind, ToastRow};
use crate::store::{Read, Write, nodes, notification_filters, shares, users};

/// A notification and the path of its entry.
#[derive(Clone, Debug)]
pub struct Toast {
    pub path: ShownPath,
    pub row: ToastRow,
}

impl CloudView<'_> {
    /// The notifications for a user about existing entries, the newest first.
    pub fn toasts(&self, user: &User) -> Result<Vec<Toast>> {
        let (volumes, ways) = (&self.cloud.volumes, self.ways(user)?);
        let known = self.cloud.store.read(|read| {
            let mut known = Vec::new();
            for row in toasts::of_user(read, user.id())? {
                let path = path_of_id(read, volumes, row.node)?;
                known.extend(path.and_then(|path| ways.seen(&path)).map(|reach| (reach, row)));
            }
            Ok(known)
        })?;
        let mut found = Vec::new();
        for (reach, row) in known {
            if volumes.stat_if_present(reach.real())?.is_some() {
                found.push(Toast { path: reach.shown().clone(), row });
            }
        }
        Ok(found)
    }

    /// The number of notifications that a user has not read.
    pub fn unread_toasts(&self, user: &User) -> Result<u64> {
        self.cloud.store.read(|read| toasts::count_unread(read, user.id()))
    }

    /// The changes that others have made to entries that a user may read, the newest first.
    pub fn notices(&self, user: &User, limit: usize) -> Result<Vec<Activity>> {
        let top = self.reach(user, &ShownPath::root())?;
        let filtered = self.cloud.store.read(|read| filtered_paths(read, &self.cloud.volumes, user.id()))?;
        self.activities_where(user, &top, 0, limit, |path, row| {
            !row.who.is_empty() && row.who != user.name() && !is_filtered(path, &filtered)
        })
    }

    /// True if a user has filtered exactly this path.
    pub fn is_notification_filter_set(&self, user: &User, path: &Readable) -> Result<bool> {
        self.cloud.store.read(|read| match lookup::find(read, &self.cloud.volumes, path.real())? {
            Some(node) => notification_filters::exists(read, user.id(), node.id),
            None => Ok(false),
        })
    }
}

impl Cloud {
    /// Filters the notifications of a user about an entry and all entries below it. The result runs
    /// in a transaction.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such entry; in the transaction, `Code::Conflict` if there
    /// are too many filters.
    pub fn add_notification_filter(
        &self,
        user: &User,
        path: &Readable,
    ) -> Result<impl FnOnce(&Write) -> Result<()> + Send + use<>> {
        let (node, user) = (path.there(self.node_at(path.real())?)?, user.id());
        Ok(move |tx: &Write| {
            notification_filters::insert(tx, user, node(tx)?)?;
            if notification_filters::of_user(tx, user)?.len() > NOTIFICATION_FILTERS_MAX {
                return Err(Error::new(
                    Code::Conflict,
                    format!("There can be no more than {NOTIFICATION_FILTERS_MAX} notification filters."),
                ));
            }
            Ok(())
        })
    }

    /// Undoes [`Cloud::add_notification_filter`]. The result runs in a transaction.
    pub fn remove_notification_filter(
        &self,
        user: &User,
        path: &Readable,
    ) -> impl FnOnce(&Write) -> Result<()> + Send + use<> {
        let (rows, user, path) = (self.rows(), user.id(), path.real().clone());
        move |tx: &Write| match rows.known(tx, &path)? {
            Some(node) => notification_filters::delete(tx, user, node.id),
            None => Ok(()),
        }
    }
}

/// Notifies the owner of an entry that somebody else has commented on it, unless the owner has
/// filtered it.
pub(in crate::domain) fn tell_of_comment(
    tx: &Write,
    rows: &IndexRows,
    author: i64,
    node: i64,
    path: &CloudPath,
    text: &str,
) -> Result<()> {
    let Some(owner) = users::by_name(tx, path.first().map_or("", EntryName::as_str))? else { return Ok(()) };
    if owner.id == author || is_filtered(path, &filtered_paths(tx, rows.volumes(), owner.id)?) {
        return Ok(());
    }
    toasts::insert(
        tx,
        &NewToast { user: owner.id, actor: author, node, kind: NotificationKind::Comment, text },
    )
}

/// Notifies accounts that somebody has shared an entry with them. `name` is the name of the share.
pub(in crate::domain) fn tell_of_share(
    tx: &Write,
    actor: i64,
    node: i64,
    name: &str,
    told: impl IntoIterator<Item = i64>,
) -> Result<()> {
    told.into_iter().filter(|user| *user != actor).try_for_each(|user| {
        toasts::insert(tx, &NewToast { user, actor, node, kind: NotificationKind::Share, text: name })
    })
}

/// Notes that a user has seen notifications.
///
/// # Errors
/// `Code::NotFound` if one of them does not exist.
pub fn mark_read(tx: &Write, user: &User, ids: &[i64]) -> Result<()> {
    ids.iter().try_for_each(|id| there(toasts::mark_read(tx, user.id(), *id)?))
}

/// Removes a notification of a user.
///
/// # Errors
/// `Code::NotFound` if there is no such notification.
pub fn remove(tx: &Write, user: &User, id: i64) -> Result<()> {
    there(toasts::delete(tx, user.id(), id)?)
}

/// Removes all notifications of a user.
pub fn remove_all(tx: &Write, user: &User) -> Result<()> {
    toasts::delete_all(tx, user.id())
}

fn there(is_there: bool) -> Result<()> {
    if is_there { Ok(()) } else { Err(Error::new(Code::NotFound, "There is no such notification.")) }
}

/// The paths about which an account gets no notifications: its filters, and the shares that notify
/// nobody.
fn filtered_paths(read: &Read, volumes: &Volumes, user: i64) -> Result<Vec<CloudPath>> {
    let mut paths = Vec::new();
    let quiet = shares::quiet_nodes(read, user)?;
    for node in notification_filters::of_user(read, user)?.into_iter().chain(quiet) {
        paths.extend(path_of_id(read, volumes, node)?);
    }
    Ok(paths)
}

fn is_filtered(path: &CloudPath, filtered: &[CloudPath]) -> bool {
    filtered.iter().any(|above| path.starts_with(above))
}

/// The path of an entry of the index, if it has one.
pub(in crate::domain) fn path_of_id(read: &Read, volumes: &Volumes, id: i64) -> Result<Option<CloudPath>> {
    nodes::by_id(read, id)?.map_or(Ok(None), |node| lookup::path_of(read, volumes, &node))
}
