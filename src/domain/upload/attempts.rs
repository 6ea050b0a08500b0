//! The unfinished uploads of all accounts.

use crate::base::guarded::{Guarded, Signal};
use crate::domain::upload::moves::Moves;
use crate::domain::upload::partial::{Attempt, Key};
use std::collections::HashMap;
use std::sync::MutexGuard;

/// The unfinished uploads.
#[derive(Default)]
pub struct Uploads {
    attempts: Guarded<HashMap<Key, Attempt>>,
    /// The moves of folders while uploads into them are running. They are noted while the attempts
    /// are locked.
    pub(in crate::domain) moves: Moves,
    /// Signals that a part has ended, or that an upload was discarded.
    pub(in crate::domain) changed: Signal,
    /// Held while a file that came by a link gets its name.
    naming: Guarded<()>,
}

impl Uploads {
    pub(in crate::domain) fn lock(&self) -> MutexGuard<'_, HashMap<Key, Attempt>> {
        self.attempts.lock()
    }

    pub(in crate::domain) fn naming(&self) -> MutexGuard<'_, ()> {
        self.naming.lock()
    }
}
