//! Notifications about what others did, filters, and shortcuts.

use crate::harness::{Caller, Element, Server};

const FILE: &str = "/bob/Photos/sea.jpg";
const AS_ADMIN: (&str, &str) = ("adminproxyuserid", "alice");

fn ground() -> (Server, Caller, Caller) {
    let server = Server::start();
    let (mut bob, alice) = (server.user("bob"), server.admin());
    bob.core("createfolder", &[("path", "/bob"), ("name", "Photos")]).done();
    bob.upload("/bob/Photos", "sea.jpg", b"waves").ok();
    (server, bob, alice)
}

fn say(caller: &mut Caller, text: &str, more: &[(&str, &str)]) {
    let reply = caller.core("addcommentforitem", &[&[("fullpath", FILE), ("text", text)], more].concat());
    assert_eq!(reply.xml().name, "comments", "{reply:?}");
}

fn toasts(caller: &mut Caller) -> Vec<Element> {
    let root = caller.core("gettoasts", &[]).xml();
    assert_eq!(root.name, "toasts");
    let toasts: Vec<Element> = root.all("toast").cloned().collect();
    assert_eq!(root.child("meta").number("total"), toasts.len() as i64);
    toasts
}

fn stream(caller: &mut Caller) -> Vec<(String, String, String)> {
    let root = caller.core("getnotificationstream", &[]).xml();
    assert_eq!(root.name, "notificationstreams");
    root.all("notificationstream")
        .map(|one| {
            assert!(one.field("when").ends_with(" ago"), "{one:?}");
            ["who", "actioncode", "path"].map(|name| one.field(name).to_owned()).into()
        })
        .collect()
}

#[test]
fn a_comment_by_somebody_else_waits_as_a_notice() {
    let (mut server, mut bob, mut alice) = ground();
    say(&mut bob, "my own", &[]);
    assert!(toasts(&mut bob).is_empty(), "nobody is told what they did themselves");
    say(&mut alice, "nice", &[AS_ADMIN]);
    say(&mut alice, "very nice", &[AS_ADMIN]);
    bob.core("renamefile", &[("path", "/bob"), ("name", "Photos"), ("newname", "Pictures")]).done();
    server.stop();
    server.start_again();
    bob.follow(&server);
    let waiting = toasts(&mut bob);
    assert_eq!(waiting.len(), 2);
    for (name, value) in [
        ("creater", "alice"),
        ("createrdisplayname", "alice"),
        ("path", "/bob/Pictures/sea.jpg"),
        ("name", "sea.jpg"),
        ("ext", "jpg"),
        ("dirpath", "/bob/Pictures"),
        ("displaydirpath", "/bob/Pictures"),
        ("messagetype", "9"),
        ("message", "very nice"),
        ("alreadyread", "0"),
        ("createrhasimage", "0"),
    ] {
        assert_eq!(waiting[0].field(name), value, "{name}");
    }
    let ids: Vec<String> = waiting.iter().map(|one| one.field("toastrid").to_owned()).collect();
    // Other users neither see nor change them.
    let mut bobby = server.user("bobby");
    assert!(toasts(&mut bobby).is_empty());
    bobby.core("acktoasts", &[("acktoastids", &ids[0])]).refused();
    bobby.core("deletetoasts", &[("toastrid", &ids[0])]).refused();
    bobby.core("deletetoasts", &[("clearallforuser", "1")]).done();
    bob.core("acktoasts", &[("acktoastids", &ids[0])]).done();
    let read = |caller: &mut Caller| -> Vec<i64> {
        toasts(caller).iter().map(|one| one.number("alreadyread")).collect()
    };
    assert_eq!(read(&mut bob), [1, 0]);
    bob.core("acktoasts", &[("acktoastids", &ids.join(","))]).done();
    assert_eq!(read(&mut bob), [1, 1]);
    bob.core("deletetoasts", &[]).refused();
    bob.core("deletetoasts", &[("toastrid", &ids[0])]).done();
    bob.core("deletetoasts", &[("toastrid", &ids[0])]).refused();
    assert_eq!(toasts(&mut bob)[0].field("message"), "nice");
    bob.core("deletetoasts", &[("clearallforuser", "1")]).done();
    assert!(toasts(&mut bob).is_empty());
}

#[test]
fn what_lies_below_a_filter_is_not_told() {
    let (_server, mut bob, mut alice) = ground();
    let set =
        |caller: &mut Caller| caller.core("isnotificationfilterset", &[("path", "/bob/Photos")]).result();
    let flag = |caller: &mut Caller| {
        let listed = caller.list("/bob")[0].number("hasnotificationsrule");
        let info = caller.core("fileinfo", &[("file", "/bob/Photos")]).xml();
        assert_eq!(info.child("entry").number("hasnotificationsrule"), listed);
        listed
    };
    assert_eq!((set(&mut bob), flag(&mut bob)), (0, 0));
    bob.core("addnotificationfilter", &[("path", "/bob/Photos")]).done();
    bob.core("addnotificationfilter", &[("path", "/bob/Photos")]).done();
    assert_eq!((set(&mut bob), flag(&mut bob)), (1, 1));
    say(&mut alice, "unheard", &[AS_ADMIN]);
    alice.core("createfolder", &[("path", "/bob"), ("name", "for bob"), AS_ADMIN]).done();
    assert!(toasts(&mut bob).is_empty());
    let made = ("alice".to_owned(), "8".to_owned(), "/bob/for bob".to_owned());
    assert_eq!(stream(&mut bob), std::slice::from_ref(&made));
    bob.core("removenotificationfilter", &[("path", "/bob/Photos")]).done();
    bob.core("removenotificationfilter", &[("path", "/bob/Photos")]).done();
    assert_eq!((set(&mut bob), flag(&mut bob)), (0, 0));
    say(&mut alice, "heard", &[AS_ADMIN]);
    assert_eq!(toasts(&mut bob).len(), 1);
    let commented = ("alice".to_owned(), "9".to_owned(), FILE.to_owned());
    assert_eq!(stream(&mut bob), [commented.clone(), made, commented]);
    bob.core("addnotificationfilter", &[("path", "/bob/nothing")]).refused();
    bob.core("addnotificationfilter", &[("path", "/bobby")]).refused();
    bob.core("isnotificationfilterset", &[("path", "/bobby")]).refused();
}

#[test]
fn shortcuts_follow_their_place_and_are_ten() {
    let (_server, mut bob, _) = ground();
    let add = |caller: &mut Caller, name: &str, path: &str| {
        caller.core("addshortcut", &[("scname", name), ("scvalue", path), ("sctype", "0")])
    };
    let list = |caller: &mut Caller, more: &[(&str, &str)]| -> Vec<[String; 5]> {
        let root = caller.core("getshortcuts", more).xml();
        assert_eq!(root.name, "shortcuts");
        let fields = ["name", "owner", "value", "readablevalue", "type"];
        root.all("shortcut").map(|one| fields.map(|name| one.field(name).to_owned())).collect()
    };
    let id = add(&mut bob, " Sea ", FILE).done().message();
    bob.core("renamefile", &[("path", "/bob"), ("name", "Photos"), ("newname", "Pictures")]).done();
    let row = ["Sea", "bob", "/bob/Pictures/sea.jpg", "My Files/Pictures/sea.jpg", "0"].map(str::to_owned);
    assert_eq!(list(&mut bob, &[]), [row]);
    add(&mut bob, "", "/bob").refused();
    add(&mut bob, "x", "/bob/nothing").refused();
    add(&mut bob, "x", "/bobby").refused();
    for number in 1..10 {
        add(&mut bob, &format!("home {number}"), "/bob").done();
    }
    assert!(add(&mut bob, "one more", "/bob").refused().contains("10"));
    assert_eq!(list(&mut bob, &[("start", "1"), ("limit", "2")])[1][0], "home 2");
    // A shortcut to a missing entry is not shown, and does not count towards the limit.
    bob.core("deletefile", &[("path", "/bob/Pictures"), ("name", "sea.jpg")]).done();
    assert_eq!(list(&mut bob, &[]).len(), 9);
    let last = add(&mut bob, "one more", "/bob").done().message();
    bob.core("deleteshortcut", &[("rid", &id)]).refused();
    bob.core("deleteshortcut", &[("rid", &last)]).done();
    assert_eq!(list(&mut bob, &[]).len(), 9);
}
