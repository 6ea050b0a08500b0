//! The writer thread: one transaction for all that is queued, one sync for all of it.

use super::audit::{self, AuditRow};
use super::{ACCOUNTS_CHANGES, CLOCK_SEEN, Versions, Write, facts};
use crate::base::clock::Clock;
use crate::base::vital;
use crate::error::{Code, Error, Result};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Changes in one transaction; a larger group would only make the first of it wait.
const GROUP_MAX: usize = 256;
/// A group is gathered for at most this part of the time that the last one took.
const GATHERING_PART: u32 = 4;
/// And for no longer than this, for what took long may have been one change.
const GATHERING_MAX: Duration = Duration::from_millis(20);
/// Whoever was answered and comes back at once does so within this time.
const COMES_BACK_WITHIN: Duration = Duration::from_millis(50);
/// Changes that may wait; beyond this callers are told to come back.
const QUEUE_MAX: usize = 4096;
/// Audit rows in memory that make a flush due at once, and how many there may be at most.
const AUDIT_BATCH_ROWS: usize = 8192;
const AUDIT_QUEUE_ROWS_MAX: usize = 4 * AUDIT_BATCH_ROWS;

/// How often the time is noted as seen, at most.
const NOTED_EVERY_SECONDS: i64 = 3600;

/// Called after the commit with what went wrong with it, if anything.
type Finish = Box<dyn FnOnce(Option<Error>) + Send>;
/// Called with the open transaction, or with why there is none.
type Job = Box<dyn FnOnce(Result<&Write>) -> Finish + Send>;

pub struct Writer {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    queue: Mutex<Queue>,
    /// There is work, or the end.
    work: Condvar,
    /// There is room for audit rows again.
    room: Condvar,
    /// Whoever asked whether the database can be changed has an answer.
    probed: Condvar,
    audit_flush: Duration,
    versions: Arc<Versions>,
    clock: Arc<Clock>,
    /// The time that was noted last as seen.
    noted: AtomicI64,
    started: Instant,
    /// When something was committed last, in seconds since the start.
    written: AtomicU64,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    audit: Vec<AuditRow>,
    probes: Probes,
    /// When the oldest of the audit rows must be on disk.
    audit_due: Option<Instant>,
    /// So many changes wake the writer; `None` while it works, and looks by itself before it waits again.
    wakes_at: Option<usize>,
    stopping: bool,
    stopped: bool,
    /// What is to fail, by the thread that queued a change last.
    #[cfg(test)]
    plan: Option<Arc<crate::base::seam::Plan>>,
}

/// Whether the database can be changed. One answer serves all who asked before it was looked for.
struct Probes {
    /// How often somebody asked, and up to which of them there was an answer.
    asked: u64,
    answered: u64,
    answer: Result<()>,
}

impl Default for Probes {
    fn default() -> Probes {
        Probes { asked: 0, answered: 0, answer: Ok(()) }
    }
}

impl Writer {
    pub fn start(
        write: Write,
        audit_flush: Duration,
        versions: Arc<Versions>,
        clock: Arc<Clock>,
    ) -> Result<Writer> {
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            work: Condvar::new(),
            room: Condvar::new(),
            probed: Condvar::new(),
            audit_flush,
            versions,
            noted: AtomicI64::new(clock.last_seen()),
            clock,
            started: Instant::now(),
            written: AtomicU64::new(0),
        });
        let for_thread = Arc::clone(&shared);
        let thread = vital::spawn("writer", move || for_thread.write_until_stopped(&write))
            .map_err(Error::internal)?;
        Ok(Writer { shared, thread: Mutex::new(Some(thread)) })
    }

    pub fn run<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Write) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (sender, receiver) = mpsc::sync_channel(1);
        self.enqueue(Box::new(move |write| {
            let result = write.and_then(|write| guarded(write, change));
            Box::new(move |failure| {
                // A caller that no longer waits has gone down with its own panic; there is nobody to tell.
                drop(sender.send(failure.map_or(result, Err)));
            })
        }))?;
        receiver.recv().map_err(|_| Error::internal("the writer ended before it answered"))?
    }

    pub fn run_later(&self, change: impl FnOnce(&Write) -> Result<()> + Send + 'static) {
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
            queue.plan = crate::base::seam::current().or(queue.plan.take());
        }
        // Each waking is a system call, also when nobody sleeps.
        if queue.wakes_at.is_some_and(|count| queue.jobs.len() >= count) {
            self.shared.work.notify_one();
        }
        Ok(())
    }

    /// When something was written last; the start counts.
    pub fn last_written(&self) -> Instant {
        self.shared.started + Duration::from_secs(self.shared.written.load(Ordering::Relaxed))
    }

    /// Whether the database can be changed, found out without a change: the disk may sleep.
    pub fn answers(&self, within: Duration) -> Result<()> {
        let mut queue = self.shared.lock();
        queue.probes.asked += 1;
        let number = queue.probes.asked;
        self.shared.work.notify_one();
        let waits = |queue: &mut Queue| queue.probes.answered < number;
        let waited = self.shared.probed.wait_timeout_while(queue, within, waits);
        let (queue, waited) = waited.expect("nothing panics while holding the queue");
        if waited.timed_out() {
            return Err(Error::new(Code::Busy, format!("The database has not answered for {within:?}.")));
        }
        queue.probes.answer.clone()
    }

    pub fn queue_audit(&self, row: AuditRow) -> bool {
        let mut queue = self.shared.lock();
        if queue.audit.len() >= AUDIT_QUEUE_ROWS_MAX {
            return false;
        }
        self.shared.push_audit(&mut queue, row);
        true
    }

    pub fn record_audit(&self, row: AuditRow) {
        let mut queue = self.shared.lock();
        while queue.audit.len() >= AUDIT_QUEUE_ROWS_MAX && !queue.stopped {
            queue = self.shared.room.wait(queue).expect("nothing panics while holding the queue");
        }
        self.shared.push_audit(&mut queue, row);
    }

    pub fn stop(&self) {
        self.shared.lock().stopping = true;
        self.shared.work.notify_one();
        let thread = self.thread.lock().expect("nothing panics while holding the handle").take();
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
        self.queue.lock().expect("nothing panics while holding the queue")
    }

    fn push_audit(&self, queue: &mut Queue, row: AuditRow) {
        queue.audit.push(row);
        if queue.audit_due.is_none() {
            queue.audit_due = Some(Instant::now() + self.audit_flush);
            self.work.notify_one();
        } else if queue.audit.len() == AUDIT_BATCH_ROWS {
            self.work.notify_one();
        }
    }

    fn write_until_stopped(&self, write: &Write) {
        let mut kept_audit = Vec::new();
        let mut last = LastGroup::default();
        while let Some((jobs, audit)) = self.next_group(&last) {
            if self.answer_probes(write) && jobs.is_empty() && audit.is_empty() {
                continue;
            }
            let begun = Instant::now();
            last.changes = jobs.len();
            // Not moved behind what is kept where nothing is: the room for a busy time's rows would stay.
            if kept_audit.is_empty() {
                kept_audit = audit;
            } else {
                kept_audit.extend(audit);
            }
            write.now.set(self.clock.now());
            let has_changes = !jobs.is_empty();
            let committed = commit_group(write, jobs, &kept_audit, self.time_to_note());
            // Before anybody is told: whoever hears of the change must not meet what was remembered before it.
            if has_changes {
                self.versions.all.fetch_add(1, Ordering::AcqRel);
            }
            if write.accounts_changed.take() {
                self.versions.accounts.fetch_add(1, Ordering::AcqRel);
            }
            let finishes = match committed {
                Ok(finishes) => {
                    kept_audit = Vec::new();
                    self.written.store(self.started.elapsed().as_secs(), Ordering::Relaxed);
                    finishes
                }
                Err(failed) => self.keep_for_later(failed, &mut kept_audit),
            };
            last.took = begun.elapsed();
            for (finish, failure) in finishes {
                finish(failure);
            }
            last.answered = Some(Instant::now());
        }
        if let Err(error) = write.read.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)") {
            log::warn!("the database was not checkpointed: {error}");
        }
        self.lock().stopped = true;
        self.room.notify_all();
    }

    /// Tells who asked whether the database can be changed; whether anybody did.
    fn answer_probes(&self, write: &Write) -> bool {
        let asked = {
            let probes = &self.lock().probes;
            if probes.answered == probes.asked {
                return false;
            }
            probes.asked
        };
        let answer = write.read.step("BEGIN IMMEDIATE").and_then(|()| write.read.step("ROLLBACK"));
        let probes = &mut self.lock().probes;
        (probes.answered, probes.answer) = (asked, answer);
        self.probed.notify_all();
        true
    }

    /// The time, when it is to be noted as seen. Only together with something else: an idle program writes nothing.
    fn time_to_note(&self) -> Option<i64> {
        let now = self.clock.now();
        // Also where the network has told that what was noted was wrong.
        let distance = now.saturating_sub(self.noted.load(Ordering::Relaxed)).saturating_abs();
        let is_due = distance >= NOTED_EVERY_SECONDS;
        is_due.then(|| {
            self.noted.store(now, Ordering::Relaxed);
            now
        })
    }

    /// Waits for something to do. `None` when all is done and the end has come.
    ///
    /// Who has just been answered often comes back at once. So where there were several, the first to come waits a little for
    /// as many as there were: one sync for all takes no longer than one for the first and one for the rest.
    fn next_group(&self, last: &LastGroup) -> Option<(Vec<Job>, Vec<AuditRow>)> {
        let mut queue = self.lock();
        let mut gathers_until = None;
        loop {
            let now = Instant::now();
            let audit_is_due = queue.audit.len() >= AUDIT_BATCH_ROWS
                || queue.audit_due.is_some_and(|due| due <= now)
                || (queue.stopping && !queue.audit.is_empty());
            let gathers = (1..last.changes).contains(&queue.jobs.len())
                && !queue.stopping
                && now < *gathers_until.get_or_insert_with(|| last.gathers_until(now));
            if (!queue.jobs.is_empty() && !gathers) || audit_is_due {
                let count = queue.jobs.len().min(GROUP_MAX);
                let jobs = queue.jobs.drain(..count).collect();
                queue.audit_due = None;
                queue.wakes_at = None;
                let audit = std::mem::take(&mut queue.audit);
                #[cfg(test)]
                crate::base::seam::enter(queue.plan.clone());
                self.room.notify_all();
                return Some((jobs, audit));
            }
            if queue.probes.answered < queue.probes.asked {
                queue.wakes_at = None;
                return Some((Vec::new(), Vec::new()));
            }
            if queue.stopping {
                return None;
            }
            queue.wakes_at = Some(if gathers { last.changes } else { 1 });
            let wakes = [queue.audit_due, gathers_until.filter(|_| gathers)].into_iter().flatten().min();
            queue = match wakes {
                Some(at) => self.work.wait_timeout(queue, at - now).expect("nothing panics with the queue").0,
                None => self.work.wait(queue).expect("nothing panics with the queue"),
            };
        }
    }

    /// A group could not be committed: its callers are told, its audit rows of earlier calls wait for the next try.
    fn keep_for_later(
        &self,
        failed: FailedGroup,
        kept_audit: &mut Vec<AuditRow>,
    ) -> Vec<(Finish, Option<Error>)> {
        log::error!("the database could not be written: {}", failed.error);
        let excess = kept_audit.len().saturating_sub(AUDIT_QUEUE_ROWS_MAX);
        if excess > 0 {
            log::error!("{excess} audit rows are lost: the database has not been writable for too long");
            kept_audit.drain(..excess);
        }
        if !kept_audit.is_empty() {
            let mut queue = self.lock();
            queue.audit_due.get_or_insert(Instant::now() + self.audit_flush);
            // Rows go back to the queue's front so that the next group, or the end, tries them again.
            if !queue.stopping {
                let mut rows = std::mem::take(kept_audit);
                rows.append(&mut queue.audit);
                queue.audit = rows;
            } else {
                log::error!("{} audit rows are lost at the stop", kept_audit.len());
                kept_audit.clear();
            }
        }
        failed.finishes.into_iter().map(|finish| (finish, Some(failed.error.clone()))).collect()
    }
}

/// How the last group went.
#[derive(Default)]
struct LastGroup {
    changes: usize,
    took: Duration,
    answered: Option<Instant>,
}

impl LastGroup {
    /// Until when the next group is gathered whose first change comes now.
    fn gathers_until(&self, now: Instant) -> Instant {
        match self.answered {
            Some(answered) if now < answered + COMES_BACK_WITHIN => {
                now + (self.took / GATHERING_PART).min(GATHERING_MAX)
            }
            // Those who were answered so long ago do not come back at once.
            _ => now,
        }
    }
}

struct FailedGroup {
    error: Error,
    finishes: Vec<Finish>,
}

/// One transaction: the waiting audit rows first, for they came first, then each change in its own savepoint.
fn commit_group(
    write: &Write,
    jobs: Vec<Job>,
    audit_rows: &[AuditRow],
    time_to_note: Option<i64>,
) -> std::result::Result<Vec<(Finish, Option<Error>)>, FailedGroup> {
    let connection = &write.read.connection;
    write.is_spoilt.set(false);
    let begun = step(write, "BEGIN IMMEDIATE").and_then(|()| audit::append_all(write, audit_rows));
    let mut jobs = jobs.into_iter();
    let mut finishes = Vec::with_capacity(jobs.len());
    let mut outcome = begun;
    while outcome.is_ok() {
        let Some(job) = jobs.next() else { break };
        finishes.push(job(Ok(write)));
        // A full disk or an I/O error can make SQLite end the whole transaction by itself: nothing of it is kept, and
        // nothing more may run as if it were still open.
        if connection.is_autocommit() || write.is_spoilt.get() {
            outcome = Err(Error::internal("the database ended the transaction"));
        }
    }
    if outcome.is_ok() && write.accounts_changed.get() {
        outcome = facts::count_up(write, ACCOUNTS_CHANGES);
    }
    if let Some(time) = time_to_note.filter(|_| outcome.is_ok()) {
        outcome = facts::set(write, CLOCK_SEEN, &time.to_string());
    }
    match outcome.and_then(|()| step(write, "COMMIT")) {
        Ok(()) => Ok(finishes.into_iter().map(|finish| (finish, None)).collect()),
        Err(error) => {
            roll_back(connection);
            finishes.extend(jobs.map(|job| job(Err(error.clone()))));
            Err(FailedGroup { error, finishes })
        }
    }
}

/// Begins or commits. In tests it can fail before it is done and, done, be heard of by nobody.
fn step(write: &Write, sql: &str) -> Result<()> {
    #[cfg(test)]
    super::pass()?;
    write.read.step(sql)?;
    #[cfg(test)]
    super::pass()?;
    Ok(())
}

fn roll_back(connection: &rusqlite::Connection) {
    if !connection.is_autocommit() {
        if let Err(error) = connection.execute_batch("ROLLBACK") {
            log::error!("the database transaction could not be rolled back: {error}");
        }
    }
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
        // Two come while the writer is busy with one, so that they are a group, and one that takes its time.
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
    fn whoever_asks_has_an_answer_however_many_ask() {
        let store = test_store();
        store.write_later(|_| {
            std::thread::sleep(Duration::from_millis(500));
            Ok(())
        });
        std::thread::scope(|scope| {
            let ask = || store.answers(Duration::from_secs(20));
            let asking: Vec<_> = (0..200).map(|_| scope.spawn(ask)).collect();
            for asked in asking {
                asked.join().unwrap().unwrap();
            }
        });
    }

    #[test]
    fn a_database_that_is_busy_for_too_long_does_not_answer() {
        let store = test_store();
        let ask = || store.answers(Duration::from_millis(200));
        store.write_later(|_| {
            std::thread::sleep(Duration::from_millis(1000));
            Ok(())
        });
        std::thread::sleep(Duration::from_millis(100));
        assert_eq!(ask().unwrap_err().code, crate::error::Code::Busy);
        std::thread::sleep(Duration::from_millis(1000));
        ask().unwrap();
    }
}
