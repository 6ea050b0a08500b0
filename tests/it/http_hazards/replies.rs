//! Answers are sent at once, in one piece, and with their length.

use crate::harness::{Caller, Framing, Request, Server, noise};
use std::time::{Duration, Instant};

#[test]
fn small_answers_leave_in_one_piece_and_at_once() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "file", &noise(1, 4096)).ok();
    let request = bob.bytes(&Request::get(&Caller::download_target("/bob/file")));
    let mut connection = server.connect();
    let mut times = Vec::new();
    let mut buffer = vec![0; 60_000];
    for _ in 0..50 {
        let start = Instant::now();
        connection.send(&request);
        let read = connection.read(&mut buffer).unwrap();
        times.push(start.elapsed());
        let head_end =
            buffer[..read].windows(4).position(|window| window == b"\r\n\r\n").expect("a whole head") + 4;
        assert_eq!(read - head_end, 4096, "head and body come together");
    }
    times.sort();
    // If the server waited for an acknowledgement, each answer would take 40 ms longer.
    assert!(times[times.len() / 2] < Duration::from_millis(20), "{times:?}");
    assert!(times[45] < Duration::from_millis(40), "{times:?}");
}

#[test]
fn answers_of_known_length_say_it_and_are_not_chunked() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.share_cookies(&server.admin());
    bob.upload("/bob", "file", &noise(1, 200_000)).ok();
    for target in [
        "/",
        "/core/getauthenticationinfo",
        "/core/getfilelist?path=/bob",
        "/core/nosuchoperation",
        "/core/downloadfile?filepath=/bob/file",
        "/core/downloadfile?filepath=/bob/nothing",
        "/core/downloadfilemulti?filepath=/bob&count=1&fn1=file",
        "/admin/getversion",
        "/admin/getaudit?limit=5",
        "/nowhere",
    ] {
        let reply = bob.get(target);
        assert_eq!(reply.framing, Framing::Length, "{target}: {reply:?}");
        assert!(!reply.closes(), "{target}: {reply:?}");
        assert!(reply.header("date").is_some(), "{target}: an origin server has a clock: {reply:?}");
    }
}

#[test]
fn answers_made_while_they_are_sent_are_chunked_or_end_with_the_connection() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for number in 0..400 {
        std::fs::write(server.data().file(&format!("/bob/{number}")), "x").unwrap();
    }
    let target = "/core/getfilelist?path=/bob&limit=-1";
    let reply = bob.get(target);
    assert_eq!(reply.framing, Framing::Chunked, "{:?}", reply.headers);
    assert_eq!(reply.xml().all("entry").count(), 400);
    assert!(bob.is_signed_in(), "the connection goes on");

    let mut connection = server.connect();
    connection.send(format!(
        "GET {target} HTTP/1.0\r\nConnection: keep-alive\r\nCookie: {}\r\n\r\n",
        bob.cookie_header()
    ));
    let old = connection.reply();
    assert_eq!(old.framing, Framing::Close, "HTTP/1.0 knows no chunks: {:?}", old.headers);
    assert!(old.body == reply.body);
}

#[test]
fn http_1_0_ends_after_one_answer_unless_asked_to_stay() {
    let server = Server::start();
    let mut connection = server.connect();
    connection.send("GET /core/getauthenticationinfo HTTP/1.0\r\n\r\n");
    let reply = connection.reply();
    assert_eq!((reply.status, reply.framing), (200, Framing::Length));
    assert!(connection.rest().is_empty());

    let mut connection = server.connect();
    for _ in 0..2 {
        connection.send("GET /core/getauthenticationinfo HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
        let reply = connection.reply();
        assert!(
            reply.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("keep-alive")),
            "{reply:?}"
        );
    }
}

#[test]
fn a_connection_ends_when_the_caller_says_so() {
    let server = Server::start();
    for value in ["close", "Close", "keep-alive, close", "close, TE"] {
        let mut connection = server.connect();
        let request =
            format!("GET /core/getauthenticationinfo HTTP/1.1\r\nHost: x\r\nConnection: {value}\r\n\r\n");
        connection.send(request.repeat(2));
        let reply = connection.reply();
        assert!(reply.status == 200 && reply.closes(), "{value}: {reply:?}");
        assert!(connection.rest().is_empty(), "{value}: nothing follows");
    }
}

#[test]
fn a_caller_that_has_finished_sending_still_gets_its_answer() {
    let server = Server::start();
    let mut connection = server.connect();
    connection.send("GET /core/getauthenticationinfo HTTP/1.1\r\nHost: x\r\n\r\n");
    connection.finish_sending();
    assert_eq!(connection.reply().status, 200);
    assert!(connection.rest().is_empty());
}

#[test]
fn head_answers_as_get_without_a_body_on_every_route() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "file", &noise(1, 100_000)).ok();
    for target in [
        "/",
        "/nowhere",
        "/core/getauthenticationinfo",
        "/core/getfilelist?path=/bob",
        "/core/downloadfile?filepath=/bob/file",
        "/core/downloadfile?filepath=/bob/nothing",
        "/core/downloadfilemulti?filepath=/bob&count=1&fn1=file",
        "/core/nosuchoperation",
    ] {
        let get = bob.get(target);
        let head = bob.send(&Request::new("HEAD", target));
        assert_eq!(head.status, get.status, "{target}");
        assert_eq!(head.header("content-length"), get.header("content-length"), "{target}");
        assert_eq!(head.header("content-type"), get.header("content-type"), "{target}");
        assert!(bob.is_signed_in(), "the next answer is read from its beginning: {target}");
    }
}

#[test]
fn what_a_caller_sends_comes_back_in_no_header() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "file", b"x").ok();
    let evil = "x%0d%0aSet-Cookie:%20evil=1%0d%0a%0d%0a<script>";
    for target in [
        format!("/{evil}"),
        format!("/?x={evil}"),
        format!("/core/{evil}"),
        format!("/core/?op={evil}"),
        format!("/core/downloadfile?filepath=/bob/{evil}"),
        format!("/core/downloadfile?filepath=/bob/file&filename={evil}"),
        format!("/core/downloadfile?filepath=/bob/file&disposition={evil}"),
        format!("/core/getfilelist?path={evil}"),
        format!("/core/getfilelist?path=/bob&path={evil}"),
        format!("/core/loginguest?userid={evil}&password=x"),
    ] {
        let reply = bob.get(&target);
        assert!(reply.headers("set-cookie").all(|cookie| !cookie.contains("evil")), "{target}: {reply:?}");
        assert!(reply.headers.iter().all(|(name, _)| !name.contains("evil")), "{target}: {reply:?}");
        let is_page = reply.header("content-type").is_some_and(|kind| kind.contains("html"));
        assert!(!is_page || !reply.text().contains("<script>"), "{target}: {reply:?}");
    }
}
