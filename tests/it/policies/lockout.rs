//! No policy locks the last administrator out. A change that could do so is refused. After any
//! other change, the administrator can still sign in and undo it.

use super::{SECOND_FACTOR, add, group, id, say};
use crate::harness::{Caller, PASSWORD, Reply, Server};
use crate::second_factor::switch_on;

fn is_refused(reply: Reply) {
    assert_eq!(reply.header("x-cloudlet-error"), Some("admin-factor-first"), "{reply:?}");
    let message = reply.refused();
    assert!(message.contains("Set up your own first"), "{message}");
}

/// All ways in which an administrator can require a second factor of alice, each with its name and
/// its reply.
fn requirements(admin: &mut Caller) -> Vec<(&'static str, Reply)> {
    let default = id(admin, "Global Default Policy");
    let strict = id(admin, "Strict");
    let choir = admin.administer("getgroups", &[]).xml();
    let choir = choir.all("group").find(|one| one.field("groupname") == "Choir").unwrap();
    let (choir, everyone) = (choir.field("groupid"), everyone(admin));
    let one = (SECOND_FACTOR, "1");
    let mut found = Vec::new();
    let mut tried = |name, operation: &str, fields: &[(&str, &str)]| {
        found.push((name, admin.administer(operation, fields)));
    };
    tried("default", "updatepolicy", &[("policyid", &default), one]);
    tried("own", "updatepolicyforuser", &[("username", "alice"), one]);
    tried("setting", "setconfigsetting", &[("count", "1"), ("param0", SECOND_FACTOR), ("value0", "1")]);
    tried("made default", "updatepolicy", &[("policyid", &strict), ("isdefault", "1")]);
    tried("given", "assignpolicytouser", &[("username", "alice"), ("policyid", &strict)]);
    tried("of everyone", "assignpolicytogroup", &[("groupid", &everyone), ("policyid", &strict)]);
    tried("member", "addmembertogroup", &[("groupid", choir), ("userid", "alice")]);
    found
}

fn everyone(admin: &mut Caller) -> String {
    let groups = admin.administer("getgroups", &[]).xml();
    let found = groups.all("group").find(|one| one.field("groupname") == "EVERYONE").unwrap();
    found.field("groupid").to_owned()
}

/// A policy "Strict" that requires a second factor, and a group "Choir" that has it.
fn ground(admin: &mut Caller) {
    let strict = add(admin, "Strict");
    let choir = group(admin, "Choir", "bob");
    say(admin, &strict, &[(SECOND_FACTOR, "1")]);
    admin.administer("assignpolicytogroup", &[("groupid", &choir), ("policyid", &strict)]).done();
}

#[test]
fn a_second_factor_is_required_of_all_administrators_only_if_one_has_it() {
    let server = Server::start();
    let mut admin = server.admin();
    ground(&mut admin);
    for (name, reply) in requirements(&mut admin) {
        assert_eq!(reply.status, 400, "{name}");
        is_refused(reply);
    }
    assert!(admin.is_admin() && server.admin().is_admin(), "nothing is changed");
    // It does not help that bobby has a second factor: he does not have all rights, or his account
    // expires.
    admin.administer("setadminstatus", &[("profile", "bobby"), ("adminstatus", "1")]).done();
    admin.administer("updateuser", &[("profile", "bobby"), ("expirationdate", "2199-12-31")]).done();
    switch_on(&mut server.user("bobby"));
    is_refused(admin.administer("updatepolicyforuser", &[("username", "alice"), (SECOND_FACTOR, "1")]));

    let (_, codes) = switch_on(&mut server.user("alice"));
    let mut admin = with_code(&server, &codes[0]);
    for (name, reply) in requirements(&mut admin) {
        assert_eq!(reply.status, 200, "{name}: {reply:?}");
    }
}

/// Alice as an administrator, signed in with a recovery code.
fn with_code(server: &Server, code: &str) -> Caller {
    let mut caller = server.guest();
    let fields = [("adminuser", "alice"), ("adminpassword", PASSWORD)];
    let waiting = caller.administer("adminlogin", &fields).message();
    let fields = [("adminuser", "alice"), ("token", &waiting[..]), ("code", code)];
    caller.administer("2falogin", &fields).done();
    caller
}

#[test]
fn what_keeps_a_policy_away_from_the_last_administrator_stays() {
    let server = Server::start();
    let mut admin = server.admin();
    let default = id(&mut admin, "Global Default Policy");
    let (free, admins) = (add(&mut admin, "Free"), group(&mut admin, "Admins", "alice"));
    say(&mut admin, &free, &[(SECOND_FACTOR, "0")]);
    admin.administer("assignpolicytogroup", &[("groupid", &admins), ("policyid", &free)]).done();
    say(&mut admin, &default, &[(SECOND_FACTOR, "1")]);
    for (operation, fields) in [
        ("updatepolicy", vec![("policyid", &free[..]), (SECOND_FACTOR, "")]),
        ("removepolicy", vec![("policyid", &free[..])]),
        ("assignpolicytogroup", vec![("groupid", &admins[..])]),
        ("deletememberfromgroup", vec![("groupid", &admins[..]), ("userid", "alice")]),
        ("deletegroup", vec![("groupid", &admins[..])]),
    ] {
        is_refused(admin.administer(operation, &fields));
    }
    // Other values can be changed, and the requirement can be removed again.
    say(&mut admin, &free, &[("TONIDOCLOUD_USER_QUOTA_GB", "1")]);
    admin.administer("updatepolicyforuser", &[("username", "alice"), (SECOND_FACTOR, "0")]).done();
    admin.administer("deletegroup", &[("groupid", &admins)]).done();
    is_refused(admin.administer("resetpolicyforuser", &[("username", "alice")]));
    say(&mut admin, &default, &[(SECOND_FACTOR, "0")]);
    admin.administer("resetpolicyforuser", &[("username", "alice")]).done();
    assert!(server.admin().is_admin());
}

/// The strictest value of a key.
fn strictest(key: &str) -> &'static str {
    match key {
        SECOND_FACTOR => "1",
        "TONIDOCLOUD_USER_QUOTA_GB" => "0.000001",
        "TONIDOCLOUD_PUBLIC_SHARE_DAYS_MAX"
        | "TONIDOCLOUD_RECYCLE_BIN_DAYS"
        | "TONIDOCLOUD_FILE_VERSION_DAYS" => "1",
        _ => "0",
    }
}

#[test]
fn with_the_strictest_value_of_every_key_the_last_administrator_gets_in_and_takes_it_back() {
    let server = Server::start();
    let mut alice = server.user("alice");
    alice.upload("/alice", "letter.txt", &[7; 5000]).ok();
    let (_, codes) = switch_on(&mut alice);
    let mut admin = with_code(&server, &codes[0]);
    let default = id(&mut admin, "Global Default Policy");
    let keys: Vec<String> = super::in_force(&mut admin, "alice").into_keys().collect();
    assert!(keys.len() >= 9, "{keys:?}");
    let values: Vec<(&str, &str)> = keys.iter().map(|key| (&key[..], strictest(key))).collect();
    say(&mut admin, &default, &values);
    let mut admin = with_code(&server, &codes[1]);
    let open: Vec<(&str, &str)> = keys.iter().map(|key| (&key[..], "")).collect();
    say(&mut admin, &default, &open);
    assert_eq!(super::in_force(&mut admin, "alice")[SECOND_FACTOR], "0");
}
