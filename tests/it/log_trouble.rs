//! The server works even if it cannot write its log: because the disk is full, or because the
//! reader has gone or does not read.

use crate::harness::{Caller, Data, program, wait_until};
use std::fs::File;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStderr, Stdio};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(20);

/// A server whose standard error the tests do not read. It is killed when the value is dropped.
struct Mute {
    data: Data,
    process: Child,
    address: SocketAddr,
}

impl Mute {
    fn start(stderr: Stdio) -> Mute {
        let data = Data::with_accounts();
        // Nobody can read the address from the log, so the test chooses a free port.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = program();
        command.args(["serve", "--listen", &address.to_string(), "--data"]).arg(data.path(""));
        let process = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr).spawn().unwrap();
        let mute = Mute { data, process, address };
        wait_until("it listens", SOON, || TcpStream::connect(address).is_ok());
        mute
    }

    fn bob(&self) -> Caller {
        let mut bob = Caller::new(self.address);
        bob.sign_in("bob");
        bob
    }

    fn sql(&self, sql: &str) {
        let other = rusqlite::Connection::open(self.data.path("cloudlet.db")).unwrap();
        other.busy_timeout(SOON).unwrap();
        other.execute_batch(sql).unwrap();
    }
}

impl Drop for Mute {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// Makes many calls whose audit row cannot be written, which the server logs each time. Then the
/// server must still work.
fn check_goes_on(mute: &Mute) {
    let mut bob = mute.bob();
    mute.sql("ALTER TABLE audit RENAME TO elsewhere");
    for number in 0..400 {
        let name = format!("folder {number}");
        let reply = bob.core("createfolder", &[("path", "/bob"), ("name", &name)]);
        assert_ne!(reply.result(), 1, "there is no log to write its row to: {reply:?}");
    }
    mute.sql("ALTER TABLE elsewhere RENAME TO audit");
    bob.core("createfolder", &[("path", "/bob"), ("name", "afterwards")]).done();
    assert!(bob.sees("/bob/afterwards"));
}

#[test]
fn a_log_on_a_full_disk_stops_nothing() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    check_goes_on(&Mute::start(full.into()));
}

#[test]
fn a_log_whose_reader_is_gone_stops_nothing() {
    let mut mute = Mute::start(Stdio::piped());
    drop::<Option<ChildStderr>>(mute.process.stderr.take());
    check_goes_on(&mute);
}

#[test]
fn a_log_that_nobody_reads_stops_nothing() {
    // The pipe holds a few hundred lines and then stays full.
    check_goes_on(&Mute::start(Stdio::piped()));
}

#[test]
fn commands_whose_output_nobody_wants_end_as_they_should() {
    let data = Data::with_accounts();
    for arguments in [&["audit", "export"][..], &["user", "list"], &["help"], &["config"], &["check"]] {
        let run = |stdout: Stdio, stderr: Stdio| {
            let mut command = program();
            command.args(arguments).arg("--data").arg(data.path(""));
            let mut child = command.stdin(Stdio::null()).stdout(stdout).stderr(stderr).spawn().unwrap();
            drop((child.stdout.take(), child.stderr.take()));
            child.wait().unwrap().code()
        };
        assert_eq!(run(Stdio::piped(), Stdio::piped()), Some(0), "{arguments:?} into a closed pipe");
        let full = || Stdio::from(File::options().write(true).open("/dev/full").unwrap());
        assert_eq!(run(full(), full()), Some(1), "{arguments:?} onto a full disk");
    }
}
