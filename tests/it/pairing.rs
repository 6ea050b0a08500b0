//! Pairing a device. A signed-in user makes a code. The code works once and for a short time, and
//! begins a session that can be ended.

use crate::harness::{Caller, Data, Element, Launch, PASSWORD, Reply, Request, Server, joined};
use std::time::Duration;

const DEVICE: &str = "Bob's phone";

/// The answer to a call that makes a code, and the code in it.
fn made(reply: &Reply) -> (Element, String) {
    let pairing = reply.xml();
    assert_eq!((reply.status, pairing.name.as_str()), (200, "pairing"), "{reply:?}");
    let code = pairing.child("meta").field("code").to_owned();
    assert!(code.len() == 32 && code.bytes().all(|byte| byte.is_ascii_hexdigit()), "{code}");
    (pairing, code)
}

fn code_of(caller: &mut Caller) -> String {
    made(&caller.core("createpairing", &[("devicename", DEVICE)])).1
}

fn pair(caller: &mut Caller, code: &str) -> Reply {
    caller.core("pairdevice", &[("code", code)])
}

/// Checks that a new device is refused with this code, and gets no session.
fn check_refused(server: &Server, code: &str) {
    let mut phone = server.guest();
    let reply = pair(&mut phone, code);
    assert!(reply.headers("set-cookie").next().is_none(), "{reply:?}");
    let message = reply.refused();
    assert!(message.contains("not valid"), "{message}");
    assert!(!phone.is_signed_in());
}

fn profile(caller: &mut Caller) -> String {
    let reply = caller.get("/core/getauthenticationinfo");
    reply.xml().child("info").field("profile").to_owned()
}

#[test]
fn a_device_with_the_code_is_signed_in_as_one_that_signed_in_itself() {
    let server = Server::start();
    let code = code_of(&mut server.user("bob"));
    let mut phone = server.guest().always("User-Agent", "Mobile/1.0");
    let reply = pair(&mut phone, &code);
    let mut by_password = server.guest();
    let signed_in = by_password.core("loginguest", &[("userid", "bob"), ("password", PASSWORD)]);
    let shapes = |reply: &Reply| -> Vec<String> {
        let shape = |cookie: &str| {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            format!("{};{attributes}", pair.split('=').next().unwrap())
        };
        reply.headers("set-cookie").map(shape).collect()
    };
    assert_eq!(shapes(&reply), shapes(&signed_in));
    assert_eq!(reply.message(), "bob");
    assert_eq!(profile(&mut phone), "bob");
    phone.upload("/bob", "from the phone.txt", b"hello").ok();
    phone.administer("getversion", &[]).failed(401);
}

#[test]
fn the_answer_shows_links_and_a_square_of_points_for_each() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let (pairing, code) = made(&bob.core("createpairing", &[]));
    let meta = pairing.child("meta");
    assert_eq!((meta.field("username"), meta.number("validseconds")), ("bob", 300));
    let links: Vec<&Element> = pairing.all("link").collect();
    assert_eq!(meta.number("total"), links.len() as i64);
    let urls: Vec<&str> = links.iter().map(|link| link.field("url")).collect();
    assert_eq!(urls, [format!("http://{}/#/pair/{code}", server.address)]);
    for link in links {
        let rows: Vec<&str> = link.field("qr").split(',').collect();
        assert!(rows.len() >= 21, "{rows:?}");
        let is_row = |row: &&str| row.len() == rows.len() && row.bytes().all(|byte| b"01".contains(&byte));
        assert!(rows.iter().all(is_row), "{rows:?}");
    }

    let (pairing, code) =
        made(&bob.core("createpairing", &[("baseurl", "https://cloud.example.org/files/")]));
    let urls: Vec<&str> = pairing.all("link").map(|link| link.field("url")).collect();
    assert_eq!(urls, [format!("https://cloud.example.org/files/#/pair/{code}")]);
    for url in ["javascript:alert(1)", "http://a b", "//x", "http://a#"] {
        bob.core("createpairing", &[("baseurl", url)]).refused();
    }
}

#[test]
fn the_device_is_listed_by_its_name_and_can_be_signed_out() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for (given, wanted) in [("", DEVICE), (" Tablet ", "Tablet")] {
        let code = code_of(&mut bob);
        let mut phone = server.guest().always("User-Agent", "Mobile/1.0");
        phone.core("pairdevice", &[("code", &code), ("devicename", given)]).done();
        let sessions = bob.core("getsessions", &[]).xml();
        let session = sessions
            .all("session")
            .find(|session| session.field("agent") == wanted)
            .unwrap_or_else(|| panic!("{wanted}: {sessions:?}"));
        assert_eq!((session.field("side"), session.number("iscurrent")), ("user", 0));
        assert!(phone.is_signed_in());
        bob.core("endsession", &[("id", session.field("id"))]).done();
        assert!(!phone.is_signed_in());
        phone.core("getprofilesettings", &[]).failed(401);
        assert!(bob.is_signed_in());
    }
    // Without a name in the call, the session has the name that the device gives itself.
    let (_, code) = made(&bob.core("createpairing", &[]));
    pair(&mut server.guest().always("User-Agent", "Mobile/1.0"), &code).done();
    let sessions = bob.core("getsessions", &[]).xml();
    assert!(sessions.all("session").any(|session| session.field("agent") == "Mobile/1.0"), "{sessions:?}");
}

#[test]
fn an_endless_or_unprintable_device_name_is_refused_and_uses_no_code_up() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let code = code_of(&mut bob);
    for name in ["\u{7}", "   ", &"x".repeat(101)] {
        bob.core("createpairing", &[("devicename", name)]).refused();
        server.guest().core("pairdevice", &[("code", &code), ("devicename", name)]).refused();
    }
    pair(&mut server.guest(), &code).done();
}

#[test]
fn a_code_works_once_even_for_many_at_once() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let code = code_of(&mut bob);
    pair(&mut server.guest(), &code).done();
    check_refused(&server, &code);

    let code = code_of(&mut bob);
    let results: Vec<i64> = std::thread::scope(|scope| {
        let devices: Vec<_> = (0..6)
            .map(|_| {
                let (mut phone, code) = (server.guest(), &code);
                scope.spawn(move || pair(&mut phone, code).result())
            })
            .collect();
        devices.into_iter().map(|device| joined(device.join())).collect()
    });
    assert_eq!(results.iter().sum::<i64>(), 1, "{results:?}");
}

#[test]
fn a_code_ends_after_its_time_and_with_the_server() {
    let mut server = Launch::on(Data::with_accounts()).setting("CLOUDLET_PAIRING_SECONDS", 1).start();
    let mut bob = server.user("bob");
    let code = code_of(&mut bob);
    std::thread::sleep(Duration::from_millis(1100));
    check_refused(&server, &code);

    let code = code_of(&mut bob);
    assert_eq!(server.stop(), Some(0));
    server.start_again();
    check_refused(&server, &code);
}

#[test]
fn a_code_ends_with_the_next_one_and_with_the_session_that_made_it() {
    let server = Server::start();
    let (mut bob, mut other) = (server.user("bob"), server.user("bob"));
    let (first, of_other) = (code_of(&mut bob), code_of(&mut other));
    let second = code_of(&mut bob);
    check_refused(&server, &first);
    // When the session of a thief ends, the codes of that session end too.
    bob.core("endothersessions", &[]).done();
    check_refused(&server, &of_other);
    bob.core("locksession", &[]).done();
    check_refused(&server, &second);
}

#[test]
fn a_code_ends_with_a_new_password_and_with_the_account() {
    let server = Server::start();
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    let code = code_of(&mut bob);
    let new = "another battery staple";
    bob.core("updatepassword", &[("oldpassword", PASSWORD), ("newpassword", new)]).done();
    check_refused(&server, &code);

    let make =
        |admin: &mut Caller| made(&admin.administer("createpairingforuser", &[("username", "bobby")])).1;
    let code = make(&mut admin);
    admin.administer("updateuser", &[("profile", "bobby"), ("status", "2")]).done();
    check_refused(&server, &code);
    let message = admin.administer("createpairingforuser", &[("username", "bobby")]).refused();
    assert!(message.contains("disabled"), "{message}");
    admin.administer("updateuser", &[("profile", "bobby"), ("status", "1")]).done();
    let code = make(&mut admin);
    admin.administer("deleteuser", &[("profile", "bobby")]).done();
    check_refused(&server, &code);
}

#[test]
fn an_administrator_makes_codes_for_others_as_long_as_they_are_one() {
    let server = Server::start();
    let mut admin = server.admin();
    let make = |admin: &mut Caller, name: &str| {
        made(&admin.administer("createpairingforuser", &[("username", name), ("devicename", DEVICE)])).1
    };
    let code = make(&mut admin, "Bob");
    let mut phone = server.guest();
    pair(&mut phone, &code).done();
    assert_eq!(profile(&mut phone), "bob");
    admin.administer("createpairingforuser", &[("username", "nobody")]).refused();

    // Codes for two people at the same time are independent.
    let (bobs, bobbys) = (make(&mut admin, "bob"), make(&mut admin, "bobby"));
    let mut phone = server.guest();
    pair(&mut phone, &bobbys).done();
    assert_eq!(profile(&mut phone), "bobby");
    admin.administer("setadminstatus", &[("profile", "bob"), ("adminstatus", "1")]).done();
    admin.administer("setadminstatus", &[("profile", "alice"), ("adminstatus", "0")]).done();
    check_refused(&server, &bobs);
}

#[test]
fn every_kind_of_caller_may_bring_a_code_and_only_the_right_ones_make_one() {
    let server = Server::start();
    server.guest().core("createpairing", &[]).failed(401);
    server.admin().core("createpairing", &[]).failed(401);
    server.guest().administer("createpairingforuser", &[("username", "bob")]).failed(401);
    server.user("bob").administer("createpairingforuser", &[("username", "bobby")]).failed(401);
    // The code is for the caller's own account, whatever else the call names.
    let mut bob = server.user("bob");
    let named = [("username", "bobby"), ("adminproxyuserid", "bobby"), ("userid", "bobby")];
    let (pairing, code) = made(&bob.core("createpairing", &named));
    assert_eq!(pairing.child("meta").field("username"), "bob");

    let mut bobbys_phone = server.user("bobby");
    pair(&mut bobbys_phone, &code).done();
    assert_eq!(profile(&mut bobbys_phone), "bob", "whoever brings the code is who the code is for");
    let code = code_of(&mut bob);
    let mut admin = server.admin();
    pair(&mut admin, &code).done();
    assert!(admin.is_admin(), "the other side stays as it was");
}

#[test]
fn guessing_is_slowed_down_and_keeps_nobody_else_out() {
    let server = Server::start();
    let code = code_of(&mut server.user("bob"));
    let mut guesser = server.guest();
    let wrong = ["", "0", &code[..31], &format!("{code}0"), "' OR 1=1", "*", &"0".repeat(32), "%00"];
    for guess in wrong {
        pair(&mut guesser, guess).refused();
    }
    let message = pair(&mut guesser, &"0".repeat(32)).refused();
    assert!(message.contains("wait"), "{message}");
    let message = pair(&mut server.guest(), &code).refused();
    assert!(message.contains("wait"), "the right code is no way around the wait: {message}");
    server.user("bob");
    std::thread::sleep(Duration::from_millis(1300));
    pair(&mut server.guest(), &code).done();
}

#[test]
fn a_foreign_page_can_neither_make_nor_bring_a_code() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let code = code_of(&mut bob);
    for (target, fields) in
        [("/core/createpairing", vec![]), ("/core/pairdevice", vec![("code", code.as_str())])]
    {
        let request = Request::post(target, &fields).header("Origin", "http://evil.example");
        let message = bob.send(&request).refused();
        assert!(message.contains("web page"), "{message}");
    }
    pair(&mut server.guest(), &code).done();
}

#[test]
fn every_step_is_in_the_audit_log_and_no_code_is() {
    let server = Server::start();
    let mut admin = server.admin();
    let mut bob = server.user("bob");
    let own = code_of(&mut bob);
    let given = made(&admin.administer("createpairingforuser", &[("username", "bobby")])).1;
    pair(&mut server.guest(), &own).done();
    pair(&mut server.guest(), &own).refused();
    pair(&mut server.guest(), &given).done();
    let row = |row: &Element| {
        ["operation", "username", "outcome", "object"].map(|name| row.field(name).to_owned()).join(" ")
    };
    let rows = admin.audit(&[]);
    let noted: Vec<String> =
        rows.iter().rev().filter(|row| row.field("operation").contains("pair")).map(row).collect();
    assert_eq!(
        noted,
        [
            "createpairing bob ok ",
            "createpairingforuser alice ok bobby",
            "pairdevice bob ok ",
            "pairdevice  unauthenticated ",
            "pairdevice bobby ok "
        ]
    );
    let all = format!("{rows:?}{}", server.log());
    assert!(!all.contains(&own) && !all.contains(&given), "a code is in the log");
    for name in ["cloudlet.db", "cloudlet.db-wal"] {
        let bytes = std::fs::read(server.data().path(name)).unwrap_or_default();
        let holds = |code: &str| bytes.windows(code.len()).any(|window| window == code.as_bytes());
        assert!(!holds(&own) && !holds(&given), "a code is in {name}");
    }
}

#[test]
fn the_codes_of_one_account_keep_nobody_else_from_pairing() {
    let server = Server::start();
    let alices = code_of(&mut server.user("alice"));
    let bobs: Vec<String> = (0..40).map(|_| code_of(&mut server.user("bob"))).collect();
    let works = |code: &str| pair(&mut server.guest(), code).result() == 1;
    assert!(works(&alices) && works(&code_of(&mut server.user("bobby"))));
    // Only the latest codes of an account are valid.
    assert!(works(&bobs[39]) && works(&bobs[24]));
    check_refused(&server, &bobs[23]);
}
