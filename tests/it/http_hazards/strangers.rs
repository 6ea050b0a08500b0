//! Strangers with slow calls. They occupy no worker while their body arrives, and only a few
//! workers while their calls run.

use crate::harness::{Caller, Connection, Data, Launch, Multipart, PASSWORD, Request, Server, form, noise};
use std::time::{Duration, Instant};

/// A call that had to wait for one of these strangers would take ten seconds or more (`HEAD_TIME`,
/// `STALL_TIME`).
const AT_ONCE: Duration = Duration::from_secs(8);
const FORM: &str = "application/x-www-form-urlencoded";

fn check_that_people_are_served(server: &Server, bob: &Caller, what: &str) {
    let begun = Instant::now();
    let mut bob = bob.twin();
    assert!(bob.is_signed_in(), "{what}");
    bob.list("/bob");
    bob.upload("/bob", "mine", &noise(7, 300_000)).ok();
    bob.download("/bob/mine").holds(&noise(7, 300_000));
    assert_eq!(server.guest().get("/healthz").status, 200, "{what}");
    assert!(server.user("bob").is_signed_in(), "{what}");
    assert!(begun.elapsed() < AT_ONCE, "{what}: {:?}", begun.elapsed());
}

/// A call of a stranger whose last bytes are missing.
fn unfinished(target: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    [format!("POST {target} HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n").as_bytes(), body].concat()
}

#[test]
fn bodies_of_strangers_that_never_come_hold_no_worker() {
    let server = Server::start();
    let bob = server.user("bob");
    let before = server.memory_kib();
    let fields = format!("userid={}", "x".repeat(50_000));
    let of_length = |more: &str| format!("Content-Type: {FORM}\r\nContent-Length: 60000{more}");
    let made_up = "\r\nCookie: tonido-login-user=bob; tonido-login-seed=made; tonido-login-hash=up";
    let multipart = format!("Content-Type: {}\r\nContent-Length: 60000", Multipart::content_type());
    let chunked = format!("Content-Type: {FORM}\r\nTransfer-Encoding: chunked");
    let chunk = [b"ea60\r\n".as_slice(), fields.as_bytes()].concat();
    let login = "/core/loginguest";
    for (what, bytes) in [
        ("forms", unfinished(login, &of_length(""), fields.as_bytes())),
        ("forms without a byte", unfinished(login, &of_length(""), b"")),
        ("forms with made-up sessions", unfinished(login, &of_length(made_up), fields.as_bytes())),
        ("forms that wait for an invitation", unfinished(login, &of_length("\r\nExpect: 100-continue"), b"")),
        ("forms without an operation", unfinished("/core/", &of_length(""), fields.as_bytes())),
        ("multipart forms", unfinished(login, &multipart, b"--")),
        ("chunked forms", unfinished(login, &chunked, &chunk)),
        ("chunks without end", unfinished(login, &chunked, &b"1\r\nx\r\n".repeat(2000))),
        ("forms to a page", unfinished("/", &of_length(""), fields.as_bytes())),
        (
            "uploads with made-up sessions",
            unfinished("/core/upload?path=/bob&filename=x", &of_length(made_up), b""),
        ),
    ] {
        let crowd: Vec<Connection> = (0..120)
            .map(|_| {
                let mut connection = server.connect();
                connection.send(&bytes);
                connection
            })
            .collect();
        check_that_people_are_served(&server, &bob, what);
        // All waiting requests may hold 20 MiB together (`HELD_BYTES_MAX`).
        server.settles_below(before, 32 * 1024, what);
        drop(crowd);
    }
}

#[test]
fn strangers_who_never_pause_get_all_answers_and_nobody_else_waits_for_them() {
    let server = Server::start();
    let mut bob = server.user("bob").twin();
    let one = server.guest().bytes(&Request::get("/core/getauthenticationinfo"));
    let mut greedy = server.connect();
    let mut round = || {
        let begun = Instant::now();
        greedy.send(one.repeat(100));
        (0..100).for_each(|_| assert_eq!(greedy.reply().status, 200));
        begun.elapsed()
    };
    let fastest = (0..5).map(|_| round()).min().unwrap();
    // The network has two seconds and a half of the poller at once in a debug build, and rests from
    // then on.
    let end = Instant::now() + Duration::from_secs(60);
    while round() < 6 * fastest {
        assert!(Instant::now() < end, "the strangers do not rest");
    }
    for number in 0..20 {
        let begun = Instant::now();
        // Half of these calls come over new connections.
        bob = if number % 2 == 0 { bob.twin() } else { bob };
        assert!(bob.is_signed_in());
        assert!(begun.elapsed() < Duration::from_millis(500), "{:?}", begun.elapsed());
    }
    let mut slow = server.connect();
    for piece in one.chunks(one.len().div_ceil(3)) {
        round();
        slow.send(piece);
    }
    assert_eq!(slow.reply().status, 200, "a call in pieces");
    assert!(server.user("bob").is_signed_in(), "who shares the network signs in");
    round();
}

#[test]
fn calls_of_strangers_are_read_in_whatever_pieces_and_framing_they_come() {
    let server = Server::start();
    let fields = form(&[("userid", "bob"), ("password", PASSWORD), ("more", &"x".repeat(20_000))]);
    let multipart = Multipart::new().field("userid", "bob").field("password", PASSWORD).end();
    let chunks = |body: &[u8], length: usize| -> Vec<u8> {
        let chunk = |piece: &[u8]| [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat();
        body.chunks(length).flat_map(chunk).chain(b"0\r\nX-Trailer: y\r\n\r\n".iter().copied()).collect()
    };
    let kind = Multipart::content_type();
    for (what, content_type, length, body) in [
        ("a long form", FORM, Some(fields.len()), fields.clone().into_bytes()),
        ("a chunked form", FORM, None, chunks(fields.as_bytes(), 5000)),
        ("a form in small chunks", FORM, None, chunks(&fields.as_bytes()[..3000], 7)),
        ("multipart", &kind, Some(multipart.len()), multipart.clone()),
        ("chunked multipart", &kind, None, chunks(&multipart, 100)),
    ] {
        let framing =
            length.map_or("Transfer-Encoding: chunked".into(), |length| format!("Content-Length: {length}"));
        for (expects, pieces) in [(false, 1), (false, 5), (true, 1), (true, 3)] {
            let mut head = format!(
                "POST /core/loginguest HTTP/1.1\r\nHost: x\r\nContent-Type: {content_type}\r\n{framing}\r\n"
            );
            if expects {
                head.push_str("Expect: 100-continue\r\n");
            }
            let mut connection = server.connect();
            connection.send(head + "\r\n");
            if expects {
                assert_eq!(connection.reply().status, 100, "{what}");
            }
            for piece in body.chunks(body.len().div_ceil(pieces)) {
                connection.send(piece);
                std::thread::sleep(Duration::from_millis(20));
            }
            connection.reply().done();
            // The next request begins directly after the body.
            connection.send(server.guest().bytes(&Request::get("/core/getauthenticationinfo")));
            assert_eq!(connection.reply().xml().name, "authenticationinfo", "{what}");
        }
    }
}

#[test]
fn what_a_stranger_sends_beyond_the_limit_is_refused_and_nothing_behind_it_is_run() {
    let server = Server::start();
    let chunk = [b"fff0\r\n".as_slice(), &[b'x'; 0xfff0], b"\r\n"].concat();
    let chunked = format!("Content-Type: {FORM}\r\nTransfer-Encoding: chunked");
    for (what, bytes, status) in [
        ("chunks", unfinished("/core/loginguest", &chunked, &chunk.repeat(2)), 413),
        (
            "a length",
            unfinished("/core/loginguest", &format!("Content-Type: {FORM}\r\nContent-Length: 65537"), b""),
            413,
        ),
        ("a chunk that is none", unfinished("/core/loginguest", &chunked, b"3\r\nabc\r\nxyz\r\n"), 400),
        ("an upload", unfinished("/core/upload?path=/bob&filename=x", "Content-Length: 60000", b""), 401),
        ("a page", unfinished("/", "Content-Length: 60000", b""), 404),
    ] {
        let mut connection = server.connect();
        connection.send(&bytes);
        let reply = connection.reply();
        assert!(reply.status == status && reply.closes(), "{what}: {reply:?}");
        assert!(connection.rest().is_empty(), "{what}");
    }
}

/// If the session is not in memory, the server looks it up before it waits for the body.
#[test]
fn an_upload_right_after_a_start_is_taken_from_whoever_has_a_session() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    let content = noise(3, 500_000);
    for number in 0..4 {
        assert_eq!(server.stop(), Some(0));
        server.start_again();
        bob.follow(&server);
        let bytes = bob.bytes(&Caller::upload_request("/bob", &format!("file{number}"), &content));
        let mut connection = server.connect();
        let first = [400, 1000, 70_000, 300_000][number];
        connection.send(&bytes[..first]);
        std::thread::sleep(Duration::from_millis(200));
        connection.send(&bytes[first..]);
        connection.reply().ok();
        bob.download(&format!("/bob/file{number}")).holds(&content);
    }
}

/// Each sign-in needs a processor for its hash, so addresses take turns. A client that guesses
/// passwords delays only its own sign-ins.
#[test]
fn sign_ins_from_elsewhere_do_not_wait_for_a_crowd_of_guesses() {
    let server = Launch::on(Data::with_accounts()).setting("CLOUDLET_TRUSTED_PROXIES", "127.0.0.0/8").start();
    let bob = server.user("bob");
    let guess = Request::post("/core/loginguest", &[("userid", "nobody"), ("password", "wrong")])
        .header("X-Forwarded-For", "203.0.113.66");
    let mut crowd: Vec<Connection> = (0..200)
        .map(|_| {
            let mut connection = server.connect();
            connection.send(guess.bytes("x"));
            connection
        })
        .collect();
    let begun = Instant::now();
    let login = Request::post("/core/loginguest", &[("userid", "bob"), ("password", PASSWORD)])
        .header("X-Forwarded-For", "198.51.100.7");
    server.guest().send(&login).done();
    assert!(bob.twin().is_signed_in());
    bob.twin().list("/bob");
    assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());
    // Every client gets an answer, even if it only says that there are too many.
    for connection in &mut crowd {
        let reply = connection.reply();
        assert!(matches!(reply.status, 200 | 400 | 503), "{reply:?}");
    }
}
