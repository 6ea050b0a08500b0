//! Makes changes of disk and database fail, for the tests of what then remains. A plan belongs to a thread and is handed to
//! those that work for it, so that one count runs through all machines.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// What happens at the chosen change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// That one change fails, the following succeed: a bad sector, a full disk.
    Once,
    /// That change and the next fail: what would take the first back does not work either.
    Twice,
    /// That change and all after it fail: what the power cut leaves.
    Crash,
}

/// Which change fails, and how many there were.
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

/// Does this before each change of this thread, from now on: what another program does at that moment, or a disk that
/// does not answer.
pub fn before_each(action: impl FnMut() + 'static) {
    BEFORE.set(Some(Box::new(action)));
}

/// Lets the `nth` change from now (1 is the next) fail.
pub fn plan(fault: Fault, nth: u32) {
    enter(Some(Arc::new(Plan { fault, nth, count: AtomicU32::new(0) })));
}

/// Ends the plan; how many changes were asked for since [`plan`].
pub fn end() -> u32 {
    PLAN.take().map_or(0, |plan| plan.count.load(Ordering::Relaxed))
}

/// The plan of this thread, to be handed to one that works for it.
pub fn current() -> Option<Arc<Plan>> {
    PLAN.with_borrow(Clone::clone)
}

/// Makes a plan, or none, that of this thread.
pub fn enter(plan: Option<Arc<Plan>>) {
    PLAN.set(plan);
}

/// Counts a change; whether it is to fail.
pub fn fails() -> bool {
    // Taken out, so that what it changes itself is not preceded by it.
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
