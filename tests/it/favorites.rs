//! Favorites: stars and lists, how long they last, and who sees them.

use crate::harness::{Caller, Element, Server, wait_until};
use std::fs;
use std::time::Duration;

const STARS: &str = "000000000000000000000000";

fn ground() -> (Server, Caller) {
    let server = Server::start();
    let mut bob = server.user("bob");
    for name in ["Photos", "Papers"] {
        bob.core("createfolder", &[("path", "/bob"), ("name", name)]).done();
    }
    bob.upload("/bob/Photos", "sea.jpg", b"waves").ok();
    bob.upload("/bob/Papers", "tax.txt", b"much").ok();
    (server, bob)
}

fn star(caller: &mut Caller, path: &str) {
    caller.core("setfavorite", &[("id", STARS), ("name", path)]).done();
}

fn lists(caller: &mut Caller) -> Vec<[String; 5]> {
    let reply = caller.core("getallfavoritelists", &[("type", "favorites")]);
    let root = reply.xml();
    assert_eq!(root.name, "favoritelists");
    let fields = ["id", "name", "parentid", "type", "count"];
    root.all("favoritelist").map(|list| fields.map(|name| list.field(name).to_owned())).collect()
}

fn entries(caller: &mut Caller, list: &str) -> Vec<Element> {
    let root = caller.core("getfavoritesinlist", &[("id", list)]).xml();
    assert_eq!(root.name, "entries");
    let entries: Vec<Element> = root.all("entry").cloned().collect();
    assert_eq!(root.child("meta").number("total"), entries.len() as i64);
    entries
}

fn paths(caller: &mut Caller, list: &str) -> Vec<String> {
    entries(caller, list).iter().map(|entry| entry.field("path").to_owned()).collect()
}

fn new_list(caller: &mut Caller, name: &str) -> String {
    let id = caller.core("addfavoritelist", &[("name", name)]).done().message();
    assert_eq!(id.len(), 24);
    id
}

#[test]
fn everybody_has_stars_and_an_entry_says_so() {
    let (_server, mut bob) = ground();
    assert_eq!(lists(&mut bob), [[STARS, "Favorites", "-1", "favorites", "0"].map(str::to_owned)]);
    assert!(paths(&mut bob, STARS).is_empty());
    star(&mut bob, "/bob/Photos/sea.jpg");
    star(&mut bob, "/bob/Papers/");
    star(&mut bob, "/bob/Photos/sea.jpg");
    assert_eq!(paths(&mut bob, STARS), ["/bob/Photos/sea.jpg", "/bob/Papers"], "in the order they came");
    assert_eq!(lists(&mut bob)[0][4], "2");
    let entry = entries(&mut bob, STARS).remove(0);
    for (name, value) in [
        ("dirpath", "/bob/Photos/"),
        ("name", "sea.jpg"),
        ("ext", "jpg"),
        ("isroot", "0"),
        ("canfavorite", "1"),
        ("fullfilename", "/bob/Photos/sea.jpg"),
        ("size", "5 B"),
        ("fullsize", "5"),
        ("type", "file"),
        ("favoritelistid", STARS),
        ("order", "1"),
        ("lastmodifiedby", "bob"),
    ] {
        assert_eq!(entry.field(name), value, "{name}");
    }
    let favorite = entry.field("favoriteid").to_owned();
    assert_eq!(favorite.len(), 24);

    let marks = |entry: &Element| {
        ["canfavorite", "favoritelistid", "favoriteid", "order"].map(|name| entry.field(name).to_owned())
    };
    let starred = ["1", STARS, &favorite, "1"].map(str::to_owned);
    assert_eq!(marks(&bob.list("/bob/Photos")[0]), starred);
    let info = bob.core("fileinfo", &[("file", "/bob/Photos/sea.jpg")]).xml();
    assert_eq!(marks(info.child("entry")), starred);
    let folders = bob.list("/bob");
    assert_eq!(folders[0].field("order"), "2", "Papers");
    assert_eq!(marks(&folders[1]), ["1", "0", "0", "0"], "Photos");

    bob.core("unsetfavorite", &[("id", STARS), ("name", "/bob/Photos/sea.jpg")]).done();
    assert_eq!(paths(&mut bob, STARS), ["/bob/Papers"]);
    assert_eq!(marks(&bob.list("/bob/Photos")[0]), ["1", "0", "0", "0"]);
    // Removing a missing favorite is not a failure.
    bob.core("unsetfavorite", &[("id", STARS), ("name", "/bob/Photos/sea.jpg")]).done();
}

#[test]
fn lists_of_ones_own_are_made_renamed_filled_and_removed() {
    let (_server, mut bob) = ground();
    let id = new_list(&mut bob, " Holidays ");
    bob.core("setfavorite", &[("id", &id), ("name", "/bob/Photos")]).done();
    star(&mut bob, "/bob/Photos");
    assert_eq!(lists(&mut bob)[1], [id.as_str(), "Holidays", "-1", "favorites", "1"].map(str::to_owned));
    let of_item = bob.core("getfavoritelistforitem", &[("path", "/bob/Photos")]).xml();
    let names: Vec<&str> = of_item.all("favoritelist").map(|list| list.field("name")).collect();
    assert_eq!(names, ["Favorites", "Holidays"]);
    assert_eq!(bob.list("/bob")[1].field("favoritelistid"), STARS, "the star comes first");

    for taken in ["Holidays", "favorites"] {
        let reply = bob.core("addfavoritelist", &[("name", taken)]);
        assert_eq!(reply.header("x-cloudlet-error"), Some("exists"));
        reply.refused();
    }
    let long = "x".repeat(201);
    for wrong in ["", " ", "a\nb", &long] {
        bob.core("addfavoritelist", &[("name", wrong)]).refused();
    }
    bob.core("updatefavoritelist", &[("id", &id), ("name", "Sun")]).done();
    bob.core("updatefavoritelist", &[("id", &id), ("name", "Sun")]).done();
    bob.core("updatefavoritelist", &[("id", STARS), ("name", "Moon")]).refused();
    bob.core("removefavoritelist", &[("id", STARS)]).refused();
    let named = bob.core("getfavoritesinnamedlist", &[("name", "Sun")]).xml();
    assert_eq!(named.child("entry").field("path"), "/bob/Photos");
    assert_eq!(named.child("entry").field("favoritelistid"), id, "as it is in this list");
    assert!(bob.core("getfavoritesinnamedlist", &[("name", "Holidays")]).refused().contains("no such list"));

    let order = [("path1", "/bob/Papers/tax.txt"), ("path2", "/bob/Photos")];
    bob.core("replacefavoritelist", &[&[("id", id.as_str()), ("count", "2")], &order[..]].concat()).done();
    assert_eq!(paths(&mut bob, &id), ["/bob/Papers/tax.txt", "/bob/Photos"]);
    // A wrong count or a missing path changes nothing.
    bob.core("replacefavoritelist", &[("id", &id), ("count", "2")]).refused();
    bob.core("replacefavoritelist", &[("id", &id), ("count", "1"), ("path1", "/bob/nothing")]).refused();
    bob.core("replacefavoritelist", &[("id", &id), ("count", "1"), ("path1", "/bobby")]).refused();
    assert_eq!(paths(&mut bob, &id).len(), 2);
    bob.core("clearfavoritesinnamedlist", &[("name", "Sun")]).done();
    assert!(paths(&mut bob, &id).is_empty());
    assert_eq!(paths(&mut bob, STARS), ["/bob/Photos"], "the other list is as it was");
    bob.core("setfavorite", &[("id", &id), ("name", "/bob/Papers")]).done();
    bob.core("removefavoritelist", &[("id", &id)]).done();
    bob.core("getfavoritesinlist", &[("id", &id)]).refused();
    bob.core("setfavorite", &[("id", &id), ("name", "/bob/Papers")]).refused();
    assert_eq!(lists(&mut bob).len(), 1);
    assert!(bob.sees("/bob/Papers"), "what was in it stays");
    assert_eq!(bob.list("/bob")[0].field("favoritelistid"), "0");
}

#[test]
fn what_is_renamed_moved_or_replaced_stays_a_favorite() {
    let (mut server, mut bob) = ground();
    star(&mut bob, "/bob/Photos/sea.jpg");
    bob.core("renamefile", &[("path", "/bob"), ("name", "Photos"), ("newname", "Pictures")]).done();
    assert_eq!(paths(&mut bob, STARS), ["/bob/Pictures/sea.jpg"]);
    bob.core("renameormove", &[("fromname", "/bob/Pictures/sea.jpg"), ("toname", "/bob/Papers/ocean.jpg")])
        .done();
    assert_eq!(paths(&mut bob, STARS), ["/bob/Papers/ocean.jpg"]);
    bob.upload("/bob/Papers", "ocean.jpg", b"higher waves").ok();
    assert_eq!(entries(&mut bob, STARS)[0].number("fullsize"), 12);
    // A copy is another file, so it is not a favorite.
    bob.core("copyfile", &[("path", "/bob/Papers"), ("name", "ocean.jpg"), ("copyto", "/bob")]).done();
    assert_eq!(paths(&mut bob, STARS), ["/bob/Papers/ocean.jpg"]);
    server.stop();
    server.start_again();
    bob.follow(&server);
    assert_eq!(paths(&mut bob, STARS), ["/bob/Papers/ocean.jpg"]);
    // While the file is in the bin, it is not shown, and another file with its name is not a
    // favorite.
    bob.core("deletefile", &[("path", "/bob/Papers"), ("name", "ocean.jpg")]).done();
    assert!(paths(&mut bob, STARS).is_empty());
    bob.upload("/bob/Papers", "ocean.jpg", b"other").ok();
    assert!(paths(&mut bob, STARS).is_empty());
    assert_eq!(bob.list("/bob/Papers")[0].field("favoritelistid"), "0");
    let binned = "/bob/recyclebin/ocean.jpg";
    let message = bob.core("setfavorite", &[("id", STARS), ("name", binned)]).refused();
    assert!(message.contains("recycle bin"), "{message}");
    // After it was restored, it is a favorite again.
    let back = bob.core("restorefromrecyclebin", &[("path", binned)]).done().message();
    assert_eq!(paths(&mut bob, STARS), [back.as_str()]);
    assert_eq!(entries(&mut bob, STARS)[0].number("fullsize"), 12);
}

#[test]
fn what_another_program_put_there_or_moved_can_be_a_favorite() {
    let (server, mut bob) = ground();
    fs::write(server.data().file("/bob/Papers/by-hand"), "x").unwrap();
    star(&mut bob, "/bob/Papers/by-hand");
    assert_eq!(paths(&mut bob, STARS), ["/bob/Papers/by-hand"]);
    fs::rename(server.data().file("/bob/Papers/by-hand"), server.data().file("/bob/Photos/moved")).unwrap();
    assert!(paths(&mut bob, STARS).is_empty(), "its new place is not known yet");
    // The star at the new path shows that the index knows the file as the same one.
    star(&mut bob, "/bob/Photos/moved");
    assert_eq!(paths(&mut bob, STARS), ["/bob/Photos/moved"]);
    fs::rename(server.data().file("/bob/Photos/moved"), server.data().file("/bob/seen")).unwrap();
    bob.list("/bob");
    wait_until("a visit finds it", Duration::from_secs(3), || paths(&mut bob, STARS) == ["/bob/seen"]);
    fs::remove_file(server.data().file("/bob/seen")).unwrap();
    assert!(paths(&mut bob, STARS).is_empty());
}

#[test]
fn nobody_sees_or_changes_the_favorites_of_others() {
    let (server, mut bob) = ground();
    let id = new_list(&mut bob, "Mine");
    star(&mut bob, "/bob/Photos");
    let mut bobby = server.user("bobby");
    assert_eq!(lists(&mut bobby), [[STARS, "Favorites", "-1", "favorites", "0"].map(str::to_owned)]);
    bobby.core("getfavoritesinlist", &[("id", &id)]).refused();
    bobby.core("getfavoritesinnamedlist", &[("name", "Mine")]).refused();
    bobby.core("updatefavoritelist", &[("id", &id), ("name", "Yours")]).refused();
    bobby.core("removefavoritelist", &[("id", &id)]).refused();
    bobby.core("setfavorite", &[("id", &id), ("name", "/bobby")]).refused();
    let foreign = bobby.core("setfavorite", &[("id", STARS), ("name", "/bob/Photos")]).refused();
    let absent = bobby.core("setfavorite", &[("id", STARS), ("name", "/bob/nothing")]).refused();
    assert_eq!(foreign, absent);
    bobby.core("unsetfavorite", &[("id", STARS), ("name", "/bob/Photos")]).refused();
    assert!(
        bobby.core("setfavorite", &[("id", STARS), ("name", "/bobby/nothing")]).refused().contains("exist")
    );
    bobby.core("setfavorite", &[("id", STARS), ("name", "/")]).refused();
    star(&mut bobby, "/bobby");
    assert_eq!(bobby.list("/")[0].field("favoritelistid"), STARS);
    assert_eq!(lists(&mut bob)[1][1], "Mine");
    assert_eq!(paths(&mut bob, STARS), ["/bob/Photos"]);

    // An administrator at work on users' data has their own favorites, and sees those only there.
    let mut alice = server.admin();
    alice
        .core("setfavorite", &[("id", STARS), ("name", "/bob/Papers"), ("adminproxyuserid", "alice")])
        .done();
    let as_proxy = alice.core("getfavoritesinlist", &[("id", STARS), ("adminproxyuserid", "alice")]).xml();
    assert_eq!(as_proxy.child("entry").field("path"), "/bob/Papers");
    let mut alice_herself = server.user("alice");
    assert!(paths(&mut alice_herself, STARS).is_empty());
    assert_eq!(paths(&mut bob, STARS), ["/bob/Photos"]);
}

#[test]
fn favorites_go_with_their_account() {
    let (server, mut bob) = ground();
    star(&mut bob, "/bob/Photos");
    new_list(&mut bob, "Mine");
    let mut alice = server.admin();
    alice.administer("deleteuser", &[("profile", "bob")]).done();
    let password = crate::harness::PASSWORD;
    let fields = [("username", "bob"), ("email", "bob@example.com"), ("password", password)];
    alice.administer("adduser", &fields).done();
    let mut new_bob = server.user("bob");
    assert_eq!(lists(&mut new_bob).len(), 1);
    assert!(paths(&mut new_bob, STARS).is_empty());
}

#[test]
fn lists_are_bounded() {
    let (_server, mut bob) = ground();
    for number in 0..100 {
        new_list(&mut bob, &format!("list {number}"));
    }
    let message = bob.core("addfavoritelist", &[("name", "one more")]).refused();
    assert!(message.contains("100"), "{message}");
    assert_eq!(lists(&mut bob).len(), 101);
}
