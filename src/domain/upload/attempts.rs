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
    /// Where folders went while something was on its way into them. Noted while the attempts are held.
    pub(in crate::domain) moves: Moves,
    /// A part has ended, or its upload was given up.
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
