//! A client with an IPv6 address can use 2^64 of them, so all addresses of a /64 network count as
//! one client. The tests act as a trusted proxy that names such addresses. Connections are counted
//! by the addresses of their sockets, and loopback has only one /64 network. A unit test in
//! `http/waiting.rs` checks that count.

use crate::harness::{Caller, Connection, Data, Launch, PASSWORD, Reply, Request, Server, cloudlet};
use std::time::{Duration, Instant};

const CROWD: usize = 100;
/// The number of wrong passwords from one network, for any accounts, that need no wait.
const FREE_OF_NETWORK: usize = 40;
/// The number of rows in the audit log for one network in a minute.
const ROWS_OF_A_MINUTE: usize = 20;

fn behind_proxy() -> Server {
    Launch::on(Data::with_accounts()).setting("CLOUDLET_TRUSTED_PROXIES", "127.0.0.1").start()
}

/// An address of a /64 network. The addresses differ in the first and the last of their 64 free
/// bits.
fn of_crowd(number: usize) -> String {
    format!("2001:db8:0:1:{:x}::{number:x}", number << 8)
}

fn sign_in(server: &Server, from: &str, name: &str, password: &str) -> Reply {
    let mut caller: Caller = server.guest().always("X-Forwarded-For", from);
    caller.core("loginguest", &[("userid", name), ("password", password)])
}

fn waits(reply: &Reply) -> bool {
    reply.header("x-cloudlet-error").is_some_and(|word| word.starts_with("wait"))
}

#[test]
fn guesses_from_a_crowd_of_one_network_wait_together() {
    let server = behind_proxy();
    let guess = |number: usize| {
        waits(&sign_in(&server, &of_crowd(number), &format!("nobody{number}"), "not the password"))
    };
    let tried = (0..CROWD).filter(|&number| !guess(number)).count();
    // On a slow machine some more attempts fit between the waits, each of which is twice as long as
    // the one before.
    assert!((FREE_OF_NETWORK..FREE_OF_NETWORK + 6).contains(&tried), "{tried} were tried");
    sign_in(&server, "2001:db8:0:2::1", "bob", PASSWORD).done();
}

#[test]
fn calls_of_a_crowd_of_one_network_are_counted_together_in_the_audit_log() {
    let mut server = behind_proxy();
    let knock = Request::get("/core/getfilelist?path=/bob");
    let mut stranger = server.guest();
    for number in 0..CROWD {
        stranger.send(&knock.clone().header("X-Forwarded-For", &of_crowd(number)));
    }
    assert_eq!(server.stop(), Some(0));
    let csv = cloudlet(server.data(), &["audit", "export"], "").succeeded();
    let rows: Vec<&str> = csv.lines().filter(|line| line.contains("2001:db8:0:1:")).collect();
    // The attempts may have reached into the next minute.
    assert!(rows.len() <= 2 * (ROWS_OF_A_MINUTE + 1), "{} rows", rows.len());
    assert!(rows.iter().any(|row| row.contains("2001:db8:0:1::/64") && row.contains("and ")), "{csv}");
}

#[test]
fn a_crowd_of_one_network_leaves_others_their_turn_to_sign_in() {
    let server = behind_proxy();
    let bob = server.user("bob");
    let mut crowd: Vec<Connection> = (0..200)
        .map(|number| {
            let guess = Request::post("/core/loginguest", &[("userid", "nobody"), ("password", "wrong")]);
            let mut connection = server.connect();
            connection.send(guess.header("X-Forwarded-For", &of_crowd(number)).bytes("x"));
            connection
        })
        .collect();
    let begun = Instant::now();
    sign_in(&server, "2001:db8:0:2::1", "bob", PASSWORD).done();
    bob.twin().list("/bob");
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    for connection in &mut crowd {
        let reply = connection.reply();
        assert!(matches!(reply.status, 400 | 503), "{reply:?}");
    }
}
