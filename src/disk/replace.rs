//! Puts content in its place so that, whenever a crash happens, the whole old content or the whole
//! new content is there.
//!
//! The new content is on the disk before it gets the name, by one rename. Old content that becomes
//! a version is set aside in `staging` as `<id>.old.<keep as>` before the rename, and moved to
//! `versions` after it. There are three ways to set it aside:
//!
//! 1. Usually: a second name (hard link) for the old content. The target always has content.
//! 2. If links are refused (FAT; files of other owners): both contents are swapped in one step.
//! 3. If swapping is impossible, too: the old content is moved aside, and the name is free for a
//!    moment.
//!
//! [`Volume::settle`] finishes what was begun: after a failure at once, and after a crash at the
//! next start. In way 1 of a commit, the names in `staging` tell it everything. Otherwise an intent
//! names the target of the replacement.

use super::attributes::Attributes;
use super::errno::{at, failed, means_unsupported};
use super::hidden_dir::{Staged, checked, read_small, write_small};
use super::location::Location;
use super::resolve::open_one;
use super::slot::{Slot, sync_names};
use super::stage::Stage;
use super::stat::{self, Kind, Stat};
use super::volume::Volume;
use super::{resolve, sys};
use crate::base::obstacle::Obstacle;
use crate::base::path::CloudPath;
use crate::error::{Code, Error, Reason, Result};
use rustix::fd::AsFd;
use rustix::fs::{Mode, RenameFlags};
use rustix::io::Errno;
use std::time::SystemTime;

/// The condition under which a commit may replace an existing file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replace {
    /// Never: `Code::Conflict` if the name is taken.
    Never,
    /// Always, whatever file is there.
    Always,
    /// Only a content with this [`Stat::etag`]: `Code::Conflict` if it is gone or different.
    IfMatches(String),
}

/// Options of a commit.
#[derive(Clone, Debug)]
pub struct Commit {
    /// The treatment of an existing file.
    pub replace: Replace,
    /// The modification time to set. Without one, the time of the last write is kept.
    pub modified: Option<SystemTime>,
    /// A new id under which the replaced content is kept as a version. Without one, it is lost.
    pub keep_as: Option<String>,
}

/// The result of a commit.
#[derive(Clone, Copy, Debug)]
pub struct Committed {
    /// The new content.
    pub stat: Stat,
    /// Its state before it was moved here; `None` for new content.
    pub moved: Option<Stat>,
    /// The replaced content, if it was kept as a version.
    pub kept: Option<Moved>,
    /// The copied file, if it did not change meanwhile.
    pub copied: Option<Stat>,
}

/// The states of an entry before and after a rename, which changes its time of change.
#[derive(Clone, Copy, Debug)]
pub struct Moved {
    pub before: Stat,
    pub now: Stat,
}

/// The source of the new content.
#[derive(Clone, Copy)]
enum Source<'a> {
    /// `<id>.data` in `staging`.
    Stage,
    /// An entry elsewhere.
    Entry(&'a Slot),
}

/// A running replacement of old content.
struct Replacing<'a> {
    id: &'a str,
    keep_as: &'a str,
    source: Source<'a>,
    slot: &'a Slot,
    path: &'a CloudPath,
    old: Stat,
}

impl Volume {
    /// Puts a stage in its place. After a failure the old file is unchanged, and the stage can be
    /// discarded or, unless writing it failed, committed again. Only if the very last step fails,
    /// which makes the rename durable, is the new content in place.
    pub fn commit(&self, stage: Stage, target: &CloudPath, options: Commit) -> Result<Committed> {
        let keep_as = options.keep_as.as_deref().map(checked).transpose()?;
        let slot = self.new_place(target)?;
        // Checked twice: now, because waiting for the disk in vain takes long, and again under the
        // lock.
        let seen = slot.existing()?;
        permit(&options.replace, seen.as_ref())?;
        let attributes = attributes_of_new(&stage, &slot, seen.as_ref())?;
        stage.finish(&attributes, options.modified).inspect_err(|_| {
            // A second fsync does not report data that a first one lost, so this stage can no
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
                let replacing = Replacing { id, keep_as, source: Source::Stage, slot: &slot, path, old };
                self.replace_keeping(&replacing).map(Some)
            }
        }?;
        self.make_durable(&slot, None)?;
        Ok(Committed { stat: stage.stat()?, moved: None, kept, copied: None })
    }

    /// Moves a file or folder, also out of the recycle bin or the versions. With `replace`, a file
    /// may replace a file, whose content is kept as a version with `keep_as`. `Code::Conflict` if
    /// the name is taken by something else, `Code::Invalid` for a folder into itself.
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
                    let replacing = Replacing { id, keep_as: id, source: from, slot: &slot, path, old };
                    self.replace_keeping(&replacing).map(Some)
                }
            },
            None => put_new_folder(source.entry(), slot.entry()).map(|()| None),
        }?;
        self.make_durable(&slot, Some(&source))?;
        Ok(Committed { stat: slot.require()?, moved: Some(moved), kept, copied: None })
    }

    /// A version that is restored is a new content of its file: the file keeps its permissions and
    /// all other attributes.
    fn attire_version(&self, version: &Slot, file: &Slot, stat: &Stat) -> Result<()> {
        let (Some(attributes), Ok(handle)) =
            (file.attributes(stat)?, open_one(version.entry(), resolve::FILE))
        else {
            return Ok(());
        };
        attributes.replace_on(&handle).map_err(at("give a version the attributes of its file"))
    }

    /// Renames where both names lead to one entry: the same name twice, another spelling of it on a
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

    /// Replaces the target and keeps the old content. Returns the states of the old content. After
    /// a failure, the replacement is undone or done.
    fn replace_keeping(&self, replacing: &Replacing<'_>) -> Result<Moved> {
        let done = self.set_aside_and_move_in(replacing);
        let settled = self.settle(replacing.id, replacing.keep_as);
        match (done, settled) {
            (Ok(()), Ok(_)) => {
                let now = stat::of_name(&self.hidden_dir.versions, replacing.keep_as.as_bytes());
                let now = now.map_err(at("statx"))?.ok_or_else(changed)?;
                Ok(Moved { before: replacing.old, now })
            }
            (Ok(_), Err(error)) => Err(error),
            (Err(error), Ok(_)) => Err(error),
            (Err(error), Err(second)) => Err(error.because(second)),
        }
    }

    fn set_aside_and_move_in(&self, replacing: &Replacing<'_>) -> Result<()> {
        let Replacing { id, keep_as, source, slot, .. } = *replacing;
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
        match sys::link(slot.entry(), aside) {
            Ok(()) => {
                self.check_aside(&aside_name, &replacing.old)?;
                sync_names(&self.hidden_dir.staging).map_err(at("fsync staging"))?;
                sys::rename(from, slot.entry()).map_err(at("rename over"))?;
                slot.sync().map_err(at("fsync the folder"))
            }
            Err(errno) if links_refused(errno) => {
                if matches!(source, Source::Stage) {
                    self.write_intent(replacing)?;
                    if self.swap(from, aside, slot)? {
                        return self.check_swapped(&aside_name, slot);
                    }
                }
                move_aside(from, aside, slot)?;
                self.check_swapped(&aside_name, slot)
            }
            Err(errno) => Err(failed("link the old content", errno)),
        }
    }

    /// Checks that the second name leads to the old content that was looked at, and not to content
    /// that another program put there since.
    fn check_aside(&self, aside: &[u8], old: &Stat) -> Result<()> {
        match stat::of_name(&self.hidden_dir.staging, aside).map_err(at("statx"))? {
            Some(kept) if kept.content_id() == old.content_id() => Ok(()),
            _ => Err(changed()),
        }
    }

    fn check_swapped(&self, aside: &[u8], slot: &Slot) -> Result<()> {
        slot.sync().map_err(at("fsync the folder"))?;
        stat::of_name(&self.hidden_dir.staging, aside).map_err(at("statx"))?.map(drop).ok_or_else(changed)
    }

    /// Swaps stage and target in one step. The stage gets the name of the set-aside content.
    /// Returns `false` if the disk cannot swap; nothing has changed then.
    fn swap(&self, from: sys::Entry<'_>, aside: sys::Entry<'_>, slot: &Slot) -> Result<bool> {
        sys::rename(from, aside).map_err(at("rename in staging"))?;
        sync_names(&self.hidden_dir.staging).map_err(at("fsync staging"))?;
        match sys::rename_with(aside, slot.entry(), RenameFlags::EXCHANGE) {
            Ok(()) => Ok(true),
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
    /// everything is undone. Returns a sentence for the log if there was something to do.
    pub(super) fn settle(&self, id: &str, keep_as: &str) -> Result<Option<&'static str>> {
        let aside_name = Staged::Old(id, keep_as).name();
        let aside = (self.hidden_dir.staging.as_fd(), aside_name.as_slice());
        let old = match stat::of_name(&self.hidden_dir.staging, &aside_name) {
            Ok(old) => Some(old),
            Err(Errno::NOENT) => None,
            Err(errno) => return Err(failed("statx", errno)),
        };
        let sentence = match (old, self.intent(id)?) {
            (None, _) => None,
            // Another program put a symlink or the like there just before it got its second name.
            (Some(None), None) => {
                sys::remove(aside).map_err(at("remove the second name"))?;
                Some("undone: a file was about to be replaced")
            }
            (Some(None), Some(_)) => Some(self.keep(id, keep_as)?),
            (Some(Some(aside)), Some((old, path))) => {
                Some(self.settle_by_intent(id, keep_as, &aside, &old, &path)?)
            }
            // A commit with a link: the stage tells if the rename was done.
            (Some(Some(old)), None) if old.links > 1 && self.has_stage(id)? => {
                sys::remove(aside).map_err(at("remove the second name"))?;
                Some("undone: a file was about to be replaced")
            }
            (Some(Some(_)), None) => Some(self.keep(id, keep_as)?),
        };
        match sys::remove((aside.0, &Staged::Intent(id).name())) {
            Ok(()) | Err(Errno::NOENT) => Ok(sentence),
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
    ) -> Result<&'static str> {
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
                Ok("undone: a file was about to be replaced and has its name again")
            }
            Ok(Some(now)) if now.content_id() == old && now.is_same_entry(aside_stat) => {
                sys::remove(aside).map_err(at("remove the second name"))?;
                Ok("undone: a file was about to be replaced")
            }
            // The target is still the old content, so the set-aside one is the new content, not yet
            // swapped in.
            Ok(Some(now)) if now.content_id() == old => {
                put_new(aside, (aside.0, &Staged::Data(id).name()))?;
                Ok("undone: a file was about to be replaced")
            }
            Ok(Some(_)) => self.keep(id, keep_as),
            Err(error) if error.code == Code::Conflict => self.keep(id, keep_as),
            Err(error) => Err(error),
        }
    }

    /// The last step: the set-aside content becomes a version. Its new folder is made durable
    /// first. Until its old folder is durable, it may exist twice after a crash, and is found and
    /// moved again, but it is never lost.
    fn keep(&self, id: &str, keep_as: &str) -> Result<&'static str> {
        let aside = Staged::Old(id, keep_as).name();
        let version = (self.hidden_dir.versions.as_fd(), keep_as.as_bytes());
        put_new((self.hidden_dir.staging.as_fd(), &aside), version)?;
        sync_names(&self.hidden_dir.versions).map_err(at("fsync versions"))?;
        Ok("finished: a file was replaced, and its previous content is a version now")
    }

    fn has_stage(&self, id: &str) -> Result<bool> {
        match stat::of_name(&self.hidden_dir.staging, &Staged::Data(id).name()) {
            Ok(_) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(errno) => Err(failed("statx", errno)),
        }
    }
}

/// The attributes for a stage: those of the file it replaces, or those of a new file.
fn attributes_of_new(stage: &Stage, slot: &Slot, replaced: Option<&Stat>) -> Result<Attributes> {
    let kept = replaced.map(|replaced| slot.attributes(replaced)).transpose()?.flatten();
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

fn changed() -> Error {
    Error::new(Code::Conflict, "The file has been changed meanwhile.").for_reason(Reason::Changed)
}

/// The owner's right to write.
const WRITE_OWN: u32 = 0o200;

fn links_refused(errno: Errno) -> bool {
    means_unsupported(errno) || matches!(errno, Errno::PERM | Errno::MLINK | Errno::ACCESS)
}

/// Moves an entry to a name that must be free. If the file system cannot guarantee that (NFS, some
/// FUSE), the best possible way is to check first. Other operations of this program are kept away
/// by the lock of the name.
pub(super) fn put_new(from: sys::Entry<'_>, to: sys::Entry<'_>) -> Result<()> {
    let moved = match sys::rename_with(from, to, RenameFlags::NOREPLACE) {
        Err(errno) if means_unsupported(errno) => match stat::of_name(to.0, to.1) {
            Err(Errno::NOENT) => sys::rename(from, to),
            Ok(_) => Err(Errno::EXIST),
            Err(errno) => Err(errno),
        },
        other => other,
    };
    moved.map_err(at("rename"))
}

/// As [`put_new`], also for a folder that its owner has made read-only. Its entry `..` must be
/// written when it gets another folder above it (rename(2): EACCES). Its bits are the same
/// afterwards.
pub(super) fn put_new_folder(from: sys::Entry<'_>, to: sys::Entry<'_>) -> Result<()> {
    let refused = match put_new(from, to) {
        Err(error) if error.obstacle == Some(Obstacle::AccessDenied) => error,
        moved => return moved,
    };
    let Ok(folder) = open_one(from, resolve::FOLDER) else { return Err(refused) };
    let stat = stat::of_handle(&folder).map_err(at("statx"))?;
    let is_own = |stat: &Stat| stat.owner == rustix::process::geteuid().as_raw();
    let Some(stat) = stat.filter(|stat| is_own(stat) && stat.mode & WRITE_OWN == 0) else {
        return Err(refused);
    };
    let set_mode = |bits: u32| sys::set_mode(&folder, Mode::from_raw_mode(bits as _));
    set_mode(stat.mode | WRITE_OWN).map_err(|_| refused)?;
    let moved = put_new(from, to);
    if let Err(errno) = set_mode(stat.mode) {
        log::warn!("a read-only folder that was moved stays writable: {errno}");
    }
    moved
}

fn move_aside(from: sys::Entry<'_>, aside: sys::Entry<'_>, slot: &Slot) -> Result<()> {
    put_new(slot.entry(), aside)?;
    put_new(from, slot.entry())
}
