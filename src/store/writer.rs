//! The writer thread. It commits everything that is queued in one transaction, with one sync.

use super::audit::AuditRow;
use super::audit_queue::AuditQueue;
use super::checkpoint::empty_log;
use super::probes::{self, LastWrite, Probes, Question};
use super::readers::Readers;
use super::{ACCOUNTS_CHANGES, CLOCK_SEEN, Ground, Versions, Write, answer, audit_chain, folder_sizes, meta};
use crate::base::clock::Clock;
use crate::base::free_memory;
use crate::base::guarded::{Guarded, Signal};
use crate::base::vital;
use crate::error::{Code, Error, Result};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The maximum number of changes in one transaction. A larger group would only make its first
/// change wait.
const GROUP_MAX: usize = 256;
/// A group is gathered for at most this fraction of the time that the last group took.
const GATHERING_PART: u32 = 4;
/// The longest time to gather a group. The last group may have been long because of one slow
/// change.
const GATHERING_MAX: Duration = Duration::from_millis(20);
/// A caller that comes back at once after an answer does so within this time.
const COMES_BACK_WITHIN: Duration = Duration::from_millis(50);
/// The maximum number of waiting changes. Beyond it, callers are asked to try again later.
const QUEUE_MAX: usize = 4096;
/// After this time without a group, the memory of all connections to the database is given back.
const RESTS_AFTER: Duration = Duration::from_secs(3);
/// The shortest time between two records of the clock.
const NOTED_EVERY_SECONDS: i64 = 3600;

/// Called after the commit, with its error if it failed.
type Finish = Box<dyn FnOnce(Option<Error>) + Send>;
/// Called with the open transaction, or with the reason why there is none.
type Job = Box<dyn FnOnce(Result<&Write>) -> Finish + Send>;

pub struct Writer {
    shared: Arc<Shared>,
    thread: Guarded<Option<JoinHandle<()>>>,
}

/// The next step of the writer.
enum Work {
    Group(Vec<Job>, Vec<AuditRow>),
    /// Somebody asks whether the database can be changed.
    Probes,
    /// Nobody has used the database for a while.
    Rest,
}

struct Shared {
    queue: Guarded<Queue>,
    /// Wakes the writer when there is work, and when it must end.
    work: Signal,
    /// Wakes callers when the queue has room for audit rows.
    room: Signal,
    /// Wakes callers when their probes are answered.
    probed: Signal,
    ground: Arc<dyn Ground>,
    readers: Arc<Readers>,
    versions: Arc<Versions>,
    clock: Arc<Clock>,
    /// The time of the clock that was recorded last.
    noted: AtomicI64,
    started: Instant,
    /// The time of the last commit, in seconds since the start.
    written: AtomicU64,
}

struct Queue {
    jobs: VecDeque<Job>,
    audit: AuditQueue,
    probes: Probes,
    /// The number of changes that wake the writer. `None` while it works: it checks the queue
    /// itself before it waits again.
    wakes_at: Option<usize>,
    stopping: bool,
    stopped: bool,
    /// A planned fault, from the thread that queued the last change.
    #[cfg(test)]
    plan: Option<Arc<crate::base::fault_injection::Plan>>,
}

impl Queue {
    fn new(audit_flush: Duration) -> Queue {
        Queue {
            jobs: VecDeque::new(),
            audit: AuditQueue::new(audit_flush),
            probes: Probes::default(),
            wakes_at: None,
            stopping: false,
            stopped: false,
            #[cfg(test)]
            plan: None,
        }
    }
}

impl Writer {
    /// Starts the thread, which first opens the database. `open` has told the reason if it returns
    /// nothing, and no change is taken then.
    pub fn start(
        open: impl FnOnce() -> Option<Write> + Send + 'static,
        audit_flush: Duration,
        ground: Arc<dyn Ground>,
        readers: Arc<Readers>,
        versions: Arc<Versions>,
        clock: Arc<Clock>,
    ) -> Result<Writer> {
        let shared = Arc::new(Shared {
            queue: Guarded::new(Queue::new(audit_flush)),
            work: Signal::new(),
            room: Signal::new(),
            probed: Signal::new(),
            ground,
            readers,
            versions,
            noted: AtomicI64::new(clock.last_seen()),
            clock,
            started: Instant::now(),
            written: AtomicU64::new(0),
        });
        let for_thread = Arc::clone(&shared);
        let thread = vital::spawn("writer", move || for_thread.run(open)).map_err(Error::internal)?;
        Ok(Writer { shared, thread: Guarded::new(Some(thread)) })
    }

    pub fn run<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Write) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        #[cfg(test)]
        crate::base::work_done::note("a commit");
        let (answering, answer) = answer::new();
        self.enqueue(Box::new(move |write| {
            let result = write.and_then(|write| guarded(write, change));
            Box::new(move |failure| answering.give(failure.map_or(result, Err)))
        }))?;
        answer.wait()
    }

    pub fn run_later<T: Send + 'static>(&self, change: impl FnOnce(&Write) -> Result<T> + Send + 'static) {
        let queued = self.enqueue(Box::new(move |write| {
            let result = write.and_then(|write| guarded(write, change));
            Box::new(move |failure| {
                if let Err(error) = failure.map_or(result, Err) {
                    log::warn!("a change in the background failed: {error}");
                }
            })
        }));
        if let Err(error) = queued {
            log::warn!("a change in the background was dropped: {error}");
        }
    }

    fn enqueue(&self, job: Job) -> Result<()> {
        let mut queue = self.shared.lock();
        if queue.stopping {
            return Err(Error::new(Code::Busy, "The server is stopping."));
        }
        if queue.jobs.len() >= QUEUE_MAX {
            return Err(Error::new(Code::Busy, "Too much is going on at once. Please try again."));
        }
        queue.jobs.push_back(job);
        #[cfg(test)]
        {
            queue.plan = crate::base::fault_injection::current().or(queue.plan.take());
        }
        // A wake-up is a system call, even if nobody sleeps.
        if queue.wakes_at.is_some_and(|count| queue.jobs.len() >= count) {
            self.shared.work.notify_one();
        }
        Ok(())
    }

    /// The time of the last commit, or of the start.
    pub fn last_written(&self) -> Instant {
        self.shared.started + Duration::from_secs(self.shared.written.load(Ordering::Relaxed))
    }

    /// Asks whether the database can be changed.
    ///
    /// # Errors
    /// The reason why not; `Code::Busy` if no answer came in time.
    pub fn ask(&self, question: Question, within: Duration) -> Result<()> {
        let mut queue = self.shared.lock();
        queue.probes.asked += 1;
        queue.probes.is_writing_asked |= question == Question::CanBeWritten;
        let number = queue.probes.asked;
        self.shared.work.notify_one();
        let waits = |queue: &mut Queue| queue.probes.answered < number;
        let queue = self.shared.probed.wait_while(queue, within, waits);
        if queue.probes.answered < number {
            return Err(Error::new(Code::Busy, format!("The database has not answered for {within:?}.")));
        }
        queue.probes.answer(question)
    }

    pub fn queue_audit(&self, row: AuditRow) -> bool {
        let mut queue = self.shared.lock();
        let has_room = queue.audit.has_room(&row);
        if has_room && queue.audit.push(row) {
            self.shared.work.notify_one();
        }
        has_room
    }

    pub fn record_audit(&self, row: AuditRow) {
        let mut queue = self.shared.lock();
        while !queue.audit.has_room(&row) && !queue.stopped {
            queue = self.shared.room.wait(queue);
        }
        if queue.audit.push(row) {
            self.shared.work.notify_one();
        }
    }

    /// Writes the rows of downloads that wait to be counted, if there are any.
    pub fn flush_downloads(&self) -> Result<()> {
        if self.shared.lock().audit.has_downloads() { self.flush_audit() } else { Ok(()) }
    }

    pub fn flush_audit(&self) -> Result<()> {
        self.shared.lock().audit.flush();
        self.run(|_| Ok(()))
    }

    pub fn stop(&self) {
        self.shared.lock().stopping = true;
        self.shared.work.notify_one();
        let thread = self.thread.lock().take();
        if let Some(thread) = thread {
            thread.join().expect("a panic of the writer ends the process");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Runs a change in its own savepoint and turns a panic into an error of that change alone.
fn guarded<T>(write: &Write, change: impl FnOnce(&Write) -> Result<T>) -> Result<T> {
    write.is_made_with(Cow::Borrowed(""));
    write.attempt(|write| {
        catch_unwind(AssertUnwindSafe(|| change(write)))
            .unwrap_or_else(|_| Err(Error::internal("a change of the database panicked")))
    })
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock()
    }

    fn run(&self, open: impl FnOnce() -> Option<Write>) {
        if let Some(write) = open() {
            self.write_until_stopped(&write);
        }
        let mut queue = self.lock();
        (queue.stopping, queue.stopped) = (true, true);
        // Whoever waits for these learns that the writer has ended.
        let unanswered = std::mem::take(&mut queue.jobs);
        drop(queue);
        drop(unanswered);
        self.room.notify_all();
    }

    fn write_until_stopped(&self, write: &Write) {
        let mut last = LastGroup::default();
        let mut last_write = LastWrite::at_start();
        while let Some(work) = self.next(&last) {
            self.answer_probes(write, &mut last_write);
            let (jobs, rows) = match work {
                Work::Group(jobs, rows) => (jobs, rows),
                Work::Probes => continue,
                Work::Rest => {
                    write.shrink();
                    self.readers.close_idle();
                    free_memory::give_back();
                    last.is_at_rest = true;
                    continue;
                }
            };
            let begun = Instant::now();
            last.changes = jobs.len();
            for (finish, failure) in self.write_group(write, jobs, rows, &mut last_write) {
                finish(failure);
            }
            last.took = begun.elapsed();
            last.answered = Some(Instant::now());
            last.is_at_rest = false;
        }
        empty_log(&write.read.connection);
    }

    /// Commits a group and returns the answers for its callers.
    fn write_group(
        &self,
        write: &Write,
        jobs: Vec<Job>,
        rows: Vec<AuditRow>,
        last_write: &mut LastWrite,
    ) -> Vec<(Finish, Option<Error>)> {
        let is_low = self.ground.make_room();
        write.spare_disk(is_low);
        write.now.set(self.clock.now_after(write.now.get()));
        let has_changes = !jobs.is_empty();
        let committed = commit_group(write, jobs, &rows, self.time_to_note());
        // This comes first: no caller may hear that a change is kept if the database file is gone.
        self.end_without_database(write);
        last_write.came_to(committed.as_ref().map(drop).map_err(|failed| failed.error.clone()));
        self.versions.count(write, has_changes);
        let mut queue = self.lock();
        let finishes = match committed {
            Ok(finishes) => {
                queue.audit.written(is_low);
                self.written.store(self.started.elapsed().as_secs(), Ordering::Relaxed);
                finishes
            }
            Err(failed) => {
                log::error!("the database could not be written: {}", failed.error);
                let is_stopping = queue.stopping;
                let lost = queue.audit.failed(rows, Instant::now(), is_stopping);
                if lost > 0 {
                    log::error!("{lost} audit rows are lost at the stop");
                }
                failed.finishes.into_iter().map(|finish| (finish, Some(failed.error.clone()))).collect()
            }
        };
        self.room.notify_all();
        drop(queue);
        if is_low {
            write.reuse_log();
        }
        finishes
    }

    /// Answers those who asked whether the database can be changed, if anybody did.
    fn answer_probes(&self, write: &Write, last_write: &mut LastWrite) {
        let (asked, is_writing_asked) = {
            let probes = &self.lock().probes;
            if probes.answered == probes.asked {
                return;
            }
            (probes.asked, probes.is_writing_asked)
        };
        self.end_without_database(write);
        let answers = probes::answers(write);
        let can_be_written = is_writing_asked
            .then(|| answers.clone().and_then(|()| last_write.look(write, self.ground.as_ref())));
        self.lock().probes.take(asked, answers, can_be_written);
        self.probed.notify_all();
    }

    /// Ends the process if the database file was removed or replaced, because everything written to
    /// it would vanish with the process. The content is saved beside it first, and the next start
    /// explains what to do.
    fn end_without_database(&self, write: &Write) {
        if self.ground.is_there() {
            return;
        }
        log::error!("the database file was removed or replaced by another program while the server runs");
        let saved = self.ground.make_rescue_file().and_then(|path| write.copy_to(&path).map(|()| path));
        match saved {
            Ok(path) => {
                log::error!(
                    "the content of the database is saved as {}; the server ends now",
                    path.display()
                );
            }
            Err(error) => {
                log::error!("the content of the database could not be saved: {error}; the server ends now");
            }
        }
        std::process::exit(1);
    }

    /// The time of the clock, if it must be recorded. It is only recorded together with other
    /// changes: an idle program writes nothing.
    fn time_to_note(&self) -> Option<i64> {
        let now = self.clock.now();
        // The distance is also large if the network has corrected a wrong clock.
        let distance = now.saturating_sub(self.noted.load(Ordering::Relaxed)).saturating_abs();
        let is_due = distance >= NOTED_EVERY_SECONDS;
        is_due.then(|| {
            self.noted.store(now, Ordering::Relaxed);
            now
        })
    }

    /// Waits for work. `None` if everything is done and the server is stopping.
    ///
    /// A caller that has just got an answer often comes back at once. So if the last group had
    /// several callers, the first change of the next group waits a little for as many: one sync for
    /// all takes no longer than one for the first and one for the rest.
    fn next(&self, last: &LastGroup) -> Option<Work> {
        let mut queue = self.lock();
        let mut gathers_until = None;
        loop {
            let now = Instant::now();
            let audit_is_due = queue.audit.is_due(now, queue.stopping);
            let gathers = (1..last.changes).contains(&queue.jobs.len())
                && !queue.stopping
                && now < *gathers_until.get_or_insert_with(|| last.gathers_until(now));
            if (!queue.jobs.is_empty() && !gathers) || audit_is_due {
                let count = queue.jobs.len().min(GROUP_MAX);
                let jobs = queue.jobs.drain(..count).collect();
                queue.wakes_at = None;
                let is_stopping = queue.stopping;
                let rows = queue.audit.take(now, is_stopping);
                #[cfg(test)]
                crate::base::fault_injection::enter(queue.plan.clone());
                return Some(Work::Group(jobs, rows));
            }
            if queue.probes.answered < queue.probes.asked {
                queue.wakes_at = None;
                return Some(Work::Probes);
            }
            if queue.stopping {
                return None;
            }
            let audit_due = queue.audit.next_due();
            // If rows of reads wait, somebody is reading.
            let rests_at = last.rests_at().filter(|_| !gathers && audit_due.is_none());
            if rests_at.is_some_and(|at| at <= now) {
                queue.wakes_at = None;
                return Some(Work::Rest);
            }
            queue.wakes_at = Some(if gathers { last.changes } else { 1 });
            let times = [audit_due, gathers_until.filter(|_| gathers), rests_at];
            let wakes = times.into_iter().flatten().min();
            queue = match wakes {
                Some(at) => self.work.wait_for(queue, at.saturating_duration_since(now)),
                None => self.work.wait(queue),
            };
        }
    }
}

/// The size and duration of the last group.
#[derive(Default)]
struct LastGroup {
    changes: usize,
    took: Duration,
    answered: Option<Instant>,
    /// True if the memory of the connections was given back since.
    is_at_rest: bool,
}

impl LastGroup {
    /// The time at which the database is at rest, if it is not yet.
    fn rests_at(&self) -> Option<Instant> {
        self.answered.filter(|_| !self.is_at_rest).map(|answered| answered + RESTS_AFTER)
    }

    /// The end of gathering for a group whose first change comes now.
    fn gathers_until(&self, now: Instant) -> Instant {
        match self.answered {
            Some(answered) if now < answered + COMES_BACK_WITHIN => {
                now + (self.took / GATHERING_PART).min(GATHERING_MAX)
            }
            // Callers who got their answer so long ago do not come back at once.
            _ => now,
        }
    }
}

struct FailedGroup {
    error: Error,
    finishes: Vec<Finish>,
}

/// One transaction. The waiting audit rows are written first, because they came first; then each
/// change in its own savepoint.
fn commit_group(
    write: &Write,
    jobs: Vec<Job>,
    audit_rows: &[AuditRow],
    time_to_note: Option<i64>,
) -> std::result::Result<Vec<(Finish, Option<Error>)>, FailedGroup> {
    let connection = &write.read.connection;
    write.spoilt.take();
    write.size_differences.borrow_mut().clear();
    let begun = step(write, "BEGIN IMMEDIATE").and_then(|()| audit_chain::append_all(write, audit_rows));
    let mut jobs = jobs.into_iter();
    let mut finishes = Vec::with_capacity(jobs.len());
    let mut outcome = begun;
    while outcome.is_ok() {
        let Some(job) = jobs.next() else { break };
        finishes.push(job(Ok(write)));
        // A full disk or an I/O error can make SQLite end the whole transaction by itself. Nothing
        // of it is kept then, and nothing more may run in it.
        let spoilt = write.spoilt.take();
        if spoilt.is_some() || connection.is_autocommit() {
            let unknown = || Error::internal("the database ended the transaction");
            outcome = Err(spoilt.unwrap_or_else(unknown));
        }
    }
    outcome = outcome.and_then(|()| folder_sizes::add_up(write));
    if outcome.is_ok() && write.accounts_changed.get() {
        outcome = meta::count_up(write, ACCOUNTS_CHANGES);
    }
    if let Some(time) = time_to_note.filter(|_| outcome.is_ok()) {
        outcome = meta::set(write, CLOCK_SEEN, &time.to_string());
    }
    outcome = outcome.and_then(|()| write.keep_audit_within_limits());
    match outcome.and_then(|()| step(write, "COMMIT")) {
        Ok(()) => Ok(finishes.into_iter().map(|finish| (finish, None)).collect()),
        Err(error) => {
            write.roll_back();
            finishes.extend(jobs.map(|job| job(Err(error.clone()))));
            Err(FailedGroup { error, finishes })
        }
    }
}

/// Begins or commits a transaction. In tests, this can fail before it is done, or be done and
/// report a failure.
fn step(write: &Write, sql: &str) -> Result<()> {
    #[cfg(test)]
    super::transaction::pass()?;
    write.read.step(sql)?;
    #[cfg(test)]
    super::transaction::pass()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::store::{Write, test_store};
    use std::time::{Duration, Instant};

    #[test]
    fn whoever_comes_alone_waits_for_nobody() {
        let store = test_store();
        let slow = |milliseconds| {
            move |_: &Write| {
                std::thread::sleep(Duration::from_millis(milliseconds));
                Ok(())
            }
        };
        // Two changes come while the writer is busy, so they form a group, together with a slow
        // one.
        store.write_later(slow(300));
        std::thread::sleep(Duration::from_millis(100));
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| store.write(slow(1000)).unwrap());
            }
        });
        std::thread::sleep(Duration::from_millis(100));
        let begun = Instant::now();
        store.write(|_| Ok(())).unwrap();
        assert!(begun.elapsed() < Duration::from_millis(300), "{:?}", begun.elapsed());
    }

    #[test]
    fn at_rest_no_connection_holds_memory_and_the_next_reading_opens_one() {
        let store = test_store();
        let read = || store.read(|read| read.one("SELECT count(*) FROM facts", [], |_| Ok(()))).unwrap();
        read();
        assert_ne!(store.readers.open_count(), 0);
        store.write(|_| Ok(())).unwrap();
        let deadline = Instant::now() + Duration::from_secs(60);
        while store.readers.open_count() > 0 {
            assert!(Instant::now() < deadline, "readers stay open");
            std::thread::sleep(Duration::from_millis(50));
        }
        read();
        assert_eq!(store.readers.open_count(), 1);
    }
}
