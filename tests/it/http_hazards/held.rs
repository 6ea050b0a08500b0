//! Requests that wait for a worker: their bytes, and what was sent behind them, count together with
//! everything else that connections hold.

use crate::harness::{Caller, Connection, Data, Launch, Request, Server};
use std::net::IpAddr;
use std::time::Duration;

/// What all connections may hold together (`HELD_BYTES_MAX`), two passwords that are hashed, and
/// the rest in KiB: the parameters of calls that run, and what a server grows by anyway.
const HELD_KIB_MAX: u64 = 20 * 1024;
const HASHED_KIB: u64 = 18 * 1024;
const ANYWAY_KIB_MAX: u64 = 16 * 1024;
const NETWORKS: u8 = 3;
const OF_NETWORK: usize = 200;

/// Sign-ins of strangers, each with so much in its form and behind it that all of them are three
/// times what may be held.
fn crowd(server: &Server, request: &[u8]) -> Vec<Connection> {
    let mut crowd = Vec::new();
    for network in 1..=NETWORKS {
        for _ in 0..OF_NETWORK {
            let from: IpAddr = [127, 0, 9, network].into();
            let mut connection = Connection::open_from(from, server.address);
            connection.set_sending_patience(Duration::from_millis(10));
            // A refused body is not read to its end.
            let _ = connection.try_send(request);
            crowd.push(connection);
        }
    }
    crowd
}

fn check_that_people_are_served(bob: &Caller, what: &str) {
    let mut bob = bob.twin();
    assert!(bob.is_signed_in(), "{what}");
    bob.list("/bob");
}

#[test]
fn requests_that_wait_for_a_worker_hold_no_more_than_everything_may() {
    for (what, fields) in [
        ("long forms", vec![("userid", "nobody".to_owned()), ("password", "x".repeat(60_000))]),
        ("long names", vec![("userid", "n".repeat(60_000)), ("password", "x".to_owned())]),
        ("many small requests", vec![("userid", "nobody".to_owned()), ("password", "x".to_owned())]),
    ] {
        let server = Launch::on(Data::with_accounts()).start();
        let bob = server.user("bob");
        let before = server.memory_kib();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let request = server.guest().bytes(&Request::post("/core/loginguest", &fields));
        let times = 200_000_usize.div_ceil(request.len());
        let mut crowd = crowd(&server, &request.repeat(times));
        check_that_people_are_served(&bob, what);
        let grown = server.peak_memory_kib().saturating_sub(before);
        assert!(grown < HELD_KIB_MAX + HASHED_KIB + ANYWAY_KIB_MAX, "{what}: {grown} KiB more");
        // Every answer that begins is complete.
        for connection in &mut crowd {
            if let Ok(reply) = connection.try_reply() {
                assert!(matches!(reply.status, 200 | 400 | 503), "{what}: {reply:?}");
            }
        }
        check_that_people_are_served(&bob, what);
    }
}
