//! Values that threads share under a lock. This file decides what happens if a thread panics while
//! it holds one.
//!
//! The value may be half changed then, so every thread that locks it afterwards panics, too. No
//! code is known to panic while it holds a lock. A call that panics without a lock ends alone.

use std::sync::{Condvar, Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError};
use std::time::Duration;

const POISONED: &str = "nobody panics while holding a lock";

/// A value for one holder at a time.
#[derive(Debug, Default)]
pub struct Guarded<T>(Mutex<T>);

impl<T> Guarded<T> {
    pub const fn new(value: T) -> Guarded<T> {
        Guarded(Mutex::new(value))
    }

    /// Waits until no other thread holds the value.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().expect(POISONED)
    }

    /// The value; `None` if another thread holds it.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        match self.0.try_lock() {
            Ok(held) => Some(held),
            Err(TryLockError::WouldBlock) => None,
            Err(TryLockError::Poisoned(_)) => panic!("{POISONED}"),
        }
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

/// Wakes threads that wait for a guarded value to change.
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

    /// Waits for the signal, at most for `longest`.
    pub fn wait_for<'a, T>(&self, held: MutexGuard<'a, T>, longest: Duration) -> MutexGuard<'a, T> {
        self.0.wait_timeout(held, longest).expect(POISONED).0
    }

    /// Waits while a condition holds, at most for `longest`.
    pub fn wait_while<'a, T>(
        &self,
        held: MutexGuard<'a, T>,
        longest: Duration,
        holds: impl FnMut(&mut T) -> bool,
    ) -> MutexGuard<'a, T> {
        self.0.wait_timeout_while(held, longest, holds).expect(POISONED).0
    }
}
