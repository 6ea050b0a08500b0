//! The name and the appearance of the cloud: settings, logo, texts and languages.

use crate::harness::{Caller, Reply, Server};
use crate::pictures::samples::{drawn, png, quarters, seen, size};
use base64ct::{Base64, Encoding};

fn set(admin: &mut Caller, name: &str, value: &str) -> Reply {
    admin.administer("setsetting", &[("name", name), ("value", value)])
}

fn looks(caller: &mut Caller) -> [String; 5] {
    let reply = caller.core("getcustomizationdata", &[]);
    let root = reply.xml();
    let record = root.child("customdata");
    ["WINDOWTITLE", "accentcolour", "haslogo", "hasterms", "hasprivacy"]
        .map(|name| record.field(name).to_owned())
}

#[test]
fn words_and_colours_are_settings_that_anybody_may_see() {
    let server = Server::start();
    let (mut admin, mut guest) = (server.admin(), server.guest());
    assert_eq!(looks(&mut guest), ["cloudlet", "", "0", "0", "0"]);
    for operation in ["gettos", "getprivacy"] {
        let reply = guest.core(operation, &[]);
        assert_eq!((reply.status, reply.text()), (200, ""), "{operation}");
    }
    set(&mut admin, "name", "Villa & Söhne").done();
    set(&mut admin, "accent_colour", "#7A1F5C").done();
    set(&mut admin, "terms_text", "Be kind.\r\n\r\nShare <b>photos</b>.").done();
    assert_eq!(looks(&mut guest), ["Villa & Söhne", "#7a1f5c", "0", "1", "0"]);
    let terms = guest.core("gettos", &[]);
    assert_eq!(terms.status, 200);
    assert_eq!(
        terms.header("content-type"),
        Some("text/plain; charset=utf-8"),
        "no page: nothing of it runs"
    );
    assert_eq!(terms.body, b"Be kind.\n\nShare <b>photos</b>.");
    set(&mut admin, "terms_text", "").done();
    assert_eq!(guest.core("gettos", &[]).text(), "");
}

#[test]
fn colours_that_cannot_be_read_and_texts_that_are_none_are_refused() {
    let server = Server::start();
    let mut admin = server.admin();
    for (name, value, said) in [
        ("accent_colour", "#ffee00", "white text on it cannot be read"),
        ("accent_colour", "#777777", "white text on it cannot be read"),
        ("accent_colour", "red", "a colour like #0e6e6a"),
        ("accent_colour", "#12345", "a colour like #0e6e6a"),
        ("accent_colour", "#+12345", "a colour like #0e6e6a"),
        ("accent_colour", "url(x)", "a colour like #0e6e6a"),
        ("privacy_text", "a\u{7}b", "up to 16384 bytes"),
        ("privacy_text", &"x".repeat(16385), "16384 bytes"),
    ] {
        let message = set(&mut admin, name, value).refused();
        assert!(message.contains(said), "{name} {value}: {message}");
    }
    set(&mut admin, "accent_colour", "#767676").done();
    set(&mut admin, "privacy_text", &"x".repeat(16384)).done();
}

#[test]
fn a_logo_is_drawn_anew_and_stays_over_a_restart() {
    let mut server = Server::start();
    let (mut admin, mut guest) = (server.admin(), server.guest());
    let icon = drawn(guest.get("/core/getcustomimage?type=logo"));
    assert_eq!(size(&icon), (192, 192), "the program's own");
    let set = |admin: &mut Caller, bytes: &[u8]| {
        admin.administer("setlogo", &[("image", Base64::encode_string(bytes).as_str())])
    };
    set(&mut admin, &png(&quarters(1200, 600))).done();
    server.stop();
    server.start_again();
    admin.follow(&server);
    guest.follow(&server);
    let reply = guest.get("/core/getcustomimage?type=logo");
    let etag = reply.header("etag").unwrap().to_owned();
    let bytes = drawn(reply);
    assert_eq!((size(&bytes), seen(&bytes)), ((512, 256), ["red", "green", "blue", "white"]));
    assert_eq!(looks(&mut guest)[2], "1");
    let server_info = guest.core("serverinfo", &[]);
    assert_eq!(format!("\"{}\"", server_info.xml().child("server").field("logo")), etag);
    // A file that is not a picture is refused and changes nothing.
    for bytes in [&b""[..], b"<svg onload=alert(1)>", &png(&quarters(1200, 600))[..200], &[0; 530_000]] {
        set(&mut admin, bytes).refused();
    }
    admin.administer("setlogo", &[("image", "not base64!")]).refused();
    assert_eq!(drawn(guest.get("/core/getcustomimage")), bytes);
    admin.administer("removelogo", &[]).done();
    admin.administer("removelogo", &[]).done();
    assert_eq!(drawn(guest.get("/core/getcustomimage")), icon);
    let audit = admin.audit(&[("operation", "setlogo")]);
    assert!(!audit.is_empty());
    assert!(audit.iter().all(|row| !row.field("message").contains("iVBOR")), "the picture is in no log");
}

#[test]
fn what_programs_ask_for_at_the_root_is_there() {
    let server = Server::start();
    let mut guest = server.guest();
    for target in ["/favicon.ico", "/core/favicon.ico", "/core/?op=favicon.ico"] {
        assert_eq!(size(&drawn(guest.get(target))), (192, 192), "{target}");
    }
    for target in ["/robots.txt", "/core/robots.txt", "/core/?op=robots.txt"] {
        assert_eq!(guest.get(target).body, b"User-agent: *\nDisallow: /\n", "{target}");
    }
}

#[test]
fn the_texts_of_the_portal_come_as_a_gzip_file_in_the_language_of_the_account() {
    let server = Server::start();
    let mut alice = server.user("alice");
    let texts = |caller: &mut Caller| {
        let reply = caller.core("getuitranslations", &[("tag", "core")]);
        assert_eq!(
            (reply.status, reply.header("content-encoding")),
            (200, None),
            "the client unpacks it itself"
        );
        let mut text = String::new();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&reply.body[..]), &mut text).unwrap();
        text
    };
    let wanted =
        |value: &str| format!("<translation><key>action.save</key><value>{value}</value></translation>");
    assert!(texts(&mut server.guest()).contains(&wanted("Save")));
    assert!(texts(&mut alice).contains(&wanted("Save")));
    let languages = |caller: &mut Caller| -> Vec<(String, String)> {
        let reply = caller.core("getlanguagelist", &[]);
        let root = reply.xml();
        let all = root.all("language");
        all.map(|one| (one.field("name").to_owned(), one.field("current").to_owned())).collect()
    };
    let all = |chosen: &str| -> Vec<(String, String)> {
        let flag = |name: &str| if name == chosen { "1" } else { "0" };
        ["english", "german", "french", "spanish"]
            .map(|name| (name.to_owned(), flag(name).to_owned()))
            .to_vec()
    };
    assert_eq!(languages(&mut alice), all("english"));
    for (chosen, name, save) in
        [("German", "german", "Speichern"), ("fr", "french", "Enregistrer"), ("ES", "spanish", "Guardar")]
    {
        alice.core("changelanguage", &[("lang", chosen)]).done();
        assert_eq!(languages(&mut alice), all(name));
        assert!(texts(&mut alice).contains(&wanted(save)), "{name}");
    }
    assert_eq!(
        alice.core("changelanguage", &[("lang", "klingon")]).refused(),
        "The parameter lang cannot be used. This cloud speaks english, german, french and spanish."
    );
    assert_eq!(languages(&mut server.user("bob")), all("english"), "everybody chooses for themselves");
}

#[test]
fn a_document_is_shown_where_the_portal_has_it() {
    let server = Server::start();
    let (mut alice, mut bob) = (server.user("alice"), server.user("bob"));
    alice.core("createfolder", &[("path", "/alice"), ("name", "Häuser & Co")]).done();
    alice.upload("/alice/Häuser & Co", "plan #1.odt", b"x").ok();
    let reply = alice.core("docedit", &[("path", "/alice/Häuser & Co/plan #1.odt")]);
    assert_eq!(reply.status, 303);
    let address = reply.header("location").unwrap();
    assert_eq!(address, "../#/files/H%C3%A4user%20%26%20Co?open=plan%20%231%2Eodt");
    alice.core("docedit", &[("path", "/alice/none.odt")]).failed(404);
    bob.core("docedit", &[("path", "/alice/Häuser & Co/plan #1.odt")]).failed(403);
    let abilities = bob.core("getvideocaps", &[]);
    let root = abilities.xml();
    assert_eq!(root.child("caps").field("canxcode"), "0");
}
