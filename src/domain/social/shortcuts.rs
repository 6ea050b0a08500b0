//! Shortcuts: names that people give to a few places. They follow entries that are renamed or
//! moved.

use crate::base::limits::{SHORTCUT_NAME_BYTES_MAX, SHORTCUTS_MAX};
use crate::base::shown_path::ShownPath;
use crate::base::text::is_line;
use crate::domain::access::rights::Readable;
use crate::domain::accounts::actor::User;
use crate::domain::social::notifications::path_of_id;
use crate::domain::{Cloud, CloudView};
use crate::error::{Code, Error, Result};
use crate::store::Write;
use crate::store::shortcuts::{self, ShortcutRow};
use std::sync::Arc;

/// A shortcut and the path to which it leads.
#[derive(Clone, Debug)]
pub struct Shortcut {
    pub path: ShownPath,
    pub row: ShortcutRow,
}

impl CloudView<'_> {
    /// The shortcuts of a user whose entries exist, oldest first.
    pub fn shortcuts(&self, user: &User) -> Result<Vec<Shortcut>> {
        let (volumes, ways) = (&self.cloud.volumes, self.ways(user)?);
        let known = self.cloud.store.read(|read| {
            let mut known = Vec::new();
            for row in shortcuts::of_user(read, user.id())? {
                let path = path_of_id(read, volumes, row.node)?;
                known.extend(path.and_then(|path| ways.seen(&path)).map(|reach| (reach, row)));
            }
            Ok(known)
        })?;
        let mut found = Vec::new();
        for (reach, row) in known {
            if volumes.stat_if_present(reach.real())?.is_some() {
                found.push(Shortcut { path: reach.shown().clone(), row });
            }
        }
        Ok(found)
    }
}

impl Cloud {
    /// Makes a shortcut. The result runs in a transaction and gives its id.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such entry; `Code::Invalid` for a bad name; in the
    /// transaction, `Code::Conflict` for too many shortcuts.
    pub fn add_shortcut(
        &self,
        user: &User,
        path: &Readable,
        name: &str,
        kind: i64,
    ) -> Result<impl FnOnce(&Write) -> Result<i64> + Send + use<>> {
        let name = name.trim().to_owned();
        if !is_line(&name, SHORTCUT_NAME_BYTES_MAX) {
            return Err(Error::new(
                Code::Invalid,
                format!("A name has 1 to {SHORTCUT_NAME_BYTES_MAX} bytes and no control characters."),
            ));
        }
        let (node, user, volumes) =
            (path.there(self.node_at(path.real())?)?, user.id(), Arc::clone(&self.volumes));
        Ok(move |tx: &Write| {
            let mut present = shortcuts::of_user(tx, user)?;
            if present.len() >= SHORTCUTS_MAX {
                // Shortcuts to missing entries are seen by nobody, so they make room for new ones.
                for row in std::mem::take(&mut present) {
                    match path_of_id(tx, &volumes, row.node)? {
                        Some(_) => present.push(row),
                        None => drop(shortcuts::delete(tx, user, row.id)?),
                    }
                }
            }
            if present.len() >= SHORTCUTS_MAX {
                return Err(Error::new(
                    Code::Conflict,
                    format!("There can be no more than {SHORTCUTS_MAX} shortcuts. Please remove one first."),
                ));
            }
            shortcuts::insert(tx, user, node(tx)?, &name, kind)
        })
    }
}

/// Removes a shortcut of a user.
///
/// # Errors
/// `Code::NotFound` if there is no such shortcut.
pub fn remove(tx: &Write, user: &User, id: i64) -> Result<()> {
    match shortcuts::delete(tx, user.id(), id)? {
        true => Ok(()),
        false => Err(Error::new(Code::NotFound, "There is no such shortcut.")),
    }
}
