//! Many connections: more than the system allows, half-open ones, and ones that vanish.

use crate::harness::{Caller, Connection, Data, Launch, Server, noise, wait_until};
use std::time::{Duration, Instant};

#[test]
fn a_server_out_of_descriptors_serves_again_when_they_are_released() {
    let server = Launch::on(Data::with_accounts()).after("ulimit -n 64").start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "file", b"x").ok();
    for _ in 0..2 {
        let crowd: Vec<Connection> =
            (0..200).filter_map(|_| Connection::try_open(server.address).ok()).collect();
        assert!(crowd.len() > 100, "the system itself took only {}", crowd.len());
        std::thread::sleep(Duration::from_millis(300));
        // A new connection is served even now. The one that was idle for longest is closed for it.
        let mut inside = bob.twin();
        assert!(inside.is_signed_in(), "in the crowd");
        drop(crowd);
        let start = Instant::now();
        let mut after = bob.twin();
        after.download("/bob/file").holds(b"x");
        after.upload("/bob", "file", b"x").ok();
        assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    }
}

#[test]
fn a_crowd_of_half_open_heads_delays_nobody() {
    let limit = descriptors_max();
    assert!(limit >= 1000, "this test needs 1000 descriptors, the system allows {limit}");
    let count = (limit - 400).min(3000);
    let server =
        Launch::on(Data::with_accounts()).setting("CLOUDLET_CONNECTIONS_PER_ADDRESS_MAX", 100_000).start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "file", &noise(1, 10_000)).ok();
    let before = server.memory_kib();
    let crowd: Vec<Connection> = (0..count)
        .map(|number| {
            let mut connection = server.connect();
            connection.send(format!("GET /core/getauthenticationinfo HTTP/1.1\r\nHost: x\r\nX-{number}: "));
            connection
        })
        .collect();
    let mut times: Vec<Duration> = (0..100)
        .map(|_| {
            let start = Instant::now();
            bob.download("/bob/file").holds(&noise(1, 10_000));
            start.elapsed()
        })
        .collect();
    times.sort();
    assert!(times[95] < Duration::from_millis(100), "beside {} half-open heads: {times:?}", crowd.len());
    let grown = server.memory_kib().saturating_sub(before);
    assert!(grown < 24 * 1024, "{grown} KiB more for {} connections", crowd.len());
}

/// The number of open files that this process may have (`Max open files` of proc(5)).
fn descriptors_max() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap_or(usize::MAX)
}

#[test]
fn one_address_cannot_take_all_connections() {
    let server =
        Launch::on(Data::with_accounts()).setting("CLOUDLET_CONNECTIONS_PER_ADDRESS_MAX", 20).start();
    let crowd: Vec<Connection> = (0..60).map(|_| server.connect()).collect();
    wait_until(
        "those beyond the limit are sent away or the longest idle ones",
        Duration::from_secs(5),
        || {
            let alive = std::fs::read_dir(format!("/proc/{}/fd", server.id())).unwrap().count();
            alive < 20 + 40
        },
    );
    drop(crowd);
    wait_until("the address is served again", Duration::from_secs(5), || {
        server
            .guest()
            .try_send(&crate::harness::Request::get("/core/getauthenticationinfo"))
            .is_ok_and(|reply| reply.status == 200)
    });
}

/// The server closes connections of the client that has most of them. A client with a single
/// connection keeps it, however long it is idle.
#[test]
fn whoever_opens_many_connections_ends_his_own_and_nobody_elses() {
    let server = Launch::on(Data::with_accounts()).after("ulimit -n 64").start();
    let bob = server.user("bob");
    let request = bob.bytes(&crate::harness::Request::get("/core/fileexists?file=/bob"));
    let mut quiet = Connection::open_from([127, 0, 0, 2].into(), server.address);
    for _ in 0..3 {
        quiet.send(&request);
        assert_eq!(quiet.reply().result(), 1);
        let crowd: Vec<Connection> =
            (0..200).filter_map(|_| Connection::try_open(server.address).ok()).collect();
        assert!(crowd.len() > 100, "the system itself took only {}", crowd.len());
        std::thread::sleep(Duration::from_millis(300));
    }
    quiet.send(&request);
    assert_eq!(quiet.reply().result(), 1);
}

#[test]
fn callers_that_vanish_at_any_moment_leave_nothing_behind() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "file", &noise(1, 3_000_000)).ok();
    let descriptors = || std::fs::read_dir(format!("/proc/{}/fd", server.id())).unwrap().count();
    let before = descriptors();
    let download = bob.bytes(&crate::harness::Request::get(&Caller::download_target("/bob/file")));
    let upload = bob.bytes(&Caller::upload_request("/bob", "other", &noise(2, 1_000_000)));
    for round in 0..40 {
        let mut connection = server.connect();
        match round % 4 {
            0 => {}
            1 => connection.send(&download[..round]),
            2 => connection.send(&download),
            _ => connection.send(&upload[..upload.len() / 2]),
        }
    }
    wait_until("every descriptor is given back", Duration::from_secs(10), || descriptors() <= before + 4);
    bob.download("/bob/file").holds(&noise(1, 3_000_000));
    assert!(!bob.sees("/bob/other"));
}

#[test]
fn idle_connections_cost_no_thread() {
    let server = Server::start();
    let threads = || std::fs::read_dir(format!("/proc/{}/task", server.id())).unwrap().count();
    let mut bob = server.user("bob");
    let mut crowd: Vec<Caller> = (0..100).map(|_| bob.twin()).collect();
    for caller in &mut crowd {
        assert!(caller.is_signed_in());
    }
    assert!(bob.is_signed_in());
    assert!(threads() < 20, "{} threads for 100 idle connections", threads());
}
