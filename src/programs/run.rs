//! Runs an outside program: in a process group of its own, until a deadline, with a limited answer.

use super::confine::{LENIENT, STRICT, WORD};
use crate::base::guarded::Guarded;
use crate::base::limits::programs::{ANSWER_BYTES_MAX, LEFT_MAX};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{BorrowedFd, OwnedFd};
use rustix::io::{Errno, read};
use rustix::process::{Pid, Signal, kill_process_group};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// This many bytes of a program's error messages are kept for the log.
const COMPLAINT_BYTES_MAX: usize = 400;
/// The time that a program may take to end after its last byte or after it was killed, and the
/// pause between two checks.
const END_TIME: Duration = Duration::from_secs(1);
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// The reason why a program gave no answer.
#[derive(Debug)]
pub enum Failed {
    NotStarted(io::Error),
    /// It reported a failure, or one of its limits ended it.
    Ended(String),
    TooLong,
    TooMuch,
    /// Too many earlier programs do not end.
    Busy,
}

/// Starts programs, and remembers those that do not end because a disk hangs.
#[derive(Default)]
pub struct Runner {
    left: Guarded<Vec<Child>>,
}

impl Runner {
    /// Runs a program and returns what it wrote to its standard output. Its standard input is the
    /// file.
    pub fn run(
        &self,
        program: &Path,
        is_strict: bool,
        arguments: &[String],
        input: BorrowedFd<'_>,
        until: Instant,
    ) -> Result<Vec<u8>, Failed> {
        self.make_room()?;
        let input = input.try_clone_to_owned().map_err(Failed::NotStarted)?;
        // This program starts itself, gives up its rights, and becomes the other program. The link
        // leads to the running program, even if an upgrade has replaced its file.
        let mut child = Command::new("/proc/self/exe")
            .args([WORD, if is_strict { STRICT } else { LENIENT }])
            .arg(program)
            .args(arguments)
            .env_clear()
            .envs([("LC_ALL", "C"), ("VIPS_CONCURRENCY", "1"), ("VIPS_WARNING", "0")])
            .current_dir("/")
            .stdin(Stdio::from(input))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(Failed::NotStarted)?;
        let answer = answer_of(&mut child, until);
        let ended = match &answer {
            Ok(_) => wait(&mut child, until.max(Instant::now() + END_TIME)),
            Err(_) => None,
        };
        if ended.is_none() {
            self.end(child);
        }
        let (bytes, complaint) = answer?;
        match ended {
            Some(status) if status.success() => Ok(bytes),
            Some(status) => Err(Failed::Ended(format!("{status}: {complaint}"))),
            None => Err(Failed::TooLong),
        }
    }

    /// Kills a program and everything that it has started.
    fn end(&self, mut child: Child) {
        // The id belongs to the group until somebody has waited for its first process.
        if let Err(errno) = kill_process_group(Pid::from_child(&child), Signal::KILL) {
            log::debug!("ending an outside program: {errno}");
        }
        if wait(&mut child, Instant::now() + END_TIME).is_none() {
            log::warn!("an outside program that was ended still waits, perhaps for a disk");
            self.left.lock().push(child);
        }
    }

    fn make_room(&self) -> Result<(), Failed> {
        let mut left = self.left.lock();
        left.retain_mut(|child| !matches!(child.try_wait(), Ok(Some(_))));
        if left.len() >= LEFT_MAX { Err(Failed::Busy) } else { Ok(()) }
    }
}

/// The exit status of a program; `None` if it does not end in time.
fn wait(child: &mut Child, until: Instant) -> Option<ExitStatus> {
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        if Instant::now() >= until {
            return None;
        }
        thread::sleep(LOOK_EVERY);
    }
}

/// A pipe to which a program writes.
struct Pipe {
    handle: Option<OwnedFd>,
    bytes: Vec<u8>,
}

/// The answer and the error messages of a program, when it has closed both pipes or has ended.
fn answer_of(child: &mut Child, until: Instant) -> Result<(Vec<u8>, String), Failed> {
    let pipe = |handle: Option<OwnedFd>| Pipe { handle, bytes: Vec::new() };
    let mut pipes =
        [pipe(child.stdout.take().map(OwnedFd::from)), pipe(child.stderr.take().map(OwnedFd::from))];
    while pipes.iter().any(|pipe| pipe.handle.is_some()) {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Failed::TooLong);
        }
        let left = Timespec::try_from(left).map_err(|_| Failed::TooLong)?;
        let handles = pipes.iter().filter_map(|pipe| pipe.handle.as_ref());
        let mut waiting: Vec<_> = handles.map(|handle| PollFd::new(handle, PollFlags::IN)).collect();
        match poll(&mut waiting, Some(&left)) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(errno) => return Err(Failed::NotStarted(errno.into())),
        }
        let is_ready: Vec<bool> = waiting.iter().map(|one| !one.revents().is_empty()).collect();
        drop(waiting);
        let open = pipes.iter_mut().filter(|pipe| pipe.handle.is_some());
        for (pipe, _) in open.zip(is_ready).filter(|(_, is_ready)| *is_ready) {
            pipe.take().map_err(|errno| Failed::NotStarted(errno.into()))?;
        }
        if pipes[0].bytes.len() > ANSWER_BYTES_MAX {
            return Err(Failed::TooMuch);
        }
        pipes[1].bytes.truncate(COMPLAINT_BYTES_MAX);
    }
    let [answer, complaint] = pipes;
    let complaint = String::from_utf8_lossy(&complaint.bytes);
    Ok((answer.bytes, complaint.escape_debug().to_string()))
}

impl Pipe {
    /// Reads the bytes that have arrived.
    fn take(&mut self) -> rustix::io::Result<()> {
        let Some(handle) = &self.handle else { return Ok(()) };
        let mut block = [0; 32 * 1024];
        match read(handle, &mut block) {
            Ok(0) => self.handle = None,
            Ok(count) => self.bytes.extend_from_slice(&block[..count]),
            Err(Errno::INTR | Errno::AGAIN) => {}
            Err(errno) => return Err(errno),
        }
        Ok(())
    }
}
