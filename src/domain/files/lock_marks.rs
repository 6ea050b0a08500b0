//! The locks of entries, as listings show them to a user.

use crate::base::path::CloudPath;
use crate::domain::CloudView;
use crate::domain::access::rights::Reach;
use crate::domain::accounts::actor::User;
use crate::domain::index::moved;
use crate::error::Result;
use crate::store::locks::{self, LockRow};
use std::collections::HashMap;

/// The locks of a folder for one user.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    /// The lock of a folder above, if there is one: true if it is the user's own.
    above: Option<bool>,
    /// The locks in the folder itself, in the same way.
    own: HashMap<String, bool>,
    is_proxy: bool,
}

/// The lock of one entry for a user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    pub is_locked: bool,
    /// True if this user may lock or unlock it.
    pub may_toggle: bool,
}

impl CloudView<'_> {
    /// The locks in a folder for a user.
    pub(in crate::domain) fn marks(&self, user: &User, folder: &Reach) -> Result<Marks> {
        self.marks_for(user.id(), user.is_proxy(), folder.real())
    }

    /// The same for an account at a place; `is_proxy` is true for an administrator at work on
    /// users' data.
    fn marks_for(&self, account: i64, is_proxy: bool, folder: &CloudPath) -> Result<Marks> {
        let standing = self.cloud.locks.standing(self.cloud.now());
        let mut marks = Marks { is_proxy, ..Marks::default() };
        if standing.is_empty() {
            return Ok(marks);
        }
        let is_own = |row: &LockRow| row.owner == account;
        self.cloud.store.read(|read| {
            let chain = moved::chain_of_moved(read, &self.cloud.volumes, folder)?;
            for node in chain.iter().flatten().filter(|node| standing.contains(&node.id)) {
                marks.above = locks::of_node(read, node.id)?.as_ref().map(is_own).or(marks.above);
            }
            let is_whole = chain.len() == folder.parts().len() + 1;
            if let Some(Some(node)) = chain.last().filter(|_| is_whole) {
                let rows = locks::in_folder(read, node.id)?;
                let rows = rows.into_iter().filter(|(_, row)| standing.contains(&row.node));
                marks.own = rows.map(|(name, row)| (name, is_own(&row))).collect();
            }
            Ok(marks)
        })
    }

    /// The lock of one entry for a user.
    pub(in crate::domain) fn lock_mark(&self, user: &User, entry: &Reach) -> Result<Mark> {
        match (entry.real().parent(), entry.real().leaf()) {
            (Some(folder), Some(name)) => {
                Ok(self.marks_for(user.id(), user.is_proxy(), &folder)?.of(name.as_str()))
            }
            _ => Ok(Mark::default()),
        }
    }

    /// As [`CloudView::lock_mark`] if there is no lock at all; `None` if there is one, so that it
    /// must be looked up.
    pub(in crate::domain) fn lock_mark_at_once(&self, user: &User) -> Option<Mark> {
        let is_open = self.cloud.locks.standing(self.cloud.now()).is_empty();
        is_open.then(|| Marks { is_proxy: user.is_proxy(), ..Marks::default() }.of(""))
    }
}

impl Marks {
    pub fn of(&self, name: &str) -> Mark {
        match (self.own.get(name), self.above) {
            (Some(is_own), _) => Mark { is_locked: true, may_toggle: *is_own || self.is_proxy },
            // The lock of a folder above is removed at that folder, not here.
            (None, Some(is_own)) => Mark { is_locked: true, may_toggle: is_own && self.is_proxy },
            (None, None) => Mark { is_locked: false, may_toggle: true },
        }
    }
}
