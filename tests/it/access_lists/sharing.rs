//! Access lists below shared folders, a single shared file, and how the audit log names entries
//! that users see at other paths.

use crate::harness::{Caller, Server};

/// A server on which alice shares her folder `Album` with bob, who may do everything there. Returns
/// the id of the share too.
fn ground() -> (Server, Caller, Caller, String) {
    let server = Server::start();
    let (mut alice, bob) = (server.user("alice"), server.user("bob"));
    alice.core("createfolder", &[("path", "/alice"), ("name", "Album"), ("subpath", "Closed")]).done();
    alice.upload("/alice/Album/Closed", "secret.txt", b"whisper").ok();
    alice.upload("/alice/Album", "note.txt", b"hello").ok();
    let share = share(&mut alice, "/alice/Album", "bob");
    (server, alice, bob, share)
}

fn share(owner: &mut Caller, path: &str, with: &str) -> String {
    let share =
        owner.core("quickshare", &[("sharelocation", path)]).xml().child("share").field("shareid").to_owned();
    owner.core("addusertoshare", &[("shareid", &share), ("userid", with)]).done();
    let all = ["write", "share", "download", "sync", "allowmanage"].map(|right| (right, "true"));
    let fields = [&[("shareid", share.as_str()), ("userid", with)][..], &all].concat();
    owner.core("setuseraccessforshare", &fields).done();
    share
}

fn entry<'a>(path: &'a str, who: &'a str, perm: &'a str, flag: &'a str) -> [(&'a str, &'a str); 5] {
    [("path", path), ("type", "user"), ("value", who), ("perm", perm), ("flag", flag)]
}

#[test]
fn who_manages_a_share_decides_within_it_and_wins_nothing() {
    let (_server, mut alice, mut bob, share) = ground();
    alice.core("addusertoshare", &[("shareid", &share), ("userid", "bobby")]).done();
    let (album, closed) = ("/SHARED/alice/Album", "/SHARED/alice/Album/Closed");
    bob.core("addaclentry", &entry(closed, "bobby", "R", "deny")).done();
    assert_eq!(
        alice.core("getacl", &[("path", "/alice/Album/Closed")]).xml().child("ace").field("user"),
        "bobby"
    );
    bob.core("deleteaclentry", &[("path", closed), ("type", "user"), ("value", "bobby")]).done();

    alice.core("addaclentry", &entry("/alice/Album/Closed", "bob", "D", "deny")).done();
    alice.core("addaclentry", &entry("/alice/Album/Closed", "bobby", "RWD", "deny")).done();
    bob.core("deleteaclentry", &[("path", closed), ("type", "user"), ("value", "bob")]).refused();
    bob.core("setaclinheritance", &[("path", closed), ("inherit", "1")]).done();
    bob.core("deleteacl", &[("path", closed)]).refused();
    let to_bobby = [("path", closed), ("type", "user"), ("value", "bobby")];
    bob.core("deleteaclentry", &to_bobby).refused();
    bob.core("addaclentry", &entry(closed, "bobby", "R", "allow")).done();

    alice.core("addaclentry", &entry("/alice/Album", "bob", "W", "deny")).done();
    bob.core("setaclinheritance", &[("path", closed), ("inherit", "0")]).refused();
    let rights = alice.core("geteffectiveacl", &[("path", "/alice/Album/Closed"), ("emailid", "bob")]).xml();
    assert_eq!((rights.child("perm").number("write"), rights.child("perm").number("delete")), (0, 0));
    bob.core("getacl", &[("path", album)]).xml();
    alice.core("addaclentry", &entry("/alice/Album", "bob", "S", "deny")).done();
    bob.core("getacl", &[("path", album)]).declined();
}

#[test]
fn what_is_denied_below_a_share_is_not_there() {
    let (server, mut alice, mut bob, _) = ground();
    alice.core("addaclentry", &entry("/alice/Album/Closed", "bob", "R", "deny")).done();
    assert_eq!(bob.list_names("/SHARED/alice/Album"), ["note.txt"]);
    let found = bob.core("dosearch", &[("searchstring", "secret"), ("searchloc", "/")]).xml();
    assert_eq!(found.all("entry").count(), 0);
    bob.core("deletefile", &[("path", "/SHARED/alice"), ("name", "Album")]).refused();
    let take = [("fromname", "/SHARED/alice/Album/Closed"), ("toname", "/bob/Closed")];
    bob.core("renameormove", &take).refused();
    assert_eq!(server.user("alice").list_names("/alice/Album"), ["Closed", "note.txt"]);
}

#[test]
fn the_content_of_a_single_shared_file_is_replaced_and_its_name_stays() {
    let (_server, mut alice, mut bob, _) = ground();
    let id = share(&mut alice, "/alice/Album/note.txt", "bob");
    let (file, above) = ("/SHARED/alice/note.txt", "/SHARED/alice");
    bob.upload(above, "note.txt", b"changed").ok();
    alice.download("/alice/Album/note.txt").holds(b"changed");
    let versions = bob.core("getversions", &[("filepath", above), ("filename", "note.txt")]).xml();
    let first = versions.all("version").map(|version| version.field("fileid").to_owned()).last();
    let live = [("filepath", above), ("filename", "note.txt"), ("fileid", &first.unwrap())];
    bob.core("makeversionlive", &live).done();
    alice.download("/alice/Album/note.txt").holds(b"hello");

    bob.upload(above, "other.txt", b"x").failed(400);
    bob.upload(above, "Album", b"x").failed(400);
    bob.upload("/", "bob", b"x").failed(400);
    bob.core("renamefile", &[("path", above), ("name", "note.txt"), ("newname", "x")]).refused();
    bob.core("renameormove", &[("fromname", file), ("toname", "/bob/note.txt")]).refused();
    bob.core("deletefile", &[("path", above), ("name", "note.txt")]).refused();
    let look = [("shareid", id.as_str()), ("userid", "bob"), ("write", "false")];
    alice.core("setuseraccessforshare", &look).done();
    bob.upload(above, "note.txt", b"again").failed(400);
    alice.download("/alice/Album/note.txt").holds(b"hello");
}

#[test]
fn the_audit_log_names_what_was_seen_and_where_it_lies() {
    let (server, _, mut bob, _) = ground();
    bob.download("/SHARED/alice/Album/note.txt").holds(b"hello");
    bob.upload("/shared/ALICE/Album/Closed", "new", b"x").ok();
    let copy = [("path", "/SHARED/alice/Album"), ("name", "note.txt"), ("copyto", "/bob")];
    bob.core("copyfile", &copy).done();
    bob.core("fileinfo", &[("file", "/SHARED/alice/Other/note.txt")]).declined();
    bob.core("fileinfo", &[("file", "/bob/note.txt")]).xml();
    let rows = server.admin().audit(&[("username", "bob")]);
    let told = |operation: &str| -> Vec<String> {
        let rows = rows.iter().filter(|row| row.field("operation") == operation);
        rows.map(|row| row.field("object").to_owned()).collect()
    };
    assert_eq!(told("downloadfile"), ["/SHARED/alice/Album/note.txt = /alice/Album/note.txt"]);
    assert_eq!(told("upload"), ["/SHARED/alice/Album/Closed/new = /alice/Album/Closed/new"]);
    let copied = "/SHARED/alice/Album/note.txt -> /bob = /alice/Album/note.txt -> /bob";
    assert_eq!(told("copyfile"), [copied]);
    assert_eq!(told("fileinfo"), ["/bob/note.txt", "/SHARED/alice/Other/note.txt"], "newest first");
}
