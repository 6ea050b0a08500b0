//! The thread that looks after the threads inside disks. It sleeps while no thread is inside.

use super::{Answers, Permits, State, is_over, since};
use crate::base::guarded::{Guarded, Signal};
use crate::base::limits::{DISK_CALL_TIME, DISK_SLOW_TIME};
use crate::base::permits::work::Work;
use crate::base::vital;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

/// The interval between two checks of the threads.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// The thread goes to sleep after this many checks that found no thread inside.
const IDLE_LOOKS: u32 = 8;
/// A disk that has answered is not asked again for this time.
const BELIEVED_TIME: Duration = Duration::from_secs(5);

static ALL: Guarded<Vec<Weak<Permits>>> = Guarded::new(Vec::new());
static IS_AWAKE: AtomicBool = AtomicBool::new(false);
static HAS_THREAD: Guarded<bool> = Guarded::new(false);
static WAKE: Signal = Signal::new();

pub(super) fn register(permits: &Arc<Permits>) {
    let mut all = ALL.lock();
    all.retain(|known| known.strong_count() > 0);
    all.push(Arc::downgrade(permits));
}

/// Logs which disks still have threads inside. Called when the program ends.
pub fn log_inside() {
    for permits in ALL.lock().iter().filter_map(Weak::upgrade) {
        let threads = permits.state.lock().inside.len();
        if threads > 0 {
            log::warn!("not waiting for {threads} threads inside the disk {}", permits.name);
        }
    }
}

/// Wakes this thread. Called after a thread has entered a disk.
pub(super) fn wake() {
    if IS_AWAKE.load(Ordering::Relaxed) || IS_AWAKE.swap(true, Ordering::AcqRel) {
        return;
    }
    let mut has_thread = HAS_THREAD.lock();
    if !*has_thread {
        match vital::spawn("disk watch", watch) {
            Ok(_) => *has_thread = true,
            Err(error) => {
                log::error!("the disks are not watched, because no thread could be started: {error}");
                IS_AWAKE.store(false, Ordering::Release);
            }
        }
    }
    WAKE.notify_all();
}

fn watch() {
    let mut idle_looks = 0;
    loop {
        std::thread::sleep(LOOK_EVERY);
        let all: Vec<Arc<Permits>> = ALL.lock().iter().filter_map(Weak::upgrade).collect();
        let is_busy = all.iter().map(look).fold(false, |one, other| one | other);
        idle_looks = if is_busy { 0 } else { idle_looks + 1 };
        if idle_looks >= IDLE_LOOKS {
            idle_looks = 0;
            let mut held = HAS_THREAD.lock();
            IS_AWAKE.store(false, Ordering::SeqCst);
            // A thread may have entered a disk just before this thread went to sleep.
            if all.iter().any(|permits| !permits.state.lock().inside.is_empty()) {
                IS_AWAKE.store(true, Ordering::SeqCst);
            }
            while !IS_AWAKE.load(Ordering::Acquire) {
                held = WAKE.wait(held);
            }
        }
    }
}

/// Looks after one disk. Returns true if it must be looked at again.
fn look(permits: &Arc<Permits>) -> bool {
    let mut state = permits.state.lock();
    let longest = state.inside.iter().map(|work| work.stuck().0).max().unwrap_or_default();
    if longest >= DISK_SLOW_TIME {
        let is_believed = state.last_answer.is_some_and(|last| last.elapsed() < BELIEVED_TIME);
        if state.asked.is_none() && !is_believed {
            state.asked = ask(permits).then(Instant::now);
        }
    }
    note_silence(permits, &mut state, longest);
    let answers = state.answers;
    let inside = state.inside.clone();
    // Units that were given up leave by themselves.
    let is_busy =
        inside.iter().any(|work| !work.is_given_up()) || matches!(state.answers, Answers::Waking(_));
    drop(state);
    for work in inside {
        look_after(permits, &work, answers);
    }
    is_busy
}

/// Notes how long the disk has left the question unanswered.
fn note_silence(permits: &Permits, state: &mut State, held: Duration) {
    let Some(asked) = state.asked else { return };
    state.answers = match state.answers {
        Answers::Promptly if asked.elapsed() >= DISK_SLOW_TIME => {
            log::warn!("the disk {} is slow or asleep; waiting for it", permits.name);
            Answers::Waking(since(held.max(asked.elapsed())))
        }
        Answers::Waking(since) if is_over(asked) => {
            let inside = state.inside.len();
            log::error!("the disk {} does not answer; threads inside it: {inside}", permits.name);
            Answers::Silent(since)
        }
        unchanged => unchanged,
    };
    if state.answers != Answers::Promptly {
        state.last_slow = Some(Instant::now());
        permits.changed.notify_all();
    }
}

/// Tells those who depend on a unit what holds it up. When a disk becomes silent, all threads in it
/// are given up at once, even those that have just entered it.
fn look_after(permits: &Arc<Permits>, work: &Arc<Work>, answers: Answers) {
    let (stuck, is_in_call) = work.stuck();
    // Outside of system calls, a thread may wait for another one that the disk holds up. If the
    // disk answers, the thread waits for something else.
    if stuck >= DISK_SLOW_TIME && (is_in_call || answers != Answers::Promptly) {
        work.tell_held();
    }
    let is_silent = matches!(answers, Answers::Silent(_));
    let takes_too_long = is_in_call && stuck >= DISK_CALL_TIME;
    // Work in the background leaves a disk alone for long, so it must be the right one.
    let is_here = !work.gives_way() || work.has_entered_last(permits);
    if (is_silent && stuck >= DISK_SLOW_TIME) || (takes_too_long && is_here) {
        if work.gives_way() && !work.is_given_up() {
            let mut state = permits.state.lock();
            if state.inside.iter().any(|inside| Arc::ptr_eq(inside, work)) {
                state.given_way.push(Arc::clone(work));
            }
        }
        work.give_up(&permits.does_not_answer());
    }
}

/// Asks a disk in a thread of its own, because the question may never return. False if no thread
/// could be started.
fn ask(permits: &Arc<Permits>) -> bool {
    let asking = Arc::clone(permits);
    let ask = move || {
        (asking.ask)();
        asking.has_answered();
    };
    let thread = std::thread::Builder::new().name("disk answers".into()).spawn(ask);
    if let Err(error) = &thread {
        log::error!(
            "no thread could be started to ask the disk {} whether it answers: {error}",
            permits.name
        );
    }
    thread.is_ok()
}

impl Permits {
    fn has_answered(&self) {
        let mut state = self.state.lock();
        let took = state.asked.take().map_or(Duration::ZERO, |asked| asked.elapsed());
        state.last_answer = Some(Instant::now());
        if state.answers != Answers::Promptly {
            state.answers = Answers::Promptly;
            log::info!("the disk {} answers again, after {} s", self.name, took.as_secs());
        }
        self.changed.notify_all();
    }
}
