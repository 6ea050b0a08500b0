//! Texts of mails that administrators have changed.

use super::{outbox, start};
use crate::harness::{Caller, Element, Protection};

fn text(admin: &mut Caller, kind: &str, language: &str) -> Element {
    let all = admin.administer("getmailtexts", &[]).xml();
    let found =
        all.all("mailtext").find(|one| one.field("kind") == kind && one.field("language") == language);
    found.unwrap().clone()
}

fn set(admin: &mut Caller, kind: &str, subject: &str, text: &str) -> crate::harness::Reply {
    let fields = [("kind", kind), ("language", "english"), ("subject", subject), ("text", text)];
    admin.administer("setmailtext", &fields)
}

#[test]
fn administrators_change_texts_and_nothing_in_them_breaks_out() {
    let (server, sink) = start(Protection::None);
    let mut admin = server.admin();
    let before = text(&mut admin, "test", "english");
    assert_eq!((before.number("isown"), before.field("placeholders")), (0, "name,cloud"));
    admin.administer("updateuser", &[("profile", "alice"), ("displayname", "Al\"ice <b>")]).done();
    set(&mut admin, "test", "Grüße von {cloud}", "<script>{name}</script>\n.\n\n{unknown? no}").done();
    let mut admin = server.admin();
    admin.administer("checksendemail", &[("email", "a@example.org")]).done();
    let mail = &sink.taken()[0].data;
    assert!(mail.contains("Subject: =?utf-8?"), "{mail}");
    assert!(mail.contains("&lt;script&gt;Al&quot;ice &lt;b&gt;&lt;/script&gt;<br>"), "{mail}");
    assert!(!mail.split("text/html").nth(1).unwrap().contains("<script>"), "{mail}");
    assert_eq!(text(&mut admin, "test", "english").number("isown"), 1);
    assert_eq!(text(&mut admin, "test", "german").number("isown"), 0);

    for (kind, subject, words) in [
        ("test", "Hello\r\nBcc: eve@example.org", "x"),
        ("test", "", "x"),
        ("test", "x", ""),
        ("test", "x", "{password}"),
        ("code", "Code", "no code"),
        ("code", "{code}", "{code}"),
        ("nothing", "x", "x"),
    ] {
        assert_eq!(set(&mut admin, kind, subject, words).status, 400, "{kind} {subject:?} {words:?}");
    }
    let fields = [("kind", "test"), ("language", "english")];
    admin.administer("resetmailtext", &fields).done();
    assert_eq!(text(&mut admin, "test", "english").field("text"), before.field("text"));
    assert_eq!(outbox(&mut admin).len(), 0, "a test goes past the outbox");
}

/// The decoded subject and text of a mail.
fn decoded(data: &str) -> String {
    let plain = data.split("text/html").next().unwrap().replace("=\r\n", "").replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = plain.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let hex = more.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let byte = hex.and_then(|two| u8::from_str_radix(two, 16).ok()).filter(|_| *first == b'=');
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &more[2..] } else { more };
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn people_get_mails_in_the_language_they_have_chosen() {
    let (server, sink) = start(Protection::None);
    let mut admin = server.admin();
    let all = admin.administer("getmailtexts", &[]).xml();
    for (number, (language, words)) in [
        ("english", "this is a test"),
        ("german", "dies ist ein Test"),
        ("french", "ceci est un essai. Les e-mails"),
        ("spanish", "esto es una prueba"),
    ]
    .into_iter()
    .enumerate()
    {
        let kinds = all.all("mailtext").filter(|one| one.field("language") == language);
        assert_eq!(kinds.count(), all.all("mailtext").count() / 4, "{language}");
        server.user("alice").core("changelanguage", &[("lang", language)]).done();
        admin.administer("checksendemail", &[("email", "a@example.org")]).done();
        let mail = &sink.wait_for(number + 1)[number].data;
        assert!(decoded(mail).contains(words), "{language}: {mail}");
    }
}
