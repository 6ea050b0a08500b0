//! Asks a disk whether it answers at all.

use super::hidden_dir::{HOME, MARKER};
use rustix::fs::{CWD, Mode, OFlags, openat, statvfs};
use rustix::io::{pread, retry_on_intr};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// The alignment that `O_DIRECT` needs on all common disks.
const BLOCK_BYTES: usize = 4096;

/// Returns as soon as the disk with this directory has given any answer, even an error. The
/// question bypasses all caches, because these answer for a sleeping disk.
pub fn wait_for_answer(root: &Path) {
    // NFS and FUSE ask their server here.
    if statvfs(root).is_err() {
        return;
    }
    let mark = root.join(HOME).join(OsStr::from_bytes(MARKER));
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let open = |flags| openat(CWD, &mark, flags, Mode::empty());
    // Some file systems cannot read directly. Then there is no disk below them.
    let Ok(file) = open(flags | OFlags::DIRECT).or_else(|_| open(flags)) else { return };
    let mut bytes = vec![0; 2 * BLOCK_BYTES];
    let start = bytes.as_ptr().align_offset(BLOCK_BYTES).min(BLOCK_BYTES);
    let block = &mut bytes[start..start + BLOCK_BYTES];
    if let Err(errno) = retry_on_intr(|| pread(&file, &mut *block, 0)) {
        log::debug!("read of {}: {errno}", mark.display());
    }
}
