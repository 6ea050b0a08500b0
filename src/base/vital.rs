//! Threads that the whole program depends on. Without one of them it would be half alive: it would answer some calls, and
//! let the others wait for ever.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{Builder, JoinHandle};

/// Starts a thread whose panic ends the process. A service manager then starts it again, and what was committed is there.
pub fn spawn(name: &'static str, body: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
    Builder::new().name(name.into()).spawn(move || {
        if catch_unwind(AssertUnwindSafe(body)).is_err() {
            log::error!("the thread {name} has panicked, and the program cannot go on without it: it ends");
            std::process::abort();
        }
    })
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    const DIES: &str = "CLOUDLET_TEST_DIES";

    #[test]
    fn a_panic_of_it_ends_the_process() {
        if std::env::var_os(DIES).is_some() {
            // This is the process below: nobody else would end it for a long time.
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
