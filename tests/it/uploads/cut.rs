//! Uploads that break off. However much has arrived, the old file stays whole and the server goes
//! on.

use crate::harness::{Caller, Multipart, Request, Server, names, noise, wait_until};
use std::time::Duration;

#[test]
fn an_upload_cut_at_any_byte_leaves_the_old_file_whole() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "file", b"the old content").ok();
    let body = Multipart::new().field("note", "x").file("file", "x", b"the new content, somewhat longer");
    let request = Request::multipart("/core/upload?path=/bob&filename=file", body);
    let bytes = bob.bytes(&request);
    for end in 0..bytes.len() {
        let mut connection = server.connect();
        connection.send(&bytes[..end]);
        // Half of the clients close their sending direction, and half just vanish.
        if end % 2 == 0 {
            connection.finish_sending();
            let answer = connection.rest();
            assert!(
                !answer.starts_with(b"HTTP/1.1 200 OK\r\n") || !answer.ends_with(b"\r\n\r\nOK"),
                "{end}: {}",
                answer.escape_ascii()
            );
        }
        drop(connection);
        if end % 16 == 0 {
            bob.download("/bob/file").holds(b"the old content");
        }
    }
    bob.download("/bob/file").holds(b"the old content");
    assert_eq!(bob.list_names("/bob"), ["file"]);
    wait_until("the cut uploads are cleared away", Duration::from_secs(5), || {
        names(&server.data().file("/.cloudlet/staging")).is_empty()
    });
    assert!(names(&server.data().file("/.cloudlet/versions")).is_empty());
    bob.send(&request).ok();
    bob.download("/bob/file").holds(b"the new content, somewhat longer");
}

#[test]
fn a_large_upload_that_breaks_off_leaves_the_old_file_whole() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let old = noise(1, 2_000_000);
    bob.upload("/bob", "file", &old).ok();
    let bytes = bob.bytes(&Caller::upload_request("/bob", "file", &noise(2, 8_000_000)));
    for end in [600, 100_000, 3_000_000, bytes.len() - 1] {
        let mut connection = server.connect();
        connection.send(&bytes[..end]);
        drop(connection);
        bob.download("/bob/file").holds(&old);
    }
    wait_until("the cut uploads are cleared away", Duration::from_secs(5), || {
        names(&server.data().file("/.cloudlet/staging")).is_empty()
    });
    bob.download("/bob/file").holds(&old);
}

#[test]
fn an_upload_in_progress_when_the_power_fails_leaves_the_old_file_whole() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    let old = noise(1, 500_000);
    bob.upload("/bob", "file", &old).ok();
    let bytes = bob.bytes(&Caller::upload_request("/bob", "file", &noise(2, 4_000_000)));
    let mut connection = server.connect();
    connection.send(&bytes[..2_000_000]);
    wait_until("some of it has arrived", Duration::from_secs(5), || {
        !names(&server.data().file("/.cloudlet/staging")).is_empty()
    });
    server.kill();
    server.start_again();
    bob.follow(&server);
    bob.download("/bob/file").holds(&old);
    assert!(
        names(&server.data().file("/.cloudlet/staging")).is_empty(),
        "the rest was cleared away at the start"
    );
    assert!(server.log().contains("after the last stop"), "and the log says so: {}", server.log());
}

/// An upload that was accepted before its account was deleted may succeed or fail. But the folder
/// of the deleted account must not come back.
#[test]
fn an_upload_that_runs_while_its_account_is_deleted_leaves_no_home_behind() {
    let server = Server::start();
    let bob = server.user("bob");
    let content = noise(1, 400_000);
    let bytes = bob.bytes(&Caller::upload_request("/bob", "file", &content));
    let mut connection = server.connect();
    connection.send(&bytes[..200_000]);
    wait_until("it has begun", Duration::from_secs(5), || {
        !names(&server.data().file("/.cloudlet/staging")).is_empty()
    });
    server.admin().administer("deleteuser", &[("profile", "bob")]).done();
    connection.send(&bytes[200_000..]);
    let reply = connection.reply();
    assert_ne!(reply.body, b"OK", "there is nobody whose file it could be");
    assert_eq!(names(&server.data().file("/")), [".cloudlet", "alice", "bobby"]);
    assert!(names(&server.data().file("/.cloudlet/staging")).is_empty());
}
