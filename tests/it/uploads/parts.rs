//! Uploads in parts: in order, out of order, over several connections, and resumed after a break, a
//! restart and a power cut.

use crate::harness::{Caller, Multipart, Reply, Request, Server, form, names, noise};

const SIZE: usize = 1_000_000;

/// The request that sends a range of a content. The last one has `complete=1`.
fn part_request(content: &[u8], from: usize, to: usize, is_last: bool) -> Request {
    let query = form(&[
        ("appname", "explorer"),
        ("path", "/bob"),
        ("filename", "file"),
        ("offset", &from.to_string()),
        ("complete", if is_last { "1" } else { "0" }),
        ("filesize", &content.len().to_string()),
    ]);
    Request::multipart(
        &format!("/core/upload?{query}"),
        Multipart::new().file("file", "x", &content[from..to]),
    )
}

fn send(caller: &mut Caller, content: &[u8], from: usize, to: usize) -> Reply {
    caller.send(&part_request(content, from, to, to == content.len()))
}

fn is_unfinished(server: &Server) -> bool {
    !names(&server.data().file("/.cloudlet/staging")).is_empty()
}

fn incomplete(caller: &mut Caller) -> (i64, String) {
    let usage = caller
        .core("getdiskusagedetails", &[("username", "bob"), ("level", "2")])
        .xml()
        .child("usage")
        .clone();
    (usage.number("incompletefiles"), usage.field("incompletesize").to_owned())
}

#[test]
fn parts_in_order_become_the_file_when_the_last_has_come() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let content = noise(1, SIZE);
    for from in (0..SIZE).step_by(300_000) {
        assert!(!bob.sees("/bob/file"), "half a file is no file");
        send(&mut bob, &content, from, (from + 300_000).min(SIZE)).ok();
    }
    bob.download("/bob/file").holds(&content);
    assert!(!is_unfinished(&server));
}

#[test]
fn parts_without_a_total_size_end_with_the_last() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let content = noise(2, SIZE);
    for (from, to, complete) in [(0, 400_000, "0"), (400_000, 800_000, "0"), (800_000, SIZE, "1")] {
        let query = form(&[
            ("path", "/bob"),
            ("filename", "file"),
            ("offset", &from.to_string()),
            ("complete", complete),
        ]);
        let body = Multipart::new().file("file", "x", &content[from..to]);
        bob.send(&Request::multipart(&format!("/core/upload?{query}"), body)).ok();
    }
    bob.download("/bob/file").holds(&content);
}

#[test]
fn an_empty_last_part_completes_the_file() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let content = noise(3, SIZE);
    bob.send(&part_request(&content, 0, SIZE, false)).ok();
    bob.send(&part_request(&content, SIZE, SIZE, true)).ok();
    bob.download("/bob/file").holds(&content);
}

#[test]
fn parts_arrive_over_parallel_connections_in_any_order() {
    let server = Server::start();
    let bob = server.user("bob");
    let content = noise(4, SIZE);
    // The first part begins the upload. Then all others are sent at once, including the last one.
    send(&mut bob.twin(), &content, 0, 100_000).ok();
    std::thread::scope(|scope| {
        for number in [9, 4, 2, 7, 1, 3, 8, 5, 6] {
            let (mut twin, content) = (bob.twin(), &content);
            scope.spawn(move || send(&mut twin, content, number * 100_000, (number + 1) * 100_000).ok());
        }
    });
    bob.twin().download("/bob/file").holds(&content);
    assert!(!is_unfinished(&server));
}

#[test]
fn a_part_cut_by_a_broken_connection_is_sent_again() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let content = noise(5, SIZE);
    send(&mut bob, &content, 0, 300_000).ok();
    let request = bob.bytes(&part_request(&content, 300_000, 600_000, false));
    let mut connection = server.connect();
    connection.send(&request[..request.len() / 2]);
    drop(connection);
    let mut other = bob.twin();
    crate::harness::wait_until("the part may be sent again", std::time::Duration::from_secs(8), || {
        send(&mut other, &content, 300_000, 600_000).body == b"OK"
    });
    send(&mut other, &content, 600_000, SIZE).ok();
    other.download("/bob/file").holds(&content);
}

#[test]
fn a_first_part_sent_anew_starts_the_file_anew() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let (abandoned, content) = (noise(6, SIZE), noise(7, SIZE / 2));
    send(&mut bob, &abandoned, 0, 700_000).ok();
    send(&mut bob, &content, 0, 200_000).ok();
    send(&mut bob, &content, 200_000, SIZE / 2).ok();
    bob.download("/bob/file").holds(&content);
    assert!(!is_unfinished(&server));
}

/// The last part waits ten seconds for parts that may still come, so this test runs among
/// `deadlines`.
pub fn a_file_with_a_missing_part_is_not_stored_and_can_be_completed() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "file", b"the old content").ok();
    let content = noise(8, SIZE);
    send(&mut bob, &content, 0, 300_000).ok();
    let message = send(&mut bob, &content, 600_000, SIZE).refused();
    assert!(message.contains("300000") && message.contains("600000"), "it says what is missing: {message}");
    bob.download("/bob/file").holds(b"the old content");
    send(&mut bob, &content, 300_000, 600_000).ok();
    bob.send(&part_request(&content, SIZE, SIZE, true)).ok();
    bob.download("/bob/file").holds(&content);
}

#[test]
fn an_offset_beyond_the_end_or_without_a_beginning_is_refused() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for (number, fields) in [
        // The part reaches beyond the announced end.
        &[("offset", "11"), ("filesize", "10"), ("complete", "1")][..],
        &[("offset", "8"), ("filesize", "10"), ("complete", "1")],
        &[("offset", "18446744073709551615"), ("complete", "1")],
        &[("offset", "9223372036854775807"), ("filesize", "18446744073709551615"), ("complete", "1")],
        // There is no upload to continue.
        &[("offset", "5"), ("complete", "1")],
        &[("offset", "5"), ("complete", "0")],
    ]
    .iter()
    .enumerate()
    {
        let name = format!("file{number}");
        bob.upload("/bob", &name, b"the old content").ok();
        let query = form(&[&[("path", "/bob"), ("filename", &name)], *fields].concat());
        let body = Multipart::new().file("file", "x", b"five.");
        bob.send(&Request::multipart(&format!("/core/upload?{query}"), body)).refused();
        bob.download(&format!("/bob/{name}")).holds(b"the old content");
    }
    assert_eq!(bob.list_names("/bob").len(), 6);
}

#[test]
fn parts_of_two_sessions_never_mix() {
    let server = Server::start();
    let (mut one, mut two) = (server.user("bob"), server.user("bob"));
    let (first, second) = (noise(9, SIZE), noise(10, SIZE));
    send(&mut one, &first, 0, 500_000).ok();
    send(&mut two, &second, 0, 500_000).ok();
    send(&mut one, &first, 500_000, SIZE).ok();
    one.download("/bob/file").holds(&first);
    send(&mut two, &second, 500_000, SIZE).ok();
    two.download("/bob/file").holds(&second);
}

#[test]
fn an_unfinished_upload_survives_a_restart_and_a_power_cut() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    let content = noise(11, SIZE);
    send(&mut bob, &content, 0, 300_000).ok();
    assert_eq!(server.stop(), Some(0));
    server.start_again();
    bob.follow(&server);
    send(&mut bob, &content, 300_000, 600_000).ok();
    server.kill();
    server.start_again();
    bob.follow(&server);
    assert_eq!(incomplete(&mut bob), (1, "977 KB".to_owned()));
    send(&mut bob, &content, 600_000, SIZE).ok();
    bob.download("/bob/file").holds(&content);
    assert!(!is_unfinished(&server));
}

#[test]
fn the_status_of_an_upload_says_what_has_arrived() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let content = noise(13, SIZE);
    let status = |caller: &mut Caller| {
        let root = caller.core("getuploadstatus", &[("path", "/bob"), ("filename", "file")]).xml();
        root.all("upload")
            .next()
            .map(|upload| (upload.field("received").to_owned(), upload.field("size").to_owned()))
    };
    assert_eq!(status(&mut bob), None);
    send(&mut bob, &content, 0, 300_000).ok();
    send(&mut bob, &content, 500_000, 600_000).ok();
    assert_eq!(status(&mut bob), Some(("0-300000 500000-600000".to_owned(), SIZE.to_string())));
    assert_eq!(status(&mut server.user("bob")), None, "another session has uploads of its own");
    for (from, to) in [(300_000, 500_000), (600_000, SIZE)] {
        send(&mut bob, &content, from, to).ok();
    }
    assert_eq!(status(&mut bob), None);
    bob.download("/bob/file").holds(&content);
}

#[test]
fn unfinished_uploads_are_counted_and_can_be_given_up() {
    let server = Server::start();
    let (mut bob, mut bobby) = (server.user("bob"), server.user("bobby"));
    let content = noise(12, SIZE);
    send(&mut bob, &content, 0, 300_000).ok();
    assert_eq!(incomplete(&mut bob), (1, "977 KB".to_owned()));
    bobby.core("deletepartialuploads", &[]).done();
    assert!(is_unfinished(&server), "others give up their own only");
    bob.core("deletepartialuploads", &[("ignorets", "1")]).done();
    assert_eq!(incomplete(&mut bob).0, 0);
    assert!(!is_unfinished(&server));
    let query = form(&[("path", "/bob"), ("filename", "file"), ("offset", "300000"), ("complete", "1")]);
    let body = Multipart::new().file("file", "x", &content[300_000..]);
    bob.send(&Request::multipart(&format!("/core/upload?{query}"), body)).refused();
    assert!(!bob.sees("/bob/file"));

    // An administrator who began an upload as a proxy can cancel it as the same proxy, and nobody
    // else can.
    let mut admin = server.admin();
    let as_proxy = [("adminproxyuserid", "alice")];
    let query = form(&[("path", "/bob"), ("filename", "file"), ("complete", "0"), as_proxy[0]]);
    let body = Multipart::new().file("file", "x", &content[..300_000]);
    admin.send(&Request::multipart(&format!("/core/upload?{query}"), body)).ok();
    send(&mut bob, &content, 0, 300_000).ok();
    admin.core("deletepartialuploads", &as_proxy).done();
    assert_eq!(incomplete(&mut bob).0, 1, "the user's stays");
}
