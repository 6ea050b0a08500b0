//! Mails that the server sends by itself, and what administrators see of failed mails.

use super::{launch, outbox, start};
use crate::harness::{Caller, Element, Manner, PASSWORD, Protection, Server, SmtpSink, wait_until};
use std::time::Duration;

fn sign_in_from(server: &Server, address: &str) -> Caller {
    let mut caller = server.guest().always("X-Forwarded-For", address);
    caller.core("loginguest", &[("userid", "bob"), ("password", PASSWORD)]).done();
    caller
}

#[test]
fn a_sign_in_from_a_new_place_is_told_once() {
    let sink = SmtpSink::start(Protection::None);
    let server = launch(&sink, Protection::None).setting("CLOUDLET_TRUSTED_PROXIES", "127.0.0.1").start();
    let mut admin = server.admin();
    admin.administer("updateuser", &[("profile", "bob"), ("email", "bob@example.org")]).done();
    for address in ["192.0.2.1", "192.0.2.1", "198.51.100.7", "198.51.100.7"] {
        sign_in_from(&server, address);
    }
    let taken = sink.wait_for(1);
    let data = &taken[0].data;
    assert!(data.contains("198.51.100.7") && data.contains("from a new place"), "{data}");
    let mails = outbox(&mut admin);
    assert_eq!((mails.len(), mails[0].field("kind")), (1, "newplace"));
    // An account with an invalid address can still sign in.
    admin.administer("updateuser", &[("profile", "bob"), ("email", "bob@a..b")]).done();
    assert!(sign_in_from(&server, "203.0.113.9").is_signed_in());
}

fn alerts(admin: &mut Caller) -> Vec<(String, String)> {
    let reply = admin.administer("getsysalerts", &[]).xml();
    let alert = |one: &Element| (one.field("type").to_owned(), one.field("description").to_owned());
    reply.all("alert").map(alert).collect()
}

#[test]
fn administrators_hear_who_asks_for_an_account_and_who_is_let_in_hears_it_too() {
    let sink = SmtpSink::start(Protection::None);
    let server = launch(&sink, Protection::None).setting("CLOUDLET_SIGN_UP", "approval").start();
    let mut admin = server.admin();
    for name in ["alice", "bob", "bobby"] {
        let email = format!("{name}@example.org");
        let makes_admin = if name == "bob" { "0" } else { "1" };
        let fields = [("profile", name), ("email", &email), ("adminstatus", makes_admin)];
        admin.administer("updateuser", &fields).done();
    }
    // Bobby may see alerts, but no accounts.
    let fields = [("username", "bobby"), ("opname", "Users"), ("read", "0")];
    admin.administer("setadminuserpolicy", &fields).done();
    let mut bobby = server.guest();
    bobby.sign_in_as_admin("bobby");
    for name in ["dora", "emil"] {
        let email = format!("{name}@example.org");
        let fields = [("profile", name), ("email", &email), ("password", "green lamps walk")];
        server.guest().core("createprofile", &fields).done();
    }
    let to_whom = |kind: &str, admin: &mut Caller| -> Vec<String> {
        let of_kind = outbox(admin).into_iter().filter(|mail| mail.field("kind") == kind);
        of_kind.map(|mail| mail.field("email").to_owned()).collect()
    };
    assert_eq!(to_whom("accountwaits", &mut admin), ["alice@example.org"], "once an hour");
    let taken = sink.wait_for(3);
    let mail = taken.iter().find(|mail| mail.to[0].contains("alice@example.org")).expect("it was sent");
    let link = "/admin/#/users?show=3Dwaiting";
    assert!(mail.data.contains("dora@example.org") && mail.data.contains(link), "{}", mail.data);
    let told = alerts(&mut admin);
    assert_eq!(told.iter().filter(|(kind, _)| kind == "letin").count(), 2, "{told:?}");
    assert!(told[0].1.contains("dora") && told[1].1.contains("emil@example.org"), "{told:?}");
    assert_eq!(alerts(&mut bobby), []);

    admin.administer("updateuser", &[("profile", "dora"), ("status", "1")]).done();
    admin.administer("deleteuser", &[("profile", "emil")]).done();
    assert_eq!(alerts(&mut admin), []);
    assert_eq!(to_whom("letin", &mut admin), ["dora@example.org"]);
    let taken = sink.wait_for(4);
    assert!(taken[3].data.contains("with the name dora"), "{}", taken[3].data);
    // Somebody whose disabled account is enabled again has not asked for approval.
    for status in ["2", "1"] {
        admin.administer("updateuser", &[("profile", "dora"), ("status", status)]).done();
    }
    assert_eq!(to_whom("letin", &mut admin).len(), 1);
}

#[test]
fn administrators_are_mailed_what_a_check_finds() {
    let (server, sink) = start(Protection::None);
    let mut admin = server.admin();
    admin.administer("updateuser", &[("profile", "alice"), ("email", "alice@example.org")]).done();
    server.user("bob").upload("/bob", "damaged.txt", &[7; 5000]).ok();
    // The first check computes the checksum.
    let check = |admin: &mut Caller, count: usize| {
        wait_until("no check is under way", Duration::from_secs(60), || {
            admin.administer("startcheck", &[("deep", "1")]).status == 200
        });
        wait_until("it has ended", Duration::from_secs(60), || {
            let checks = admin.administer("getchecks", &[]).xml();
            checks.child("meta").number("isrunning") == 0 && checks.all("check").count() >= count
        });
    };
    check(&mut admin, 1);
    assert_eq!(outbox(&mut admin).len(), 0);
    server.data().damage(&server.data().file("/bob/damaged.txt"));
    check(&mut admin, 1);
    let taken = sink.wait_for(1);
    assert!(taken[0].to[0].contains("alice@example.org"), "{:?}", taken[0].to);
    assert!(taken[0].data.contains("/bob/damaged.txt is damaged"), "{}", taken[0].data);
    // A fault that remains is mailed only once.
    check(&mut admin, 1);
    assert_eq!(outbox(&mut admin).len(), 1);
}

/// Storage notices and failed backups, which the upkeep queues, must reach the mail server.
#[test]
fn mails_of_the_upkeep_arrive_with_their_values() {
    let sink = SmtpSink::start(Protection::None);
    let mut server = launch(&sink, Protection::None).start();
    assert_eq!(server.stop(), Some(0));
    let database = rusqlite::Connection::open(server.data().path("cloudlet.db")).unwrap();
    for (kind, values) in [
        (10, r#"{"name":"bob","used":"9 GB","limit":"10 GB"}"#),
        (11, r#"{"name":"alice","disks":"The disk usb is nearly full: 2 GB are free."}"#),
        (12, r#"{"name":"alice","reason":"There is no directory /mnt/backup."}"#),
    ] {
        let insert = "INSERT INTO mails (kind, address, name, content, status, created, due) \
                      VALUES (?1, 'anna@example.org', 'Anna', ?2, 1, unixepoch(), unixepoch())";
        database.execute(insert, (kind, values)).unwrap();
    }
    drop(database);
    server.start_again();
    let taken = sink.wait_for(3);
    for (mail, (subject, text)) in taken.iter().zip([
        ("Your storage at cloudlet is nearly full", "9 GB of your 10 GB are used"),
        ("A disk of cloudlet is nearly full", "The disk usb is nearly full: 2 GB are free."),
        ("The backup of cloudlet has failed", "There is no directory /mnt/backup."),
    ]) {
        assert!(mail.data.contains(subject) && mail.data.contains(text), "{}", mail.data);
    }
}

#[test]
fn the_owner_and_the_administrators_are_mailed_when_the_brake_holds_a_client() {
    let sink = SmtpSink::start(Protection::None);
    let server = launch(&sink, Protection::None).setting("CLOUDLET_MASS_CHANGE_LIMIT", 20).start();
    let mut admin = server.admin();
    for (name, makes_admin) in [("alice", "1"), ("bob", "0"), ("bobby", "0")] {
        let email = format!("{name}@example.org");
        admin
            .administer("updateuser", &[("profile", name), ("email", &email), ("adminstatus", makes_admin)])
            .done();
    }
    let mut script = Caller::new(server.address).always("User-Agent", "PowerShell");
    script.sign_in("bob");
    for number in 0..21 {
        script.upload("/bob", &format!("page {number}.txt"), format!("page {number}").as_bytes()).ok();
    }
    assert_eq!(outbox(&mut admin).len(), 0, "new files are no mass change");
    for number in 0..21 {
        script.core("deletefile", &[("path", "/bob"), ("name", &format!("page {number}.txt"))]).done();
    }
    let taken = sink.wait_for(2);
    let is_told = |name: &str| taken.iter().any(|mail| mail.to[0].contains(&format!("<{name}@example.org")));
    assert_eq!(["alice", "bob", "bobby"].map(is_told), [true, true, false]);
    for mail in &taken {
        let text = mail.data.replace("=\r\n", "");
        for wanted in [
            "files were deleted or replaced within ten minutes: 21.",
            "in the account bob",
            "With: PowerShell",
            "take it all back",
        ] {
            assert!(text.contains(wanted), "{wanted}: {text}");
        }
    }
    // Further calls of the held client are refused, and tell nobody anew.
    assert_eq!(script.core("deletefile", &[("path", "/bob"), ("name", "letter.txt")]).status, 400);
    wait_until("both are noted", Duration::from_secs(30), || {
        outbox(&mut admin).iter().all(|mail| mail.field("status") == "sent")
    });
    let mails = outbox(&mut admin);
    let kinds: Vec<&str> = mails.iter().map(|mail| mail.field("kind")).collect();
    assert_eq!(kinds, ["held", "held"]);
}

#[test]
fn mails_that_were_given_up_are_alerts() {
    let (server, sink) = start(Protection::None);
    let mut admin = server.admin();
    sink.behaves(Manner::Refuses);
    let fields = [("toemailid", "nobody@example.org"), ("subject", "x"), ("message", "x")];
    server.user("bob").core("sendemail", &fields);
    let given_up = |admin: &mut Caller| outbox(admin)[0].field("status") == "givenup";
    wait_until("it is given up", Duration::from_secs(30), || given_up(&mut admin));
    let alerts = admin.administer("getsysalerts", &[]).xml();
    let alert = alerts.child("alert");
    assert_eq!(alert.field("type"), "send");
    for wanted in ["nobody@example.org", "given up", "550 5.1.1 No such user here"] {
        assert!(alert.field("description").contains(wanted), "{alert:?}");
    }
    // This mail can be sent again, unlike one with a code.
    sink.behaves(Manner::Good);
    let id = outbox(&mut admin)[0].field("mailid").to_owned();
    admin.administer("retrymail", &[("mailid", &id)]).done();
    assert_eq!(sink.wait_for(1).len(), 1);
    assert_eq!(admin.administer("getsysalerts", &[]).xml().all("alert").count(), 0);
}
