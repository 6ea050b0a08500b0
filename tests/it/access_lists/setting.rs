//! Setting access lists: the people who may do so, the entries of a list, and the lists that are
//! refused.

use super::{AT_WORK, effective, ground, set};
use crate::harness::{Caller, Server};

#[test]
fn an_entry_holds_below_its_folder_until_it_is_removed() {
    let (server, _) = ground();
    let (mut admin, mut bob) = (server.admin(), server.user("bob"));
    let (open, closed) = ("/EXTERNAL/family/Open", "/EXTERNAL/family/Open/Closed");
    assert_eq!(effective(&mut admin, closed, "bob"), [1, 1, 1, 0]);

    set(&mut admin, open, ("user", "bob"), "WD", "deny");
    assert_eq!(effective(&mut admin, closed, "bob"), [1, 0, 0, 0]);
    assert_eq!(effective(&mut admin, closed, "bobby"), [1, 1, 1, 0], "nobody else is meant");
    bob.upload(closed, "new", b"x").failed(400);
    bob.core("deletefile", &[("path", open), ("name", "note.txt")]).refused();
    bob.download("/EXTERNAL/family/Open/note.txt").holds(b"hello");

    set(&mut admin, closed, ("group", "everyone"), "R", "allow");
    set(&mut admin, closed, ("user", "bob"), "RW", "allow");
    assert_eq!(effective(&mut admin, closed, "bob"), [1, 1, 0, 0], "an entry of one's own counts more");
    assert_eq!(effective(&mut admin, closed, "bobby"), [1, 0, 0, 0]);
    bob.upload(closed, "new", b"x").ok();

    admin.core("deleteaclentry", &[("path", closed), ("type", "user"), ("value", "bob"), AT_WORK]).done();
    assert_eq!(effective(&mut admin, closed, "bob"), [1, 0, 0, 0]);
    admin.core("deleteaclentry", &[("path", closed), ("type", "user"), ("value", "bob"), AT_WORK]).refused();
    admin.core("deleteacl", &[("path", closed), AT_WORK]).done();
    admin.core("deleteacl", &[("path", closed), AT_WORK]).refused();
    admin.core("setaclinheritance", &[("path", closed), ("inherit", "0"), AT_WORK]).done();
    assert_eq!(effective(&mut admin, closed, "bob"), [1, 1, 1, 0], "this folder begins anew");
    assert_eq!(effective(&mut admin, open, "bob"), [1, 0, 0, 0]);
}

#[test]
fn a_list_is_told_as_it_was_set_and_follows_its_folder() {
    let (server, _) = ground();
    let mut admin = server.admin();
    let list = |admin: &mut Caller, path: &str| admin.core("getacl", &[("path", path), AT_WORK]).xml();
    let none = list(&mut admin, "/EXTERNAL/family/Open");
    let meta = none.child("meta");
    assert_eq!((none.name.as_str(), meta.field("aclid"), meta.number("inherit")), ("acls", "", 1));

    set(&mut admin, "/EXTERNAL/family/Open", ("user", "BOB"), "dw", "deny");
    set(&mut admin, "/EXTERNAL/family/Open", ("user", "bob"), "R", "allow");
    set(&mut admin, "/EXTERNAL/family/Open", ("group", "EVERYONE"), "RWDS", "allow");
    admin.core("setaclinheritance", &[("path", "/EXTERNAL/family/Open"), ("inherit", "0"), AT_WORK]).done();
    let moved = [("fromname", "/EXTERNAL/family/Open"), ("toname", "/EXTERNAL/family/Moved"), AT_WORK];
    admin.core("renameormove", &moved).done();

    let set = list(&mut admin, "/EXTERNAL/family/Moved");
    let meta = set.child("meta");
    assert_eq!((meta.number("usercount"), meta.number("groupcount"), meta.number("inherit")), (2, 1, 0));
    assert_eq!(meta.field("path"), "/EXTERNAL/family/Moved");
    let told: Vec<[String; 4]> = set
        .all("ace")
        .map(|ace| ["name", "type", "perm", "flag"].map(|field| ace.field(field).into()))
        .collect();
    assert_eq!(
        told,
        [
            ["bob", "user", "WD", "deny"],
            ["bob", "user", "R", "allow"],
            ["EVERYONE", "group", "RWDS", "allow"]
        ]
    );
}

#[test]
fn whoever_does_not_decide_sets_and_sees_nothing() {
    let (server, _) = ground();
    let mut bob = server.user("bob");
    for path in [
        "/EXTERNAL/family/Open",
        "/EXTERNAL/family",
        "/",
        "/EXTERNAL",
        "/alice",
        "/nobody",
        "/bob/recyclebin",
    ] {
        let entry = [("path", path), ("type", "user"), ("value", "bobby"), ("perm", "R"), ("flag", "deny")];
        bob.core("addaclentry", &entry).refused();
        bob.core("setaclinheritance", &[("path", path), ("inherit", "0")]).refused();
        bob.core("deleteacl", &[("path", path)]).refused();
        bob.core("getacl", &[("path", path)]).declined();
        bob.core("geteffectiveacl", &[("path", path), ("emailid", "bobby")]).declined();
    }
    let own = bob.core("geteffectiveacl", &[("path", "/EXTERNAL/family"), ("emailid", "bob")]).xml();
    assert_eq!(own.child("perm").number("write"), 1, "everybody may ask about themselves");
    for row in server.admin().audit(&[("operation", "addaclentry")]) {
        assert_ne!(row.field("outcome"), "ok", "{row:?}");
    }
}

#[test]
fn people_decide_about_their_own_folders_and_bind_themselves_never() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "Photos")]).done();
    bob.upload("/bob", "file", b"x").ok();
    let entry = |path, kind, value, perm, flag| {
        [("path", path), ("type", kind), ("value", value), ("perm", perm), ("flag", flag)]
    };
    bob.core("addaclentry", &entry("/bob/Photos", "user", "bobby", "W", "deny")).done();
    let sentence = bob.core("addaclentry", &entry("/bob/Photos", "user", "bob", "R", "deny")).refused();
    assert!(sentence.contains("belong to this user"), "{sentence}");
    bob.core("addaclentry", &entry("/bob/Photos", "group", "EVERYONE", "RWDS", "deny")).done();
    bob.upload("/bob/Photos", "sea.jpg", b"waves").ok();

    for wrong in [
        entry("/bob/file", "user", "bobby", "R", "deny"),
        entry("/bob/none", "user", "bobby", "R", "deny"),
        entry("/bob/Photos", "user", "nobody", "R", "deny"),
        entry("/bob/Photos", "group", "Nobodies", "R", "deny"),
        entry("/bob/Photos", "group", "0000000000000000000003e7", "R", "deny"),
        entry("/bob/Photos", "user", "bobby", "", "deny"),
        entry("/bob/Photos", "user", "bobby", "RX", "deny"),
        entry("/bob/Photos", "user", "bobby", "R", "perhaps"),
        entry("/bob/Photos", "person", "bobby", "R", "deny"),
    ] {
        bob.core("addaclentry", &wrong).refused();
    }
    let listed = bob.list("/bob");
    let decides =
        |name: &str| listed.iter().find(|entry| entry.field("name") == name).unwrap().number("cansetacls");
    assert_eq!((decides("Photos"), decides("file")), (1, 0));
    let meta = |caller: &mut Caller, path: &str| {
        caller.core("getfilelist", &[("path", path)]).xml().child("meta").number("cansetacls")
    };
    assert_eq!((meta(&mut bob, "/bob"), meta(&mut bob, "/")), (1, 0));
}

#[test]
fn a_list_has_so_many_entries_and_no_more() {
    let (server, _) = ground();
    let mut admin = server.admin();
    for number in 0..101 {
        let name = format!("group {number}");
        admin.administer("addgroup", &[("groupname", &name)]).xml();
        let entry = [
            ("path", "/EXTERNAL/family/Open"),
            ("type", "group"),
            ("value", &name),
            ("perm", "R"),
            ("flag", "allow"),
            AT_WORK,
        ];
        let reply = admin.core("addaclentry", &entry);
        assert_eq!(reply.result(), i64::from(number < 100), "{number}");
    }
}
