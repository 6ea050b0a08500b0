//! Moves entries to names that must be free.

use super::errno::{at, means_unsupported};
use super::resolve::{self, open_one};
use super::stat::Stat;
use super::{stat, sys};
use crate::base::obstacle::Obstacle;
use crate::error::Result;
use rustix::fs::{Mode, RenameFlags};
use rustix::io::Errno;

/// The owner's right to write.
const WRITE_OWN: u32 = 0o200;

/// Moves an entry to a name that must be free. Some file systems cannot guarantee that (NFS), and
/// some claim to but replace an existing entry (several FUSE), so the name is checked first. The
/// lock of the name excludes other operations of this program.
pub(super) fn put_new(from: sys::Entry<'_>, to: sys::Entry<'_>) -> Result<()> {
    let moved = match stat::of_name(to.0, to.1) {
        Ok(_) => Err(Errno::EXIST),
        Err(Errno::NOENT) => match sys::rename_with(from, to, RenameFlags::NOREPLACE) {
            Err(errno) if means_unsupported(errno) => sys::rename(from, to),
            other => other,
        },
        Err(errno) => Err(errno),
    };
    moved.map_err(at("rename"))
}

/// As [`put_new`], also for a folder that its owner has made read-only. A move to another folder
/// must write its entry `..` (rename(2): EACCES). Its permission bits are the same afterwards.
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
