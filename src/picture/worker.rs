//! The threads that decode pictures, with low priority, each one picture at a time. They start when
//! there is work, and end after some time without work. If a decoder panics, only its picture
//! fails.

use super::damaged;
use crate::base::guarded::{Guarded, Signal};
use crate::base::limits::picture::{IDLE_TIME, WAIT_TIME, WAITING_MAX};
use crate::error::{Code, Error, Result};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, MutexGuard};
use std::time::Instant;

/// The size of the thread's stack in bytes.
const STACK_BYTES: usize = 2 * 1024 * 1024;
/// The thread's nice value. 19 is the lowest priority.
const NICENESS: i32 = 15;

type Work = Box<dyn FnOnce() + Send>;

/// The threads and the waiting work.
pub struct DecodeWorker {
    shared: Arc<Shared>,
    threads_max: usize,
}

#[derive(Default)]
struct Shared {
    state: Guarded<State>,
    told: Signal,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<(u64, Work)>,
    last_number: u64,
    threads: usize,
    /// Threads that wait for work.
    idle: usize,
}

impl DecodeWorker {
    pub fn new(threads_max: usize) -> DecodeWorker {
        DecodeWorker { shared: Arc::default(), threads_max }
    }

    /// Runs work on a thread and waits for the result.
    ///
    /// # Errors
    /// The work's own; `Code::Busy` if too much work is waiting or the time is up;
    /// `Code::Unsupported` if the work panics.
    pub fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let (sender, receiver) = mpsc::sync_channel(1);
        let number = self.submit(Box::new(move || {
            // If the caller no longer waits, the result is dropped.
            let _ = sender.send(work());
        }))?;
        match receiver.recv_timeout(WAIT_TIME) {
            Ok(result) => result,
            Err(RecvTimeoutError::Timeout) => {
                self.shared.lock().waiting.retain(|(other, _)| *other != number);
                Err(busy())
            }
            Err(RecvTimeoutError::Disconnected) => Err(damaged().because("its decoder panicked")),
        }
    }

    fn submit(&self, work: Work) -> Result<u64> {
        let mut state = self.shared.lock();
        if state.waiting.len() >= WAITING_MAX {
            return Err(busy());
        }
        state.last_number += 1;
        let number = state.last_number;
        if state.threads < self.threads_max && state.waiting.len() >= state.idle {
            let shared = Arc::clone(&self.shared);
            let thread = std::thread::Builder::new().name("pictures".into()).stack_size(STACK_BYTES);
            thread.spawn(move || shared.work_until_idle()).map_err(Error::internal)?;
            state.threads += 1;
        }
        state.waiting.push_back((number, work));
        self.shared.told.notify_one();
        Ok(number)
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    fn work_until_idle(&self) {
        // On Linux, 0 means the calling thread and not its process.
        if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
            log::info!("the priority of the thread that draws pictures could not be lowered: {error}");
        }
        while let Some(work) = self.next() {
            if catch_unwind(AssertUnwindSafe(work)).is_err() {
                log::warn!("a picture decoder panicked, and its picture is not shown");
            }
        }
    }

    fn next(&self) -> Option<Work> {
        let mut state = self.lock();
        let leaves_at = Instant::now() + IDLE_TIME;
        loop {
            if let Some((_, work)) = state.waiting.pop_front() {
                return Some(work);
            }
            let now = Instant::now();
            if now >= leaves_at {
                state.threads -= 1;
                return None;
            }
            state.idle += 1;
            state = self.told.wait_for(state, leaves_at - now);
            state.idle -= 1;
        }
    }
}

fn busy() -> Error {
    Error::new(Code::Busy, "Too many pictures are being drawn. Please try again in a moment.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_fails_its_own_work_alone() {
        let worker = DecodeWorker::new(1);
        let error = worker.run(|| -> Result<()> { panic!("a bug in a decoder") }).unwrap_err();
        assert_eq!(error.code, Code::Unsupported);
        assert_eq!(worker.run(|| Ok(7)).unwrap(), 7);
    }

    #[test]
    fn two_threads_work_at_the_same_time() {
        let worker = Arc::new(DecodeWorker::new(2));
        let (first, second) = (Arc::new(std::sync::Barrier::new(2)), Arc::clone(&worker));
        let meeting = Arc::clone(&first);
        let other = std::thread::spawn(move || second.run(move || Ok(meeting.wait().is_leader())));
        // Each waits for the other.
        let is_leader = worker.run(move || Ok(first.wait().is_leader())).unwrap();
        assert_ne!(is_leader, other.join().unwrap().unwrap());
        assert!(worker.shared.lock().threads <= 2);
    }

    #[test]
    fn more_than_may_wait_is_refused_at_once() {
        let worker = DecodeWorker::new(1);
        let (release, released) = mpsc::channel::<()>();
        let (begun, has_begun) = mpsc::channel();
        worker
            .submit(Box::new(move || {
                begun.send(()).unwrap();
                released.recv().unwrap();
            }))
            .unwrap();
        has_begun.recv().unwrap();
        for _ in 0..WAITING_MAX {
            worker.submit(Box::new(|| {})).unwrap();
        }
        assert_eq!(worker.run(|| Ok(())).unwrap_err().code, Code::Busy);
        release.send(()).unwrap();
        let room = || worker.shared.lock().waiting.is_empty();
        while !room() {
            std::thread::yield_now();
        }
        worker.run(|| Ok(())).unwrap();
    }
}
