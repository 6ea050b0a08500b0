//! What people have attached to entries, as one of them sees it in a listing.

use crate::base::guarded::Guarded;
use crate::base::path::CloudPath;
use crate::domain::CloudView;
use crate::domain::access::grants::{Grants, Sharing};
use crate::domain::access::rights::{Reach, Way};
use crate::domain::accounts::actor::User;
use crate::domain::index::lookup;
use crate::error::Result;
use crate::store::Read;
use crate::store::favorites::{self, FavoriteRow};
use crate::store::{comments, notification_filters};
use std::collections::HashMap;
use std::sync::MutexGuard;

/// Entries in memory; beyond this all are forgotten and read again.
const REMEMBERED_MAX: usize = 1024;

/// What is attached to an entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Its place among the user's favourites; where it is in several lists, the star or else the first.
    pub favorite: Option<FavoriteRow>,
    /// Whether somebody has said something about it.
    pub is_commented: bool,
    /// Whether the user does not want to hear about it.
    pub is_filtered: bool,
    /// How it is shared, for those whose it is.
    pub sharing: Option<Sharing>,
}

/// What is attached to the entries of a folder; those without anything are not in it.
#[derive(Debug, Default)]
pub struct Marks(HashMap<String, Mark>);

impl Marks {
    pub fn of(&self, name: &str) -> Mark {
        self.0.get(name).copied().unwrap_or_default()
    }
}

/// What the database says of an entry.
#[derive(Clone, Debug, Default)]
pub(in crate::domain) struct Attached {
    /// The account that last wrote it.
    pub modified_by: Option<String>,
    pub mark: Mark,
}

/// What was read of entries that were asked for one by one, as long as nothing in the database changes: who asks again needs
/// no worker.
#[derive(Default)]
pub(in crate::domain) struct Remembered(Guarded<RememberedState>);

#[derive(Default)]
struct RememberedState {
    version: u64,
    /// With the account that asked: favourites are its own.
    entries: HashMap<CloudPath, (i64, Attached)>,
}

impl Remembered {
    fn state(&self) -> MutexGuard<'_, RememberedState> {
        self.0.lock()
    }

    /// What was read for a user at this version of the database.
    pub fn get(&self, version: u64, user: &User, path: &CloudPath) -> Option<Attached> {
        let state = self.state();
        let (account, attached) = state.entries.get(path).filter(|_| state.version == version)?;
        (*account == user.id()).then(|| attached.clone())
    }

    /// Remembers what was read for a user. `version` is the one that the database had before.
    pub fn put(&self, version: u64, user: &User, path: &CloudPath, attached: &Attached) {
        let mut state = self.state();
        if version < state.version {
            return;
        }
        if state.version != version || state.entries.len() >= REMEMBERED_MAX {
            state.entries.clear();
            state.version = version;
        }
        state.entries.insert(path.clone(), (user.id(), attached.clone()));
    }
}

impl CloudView<'_> {
    /// What is attached to the entries of a folder: a few queries, however many entries there are.
    pub(in crate::domain) fn marks_in(&self, user: &User, reach: &Reach) -> Result<Marks> {
        let mut marks = Marks::default();
        if may_know_sharing(reach) {
            for (name, sharing) in self.grants()?.sharing_in(reach.real()) {
                marks.0.entry(name.to_string()).or_default().sharing = Some(sharing);
            }
        }
        let folder = reach.real();
        self.cloud.store.read(|read| {
            let Some(folder) = lookup::find(read, &self.cloud.volumes, folder)? else { return Ok(marks) };
            for (name, favorite) in favorites::in_folder(read, user.id(), folder.id)? {
                marks.0.entry(name).or_default().favorite = Some(favorite);
            }
            for name in comments::in_folder(read, folder.id)? {
                marks.0.entry(name).or_default().is_commented = true;
            }
            for name in notification_filters::in_folder(read, user.id(), folder.id)? {
                marks.0.entry(name).or_default().is_filtered = true;
            }
            Ok(marks)
        })
    }
}

/// The same mark with how the entry is shared.
pub(in crate::domain) fn with_sharing(mark: Mark, reach: &Reach, grants: &Grants) -> Mark {
    let sharing = if may_know_sharing(reach) { grants.sharing_at(reach.real()) } else { None };
    Mark { sharing, ..mark }
}

/// Whether somebody sees how what they reach is shared: it is theirs, or they are an admin at work on users' data.
fn may_know_sharing(reach: &Reach) -> bool {
    matches!(reach.way(), Way::Own | Way::Proxy)
}

/// What is attached to an entry of the index.
pub(in crate::domain) fn of_node(read: &Read, user: &User, node: i64) -> Result<Mark> {
    Ok(Mark {
        favorite: favorites::of_node(read, user.id(), node)?.first().copied(),
        is_commented: comments::count(read, node)? > 0,
        is_filtered: notification_filters::exists(read, user.id(), node)?,
        sharing: None,
    })
}
