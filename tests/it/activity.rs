//! Activities. Each change is listed once, at the present path of the entry, and only for users who
//! may read it.

use crate::harness::{Caller, Data, Element, Launch, Server};
use std::fs;

fn stream(caller: &mut Caller, parent: &str, more: &[(&str, &str)]) -> Vec<Element> {
    let reply = caller.core("getactivitystream", &[&[("parent", parent)], more].concat());
    let root = reply.xml();
    assert_eq!((reply.status, root.name.as_str()), (200, "activities"), "{reply:?}");
    root.all("activitystreamrecord").cloned().collect()
}

/// The number, the path and the note of each activity, the newest first.
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
    // Calls that only read or fail make no activity.
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
    let [commented, moved, renamed, changed, _] = of_file.clone();
    assert_eq!(told(&mut bob, "/bob/Old/ocean.jpg"), of_file);
    let in_photos = [
        said(5, "/bob/Photos/ocean.jpg", ""),
        said(3, "/bob/Photos/ocean.jpg", ""),
        said(8, "/bob/Photos", ""),
    ];
    assert_eq!(told(&mut bob, "/bob/Photos"), in_photos, "what was deleted is told where it was");
    let [deleted, copied, _] = in_photos;
    let folders = said(8, "/bob/Old", "");
    // The two uploaded files are one activity, and so are the two folders. Some activities have the
    // same second.
    let mut all = [deleted, commented, copied.clone(), moved, renamed, changed, folders];
    all.sort();
    for parent in ["/bob", "/"] {
        let mut told = told(&mut bob, parent);
        told.sort();
        assert_eq!(told, all, "{parent}");
    }
    let by_level = bob.core("getactivitybylevel", &[("limit", "2")]).xml();
    assert_eq!(by_level.all("activitystreamrecord").count(), 2);
    bob.core("getactivitystream", &[("parent", "/bob/nothing")]).refused();

    let back = "/bob/recyclebin/ocean.jpg";
    bob.core("restorefromrecyclebin", &[("path", back)]).done();
    assert_eq!(told(&mut bob, "/bob/Photos/ocean.jpg"), [copied], "what is undone at once is forgotten");

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
    make(&mut bob, "/bob", "folder 0");
    for number in 1..7 {
        make(&mut bob, &format!("/bob/folder {}", number - 1), &format!("folder {number}"));
        let (from, to) =
            (format!("/bob/folder {}/folder {number}", number - 1), format!("/bob/folder {number}"));
        bob.core("renameormove", &[("fromname", &from), ("toname", &to)]).done();
    }
    let all = told(&mut bob, "/bob");
    assert_eq!(all.len(), 13, "one made and six made and moved, each in or from another folder");
    server.kill();
    server.start_again();
    bob.follow(&server);
    let mut pages = Vec::new();
    for start in ["0", "5", "10"] {
        let page = stream(&mut bob, "/bob", &[("start", start), ("limit", "5")]);
        pages.extend(page.iter().map(|one| one.field("path").to_owned()));
    }
    assert_eq!(pages, all.iter().map(|one| one.1.clone()).collect::<Vec<_>>());
    let of_one = stream(&mut bob, "/bob/folder 6", &[("start", "2")]);
    assert!(of_one.is_empty());
}

/// The number, the count and the path of each activity, the newest first.
fn counted(caller: &mut Caller, parent: &str) -> Vec<(i64, i64, String)> {
    let all = stream(caller, parent, &[]);
    let of = |one: &Element| (one.number("actioncode"), one.number("count"), one.field("path").to_owned());
    all.iter().map(of).collect()
}

fn many(action: i64, count: i64, path: &str) -> (i64, i64, String) {
    (action, count, path.to_owned())
}

#[test]
fn what_one_person_does_to_many_files_of_a_folder_is_told_once() {
    let server = Server::start();
    let mut bob = server.user("bob");
    make(&mut bob, "/bob", "Phone");
    make(&mut bob, "/bob", "Photos");
    let names: Vec<String> = (0..12).map(|number| format!("{number:02}.jpg")).collect();
    for name in &names {
        bob.upload("/bob/Phone", name, name.as_bytes()).ok();
        bob.upload("/bob", name, name.as_bytes()).ok();
    }
    let added = many(3, 12, "/bob/Phone/11.jpg");
    let begin = [many(3, 12, "/bob/11.jpg"), added.clone(), many(8, 2, "/bob/Photos")];
    assert_eq!(counted(&mut bob, "/bob"), begin, "files that come to two folders in turn");
    assert_eq!(counted(&mut bob, "/bob/Phone"), [added.clone(), many(8, 1, "/bob/Phone")]);
    assert_eq!(counted(&mut bob, "/bob/Phone/03.jpg"), [many(3, 1, "/bob/Phone/03.jpg")]);

    let carry = |bob: &mut Caller, from: &str, to: &str| {
        for name in &names {
            let (from, to) = (format!("{from}/{name}"), format!("{to}/{name}"));
            bob.core("renameormove", &[("fromname", &from), ("toname", &to)]).done();
        }
    };
    carry(&mut bob, "/bob/Phone", "/bob/Photos");
    assert_eq!(counted(&mut bob, "/bob/Photos")[0], many(7, 12, "/bob/Photos/11.jpg"));
    assert_eq!(stream(&mut bob, "/bob/Photos", &[])[0].field("misc"), "/bob/Phone/11.jpg");
    carry(&mut bob, "/bob/Photos", "/bob/Phone");
    assert_eq!(counted(&mut bob, "/bob"), begin, "what is undone is forgotten");

    for name in &names {
        bob.core("deletefile", &[("path", "/bob/Phone"), ("name", name)]).done();
    }
    assert_eq!(counted(&mut bob, "/bob/Phone")[0], many(5, 12, "/bob/Phone/11.jpg"));
    for name in &names[..5] {
        bob.core("restorefromrecyclebin", &[("path", &format!("/bob/recyclebin/{name}"))]).done();
    }
    let left = counted(&mut bob, "/bob/Phone");
    assert_eq!(left[0], many(5, 7, "/bob/Phone/11.jpg"), "half of it is undone");
    for _ in 0..3 {
        bob.upload("/bob/Phone", "00.jpg", b"saved again and again").ok();
    }
    let changed = counted(&mut bob, "/bob/Phone");
    assert_eq!(changed[0], many(4, 1, "/bob/Phone/00.jpg"), "{changed:?}");
    assert_eq!(changed.len(), left.len() + 1);
}

#[test]
fn others_count_what_they_may_read() {
    let server = Server::start();
    let (mut alice, mut bob) = (server.user("alice"), server.user("bob"));
    make(&mut alice, "/alice", "Holiday");
    make(&mut alice, "/alice/Holiday", "Inner");
    let share = alice.core("quickshare", &[("sharelocation", "/alice/Holiday/Inner")]).xml();
    let id = share.child("share").field("shareid").to_owned();
    alice.core("addusertoshare", &[("shareid", &id), ("userid", "bob")]).done();
    for name in ["a", "b", "c"] {
        alice.upload("/alice/Holiday", name, b"x").ok();
        alice.upload("/alice/Holiday/Inner", name, b"x").ok();
    }
    // Two of the three files move to a folder that bob does not see.
    for name in ["a", "b"] {
        let (from, to) = (format!("/alice/Holiday/Inner/{name}"), format!("/alice/{name}"));
        alice.core("renameormove", &[("fromname", &from), ("toname", &to)]).done();
    }
    assert_eq!(counted(&mut bob, "/")[0], many(3, 1, "/SHARED/alice/Inner/c"));
    let notices = bob.core("getnotificationstream", &[]).xml();
    assert_eq!(notices.all("notificationstream").next().unwrap().number("count"), 1);
    let of_all = counted(&mut alice, "/alice");
    assert!(of_all.contains(&many(3, 3, "/alice/Holiday/c")), "{of_all:?}");
}

#[test]
fn what_other_programs_put_on_the_disk_is_told() {
    let data = Data::with_accounts();
    let home = data.file("/bob");
    fs::create_dir_all(home.join("Old")).unwrap();
    for name in ["1", "2"] {
        let old = fs::File::create(home.join("Old").join(name)).unwrap();
        old.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000)).unwrap();
    }
    let server = Launch::on(data).start();
    let mut bob = server.user("bob");
    let wait = |bob: &mut Caller, what: &str, wanted: &[(i64, i64, String)]| {
        crate::harness::wait_until(what, std::time::Duration::from_secs(10), || {
            bob.list("/bob/Samba");
            counted(bob, "/bob/Samba") == wanted
        });
    };
    fs::create_dir(home.join("Samba")).unwrap();
    for number in 0..5 {
        fs::write(home.join(format!("Samba/{number}.txt")), "x").unwrap();
    }
    wait(&mut bob, "new files", &[many(3, 5, "/bob/Samba/4.txt")]);
    assert_eq!(stream(&mut bob, "/bob/Samba", &[])[0].field("who"), "");
    fs::write(home.join("Samba/2.txt"), "longer").unwrap();
    wait(&mut bob, "new content", &[many(4, 1, "/bob/Samba/2.txt"), many(3, 5, "/bob/Samba/4.txt")]);
    // A file that the cloud writes itself must not be taken for one of another program, even if a
    // visit happens at the same time.
    for number in 5..25 {
        bob.upload("/bob/Samba", &format!("{number}.txt"), b"mine").ok();
        bob.list("/bob/Samba");
    }
    let all = stream(&mut bob, "/bob/Samba", &[]);
    assert_eq!((all[0].field("who"), all[0].number("count")), ("bob", 20));
    assert_eq!(all.len(), 3);
    let notices = bob.core("getnotificationstream", &[]).xml();
    assert_eq!(notices.all("notificationstream").count(), 0, "a program is nobody to be told about");
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
