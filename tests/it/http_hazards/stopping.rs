//! The graceful stop. Running calls may finish, no new call begins, and the exit code is 0.

use crate::harness::{
    Caller, Connection, Data, Launch, Multipart, Request, Server, names, noise, wait_until,
};
use std::time::{Duration, Instant};

const LARGE: usize = 20_000_000;

#[test]
fn an_idle_server_stops_at_once_with_exit_code_0() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    let mut crowd: Vec<Caller> = (0..20).map(|_| bob.twin()).collect();
    assert!(crowd.iter_mut().all(Caller::is_signed_in) && bob.is_signed_in());
    let start = Instant::now();
    assert_eq!(server.stop(), Some(0));
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    server.stop_waited_two_seconds_at_most();
    assert!(Connection::try_open(server.address).is_err(), "nobody listens any more");
}

#[test]
fn an_interrupt_from_the_keyboard_stops_it_too() {
    let mut server = Server::start();
    let id = server.id().to_string();
    assert!(std::process::Command::new("/bin/kill").args(["-INT", &id]).status().unwrap().success());
    assert_eq!(server.wait().code(), Some(0));
}

/// A server whose disk is the memory: how long a busy disk takes must not decide what ends in time.
fn in_memory() -> Server {
    let data = Data::in_memory();
    data.fill();
    Launch::on(data).start()
}

#[test]
fn a_stop_does_not_wait_for_another_program_that_reads_the_database() {
    // The database waits this long for others while the server runs.
    const USUAL_WAIT: Duration = Duration::from_secs(10);
    let mut server = in_memory();
    let mut bob = server.user("bob");
    // The log of the database cannot be emptied while a replica reads.
    let replica = rusqlite::Connection::open(server.data().path("cloudlet.db")).unwrap();
    replica.execute_batch("BEGIN; SELECT COUNT(*) FROM sqlite_schema").unwrap();
    bob.upload("/bob", "file", b"in the log").ok();
    let start = Instant::now();
    assert_eq!(server.stop(), Some(0));
    assert!(start.elapsed() < USUAL_WAIT, "{:?}", start.elapsed());
    server.stop_waited_two_seconds_at_most();
    drop(replica);
    server.start_again();
    bob.follow(&server);
    bob.download("/bob/file").holds(b"in the log");
}

#[test]
fn a_download_that_runs_finishes() {
    let mut server = in_memory();
    let bob = server.user("bob");
    let content = noise(1, LARGE);
    std::fs::write(server.data().file("/bob/file"), &content).unwrap();
    let mut connection = server.connect();
    connection.send(bob.bytes(&Request::get(&Caller::download_target("/bob/file"))));
    let mut body = vec![0; LARGE];
    connection.reply_head();
    server.ask_to_stop();
    wait_until("it listens no more", Duration::from_secs(5), || {
        Connection::try_open(server.address).is_err()
    });
    let mut filled = 0;
    while filled < LARGE {
        let read = connection.read(&mut body[filled..]).unwrap();
        assert!(read > 0, "it ended after {filled} bytes");
        filled += read;
    }
    assert!(body == content);
    drop(connection);
    assert_eq!(server.wait().code(), Some(0));
}

#[test]
fn an_upload_that_runs_finishes_and_is_there_afterwards() {
    let mut server = in_memory();
    let mut bob = server.user("bob");
    let content = noise(2, LARGE);
    let bytes = bob.bytes(&Caller::upload_request("/bob", "file", &content));
    let mut connection = server.connect();
    connection.send(&bytes[..LARGE / 2]);
    wait_until("it has begun", Duration::from_secs(5), || {
        !names(&server.data().file("/.cloudlet/staging")).is_empty()
    });
    server.ask_to_stop();
    wait_until("it listens no more", Duration::from_secs(5), || {
        Connection::try_open(server.address).is_err()
    });
    connection.send(&bytes[LARGE / 2..]);
    connection.reply().ok();
    assert_eq!(server.wait().code(), Some(0));
    server.start_again();
    bob.follow(&server);
    bob.download("/bob/file").holds(&content);
}

#[test]
fn the_stop_writes_what_was_only_in_memory() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    for number in 0..20 {
        bob.get(&format!("/core/fileexists?file=/bob/unmistakable{number}"));
    }
    assert_eq!(server.stop(), Some(0));
    let wal = server.data().path("cloudlet.db-wal");
    assert!(
        std::fs::metadata(&wal).map_or(0, |metadata| metadata.len()) == 0,
        "everything is in the database file itself"
    );
    server.start_again();
    let rows = server.admin().audit(&[("operation", "fileexists")]);
    assert_eq!(rows.len(), 20);
}

/// The longest time of a stop on a busy machine. On an idle one, it takes at most two seconds.
const SOON: Duration = Duration::from_secs(10);

/// A part of an upload.
fn part(content: &[u8], from: usize, to: usize) -> Request {
    let query = format!(
        "path=/bob&filename=up&offset={from}&filesize={}&uploadid=one-upload&complete={}",
        content.len(),
        u8::from(to == content.len())
    );
    let body = Multipart::new().file("file", "x", &content[from..to]);
    Request::multipart(&format!("/core/upload?{query}"), body)
}

#[test]
fn transfers_that_take_longer_are_cut_and_named_and_go_on_after_the_start() {
    let mut server = in_memory();
    let mut bob = server.user("bob");
    let content = noise(3, LARGE);
    std::fs::write(server.data().file("/bob/file"), &content).unwrap();
    // The client of the upload sends no more, one client reads no more, and another one reads a
    // little from time to time.
    let bytes = bob.bytes(&part(&content, 0, LARGE - 1000));
    let mut upload = server.connect();
    upload.send(&bytes[..LARGE / 2]);
    wait_until("it has begun", Duration::from_secs(5), || {
        !names(&server.data().file("/.cloudlet/staging")).is_empty()
    });
    let mut stalled = server.connect();
    stalled.send(bob.bytes(&Request::get(&Caller::download_target("/bob/file"))));
    let head = stalled.reply_head();
    let tag = head.header("etag").unwrap().to_owned();
    let mut slow = server.connect();
    slow.send(bob.bytes(&Request::get(&Caller::download_target("/bob/file"))));
    slow.reply_head();
    let began = Instant::now();
    server.ask_to_stop();
    let mut few = [0; 1000];
    let has_stopped = || server.log().lines().any(|line| line.ends_with("stopped"));
    while !has_stopped() && began.elapsed() < SOON {
        drop(slow.read(&mut few));
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(has_stopped(), "{:?}: {}", began.elapsed(), server.log());
    assert_eq!(server.wait().code(), Some(0));
    let log = server.log();
    let cut =
        |name: &str| log.lines().filter(|line| line.contains(name) && line.contains("server stops")).count();
    assert_eq!((cut("/core/upload"), cut("/core/downloadfile")), (1, 2), "{log}");
    assert!(!log.contains("not waiting for"), "{log}");
    server.stop_waited_two_seconds_at_most();
    // The bytes of the download that have arrived are right, and a request for a range gets the
    // rest.
    let begun = stalled.rest();
    assert!(begun.len() < LARGE && content.starts_with(&begun), "{}", begun.len());
    server.start_again();
    bob.follow(&server);
    let rest = Request::get(&Caller::download_target("/bob/file"))
        .header("Range", &format!("bytes={}-", begun.len()))
        .header("If-Range", &tag);
    let rest = bob.send(&rest);
    assert_eq!(rest.status, 206);
    assert!(rest.body == content[begun.len()..]);
    // Both calls have a row in the audit log that tells how they ended.
    let rows = server.admin().audit(&[("operation", "upload")]);
    let outcomes: Vec<_> = rows.iter().map(|row| (row.field("outcome"), row.field("message"))).collect();
    assert!(outcomes.len() == 1 && outcomes[0].0 != "ok", "{outcomes:?}");
    assert!(outcomes[0].1.contains("The server is stopping"), "{outcomes:?}");
    // The upload continues with the bytes that have not arrived.
    let of = [("path", "/bob"), ("filename", "up"), ("uploadid", "one-upload")];
    let status = bob.core("getuploadstatus", &of).xml();
    let received = status.all("upload").next().unwrap().field("received").to_owned();
    let kept: usize = received.strip_prefix("0-").unwrap().parse().unwrap();
    assert!(kept > LARGE / 4, "{received}");
    bob.send(&part(&content, kept, LARGE)).ok();
    bob.download("/bob/up").holds(&content);
}
