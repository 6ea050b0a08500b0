//! Links in browsers: headers, pages, and calls by foreign pages.

use super::{ground, opened, sent};
use crate::harness::{Multipart, Reply, Request, encoded, form};

#[track_caller]
fn check_headers(reply: &Reply) {
    check_headers_of(reply, "no-referrer");
}

#[track_caller]
fn check_headers_of(reply: &Reply, referrer: &str) {
    assert!(reply.header("x-robots-tag").is_some_and(|value| value.contains("noindex")), "{reply:?}");
    assert_eq!(reply.header("cache-control"), Some("no-store"), "{reply:?}");
    // The page of a link shows its files in frames of its own.
    assert_eq!(reply.header("x-frame-options"), Some("SAMEORIGIN"), "{reply:?}");
    for (name, value) in [("cache-control", "no-store"), ("referrer-policy", referrer)] {
        assert_eq!(reply.headers(name).collect::<Vec<_>>(), [value], "{reply:?}");
    }
}

#[test]
fn answers_to_visitors_are_not_indexed_framed_or_kept() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[("allowpublicupload", "1")]);
    let mut guest = ground.guest();
    let file = format!("{}/a.txt", link.path);
    for (operation, field, value) in [
        ("getfilelist", "path", &link.path),
        ("fileinfo", "file", &file),
        ("downloadfile", "filepath", &file),
        ("docconvert", "name", &file),
        ("getpublicshareinfo", "path", &link.path),
        ("getpublicshareauthinfo", "path", &link.path),
        ("getfilelist", "path", &"/SHARED/!no/link".to_owned()),
    ] {
        check_headers(&guest.core(operation, &[(field, value)]));
    }
    check_headers(&guest.get(&format!("/url/{}", link.token)));
    check_headers(&guest.get("/url/none"));
    // A form tells this server alone, and only this server, where it was sent from.
    let form = guest.get(&format!("/core/getuploadform?shareid={}", link.id));
    check_headers_of(&form, "same-origin");
    let policy = form.header("content-security-policy").unwrap();
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
}

#[test]
fn what_visitors_are_shown_runs_nothing() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[]);
    let mut guest = ground.guest();
    for name in ["page.html", "draw.svg"] {
        for inline in ["disposition=inline&", ""] {
            let path = encoded(format!("{}/{name}", link.path));
            for target in [
                format!("/core/downloadfile?{inline}filepath={path}"),
                format!("/core/docconvert?name={path}"),
                format!("/core/share?path={path}&{inline}mode=single"),
                format!("/app/websharepro/share?path={path}"),
            ] {
                let reply = guest.get(&target);
                assert_eq!(reply.status, 200);
                assert!(reply.header("content-disposition").unwrap().starts_with("attachment"), "{reply:?}");
                assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
            }
        }
    }
}

/// Adds the headers that a browser sends when it opens an address over plain HTTP.
fn browser(request: Request) -> Request {
    request
        .header("User-Agent", "Mozilla/5.0")
        .header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
        .header("Upgrade-Insecure-Requests", "1")
}

/// A browser that opens a dead link gets the same page as for an unknown link. Programs get the
/// envelope.
#[test]
fn a_dead_link_answers_people_with_a_page() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday/a.txt", &[]);
    ground.bob.core("deleteshare", &[("shareid", &link.id)]).done();
    let mut guest = ground.guest();
    let share = |path: &str| format!("/app/websharepro/share?path={}", encoded(path));
    for (dead, never) in [
        (format!("/url/{}", link.token), "/url/0123456789abcdef".to_owned()),
        (share(&link.path), share("/SHARED/!nobody/0123456789abcdef")),
        (
            format!("/core/getuploadform?shareid={}", link.id),
            "/core/getuploadform?shareid=000000000000000000000000".to_owned(),
        ),
    ] {
        let pages = [&dead, &never].map(|target| guest.send(&browser(Request::get(target))));
        let [page, other] = &pages;
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"), "{page:?}");
        let text = page.text();
        assert!(text.contains("This link doesn't work".replace('\'', "&#39;").as_str()), "{text}");
        assert!(text.contains("lang=\"en\"") && !text.contains("Dieser Link"), "{text}");
        for (accepted, code, title) in [
            ("de-DE,de;q=0.9,en;q=0.8", "de", "Dieser Link funktioniert nicht"),
            ("nl, fr;q=0.5", "fr", "Ce lien ne fonctionne pas"),
            ("es", "es", "Este enlace no funciona"),
        ] {
            let page = guest.send(&browser(Request::get(&dead)).header("Accept-Language", accepted));
            let text = page.text();
            assert!(text.contains(&format!("lang=\"{code}\"")) && text.contains(title), "{text}");
            assert!(!text.contains("This link"), "{text}");
        }
        assert!(page.status >= 400 && page.header("content-security-policy").is_some(), "{page:?}");
        assert_eq!((page.status, text), (other.status, other.text()), "{dead}");
        check_headers(page);
        assert_eq!(guest.get(&dead).command().1, 0);
    }
}

/// The form works without JavaScript, and with names that contain markup.
#[test]
fn a_form_uploads_without_scripts() {
    let mut ground = ground();
    ground.bob.core("createfolder", &[("path", "/bob"), ("name", "<b>\"Our\" & photos")]).done();
    let link = ground.link("/bob/<b>\"Our\" & photos", &[("allowpublicuploadonly", "1")]);
    let mut guest = ground.guest();
    let page = guest.get(&format!("/core/getuploadform?shareid={}", link.id));
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(page.header("content-security-policy").unwrap().contains("default-src 'none'"));
    let text = page.text();
    assert!(text.contains("&lt;b&gt;&quot;Our&quot; &amp; photos") && !text.contains("<b>"), "{text}");
    assert!(!text.contains("{{") && !text.contains("<script"));
    assert!(text.contains("<label>Your name") && !text.contains("Dein Name"), "{text}");
    let form = format!("/core/getuploadform?shareid={}", link.id);
    for (accepted, label) in [("de", "Dein Name"), ("fr", "Votre nom"), ("es", "Tu nombre")] {
        let page = guest.send(&Request::get(&form).header("Accept-Language", accepted));
        let text = page.text();
        assert!(text.contains(label) && text.contains(&format!("lang=\"{accepted}\"")), "{text}");
    }
    let action = text.split("action=\"..").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    // A browser sends `Origin` over plain HTTP, and `Sec-Fetch-Site` over HTTPS.
    let host = guest.host();
    let sources = [("Origin", format!("http://{host}")), ("Sec-Fetch-Site", "same-origin".to_owned())];
    for (number, (name, value)) in sources.iter().enumerate() {
        let body =
            Multipart::new().field("uploadpath", "Anna").file("file", &format!("{number}.txt"), b"by form");
        let request = Request::multipart(&action, body)
            .header("User-Agent", "Mozilla/5.0")
            .header("Upgrade-Insecure-Requests", "1")
            .header("Sec-Fetch-Mode", "navigate")
            .header("Sec-Fetch-Dest", "document");
        let page = guest.send(&request.header(name, value));
        assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
        assert!(page.text().contains("Thank you!") && !page.text().contains("Danke!"), "{page:?}");
    }
    // A refusal is a page for browsers. Programs get an error code and a message.
    let refused =
        Request::multipart(&action.replace("%2F", "%2Fx"), Multipart::new().file("file", "x", b"x"));
    assert!(guest.send(&refused).header("content-type").unwrap().starts_with("text/plain"));
    let page = guest.send(&browser(refused).header("Accept-Language", "de"));
    assert!(page.status == 401 && page.text().contains("Die Datei ist nicht angekommen"), "{page:?}");
    assert_eq!(ground.bob.list_names("/bob/<b>\"Our\" & photos/Anna"), ["0.txt", "1.txt"]);
    // A link without the right to upload has no form.
    let looking = ground.link("/bob/Holiday", &[]);
    assert_eq!(guest.get(&format!("/core/getuploadform?shareid={}", looking.id)).status, 403);
    let closed = ground.link("/bob/Holiday", &[("allowpublicuploadonly", "1"), ("sharepassword", "open 7")]);
    let form = Request::get(&format!("/core/getuploadform?shareid={}", closed.id));
    assert!(guest.send(&browser(form)).text().contains("has a password"));
    for id in ["", "null", "000000000000000000000000", "' OR 1=1"] {
        let reply = guest.get(&format!("/core/getuploadform?shareid={}", encoded(id)));
        assert!(matches!(reply.status, 400 | 404), "{id}: {reply:?}");
    }
}

#[test]
fn a_foreign_page_uploads_nothing_by_a_visitors_browser() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[("allowpublicupload", "1")]);
    let mut guest = ground.guest();
    for (name, value) in [
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ] {
        let request = sent(&link.path, "foreign.txt", b"x", &[])
            .header("User-Agent", "Mozilla/5.0")
            .header(name, value);
        let reply = guest.send(&request);
        assert_eq!(reply.status, 400, "{name}: {value}: {reply:?}");
        let form = form(&[("path", &link.path), ("name", "foreign")]);
        let request = Request::get(&format!("/core/createfolder?{form}"))
            .header("User-Agent", "Mozilla/5.0")
            .header(name, value);
        assert_eq!(guest.send(&request).status, 400);
    }
    // A page that sends the token of an earlier session is not a foreign page.
    let request = sent(&link.path, "own.txt", b"x", &[])
        .header("X-XSRF-TOKEN", "oldtoken")
        .header("Sec-Fetch-Site", "same-origin");
    guest.send(&request).ok();
    assert!(!ground.bob.list_names("/bob/Holiday").contains(&"foreign.txt".to_owned()));
}

#[test]
fn the_owner_sees_how_often_a_link_was_opened() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[]);
    let mut guest = ground.guest();
    opened(&mut guest, &link.token.to_uppercase());
    let share = ground.bob.core("getshareforid", &[("shareid", &link.id)]).xml();
    let share = share.child("share");
    assert!(!share.field("lastaccessdts").is_empty() && share.field("lastaccessdts") != "0", "{share:?}");
}
