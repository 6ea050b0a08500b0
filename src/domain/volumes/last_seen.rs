//! The state of a disk that was last seen, for callers that only glance at it.

use crate::base::guarded::{Guarded, Signal};
use crate::disk::{FileSystem, Space, Stat, Volume};
use crate::error::{Error, Result};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The looks at one disk. At most one runs at a time.
#[derive(Default)]
pub(super) struct Looks {
    state: Guarded<State>,
    ended: Signal,
}

#[derive(Default)]
struct State {
    /// The time when the running look began.
    began: Option<Instant>,
    ended: Option<Instant>,
    /// The reason why the last look failed.
    failure: Option<Error>,
    last: Option<LastSeen>,
}

/// The result of the last successful look.
#[derive(Clone)]
pub(super) struct LastSeen {
    pub volume: Arc<Volume>,
    pub space: Space,
    pub file_system: FileSystem,
    /// The top of the disk.
    pub top: Option<Stat>,
}

impl Looks {
    /// Notes that a look begins. Returns false if one is running or has ended within a time.
    pub fn begin(&self, believed: Duration) -> bool {
        let mut state = self.state.lock();
        let is_fresh = state.ended.is_some_and(|ended| ended.elapsed() < believed);
        let begins = state.began.is_none() && !is_fresh;
        if begins {
            state.began = Some(Instant::now());
        }
        begins
    }

    pub fn end(&self, seen: Result<LastSeen>) {
        let mut state = self.state.lock();
        (state.began, state.ended) = (None, Some(Instant::now()));
        state.failure = match seen {
            Ok(seen) => {
                state.last = Some(seen);
                None
            }
            Err(error) => Some(error),
        };
        self.ended.notify_all();
    }

    /// Waits at most for a time for the running look. `None` if it has not ended.
    pub fn wait(&self, time: Duration) -> Option<Result<()>> {
        let state = self.state.lock();
        let left = state.began.map_or(Duration::ZERO, |began| time.saturating_sub(began.elapsed()));
        let state = self.ended.wait_while(state, left, |state| state.began.is_some());
        state.began.is_none().then(|| state.failure.clone().map_or(Ok(()), Err))
    }

    pub fn last(&self) -> Option<LastSeen> {
        self.state.lock().last.clone()
    }
}
