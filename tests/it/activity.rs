//! What happened, told to people: each change once, where the entry is now, and only to who may read it.

use crate::harness::{Caller, Data, Element, Launch, Server};
use std::fs;

fn stream(caller: &mut Caller, parent: &str, more: &[(&str, &str)]) -> Vec<Element> {
    let reply = caller.core("getactivitystream", &[&[("parent", parent)], more].concat());
    let root = reply.xml();
    assert_eq!((reply.status, root.name.as_str()), (200, "activities"), "{reply:?}");
    root.all("activitystreamrecord").cloned().collect()
}

/// Number, path and note, the newest first.
fn told(caller: &mut Caller, parent: &str) -> Vec<(i64, String, String)> {
    let all = stream(caller, parent, &[]);
    all.iter()
        .map(|one| (one.number("actioncode"), one.field("path").to_owned(), one.field("misc").to_owned()))
        .collect()
}

fn said(action: i64, path: &str, note: &str) -> (i64, String, String) {
    (action, path.to_owned(), note.to_owned())
}

fn make(caller: &mut Caller, folder: &str, name: &str) {
    caller.core("createfolder", &[("path", folder), ("name", name)]).done();
}

#[test]
fn every_change_is_told_once_and_where_the_entry_is_now() {
    let (server, mut bob) = {
        let server = Server::start();
        let bob = server.user("bob");
        (server, bob)
    };
    assert!(told(&mut bob, "/bob").is_empty());
    make(&mut bob, "/bob", "Photos");
    make(&mut bob, "/bob", "Old");
    bob.upload("/bob/Photos", "sea.jpg", b"waves").ok();
    bob.upload("/bob/Photos", "sea.jpg", b"higher waves").ok();
    bob.core("renamefile", &[("path", "/bob/Photos"), ("name", "sea.jpg"), ("newname", "ocean.jpg")]).done();
    bob.core("renameormove", &[("fromname", "/bob/Photos/ocean.jpg"), ("toname", "/bob/Old/ocean.jpg")])
        .done();
    bob.core("copyfile", &[("path", "/bob/Old"), ("name", "ocean.jpg"), ("copyto", "/bob/Photos")]).done();
    bob.core("addcommentforitem", &[("fullpath", "/bob/Old/ocean.jpg"), ("text", "cold")]);
    bob.core("deletefile", &[("path", "/bob/Photos"), ("name", "ocean.jpg")]).done();
    // What only reads or fails tells nothing.
    bob.list("/bob/Old");
    bob.core("createfolder", &[("path", "/bob"), ("name", "Old")]).refused();
    bob.core("setfavorite", &[("id", "000000000000000000000000"), ("name", "/bob/Old")]).done();

    let of_file = [
        said(9, "/bob/Old/ocean.jpg", ""),
        said(7, "/bob/Old/ocean.jpg", "/bob/Photos/ocean.jpg"),
        said(6, "/bob/Old/ocean.jpg", "sea.jpg"),
        said(4, "/bob/Old/ocean.jpg", ""),
        said(3, "/bob/Old/ocean.jpg", ""),
    ];
    let [commented, moved, renamed, changed, added] = of_file.clone();
    assert_eq!(told(&mut bob, "/bob/Old/ocean.jpg"), of_file);
    let in_photos = [
        said(5, "/bob/Photos/ocean.jpg", ""),
        said(3, "/bob/Photos/ocean.jpg", ""),
        said(8, "/bob/Photos", ""),
    ];
    assert_eq!(told(&mut bob, "/bob/Photos"), in_photos, "what was deleted is told where it was");
    let [deleted, copied, photos] = in_photos;
    let all = [deleted, commented, copied, moved, renamed, changed, added, said(8, "/bob/Old", ""), photos];
    assert_eq!(told(&mut bob, "/bob"), all);
    assert_eq!(told(&mut bob, "/"), all);
    let by_level = bob.core("getactivitybylevel", &[("limit", "2")]).xml();
    assert_eq!(by_level.all("activitystreamrecord").count(), 2);
    bob.core("getactivitystream", &[("parent", "/bob/nothing")]).refused();

    let back = "/bob/recyclebin/ocean.jpg";
    bob.core("restorefromrecyclebin", &[("path", back)]).done();
    let of_copy = [10, 5, 3].map(|action| said(action, "/bob/Photos/ocean.jpg", ""));
    assert_eq!(told(&mut bob, "/bob/Photos/ocean.jpg"), of_copy);

    let newest = stream(&mut bob, "/bob/Old/ocean.jpg", &[("limit", "1")]).remove(0);
    for (name, value) in
        [("isfile", "1"), ("parent", "/bob/Old"), ("who", "bob"), ("how", ""), ("name", "ocean.jpg")]
    {
        assert_eq!(newest.field(name), value, "{name}");
    }
    assert_eq!(newest.field("when").len(), 20, "2015-Apr-28 04:15:24");
    drop(server);
}

#[test]
fn pages_follow_each_other_and_a_restart_forgets_nothing() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    for number in 0..7 {
        make(&mut bob, "/bob", &format!("folder {number}"));
    }
    let all = told(&mut bob, "/bob");
    assert_eq!(all.len(), 7);
    server.kill();
    server.start_again();
    bob.follow(&server);
    let mut pages = Vec::new();
    for start in ["0", "3", "6"] {
        let page = stream(&mut bob, "/bob", &[("start", start), ("limit", "3")]);
        pages.extend(page.iter().map(|one| one.field("path").to_owned()));
    }
    assert_eq!(pages, all.iter().map(|one| one.1.clone()).collect::<Vec<_>>());
    let of_one = stream(&mut bob, "/bob/folder 3", &[("start", "1")]);
    assert!(of_one.is_empty());
}

#[test]
fn only_who_may_read_an_entry_is_told_and_accounts_take_theirs_with_them() {
    let server = Server::start();
    let (mut bob, mut bobby, mut alice) = (server.user("bob"), server.user("bobby"), server.admin());
    make(&mut bob, "/bob", "mine");
    make(&mut bobby, "/bobby", "his");
    let as_admin = ("adminproxyuserid", "alice");
    alice.core("createfolder", &[("path", "/bob"), ("name", "for bob"), as_admin]).done();
    assert_eq!(told(&mut bobby, "/"), [said(8, "/bobby/his", "")]);
    let foreign = bobby.core("getactivitystream", &[("parent", "/bob/mine")]).refused();
    assert_eq!(foreign, bobby.core("getactivitystream", &[("parent", "/bob/nothing")]).refused());
    let told_bob = stream(&mut bob, "/", &[]);
    let who: Vec<&str> = told_bob.iter().map(|one| one.field("who")).collect();
    assert_eq!(who, ["alice", "bob"], "he sees who was at his files");
    assert_eq!(stream(&mut alice, "/", &[as_admin]).len(), 3, "an admin at work sees all");
    alice.administer("deleteuser", &[("profile", "bobby")]).done();
    let left: Vec<String> =
        stream(&mut alice, "/", &[as_admin]).iter().map(|one| one.field("who").to_owned()).collect();
    assert_eq!(left, ["alice", "alice", "bob"], "the newest is the removal of the account's files");
}

#[test]
fn what_another_program_moves_keeps_its_past() {
    let server = Server::start();
    let mut bob = server.user("bob");
    make(&mut bob, "/bob", "a");
    make(&mut bob, "/bob", "b");
    bob.upload("/bob/a", "file", b"x").ok();
    fs::rename(server.data().file("/bob/a/file"), server.data().file("/bob/b/file")).unwrap();
    bob.list("/bob/b");
    crate::harness::wait_until("a visit finds it", std::time::Duration::from_secs(3), || {
        told(&mut bob, "/bob/b/file") == [said(3, "/bob/b/file", "")]
    });
}

#[test]
fn values_of_an_account_are_kept_and_bounded() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    let value = |caller: &mut Caller, key: &str, name: &str, default: &str| {
        let fields = [("key", key), ("name", name), ("defaultvalue", default)];
        let root = caller.core("getconfigitem", &fields).xml();
        let item = root.child("configitem");
        assert_eq!((item.field("key"), item.field("name")), (key, name));
        item.field("value").to_owned()
    };
    assert_eq!(value(&mut bob, "list", "sort", "name"), "name");
    assert_eq!(value(&mut bob, "list", "sort", ""), "");
    let set = |caller: &mut Caller, key: &str, name: &str, value: &str| {
        caller.core("setconfigitem", &[("key", key), ("name", name), ("value", value)])
    };
    set(&mut bob, "list", "sort", "date").done();
    set(&mut bob, "list", "sort", "size\n<&>").done();
    server.stop();
    server.start_again();
    bob.follow(&server);
    assert_eq!(value(&mut bob, "list", "sort", "name"), "size\n<&>");
    assert_eq!(value(&mut server.user("bobby"), "list", "sort", "name"), "name", "each has their own");
    bob.core("showhideactivity", &[("collapse", "1")]).done();
    assert_eq!(value(&mut bob, "activity", "collapsed", ""), "1");
    bob.core("showhideactivity", &[("collapse", "0")]).done();
    assert_eq!(value(&mut bob, "activity", "collapsed", ""), "0");
    let long = "x".repeat(4001);
    for (key, name, text) in
        [("", "n", "v"), ("k", "", "v"), ("k", &long[..101], "v"), ("k", "n", &long), ("k\0", "n", "v")]
    {
        set(&mut bob, key, name, text).refused();
    }
    for number in 0..198 {
        set(&mut bob, "many", &number.to_string(), &long[..4000]).done();
    }
    assert!(set(&mut bob, "one", "more", "x").refused().contains("200"));
    set(&mut bob, "many", "7", "another").done();
}

#[test]
fn where_something_came_from_is_told_to_who_may_know() {
    let data = Data::with_accounts();
    let (open, closed) = (data.path("open"), data.path("closed"));
    for folder in [&open, &closed] {
        fs::create_dir_all(folder.join("x")).unwrap();
    }
    let volumes = format!("open={},closed={}:alice", open.display(), closed.display());
    let server = Launch::on(data).setting("CLOUDLET_VOLUMES", volumes).start();
    let (mut alice, mut bob) = (server.user("alice"), server.user("bob"));
    for (folder, name) in [("/alice", "diary"), ("/EXTERNAL/closed", "letter")] {
        alice.upload(folder, name, b"x").ok();
        let (from, to) = (format!("{folder}/{name}"), format!("/EXTERNAL/open/{name}"));
        alice.core("renameormove", &[("fromname", &from), ("toname", &to)]).done();
        let moved = |note: &str| said(7, &to, note);
        assert_eq!(told(&mut alice, &to)[0], moved(&from));
        assert_eq!(told(&mut bob, &to)[0], moved(""));
        assert_eq!(told(&mut bob, "/")[0], moved(""));
        let notices = bob.core("getnotificationstream", &[]).body;
        assert!(!String::from_utf8(notices).unwrap().contains(&from));
    }
}
