//! Recovery at the start: finishes or undoes work that a crash interrupted, and reports it.
//!
//! It must run before anything else uses the volume. Running it twice does the same as running it
//! once. If the disk refuses access to an entry, its work is skipped and reported, and the rest
//! goes on.

use super::errno::{at, failed};
use super::hidden_dir::{HiddenDir, Staged, checked, names, staging_path};
use super::move_in::put_new;
use super::removal::{leaving_id, remove_leaving};
use super::set_aside::Settled;
use super::skipped::Wanted;
use super::sys;
use super::volume::Volume;
use crate::error::{Reason, Result};
use rustix::fd::AsFd;
use rustix::io::Errno;

impl Volume {
    /// Finishes or undoes interrupted work, and removes stages for which `keep_stages` returns
    /// false. Returns sentences for the log.
    pub fn recover(&self, keep_stages: &dyn Fn(&str) -> bool) -> Result<Vec<String>> {
        let mut said = Vec::new();
        let staged = self.or_skip(b".cloudlet/staging", Wanted::Read, names(&self.hidden_dir.staging))?;
        let staged = staged.unwrap_or_default();
        for name in &staged {
            if let Some(Staged::Old(id, keep_as)) = Staged::read(name) {
                let settled = self.or_skip(&staging_path(name), Wanted::Remove, self.settle(id, keep_as))?;
                let sentence = settled.and_then(Settled::sentence);
                said.extend(sentence.map(|sentence| format!("{sentence} ({id})")));
            }
        }
        let left = self.or_skip(b".cloudlet/staging", Wanted::Read, names(&self.hidden_dir.staging))?;
        let left = left.unwrap_or_default();
        for name in left.iter().filter(|name| !is_unsettled(name, &left)) {
            let ended = self.end_staged(name, keep_stages);
            said.extend(self.or_skip(&staging_path(name), Wanted::Remove, ended)?.flatten());
        }
        for name in
            self.or_skip(b".cloudlet/trash", Wanted::Read, names(&self.hidden_dir.trash))?.unwrap_or_default()
        {
            said.extend(self.end_leaving(&name)?);
        }
        Ok(said)
    }

    /// Skips an entry to which the disk refuses access: `None`.
    fn or_skip<T>(&self, below: &[u8], wanted: Wanted, done: Result<T>) -> Result<Option<T>> {
        match done {
            Ok(done) => Ok(Some(done)),
            Err(error) => match error.obstacle {
                Some(obstacle) => {
                    self.skip(below.to_vec(), wanted, obstacle);
                    Ok(None)
                }
                None => Err(error),
            },
        }
    }

    /// Removes an unwanted entry from `staging`.
    fn end_staged(&self, name: &[u8], keep_stages: &dyn Fn(&str) -> bool) -> Result<Option<String>> {
        let entry = (self.hidden_dir.staging.as_fd(), name);
        let remove = || sys::remove(entry).map_err(at("remove from staging"));
        match Staged::read(name) {
            Some(Staged::Data(id)) if keep_stages(id) => Ok(None),
            Some(Staged::Data(id)) => {
                remove()?;
                Ok(Some(format!("removed: the unfinished upload or copy {id}")))
            }
            Some(Staged::Tree(id)) => {
                self.remove_tree(entry, &staging_path(name))?;
                Ok(Some(format!("removed: the unfinished copy of a folder {id}")))
            }
            // There is an intent without set-aside content: nothing had begun, or everything was
            // done.
            Some(Staged::Intent(_) | Staged::Temporary(_)) => remove().map(|()| None),
            Some(Staged::Old(..)) | None => Ok(Some(format!(
                "left alone: .cloudlet/staging/{}, which this program did not make",
                name.escape_ascii()
            ))),
        }
    }

    /// Finishes removing a tree. If some of it cannot be removed, the rest returns to the recycle
    /// bin under its earlier id.
    fn end_leaving(&self, name: &[u8]) -> Result<Option<String>> {
        let Some(id) = leaving_id(name) else { return Ok(None) };
        let Err(stuck) = remove_leaving(&self.hidden_dir, name) else {
            return Ok(Some("removed: the rest of a deleted folder".to_owned()));
        };
        if stuck.error.obstacle.is_none() {
            return Err(stuck.error);
        }
        let id = put_back(&self.hidden_dir, name, id)?;
        let below = format!(".cloudlet/trash/{id}");
        let error = self.stuck(below.as_bytes(), stuck);
        Ok(Some(format!("in the bin again: the rest of a deleted folder ({id}). {}", error.message)))
    }
}

/// True if a name in `staging` belongs to a replacement that could not be settled. All its names
/// stay.
fn is_unsettled(name: &[u8], all: &[Vec<u8>]) -> bool {
    let (Some(Staged::Data(id)) | Some(Staged::Intent(id))) = Staged::read(name) else { return false };
    all.iter().any(|other| matches!(Staged::read(other), Some(Staged::Old(other, _)) if other == id))
}

/// Gives a tree in `trash` its earlier id, or another one if that is taken.
fn put_back(hidden_dir: &HiddenDir, name: &[u8], id: &[u8]) -> Result<String> {
    let trash = hidden_dir.trash.as_fd();
    let wanted = String::from_utf8_lossy(id).into_owned();
    let ids = std::iter::once(wanted).chain((2..100).map(|number| format!("rest-{number}")));
    for id in ids.filter(|id| checked(id).is_ok()) {
        match put_new((trash, name), (trash, id.as_bytes())) {
            Err(error) if error.reason == Some(Reason::Exists) => {}
            done => return done.map(|()| id),
        }
    }
    Err(failed("rename", Errno::EXIST))
}
