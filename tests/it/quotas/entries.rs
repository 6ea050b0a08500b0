//! The number of files and folders of an account. Empty ones have no bytes, but use space on the
//! disk too.

use super::part;
use crate::harness::{Caller, Data, Launch, Multipart, Reply, Request, Server, form, names};
use std::fs;
use std::time::{Duration, Instant};

const LIMIT: usize = 20;

fn limited() -> (Server, Caller) {
    let server = Launch::on(Data::with_accounts()).setting("CLOUDLET_ENTRIES_PER_ACCOUNT_MAX", LIMIT).start();
    let bob = server.user("bob");
    (server, bob)
}

fn is_over_limit(reply: Reply) {
    let message = reply.refused();
    assert!(message.contains(&format!("{LIMIT} files and folders")), "{message}");
}

/// Other programs may create any number of entries, but these count.
fn make(server: &Server, folder: &str, count: usize) {
    fs::create_dir_all(server.data().file(folder)).unwrap();
    for number in 0..count {
        fs::write(server.data().file(&format!("{folder}/{number:03}")), "").unwrap();
    }
}

/// Repeats a call until it succeeds. If a count found no room, its result is used for a while,
/// which is short for a small home.
fn until_done(mut call: impl FnMut() -> Reply) {
    let end = Instant::now() + Duration::from_secs(20);
    while call().header("x-cloudlet-error").is_some() {
        assert!(Instant::now() < end, "{:?}", call());
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn empty_files_are_limited_in_number_and_the_bin_counts() {
    let (server, mut bob) = limited();
    for number in 0..LIMIT {
        bob.upload("/bob", &format!("{number}"), b"").ok();
    }
    is_over_limit(bob.upload("/bob", "more", b""));
    assert_eq!(names(&server.data().file("/bob")).len(), LIMIT);
    bob.core("deletefile", &[("path", "/bob"), ("name", "0")]).done();
    is_over_limit(bob.upload("/bob", "more", b""));
    bob.core("emptyrecyclebin", &[]).done();
    until_done(|| bob.upload("/bob", "more", b""));
    // Other accounts are not limited by this.
    server.user("alice").upload("/alice", "file", b"").ok();
}

#[test]
fn whatever_makes_files_or_folders_is_refused_beyond_the_limit() {
    let (server, mut bob) = limited();
    make(&server, "/bob/folder", LIMIT - 3);
    // Two more entries are allowed.
    let further = [("path", "/bob"), ("name", "x"), ("subpath", "/y/z")];
    is_over_limit(bob.core("createfolder", &further));
    is_over_limit(bob.core("copyfile", &[("path", "/bob"), ("name", "folder"), ("copyto", "/bob/copy")]));
    bob.core("copyfile", &[("path", "/bob/folder"), ("name", "000"), ("copyto", "/bob")]).done();
    bob.send(&part("parts", 0, b"12345", Some(10), false)).ok();
    bob.send(&part("parts", 5, b"67890", Some(10), true)).ok();
    // No more entries are allowed.
    is_over_limit(bob.core("createfolder", &[("path", "/bob"), ("name", "x")]));
    is_over_limit(bob.core("copyfile", &[("path", "/bob/folder"), ("name", "001"), ("copyto", "/bob")]));
    is_over_limit(bob.send(&part("other", 0, b"12345", Some(10), false)));
    let fields = form(&[("path", "/bob"), ("filename", "sent"), ("offset", "0"), ("complete", "1")]);
    let body = || Multipart::new().file("file", "file", b"");
    is_over_limit(bob.send(&Request::multipart(&format!("/core/upload?{fields}"), body())));
    let file_first = body().field("path", "/bob").field("filename", "sent");
    is_over_limit(bob.send(&Request::multipart("/core/upload", file_first)));
    // A new content is refused, because the old one would become a version, which counts.
    is_over_limit(bob.upload("/bob", "parts", b""));
    // Moving creates no entries, so it is allowed.
    bob.core("renamefile", &[("path", "/bob"), ("name", "parts"), ("newname", "whole")]).done();
    assert_eq!(names(&server.data().file("/bob")), ["000", "folder", "whole"]);
    assert!(names(&server.data().file("/.cloudlet/staging")).is_empty());
}

#[test]
fn what_lies_in_deleted_folders_counts() {
    let (server, mut bob) = limited();
    make(&server, "/bob/folder", LIMIT);
    bob.core("deletefile", &[("path", "/bob"), ("name", "folder")]).done();
    is_over_limit(bob.upload("/bob", "more", b""));
    bob.core("emptyrecyclebin", &[]).done();
    until_done(|| bob.upload("/bob", "more", b""));
}

#[test]
fn the_limit_changes_in_the_running_server() {
    let server = Server::start();
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    make(&server, "/bob", 5);
    let mut set = |value: &str| {
        admin.administer("setsetting", &[("name", "entries_per_account_max"), ("value", value)]).done();
    };
    set("5");
    let message = bob.upload("/bob", "more", b"").refused();
    assert!(message.contains("5 files and folders"), "{message}");
    set("6");
    bob.upload("/bob", "more", b"").ok();
    bob.upload("/bob", "even more", b"").refused();
    set("0");
    bob.upload("/bob", "even more", b"").ok();
}
