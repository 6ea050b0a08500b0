//! Several uploads at the same time.

use crate::harness::{Caller, Server, joined, names, noise};
use std::time::Duration;

#[test]
fn of_two_uploads_of_one_name_one_whole_content_wins() {
    let server = Server::start();
    let bob = server.user("bob");
    for round in 0..8 {
        let contents = [noise(round * 2, 700_000), noise(round * 2 + 1, 500_000)];
        let replies: Vec<_> = std::thread::scope(|scope| {
            let uploads: Vec<_> = contents
                .iter()
                .map(|content| {
                    let mut twin = bob.twin();
                    scope.spawn(move || twin.upload("/bob", "file", content))
                })
                .collect();
            uploads.into_iter().map(|upload| joined(upload.join())).collect()
        });
        let is_stored = |at: usize| replies[at].body == b"OK";
        assert!(is_stored(0) || is_stored(1), "{replies:?}");
        let stored = bob.twin().download("/bob/file").body;
        let winner = contents.iter().position(|content| *content == stored).expect("no mixture of both");
        assert!(is_stored(winner), "what was refused is not there: {replies:?}");
    }
    assert!(names(&server.data().file("/.cloudlet/staging")).is_empty());
}

#[test]
fn an_upload_does_not_wait_for_a_slow_one_of_the_same_name() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let bytes = bob.bytes(&Caller::upload_request("/bob", "file", &noise(1, 100_000)));
    let mut slow = server.connect();
    slow.send(&bytes[..50_000]);
    bob.upload("/bob", "file", b"quick").ok();
    bob.download("/bob/file").holds(b"quick");
    slow.send(&bytes[50_000..]);
    slow.reply().ok();
    bob.download("/bob/file").holds(&noise(1, 100_000));
}

#[test]
fn many_uploads_at_once_all_arrive() {
    let server = Server::start();
    let bob = server.user("bob");
    std::thread::scope(|scope| {
        for writer in 0..8_u64 {
            let mut twin = bob.twin();
            scope.spawn(move || {
                for number in 0..12 {
                    let content = noise(writer * 100 + number, 20_000);
                    twin.upload("/bob", &format!("file {writer} {number}"), &content).ok();
                }
            });
        }
    });
    let mut bob = bob.twin();
    assert_eq!(bob.list_names("/bob").len(), 96);
    for writer in 0..8 {
        for number in 0..12 {
            bob.download(&format!("/bob/file {writer} {number}"))
                .holds(&noise(writer * 100 + number, 20_000));
        }
    }
}

/// An upload of any length may need only little memory, because many clients upload at the same
/// time.
#[test]
fn large_uploads_take_little_memory() {
    let server = Server::start();
    let bob = server.user("bob");
    let content = noise(1, 24_000_000);
    bob.twin().upload("/bob", "warm", &content).ok();
    let before = server.memory_kib();
    let highest = std::thread::scope(|scope| {
        let uploads: Vec<_> = (0..4)
            .map(|number| {
                let (mut twin, content) = (bob.twin(), &content);
                scope.spawn(move || twin.upload("/bob", &format!("file{number}"), content).ok())
            })
            .collect();
        let mut highest = before;
        while uploads.iter().any(|upload| !upload.is_finished()) {
            highest = highest.max(server.memory_kib());
            std::thread::sleep(Duration::from_millis(5));
        }
        highest
    });
    let grown = highest - before;
    assert!(grown < 4 * 2048, "{grown} KiB more for four uploads");
}
