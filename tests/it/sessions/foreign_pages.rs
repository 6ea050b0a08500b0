//! Changing calls that a web page of somebody else makes with the browser's cookies are refused; clients that say nothing
//! about where they come from pass.

use crate::harness::{Caller, Multipart, Request, Server, form};

/// What a browser says, and whether a changing call may pass.
struct Case {
    headers: Vec<(&'static str, String)>,
    passes: bool,
}

fn cases(server: &Server, caller: &Caller) -> Vec<Case> {
    let host = server.address;
    let token = caller.cookie("X-XSRF-TOKEN").unwrap().to_owned();
    let case = |headers: &[(&'static str, &str)], passes| Case {
        headers: headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
        passes,
    };
    let same = format!("http://{host}");
    vec![
        case(&[], true),
        case(&[("Origin", &same)], true),
        case(&[("Sec-Fetch-Site", "same-origin")], true),
        case(&[("Origin", &same), ("Sec-Fetch-Site", "same-origin")], true),
        case(&[("X-XSRF-TOKEN", &token), ("X-Requested-With", "XMLHttpRequest")], true),
        case(&[("X-XSRF-TOKEN", "NONE")], true),
        case(&[("X-XSRF-TOKEN", "")], true),
        case(&[("Origin", "http://evil.example")], false),
        case(&[("Origin", "null")], false),
        case(&[("Origin", "http://127.0.0.1:1")], false),
        case(&[("Origin", "http://127.0.0.1")], false),
        case(&[("Origin", &format!("{same}.evil.example"))], false),
        case(&[("Origin", &format!("http://evil.example#{same}"))], false),
        case(&[("Sec-Fetch-Site", "cross-site")], false),
        case(&[("Sec-Fetch-Site", "same-site")], false),
        // No page can write this header: a proxy handed on another Host than it was asked for.
        case(&[("Origin", "http://other.example"), ("Sec-Fetch-Site", "same-origin")], true),
        case(&[("Origin", "http://other.example"), ("X-Forwarded-Host", "other.example")], false),
        case(&[("X-XSRF-TOKEN", "aaaaaaaaaaaaaaaaaaaa")], false),
        case(&[("X-XSRF-TOKEN", &token[..19])], false),
        case(&[("X-XSRF-TOKEN", "aaaaaaaaaaaaaaaaaaaa"), ("Origin", &same)], false),
        case(&[("X-XSRF-TOKEN", "NONE"), ("Origin", "http://evil.example")], false),
    ]
}

fn with(mut request: Request, case: &Case) -> Request {
    for (name, value) in &case.headers {
        request = request.header(name, value);
    }
    request
}

#[test]
fn changing_calls_of_foreign_pages_are_refused_and_change_nothing() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for (number, case) in cases(&server, &bob).iter().enumerate() {
        let folder = format!("folder{number}");
        let file = format!("file{number}");
        let name = format!("Bob {number}");
        let query = form(&[("path", "/bob"), ("filename", &file)]);
        let upload = Multipart::new().file("file", "x", b"bytes");
        for (request, changed) in [
            (Request::post("/core/setdisplayname", &[("dispname", &name)]), false),
            (Request::post("/core/createfolder", &[("path", "/bob"), ("name", &folder)]), false),
            (Request::get(&format!("/core/createfolder?path=/bob&name={folder}-by-get")), false),
            (Request::multipart(&format!("/core/upload?{query}"), upload), true),
        ] {
            let reply = bob.send(&with(request, case));
            let has_passed = if changed { reply.body == b"OK" } else { reply.result() == 1 };
            assert_eq!((reply.status, has_passed), (200, case.passes), "{:?} {reply:?}", case.headers);
        }
        let shown = bob
            .get("/core/getprofilesettings")
            .xml()
            .child("profilesettings")
            .field("displayname")
            .to_owned();
        assert_eq!(shown == name, case.passes, "{:?}", case.headers);
        for path in [format!("/bob/{folder}"), format!("/bob/{folder}-by-get"), format!("/bob/{file}")] {
            assert_eq!(bob.sees(&path), case.passes, "{path} {:?}", case.headers);
        }
    }
}

#[test]
fn administering_calls_of_foreign_pages_are_refused() {
    let server = Server::start();
    let mut admin = server.admin();
    for (number, case) in cases(&server, &admin).iter().enumerate() {
        let name = format!("user{number}");
        let fields = [("username", name.as_str()), ("password", crate::harness::PASSWORD)];
        let reply = admin.send(&with(Request::post("/admin/adduser", &fields), case));
        assert_eq!((reply.status, reply.result() == 1), (200, case.passes), "{:?} {reply:?}", case.headers);
        let found = admin.administer("getuser", &[("username", &name)]).xml();
        assert_eq!(found.all("user").count() == 1, case.passes, "{:?}", case.headers);
    }
}

#[test]
fn the_token_of_somebody_else_is_no_pass() {
    let server = Server::start();
    let (mut bob, alice) = (server.user("bob"), server.user("alice"));
    let token = alice.cookie("X-XSRF-TOKEN").unwrap();
    let request =
        Request::post("/core/createfolder", &[("path", "/bob"), ("name", "x")]).header("X-XSRF-TOKEN", token);
    bob.send(&request).refused();
    assert!(!bob.sees("/bob/x"));
}

/// Otherwise a page could sign its visitor in as somebody else, who then reads what the visitor uploads.
#[test]
fn a_foreign_page_cannot_sign_its_visitor_in() {
    let server = Server::start();
    let fields = [("userid", "bob"), ("password", crate::harness::PASSWORD)];
    let mut caller = server.guest();
    caller
        .send(&Request::post("/core/loginguest", &fields).header("Origin", "http://evil.example"))
        .refused();
    assert!(!caller.is_signed_in());
}

/// A link in a mail opens a page by GET with the cookies; the browser says that it opens a page.
#[test]
fn a_link_changes_nothing() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for headers in [
        &[("Sec-Fetch-Site", "none"), ("Upgrade-Insecure-Requests", "1")][..],
        &[("Upgrade-Insecure-Requests", "1")],
    ] {
        let mut request = Request::get("/core/createfolder?path=/bob&name=linked");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        bob.send(&request).refused();
    }
    assert!(!bob.sees("/bob/linked"));
}

#[test]
fn reading_calls_pass_and_no_foreign_page_may_read_the_answer() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "a.txt", b"bytes").ok();
    for target in [
        "/core/getfilelist?path=/bob",
        "/core/downloadfile?filepath=/bob/a.txt",
        "/core/getauthenticationinfo",
        "/",
    ] {
        for method in ["GET", "OPTIONS"] {
            let request = Request::new(method, target)
                .header("Origin", "http://evil.example")
                .header("Access-Control-Request-Method", "POST");
            let reply = bob.send(&request);
            assert!(method == "OPTIONS" || reply.status == 200, "{reply:?}");
            assert!(reply.header("access-control-allow-origin").is_none(), "{target}: {reply:?}");
        }
    }
}
