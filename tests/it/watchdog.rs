//! The sign of life for a service manager. The server sends it only while the database answers and
//! a worker is free.

use crate::harness::{Caller, Data, Launch, Multipart, Request, Server, form};
use std::os::unix::net::UnixDatagram;
use std::time::{Duration, Instant};

/// The time that systemd tells the service, in microseconds. The service sends a sign of life twice
/// in this time.
const WATCHDOG_MICROSECONDS: u64 = 600_000;
/// There is a sign of life within this time, even on a busy machine.
const SOON: Duration = Duration::from_secs(10);

/// A server for which this test is the service manager.
struct Watched {
    server: Server,
    told: UnixDatagram,
}

impl Watched {
    fn start(workers: usize) -> Watched {
        let data = Data::with_accounts();
        let path = data.path("notify");
        let told = UnixDatagram::bind(&path).unwrap();
        let server = Launch::on(data)
            .setting("NOTIFY_SOCKET", path.display())
            .setting("WATCHDOG_USEC", WATCHDOG_MICROSECONDS)
            .setting("CLOUDLET_WORKERS_MAX", workers)
            .start();
        let watched = Watched { server, told };
        assert_eq!(watched.next(SOON).as_deref(), Some("READY=1"));
        watched
    }

    /// Returns the next message that comes within a time.
    fn next(&self, longest: Duration) -> Option<String> {
        self.told.set_read_timeout(Some(longest)).unwrap();
        let mut bytes = [0; 100];
        let length = self.told.recv(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes[..length]).into_owned())
    }

    fn lives(&self) -> bool {
        self.next(SOON).as_deref() == Some("WATCHDOG=1")
    }

    /// Discards earlier messages. Returns the number of signs of life within a time.
    fn signs_within(&self, time: Duration) -> usize {
        while self.next(Duration::from_millis(1)).is_some() {}
        let end = Instant::now() + time;
        let mut signs = 0;
        while let Some(left) = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
            signs += usize::from(self.next(left).is_some());
        }
        signs
    }
}

#[test]
fn a_database_that_hangs_ends_the_signs_of_life() {
    let watched = Watched::start(8);
    assert!(watched.lives() && watched.lives());
    let other = rusqlite::Connection::open(watched.server.data().path("cloudlet.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    // One sign of life may already have been on its way.
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(watched.signs_within(Duration::from_secs(4)), 0);
    assert_eq!(watched.server.guest().get("/healthz").status, 503);
    other.execute_batch("ROLLBACK").unwrap();
    assert!(watched.lives() && watched.lives());
    assert_eq!(watched.server.guest().get("/healthz").status, 200);
}

/// Occupies a worker for some seconds: the last part of a file waits for the first one, which never
/// comes.
fn waits(bob: &mut Caller, name: &str) {
    let query = form(&[
        ("path", "/bob"),
        ("filename", name),
        ("offset", "10"),
        ("complete", "1"),
        ("filesize", "20"),
    ]);
    let body = Multipart::new().file("file", name, &[b'x'; 10]);
    bob.send(&Request::multipart(&format!("/core/upload?{query}"), body)).refused();
}

#[test]
fn workers_that_are_all_busy_end_the_signs_of_life() {
    let watched = Watched::start(2);
    let bob = watched.server.user("bob");
    assert!(watched.lives());
    std::thread::scope(|scope| {
        for name in ["one", "two", "three", "four", "five"] {
            let mut bob = bob.twin();
            scope.spawn(move || waits(&mut bob, name));
        }
        std::thread::sleep(Duration::from_secs(2));
        assert_eq!(watched.signs_within(Duration::from_secs(3)), 0);
    });
    assert!(watched.lives() && watched.lives());
}
