//! Upkeep: one thread and one table of recurring jobs. The thread sleeps until the next job is due.
//!
//! No job is urgent, and an unused disk may be asleep. So due jobs wait until somebody has used the
//! disk recently. This check only compares a number in memory. Jobs wait for at most a day. Then
//! all due jobs run together, so that the disk wakes up once.

use crate::base::guarded::{Guarded, Signal};
use crate::base::vital;
use crate::domain::Cloud;
use crate::domain::runtime::background;
use crate::error::Result;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A recurring job.
struct Job {
    name: &'static str,
    every: Duration,
    run: fn(&Cloud) -> Result<()>,
}

const HOUR: Duration = Duration::from_secs(3600);

const JOBS: &[Job] = &[
    Job { name: "end unused sessions", every: HOUR.saturating_mul(12), run: Cloud::end_unused_sessions },
    Job {
        name: "remove old unfinished uploads",
        every: HOUR.saturating_mul(12),
        run: Cloud::discard_old_uploads,
    },
    Job {
        name: "remove old versions and deleted files",
        every: HOUR.saturating_mul(6),
        run: Cloud::purge_kept,
    },
    Job {
        name: "check versions and recycle bins of connected disks",
        every: HOUR,
        run: Cloud::mend_what_came,
    },
    Job {
        name: "warn of storage that runs full",
        every: HOUR.saturating_mul(24),
        run: Cloud::tell_of_storage,
    },
    Job { name: "keep the statistics of the day", every: HOUR, run: Cloud::keep_days },
    Job { name: "back up", every: HOUR, run: Cloud::back_up_when_due },
    Job { name: "index the audit log", every: HOUR, run: Cloud::index_audit },
    Job { name: "trim the audit log", every: HOUR.saturating_mul(24), run: Cloud::trim_old_audit },
    Job {
        name: "forget deletions that sync clients know",
        every: HOUR.saturating_mul(24),
        run: Cloud::trim_sync,
    },
    Job { name: "scan folders for the search", every: HOUR.saturating_mul(24), run: Cloud::look_through },
    Job { name: "read texts for the search", every: HOUR, run: Cloud::read_texts },
    Job { name: "read when photos were taken", every: HOUR, run: Cloud::read_photos },
    Job {
        name: "forget entries of missing files",
        every: HOUR.saturating_mul(24),
        run: Cloud::forget_missing,
    },
    Job { name: "forget old mails", every: HOUR.saturating_mul(24), run: Cloud::forget_mails },
    Job { name: "remove old activities", every: HOUR.saturating_mul(24), run: Cloud::forget_activities },
    Job { name: "remove unneeded thumbnails", every: HOUR.saturating_mul(24), run: Cloud::tidy_pictures },
];

/// The time from the start to the first job: the start itself should be quick.
const FIRST_AFTER: Duration = Duration::from_secs(300);

/// A disk is certainly awake for this time after its last use: people let disks sleep after ten
/// minutes at the earliest.
const AWAKE: Duration = Duration::from_secs(600);
/// The interval at which the thread checks whether somebody uses the disk while jobs wait.
const LOOK_EVERY: Duration = Duration::from_secs(300);
/// The longest time that a job waits for the disk to be used.
const WAITS_LONGEST: Duration = HOUR.saturating_mul(24);

/// The due times of all jobs.
struct Schedule {
    due: Vec<Instant>,
}

impl Schedule {
    fn new(now: Instant) -> Schedule {
        Schedule { due: vec![now + FIRST_AFTER; JOBS.len()] }
    }

    /// The time until there is something to do.
    fn rest(&self, now: Instant) -> Duration {
        let next = self.due.iter().min().map_or(LOOK_EVERY, |due| due.saturating_duration_since(now));
        if next.is_zero() { LOOK_EVERY } else { next }
    }

    /// The jobs to run now, given the time of the disk's last use.
    fn take(&mut self, now: Instant, last_used: Instant) -> Vec<&'static Job> {
        let is_awake = now.saturating_duration_since(last_used) < AWAKE;
        let waited = self.due.iter().map(|due| now.saturating_duration_since(*due)).max();
        if !is_awake && waited.is_none_or(|waited| waited < WAITS_LONGEST) {
            return Vec::new();
        }
        let due = JOBS.iter().zip(&mut self.due).filter(|(_, due)| **due <= now);
        due.map(|(job, due)| {
            *due = now + job.every;
            job
        })
        .collect()
    }
}

/// The running upkeep thread.
pub struct Jobs {
    is_stopping: Arc<(Guarded<bool>, Signal)>,
    /// The job that runs.
    running: Arc<Guarded<&'static str>>,
    thread: JoinHandle<()>,
}

impl Jobs {
    pub fn start(cloud: Arc<Cloud>) -> std::io::Result<Jobs> {
        let is_stopping = Arc::new((Guarded::new(false), Signal::new()));
        let running = Arc::new(Guarded::new(""));
        let (for_thread, noted) = (Arc::clone(&is_stopping), Arc::clone(&running));
        let thread = vital::spawn("jobs", move || run_until_stopped(&cloud, &for_thread, &noted))?;
        Ok(Jobs { is_stopping, running, thread })
    }

    /// Stops the thread, and waits for the running jobs until a deadline.
    pub fn stop(self, deadline: Instant) {
        *self.is_stopping.0.lock() = true;
        self.is_stopping.1.notify_all();
        if !vital::ends_by(&self.thread, deadline) {
            log::warn!("not waited for: {}; it goes on after the next start", *self.running.lock());
        }
    }
}

fn run_until_stopped(
    cloud: &Arc<Cloud>,
    (is_stopping, told): &(Guarded<bool>, Signal),
    running: &Guarded<&'static str>,
) {
    let mut schedule = Schedule::new(Instant::now());
    loop {
        let stopping = is_stopping.lock();
        let wait = schedule.rest(Instant::now());
        if *told.wait_while(stopping, wait, |stopping| !*stopping) {
            return;
        }
        let due = schedule.take(Instant::now(), cloud.view().disk_last_used());
        if due.is_empty() {
            continue;
        }
        for job in due {
            if *is_stopping.lock() {
                return;
            }
            *running.lock() = job.name;
            let cloud = Arc::clone(cloud);
            if let Err(error) = background::past_silent_disks("job", job.name, move || (job.run)(&cloud)) {
                log::error!("{}: {error}", job.name);
            }
        }
        // The deep check may take days, so it has its own thread. It begins only after another job
        // has run: until then, the disk may be asleep.
        if let Err(error) = background::caught(|| cloud.begin_due_check()) {
            log::error!("begin the deep check: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    /// Runs a schedule for some days and calls `is_used` for each minute. Returns the hours in
    /// which jobs ran.
    fn busy_hours(days: u32, is_used: impl Fn(u32) -> bool) -> Vec<u32> {
        let start = Instant::now();
        let mut schedule = Schedule::new(start);
        let (mut last_used, mut wakes_at, mut hours) = (start, start + schedule.rest(start), Vec::new());
        for minute in 0..days * 24 * 60 {
            let now = start + MINUTE * minute;
            if is_used(minute) {
                last_used = now;
            }
            if now < wakes_at {
                continue;
            }
            if !schedule.take(now, last_used).is_empty() {
                hours.push(minute / 60);
            }
            wakes_at = now + schedule.rest(now);
        }
        hours
    }

    #[test]
    fn a_disk_that_nobody_uses_is_woken_once_a_day() {
        let hours = busy_hours(7, |_| false);
        // The start itself uses the disk. From then on, jobs run a day after the first of them is
        // due.
        assert_eq!(hours, [0, 25, 50, 75, 100, 125, 150]);
    }

    #[test]
    fn what_waits_is_done_when_somebody_uses_the_disk() {
        // The disk is used every day at noon, for a minute.
        let hours = busy_hours(4, |minute| minute % (24 * 60) == 12 * 60);
        // Jobs with a period of twelve hours are due a moment later than the others.
        assert_eq!(hours, [0, 12, 12, 36, 60, 84]);
    }

    #[test]
    fn a_disk_in_use_has_everything_done_in_its_time() {
        let hours = busy_hours(2, |_| true);
        assert_eq!(hours.len(), 48, "{hours:?}");
    }
}
