//! Guessing passwords: it is slow, it tells nothing, and it keeps nobody else out.

use crate::harness::{Caller, PASSWORD, Reply, Server};
use std::time::{Duration, Instant};

/// Wrong passwords for an account from one address without a wait.
const FREE: usize = 8;

fn sign_in(caller: &mut Caller, name: &str, password: &str) -> Reply {
    caller.core("loginguest", &[("userid", name), ("password", password)])
}

/// The fastest of many, taken in turns, so that a busy machine slows both down alike.
#[test]
fn an_unknown_user_costs_the_same_time_as_a_wrong_password() {
    let server = Server::start();
    let mut caller = server.guest();
    let mut time = |name: &str| {
        let start = Instant::now();
        sign_in(&mut caller, name, "not the password").refused();
        start.elapsed()
    };
    let (mut known, mut unknown) = (Duration::MAX, Duration::MAX);
    for round in 0..24 {
        known = known.min(time("bob"));
        unknown = unknown.min(time(&format!("nobody{round}")));
        if round % 6 == 5 {
            // Ends the count of failures.
            server.user("bob");
        }
    }
    let ratio = unknown.as_secs_f64() / known.as_secs_f64();
    assert!((0.6..1.7).contains(&ratio), "known {known:?}, unknown {unknown:?}");
}

#[test]
fn guessing_is_slowed_down_for_known_and_unknown_users_alike() {
    let server = Server::start();
    let mut caller = server.guest();
    let mut waits = |name: &str| {
        let messages: Vec<String> =
            (0..FREE + 2).map(|_| sign_in(&mut caller, name, "not the password").refused()).collect();
        assert!(messages[..FREE].iter().all(|message| !message.contains("wait")), "{messages:?}");
        // At once: a busy machine must not wait so long that the second is over.
        let other_door = [("adminuser", name), ("adminpassword", "not the password")];
        let message = caller.administer("adminlogin", &other_door).refused();
        assert!(message.contains("wait"), "the other door is no way around the wait: {message}");
        messages[FREE].clone()
    };
    let (known, unknown) = (waits("bob"), waits("nobody"));
    assert!(known.contains("wait"), "{known}");
    assert_eq!(known, unknown);
}

#[test]
fn the_right_password_waits_too_and_then_works() {
    let server = Server::start();
    let mut caller = server.guest();
    for _ in 0..FREE {
        sign_in(&mut caller, "bob", "not the password").refused();
    }
    assert!(sign_in(&mut caller, "bob", PASSWORD).refused().contains("wait"));
    sign_in(&mut caller, "alice", PASSWORD).done();
    std::thread::sleep(Duration::from_millis(1300));
    sign_in(&mut caller, "bob", PASSWORD).done();
}

#[test]
fn guessing_with_a_stolen_session_is_slowed_down() {
    let server = Server::start();
    let mut caller = server.user("bob");
    let mut change = |old: &str| {
        caller
            .core("updatepassword", &[("oldpassword", old), ("newpassword", "another battery staple")])
            .refused()
    };
    let messages: Vec<String> = (0..=FREE).map(|_| change("not the password")).collect();
    assert!(messages[FREE].contains("wait"), "{messages:?}");
    assert!(change(PASSWORD).contains("wait"));
}

#[test]
fn endless_passwords_cost_nothing() {
    let server = Server::start();
    let mut caller = server.guest();
    let before = server.memory_kib();
    for number in 0..20 {
        sign_in(&mut caller, &format!("nobody{number}"), &"x".repeat(60_000)).refused();
        let reply = sign_in(&mut caller, &format!("nobody{number}"), &"x".repeat(500_000));
        assert_eq!((reply.status, reply.command().1), (413, 0), "{reply:?}");
    }
    let grown = server.memory_kib().saturating_sub(before);
    assert!(grown < 16 * 1024, "{grown} KiB more");
}

#[test]
fn many_sign_ins_at_once_are_served_in_bounded_memory() {
    let server = Server::start();
    let before = server.memory_kib();
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| server.user("bob"));
        }
    });
    // At most two passwords are hashed at a time, 9 MiB each.
    let grown = server.memory_kib().saturating_sub(before);
    assert!(grown < 40 * 1024, "{grown} KiB more");
}
