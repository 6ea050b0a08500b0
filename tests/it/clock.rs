//! A machine that starts with an old date. Nothing expires too early, and nothing stays valid for
//! longer.

use crate::harness::{Caller, Data, PASSWORD, Server, cloudlet, wait_until};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY: u64 = 24 * 3600;

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// The content of the database, and the position of the ten digits of the latest time that the
/// server has seen.
fn last_seen(data: &Data) -> (Vec<u8>, usize) {
    const NAME: &[u8] = b"clock_seen";
    let bytes = std::fs::read(data.path("cloudlet.db")).unwrap();
    let at =
        bytes.windows(NAME.len()).rposition(|window| window == NAME).expect("the time is noted") + NAME.len();
    assert!(bytes[at..at + 10].iter().all(u8::is_ascii_digit));
    (bytes, at)
}

fn noted(data: &Data) -> u64 {
    let (bytes, at) = last_seen(data);
    std::str::from_utf8(&bytes[at..at + 10]).unwrap().parse().unwrap()
}

/// Adds some seconds to the latest time in the database. To the server it then looks as if the
/// clock had fallen back.
fn fall_back(server: &mut Server, seconds: u64) {
    assert_eq!(server.stop(), Some(0));
    let (mut bytes, at) = last_seen(server.data());
    bytes[at..at + 10].copy_from_slice((now() + seconds).to_string().as_bytes());
    std::fs::write(server.data().path("cloudlet.db"), bytes).unwrap();
    server.start_again();
}

#[test]
fn the_time_is_noted_with_changes() {
    let mut server = Server::start();
    server.user("bob");
    assert_eq!(server.stop(), Some(0));
    let noted = noted(server.data());
    assert!((now() - 2 * 3600..=now()).contains(&noted), "{noted}");
    server.start_again();
    assert!(!server.log().contains("the clock says"), "{}", server.log());
}

#[test]
fn accounts_and_sessions_stay_as_they_were() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    let expires = (now() + 5 * DAY).to_string();
    server.admin().administer("updateuser", &[("profile", "bobby"), ("expirationdate", &expires)]).done();
    server.user("bobby");
    // Bobby's account has expired at the latest time that the server has seen. An old date does not
    // bring it back.
    fall_back(&mut server, 10 * DAY);
    assert!(server.log().contains("the clock says"), "{}", server.log());
    let fields = [("userid", "bobby"), ("password", PASSWORD)];
    server.guest().core("loginguest", &fields).refused();
    // Sessions continue, new ones begin, and files can be changed.
    bob.follow(&server);
    assert!(bob.is_signed_in());
    let mut new = server.user("bob");
    new.upload("/bob", "file", b"x").ok();
    assert!(new.is_signed_in());
    let noted_before = noted(server.data());
    // The clock falls back again, after new rows were written.
    assert_eq!(server.stop(), Some(0));
    assert_eq!(noted(server.data()), noted_before, "an earlier time is never noted");
    server.start_again();
    assert!(server.log().contains("the clock says"), "{}", server.log());
    for caller in [&mut bob, &mut new] {
        caller.follow(&server);
        assert!(caller.is_signed_in());
    }
    cloudlet(server.data(), &["check"], "").succeeded();
}

#[test]
fn a_small_step_back_is_nothing() {
    let mut server = Server::start();
    server.user("bob");
    fall_back(&mut server, 200);
    assert!(!server.log().contains("the clock says"), "{}", server.log());
}

#[test]
fn a_lock_ends_in_its_time_though_the_clock_stands_still() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    for name in ["short", "long"] {
        bob.upload("/bob", name, b"x").ok();
    }
    let far = (now() + 20 * DAY).to_string();
    bob.core("lock", &[("path", "/bob/long"), ("expiration", &far)]).done();
    fall_back(&mut server, 10 * DAY);
    bob.follow(&server);
    let is_locked = |bob: &mut Caller, path: &str| {
        let info = bob.core("getfilelockinfo", &[("path", path)]).xml();
        info.child("filelockinfo").number("locked") == 1
    };
    assert!(is_locked(&mut bob, "/bob/long"), "it had days left by the time last seen");
    bob.core("lock", &[("path", "/bob/short"), ("relative_expiration", "2")]).done();
    assert!(is_locked(&mut bob, "/bob/short"));
    wait_until("the lock ends", Duration::from_secs(10), || !is_locked(&mut bob, "/bob/short"));
    assert!(is_locked(&mut bob, "/bob/long"));
}
