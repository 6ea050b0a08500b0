//! Annotations of entries in a listing, as one user sees them: favorites, comments, shares, sizes of
//! folders.

use crate::base::guarded::Guarded;
use crate::base::path::CloudPath;
use crate::domain::CloudView;
use crate::domain::access::grants::{Grants, Sharing};
use crate::domain::access::rights::{Reach, Way};
use crate::domain::access::ways::Ways;
use crate::domain::accounts::actor::User;
use crate::domain::files::listing::Part;
use crate::domain::files::location::{Located, node_of};
use crate::domain::files::recycle_bin::Deleted;
use crate::error::Result;
use crate::store::Read;
use crate::store::favorites::{self, FavoriteRow};
use crate::store::folder_sizes::{self, FolderSize};
use crate::store::nodes::NodeRow;
use crate::store::{comments, notification_filters};
use std::collections::HashMap;
use std::sync::MutexGuard;

/// Maximum number of entries in memory. Beyond it, all are forgotten and read again.
const REMEMBERED_MAX: usize = 1024;

/// The annotations of an entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Its place among the user's favorites. If it is in several lists, that of the star, or else
    /// of the first list.
    pub favorite: Option<FavoriteRow>,
    /// Its place in the shared album that is listed, from 1.
    pub place_in_album: Option<usize>,
    /// True if it has comments.
    pub is_commented: bool,
    /// True if the user has turned its notifications off.
    pub is_filtered: bool,
    /// The kind of its share, for users who may know it.
    pub sharing: Option<Sharing>,
    /// The size of a folder, for users who may know it.
    pub size: Option<FolderSize>,
}

/// The annotations of the entries of a folder. Entries without any are missing.
#[derive(Debug, Default)]
pub struct Marks(HashMap<String, Mark>);

impl Marks {
    pub fn of(&self, name: &str) -> Mark {
        self.0.get(name).copied().unwrap_or_default()
    }

    /// Adds the sizes of whole entries of a recycle bin.
    pub(in crate::domain) fn add_sizes(&mut self, deleted: &HashMap<String, Deleted>) {
        for (name, deleted) in deleted {
            self.0.entry(name.clone()).or_default().size = Some(deleted.size);
        }
    }
}

/// The values of an entry in the database.
#[derive(Clone, Debug, Default)]
pub(in crate::domain) struct Attached {
    /// The account that last wrote it.
    pub modified_by: Option<String>,
    pub mark: Mark,
}

/// Values that were read for single entries. They are valid until the database changes, and save a
/// worker when the same entry is asked for again.
#[derive(Default)]
pub(in crate::domain) struct Remembered(Guarded<RememberedState>);

#[derive(Default)]
struct RememberedState {
    version: u64,
    /// The values with the account that asked, because favorites belong to accounts.
    entries: HashMap<CloudPath, (i64, Attached)>,
}

impl Remembered {
    fn state(&self) -> MutexGuard<'_, RememberedState> {
        self.0.lock()
    }

    /// The values that were read for a user at this version of the database.
    pub fn get(&self, version: u64, user: &User, entry: &Reach) -> Option<Attached> {
        let state = self.state();
        let (account, attached) = state.entries.get(entry.real()).filter(|_| state.version == version)?;
        (*account == user.id()).then(|| attached.clone())
    }

    /// Remembers values for a user. `version` is the database's version before they were read.
    pub fn put(&self, version: u64, user: &User, entry: &Reach, attached: &Attached) {
        let mut state = self.state();
        if version < state.version {
            return;
        }
        if state.version != version || state.entries.len() >= REMEMBERED_MAX {
            state.entries.clear();
            state.version = version;
        }
        state.entries.insert(entry.real().clone(), (user.id(), attached.clone()));
    }
}

impl CloudView<'_> {
    /// The annotations of the entries of a folder. This takes a few queries for any number of
    /// entries.
    pub(in crate::domain) fn marks_in(
        &self,
        user: &User,
        ways: &Ways,
        reach: &Reach,
        entries: &Part,
    ) -> Result<Marks> {
        let mut marks = Marks::default();
        let sized = folders_to_size(ways, reach, entries);
        if may_know_sharing(reach) {
            for (name, sharing) in self.grants()?.sharing_in(reach.real()) {
                marks.0.entry(name.to_string()).or_default().sharing = Some(sharing);
            }
        }
        if reach.is_above_roots() {
            for (at, name) in ways.names_in_album(reach).iter().enumerate() {
                marks.0.entry(name.to_string()).or_default().place_in_album = Some(at + 1);
            }
        }
        let Some(located) = self.cloud.locate_reached(reach)? else { return Ok(marks) };
        self.cloud.store.read(|read| {
            let Some(folder) = node_of(&self.cloud.volumes, read, &located)? else { return Ok(marks) };
            for (name, size) in folder_sizes::of_folders(read, folder.id, &sized)? {
                marks.0.entry(name).or_default().size = Some(size);
            }
            if !matches!(located, Located::Files(_)) {
                return Ok(marks);
            }
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

/// The names of the shown folders of a folder whose sizes the user may know. Nobody learns the size
/// of what an access list hides from them, and visitors by a link learn none.
fn folders_to_size(ways: &Ways, reach: &Reach, entries: &Part) -> Vec<String> {
    if !may_know_sizes(reach) {
        return Vec::new();
    }
    let hidden = ways.partly_hidden_in(reach);
    entries
        .folders_in_memory()
        .into_iter()
        .filter(|name| !hidden.contains(name))
        .map(|name| name.to_string())
        .collect()
}

/// True if a user may see the sizes of folders there, as far as nothing is hidden from them.
fn may_know_sizes(reach: &Reach) -> bool {
    !matches!(reach.way(), Way::Above | Way::Link(_))
}

/// The annotations of an entry of the index, which its user reaches.
pub(in crate::domain) fn of_entry(
    read: &Read,
    user: &User,
    ways: &Ways,
    entry: &Reach,
    node: &NodeRow,
) -> Result<Mark> {
    let may_know = node.facts.is_folder && may_know_sizes(entry) && ways.shows_all_below(entry);
    let size = if may_know { folder_sizes::of_node(read, node.id)? } else { None };
    Ok(Mark { size, ..of_node(read, user, node.id)? })
}

/// The annotation of an entry, completed with how the entry is shared.
pub(in crate::domain) fn with_sharing(mark: Mark, reach: &Reach, grants: &Grants) -> Mark {
    let sharing = if may_know_sharing(reach) { grants.sharing_at(reach.real()) } else { None };
    Mark { sharing, ..mark }
}

/// True if a user may see how an entry is shared: they own it, or are an admin at work on users'
/// data.
fn may_know_sharing(reach: &Reach) -> bool {
    matches!(reach.way(), Way::Own | Way::Proxy)
}

/// The annotations of an entry of the index, without its size.
pub(in crate::domain) fn of_node(read: &Read, user: &User, node: i64) -> Result<Mark> {
    Ok(Mark {
        favorite: favorites::of_node(read, user.id(), node)?.first().copied(),
        place_in_album: None,
        is_commented: comments::count(read, node)? > 0,
        is_filtered: notification_filters::exists(read, user.id(), node)?,
        sharing: None,
        size: None,
    })
}
