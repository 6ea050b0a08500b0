//! Standard error: log lines and what the console is told. It may be a file on a full disk, a pipe whose reader is gone, or
//! one whose reader sleeps. Writing there never panics, as `eprintln!` does, and never waits for long.

use super::errno::failed;
use crate::error::{Code, Error, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Bytes written at once: a pipe or socket that says it is writable takes so many without waiting (`PIPE_BUF`, pipe(7)).
const PIECE_BYTES: usize = 4096;
/// How long a reader that does not read is waited for, once. From then on nothing is written until it reads again.
const PATIENCE: Duration = Duration::from_millis(200);

/// Whether the reader has kept somebody waiting in vain. Also keeps lines apart.
static IS_STALLED: Mutex<bool> = Mutex::new(false);

/// Writes all of it, or says why not.
///
/// # Errors
/// `Code::Busy` where nobody reads; otherwise as write(2).
pub fn write_standard_error(bytes: &[u8]) -> Result<()> {
    let stderr = std::io::stderr();
    let mut is_stalled = IS_STALLED.lock().unwrap_or_else(PoisonError::into_inner);
    let mut rest = bytes;
    while !rest.is_empty() {
        let patience = if *is_stalled { Duration::ZERO } else { PATIENCE };
        let wait = Timespec::try_from(patience).map_err(Error::internal)?;
        *is_stalled = match poll(&mut [PollFd::new(&stderr, PollFlags::OUT)], Some(&wait)) {
            Ok(ready) => ready == 0,
            Err(Errno::INTR) => continue,
            Err(errno) => return Err(failed("poll", errno)),
        };
        if *is_stalled {
            return Err(Error::new(Code::Busy, "Nobody reads standard error."));
        }
        match write(&stderr, &rest[..rest.len().min(PIECE_BYTES)]) {
            Ok(written) => rest = &rest[written..],
            Err(Errno::INTR) => {}
            Err(errno) => return Err(failed("write", errno)),
        }
    }
    Ok(())
}
