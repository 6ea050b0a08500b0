//! Checksums of contents. They are computed during an upload and sent on request, and a deep check
//! finds damage with them.

use crate::harness::{Caller, Data, Launch, Multipart, Reply, Request, Server, cloudlet, form, names, noise};
use std::fs;

fn digest(content: &[u8]) -> String {
    use base64ct::Encoding;
    format!("blake3=:{}:", base64ct::Base64::encode_string(blake3::hash(content).as_bytes()))
}

fn with_checksum(caller: &mut Caller, path: &str) -> Reply {
    caller.get(&format!("{}&checksum=1", Caller::download_target(path)))
}

fn told(caller: &mut Caller, path: &str) -> Option<String> {
    let reply = with_checksum(caller, path);
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.header("repr-digest").map(str::to_owned)
}

fn part_request(name: &str, content: &[u8], range: std::ops::Range<usize>, complete: bool) -> Request {
    let query = form(&[
        ("path", "/bob"),
        ("filename", name),
        ("offset", &range.start.to_string()),
        ("complete", if complete { "1" } else { "0" }),
        ("filesize", &content.len().to_string()),
    ]);
    let body = Multipart::new().file("file", name, &content[range]);
    Request::multipart(&format!("/core/upload?{query}"), body)
}

fn part(caller: &mut Caller, name: &str, content: &[u8], range: std::ops::Range<usize>, complete: bool) {
    caller.send(&part_request(name, content, range, complete)).ok();
}

fn deep(data: &Data) -> String {
    let said = cloudlet(data, &["check", "--deep"], "").succeeded();
    said.lines().last().unwrap_or_default().to_owned()
}

fn counted(compared: u64, taken: u64) -> String {
    format!("Files that match their checksum: {compared}. Files with a first checksum: {taken}.")
}

#[test]
fn a_checksum_is_told_on_request_whatever_part_is_sent() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let (content, wanted) = (noise(1, 300_000), digest(&noise(1, 300_000)));
    bob.upload("/bob", "one", &content).ok();
    let reply = with_checksum(&mut bob, "/bob/one").holds(&content);
    assert_eq!(reply.header("repr-digest"), Some(wanted.as_str()));
    assert_eq!(bob.download("/bob/one").header("repr-digest"), None, "nobody asked");
    let target = format!("{}&checksum=1", Caller::download_target("/bob/one"));
    let ranged = bob.send(&Request::get(&target).header("Range", "bytes=5-9"));
    assert_eq!((ranged.status, ranged.header("repr-digest")), (206, Some(wanted.as_str())));
    assert_eq!(ranged.body, content[5..=9]);

    // The checksum stays with a renamed file, and a new content has another one.
    bob.core("renamefile", &[("path", "/bob"), ("name", "one"), ("newname", "two")]).done();
    assert_eq!(told(&mut bob, "/bob/two"), Some(wanted));
    bob.upload("/bob", "two", b"").ok();
    assert_eq!(told(&mut bob, "/bob/two"), Some(digest(b"")));
    fs::write(server.data().file("/bob/two"), "by hand").unwrap();
    assert_eq!(told(&mut bob, "/bob/two"), None, "nothing is known about what others write");
    // Another user gets no checksum.
    let message = with_checksum(&mut server.user("bobby"), "/bob/two");
    assert_eq!((message.status, message.header("repr-digest")), (403, None));
}

#[test]
fn parts_in_order_have_a_checksum_and_others_get_one_from_a_deep_check() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let content = noise(2, 900_000);
    part(&mut bob, "ordered", &content, 0..300_000, false);
    part(&mut bob.twin(), "ordered", &content, 300_000..500_000, false);
    part(&mut bob, "ordered", &content, 500_000..900_000, true);
    assert_eq!(told(&mut bob, "/bob/ordered"), Some(digest(&content)));
    // The upload begins anew with another content. Nothing of the first one may be left in the
    // checksum.
    let other = noise(3, 900_000);
    part(&mut bob, "ordered", &content, 0..300_000, false);
    part(&mut bob, "ordered", &other, 0..300_000, false);
    part(&mut bob, "ordered", &other, 300_000..900_000, true);
    with_checksum(&mut bob, "/bob/ordered").holds(&other);
    assert_eq!(told(&mut bob, "/bob/ordered"), Some(digest(&other)));

    part(&mut bob, "jumbled", &content, 300_000..500_000, false);
    part(&mut bob, "jumbled", &content, 0..300_000, false);
    part(&mut bob, "jumbled", &content, 500_000..900_000, true);
    with_checksum(&mut bob, "/bob/jumbled").holds(&content);
    assert_eq!(told(&mut bob, "/bob/jumbled"), None);
    // There are two files, and one of them has a version.
    assert_eq!(deep(server.data()), counted(2, 1));
    assert_eq!(told(&mut bob, "/bob/jumbled"), Some(digest(&content)));
    assert_eq!(deep(server.data()), counted(3, 0));
}

#[test]
fn a_deep_check_tells_damage_from_work() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for name in ["damaged", "edited", "sound"] {
        bob.upload("/bob", name, &noise(4, 50_000)).ok();
    }
    bob.upload("/bob", "sound", &noise(5, 50_000)).ok();
    fs::write(server.data().file("/bob/by hand"), "x").unwrap();
    // Three files and a version have a checksum. The file that was made by hand gets its first one.
    assert_eq!(deep(server.data()), counted(4, 1));
    server.data().damage(&server.data().file("/bob/damaged"));
    fs::write(server.data().file("/bob/edited"), "other bytes").unwrap();
    let said = cloudlet(server.data(), &["check", "--deep"], "");
    assert!(said.stdout.contains("wrong: /bob/damaged is damaged"), "{said:?}");
    assert!(said.failed().contains("Problems found: 1"));
    // A second check finds the damage again. It must not accept the damaged content.
    let said = cloudlet(server.data(), &["check", "--deep"], "");
    assert_eq!(said.stdout.matches("wrong:").count(), 1, "{said:?}");
    // Without --deep, a check reads no contents.
    cloudlet(server.data(), &["check"], "").succeeded();

    bob.upload("/bob", "damaged", b"a new content").ok();
    let versions = server.data().file("/.cloudlet/versions");
    // The damaged content is a version now. The check still reports it.
    let said = cloudlet(server.data(), &["check", "--deep"], "");
    assert_eq!(said.stdout.matches("wrong: the version").count(), 1, "{said:?}");
    names(&versions).iter().for_each(|name| server.data().damage(&versions.join(name)));
    let said = cloudlet(server.data(), &["check", "--deep"], "");
    assert_eq!(said.stdout.matches("wrong: the version").count(), 1, "one is whole again: {said:?}");
}

#[test]
fn bytes_that_come_again_while_later_ones_come_leave_no_checksum_of_the_first() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let mut content = noise(2, 900_000);
    part(&mut bob, "file", &content, 0..300_000, false);
    let mut later = server.connect();
    let last = bob.bytes(&part_request("file", &content, 300_000..900_000, true));
    later.send(&last[..300_000]);
    std::thread::sleep(std::time::Duration::from_millis(300));
    content[150_000..300_000].copy_from_slice(&noise(3, 150_000));
    part(&mut bob.twin(), "file", &content, 150_000..300_000, false);
    later.send(&last[300_000..]);
    later.reply().ok();
    with_checksum(&mut bob, "/bob/file").holds(&content);
    assert_eq!(told(&mut bob, "/bob/file"), None);
    assert_eq!(deep(server.data()), counted(0, 1));
}

#[test]
fn checksums_live_through_a_restart_and_a_restore() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    let content = noise(6, 80_000);
    bob.upload("/bob", "file", &content).ok();
    server.kill();
    server.start_again();
    bob.follow(&server);
    assert_eq!(told(&mut bob, "/bob/file"), Some(digest(&content)));
    let backups = Data::empty();
    cloudlet(server.data(), &["backup", &backups.path("").display().to_string()], "").succeeded();
    drop(server);
    let restored = Data::empty();
    cloudlet(&restored, &["restore", &backups.path("").display().to_string()], "").succeeded();
    // The restored files have other inodes, but the server finds their checksums all the same.
    assert_eq!(deep(&restored), counted(1, 0));
    restored.damage(&restored.file("/bob/file"));
    let said = cloudlet(&restored, &["check", "--deep"], "");
    assert!(said.stdout.contains("wrong: /bob/file is damaged"), "{said:?}");
    let server = Launch::on(restored).start();
    assert_eq!(told(&mut server.user("bob"), "/bob/file"), Some(digest(&content)), "what it was");
}

#[test]
fn without_the_setting_no_checksum_is_taken() {
    let server = Server::start();
    let mut alice = server.admin();
    alice.administer("setsetting", &[("name", "checksums"), ("value", "no")]).done();
    let mut bob = server.user("bob");
    bob.upload("/bob", "file", b"content").ok();
    part(&mut bob, "parts", b"content", 0..3, false);
    part(&mut bob, "parts", b"content", 3..7, true);
    assert_eq!((told(&mut bob, "/bob/file"), told(&mut bob, "/bob/parts")), (None, None));
    assert_eq!(deep(server.data()), counted(0, 0), "not by a check either");
}
