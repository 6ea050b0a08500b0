//! The worker pool: threads for calls that may block. Threads start when there is work and end
//! after some idle time. Some of them are reserved: calls that depend on a peer's speed, and calls
//! of strangers, may not use all threads, so that small calls of people always find one.

use super::guest_pace::Pace;
use super::guest_queue::GuestQueue;
use crate::base::guarded::{Guarded, Signal};
use crate::base::limits::{QUEUED_CALLS_MAX, WORKER_IDLE_TIME};
use crate::base::network::Network;
use rustix::time::{ClockId, clock_gettime};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, MutexGuard};
use std::time::{Duration, Instant};

/// The size of a worker's stack in bytes.
const STACK_BYTES: usize = 1024 * 1024;
/// No network of guests rests for as long as this.
const REST_AT_MOST: Duration = Duration::from_secs(3600);

/// The way in which a job uses its worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// The job does not wait for its peer.
    Light,
    /// The job waits for its peer.
    Slow,
    /// The job does not wait for its peer, and comes from a caller in this network who is not
    /// signed in.
    Guest(Network),
}

/// A pool of threads for jobs.
pub struct Workers<J: Send + 'static> {
    shared: Arc<Shared<J>>,
}

type Run<J> = dyn Fn(J, &Arc<Ticket>) + Send + Sync;

/// A running job. If a disk holds it up, the job is written off: another thread may start in its
/// place, and its own thread ends with it.
pub struct Ticket {
    load: Load,
    state: AtomicU8,
}

const RUNNING: u8 = 0;
const ENDED: u8 = 1;
const WRITTEN_OFF: u8 = 2;

impl Ticket {
    fn new(load: Load) -> Arc<Ticket> {
        Arc::new(Ticket { load, state: AtomicU8::new(RUNNING) })
    }

    /// Ends a running job in one of two ways. Returns false if it has already ended in the other
    /// way.
    fn ends_as(&self, end: u8) -> bool {
        self.state.compare_exchange(RUNNING, end, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

struct Shared<J> {
    state: Guarded<State<J>>,
    work: Signal,
    done: Signal,
    threads_max: usize,
    slow_max: usize,
    guests_max: usize,
    run: Box<Run<J>>,
}

struct State<J> {
    light: VecDeque<J>,
    slow: VecDeque<J>,
    guests: GuestQueue<J>,
    threads: usize,
    /// The threads that have been started and have not asked for a job yet.
    starting: usize,
    idle: usize,
    slow_running: usize,
    /// True if an idle thread wakes up when the first network of guests has rested.
    has_timekeeper: bool,
    /// The threads whose jobs are written off. They are not among `threads`.
    written_off: usize,
    is_stopping: bool,
}

impl<J: Send + 'static> Workers<J> {
    /// A pool with at most `threads_max` threads. A quarter of them run only light jobs, an eighth
    /// run jobs of guests, and the rest run slow jobs.
    pub fn new(threads_max: usize, run: impl Fn(J, &Arc<Ticket>) + Send + Sync + 'static) -> Workers<J> {
        let threads_max = threads_max.max(3);
        let guests_max = (threads_max / 8).max(1);
        let slow_max = threads_max - (threads_max / 4).max(1) - guests_max;
        let state = State {
            light: VecDeque::new(),
            slow: VecDeque::new(),
            guests: GuestQueue::new(Pace::of_this_machine()),
            threads: 0,
            starting: 0,
            idle: 0,
            slow_running: 0,
            has_timekeeper: false,
            written_off: 0,
            is_stopping: false,
        };
        let shared = Shared {
            state: Guarded::new(state),
            work: Signal::new(),
            done: Signal::new(),
            threads_max,
            slow_max,
            guests_max,
            run: Box::new(run),
        };
        Workers { shared: Arc::new(shared) }
    }

    /// Submits a job. Returns it if too many are waiting.
    pub fn submit(&self, job: J, load: Load) -> Result<(), J> {
        let mut state = self.shared.state.lock();
        match load {
            Load::Guest(network) => state.guests.put(job, network)?,
            _ if state.light.len() + state.slow.len() >= QUEUED_CALLS_MAX => return Err(job),
            Load::Light => state.light.push_back(job),
            Load::Slow => state.slow.push_back(job),
        }
        self.start_as_needed(state);
        Ok(())
    }

    /// Starts or wakes a thread if there is a job that it could start now.
    fn start_as_needed(&self, mut state: MutexGuard<'_, State<J>>) {
        let startable = state.startable(&self.shared);
        // A thread that has just been started will take a job, too, so it is counted. Otherwise,
        // jobs that come faster than threads start would each start one, even if few of them may
        // run.
        if startable > state.idle + state.starting && state.threads < self.shared.threads_max {
            state.threads += 1;
            state.starting += 1;
            drop(state);
            self.start_thread();
        } else if startable > 0 && state.idle > 0 {
            drop(state);
            self.shared.work.notify_one();
        }
    }

    /// Writes off a running job: its thread and its place no longer count, and another thread may
    /// start.
    pub fn write_off(&self, ticket: &Ticket) {
        let mut state = self.shared.state.lock();
        // This happens under the lock, so that a job that ends right now is counted once.
        if ticket.ends_as(WRITTEN_OFF) {
            state.threads -= 1;
            state.written_off += 1;
            state.gave_back(ticket.load, Duration::ZERO);
            self.start_as_needed(state);
        }
    }

    /// The number of threads that wait for a disk and are written off.
    pub fn written_off(&self) -> usize {
        self.shared.state.lock().written_off
    }

    /// Removes waiting jobs of guests that a closure chooses from the queue, the newest first. The
    /// closure must not use the pool.
    pub fn withdraw_guests(&self, is_chosen: impl FnMut(&J) -> bool) -> Vec<J> {
        self.shared.state.lock().guests.withdraw(is_chosen)
    }

    /// The same for jobs of people: slow jobs first, then light ones.
    pub fn withdraw_people(&self, mut is_chosen: impl FnMut(&J) -> bool) -> Vec<J> {
        let mut withdrawn = Vec::new();
        let State { slow, light, .. } = &mut *self.shared.state.lock();
        for queue in [slow, light] {
            for at in (0..queue.len()).rev() {
                if is_chosen(&queue[at]) {
                    withdrawn.extend(queue.remove(at));
                }
            }
        }
        withdrawn
    }

    /// True if a light job would start at once.
    pub fn has_room(&self) -> bool {
        let state = self.shared.state.lock();
        state.idle + state.starting > state.light.len() || state.threads < self.shared.threads_max
    }

    /// The number of threads that run a job.
    pub fn busy(&self) -> usize {
        let state = self.shared.state.lock();
        state.threads - state.idle
    }

    /// Takes a slow place for a running job that has become slow. Returns false if there is none.
    pub fn becomes_slow(&self) -> bool {
        let mut state = self.shared.state.lock();
        let has_room = state.slow_running < self.shared.slow_max;
        state.slow_running += usize::from(has_room);
        has_room
    }

    /// Gives back the slow place of a running job.
    pub fn is_light_again(&self) {
        self.shared.state.lock().slow_running -= 1;
        self.shared.work.notify_one();
    }

    /// Ends idle threads and waits for all jobs, up to a time limit. Returns true if all have
    /// ended.
    pub fn finish(&self, time: Duration) -> bool {
        let deadline = Instant::now() + time;
        let mut state = self.shared.state.lock();
        state.is_stopping = true;
        self.shared.work.notify_all();
        while state.threads > 0 {
            let now = Instant::now();
            if now >= deadline {
                return false;
            }
            state = self.shared.done.wait_for(state, deadline - now);
        }
        true
    }

    fn start_thread(&self) {
        let shared = Arc::clone(&self.shared);
        let thread = std::thread::Builder::new().name("worker".into()).stack_size(STACK_BYTES);
        if let Err(error) = thread.spawn(move || shared.work_until_idle()) {
            log::error!("a worker thread could not be started: {error}");
            let mut state = self.shared.state.lock();
            state.threads -= 1;
            state.starting -= 1;
        }
    }
}

impl<J> State<J> {
    /// The number of jobs that a thread could start now.
    fn startable(&self, limits: &Shared<J>) -> usize
    where
        J: Send + 'static,
    {
        let slow = self.slow.len().min(limits.slow_max.saturating_sub(self.slow_running));
        let ready = self.guests.ready(Instant::now()).max(usize::from(self.lacks_timekeeper()));
        let guests = ready.min(limits.guests_max.saturating_sub(self.guests.running()));
        self.light.len() + slow + guests
    }

    /// True if guests wait and no thread would notice that they have rested.
    fn lacks_timekeeper(&self) -> bool {
        self.guests.waiting() > 0 && !self.has_timekeeper
    }

    /// Frees the place of a job that has ended, and that has used this much processor time.
    fn gave_back(&mut self, load: Load, used: Duration) {
        match load {
            Load::Light => {}
            Load::Slow => self.slow_running -= 1,
            Load::Guest(network) => self.guests.ended(network, used, Instant::now()),
        }
    }
}

/// The processor time of this thread while it does something.
fn processor_time_of(work: impl FnOnce()) -> Duration {
    let now = || Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default();
    let before = now();
    work();
    now().saturating_sub(before)
}

impl<J> Shared<J> {
    fn work_until_idle(&self) {
        let mut state = self.state.lock();
        state.starting -= 1;
        while let Some((job, load)) = self.next_job(state) {
            let ticket = Ticket::new(load);
            let used = match load {
                Load::Guest(_) => processor_time_of(|| (self.run)(job, &ticket)),
                _ => {
                    (self.run)(job, &ticket);
                    Duration::ZERO
                }
            };
            state = self.state.lock();
            if !ticket.ends_as(ENDED) {
                state.written_off -= 1;
                return;
            }
            state.gave_back(load, used);
            if load != Load::Light {
                // Another job may have waited for this place.
                self.work.notify_one();
            }
        }
    }

    fn next_job(&self, mut state: MutexGuard<'_, State<J>>) -> Option<(J, Load)> {
        let leaves_at = Instant::now() + WORKER_IDLE_TIME;
        loop {
            if let Some(job) = state.light.pop_front() {
                return Some((job, Load::Light));
            }
            if state.slow_running < self.slow_max {
                if let Some(job) = state.slow.pop_front() {
                    state.slow_running += 1;
                    return Some((job, Load::Slow));
                }
            }
            let now = Instant::now();
            // While the server stops, nobody rests: what waits is answered.
            let rested_by = if state.is_stopping { now + REST_AT_MOST } else { now };
            if let Some((job, network)) = state.guests.next(self.guests_max, rested_by) {
                return Some((job, Load::Guest(network)));
            }
            let rested_at = state.guests.rested_at(now).filter(|_| !state.has_timekeeper);
            // The thread that gives a place back starts the next slow job, so this thread need not
            // wait for it.
            if state.is_stopping || now >= leaves_at && rested_at.is_none() {
                state.threads -= 1;
                self.done.notify_all();
                return None;
            }
            state.has_timekeeper |= rested_at.is_some();
            state.idle += 1;
            let until = rested_at.unwrap_or(leaves_at);
            state = self.work.wait_for(state, until.saturating_duration_since(now));
            if rested_at.is_some() {
                // Another thread keeps the time, in case that this one gets a long job.
                state.has_timekeeper = false;
                self.work.notify_one();
            }
            state.idle -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Reverse;
    use std::sync::mpsc::{Receiver, channel};

    const THREADS_MAX: usize = 32;
    const GUESTS_MAX: usize = 4;
    const SLOW_MAX: usize = 20;

    /// A pool whose jobs wait until the sender of theirs is dropped.
    fn pool() -> Workers<Receiver<()>> {
        Workers::new(THREADS_MAX, |job: Receiver<()>, _| {
            job.recv().unwrap_err();
        })
    }

    fn network(number: u8) -> Network {
        Network::of_caller([192, 0, 2, number].into())
    }

    #[test]
    fn no_more_threads_start_than_jobs_may_run() {
        for (what, load, jobs, threads) in [
            ("slow jobs", Load::Slow, 100, SLOW_MAX),
            ("light jobs", Load::Light, 100, THREADS_MAX),
            ("jobs of guests", Load::Guest(network(1)), 100, GUESTS_MAX),
            ("few jobs", Load::Light, 3, 3),
        ] {
            let workers = pool();
            let mut held = Vec::new();
            for _ in 0..jobs {
                let (hold, job) = channel();
                held.push(hold);
                workers.submit(job, load).unwrap();
            }
            let started = workers.shared.state.lock().threads;
            assert_eq!(started, threads, "{what}");
            drop(held);
            assert!(workers.finish(Duration::from_secs(60)), "{what}");
        }
    }

    #[test]
    fn jobs_that_are_withdrawn_do_not_run() {
        let workers = Workers::new(3, |(_, job): (u8, Receiver<()>), _| {
            job.recv().unwrap_err();
        });
        let mut held = Vec::new();
        for number in 0..12 {
            let (hold, job) = channel();
            held.push(hold);
            let load = [Load::Light, Load::Slow, Load::Guest(network(1))][usize::from(number) % 3];
            workers.submit((number, job), load).unwrap();
        }
        let numbers = |jobs: Vec<(u8, _)>| jobs.into_iter().map(|(number, _)| number).collect::<Vec<_>>();
        // Three threads have at most three of the first jobs.
        assert_eq!(numbers(workers.withdraw_guests(|(number, _)| *number >= 8)), [11, 8]);
        assert_eq!(numbers(workers.withdraw_people(|(number, _)| *number >= 6)), [10, 7, 9, 6]);
        let rest = numbers(workers.withdraw_people(|_| true));
        let is_in_order = rest.is_sorted_by_key(|number| (Reverse(number % 3), Reverse(*number)));
        assert!(is_in_order, "the newest of a kind first: {rest:?}");
        workers.withdraw_guests(|_| true);
        assert_eq!(workers.shared.state.lock().guests.waiting(), 0);
        drop(held);
        assert!(workers.finish(Duration::from_secs(60)));
    }
    #[test]
    fn jobs_that_are_written_off_leave_their_threads_to_others() {
        for load in [Load::Light, Load::Slow, Load::Guest(network(1))] {
            let tickets = Arc::new(Guarded::new(Vec::new()));
            let noted = Arc::clone(&tickets);
            let workers = Workers::new(4, move |job: Receiver<()>, ticket: &Arc<Ticket>| {
                noted.lock().push(Arc::clone(ticket));
                job.recv().unwrap_err();
            });
            let mut held = Vec::new();
            // More than can run, each written off as soon as it runs.
            for count in 1..=9 {
                let (hold, job) = channel();
                held.push(hold);
                workers.submit(job, load).unwrap();
                while tickets.lock().len() < count {
                    std::thread::yield_now();
                }
                let ticket = Arc::clone(tickets.lock().last().unwrap());
                workers.write_off(&ticket);
                workers.write_off(&ticket);
                assert_eq!(workers.written_off(), count, "{load:?}");
            }
            // The test waits for none of them.
            assert!(workers.finish(Duration::from_secs(60)), "{load:?}");
            drop(held);
            while workers.written_off() > 0 {
                std::thread::yield_now();
            }
            assert_eq!(workers.shared.state.lock().threads, 0, "{load:?}");
        }
    }
}
