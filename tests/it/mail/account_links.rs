//! One-time links by mail: for a new password, for confirming an address, and with an invitation.

use super::{launch, start};
use crate::harness::{Caller, PASSWORD, Protection, Reply, Server, SmtpSink, Taken};

const NEW: &str = "a quite new password";

/// The token at the end of the link in a mail. The lines of the mail may be broken and encoded.
fn token(mail: &Taken) -> String {
    let text = mail.data.replace("=\r\n", "").replace("=\n", "");
    let (_, rest) = text.split_once("/#/link/").unwrap_or_else(|| panic!("{text}"));
    rest.chars().take_while(char::is_ascii_hexdigit).collect()
}

fn reset(caller: &mut Caller, name: &str) -> Reply {
    caller.core("resetpassword", &[("profile", name)])
}

fn with_address(server: &Server) {
    server.admin().administer("updateuser", &[("profile", "bob"), ("email", "bob@example.org")]).done();
}

fn choose(server: &Server, token: &str) -> Reply {
    server.guest().core("setpasswordbylink", &[("token", token), ("password", NEW)])
}

#[test]
fn a_lost_password_is_replaced_by_a_link_that_is_mailed() {
    let (server, sink) = start(Protection::StartTls);
    with_address(&server);
    let mut bob = server.user("bob");
    let words = reset(&mut server.guest(), "bob").done().message();
    for nobody in ["nobody", "nobody@example.org", "alice"] {
        assert_eq!(reset(&mut server.guest(), nobody).done().message(), words, "{nobody}");
    }
    assert_eq!(reset(&mut server.guest(), "BOB@example.org").done().message(), words);
    let mails = sink.wait_for(2);
    assert!(mails.iter().all(|mail| mail.to == ["TO:<bob@example.org>"] && !mail.data.contains(PASSWORD)));
    assert!(bob.is_signed_in(), "asking alone changes nothing");
    choose(&server, &token(&mails[0])).done();
    assert!(!bob.is_signed_in());
    server.guest().core("loginguest", &[("userid", "bob"), ("password", NEW)]).done();
    for mail in &mails {
        assert_eq!(choose(&server, &token(mail)).header("x-cloudlet-error"), Some("one-time-link"));
    }
    let user = server.admin().administer("getuser", &[("username", "bob")]).xml();
    assert_eq!(user.child("user").number("verified"), 1, "who has the mail has the address");
}

#[test]
fn nobodys_letter_box_is_filled_and_nobody_is_told() {
    let (server, sink) = start(Protection::None);
    with_address(&server);
    let mut words = Vec::new();
    for _ in 0..8 {
        words.push(reset(&mut server.guest(), "bob").done().message());
    }
    words.dedup();
    assert_eq!(words.len(), 1);
    let late = reset(&mut server.guest(), "bob");
    assert!(late.header("x-cloudlet-error").is_some_and(|word| word.starts_with("wait")), "{late:?}");
    sink.wait_for(3);
    server.user("bob");
    let mut admin = server.admin();
    let told = admin.administer("resetpassword", &[("profile", "bob")]).refused();
    assert!(told.contains("Too many links were already sent"), "an administrator is told: {told}");
    assert_eq!(sink.taken().len(), 3);
    // When an address changes, the links that were sent to the old one no longer work.
    admin.administer("updateuser", &[("profile", "bob"), ("email", "new@example.org")]).done();
    assert_eq!(choose(&server, &token(&sink.taken()[0])).header("x-cloudlet-error"), Some("one-time-link"));
    admin.administer("resetpassword", &[("profile", "bob")]).done();
    assert_eq!(sink.wait_for(4)[3].to, ["TO:<new@example.org>"]);
    let told = admin.administer("resetpassword", &[("profile", "alice")]).refused();
    assert!(told.contains("no e-mail address"), "{told}");
}

#[test]
fn without_mail_the_operations_say_so() {
    let server = Server::start();
    let info = server.guest().core("serverinfo", &[]).xml();
    assert_eq!(info.child("server").number("sendsmail"), 0);
    for reply in [
        reset(&mut server.guest(), "bob"),
        server.admin().administer("resetpassword", &[("profile", "bob")]),
        server.user("bob").core("mailverification", &[]),
    ] {
        assert_eq!(reply.header("x-cloudlet-error"), Some("not-offered"), "{reply:?}");
    }
}

#[test]
fn who_signs_up_shows_that_the_address_is_theirs() {
    let sink = SmtpSink::start(Protection::None);
    let server = launch(&sink, Protection::None).setting("CLOUDLET_SIGN_UP", "guest").start();
    let fields = [("profile", "dora"), ("email", "dora@example.org"), ("password", NEW)];
    let told = server.guest().core("createprofile", &fields).done().message();
    assert!(told.contains("mail"), "{told}");
    let sign_in = [("userid", "dora"), ("password", NEW)];
    server.guest().core("loginguest", &sign_in).refused();
    let tag = token(&sink.wait_for(1)[0]);
    let verify = |name: &str, tag: &str| server.guest().core("verifyemail", &[("u", name), ("tag", tag)]);
    for (name, wrong) in [("bob", tag.as_str()), ("dora", "0123456789abcdef0123456789abcdef")] {
        assert_eq!(verify(name, wrong).header("x-cloudlet-error"), Some("one-time-link"));
    }
    assert_eq!(
        choose(&server, &tag).header("x-cloudlet-error"),
        Some("one-time-link"),
        "it sets no password"
    );
    verify("dora", &tag).done();
    assert_eq!(verify("dora", &tag).header("x-cloudlet-error"), Some("one-time-link"));
    server.guest().core("loginguest", &sign_in).done();
    let user = server.admin().administer("getuser", &[("username", "dora")]).xml();
    let user = user.child("user");
    assert_eq!(["status", "verified", "waits"].map(|name| user.field(name)), ["0", "1", ""]);
}

#[test]
fn an_invitation_is_mailed_and_an_address_is_verified_later() {
    let (server, sink) = start(Protection::None);
    let mut admin = server.admin();
    let fields = [("username", "dora"), ("email", "dora@example.org"), ("displayname", "Dora D")];
    let reply = admin.administer("inviteuser", &fields).xml();
    assert_eq!(reply.child("meta").number("ismailed"), 1);
    choose(&server, &token(&sink.wait_for(1)[0])).done();
    with_address(&server);
    admin.administer("updateuser", &[("profile", "bob"), ("verified", "0")]).done();
    let mut bob = server.user("bob");
    bob.core("mailverification", &[]).done();
    let tag = token(&sink.wait_for(2)[1]);
    server.guest().core("verifyemail", &[("u", "bob@example.org"), ("tag", &tag)]).done();
    let profile = bob.core("getprofilesettings", &[]).xml();
    assert_eq!(profile.child("profilesettings").number("isemailverified"), 1);
    assert!(bob.is_signed_in());
}
