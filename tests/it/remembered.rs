//! Repeated questions are answered from memory. Nobody may notice this: neither after a change by
//! this program, nor after a change on the disk, nor by seeing entries of other users.

use crate::harness::{Caller, Element, Server};
use std::fs;

const FILE: &str = "/bob/sea.jpg";
const STARS: &str = "000000000000000000000000";
const AS_ADMIN: (&str, &str) = ("adminproxyuserid", "alice");

fn ground() -> (Server, Caller) {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "sea.jpg", b"waves").ok();
    (server, bob)
}

fn document(caller: &mut Caller, path: &str, more: &[(&str, &str)]) -> Element {
    caller.core("fileinfo", &[&[("file", path)], more].concat()).xml()
}

/// The information about a file. A second and a third call must give the same.
fn info(caller: &mut Caller, path: &str) -> Element {
    let first = document(caller, path, &[]).child("entry").clone();
    for _ in 0..2 {
        assert_eq!(document(caller, path, &[]).child("entry"), &first);
    }
    first
}

#[test]
fn what_other_programs_change_is_seen_at_once() {
    let (server, mut bob) = ground();
    assert_eq!(info(&mut bob, FILE).number("fullsize"), 5);
    let etag = info(&mut bob, FILE).field("etag").to_owned();
    let on_disk = server.data().file(FILE);
    for length in 6..20 {
        fs::write(&on_disk, vec![b'x'; length]).unwrap();
        assert_eq!(document(&mut bob, FILE, &[]).child("entry").number("fullsize"), length as i64);
    }
    assert_ne!(info(&mut bob, FILE).field("etag"), etag);
    fs::remove_file(&on_disk).unwrap();
    assert_eq!(document(&mut bob, FILE, &[]).children.len(), 0);
    fs::create_dir(&on_disk).unwrap();
    assert_eq!(info(&mut bob, FILE).field("type"), "dir");
    fs::remove_dir(&on_disk).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", &on_disk).unwrap();
    assert_eq!(document(&mut bob, FILE, &[]).children.len(), 0, "links are not there");
}

#[test]
fn what_is_attached_is_seen_at_once_and_only_by_whom_it_concerns() {
    let (server, mut bob) = ground();
    let (mut bobby, mut admin) = (server.user("bobby"), server.admin());
    let marks = |entry: &Element| {
        ["favoritelistid", "commented", "locked", "lastmodifiedby", "hasnotificationsrule"]
            .map(|name| entry.field(name).to_owned())
    };
    assert_eq!(marks(&info(&mut bob, FILE)), ["0", "0", "0", "bob", "0"]);
    bob.core("setfavorite", &[("id", STARS), ("name", FILE)]).done();
    assert_eq!(marks(&info(&mut bob, FILE)), [STARS, "0", "0", "bob", "0"]);
    let of_admin = |admin: &mut Caller| marks(document(admin, FILE, &[AS_ADMIN]).child("entry"));
    for _ in 0..3 {
        assert_eq!(of_admin(&mut admin), ["0", "0", "0", "bob", "0"], "the star is bob's");
        assert_eq!(marks(&info(&mut bob, FILE)), [STARS, "0", "0", "bob", "0"]);
    }
    let comment = [("fullpath", FILE), ("parent", "/bob"), ("isfile", "1"), ("text", "high")];
    assert_eq!(bob.core("addcommentforitem", &comment).xml().name, "comments");
    assert_eq!(marks(&info(&mut bob, FILE)), [STARS, "1", "0", "bob", "0"]);
    bob.core("lock", &[("path", FILE)]).done();
    assert_eq!(marks(&info(&mut bob, FILE)), [STARS, "1", "1", "bob", "0"]);
    assert_eq!(of_admin(&mut admin), ["0", "1", "1", "bob", "0"]);
    bob.core("unlock", &[("path", FILE)]).done();
    assert_eq!(marks(&info(&mut bob, FILE)), [STARS, "1", "0", "bob", "0"]);
    bob.core("unsetfavorite", &[("id", STARS), ("name", FILE)]).done();
    assert_eq!(marks(&info(&mut bob, FILE)), ["0", "1", "0", "bob", "0"]);
    bob.core("renamefile", &[("path", "/bob"), ("name", "sea.jpg"), ("newname", "lake.jpg")]).done();
    assert_eq!(document(&mut bob, FILE, &[]).children.len(), 0);
    assert_eq!(marks(&info(&mut bob, "/bob/lake.jpg")), ["0", "1", "0", "bob", "0"]);
    for _ in 0..3 {
        bobby.core("fileinfo", &[("file", "/bob/lake.jpg")]).refused();
        assert_eq!(server.guest().core("fileinfo", &[("file", "/bob/lake.jpg")]).status, 401);
    }
}

#[test]
fn every_call_is_in_the_audit_log() {
    let (server, mut bob) = ground();
    for _ in 0..7 {
        info(&mut bob, FILE);
    }
    let rows = server.admin().audit(&[("operation", "fileinfo")]);
    assert_eq!(rows.len(), 21);
    assert!(rows.iter().all(|row| (row.field("object"), row.field("outcome")) == (FILE, "ok")), "{rows:?}");
}
