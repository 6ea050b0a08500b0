//! Tests of everything by which people learn of shares: the notification of a new one, the
//! addresses of a link, and the lists for administrators.

use crate::harness::{Caller, Element, PASSWORD, Server};

fn children(reply: Element, name: &str) -> Vec<Element> {
    reply.children.into_iter().filter(|child| child.name == name).collect()
}

/// A server with a shared folder of alice's, and the id of the share.
fn shared() -> (Server, Caller, String) {
    let server = Server::start();
    let mut alice = server.user("alice");
    alice.core("createfolder", &[("path", "/alice"), ("name", "Holiday")]).done();
    let reply = alice.core("quickshare", &[("sharelocation", "/alice/Holiday")]).xml();
    let id = reply.child("share").field("shareid").to_owned();
    (server, alice, id)
}

/// An account's notifications about shares, each with its type, its path and its owner.
fn told(caller: &mut Caller) -> Vec<(String, String, String)> {
    children(caller.core("gettoasts", &[]).xml(), "toast")
        .iter()
        .map(|toast| ["type", "path", "creater"].map(|name| toast.field(name).to_owned()).into())
        .collect()
}

fn notice(path: &str) -> (String, String, String) {
    ("share".to_owned(), path.to_owned(), "alice".to_owned())
}

#[test]
fn somebody_who_gets_a_share_is_told_once() {
    let (server, mut alice, id) = shared();
    let mut bob = server.user("bob");
    let user = [("shareid", id.as_str()), ("userid", "bob")];
    assert_eq!(told(&mut bob), []);
    alice.core("addusertoshare", &user).done();
    alice.core("addusertoshare", &user).done();
    assert_eq!(told(&mut bob), [notice("/SHARED/alice/Holiday")]);
    assert_eq!(told(&mut alice), []);
    // When a share has ended, its notification is gone.
    alice.core("deleteuserfromshare", &user).done();
    assert_eq!(told(&mut bob), []);
}

/// Creates the account carol and signs in.
fn carol(server: &Server) -> Caller {
    let fields =
        [("username", "carol"), ("email", "carol@home.lan"), ("password", PASSWORD), ("status", "1")];
    server.admin().administer("adduser", &fields).done();
    server.user("carol")
}

#[test]
fn everybody_in_a_group_is_told_but_the_one_who_shares() {
    let (server, mut alice, id) = shared();
    let mut carol = carol(&server);
    let groups = children(alice.core("searchgroups", &[]).xml(), "group");
    let everyone = groups.iter().find(|group| group.field("everyonegroup") == "1").unwrap();
    alice.core("addgrouptoshare", &[("shareid", &id), ("groupid", everyone.field("groupid"))]).done();
    for caller in [&mut server.user("bob"), &mut carol] {
        assert_eq!(told(caller), [notice("/SHARED/alice/Holiday")]);
    }
    assert_eq!(told(&mut alice), []);
}

#[test]
fn what_an_administrator_shares_for_somebody_is_told_in_that_persons_name() {
    let server = Server::start();
    let (mut bob, mut carol) = (server.user("bob"), carol(&server));
    bob.core("createfolder", &[("path", "/bob"), ("name", "Plans")]).done();
    let id = bob.core("quickshare", &[("sharelocation", "/bob/Plans")]).xml();
    let id = id.child("share").field("shareid").to_owned();
    let fields = [("shareid", id.as_str()), ("userid", "carol"), ("adminproxyuserid", "alice")];
    server.admin().core("addusertoshare", &fields).done();
    let wanted = ["share", "/SHARED/bob/Plans", "bob"].map(str::to_owned).into();
    assert_eq!(told(&mut carol), [wanted]);
    assert_eq!(told(&mut bob), []);
}

#[test]
fn a_link_has_addresses_with_codes_for_whoever_may_manage_it() {
    let (server, mut alice, id) = shared();
    let url = alice.core("getshareforid", &[("shareid", &id)]).xml();
    let token = url.child("share").field("shareurl").rsplit('/').next().unwrap().to_owned();
    for (base, wanted) in [
        ("https://cloud.example.org/", ("https://cloud.example.org/url/", "public")),
        ("https://cloud.example.org/sub", ("https://cloud.example.org/sub/url/", "public")),
        ("http://192.168.7.7:81/", ("http://192.168.7.7:81/url/", "address")),
        ("http://nas.local/", ("http://nas.local/url/", "name")),
    ] {
        let reply = alice.core("getlinkaddresses", &[("shareid", &id), ("baseurl", base)]).xml();
        let addresses = children(reply, "address");
        assert!(addresses.len() > 1, "those of the server are told too");
        let last = addresses.last().unwrap();
        assert_eq!((last.field("url"), last.field("kind")), (&*format!("{}{token}", wanted.0), wanted.1));
        for address in &addresses {
            let rows: Vec<&str> = address.field("qr").split(',').collect();
            assert!(rows.len() >= 21 && rows.iter().all(|row| row.len() == rows.len()), "{rows:?}");
        }
    }
    let reply = alice.core("getlinkaddresses", &[("shareid", &id), ("baseurl", "javascript:alert(1)")]);
    assert!(reply.header("x-cloudlet-error").is_some(), "{reply:?}");
    let refused = server.user("bob").core("getlinkaddresses", &[("shareid", &id)]);
    assert!(refused.header("x-cloudlet-error").is_some(), "{refused:?}");
}

#[test]
fn an_administrator_lists_the_shares_of_everybody_and_what_somebody_has() {
    let (server, mut alice, id) = shared();
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    bob.core("createfolder", &[("path", "/bob"), ("name", "Plans")]).done();
    let reply = bob.core("quickshare", &[("sharelocation", "/bob/Plans")]).xml();
    let plans = reply.child("share").field("shareid").to_owned();
    alice.core("addusertoshare", &[("shareid", &id), ("userid", "bob")]).done();
    let everyone = children(bob.core("searchgroups", &[]).xml(), "group")[0].field("groupid").to_owned();
    bob.core("addgrouptoshare", &[("shareid", &plans), ("groupid", &everyone)]).done();
    for (fields, wanted) in [
        (&[][..], &["/alice/Holiday", "/bob/Plans"][..]),
        (&[("shareowner", "bob")], &["/bob/Plans"]),
        (&[("sharedwith", "bob")], &["/alice/Holiday"]),
        (&[("sharedwith", "alice")], &["/bob/Plans"]),
        (&[("shareowner", "alice"), ("sharedwith", "alice")], &[]),
        (&[("sharefilter", "PLAN")], &["/bob/Plans"]),
    ] {
        let reply = admin.administer("getsharesbyowner", fields).xml();
        // Shares of the same second come in any order.
        let mut found: Vec<String> =
            children(reply, "share").iter().map(|share| share.field("sharelocation").to_owned()).collect();
        found.sort();
        assert_eq!(found, wanted, "{fields:?}");
    }
    let page = admin.administer("getsharesbyowner", &[("start", "1"), ("limit", "5")]).xml();
    assert_eq!(page.child("meta").field("total"), "2");
    assert_eq!(children(page, "share").len(), 1);
    // A member of a group who has left the share is not listed.
    alice.core("leaveshare", &[("path", "/SHARED/bob/Plans")]).done();
    let reply = admin.administer("getsharesbyowner", &[("sharedwith", "alice")]).xml();
    assert_eq!(children(reply, "share").len(), 0);
    assert!(
        bob.core("../admin/getsharesbyowner", &[]).header("x-cloudlet-error").is_some(),
        "this is for administrators"
    );
}

#[test]
fn what_happens_in_a_share_that_hides_it_is_told_to_nobody() {
    let (server, mut alice, id) = shared();
    let mut bob = server.user("bob");
    alice.core("addusertoshare", &[("shareid", &id), ("userid", "bob")]).done();
    alice.core("setuseraccessforshare", &[("shareid", &id), ("userid", "bob"), ("write", "true")]).done();
    let streamed = |caller: &mut Caller| -> Vec<String> {
        let stream = children(caller.core("getnotificationstream", &[]).xml(), "notificationstream");
        stream.iter().map(|row| row.field("path").to_owned()).collect()
    };
    for (hides, count) in [("1", 0), ("0", 1)] {
        alice.core("updateshare", &[("shareid", &id), ("hidenotifications", hides)]).xml();
        alice.upload("/alice/Holiday", &format!("{hides}-alice.txt"), b"x").ok();
        bob.upload("/SHARED/alice/Holiday", &format!("{hides}-bob.txt"), b"x").ok();
        let on = format!("/SHARED/alice/Holiday/{hides}-alice.txt");
        bob.core("addcommentforitem", &[("fullpath", &on), ("parent", "x"), ("isfile", "1"), ("text", "hm")])
            .xml();
        let told = told(&mut alice).len();
        assert_eq!(told, count, "the owner is told of {count} comments");
        for caller in [&mut alice, &mut bob] {
            assert_eq!(streamed(caller).is_empty(), count == 0, "{:?}", streamed(caller));
        }
    }
}

#[test]
fn the_first_file_of_a_share_is_told_where_it_is_listed() {
    let (server, mut alice, id) = shared();
    let mut bob = server.user("bob");
    alice.core("addusertoshare", &[("shareid", &id), ("userid", "bob")]).done();
    alice.core("createfolder", &[("path", "/alice/Holiday"), ("name", "sea")]).done();
    alice.core("setallowpublicaccess", &[("shareid", &id), ("allowpublicaccess", "1")]).done();
    let share = alice.core("updateshare", &[("shareid", &id), ("defaultfile", "read me.md")]).xml();
    let link = share.child("share").field("linkpath").to_owned();
    let first = |caller: &mut Caller, path: &str| {
        let listing = caller.core("getfilelist", &[("path", path)]).xml();
        listing.child("meta").field("defaultfile").to_owned()
    };
    assert_eq!(first(&mut bob, "/SHARED/alice/Holiday"), "read me.md");
    assert_eq!(first(&mut server.guest(), &link), "read me.md");
    assert_eq!(first(&mut bob, "/SHARED/alice/Holiday/sea"), "");
    assert_eq!(first(&mut alice, "/alice/Holiday"), "");
}

/// The first file is a name directly in the shared folder. What an earlier version has stored leads nowhere.
#[test]
fn the_first_file_of_a_share_never_leads_out_of_it() {
    let (mut server, mut alice, id) = shared();
    let mut bob = server.user("bob");
    alice.core("addusertoshare", &[("shareid", &id), ("userid", "bob")]).done();
    alice.core("createfolder", &[("path", "/alice/Holiday"), ("name", "secret")]).done();
    let id_of = ("shareid", id.as_str());
    let set = |caller: &mut Caller, name: &str| caller.core("updateshare", &[id_of, ("defaultfile", name)]);
    let told = |caller: &mut Caller| {
        let listing = caller.core("getfilelist", &[("path", "/SHARED/alice/Holiday")]).xml();
        listing.child("meta").field("defaultfile").to_owned()
    };
    let stored = |caller: &mut Caller| {
        caller.core("getshareforid", &[id_of]).xml().child("share").field("defaultfile").to_owned()
    };
    assert_eq!(set(&mut alice, "read me.md").xml().child("share").field("defaultfile"), "read me.md");
    let long = "x".repeat(256);
    for hostile in ["../x", "..", ".", "/etc/passwd", "a/b", "a/", "./a", "a\nb", "a\0b", &long] {
        let said = set(&mut alice, hostile).refused();
        assert!(said.contains("defaultfile"), "{hostile:?}: {said}");
        assert_eq!(told(&mut bob), "read me.md", "{hostile:?}");
    }
    // An access list hides names, this one too.
    assert_eq!(set(&mut alice, "secret").xml().child("share").field("defaultfile"), "secret");
    assert_eq!(told(&mut bob), "secret");
    let list = [
        ("path", "/alice/Holiday/secret"),
        ("type", "user"),
        ("value", "bob"),
        ("perm", "R"),
        ("flag", "deny"),
    ];
    alice.core("addaclentry", &list).done();
    assert_eq!((told(&mut bob).as_str(), stored(&mut alice).as_str()), ("", "secret"));
    for hostile in ["../x", "/etc/passwd", "a/b"] {
        assert_eq!(server.stop(), Some(0));
        let database = rusqlite::Connection::open(server.data().path("cloudlet.db")).unwrap();
        assert_eq!(database.execute("UPDATE shares SET default_file = ?1", [hostile]).unwrap(), 1);
        drop(database);
        server.start_again();
        [&mut alice, &mut bob].into_iter().for_each(|caller| caller.follow(&server));
        assert_eq!((told(&mut bob), stored(&mut alice)), Default::default(), "{hostile}");
    }
    assert_eq!(set(&mut alice, "").xml().child("share").field("defaultfile"), "");
}

/// All answers name an entry by the one path under which the user sees it.
#[test]
fn people_are_told_the_place_that_they_see() {
    let (server, mut alice, id) = shared();
    let mut bob = server.user("bob");
    alice.core("addusertoshare", &[("shareid", &id), ("userid", "bob")]).done();
    alice.upload("/alice/Holiday", "waves.txt", b"x").ok();
    for (caller, place) in [(&mut alice, "My Files/Holiday"), (&mut bob, "/SHARED/alice/Holiday")] {
        let found = caller.core("search", &[("location", "/"), ("keyword", "waves")]).xml();
        assert_eq!(found.child("entry").field("userfullpath"), format!("{place}/waves.txt"));
    }
}
