//! Values that threads share under a lock. It is decided here, once, what becomes of one whose holder panicked.
//!
//! Nobody knows how far such a holder came, so nobody goes on with the value: whoever asks for it next panics too. No such
//! holder is known; a call that panics otherwise ends alone.

use std::sync::{Condvar, Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

const POISONED: &str = "nobody panics while holding a lock";

/// A value for one holder at a time.
#[derive(Debug, Default)]
pub struct Guarded<T>(Mutex<T>);

impl<T> Guarded<T> {
    pub const fn new(value: T) -> Guarded<T> {
        Guarded(Mutex::new(value))
    }

    /// Waits for its turn.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().expect(POISONED)
    }
}

/// A value for many who read it, or one who changes it.
#[derive(Debug, Default)]
pub struct GuardedShared<T>(RwLock<T>);

impl<T> GuardedShared<T> {
    pub const fn new(value: T) -> GuardedShared<T> {
        GuardedShared(RwLock::new(value))
    }

    pub fn read(&self) -> RwLockReadGuard<'_, T> {
        self.0.read().expect(POISONED)
    }

    pub fn write(&self) -> RwLockWriteGuard<'_, T> {
        self.0.write().expect(POISONED)
    }
}

/// Tells those who wait that a guarded value has changed.
#[derive(Debug, Default)]
pub struct Signal(Condvar);

impl Signal {
    pub const fn new() -> Signal {
        Signal(Condvar::new())
    }

    pub fn notify_one(&self) {
        self.0.notify_one();
    }

    pub fn notify_all(&self) {
        self.0.notify_all();
    }

    pub fn wait<'a, T>(&self, held: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        self.0.wait(held).expect(POISONED)
    }

    /// Waits no longer than a time.
    pub fn wait_for<'a, T>(&self, held: MutexGuard<'a, T>, longest: Duration) -> MutexGuard<'a, T> {
        self.0.wait_timeout(held, longest).expect(POISONED).0
    }

    /// Waits as long as something holds, and no longer than a time.
    pub fn wait_while<'a, T>(
        &self,
        held: MutexGuard<'a, T>,
        longest: Duration,
        holds: impl FnMut(&mut T) -> bool,
    ) -> MutexGuard<'a, T> {
        self.0.wait_timeout_while(held, longest, holds).expect(POISONED).0
    }
}
