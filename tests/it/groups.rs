//! Groups of accounts: those of administrators, those that people make for themselves, and
//! EVERYONE.

use crate::harness::{Caller, Element, Server};

/// The records of a reply. The reply has this root and counts them.
fn records(caller: &mut Caller, operation: &str, fields: &[(&str, &str)]) -> Vec<Element> {
    let reply = caller.core(operation, fields).xml();
    reply.children.into_iter().filter(|child| child.name != "meta").collect()
}

fn admin_records(admin: &mut Caller, operation: &str, fields: &[(&str, &str)]) -> Vec<Element> {
    let reply = admin.administer(operation, fields).xml();
    reply.children.into_iter().filter(|child| child.name != "meta").collect()
}

fn values(records: &[Element], field: &str) -> Vec<String> {
    records.iter().map(|record| record.field(field).to_owned()).collect()
}

/// Creates a group and returns its id.
fn group(admin: &mut Caller, name: &str) -> String {
    let reply = admin.administer("addgroup", &[("groupname", name)]).xml();
    let group = reply.child("group");
    assert_eq!((group.field("groupname"), group.field("everyonegroup")), (name, "0"));
    group.field("groupid").to_owned()
}

#[test]
fn an_admin_makes_fills_renames_and_removes_groups() {
    let server = Server::start();
    let mut admin = server.admin();
    let family = group(&mut admin, "Family");
    for name in ["bob", "alice"] {
        admin.administer("addmembertogroup", &[("groupid", &family), ("userid", name)]).done();
    }
    let again = admin.administer("addmembertogroup", &[("groupid", &family), ("userid", "bob")]);
    assert_eq!(again.status, 400);
    assert!(again.refused().contains("member"));

    let members = admin_records(&mut admin, "getmembersforgroup", &[("groupid", &family)]);
    assert_eq!(values(&members, "name"), ["alice", "bob"]);
    let page = [("groupid", family.as_str()), ("start", "1"), ("end", "2")];
    assert_eq!(values(&admin_records(&mut admin, "getmembersforgroup", &page), "name"), ["bob"]);
    let of_bob = admin_records(&mut admin, "getgroupsforuser", &[("username", "bob")]);
    assert_eq!(values(&of_bob, "groupname"), ["EVERYONE", "Family"]);

    let renamed =
        [("groupid", family.as_str()), ("groupname", "Großfamilie"), ("groupemail", "all@home.lan")];
    let renamed = admin.administer("updategroup", &renamed).xml();
    assert_eq!(renamed.child("group").field("emailid"), "all@home.lan");
    assert_eq!(renamed.child("group").field("membercount"), "2");
    let by_name = admin.administer("getgroupbyname", &[("groupname", "GROSSFAMILIE")]);
    assert_eq!(by_name.declined(), "Group Does Not Exist", "sharp s is no double s");
    let by_name = admin_records(&mut admin, "getgroupbyname", &[("groupname", "großFamilie")]);
    assert_eq!(values(&by_name, "groupid"), [family.as_str()]);

    admin.administer("deletememberfromgroup", &[("groupid", &family), ("userid", "bob")]).done();
    admin.administer("deletememberfromgroup", &[("groupid", &family), ("userid", "bob")]).refused();
    admin.administer("deletegroup", &[("groupid", &family)]).done();
    admin.administer("getmembersforgroup", &[("groupid", &family)]).declined();
    assert!(server.user("bob").is_signed_in(), "members stay when their group goes");
}

#[test]
fn everyone_has_all_accounts_and_stays_as_it_is() {
    let server = Server::start();
    let mut admin = server.admin();
    let groups = admin_records(&mut admin, "getgroups", &[]);
    let everyone = &groups[0];
    assert_eq!((everyone.field("groupname"), everyone.field("everyonegroup")), ("EVERYONE", "1"));
    let id = everyone.field("groupid").to_owned();
    let members = values(&admin_records(&mut admin, "getmembersforgroup", &[("groupid", &id)]), "name");
    let accounts = values(&admin_records(&mut admin, "search", &[("keyword", "")]), "username");
    assert_eq!(members, accounts);
    assert_eq!(everyone.field("membercount"), accounts.len().to_string());
    for (operation, field) in [
        ("deletegroup", None),
        ("updategroup", Some(("groupname", "All"))),
        ("addmembertogroup", Some(("userid", "bob"))),
    ] {
        let fields: Vec<_> = [("groupid", id.as_str())].into_iter().chain(field).collect();
        admin.administer(operation, &fields).refused();
    }
    admin.administer("addgroup", &[("groupname", "everyone")]).refused();
}

#[test]
fn names_that_cannot_be_one_are_refused() {
    let server = Server::start();
    let mut admin = server.admin();
    group(&mut admin, "Neighbours");
    let long = "x".repeat(101);
    for name in ["", " ", "neighbours", " NEIGHBOURS ", "a\nb", &long] {
        let reply = admin.administer("addgroup", &[("groupname", name)]);
        assert_eq!(reply.status, 400, "{name:?}: {reply:?}");
    }
    admin.administer("addgroup", &[("groupname", "Others"), ("groupemail", "no address")]).refused();
}

/// The vendor's clients expect the message in `meta`, which is before the group.
#[test]
fn administrators_are_told_in_meta_why_there_is_no_group() {
    let server = Server::start();
    let mut admin = server.admin();
    group(&mut admin, "Choir");
    let missing = "0000000000000000000003e7";
    for (operation, fields, status, message) in [
        ("addgroup", vec![("groupname", "choir")], 400, "There is a group choir already."),
        ("updategroup", vec![("groupid", missing), ("groupname", "Band")], 400, "Group Does Not Exist"),
        ("getgroupbyname", vec![("groupname", "Band")], 200, "Group Does Not Exist"),
    ] {
        let reply = admin.administer(operation, &fields);
        assert_eq!(
            (reply.status, reply.text()),
            (
                status,
                format!("<groups><meta><result>0</result><message>{message}</message></meta></groups>")
                    .as_str()
            )
        );
    }
    let mut bob = server.user("bob");
    let reply = bob.administer("addgroup", &[("groupname", "Band")]);
    assert_eq!((reply.status, reply.xml().child("meta").number("result")), (401, 0));
    let mut admin = admin.in_json();
    let json = admin.administer("getgroupbyname", &[("groupname", "Band")]);
    assert_eq!(json.text(), r#"{"meta":{"result":0,"message":"Group Does Not Exist"}}"#);
    // All other operations answer with the command envelope.
    let json = admin.administer("deletegroup", &[("groupid", missing)]);
    assert_eq!(json.json()["command"][0]["type"], "deletegroup");
}

#[test]
fn people_make_groups_of_their_own_where_that_is_allowed() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.core("addgroup", &[("groupname", "Band")]).refused();
    server.admin().administer("setsetting", &[("name", "users_may_make_groups"), ("value", "yes")]).done();
    bob.core("addgroup", &[("groupname", "Band")]).done();
    assert_eq!(bob.core("addgroup", &[("groupname", "band")]).refused(), "Cannot add user group");

    let found = records(&mut bob, "searchgroups", &[("filter", "ban")]);
    assert_eq!(values(&found, "groupname"), ["Band"]);
    let id = found[0].field("groupid").to_owned();
    let mut bobby = server.user("bobby");
    let seen = |caller: &mut Caller| values(&records(caller, "searchgroups", &[]), "groupname");
    assert_eq!(seen(&mut bobby), ["EVERYONE"], "a group of others is not there");
    let member = [("groupid", id.as_str()), ("username", "bobby")];
    let refused = bobby.core("addgroupmember", &member).refused();
    let of_none =
        bobby.core("addgroupmember", &[("groupid", "0000000000000000000003e7"), ("username", "bobby")]);
    assert_eq!(refused, of_none.refused(), "nobody learns whether it is there");

    bob.core("addgroupmember", &member).done();
    assert_eq!(bob.core("addgroupmember", &member).status, 400);
    assert_eq!(seen(&mut bobby), ["EVERYONE", "Band"]);
    let more = [("groupid", id.as_str()), ("username", "bob")];
    bobby.core("addgroupmember", &more).refused();
    let members = [("context", "usergroup"), ("groupid", id.as_str())];
    assert_eq!(values(&records(&mut bobby, "searchprofiles", &members), "username"), ["bobby"]);

    server.admin().administer("deleteuser", &[("profile", "bob")]).done();
    let kept = admin_records(&mut server.admin(), "getgroups", &[]);
    assert_eq!(values(&kept, "groupname"), ["EVERYONE", "Band"], "it is the administrators' now");
}

#[test]
fn people_are_found_by_name_and_address() {
    let server = Server::start();
    let mut admin = server.admin();
    let change = [("profile", "bobby"), ("email", "bobby@home.lan"), ("displayname", "Robert Miller")];
    admin.administer("updateuser", &change).done();
    let mut bob = server.user("bob");
    let mut found = |filter: &str| records(&mut bob, "searchprofiles", &[("filter", filter)]);
    for filter in ["OBBY", "miller", "@home"] {
        assert_eq!(values(&found(filter), "emailid"), ["bobby@home.lan"], "{filter}");
    }
    assert_eq!(values(&found("bob"), "username"), ["bobby"], "one does not share with oneself");
    assert!(found("nobody").is_empty());
    admin.administer("updateuser", &[("profile", "bobby"), ("status", "2")]).done();
    assert!(found("bobby").is_empty(), "who cannot sign in is left out");
    let json = server.user("bob").in_json().core("searchprofiles", &[("filter", "nobody")]);
    assert_eq!(json.text(), "{}", "a program counts the keys");
}

#[test]
fn groups_tell_their_members_and_nobody_is_found_with_a_word_for_it() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let groups = records(&mut bob, "groups", &[]);
    let members: Vec<&str> = groups[0].all("members").map(|member| member.field("name")).collect();
    assert_eq!(members, ["alice", "bob", "bobby"]);
    let json = bob.in_json().core("groups", &[]).json();
    assert_eq!(json["group"][0]["members"][1]["name"], "bob");
    let sharing = [("filter", "zzz"), ("context", "share")];
    let found = bob.core("searchprofiles", &sharing).xml();
    assert_eq!(found.child("meta").field("inviteallowed"), "0");
    let found = bob.core("searchprofiles", &[("filter", "alice")]).xml();
    assert!(found.all("meta").next().is_none());
}
