//! Uploads to which a client gives a name. Any session of the account can continue them, and each
//! can be cancelled by itself.

use crate::harness::{Caller, Data, Launch, Multipart, Reply, Request, Server, form, names, noise};

const SIZE: usize = 300_000;

fn send(caller: &mut Caller, name: &str, id: &str, content: &[u8], from: usize, to: usize) -> Reply {
    let query = form(&[
        ("path", "/bob"),
        ("filename", name),
        ("offset", &from.to_string()),
        ("complete", if to == content.len() { "1" } else { "0" }),
        ("filesize", &content.len().to_string()),
        ("uploadid", id),
    ]);
    let body = Multipart::new().file("file", "x", &content[from..to]);
    caller.send(&Request::multipart(&format!("/core/upload?{query}"), body))
}

/// The number of bytes that have arrived; `None` if the server does not know the upload.
fn received(caller: &mut Caller, name: &str, id: &str) -> Option<String> {
    let mut fields = vec![("path", "/bob"), ("filename", name)];
    fields.extend((!id.is_empty()).then_some(("uploadid", id)));
    let root = caller.core("getuploadstatus", &fields).xml();
    root.all("upload").next().map(|upload| upload.field("received").to_owned())
}

#[test]
fn another_session_goes_on_where_an_ended_one_stopped() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    let content = noise(1, SIZE);
    send(&mut bob, "file", "one-upload", &content, 0, 200_000).ok();
    bob.core("locksession", &[]).done();
    send(&mut bob, "file", "one-upload", &content, 200_000, SIZE).failed(401);

    let mut again = server.user("bob");
    assert_eq!(received(&mut again, "file", "one-upload").as_deref(), Some("0-200000"));
    assert_eq!(received(&mut again, "file", "other-upload"), None);
    assert_eq!(received(&mut again, "file", ""), None, "the name belongs to it");
    server.kill();
    server.start_again();
    again.follow(&server);
    assert_eq!(received(&mut again, "file", "one-upload").as_deref(), Some("0-200000"));
    send(&mut again, "file", "one-upload", &content, 200_000, SIZE).ok();
    again.download("/bob/file").holds(&content);
    assert_eq!(received(&mut again, "file", "one-upload"), None);
}

#[test]
fn a_name_belongs_to_an_account() {
    let server = Server::start();
    let (mut bob, mut bobby) = (server.user("bob"), server.user("bobby"));
    let content = noise(2, SIZE);
    send(&mut bob, "file", "one-upload", &content, 0, 200_000).ok();
    bobby
        .core("getuploadstatus", &[("path", "/bob"), ("filename", "file"), ("uploadid", "one-upload")])
        .refused();
    bobby
        .core("deletepartialuploads", &[("path", "/bob"), ("filename", "file"), ("uploadid", "one-upload")])
        .refused();
    send(&mut bobby, "file", "one-upload", &content, 200_000, SIZE).refused();
    // An administrator at work on bob's files counts as another user.
    let mut admin = server.admin();
    let fields =
        [("path", "/bob"), ("filename", "file"), ("uploadid", "one-upload"), ("adminproxyuserid", "alice")];
    assert_eq!(admin.core("getuploadstatus", &fields).xml().all("upload").count(), 0);
    assert_eq!(received(&mut bob, "file", "one-upload").as_deref(), Some("0-200000"));
}

#[test]
fn one_upload_is_given_up_and_the_others_go_on() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let content = noise(3, SIZE);
    for (name, id) in [("a", "upload-a"), ("b", "upload-b"), ("a", "upload-c")] {
        send(&mut bob, name, id, &content, 0, 200_000).ok();
    }
    let staged = || names(&server.data().file("/.cloudlet/staging")).len();
    assert_eq!(staged(), 3);
    let give_up = |bob: &mut Caller, fields: &[(&str, &str)]| bob.core("deletepartialuploads", fields);
    let reply = give_up(&mut bob, &[("path", "/bob"), ("filename", "a"), ("uploadid", "upload-a")]);
    assert_eq!(reply.done().message(), "1 unfinished uploads deleted");
    assert_eq!(staged(), 2);
    let reply = give_up(&mut bob, &[("path", "/bob"), ("filename", "b")]);
    assert_eq!(reply.done().message(), "0 unfinished uploads deleted", "it has a name");
    let half = give_up(&mut bob, &[("path", "/bob")]).refused();
    assert_eq!(half, "Please give both path and filename, or neither.");
    send(&mut bob, "b", "upload-b", &content, 200_000, SIZE).ok();
    bob.download("/bob/b").holds(&content);
    assert_eq!(received(&mut bob, "a", "upload-c").as_deref(), Some("0-200000"));
    give_up(&mut bob, &[]).done();
    assert_eq!(staged(), 0);
}

#[test]
fn names_that_could_be_something_else_are_refused() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let long = "x".repeat(65);
    for id in ["short", "with:colon", "with blank", "a/b/c/d/e", &long] {
        let message = send(&mut bob, "file", id, &noise(4, 10), 0, 5).refused();
        let wanted = "The name of an upload has 8 to 64 letters, digits and \"-\".";
        assert_eq!(message, format!("The parameter uploadid cannot be used. {wanted}"));
    }
}

#[test]
fn parts_with_too_many_gaps_between_them_are_refused_until_gaps_are_filled() {
    const GAPS_MAX: usize = 1000;
    let data = Data::in_memory();
    data.fill();
    let server = Launch::on(data).start();
    let mut bob = server.user("bob");
    let content = noise(3, 2 * GAPS_MAX + 2);
    let send_at =
        |bob: &mut Caller, from: usize, to: usize| send(bob, "file", "scattered", &content, from, to);
    for number in 0..GAPS_MAX {
        send_at(&mut bob, 2 * number, 2 * number + 1).ok();
    }
    let last = 2 * GAPS_MAX;
    let refusal = send_at(&mut bob, last, last + 1);
    assert_eq!(refusal.header("x-cloudlet-error"), Some("busy"), "{refusal:?}");
    assert_eq!(refusal.header("retry-after"), Some("2"), "{refusal:?}");
    send_at(&mut bob, 1, 2).ok();
    send_at(&mut bob, last, last + 1).ok();
    // Missing parts are never refused, and all parts together become the file.
    send_at(&mut bob, 2, last).ok();
    send_at(&mut bob, last + 1, last + 2).ok();
    bob.download("/bob/file").holds(&content);
}
