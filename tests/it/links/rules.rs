//! The administrator's rules for links, which change while the server runs.

use super::{Ground, ground, opened, refused};
use crate::harness::{Caller, Multipart, Request, form, noise};

fn set(ground: &Ground, name: &str, value: &str) {
    ground.server.admin().administer("setsetting", &[("name", name), ("value", value)]).done();
}

/// Tries to make and change a link. Returns the message in `meta`, or the value of a field of the
/// share.
fn made(owner: &mut Caller, path: &str, changes: &[(&str, &str)], field: &str) -> String {
    let share = owner.core("addshare", &[("sharelocation", path)]).xml();
    let id = share.child("share").field("shareid").to_owned();
    let fields = [&[("shareid", id.as_str()), ("allowpublicaccess", "1")], changes].concat();
    let shares = owner.core("updateshare", &fields).xml();
    match shares.all("share").next() {
        Some(share) => share.field(field).to_owned(),
        None => shares.child("meta").field("message").to_owned(),
    }
}

#[test]
fn without_links_none_is_made_and_all_rest() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[]);
    set(&ground, "links_allowed", "no");
    let mut guest = ground.guest();
    refused(&guest.core("getfilelist", &[("path", &link.path)]));
    refused(&guest.get(&format!("/url/{}", link.token)));
    let words = made(&mut ground.bob, "/bob/Private", &[], "allowpublicaccess");
    assert!(words.contains("does not let you make links"), "{words}");
    set(&ground, "links_allowed", "yes");
    opened(&mut guest, &link.token);
}

#[test]
fn links_are_made_by_whom_the_administrator_lets() {
    let mut ground = ground();
    set(&ground, "link_makers", "bobby");
    let words = made(&mut ground.bob, "/bob/Holiday", &[], "allowpublicaccess");
    assert!(words.contains("does not let you make links"), "{words}");
    let mut bobby = ground.server.user("bobby");
    bobby.upload("/bobby", "x.txt", b"x").ok();
    assert_eq!(made(&mut bobby, "/bobby/x.txt", &[], "allowpublicaccess"), "1");
    let mut alice = ground.server.user("alice");
    alice.upload("/alice", "x.txt", b"x").ok();
    assert_eq!(made(&mut alice, "/alice/x.txt", &[], "allowpublicaccess"), "1", "administrators always may");
}

#[test]
fn links_have_passwords_and_ends_where_the_administrator_wants_it() {
    let mut ground = ground();
    set(&ground, "link_password_required", "yes");
    let words = made(&mut ground.bob, "/bob/Holiday", &[], "ispublicsecure");
    assert!(words.contains("needs a password"), "{words}");
    let password = ("sharepassword", "open sesame");
    assert_eq!(made(&mut ground.bob, "/bob/Holiday", &[password], "ispublicsecure"), "1");

    set(&ground, "link_days_max", "7");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64;
    for wanted in ["", "2099-01-01 00:00:00"] {
        let changes = [password, ("validityperiod", wanted)];
        let ends: i64 = made(&mut ground.bob, "/bob/Private", &changes, "expirytimestamp").parse().unwrap();
        assert!((now + 6 * 86400..now + 8 * 86400).contains(&ends), "{wanted}: {ends}");
    }
}

#[test]
fn visitors_are_told_the_administrators_words_as_they_are() {
    let mut ground = ground();
    let words = "Ask <b>Anna</b> & \"Ben\"";
    set(&ground, "link_page_text", words);
    let link = ground.link("/bob/Holiday", &[("allowpublicuploadonly", "1")]);
    let mut guest = ground.guest();
    let info = guest.core("getpublicshareinfo", &[("path", &link.path)]).xml();
    assert_eq!(info.child("link").field("text"), words);
    let form = guest.get(&format!("/core/getuploadform?shareid={}", link.id));
    assert!(form.text().contains("Ask &lt;b&gt;Anna&lt;/b&gt; &amp; &quot;Ben&quot;"), "{form:?}");
}

/// A page that was reloaded asks how much has arrived and continues there, even by a link that
/// shows nothing.
#[test]
fn an_upload_of_a_visitor_goes_on_after_a_break() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday/sea", &[("allowpublicuploadonly", "1")]);
    let content = noise(1, 300_000);
    let part = |from: usize, to: usize, complete: &str| {
        let offset = from.to_string();
        let fields = [
            ("path", link.path.as_str()),
            ("uploadpath", "Anna"),
            ("filename", "film.mp4"),
            ("offset", &offset),
            ("complete", complete),
            ("filesize", "300000"),
            ("uploadid", "annas-film"),
        ];
        let target = format!("/core/upload?{}", form(&fields));
        Request::multipart(&target, Multipart::new().file("file", "x", &content[from..to]))
    };
    ground.guest().send(&part(0, 100_000, "0")).ok();
    let mut again = ground.guest();
    let folder = format!("{}/Anna", link.path);
    let asked = [("path", folder.as_str()), ("filename", "film.mp4"), ("uploadid", "annas-film")];
    let status = again.core("getuploadstatus", &asked).xml();
    assert_eq!(status.child("upload").field("size"), "300000", "{status:?}");
    assert!(status.child("upload").field("received").contains("100000"), "{status:?}");
    // A client that does not know the name of the upload learns nothing about it.
    let other = [("path", folder.as_str()), ("filename", "film.mp4"), ("uploadid", "another-film")];
    assert_eq!(again.core("getuploadstatus", &other).xml().all("upload").count(), 0);
    again.send(&part(100_000, 300_000, "1")).ok();
    assert!(ground.bob.download("/bob/Holiday/sea/Anna/film.mp4").body == content);
}
