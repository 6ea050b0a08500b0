//! Replaces content and keeps the old one as a version.
//!
//! The old content is set aside in `staging` as `<id>.old.<keep as>` before the new content gets
//! the name, and moved to `versions` after it. There are three ways to set it aside. Only the ways
//! that `probe` has seen to work on this disk are used:
//!
//! 1. Usually: a second name (hard link) for the old content. The target always has content.
//! 2. Without links (FAT; files of other owners): both contents are swapped in one step.
//! 3. Without both: the old content is moved aside, and the name is free for a moment.
//!
//! The program remembers what it has set aside, and does not ask the disk: some network file
//! systems claim for a while that a name does not exist although they have just made it. A step
//! that does not find the name is tried again. If it still fails, it is noted as unfinished and
//! tried again later.
//!
//! [`Volume::settle`] finishes what was begun: after a failure at once, and after a crash at the
//! next start. In way 1 of a commit, the names in `staging` contain all it needs. Otherwise an
//! intent names the target of the replacement.

use super::errno::{at, failed, means_unsupported};
use super::hidden_dir::{Staged, read_small, write_small};
use super::move_in::put_new;
use super::slot::{Slot, sync_names};
use super::stat::{self, Moved, Stat};
use super::sys;
use super::unfinished::Unfinished;
use super::volume::Volume;
use crate::base::path::CloudPath;
use crate::error::{Code, Error, Reason, Result};
use rustix::fd::AsFd;
use rustix::fs::RenameFlags;
use rustix::io::Errno;
use std::cell::Cell;
use std::time::Duration;

/// The pauses between the tries of a step that does not find an entry that must exist.
const PAUSES: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_millis(1),
    Duration::from_millis(10),
    Duration::from_millis(50),
    Duration::from_millis(200),
];

/// The source of the new content.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    /// The new content is `<id>.data` in `staging`.
    Stage,
    /// The new content is an entry elsewhere.
    Entry(&'a Slot),
}

/// A running replacement of old content.
pub(super) struct Replacing<'a> {
    pub id: &'a str,
    pub keep_as: &'a str,
    pub source: Source<'a>,
    pub slot: &'a Slot,
    pub path: &'a CloudPath,
    pub old: Stat,
    /// True once the old content was set aside.
    pub is_aside: Cell<bool>,
}

/// The end of a replacement that was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// There was nothing to do.
    Nothing,
    Undone,
    /// As `Undone`; the file had no name in between.
    NamedAgain,
    /// The previous content is a version now.
    Kept,
}

impl Settled {
    /// A sentence for the log; `None` if there was nothing to do.
    pub fn sentence(self) -> Option<&'static str> {
        match self {
            Settled::Nothing => None,
            Settled::Undone => Some("undone: a file was about to be replaced"),
            Settled::NamedAgain => Some("undone: a file was about to be replaced and has its name again"),
            Settled::Kept => Some("finished: a file was replaced, and its previous content is a version now"),
        }
    }
}

impl Volume {
    /// Replaces the target and keeps the old content. Returns the states of the old content. After
    /// a failure, the replacement is undone or done, or noted as unfinished.
    pub(super) fn replace_keeping(&self, replacing: &Replacing<'_>) -> Result<Moved> {
        let id = replacing.id;
        self.replacing.lock().insert(id.to_owned());
        let ended = self.replace_or_note(replacing);
        self.replacing.lock().remove(id);
        ended
    }

    fn replace_or_note(&self, replacing: &Replacing<'_>) -> Result<Moved> {
        let Replacing { id, keep_as, path, .. } = *replacing;
        let ended = match self.set_aside_and_move_in(replacing) {
            Ok(()) => self.keep_set_aside(replacing),
            Err(error) => match self.settle(id, keep_as) {
                Ok(Settled::Undone | Settled::NamedAgain) => return Err(error),
                Ok(Settled::Nothing) if !replacing.is_aside.get() => {
                    return Err(match self.remove_intent(id) {
                        Ok(()) => error,
                        Err(second) => error.because(second),
                    });
                }
                Ok(Settled::Nothing | Settled::Kept) => Err(error),
                Err(second) => Err(error.because(second)),
            },
        };
        ended.inspect_err(|_| self.note_unfinished(Unfinished::replacement(id, keep_as, Some(path))))
    }

    /// Ends a replacement whose old content is known to be set aside.
    fn keep_set_aside(&self, replacing: &Replacing<'_>) -> Result<Moved> {
        let Replacing { id, keep_as, .. } = *replacing;
        again(|| self.keep(id, keep_as).or_else(|error| self.kept_already(keep_as, error)))?
            .ok_or_else(vanished)?;
        self.remove_intent(id)?;
        let now = again(|| {
            let found = stat::of_name(&self.hidden_dir.versions, keep_as.as_bytes());
            found.map_err(at("statx"))?.ok_or_else(changed)
        })?;
        let now = now.ok_or_else(vanished)?;
        Ok(Moved { before: replacing.old, now })
    }

    /// Over a network, a rename may have been done although the reply to its repetition is an
    /// error.
    fn kept_already(&self, keep_as: &str, error: Error) -> Result<Settled> {
        match stat::of_name(&self.hidden_dir.versions, keep_as.as_bytes()) {
            Ok(Some(_)) if error.code == Code::NotFound => Ok(Settled::Kept),
            _ => Err(error),
        }
    }

    fn set_aside_and_move_in(&self, replacing: &Replacing<'_>) -> Result<()> {
        let Replacing { id, keep_as, source, slot, .. } = *replacing;
        let abilities = self.probe()?;
        if matches!(source, Source::Entry(_)) {
            self.write_intent(replacing)?;
        }
        let aside_name = Staged::Old(id, keep_as).name();
        let aside = (self.hidden_dir.staging.as_fd(), aside_name.as_slice());
        let data_name = Staged::Data(id).name();
        let from = match source {
            Source::Stage => (self.hidden_dir.staging.as_fd(), data_name.as_slice()),
            Source::Entry(entry) => entry.entry(),
        };
        let linked = if abilities.has_links { sys::link(slot.entry(), aside) } else { Err(Errno::PERM) };
        match linked {
            Ok(()) => {
                replacing.is_aside.set(true);
                self.check_aside(&aside_name, &replacing.old)?;
                sync_names(&self.hidden_dir.staging).map_err(at("fsync staging"))?;
                sys::rename(from, slot.entry()).map_err(at("rename over"))?;
                slot.sync().map_err(at("fsync the folder"))
            }
            Err(errno) if links_refused(errno) => {
                if matches!(source, Source::Stage) {
                    self.write_intent(replacing)?;
                    if abilities.exchanges && self.swap(from, aside, replacing)? {
                        return slot.sync().map_err(at("fsync the folder"));
                    }
                }
                put_new(slot.entry(), aside)?;
                replacing.is_aside.set(true);
                put_new(from, slot.entry())?;
                slot.sync().map_err(at("fsync the folder"))
            }
            Err(errno) => Err(failed("link the old content", errno)),
        }
    }

    /// Checks that the second name leads to the old content that was examined before, and not to
    /// content that another program has put there since.
    fn check_aside(&self, aside: &[u8], old: &Stat) -> Result<()> {
        match stat::of_name(&self.hidden_dir.staging, aside).map_err(at("statx"))? {
            Some(kept) if kept.content_id() == old.content_id() => Ok(()),
            _ => Err(changed()),
        }
    }

    /// Swaps stage and target in one step. The stage gets the name of the set-aside content.
    /// Returns `false` if the disk cannot swap; then nothing has changed.
    fn swap(&self, from: sys::Entry<'_>, aside: sys::Entry<'_>, replacing: &Replacing<'_>) -> Result<bool> {
        let slot = replacing.slot;
        sys::rename(from, aside).map_err(at("rename in staging"))?;
        sync_names(&self.hidden_dir.staging).map_err(at("fsync staging"))?;
        match sys::rename_with(aside, slot.entry(), RenameFlags::EXCHANGE) {
            Ok(()) => {
                replacing.is_aside.set(true);
                Ok(true)
            }
            Err(errno) if means_unsupported(errno) => {
                sys::rename(aside, from).map_err(at("rename in staging"))?;
                Ok(false)
            }
            Err(errno) => Err(failed("swap", errno)),
        }
    }

    fn write_intent(&self, replacing: &Replacing<'_>) -> Result<()> {
        let text = format!("{}\n{}\n", replacing.old.content_id(), replacing.path.real_text());
        let staging = self.hidden_dir.staging.as_fd();
        let name = Staged::Intent(replacing.id).name();
        write_small(staging, staging, replacing.id, &name, text.as_bytes())
    }

    fn intent(&self, id: &str) -> Result<Option<(String, CloudPath)>> {
        let read = read_small(self.hidden_dir.staging.as_fd(), &Staged::Intent(id).name())?;
        Ok(read.and_then(|bytes| {
            let text = String::from_utf8(bytes).ok()?;
            let (old, path) = text.strip_suffix('\n')?.split_once('\n')?;
            Some((old.to_owned(), CloudPath::parse(path).ok()?))
        }))
    }

    /// Finishes a replacement with this id: the set-aside content becomes the version, or
    /// everything is undone.
    pub(super) fn settle(&self, id: &str, keep_as: &str) -> Result<Settled> {
        let aside_name = Staged::Old(id, keep_as).name();
        let aside = (self.hidden_dir.staging.as_fd(), aside_name.as_slice());
        let old = match stat::of_name(&self.hidden_dir.staging, &aside_name) {
            Ok(old) => Some(old),
            Err(Errno::NOENT) => None,
            Err(errno) => return Err(failed("statx", errno)),
        };
        let settled = match (old, self.intent(id)?) {
            // The intent stays: it is needed if the disk shows the content later.
            (None, _) => return Ok(Settled::Nothing),
            // Another program has put a symlink, or something similar, there just before it got its
            // second name.
            (Some(None), None) => {
                sys::remove(aside).map_err(at("remove the second name"))?;
                Settled::Undone
            }
            (Some(None), Some(_)) => self.keep(id, keep_as)?,
            (Some(Some(aside)), Some((old, path))) => {
                self.settle_by_intent(id, keep_as, &aside, &old, &path)?
            }
            // A commit with a link: the stage tells whether the rename was done.
            (Some(Some(old)), None) if old.links > 1 && self.has_stage(id)? => {
                sys::remove(aside).map_err(at("remove the second name"))?;
                Settled::Undone
            }
            (Some(Some(_)), None) => self.keep(id, keep_as)?,
        };
        self.remove_intent(id).map(|()| settled)
    }

    fn remove_intent(&self, id: &str) -> Result<()> {
        match sys::remove((self.hidden_dir.staging.as_fd(), &Staged::Intent(id).name())) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(errno) => Err(failed("remove an intent", errno)),
        }
    }

    fn settle_by_intent(
        &self,
        id: &str,
        keep_as: &str,
        aside_stat: &Stat,
        old: &str,
        path: &CloudPath,
    ) -> Result<Settled> {
        let aside_name = Staged::Old(id, keep_as).name();
        let aside = (self.hidden_dir.staging.as_fd(), aside_name.as_slice());
        let slot = match self.slot(path) {
            Ok(slot) => slot,
            // The folder is gone, so there is nothing to put the content back into.
            Err(error) if error.code == Code::NotFound => return self.keep(id, keep_as),
            Err(error) => return Err(error),
        };
        match slot.existing() {
            Ok(None) => {
                put_new(aside, slot.entry())?;
                slot.sync().map_err(at("fsync the folder"))?;
                Ok(Settled::NamedAgain)
            }
            Ok(Some(now)) if now.content_id() == old && now.is_same_entry(aside_stat) => {
                sys::remove(aside).map_err(at("remove the second name"))?;
                Ok(Settled::Undone)
            }
            // The target is still the old content, so the set-aside content is the new one, which
            // was not swapped in.
            Ok(Some(now)) if now.content_id() == old => {
                put_new(aside, (aside.0, &Staged::Data(id).name()))?;
                Ok(Settled::Undone)
            }
            Ok(Some(_)) => self.keep(id, keep_as),
            Err(error) if error.code == Code::Conflict => self.keep(id, keep_as),
            Err(error) => Err(error),
        }
    }

    /// The last step: the set-aside content becomes a version. Its new folder is made durable
    /// first. Until its old folder is durable, it may exist twice after a crash; then it is found
    /// and moved again, but it is never lost.
    fn keep(&self, id: &str, keep_as: &str) -> Result<Settled> {
        let aside = Staged::Old(id, keep_as).name();
        let version = (self.hidden_dir.versions.as_fd(), keep_as.as_bytes());
        put_new((self.hidden_dir.staging.as_fd(), &aside), version)?;
        sync_names(&self.hidden_dir.versions).map_err(at("fsync versions"))?;
        Ok(Settled::Kept)
    }

    fn has_stage(&self, id: &str) -> Result<bool> {
        match stat::of_name(&self.hidden_dir.staging, &Staged::Data(id).name()) {
            Ok(_) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(errno) => Err(failed("statx", errno)),
        }
    }
}

fn links_refused(errno: Errno) -> bool {
    means_unsupported(errno) || matches!(errno, Errno::PERM | Errno::MLINK | Errno::ACCESS)
}

pub(super) fn changed() -> Error {
    Error::new(Code::Conflict, "The file has been changed meanwhile.").for_reason(Reason::Changed)
}

/// Repeats a step that does not find an entry that must exist. `None` if it still does not find it.
fn again<T>(mut step: impl FnMut() -> Result<T>) -> Result<Option<T>> {
    for pause in PAUSES {
        std::thread::sleep(pause);
        match step() {
            Err(error) if error.code == Code::NotFound => {}
            other => return other.map(Some),
        }
    }
    Ok(None)
}

fn vanished() -> Error {
    let sentence = "The new content is saved. The disk does not show the previous content, which was to become a \
                    version; the server looks for it again.";
    Error::new(Code::Internal, sentence)
}
