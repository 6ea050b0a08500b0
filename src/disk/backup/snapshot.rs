//! An unfinished backup. Until it is finished, it has a name that tells the next run to remove it.

use super::super::errno::{at, failed, means_absent};
use super::super::hidden_dir::HOME;
use super::super::removal::is_leaving;
use super::super::resolve::open_one;
use super::super::skipped::beneath;
use super::super::slot::sync_names;
use super::super::volume::LOST_AND_FOUND;
use super::super::{resolve, stat, sys};
use super::exceptions::Exceptions;
use super::manifest::{Index, Reader, Writer};
use super::samples::{Sample, Samples};
use super::tree::{Tree, seen};
use super::verify::{Compared, compare};
use super::walk::{Base, Copied, Pass, cannot_be_read, copy_file, is_about_entry, remove_half};
use super::{Backups, DATA, Layout, MANIFEST, PARTIAL, remove};
use crate::error::{Code, Error, Result};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::Mode;
use rustix::io::Errno;
use std::path::PathBuf;

/// The folder of the first pass, whose files the second pass takes over.
const FIRST: &[u8] = b"first";
const FIRST_MANIFEST: &[u8] = b"first.manifest";
/// Private entries of a volume that are not backed up: the lease of the server that uses it and the
/// note about it, unfinished work, and thumbnails, which can be made again.
const NOT_KEPT: [&[u8]; 4] = [b"lease", b"owner", b"staging", b"thumbs"];

/// An unfinished backup. It is removed if it is dropped before it is finished.
pub struct Snapshot<'a> {
    backups: &'a Backups,
    name: String,
    volume: String,
    folder: OwnedFd,
    data: Tree,
    newest: Option<Base>,
    samples: Vec<Sample>,
    is_finished: bool,
}

/// The result of verifying some files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Files that are equal to the live ones, byte for byte.
    pub files: usize,
    /// Files that differed and were copied again.
    pub mended: usize,
    /// Files whose date the backups' disk has not stored.
    pub undated: usize,
}

impl<'a> Snapshot<'a> {
    pub(super) fn begin(
        backups: &'a Backups,
        volume: &str,
        newest: Option<&str>,
        name: &str,
    ) -> Result<Snapshot<'a>> {
        let newest = newest.map(|newest| earlier(&backups.top, newest)).transpose()?.flatten();
        if newest.as_ref().is_some_and(|base| base.manifest.volume != volume) {
            return Err(Error::new(
                Code::Conflict,
                "The directory holds the backups of another cloud. Choose another one.",
            ));
        }
        let partial = format!("{name}{PARTIAL}");
        let folder = make_folder(&backups.top, partial.as_bytes())?;
        let data = Tree::own(make_folder(&folder, DATA)?);
        Ok(Snapshot {
            backups,
            name: name.to_owned(),
            volume: volume.to_owned(),
            folder,
            data,
            newest,
            samples: Vec::new(),
            is_finished: false,
        })
    }

    /// Copies everything but the database, in two passes. The first pass may take hours. If a file
    /// is moved meanwhile, from a folder that is still to be visited to one that has been visited,
    /// the first pass misses it. The second pass copies only changes.
    pub fn copy_files(&mut self, may_go_on: &dyn Fn() -> bool) -> Result<Copied> {
        let base = self.newest.take();
        let first = Tree::own(make_folder(&self.folder, FIRST)?);
        // Only the second pass reports exceptions.
        let (copied, _) = self.pass(base, &first, FIRST_MANIFEST, Exceptions::default(), may_go_on)?;
        let base = manifest(&self.folder, FIRST_MANIFEST)?;
        let base = base.map(|manifest| Base { tree: first, manifest, index: None, is_consumed: true });
        let folder =
            open_one((self.folder.as_fd(), b"."), resolve::FOLDER).map_err(at("open in the backup"))?;
        let exceptions = Exceptions::reported_in(folder);
        let (last, samples) = self.pass(base, &self.data, MANIFEST, exceptions, may_go_on)?;
        self.samples = samples.shuffled();
        remove::remove_all(self.folder.as_fd(), FIRST)?;
        remove::remove_all(self.folder.as_fd(), FIRST_MANIFEST)?;
        let (new_files, new_bytes) = (copied.new_files + last.new_files, copied.new_bytes + last.new_bytes);
        Ok(Copied { new_files, new_bytes, ..last })
    }

    fn pass(
        &self,
        base: Option<Base>,
        to: &Tree,
        list: &[u8],
        exceptions: Exceptions,
        may_go_on: &dyn Fn() -> bool,
    ) -> Result<(Copied, Samples)> {
        let list = sys::create((self.folder.as_fd(), list), Mode::RUSR | Mode::WUSR);
        let layout = self.backups.layout;
        let mut pass = Pass {
            from: &self.backups.live,
            to,
            base,
            manifest: Some(Writer::begin(list.map_err(at("create"))?, &self.volume)?),
            leaves_out: &|folder, name| is_left_out(layout, folder, name),
            may_go_on,
            samples: Samples::default(),
            copied: Copied { exceptions, ..Copied::default() },
        };
        pass.run(b"")?;
        pass.manifest.take().map_or(Ok(()), Writer::end)?;
        Ok((pass.copied, pass.samples))
    }

    /// Makes the empty file into which the database is copied.
    pub fn database(&self) -> Result<PathBuf> {
        let name = self.backups.layout.database;
        sys::create((self.data.top.as_fd(), name.as_bytes()), Mode::RUSR | Mode::WUSR)
            .map_err(at("create the copy of the database"))?;
        let partial = format!("{}{PARTIAL}", self.name);
        Ok(self.backups.path.join(partial).join("data").join(name))
    }

    /// Completes a private folder (`trash` or `versions`) in the copy: copies the entries of the
    /// database that came after the walk. Returns the ids of entries that are gone or cannot be
    /// read.
    pub fn bring(
        &self,
        folder: &str,
        ids: &[String],
        copied: &mut Copied,
        may_go_on: &dyn Fn() -> bool,
    ) -> Result<Vec<String>> {
        let names = format!("{}/{HOME}/{folder}", self.backups.layout.files).into_bytes();
        let live = self.backups.live.folder(&names).map_err(at("open"))?;
        let copy = self.data.folder(&names).map_err(at("open in the backup"))?;
        let mut gone = Vec::new();
        for id in ids {
            let name = id.as_bytes();
            if stat::of_name(&copy, name) != Err(Errno::NOENT) {
                continue;
            }
            let (from, to) = ((live.as_fd(), name), (copy.as_fd(), name));
            match stat::of_name(&live, name) {
                Ok(Some(stat)) if stat.kind == stat::Kind::Folder => {
                    sys::create_folder(to, Mode::RWXU).map_err(at("mkdir in the backup"))?;
                    let exceptions = std::mem::take(&mut copied.exceptions);
                    copied.exceptions = self.bring_folder(&beneath(&names, name), exceptions, may_go_on)?;
                }
                Ok(Some(_)) => match copy_file(from, to, may_go_on) {
                    Ok(true) => {}
                    Ok(false) => gone.push(id.clone()),
                    Err(errno) if is_about_entry(errno) && cannot_be_read(from, may_go_on)? => {
                        remove_half(to)?;
                        copied.exceptions.note(&beneath(&names, name), errno, false)?;
                        gone.push(id.clone());
                    }
                    Err(errno) => return Err(failed("copy", errno)),
                },
                Ok(None) | Err(Errno::NOENT) => gone.push(id.clone()),
                Err(errno) if is_about_entry(errno) => {
                    copied.exceptions.note(&beneath(&names, name), errno, false)?;
                    gone.push(id.clone());
                }
                Err(errno) => return Err(failed("statx", errno)),
            }
        }
        Ok(gone)
    }

    /// Copies the content of a folder that has just been made in the copy. Returns all exceptions
    /// so far.
    fn bring_folder(
        &self,
        names: &[u8],
        exceptions: Exceptions,
        may_go_on: &dyn Fn() -> bool,
    ) -> Result<Exceptions> {
        let mut pass = Pass {
            from: &self.backups.live,
            to: &self.data,
            base: None,
            manifest: None,
            leaves_out: &|_, _| false,
            may_go_on,
            samples: Samples::default(),
            copied: Copied { exceptions, ..Copied::default() },
        };
        pass.run(names)?;
        Ok(pass.copied.exceptions)
    }

    /// Compares some files, chosen at random, with the live ones. A file that differs is copied
    /// again, because the backups' disk has lost data.
    ///
    /// # Errors
    /// `Code::Internal` if it differs again.
    pub fn verify(&self, count: usize, may_go_on: &dyn Fn() -> bool) -> Result<Verified> {
        // The comparison must read from the disk.
        sys::sync_file_system(&self.folder).map_err(at("syncfs"))?;
        let mut verified = Verified::default();
        for sample in &self.samples {
            if verified.files == count {
                break;
            }
            match compare(&self.backups.live, &self.data, sample, may_go_on)? {
                Compared::Same => {
                    verified.files += 1;
                    verified.undated += usize::from(!self.is_dated(sample)?);
                }
                Compared::Changed => {}
                Compared::Differs => {
                    let path = beneath(&sample.folder, &sample.name).escape_ascii().to_string();
                    log::warn!("the backup of {path} differs from the file and is made again");
                    self.copy_anew(sample, may_go_on)?;
                    if compare(&self.backups.live, &self.data, sample, may_go_on)? == Compared::Differs {
                        return Err(Error::new(
                            Code::Internal,
                            format!(
                                "The backups' disk cannot be trusted: {path} does not read as it was written."
                            ),
                        ));
                    }
                    verified.files += 1;
                    verified.mended += 1;
                }
            }
        }
        Ok(verified)
    }

    /// True if a file of the backup has the date of the live one, within the precision of FAT.
    fn is_dated(&self, sample: &Sample) -> Result<bool> {
        const ROUNDING: u128 = 2_000_000_000;
        let folder = self.data.folder(&sample.folder).map_err(at("open in the backup"))?;
        let copy = seen(&folder, &sample.name).map_err(at("statx"))?;
        Ok(copy.is_some_and(|(_, copy)| copy.modified.abs_diff(sample.seen.modified) <= ROUNDING))
    }

    fn copy_anew(&self, sample: &Sample, may_go_on: &dyn Fn() -> bool) -> Result<()> {
        let live = self.backups.live.folder(&sample.folder).map_err(at("open"))?;
        let copy = self.data.folder(&sample.folder).map_err(at("open in the backup"))?;
        let to = (copy.as_fd(), sample.name.as_slice());
        match sys::remove(to) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(errno) => return Err(failed("remove in the backup", errno)),
        }
        copy_file((live.as_fd(), &sample.name), to, may_go_on).map_err(at("copy"))?;
        sys::sync_file_system(&self.folder).map_err(at("syncfs"))
    }

    /// Waits until everything is on the disk, and gives the backup its name. The report has the
    /// exceptions.
    pub fn finish(mut self, exceptions: &mut Exceptions) -> Result<String> {
        exceptions.end()?;
        let partial = format!("{}{PARTIAL}", self.name);
        let top = &self.backups.top;
        sys::sync_file_system(&self.folder).map_err(at("syncfs"))?;
        sys::rename((top.as_fd(), partial.as_bytes()), (top.as_fd(), self.name.as_bytes()))
            .map_err(at("rename"))?;
        self.is_finished = true;
        sync_names(top).map_err(at("fsync"))?;
        Ok(std::mem::take(&mut self.name))
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        if self.is_finished {
            return;
        }
        let partial = format!("{}{PARTIAL}", self.name);
        if let Err(error) = remove::remove_all(self.backups.top.as_fd(), partial.as_bytes()) {
            log::warn!("the rest of a failed backup stays until the next one: {error}");
        }
    }
}

fn is_left_out(layout: Layout, folder: &[u8], name: &[u8]) -> bool {
    if folder.is_empty() {
        return name.starts_with(layout.database.as_bytes())
            || layout.left_out.iter().any(|left_out| name == left_out.as_bytes());
    }
    if folder == layout.files.as_bytes() && name == LOST_AND_FOUND {
        return true;
    }
    let rest = folder.strip_prefix(layout.files.as_bytes()).and_then(|rest| rest.strip_prefix(b"/"));
    match rest.and_then(|rest| rest.strip_prefix(HOME.as_bytes())) {
        Some(b"") => NOT_KEPT.contains(&name),
        Some(b"/trash") => is_leaving(name),
        _ => false,
    }
}

fn make_folder(above: &OwnedFd, name: &[u8]) -> Result<OwnedFd> {
    sys::create_folder((above.as_fd(), name), Mode::RWXU).map_err(at("mkdir in the backup"))?;
    open_one((above.as_fd(), name), resolve::FOLDER).map_err(at("open in the backup"))
}

/// The newest backup. `None` if its manifest cannot be used: then everything is copied.
fn earlier(top: &OwnedFd, name: &str) -> Result<Option<Base>> {
    let folder =
        open_one((top.as_fd(), name.as_bytes()), resolve::FOLDER).map_err(at("open in the backup"))?;
    let data = match open_one((folder.as_fd(), DATA), resolve::FOLDER) {
        Ok(data) => data,
        Err(errno) if means_absent(errno) => return Ok(None),
        Err(errno) => return Err(failed("open in the backup", errno)),
    };
    let again = super::walk::open_file(&folder, MANIFEST)?;
    let index = again.map(|(file, _)| Index::new(file));
    let base = |manifest| Base { tree: Tree::own(data), manifest, index, is_consumed: false };
    Ok(manifest(&folder, MANIFEST)?.map(base))
}

pub(super) fn manifest(folder: &OwnedFd, name: &[u8]) -> Result<Option<Reader>> {
    let file = super::walk::open_file(folder, name)?;
    let reader = file.and_then(|(file, _)| Reader::begin(file));
    if reader.is_none() {
        log::warn!("the manifest of an earlier backup cannot be used, so everything is copied again");
    }
    Ok(reader)
}
