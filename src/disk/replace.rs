//! Putting content in its place, so that a crash at any moment leaves the old content or the new, whole.
//!
//! The new content is on the disk before it gets the name, and it gets it by one rename. Content that is to be kept is
//! set aside in `staging` as `<id>.old.<keep as>` before the rename and moved to `versions` after it:
//!
//! 1. Usual: a second name (hard link) for the old content. The target is never without content.
//! 2. Where links are refused (FAT; files of other owners): the two contents are swapped in one step.
//! 3. Where that lacks too: the old content is moved aside, and for a moment the name is free.
//!
//! [`Volume::settle`] ends what was begun, after a failure at once and after a crash at the next start. In case 1 of a
//! commit the names in `staging` tell it everything. In all others an intent says what is being replaced.

use super::attributes::Attributes;
use super::errno::{at, failed, means_unsupported};
use super::hidden_dir::{Staged, checked, open_one, read_small, write_small};
use super::location::Location;
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

/// When a commit may replace a file that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replace {
    /// Never: `Code::Conflict` when something has the name.
    Never,
    /// Whatever file is there.
    Always,
    /// Only the content with this [`Stat::etag`]; `Code::Conflict` when it is gone or another.
    IfMatches(String),
}

/// How a stage is to be committed.
#[derive(Clone, Debug)]
pub struct Commit {
    /// What to do with a file that is there.
    pub replace: Replace,
    /// The modification time to set; without one, that of the last write.
    pub modified: Option<SystemTime>,
    /// A new id under which the replaced content is kept as a version; without one it is gone.
    pub keep_as: Option<String>,
}

/// What is in the place now.
#[derive(Clone, Copy, Debug)]
pub struct Committed {
    /// The new content.
    pub stat: Stat,
    /// What it was before it was moved here; `None` for what was not moved.
    pub moved: Option<Stat>,
    /// The replaced content, when it was kept as a version.
    pub kept: Option<Moved>,
    /// The file that was copied, when it was the same before and after.
    pub copied: Option<Stat>,
}

/// The same entry before and after it got another name, which changes its time of change.
#[derive(Clone, Copy, Debug)]
pub struct Moved {
    pub before: Stat,
    pub now: Stat,
}

/// Where the new content comes from.
#[derive(Clone, Copy)]
enum Source<'a> {
    /// `<id>.data` in `staging`.
    Stage,
    /// Another place.
    Entry(&'a Slot),
}

/// An old content being replaced, the new one on its way.
struct Replacing<'a> {
    id: &'a str,
    keep_as: &'a str,
    source: Source<'a>,
    slot: &'a Slot,
    path: &'a CloudPath,
    old: Stat,
}

impl Volume {
    /// Gives a stage its place. On failure the old file is untouched, and the stage can still be discarded or, unless the
    /// disk failed it, committed again; only when the very last step fails (making the rename durable) the new content is in place.
    pub fn commit(&self, stage: Stage, target: &CloudPath, options: Commit) -> Result<Committed> {
        let keep_as = options.keep_as.as_deref().map(checked).transpose()?;
        let slot = self.new_place(target)?;
        // Asked twice: early, because waiting for the disk is long and in vain; and again when it is our turn.
        let seen = slot.existing()?;
        permit(&options.replace, seen.as_ref())?;
        let attributes = attributes_of_new(&stage, &slot, seen.as_ref())?;
        stage.finish(&attributes, options.modified).inspect_err(|_| {
            // What a failed fsync lost, a second one does not miss: this stage can no longer be trusted.
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

    /// Moves a file or folder, also out of the trash or the earlier contents. With `replace` a file may take the place of a file, whose content is kept as a version
    /// with `keep_as`. `Code::Conflict` when something else has the name, `Code::Invalid` for a folder into itself.
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

    /// A version that becomes live is a new content of the file: the file keeps who may read it, and all else that it has.
    fn attire_version(&self, version: &Slot, file: &Slot, stat: &Stat) -> Result<()> {
        let (Some(attributes), Ok(handle)) =
            (file.attributes(stat)?, open_one(version.entry(), resolve::FILE))
        else {
            return Ok(());
        };
        attributes.replace_on(&handle).map_err(at("give a version the attributes of its file"))
    }

    /// Both names lead to one entry: the same name twice, another spelling of it where case does not count, or two
    /// links to one file. For two links rename(2) does nothing, so the old name is removed instead.
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

    /// Waits until the names are on the disk: first where the content went to, then where it came from.
    pub(super) fn make_durable(&self, slot: &Slot, source: Option<&Slot>) -> Result<()> {
        slot.sync().map_err(at("fsync the folder"))?;
        match source {
            Some(source) if source.above.is_same_entry(&slot.above) => Ok(()),
            Some(source) => source.sync().map_err(at("fsync the folder")),
            None => sync_names(&self.hidden_dir.staging).map_err(at("fsync staging")),
        }
    }

    /// Replaces and keeps; what the old content was and is. After a failure all is as before, or done.
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

    /// The old content's other name leads to what was looked at before, not to what another program put there since.
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

    /// Swaps stage and target in one step, the stage under the name the old content is to have. `false`: cannot be done
    /// here, and all is as before.
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

    /// Ends what was begun under this id: the content set aside becomes the version, or all is undone. Returns the
    /// sentence for the log when there was something to end.
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
            // Begun by a commit with a link: the stage tells whether the rename was done.
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
            // The folder is gone, and with it the place to put anything back to.
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
            // The target is still the old content, so this is the new one, not yet swapped in.
            Ok(Some(now)) if now.content_id() == old => {
                put_new(aside, (aside.0, &Staged::Data(id).name()))?;
                Ok("undone: a file was about to be replaced")
            }
            Ok(Some(_)) => self.keep(id, keep_as),
            Err(error) if error.code == Code::Conflict => self.keep(id, keep_as),
            Err(error) => Err(error),
        }
    }

    /// The last step: the content set aside becomes a version. First where it went to is made durable: until the name it
    /// leaves is, it may be there twice, and is found and moved again, but never nowhere.
    fn keep(&self, id: &str, keep_as: &str) -> Result<&'static str> {
        let aside = Staged::Old(id, keep_as).name();
        let version = (self.hidden_dir.versions.as_fd(), keep_as.as_bytes());
        put_new((self.hidden_dir.staging.as_fd(), &aside), version)?;
        sync_names(&self.hidden_dir.versions).map_err(at("fsync versions"))?;
        Ok("finished: a file was replaced, and its old content is a version now")
    }

    fn has_stage(&self, id: &str) -> Result<bool> {
        match stat::of_name(&self.hidden_dir.staging, &Staged::Data(id).name()) {
            Ok(_) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(errno) => Err(failed("statx", errno)),
        }
    }
}

/// What the content of a stage gets: what the file that it replaces has, or what is right for a new one.
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

/// Moves an entry to a name that must be free. Where the file system cannot promise that (NFS, some FUSE), asking first
/// is the best there is; other operations of this program are kept away by their turn.
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

/// As [`put_new`], for a folder too that its owner has made read-only: with another folder above it, what it says of that
/// must be written in it (rename(2): EACCES). Its bits are as before afterwards.
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
