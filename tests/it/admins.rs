//! Administrators who have only some of the rights. A change of their rights holds at once, and
//! nobody can give themselves more.

use crate::harness::{Caller, PASSWORD, Server};

fn set(admin: &mut Caller, name: &str, area: &str, flags: &[(&str, &str)]) -> crate::harness::Reply {
    admin.administer("setadminuserpolicy", &[&[("username", name), ("opname", area)], flags].concat())
}

/// A server with carl, who is an administrator, and his session.
fn ground() -> (Server, Caller, Caller) {
    let server = Server::start();
    let mut admin = server.admin();
    admin.administer("adduser", &[("username", "carl"), ("password", PASSWORD)]).done();
    admin.administer("setadminstatus", &[("profile", "carl"), ("adminstatus", "1")]).done();
    let mut carl = server.guest();
    carl.sign_in_as_admin("carl");
    (server, admin, carl)
}

fn rights(caller: &mut Caller, name: &str) -> Vec<(String, String, String)> {
    let reply = caller.administer("getadminuserpolicy", &[("username", name)]).xml();
    let tell = |one: &crate::harness::Element| {
        (one.field("opname").to_owned(), one.field("read").to_owned(), one.field("update").to_owned())
    };
    reply.all("operation").map(tell).collect()
}

#[test]
fn rights_hold_at_once_and_are_told() {
    let (_server, mut admin, mut carl) = ground();
    assert!(rights(&mut carl, "carl").iter().all(|(_, read, update)| read == "1" && update == "1"));
    carl.administer("getgroups", &[]).xml();
    set(&mut admin, "carl", "groups", &[("read", "1")]).done();
    carl.administer("getgroups", &[]).xml();
    assert!(carl.administer("addgroup", &[("groupname", "Choir")]).text().contains("You may not change"));
    set(&mut admin, "carl", "Groups", &[]).done();
    assert!(carl.administer("getgroups", &[]).declined().contains("You may not see"));
    set(&mut admin, "carl", "Groups", &[("create", "1")]).done();
    carl.administer("addgroup", &[("groupname", "Choir")]).xml().child("group");

    let fields = [("username", "carl"), ("opname", "Administrators")];
    let permission = admin.administer("getadminuseroperationpermission", &fields).xml();
    let permission = permission.child("permission");
    assert_eq!(
        (permission.field("read"), permission.field("write"), permission.field("delete")),
        ("1", "0", "0")
    );
    let admins = admin.administer("getadminusers", &[]).xml();
    let told: Vec<_> = admins.all("adminuser").map(|one| (one.field("name"), one.field("isfull"))).collect();
    assert_eq!(told, [("alice", "1"), ("carl", "0")]);
    // Now carl may do everything again.
    set(&mut admin, "carl", "Administrators", &[("update", "1")]).done();
    assert!(rights(&mut admin, "carl").iter().all(|(_, _, update)| update == "1"));
    let row = &admin.audit(&[("operation", "setadminuserpolicy")])[0];
    assert!(row.field("object").contains("carl") && row.field("object").contains("update=1"), "{row:?}");
}

#[test]
fn nobody_helps_themselves_to_more() {
    let (server, mut admin, mut carl) = ground();
    set(&mut admin, "carl", "Audit", &[]).done();
    let bob = [("profile", "bob"), ("adminstatus", "1")];
    let attempts: [(&str, &[(&str, &str)]); 10] = [
        ("setadminuserpolicy", &[("username", "carl"), ("opname", "Audit"), ("update", "1")]),
        ("setadminstatus", &bob),
        ("updateuser", &bob),
        ("updateuser", &[("profile", "alice"), ("email", "carl@example.org")]),
        ("setuserpassword", &[("profile", "alice"), ("password", "an other password")]),
        ("setadminstatus", &[("profile", "alice"), ("adminstatus", "0")]),
        ("deleteuser", &[("profile", "alice")]),
        ("deleteadminuser", &[("username", "alice")]),
        ("createpairingforuser", &[("username", "alice")]),
        ("setadminuserpolicy", &[("username", "alice"), ("opname", "Users")]),
    ];
    for (operation, fields) in attempts {
        let message = carl.administer(operation, fields).refused();
        assert!(
            message.contains("with all rights") || message.contains("You may not"),
            "{operation}: {message}"
        );
    }
    assert!(carl.administer("getaudit", &[]).declined().contains("You may not see"));
    carl.administer("updateuser", &[("profile", "bob"), ("displayname", "Bob B")]).done();
    // The code works only as long as carl has the right with which he made it.
    let code = carl.administer("createpairingforuser", &[("username", "bob")]).xml();
    let code = code.child("meta").field("code").to_owned();
    set(&mut admin, "carl", "Users", &[("read", "1")]).done();
    server.guest().core("pairdevice", &[("code", &code)]).refused();
    set(&mut admin, "carl", "Administrators", &[]).done();
    assert!(
        carl.administer("getadminuserpolicy", &[("username", "alice")])
            .declined()
            .contains("You may not see")
    );
    assert_eq!(rights(&mut carl, "carl").len(), rights(&mut admin, "alice").len(), "but everybody their own");
}

#[test]
fn the_last_who_may_do_everything_stays_so() {
    let (_server, mut admin, mut carl) = ground();
    set(&mut admin, "carl", "Users", &[("read", "1")]).done();
    let is_last = |reply: crate::harness::Reply| {
        assert_eq!(reply.header("x-cloudlet-error"), Some("last-admin"), "{reply:?}");
    };
    is_last(set(&mut admin, "alice", "Users", &[("read", "1")]));
    is_last(admin.administer("deleteadminuser", &[("username", "alice")]));
    is_last(admin.administer("setadminstatus", &[("profile", "alice"), ("adminstatus", "0")]));
    is_last(admin.administer("updateuser", &[("profile", "alice"), ("status", "2")]));
    assert!(rights(&mut admin, "alice").iter().all(|(_, _, update)| update == "1"));
    let refused = set(&mut admin, "carl", "Administrators", &[("update", "1")]).refused();
    assert!(refused.contains("Give the rights to all other areas first"), "{refused}");
    set(&mut admin, "carl", "Users", &[("update", "1")]).done();
    set(&mut admin, "carl", "Administrators", &[("update", "1")]).done();
    set(&mut carl, "alice", "Users", &[]).done();
    is_last(carl.administer("deleteadminuser", &[("username", "carl")]));
    carl.administer("deleteadminuser", &[("username", "alice")]).done();
    carl.administer("deleteadminuser", &[("username", "alice")]).refused();
    assert!(!admin.is_admin(), "the session ended");
    for (name, area) in [("nobody", "Users"), ("bob", "Users"), ("carl", "Nonsense")] {
        assert_eq!(set(&mut carl, name, area, &[]).status, 400, "{name} {area}");
    }
}

#[test]
fn no_date_locks_the_last_administrator_out() {
    let (_server, mut admin, mut carl) = ground();
    let until = |caller: &mut Caller, name: &str, day: &str| {
        caller.administer("updateuser", &[("profile", name), ("expirationdate", day)])
    };
    let is_last = |reply: crate::harness::Reply| {
        assert_eq!(reply.header("x-cloudlet-error"), Some("last-admin"), "{reply:?}");
    };
    until(&mut admin, "carl", "2199-12-31").done();
    for day in ["2199-12-31", "2001-01-01"] {
        is_last(until(&mut admin, "alice", day));
    }
    // Carl is an administrator now, but only until a set time.
    is_last(carl.administer("deleteuser", &[("profile", "alice")]));
    is_last(carl.administer("setadminstatus", &[("profile", "alice"), ("adminstatus", "0")]));
    is_last(carl.administer("updateuser", &[("profile", "alice"), ("status", "2")]));
    is_last(set(&mut carl, "alice", "Users", &[("read", "1")]));
    until(&mut admin, "alice", "").done();
    until(&mut admin, "carl", "").done();
    until(&mut carl, "alice", "2199-12-31").done();
    is_last(until(&mut carl, "carl", "2199-12-31"));
    carl.administer("deleteuser", &[("profile", "alice")]).done();
}

#[test]
fn other_peoples_files_are_an_area_of_their_own() {
    let (server, mut admin, mut carl) = ground();
    server.user("bob").upload("/bob", "a.txt", b"one").ok();
    set(&mut admin, "carl", "Files of users", &[("read", "1")]).done();
    let proxy = ("adminproxyuserid", "carl");
    let list = |carl: &mut Caller| carl.core("getfilelist", &[("path", "/bob"), proxy]).text().to_owned();
    assert!(list(&mut carl).contains("a.txt"));
    carl.core("deletefile", &[("path", "/bob"), ("name", "a.txt"), proxy]).refused();
    let upload = crate::harness::Multipart::new().file("file", "b.txt", b"two");
    let target = "/core/upload?path=/bob&filename=b.txt&adminproxyuserid=carl";
    assert_eq!(carl.send(&crate::harness::Request::multipart(target, upload)).status, 400);
    set(&mut admin, "carl", "Files of users", &[]).done();
    assert!(list(&mut carl).contains("You may not see"));
    // As a user he has his own files.
    carl.sign_in("carl");
    carl.upload("/carl", "mine.txt", b"mine").ok();
    assert!(server.user("bob").sees("/bob/a.txt"));
}
