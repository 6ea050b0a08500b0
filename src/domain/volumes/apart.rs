//! Work on disks in threads of its own, because it may wait for ever.

use crate::base::guarded::Guarded;
use crate::base::permits;
use crate::error::{Code, Error, Result};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvError, SendError, Sender};
use std::thread::ThreadId;
use std::time::Duration;

/// Does work on disks in a thread of its own. `None` if it takes longer than `time`; the thread
/// continues.
///
/// # Errors
/// As the work's, and `Code::Busy` if no thread can be started.
pub(in crate::domain) fn apart<T: Send + 'static>(
    time: Duration,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<Option<T>> {
    begin_apart(work)?.within(time)
}

/// Work in a thread of its own. Its result lies beside the channel: a channel of results would be
/// compiled anew for each kind of result.
pub(super) struct Begun<T> {
    place: Place<T>,
    ended: Receiver<()>,
}

type Place<T> = Arc<Guarded<Option<Result<T>>>>;

impl<T> Begun<T> {
    /// Waits for the end of the work; `None` if it takes longer than `time`.
    pub fn within(&self, time: Duration) -> Result<Option<T>> {
        match self.ended.recv_timeout(time) {
            Ok(()) => self.place.lock().take().transpose(),
            Err(_) => Ok(None),
        }
    }
}

/// Begins work on disks in a thread of its own, whose result is received when it ends.
///
/// # Errors
/// `Code::Busy` if no thread can be started.
pub(super) fn begin_apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<Begun<T>> {
    let (told, ended) = mpsc::channel();
    let place: Place<T> = Arc::default();
    let put = Arc::clone(&place);
    let run = move || {
        let unit = permits::begin(None);
        let result = work();
        drop(unit);
        *put.lock() = Some(result);
        // The send fails if the work ended too late and nobody waits for it any more.
        Box::new(move || told.send(()).unwrap_or(())) as Tell
    };
    hand_over(Box::new(run))?;
    Ok(Begun { place, ended })
}

/// Starts work that may wait for a disk for ever, in a thread of its own.
pub(super) fn spawn_for_disk(work: impl FnOnce() + Send + 'static) -> Result<()> {
    hand_over(Box::new(|| {
        work();
        Box::new(|| {})
    }))
}

/// Work on a disk. It returns what must be done to tell that it has ended.
type Work = Box<dyn FnOnce() -> Tell + Send>;
type Tell = Box<dyn FnOnce()>;

/// A thread that has ended its work waits for more for this time. At the start, several pieces of
/// work follow each other, and starting a thread for each takes longer than most of them.
const MORE_WORK_WITHIN: Duration = Duration::from_millis(50);

/// The threads that wait for work. A thread that a disk holds up is not among them.
static WAITING: Guarded<Vec<(ThreadId, Sender<Work>)>> = Guarded::new(Vec::new());

/// Hands work over to a thread that waits for some, or to a new one.
fn hand_over(work: Work) -> Result<()> {
    let waiting = WAITING.lock().pop();
    let work = match waiting {
        Some((_, thread)) => match thread.send(work) {
            Ok(()) => return Ok(()),
            Err(SendError(work)) => work,
        },
        None => work,
    };
    let thread = std::thread::Builder::new().name("disk glance".into()).spawn(|| work_until_idle(work));
    let refused = |error| {
        Error::new(Code::Busy, "The disk could not be looked at, because no thread could be started.")
            .because(error)
    };
    thread.map(drop).map_err(refused)
}

fn work_until_idle(mut work: Work) {
    let (id, (sender, receiver)) = (std::thread::current().id(), mpsc::channel());
    loop {
        let tell = work();
        // The thread waits before anybody learns of the end, who may have more work.
        WAITING.lock().push((id, sender.clone()));
        tell();
        let next = receiver.recv_timeout(MORE_WORK_WITHIN).or_else(|_| {
            let mut waiting = WAITING.lock();
            let known = waiting.len();
            waiting.retain(|(other, _)| *other != id);
            let was_chosen = waiting.len() == known;
            drop(waiting);
            // Whoever has chosen this thread sends its work in a moment.
            if was_chosen { receiver.recv() } else { Err(RecvError) }
        });
        match next {
            Ok(next) => work = next,
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thread() -> ThreadId {
        apart(Duration::from_secs(60), || Ok(std::thread::current().id())).unwrap().unwrap()
    }

    #[test]
    fn work_that_follows_at_once_has_the_same_thread() {
        let is_same = || thread() == thread();
        // Other tests take waiting threads now and then.
        assert!((0..100).any(|_| is_same()));
    }

    #[test]
    fn work_that_is_held_up_holds_up_no_other_and_all_work_is_done() {
        let (release, held) = mpsc::channel::<()>();
        let long = begin_apart(move || held.recv().map_err(Error::internal)).unwrap();
        for pause in [0, 1, 49, 50, 51, 100].into_iter().cycle().take(60) {
            let sum = apart(Duration::from_secs(60), move || Ok(pause + 1));
            assert_eq!(sum.unwrap(), Some(pause + 1));
            std::thread::sleep(Duration::from_millis(pause));
        }
        assert_eq!(long.within(Duration::ZERO).unwrap(), None);
        release.send(()).unwrap();
        assert_eq!(long.within(Duration::from_secs(60)).unwrap(), Some(()));
    }
}
