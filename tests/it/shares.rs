//! Sharing with people and groups: what members see, what they may do, and what ends a share.

use crate::harness::{Caller, Data, Element, Launch, PASSWORD, Reply, Server};

fn children(reply: Element, name: &str) -> Vec<Element> {
    reply.children.into_iter().filter(|child| child.name == name).collect()
}

/// The paths in a folder, as a user sees them.
fn paths(caller: &mut Caller, folder: &str) -> Vec<String> {
    let reply = caller.core("getfilelist", &[("path", folder), ("limit", "-1")]).xml();
    let mut paths: Vec<String> =
        children(reply, "entry").iter().map(|entry| entry.field("path").to_owned()).collect();
    paths.sort();
    paths
}

/// Shares an entry and returns the id of the share.
fn share(caller: &mut Caller, path: &str) -> String {
    let reply = caller.core("quickshare", &[("sharelocation", path)]).xml();
    let share = reply.child("share");
    assert_eq!(share.field("sharelocation"), path);
    share.field("shareid").to_owned()
}

fn add(caller: &mut Caller, share: &str, user: &str) {
    caller.core("addusertoshare", &[("shareid", share), ("userid", user)]).done();
}

fn allow(caller: &mut Caller, share: &str, user: &str, flags: &[(&str, &str)]) {
    let fields = [&[("shareid", share), ("userid", user)][..], flags].concat();
    caller.core("setuseraccessforshare", &fields).done();
}

/// A refusal must be in `meta`, where clients look for it.
#[track_caller]
fn refused_in_meta(reply: Reply) {
    let shares = reply.xml();
    assert_eq!((reply.status, shares.name.as_str()), (400, "shares"), "{reply:?}");
    assert_eq!(shares.child("meta").field("result"), "0");
    assert!(!shares.child("meta").field("message").is_empty());
}

/// Creates the account carol and signs in.
fn carol(server: &Server) -> Caller {
    let fields =
        [("username", "carol"), ("email", "carol@home.lan"), ("password", PASSWORD), ("status", "1")];
    server.admin().administer("adduser", &fields).done();
    server.user("carol")
}

/// A server with a folder of alice's.
fn holiday() -> (Server, Caller, Caller) {
    let server = Server::start();
    let (mut alice, bob) = (server.user("alice"), server.user("bob"));
    for folder in ["Holiday", "Holiday/sea", "Private"] {
        let (path, name) = folder
            .rsplit_once('/')
            .map_or(("/alice".to_owned(), folder), |(above, name)| (format!("/alice/{above}"), name));
        alice.core("createfolder", &[("path", &path), ("name", name)]).done();
    }
    alice.upload("/alice/Holiday", "a.txt", b"one");
    alice.upload("/alice/Holiday/sea", "b.txt", b"two");
    alice.upload("/alice/Private", "c.txt", b"secret");
    (server, alice, bob)
}

#[test]
fn a_member_reaches_what_is_shared_and_nothing_else() {
    let (_server, mut alice, mut bob) = holiday();
    assert!(paths(&mut bob, "/SHARED").is_empty());
    let id = share(&mut alice, "/alice/Holiday");
    assert_eq!(share(&mut alice, "/alice/Holiday"), id, "it is shared once");
    add(&mut alice, &id, "bob");

    assert_eq!(paths(&mut bob, "/"), ["/SHARED", "/bob"]);
    assert_eq!(paths(&mut bob, "/SHARED"), ["/SHARED/alice"]);
    assert_eq!(paths(&mut bob, "/SHARED/alice"), ["/SHARED/alice/Holiday"]);
    let inside = ["/SHARED/alice/Holiday/a.txt", "/SHARED/alice/Holiday/sea"];
    assert_eq!(paths(&mut bob, "/SHARED/alice/Holiday"), inside);
    assert_eq!(bob.download("/SHARED/alice/Holiday/sea/b.txt").text(), "two");
    for outside in
        ["/alice/Holiday/a.txt", "/SHARED/alice/Private/c.txt", "/SHARED/alice/Holiday/../Private/c.txt"]
    {
        let refused = bob.core("downloadfile", &[("filepath", outside), ("filename", "x")]);
        assert!(refused.status == 403 || refused.status == 400, "{outside}: {refused:?}");
        assert!(!refused.text().contains("secret"));
    }
    // Bob may only view and download.
    assert_eq!(bob.upload("/SHARED/alice/Holiday", "new", b"x").status, 400);
    let place = [("path", "/SHARED/alice/Holiday"), ("name", "a.txt")];
    bob.core("deletefile", &place).refused();
    bob.core("renamefile", &[&place[..], &[("newname", "z")]].concat()).refused();
    bob.core("createfolder", &[("path", "/SHARED/alice/Holiday"), ("name", "new")]).refused();
    refused_in_meta(bob.core("quickshare", &[("sharelocation", "/SHARED/alice/Holiday/sea")]));
    bob.core("deleteshare", &[("shareid", &id)]).refused();
}

#[test]
fn a_member_who_may_write_does_and_what_is_deleted_lies_in_the_owners_bin() {
    let (_server, mut alice, mut bob) = holiday();
    let id = share(&mut alice, "/alice/Holiday");
    add(&mut alice, &id, "bob");
    allow(&mut alice, &id, "bob", &[("write", "true")]);
    bob.upload("/SHARED/alice/Holiday", "by-bob.txt", b"hello").ok();
    bob.core("createfolder", &[("path", "/SHARED/alice/Holiday"), ("name", "made")]).done();
    assert_eq!(alice.download("/alice/Holiday/by-bob.txt").text(), "hello");
    bob.core("deletefile", &[("path", "/SHARED/alice/Holiday"), ("name", "a.txt")]).done();
    assert_eq!(paths(&mut alice, "/alice/recyclebin"), ["/alice/recyclebin/a.txt"]);
    assert!(paths(&mut bob, "/bob/recyclebin").is_empty());

    allow(&mut alice, &id, "bob", &[("disallowdelete", "true")]);
    bob.core("deletefile", &[("path", "/SHARED/alice/Holiday"), ("name", "sea")]).refused();
    allow(&mut alice, &id, "bob", &[("write", "false")]);
    assert_eq!(bob.upload("/SHARED/alice/Holiday", "more", b"x").status, 400);
    allow(&mut alice, &id, "bob", &[("download", "false")]);
    let refused =
        bob.core("downloadfile", &[("filepath", "/SHARED/alice/Holiday/sea/b.txt"), ("filename", "b.txt")]);
    assert_eq!(refused.status, 403);
    allow(&mut alice, &id, "bob", &[("read", "false")]);
    assert!(paths(&mut bob, "/SHARED").is_empty());
}

#[test]
fn a_member_takes_back_what_they_have_just_deleted() {
    let (_server, mut alice, mut bob) = holiday();
    let id = share(&mut alice, "/alice/Holiday");
    add(&mut alice, &id, "bob");
    allow(&mut alice, &id, "bob", &[("write", "true")]);
    let back = |caller: &mut Caller, path: &str| caller.core("restorefromrecyclebin", &[("path", path)]);
    // The entry that was deleted last at this path is restored, whether it is a file or a folder.
    for content in ["first", "second"] {
        bob.upload("/SHARED/alice/Holiday", "x.txt", content.as_bytes()).ok();
        let place = [("path", "/SHARED/alice/Holiday"), ("name", "x.txt")];
        assert_eq!(bob.core("deletefile", &place).done().message(), "");
    }
    bob.core("deletefile", &[("path", "/SHARED/alice/Holiday"), ("name", "sea")]).done();
    for (path, file, content) in [
        ("/SHARED/alice/Holiday/x.txt", "/alice/Holiday/x.txt", "second"),
        ("/SHARED/alice/Holiday/sea", "/alice/Holiday/sea/b.txt", "two"),
    ] {
        assert_eq!(back(&mut bob, path).done().message(), path);
        assert_eq!(alice.download(file).text(), content);
    }
    // Another entry may have the name now. It stays, and the restored one gets another name.
    assert_eq!(
        back(&mut bob, "/SHARED/alice/Holiday/x.txt").done().message(),
        "/SHARED/alice/Holiday/x (2).txt"
    );
    // Nobody can restore an entry that others have deleted, that still exists, or that never
    // existed. And nobody can restore anything without the right.
    alice.core("deletefile", &[("path", "/alice/Holiday"), ("name", "a.txt")]).done();
    for path in ["a.txt", "x.txt", "none.txt", "sea/b.txt"] {
        back(&mut bob, &format!("/SHARED/alice/Holiday/{path}")).refused();
    }
    back(&mut bob, "/alice/recyclebin/a.txt").refused();
    bob.core("deletefile", &[("path", "/SHARED/alice/Holiday"), ("name", "x.txt")]).done();
    allow(&mut alice, &id, "bob", &[("write", "false")]);
    back(&mut bob, "/SHARED/alice/Holiday/x.txt").refused();
    assert_eq!(
        back(&mut alice, "/alice/Holiday/a.txt").done().message(),
        "/alice/Holiday/a.txt",
        "one's own too"
    );
}

#[test]
fn whoever_may_only_read_is_told_nothing_of_earlier_versions() {
    let (_server, mut alice, mut bob) = holiday();
    alice.upload("/alice/Holiday", "a.txt", b"two");
    let versions = |caller: &mut Caller, folder: &str| -> Vec<String> {
        let file = [("filepath", folder), ("filename", "a.txt")];
        let versions = children(caller.core("getversions", &file).xml(), "version");
        versions.iter().map(|version| version.field("fileid").to_owned()).collect()
    };
    let all = versions(&mut alice, "/alice/Holiday");
    assert_eq!(all.len(), 2);
    let id = share(&mut alice, "/alice/Holiday");
    add(&mut alice, &id, "bob");
    let mut version = |which: &str| {
        let file = [("filepath", "/SHARED/alice/Holiday"), ("filename", "a.txt"), ("fileid", which)];
        bob.core("downloadversionedfile", &file)
    };
    assert_eq!(version(&all[0]).text(), "two");
    assert_eq!(version(&all[1]).status, 404);
    assert_eq!(versions(&mut bob, "/SHARED/alice/Holiday"), all[..1]);
    allow(&mut alice, &id, "bob", &[("write", "true")]);
    assert_eq!(versions(&mut bob, "/SHARED/alice/Holiday"), all);
}

#[test]
fn a_share_follows_its_entry_rests_in_the_bin_and_ends_with_its_members() {
    let (server, mut alice, mut bob) = holiday();
    let id = share(&mut alice, "/alice/Holiday");
    add(&mut alice, &id, "bob");
    alice.core("renamefile", &[("path", "/alice"), ("name", "Holiday"), ("newname", "Sommer")]).done();
    assert_eq!(bob.download("/SHARED/alice/Holiday/a.txt").text(), "one", "the share keeps its name");
    alice.core("deletefile", &[("path", "/alice"), ("name", "Sommer")]).done();
    assert!(paths(&mut bob, "/SHARED").is_empty());
    alice.core("restorefromrecyclebin", &[("path", "/alice/recyclebin/Sommer")]).done();
    assert_eq!(paths(&mut bob, "/SHARED/alice"), ["/SHARED/alice/Holiday"]);

    // At least one administrator must remain.
    server.admin().administer("setadminstatus", &[("profile", "bob"), ("adminstatus", "1")]).done();
    let mut admin = server.guest();
    admin.sign_in_as_admin("bob");
    let disable = |status: &'static str| [("profile", "alice"), ("status", status)];
    admin.administer("updateuser", &disable("2")).done();
    assert!(paths(&mut bob, "/SHARED").is_empty(), "what a disabled account shares rests");
    admin.administer("updateuser", &disable("1")).done();
    assert_eq!(paths(&mut bob, "/SHARED/alice"), ["/SHARED/alice/Holiday"]);
    bob.core("leaveshare", &[("path", "/SHARED/alice/Holiday/sea")]).refused();
    bob.core("leaveshare", &[("path", "/SHARED/alice/Holiday")]).done();
    assert!(paths(&mut bob, "/SHARED").is_empty());
    let mut alice = server.user("alice");
    add(&mut alice, &id, "bob");
    assert_eq!(paths(&mut bob, "/SHARED/alice"), ["/SHARED/alice/Holiday"]);
    alice.core("deleteshare", &[("shareid", &id)]).done();
    assert!(paths(&mut bob, "/SHARED").is_empty());
    alice.core("deleteshare", &[("shareid", &id)]).refused();
    alice.core("deleteshare", &[("shareid", "null")]).refused();
}

#[test]
fn a_group_brings_what_is_shared_with_it_until_its_member_leaves() {
    let (server, mut alice, mut bob) = holiday();
    let mut admin = server.admin();
    let reply = admin.administer("addgroup", &[("groupname", "Family")]).xml();
    let group = reply.child("group").field("groupid").to_owned();
    let id = share(&mut alice, "/alice/Holiday");
    alice.core("addgrouptoshare", &[("shareid", &id), ("groupid", &group)]).done();
    assert!(paths(&mut bob, "/SHARED").is_empty());
    let member = [("groupid", group.as_str()), ("userid", "bob")];
    admin.administer("addmembertogroup", &member).done();
    assert_eq!(paths(&mut bob, "/SHARED/alice"), ["/SHARED/alice/Holiday"]);
    let flags = [("shareid", id.as_str()), ("groupid", &group), ("write", "true"), ("download", "false")];
    alice.core("setgroupaccessforshare", &flags).done();
    let groups = children(alice.core("getgroupaccessforshare", &[("shareid", &id)]).xml(), "group");
    let told = ["groupname", "read", "write", "download"].map(|field| groups[0].field(field).to_owned());
    assert_eq!(told, ["Family", "true", "true", "false"]);
    bob.upload("/SHARED/alice/Holiday", "by-bob", b"x").ok();
    bob.core("leaveshare", &[("path", "/SHARED/alice/Holiday")]).done();
    assert!(paths(&mut bob, "/SHARED").is_empty(), "the group does not bring it back");
    add(&mut alice, &id, "bob");
    assert_eq!(paths(&mut bob, "/SHARED/alice"), ["/SHARED/alice/Holiday"]);
    admin.administer("deletegroup", &[("groupid", &group)]).done();
    assert_eq!(paths(&mut bob, "/SHARED/alice"), ["/SHARED/alice/Holiday"], "now by name");
}

#[test]
fn nobody_passes_on_more_than_they_have_and_what_was_passed_on_ends_with_its_source() {
    let (server, mut alice, mut bob) = holiday();
    let mut carol = carol(&server);
    let id = share(&mut alice, "/alice/Holiday");
    add(&mut alice, &id, "bob");
    allow(&mut alice, &id, "bob", &[("share", "true")]);
    let passed_on = share(&mut bob, "/SHARED/alice/Holiday/sea");
    add(&mut bob, &passed_on, "carol");
    allow(&mut bob, &passed_on, "carol", &[("write", "true"), ("share", "true")]);
    assert_eq!(carol.download("/SHARED/bob/sea/b.txt").text(), "two");
    assert_eq!(carol.upload("/SHARED/bob/sea", "x", b"x").status, 400, "bob may not write himself");
    // A new owner would give the share the rights of that account, so this is refused.
    refused_in_meta(bob.core("updateshare", &[("shareid", &passed_on), ("newshareowner", "alice")]));

    // Shares in a circle must not keep each other alive.
    let back = share(&mut carol, "/SHARED/bob/sea");
    add(&mut carol, &back, "bob");
    alice.core("deleteuserfromshare", &[("shareid", &id), ("userid", "bob")]).done();
    assert!(paths(&mut carol, "/SHARED").is_empty());
    assert!(paths(&mut bob, "/SHARED").is_empty());
    let shares = children(alice.core("getshares", &[]).xml(), "share");
    assert_eq!(shares.len(), 1, "alice sees her own alone");
}

#[test]
fn whoever_may_manage_a_share_gives_no_more_than_they_have() {
    let (server, mut alice, mut bob) = holiday();
    let id = share(&mut alice, "/alice/Holiday");
    add(&mut alice, &id, "bob");
    bob.core("getusersforshare", &[("shareid", &id)]).declined();
    allow(&mut alice, &id, "bob", &[("allowmanage", "true")]);
    let users = children(bob.core("getusersforshare", &[("shareid", &id)]).xml(), "user");
    assert_eq!(users[0].field("name"), "bob");
    let more = [("shareid", id.as_str()), ("userid", "bob"), ("write", "true")];
    bob.core("setuseraccessforshare", &more).refused();
    let public = [("shareid", id.as_str()), ("allowpublicaccess", "1")];
    bob.core("setallowpublicaccess", &public).refused();
    let mut carol = carol(&server);
    add(&mut bob, &id, "carol");
    let manageable = children(bob.core("getmanageablesharesall", &[]).xml(), "share");
    assert_eq!(manageable[0].field("sharelocation"), "/SHARED/alice/Holiday");
    assert_eq!(paths(&mut carol, "/SHARED/alice"), ["/SHARED/alice/Holiday"]);
}

#[test]
fn shares_with_the_same_name_are_told_apart_and_what_cannot_be_shared_is_refused() {
    let (server, mut alice, mut bob) = holiday();
    alice.core("createfolder", &[("path", "/alice/Private"), ("name", "Holiday")]).done();
    for folder in ["/alice/Holiday", "/alice/Private/Holiday"] {
        let id = share(&mut alice, folder);
        add(&mut alice, &id, "bob");
    }
    let both = ["/SHARED/alice/Holiday", "/SHARED/alice/Holiday (2)"];
    assert_eq!(paths(&mut bob, "/SHARED/alice"), both);
    for refused in
        ["/alice", "/alice/recyclebin", "/", "/EXTERNAL", "/bob/x", "/SHARED/alice", "/alice/nothing"]
    {
        refused_in_meta(alice.core("quickshare", &[("sharelocation", refused)]));
    }
    let id = share(&mut alice, "/alice/Holiday");
    alice.core("addusertoshare", &[("shareid", &id), ("userid", "nobody")]).refused();
    alice.core("addusertoshare", &[("shareid", &id), ("userid", "alice")]).refused();
    alice.core("addgrouptoshare", &[("shareid", &id), ("groupid", "000000000000000000000777")]).refused();
    let link = |token: &str| format!("https://cloud.example/url/{token}");
    for token in ["x", "a b c", "../up"] {
        alice.core("updatesharelink", &[("shareid", &id), ("newsharelink", &link(token))]).refused();
    }
    alice.core("updatesharelink", &[("shareid", &id), ("newsharelink", &link("Our-Sea"))]).done();
    let shares = children(alice.core("getshareforid", &[("shareid", &id)]).xml(), "share");
    assert!(shares[0].field("shareurl").ends_with("/url/Our-Sea"));
    let other = share(&mut alice, "/alice/Private/Holiday");
    alice.core("updatesharelink", &[("shareid", &other), ("newsharelink", &link("our-sea"))]).refused();
    let mut admin = server.admin();
    let all = admin.administer("getsharesbyowner", &[("shareowner", "alice")]).xml();
    assert_eq!(all.child("meta").field("total"), "2");
}

#[test]
fn a_link_that_is_made_with_its_share_keeps_to_the_rules_for_links() {
    let server = Launch::on(Data::with_accounts()).setting("CLOUDLET_LINK_PASSWORD_REQUIRED", "yes").start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "Holiday")]).done();
    let public = [("sharelocation", "/bob/Holiday"), ("allowpublicaccess", "1")];
    refused_in_meta(bob.core("addshare", &public));
    assert!(children(bob.core("getshares", &[]).xml(), "share").is_empty(), "nothing is left of it");
    let private = bob.core("addshare", &public[..1]).xml();
    assert_eq!(private.child("share").field("allowpublicaccess"), "0");
}

#[test]
fn whoever_shares_something_sees_what_its_members_do() {
    let (server, mut alice, mut bob) = holiday();
    let id = share(&mut alice, "/alice/Holiday");
    add(&mut alice, &id, "bob");
    allow(&mut alice, &id, "bob", &[("write", "true")]);
    bob.upload("/SHARED/alice/Holiday", "by-bob.txt", b"hello").ok();
    let happened =
        children(alice.core("getshareactivityforshare", &[("shareid", &id)]).xml(), "shareactivity");
    let told = ["path", "who", "actioncode", "ip"].map(|field| happened[0].field(field).to_owned());
    assert_eq!(told, ["/alice/Holiday/by-bob.txt", "bob", "3", ""]);
    assert_eq!(happened.len(), 1, "her own work is none of it");
    // The owner sees the path in her home, and not that of the link.
    alice.core("setallowpublicaccess", &[("shareid", &id), ("allowpublicaccess", "1")]).done();
    let link = children(alice.core("getshareforid", &[("shareid", &id)]).xml(), "share");
    let file = format!("{}/sea/b.txt", link[0].field("linkpath"));
    server.guest().download(&file).holds(b"two");
    let visits = children(alice.core("getshareactivityforshare", &[("shareid", &id)]).xml(), "shareactivity");
    let visit = visits.iter().find(|visit| visit.field("actioncode") == "1").expect("the visit is told");
    assert_eq!([visit.field("path"), visit.field("ip")], ["/alice/Holiday/sea/b.txt", "127.0.0.1"]);
    server.admin().administer("updateuser", &[("profile", "bob"), ("email", "bob@example.org")]).done();
    let recent = children(alice.core("getrecentshareactivityforuser", &[]).xml(), "shareactivity");
    assert!(recent.iter().all(|row| row.field("shareemailto") == "bob@example.org"), "{recent:?}");
    assert!(recent.iter().any(|row| row.field("path") == "/alice/Holiday/by-bob.txt"));
    let active = children(alice.core("getmostactiveshares", &[]).xml(), "activeshare");
    assert!(active.is_empty(), "the short address was not opened: {active:?}");
    bob.core("getshareactivityforshare", &[("shareid", &id)]).declined();
    let seen = children(
        bob.core("getactivitystream", &[("parent", "/SHARED/alice/Holiday")]).xml(),
        "activitystreamrecord",
    );
    assert!(seen.iter().all(|row| row.field("path").starts_with("/SHARED/alice/Holiday")), "{seen:?}");
    assert!(!seen.is_empty());
}
