//! A thread's unit of work, and the permits on disks that it holds.

use super::Permits;
use crate::base::guarded::Guarded;
use crate::base::limits::DISK_WAKING_TIME;
use crate::error::{Code, Error};
use std::any::Any;
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A party that depends on a unit of work, such as a connection. The watching thread calls it if a
/// disk holds the unit up.
pub trait Held: Send + Sync {
    /// The disk is slow: others should take over the other tasks of this thread.
    fn is_held(&self);

    /// Called when the disk does not answer and nobody waits any longer. The unit continues when
    /// the disk lets it, and ends in some way. `note` is what the unit has stored about itself.
    /// Returns false if the unit already continues and was not given up.
    fn give_up(&self, error: &Error, note: Option<Arc<dyn Any + Send + Sync>>) -> bool;

    /// True for work in the background that is begun anew without the disk. Once it is given up, it
    /// enters no disk any more, and no other such work enters that disk before it has left.
    fn gives_way(&self) -> bool {
        false
    }
}

/// One unit of work of a thread, as the watching thread sees it.
pub(super) struct Work {
    /// Odd while the thread is in a system call on a disk. It changes at the beginning and at the
    /// end of each call.
    beat: AtomicU64,
    held: Option<Arc<dyn Held>>,
    note: Guarded<Option<Arc<dyn Any + Send + Sync>>>,
    seen: Guarded<Seen>,
    is_given_up: AtomicBool,
    /// The disk that the thread has entered last, by its address.
    entered_last: AtomicUsize,
}

/// The values that the watching thread saw at its last check.
struct Seen {
    beat: u64,
    since: Instant,
    is_told: bool,
}

impl Work {
    /// The time for which the thread has not moved on, and true if it is in a system call.
    pub fn stuck(&self) -> (Duration, bool) {
        let beat = self.beat.load(Ordering::Relaxed);
        let mut seen = self.seen.lock();
        if seen.beat != beat {
            *seen = Seen { beat, since: Instant::now(), is_told: seen.is_told };
        }
        (seen.since.elapsed(), beat % 2 == 1)
    }

    pub fn looks_alive(&self) {
        self.seen.lock().since = Instant::now();
    }

    /// As [`Held::gives_way`].
    pub fn gives_way(&self) -> bool {
        self.held.as_ref().is_some_and(|held| held.gives_way())
    }

    pub fn has_entered_last(&self, permits: &Arc<Permits>) -> bool {
        self.entered_last.load(Ordering::Relaxed) == Arc::as_ptr(permits).addr()
    }

    /// Reports once that the disk is slow.
    pub fn tell_held(&self) {
        let was_told = std::mem::replace(&mut self.seen.lock().is_told, true);
        if let (Some(held), false) = (&self.held, was_told) {
            held.is_held();
        }
    }

    pub fn is_given_up(&self) -> bool {
        self.is_given_up.load(Ordering::Acquire)
    }

    /// Gives the unit up, once. It is marked as given up before anybody is told, because it may go
    /// on at any moment and must know then.
    pub fn give_up(&self, error: &Error) {
        if self.is_given_up.swap(true, Ordering::AcqRel) {
            return;
        }
        let is_told = match &self.held {
            Some(held) => held.give_up(error, self.note.lock().clone()),
            None => true,
        };
        self.is_given_up.store(is_told, Ordering::Release);
    }
}

struct Here {
    work: Arc<Work>,
    permits: Vec<Arc<Permits>>,
    /// True if it waits or has waited for a peer. Its permits are free then.
    is_away: bool,
}

thread_local! {
    static HERE: RefCell<Option<Here>> = const { RefCell::new(None) };
}

/// A unit of work of this thread. Dropping it gives back all its permits.
pub struct Unit {
    before: Option<Here>,
}

/// Begins a unit of work.
pub fn begin(held: Option<Arc<dyn Held>>) -> Unit {
    let seen = Seen { beat: 0, since: Instant::now(), is_told: false };
    let work = Work {
        beat: AtomicU64::new(0),
        held,
        note: Guarded::new(None),
        seen: Guarded::new(seen),
        is_given_up: AtomicBool::new(false),
        entered_last: AtomicUsize::new(0),
    };
    let here = Here { work: Arc::new(work), permits: Vec::new(), is_away: false };
    Unit { before: HERE.replace(Some(here)) }
}

impl Drop for Unit {
    fn drop(&mut self) {
        if let Some(here) = HERE.replace(self.before.take()) {
            here.leave();
        }
    }
}

impl Here {
    fn leave(&self) {
        if !self.is_away {
            self.permits.iter().for_each(|permits| permits.leave(&self.work));
        }
    }
}

/// The permits that a unit has left. Another unit that continues its work takes them up.
#[derive(Clone, Default)]
pub struct Left(Vec<Arc<Permits>>);

/// The permits of this thread's unit, for another unit that continues its work.
pub fn left() -> Left {
    HERE.with_borrow(|here| Left(here.as_ref().map(|here| here.permits.clone()).unwrap_or_default()))
}

/// Takes up the permits of an earlier unit. The thread enters the disks at its next system call.
pub fn adopt(left: Left) {
    HERE.with_borrow_mut(|here| {
        if let Some(here) = here {
            here.leave();
            (here.permits, here.is_away) = (left.0, true);
        }
    });
}

/// Stores what this thread's unit is doing, for the caller that may give it up.
pub fn note(note: impl FnOnce() -> Arc<dyn Any + Send + Sync>) {
    HERE.with_borrow(|here| {
        if let Some(here) = here.as_ref().filter(|here| here.work.held.is_some()) {
            *here.work.note.lock() = Some(note());
        }
    });
}

/// True if nobody waits for this thread's unit any more, because a disk did not answer.
pub fn is_given_up() -> bool {
    HERE.with_borrow(|here| here.as_ref().is_some_and(|here| here.work.is_given_up()))
}

/// True if another thread has begun this thread's unit anew, because a disk did not answer. Then
/// this unit must end.
pub fn has_given_way() -> bool {
    HERE.with_borrow(|here| {
        here.as_ref().is_some_and(|here| here.work.is_given_up() && here.work.gives_way())
    })
}

/// Waits for a peer. Meanwhile this thread has no permit on any disk.
pub fn away<T>(wait: impl FnOnce() -> T) -> T {
    HERE.with_borrow_mut(|here| {
        if let Some(here) = here {
            here.leave();
            here.is_away = true;
        }
    });
    wait()
}

/// Makes one system call on a disk. After waiting for a peer, the thread first enters its disks
/// again. `None` if a disk does not let it in.
pub fn on_disk<T>(call: impl FnOnce() -> T) -> Option<T> {
    let is_away = HERE.with_borrow(|here| here.as_ref().is_some_and(|here| here.is_away));
    if is_away && !come_back() {
        return None;
    }
    beat();
    let value = call();
    beat();
    Some(value)
}

fn beat() {
    HERE.with_borrow(|here| {
        if let Some(here) = here {
            // Only this thread writes it.
            let beat = here.work.beat.load(Ordering::Relaxed);
            here.work.beat.store(beat + 1, Ordering::Relaxed);
        }
    });
}

/// Enters the disks again that the thread left to wait for a peer. Its work there was already
/// begun, so it waits for a permit as long as the disk is waited for.
fn come_back() -> bool {
    let Some((work, all)) = HERE.with_borrow_mut(|here| {
        let here = here.as_mut()?;
        here.is_away = false;
        Some((Arc::clone(&here.work), std::mem::take(&mut here.permits)))
    }) else {
        return true;
    };
    let deadline = Instant::now() + DISK_WAKING_TIME;
    let mut is_inside = true;
    for permits in &all {
        let came = loop {
            match permits.take_permit(&work) {
                Ok(()) => break true,
                Err(error) if error.code == Code::Offline => break false,
                Err(_) if Instant::now() >= deadline => break false,
                Err(_) => std::thread::sleep(super::PLACE_RETRY_TIME),
            }
        };
        match came {
            true => has_permit_on(permits),
            false => is_inside = false,
        }
    }
    is_inside
}

/// Notes that this thread is on its way into a disk.
pub(super) fn enters(permits: &Arc<Permits>) {
    HERE.with_borrow(|here| {
        if let Some(here) = here {
            here.work.entered_last.store(Arc::as_ptr(permits).addr(), Ordering::Relaxed);
        }
    });
}

/// This thread's unit, if it has one and this unit has no permit on the disk yet.
pub(super) fn without_permit_on(permits: &Arc<Permits>) -> Option<Arc<Work>> {
    if HERE.with_borrow(|here| here.as_ref().is_some_and(|here| here.is_away)) {
        // The unit first takes back the permits that it left for a peer. A failure is not reported
        // here: entering the same disk again reports it.
        come_back();
    }
    HERE.with_borrow(|here| {
        let here = here.as_ref()?;
        let has = here.permits.iter().any(|other| Arc::ptr_eq(other, permits));
        (!has).then(|| Arc::clone(&here.work))
    })
}

pub(super) fn has_permit_on(permits: &Arc<Permits>) {
    HERE.with_borrow_mut(|here| {
        if let Some(here) = here {
            here.permits.push(Arc::clone(permits));
        }
    });
}
