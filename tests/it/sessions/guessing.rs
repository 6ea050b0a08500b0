//! Guessing passwords. It is slow, it reveals nothing, and it locks nobody else out.

use crate::harness::{Caller, Data, Launch, PASSWORD, Reply, Server, joined};
use std::time::{Duration, Instant};

/// The number of wrong passwords for an account from one address that need no wait.
const FREE: usize = 8;

/// The number of wrong passwords for an account from all networks that need no wait.
const FREE_OF_ACCOUNT: usize = 40;

/// A server that trusts the tests as a proxy, so that they can choose the address of a client.
fn behind_proxy() -> Server {
    Launch::on(Data::with_accounts()).setting("CLOUDLET_TRUSTED_PROXIES", "127.0.0.1").start()
}

fn from(server: &Server, address: &str) -> Caller {
    server.guest().always("X-Forwarded-For", address)
}

/// The error code of a failure.
fn word(reply: &Reply) -> String {
    reply.header("x-cloudlet-error").unwrap_or("").to_owned()
}

fn sign_in(caller: &mut Caller, name: &str, password: &str) -> Reply {
    caller.core("loginguest", &[("userid", name), ("password", password)])
}

/// Both times are the shortest of many, measured in turns, so that a busy machine slows both down
/// alike.
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
            // A successful sign-in ends the count of failures.
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
        // This call follows at once, because on a busy machine the wait of one second could be
        // over.
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

/// If the guesses were only counted when they fail, many could pass at once.
#[test]
fn guesses_sent_all_at_once_pass_no_wait() {
    let server = Server::start();
    let words: Vec<String> = std::thread::scope(|scope| {
        let guess = || word(&sign_in(&mut server.guest(), "bob", "not the password"));
        let guesses: Vec<_> = (0..129).map(|_| scope.spawn(guess)).collect();
        guesses.into_iter().map(|guess| joined(guess.join())).collect()
    });
    let tried = words.iter().filter(|word| *word == "credentials").count();
    // On a busy machine some more guesses fit between the waits, each of which is twice as long as
    // the one before.
    assert!((FREE..FREE + 6).contains(&tried), "{tried} of {} were tried: {words:?}", words.len());
}

#[test]
fn the_names_of_an_account_are_one() {
    let server = Server::start();
    let fields = [("username", "carol"), ("email", "carol@example.org"), ("password", PASSWORD)];
    server.admin().administer("adduser", &fields).done();
    let mut caller = server.guest();
    let names = ["carol", "carol@example.org", "CAROL", " Carol@Example.org "];
    for number in 0..FREE {
        let name = names[number % names.len()];
        assert_eq!(word(&sign_in(&mut caller, name, "not the password")), "credentials", "{name}");
    }
    for name in names {
        assert!(word(&sign_in(&mut caller, name, PASSWORD)).starts_with("wait"), "{name}");
    }
}

#[test]
fn strangers_hold_up_nobody_who_has_signed_in_before_also_after_a_restart() {
    let mut server = behind_proxy();
    let (family, visitor) = ("192.0.2.7", "198.51.100.9");
    sign_in(&mut from(&server, family), "bob", PASSWORD).done();
    sign_in(&mut from(&server, "2001:db8:0:1::5"), "bob", PASSWORD).done();
    server.kill();
    server.start_again();
    for number in 0..FREE_OF_ACCOUNT {
        let mut stranger = from(&server, &format!("10.0.0.{number}"));
        assert_eq!(word(&sign_in(&mut stranger, "bob", "not the password")), "credentials");
    }
    assert!(word(&sign_in(&mut from(&server, visitor), "bob", PASSWORD)).starts_with("wait"));
    for address in [family, "2001:db8:0:1::77"] {
        for _ in 0..FREE - 1 {
            sign_in(&mut from(&server, address), "bob", "not the password").refused();
        }
        sign_in(&mut from(&server, address), "bob", PASSWORD).done();
    }
}

#[test]
fn long_names_cost_no_memory() {
    let server = behind_proxy();
    let before = server.memory_kib();
    for number in 0..200 {
        let mut stranger = from(&server, &format!("10.0.0.{number}"));
        sign_in(&mut stranger, &format!("{number}{}", "x".repeat(60_000)), "not the password").refused();
    }
    server.settles_below(before, 12 * 1024, "names of 60 KB");
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
    // At most two passwords are hashed at the same time, and each needs 9 MiB.
    let grown = server.memory_kib().saturating_sub(before);
    assert!(grown < 40 * 1024, "{grown} KiB more");
}
