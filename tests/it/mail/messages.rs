//! Mails that people write to each other.

use super::{outbox, start};
use crate::harness::{Caller, Element, Protection, Server};

fn send(caller: &mut Caller, to: &str, subject: &str, message: &str) -> Element {
    let fields = [("from", "bob@example.org"), ("toemailid", to), ("subject", subject), ("message", message)];
    caller.core("sendemail", &fields).xml()
}

#[test]
fn a_text_goes_to_its_receivers_in_the_name_of_this_server() {
    let (server, sink) = start(Protection::StartTls);
    let mut bob = server.user("bob");
    let status = send(&mut bob, "a@example.org, b@example.org", "Grüße", "Hi <b>,\n.\nhttps://example.org/");
    assert_eq!(status.child("emailstatus").number("status"), 1, "{status:?}");
    let taken = sink.wait_for(2);
    let to: Vec<&str> = taken.iter().map(|mail| mail.to[0].as_str()).collect();
    assert_eq!(to, ["TO:<a@example.org>", "TO:<b@example.org>"]);
    for mail in taken {
        assert_eq!((mail.from.as_str(), mail.is_encrypted), ("FROM:<cloud@example.org>", true));
        let data = &mail.data;
        assert!(data.contains("bob writes to you from cloudlet:") && data.contains("&lt;b&gt;"), "{data}");
    }
    for (to, subject) in [
        ("", "x"),
        ("eve", "x"),
        ("a@example.org\r\nBcc: eve@example.org", "x"),
        ("a@example.org", "x\r\nBcc: eve@example.org"),
        ("a@example.org", ""),
        (&["a@example.org"; 11].join(","), "x"),
    ] {
        let fields = [("toemailid", to), ("subject", subject), ("message", "x")];
        assert_eq!(bob.core("sendemail", &fields).result(), 0, "{to:?} {subject:?}");
    }
    // A user may send only 20 mails an hour.
    for number in 2..=20 {
        send(&mut bob, "a@example.org", &format!("number {number}"), "x");
    }
    let fields = [("toemailid", "a@example.org"), ("subject", "x"), ("message", "x")];
    assert!(bob.core("sendemail", &fields).message().contains("Too many mails"));
    assert_eq!(outbox(&mut server.admin()).len(), 21);
}

#[test]
fn without_a_mail_server_nothing_is_sent_and_the_answer_says_so() {
    let server = Server::start();
    let status = send(&mut server.user("bob"), "a@example.org", "Hello", "x");
    let status = status.child("emailstatus");
    assert_eq!(status.number("status"), 0);
    assert!(status.field("reason").contains("Mail is not set up"), "{status:?}");
}
