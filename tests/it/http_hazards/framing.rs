//! The end of a request. The server refuses every request that two servers could read differently,
//! and never runs what follows it.

use crate::harness::{Caller, Connection, Multipart, Request, Server, noise};

/// A request that would create a folder. The tests hide it behind another request.
fn smuggled(caller: &Caller) -> Vec<u8> {
    caller.bytes(&Request::get("/core/createfolder?path=/bob&name=smuggled"))
}

/// Expects exactly one answer with this status, and then the end of the connection.
fn check_refused(connection: &mut Connection, what: &str, status: u16) {
    let reply = connection.try_reply().unwrap_or_else(|error| panic!("{what}: no answer: {error}"));
    assert_eq!(reply.status, status, "{what}: {reply:?}");
    assert!(reply.closes(), "{what}: {reply:?}");
    let rest = connection.rest();
    assert!(rest.is_empty(), "{what}: a second answer: {}", rest.escape_ascii());
}

#[test]
fn a_body_whose_length_is_in_doubt_is_refused_and_nothing_behind_it_is_run() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for (headers, status) in [
        ("Content-Length: abc", 400),
        ("Content-Length: ", 400),
        ("Content-Length: -1", 400),
        ("Content-Length: +5", 400),
        ("Content-Length: 0x5", 400),
        ("Content-Length: 5 5", 400),
        ("Content-Length: 5.0", 400),
        ("Content-Length: 18446744073709551616", 400),
        ("Content-Length: 99999999999999999999999999999999", 400),
        ("Content-Length: 5\r\nContent-Length: 5", 400),
        ("Content-Length: 5\r\nContent-Length: 6", 400),
        ("Content-Length: 5, 5", 400),
        ("Content-Length: 5,6", 400),
        ("Content-Length: 5\r\nTransfer-Encoding: chunked", 400),
        ("Transfer-Encoding: chunked\r\nContent-Length: 5", 400),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", 400),
        ("Transfer-Encoding: chunked, identity", 400),
        ("Transfer-Encoding: identity, chunked", 400),
        ("Transfer-Encoding: xchunked", 400),
        ("Transfer-Encoding: chunked;x=1", 400),
        ("Transfer-Encoding: \"chunked\"", 400),
        ("Transfer-Encoding: \x0bchunked", 400),
        ("Transfer-Encoding: gzip", 400),
        ("Transfer-Encoding:", 400),
        ("Content-Length : 5", 400),
        ("Transfer-Encoding : chunked", 400),
        (" Content-Length: 5", 400),
        ("X: y\r\n Content-Length: 5", 400),
        ("X: y\r\n\tfolded", 400),
        ("X: y\nContent-Length: 5", 400),
        ("X: y\rContent-Length: 5", 400),
        ("Content-Length\0: 5", 400),
        ("Content\u{e4}-Length: 5", 400),
        ("No colon at all", 400),
        (": no name", 400),
    ] {
        let mut connection = server.connect();
        let head = format!("POST /core/getauthenticationinfo HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n");
        connection.send([head.as_bytes(), b"0\r\n\r\n", &smuggled(&bob)].concat());
        check_refused(&mut connection, headers, status);
    }
    assert!(!bob.sees("/bob/smuggled"));
}

#[test]
fn a_head_that_is_none_is_refused_with_the_right_status() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for (head, status) in [
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
        ("GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505),
        ("GET / HTTP/0.9\r\nHost: x\r\n\r\n", 505),
        ("GET / HTTP/11\r\nHost: x\r\n\r\n", 505),
        ("GET / http/1.1\r\nHost: x\r\n\r\n", 505),
        ("GET / XYZ\r\nHost: x\r\n\r\n", 505),
        ("GET /\r\nHost: x\r\n\r\n", 400),
        ("GET\r\nHost: x\r\n\r\n", 400),
        ("GET / with blanks HTTP/1.1\r\nHost: x\r\n\r\n", 505),
        (" GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET / HTTP/1.1\nHost: x\n\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\n\r\n", 400),
        ("G\u{e4}T / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("\0\0\0\0\r\n\r\n", 400),
        // A browser that expects TLS on this port begins with these bytes.
        ("\x16\x03\x01\x02\0\x01\0\x01\r\n\r\n", 400),
        ("SSH-2.0-OpenSSH_9.2\r\n\r\n", 400),
    ] {
        let mut connection = server.connect();
        connection.send([head.as_bytes(), &smuggled(&bob)].concat());
        let reply = connection.try_reply().unwrap_or_else(|error| panic!("{head:?}: no answer: {error}"));
        // The server may also refuse the whole line instead of an unknown version.
        assert!(reply.status == status || (status == 505 && reply.status == 400), "{head:?}: {reply:?}");
        assert!(reply.closes(), "{head:?}: {reply:?}");
        assert!(connection.rest().is_empty(), "{head:?}: a second answer");
    }
    assert!(!bob.sees("/bob/smuggled"));
}

/// Uploads a body with chunked coding, in these pieces.
fn chunked_upload(
    caller: &Caller,
    body: &[u8],
    chunk: impl Fn(&[u8]) -> Vec<u8>,
    chunk_length: usize,
    end: &[u8],
) -> Vec<u8> {
    let request = Request::new("POST", "/core/upload?path=/bob&filename=file")
        .header("Content-Type", &Multipart::content_type())
        .header("Transfer-Encoding", "chunked");
    let mut bytes = caller.bytes(&request);
    body.chunks(chunk_length).for_each(|piece| bytes.extend(chunk(piece)));
    bytes.extend_from_slice(end);
    bytes
}

fn plain_chunk(piece: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat()
}

#[test]
fn chunked_bodies_are_stored_byte_for_byte() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let content = noise(1, 50_000);
    let body = Multipart::new().file("file", "x", &content).end();
    let extended = |piece: &[u8]| {
        [format!("{:X};name=\"value\";x\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat()
    };
    let padded = |piece: &[u8]| [format!("000{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat();
    for (what, bytes) in [
        ("one chunk", chunked_upload(&bob, &body, plain_chunk, body.len(), b"0\r\n\r\n")),
        ("chunks of 1000", chunked_upload(&bob, &body, plain_chunk, 1000, b"0\r\n\r\n")),
        ("chunks of 3", chunked_upload(&bob, &body, plain_chunk, 3, b"0\r\n\r\n")),
        ("extensions", chunked_upload(&bob, &body, extended, 777, b"0;last\r\n\r\n")),
        ("leading zeros", chunked_upload(&bob, &body, padded, 4096, b"00\r\n\r\n")),
        (
            "trailers",
            chunked_upload(&bob, &body, plain_chunk, 9000, b"0\r\nX-Check: 1\r\nContent-Length: 5\r\n\r\n"),
        ),
    ] {
        let mut connection = server.connect();
        connection.send(&bytes);
        let reply = connection.reply();
        assert_eq!((reply.status, reply.text()), (200, "OK"), "{what}: {reply:?}");
        bob.download("/bob/file").holds(&content);
        bob.core("deletefile", &[("path", "/bob"), ("name", "file")]).done();
        // The next request begins directly after the body.
        connection.send(bob.bytes(&Request::get("/core/fileexists?file=/bob")));
        assert_eq!(connection.reply().result(), 1, "{what}");
    }
}

#[test]
fn chunked_forms_are_read_like_others() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let request = Request::new("POST", "/core/createfolder")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header("Transfer-Encoding", "chunked");
    let mut connection = server.connect();
    connection.send([&bob.bytes(&request)[..], b"9\r\npath=/bob\r\n7\r\n&name=x\r\n0\r\n\r\n"].concat());
    connection.reply().done();
    assert!(bob.sees("/bob/x"));
}

#[test]
fn malformed_chunks_are_400_and_nothing_is_stored() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "file", b"the old content").ok();
    let body = Multipart::new().file("file", "x", b"new").end();
    let whole = plain_chunk(&body);
    let size = format!("{:x}", body.len());
    let long = |length: usize| format!("{size};{}\r\n", "x".repeat(length));
    for (what, bytes) in [
        ("a size that is no number", b"xyz\r\n".to_vec()),
        ("an empty size", b"\r\n".to_vec()),
        ("a negative size", b"-5\r\n".to_vec()),
        ("a signed size", b"+5\r\n".to_vec()),
        ("a prefixed size", b"0x5\r\n".to_vec()),
        ("a size beyond 64 bits", b"10000000000000000\r\n".to_vec()),
        ("a size of many digits", [b"f".repeat(100), b"\r\n".to_vec()].concat()),
        ("a blank before the size", format!(" {size}\r\n").into_bytes()),
        ("a bare line feed after the size", [size.as_bytes(), b"\n", &body, b"\r\n0\r\n\r\n"].concat()),
        ("no line end after the data", [format!("{size}\r\n").as_bytes(), &body, b"0\r\n\r\n"].concat()),
        (
            "more data than said",
            [format!("{:x}\r\n", body.len() - 1).as_bytes(), &body, b"\r\n0\r\n\r\n"].concat(),
        ),
        (
            "less data than said",
            [format!("{:x}\r\n", body.len() + 3).as_bytes(), &body, b"\r\n0\r\n\r\n"].concat(),
        ),
        ("an endless extension", long(100_000).into_bytes()),
        ("a control character in an extension", format!("{size};a\x01b\r\n").into_bytes()),
        ("a trailer that is none", [&whole[..], b"0\r\nno colon\r\n\r\n"].concat()),
        (
            "endless trailers",
            [&whole[..], b"0\r\n", "X-Long: y\r\n".repeat(10_000).as_bytes(), b"\r\n"].concat(),
        ),
        ("a folded trailer", [&whole[..], b"0\r\nA: b\r\n c\r\n\r\n"].concat()),
    ] {
        let request = Request::new("POST", "/core/upload?path=/bob&filename=file")
            .header("Content-Type", &Multipart::content_type())
            .header("Transfer-Encoding", "chunked");
        let mut connection = server.connect();
        // The server may have refused the request already.
        let sent = connection.try_send(&[&bob.bytes(&request)[..], &bytes, &smuggled(&bob)].concat());
        drop(sent);
        let reply = connection.try_reply().unwrap_or_else(|error| panic!("{what}: no answer: {error}"));
        assert_eq!(reply.status, 400, "{what}: {reply:?}");
        assert!(connection.rest().is_empty(), "{what}: a second answer");
        bob.download("/bob/file").holds(b"the old content");
    }
    assert!(!bob.sees("/bob/smuggled"));
    assert!(crate::harness::names(&server.data().file("/.cloudlet/staging")).is_empty());
}

#[test]
fn a_body_of_get_is_read_and_never_taken_for_a_request() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let hidden = smuggled(&bob);
    for (content_type, status) in [("application/x-www-form-urlencoded", 200), ("text/plain", 415)] {
        let request = Request::new("GET", "/core/fileexists?file=/bob").body(content_type, hidden.clone());
        // No client sends such a request, so the description has no status for it.
        let mut connection = server.connect();
        connection.send(bob.bytes(&request));
        assert_eq!(connection.reply().status, status, "{content_type}");
    }
    assert_eq!(bob.get("/core/fileexists?file=/bob").result(), 1);
    assert!(!bob.sees("/bob/smuggled"));
}

#[test]
fn pipelined_requests_are_answered_in_their_order() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "small", b"small").ok();
    let large = noise(1, 400_000);
    bob.upload("/bob", "large", &large).ok();
    let body = Multipart::new().file("file", "x", b"piped").end();
    let upload =
        Request::new("POST", "/core/upload?path=/bob&filename=piped").body(&Multipart::content_type(), body);
    let requests = [
        Request::get("/core/getauthenticationinfo"),
        Request::get(&Caller::download_target("/bob/large")),
        Request::post("/core/createfolder", &[("path", "/bob"), ("name", "made")]),
        Request::new("HEAD", &Caller::download_target("/bob/large")),
        upload,
        Request::get(&Caller::download_target("/bob/piped")),
        Request::get("/core/fileexists?file=/bob/made"),
        Request::get(&Caller::download_target("/bob/small")),
    ];
    let mut connection = server.connect();
    connection.send(requests.iter().flat_map(|request| bob.bytes(request)).collect::<Vec<u8>>());
    assert_eq!(connection.reply().xml().name, "authenticationinfo");
    connection.reply().holds(&large);
    connection.reply().done();
    assert_eq!(connection.reply_to_head().header("content-length"), Some("400000"));
    connection.reply().ok();
    connection.reply().holds(b"piped");
    assert_eq!(connection.reply().result(), 1);
    connection.reply().holds(b"small");
}

#[test]
fn hundreds_of_pipelined_requests_are_all_answered_and_nobody_waits_for_them() {
    let server = Server::start();
    let bob = server.user("bob");
    let one = bob.bytes(&Request::get("/core/getauthenticationinfo"));
    let mut connection = server.connect();
    let mut others = bob.twin();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            connection.send(one.repeat(600));
            for _ in 0..600 {
                assert_eq!(connection.reply().status, 200);
            }
        });
        for _ in 0..20 {
            let start = std::time::Instant::now();
            assert!(others.is_signed_in());
            assert!(start.elapsed() < std::time::Duration::from_millis(500), "{:?}", start.elapsed());
        }
    });
}

#[test]
fn a_request_in_single_bytes_is_one_request() {
    let server = Server::start();
    let bob = server.user("bob");
    let bytes = bob.bytes(&Request::post("/core/createfolder", &[("path", "/bob"), ("name", "slowly")]));
    let mut connection = server.connect();
    for byte in bytes {
        connection.send([byte]);
    }
    connection.reply().done();
}
