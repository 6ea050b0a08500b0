//! The outbox. Mails wait in the database, even across a restart, until they are sent or given up.

use super::{launch, outbox, start};
use crate::harness::{Caller, Data, Launch, Manner, Protection, Server, SmtpSink, wait_until};
use crate::second_factor::{switch_on, token};
use std::time::{Duration, Instant};

const LONGEST: Duration = Duration::from_secs(30);

/// Gives bob an address and a second factor, and begins a sign-in. A second call with these values
/// makes the server queue a mail.
fn waiting(server: &Server, address: &str) -> (Caller, String) {
    server.admin().administer("updateuser", &[("profile", "bob"), ("email", address)]).done();
    switch_on(&mut server.user("bob"));
    let mut caller = server.guest();
    let token = token(&mut caller, "bob");
    (caller, token)
}

fn queue(caller: &mut Caller, token: &str) {
    caller.core("resend2facode", &[("userid", "bob"), ("token", token)]).done();
}

fn status(admin: &mut Caller) -> String {
    outbox(admin)[0].field("status").to_owned()
}

#[test]
fn a_mail_that_the_server_takes_later_waits_and_is_told() {
    let (server, sink) = start(Protection::StartTls);
    let mut admin = server.admin();
    let (mut caller, token) = waiting(&server, "bob@example.org");
    sink.behaves(Manner::Greylists);
    queue(&mut caller, &token);
    wait_until("the first try has failed", LONGEST, || !outbox(&mut admin)[0].field("said").is_empty());
    let mail = &outbox(&mut admin)[0];
    assert_eq!((mail.field("status"), mail.field("kind"), mail.number("tries")), ("queued", "code", 1));
    assert_eq!(mail.field("said"), "The server refused: 451 4.7.1 Greylisted, come again later");
    assert!(mail.number("dueepochutc") >= mail.number("createdepochutc") + 60, "{mail:?}");
    // The administrator has the mail sent at once.
    sink.behaves(Manner::Good);
    let id = mail.field("mailid").to_owned();
    admin.administer("retrymail", &[("mailid", &id)]).done();
    assert_eq!(sink.wait_for(1).len(), 1);
    wait_until("it is noted", LONGEST, || status(&mut admin) == "sent");
    let mail = &outbox(&mut admin)[0];
    assert!(mail.field("said").contains("taken as number 1") && mail.number("isretryable") == 0);
    assert!(admin.administer("retrymail", &[("mailid", &id)]).refused().contains("cannot be sent again"));
    admin.administer("deletemail", &[("mailid", &id)]).done();
    assert_eq!(admin.administer("deletemail", &[("mailid", &id)]).status, 400);
    assert_eq!(outbox(&mut admin).len(), 0);
}

/// A mail must not fail because somebody empties the settings while it waits.
#[test]
fn a_mail_outlives_settings_that_are_taken_away_for_a_while() {
    let sink = SmtpSink::start(Protection::None);
    let server = Launch::on(Data::with_accounts())
        .setting("CLOUDLET_SMTP_PORT", sink.address.port())
        .setting("CLOUDLET_SMTP_SECURITY", "none")
        .start();
    let mut admin = server.admin();
    let mut set = |name, value| admin.administer("setsetting", &[("name", name), ("value", value)]).done();
    set("smtp_host", "localhost");
    set("mail_sender", "cloud@example.org");
    sink.behaves(Manner::Greylists);
    let mail = [("toemailid", "anna@example.org"), ("subject", "Sunday"), ("message", "Cake at four")];
    server.user("bob").core("sendemail", &mail).xml();
    let mut reader = server.admin();
    let mut says = |words: &str| {
        wait_until(words, LONGEST, || {
            let mail = &outbox(&mut reader)[0];
            mail.field("status") == "queued" && mail.field("said").contains(words)
        });
    };
    says("Greylisted");
    sink.behaves(Manner::Good);
    // After each change of the settings, the server tries again.
    set("mail_sender", "");
    says("not set up");
    set("smtp_host", "");
    set("mail_sender", "cloud@example.org");
    says("not set up");
    set("smtp_host", "localhost");
    sink.wait_for(1);
    wait_until("it is noted", LONGEST, || status(&mut reader) == "sent");
}

#[test]
fn a_receiver_that_there_is_not_is_given_up_at_once_and_its_secret_forgotten() {
    let (server, sink) = start(Protection::None);
    let mut admin = server.admin();
    let (mut caller, token) = waiting(&server, "bob@example.org");
    sink.behaves(Manner::Refuses);
    queue(&mut caller, &token);
    wait_until("it is given up", LONGEST, || status(&mut admin) == "givenup");
    let mail = &outbox(&mut admin)[0];
    assert!(mail.field("said").contains("550 5.1.1") && mail.number("isretryable") == 0, "{mail:?}");
    let given_up = admin.administer("getmails", &[("status", "givenup")]).xml();
    assert_eq!(given_up.child("meta").number("total"), 1);
    assert_eq!(admin.administer("getmails", &[("status", "queued")]).xml().child("meta").number("total"), 0);
    assert!(server.log().contains("is given up"), "{}", server.log());
}

/// Makes all mails this many seconds older, because a test cannot wait for two days.
fn let_pass(server: &mut Server, seconds: i64) {
    assert_eq!(server.stop(), Some(0));
    let database = rusqlite::Connection::open(server.data().path("cloudlet.db")).unwrap();
    let older = "UPDATE mails SET created = created - ?1, due = due - ?1";
    assert!(database.execute(older, [seconds]).unwrap() > 0);
    drop(database);
    server.start_again();
}

#[test]
fn the_pauses_grow_and_after_two_days_a_mail_is_given_up() {
    const MINUTE: i64 = 60;
    let sink = SmtpSink::start(Protection::None);
    let mut server = launch(&sink, Protection::None).start();
    sink.behaves(Manner::Greylists);
    let mail = [("toemailid", "anna@example.org"), ("subject", "Sunday"), ("message", "Cake at four")];
    server.user("bob").core("sendemail", &mail).xml();
    for (tries, minutes) in (1..).zip([1, 5, 15, 30, 60, 120, 240, 240]) {
        let mut admin = server.admin();
        wait_until("it was tried again", LONGEST, || {
            let mail = &outbox(&mut admin)[0];
            mail.number("tries") == tries && !mail.field("said").is_empty()
        });
        let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() as i64;
        let pause = outbox(&mut admin)[0].number("dueepochutc") - now;
        assert!((minutes * MINUTE - 30..=minutes * MINUTE).contains(&pause), "{pause} s after try {tries}");
        assert_eq!(status(&mut admin), "queued");
        let_pass(&mut server, minutes * MINUTE);
    }
    // So far 11 hours and 51 minutes have passed.
    let_pass(&mut server, 36 * 60 * MINUTE);
    let mut admin = server.admin();
    wait_until("it is given up", LONGEST, || status(&mut admin) == "givenup");
    let alerts = admin.administer("getsysalerts", &[]).xml();
    assert!(alerts.child("alert").field("description").contains("anna@example.org"), "{alerts:?}");
    assert!(sink.wait_for(0).is_empty());
}

#[test]
fn a_mail_is_sent_after_a_stop_that_a_hanging_server_does_not_hold_up() {
    let sink = SmtpSink::start(Protection::None);
    let mut server = launch(&sink, Protection::None).start();
    let (mut caller, token) = waiting(&server, "bob@example.org");
    sink.behaves(Manner::Hangs);
    queue(&mut caller, &token);
    let mut admin = server.admin();
    wait_until("it is tried", LONGEST, || outbox(&mut admin)[0].number("tries") == 1);
    let begun = Instant::now();
    server.stop();
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    sink.behaves(Manner::Good);
    server.start_again();
    let mut admin = server.admin();
    assert_eq!(status(&mut admin), "queued");
    // After a change of the settings, the server tries all waiting mails at once.
    admin.administer("setsetting", &[("name", "mail_language"), ("value", "german")]).done();
    let taken = sink.wait_for(1);
    assert!(taken[0].data.contains("Hallo bob"), "in German: {}", taken[0].data);
}
