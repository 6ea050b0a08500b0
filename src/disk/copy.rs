//! Copies: all or nothing, made in `staging` and put in place like any other content.
//!
//! Bytes are shared where the file system can (reflink), else copied inside the kernel, else read and written.
//! Symlinks and special files are left out, but where a move needs all of it: then they are a failure. Modification times
//! are kept.

use super::door;
use super::errno::{at, failed, means_unsupported};
use super::folder::entries;
use super::place::{Dress, tolerate};
use super::private::{Staged, checked, open_one, write_all};
use super::replace::{Commit, Committed, Replace, occupied, put_new};
use super::spot::Spot;
use super::stage::Stage;
use super::stat::{self, Kind, Stat};
use super::sys;
use super::tree::{beneath, remove_tree};
use super::volume::{Volume, only_file};
use crate::base::path::CloudPath;
use crate::error::{Code, Error, Result};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::Mode;
use rustix::io::Errno;

/// Bytes read and written at once where the kernel cannot copy.
const BUFFER_BYTES: usize = 256 * 1024;
/// Bytes the kernel copies in one call, so that the call can be interrupted.
const RANGE_BYTES: u64 = 64 * 1024 * 1024;

/// How a copy is to be made.
#[derive(Clone, Debug)]
pub struct CopyOptions {
    /// A new id for its stage.
    pub id: String,
    /// Whether a file may replace a file that is there. A folder never replaces anything.
    pub replace: bool,
    /// A new id under which the replaced content is kept as a version.
    pub keep_as: Option<String>,
    /// The original is to go afterwards: what cannot be copied, or has changed before it was, is a failure.
    pub is_whole: bool,
}

/// A file in a folder that is being copied, which was the same before and after.
#[derive(Debug)]
pub struct CopiedFile<'a> {
    /// Its path below the folder, as bytes.
    pub below: &'a [u8],
    pub source: Stat,
    pub copy: Stat,
}

impl Volume {
    /// Copies a file or a folder with all below it within the volume.
    #[cfg(test)]
    pub fn copy<'a>(
        &self,
        from: impl Into<Spot<'a>>,
        to: &CloudPath,
        options: CopyOptions,
    ) -> Result<Committed> {
        self.copy_from(self, from, to, options, &mut |_| {})
    }

    /// Copies from another volume, or this one. `Code::NotFound` when there is nothing, `Code::Conflict` when the name
    /// is taken and may not be replaced. After a failure nothing of the copy remains. Of a folder, each of its files is told.
    pub fn copy_from<'a>(
        &self,
        source: &Volume,
        from: impl Into<Spot<'a>>,
        to: &CloudPath,
        options: CopyOptions,
        each: &mut dyn FnMut(CopiedFile<'_>),
    ) -> Result<Committed> {
        let from = from.into();
        let absent = || failed("open", Errno::NOENT);
        match source.stat(from)?.ok_or_else(absent)?.kind {
            Kind::File => {
                let (file, stat) = source.open_file(from)?.ok_or_else(absent)?;
                let stage = self.stage_copy(&file, &stat, &options.id)?;
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
                let top = source.look(from, door::FOLDER)?.ok_or_else(absent)?;
                if source.is_top(from) {
                    return Err(Error::new(Code::Invalid, "This cannot be done with the top folder."));
                }
                self.copy_folder(source, &top, to, &options, each)
            }
        }
    }

    fn stage_copy(&self, from: &OwnedFd, stat: &Stat, id: &str) -> Result<Stage> {
        let stage = self.stage(id, None)?;
        copy_bytes(from, &stage.file, stat.size).map_err(at("copy")).inspect_err(|_| self.drop_stage(id))?;
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
        top: &OwnedFd,
        to: &CloudPath,
        options: &CopyOptions,
        each: &mut dyn FnMut(CopiedFile<'_>),
    ) -> Result<Committed> {
        let (id, place) = (checked(&options.id)?, self.new_place(to)?);
        if let Some(stat) = place.occupant()? {
            return Err(occupied(stat.kind));
        }
        let name = Staged::Tree(id).name();
        let tree = (self.private.staging.as_fd(), name.as_slice());
        let done = (|| {
            sys::create_folder(tree, Mode::RWXU).map_err(at("mkdir in staging"))?;
            let copy = open_one(tree, door::FOLDER).map_err(at("open in staging"))?;
            self.copy_tree(source, (top, &copy), place.dress(), options.is_whole, each)?;
            sys::sync_file_system(&copy).map_err(at("syncfs"))?;
            let _turn = self.turns.take(&[self.turn(&place)]);
            put_new(tree, place.entry())?;
            self.make_durable(&place, None)?;
            Ok(Committed { stat: place.present()?, kept: None, copied: None })
        })();
        done.inspect_err(|_| {
            if let Err(error) = remove_tree(&self.private, tree) {
                log::warn!("the rest of a failed copy stays until the next start: {error}");
            }
        })
    }

    fn copy_tree(
        &self,
        source: &Volume,
        (top, copy): (&OwnedFd, &OwnedFd),
        dress: Dress,
        is_whole: bool,
        each: &mut dyn FnMut(CopiedFile<'_>),
    ) -> Result<()> {
        let left_out = |name: &[u8]| if is_whole { Err(cannot_come_along(name)) } else { Ok(()) };
        let mut waiting = vec![Vec::new()];
        while let Some(names) = waiting.pop() {
            let from = source.look_beneath(top.as_fd(), &names, door::FOLDER).map_err(at("open"))?;
            let to = self.look_beneath(copy.as_fd(), &names, door::FOLDER).map_err(at("open"))?;
            for entry in entries(&from).map_err(at("read a folder"))? {
                if !entry.may_be_seen() {
                    left_out(&entry.name)?;
                    continue;
                }
                let (inside, copied) =
                    ((from.as_fd(), entry.name.as_slice()), (to.as_fd(), entry.name.as_slice()));
                match stat::of_name(&from, &entry.name) {
                    Ok(Some(stat)) if stat.kind == Kind::Folder => {
                        sys::create_folder(copied, Mode::RWXU).map_err(at("mkdir"))?;
                        waiting.push(beneath(&names, &entry.name));
                    }
                    Ok(Some(before)) => match copy_file(inside, copied, dress)? {
                        Some((after, copy)) if after.etag() == before.etag() => {
                            each(CopiedFile { below: &beneath(&names, &entry.name), source: after, copy });
                        }
                        Some(_) if is_whole => return Err(being_changed()),
                        Some(_) => {}
                        None => left_out(&entry.name)?,
                    },
                    Ok(None) | Err(Errno::NOENT) => left_out(&entry.name)?,
                    Err(errno) => return Err(failed("statx", errno)),
                }
            }
            // Last, because each entry made in it set its time anew.
            dress.put_on(&to, Kind::Folder, None).map_err(at("chmod"))?;
            set_time_of(&from, &to).map_err(at("utimensat"))?;
        }
        Ok(())
    }
}

/// Copies one file of a tree and tells what it and its copy are afterwards; `None` for one that has gone since it was listed.
fn copy_file(from: sys::Entry<'_>, to: sys::Entry<'_>, dress: Dress) -> Result<Option<(Stat, Stat)>> {
    let opened = match open_one(from, door::FILE) {
        Err(Errno::NOENT | Errno::LOOP | Errno::NXIO) => return Ok(None),
        other => other.map_err(at("open"))?,
    };
    let Some((file, stat)) = only_file(opened)? else { return Ok(None) };
    let copy = sys::create(to, Mode::RUSR | Mode::WUSR).map_err(at("create"))?;
    copy_bytes(&file, &copy, stat.size).map_err(at("copy"))?;
    dress.put_on(&copy, Kind::File, None).map_err(at("chmod"))?;
    set_time_of(&file, &copy).map_err(at("utimensat"))?;
    let stats = (stat::of_handle(&file), stat::of_handle(&copy));
    Ok(stats.0.map_err(at("statx"))?.zip(stats.1.map_err(at("statx"))?))
}

/// Something in a folder that is to be moved would be lost with the original.
fn cannot_come_along(name: &[u8]) -> Error {
    let name = String::from_utf8_lossy(name);
    let sentence = format!(
        "{name} cannot be moved to another disk: it is gone, or neither a file nor a folder but a link, say. Please take it \
         out of the folder first."
    );
    Error::new(Code::Conflict, sentence)
}

fn being_changed() -> Error {
    Error::new(Code::Busy, "Another program is changing this. Please try again when it has ended.")
}

fn set_time_of(from: &OwnedFd, to: &OwnedFd) -> rustix::io::Result<()> {
    match stat::of_handle(from)? {
        Some(stat) => tolerate(sys::set_modified(to, stat::timespec(stat.modified))),
        None => Ok(()),
    }
}

/// Copies the first `size` bytes, fewer when the file has become shorter.
fn copy_bytes(from: &OwnedFd, to: &OwnedFd, size: u64) -> rustix::io::Result<()> {
    copy_bytes_while(from, to, size, &|| true)
}

/// As [`copy_bytes`]; `ECANCELED` once it may not go on.
pub(super) fn copy_bytes_while(
    from: &OwnedFd,
    to: &OwnedFd,
    size: u64,
    may_go_on: &dyn Fn() -> bool,
) -> rustix::io::Result<()> {
    match sys::share_bytes(from, to) {
        Ok(()) => return Ok(()),
        Err(errno) if means_unsupported(errno) || matches!(errno, Errno::XDEV | Errno::PERM) => {}
        Err(errno) => return Err(errno),
    }
    let mut offset = 0;
    while offset < size {
        if !may_go_on() {
            return Err(Errno::CANCELED);
        }
        let length = (size - offset).min(RANGE_BYTES) as usize;
        match sys::copy_range(from, to, offset, length) {
            // Some file systems (procfs, FUSE) say so instead of failing; reading finds out.
            Ok(0) => return copy_by_hand(from, to, offset, size, may_go_on),
            Ok(copied) => offset += copied as u64,
            Err(errno) if means_unsupported(errno) || matches!(errno, Errno::XDEV | Errno::PERM) => {
                return copy_by_hand(from, to, offset, size, may_go_on);
            }
            Err(errno) => return Err(errno),
        }
    }
    Ok(())
}

fn copy_by_hand(
    from: &OwnedFd,
    to: &OwnedFd,
    mut offset: u64,
    size: u64,
    may_go_on: &dyn Fn() -> bool,
) -> rustix::io::Result<()> {
    let mut buffer = vec![0; BUFFER_BYTES];
    while offset < size {
        if !may_go_on() {
            return Err(Errno::CANCELED);
        }
        let length = (size - offset).min(BUFFER_BYTES as u64) as usize;
        let read = rustix::io::retry_on_intr(|| rustix::io::pread(from, &mut buffer[..length], offset))?;
        if read == 0 {
            break;
        }
        write_all(to, &buffer[..read], offset)?;
        offset += read as u64;
    }
    Ok(())
}
