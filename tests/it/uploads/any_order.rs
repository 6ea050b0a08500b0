//! Uploads whose parameters come after the file, or that are named by the file part.

use crate::harness::{Caller, Multipart, Request, Server, form, names, noise, wait_until};
use std::time::Duration;

const CONTENT: &[u8] = b"the content";

fn file() -> Multipart {
    Multipart::new().file("file", "part.txt", CONTENT)
}

fn post(body: Multipart) -> Request {
    Request::multipart("/core/upload", body)
}

fn is_clean(server: &Server) {
    wait_until("nothing is staged", Duration::from_secs(5), || {
        names(&server.data().file("/.cloudlet/staging")).is_empty()
    });
}

/// Uploads a body and returns the path at which it was stored. The file is removed again.
fn stored(bob: &mut Caller, request: &Request) -> String {
    bob.send(request).ok();
    let found = bob.list_names("/bob");
    assert_eq!(found.len(), 1, "{found:?}");
    bob.download(&format!("/bob/{}", found[0])).holds(CONTENT);
    bob.core("deletefile", &[("path", "/bob"), ("name", &found[0])]).done();
    found[0].clone()
}

#[test]
fn the_name_of_the_file_part_is_the_files_where_no_parameter_says_another() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for (disposition, name) in [
        ("name=\"file\"; filename=\"photo.jpg\"", "photo.jpg"),
        ("name=\"filename\"; filename=\"photo.jpg\"", "photo.jpg"),
        ("name=\"Image\"; filename=\"C:\\Users\\bob\\photo.jpg\"", "photo.jpg"),
        ("name=\"filedata\"; filename=\"/home/bob/photo.jpg\"", "photo.jpg"),
        // PowerShell and .NET send these forms.
        ("name=file; filename=photo.jpg; filename*=utf-8''photo.jpg", "photo.jpg"),
        ("name=file; filename=\"=?utf-8?B?w7wueA==?=\"; filename*=utf-8''%C3%BC.x", "\u{fc}.x"),
        ("name=\"file\"; filename*=utf-8''a%20%2B%20b.txt", "a + b.txt"),
        ("name=\"file\"; filename=\"a;b=\\\"c\\\".txt\"", "a;b=\"c\".txt"),
    ] {
        let body = Multipart::new().part(&format!("Content-Disposition: form-data; {disposition}"), CONTENT);
        for target in ["/core/upload?path=/bob", "/upload?path=/bob&uploadpath="] {
            assert_eq!(
                stored(&mut bob, &Request::multipart(target, body.clone())),
                name,
                "{disposition} {target}"
            );
        }
    }
    // A parameter takes precedence over the file part, wherever it is.
    for (target, body) in [
        ("/core/upload?path=/bob&filename=given.txt", file()),
        ("/core/upload?path=/bob", file().field("filename", "given.txt")),
        (
            "/core/upload?path=/bob",
            Multipart::new().field("filename", "given.txt").file("file", "x", CONTENT),
        ),
        ("/core/upload?path=/bob&filename=early.txt", file().field("filename", "given.txt")),
    ] {
        assert_eq!(stored(&mut bob, &Request::multipart(target, body)), "given.txt", "{target}");
    }
    // An empty name is invalid.
    bob.send(&Request::multipart("/core/upload?path=/bob&filename=", file())).refused();
    for name in ["", "dir/", "..", "recyclebin"] {
        let body = Multipart::new().file("file", name, CONTENT);
        bob.send(&Request::multipart("/core/upload?path=/bob", body)).refused();
        assert!(bob.list_names("/bob").iter().all(|name| name == "recyclebin"), "{name}");
    }
    is_clean(&server);
}

#[test]
fn parameters_may_come_after_the_file() {
    let server = Server::start();
    let mut bob = server.user("bob");
    // A client that was generated from a description which lists the file first sends this order.
    let generated = file()
        .field("appname", "explorer")
        .field("path", "/bob")
        .field("filename", "late.txt")
        .field("offset", "0")
        .field("complete", "1")
        .field("uploadpath", "");
    assert_eq!(stored(&mut bob, &post(generated)), "late.txt");
    let ordered = file().field("path", "/bob");
    assert_eq!(stored(&mut bob, &post(ordered)), "part.txt");
    assert_eq!(stored(&mut bob, &Request::multipart("/upload", file().field("path", "/bob"))), "part.txt");
    // The upload has a date, creates a folder, and is large.
    let content = noise(1, 3_000_001);
    let body = Multipart::new().file("file", "big", &content);
    let body = body.field("path", "/bob").field("uploadpath", "a/b").field("date", "1704164000");
    bob.send(&post(body.field("filesize", "3000001"))).ok();
    bob.download("/bob/a/b/big").holds(&content);
    let entry = bob.core("fileinfo", &[("file", "/bob/a/b/big")]).xml().child("entry").clone();
    assert_eq!(entry.number("modifiedepochutc"), 1_704_164_000);
    is_clean(&server);
}

#[test]
fn what_comes_after_the_file_holds_also_where_the_upload_had_begun() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let target = "/core/upload?path=/bob&filename=begun.txt";
    bob.core("createfolder", &[("path", "/bob"), ("name", "other")]).done();
    bob.send(&Request::multipart(target, file().field("path", "/bob/other"))).ok();
    bob.download("/bob/other/begun.txt").holds(CONTENT);
    bob.send(&Request::multipart(target, file().field("nofileoverwrite", "1"))).ok();
    bob.send(&Request::multipart(target, file().field("nofileoverwrite", "1"))).refused();
    bob.send(&Request::multipart(target, file().field("path", "/alice"))).refused();
    bob.send(&Request::multipart(target, file().field("filesize", "5"))).refused();
    // The server must know the user before it receives the file.
    for name in ["adminproxyuserid", "op"] {
        let message = bob.send(&Request::multipart(target, file().field(name, "x"))).refused();
        assert!(message.contains(name), "{message}");
    }
    assert_eq!(bob.list_names("/bob/other"), ["begun.txt"]);
    let versions = [("filepath", "/bob"), ("filename", "begun.txt")];
    assert_eq!(bob.core("getversions", &versions).xml().child("meta").number("total"), 1);
    let rows = server.admin().audit(&[("operation", "upload"), ("path", "/bob/other/begun.txt")]);
    assert_eq!(rows.len(), 1, "the log names where the file went");
    is_clean(&server);
}

#[test]
fn parts_of_a_file_come_together_in_any_order_of_their_fields() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let content = noise(1, 1_500_000);
    let cuts = [0, 700_000, 1_400_000, content.len()];
    for window in cuts.windows(2) {
        let (from, to) = (window[0], window[1]);
        let complete = if to == content.len() { "1" } else { "0" };
        let body = Multipart::new().file("file", "parts.bin", &content[from..to]);
        let body = body.field("path", "/bob").field("offset", &from.to_string()).field("complete", complete);
        bob.send(&post(body)).ok();
    }
    bob.download("/bob/parts.bin").holds(&content);
    is_clean(&server);
}

#[test]
fn a_second_part_named_filename_does_no_harm_and_a_second_file_is_refused() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for target in [
        "/core/upload?path=/bob&filename=part.txt",
        "/core/upload?path=/bob",
        "/core/upload?appname=explorer",
    ] {
        let body = file().file("filename", "filename", b"whatever").field("path", "/bob");
        assert_eq!(stored(&mut bob, &Request::multipart(target, body)), "part.txt", "{target}");
        let two = file().file("more", "more.txt", b"more").field("path", "/bob");
        let message = bob.send(&Request::multipart(target, two)).refused();
        assert!(message.contains("more than one file"), "{message}");
        assert!(bob.list_names("/bob").is_empty(), "{target}");
    }
    is_clean(&server);
}

#[test]
fn of_what_is_refused_at_the_end_nothing_stays() {
    let server = Server::start();
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    bob.upload("/bob", "old", b"old").ok();
    bob.upload("/bob", "mine", b"mine").ok();
    let fields = [("path", "/bob/mine"), ("adminproxyuserid", "alice"), ("readlock", "0")];
    admin.core("lock", &fields).done();
    for (what, fields) in [
        ("nobody says where", vec![]),
        ("somebody else's folder", vec![("path", "/alice")]),
        ("a folder that is not there", vec![("path", "/bob/none")]),
        ("the top", vec![("path", "/")]),
        ("the bin", vec![("path", "/bob/recyclebin")]),
        ("a path that is none", vec![("path", "/bob/../alice")]),
        ("a name that is none", vec![("path", "/bob"), ("filename", "a/b")]),
        ("a file that shall stay", vec![("path", "/bob"), ("filename", "old"), ("nofileoverwrite", "1")]),
        ("another content", vec![("path", "/bob"), ("filename", "old"), ("ifetag", "other")]),
        ("a locked file", vec![("path", "/bob"), ("filename", "mine")]),
        ("another length", vec![("path", "/bob"), ("filesize", "5")]),
        ("a date that is none", vec![("path", "/bob"), ("date", "soon")]),
        ("a part without the one before", vec![("path", "/bob"), ("offset", "9"), ("complete", "1")]),
    ] {
        let body = fields.iter().fold(file(), |body, (name, value)| body.field(name, value));
        let reply = bob.send(&post(body));
        assert!(
            reply.header("content-type").is_some_and(|kind| kind.starts_with("text/plain")),
            "{what}: {reply:?}"
        );
        let sentence = reply.refused();
        assert!(!sentence.contains('<') && sentence.ends_with('.'), "{what}: {sentence}");
        assert_eq!(bob.list_names("/bob"), ["mine", "old"], "{what}");
        is_clean(&server);
    }
    bob.download("/bob/old").holds(b"old");
    bob.download("/bob/mine").holds(b"mine");
}

#[test]
fn a_limit_holds_as_soon_as_the_account_is_known_and_at_the_end() {
    let server = Server::start();
    let mut bob = server.user("bob");
    server.admin().administer("updateuser", &[("profile", "bob"), ("size", "0.001")]).done();
    let large = Multipart::new().file("file", "large", &noise(1, 2_000_000));
    for request in [
        Request::multipart("/core/upload?path=/bob", large.clone()),
        post(Multipart::new().field("path", "/bob").file("file", "large", &noise(1, 2_000_000))),
        post(large.field("path", "/bob")),
    ] {
        let message = bob.send(&request).refused();
        assert!(message.contains("storage limit"), "{message}");
        is_clean(&server);
    }
    let small = |seed| Multipart::new().file("file", "small", &noise(seed, 400_000)).field("path", "/bob");
    bob.send(&post(small(1))).ok();
    bob.send(&post(small(2))).ok();
    bob.send(&post(small(3))).refused();
    bob.download("/bob/small").holds(&noise(2, 400_000));
    is_clean(&server);
}

#[test]
fn strangers_and_foreign_pages_stage_nothing() {
    let server = Server::start();
    let bob = server.user("bob");
    let request = post(file().field("path", "/bob"));
    server.guest().send(&request).failed(401);
    // The test sends only the head and the beginning of a large file. The answer must not wait for
    // the rest.
    let large = post(Multipart::new().file("file", "large", &noise(1, 2_000_000)).field("path", "/bob"));
    let mut connection = server.connect();
    connection.send(&server.guest().bytes(&large)[..300_000]);
    assert_eq!(connection.reply().status, 401);
    let foreign = request.header("Origin", "http://evil.example");
    bob.twin().send(&foreign).refused();
    is_clean(&server);
    assert!(names(&server.data().file("/bob")).is_empty());
}

#[test]
fn what_is_cut_off_before_it_is_known_where_it_goes_is_removed() {
    let server = Server::start();
    let bob = server.user("bob");
    let body = Multipart::new().file("file", "cut", &noise(1, 2_000_000)).field("path", "/bob");
    let bytes = bob.bytes(&post(body));
    for end in [bytes.len() / 3, bytes.len() - 120, bytes.len() - 2] {
        let mut connection = server.connect();
        connection.send(&bytes[..end]);
        connection.finish_sending();
        drop(connection.rest());
        is_clean(&server);
    }
    assert!(names(&server.data().file("/bob")).is_empty());
}

#[test]
fn an_admin_may_say_after_the_file_for_whom_it_is() {
    let server = Server::start();
    let mut admin = server.admin();
    let body = file().field("path", "/bob").field("adminproxyuserid", "alice");
    admin.send(&post(body)).ok();
    server.user("bob").download("/bob/part.txt").holds(CONTENT);
    let query = form(&[("path", "/bob"), ("adminproxyuserid", "None")]);
    admin.send(&Request::multipart(&format!("/core/upload?{query}"), file())).failed(401);
    is_clean(&server);
}
