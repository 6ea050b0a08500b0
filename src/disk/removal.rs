//! Removes a tree permanently: all of it or, as far as people see, nothing.
//!
//! The tree is checked first: if an entry in it cannot be removed, nothing is removed. Then the
//! tree disappears at once, by a rename to `trash/leaving.<id>`, and its parts are removed. If that
//! still fails, the rest is put back. After a crash, the next start removes the rest, or puts it
//! into the recycle bin under its id.
//!
//! The code neither recurses nor holds a handle for each level, so a tree of any depth needs the
//! same number of handles. It never follows a symlink, and reaches each entry by its folder's
//! handle and its name.

use super::directory::entries;
use super::errno::{at, failed, obstacle};
use super::hidden_dir::HiddenDir;
use super::move_in::{put_new, put_new_folder};
use super::resolve::open_one;
use super::skipped::{Wanted, beneath};
use super::stat::{self, Kind, Stat};
use super::volume::Volume;
use super::{resolve, sys};
use crate::base::obstacle::Obstacle;
use crate::error::{Error, Reason, Result};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{Access, Mode};
use rustix::io::Errno;
use rustix::process::geteuid;
use std::sync::atomic::{AtomicU64, Ordering};

/// The prefix of names in `trash` of trees that are being removed.
const LEAVING: &str = "leaving.";

/// The id in a name in `trash`, if the name is that of a tree that is being removed.
pub(super) fn leaving_id(name: &[u8]) -> Option<&[u8]> {
    name.strip_prefix(LEAVING.as_bytes())
}

/// True if a name in `trash` is that of a tree that is being removed.
pub(super) fn is_leaving(name: &[u8]) -> bool {
    leaving_id(name).is_some()
}

/// The reason why a tree cannot be removed, and the path of the entry in it that is the cause.
#[derive(Debug)]
pub(super) struct Stuck {
    pub names: Vec<u8>,
    pub error: Error,
}

impl Stuck {
    fn new(names: Vec<u8>, action: &'static str, errno: Errno) -> Stuck {
        Stuck { names, error: failed(action, errno) }
    }

    fn by(names: Vec<u8>, obstacle: Obstacle) -> Stuck {
        let error = failed("remove", Errno::PERM).about_entry(obstacle);
        Stuck { names, error }
    }
}

impl From<Error> for Stuck {
    fn from(error: Error) -> Stuck {
        Stuck { names: Vec::new(), error }
    }
}

impl Volume {
    /// Removes an entry of a private folder with everything in it. `below` is its path below the
    /// root of the volume. Returns `false` if it does not exist. After a failure, the tree, or the
    /// rest of it, is still in its place.
    pub(super) fn remove_tree(&self, from: sys::Entry<'_>, below: &[u8]) -> Result<bool> {
        remove_tree(&self.hidden_dir, from, None).map_err(|stuck| self.stuck(below, stuck))
    }

    /// Reports the reason why a tree cannot be removed, and makes the sentence for the user.
    pub(super) fn stuck(&self, below: &[u8], stuck: Stuck) -> Error {
        let Stuck { names, error } = stuck;
        let Some(obstacle) = error.obstacle else { return error };
        let whole = if names.is_empty() { below.to_vec() } else { beneath(below, &names) };
        self.skip(whole, Wanted::Remove, obstacle);
        let what = if names.is_empty() {
            "This".to_owned()
        } else {
            format!("{} in it", String::from_utf8_lossy(&names))
        };
        let sentence = format!(
            "{what} cannot be removed: {}. So all of it stays. The administrator can change that.",
            obstacle.meaning()
        );
        error.saying(sentence)
    }

    /// The reason why an entry cannot be removed with everything in it. `None` if there is no such
    /// reason any more, or if the entry is gone. `below` is its path below the root.
    pub fn removing_obstacle(&self, below: &[u8]) -> Option<Obstacle> {
        let slash = below.iter().rposition(|byte| *byte == b'/');
        let (above, name) = slash.map_or((&b""[..], below), |at| (&below[..at], &below[at + 1..]));
        let folder = match self.open_beneath(self.root.as_fd(), above, resolve::FOLDER) {
            Ok(folder) => folder,
            Err(errno) => return obstacle(errno).filter(|obstacle| *obstacle != Obstacle::Link),
        };
        let above = stat::of_handle(&folder).ok()??;
        check_removable((folder.as_fd(), name), &above).err().and_then(|stuck| stuck.error.obstacle)
    }
}

/// Removes an entry of a private folder with everything in it. Returns `false` if it does not
/// exist. With an id, the rest that a crash leaves becomes that entry of the recycle bin.
pub(super) fn remove_tree(
    hidden_dir: &HiddenDir,
    from: sys::Entry<'_>,
    id: Option<&str>,
) -> Result<bool, Stuck> {
    let kind = match stat::of_name(from.0, from.1) {
        Ok(stat) => stat.map(|stat| stat.kind),
        Err(Errno::NOENT) => return Ok(false),
        Err(errno) => return Err(failed("statx", errno).into()),
    };
    if kind != Some(Kind::Folder) {
        return sys::remove(from).map(|()| true).map_err(|errno| of_entry(from, errno));
    }
    let above = stat::of_handle(from.0).map_err(at("statx"))?.ok_or_else(|| failed("statx", Errno::NOENT))?;
    check_removable(from, &above)?;
    let name = move_out(hidden_dir, from, id)?;
    remove_leaving(hidden_dir, &name).inspect_err(|_| {
        if let Err(error) = put_new((hidden_dir.trash.as_fd(), &name), from) {
            log::error!("the rest of a tree that could not be removed stays until the next start: {error}");
        }
    })?;
    Ok(true)
}

/// Removes a folder in `trash` that is being removed.
pub(super) fn remove_leaving(hidden_dir: &HiddenDir, name: &[u8]) -> Result<(), Stuck> {
    let entry = (hidden_dir.trash.as_fd(), name);
    match Pass::Remove.open(entry) {
        Ok(Some(top)) => each_folder(top, Pass::Remove)?,
        Ok(None) => return Ok(()),
        Err(errno) => return Err(Stuck::new(Vec::new(), "open to remove", errno)),
    }
    Pass::Remove.leave(entry, b"")
}

/// Opens a folder that is to be removed. `None` if it cannot be opened but was empty and has been
/// removed.
fn open_to_remove(entry: sys::Entry<'_>) -> rustix::io::Result<Option<OwnedFd>> {
    let folder = match open_one(entry, resolve::FOLDER) {
        Err(Errno::ACCESS) => {
            // The owner of a folder can give this right back.
            match sys::set_mode_of(entry, Mode::RWXU).and_then(|()| open_one(entry, resolve::FOLDER)) {
                Ok(folder) => folder,
                Err(_) => return sys::remove_folder(entry).map(|()| None).map_err(|_| Errno::ACCESS),
            }
        }
        other => other?,
    };
    // A read-only folder of this owner is removed, too. A file system without permission bits does
    // not need this.
    if let Err(errno) = sys::set_mode(&folder, Mode::RWXU) {
        log::debug!("chmod of a folder to be removed: {errno}");
    }
    Ok(Some(folder))
}

/// Removes all entries except folders. Returns the names of the folders.
fn empty(folder: &OwnedFd, names: &[u8]) -> Result<Vec<Vec<u8>>, Stuck> {
    let mut folders = Vec::new();
    let listed = entries(folder).map_err(|errno| Stuck::new(names.to_vec(), "read a folder", errno))?;
    for entry in listed {
        let inside = (folder.as_fd(), entry.name.as_slice());
        match sys::remove(inside) {
            Ok(()) | Err(Errno::NOENT) => {}
            // unlink(2) of a folder: EISDIR on Linux, EPERM by POSIX.
            Err(errno) if errno == Errno::ISDIR || is_folder(inside) => folders.push(entry.name),
            Err(errno) => {
                let stuck = of_entry(inside, errno);
                return Err(Stuck { names: beneath(names, &entry.name), ..stuck });
            }
        }
    }
    Ok(folders)
}

fn is_folder((folder, name): sys::Entry<'_>) -> bool {
    stat::of_name(folder, name).is_ok_and(|stat| stat.is_some_and(|stat| stat.kind == Kind::Folder))
}

/// The reason why a file cannot be removed.
fn of_entry((folder, name): sys::Entry<'_>, errno: Errno) -> Stuck {
    let is_mounted = stat::of_name(folder, name)
        .is_ok_and(|stat| stat.is_some_and(|stat| stat.is_mount_point == Some(true)));
    match (errno, is_mounted) {
        (Errno::BUSY, true) => Stuck::by(Vec::new(), Obstacle::Mounted),
        _ => Stuck::new(Vec::new(), "remove", errno),
    }
}

/// Moves a folder into `trash` under a name of its own. The rename need not be durable: if a crash
/// undoes it, the folder is removed later.
fn move_out(hidden_dir: &HiddenDir, from: sys::Entry<'_>, id: Option<&str>) -> Result<Vec<u8>> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = id.map_or_else(|| format!("{LEAVING}rest-{number}"), |id| format!("{LEAVING}{id}"));
        let to = (hidden_dir.trash.as_fd(), name.as_bytes());
        match put_new_folder(from, to) {
            // An earlier run has left an entry with this name.
            Err(error) if error.reason == Some(Reason::Exists) && id.is_none() => {}
            moved => return moved.map(|()| name.into_bytes()),
        }
    }
}

/// Checks whether an entry can be removed with everything in it, as far as this can be known in
/// advance.
pub(super) fn check_removable(entry: sys::Entry<'_>, above: &Stat) -> Result<(), Stuck> {
    let stat = match stat::of_name(entry.0, entry.1) {
        Ok(stat) => stat,
        Err(Errno::NOENT) => return Ok(()),
        Err(errno) => return Err(Stuck::new(Vec::new(), "statx", errno)),
    };
    let Some(stat) = stat else { return Ok(()) };
    check_entry(&stat, above, b"")?;
    if stat.kind != Kind::Folder {
        return Ok(());
    }
    match open_to_look(entry) {
        Ok(top) => each_folder(top, Pass::CloudView),
        Err(errno) => Err(Stuck::new(Vec::new(), "open", errno)),
    }
}

/// Opens a folder to check it. If its owner has taken the right away, it is given back.
fn open_to_look(entry: sys::Entry<'_>) -> rustix::io::Result<OwnedFd> {
    let is_open = |folder: OwnedFd| sys::may(&folder, Access::READ_OK | Access::EXEC_OK).map(|()| folder);
    match open_one(entry, resolve::FOLDER).and_then(is_open) {
        Err(Errno::ACCESS) => {
            sys::set_mode_of(entry, Mode::RWXU).map_err(|_| Errno::ACCESS)?;
            open_one(entry, resolve::FOLDER)
        }
        other => other,
    }
}

/// Checks that the entries of a folder can be removed. Returns the names of its folders.
fn check_folder(folder: &OwnedFd, names: &[u8]) -> Result<Vec<Vec<u8>>, Stuck> {
    let stuck = |action| move |errno| Stuck::new(names.to_vec(), action, errno);
    let listed = entries(folder).map_err(stuck("read a folder"))?;
    let here = stat::of_handle(folder).map_err(stuck("statx"))?;
    let Some(here) = here.filter(|_| !listed.is_empty()) else { return Ok(Vec::new()) };
    if here.is_protected {
        return Err(Stuck::by(names.to_vec(), Obstacle::NotPermitted));
    }
    match sys::may(folder, Access::WRITE_OK | Access::EXEC_OK) {
        // The owner can give the right to write back to itself.
        Err(Errno::ACCESS) if here.owner == geteuid().as_raw() => {}
        other => other.map_err(stuck("access"))?,
    }
    let mut folders = Vec::new();
    for entry in listed {
        let Ok(Some(stat)) = stat::of_name(folder, &entry.name) else { continue };
        check_entry(&stat, &here, &entry.name)
            .map_err(|stuck| Stuck { names: beneath(names, &entry.name), ..stuck })?;
        if stat.kind == Kind::Folder {
            folders.push(entry.name);
        }
    }
    Ok(folders)
}

/// Checks that a single entry can leave its folder.
fn check_entry(stat: &Stat, above: &Stat, names: &[u8]) -> Result<(), Stuck> {
    const STICKY: u32 = 0o1000;
    let user = geteuid();
    let is_kept =
        above.mode & STICKY != 0 && !user.is_root() && ![stat.owner, above.owner].contains(&user.as_raw());
    // Older kernels do not report mount points, so only device numbers tell. The device numbers of
    // files are unreliable (overlayfs).
    let is_elsewhere = stat.kind == Kind::Folder && stat.device != above.device;
    let obstacle = match () {
        () if stat.is_mount_point.unwrap_or(is_elsewhere) => Obstacle::Mounted,
        () if stat.is_protected || is_kept => Obstacle::NotPermitted,
        () => return Ok(()),
    };
    Err(Stuck::by(names.to_vec(), obstacle))
}

/// The action on each folder of a tree.
#[derive(Clone, Copy)]
enum Pass {
    /// Check that the folder can be removed.
    CloudView,
    Remove,
}

impl Pass {
    /// Opens a folder. `None` if there is nothing left to do with it.
    fn open(self, entry: sys::Entry<'_>) -> rustix::io::Result<Option<OwnedFd>> {
        match self {
            Pass::CloudView => open_to_look(entry).map(Some),
            Pass::Remove => open_to_remove(entry),
        }
    }

    /// Handles a folder's entries. Returns the names of its folders, as paths below the top.
    fn enter(self, folder: &OwnedFd, names: &[u8]) -> Result<Vec<Vec<u8>>, Stuck> {
        match self {
            Pass::CloudView => check_folder(folder, names),
            Pass::Remove => empty(folder, names),
        }
    }

    /// Finishes a folder after everything in it is finished.
    fn leave(self, entry: sys::Entry<'_>, names: &[u8]) -> Result<(), Stuck> {
        match self {
            Pass::CloudView => Ok(()),
            Pass::Remove => match sys::remove_folder(entry) {
                Ok(()) | Err(Errno::NOENT) => Ok(()),
                Err(errno) => Err(Stuck { names: names.to_vec(), ..of_entry(entry, errno) }),
            },
        }
    }
}

/// A folder on the path down the tree.
struct Level {
    /// The folders in it that have not been entered.
    waiting: Vec<Vec<u8>>,
    /// The length of its path below the top.
    length: usize,
    stat: Option<Stat>,
}

/// Visits all folders below a top, and the top itself: down by a name, up by `..`.
fn each_folder(top: OwnedFd, pass: Pass) -> Result<(), Stuck> {
    let of = |folder: &OwnedFd| stat::of_handle(folder).ok().flatten();
    let mut levels = vec![Level { waiting: pass.enter(&top, b"")?, length: 0, stat: of(&top) }];
    let (mut here, mut names) = (top, Vec::new());
    while let Some(level) = levels.last_mut() {
        if let Some(name) = level.waiting.pop() {
            let (entry, whole) = ((here.as_fd(), name.as_slice()), beneath(&names, &name));
            let opened = pass.open(entry).map_err(|errno| Stuck::new(whole.clone(), "open", errno))?;
            let Some(folder) = opened else { continue };
            let waiting = pass.enter(&folder, &whole)?;
            if waiting.is_empty() {
                pass.leave(entry, &whole)?;
                continue;
            }
            levels.push(Level { waiting, length: whole.len(), stat: of(&folder) });
            (here, names) = (folder, whole);
            continue;
        }
        levels.pop();
        let Some(above) = levels.last() else { break };
        here = folder_above(&here, above, &names)?;
        let start = if above.length == 0 { 0 } else { above.length + 1 };
        pass.leave((here.as_fd(), &names[start..]), &names)?;
        names.truncate(above.length);
    }
    Ok(())
}

/// The folder above another one, if it is still the one that was entered.
fn folder_above(here: &OwnedFd, above: &Level, names: &[u8]) -> Result<OwnedFd, Stuck> {
    let stuck = |errno| Stuck::new(names.to_vec(), "open the folder above", errno);
    let folder = open_one((here.as_fd(), b".."), resolve::FOLDER).map_err(stuck)?;
    let now = stat::of_handle(&folder).map_err(stuck)?;
    let is_same = now.zip(above.stat).is_some_and(|(now, then)| now.is_same_entry(&then));
    // Another program is moving it.
    if is_same { Ok(folder) } else { Err(stuck(Errno::BUSY)) }
}
