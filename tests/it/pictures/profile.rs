//! The pictures of accounts.

use super::samples::{drawn, jpeg, plain, png, quarters, seen, size};
use crate::harness::{Caller, Reply, Server, cloudlet};

const NONE: &str = "This account has no picture.";

fn image(caller: &mut Caller, name: &str) -> Reply {
    caller.get(&format!("/core/getprofileimage?username={name}&width=40&height=40"))
}

fn set(caller: &mut Caller, path: &str) -> Reply {
    caller.core("setprofileimage", &[("path", path)])
}

#[test]
fn a_picture_of_an_account_is_set_seen_by_others_and_removed() {
    let mut server = Server::start();
    let (mut bob, mut bobby) = (server.user("bob"), server.user("bobby"));
    for name in ["bob", "bobby", "nobody"] {
        assert_eq!(image(&mut bob, name).failed(404), NONE);
    }
    bob.upload("/bob", "me.jpg", &jpeg(&quarters(1600, 1200))).ok();
    set(&mut bob, "/bob/me.jpg").done();
    for (caller, name) in [(&mut bob, "bob"), (&mut bobby, "Bob")] {
        let bytes = drawn(image(caller, name));
        assert_eq!((size(&bytes), seen(&bytes)), ((256, 192), ["red", "green", "blue", "white"]));
    }
    server.guest().get("/core/getprofileimage?username=bob").failed(401);
    // The picture of the account stays when its file is deleted, and after a restart.
    bob.core("deletefile", &[("path", "/bob"), ("name", "me.jpg")]).done();
    bob.core("emptyrecyclebin", &[]).done();
    server.stop();
    server.start_again();
    bob.follow(&server);
    bobby.follow(&server);
    drawn(image(&mut bobby, "bob"));
    // When another picture replaces it, no browser may show the old one.
    let etag = image(&mut bob, "bob").header("etag").unwrap().to_owned();
    bob.upload("/bob", "other.png", &png(&plain(60, 40, [220, 20, 20]))).ok();
    set(&mut bob, "/bob/other.png").done();
    let reply = image(&mut bobby, "bob");
    assert_ne!(reply.header("etag"), Some(etag.as_str()));
    assert_eq!(size(&drawn(reply)), (60, 40), "never enlarged");
    bob.core("removeprofileimage", &[]).done();
    assert_eq!(image(&mut bobby, "bob").failed(404), NONE);
    assert_eq!(bob.core("removeprofileimage", &[]).refused(), NONE);
    cloudlet(server.data(), &["check"], "").succeeded();
}

#[test]
fn only_pictures_that_one_may_read_become_ones_picture() {
    let server = Server::start();
    let (mut bob, mut bobby) = (server.user("bob"), server.user("bobby"));
    bobby.upload("/bobby", "me.png", &png(&plain(100, 100, [20, 200, 20]))).ok();
    bob.upload("/bob", "text.png", b"no picture at all").ok();
    for path in ["/bobby/me.png", "/bob/text.png", "/bob/nothing.png", "/bob", "/"] {
        set(&mut bob, path).refused();
    }
    assert_eq!(image(&mut bob, "bob").failed(404), NONE);
    // The picture is removed together with the account.
    set(&mut bobby, "/bobby/me.png").done();
    server.admin().administer("deleteuser", &[("profile", "bobby")]).done();
    assert_eq!(image(&mut bob, "bobby").failed(404), NONE);
}

#[test]
fn whoever_is_named_is_told_to_have_a_picture_or_not() {
    type List = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str);
    const LISTS: [List; 4] = [
        ("getnotificationstream", "notificationstream", &[], "hasprofileimage"),
        ("gettoasts", "toast", &[], "createrhasimage"),
        ("getcommentsforitem", "comment", &[("fullpath", "/bob/new")], "hasprofileimage"),
        ("getactivitystream", "activitystreamrecord", &[("parent", "/bob/new")], "hasprofileimage"),
    ];
    let server = Server::start();
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    let mut alice = server.user("alice");
    bob.upload("/bob", "note", b"note").ok();
    let fields = [("path", "/bob"), ("name", "note"), ("newname", "new"), ("adminproxyuserid", "alice")];
    admin.core("renamefile", &fields).done();
    let comment = [("fullpath", "/bob/new"), ("text", "nice"), ("adminproxyuserid", "alice")];
    assert_eq!(admin.core("addcommentforitem", &comment).xml().child("comment").number("hasprofileimage"), 0);
    let told = |bob: &mut Caller| {
        LISTS.map(|(operation, rows, fields, name)| {
            let root = bob.core(operation, fields).xml();
            root.all(rows).map(|row| row.number(name)).collect::<Vec<_>>()
        })
    };
    let own = |caller: &mut Caller| {
        let root = caller.core("getprofilesettings", &[]).xml();
        root.child("profilesettings").number("hasprofileimage")
    };
    // Alice made the comment and the rename. Bob's own upload is listed only among the activities.
    let all = |alice: i64| [vec![alice, alice], vec![alice], vec![alice], vec![alice, alice, 0]];
    assert_eq!(told(&mut bob), all(0));
    assert_eq!((own(&mut alice), own(&mut bob)), (0, 0));
    alice.upload("/alice", "me.png", &png(&plain(100, 100, [20, 200, 20]))).ok();
    set(&mut alice, "/alice/me.png").done();
    assert_eq!(told(&mut bob), all(1));
    assert_eq!((own(&mut alice), own(&mut bob)), (1, 0));
    alice.core("removeprofileimage", &[]).done();
    assert_eq!(told(&mut bob), all(0));
    assert_eq!(own(&mut alice), 0);
}
