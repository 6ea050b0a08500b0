//! One-time links, by which people choose a password and do nothing else.

use crate::harness::{Caller, PASSWORD, Reply, Server};

const NEW: &str = "a quite new password";

/// The token at the end of the link in a reply.
fn token_of(reply: &Reply) -> String {
    let url = reply.xml().child("link").field("url").to_owned();
    url.rsplit_once("/#/link/").expect("the link leads to the portal").1.to_owned()
}

fn link_for(admin: &mut Caller, name: &str) -> String {
    token_of(&admin.administer("createpasswordlink", &[("username", name)]))
}

fn choose(caller: &mut Caller, token: &str, password: &str) -> Reply {
    caller.core("setpasswordbylink", &[("token", token), ("password", password)])
}

#[track_caller]
fn is_dead(server: &Server, token: &str) {
    let reply = choose(&mut server.guest(), token, NEW);
    assert_eq!((reply.status, reply.header("x-cloudlet-error")), (400, Some("one-time-link")), "{reply:?}");
}

#[test]
fn a_link_gives_a_new_password_once_and_ends_all_sessions() {
    let server = Server::start();
    let (mut admin, mut bob) = (server.admin(), server.user("bob"));
    let token = link_for(&mut admin, "bob");
    let opened = server.guest().core("getonetimelink", &[("token", &token)]).xml();
    let opened = opened.child("link");
    assert_eq!((opened.field("purpose"), opened.field("username")), ("password", "bob"));
    assert!(bob.is_signed_in(), "a link alone changes nothing");
    let short = choose(&mut server.guest(), &token, "short");
    assert_eq!(short.header("x-cloudlet-error"), Some("password-too-short"), "and uses nothing up");
    let mut anybody = server.guest();
    choose(&mut anybody, &format!(" {} ", token.to_uppercase()), NEW).done();
    assert!(!bob.is_signed_in() && !anybody.is_signed_in(), "nobody is signed in by it");
    is_dead(&server, &token);
    let opened = server.guest().core("getonetimelink", &[("token", &token)]);
    assert_eq!(opened.header("x-cloudlet-error"), Some("one-time-link"), "{opened:?}");
    server.guest().core("loginguest", &[("userid", "bob"), ("password", PASSWORD)]).refused();
    server.guest().core("loginguest", &[("userid", "bob"), ("password", NEW)]).done();
    let row = &admin.audit(&[("operation", "setpasswordbylink"), ("outcome", "ok")])[0];
    assert_eq!(row.field("username"), "bob");
    let all = format!("{:?}", admin.audit(&[("username", "bob")])) + &format!("{:?}", admin.audit(&[]));
    assert!(!all.contains(&token) && !all.contains(NEW), "no secret is in the audit log");
}

#[test]
fn the_database_and_its_log_hold_no_link() {
    let mut server = Server::start();
    let token = link_for(&mut server.admin(), "bob");
    server.stop();
    for entry in std::fs::read_dir(server.data().path("")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let is_there = bytes.windows(token.len()).any(|window| window == token.as_bytes());
            assert!(!is_there, "{} holds the secret of a link", path.display());
        }
    }
}

#[test]
fn a_link_ends_with_the_next_one_a_new_password_and_its_account() {
    let server = Server::start();
    let mut admin = server.admin();
    let (first, second) = (link_for(&mut admin, "bob"), link_for(&mut admin, "bob"));
    is_dead(&server, &first);
    admin.administer("setuserpassword", &[("profile", "bob"), ("password", PASSWORD)]).done();
    is_dead(&server, &second);
    let third = link_for(&mut admin, "bob");
    let change = [("oldpassword", PASSWORD), ("newpassword", PASSWORD)];
    server.user("bob").core("updatepassword", &change).done();
    is_dead(&server, &third);
    let fourth = link_for(&mut admin, "bob");
    admin.administer("updateuser", &[("profile", "bob"), ("status", "2")]).done();
    is_dead(&server, &fourth);
    let refused = admin.administer("createpasswordlink", &[("username", "bob")]).refused();
    assert!(refused.contains("disabled"), "{refused}");
    admin.administer("updateuser", &[("profile", "bob"), ("status", "1")]).done();
    let fifth = link_for(&mut admin, "bob");
    admin.administer("updateuser", &[("profile", "bob"), ("expirationdate", "2001-01-01")]).done();
    is_dead(&server, &fifth);
    admin.administer("deleteuser", &[("profile", "bob")]).done();
    admin.administer("adduser", &[("username", "bob"), ("password", PASSWORD)]).done();
    is_dead(&server, &fifth);
    for token in ["", "0", &"f".repeat(32), &"x".repeat(5000)] {
        let reply = choose(&mut server.guest(), token, NEW);
        assert_eq!(reply.status, 400, "{token}");
    }
}

#[test]
fn guessing_links_is_slowed_down_and_holds_nobody_else_up() {
    let server = Server::start();
    let token = link_for(&mut server.admin(), "bob");
    let wrong = "0".repeat(32);
    let mut guesser = server.guest();
    let slowed = (0..40).any(|_| {
        let reply = choose(&mut guesser, &wrong, NEW);
        reply.header("x-cloudlet-error").is_some_and(|word| word.starts_with("wait"))
    });
    assert!(slowed);
    server.user("bob");
    let reply = choose(&mut guesser, &token, NEW);
    assert!(reply.header("x-cloudlet-error").is_some_and(|word| word.starts_with("wait")), "{reply:?}");
}

#[test]
fn an_invitation_is_an_account_whose_password_nobody_knows() {
    let server = Server::start();
    let mut admin = server.admin();
    let fields = [("username", "Dora"), ("email", "dora@example.org"), ("displayname", "Dora D")];
    let invited = admin.administer("inviteuser", &fields);
    let meta = invited.xml().child("meta").clone();
    assert_eq!((meta.field("username"), meta.number("validseconds")), ("dora", 7 * 24 * 3600));
    let token = token_of(&invited);
    for password in ["", "dora", "nobody signs in with this"] {
        server.guest().core("loginguest", &[("userid", "dora"), ("password", password)]).refused();
    }
    let opened = server.guest().core("getonetimelink", &[("token", &token)]).xml();
    assert_eq!(opened.child("link").field("purpose"), "invitation");
    choose(&mut server.guest(), &token, PASSWORD).done();
    let mut dora = server.user("dora");
    dora.upload("/dora", "a.txt", b"one").ok();
    is_dead(&server, &token);
    let taken = admin.administer("inviteuser", &fields);
    assert_eq!(taken.header("x-cloudlet-error"), Some("user-exists"));
    let disabled = [("username", "eve"), ("status", "2"), ("baseurl", "https://cloud.example.org/")];
    let reply = admin.administer("inviteuser", &disabled).xml();
    let url = reply.child("link").field("url").to_owned();
    assert!(url.starts_with("https://cloud.example.org/#/link/"), "{url}");
    is_dead(&server, url.rsplit('/').next().unwrap());
}

#[test]
fn a_lesser_administrator_makes_no_link_to_another_administrator() {
    let server = Server::start();
    let mut admin = server.admin();
    admin.administer("adduser", &[("username", "carl"), ("password", PASSWORD)]).done();
    admin.administer("setadminstatus", &[("profile", "carl"), ("adminstatus", "1")]).done();
    admin
        .administer("setadminuserpolicy", &[("username", "carl"), ("opname", "Audit"), ("read", "1")])
        .done();
    let mut carl = server.guest();
    carl.sign_in_as_admin("carl");
    let refused = carl.administer("createpasswordlink", &[("username", "alice")]).refused();
    assert!(refused.contains("administrators with all rights"), "{refused}");
    link_for(&mut carl, "bob");
    server.user("bob").administer("createpasswordlink", &[("username", "alice")]);
    assert!(admin.audit(&[("operation", "createpasswordlink"), ("outcome", "ok")]).len() == 1);
}
