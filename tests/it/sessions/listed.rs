//! Sessions are listed. They can be ended one by one, or all except one's own.

use crate::harness::{Caller, Element, Server};

fn sessions(caller: &mut Caller) -> Vec<Element> {
    let root = caller.get("/core/getsessions").xml();
    assert_eq!(root.name, "sessions", "{root:?}");
    root.all("session").cloned().collect()
}

fn own_id(caller: &mut Caller) -> String {
    let own: Vec<Element> =
        sessions(caller).into_iter().filter(|session| session.number("iscurrent") == 1).collect();
    assert_eq!(own.len(), 1, "{own:?}");
    own[0].field("id").to_owned()
}

/// Signs in with this user agent.
fn with_agent(server: &Server, name: &str, agent: &str) -> Caller {
    let mut caller = server.guest().always("User-Agent", agent);
    caller.sign_in(name);
    caller
}

#[test]
fn sessions_are_listed_with_where_they_come_from_and_without_their_secrets() {
    let server = Server::start();
    let mut phone = with_agent(&server, "alice", "Phone/1.0");
    with_agent(&server, "alice", "Laptop/2.0").sign_in_as_admin("alice");
    server.user("bob");
    let listed = sessions(&mut phone);
    let mut seen: Vec<[&str; 3]> =
        listed.iter().map(|session| ["side", "agent", "address"].map(|name| session.field(name))).collect();
    seen.sort_unstable();
    assert_eq!(
        seen,
        [
            ["admin", "Laptop/2.0", "127.0.0.1"],
            ["user", "Laptop/2.0", "127.0.0.1"],
            ["user", "Phone/1.0", "127.0.0.1"]
        ]
    );
    let text = phone.get("/core/getsessions").text().to_owned();
    for name in ["tonido-login-seed", "tonido-login-hash", "X-XSRF-TOKEN"] {
        assert!(!text.contains(phone.cookie(name).unwrap()), "{name} is a secret: {text}");
    }
}

#[test]
fn one_session_is_ended_and_the_others_go_on() {
    let server = Server::start();
    let (mut first, mut second, mut third) = (server.user("bob"), server.user("bob"), server.user("bob"));
    let id = own_id(&mut second);
    first.core("endsession", &[("id", &id)]).done();
    second.core("getprofilesettings", &[]).failed(401);
    assert!(first.is_signed_in() && third.is_signed_in());
    assert_eq!(sessions(&mut first).len(), 2);
}

#[test]
fn nobody_ends_or_sees_a_strangers_session() {
    let server = Server::start();
    let (mut alice, mut bob) = (server.user("alice"), server.user("bob"));
    let id = own_id(&mut alice);
    assert!(!bob.get("/core/getsessions").text().contains(&id));
    for id in [id.as_str(), "", "%", "' OR '1'='1"] {
        bob.core("endsession", &[("id", id)]).refused();
    }
    assert!(alice.is_signed_in() && bob.is_signed_in());
}

#[test]
fn all_other_sessions_are_ended_at_once() {
    let server = Server::start();
    let (mut own, mut other) = (server.user("alice"), server.user("alice"));
    let (mut admin, mut stranger) = (server.admin(), server.user("bob"));
    own.core("endothersessions", &[]).done();
    other.core("getprofilesettings", &[]).failed(401);
    admin.administer("getversion", &[]).failed(401);
    assert!(own.is_signed_in() && stranger.is_signed_in());
}
