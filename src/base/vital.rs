//! Threads on which the whole program depends. Without one of them, the program would answer some
//! calls and let others wait for ever.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// Starts a thread whose panic ends the process. The service manager starts the process again, and
/// everything committed is still there.
pub fn spawn(name: &'static str, body: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
    Builder::new().name(name.into()).spawn(move || {
        if catch_unwind(AssertUnwindSafe(body)).is_err() {
            log::error!("the thread {name} has panicked, and the program cannot go on without it: the process ends now");
            std::process::abort();
        }
    })
}

/// Waits for the end of a thread until a deadline. Returns true if it has ended.
pub fn ends_by<T>(thread: &JoinHandle<T>, deadline: Instant) -> bool {
    while !thread.is_finished() {
        if Instant::now() >= deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    true
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    const DIES: &str = "CLOUDLET_TEST_DIES";

    #[test]
    fn a_panic_of_it_ends_the_process() {
        if std::env::var_os(DIES).is_some() {
            // This test runs itself as another process, and nothing else would end it for a long
            // time.
            super::spawn("dying", || panic!("on purpose")).unwrap();
            std::thread::sleep(std::time::Duration::from_secs(300));
            return;
        }
        let mut again = Command::new(std::env::current_exe().unwrap());
        again.args(["--exact", "base::vital::tests::a_panic_of_it_ends_the_process"]).env(DIES, "1");
        let ended = again.output().unwrap();
        assert!(!ended.status.success(), "{ended:?}");
    }
}
