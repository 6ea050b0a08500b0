//! Standard error, for log lines and messages on the console. It may be a file on a full disk, a
//! closed pipe, or a pipe that nobody reads. Unlike `eprintln!`, this module never panics and never
//! waits for long.

use super::errno::failed;
use crate::error::{Code, Error, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The number of bytes written at once. A pipe or socket that is writable takes that many without
/// blocking (`PIPE_BUF`, pipe(7)).
const PIECE_BYTES: usize = 4096;
/// The longest time to wait for a reader. After that, nothing is written until it reads again.
const PATIENCE: Duration = Duration::from_millis(200);

/// True if the reader did not read in time. Its lock also keeps log lines apart.
static IS_STALLED: Mutex<bool> = Mutex::new(false);

/// Writes all bytes.
///
/// # Errors
/// `Code::Busy` if nobody reads; otherwise as write(2).
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
