//! The graceful stop. Running calls may finish, no new call begins, and the exit code is 0.

use crate::harness::{Caller, Connection, Request, Server, names, noise, wait_until};
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
    assert!(Connection::try_open(server.address).is_err(), "nobody listens any more");
}

#[test]
fn an_interrupt_from_the_keyboard_stops_it_too() {
    let mut server = Server::start();
    let id = server.id().to_string();
    assert!(std::process::Command::new("/bin/kill").args(["-INT", &id]).status().unwrap().success());
    assert_eq!(server.wait().code(), Some(0));
}

#[test]
fn a_download_that_runs_finishes() {
    let mut server = Server::start();
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
    let mut server = Server::start();
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
