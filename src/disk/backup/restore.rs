//! Restores a data directory from a backup.

use super::super::directory::entries;
use super::super::errno::at;
use super::super::hidden_dir::read_small;
use super::super::local::open_directory;
use super::super::resolve::open_one;
use super::super::slot::sync_names;
use super::super::{resolve, sys};
use super::exceptions::{Exception, REPORT};
use super::samples::Samples;
use super::snapshot::manifest;
use super::tree::Tree;
use super::walk::{Copied, Pass};
use super::{DATA, Layout, MANIFEST, is_backup, names_in, remove};
use crate::base::text::counted;
use crate::error::{Code, Error, Result};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::Mode;
use std::path::Path;

/// The folder in the data directory into which everything is restored first. An interrupted restore
/// leaves nothing else.
const PARTIAL: &[u8] = b"restore.partial";
/// Names that an empty data directory may have: the lock of this process, and the folder of a new
/// file system.
const EMPTY_HOLDS: [&[u8]; 3] = [b"lock", b"lost+found", PARTIAL];

/// The result of a restore.
#[derive(Debug)]
pub struct Restored {
    pub copied: Copied,
    /// The backup's own report of entries that it could not take, one line each, up to 1 MiB.
    pub not_backed_up: String,
}

/// Restores a backup into an empty data directory, which must exist: the newest one in a directory
/// of backups, or the one at the path. Bytes are copied and never linked, so that the backup stays
/// as it is.
///
/// # Errors
/// `Code::NotFound` if there is no backup, `Code::Conflict` if the data directory is not empty.
pub fn restore(backup: &Path, data: &Path, layout: Layout) -> Result<Restored> {
    let target = open_directory(Some(data))?;
    refuse_full(&target, data)?;
    let top = open_directory(Some(backup))?;
    let live = Tree::live(open_directory(Some(data))?, layout.files)?;
    live.refuse_around(&top)?;
    live.refuse_within(&top)?;
    let chosen = chosen(top, backup)?;
    let files = manifest(&chosen, MANIFEST)?.and_then(super::manifest::Reader::count).ok_or_else(|| {
        Error::new(
            Code::Invalid,
            format!("The backup {} is not whole, because its manifest is damaged.", backup.display()),
        )
    })?;
    remove::remove_all(target.as_fd(), PARTIAL)?;
    sys::create_folder((target.as_fd(), PARTIAL), Mode::RWXU).map_err(at("mkdir"))?;
    let partial = || open_one((target.as_fd(), PARTIAL), resolve::FOLDER).map_err(at("open"));
    let from = Tree::live(
        open_one((chosen.as_fd(), DATA), resolve::FOLDER).map_err(at("open the backup"))?,
        layout.files,
    )?;
    let to = Tree::own(partial()?);
    let mut pass = Pass {
        from: &from,
        to: &to,
        base: None,
        manifest: None,
        leaves_out: &|_, _| false,
        may_go_on: &|| true,
        samples: Samples::default(),
        copied: Copied::default(),
    };
    pass.run(b"")?;
    let mut copied = pass.copied;
    let found = copied.files + copied.exceptions.count();
    // The manifest does not list the database.
    if found <= files {
        let missing = counted(files + 1 - found, "file is", "files are");
        let reason = format!("{missing} missing in the backup");
        copied.exceptions.add(Exception {
            path: "data".into(),
            reason,
            obstacle: None,
            is_earlier_kept: false,
        })?;
    }
    let report = read_small(chosen.as_fd(), REPORT)?.unwrap_or_default();
    sys::sync_file_system(&target).map_err(at("syncfs"))?;
    move_up(&to.top, &target, layout.database.as_bytes())?;
    Ok(Restored { copied, not_backed_up: String::from_utf8_lossy(&report).into_owned() })
}

/// The folder of the backup for a path.
fn chosen(top: OwnedFd, path: &Path) -> Result<OwnedFd> {
    if is_backup(&top)? {
        return Ok(top);
    }
    let newest = names_in(&top)?.pop().ok_or_else(|| {
        Error::new(Code::NotFound, format!("There is no whole backup in {}.", path.display()))
    })?;
    log::info!("restoring {newest}");
    open_one((top.as_fd(), newest.as_bytes()), resolve::FOLDER).map_err(at("open the backup"))
}

fn refuse_full(target: &OwnedFd, path: &Path) -> Result<()> {
    let here = open_one((target.as_fd(), b"."), resolve::FOLDER).map_err(at("open"))?;
    let names = entries(&here).map_err(at("read a folder"))?;
    match names.into_iter().find(|entry| !EMPTY_HOLDS.contains(&entry.name.as_slice())) {
        None => Ok(()),
        Some(entry) => Err(Error::new(
            Code::Conflict,
            format!(
                "The data directory {} is not empty: there is \"{}\" in it. Restore into an empty one with --data.",
                path.display(),
                entry.name.escape_ascii()
            ),
        )),
    }
}

/// Moves everything to its place. The database comes last, because no cloud starts without it.
fn move_up(partial: &OwnedFd, target: &OwnedFd, database: &[u8]) -> Result<()> {
    let here = open_one((partial.as_fd(), b"."), resolve::FOLDER).map_err(at("open"))?;
    let mut names: Vec<Vec<u8>> =
        entries(&here).map_err(at("read a folder"))?.into_iter().map(|entry| entry.name).collect();
    names.sort_by_key(|name| name == database);
    for name in &names {
        if name == database {
            sync_names(target).map_err(at("fsync"))?;
        }
        sys::rename((partial.as_fd(), name), (target.as_fd(), name)).map_err(at("rename"))?;
    }
    sys::remove_folder((target.as_fd(), PARTIAL)).map_err(at("rmdir"))?;
    sync_names(target).map_err(at("fsync"))
}
