//! Everything that ends a session ends it at once, on every connection.

use crate::harness::{Caller, PASSWORD, Server, cloudlet, wait_until};
use std::time::Duration;

const OTHER_PASSWORD: &str = "another battery staple";
/// The server notices a change by another process within this time.
const SOON: Duration = Duration::from_secs(2);

/// True if the session is refused both on the client's connection and on a new one.
fn is_over(caller: &mut Caller) -> bool {
    let mut copy = caller.twin();
    [caller, &mut copy].into_iter().all(|caller| caller.core("getprofilesettings", &[]).status == 401)
}

#[test]
fn signing_out_kills_the_session_at_once() {
    let server = Server::start();
    for target in ["/core/locksession", "/core/?op=logoutprofile", "/core/logoutprofile"] {
        let mut caller = server.user("bob");
        let (mut stolen, mut other) = (caller.twin(), server.user("bob"));
        assert!(stolen.is_signed_in());
        let reply = caller.get(target).done();
        assert!(
            reply.headers("set-cookie").any(|cookie| cookie.starts_with("tonido-login-hash=;")),
            "{reply:?}"
        );
        assert!(caller.cookie("tonido-login-hash").is_none());
        stolen.core("getprofilesettings", &[]).failed(401);
        assert!(other.is_signed_in(), "only the session that signed out ends");
    }
    for target in ["/admin/logout", "/admin/?op=logout"] {
        let mut caller = server.admin();
        let mut stolen = caller.twin();
        assert!(stolen.is_admin());
        caller.get(target).done();
        stolen.administer("getversion", &[]).failed(401);
    }
}

#[test]
fn leaving_a_share_is_no_sign_out() {
    let server = Server::start();
    for target in ["/core/locksession?share=1", "/core/logoutprofile?share=1"] {
        let mut caller = server.user("bob");
        let reply = caller.post(target, &[]).done();
        let ended: Vec<&str> =
            reply.headers("set-cookie").filter_map(|cookie| cookie.split('=').next()).collect();
        assert_eq!(ended, ["tonido-share-login-user", "tonido-share-login-seed", "tonido-share-login-hash"]);
        assert!(caller.is_signed_in(), "{target}");
        caller.post(&target.replace("share=1", "share=0"), &[]).done();
        assert!(!caller.is_signed_in(), "{target}");
    }
}

#[test]
fn signing_out_twice_or_as_nobody_is_harmless() {
    let server = Server::start();
    let mut caller = server.user("bob");
    for _ in 0..2 {
        caller.core("locksession", &[]).done();
        caller.administer("logout", &[]).done();
    }
}

#[test]
fn a_new_password_ends_all_other_sessions() {
    let server = Server::start();
    let (mut own, mut other) = (server.user("bob"), server.user("bob"));
    assert!(other.is_signed_in());
    own.core("updatepassword", &[("oldpassword", PASSWORD), ("newpassword", OTHER_PASSWORD)]).done();
    assert!(own.is_signed_in(), "the session that changed it goes on");
    assert!(is_over(&mut other));

    let sign_in =
        |password: &str| server.guest().core("loginguest", &[("userid", "bob"), ("password", password)]);
    sign_in(PASSWORD).refused();
    sign_in(OTHER_PASSWORD).done();
}

#[test]
fn a_password_is_not_changed_without_the_old_one_or_to_a_bad_one() {
    let server = Server::start();
    let mut caller = server.user("bob");
    for (old, new) in [("wrong", OTHER_PASSWORD), ("", OTHER_PASSWORD), (PASSWORD, "short"), (PASSWORD, "")] {
        caller.core("updatepassword", &[("oldpassword", old), ("newpassword", new)]).refused();
    }
    let endless = "x".repeat(2000);
    caller.core("updatepassword", &[("oldpassword", PASSWORD), ("newpassword", &endless)]).refused();
    server.user("bob");
}

#[test]
fn what_an_administrator_takes_away_is_gone_at_once() {
    let server = Server::start();
    let mut admin = server.admin();
    for (what, operation, fields) in [
        ("a new password", "setuserpassword", vec![("profile", "bob"), ("password", PASSWORD)]),
        ("disabling", "updateuser", vec![("profile", "bob"), ("status", "2")]),
        ("expiring", "updateuser", vec![("profile", "bob"), ("expirationdate", "2001-01-01")]),
        ("deleting", "deleteuser", vec![("profile", "bob")]),
    ] {
        let mut user = server.user("bob");
        assert!(user.is_signed_in());
        admin.administer(operation, &fields).done();
        assert!(is_over(&mut user), "after {what}");
        if what != "deleting" {
            admin
                .administer("updateuser", &[("profile", "bob"), ("status", "1"), ("expirationdate", "")])
                .done();
            assert!(is_over(&mut user), "it does not come back after {what}");
        }
    }
    let reply = server.guest().core("loginguest", &[("userid", "bob"), ("password", PASSWORD)]);
    reply.refused();
}

#[test]
fn who_is_no_administrator_any_more_stays_a_user() {
    let server = Server::start();
    let mut alice = server.admin();
    alice.administer("setadminstatus", &[("profile", "bob"), ("adminstatus", "1")]).done();
    let (mut bob_as_user, mut bob_as_admin) = (server.user("bob"), server.guest());
    bob_as_admin.sign_in_as_admin("bob");
    assert!(bob_as_admin.is_admin());
    alice.administer("setadminstatus", &[("profile", "bob"), ("adminstatus", "0")]).done();
    bob_as_admin.administer("getversion", &[]).failed(401);
    assert!(bob_as_user.is_signed_in());
}

#[test]
fn the_command_line_ends_sessions_of_the_running_server() {
    let server = Server::start();
    let input = format!("{OTHER_PASSWORD}\n");
    for arguments in [
        &["user", "password", "bob", "--password-stdin"][..],
        &["user", "disable", "bob"],
        &["user", "delete", "bob"],
    ] {
        let password = if arguments[1] == "password" { PASSWORD } else { OTHER_PASSWORD };
        let mut user = server.guest();
        user.core("loginguest", &[("userid", "bob"), ("password", password)]).done();
        assert!(user.is_signed_in());
        cloudlet(server.data(), arguments, &input).succeeded();
        wait_until(&format!("the end of the session after {arguments:?}"), SOON, || is_over(&mut user));
        if arguments[1] == "disable" {
            cloudlet(server.data(), &["user", "enable", "bob"], "").succeeded();
        }
    }
}

#[test]
fn sessions_outlive_a_restart_and_a_power_cut() {
    let mut server = Server::start();
    let mut user = server.user("bob");
    assert_eq!(server.stop(), Some(0));
    server.start_again();
    user.follow(&server);
    assert!(user.is_signed_in());
    server.kill();
    server.start_again();
    user.follow(&server);
    assert!(user.is_signed_in());
}

#[test]
fn a_signed_out_session_does_not_come_back_after_a_power_cut() {
    let mut server = Server::start();
    let mut user = server.user("bob");
    let mut stolen = user.twin();
    user.core("locksession", &[]).done();
    server.kill();
    server.start_again();
    stolen.follow(&server);
    assert!(!stolen.is_signed_in());
}
