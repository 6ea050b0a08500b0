//! Request heads that are too long, have too many lines, or contain strange bytes.

use crate::harness::{Request, Server};

/// The server's memory may grow by this many KiB while such a request arrives.
const GROWTH_MAX: u64 = 4 * 1024;

/// Sends a start and then one piece again and again, up to a number of bytes or until the server
/// refuses more. Returns the status of the answer and the largest growth of the memory.
fn flood(server: &Server, start: &str, piece: &[u8], bytes_max: usize) -> (u16, u64) {
    let before = server.memory_kib();
    let mut highest = before;
    let mut connection = server.connect();
    connection.send(start);
    let mut sent = 0;
    while sent < bytes_max && connection.try_send(piece).is_ok() {
        sent += piece.len();
        highest = highest.max(server.memory_kib());
    }
    highest = highest.max(server.memory_kib());
    let reply =
        connection.try_reply().unwrap_or_else(|error| panic!("no answer after {sent} bytes: {error}"));
    assert!(reply.closes(), "{reply:?}");
    (reply.status, highest - before)
}

#[test]
fn endless_heads_are_refused_in_flat_memory() {
    let server = Server::start();
    let mut bob = server.user("bob");
    assert!(bob.is_signed_in());
    let piece = vec![b'x'; 64 * 1024];
    for (what, start, piece, bytes_max, status) in [
        ("a header line of 200 MB", "GET / HTTP/1.1\r\nHost: x\r\nX-Long: ", &piece[..], 200_000_000, 431),
        ("a request line of 10 MB", "GET /", &piece, 10_000_000, 414),
        ("a query of 10 MB", "GET /core/getfilelist?path=", &piece, 10_000_000, 414),
        ("a method of 10 MB", "", &piece, 10_000_000, 414),
        ("a header name of 10 MB", "GET / HTTP/1.1\r\nHost: x\r\n", &piece, 10_000_000, 431),
        (
            "headers without end",
            "GET / HTTP/1.1\r\nHost: x\r\n",
            b"X-More: y\r\n".repeat(1000).as_slice(),
            10_000_000,
            431,
        ),
    ] {
        let (answered, grown) = flood(&server, start, piece, bytes_max);
        assert_eq!(answered, status, "{what}");
        assert!(grown < GROWTH_MAX, "{what}: {grown} KiB more");
        assert!(bob.is_signed_in(), "{what}");
    }
}

/// Strangers may call these operations. Their bodies are kept or skipped only up to the limit of a
/// form.
#[test]
fn endless_parameters_are_refused_in_flat_memory() {
    let server = Server::start();
    let mut bob = server.user("bob");
    assert!(bob.is_signed_in());
    let head = |operation: &str, content_type: &str| {
        format!(
            "POST /core/{operation} HTTP/1.1\r\nHost: x\r\nContent-Length: 300000000\r\nContent-Type: {content_type}\r\n\r\n"
        )
    };
    let part = |header: &str, bytes: usize| {
        format!("--b\r\nContent-Disposition: form-data; {header}\r\n\r\n{}\r\n", "x".repeat(bytes))
            .into_bytes()
    };
    let multipart = "multipart/form-data; boundary=b";
    for (what, operation, content_type, piece) in [
        ("long fields", "loginguest", multipart, part("name=\"f\"", 60_000)),
        ("fields of an unknown operation", "nonsense", multipart, part("name=\"f\"", 60_000)),
        ("small fields", "loginguest", multipart, part("name=\"f\"", 1).repeat(1000)),
        ("a file where none belongs", "loginguest", multipart, part("name=\"f\"; filename=\"x\"", 1_000_000)),
        (
            "a form",
            "loginguest",
            "application/x-www-form-urlencoded",
            format!("{}&", "x=".repeat(30_000)).into_bytes(),
        ),
    ] {
        let (answered, grown) = flood(&server, &head(operation, content_type), &piece, 299_000_000);
        assert_eq!(answered, 413, "{what}");
        assert!(grown < 3 * GROWTH_MAX, "{what}: {grown} KiB more");
        assert!(bob.is_signed_in(), "{what}");
    }
}

/// There are as many strangers as workers that wait for bodies, each with the longest form. A small
/// board must have memory for all of them.
#[test]
fn a_crowd_of_strangers_with_long_parameters_takes_little_memory() {
    let server = Server::start();
    let before = server.memory_kib();
    let mut crowd: Vec<_> = (0..120).map(|_| server.connect()).collect();
    let head =
        "POST /core/loginguest HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    for (number, connection) in crowd.iter_mut().enumerate() {
        let length = if number % 2 == 0 { 65_000 } else { 1_000_000 };
        let sent = connection.try_send(
            format!("{head}Content-Length: {length}\r\n\r\nuserid={}", "x".repeat(length - 1000)).as_bytes(),
        );
        // The server may refuse a body that is too large before all of it was sent.
        assert!(sent.is_ok() || length == 1_000_000);
    }
    let mut highest = 0;
    for _ in 0..20 {
        std::thread::sleep(std::time::Duration::from_millis(50));
        highest = highest.max(server.memory_kib());
    }
    let grown = highest.saturating_sub(before);
    assert!(grown < 32 * 1024, "{grown} KiB more");
}

#[test]
fn heads_are_served_up_to_their_limits_and_refused_beyond() {
    let server = Server::start();
    let ask = |headers: usize, padding: usize| {
        let mut head = "GET /core/getauthenticationinfo HTTP/1.1\r\nHost: x\r\n".to_owned();
        (0..headers).for_each(|number| head.push_str(&format!("X-{number}: y\r\n")));
        head.push_str(&format!("X-Padding: {}\r\n\r\n", "z".repeat(padding)));
        let mut connection = server.connect();
        connection.send(&head);
        (head.len(), connection.reply().status)
    };
    assert_eq!(ask(98, 10).1, 200, "100 headers");
    assert_eq!(ask(99, 10).1, 431, "101 headers");
    assert_eq!(ask(10_000, 10).1, 431, "10,000 headers");
    let (length, status) = ask(0, 16_000);
    assert!(status == 200 && length < 16 * 1024, "{length} {status}");
    assert_eq!(ask(0, 16_384).1, 431, "a head of more than 16 KiB");
}

/// Requests that browsers and scanners send. The server answers each of them, whether it serves or
/// refuses it.
#[test]
fn every_byte_in_target_and_headers_is_answered() {
    let server = Server::start();
    for byte in 0..=255_u8 {
        for (what, before, after) in [
            ("target", "GET /a", "b HTTP/1.1\r\nHost: x\r\n\r\n"),
            ("query", "GET /core/getauthenticationinfo?x=a", "b HTTP/1.1\r\nHost: x\r\n\r\n"),
            (
                "header value",
                "GET /core/getauthenticationinfo HTTP/1.1\r\nHost: x\r\nUser-Agent: a",
                "b\r\n\r\n",
            ),
            ("header name", "GET /core/getauthenticationinfo HTTP/1.1\r\nHost: x\r\nX-a", "b: c\r\n\r\n"),
            ("method", "G", "T / HTTP/1.1\r\nHost: x\r\n\r\n"),
        ] {
            let mut connection = server.connect();
            connection.send([before.as_bytes(), &[byte], after.as_bytes()].concat());
            let reply = connection.try_reply().unwrap_or_else(|error| panic!("{what} {byte:#04x}: {error}"));
            assert!(
                matches!(reply.status, 200 | 400 | 404 | 405 | 501 | 505),
                "{what} {byte:#04x}: {reply:?}"
            );
        }
    }
}

#[test]
fn utf_8_in_target_and_headers_is_served() {
    let server = Server::start();
    let mut bob = server.user("bob").always("User-Agent", "B\u{e4}r \u{1f600}");
    // The vendor's PHP client and people at a shell send names that are not escaped.
    bob.core("createfolder", &[("path", "/bob"), ("name", "\u{e4}\u{1f600}")]).done();
    let reply = bob.get("/core/getfilelist?path=/bob/\u{e4}\u{1f600}");
    assert_eq!(reply.xml().child("meta").field("realpath"), "/bob/\u{e4}\u{1f600}");
    let rows = server.admin().audit(&[("operation", "createfolder")]);
    assert_eq!(
        (rows[0].field("agent"), rows[0].field("object")),
        ("B\u{e4}r \u{1f600}", "/bob/\u{e4}\u{1f600}")
    );
}

#[test]
fn an_absolute_target_leads_where_its_path_does() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let reply = bob.send(&Request::get("http://any-name:99/core/getauthenticationinfo?x=1"));
    assert_eq!(reply.xml().child("info").field("profile"), "bob");
}

#[test]
fn methods_other_than_get_and_post_are_answered_and_change_nothing() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "BREW"] {
        for target in ["/core/createfolder?path=/bob&name=x", "/", "/admin/getversion"] {
            let reply = bob.send(&Request::new(method, target));
            assert!(matches!(reply.status, 400 | 404 | 405 | 501), "{method} {target}: {reply:?}");
            if reply.status == 405 {
                assert!(reply.header("allow").is_some(), "{reply:?}");
            }
            assert!(!reply.text().contains("tonido-login-hash"), "a TRACE must not echo cookies: {reply:?}");
        }
    }
    assert!(!bob.sees("/bob/x"));
}
