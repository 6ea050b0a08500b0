//! Work in the background. A panic in it is an error like any other: it is logged, and nobody waits
//! for it in vain.

use crate::base::permits::{self, Held};
use crate::domain::Cloud;
use crate::error::{Code, Error, Result};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

/// Does work. A panic ends only this work.
///
/// # Errors
/// As the work's; `Code::Internal` after a panic.
pub fn caught<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<&str>().map(ToString::to_string);
        let said = said.or_else(|| panic.downcast_ref::<String>().cloned());
        Err(Error::internal(format!("panic: {}", said.unwrap_or_default())))
    })
}

/// The number of times that work is begun anew because of disks that do not answer.
const ANEW_MAX: usize = 8;

/// Does work on disks in a thread of its own, and waits for it. If a disk does not answer, the
/// thread stays inside and ends when the disk lets it. Another thread begins the work anew, without
/// that disk. `what` is the name of the work in the log.
///
/// # Errors
/// The errors of the work; `Code::Internal` after a panic or if no thread could be started.
pub fn past_silent_disks(
    thread: &str,
    what: &str,
    work: impl Fn() -> Result<()> + Send + Sync + 'static,
) -> Result<()> {
    let work = Arc::new(work);
    for _ in 0..ANEW_MAX {
        let (sender, came) = mpsc::channel();
        let work = Arc::clone(&work);
        let run = move || {
            let unit = permits::begin(Some(Arc::new(GivesWay(sender.clone())) as Arc<dyn Held>));
            let result = caught(|| work());
            drop(unit);
            // The send fails if the work was begun anew and nobody waits for this result.
            drop(sender.send(Came::Ended(result)));
        };
        std::thread::Builder::new().name(thread.into()).spawn(run).map_err(Error::internal)?;
        match came.recv().map_err(Error::internal)? {
            Came::Ended(result) => return result,
            Came::Held(error) => log::warn!("{what}: begun anew without a disk. {error}"),
        }
    }
    Err(Error::new(Code::Offline, "Disks stopped answering again and again. It is tried again later."))
}

/// The result of work.
enum Came {
    Ended(Result<()>),
    /// A disk holds it up and does not answer.
    Held(Error),
}

/// Reports that a disk blocks the work to the thread that waits for it.
struct GivesWay(mpsc::Sender<Came>);

impl Held for GivesWay {
    fn is_held(&self) {}

    fn give_up(&self, error: &Error, _: Option<Arc<dyn Any + Send + Sync>>) -> bool {
        self.0.send(Came::Held(error.clone())).is_ok()
    }

    fn gives_way(&self) -> bool {
        true
    }
}

impl Cloud {
    /// Asks long work to end, if it can be done again later.
    pub fn stop_soon(&self) {
        self.is_stopping.store(true, Ordering::Relaxed);
        self.store.look_for_mails();
    }

    /// Long work calls this now and then, and ends when it fails.
    ///
    /// # Errors
    /// `Code::Busy` if the server is stopping; `Code::Offline` if another thread has begun
    /// the work anew, because a disk did not answer.
    pub(in crate::domain) fn may_go_on(&self) -> Result<()> {
        if self.is_stopping.load(Ordering::Relaxed) {
            return Err(Error::new(Code::Busy, "The server is stopping."));
        }
        if permits::has_given_way() { Err(permits::given_way()) } else { Ok(()) }
    }

    /// Does work in a thread of its own, without disks that do not answer: see
    /// [`past_silent_disks`]. A failure is logged after `what`. `ended` runs when the work has
    /// ended, also by a panic, with the time that it took, or without a time if no thread could be
    /// started.
    ///
    /// # Errors
    /// `Code::Internal` if no thread could be started.
    pub(in crate::domain) fn spawn_once(
        self: &Arc<Cloud>,
        name: &str,
        what: String,
        work: impl Fn(&Arc<Cloud>) -> Result<()> + Send + Sync + 'static,
        ended: impl FnOnce(&Cloud, Option<Duration>) + Send + 'static,
    ) -> Result<()> {
        let ending = Ending { cloud: Arc::clone(self), took: None, ended: Some(ended) };
        let (cloud, thread) = (Arc::clone(self), name.to_owned());
        let run = move || {
            let begun = Instant::now();
            if let Err(error) = past_silent_disks(&thread, &what, move || work(&cloud)) {
                log::error!("{what}: {error}");
            }
            ending.after(begun.elapsed());
        };
        std::thread::Builder::new().name(name.into()).spawn(run).map(drop).map_err(Error::internal)
    }

    /// Runs work with [`caught`]. Tests can make the work panic.
    pub(in crate::domain) fn caught<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        caught(|| {
            #[cfg(test)]
            assert!(!self.panics_in_background.load(Ordering::Relaxed), "as the test asks");
            work()
        })
    }
}

/// Reports the end of the work when it is dropped.
struct Ending<E: FnOnce(&Cloud, Option<Duration>)> {
    cloud: Arc<Cloud>,
    took: Option<Duration>,
    ended: Option<E>,
}

impl<E: FnOnce(&Cloud, Option<Duration>)> Ending<E> {
    fn after(mut self, took: Duration) {
        self.took = Some(took);
    }
}

impl<E: FnOnce(&Cloud, Option<Duration>)> Drop for Ending<E> {
    fn drop(&mut self) {
        if let Some(ended) = self.ended.take() {
            ended(&self.cloud, self.took);
        }
    }
}
