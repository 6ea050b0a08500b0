//! Records what the calls of a thread make the machine do, so that tests can compare the work of
//! two calls without a clock.

use std::cell::RefCell;

thread_local! {
    static RECORD: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Notes a piece of work, if this thread is recorded.
pub fn note(what: &str) {
    RECORD.with_borrow_mut(|record| record.iter_mut().for_each(|record| record.push(what.to_owned())));
}

/// Does something, and returns the work that this thread has noted meanwhile.
pub fn of<T>(work: impl FnOnce() -> T) -> (T, Vec<String>) {
    RECORD.set(Some(Vec::new()));
    let result = work();
    (result, RECORD.take().unwrap_or_default())
}
