//! Comments: who may write, read, change and remove them.

use crate::harness::{Caller, Element, PASSWORD, Server};

const FILE: &str = "/bob/Photos/sea.jpg";

fn ground() -> (Server, Caller) {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "Photos")]).done();
    bob.upload("/bob/Photos", "sea.jpg", b"waves").ok();
    (server, bob)
}

fn say(caller: &mut Caller, path: &str, text: &str, more: &[(&str, &str)]) -> Element {
    let parent = path.rsplit_once('/').unwrap().0;
    let fields = [("fullpath", path), ("parent", parent), ("isfile", "1"), ("text", text)];
    let reply = caller.core("addcommentforitem", &[&fields[..], more].concat());
    let root = reply.xml();
    assert_eq!((reply.status, root.name.as_str()), (200, "comments"), "{reply:?}");
    root.child("comment").clone()
}

fn said(caller: &mut Caller, path: &str) -> Vec<(String, String)> {
    let root = caller.core("getcommentsforitem", &[("fullpath", path)]).xml();
    assert_eq!(root.name, "comments");
    root.all("comment").map(|one| (one.field("who").to_owned(), one.field("text").to_owned())).collect()
}

fn pair(who: &str, text: &str) -> (String, String) {
    (who.to_owned(), text.to_owned())
}

fn is_commented(caller: &mut Caller, folder: &str, name: &str) -> bool {
    let entries = caller.list(folder);
    let entry = entries.iter().find(|entry| entry.field("name") == name).unwrap();
    let listed = entry.number("commented");
    let info = caller.core("fileinfo", &[("file", entry.field("path"))]).xml();
    assert_eq!(info.child("entry").number("commented"), listed);
    listed == 1
}

#[test]
fn a_comment_is_written_read_changed_and_removed() {
    let (_server, mut bob) = ground();
    assert!(said(&mut bob, FILE).is_empty());
    assert!(!is_commented(&mut bob, "/bob/Photos", "sea.jpg"));
    let first = say(&mut bob, FILE, "  So <blue> & \u{fc}ber\r\nall  ", &[]);
    assert_eq!((first.field("who"), first.field("text")), ("bob", "So <blue> & \u{fc}ber\nall"));
    let id = first.field("id").to_owned();
    assert_eq!(id.len(), 24);
    // FileCloud writes times like this: 2015-Apr-28 04:15:24.
    let when = first.field("when");
    assert_eq!(
        (when.len(), &when[4..5], &when[8..9], &when[11..12], &when[14..15]),
        (20, "-", "-", " ", ":")
    );
    assert!(when[5..8].chars().all(char::is_alphabetic), "{when}");
    assert!((first.number("whenepochutc") - now()).abs() < 60);
    say(&mut bob, FILE, "second", &[]);
    assert_eq!(said(&mut bob, FILE), [pair("bob", "So <blue> & \u{fc}ber\nall"), pair("bob", "second")]);
    assert!(is_commented(&mut bob, "/bob/Photos", "sea.jpg"));
    assert!(!is_commented(&mut bob, "/bob", "Photos"));

    let change = [("fullpath", FILE), ("id", &id), ("text", "green")];
    let changed = bob.core("updatecommentforitem", &change).xml();
    assert_eq!(changed.child("comment").field("text"), "green");
    assert_eq!(said(&mut bob, FILE), [pair("bob", "green"), pair("bob", "second")]);
    bob.core("removecommentforitem", &[("fullpath", FILE), ("id", &id)]).done();
    assert_eq!(said(&mut bob, FILE), [pair("bob", "second")]);
    bob.core("removecommentforitem", &[("fullpath", FILE), ("id", &id)]).refused();
    bob.core("updatecommentforitem", &change).refused();
    assert!(is_commented(&mut bob, "/bob/Photos", "sea.jpg"));
}

#[test]
fn a_text_has_limits() {
    let (_server, mut bob) = ground();
    let longest = "\u{e4}".repeat(2000);
    assert_eq!(say(&mut bob, FILE, &longest, &[]).field("text"), longest);
    let too_long = format!("{longest}x");
    let id = say(&mut bob, FILE, "a\tb", &[]).field("id").to_owned();
    for wrong in ["", " \n ", "a\0b", "\u{1b}[31m", &too_long] {
        bob.core("addcommentforitem", &[("fullpath", FILE), ("text", wrong)]).refused();
        bob.core("updatecommentforitem", &[("fullpath", FILE), ("id", &id), ("text", wrong)]).refused();
    }
    assert_eq!(said(&mut bob, FILE), [pair("bob", &longest), pair("bob", "a\tb")]);
    bob.core("addcommentforitem", &[("fullpath", "/bob/nothing"), ("text", "x")]).refused();
    bob.core("getcommentsforitem", &[("fullpath", "/bob/nothing")]).refused();
    bob.core("addcommentforitem", &[("fullpath", "/"), ("text", "x")]).refused();
}

#[test]
fn comments_stay_with_their_entry() {
    let (mut server, mut bob) = ground();
    say(&mut bob, FILE, "on the file", &[]);
    say(&mut bob, "/bob/Photos", "on the folder", &[]);
    bob.core("renamefile", &[("path", "/bob"), ("name", "Photos"), ("newname", "Pictures")]).done();
    bob.core("renameormove", &[("fromname", "/bob/Pictures/sea.jpg"), ("toname", "/bob/sea.jpg")]).done();
    bob.upload("/bob", "sea.jpg", b"another content").ok();
    server.stop();
    server.start_again();
    bob.follow(&server);
    assert_eq!(said(&mut bob, "/bob/sea.jpg"), [pair("bob", "on the file")]);
    assert_eq!(said(&mut bob, "/bob/Pictures"), [pair("bob", "on the folder")]);
    assert!(is_commented(&mut bob, "/bob", "sea.jpg") && is_commented(&mut bob, "/bob", "Pictures"));
    // Comments of an entry in the bin are invisible, and a new file at the same path has none.
    bob.core("deletefile", &[("path", "/bob"), ("name", "sea.jpg")]).done();
    bob.core("getcommentsforitem", &[("fullpath", "/bob/sea.jpg")]).refused();
    bob.upload("/bob", "sea.jpg", b"new").ok();
    assert!(said(&mut bob, "/bob/sea.jpg").is_empty());
    assert!(!is_commented(&mut bob, "/bob", "sea.jpg"));
    // The comments come back with the file, and are removed when it is permanently removed.
    let back = bob.core("restorefromrecyclebin", &[("path", "/bob/recyclebin/sea.jpg")]).done().message();
    assert_eq!(said(&mut bob, &back), [pair("bob", "on the file")]);
    bob.core("deletefile", &[("path", "/bob"), ("name", back.trim_start_matches("/bob/"))]).done();
    bob.core("emptyrecyclebin", &[]).done();
    bob.upload("/bob", back.trim_start_matches("/bob/"), b"new").ok();
    assert!(said(&mut bob, &back).is_empty());
}

#[test]
fn only_the_author_or_an_administrator_changes_a_comment() {
    let (server, mut bob) = ground();
    let of_bob = say(&mut bob, FILE, "by bob", &[]).field("id").to_owned();
    let mut alice = server.admin();
    let as_admin = ("adminproxyuserid", "alice");
    let of_alice = say(&mut alice, FILE, "by alice", &[as_admin]).field("id").to_owned();
    assert_eq!(said(&mut bob, FILE), [pair("bob", "by bob"), pair("alice", "by alice")]);
    let message =
        bob.core("updatecommentforitem", &[("fullpath", FILE), ("id", &of_alice), ("text", "x")]).refused();
    assert!(message.contains("somebody else"), "{message}");
    bob.core("removecommentforitem", &[("fullpath", FILE), ("id", &of_alice)]).refused();
    // A comment can be removed only by the path of its own entry.
    let elsewhere = [("fullpath", "/bob/Photos"), ("id", &of_bob)];
    bob.core("removecommentforitem", &elsewhere).refused();

    let mut bobby = server.user("bobby");
    let foreign = bobby.core("getcommentsforitem", &[("fullpath", FILE)]).refused();
    assert_eq!(foreign, bobby.core("getcommentsforitem", &[("fullpath", "/bob/nothing")]).refused());
    bobby.core("addcommentforitem", &[("fullpath", FILE), ("text", "x")]).refused();
    bobby.core("removecommentforitem", &[("fullpath", FILE), ("id", &of_bob)]).refused();
    // Another user cannot remove it by a path in their own home either.
    bobby.core("removecommentforitem", &[("fullpath", "/bobby"), ("id", &of_bob)]).refused();
    bobby.core("updatecommentforitem", &[("fullpath", "/bobby"), ("id", &of_bob), ("text", "x")]).refused();
    assert_eq!(said(&mut bob, FILE), [pair("bob", "by bob"), pair("alice", "by alice")]);

    alice.core("removecommentforitem", &[("fullpath", FILE), ("id", &of_bob), as_admin]).done();
    assert_eq!(said(&mut bob, FILE), [pair("alice", "by alice")]);
}

#[test]
fn the_comments_of_one_account_are_bounded_in_bytes_whatever_they_hang_on() {
    const BYTES_MAX: usize = 4 * 1024 * 1024;
    let (_server, mut bob) = ground();
    let text = "x".repeat(4000);
    let (mut written, mut entry) = (0, String::new());
    let refused = loop {
        // When an entry has as many comments as it can have, the test continues with the next
        // entry.
        if written % 1000 == 0 {
            entry = format!("/bob/of {written}");
            bob.core("createfolder", &[("path", "/bob"), ("name", &entry["/bob/".len()..])]).done();
        }
        let reply = bob.core("addcommentforitem", &[("fullpath", &entry), ("text", &text)]);
        if reply.header("x-cloudlet-error").is_some() {
            break reply.refused();
        }
        written += 1;
        assert!(written * text.len() <= BYTES_MAX, "{written}");
    };
    assert!(refused.contains("remove some"), "{refused}");
    assert_eq!(written, BYTES_MAX / text.len());
    // There is room for one short comment, which cannot be made longer.
    let id = say(&mut bob, FILE, "short", &[]).field("id").to_owned();
    let longer = [("fullpath", FILE), ("id", id.as_str()), ("text", text.as_str())];
    bob.core("updatecommentforitem", &longer).refused();
    assert_eq!(said(&mut bob, FILE), [pair("bob", "short")]);
    bob.core("removecommentforitem", &[("fullpath", FILE), ("id", &id)]).done();
}

#[test]
fn comments_go_with_their_author() {
    let (server, mut bob) = ground();
    let mut alice = server.admin();
    alice.administer("adduser", &[("username", "carol"), ("email", "c@example.com"), ("password", PASSWORD)]);
    let rights = [("profile", "carol"), ("adminstatus", "1")];
    alice.administer("setadminstatus", &rights).done();
    let mut carol = server.guest();
    carol.sign_in_as_admin("carol");
    say(&mut carol, FILE, "by carol", &[("adminproxyuserid", "carol")]);
    assert!(is_commented(&mut bob, "/bob/Photos", "sea.jpg"));
    alice.administer("deleteuser", &[("profile", "carol")]).done();
    assert!(said(&mut bob, FILE).is_empty());
    assert!(!is_commented(&mut bob, "/bob/Photos", "sea.jpg"));
}

fn now() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64
}
