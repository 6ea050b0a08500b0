//! Permits on disks limit how many threads a hanging disk can block.
//!
//! A system call on a network mount whose server has gone, or on a sleeping disk, does not return
//! for seconds or for ever, and nothing can end it. So threads enter a disk through its [`Permits`].
//! If none is free soon, the thread is refused. One thread ([`watch`]) looks after the threads
//! inside: it asks a disk that holds one up whether it answers at all, and in the end answers the
//! caller itself.
//!
//! A thread works in units ([`begin`]): one call, one job. It keeps its permit from entering a disk
//! to the end of its unit, but gives it up while it waits for a peer ([`away`]), because the peer's
//! pace does not depend on the disk. The cost for a disk that answers is two uncontended locks a
//! call.

mod watch;
mod work;

pub use watch::log_inside;
pub use work::{Held, Left, adopt, away, begin, has_given_way, is_given_up, left, note, on_disk};

use super::guarded::{Guarded, Signal};
use super::limits::{
    DISK_PERMIT_WAIT_TIME, DISK_PERMITS, DISK_WAKING_TIME, DISK_WAS_SLOW_TIME, LOCAL_DISK_PERMITS,
};
use super::time::{now_milliseconds, plain_text};
use crate::error::{Code, Error, Reason, Result};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, MutexGuard};
use std::time::{Duration, Instant};
use work::Work;

/// The state of a disk, by its answers. The numbers are times in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    Promptly,
    /// The disk has not answered since this time, but is waited for, because it may be spinning up.
    Waking(i64),
    /// The disk has not answered since this time, which is longer than any disk needs to spin up.
    Silent(i64),
}

/// The permits of one disk.
pub struct Permits {
    /// The name of the disk, for messages.
    name: String,
    /// Asks the disk whether it answers. Returns when the disk has answered.
    ask: Box<dyn Fn() + Send + Sync>,
    is_local: AtomicBool,
    state: Guarded<State>,
    /// A permit is free, or the disk is no longer prompt.
    changed: Signal,
}

struct State {
    inside: Vec<Arc<Work>>,
    /// Work in the background that is still inside and was begun anew without this disk.
    given_way: Vec<Arc<Work>>,
    waiting: usize,
    answers: Answers,
    /// The time when a thread began to ask the disk; `None` if no thread is asking now.
    asked: Option<Instant>,
    last_answer: Option<Instant>,
    last_slow: Option<Instant>,
}

impl Permits {
    /// The permits of a disk in an unknown state.
    pub fn new(name: String, ask: impl Fn() + Send + Sync + 'static) -> Arc<Permits> {
        let state = State {
            inside: Vec::new(),
            given_way: Vec::new(),
            waiting: 0,
            answers: Answers::Promptly,
            asked: None,
            last_answer: None,
            last_slow: None,
        };
        let permits = Arc::new(Permits {
            name,
            ask: Box::new(ask),
            is_local: AtomicBool::new(false),
            state: Guarded::new(state),
            changed: Signal::new(),
        });
        watch::register(&permits);
        permits
    }

    /// Sets whether it is a disk of this machine.
    pub fn set_local(&self, is_local: bool) {
        self.is_local.store(is_local, Ordering::Relaxed);
    }

    pub fn answers(&self) -> Answers {
        self.state.lock().answers
    }

    /// True if it is a disk of this machine that answers and has not been slow recently.
    pub fn is_prompt_and_local(&self) -> bool {
        let state = self.state.lock();
        let is_local = self.is_local.load(Ordering::Relaxed);
        state.answers == Answers::Promptly && state.permits(is_local) == LOCAL_DISK_PERMITS
    }

    /// Enters the disk for the rest of the thread's unit. A thread without a unit takes no permit;
    /// only threads that may wait for the disk may do so.
    ///
    /// # Errors
    /// `Code::Offline` if the disk does not answer. `Code::Busy` if no permit is free, with
    /// `Reason::DiskBusy`, or `Reason::DiskWaking` while the disk is waking up.
    pub fn enter(self: &Arc<Permits>) -> Result<()> {
        if has_given_way() {
            return Err(given_way());
        }
        work::enters(self);
        let Some(work) = work::without_permit_on(self) else {
            return self.state.lock().silence(&self.name);
        };
        self.take_permit(&work)?;
        work::has_permit_on(self);
        Ok(())
    }

    fn take_permit(self: &Arc<Permits>, work: &Arc<Work>) -> Result<()> {
        let mut state = self.state.lock();
        state.silence(&self.name)?;
        if work.gives_way() && !state.given_way.is_empty() {
            let sentence = format!("The disk {} still holds up earlier work in the background.", self.name);
            return Err(Error::new(Code::Offline, sentence).for_reason(Reason::DiskSilent));
        }
        let permits = state.permits(self.is_local.load(Ordering::Relaxed));
        if state.inside.len() >= permits {
            state = self.wait_for_permit(state, permits)?;
        }
        work.looks_alive();
        state.inside.push(Arc::clone(work));
        drop(state);
        watch::wake();
        Ok(())
    }

    /// Waits a short time for a permit. As many threads may wait as there are permits.
    fn wait_for_permit<'a>(
        &self,
        mut state: MutexGuard<'a, State>,
        permits: usize,
    ) -> Result<MutexGuard<'a, State>> {
        let deadline = Instant::now() + DISK_PERMIT_WAIT_TIME;
        if state.waiting < permits {
            state.waiting += 1;
            while state.inside.len() >= permits && state.answers == Answers::Promptly {
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    break;
                }
                state = self.changed.wait_for(state, left);
            }
            state.waiting -= 1;
        }
        state.silence(&self.name)?;
        if state.inside.len() < permits {
            return Ok(state);
        }
        let (reason, sentence) = match state.answers {
            Answers::Promptly => (Reason::DiskBusy, "has too much to do at the moment"),
            _ => (Reason::DiskWaking, "is waking up, and others wait for it already"),
        };
        let sentence = format!("The disk {} {sentence}. Please try again in a moment.", self.name);
        Err(Error::new(Code::Busy, sentence).for_reason(reason))
    }

    fn leave(&self, work: &Arc<Work>) {
        let mut state = self.state.lock();
        if let Some(at) = state.inside.iter().position(|other| Arc::ptr_eq(other, work)) {
            state.inside.swap_remove(at);
        }
        state.given_way.retain(|other| !Arc::ptr_eq(other, work));
        if state.waiting > 0 {
            self.changed.notify_one();
        }
    }

    /// The failure of a call that hangs in the disk.
    fn does_not_answer(&self) -> Error {
        let since = match self.state.lock().answers {
            Answers::Waking(since) | Answers::Silent(since) => since,
            Answers::Promptly => now_milliseconds(),
        };
        silent(&self.name, since)
    }
}

impl State {
    fn silence(&self, name: &str) -> Result<()> {
        match self.answers {
            Answers::Silent(since) => Err(silent(name, since)),
            _ => Ok(()),
        }
    }

    /// The number of permits.
    fn permits(&self, is_local: bool) -> usize {
        let was_slow = self.last_slow.is_some_and(|last| last.elapsed() < DISK_WAS_SLOW_TIME);
        if is_local && !was_slow { LOCAL_DISK_PERMITS } else { DISK_PERMITS }
    }
}

/// The interval at which a thread that has left a disk for a peer looks for a permit again.
const PLACE_RETRY_TIME: Duration = Duration::from_millis(50);

fn silent(name: &str, since_milliseconds: i64) -> Error {
    let since = plain_text(since_milliseconds / 1000);
    let sentence = format!(
        "The disk {name} has not answered since {since}. Work that was begun there continues when it answers."
    );
    Error::new(Code::Offline, sentence).for_reason(Reason::DiskSilent)
}

/// The failure of work in the background that is to end because another thread does it anew.
pub fn given_way() -> Error {
    Error::new(Code::Offline, "A disk did not answer. The work was begun anew without it.")
        .for_reason(Reason::DiskSilent)
}

/// The time since when a disk that does not answer is silent, given how long it has held a thread
/// up.
fn since(held: Duration) -> i64 {
    now_milliseconds() - i64::try_from(held.as_millis()).unwrap_or(0)
}

/// True if a disk that began to wake up at that time is no longer waited for.
fn is_over(asked: Instant) -> bool {
    asked.elapsed() >= DISK_WAKING_TIME
}

#[cfg(test)]
mod tests;
