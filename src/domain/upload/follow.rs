//! Uploads follow their folder: a move of a folder also moves the unfinished uploads below it. If
//! it moves to another disk, their content is copied once the folder is there.

use crate::base::path::CloudPath;
use crate::disk::{Kind, Stat};
use crate::domain::access::rights::Move;
use crate::domain::accounts::actor::User;
use crate::domain::upload::attempts::Uploads;
use crate::domain::upload::moves::moved;
use crate::domain::upload::partial::{Attempt, Key};
use crate::domain::{Change, Cloud};
use crate::error::Result;
use crate::store::{Write, uploads};
use std::collections::HashSet;
use std::sync::Arc;

/// An unfinished upload whose folder was moved: its id, and its path now.
type MovedUpload = (String, CloudPath);

impl Cloud {
    /// Moves or renames a file or folder, with the unfinished uploads below it. With `replace`, a
    /// file may replace a file, which is kept as a version.
    ///
    /// # Errors
    /// `Code::NotFound`, `Code::Conflict` if the name is taken, `Code::Invalid` for a move of a
    /// folder into itself, `Code::Locked`, `Code::Full` if it moves to another account that has no
    /// room for it.
    pub fn rename(&self, user: &User, change: &Move, replace: bool) -> Result<Change<Stat>> {
        let (from, to) = (change.from().real().clone(), change.to().real().clone());
        let is_folder = || Ok(self.volumes.stat(&from)?.is_some_and(|stat| stat.kind == Kind::Folder));
        if !self.volumes.are_together(&from, &to) && !from.is_in_bin() && is_folder()? {
            let leaving = Leaving::begin(&self.uploads, &from);
            let (change, _) = self.rename_entry(user, change, replace)?;
            return Ok(change.and(self.bring_uploads(&from, &to, leaving)).map(|(stat, ())| stat));
        }
        let (change, folder) = self.rename_entry(user, change, replace)?;
        let Some((from, to)) = folder else { return Ok(change) };
        let followed = self.move_uploads(&from, &to, |_| true);
        let uploads = Change::new(move |tx| note_moved(tx, &followed));
        let uploads = uploads.undone_by(Cloud::uploads_moving_back(&self.uploads, &to, &from));
        Ok(change.and(uploads).map(|(stat, ())| stat))
    }

    /// Copies the content of unfinished uploads to the disk to which their folder was moved. What
    /// cannot be copied stays.
    fn bring_uploads(&self, from: &CloudPath, to: &CloudPath, leaving: Leaving) -> Change<()> {
        let mut brought = HashSet::new();
        for (id, size) in leaving.end_parts() {
            let volumes = (self.volumes.of(from), self.volumes.of(to));
            let copied = match volumes {
                (Ok(source), Ok(target)) => target.copy_stage(&source, &id, size).map(drop),
                (source, target) => source.and(target).map(drop),
            };
            match copied {
                Ok(()) => drop(brought.insert(id)),
                Err(error) => {
                    log::warn!(
                        "the received part of an upload below {} stays on its disk: {error}",
                        from.real_text()
                    );
                }
            }
        }
        let followed = self.move_uploads(from, to, |attempt| brought.contains(&attempt.id));
        // Uploads that were discarded meanwhile, or whose new place is taken by another upload.
        let ids: HashSet<String> = followed.iter().map(|(id, _)| id.clone()).collect();
        brought.difference(&ids).for_each(|id| self.volumes.discard_quietly(to, id));
        let back = Cloud::uploads_moving_back(&self.uploads, to, from);
        let (volumes, there, copies) = (Arc::clone(&self.volumes), to.clone(), ids.clone());
        let from = from.clone();
        let change = Change::new(move |tx| note_moved(tx, &followed)).holding(leaving).undone_by(move || {
            back();
            copies.iter().for_each(|id| volumes.discard_quietly(&there, id));
        });
        change.completed_by(move |cloud| {
            ids.iter().for_each(|id| cloud.volumes.discard_quietly(&from, id));
        })
    }

    /// Moves the chosen unfinished uploads below a folder that was moved.
    fn move_uploads(
        &self,
        from: &CloudPath,
        to: &CloudPath,
        are_meant: impl Fn(&Attempt) -> bool,
    ) -> Vec<MovedUpload> {
        let other_root = (from.root_name() != to.root_name()).then(|| self.root_of(to));
        let other_root = other_root.transpose().unwrap_or_else(|error| {
            let from = from.real_text();
            log::warn!(
                "the space reserved for uploads below {from} still counts at their old place: {error}"
            );
            None
        });
        let mut attempts = self.uploads.lock();
        let goes_along = |(key, attempt): &(&Key, &Attempt)| key.1.starts_with(from) && are_meant(attempt);
        let keys: Vec<_> = attempts.iter().filter(goes_along).map(|(key, _)| key.clone()).collect();
        let mut followed = Vec::new();
        for key in keys {
            let new = moved(&key.1, from, to).map(|path| (key.0.clone(), path));
            // If another upload has begun at the new place, that one continues.
            let Some(new) = new.filter(|new| !attempts.contains_key(new)) else { continue };
            let Some(mut attempt) = attempts.remove(&key) else { continue };
            followed.push((attempt.id.clone(), new.1.clone()));
            // The reservation counts for the account that will own the file.
            if let Some(root) = &other_root {
                attempt.reserved = self.reserve_unasked(root, attempt.reserved.bytes());
            }
            attempts.insert(new, attempt);
        }
        // Noted while the attempts are locked, so that a part sees both changes or none.
        self.uploads.moves.note(from, to);
        followed
    }

    /// Moves the uploads back when the move of their folder is undone.
    fn uploads_moving_back(
        uploads: &Arc<Uploads>,
        from: &CloudPath,
        to: &CloudPath,
    ) -> impl FnOnce() + Send + use<> {
        let (uploads, from, to) = (Arc::clone(uploads), from.clone(), to.clone());
        move || {
            let mut attempts = uploads.lock();
            let all: Vec<_> = attempts.drain().collect();
            for (key, attempt) in all {
                let path = moved(&key.1, &from, &to).unwrap_or(key.1);
                attempts.insert((key.0, path), attempt);
            }
            uploads.moves.note(&from, &to);
        }
    }
}

/// The unfinished uploads below a folder that is being moved to another disk. While this exists, no
/// part of them can begin.
struct Leaving {
    uploads: Arc<Uploads>,
    ids: HashSet<String>,
}

impl Leaving {
    fn begin(uploads: &Arc<Uploads>, from: &CloudPath) -> Leaving {
        let mut ids = HashSet::new();
        for (_, attempt) in uploads.lock().iter_mut().filter(|(key, _)| key.1.starts_with(from)) {
            attempt.is_moving = true;
            ids.insert(attempt.id.clone());
        }
        Leaving { uploads: Arc::clone(uploads), ids }
    }

    /// Ends the parts that are being sent; clients send them again. Returns the ids of the
    /// remaining uploads, with their announced lengths in bytes.
    fn end_parts(&self) -> Vec<(String, Option<u64>)> {
        let mut attempts = self.uploads.lock();
        let left = attempts.values_mut().filter(|attempt| self.ids.contains(&attempt.id));
        let ended = left.map(|attempt| {
            attempt.in_flight.clear();
            (attempt.id.clone(), attempt.size)
        });
        let ended = ended.collect();
        self.uploads.changed.notify_all();
        ended
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        let mut attempts = self.uploads.lock();
        let own = attempts.values_mut().filter(|attempt| self.ids.contains(&attempt.id));
        own.for_each(|attempt| attempt.is_moving = false);
    }
}

/// Notes where the unfinished uploads are now.
fn note_moved(tx: &Write, followed: &[MovedUpload]) -> Result<()> {
    followed.iter().try_for_each(|(id, path)| uploads::set_path(tx, id, &path.real_text()))
}
