//! Accounts that need a second factor. It is set up at the sign-in, and nothing else begins a
//! session.

use super::{finish, switch_on, token, word};
use crate::harness::{Authenticator, Caller, Server};

/// The policy's name for the requirement.
const KEY: &str = "TONIDOCLOUD_ENABLE_2FA";

/// Requires a second factor of every account. An administrator has one already: without it, this
/// would be refused.
fn require(server: &Server) {
    let mut admin = server.admin();
    admin.administer("setadminstatus", &[("profile", "bobby"), ("adminstatus", "1")]).done();
    switch_on(&mut server.user("bobby"));
    let policies = admin.administer("getdefaultpolicy", &[]);
    let policy = policies.xml().child("policy").field("policyid").to_owned();
    admin.administer("updatepolicy", &[("policyid", &policy), (KEY, "1")]).done();
}

#[test]
fn who_has_none_sets_it_up_at_the_sign_in() {
    let server = Server::start();
    let mut bob = server.user("bob");
    require(&server);
    assert!(!bob.is_signed_in(), "a session without a second factor ends");
    let mut caller = server.guest();
    let waiting = token(&mut caller, "bob");
    assert!(waiting.starts_with("2fa_ga_1_setup_"), "{waiting}");
    let asked = [("userid", "bob"), ("token", waiting.as_str())];
    let key = caller.core("get2fagasecret", &asked).done().message();
    assert_eq!(
        caller.core("get2fagasecret", &asked).done().message(),
        key,
        "it is the same, whoever asks twice"
    );
    let picture = caller.core("get2fagasecretqrcode", &asked);
    assert_eq!((picture.status, picture.header("content-type")), (200, Some("image/png")));
    assert_eq!(picture.header("cache-control"), Some("no-store"));
    assert!(picture.body.starts_with(b"\x89PNG\r\n\x1a\n"));
    assert_eq!(word(&finish(&mut caller, "bob", &waiting, "000000")), "wrong-code");
    let mut app = Authenticator::new(&key);
    let codes = finish(&mut caller, "bob", &waiting, &app.code()).done().message();
    assert_eq!(codes.split(' ').count(), 10, "{codes}");
    assert!(caller.is_signed_in());
    // A required second factor cannot be removed.
    let reply = caller.core("removesecondfactor", &[("code", &app.code())]);
    assert_eq!(word(&reply), "factor-required");
    let waiting = token(&mut caller, "bob");
    assert!(!waiting.contains("setup"), "{waiting}");
    let recovery = codes.split(' ').next().unwrap();
    finish(&mut server.guest(), "bob", &waiting, recovery).done();
}

#[test]
fn the_key_is_shown_to_nobody_once_it_holds() {
    let server = Server::start();
    switch_on(&mut server.user("bob"));
    let waiting = token(&mut server.guest(), "bob");
    let mut caller = server.guest();
    for (name, token) in [("bob", waiting.as_str()), ("bob", ""), ("bob", "2fa_ga_1_0"), ("alice", &waiting)]
    {
        let asked = [("userid", name), ("token", token)];
        caller.core("get2fagasecret", &asked).refused();
        let picture = caller.core("get2fagasecretqrcode", &asked);
        assert!(picture.status >= 400, "{picture:?}");
        let message = caller.core("resend2facode", &asked).refused();
        assert_eq!(message.contains("No code can be mailed"), name == "bob" && token == waiting, "{message}");
    }
}

#[test]
fn of_an_admin_alone_it_is_required_of_nobody_else() {
    let server = Server::start();
    let mut admin = server.admin();
    admin.administer("setadminstatus", &[("profile", "bob"), ("adminstatus", "1")]).done();
    admin.administer("updatepolicyforuser", &[("username", "alice"), (KEY, "1")]).done();
    assert!(!admin.is_admin());
    server.user("bob");
    let fields = [("adminuser", "alice"), ("adminpassword", crate::harness::PASSWORD)];
    let reply = admin.administer("adminlogin", &fields);
    assert_eq!(reply.result(), 3, "{reply:?}");
    let waiting = reply.message();
    let key = admin.core("get2fagasecret", &[("userid", "alice"), ("token", &waiting)]).done().message();
    let mut app = Authenticator::new(&key);
    admin.core("2falogin", &[("userid", "alice"), ("code", &app.code()), ("token", &waiting)]).done();
    assert!(
        admin.is_admin() && !admin.is_signed_in(),
        "the sign-in of the token was one of an administrator"
    );
    let mut caller: Caller = server.guest();
    token(&mut caller, "alice");
}
