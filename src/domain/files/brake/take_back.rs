//! Undoes all changes of a held client, the last change first.
//!
//! Each change is undone by itself, in a transaction that also forgets it. So a call that was
//! interrupted can be repeated, and continues where the last one ended. A file that is in the way
//! becomes a version, so nothing is lost that anybody has written since.

use crate::base::ids::object_id;
use crate::base::limits::brake::LEFT_MAX;
use crate::base::path::{CloudPath, EntryName};
use crate::base::shown_path::ShownPath;
use crate::disk::{CopyOptions, Location};
use crate::domain::access::rights::{Reach, Writable};
use crate::domain::accounts::actor::{User, client_key};
use crate::domain::files::location::Trashed;
use crate::domain::files::recycle_bin::path_in_bin;
use crate::domain::index::lookup;
use crate::domain::{Change, Cloud};
use crate::error::{Code, Error, Result};
use crate::store::holds::{self, HoldRow};
use crate::store::recent_changes::{self, RecentChange, RecentChangeRow};
use crate::store::{Write, nodes, sessions, trash, versions};

/// The result of undoing the changes.
#[derive(Clone, Debug, Default)]
pub struct TakenBack {
    /// The number of files and folders that were restored.
    pub came_back: u64,
    /// The number of changes that could not be undone. They can be tried again.
    pub stayed: u64,
    /// The first of these changes, by name.
    pub left: Vec<Left>,
}

/// An entry that was not restored, or not completely.
#[derive(Clone, Debug)]
pub struct Left {
    /// Its path as the user sees it, or its name if they do not see it.
    pub path: String,
    pub reason: String,
}

/// The result of undoing one change.
enum Outcome {
    /// The entry is as before.
    Back,
    /// There was nothing to do, because somebody has restored the entry already.
    Already,
    /// The first part is undone, and this change is left to undo.
    Half(RecentChange),
    /// The entry has another name, because its own is taken.
    BackAs(Left),
}

impl Cloud {
    /// Undoes everything that a held client has deleted, replaced and moved, and ends the sessions
    /// of that client, except the caller's own. If everything was undone, the returned change ends
    /// the hold.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such hold, or if this user may not decide about it;
    /// `Code::Conflict` if another call is taking it back.
    pub fn take_back(&self, user: &User, id: i64) -> Result<(TakenBack, Change<()>)> {
        let hold = self.view().hold(user, id)?;
        let _turn = self.brake.take_turn(id)?;
        let taken = self.take_changes_back(&user.taking_back(), &hold)?;
        let own_session = user.session_id();
        let change = Change::new(move |tx| {
            end_sessions(tx, &hold, &own_session)?;
            // A running call of the client may have changed something meanwhile.
            let is_done = recent_changes::of_client(tx, &hold.client)?.is_empty();
            if is_done {
                holds::delete(tx, &hold)?;
            }
            Ok(is_done.then_some(hold.client))
        });
        let forget = |client: Option<String>| {
            ((), move |cloud: &Cloud| client.iter().for_each(|client| cloud.brake.forget(client)))
        };
        Ok((taken, change.completed_with(forget)))
    }

    fn take_changes_back(&self, user: &User, hold: &HoldRow) -> Result<TakenBack> {
        let mut taken = TakenBack::default();
        for row in self.store.read(|read| recent_changes::of_client(read, &hold.client))? {
            self.check_account_may_go_on(user)?;
            let is_loss = !matches!(row.change, RecentChange::Moved { .. });
            match self.take_row_back(user, row.clone()) {
                Ok(Outcome::Back) => taken.came_back += u64::from(is_loss),
                Ok(Outcome::BackAs(left)) => {
                    taken.came_back += 1;
                    taken.note(left);
                }
                Ok(Outcome::Already | Outcome::Half(_)) => {}
                Err(error) => {
                    taken.stayed += 1;
                    let (path, reason) = (self.name_of(user, &row.change)?, error.message.to_string());
                    taken.note(Left { path, reason });
                }
            }
        }
        Ok(taken)
    }

    fn take_row_back(&self, user: &User, row: RecentChangeRow) -> Result<Outcome> {
        let RecentChangeRow { id, change } = row;
        let outcome = self.settle(self.taking_back(user, &change)?.and_then(move |tx, outcome| {
            match &outcome {
                Outcome::Half(rest) => recent_changes::update(tx, id, rest)?,
                _ => recent_changes::delete(tx, id)?,
            }
            Ok(outcome)
        }))?;
        match outcome {
            Outcome::Half(change) => self.take_row_back(user, RecentChangeRow { id, change }),
            whole => Ok(whole),
        }
    }

    fn taking_back(&self, user: &User, change: &RecentChange) -> Result<Change<Outcome>> {
        match change {
            RecentChange::Deleted(trash) => self.undelete(user, trash),
            RecentChange::Replaced(version) => self.content_back(user, version),
            RecentChange::Moved { node, from } => {
                Ok(self.move_back(user, *node, from)?.telling(Outcome::Back))
            }
            RecentChange::MovedOver { node, from, version } => {
                let place = self.present_place(*node)?.real_text();
                if place == *from {
                    let sentence =
                        "Somebody has moved it back. The content that it had replaced is among its versions.";
                    return Err(Error::new(Code::Conflict, sentence));
                }
                let rest = RecentChange::Displaced { version: version.clone(), place };
                Ok(self.move_back(user, *node, from)?.telling(Outcome::Half(rest)))
            }
            RecentChange::Displaced { version, place } => self.file_again(user, version, place),
        }
    }

    /// Restores a deleted entry at its former path. A file that is there now becomes a version of
    /// it.
    fn undelete(&self, user: &User, id: &str) -> Result<Change<Outcome>> {
        let found = self.store.read(|read| match trash::by_id(read, id)? {
            Some(row) => path_in_bin(read, &row.owner, &row.name).map(|path| Some((row, path))),
            None => Ok(None),
        })?;
        let Some((row, in_bin)) = found else { return Ok(already()) };
        let former = parsed(&row.path)?;
        let wanted = former.leaf().cloned();
        // A user who deletes an entry in somebody else's share does not see the owner's recycle
        // bin.
        let reached = |path: &CloudPath| self.view().reach_of(user, path).and_then(Reach::writable);
        let from = reached(&in_bin).or_else(|_| reached(&former))?;
        let restored = self.restore_over(user, &from, Trashed { row, below: CloudPath::root() })?;
        Ok(restored.map(move |restored| match wanted {
            Some(name) if restored.path.parts().last() != Some(&name) => {
                let reason = format!("Its name is taken by a folder, so it came back as {}.", restored.path);
                Outcome::BackAs(Left { path: name.to_string(), reason })
            }
            _ => Outcome::Back,
        }))
    }

    /// Makes a version the content of its file again.
    fn content_back(&self, user: &User, version: &str) -> Result<Change<Outcome>> {
        let Some(node) = self.store.read(|read| versions::node_of(read, version))? else {
            return Ok(already());
        };
        let file = self.view().reach_of(user, &self.present_place(node)?)?.replaceable()?;
        Ok(self.promote_version(user, &file, version)?.telling(Outcome::Back))
    }

    /// Moves an entry back to its former path. A file that is there now becomes a version of it.
    fn move_back(&self, user: &User, node: i64, place: &str) -> Result<Change<()>> {
        let now = self.present_place(node)?;
        if now.real_text() == place {
            return Ok(Change::new(|_| Ok(())));
        }
        let from = self.view().reach_of(user, &now)?.writable()?;
        let to = self.place_again(user, place)?;
        let (change, _) = self.rename_entry(user, &from.moved_to(to)?, true)?;
        Ok(change.telling(()))
    }

    /// Creates a file at a path with the content of a version. The version stays too. A file that
    /// is there now becomes a version of the new one.
    fn file_again(&self, user: &User, version: &str, place: &str) -> Result<Change<Outcome>> {
        let place = self.place_again(user, place)?;
        let Some(kept) = self.store.read(|read| versions::kept_by_id(read, version))? else {
            return Ok(already());
        };
        let (source, target) = (self.volumes.of_root(&kept.owner)?, self.volumes.of(place.real())?);
        let (owner, from) = (self.root_of(place.real())?, Location::Version(version));
        let changing = self.begin_change(user, &[&place])?;
        let reserved = self.reserve_for_copy(&owner, &source.usage(from)?)?;
        let replacement = self.begin_replacement(user, &place, changing, reserved);
        let keep_as = Some(replacement.version.clone());
        let options =
            CopyOptions { id: object_id(), replace: true, keep_as, is_whole: true, without: Vec::new() };
        let done =
            target.copy_from(&source, from, place.real(), options, &mut |_| self.check_may_go_on(user))?;
        Ok(replacement.record(&done).telling(Outcome::Back))
    }

    /// The path to which an entry returns. Missing folders above it are created again.
    fn place_again(&self, user: &User, place: &str) -> Result<Writable> {
        let place = self.view().reach_of(user, &parsed(place)?)?.writable()?;
        let above = place.real().parent().unwrap_or_default();
        if self.volumes.stat(&above)?.is_none() {
            let _changing = self.begin_change(user, &[&place])?;
            self.take_entries(&self.root_of(&above)?, above.parts().len() as u64)?;
            self.volumes.create_folders(&above)?;
        }
        Ok(place)
    }

    /// The present path of an entry of the index.
    fn present_place(&self, node: i64) -> Result<CloudPath> {
        self.store.read(|read| lookup::path_of_id(read, &self.volumes, node))?.ok_or_else(|| {
            Error::new(
                Code::NotFound,
                "Somebody has deleted it later. If it is in the recycle bin, restore it there and try again.",
            )
        })
    }

    /// The name by which people know the subject of a change.
    fn name_of(&self, user: &User, change: &RecentChange) -> Result<String> {
        let ways = self.view().ways(user)?;
        let place = self.store.read(|read| {
            let node = match change {
                RecentChange::Deleted(id) => return Ok(trash::by_id(read, id)?.map(|row| row.path)),
                RecentChange::Displaced { place, .. } => return Ok(Some(place.clone())),
                RecentChange::Moved { node, .. } | RecentChange::MovedOver { node, .. } => Some(*node),
                RecentChange::Replaced(version) => versions::node_of(read, version)?,
            };
            let Some(node) = node else { return Ok(None) };
            if let Some(path) = lookup::path_of_id(read, &self.volumes, node)? {
                return Ok(Some(path.real_text()));
            }
            match trash::of_node(read, node)? {
                Some(row) => Ok(Some(row.path)),
                None => Ok(nodes::by_id(read, node)?.map(|node| format!("/{}", node.name))),
            }
        })?;
        let place = place.and_then(|place| CloudPath::parse(&place).ok()).unwrap_or_default();
        let shown = ways.seen(&place).map(|seen: Reach| seen.shown().clone());
        let name = || place.leaf().map(EntryName::to_string).unwrap_or_default();
        Ok(shown.as_ref().map_or_else(name, ShownPath::to_string))
    }
}

impl TakenBack {
    fn note(&mut self, left: Left) {
        if self.left.len() < LEFT_MAX {
            self.left.push(left);
        }
    }
}

fn already() -> Change<Outcome> {
    Change::new(|_| Ok(Outcome::Already))
}

fn parsed(place: &str) -> Result<CloudPath> {
    CloudPath::parse(place).map_err(Error::internal)
}

/// Ends all sessions of the held client except the caller's own.
fn end_sessions(tx: &Write, hold: &HoldRow, own: &str) -> Result<()> {
    for session in sessions::of_user(tx, hold.user)? {
        let key = client_key(hold.user, session.device, &session.agent, &session.address);
        if key == hold.client && session.id != own {
            sessions::delete_by_id(tx, hold.user, &session.id)?;
        }
    }
    Ok(())
}
