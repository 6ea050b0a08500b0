//! Copies files and folders: all or nothing, made in `staging` and put in place like any other
//! content.
//!
//! Symlinks and special files are left out. If a move needs everything, they make it fail.
//! Modification times and execute bits are kept. Entries that move to a folder without inherited
//! attributes keep all their attributes.

use super::attributes::{Attributes, Prescribed};
use super::bytes::copy_bytes;
use super::directory::{entries, open_to_read};
use super::errno::{at, failed, obstacle};
use super::hidden_dir::{Staged, checked, staging_path};
use super::location::Location;
use super::lookup::only_file;
use super::move_in::put_new;
use super::replace::{Commit, Committed, Replace, occupied};
use super::resolve;
use super::resolve::open_one;
use super::skipped::{Wanted, beneath};
use super::slot::tolerate;
use super::stage::Stage;
use super::stat::{self, Kind, Stat};
use super::sys;
use super::volume::Volume;
use crate::base::obstacle::Obstacle;
use crate::base::path::CloudPath;
use crate::error::{Code, Error, Result};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::Mode;
use rustix::io::Errno;

/// The number of bytes read at once to find out whether a file can be read.
const READ_BYTES: usize = 256 * 1024;

/// Options of a copy.
#[derive(Clone, Debug)]
pub struct CopyOptions {
    /// A new id for the stage.
    pub id: String,
    /// True if a file may replace an existing file. A folder never replaces anything.
    pub replace: bool,
    /// A new id under which the replaced content is kept as a version.
    pub keep_as: Option<String>,
    /// True if the original will be removed afterwards. Then the copy fails if an entry cannot be
    /// copied, or changes before it is copied.
    pub is_whole: bool,
    /// Folders that are left out with everything in them: their paths in the folder, as bytes.
    pub without: Vec<Vec<u8>>,
}

/// Decides about the attributes of copies.
struct Outfit {
    prescribed: Prescribed,
    /// True if copies keep all attributes of their originals.
    keeps_all: bool,
    /// True if the originals' permission bits are meaningful.
    has_modes: bool,
    /// True if the originals can have named attributes.
    are_named: bool,
}

impl Outfit {
    fn of(source: &Volume, options: &CopyOptions, prescribed: Prescribed) -> Outfit {
        let has_modes = source.abilities().is_none_or(|abilities| abilities.has_modes);
        let keeps_all = options.is_whole && has_modes && prescribed.is_nothing();
        Outfit { prescribed, keeps_all, has_modes, are_named: source.names_attributes() }
    }

    fn of_copy(&self, kind: Kind, original: Attributes) -> Attributes {
        match (self.keeps_all, self.has_modes) {
            (true, _) => original,
            (false, true) => self.prescribed.for_copy(kind, original),
            (false, false) => self.prescribed.for_new(kind),
        }
    }

    /// Sets attributes and time of a copy.
    fn put_on(&self, original: &OwnedFd, copy: &OwnedFd, kind: Kind) -> rustix::io::Result<()> {
        self.of_copy(kind, Attributes::of(original, self.are_named)?).put_on(copy, kind)?;
        match stat::of_handle(original)? {
            Some(stat) => tolerate(sys::set_modified(copy, stat::timespec(stat.modified))),
            None => Ok(()),
        }
    }
}

/// A report or question of a running copy. If the callback returns an error, the copy ends.
#[derive(Debug)]
pub enum CopyEvent<'a> {
    /// The copy is about to begin an entry, a further part of a large file, or the last step.
    Continuing,
    /// A file was copied and did not change meanwhile.
    File(&'a CopiedFile<'a>),
    /// An entry cannot be read and is missing in the copy. `below` is its path in the folder, as
    /// bytes.
    LeftOut { below: &'a [u8], obstacle: Obstacle },
}

/// A copied file in a folder, which did not change meanwhile.
#[derive(Debug)]
pub struct CopiedFile<'a> {
    /// Its path in the folder, as bytes.
    pub below: &'a [u8],
    pub source: Stat,
    pub copy: Stat,
}

impl Volume {
    /// Copies a file, or a folder with everything in it, within the volume.
    #[cfg(test)]
    pub fn copy<'a>(
        &self,
        from: impl Into<Location<'a>>,
        to: &CloudPath,
        options: CopyOptions,
    ) -> Result<Committed> {
        self.copy_from(self, from, to, options, &mut |_| Ok(()))
    }

    /// Copies from another volume, or from this one. `Code::NotFound` if the original does not
    /// exist, `Code::Conflict` if the name is taken and may not be replaced. After a failure
    /// nothing of the copy remains. For a folder, the callback gets each file, and each entry that
    /// cannot be read. Such an entry is left out or, if the copy must be whole, makes the copy
    /// fail. An error of the callback ends the copy.
    pub fn copy_from<'a>(
        &self,
        source: &Volume,
        from: impl Into<Location<'a>>,
        to: &CloudPath,
        options: CopyOptions,
        each: &mut dyn FnMut(CopyEvent<'_>) -> Result<()>,
    ) -> Result<Committed> {
        let from = from.into();
        let absent = || failed("open", Errno::NOENT);
        match source.stat(from)?.ok_or_else(absent)?.kind {
            Kind::File => {
                let (file, stat) = source.open_file(from)?.ok_or_else(absent)?;
                let had =
                    Attributes::of(&file, source.names_attributes()).map_err(at("read the attributes"))?;
                let wanted = Outfit::of(source, &options, self.new_place(to)?.prescribed()?);
                let mut stage = self.stage_copy(&file, &stat, &options.id, each)?;
                stage.wanted = Some(wanted.of_copy(Kind::File, had));
                let after = stat::of_handle(&file).map_err(at("statx"))?;
                let copied = after.filter(|after| after.etag() == stat.etag()).map(|_| stat);
                if options.is_whole && copied.is_none() {
                    self.drop_stage(&options.id);
                    return Err(being_changed());
                }
                let replace = if options.replace { Replace::Always } else { Replace::Never };
                let commit = Commit { replace, modified: Some(stat.modified), keep_as: options.keep_as };
                let committed = self.commit(stage, to, commit);
                committed
                    .map(|done| Committed { copied, ..done })
                    .inspect_err(|_| self.drop_stage(&options.id))
            }
            Kind::Folder => {
                let top = source.open_at(from, resolve::FOLDER)?.ok_or_else(absent)?;
                if source.is_top(from) {
                    return Err(Error::new(Code::Invalid, "This cannot be done with the top folder."));
                }
                self.copy_folder(source, (from, &top), to, &options, each)
            }
        }
    }

    fn stage_copy(
        &self,
        from: &OwnedFd,
        stat: &Stat,
        id: &str,
        each: &mut dyn FnMut(CopyEvent<'_>) -> Result<()>,
    ) -> Result<Stage> {
        let stage = self.stage(id, None)?;
        let copied = copy_content(from, &stage.file, stat.size, each).and_then(|copied| {
            copied.map_err(at("copy"))?;
            each(CopyEvent::Continuing)
        });
        copied.inspect_err(|_| self.drop_stage(id))?;
        Ok(stage)
    }

    fn drop_stage(&self, id: &str) {
        if let Err(error) = self.discard_stage(id) {
            log::warn!("the stage of a failed copy stays until the next start: {error}");
        }
    }

    fn copy_folder(
        &self,
        source: &Volume,
        (from, top): (Location<'_>, &OwnedFd),
        to: &CloudPath,
        options: &CopyOptions,
        each: &mut dyn FnMut(CopyEvent<'_>) -> Result<()>,
    ) -> Result<Committed> {
        let (id, slot) = (checked(&options.id)?, self.new_place(to)?);
        if let Some(stat) = slot.existing()? {
            return Err(occupied(stat.kind));
        }
        let name = Staged::Tree(id).name();
        let tree = (self.hidden_dir.staging.as_fd(), name.as_slice());
        let done = (|| {
            sys::create_folder(tree, Mode::RWXU).map_err(at("mkdir in staging"))?;
            let copy = open_one(tree, resolve::FOLDER).map_err(at("open in staging"))?;
            let outfit = Outfit::of(source, options, slot.prescribed()?);
            let left_out = |below: &[u8], obstacle| {
                source.skip_at(from, below, Wanted::Read, obstacle);
                match options.is_whole {
                    true => Err(cannot_be_read(below, obstacle)),
                    false => Ok(()),
                }
            };
            self.copy_tree(source, (top, &copy), &outfit, options, &mut |copied| {
                if let CopyEvent::LeftOut { below, obstacle } = copied {
                    left_out(below, obstacle)?;
                }
                each(copied)
            })?;
            sys::sync_file_system(&copy).map_err(at("syncfs"))?;
            each(CopyEvent::Continuing)?;
            let _turn = self.turns.take(&[self.turn(&slot)]);
            put_new(tree, slot.entry())?;
            self.make_durable(&slot, None)?;
            Ok(Committed { stat: slot.require()?, moved: None, kept: None, copied: None })
        })();
        done.inspect_err(|_| {
            if let Err(error) = self.remove_tree(tree, &staging_path(&name)) {
                log::warn!("the rest of a failed copy stays until the next start: {error}");
            }
        })
    }

    fn copy_tree(
        &self,
        source: &Volume,
        (top, copy): (&OwnedFd, &OwnedFd),
        outfit: &Outfit,
        CopyOptions { is_whole, without, .. }: &CopyOptions,
        each: &mut dyn FnMut(CopyEvent<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut waiting = vec![Vec::new()];
        while let Some(names) = waiting.pop() {
            let from = source.open_beneath(top.as_fd(), &names, resolve::FOLDER).map_err(at("open"))?;
            let to = self.open_beneath(copy.as_fd(), &names, resolve::FOLDER).map_err(at("open"))?;
            for entry in entries(&from).map_err(at("read a folder"))? {
                each(CopyEvent::Continuing)?;
                let below = beneath(&names, &entry.name);
                if without.contains(&below) {
                    continue;
                }
                let places = ((from.as_fd(), entry.name.as_slice()), (to.as_fd(), entry.name.as_slice()));
                let copied = match entry.may_be_seen() {
                    true => copy_entry(places, outfit, each)?,
                    false => Entry::Absent,
                };
                match copied {
                    Entry::Folder => waiting.push(below),
                    Entry::File(both) => {
                        let (source, copy) = *both;
                        each(CopyEvent::File(&CopiedFile { below: &below, source, copy }))?;
                    }
                    Entry::Unreadable(obstacle) => each(CopyEvent::LeftOut { below: &below, obstacle })?,
                    Entry::Changed if *is_whole => return Err(being_changed()),
                    Entry::Absent if *is_whole => return Err(cannot_come_along(&entry.name)),
                    Entry::Changed | Entry::Absent => {}
                }
            }
            // This happens last, because each entry made in the folder changes the folder's time.
            outfit.put_on(&from, &to, Kind::Folder).map_err(at("finish a folder"))?;
        }
        Ok(())
    }
}

/// The result for one entry.
enum Entry {
    /// A folder, whose entries must still be copied.
    Folder,
    /// A file: its state and its copy's state after copying.
    File(Box<(Stat, Stat)>),
    /// Another program has written to the file meanwhile.
    Changed,
    /// The entry was removed after it was listed, or is neither a file nor a folder.
    Absent,
    Unreadable(Obstacle),
}

impl Entry {
    /// The result for an entry that could not be read. An error that concerns other entries as well
    /// stays an error.
    fn unread(errno: Errno) -> Result<Entry> {
        match obstacle(errno) {
            // A symbolic link or a socket.
            _ if matches!(errno, Errno::NOENT | Errno::LOOP | Errno::NXIO) => Ok(Entry::Absent),
            Some(obstacle) => Ok(Entry::Unreadable(obstacle)),
            None => Err(failed("open", errno)),
        }
    }
}

/// Copies one entry of a tree. If it is a folder, its entries are not copied.
fn copy_entry(
    (from, to): (sys::Entry<'_>, sys::Entry<'_>),
    outfit: &Outfit,
    each: &mut dyn FnMut(CopyEvent<'_>) -> Result<()>,
) -> Result<Entry> {
    match stat::of_name(from.0, from.1) {
        Ok(Some(stat)) if stat.kind == Kind::Folder => match open_to_read(from) {
            Ok(_) => sys::create_folder(to, Mode::RWXU).map_err(at("mkdir")).map(|()| Entry::Folder),
            Err(errno) => Entry::unread(errno),
        },
        Ok(Some(before)) => copy_file((from, to), &before, outfit, each),
        Ok(None) => Ok(Entry::Absent),
        Err(errno) => Entry::unread(errno),
    }
}

/// Copies one file of a tree.
fn copy_file(
    (from, to): (sys::Entry<'_>, sys::Entry<'_>),
    before: &Stat,
    outfit: &Outfit,
    each: &mut dyn FnMut(CopyEvent<'_>) -> Result<()>,
) -> Result<Entry> {
    let opened = match open_one(from, resolve::FILE) {
        Ok(opened) => opened,
        Err(errno) => return Entry::unread(errno),
    };
    let Some((file, stat)) = only_file(opened)? else { return Ok(Entry::Absent) };
    let copy = sys::create(to, Mode::RUSR | Mode::WUSR).map_err(at("create"))?;
    match copy_content(&file, &copy, stat.size, each)? {
        // A part of the file cannot be read, and half a file is worthless.
        Err(Errno::IO) if !can_be_read(&file, stat.size) => {
            sys::remove(to).map_err(at("remove half a copy"))?;
            return Entry::unread(Errno::IO);
        }
        copied => copied.map_err(at("copy"))?,
    }
    outfit.put_on(&file, &copy, Kind::File).map_err(at("finish a copy"))?;
    let stats = (stat::of_handle(&file), stat::of_handle(&copy));
    let both = stats.0.map_err(at("statx"))?.zip(stats.1.map_err(at("statx"))?);
    Ok(match both {
        Some((after, copy)) if after.etag() == before.etag() => Entry::File(Box::new((after, copy))),
        Some(_) => Entry::Changed,
        None => Entry::Absent,
    })
}

/// Copies the bytes of a file. The outer error is that of the callback.
fn copy_content(
    from: &OwnedFd,
    to: &OwnedFd,
    size: u64,
    each: &mut dyn FnMut(CopyEvent<'_>) -> Result<()>,
) -> Result<rustix::io::Result<()>> {
    let mut refusal = None;
    let copied = copy_bytes(from, to, size, &mut || {
        refusal = each(CopyEvent::Continuing).err();
        refusal.is_none()
    });
    refusal.map_or(Ok(copied), Err)
}

/// True if the disk can read the whole file. If copying fails, the fault may lie with either file.
fn can_be_read(file: &OwnedFd, size: u64) -> bool {
    let mut block = vec![0; READ_BYTES];
    let mut offset = 0;
    while offset < size {
        match sys::read_at(file, &mut block, offset) {
            Ok(0) => return true,
            Ok(count) => offset += count as u64,
            Err(_) => return false,
        }
    }
    true
}

/// The error for an entry that cannot be read, and would be lost if its folder were moved.
fn cannot_be_read(below: &[u8], obstacle: Obstacle) -> Error {
    let name = String::from_utf8_lossy(below);
    let sentence =
        format!("{name} cannot be moved to another disk: {}. So all of it stays.", obstacle.meaning());
    Error::new(Code::Forbidden, sentence).about_entry(obstacle)
}

/// The error for an entry that cannot be copied, and would be lost if its folder were moved.
fn cannot_come_along(name: &[u8]) -> Error {
    let name = String::from_utf8_lossy(name);
    let sentence = format!(
        "{name} cannot be moved to another disk: it is gone, or it is neither a file nor a folder (a link, for example). Please take it \
         out of the folder first."
    );
    Error::new(Code::Conflict, sentence)
}

fn being_changed() -> Error {
    Error::new(Code::Busy, "Another program is changing this. Please try again when it has finished.")
}
