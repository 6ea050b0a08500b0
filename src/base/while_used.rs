//! Shared bytes that stay in memory once, as long as anybody uses them.

use super::guarded::Guarded;
use std::sync::{Arc, Weak};

/// A holder of such bytes. Whoever makes them, they are the same.
#[derive(Debug)]
pub struct WhileUsed(Guarded<Weak<Vec<u8>>>);

impl WhileUsed {
    pub const fn new() -> WhileUsed {
        WhileUsed(Guarded::new(Weak::new()))
    }

    /// The bytes, if they are in use.
    pub fn get(&self) -> Option<Arc<Vec<u8>>> {
        self.0.lock().upgrade()
    }

    /// The bytes in use; if none are, these bytes.
    pub fn put(&self, bytes: Vec<u8>) -> Arc<Vec<u8>> {
        self.get_or_make(|| bytes)
    }

    /// The bytes in use, or new ones if none are in use. Other callers wait while they are made.
    pub fn get_or_make(&self, make: impl FnOnce() -> Vec<u8>) -> Arc<Vec<u8>> {
        let mut place = self.0.lock();
        place.upgrade().unwrap_or_else(|| {
            let made = Arc::new(make());
            *place = Arc::downgrade(&made);
            made
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    #[test]
    fn bytes_are_shared_while_they_are_used_and_made_anew_afterwards() {
        let place = WhileUsed::new();
        assert!(place.get().is_none());
        let first = place.get_or_make(|| vec![1]);
        assert!(Arc::ptr_eq(&first, &place.get().unwrap()));
        assert!(Arc::ptr_eq(&first, &place.put(vec![2])));
        drop(first);
        assert!(place.get().is_none(), "nobody uses them");
        assert_eq!(*place.put(vec![3]), [3]);
    }

    #[test]
    fn callers_at_once_make_the_bytes_once() {
        let (place, made, together) = (WhileUsed::new(), AtomicUsize::new(0), Barrier::new(8));
        let call = || {
            together.wait();
            let bytes = place.get_or_make(|| vec![made.fetch_add(1, Ordering::SeqCst) as u8]);
            together.wait();
            bytes
        };
        let all: Vec<_> = thread::scope(|scope| {
            let callers: Vec<_> = (0..8).map(|_| scope.spawn(call)).collect();
            callers.into_iter().map(|caller| caller.join().unwrap()).collect()
        });
        assert!(all.iter().all(|bytes| **bytes == [0]));
        assert_eq!(made.into_inner(), 1);
    }
}
