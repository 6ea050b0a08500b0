//! Upkeep: one thread and one table of what is to be done now and then. It sleeps until the next of it is due.

use crate::domain::Cloud;
use crate::error::Result;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// One thing to be done again and again.
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
    Job { name: "remove what is no longer kept", every: HOUR.saturating_mul(6), run: Cloud::purge_kept },
    Job { name: "tell whose room ends", every: HOUR.saturating_mul(24), run: Cloud::tell_of_storage },
    Job { name: "back up", every: HOUR, run: Cloud::back_up_when_due },
    Job { name: "trim the audit log", every: HOUR.saturating_mul(24), run: Cloud::trim_old_audit },
    Job { name: "forget old deletions", every: HOUR.saturating_mul(24), run: Cloud::trim_sync },
    Job {
        name: "look through folders for the search",
        every: HOUR.saturating_mul(24),
        run: Cloud::look_through,
    },
    Job {
        name: "forget entries that are long gone",
        every: HOUR.saturating_mul(24),
        run: Cloud::forget_missing,
    },
    Job {
        name: "forget what happened long ago",
        every: HOUR.saturating_mul(24),
        run: Cloud::forget_activities,
    },
    Job {
        name: "remove small pictures that are not needed",
        every: HOUR.saturating_mul(24),
        run: Cloud::tidy_pictures,
    },
];

/// How long after the start the first of it is done: the start itself should be quick.
const FIRST_AFTER: Duration = Duration::from_secs(300);

/// The running thread.
pub struct Jobs {
    is_stopping: Arc<(Mutex<bool>, Condvar)>,
    thread: JoinHandle<()>,
}

impl Jobs {
    pub fn start(cloud: Arc<Cloud>) -> std::io::Result<Jobs> {
        let is_stopping = Arc::new((Mutex::new(false), Condvar::new()));
        let for_thread = Arc::clone(&is_stopping);
        let thread = std::thread::Builder::new()
            .name("jobs".into())
            .spawn(move || run_until_stopped(&cloud, &for_thread))?;
        Ok(Jobs { is_stopping, thread })
    }

    /// Waits for what is being done and does nothing more.
    pub fn stop(self) {
        *self.is_stopping.0.lock().expect("nothing panics while holding the flag") = true;
        self.is_stopping.1.notify_all();
        if self.thread.join().is_err() {
            log::error!("the upkeep thread ended with a panic");
        }
    }
}

fn run_until_stopped(cloud: &Arc<Cloud>, (is_stopping, told): &(Mutex<bool>, Condvar)) {
    let mut due: Vec<Instant> = JOBS.iter().map(|_| Instant::now() + FIRST_AFTER).collect();
    loop {
        let next = due.iter().copied().min().unwrap_or_else(Instant::now);
        let stopping = is_stopping.lock().expect("nothing panics while holding the flag");
        let wait = next.saturating_duration_since(Instant::now());
        let waited = told.wait_timeout_while(stopping, wait, |stopping| !*stopping);
        if *waited.expect("nothing panics while holding the flag").0 {
            return;
        }
        for (job, due) in JOBS.iter().zip(&mut due).filter(|(_, due)| **due <= Instant::now()) {
            if let Err(error) = (job.run)(cloud) {
                log::error!("{}: {error}", job.name);
            }
            *due = Instant::now() + job.every;
        }
        // This may take days, so it has a thread of its own.
        if let Err(error) = cloud.begin_due_check() {
            log::error!("begin the deep check: {error}");
        }
    }
}
