//! Removing a tree for good: all of it or, in what people see, nothing.
//!
//! The tree is looked through first: where something in it cannot be removed, nothing is. Then it vanishes at once, by a
//! rename to `trash/leaving.<id>`, and its parts go after. What fails all the same is put back with what is left. What a
//! crash leaves, the next start removes, or puts into the bin under its id.
//!
//! Neither recurses nor holds a handle for each level, so a tree of any depth needs the same handles. It never follows a
//! symlink and takes each entry by its folder's handle and its single name.

use super::errno::{at, failed, obstacle};
use super::folder::entries;
use super::hidden_dir::{HiddenDir, open_one};
use super::replace::{put_new, put_new_folder};
use super::skipped::Wanted;
use super::stat::{self, Kind, Stat};
use super::tree::beneath;
use super::volume::Volume;
use super::{resolve, sys};
use crate::base::obstacle::Obstacle;
use crate::error::{Error, Reason, Result};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{Access, AtFlags, Mode, accessat};
use rustix::io::Errno;
use rustix::process::geteuid;
use std::sync::atomic::{AtomicU64, Ordering};

/// The names of trees on their way out, in `trash`.
const LEAVING: &str = "leaving.";

/// The id that a name in `trash` has when it is that of a tree on its way out.
pub(super) fn leaving_id(name: &[u8]) -> Option<&[u8]> {
    name.strip_prefix(LEAVING.as_bytes())
}

/// Why a tree cannot be removed, and what in it, by the names below its top.
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
    /// Removes an entry of a private folder, which lies at `below` below the root of the volume, with all below it. `false`:
    /// nothing was there. After a failure all of it is where it was, or what is left of it.
    pub(super) fn remove_tree(&self, from: sys::Entry<'_>, below: &[u8]) -> Result<bool> {
        remove_tree(&self.hidden_dir, from, None).map_err(|stuck| self.stuck(below, stuck))
    }

    /// Tells what keeps a tree from being removed, and says so to the person.
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
        Error { message: sentence.into(), ..error }
    }

    /// What still keeps an entry from being removed with all below it, by its names below the root; `None` also when it is
    /// gone.
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

/// Removes an entry of a private folder with all below it; `false`: nothing was there. With an id, what a crash leaves of it
/// is that entry of the bin.
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
            log::error!("the rest of what could not be removed waits for the next start: {error}");
        }
    })?;
    Ok(true)
}

/// Removes a folder in `trash` on its way out.
pub(super) fn remove_leaving(hidden_dir: &HiddenDir, name: &[u8]) -> Result<(), Stuck> {
    let entry = (hidden_dir.trash.as_fd(), name);
    match Pass::Remove.open(entry) {
        Ok(Some(top)) => each_folder(top, Pass::Remove)?,
        Ok(None) => return Ok(()),
        Err(errno) => return Err(Stuck::new(Vec::new(), "open to remove", errno)),
    }
    Pass::Remove.leave(entry, b"")
}

/// Opens a folder that is to be removed; `None` for one that cannot be opened and is gone all the same, as it was empty.
fn open_to_remove(entry: sys::Entry<'_>) -> rustix::io::Result<Option<OwnedFd>> {
    let folder = match open_one(entry, resolve::FOLDER) {
        Err(Errno::ACCESS) => {
            // The owner may take the right back.
            match sys::set_mode_of(entry, Mode::RWXU).and_then(|()| open_one(entry, resolve::FOLDER)) {
                Ok(folder) => folder,
                Err(_) => return sys::remove_folder(entry).map(|()| None).map_err(|_| Errno::ACCESS),
            }
        }
        other => other?,
    };
    // A folder its owner made read-only is removed all the same. Where bits do not exist it needs no help.
    if let Err(errno) = sys::set_mode(&folder, Mode::RWXU) {
        log::debug!("chmod of a folder to be removed: {errno}");
    }
    Ok(Some(folder))
}

/// Removes what is no folder; the names of the folders.
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

/// Why a file cannot be removed.
fn of_entry((folder, name): sys::Entry<'_>, errno: Errno) -> Stuck {
    let is_mounted = stat::of_name(folder, name)
        .is_ok_and(|stat| stat.is_some_and(|stat| stat.is_mount_point == Some(true)));
    match (errno, is_mounted) {
        (Errno::BUSY, true) => Stuck::by(Vec::new(), Obstacle::Mounted),
        _ => Stuck::new(Vec::new(), "remove", errno),
    }
}

/// Moves a folder into `trash` under a name of its own, durable or not: what is moved back by a crash goes again.
fn move_out(hidden_dir: &HiddenDir, from: sys::Entry<'_>, id: Option<&str>) -> Result<Vec<u8>> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = id.map_or_else(|| format!("{LEAVING}rest-{number}"), |id| format!("{LEAVING}{id}"));
        let to = (hidden_dir.trash.as_fd(), name.as_bytes());
        match put_new_folder(from, to) {
            // Left over from an earlier run, not yet removed.
            Err(error) if error.reason == Some(Reason::Exists) && id.is_none() => {}
            moved => return moved.map(|()| name.into_bytes()),
        }
    }
}

/// Whether an entry can be removed with all below it, as far as that can be known before.
fn check_removable(entry: sys::Entry<'_>, above: &Stat) -> Result<(), Stuck> {
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

/// Opens a folder to look through it; where its owner took the right away, it is given back.
fn open_to_look(entry: sys::Entry<'_>) -> rustix::io::Result<OwnedFd> {
    let is_open = |folder: OwnedFd| {
        accessat(&folder, c".", Access::READ_OK | Access::EXEC_OK, AtFlags::EACCESS).map(|()| folder)
    };
    match open_one(entry, resolve::FOLDER).and_then(is_open) {
        Err(Errno::ACCESS) => {
            sys::set_mode_of(entry, Mode::RWXU).map_err(|_| Errno::ACCESS)?;
            open_one(entry, resolve::FOLDER)
        }
        other => other,
    }
}

/// Whether what lies in a folder can be removed; the names of the folders in it.
fn check_folder(folder: &OwnedFd, names: &[u8]) -> Result<Vec<Vec<u8>>, Stuck> {
    let stuck = |action| move |errno| Stuck::new(names.to_vec(), action, errno);
    let listed = entries(folder).map_err(stuck("read a folder"))?;
    let here = stat::of_handle(folder).map_err(stuck("statx"))?;
    let Some(here) = here.filter(|_| !listed.is_empty()) else { return Ok(Vec::new()) };
    if here.is_protected {
        return Err(Stuck::by(names.to_vec(), Obstacle::NotPermitted));
    }
    // The owner may give back the right to write.
    if here.owner != geteuid().as_raw() {
        let may = accessat(folder, c".", Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS);
        may.map_err(stuck("access"))?;
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

/// Whether one entry can leave its folder, itself alone.
fn check_entry(stat: &Stat, above: &Stat, names: &[u8]) -> Result<(), Stuck> {
    const STICKY: u32 = 0o1000;
    let user = geteuid();
    let is_kept =
        above.mode & STICKY != 0 && !user.is_root() && ![stat.owner, above.owner].contains(&user.as_raw());
    // An older kernel tells mounts only by their numbers; those of files are not to be trusted (overlayfs).
    let is_elsewhere = stat.kind == Kind::Folder && stat.device != above.device;
    let obstacle = match () {
        () if stat.is_mount_point.unwrap_or(is_elsewhere) => Obstacle::Mounted,
        () if stat.is_protected || is_kept => Obstacle::NotPermitted,
        () => return Ok(()),
    };
    Err(Stuck::by(names.to_vec(), obstacle))
}

/// What is done with each folder of a tree.
#[derive(Clone, Copy)]
enum Pass {
    /// Whether it can be removed.
    CloudView,
    Remove,
}

impl Pass {
    /// Opens a folder; `None` for one that is done with already.
    fn open(self, entry: sys::Entry<'_>) -> rustix::io::Result<Option<OwnedFd>> {
        match self {
            Pass::CloudView => open_to_look(entry).map(Some),
            Pass::Remove => open_to_remove(entry),
        }
    }

    /// The folders in a folder, by its names below the top.
    fn enter(self, folder: &OwnedFd, names: &[u8]) -> Result<Vec<Vec<u8>>, Stuck> {
        match self {
            Pass::CloudView => check_folder(folder, names),
            Pass::Remove => empty(folder, names),
        }
    }

    /// Ends with a folder when all below it is done with.
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

/// A folder on the way down.
struct Level {
    /// The folders in it that are still to be entered.
    waiting: Vec<Vec<u8>>,
    /// The length of its names below the top.
    length: usize,
    stat: Option<Stat>,
}

/// Goes through all folders below a top, and the top itself: down by a name, up by `..`.
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

/// The folder above another, if it is still that from which it was entered.
fn folder_above(here: &OwnedFd, above: &Level, names: &[u8]) -> Result<OwnedFd, Stuck> {
    let stuck = |errno| Stuck::new(names.to_vec(), "open the folder above", errno);
    let folder = open_one((here.as_fd(), b".."), resolve::FOLDER).map_err(stuck)?;
    let now = stat::of_handle(&folder).map_err(stuck)?;
    let is_same = now.zip(above.stat).is_some_and(|(now, then)| now.is_same_entry(&then));
    // Somebody moves it at this moment.
    if is_same { Ok(folder) } else { Err(stuck(Errno::BUSY)) }
}
