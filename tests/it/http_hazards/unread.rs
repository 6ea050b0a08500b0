//! Answers that nobody reads. They occupy no worker, and no more memory than all connections may
//! hold together.

use crate::harness::{Caller, Connection, Request, Server, noise, wait_until};
use std::time::{Duration, Instant};

/// In KiB: what all connections may hold together (`HELD_BYTES_MAX`), and what the server needs in
/// any case.
const HELD_KIB_MAX: u64 = 20 * 1024;
const ANYWAY_KIB_MAX: u64 = 12 * 1024;
/// A call that had to wait for one of these connections would take half a minute (`STALL_TIME`). A
/// busy machine alone is faster than this limit.
const AT_ONCE: Duration = Duration::from_secs(20);

/// Opens connections that send the same request again and again, as often as the server takes it,
/// and read nothing.
fn crowd(server: &Server, count: usize, request: &[u8], times: usize) -> Vec<Connection> {
    let requests = request.repeat(times);
    (0..count)
        .map(|_| {
            let mut connection = server.connect();
            connection.set_sending_patience(Duration::from_millis(10));
            // The server takes no more bytes once it has stopped reading.
            let _ = connection.try_send(&requests);
            connection
        })
        .collect()
}

/// Calls of people must be answered at once: a light call, one that needs a worker, an upload, a
/// download, and a health check.
fn check_that_people_are_served(server: &Server, bob: &Caller, what: &str) {
    let begun = Instant::now();
    let mut bob = bob.twin();
    assert!(bob.is_signed_in(), "{what}");
    bob.list("/bob");
    bob.upload("/bob", "mine", &noise(7, 300_000)).ok();
    bob.download("/bob/mine").holds(&noise(7, 300_000));
    assert_eq!(server.guest().get("/healthz").status, 200, "{what}");
    assert!(begun.elapsed() < AT_ONCE, "{what}: {:?}", begun.elapsed());
}

#[test]
fn unread_answers_hold_neither_a_worker_nor_much_memory() {
    let server = Server::start();
    let bob = server.user("bob");
    for number in 0..250 {
        std::fs::write(server.data().file(&format!("/bob/{number}")), "x").unwrap();
    }
    check_that_people_are_served(&server, &bob, "before");
    let guest = server.guest();
    let plain = |caller: &Caller, target: &str| caller.bytes(&Request::get(target));
    let page = server.guest().get("/").text().to_owned();
    let script = page.split("src=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    for (what, request, times) in [
        ("the description of the API", plain(&guest, "/core/getapidescription"), 60),
        (
            "a script of the portal, unpacked",
            plain(&guest, &format!("/{}", script.trim_start_matches('/'))),
            400,
        ),
        ("a page", plain(&guest, "/"), 400),
        ("refusals by a worker", plain(&guest, "/core/nosuchoperation"), 6000),
        ("small answers of the poller", plain(&guest, "/core/getauthenticationinfo"), 6000),
        ("heads that are none", b"nonsense\r\n\r\n".to_vec(), 10),
        ("bob's listing", plain(&bob, "/core/getfilelist?path=/bob&limit=200"), 60),
        ("bob's file", plain(&bob, "/core/downloadfile?filepath=/bob/1"), 6000),
    ] {
        let before = server.memory_kib();
        let crowd = crowd(&server, 200, &request, times);
        check_that_people_are_served(&server, &bob, what);
        // For clients with a session, the answers that workers are building also count.
        let grown = server.memory_kib().saturating_sub(before);
        let is_within = grown < HELD_KIB_MAX + ANYWAY_KIB_MAX;
        assert!(is_within || what.contains("bob"), "{what}: {grown} KiB more");
        drop(crowd);
    }
}

/// The server ends the connections that hold too much, but no others.
#[test]
fn whoever_reads_gets_every_answer_beside_those_who_do_not() {
    let server = Server::start();
    let bob = server.user("bob");
    let mut expected = server.guest();
    let document = expected.get("/core/getapidescription");
    assert!(
        document.body.len() > 100_000,
        "it is long enough not to fit into a socket: {}",
        document.body.len()
    );
    let request = server.guest().bytes(&Request::get("/core/getapidescription"));
    let _crowd = crowd(&server, 200, &request, 100);
    let mut reader = server.connect();
    reader.send(request.repeat(50));
    for number in 0..50 {
        let reply = reader.reply();
        assert!(reply.body == document.body, "answer {number} is whole");
    }
    check_that_people_are_served(&server, &bob, "and people are served");
}

/// The poller sends the rest of an answer, also over TLS. It must be complete, and the next answer
/// must follow.
#[test]
fn an_answer_that_leaves_in_pieces_is_whole_and_the_next_one_follows() {
    let server = Server::start();
    let bob = server.user("bob");
    let names: Vec<String> = (0..250).map(|number| format!("{number:03}-{}", "x".repeat(200))).collect();
    for name in &names {
        std::fs::write(server.data().file(&format!("/bob/{name}")), "x").unwrap();
    }
    let listing = bob.bytes(&Request::get("/core/getfilelist?path=/bob&limit=-1"));
    let mut connection = server.connect();
    connection.send(listing.repeat(40));
    wait_until("the socket is full", Duration::from_secs(10), || {
        std::thread::sleep(Duration::from_millis(300));
        true
    });
    for _ in 0..40 {
        let reply = connection.reply();
        let found: Vec<String> =
            reply.xml().all("entry").map(|entry| entry.field("name").to_owned()).collect();
        assert_eq!(found, names);
    }
    connection.send(bob.bytes(&Request::get("/core/fileexists?file=/bob")));
    assert_eq!(connection.reply().result(), 1);
}
