//! Translates the system's error numbers for the user.
//!
//! This is the only place that turns an `Errno` into an `Error`. The log always gets the number.

use crate::base::obstacle::Obstacle;
use crate::error::{Code, Error, Reason};
use rustix::io::Errno;

/// The error of `action`, which is a few words for the log, such as `"rename"`.
#[cold]
pub(super) fn failed(action: &'static str, errno: Errno) -> Error {
    let (code, sentence) = meaning(errno);
    let mut error = Error::new(code, sentence).because(format!("{action}: {errno}"));
    error.obstacle = obstacle(errno);
    match errno {
        Errno::EXIST | Errno::NOTEMPTY | Errno::ISDIR => error.for_reason(Reason::Exists),
        Errno::NAMETOOLONG => error.for_reason(Reason::NameTooLong),
        Errno::TIMEDOUT => error.for_reason(Reason::DiskSilent),
        Errno::ILSEQ | Errno::INVAL => error.for_reason(Reason::BadName),
        _ => error,
    }
}

/// The obstacle of this one entry. `None` if the error concerns more than one entry, or means that
/// the entry does not exist.
pub(super) fn obstacle(errno: Errno) -> Option<Obstacle> {
    Some(match errno {
        Errno::ACCESS => Obstacle::AccessDenied,
        // An encrypted folder without its key (fscrypt).
        Errno::PERM | Errno::NOKEY => Obstacle::NotPermitted,
        Errno::ROFS => Obstacle::ReadOnly,
        Errno::BUSY | Errno::TXTBSY => Obstacle::InUse,
        Errno::XDEV => Obstacle::Mounted,
        // ext4, XFS and btrfs report the last two for wrong checksums and structures.
        Errno::IO | Errno::UCLEAN | Errno::BADMSG => Obstacle::Damaged,
        Errno::NOTCONN | Errno::STALE | Errno::HOSTDOWN | Errno::TIMEDOUT => Obstacle::Disconnected,
        Errno::LOOP => Obstacle::Link,
        Errno::NAMETOOLONG => Obstacle::NameTooLong,
        _ => return None,
    })
}

/// For `map_err`: the error of `action`.
pub(super) fn at(action: &'static str) -> impl Fn(Errno) -> Error {
    move |errno| failed(action, errno)
}

fn meaning(errno: Errno) -> (Code, &'static str) {
    match errno {
        Errno::NOSPC | Errno::DQUOT => (Code::Full, "The disk is full."),
        Errno::ROFS => (Code::Offline, "The disk is read-only."),
        Errno::NODEV | Errno::NXIO | Errno::NOMEDIUM | Errno::STALE | Errno::NOTCONN | Errno::HOSTDOWN => {
            (Code::Offline, "The disk is not there.")
        }
        Errno::TIMEDOUT => (Code::Offline, "The disk does not answer."),
        Errno::IO => (Code::Internal, "The disk could not be read or written. It may be damaged."),
        Errno::NOENT | Errno::NOTDIR | Errno::LOOP => (Code::NotFound, "The file or folder does not exist."),
        Errno::EXIST | Errno::NOTEMPTY => (Code::Conflict, "Something with this name exists already."),
        Errno::ISDIR => (Code::Conflict, "A folder with this name exists already."),
        Errno::ACCESS | Errno::PERM => {
            (Code::Forbidden, "The server lacks the right to do this. Its administrator can change that.")
        }
        Errno::NAMETOOLONG => (Code::Invalid, "The name is too long for this disk."),
        Errno::ILSEQ | Errno::INVAL => (Code::Invalid, "This disk cannot store such a name."),
        Errno::FBIG => (Code::TooLarge, "The file is too large for this disk."),
        Errno::XDEV => (Code::NotOffered, "The two places lie on different disks. Copy and delete instead."),
        Errno::AGAIN | Errno::BUSY | Errno::TXTBSY => {
            (Code::Busy, "Another program is using it. Try again later.")
        }
        Errno::MFILE | Errno::NFILE | Errno::NOMEM => {
            (Code::Busy, "The server is short of resources. Try again later.")
        }
        _ => (Code::Internal, "The disk reported an unexpected error."),
    }
}

/// True if the error means that there is nothing to see: the entry is absent, or a symlink is on
/// the way.
pub(super) fn means_absent(errno: Errno) -> bool {
    matches!(errno, Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::NAMETOOLONG | Errno::ILSEQ)
}

/// True if the error means that the file system lacks an operation or a flag.
pub(super) fn means_unsupported(errno: Errno) -> bool {
    matches!(errno, Errno::NOSYS | Errno::OPNOTSUPP | Errno::INVAL | Errno::NOTTY)
}
