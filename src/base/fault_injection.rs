//! Makes changes of disk and database fail, so that tests can check what remains. A plan belongs to
//! a thread and is passed on to the threads that work for it, so that one count covers all back
//! ends.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The changes that fail.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// One change fails and the next succeed, as with a bad sector or a full disk.
    Once,
    /// One change and the next fail, so that undoing the first fails, too.
    Twice,
    /// One change and all later ones fail, as after a power cut.
    Crash,
}

/// The planned fault, and the number of changes so far.
#[derive(Debug)]
pub struct Plan {
    fault: Fault,
    nth: u32,
    count: AtomicU32,
}

thread_local! {
    static PLAN: RefCell<Option<Arc<Plan>>> = const { RefCell::new(None) };
    static BEFORE: RefCell<Option<Box<dyn FnMut()>>> = const { RefCell::new(None) };
}

/// Runs an action before each change of this thread from now on. It simulates another program that
/// acts at that moment, or a disk that does not answer.
pub fn before_each(action: impl FnMut() + 'static) {
    BEFORE.set(Some(Box::new(action)));
}

/// Makes the `nth` change from now fail. The next change is 1.
pub fn plan(fault: Fault, nth: u32) {
    enter(Some(Arc::new(Plan { fault, nth, count: AtomicU32::new(0) })));
}

/// Ends the plan. Returns the number of changes since [`plan`].
pub fn end() -> u32 {
    PLAN.take().map_or(0, |plan| plan.count.load(Ordering::Relaxed))
}

/// The plan of this thread, to be passed on to a thread that works for it.
pub fn current() -> Option<Arc<Plan>> {
    PLAN.with_borrow(Clone::clone)
}

/// Sets the plan of this thread.
pub fn enter(plan: Option<Arc<Plan>>) {
    PLAN.set(plan);
}

/// Counts a change. Returns true if it must fail.
pub fn fails() -> bool {
    // The action is taken out while it runs, so that its own changes do not run it again.
    if let Some(mut action) = BEFORE.take() {
        action();
        BEFORE.set(Some(action));
    }
    let Some(plan) = current() else { return false };
    let count = plan.count.fetch_add(1, Ordering::Relaxed) + 1;
    match plan.fault {
        Fault::Once => count == plan.nth,
        Fault::Twice => (plan.nth..plan.nth + 2).contains(&count),
        Fault::Crash => count >= plan.nth,
    }
}
