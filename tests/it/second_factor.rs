//! The second factor. Nobody can sign in to an account that has one without a code, in any way.

mod guessing;
mod required;
mod ways_in;

use crate::harness::{Authenticator, Caller, PASSWORD, Reply, Server, cloudlet};

/// The error code of a failure.
fn word(reply: &Reply) -> String {
    reply.header("x-cloudlet-error").unwrap_or("").to_owned()
}

/// Sets up a second factor for the account of a client. Returns the authenticator app and the
/// recovery codes.
pub fn switch_on(caller: &mut Caller) -> (Authenticator, Vec<String>) {
    let reply = caller.core("startsecondfactor", &[("password", PASSWORD)]);
    let mut app = Authenticator::new(reply.xml().child("key").field("secret"));
    let reply = caller.core("confirmsecondfactor", &[("code", &app.code())]);
    (app, recovery_codes(&reply))
}

fn recovery_codes(reply: &Reply) -> Vec<String> {
    let codes: Vec<String> =
        reply.xml().all("recoverycode").map(|code| code.field("code").to_owned()).collect();
    assert_eq!(codes.len(), 10, "{reply:?}");
    codes
}

/// Signs in with the correct password of an account with a second factor. Returns the token that
/// `2falogin` takes.
pub fn token(caller: &mut Caller, name: &str) -> String {
    let reply = caller.core("loginguest", &[("userid", name), ("password", PASSWORD)]);
    assert_eq!((reply.status, reply.result()), (200, 3), "{reply:?}");
    assert!(reply.headers("set-cookie").next().is_none(), "{reply:?}");
    reply.message()
}

fn finish(caller: &mut Caller, name: &str, token: &str, code: &str) -> Reply {
    caller.core("2falogin", &[("userid", name), ("code", code), ("token", token)])
}

fn is_on(caller: &mut Caller) -> bool {
    caller.core("getsecondfactor", &[]).xml().child("secondfactor").number("isenabled") == 1
}

#[test]
fn a_password_alone_signs_nobody_in_and_a_code_does_once() {
    let server = Server::start();
    let (mut app, recovery) = switch_on(&mut server.user("bob"));
    let mut caller = server.guest();
    let first = token(&mut caller, "bob");
    assert!(first.starts_with("2fa_ga_1_") && !first.contains("setup"), "{first}");
    assert!(!caller.is_signed_in());
    let code = app.code();
    finish(&mut caller, "bob", &first, &code).done();
    assert!(caller.is_signed_in());

    let mut other = server.guest();
    // The first sign-in is over, so its token no longer works, and its code was used.
    assert_eq!(word(&finish(&mut other, "bob", &first, &code)), "sign-in-ended");
    let second = token(&mut other, "bob");
    assert_eq!(word(&finish(&mut other, "bob", &second, &code)), "used-code");
    for (name, token, code) in [("bobby", &second, &recovery[0]), ("bob", &first, &recovery[0])] {
        assert_eq!(word(&finish(&mut other, name, token, code)), "sign-in-ended");
    }
    assert!(!other.is_signed_in());
    finish(&mut other, "BOB", &second, &recovery[0]).done();
    assert!(other.is_signed_in());
}

#[test]
fn recovery_codes_count_once_in_any_spelling_and_new_ones_end_the_old() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let (mut app, codes) = switch_on(&mut bob);
    let mut caller = server.guest();
    let spelled = format!(" {} ", codes[0].to_uppercase().replace('-', " "));
    let waiting = token(&mut caller, "bob");
    finish(&mut caller, "bob", &waiting, &spelled).done();
    let left = |bob: &mut Caller| {
        bob.core("getsecondfactor", &[]).xml().child("secondfactor").number("recoverycodes")
    };
    assert_eq!(left(&mut bob), 9);
    let waiting = token(&mut server.guest(), "bob");
    assert_eq!(word(&finish(&mut server.guest(), "bob", &waiting, &codes[0])), "wrong-code");

    let renewed = recovery_codes(&bob.core("renewrecoverycodes", &[("code", &app.code())]));
    assert_eq!(left(&mut bob), 10);
    for old in &codes {
        assert!(!renewed.contains(old));
    }
    assert_eq!(word(&finish(&mut server.guest(), "bob", &waiting, &codes[1])), "wrong-code");
    finish(&mut server.guest(), "bob", &waiting, &renewed[1]).done();
}

#[test]
fn switching_it_on_wants_the_password_and_ends_all_other_sessions() {
    let server = Server::start();
    let (mut bob, mut other) = (server.user("bob"), server.user("bob"));
    assert_eq!(word(&bob.core("startsecondfactor", &[("password", "not it")])), "old-password");
    bob.core("confirmsecondfactor", &[("code", "123456")]).refused();
    let offered = bob.core("startsecondfactor", &[("password", PASSWORD)]);
    let key = offered.xml().child("key").clone();
    assert!(key.field("address").starts_with("otpauth://totp/cloudlet:bob?secret="), "{key:?}");
    assert!(key.field("address").contains(key.field("secret")));
    assert_eq!(word(&bob.core("confirmsecondfactor", &[("code", "000000")])), "wrong-code");
    assert!(!is_on(&mut bob) && other.is_signed_in(), "nothing holds before a code of it is right");
    let mut app = Authenticator::new(key.field("secret"));
    bob.core("confirmsecondfactor", &[("code", &app.code())]);
    assert!(is_on(&mut bob) && !other.is_signed_in());
    // The key cannot be shown again, and cannot be replaced.
    bob.core("startsecondfactor", &[("password", PASSWORD)]).refused();
    bob.core("confirmsecondfactor", &[("code", &app.code())]).refused();
}

#[test]
fn switching_it_off_wants_a_code() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let (_, codes) = switch_on(&mut bob);
    assert_eq!(word(&bob.core("removesecondfactor", &[("code", "nonsense")])), "wrong-code");
    assert!(is_on(&mut bob));
    bob.core("removesecondfactor", &[("code", &codes[3])]).done();
    assert!(!is_on(&mut bob) && bob.is_signed_in());
    server.user("bob");
}

#[test]
fn an_admin_takes_it_away_for_somebody_who_has_lost_it_and_that_is_told() {
    let server = Server::start();
    let (mut bob, mut alice) = (server.user("bob"), server.admin());
    alice.administer("resetsecondfactor", &[("username", "bob")]).refused();
    switch_on(&mut bob);
    let has_one = |alice: &mut Caller| {
        alice.administer("getuser", &[("username", "bob")]).xml().child("user").number("hassecondfactor") == 1
    };
    assert!(has_one(&mut alice));
    bob.administer("resetsecondfactor", &[("username", "bob")]).failed(401);
    alice.administer("resetsecondfactor", &[("username", "bob")]).done();
    assert!(!has_one(&mut alice) && !bob.is_signed_in());
    let mut bob = server.user("bob");
    let toasts = bob.core("gettoasts", &[]);
    assert!(toasts.text().contains("<messagetype>104</messagetype>"), "{toasts:?}");
    let rows = alice.audit(&[("operation", "resetsecondfactor")]);
    let told: Vec<(&str, &str)> =
        rows.iter().map(|row| (row.field("object"), row.field("outcome"))).collect();
    assert_eq!(told[0], ("bob", "ok"), "{told:?}");

    switch_on(&mut bob);
    cloudlet(server.data(), &["user", "reset-factor", "bob"], "").succeeded();
    cloudlet(server.data(), &["user", "reset-factor", "bob"], "").failed();
    cloudlet(server.data(), &["user", "reset-factor", "nobody"], "").failed();
    server.user("bob");
}

#[test]
fn no_code_and_no_key_is_in_any_log() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let (mut app, codes) = switch_on(&mut bob);
    let key = bob.core("getsecondfactor", &[]);
    assert!(!key.text().contains("secret"), "{key:?}");
    let mut caller = server.guest();
    let waiting = token(&mut caller, "bob");
    let code = app.code();
    finish(&mut caller, "bob", &waiting, &code).done();
    let rows = format!("{:?}", server.admin().audit(&[]));
    for secret in [&waiting, &code, &codes[0]] {
        assert!(!rows.contains(secret.as_str()) && !server.log().contains(secret.as_str()));
    }
}
