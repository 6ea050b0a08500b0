//! People who make accounts for themselves. They can do so only if an administrator allows it, and
//! only as it is allowed.

use crate::harness::{Caller, Launch, PASSWORD, Reply, Server};

fn launched(mode: &str) -> Server {
    Launch::on(crate::harness::Data::with_accounts()).setting("CLOUDLET_SIGN_UP", mode).start()
}

fn create(caller: &mut Caller, name: &str, email: &str, password: &str) -> Reply {
    caller.core("createprofile", &[("profile", name), ("email", email), ("password", password)])
}

fn begun(server: &Server) -> (i64, String) {
    let reply = server.guest().core("beginprofilecreation", &[]).xml();
    let record = reply.child("profilecreationrecord");
    (record.number("creationallowed"), record.field("waits").to_owned())
}

fn field(admin: &mut Caller, name: &str, of: &str) -> String {
    admin.administer("getuser", &[("username", name)]).xml().child("user").field(of).to_owned()
}

#[test]
fn nobody_signs_up_before_an_administrator_lets_them() {
    let server = Server::start();
    assert_eq!(begun(&server), (0, String::new()));
    let word = |reply: &Reply| reply.header("x-cloudlet-error").map(str::to_owned);
    let refused = create(&mut server.guest(), "dora", "dora@example.org", "green lamps walk");
    assert_eq!((refused.status, word(&refused).as_deref()), (400, Some("not-offered")));
    let asked = server.guest().core("checkid", &[("id", "bob")]);
    assert_eq!(word(&asked).as_deref(), Some("not-offered"), "nobody finds out by it who there is");
    let mut admin = server.admin();
    let setting = [("count", "1"), ("param0", "TONIDOCLOUD_ACCOUNT_CREATION_MODE"), ("value0", "1")];
    admin.administer("setconfigsetting", &setting).done();
    let told = admin.administer("getconfigsetting", &setting[..2]).xml();
    assert_eq!(told.child("setting").field("value"), "1");
    assert_eq!(begun(&server), (1, String::new()));
    create(&mut server.guest(), "dora", "dora@example.org", "green lamps walk").done();
    for bad in ["5", "18446744073709551615", "-1", "some"] {
        let setting = [("count", "1"), ("param0", "TONIDOCLOUD_ACCOUNT_CREATION_MODE"), ("value0", bad)];
        admin.administer("setconfigsetting", &setting).refused();
    }
    admin.administer("clearconfigsetting", &setting[..2]).done();
    assert_eq!(begun(&server), (0, String::new()));
}

#[test]
fn an_administrator_makes_accounts_for_others_whether_people_sign_up_or_not() {
    for mode in ["off", "approval", "guest"] {
        let server = launched(mode);
        for (maker, name) in [(server.user("alice"), "dora"), (server.admin(), "emil")] {
            let (mut maker, email) = (maker, format!("{name}@example.org"));
            create(&mut maker, name, &email, "green lamps walk").done();
            server.guest().core("loginguest", &[("userid", name), ("password", "green lamps walk")]).done();
            assert_eq!(field(&mut server.admin(), name, "status"), "1", "{mode}");
            assert!(server.data().file(name).exists());
        }
        let taken = create(&mut server.user("alice"), "Dora", "x@example.org", "green lamps walk");
        assert_eq!((taken.status, taken.message().as_str()), (400, "Username is Not Available"));
    }
    let server = launched("off");
    create(&mut server.user("bob"), "dora", "dora@example.org", "green lamps walk").refused();
    // An administrator without the right to change accounts is anybody.
    let mut admin = server.admin();
    admin.administer("setadminstatus", &[("profile", "bob"), ("adminstatus", "1")]).done();
    let area = [("username", "bob"), ("opname", "Users"), ("read", "1"), ("create", "0"), ("update", "0")];
    admin.administer("setadminuserpolicy", &[&area[..], &[("delete", "0")]].concat()).done();
    create(&mut server.user("bob"), "dora", "dora@example.org", "green lamps walk").refused();
    create(&mut server.user("alice"), "dora", "dora@example.org", "green lamps walk").done();
}

#[test]
fn an_account_is_of_the_kind_that_the_mode_says() {
    for (mode, status, has_home) in [("full", "1", true), ("guest", "0", false), ("external", "3", false)] {
        let server = launched(mode);
        create(&mut server.guest(), "Dora", "Dora@Example.org", "green lamps walk").done();
        let mut dora = server.guest();
        dora.core("loginguest", &[("userid", "dora"), ("password", "green lamps walk")]).done();
        let mut admin = server.admin();
        assert_eq!(field(&mut admin, "dora", "status"), status, "{mode}");
        assert_eq!(field(&mut admin, "dora", "email"), "dora@example.org");
        assert_eq!(field(&mut admin, "dora", "verified") + &field(&mut admin, "dora", "adminstatus"), "00");
        assert_eq!(server.data().file("dora").exists(), has_home, "{mode}");
    }
}

#[test]
fn with_approval_an_administrator_lets_each_in() {
    let server = launched("approval");
    assert_eq!(begun(&server), (1, "admin".to_owned()));
    let message =
        create(&mut server.guest(), "dora", "dora@example.org", "green lamps walk").done().message();
    assert!(message.contains("administrator"), "{message}");
    let fields = [("userid", "dora"), ("password", "green lamps walk")];
    server.guest().core("loginguest", &fields).refused();
    let mut admin = server.admin();
    assert_eq!(field(&mut admin, "dora", "waits") + &field(&mut admin, "dora", "status"), "admin2");
    assert!(!server.data().file("dora").exists(), "nobody who waits has a folder");
    admin.administer("updateuser", &[("profile", "dora"), ("status", "1")]).done();
    assert_eq!(field(&mut admin, "dora", "waits"), "");
    let mut dora = server.guest();
    dora.core("loginguest", &fields).done();
    dora.upload("/dora", "a.txt", b"one").ok();
    // An account that an administrator disables later does not wait for approval.
    admin.administer("updateuser", &[("profile", "dora"), ("status", "2")]).done();
    assert_eq!(field(&mut admin, "dora", "waits"), "");
}

#[test]
fn refusals_are_those_that_programs_know() {
    let server = launched("full");
    let mut admin = server.admin();
    admin.administer("updateuser", &[("profile", "bob"), ("email", "bob@example.org")]).done();
    let good = "green lamps walk";
    let cases = [
        ("Bob", "x@example.org", good, 400, "Username is Not Available"),
        ("dora", "BOB@example.org", good, 400, "Email already used"),
        ("dora", "x@example.org", "short", 400, "Password must be minimum of 8 characters."),
        (
            "dora",
            "x@example.org",
            "Password1",
            400,
            "This password is commonly used on internet. Please choose another one.",
        ),
        (
            "do/ra",
            "x@example.org",
            good,
            400,
            "Username can only contain numbers, spaces, hyphens, periods, underscores, and letters from the Latin alphabet (A-Z, uppercase and lowercase)",
        ),
        ("dora", "no address", good, 422, "bad request"),
        ("dora", "", good, 422, "bad request"),
    ];
    for (name, email, password, status, message) in cases {
        let reply = create(&mut server.guest(), name, email, password);
        assert_eq!((reply.status, reply.message().as_str()), (status, message), "{name} {email}");
    }
    let missing = server.guest().core("createprofile", &[("email", "x@example.org"), ("password", good)]);
    assert_eq!((missing.status, missing.message().as_str()), (422, "bad request"));
    let users = admin.administer("search", &[("keyword", "dora")]).xml();
    assert_eq!(users.all("user").count(), 0);
}

#[test]
fn names_are_asked_for_slowly_and_few_accounts_are_made_in_a_row() {
    let server = launched("full");
    let mut asks = server.guest();
    assert_eq!(asks.core("checkid", &[("id", "free")]).done().result(), 1);
    assert!(asks.core("checkid", &[("id", "BOB")]).text().contains("Username is Not Available"));
    let is_slowed =
        |reply: &Reply| reply.header("x-cloudlet-error").is_some_and(|word| word.starts_with("wait"));
    let slowed = (0..20).any(|number| is_slowed(&asks.core("checkid", &[("id", &format!("n{number}"))])));
    assert!(slowed);
    let reply = create(&mut server.guest(), "dora", "dora@example.org", "green lamps walk");
    assert!(is_slowed(&reply), "{reply:?}");
    server.guest().core("loginguest", &[("userid", "bob"), ("password", PASSWORD)]).done();
}

#[test]
fn guests_have_only_what_is_shared_with_them() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "Docs")]).done();
    bob.upload("/bob/Docs", "a.txt", b"shared").ok();
    let mut admin = server.admin();
    let eve = [("username", "eve"), ("password", PASSWORD), ("status", "0")];
    admin.administer("adduser", &eve).done();
    let share = bob.core("quickshare", &[("sharelocation", "/bob/Docs")]).xml();
    let id = share.child("share").field("shareid").to_owned();
    bob.core("setallowpublicaccess", &[("shareid", &id), ("allowpublicaccess", "0")]).done();
    bob.core("addusertoshare", &[("shareid", &id), ("userid", "eve")]).done();
    let mut eve = server.user("eve");
    assert_eq!(eve.list_names("/"), ["SHARED"]);
    eve.download("/SHARED/bob/Docs/a.txt").holds(b"shared");
    assert!(!server.data().file("eve").exists());
    for path in ["/eve", "/bob", "/bob/Docs"] {
        let upload = eve.upload(path, "mine.txt", b"mine");
        assert!(upload.text() != "OK", "{path}");
        assert!(!eve.sees(&format!("{path}/mine.txt")));
    }
    eve.core("createfolder", &[("path", "/eve"), ("name", "x")]).refused();
    // A user whose account becomes a guest account and later a full one again still has their
    // files.
    bob.upload("/bob", "kept.txt", b"kept").ok();
    admin.administer("updateuser", &[("profile", "bob"), ("status", "0")]).done();
    assert!(!bob.sees("/bob/kept.txt"));
    admin.administer("updateuser", &[("profile", "bob"), ("status", "1")]).done();
    server.user("bob").download("/bob/kept.txt").holds(b"kept");
}
