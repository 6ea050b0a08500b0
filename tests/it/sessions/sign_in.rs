//! Signing in as a user and as an administrator, the cookies that are set, and what these are good
//! for.

use crate::harness::{Caller, Multipart, PASSWORD, Reply, Request, Server, encoded, form};

const DONE: &str =
    "<commands><command><type>loginguest</type><result>1</result><message></message></command></commands>";

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase())
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths = [8, 4, 4, 4, 12];
    groups.len() == 5 && groups.iter().zip(lengths).all(|(group, length)| is_hex(group, length))
}

fn is_token(text: &str) -> bool {
    text.len() == 20 && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// The value and the attributes of a cookie that a reply sets.
fn cookie<'a>(reply: &'a Reply, name: &str) -> (&'a str, Vec<&'a str>) {
    let mut found = reply.headers("set-cookie").filter_map(|cookie| {
        let mut parts = cookie.split("; ");
        let value = parts.next()?.strip_prefix(name)?.strip_prefix('=')?;
        Some((value, parts.collect::<Vec<&str>>()))
    });
    let first = found.next().unwrap_or_else(|| panic!("no cookie {name}: {reply:?}"));
    assert!(found.next().is_none(), "two cookies {name}: {reply:?}");
    first
}

#[test]
fn get_post_and_multipart_sign_in_with_the_same_bytes() {
    let server = Server::start();
    let fields = [("userid", "bob"), ("password", PASSWORD)];
    let multipart = Multipart::new().field("userid", "bob").field("password", PASSWORD);
    for request in [
        Request::get(&format!("/core/loginguest?{}", form(&fields))),
        Request::post(&format!("/core/loginguest?{}", form(&fields)), &[]),
        Request::post("/core/loginguest", &fields),
        Request::multipart("/core/loginguest", multipart),
        // Some scripts send no content type, and some send parameters that are ignored.
        Request::new("POST", "/core/loginguest")
            .body("", form(&[fields[0], fields[1], ("tfa", "1"), ("time", "5")])),
        Request::post("/core/", &[("op", "loginguest"), fields[0], fields[1]]),
    ] {
        let mut caller = server.guest();
        let reply = caller.send(&request);
        assert_eq!((reply.status, reply.text()), (200, DONE), "{reply:?}");
        assert!(caller.is_signed_in());
    }
}

#[test]
fn what_other_clients_send_along_at_a_sign_in_does_no_harm() {
    let server = Server::start();
    for more in [
        "no2facode=1&appname=explorer&deviceid=x&devicetype=y&responseformat=xml",
        "remote_client_id=1&remote_client_api_level=4.0&remote_client_os_type=Linux",
        "passwordType=plain&g-recaptcha-response=&tfa=1",
    ] {
        let body = format!("{}&{more}", form(&[("userid", "bob"), ("password", PASSWORD)]));
        let request =
            Request::new("POST", "/core/loginguest").body("application/x-www-form-urlencoded", body);
        let mut caller = server.guest();
        // Web portals send this word before they have a token. One program also sends it
        // afterwards.
        assert_eq!(caller.send(&request.header("X-XSRF-TOKEN", "NONE")).text(), DONE, "{more}");
        let fields = [("path", "/bob"), ("name", more.get(..5).unwrap_or("x"))];
        caller.send(&Request::post("/core/createfolder", &fields).header("X-XSRF-TOKEN", "NONE")).done();
    }
}

#[test]
fn json_sign_ins_have_numbers_and_texts_where_clients_expect_them() {
    let server = Server::start();
    let sign_in = |operation: &str, fields: &[(&str, &str)]| {
        let mut caller = server.guest().always("Accept", "application/json");
        let reply = caller.post(operation, fields);
        assert_eq!(reply.status, if reply.result() == 1 { 200 } else { 400 }, "{reply:?}");
        assert!(
            reply.header("content-type").is_some_and(|kind| kind.starts_with("application/json")),
            "{reply:?}"
        );
        reply.text().to_owned()
    };
    assert_eq!(
        sign_in("/core/loginguest", &[("userid", "bob"), ("password", PASSWORD)]),
        r#"{"command":[{"type":"loginguest","result":1,"message":""}]}"#
    );
    assert_eq!(
        sign_in("/admin/adminlogin", &[("adminuser", "alice"), ("adminpassword", PASSWORD)]),
        r#"{"command":[{"type":"adminlogin","result":1,"message":""}]}"#
    );
    let refused = sign_in("/core/loginguest", &[("userid", "bob"), ("password", "wrong")]);
    assert!(refused.starts_with(r#"{"command":[{"type":"loginguest","result":0,"message":""#), "{refused}");
}

#[test]
fn a_refused_sign_in_is_status_400_without_cookies_and_never_says_why() {
    let server = Server::start();
    server.admin().administer("updateuser", &[("profile", "bobby"), ("status", "2")]).done();
    let mut messages = Vec::new();
    for (operation, fields) in [
        ("/core/loginguest", [("userid", "bob"), ("password", "wrong")]),
        ("/core/loginguest", [("userid", "nobody"), ("password", PASSWORD)]),
        ("/core/loginguest", [("userid", "bobby"), ("password", PASSWORD)]),
        ("/core/loginguest", [("userid", "bob"), ("password", "")]),
        ("/core/loginguest", [("userid", "../bob"), ("password", PASSWORD)]),
        ("/admin/adminlogin", [("adminuser", "alice"), ("adminpassword", "wrong")]),
        ("/admin/adminlogin", [("adminuser", "nobody"), ("adminpassword", PASSWORD)]),
        // The name and the password are correct, but bob is not an administrator.
        ("/admin/adminlogin", [("adminuser", "bob"), ("adminpassword", PASSWORD)]),
    ] {
        let reply = server.guest().post(operation, &fields);
        assert_eq!(reply.headers("set-cookie").count(), 0, "{reply:?}");
        let name = operation.rsplit('/').next().unwrap();
        assert!(
            reply
                .text()
                .starts_with(&format!("<commands><command><type>{name}</type><result>0</result><message>")),
            "{reply:?}"
        );
        messages.push(reply.refused());
    }
    messages.dedup();
    assert_eq!(messages, ["Invalid Username or Password. Password is Case Sensitive."]);
}

#[test]
fn a_user_sign_in_sets_the_cookies_that_clients_know() {
    let server = Server::start();
    let reply = server.guest().core("loginguest", &[("userid", "bob"), ("password", PASSWORD)]);
    for (name, is_right, is_secret) in [
        ("X-XSRF-TOKEN", is_token as fn(&str) -> bool, false),
        ("X-XSRF-TOKEN-user", is_token, false),
        ("tonido-login-user", |value| value == "bob", true),
        ("tonido-login-seed", is_uuid, true),
        ("tonido-login-hash", |value| is_hex(value, 40), true),
        ("tonido-share-login-user", str::is_empty, true),
        ("tonido-share-login-seed", str::is_empty, true),
        ("tonido-share-login-hash", str::is_empty, true),
    ] {
        check_cookie(&reply, name, is_right, is_secret);
    }
}

#[test]
fn an_admin_sign_in_sets_the_cookies_that_clients_know() {
    let server = Server::start();
    let reply =
        server.guest().administer("adminlogin", &[("adminuser", "alice"), ("adminpassword", PASSWORD)]);
    for (name, is_right, is_secret) in [
        ("X-XSRF-TOKEN", is_token as fn(&str) -> bool, false),
        ("X-XSRF-TOKEN-admin", is_token, false),
        ("tonidocloud-au", |value| value == "alice", true),
        ("tonidocloud-as", is_uuid, true),
        ("tonidocloud-ah", |value| is_hex(value, 40), true),
    ] {
        check_cookie(&reply, name, is_right, is_secret);
    }
}

fn check_cookie(reply: &Reply, name: &str, is_right: fn(&str) -> bool, is_secret: bool) {
    let (value, attributes) = cookie(reply, name);
    assert!(is_right(value), "{name}={value}");
    assert!(attributes.contains(&"Path=/") && attributes.contains(&"SameSite=Lax"), "{name}: {attributes:?}");
    // The scripts of the pages read the XSRF cookies. They must never see the others.
    assert_eq!(attributes.contains(&"HttpOnly"), is_secret, "{name}: {attributes:?}");
    assert!(!attributes.contains(&"Secure"), "over plain HTTP a browser would drop it: {name}");
}

#[test]
fn no_two_sessions_share_a_secret() {
    let server = Server::start();
    let (first, second) = (server.user("bob"), server.user("bob"));
    for name in ["X-XSRF-TOKEN", "tonido-login-seed", "tonido-login-hash"] {
        assert_ne!(first.cookie(name), second.cookie(name), "{name}");
    }
}

#[test]
fn a_name_is_one_account_in_every_spelling_and_by_its_email() {
    let server = Server::start();
    server.admin().administer("updateuser", &[("profile", "BOB"), ("email", "Bob@Example.org")]).done();
    for name in ["bob", "Bob", "BOB", " bob ", "bob@example.org", "BOB@EXAMPLE.ORG"] {
        let mut caller = server.guest();
        caller.sign_in(name);
        let info = caller.get("/core/getauthenticationinfo").xml();
        assert_eq!(info.child("info").field("profile"), "bob", "{name}");
    }
}

#[test]
fn user_and_admin_sessions_know_nothing_of_each_other() {
    let server = Server::start();
    let (mut user, mut admin) = (server.user("alice"), server.admin());
    user.administer("getversion", &[]).failed(401);
    admin.core("getprofilesettings", &[]).failed(401);
    assert!(!user.is_admin() && !admin.is_signed_in());

    // The session ids of a user are sent in the cookies of an administrator, and the other way
    // round.
    let (mut as_admin, mut as_user) = (server.guest(), server.guest());
    for (user_name, admin_name) in [
        ("tonido-login-user", "tonidocloud-au"),
        ("tonido-login-seed", "tonidocloud-as"),
        ("tonido-login-hash", "tonidocloud-ah"),
    ] {
        as_admin.set_cookie(admin_name, user.cookie(user_name).unwrap());
        as_user.set_cookie(user_name, admin.cookie(admin_name).unwrap());
    }
    as_admin.administer("getversion", &[]).failed(401);
    as_user.core("getprofilesettings", &[]).failed(401);
}

#[test]
fn both_sessions_live_in_one_jar_and_end_apart() {
    let server = Server::start();
    let mut caller = server.user("bob");
    caller.share_cookies(&server.admin());
    assert!(caller.is_signed_in() && caller.is_admin());
    caller.core("locksession", &[]).done();
    assert!(!caller.is_signed_in() && caller.is_admin());
    caller.sign_in("bob");
    caller.administer("logout", &[]).done();
    assert!(caller.is_signed_in() && !caller.is_admin());
}

#[test]
fn made_up_and_damaged_cookies_are_nobody() {
    let server = Server::start();
    let real = server.user("bob");
    let (seed, hash) = (real.cookie("tonido-login-seed").unwrap(), real.cookie("tonido-login-hash").unwrap());
    let changed =
        |text: &str| format!("{}{}", &text[..text.len() - 1], if text.ends_with('0') { '1' } else { '0' });
    for (seed, hash) in [
        (seed.to_owned(), String::new()),
        (String::new(), hash.to_owned()),
        (changed(seed), hash.to_owned()),
        (seed.to_owned(), changed(hash)),
        (hash.to_owned(), seed.to_owned()),
        (seed.to_owned(), hash.to_uppercase().replace(|letter: char| letter.is_ascii_digit(), "A")),
        (seed.to_owned(), encoded("%' OR 1=1 --")),
        ("x".repeat(6000), "y".repeat(6000)),
    ] {
        let mut caller = server.guest();
        caller.set_cookie("tonido-login-user", "bob");
        caller.set_cookie("tonido-login-seed", &seed);
        caller.set_cookie("tonido-login-hash", &hash);
        caller.core("getprofilesettings", &[]).failed(401);
    }
    // The name in a cookie does not decide who is signed in.
    let mut caller: Caller = real.twin();
    caller.set_cookie("tonido-login-user", "alice");
    let info = caller.get("/core/getauthenticationinfo").xml();
    assert_eq!(info.child("info").field("profile"), "bob");
}
