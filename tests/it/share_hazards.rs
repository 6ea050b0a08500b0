//! Sharing missing entries, sharing with unknown users or unknown rights, and shares of shares.

use crate::harness::{Caller, PASSWORD, Server};

/// Shares an entry and returns the id of the share.
fn share(caller: &mut Caller, path: &str) -> String {
    let reply = caller.core("quickshare", &[("sharelocation", path)]).xml();
    reply.child("share").field("shareid").to_owned()
}

fn started() -> (Server, Caller) {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "Holiday")]).done();
    bob.upload("/bob/Holiday", "a.txt", b"one").ok();
    (server, bob)
}

#[test]
fn rights_people_and_groups_that_there_are_not_change_nothing() {
    let (server, mut bob) = started();
    let id = share(&mut bob, "/bob/Holiday");
    bob.core("addusertoshare", &[("shareid", &id), ("userid", "alice")]).done();
    let access = |bob: &mut Caller| bob.core("getuseraccessforshare", &[("shareid", &id)]).text().to_owned();
    let before = access(&mut bob);
    for (right, value) in [("write", "perhaps"), ("share", "2"), ("read", "-1"), ("allowmanage", "RWDS")] {
        let fields = [("shareid", id.as_str()), ("userid", "alice"), (right, value)];
        bob.core("setuseraccessforshare", &fields).refused();
    }
    for nobody in ["nobody", "", "alice,bobby", "../alice", "alice\u{0}"] {
        let fields = [("shareid", id.as_str()), ("userid", nobody), ("write", "true")];
        bob.core("setuseraccessforshare", &fields).refused();
        bob.core("addusertoshare", &fields[..2]).refused();
        bob.core("deleteuserfromshare", &fields[..2]).refused();
    }
    // If one of several users is unknown, none is added.
    bob.core("adduserstoshare", &[("shareid", &id), ("users", "bobby,nobody")]).refused();
    for group in ["000000000000000000000777", "EVERYONE AND ALL", "-1", ""] {
        let fields = [("shareid", id.as_str()), ("groupid", group), ("write", "true")];
        bob.core("addgrouptoshare", &fields[..2]).refused();
        bob.core("setgroupaccessforshare", &fields).refused();
    }
    assert_eq!(access(&mut bob), before);
    let mut admin = server.admin();
    for (kind, value, perm, flag) in [
        ("user", "alice", "X", "deny"),
        ("user", "alice", "RX", "allow"),
        ("user", "alice", "", "deny"),
        ("user", "alice", "R", "perhaps"),
        ("person", "alice", "R", "deny"),
        ("user", "nobody", "R", "deny"),
        ("group", "nobody", "R", "deny"),
    ] {
        let fields =
            [("path", "/bob/Holiday"), ("type", kind), ("value", value), ("perm", perm), ("flag", flag)];
        bob.core("addaclentry", &fields).refused();
    }
    let name = "/bob/Holiday";
    let list = admin.core("getacl", &[("path", name), ("adminproxyuserid", "admin")]);
    assert!(!list.text().contains("alice"), "{list:?}");
}

#[test]
fn neither_a_version_nor_what_is_deleted_can_be_shared() {
    let (_server, mut bob) = started();
    bob.upload("/bob/Holiday", "a.txt", b"two").ok();
    let versions = bob.core("getversions", &[("filepath", "/bob/Holiday"), ("filename", "a.txt")]).xml();
    let version = versions.all("version").next().unwrap().field("versionnumber").to_owned();
    bob.core("deletefile", &[("path", "/bob/Holiday"), ("name", "a.txt")]).done();
    for path in [
        "/bob/recyclebin".to_owned(),
        "/bob/recyclebin/a.txt".to_owned(),
        "/bob/Holiday/a.txt".to_owned(),
        format!("/bob/Holiday/a.txt/{version}"),
        format!("/bob/Holiday/a.txt;{version}"),
        format!("/bob/Holiday/a.txt.{version}"),
        "/bob/.cloudlet/versions".to_owned(),
        "/bob/Holiday/../recyclebin/a.txt".to_owned(),
    ] {
        for operation in ["quickshare", "addshare"] {
            let reply = bob.core(operation, &[("sharelocation", path.as_str())]);
            assert_eq!(reply.status, 400, "{operation} {path}: {reply:?}");
        }
    }
    assert!(!bob.core("getshares", &[]).text().contains("<shareid>"));
}

/// Each user passes on what they have, and all shares end with the first one.
#[test]
fn a_share_of_a_share_of_a_share_gives_no_more_than_each_of_them() {
    let (server, mut bob) = started();
    let mut admin = server.admin();
    for name in ["carol", "dora"] {
        let email = format!("{name}@home.lan");
        let fields = [("username", name), ("email", &email), ("password", PASSWORD), ("status", "1")];
        admin.administer("adduser", &fields).done();
    }
    let first = share(&mut bob, "/bob/Holiday");
    let mut owner = bob;
    let (mut id, mut names) = (first.clone(), vec!["bob"]);
    for name in ["alice", "carol", "dora"] {
        owner.core("addusertoshare", &[("shareid", &id), ("userid", name)]).done();
        // Each user passes on all rights that they have. Alice keeps the right to write to herself.
        let fields = [("shareid", id.as_str()), ("userid", name), ("share", "true"), ("write", "true")];
        let may_write = name == "alice";
        owner.core("setuseraccessforshare", &fields[..if may_write { 4 } else { 3 }]).done();
        let above = *names.last().unwrap();
        let path = format!("/SHARED/{above}/Holiday");
        names.push(name);
        owner = server.user(name);
        assert_eq!(owner.download(&format!("{path}/a.txt")).text(), "one");
        assert_eq!(owner.upload(&path, "new.txt", b"x").status == 200, may_write, "{name}");
        id = share(&mut owner, &path);
    }
    // A link by the last user gives no more than that either.
    owner.core("setallowpublicaccess", &[("shareid", &id), ("allowpublicaccess", "1")]).done();
    let record = owner.core("getshareforid", &[("shareid", &id)]).xml();
    let link = record.child("share").field("linkpath").to_owned();
    let mut guest = server.guest();
    assert_eq!(guest.download(&format!("{link}/a.txt")).text(), "one");
    let mut bob = server.user("bob");
    bob.core("deleteuserfromshare", &[("shareid", &first), ("userid", "alice")]).done();
    for (above, name) in [("bob", "alice"), ("alice", "carol"), ("carol", "dora")] {
        assert_eq!(server.user(name).download(&format!("/SHARED/{above}/Holiday/a.txt")).status, 403);
    }
    assert_eq!(guest.download(&format!("{link}/a.txt")).status, 403);
}

/// The poller answers small downloads by links without a limit, so it must learn of every change at
/// once.
#[test]
fn a_link_that_was_quick_is_refused_when_it_ends_or_its_file_goes() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "Holiday")]).done();
    for name in ["a.txt", "b.txt"] {
        bob.upload("/bob/Holiday", name, b"one").ok();
    }
    let id = share(&mut bob, "/bob/Holiday");
    let public = |bob: &mut Caller, value: &str| {
        bob.core("setallowpublicaccess", &[("shareid", &id), ("allowpublicaccess", value)]).done();
    };
    public(&mut bob, "1");
    let record = bob.core("getshareforid", &[("shareid", &id)]).xml();
    let link = record.child("share").field("linkpath").to_owned();
    let mut guest = server.guest();
    let mut get = |name: &str| {
        let replies: Vec<_> = (0..5).map(|_| guest.download(&format!("{link}/{name}"))).collect();
        assert!(replies.iter().all(|reply| reply.status == replies[0].status), "{replies:?}");
        assert_eq!(replies[0].header("cache-control"), Some("no-store"));
        assert_eq!(replies[0].header("x-robots-tag"), Some("noindex, nofollow"));
        assert_eq!(replies[0].header("referrer-policy"), Some("no-referrer"));
        replies[0].status
    };
    assert_eq!(get("a.txt"), 200);
    bob.core("deletefile", &[("path", "/bob/Holiday"), ("name", "a.txt")]).done();
    assert_ne!(get("a.txt"), 200);
    assert_eq!(get("b.txt"), 200);
    public(&mut bob, "0");
    assert_eq!(get("b.txt"), 403);
    public(&mut bob, "1");
    assert_eq!(get("b.txt"), 200);
    bob.core("deletefile", &[("path", "/bob"), ("name", "Holiday")]).done();
    assert_eq!(get("b.txt"), 403);
}

/// A user to whom a single file is shared learns nothing of the files beside it, by any call that
/// lists something.
#[test]
fn a_single_shared_file_tells_of_nothing_beside_it() {
    let (server, mut bob) = started();
    bob.upload("/bob/Holiday", "beside-it.txt", b"private").ok();
    let id = share(&mut bob, "/bob/Holiday/a.txt");
    bob.core("addusertoshare", &[("shareid", &id), ("userid", "alice")]).done();
    let mut alice = server.user("alice");
    assert_eq!(alice.download("/SHARED/bob/a.txt").text(), "one");
    // The file beside it is changed, commented, deleted and uploaded again.
    bob.upload("/bob/Holiday", "beside-it.txt", b"changed").ok();
    let on = [("fullpath", "/bob/Holiday/beside-it.txt"), ("parent", "/bob/Holiday"), ("isfile", "1")];
    bob.core("addcommentforitem", &[&on[..], &[("text", "hm")]].concat()).xml();
    bob.core("deletefile", &[("path", "/bob/Holiday"), ("name", "beside-it.txt")]).done();
    bob.upload("/bob/Holiday", "beside-it.txt", b"again").ok();
    for (operation, fields) in [
        ("getfilelist", &[("path", "/SHARED/bob"), ("limit", "-1")][..]),
        ("search", &[("location", "/"), ("keyword", "beside")]),
        ("dosearch", &[("searchstring", "beside"), ("searchloc", "/SHARED/bob")]),
        ("getactivitystream", &[("parent", "/SHARED/bob")]),
        ("getactivitystream", &[("parent", "/")]),
        ("getactivitystream", &[("parent", "/SHARED/bob/a.txt")]),
        ("getnotificationstream", &[]),
        ("gettoasts", &[]),
        ("getsyncfolderlist", &[]),
        ("getsyncdelta", &[("syncfolder", "/SHARED/bob"), ("lastsync", "0")]),
        ("getversions", &[("filepath", "/SHARED/bob"), ("filename", "beside-it.txt")]),
        ("getcommentsforitem", &[("fullpath", "/SHARED/bob/beside-it.txt")]),
        ("fileinfo", &[("file", "/SHARED/bob/a.txt/../beside-it.txt")]),
        ("fileinfo", &[("file", "/SHARED/bob/beside-it.txt")]),
        ("downloadfile", &[("filepath", "/SHARED/bob/a.txt/beside-it.txt")]),
        ("downloadfilemulti", &[("filepath", "/SHARED/bob"), ("count", "1"), ("fn1", "beside-it.txt")]),
    ] {
        let reply = alice.core(operation, fields);
        assert_ne!(reply.status, 500, "{operation}: {reply:?}");
        // An answer may repeat the path that was asked for.
        let asked =
            fields.iter().map(|(_, value)| *value).max_by_key(|value| value.len()).unwrap_or_default();
        let without_question =
            if asked.contains('/') { reply.text().replace(asked, "") } else { reply.text().to_owned() };
        assert!(!without_question.contains("beside-it"), "{operation} {fields:?}: {reply:?}");
        assert!(!reply.text().contains("/bob/Holiday"), "{operation} {fields:?}: {reply:?}");
    }
}

/// A folder that is shared within a shared folder can be reached by two ways, and each ends by
/// itself.
#[test]
fn a_share_inside_a_share_gives_what_it_gives_and_ends_by_itself() {
    let (server, mut bob) = started();
    bob.core("createfolder", &[("path", "/bob/Holiday"), ("name", "sea")]).done();
    bob.upload("/bob/Holiday/sea", "b.txt", b"two").ok();
    let (outer, inner) = (share(&mut bob, "/bob/Holiday"), share(&mut bob, "/bob/Holiday/sea"));
    for id in [&outer, &inner] {
        bob.core("addusertoshare", &[("shareid", id), ("userid", "alice")]).done();
    }
    let write = [("shareid", inner.as_str()), ("userid", "alice"), ("write", "true")];
    bob.core("setuseraccessforshare", &write).done();
    let mut alice = server.user("alice");
    assert_eq!(alice.upload("/SHARED/bob/Holiday/sea", "x.txt", b"x").status, 400);
    alice.upload("/SHARED/bob/sea", "x.txt", b"x").ok();
    assert_eq!(bob.list_names("/bob/Holiday/sea"), ["b.txt", "x.txt"]);
    // The inner share gives no access to the entries above it.
    assert_ne!(alice.download("/SHARED/bob/sea/../a.txt").text(), "one");
    bob.core("deleteshare", &[("shareid", &outer)]).done();
    assert_eq!(alice.download("/SHARED/bob/Holiday/a.txt").status, 403);
    assert_eq!(alice.download("/SHARED/bob/sea/b.txt").text(), "two");
    let again = share(&mut bob, "/bob/Holiday");
    bob.core("addusertoshare", &[("shareid", &again), ("userid", "alice")]).done();
    bob.core("deleteshare", &[("shareid", &inner)]).done();
    assert_eq!(alice.download("/SHARED/bob/sea/b.txt").status, 403);
    assert_eq!(alice.download("/SHARED/bob/Holiday/sea/b.txt").text(), "two");
    assert_eq!(alice.upload("/SHARED/bob/Holiday/sea", "y.txt", b"y").status, 400);
}
