//! The error code that tells programs why a call failed, beside the message for people.

use crate::harness::{Caller, Multipart, Reply, Request, Server};

const HEADER: &str = "x-cloudlet-error";

fn word(reply: &Reply) -> &str {
    reply.header(HEADER).unwrap_or("")
}

#[test]
fn a_failure_has_one_word_at_every_door_and_a_success_none() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let made = bob.core("createfolder", &[("path", "/bob"), ("name", "desk")]);
    assert_eq!(word(&made), "");
    assert_eq!(word(&bob.upload("/bob/desk", "a.txt", b"a")), "");
    let tell = |bob: &mut Caller, operation: &str, fields: &[(&str, &str)]| {
        let reply = bob.core(operation, fields);
        let is_action = !["getfilelist", "shorten", "nosuchthing"].contains(&operation);
        let status = if is_action { 400 } else { 200 };
        assert_eq!((reply.status, reply.command().1), (status, 0), "{operation} {fields:?}");
        word(&reply).to_owned()
    };
    let long = "x".repeat(256);
    for (operation, fields, wanted) in [
        ("createfolder", vec![("path", "/bob"), ("name", "desk")], "exists"),
        ("createfolder", vec![("path", "/bob"), ("name", "a/b")], "bad-name"),
        ("createfolder", vec![("path", "/bob"), ("name", &long)], "name-too-long"),
        ("createfolder", vec![("path", "/bob"), ("name", "recyclebin")], "bad-name"),
        ("createfolder", vec![("path", "/bob")], "invalid"),
        ("createfolder", vec![("path", "/carol"), ("name", "x")], "forbidden"),
        ("getfilelist", vec![("path", "/bob/none")], "not-found"),
        ("renameormove", vec![("fromname", "/bob/desk"), ("toname", "/bob/desk/in")], "into-itself"),
        ("copyfile", vec![("path", "/bob"), ("name", "desk"), ("copyto", "/bob/desk/in")], "into-itself"),
        (
            "updatepassword",
            vec![("oldpassword", "wrong"), ("newpassword", "another long one")],
            "old-password",
        ),
        ("shorten", vec![("sharelocation", "/bob/desk")], "not-offered"),
        ("nosuchthing", vec![], "not-offered"),
    ] {
        assert_eq!(tell(&mut bob, operation, &fields), wanted, "{operation} {fields:?}");
    }
    // In JSON the header is the same, and the envelope keeps its three fields.
    let reply = bob.in_json().core("createfolder", &[("path", "/bob"), ("name", "desk")]);
    assert_eq!(word(&reply), "exists");
    assert_eq!(reply.json()["command"][0].as_object().unwrap().len(), 3);
    // This operation reports a failure by its status.
    assert_eq!(word(&bob.download("/bob/none.txt")), "not-found");
    assert_eq!(word(&server.guest().core("getprofilesettings", &[])), "unauthenticated");
    assert_eq!(word(&bob.send(&Request::new("PUT", "/core/getfilelist"))), "invalid");
    // The answer "no" is not a failure.
    assert_eq!(word(&bob.core("fileexists", &[("file", "/bob/none.txt")])), "");
}

#[test]
fn uploads_say_what_to_do() {
    let server = Server::start();
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    bob.upload("/bob", "a.txt", b"a").ok();
    let upload = |bob: &mut Caller, query: &str, bytes: &[u8]| {
        let multipart = Multipart::new().file("file", "file", bytes);
        let target = format!("/core/upload?path=/bob&filename=a.txt{query}");
        word(&bob.send(&Request::multipart(&target, multipart))).to_owned()
    };
    assert_eq!(upload(&mut bob, "&nofileoverwrite=1", b"b"), "exists");
    assert_eq!(upload(&mut bob, "&ifetag=other", b"b"), "changed");
    assert_eq!(upload(&mut bob, "&offset=5&complete=1", b"b"), "upload-incomplete");
    admin.administer("updateuser", &[("profile", "bob"), ("size", "0.001")]).done();
    assert_eq!(upload(&mut bob, "", &vec![7; 1_100_000]), "quota; limit=1073741; left=1073740");
    assert_eq!(bob.download("/bob/a.txt").body, b"a");
}

#[test]
fn what_belongs_to_a_word_comes_with_it() {
    let server = Server::start();
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    bob.upload("/bob", "a.txt", b"a").ok();
    bob.core("lock", &[("path", "/bob/a.txt")]).done();
    let refused =
        admin.core("deletefile", &[("path", "/bob"), ("name", "a.txt"), ("adminproxyuserid", "alice")]);
    assert_eq!(word(&refused), "locked; by=bob");
    let mut guest = server.guest();
    let words: Vec<String> = (0..10)
        .map(|_| {
            let reply = guest.core("loginguest", &[("userid", "bob"), ("password", "wrong")]);
            assert_eq!(reply.status, 400);
            let seconds = word(&reply).strip_prefix("wait; seconds=");
            assert_eq!(reply.header("retry-after"), seconds, "{reply:?}");
            word(&reply).to_owned()
        })
        .collect();
    assert!(words[..8].iter().all(|word| word == "credentials"), "{words:?}");
    let seconds = words.last().and_then(|word| word.strip_prefix("wait; seconds=")).expect("a wait");
    assert!((1..=60).contains(&seconds.parse().expect("a number")), "{seconds}");
}
