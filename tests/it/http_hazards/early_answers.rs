//! Answers that are known before the body has been read. The client gets them, and the server does
//! not read the body to its end.

use crate::harness::{Caller, Connection, Multipart, PASSWORD, Request, Server, form};
use std::time::{Duration, Instant};

/// The head of an upload, and the beginning of its body up to the first byte of the file.
fn upload_start(caller: &Caller, length: u64, expects: bool) -> (String, Vec<u8>) {
    let mut request = Request::new("POST", "/core/upload?path=/bob&filename=file")
        .header("Content-Type", &Multipart::content_type())
        .header("Content-Length", &length.to_string());
    if expects {
        request = request.header("Expect", "100-continue");
    }
    let body = Multipart::new().file("file", "x", b"").end();
    let start = body.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    (String::from_utf8(caller.bytes(&request)).unwrap(), body[..start].to_vec())
}

#[test]
fn a_body_of_absurd_length_is_refused_at_once_without_room_for_it() {
    let server = Server::start();
    let guest = server.guest();
    guest.twin().get("/core/getauthenticationinfo");
    let before = server.memory_kib();
    for exponent in 10..=18 {
        let length = 10_u64.pow(exponent);
        let (upload, start) = upload_start(&guest, length, false);
        let post = |method: &str, target: &str| {
            format!("{method} {target} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n")
        };
        for (what, head, body, statuses) in [
            ("an anonymous upload", upload, start, &[401][..]),
            ("a form", post("POST", "/core/loginguest"), Vec::new(), &[413]),
            ("a PUT", post("PUT", "/core/upload"), Vec::new(), &[401, 405]),
            ("a page", post("POST", "/"), Vec::new(), &[200, 404, 405, 413]),
            ("an unknown operation", post("POST", "/core/nosuch"), Vec::new(), &[200, 413]),
        ] {
            let start = Instant::now();
            let mut connection = server.connect();
            connection.send([head.as_bytes(), &body].concat());
            let reply = connection.reply();
            assert!(statuses.contains(&reply.status), "{what} 10^{exponent}: {reply:?}");
            assert!(start.elapsed() < Duration::from_secs(1), "{what} 10^{exponent}: {:?}", start.elapsed());
            assert!(reply.closes(), "the rest is not read, so nothing can follow: {reply:?}");
        }
    }
    let grown = server.memory_kib().saturating_sub(before);
    assert!(grown < 4096, "{grown} KiB more");
    // This is the largest possible length.
    let mut connection = server.connect();
    connection
        .send(format!("POST /core/loginguest HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", u64::MAX));
    assert_eq!(connection.reply().status, 413);
}

/// A client that sends everything before it reads must still get the answer. So the server must
/// read unwanted bytes for a while, or else the system discards the answer.
#[test]
fn a_client_that_sends_first_sees_the_answer() {
    let server = Server::start();
    for (what, caller, target, status) in [
        ("401", server.guest(), "/core/upload?path=/bob&filename=x", 401),
        ("413", server.user("bob"), "/core/setdisplayname", 413),
    ] {
        for _ in 0..6 {
            let request = match status {
                401 => Request::multipart(target, Multipart::new().file("file", "x", &vec![b'x'; 4_000_000])),
                _ => Request::new("POST", target)
                    .body("application/x-www-form-urlencoded", vec![b'x'; 4_000_000]),
            };
            let mut connection = server.connect();
            connection.send(caller.bytes(&request));
            let reply =
                connection.try_reply().unwrap_or_else(|error| panic!("{what}: the answer is lost: {error}"));
            assert_eq!(reply.status, status, "{reply:?}");
        }
    }
}

/// If the server cut off a client that is still sending, most programs would report the broken
/// connection instead of the answer.
#[test]
fn what_still_arrives_after_an_early_answer_is_taken_for_a_while() {
    let server = Server::start();
    let (upload, start) = upload_start(&server.guest(), 100_000_000, false);
    for (what, beginning, status) in [
        (
            "a head that is too long",
            format!("GET / HTTP/1.1\r\nHost: x\r\nX-Long: {}", "x".repeat(20_000)).into_bytes(),
            431,
        ),
        ("a head that is none", b"nonsense\r\n\r\n".to_vec(), 400),
        ("an anonymous upload", [upload.as_bytes(), &start].concat(), 401),
    ] {
        let mut connection = server.connect();
        connection.send(beginning);
        for _ in 0..6 {
            std::thread::sleep(Duration::from_millis(60));
            connection.try_send(&[b'x'; 10_000]).unwrap_or_else(|error| panic!("{what}: cut off: {error}"));
        }
        assert_eq!(connection.reply().status, status, "{what}");
        assert!(connection.rest().is_empty(), "{what}");
    }
}

#[test]
fn an_endless_upload_that_is_refused_is_not_read_to_its_end() {
    let server = Server::start();
    let (head, body) = upload_start(&server.guest(), 1 << 50, false);
    let mut connection = server.connect();
    connection.send([head.as_bytes(), &body].concat());
    let start = Instant::now();
    let piece = vec![b'x'; 256 * 1024];
    while connection.try_send(&piece).is_ok() {
        assert!(start.elapsed() < Duration::from_secs(8), "the server still takes it");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_refused_upload_leaves_workers_for_others() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let (head, body) = upload_start(&server.guest(), 1 << 40, false);
    let connections: Vec<Connection> = (0..200)
        .map(|_| {
            let mut connection = server.connect();
            connection.send([head.as_bytes(), &body].concat());
            connection
        })
        .collect();
    let start = Instant::now();
    bob.upload("/bob", "mine", b"x").ok();
    bob.download("/bob/mine").holds(b"x");
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    for mut connection in connections {
        assert_eq!(connection.reply().status, 401);
    }
}

#[test]
fn expect_100_continue_is_answered_before_the_body_is_sent() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let body = Multipart::new().file("file", "x", b"content").end();
    let (head, _) = upload_start(&bob, body.len() as u64, true);
    let mut connection = server.connect();
    connection.send(&head);
    let invitation = connection.reply();
    assert_eq!((invitation.status, invitation.headers.len()), (100, 0), "{invitation:?}");
    connection.send(&body);
    connection.reply().ok();
    bob.download("/bob/file").holds(b"content");
    // A client that does not wait for `100 Continue` gets its answer too, with or without a `100
    // Continue` before it.
    connection.send([head.as_bytes(), &body].concat());
    let first = connection.reply();
    let reply = if first.status == 100 { connection.reply() } else { first };
    reply.ok();
}

#[test]
fn what_will_be_refused_is_not_invited() {
    let server = Server::start();
    let (guest, bob) = (server.guest(), server.user("bob"));
    let large_form = |caller: &Caller, target: &str| {
        let request = Request::new("POST", target)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Content-Length", "2000000")
            .header("Expect", "100-continue");
        String::from_utf8(caller.bytes(&request)).unwrap()
    };
    let small_form = form(&[("userid", "bob"), ("password", PASSWORD)]);
    for (what, head, status) in [
        ("an anonymous upload", upload_start(&guest, 1000, true).0, 401),
        ("an anonymous upload of 10^15 bytes", upload_start(&guest, 1_000_000_000_000_000, true).0, 401),
        ("a form above the limit", large_form(&bob, "/core/setdisplayname"), 413),
        ("a login above the limit", large_form(&guest, "/core/loginguest"), 413),
        (
            "an unknown expectation",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: miracles\r\n\r\n".into(),
            417,
        ),
    ] {
        let mut connection = server.connect();
        connection.send(&head);
        let reply = connection.reply();
        assert_eq!(reply.status, status, "{what}: {reply:?}");
        if status == 401 {
            assert_eq!(reply.command().0, "upload", "{what}");
        }
    }
    let mut connection = server.connect();
    connection.send(format!(
        "POST /core/loginguest HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        small_form.len()
    ));
    assert_eq!(connection.reply().status, 100, "a form within the limit is invited");
    connection.send(&small_form);
    connection.reply().done();
}

#[test]
fn http_1_0_is_never_sent_an_interim_answer() {
    let server = Server::start();
    let body = form(&[("userid", "bob"), ("password", PASSWORD)]);
    let mut connection = server.connect();
    connection.send(format!(
        "POST /core/loginguest HTTP/1.0\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n{body}",
        body.len()
    ));
    connection.reply().done();
}
