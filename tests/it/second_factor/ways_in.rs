//! All other ways to begin a session, and what each of them does about the second factor.

use super::{finish, switch_on, token, word};
use crate::harness::{PASSWORD, Server, cloudlet};

#[test]
fn both_sides_take_the_code_in_all_forms() {
    let server = Server::start();
    let (_, codes) = switch_on(&mut server.user("alice"));
    let waiting = || {
        let mut caller = server.guest();
        let fields = [("adminuser", "alice"), ("adminpassword", PASSWORD)];
        let reply = caller.administer("adminlogin", &fields);
        assert_eq!(reply.result(), 3, "{reply:?}");
        let (text, message) = (reply.text().to_owned(), reply.message());
        assert_eq!(
            text,
            format!(
                "<commands><command><type>adminlogin</type><result>3</result><message>{message}</message></command></commands>"
            )
        );
        (caller, message)
    };
    let forms: [(&str, &str); 4] = [
        ("/admin/2falogin", "adminuser"),
        ("/admin/index.php?op=2falogin", "adminuser"),
        ("/core/2falogin", "userid"),
        ("/core/?op=2falogin", "userid"),
    ];
    for (number, (target, name)) in forms.into_iter().enumerate() {
        let (mut caller, token) = waiting();
        let fields = [(name, "alice"), ("code", &codes[number]), ("token", &token), ("password", PASSWORD)];
        let reply = caller.post(target, &fields).done();
        assert!(
            reply.text().ends_with("<result>1</result><message></message></command></commands>"),
            "{reply:?}"
        );
        assert!(caller.is_admin() && !caller.is_signed_in(), "{target}");
    }
    let mut caller = server.guest();
    let waiting = token(&mut caller, "alice");
    let fields = [("adminuser", "alice"), ("code", &codes[8]), ("token", &waiting)];
    caller.post("/admin/", &[&[("op", "2falogin")], &fields[..]].concat()).done();
    assert!(caller.is_signed_in() && !caller.is_admin(), "the token was one of a user");
    let mut in_json = server.guest().in_json();
    let reply = in_json.core("loginguest", &[("userid", "alice"), ("password", PASSWORD)]);
    assert_eq!(reply.json()["command"][0]["result"], 3);
}

#[test]
fn a_device_is_paired_by_the_owner_of_the_account_alone() {
    let server = Server::start();
    let (mut bob, mut alice) = (server.user("bob"), server.admin());
    let code = |reply: &crate::harness::Reply| reply.xml().child("meta").field("code").to_owned();
    // These codes were made before the second factor was set up: one by the administrator, and one
    // by a session that ends then.
    let of_admin = code(&alice.administer("createpairingforuser", &[("username", "bob")]));
    let of_other = code(&server.user("bob").core("createpairing", &[]));
    switch_on(&mut bob);
    for code in [of_admin, of_other] {
        let mut phone = server.guest();
        assert_eq!(word(&phone.core("pairdevice", &[("code", &code)])), "pairing-code");
        assert!(!phone.is_signed_in());
    }
    let reply = alice.administer("createpairingforuser", &[("username", "bob")]);
    assert_eq!(word(&reply), "factor-required");
    let mut phone = server.guest();
    let own = code(&bob.core("createpairing", &[]));
    phone.core("pairdevice", &[("code", &own)]).done();
    assert!(phone.is_signed_in());
}

#[test]
fn a_new_password_leaves_it_as_it_is() {
    const NEW: &str = "wholly other words";
    let mut server = Server::start();
    let mut bob = server.user("bob");
    let (_, codes) = switch_on(&mut bob);
    let needs_code = |code: &str| {
        let mut caller = server.guest();
        let reply = caller.core("loginguest", &[("userid", "bob"), ("password", NEW)]);
        assert_eq!(reply.result(), 3, "{reply:?}");
        finish(&mut caller, "bob", &reply.message(), code).done();
    };
    server.admin().administer("setuserpassword", &[("profile", "bob"), ("password", NEW)]).done();
    needs_code(&codes[0]);
    cloudlet(server.data(), &["user", "password", "bob", "--password-stdin"], NEW).succeeded();
    needs_code(&codes[1]);
    std::fs::write(server.data().path("cloudlet-reset.txt"), format!("bob\n{NEW}\n")).unwrap();
    assert_eq!(server.stop(), Some(0));
    server.start_again();
    let mut caller = server.guest();
    let reply = caller.core("loginguest", &[("userid", "bob"), ("password", NEW)]);
    assert_eq!(reply.result(), 3, "{reply:?}");
    finish(&mut caller, "bob", &reply.message(), &codes[2]).done();
}

#[test]
fn a_sign_in_that_waits_ends_with_the_password_and_the_account() {
    let server = Server::start();
    let (_, codes) = switch_on(&mut server.user("bob"));
    let mut caller = server.guest();
    let waiting = token(&mut caller, "bob");
    server.admin().administer("updateuser", &[("profile", "bob"), ("status", "2")]).done();
    finish(&mut caller, "bob", &waiting, &codes[0]).refused();
    server.admin().administer("updateuser", &[("profile", "bob"), ("status", "1")]).done();
    let waiting = token(&mut caller, "bob");
    server
        .admin()
        .administer("setuserpassword", &[("profile", "bob"), ("password", "wholly other words")])
        .done();
    finish(&mut caller, "bob", &waiting, &codes[0]).refused();
    assert!(!caller.is_signed_in());
}
