//! The hidden folder `.cloudlet`: folders of a volume that users cannot reach, and the names in
//! them.
//!
//! Only the program makes names here. Names in `staging`, with an `<id>` that the caller chooses:
//!
//! * `<id>.data`: an unfinished upload or copy;
//! * `<id>.tree`: a folder being copied;
//! * `<id>.old.<keep as>`: content that is being replaced and will be `versions/<keep as>`;
//! * `<id>.intent`: the target of a replacement, if the names alone do not tell it (see `replace`);
//! * `<id>.tmp`: a small file being written.

use super::attributes::prescribe_nothing;
use super::bytes::write_all;
use super::directory::entries;
use super::errno::{at, failed, obstacle};
use super::resolve::open_one;
use super::stat::{self, Stat};
use super::{resolve, sys};
use crate::base::obstacle::Obstacle;
use crate::error::{Code, Error, Result};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::Mode;
use rustix::io::Errno;
use std::io::Read;

/// The name of the hidden folder in the root of a volume.
pub(super) const HOME: &str = ".cloudlet";
pub(super) const MARKER: &[u8] = b"volume.json";
const SMALL_BYTES_MAX: u64 = 1 << 20;
const ID_BYTES_MAX: usize = 64;

/// Handles of the private folders, open as long as the volume.
pub(super) struct HiddenDir {
    pub home: OwnedFd,
    pub staging: OwnedFd,
    pub versions: OwnedFd,
    pub trash: OwnedFd,
    pub thumbs: OwnedFd,
    /// The state of `home`. The folder is recognised by it, whatever the spelling of its name.
    pub home_stat: Stat,
}

impl HiddenDir {
    /// Opens the private folders. Without a known id, missing folders are made. With a known id,
    /// they are opened only if the mark has that id. `Code::Offline` if they do not exist.
    pub fn open(root: BorrowedFd<'_>, known: Option<&str>) -> Result<HiddenDir> {
        let home = private_folder(root, HOME.as_bytes(), known.is_none()).map_err(|error| match known {
            Some(known) if error.code == Code::Offline => unmarked(known),
            _ => error,
        })?;
        if let Some(known) = known {
            check_mark(home.as_fd(), known)?;
        }
        let inside = |name: &[u8]| private_folder(home.as_fd(), name, true);
        let home_stat = stat::of_handle(&home).map_err(at("statx .cloudlet"))?.ok_or_else(not_there)?;
        let staging = inside(b"staging")?;
        prescribe_nothing(&staging);
        Ok(HiddenDir {
            staging,
            versions: inside(b"versions")?,
            trash: inside(b"trash")?,
            thumbs: inside(b"thumbs")?,
            home_stat,
            home,
        })
    }

    /// The volume's id from `volume.json`. If there is no mark and no id is known, an id is made
    /// and written first.
    pub fn id(&self, known: Option<&str>) -> Result<String> {
        if let Some(id) = mark(self.home.as_fd())? {
            return Ok(id);
        }
        if known.is_some() {
            return Err(not_there());
        }
        let mut bytes = [0u8; 12];
        rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty())
            .map_err(at("getrandom"))?;
        let id: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let json = format!("{{\"id\": \"{id}\"}}\n");
        write_small(self.home.as_fd(), self.staging.as_fd(), "volume", MARKER, json.as_bytes())?;
        Ok(id)
    }
}

/// The id in the mark, if there is a mark.
fn mark(home: BorrowedFd<'_>) -> Result<Option<String>> {
    let text = read_small(home, MARKER).map_err(|error| match error.obstacle {
        Some(obstacle) => closed(MARKER, obstacle).because(error),
        None => error,
    })?;
    let Some(text) = text else { return Ok(None) };
    let text = String::from_utf8_lossy(&text).into_owned();
    let unreadable =
        || Error::new(Code::Offline, "The disk's mark .cloudlet/volume.json cannot be read.").because(&text);
    id_in(&text).map(Some).ok_or_else(unreadable)
}

fn check_mark(home: BorrowedFd<'_>, known: &str) -> Result<()> {
    match mark(home)? {
        Some(id) if id == known => Ok(()),
        Some(id) => Err(Error::new(Code::Offline, "Another disk is in its place.")
            .because(format!("its mark .cloudlet/volume.json says {id}, not {known}"))),
        None => Err(unmarked(known)),
    }
}

/// The advice for a disk that has lost its mark but is the right one.
fn unmarked(known: &str) -> Error {
    not_there().because(format!("its mark .cloudlet/volume.json should be {{\"id\": \"{known}\"}}"))
}

/// The only key is `id`, so a JSON parser is not needed.
fn id_in(json: &str) -> Option<String> {
    let rest = json.trim().strip_prefix('{')?.trim_start().strip_prefix("\"id\"")?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let (id, rest) = rest.split_once('"')?;
    let whole = id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) && rest.trim() == "}";
    whole.then(|| id.to_ascii_lowercase())
}

pub(super) fn not_there() -> Error {
    Error::new(Code::Offline, "It may not be connected or mounted.")
}

fn private_folder(above: BorrowedFd<'_>, name: &[u8], create: bool) -> Result<OwnedFd> {
    if create {
        match sys::create_folder((above, name), Mode::RWXU) {
            Ok(()) => sys::sync(above).map_err(at("fsync the volume"))?,
            Err(Errno::EXIST) => {}
            Err(errno) => return Err(failed("mkdir in .cloudlet", errno)),
        }
    }
    let opened = match open_one((above, name), resolve::FOLDER) {
        // The owner of a folder can give this right back.
        Err(Errno::ACCESS) if sys::set_mode_of((above, name), Mode::RWXU).is_ok() => {
            open_one((above, name), resolve::FOLDER)
        }
        other => other,
    };
    match opened {
        Ok(handle) => Ok(handle),
        Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => Err(not_there()),
        Err(errno) => Err(match obstacle(errno) {
            Some(obstacle) => closed(name, obstacle).because(format!("open: {errno}")),
            None => failed("open in .cloudlet", errno),
        }),
    }
}

/// The error for a folder or file that the whole volume needs and that cannot be opened.
fn closed(name: &[u8], obstacle: Obstacle) -> Error {
    let name = String::from_utf8_lossy(name);
    let name = if name == HOME { name } else { format!("{HOME}/{name}").into() };
    let sentence = format!(
        "{name} on it cannot be used: {}. Please give it to the server's user (chown, chmod u+rwX).",
        obstacle.meaning()
    );
    Error::new(Code::Offline, sentence).about_entry(obstacle)
}

/// Checks an id made by the program: 1 to 64 letters, digits, `_` or `-`, so that it is one safe
/// name.
pub(super) fn checked(id: &str) -> Result<&str> {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if !id.is_empty() && id.len() <= ID_BYTES_MAX && id.bytes().all(safe) {
        return Ok(id);
    }
    Err(Error::new(Code::Invalid, "This is not an identifier.").because(format!("id {id:?}")))
}

/// The meaning of a name in `staging`; `None` for a name that the program does not make.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Staged<'a> {
    Data(&'a str),
    Tree(&'a str),
    Old(&'a str, &'a str),
    Intent(&'a str),
    Temporary(&'a str),
}

impl Staged<'_> {
    pub fn read(name: &[u8]) -> Option<Staged<'_>> {
        let (id, kind) = std::str::from_utf8(name).ok()?.split_once('.')?;
        checked(id).ok()?;
        match kind {
            "data" => Some(Staged::Data(id)),
            "tree" => Some(Staged::Tree(id)),
            "intent" => Some(Staged::Intent(id)),
            "tmp" => Some(Staged::Temporary(id)),
            _ => {
                let keep_as = kind.strip_prefix("old.")?;
                checked(keep_as).ok().map(|keep_as| Staged::Old(id, keep_as))
            }
        }
    }

    pub fn name(&self) -> Vec<u8> {
        match self {
            Staged::Data(id) => format!("{id}.data"),
            Staged::Tree(id) => format!("{id}.tree"),
            Staged::Old(id, keep_as) => format!("{id}.old.{keep_as}"),
            Staged::Intent(id) => format!("{id}.intent"),
            Staged::Temporary(id) => format!("{id}.tmp"),
        }
        .into_bytes()
    }
}

/// The path of a name in `staging`, below the root of the volume.
pub(super) fn staging_path(name: &[u8]) -> Vec<u8> {
    [HOME.as_bytes(), b"/staging/", name].concat()
}

/// The names in a private folder.
pub(super) fn names(hidden_dir: &OwnedFd) -> Result<Vec<Vec<u8>>> {
    let handle = open_one((hidden_dir.as_fd(), b"."), resolve::FOLDER).map_err(at("open in .cloudlet"))?;
    let entries = entries(&handle).map_err(at("read .cloudlet"))?;
    Ok(entries.into_iter().map(|entry| entry.name).collect())
}

/// The ids that are names in a private folder (versions, trash or thumbs).
pub(super) fn ids(hidden_dir: &OwnedFd) -> Result<Vec<String>> {
    let text = |name: Vec<u8>| String::from_utf8(name).ok().filter(|name| checked(name).is_ok());
    Ok(names(hidden_dir)?.into_iter().filter_map(text).collect())
}

/// Reads a small private file; `None` if it does not exist.
pub(super) fn read_small(folder: BorrowedFd<'_>, name: &[u8]) -> Result<Option<Vec<u8>>> {
    let file = match open_one((folder, name), resolve::FILE) {
        Ok(file) => std::fs::File::from(file),
        Err(Errno::NOENT) => return Ok(None),
        Err(errno) => return Err(failed("open in .cloudlet", errno)),
    };
    let mut bytes = Vec::new();
    file.take(SMALL_BYTES_MAX).read_to_end(&mut bytes).map_err(|error| {
        match Errno::from_io_error(&error) {
            Some(errno) => failed("read in .cloudlet", errno),
            None => Error::internal(error),
        }
    })?;
    Ok(Some(bytes))
}

/// Writes a small private file completely or not at all, via `<id>.tmp` in `staging`.
pub(super) fn write_small(
    folder: BorrowedFd<'_>,
    staging: BorrowedFd<'_>,
    id: &str,
    name: &[u8],
    bytes: &[u8],
) -> Result<()> {
    let temporary = Staged::Temporary(id).name();
    let from = (staging, temporary.as_slice());
    let written = (|| {
        let file = match sys::create(from, Mode::RUSR | Mode::WUSR) {
            Err(Errno::EXIST) => {
                sys::remove(from)?;
                sys::create(from, Mode::RUSR | Mode::WUSR)
            }
            other => other,
        }?;
        write_all(&file, bytes, 0)?;
        sys::sync(&file)?;
        // Some file systems (smbnetfs) do not rename a file that is open.
        drop(file);
        sys::rename(from, (folder, name))?;
        sys::sync(folder)
    })();
    written.map_err(at("write in .cloudlet")).inspect_err(|_| match sys::remove(from) {
        Ok(()) | Err(Errno::NOENT) => {}
        Err(errno) => log::warn!("a temporary file stays until the next start: {errno}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staged_names_come_back() {
        for staged in [
            Staged::Data("a-1"),
            Staged::Tree("b"),
            Staged::Old("a", "v_2"),
            Staged::Intent("c"),
            Staged::Temporary("d"),
        ] {
            assert_eq!(Staged::read(&staged.name()), Some(staged));
        }
        for name in ["x", ".data", "a.old.", "a.old", "a.datax", "a.old.b/c", "a b.data"] {
            assert_eq!(Staged::read(name.as_bytes()), None, "{name}");
        }
    }

    #[test]
    fn marks_are_read_strictly() {
        let id = "0123456789abcdef01234567";
        assert_eq!(id_in(&format!("{{\"id\": \"{id}\"}}\n")).as_deref(), Some(id));
        assert_eq!(id_in(&format!(" {{ \"id\":\"{id}\" }} ")).as_deref(), Some(id));
        for text in ["", "{}", "{\"id\": \"12\"}", "{\"id\": \"0123456789abcdef0123456g\"}"] {
            assert_eq!(id_in(text), None);
        }
    }
}
