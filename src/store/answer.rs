//! The writer's answer to one caller who waits for it.

use crate::base::guarded::Guarded;
use crate::error::{Error, Result};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// The caller's side.
pub struct Answer<T> {
    place: Place<T>,
    given: Receiver<()>,
}

/// The writer's side. An answer that is dropped without a result is an error for the caller.
pub struct Answering<T> {
    place: Place<T>,
    give: SyncSender<()>,
}

/// The result lies beside the channel. A channel of results would be compiled anew for each kind of
/// result, which made the program half a megabyte larger.
type Place<T> = Arc<Guarded<Option<Result<T>>>>;

pub fn new<T>() -> (Answering<T>, Answer<T>) {
    let (give, given) = sync_channel(1);
    let place = Place::default();
    (Answering { place: Arc::clone(&place), give }, Answer { place, given })
}

impl<T> Answering<T> {
    pub fn give(self, result: Result<T>) {
        *self.place.lock() = Some(result);
        // If the caller no longer waits, it has panicked, and nobody needs the result.
        self.give.send(()).ok();
    }
}

impl<T> Answer<T> {
    pub fn wait(self) -> Result<T> {
        let result = self.given.recv().ok().and_then(|()| self.place.lock().take());
        result.unwrap_or_else(|| Err(Error::internal("the writer ended before it answered")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_received_and_a_dropped_answer_is_an_error() {
        let (answering, answer) = new();
        answering.give(Ok(5));
        assert_eq!(answer.wait().unwrap(), 5);
        let (answering, answer) = new::<()>();
        drop(answering);
        answer.wait().unwrap_err();
    }
}
