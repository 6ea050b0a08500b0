//! A backlog: work that waits in the database and is done piece by piece, with pauses, because
//! other work comes first. A caller that needs its result does some of it at once and leaves the
//! rest to a thread that ends with it.

use crate::domain::Cloud;
use crate::error::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The time for which a caller works on a backlog.
const PATIENT_TIME: Duration = Duration::from_millis(300);
/// The time for which an upkeep job works on a backlog.
const JOB_TIME: Duration = Duration::from_secs(600);

/// A kind of work.
pub struct Backlog {
    /// The name of the thread.
    pub thread: &'static str,
    /// The name of the work in the log.
    pub task: &'static str,
    /// Does a piece of the work and returns false if nothing was left. It may change the number,
    /// which is 0 at first.
    pub step: fn(&Cloud, &mut i64) -> Result<bool>,
    /// True while a thread works on it.
    pub is_running: AtomicBool,
}

impl Cloud {
    /// Works on a backlog as an upkeep job.
    pub(in crate::domain) fn work_off_patiently(&self, backlog: &Backlog) -> Result<()> {
        let begun = Instant::now();
        self.work_off(backlog, true, || begun.elapsed() < JOB_TIME).map(drop)
    }

    /// Works on a backlog as far as this is quick, and continues in the background. Returns true if
    /// all is done.
    pub(in crate::domain) fn work_off_now(self: &Arc<Cloud>, pick: fn(&Cloud) -> &Backlog) -> Result<bool> {
        let begun = Instant::now();
        let is_running = pick(self).is_running.load(Ordering::Acquire);
        if !is_running && self.work_off(pick(self), false, || begun.elapsed() < PATIENT_TIME)? {
            return Ok(true);
        }
        self.work_off_in_background(pick).map(|()| false)
    }

    /// Works on a backlog in a thread, unless one does so already.
    pub(in crate::domain) fn work_off_in_background(
        self: &Arc<Cloud>,
        pick: fn(&Cloud) -> &Backlog,
    ) -> Result<()> {
        let backlog = pick(self);
        if backlog.is_running.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        self.spawn_once(
            backlog.thread,
            backlog.task.into(),
            move |cloud| cloud.caught(|| cloud.work_off(pick(cloud), true, || true)).map(drop),
            move |cloud, _| pick(cloud).is_running.store(false, Ordering::Release),
        )
    }

    /// Works as long as it may and the cloud runs. Returns true if nothing is left. If
    /// `is_patient`, it pauses as long as it works.
    fn work_off(&self, backlog: &Backlog, is_patient: bool, may_go_on: impl Fn() -> bool) -> Result<bool> {
        let mut piece = 0;
        while may_go_on() && self.may_go_on().is_ok() {
            let begun = Instant::now();
            if !(backlog.step)(self, &mut piece)? {
                return Ok(true);
            }
            if is_patient {
                std::thread::sleep(begun.elapsed().min(Duration::from_secs(1)));
            }
        }
        Ok(false)
    }
}
