//! Puts content in its place so that, whenever a crash happens, either the whole old content or the
//! whole new content is there.
//!
//! The new content is on the disk before it gets the name, by one rename. Old content that becomes
//! a version is kept by `set_aside`.

use super::attributes::Attributes;
use super::errno::{at, failed, means_unsupported};
use super::hidden_dir::{Staged, checked};
use super::location::Location;
use super::move_in::{put_new, put_new_folder};
use super::resolve::open_one;
use super::set_aside::{Replacing, Source, changed};
use super::slot::{Slot, sync_names};
use super::stage::Stage;
use super::stat::{Kind, Moved, Stat};
use super::unfinished::Unfinished;
use super::volume::Volume;
use super::{resolve, sys};
use crate::base::path::CloudPath;
use crate::error::{Code, Error, Reason, Result};
use rustix::fd::AsFd;
use rustix::fs::RenameFlags;
use std::cell::Cell;
use std::time::SystemTime;

/// The condition under which a commit may replace an existing file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replace {
    /// Replaces no file. The commit fails with `Code::Conflict` if the name is taken.
    Never,
    /// Replaces any file that has the name.
    Always,
    /// Replaces only a content with this [`Stat::etag`]: `Code::Conflict` if it is gone or
    /// different.
    IfMatches(String),
}

/// Options of a commit.
#[derive(Clone, Debug)]
pub struct Commit {
    /// The treatment of an existing file.
    pub replace: Replace,
    /// The modification time to set. `None` keeps the time of the last write.
    pub modified: Option<SystemTime>,
    /// A new id under which the replaced content is kept as a version. `None` removes the replaced
    /// content.
    pub keep_as: Option<String>,
}

/// The result of a commit.
#[derive(Clone, Copy, Debug)]
pub struct Committed {
    /// The state of the new content.
    pub stat: Stat,
    /// Its state before it was moved here; `None` for new content.
    pub moved: Option<Stat>,
    /// The replaced content, if it was kept as a version.
    pub kept: Option<Moved>,
    /// The copied file, if it did not change meanwhile.
    pub copied: Option<Stat>,
}

impl Volume {
    /// Puts a stage in its place. After a failure the old file is unchanged, and the stage can be
    /// discarded or, unless writing it failed, committed again. One failure is different: if only
    /// the very last step fails, which makes the rename durable, the new content is in place.
    pub fn commit(&self, stage: Stage, target: &CloudPath, options: Commit) -> Result<Committed> {
        let keep_as = options.keep_as.as_deref().map(checked).transpose()?;
        let slot = self.new_place(target)?;
        // This is checked twice: now, because writing to the disk may take long and be in vain, and
        // again under the lock.
        let seen = slot.existing()?;
        permit(&options.replace, seen.as_ref())?;
        let attributes = attributes_of_new(&stage, &slot, seen.as_ref(), self.names_attributes())?;
        stage.finish(&attributes, options.modified).inspect_err(|_| {
            // A second fsync does not report data that the first one lost, so this stage can no
            // longer be trusted.
            if let Err(error) = self.discard_stage(&stage.id) {
                log::warn!("a stage that could not be written stays until the next start: {error}");
            }
        })?;

        let _turn = self.turns.take(&[self.turn(&slot)]);
        let old = slot.existing()?;
        permit(&options.replace, old.as_ref())?;
        let name = Staged::Data(&stage.id).name();
        let from = (self.hidden_dir.staging.as_fd(), name.as_slice());
        let kept = match (old, keep_as) {
            (None, _) => put_new(from, slot.entry()).map(|()| None),
            (Some(_), None) => sys::rename(from, slot.entry()).map_err(at("rename over")).map(|()| None),
            (Some(old), Some(keep_as)) => {
                let (id, path) = (stage.id.as_str(), target);
                let (source, slot, is_aside) = (Source::Stage, &slot, Cell::new(false));
                let replacing = Replacing { id, keep_as, source, slot, path, old, is_aside };
                self.replace_keeping(&replacing).map(Some)
            }
        }?;
        self.make_durable(&slot, None).inspect_err(|_| self.note_kept(&stage.id, keep_as, kept, target))?;
        Ok(Committed { stat: stage.stat()?, moved: None, kept, copied: None })
    }

    /// Moves a file or folder, also out of the recycle bin or the versions. With `replace`, a file
    /// may replace a file, whose content is kept as a version with `keep_as`. `Code::Conflict` if
    /// the name is taken by something else, `Code::Invalid` if a folder is to be moved into itself.
    pub fn rename<'a>(
        &self,
        from: impl Into<Location<'a>>,
        to: &CloudPath,
        replace: bool,
        keep_as: Option<&str>,
    ) -> Result<Committed> {
        let keep_as = keep_as.map(checked).transpose()?;
        let from = from.into();
        if matches!(from, Location::Files(from) if to != from && to.starts_with(from)) {
            return Err(Error::new(Code::Invalid, "A folder cannot be moved into itself.")
                .for_reason(Reason::IntoItself));
        }
        let (source, slot) = (self.slot(from)?, self.new_place(to)?);
        let _turn = self.turns.take(&[self.turn(&source), self.turn(&slot)]);
        let moved = source.require()?;
        if let Location::Files(path) = from {
            self.refuse_elsewhere(&moved, path)?;
        }
        let occupant = slot.existing()?;
        if let (Location::Version(_), Some(old)) = (from, &occupant) {
            self.attire_version(&source, &slot, old)?;
        }
        let kept = match occupant {
            Some(old) if old.is_same_entry(&moved) || self.are_one(&source, &slot) => {
                self.rename_alias(&source, &slot, &moved, replace).map(|()| None)
            }
            Some(old) if old.kind == Kind::Folder || moved.kind == Kind::Folder => Err(occupied(old.kind)),
            Some(_) if !replace => Err(occupied(Kind::File)),
            Some(old) => match keep_as {
                None => sys::rename(source.entry(), slot.entry()).map_err(at("rename over")).map(|()| None),
                Some(id) => {
                    let from = Source::Entry(&source);
                    let path = to;
                    let (source, slot, is_aside) = (from, &slot, Cell::new(false));
                    let replacing = Replacing { id, keep_as: id, source, slot, path, old, is_aside };
                    self.replace_keeping(&replacing).map(Some)
                }
            },
            None => put_new_folder(source.entry(), slot.entry()).map(|()| None),
        }?;
        self.make_durable(&slot, Some(&source))
            .inspect_err(|_| keep_as.into_iter().for_each(|id| self.note_kept(id, Some(id), kept, to)))?;
        Ok(Committed { stat: slot.require()?, moved: Some(moved), kept, copied: None })
    }

    /// Gives a file its former content back, which is the version `former`; the content `now`
    /// becomes the version `aside`. Returns the state of what was put aside: another program may
    /// have written to it at the last moment. Where the disk can swap names this takes no space,
    /// because it is needed when there is none. `Code::Conflict` if the file has another content.
    pub fn swap_back(&self, former: &str, file: &CloudPath, now: &Stat, aside: &str) -> Result<Stat> {
        let (version, slot) = (self.slot(Location::Version(former))?, self.slot(file)?);
        let turn = self.turns.take(&[self.turn(&version), self.turn(&slot)]);
        if slot.existing()?.is_none_or(|stat| stat.content_id() != now.content_id()) {
            return Err(changed());
        }
        let is_swapped = self.probe()?.exchanges
            && match sys::rename_with(version.entry(), slot.entry(), RenameFlags::EXCHANGE) {
                Ok(()) => true,
                Err(errno) if means_unsupported(errno) => false,
                Err(errno) => return Err(failed("swap", errno)),
            };
        if is_swapped {
            put_new(version.entry(), (self.hidden_dir.versions.as_fd(), checked(aside)?.as_bytes()))?;
            self.make_durable(&slot, Some(&version))?;
        } else {
            drop(turn);
            self.rename(Location::Version(former), file, true, Some(aside))?;
        }
        self.slot(Location::Version(aside))?.require()
    }

    /// A restored version is a new content of its file: the file keeps its permissions and all
    /// other attributes.
    fn attire_version(&self, version: &Slot, file: &Slot, stat: &Stat) -> Result<()> {
        let (Some(attributes), Ok(handle)) =
            (file.attributes(stat, self.names_attributes())?, open_one(version.entry(), resolve::FILE))
        else {
            return Ok(());
        };
        attributes.replace_on(&handle).map_err(at("give a version the attributes of its file"))
    }

    /// Renames if both names lead to one entry: the same name twice, another spelling of it on a
    /// disk that ignores case, or two links to one file. For two links rename(2) does nothing, so
    /// the old name is removed instead.
    fn rename_alias(&self, source: &Slot, slot: &Slot, moved: &Stat, replace: bool) -> Result<()> {
        let same_folder = source.above.is_same_entry(&slot.above);
        if same_folder && source.leaf == slot.leaf {
            return Ok(());
        }
        if moved.links == 1 || moved.kind == Kind::Folder {
            return sys::rename(source.entry(), slot.entry()).map_err(at("rename"));
        }
        if !replace {
            return Err(occupied(moved.kind));
        }
        sys::remove(source.entry()).map_err(at("remove the second name"))
    }

    /// The call fails, so the row of a version that it has made is written later.
    fn note_kept(&self, id: &str, keep_as: Option<&str>, kept: Option<Moved>, file: &CloudPath) {
        if let (Some(keep_as), Some(_)) = (keep_as, kept) {
            self.note_unfinished(Unfinished::replacement(id, keep_as, Some(file)));
        }
    }

    /// Waits until both names are on the disk, first in the target folder, then in the source
    /// folder.
    pub(super) fn make_durable(&self, slot: &Slot, source: Option<&Slot>) -> Result<()> {
        slot.sync().map_err(at("fsync the folder"))?;
        match source {
            Some(source) if source.above.is_same_entry(&slot.above) => Ok(()),
            Some(source) => source.sync().map_err(at("fsync the folder")),
            None => sync_names(&self.hidden_dir.staging).map_err(at("fsync staging")),
        }
    }
}

/// The attributes for a stage: those of the file it replaces, or those of a new file.
fn attributes_of_new(
    stage: &Stage,
    slot: &Slot,
    replaced: Option<&Stat>,
    are_named: bool,
) -> Result<Attributes> {
    let kept = replaced.map(|replaced| slot.attributes(replaced, are_named)).transpose()?.flatten();
    match kept.or_else(|| stage.wanted.clone()) {
        Some(attributes) => Ok(attributes),
        None => Ok(slot.prescribed()?.for_new(Kind::File)),
    }
}

fn permit(replace: &Replace, old: Option<&Stat>) -> Result<()> {
    match (replace, old) {
        (_, Some(old)) if old.kind == Kind::Folder => Err(occupied(Kind::Folder)),
        (Replace::Never, Some(old)) => Err(occupied(old.kind)),
        (Replace::IfMatches(etag), Some(old)) if old.etag() == *etag => Ok(()),
        (Replace::IfMatches(_), _) => Err(changed()),
        (Replace::Never | Replace::Always, _) => Ok(()),
    }
}

pub(super) fn occupied(kind: Kind) -> Error {
    Error::new(
        Code::Conflict,
        match kind {
            Kind::File => "A file with this name exists already.",
            Kind::Folder => "A folder with this name exists already.",
        },
    )
    .for_reason(Reason::Exists)
}
