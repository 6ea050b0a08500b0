//! Policies for everybody, for groups and for single accounts. They hold at once, for every
//! operation.

mod lockout;

use crate::harness::{Caller, Element, Server};
use std::collections::BTreeMap;

const QUOTA: &str = "TONIDOCLOUD_USER_QUOTA_GB";
const LINKS: &str = "TONIDOCLOUD_ALLOW_PUBLIC_SHARES";
const LINK_DAYS: &str = "TONIDOCLOUD_PUBLIC_SHARE_DAYS_MAX";
const DEVICES: &str = "TONIDOCLOUD_ALLOW_DEVICES";
const GROUPS: &str = "TONIDOCLOUD_ALLOW_USER_GROUPS";
const PROFILES: &str = "TONIDOCLOUD_ALLOW_INVITED_PROFILES";
const SECOND_FACTOR: &str = "TONIDOCLOUD_ENABLE_2FA";
const BIN_DAYS: &str = "TONIDOCLOUD_RECYCLE_BIN_DAYS";

fn policies(admin: &mut Caller) -> Vec<Element> {
    let reply = admin.administer("getallpolicies", &[]).xml();
    reply.children.into_iter().filter(|child| child.name == "policy").collect()
}

/// The id of a policy.
fn id(admin: &mut Caller, name: &str) -> String {
    let policies = policies(admin);
    let found = policies.iter().find(|policy| policy.field("policyname") == name);
    found.unwrap_or_else(|| panic!("there is no {name}: {policies:?}")).field("policyid").to_owned()
}

fn add(admin: &mut Caller, name: &str) -> String {
    admin.administer("addpolicy", &[("policyname", name)]).done();
    id(admin, name)
}

fn say(admin: &mut Caller, policy: &str, values: &[(&str, &str)]) {
    admin.administer("updatepolicy", &[&[("policyid", policy)], values].concat()).done();
}

/// The values that hold for an account.
fn in_force(admin: &mut Caller, name: &str) -> BTreeMap<String, String> {
    let reply = admin.administer("getpolicyforuser", &[("username", name)]).xml();
    let pair = |one: &Element| (one.field("key").to_owned(), one.field("value").to_owned());
    reply.children.iter().map(pair).collect()
}

fn users(admin: &mut Caller, policy: &str) -> Vec<String> {
    let reply = admin.administer("getusersforpolicy", &[("policyid", policy)]).xml();
    reply
        .children
        .iter()
        .filter(|one| one.name == "user")
        .map(|one| one.field("username").to_owned())
        .collect()
}

fn group(admin: &mut Caller, name: &str, member: &str) -> String {
    let reply = admin.administer("addgroup", &[("groupname", name)]).xml();
    let id = reply.child("group").field("groupid").to_owned();
    admin.administer("addmembertogroup", &[("groupid", &id), ("userid", member)]).done();
    id
}

#[test]
fn the_nearest_word_holds() {
    let server = Server::start();
    let mut admin = server.admin();
    let default = id(&mut admin, "Global Default Policy");
    assert_eq!(in_force(&mut admin, "bob")[BIN_DAYS], "60", "the setting, while nobody says anything");
    say(&mut admin, &default, &[(BIN_DAYS, "30"), (QUOTA, "5")]);
    let (family, children) = (add(&mut admin, "Family"), add(&mut admin, "Children"));
    say(&mut admin, &family, &[(BIN_DAYS, "90"), (QUOTA, "50"), (LINK_DAYS, "0")]);
    say(&mut admin, &children, &[(BIN_DAYS, "7"), (QUOTA, "2"), (LINK_DAYS, "3")]);
    for (name, policy) in [("Family", &family), ("Children", &children)] {
        let group = group(&mut admin, name, "bob");
        admin.administer("assignpolicytogroup", &[("groupid", &group), ("policyid", policy)]).done();
    }
    let held = in_force(&mut admin, "bob");
    assert_eq!(
        (&held[BIN_DAYS][..], &held[QUOTA][..], &held[LINK_DAYS][..]),
        ("90", "2", "3"),
        "the stricter of two"
    );
    assert_eq!(in_force(&mut admin, "alice")[BIN_DAYS], "30", "the default for others");

    let own = add(&mut admin, "Bob");
    say(&mut admin, &own, &[(QUOTA, "7")]);
    admin.administer("assignpolicytouser", &[("username", "bob"), ("policyid", &own)]).done();
    let held = in_force(&mut admin, "bob");
    assert_eq!((&held[BIN_DAYS][..], &held[QUOTA][..]), ("90", "7"), "what it leaves open comes from below");
    admin.administer("updatepolicyforuser", &[("username", "bob"), (QUOTA, "9")]).done();
    assert_eq!(in_force(&mut admin, "bob")[QUOTA], "9");
    assert_eq!(users(&mut admin, &own), ["bob"]);
    assert_eq!(users(&mut admin, &default), ["alice", "bobby"]);

    let effective = admin.administer("geteffectivepolicyforuser", &[("username", "BOB")]).xml();
    assert_eq!(effective.child("command").field("result"), "1");
    let policy = effective.child("policy");
    assert_eq!(policy.children[0].name, "policyid", "clients read by position");
    assert_eq!((policy.field("policyid"), policy.field("policyname")), (&own[..], "Bob"));

    admin.administer("resetpolicyforuser", &[("username", "bob")]).done();
    assert_eq!(in_force(&mut admin, "bob")[QUOTA], "2");
    say(&mut admin, &children, &[(QUOTA, "")]);
    assert_eq!(in_force(&mut admin, "bob")[QUOTA], "50", "an empty value leaves it to what is below");
    admin.administer("removepolicy", &[("policyid", &family)]).done();
    let held = in_force(&mut admin, "bob");
    assert_eq!((&held[BIN_DAYS][..], &held[QUOTA][..]), ("7", "5"));
    let json =
        server.admin().in_json().administer("geteffectivepolicyforuser", &[("username", "bob")]).json();
    assert_eq!(
        (&json["command"][0]["result"], &json["policy"][0]["policyname"]),
        (&1.into(), &"Children".into())
    );
}

#[test]
fn names_values_and_what_is_not_there_are_checked() {
    let server = Server::start();
    let mut admin = server.admin();
    let default = id(&mut admin, "Global Default Policy");
    admin.administer("addpolicy", &[("policyname", "Kinder"), ("isdefault", "False")]).done();
    let kinder = id(&mut admin, "Kinder");
    for name in ["kinder", " KINDER ", "", "a\nb", &"x".repeat(101)] {
        assert_eq!(admin.administer("addpolicy", &[("policyname", name)]).status, 400, "{name:?}");
    }
    for (key, value) in [
        (QUOTA, "much"),
        (QUOTA, "-1"),
        (LINKS, "maybe"),
        (BIN_DAYS, "0"),
        (BIN_DAYS, "1.5"),
        (LINK_DAYS, "-3"),
    ] {
        let changes = [("policyid", &kinder[..]), (LINKS, "0"), (key, value)];
        let message = admin.administer("updatepolicy", &changes).refused();
        assert!(message.contains(key), "{message}");
    }
    // A refused change changes nothing, and unknown names are ignored.
    say(&mut admin, &kinder, &[("TONIDOCLOUD_SOMETHING_ELSE", "7"), ("nonsense", ""), (QUOTA, "0.5")]);
    let held = policies(&mut admin).into_iter().find(|one| one.field("policyid") == kinder).unwrap();
    let said: Vec<_> =
        held.children.iter().filter(|one| one.name == "setting" && !one.field("value").is_empty()).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!((said[0].field("param"), said[0].field("value"), said[0].field("below")), (QUOTA, "0.5", "0"));

    let nowhere = "0".repeat(24);
    for (operation, fields) in [
        ("updatepolicy", vec![("policyid", &nowhere[..])]),
        ("removepolicy", vec![("policyid", &nowhere)]),
        ("assignpolicytouser", vec![("username", "bob"), ("policyid", &nowhere)]),
        ("assignpolicytouser", vec![("username", "nobody"), ("policyid", &kinder)]),
        ("resetpolicyforuser", vec![("username", "nobody")]),
        ("updatepolicyforuser", vec![("username", "nobody"), (LINKS, "1")]),
        ("assignpolicytogroup", vec![("groupid", &nowhere), ("policyid", &kinder)]),
    ] {
        admin.administer(operation, &fields).refused();
    }
    assert!(admin.administer("removepolicy", &[("policyid", &default)]).refused().contains("default"));
    say(&mut admin, &kinder, &[("isdefault", "1"), ("policyname", "Everyone here")]);
    let names: Vec<String> =
        policies(&mut admin).iter().map(|one| one.field("policyname").to_owned()).collect();
    assert_eq!(names, ["Everyone here", "Global Default Policy"]);
    admin.administer("removepolicy", &[("policyid", &default)]).done();
    assert_eq!(in_force(&mut admin, "bob")[QUOTA], "0.5");
    let rows = admin.audit(&[("operation", "updatepolicy"), ("outcome", "ok")]);
    let is_told = |row: &Element| {
        row.field("object").contains(&format!("policyid={kinder}"))
            && row.field("object").contains(&format!("{QUOTA}=0.5"))
    };
    assert!(rows.iter().any(is_told), "{rows:?}");
}

#[test]
fn a_policy_limits_storage_unless_the_account_has_a_limit_of_its_own() {
    let server = Server::start();
    let (mut admin, mut bob) = (server.admin(), server.user("bob"));
    let default = id(&mut admin, "Global Default Policy");
    let content = vec![7; 2 << 20];
    bob.upload("/bob", "before", &content).ok();
    say(&mut admin, &default, &[(QUOTA, "0.003")]);
    let message = bob.upload("/bob", "after", &content).refused();
    assert!(message.contains("storage limit"), "{message}");
    let usage = bob.core("getdiskusagedetails", &[("username", "bob"), ("level", "2")]).xml();
    assert_eq!(usage.child("usage").field("sizelimit"), "3221225");
    admin.administer("updateuser", &[("profile", "bob"), ("size", "1")]).done();
    bob.upload("/bob", "after", &content).ok();
    admin.administer("updateuser", &[("profile", "bob"), ("size", "0")]).done();
    bob.upload("/bob", "more", &content).refused();
    say(&mut admin, &default, &[(QUOTA, "")]);
    bob.upload("/bob", "more", &content).ok();
}

#[test]
fn links_rest_while_the_policy_of_their_owner_forbids_them() {
    let server = Server::start();
    let (mut admin, mut bob) = (server.admin(), server.user("bob"));
    bob.upload("/bob", "a.txt", b"one").ok();
    let share = |bob: &mut Caller| bob.core("quickshare", &[("sharelocation", "/bob/a.txt")]);
    let made = share(&mut bob).xml();
    let shared = made.child("share").field("shareid").to_owned();
    let public = [("shareid", &shared[..]), ("allowpublicaccess", "1")];
    bob.core("setallowpublicaccess", &public).done();
    let share_of = |bob: &mut Caller| {
        let reply = bob.core("getshareforid", &[("shareid", &shared)]).xml();
        reply.child("share").field("shareurl").to_owned()
    };
    let url = share_of(&mut bob);
    let token = format!("/url/{}", url.rsplit('/').next().unwrap());
    let open = |server: &Server| server.guest().get(&token).status;
    assert_eq!(open(&server), 303);
    let children = add(&mut admin, "Children");
    say(&mut admin, &children, &[(LINKS, "0"), (LINK_DAYS, "3")]);
    admin.administer("assignpolicytouser", &[("username", "bob"), ("policyid", &children)]).done();
    assert_ne!(open(&server), 303, "at once");
    let message = bob.core("setallowpublicaccess", &public).refused();
    assert!(message.contains("does not let you make links"), "{message}");
    say(&mut admin, &children, &[(LINKS, "1")]);
    assert_eq!(open(&server), 303, "it rested");
    bob.core("setallowpublicaccess", &public).done();
    let ended = bob.core("getshareforid", &[("shareid", &shared)]).xml();
    assert_ne!(ended.child("share").field("validityperiod"), "", "three days at most");
}

#[test]
fn a_policy_says_who_connects_devices_makes_groups_and_invites() {
    let server = Server::start();
    let (mut admin, mut bob) = (server.admin(), server.user("bob"));
    let default = id(&mut admin, "Global Default Policy");
    let code = bob.core("createpairing", &[]).xml().child("meta").field("code").to_owned();
    say(&mut admin, &default, &[(DEVICES, "0"), (GROUPS, "1"), (SECOND_FACTOR, "0")]);
    assert!(bob.core("createpairing", &[]).refused().contains("connect devices"));
    assert!(
        admin
            .administer("createpairingforuser", &[("username", "bob")])
            .refused()
            .contains("connect devices")
    );
    server.guest().core("pairdevice", &[("code", &code)]).refused();
    say(&mut admin, &default, &[(DEVICES, "1")]);
    let again = bob.core("createpairing", &[]).xml().child("meta").field("code").to_owned();
    server.guest().core("pairdevice", &[("code", &again)]).done();

    bob.core("addgroup", &[("groupname", "Choir")]).done();
    say(&mut admin, &default, &[(GROUPS, "0")]);
    bob.core("addgroup", &[("groupname", "Band")]).refused();
    server.user("alice").core("addgroup", &[("groupname", "Band")]).done();

    let invite =
        |who: &str| server.user(who).core("createprofileoninvite", &[("email", "x@example.org")]).refused();
    assert!(invite("bob").contains("Only administrators invite"));
    assert!(invite("alice").contains("Mail is not set up"));
    say(&mut admin, &default, &[(PROFILES, "1")]);
    assert!(invite("bob").contains("Mail is not set up"));
}
