//! Mail servers of all kinds: some use TLS, and some hang, refuse, lie, or speak another protocol.

use super::{launch, start};
use crate::harness::{Caller, Manner, Protection, Request, Server, SmtpSink, wait_until};
use std::time::{Duration, Instant};

/// The server gives up earlier than this, and the answer needs a moment more.
const LONGEST: Duration = Duration::from_secs(14);

/// The reason why a test mail was not sent.
fn refusal(admin: &mut Caller) -> String {
    let begun = Instant::now();
    let reply = admin.administer("checksendemail", &[("email", "anna@example.org")]);
    assert!(begun.elapsed() < LONGEST, "{reply:?}");
    reply.refused()
}

#[test]
fn a_test_mail_is_sent_and_the_answer_is_what_the_server_said() {
    for protection in [Protection::None, Protection::StartTls, Protection::Tls] {
        let sink = SmtpSink::start(protection);
        let server = launch(&sink, protection)
            .setting("CLOUDLET_SMTP_USER", "cloud")
            .setting("CLOUDLET_SMTP_PASSWORD", "with some blanks")
            .start();
        let mut admin = server.admin();
        let reply = admin.administer("checksendemail", &[("email", "anna@example.org")]).done();
        assert_eq!(reply.message(), "anna@example.org: 250 2.0.0 taken as number 1", "{protection:?}");
        let taken = &sink.taken()[0];
        assert_eq!(taken.login, "cloud with some blanks");
        assert_eq!((taken.from.as_str(), taken.to.len()), ("FROM:<cloud@example.org>", 1));
        assert_eq!(taken.to[0], "TO:<anna@example.org>");
        assert_eq!(taken.is_encrypted, protection != Protection::None);
        for wanted in [
            "From: cloudlet <cloud@example.org>",
            "To: alice <anna@example.org>",
            "Auto-Submitted: auto-generated",
        ] {
            assert!(taken.data.contains(&format!("{wanted}\r\n")), "{wanted}: {}", taken.data);
        }
        assert!(taken.data.contains("text/plain") && taken.data.contains("text/html"), "{}", taken.data);
        // The call names no address and the account has none, so the mail goes to its sender's
        // address.
        let reply = admin.administer("checksendemail", &[]).done();
        assert!(reply.message().starts_with("cloud@example.org: 250"), "{reply:?}");
        for wrong in ["anna", "anna@example.org\r\nBcc: eve@example.org", "a@b.org, c@d.org"] {
            assert_eq!(admin.administer("checksendemail", &[("email", wrong)]).status, 400, "{wrong}");
        }
        let values = admin.administer("getsettings", &[]).text().to_owned();
        assert!(!values.contains("with some blanks") && !server.log().contains("with some blanks"));
        let audit = format!("{:?}", admin.audit(&[]));
        assert!(!audit.contains("with some blanks"), "{audit}");
    }
}

#[test]
fn a_stop_does_not_wait_for_a_test_mail() {
    let sink = SmtpSink::start(Protection::None);
    let mut server = launch(&sink, Protection::None).start();
    sink.behaves(Manner::Hangs);
    let mut admin = server.admin();
    let test = Request::post("/admin/checksendemail", &[("email", "anna@example.org")]);
    let mut connection = server.connect();
    connection.send(admin.bytes(&test));
    wait_until("it is being sent", LONGEST, || sink.connections() == 1);
    assert!(refusal(&mut admin).contains("Another test is running"));
    let begun = Instant::now();
    server.stop();
    // The server waits for two seconds, and a busy machine takes longer. If it waited for the test
    // mail, it would take ten.
    server.stop_waited_two_seconds_at_most();
    assert!(begun.elapsed() < Duration::from_secs(7), "{:?}", begun.elapsed());
}

#[test]
fn whatever_a_server_does_the_answer_comes_in_time_and_says_it() {
    let (server, sink) = start(Protection::None);
    let mut admin = server.admin();
    for (manner, wanted) in [
        (Manner::Hangs, "did not answer in time"),
        (Manner::Drips, "did not answer in time"),
        (Manner::Floods, "a line that does not end"),
        (Manner::Lies, "not that of a mail server"),
        (Manner::Cuts, "ended the connection"),
        (Manner::Greylists, "451 4.7.1 Greylisted, come again later"),
        (Manner::Refuses, "550 5.1.1 No such user here"),
    ] {
        sink.behaves(manner);
        let said = refusal(&mut admin);
        assert!(said.contains(wanted), "{manner:?}: {said}");
    }
    assert_eq!(sink.taken().len(), 0);
}

#[test]
fn a_password_goes_to_the_right_server_over_a_private_line_alone() {
    let (server, sink) = start(Protection::StartTls);
    let mut admin = server.admin();
    let set = |admin: &mut Caller, name: &str, value: &str| {
        admin.administer("setsetting", &[("name", name), ("value", value)]).done();
    };
    set(&mut admin, "smtp_user", "cloud");
    set(&mut admin, "smtp_password", "much-hidden");
    sink.behaves(Manner::RefusesLogin);
    assert!(refusal(&mut admin).contains("535 5.7.8 Wrong user or password"));
    let logins = sink.lines().iter().filter(|line| line.starts_with("AUTH")).count();
    assert_eq!(logins, 1);
    for (manner, wanted) in
        [(Manner::StripsTls, "does not offer STARTTLS"), (Manner::Injects, "between STARTTLS and TLS")]
    {
        sink.behaves(manner);
        let said = refusal(&mut admin);
        assert!(said.contains(wanted), "{manner:?}: {said}");
    }
    // The certificate is first of an unknown authority, and then for another name.
    sink.behaves(Manner::Good);
    std::fs::write(server.data().path("authority.pem"), &SmtpSink::start(Protection::Tls).authority).unwrap();
    let said = refusal(&mut admin);
    assert!(
        said.contains("TLS with localhost failed") && said.contains("invalid peer certificate"),
        "{said}"
    );
    let all = sink.lines().iter().filter(|line| line.starts_with("AUTH")).count();
    assert_eq!((all, sink.taken().len()), (logins, 0), "no other was told the password");
}

#[test]
fn a_certificate_is_for_one_name() {
    let sink = SmtpSink::start(Protection::Tls);
    let server = launch(&sink, Protection::Tls).setting("CLOUDLET_SMTP_HOST", "127.0.0.1").start();
    let said = refusal(&mut server.admin());
    assert!(said.contains("TLS with 127.0.0.1 failed") && said.contains("not valid for"), "{said}");
    assert_eq!(sink.taken().len(), 0);
}

#[test]
fn without_a_mail_server_everything_says_so() {
    let server = Server::start();
    let mut admin = server.admin();
    assert!(admin.administer("checksendemail", &[]).refused().contains("Mail is not set up"));
    let mails = admin.administer("getmails", &[]).xml();
    assert_eq!((mails.child("meta").number("issetup"), mails.child("meta").number("total")), (0, 0));
    // This mail server does not exist.
    for (name, value) in [("smtp_host", "no-such-server.invalid"), ("mail_sender", "cloud@example.org")] {
        admin.administer("setsetting", &[("name", name), ("value", value)]).done();
    }
    assert!(refusal(&mut admin).contains("could not be looked up"));
    let gone = SmtpSink::start(Protection::None).address;
    for (name, value) in [("smtp_host", "127.0.0.1"), ("smtp_port", &gone.port().to_string())] {
        admin.administer("setsetting", &[("name", name), ("value", value)]).done();
    }
    assert!(refusal(&mut admin).contains("could not be reached"));
}
