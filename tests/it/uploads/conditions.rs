//! Uploads over an existing file: which versions remain, and which conditions leave the file
//! unchanged.

use crate::harness::{Caller, Multipart, Reply, Request, Server, form, names};

fn upload(caller: &mut Caller, more: &[(&str, &str)], content: &[u8]) -> Reply {
    let fields = [&[("path", "/bob"), ("filename", "file")], more].concat();
    let body = Multipart::new().file("file", "x", content);
    caller.send(&Request::multipart(&format!("/core/upload?{}", form(&fields)), body))
}

fn etag(caller: &mut Caller) -> String {
    caller.core("fileinfo", &[("file", "/bob/file")]).xml().child("entry").field("etag").to_owned()
}

#[test]
fn a_replaced_content_is_kept_as_a_version() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for content in [b"one", b"two", b"six"] {
        upload(&mut bob, &[], content).ok();
    }
    bob.download("/bob/file").holds(b"six");
    let versions = server.data().file("/.cloudlet/versions");
    let mut kept: Vec<Vec<u8>> =
        names(&versions).iter().map(|name| std::fs::read(versions.join(name)).unwrap()).collect();
    kept.sort();
    assert_eq!(kept, [b"one", b"two"]);
}

#[test]
fn nofileoverwrite_protects_what_is_there() {
    let server = Server::start();
    let mut bob = server.user("bob");
    upload(&mut bob, &[("nofileoverwrite", "1")], b"one").ok();
    let message = upload(&mut bob, &[("nofileoverwrite", "1")], b"two").refused();
    assert!(message.contains("exists"), "{message}");
    bob.download("/bob/file").holds(b"one");
    upload(&mut bob, &[("nofileoverwrite", "0")], b"two").ok();
    bob.download("/bob/file").holds(b"two");
}

#[test]
fn ifetag_replaces_only_the_content_it_names() {
    let server = Server::start();
    let mut bob = server.user("bob");
    upload(&mut bob, &[("ifetag", "1-2-3")], b"zero").refused();
    assert!(bob.list_names("/bob").is_empty());
    upload(&mut bob, &[], b"one").ok();
    let first = etag(&mut bob);
    upload(&mut bob, &[("ifetag", &first)], b"two").ok();
    upload(&mut bob, &[("ifetag", &first)], b"three").refused();
    bob.download("/bob/file").holds(b"two");
    let quoted = format!("\"{}\"", etag(&mut bob));
    upload(&mut bob, &[("ifetag", &quoted)], b"four").ok();
    bob.download("/bob/file").holds(b"four");
}

#[test]
fn iflastmodified_replaces_only_what_is_not_newer() {
    let server = Server::start();
    let mut bob = server.user("bob");
    upload(&mut bob, &[("date", "1700000000")], b"one").ok();
    upload(&mut bob, &[("iflastmodified", "1699999999")], b"two").refused();
    bob.download("/bob/file").holds(b"one");
    upload(&mut bob, &[("iflastmodified", "1700000000")], b"two").ok();
    bob.download("/bob/file").holds(b"two");
    upload(&mut bob, &[("iflastmodified", "yesterday")], b"three").refused();
    bob.download("/bob/file").holds(b"two");
}

#[test]
fn an_upload_never_takes_the_place_of_a_folder() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "file"), ("subpath", "below")]).done();
    upload(&mut bob, &[], b"one").refused();
    assert!(bob.sees("/bob/file/below"));
    bob.upload("/", "file", b"x").refused();
    bob.upload("/bob/nothing", "file", b"x").refused();
    bob.upload("/bob/file/below", "inner", b"x").ok();
    bob.upload("/bob/file/below/inner", "file", b"x").refused();
    assert!(names(&server.data().file("/.cloudlet/staging")).is_empty());
}

#[test]
fn a_wrong_size_stores_nothing() {
    let server = Server::start();
    let mut bob = server.user("bob");
    upload(&mut bob, &[], b"the old content").ok();
    for size in ["0", "5", "9", "11", "1000000", "18446744073709551615"] {
        let message = upload(&mut bob, &[("filesize", size), ("complete", "1")], b"ten bytes.").refused();
        assert!(!message.is_empty());
        bob.download("/bob/file").holds(b"the old content");
    }
    for absurd in ["-1", "1e3", "ten", "18446744073709551616", "0x10"] {
        let message = upload(&mut bob, &[("filesize", absurd)], b"ten bytes.").refused();
        assert!(message.contains("filesize"), "{message}");
    }
    assert_eq!(bob.list_names("/bob"), ["file"]);
    assert!(names(&server.data().file("/.cloudlet/staging")).is_empty());
    assert!(names(&server.data().file("/.cloudlet/versions")).is_empty(), "nothing was replaced");
}

#[test]
fn absurd_parameters_are_named() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for (name, value) in [
        ("offset", "-1"),
        ("offset", "x"),
        ("complete", "maybe"),
        ("nofileoverwrite", "2"),
        ("path", "bob"),
        ("filename", "a/b"),
    ] {
        let message = upload(&mut bob, &[(name, value)], b"x").refused();
        assert!(message.contains(name), "{name}={value}: {message}");
    }
    assert!(bob.list_names("/bob").is_empty());
}
