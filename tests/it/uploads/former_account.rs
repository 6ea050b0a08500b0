//! Uploads of an account that is removed or disabled meanwhile. Nothing of them becomes visible,
//! and a new account with the same name learns nothing of them.

use crate::harness::{
    Caller, Multipart, PASSWORD, Request, Server, cloudlet, form, names, noise, wait_until,
};
use std::time::Duration;

/// Begins an upload in parts, with a name for the upload, and does not finish it.
fn begin(caller: &mut Caller) {
    let query = form(&[
        ("path", "/bobby"),
        ("filename", "file"),
        ("offset", "0"),
        ("complete", "0"),
        ("filesize", "300000"),
        ("uploadid", "one-upload"),
    ]);
    let body = Multipart::new().file("file", "x", &noise(1, 200_000));
    caller.send(&Request::multipart(&format!("/core/upload?{query}"), body)).ok();
}

/// The number of unfinished uploads that the account sees, and whether it finds the upload by its
/// name.
fn knows(caller: &mut Caller) -> (i64, bool) {
    let fields = [("path", "/bobby"), ("filename", "file"), ("uploadid", "one-upload")];
    let found = caller.core("getuploadstatus", &fields).xml().all("upload").count();
    let usage = caller.core("getdiskusagedetails", &[("username", "bobby")]).xml();
    (usage.child("usage").number("incompletefiles"), found > 0)
}

fn staged(server: &Server) -> Vec<String> {
    names(&server.data().file("/.cloudlet/staging"))
}

fn remove_and_make_again(server: &Server) {
    let mut alice = server.admin();
    alice.administer("deleteuser", &[("profile", "bobby")]).done();
    let fields = [("username", "bobby"), ("email", "b@example.org"), ("password", PASSWORD)];
    alice.administer("adduser", &fields).done();
}

#[test]
fn unfinished_uploads_go_with_their_account() {
    let mut server = Server::start();
    let mut bobby = server.user("bobby");
    begin(&mut bobby);
    assert_eq!((knows(&mut bobby), staged(&server).len()), ((1, true), 1));
    remove_and_make_again(&server);
    assert!(staged(&server).is_empty());
    let mut bobby = server.user("bobby");
    assert_eq!(knows(&mut bobby), (0, false));
    server.kill();
    server.start_again();
    bobby.follow(&server);
    assert_eq!(knows(&mut bobby), (0, false));
}

#[test]
fn an_account_that_another_process_removes_leaves_no_uploads_to_the_next() {
    let mut server = Server::start();
    begin(&mut server.user("bobby"));
    cloudlet(server.data(), &["user", "delete", "bobby"], "").succeeded();
    let password = format!("{PASSWORD}\n");
    cloudlet(server.data(), &["user", "add", "bobby", "--password-stdin"], &password).succeeded();
    let mut bobby = server.user("bobby");
    assert!(!knows(&mut bobby).1);
    server.kill();
    server.start_again();
    bobby.follow(&server);
    assert_eq!(knows(&mut bobby), (0, false));
    assert!(staged(&server).is_empty());
}

#[test]
fn what_a_removed_account_still_sends_does_not_reach_the_one_of_its_name() {
    let server = Server::start();
    let mut bobby = server.user("bobby");
    bobby.upload("/bobby", "old", b"old").ok();
    let bytes = bobby.bytes(&Caller::upload_request("/bobby", "file", &noise(2, 2_000_000)));
    let mut connection = server.connect();
    connection.send(&bytes[..1_000_000]);
    wait_until("the upload has begun", Duration::from_secs(5), || !staged(&server).is_empty());
    remove_and_make_again(&server);
    let mut bobby = server.user("bobby");
    assert!(bobby.list_names("/bobby").is_empty());
    connection.send(&bytes[1_000_000..]);
    let reply = connection.reply();
    reply.failed(401);
    assert!(bobby.list_names("/bobby").is_empty());
    assert!(staged(&server).is_empty());
}

#[test]
fn what_an_account_still_sends_after_it_was_disabled_is_not_stored() {
    let server = Server::start();
    let mut alice = server.admin();
    for (number, change) in
        [&[("status", "2")][..], &[("expirationdate", "2001-01-01")]].into_iter().enumerate()
    {
        let mut bobby = server.user("bobby");
        bobby.upload("/bobby", "old", b"old").ok();
        let bytes = bobby.bytes(&Caller::upload_request("/bobby", "old", &noise(2, 2_000_000)));
        let mut connection = server.connect();
        connection.send(&bytes[..1_000_000]);
        wait_until("the upload has begun", Duration::from_secs(5), || !staged(&server).is_empty());
        alice.administer("updateuser", &[&[("profile", "bobby")], change].concat()).done();
        connection.send(&bytes[1_000_000..]);
        connection.reply().failed(401);
        let undone = [("profile", "bobby"), ("status", "1"), ("expirationdate", "")];
        alice.administer("updateuser", &undone).done();
        assert!(staged(&server).is_empty(), "{number}");
        assert_eq!(server.user("bobby").download("/bobby/old").body, b"old", "{number}");
    }
}

#[test]
fn what_a_former_administrator_still_sends_into_others_files_is_not_stored() {
    let server = Server::start();
    let mut admin = server.admin();
    admin.administer("setadminstatus", &[("profile", "bob"), ("adminstatus", "1")]).done();
    let mut bob = server.guest();
    bob.sign_in_as_admin("bob");
    let query = form(&[("path", "/bobby"), ("filename", "file"), ("adminproxyuserid", "bob")]);
    let body = Multipart::new().file("file", "x", &noise(3, 2_000_000));
    let bytes = bob.bytes(&Request::multipart(&format!("/core/upload?{query}"), body));
    server.user("bobby");
    let mut connection = server.connect();
    connection.send(&bytes[..1_000_000]);
    wait_until("the upload has begun", Duration::from_secs(5), || !staged(&server).is_empty());
    admin.administer("setadminstatus", &[("profile", "bob"), ("adminstatus", "0")]).done();
    connection.send(&bytes[1_000_000..]);
    connection.reply().failed(401);
    assert!(staged(&server).is_empty() && server.user("bobby").list_names("/bobby").is_empty());
}
