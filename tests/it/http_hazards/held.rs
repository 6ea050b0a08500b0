//! Requests that wait for a worker. Their bytes, and what was sent behind them, count towards what
//! all connections may hold.

use crate::harness::{Caller, Connection, Data, Launch, Request, Server};
use std::net::IpAddr;
use std::time::Duration;

/// In KiB: what all connections may hold together (`HELD_BYTES_MAX`), what the hashing of two
/// passwords needs, and the rest, such as the parameters of running calls.
const HELD_KIB_MAX: u64 = 20 * 1024;
const HASHED_KIB: u64 = 18 * 1024;
const ANYWAY_KIB_MAX: u64 = 16 * 1024;
const NETWORKS: u8 = 3;
const OF_NETWORK: usize = 200;

/// Opens connections of strangers who sign in. The forms, and the bytes behind them, are together
/// three times what connections may hold.
fn crowd(server: &Server, request: &[u8]) -> Vec<Connection> {
    let mut crowd = Vec::new();
    for network in 1..=NETWORKS {
        for _ in 0..OF_NETWORK {
            let from: IpAddr = [127, 0, 9, network].into();
            let mut connection = Connection::open_from(from, server.address);
            connection.set_sending_patience(Duration::from_millis(10));
            // The server does not read a refused body to its end.
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
        // An answer that begins must be complete.
        for connection in &mut crowd {
            if let Ok(reply) = connection.try_reply() {
                assert!(matches!(reply.status, 200 | 400 | 503), "{what}: {reply:?}");
            }
        }
        check_that_people_are_served(&bob, what);
    }
}
