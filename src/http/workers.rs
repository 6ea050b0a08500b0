//! The worker pool: threads for calls that may block. Threads start when there is work and end
//! after some idle time. Some of them are reserved: calls that depend on a peer's speed, and calls
//! of strangers, may not use all threads, so that small calls of people always find one.

use super::guest_pace::{Paces, processor_time};
use super::guest_queue::{Guest, GuestQueue};
use crate::base::guarded::{Guarded, Signal};
use crate::base::limits::{QUEUED_CALLS_MAX, WORKER_IDLE_TIME};
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
    /// The job does not wait for its peer, and comes from a caller who is not signed in.
    Guest(Guest),
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

/// What idle threads could do.
struct Needed {
    /// The number of threads that have something to do: a job, or to wait until a network has rested.
    threads: usize,
    /// True if one of them has to be woken.
    wakes: bool,
}

impl<J: Send + 'static> Workers<J> {
    /// A pool with at most `threads_max` threads. A quarter of them run only light jobs, an eighth
    /// run jobs of guests, and the rest run slow jobs.
    pub fn new(threads_max: usize, run: impl Fn(J, &Arc<Ticket>) + Send + Sync + 'static) -> Workers<J> {
        Workers::with_paces(threads_max, Paces::of_this_machine(), run)
    }

    fn with_paces(
        threads_max: usize,
        paces: Paces,
        run: impl Fn(J, &Arc<Ticket>) + Send + Sync + 'static,
    ) -> Workers<J> {
        let threads_max = threads_max.max(3);
        let guests_max = (threads_max / 8).max(1);
        let slow_max = threads_max - (threads_max / 4).max(1) - guests_max;
        let state = State {
            light: VecDeque::new(),
            slow: VecDeque::new(),
            guests: GuestQueue::new(paces),
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
            Load::Guest(guest) => state.guests.put(job, guest)?,
            _ if state.light.len() + state.slow.len() >= QUEUED_CALLS_MAX => return Err(job),
            Load::Light => state.light.push_back(job),
            Load::Slow => state.slow.push_back(job),
        }
        self.start_as_needed(state);
        Ok(())
    }

    /// Starts or wakes a thread if there is a job that it could start now.
    fn start_as_needed(&self, mut state: MutexGuard<'_, State<J>>) {
        let needed = state.needed(&self.shared);
        // A thread that has just been started will take a job, too, so it is counted. Otherwise,
        // jobs that come faster than threads start would each start one, even if few of them may
        // run.
        if needed.threads > state.idle + state.starting && state.threads < self.shared.threads_max {
            state.threads += 1;
            state.starting += 1;
            drop(state);
            self.start_thread();
        } else if needed.wakes && state.idle > 0 {
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

impl<J: Send + 'static> State<J> {
    /// What idle threads could do now.
    fn needed(&self, limits: &Shared<J>) -> Needed {
        let now = Instant::now();
        let slow = self.slow.len().min(limits.slow_max.saturating_sub(self.slow_running));
        let guests = self.guests.ready(now).min(limits.guests_max.saturating_sub(self.guests.running()));
        let jobs = self.light.len() + slow + guests;
        let some_rest = self.guests.rested_at(now).is_some();
        Needed {
            threads: jobs + usize::from(some_rest),
            wakes: jobs > 0 || some_rest && !self.has_timekeeper,
        }
    }

    /// Takes the next job that may run.
    fn take(&mut self, limits: &Shared<J>, now: Instant) -> Option<(J, Load)> {
        if let Some(job) = self.light.pop_front() {
            return Some((job, Load::Light));
        }
        if self.slow_running < limits.slow_max {
            if let Some(job) = self.slow.pop_front() {
                self.slow_running += 1;
                return Some((job, Load::Slow));
            }
        }
        // While the server stops, nobody rests: what waits is answered.
        let rested_by = if self.is_stopping { now + REST_AT_MOST } else { now };
        let (job, guest) = self.guests.next(limits.guests_max, rested_by)?;
        Some((job, Load::Guest(guest)))
    }

    /// The processor time at which a job of guests begins, if some wait. The search for the job
    /// counts for it, because very many small jobs take as much as few large ones.
    fn guests_began(&self) -> Option<Duration> {
        (self.guests.waiting() > 0).then(processor_time)
    }

    /// Frees the place of a job that has ended, and that has used this much processor time.
    fn gave_back(&mut self, load: Load, used: Duration) {
        match load {
            Load::Light => {}
            Load::Slow => self.slow_running -= 1,
            Load::Guest(guest) => self.guests.ended(guest, used, Instant::now()),
        }
    }
}

impl<J: Send + 'static> Shared<J> {
    fn work_until_idle(&self) {
        let mut state = self.state.lock();
        state.starting -= 1;
        let mut since = state.guests_began();
        while let Some((job, load)) = self.next_job(state) {
            let ticket = Ticket::new(load);
            if let (Load::Guest(..), None) = (load, since) {
                since = Some(processor_time());
            }
            (self.run)(job, &ticket);
            state = self.state.lock();
            if !ticket.ends_as(ENDED) {
                state.written_off -= 1;
                return;
            }
            state.gave_back(
                load,
                since.map_or(Duration::ZERO, |since| processor_time().saturating_sub(since)),
            );
            since = state.guests_began();
        }
    }

    /// The next job for this thread. Wakes another thread if there is a further one.
    fn next_job(&self, mut state: MutexGuard<'_, State<J>>) -> Option<(J, Load)> {
        let leaves_at = Instant::now() + WORKER_IDLE_TIME;
        loop {
            let now = Instant::now();
            if let Some(found) = state.take(self, now) {
                if state.idle > 0 && state.needed(self).wakes {
                    self.work.notify_one();
                }
                return Some(found);
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
            state.idle -= 1;
            if rested_at.is_some() {
                state.has_timekeeper = false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::network::Network;
    use crate::http::guest_pace::Pace;
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

    fn guest(number: u8) -> Guest {
        Guest::stranger(Network::of_caller([192, 0, 2, number].into()))
    }

    #[test]
    fn no_more_threads_start_than_jobs_may_run() {
        for (what, load, jobs, threads) in [
            ("slow jobs", Load::Slow, 100, SLOW_MAX),
            ("light jobs", Load::Light, 100, THREADS_MAX),
            ("jobs of guests", Load::Guest(guest(1)), 100, GUESTS_MAX),
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
    fn guests_rest_and_every_job_runs_in_the_end() {
        let pace = Pace::new(10, 1, Duration::from_millis(5));
        let paces = Paces { calls: pace, lookups: pace };
        let (done, all_done) = channel();
        let workers = Workers::with_paces(8, paces, move |(number, works): (usize, bool), _| {
            let since = processor_time();
            while works && processor_time() - since < Duration::from_millis(1) {}
            done.send(number).unwrap();
        });
        let begun = Instant::now();
        // Two networks that use much, and light jobs between them.
        for number in 0..60 {
            let load = [Load::Guest(guest(1)), Load::Guest(guest(2)), Load::Light][number % 3];
            workers.submit((number, load != Load::Light), load).unwrap();
        }
        let mut all: Vec<usize> = all_done.iter().take(60).collect();
        all.sort_unstable();
        assert_eq!(all, (0..60).collect::<Vec<_>>());
        // Each network has used 20 milliseconds, of which five were free.
        assert!(begun.elapsed() >= Duration::from_millis(100), "{:?}", begun.elapsed());
        assert!(workers.finish(Duration::from_secs(60)));
    }

    #[test]
    fn jobs_of_guests_that_rest_are_run_when_the_server_stops() {
        let pace = Pace::new(10, 1, Duration::ZERO);
        let paces = Paces { calls: pace, lookups: pace };
        let (done, all_done) = channel();
        let workers = Workers::with_paces(3, paces, move |_: (), _| {
            let since = processor_time();
            while processor_time() - since < Duration::from_millis(150) {}
            done.send(()).unwrap();
        });
        for _ in 0..2 {
            workers.submit((), Load::Guest(guest(1))).unwrap();
        }
        all_done.recv().unwrap();
        // The second job would rest for more than a second.
        assert!(workers.finish(Duration::from_secs(60)));
        assert_eq!(all_done.try_iter().count(), 1);
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
            let load = [Load::Light, Load::Slow, Load::Guest(guest(1))][usize::from(number) % 3];
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
        for load in [Load::Light, Load::Slow, Load::Guest(guest(1))] {
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
