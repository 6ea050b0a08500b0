//! Moves from one disk to another.
//!
//! No rename works between disks. So an entry first moves into the bin of its own disk, where
//! nobody changes it any more. It is copied from there, and removed from the bin once its new place
//! is in the index. A crash at any moment leaves it whole at the old place, in the bin, or at the
//! new place. If it can neither be moved nor put back, because its old name is taken meanwhile, it
//! stays in the bin, and the user is told so.

use crate::base::guarded::Guarded;
use crate::base::ids::object_id;
use crate::base::path::CloudPath;
use crate::base::root::Root;
use crate::disk::{CopyEvent, CopyOptions, Kind, Location, Moved, Stat, Volume};
use crate::domain::access::rights::{Move, Writable};
use crate::domain::accounts::actor::User;
use crate::domain::files::copied_checksums;
use crate::domain::files::location::{Located, Trashed};
use crate::domain::files::locks::{self, ChangeGuard};
use crate::domain::files::recycle_bin::{Binned, free_name, note_rest, path_in_bin};
use crate::domain::index::rows;
use crate::domain::{Change, Cloud};
use crate::error::{Code, Error, Reason, Result};
use crate::store::activities::{self, Action};
use crate::store::trash::{self, NewTrash};
use crate::store::video_frames;
use std::collections::HashSet;
use std::sync::{Arc, MutexGuard};

/// The ids of the entries in bins that are being copied to another disk. All other code treats them
/// as if they were not in the bin: they stay when somebody empties it, and when old entries are
/// removed.
#[derive(Default)]
pub(in crate::domain) struct OnTheirWay(Guarded<HashSet<String>>);

/// Marks an entry as on its way until it is dropped.
struct OnItsWay {
    all: Arc<OnTheirWay>,
    id: String,
}

impl OnTheirWay {
    fn ids(&self) -> MutexGuard<'_, HashSet<String>> {
        self.0.lock()
    }

    pub fn has(&self, id: &str) -> bool {
        self.ids().contains(id)
    }

    /// `Code::Conflict` if it is on its way already.
    fn begin(self: &Arc<OnTheirWay>, id: &str) -> Result<OnItsWay> {
        match self.ids().insert(id.to_owned()) {
            true => Ok(OnItsWay { all: Arc::clone(self), id: id.to_owned() }),
            false => Err(Error::new(Code::Conflict, "This is being moved already.")),
        }
    }
}

impl Drop for OnItsWay {
    fn drop(&mut self) {
        self.all.ids().remove(&self.id);
    }
}

impl Cloud {
    /// Moves a file or folder to another disk, out of the files or out of a bin, to a place that
    /// belongs to `owner`.
    ///
    /// # Errors
    /// As [`Cloud::rename`]; `Code::Full` also if it does not fit on the other disk.
    pub(in crate::domain) fn move_across(
        &self,
        user: &User,
        change: &Move,
        located: Located<'_>,
        owner: &Root,
        replace: bool,
        changing: ChangeGuard,
    ) -> Result<Change<Stat>> {
        let (from, to) = (change.from(), change.to());
        // Both disks are looked up before the entry is moved to the bin. So the way back always
        // works.
        let (source, target) = (self.volumes.of(from.real())?, self.volumes.of(to.real())?);
        if target.stat(to.real())?.is_some() && !replace {
            return Err(taken());
        }
        let (bytes, reserved) = self.room_for_copy(from, &located, to, owner)?;
        let (trashed, on_its_way, is_put_away) = self.stage_for_move(user, from, located)?;
        let replacement = self.begin_replacement(user, to, changing, reserved);
        let replacement = if is_put_away { replacement.moved_from(from.real()) } else { replacement };
        let keep_as = Some(replacement.version.clone());
        let options = CopyOptions { id: object_id(), replace, keep_as, is_whole: true, without: Vec::new() };
        let spot = Location::Trash(&trashed.row.id, &trashed.below);
        let mut files = self.copied_files(&target, true);
        let done = target.copy_from(&source, spot, to.real(), options, &mut |event| match event {
            CopyEvent::Continuing => self.check_may_go_on(user),
            _ => {
                files.note(&event);
                Ok(())
            }
        });
        let back =
            |error| if is_put_away { self.put_back(user, &source, &trashed, from, error) } else { error };
        let done = done.map_err(back)?;
        let rest = rest_without(&source, &trashed, bytes)?;
        let original = self.store.read(|read| Ok(trashed.node(read)?.map(|node| node.id)))?;
        let handover = self.handover(files, original, to.real(), true);
        let arrived = (done.stat.kind == Kind::Folder).then(|| to.real().clone());
        let from = from.real().clone();
        let original = Original::of(&trashed, done.stat.kind, bytes, user);
        let change = replacement.record_as(&done, move |tx, rows, to, by| {
            let node = trashed.node(tx)?;
            note_rest(tx, &trashed.row.id, rest)?;
            let Some(node) = node else { return rows.record_saved(tx, to, &done.stat, by) };
            let id = rows.record_moved(tx, &node, to, &done.stat)?;
            if let Some(source) = done.copied {
                let (before, after) = (rows::facts(&source), rows::facts(&done.stat));
                copied_checksums::hand_on(tx, node.id, &before, id, &after)?;
                video_frames::moved(tx, id, &before, &after)?;
            }
            activities::note(tx, Action::Moved, by, id, &from.real_text()).map(|()| id)
        });
        let change = change.telling(done.stat);
        Ok(change.completed_by(move |cloud| {
            let _on_its_way = on_its_way;
            handover.into_iter().for_each(|handover| handover.run(cloud));
            arrived.into_iter().for_each(|top| cloud.look_through_arrived(top));
            cloud.remove_original(&source, original);
        }))
    }

    /// Removes the original after it was moved to another disk. If this fails, it stays in the list
    /// of the bin there.
    fn remove_original(&self, source: &Volume, original: Original) {
        let Original { entry, name, below } = original;
        let Err(error) = source.purge_trash(&entry.id, &below) else { return };
        log::error!("{} is on another disk now, but could not be removed from the bin: {error}", entry.path);
        if !below.is_root() {
            return;
        }
        let noted = self.store.write(move |tx| trash::insert(tx, &entry, &free_name(tx, &entry, &name)?));
        if let Err(error) = noted {
            log::error!("the bin lists it only after the next start: {error}");
        }
    }

    /// Visits a folder that came from another disk, with everything below it. Its rows have the
    /// inode numbers of that disk, by which moves of other programs are not recognized. A failure
    /// does little harm, because the next visit does the same.
    fn look_through_arrived(&self, top: CloudPath) {
        if let Err(error) = self.visit_all(vec![top.clone()]) {
            log::warn!("the entries that were moved to {} were not visited: {error}", top.real_text());
        }
    }

    /// The entry to be moved, in the bin of its disk, and whether it was put there only for the
    /// move.
    fn stage_for_move(
        &self,
        user: &User,
        from: &Writable,
        located: Located<'_>,
    ) -> Result<(Trashed, OnItsWay, bool)> {
        match located {
            Located::Trash(trashed) => {
                let on_its_way = self.on_their_way.begin(&trashed.row.id)?;
                Ok((trashed, on_its_way, false))
            }
            Located::Files(_) => {
                let (trashed, on_its_way) = self.move_to_bin_for_move(user, from)?;
                Ok((trashed, on_its_way, true))
            }
            Located::Bin(_) => from.there(None),
        }
    }

    /// Puts an entry into the bin of its disk, to be moved from there.
    fn move_to_bin_for_move(&self, user: &User, from: &Writable) -> Result<(Trashed, OnItsWay)> {
        let Binned { change, id, .. } =
            self.move_to_bin(from.real(), &self.root_of(from.real())?, user.name(), false)?;
        // The entry is marked before anybody can see it in the bin.
        let on_its_way = self.on_their_way.begin(&id)?;
        self.settle(change)?;
        let row = self.store.read(|read| trash::by_id(read, &id))?;
        let row = row.ok_or_else(|| Error::internal(format!("the entry {id} of the bin is gone")))?;
        Ok((Trashed { row, below: CloudPath::root() }, on_its_way))
    }

    /// Puts an entry that could not be moved back to its old place, without replacing anything. If
    /// this fails too, it stays in the bin, and the error says so.
    fn put_back(
        &self,
        user: &User,
        source: &Volume,
        trashed: &Trashed,
        place: &Writable,
        error: Error,
    ) -> Error {
        let to = place.real();
        let spot = Location::Trash(&trashed.row.id, &trashed.below);
        let done = match source.rename(spot, to, false, None) {
            Ok(done) => done,
            Err(second) => return self.stays_in_bin(user, trashed, place, error, &second),
        };
        let (rows, id, node, to) = (self.rows(), trashed.row.id.clone(), trashed.row.node, to.clone());
        let noted = self.store.write(move |tx| {
            trash::delete(tx, &id)?;
            match node.map_or(Ok(None), |node| crate::store::nodes::by_id(tx, node))? {
                Some(node) => {
                    let moved = Moved { before: done.moved.unwrap_or(done.stat), now: done.stat };
                    let id = rows.record_moved(tx, &node, &to, &done.stat)?;
                    rows::content_moved(tx, id, &moved)
                }
                None => Ok(()),
            }
        });
        if let Err(second) = noted {
            log::error!(
                "an entry that could not be moved is back at its old place, but the index could not be updated: {second}"
            );
        }
        error
    }

    /// The error for an entry that could neither be moved nor put back.
    fn stays_in_bin(
        &self,
        user: &User,
        trashed: &Trashed,
        from: &Writable,
        error: Error,
        second: &Error,
    ) -> Error {
        let rows = self.rows();
        // Only now it counts as deleted; before, it was on its way.
        if let Err(third) = self.store.write(move |tx| locks::unlock_what_left(tx, rows.volumes())) {
            log::error!("the locks of an entry that stays in the bin were not ended: {third}");
        }
        let there = self.store.read(|read| path_in_bin(read, &trashed.row.owner, &trashed.row.name));
        let text = there.as_ref().map_or_else(|_| trashed.row.name.clone(), CloudPath::real_text);
        let lost = from.real().real_text();
        log::error!("{lost} could not be moved, and stays in the bin as {text}: {error}; {second}");
        // A user who does not see that bin gets the name under which the bin's owner finds the
        // entry.
        let ways = self.view().ways(user).ok();
        let seen = there.ok().zip(ways).and_then(|(there, ways)| ways.seen(&there));
        let there = seen.map_or_else(|| trashed.row.name.clone(), |there| there.shown().to_string());
        let from = from.shown();
        let sentence = format!(
            "{} It could not be put back to {from} either. {} It is in the recycle bin now, as {there}; please restore it \
             from there.",
            error.message, second.message
        );
        // The reason is removed, because clients have their own texts for reasons, and these do not
        // name the bin.
        error.for_reason(None).saying(sentence)
    }
}

/// The original of an entry that was moved to another disk, in its bin, with the values of its row.
struct Original {
    entry: NewTrash,
    name: String,
    below: CloudPath,
}

impl Original {
    fn of(trashed: &Trashed, kind: Kind, size_bytes: u64, user: &User) -> Original {
        let entry = NewTrash {
            id: trashed.row.id.clone(),
            owner: trashed.row.owner.clone(),
            path: trashed.row.path.clone(),
            node: None,
            is_folder: kind == Kind::Folder,
            size_bytes,
            deleted_by: user.name().to_owned(),
        };
        Original { entry, name: trashed.row.name.clone(), below: trashed.below.clone() }
    }
}

/// The bytes that are left of an entry of a bin after a part was removed; `None` if nothing is
/// left.
fn rest_without(source: &Volume, trashed: &Trashed, bytes: u64) -> Result<Option<u64>> {
    if trashed.is_whole() {
        return Ok(None);
    }
    let all = source.usage(Location::Trash(&trashed.row.id, &CloudPath::root()))?.bytes;
    Ok(Some(all.saturating_sub(bytes)))
}

fn taken() -> Error {
    Error::new(Code::Conflict, "Something with this name exists already.").for_reason(Reason::Exists)
}
