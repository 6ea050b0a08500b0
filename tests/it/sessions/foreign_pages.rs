//! Changing calls that a foreign web page makes with the browser's cookies are refused. Clients
//! that send no origin are allowed.

use crate::harness::{Caller, Data, Launch, Multipart, PASSWORD, Request, Server, form};
use std::net::SocketAddr;

/// The `User-Agent` of a browser.
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

/// The headers of a call, and whether a changing call with them is allowed.
struct Case {
    headers: Vec<(&'static str, String)>,
    /// True if a GET request is allowed.
    gets: bool,
    posts: bool,
}

fn cases(server: &Server, caller: &Caller) -> Vec<Case> {
    let host = server.address;
    let token = caller.cookie("X-XSRF-TOKEN").unwrap().to_owned();
    let case = |headers: &[(&'static str, &str)], gets, posts| Case {
        headers: headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
        gets,
        posts,
    };
    let same = format!("http://{host}");
    let none = |headers: &[(&'static str, &str)]| case(headers, false, false);
    let both = |headers: &[(&'static str, &str)]| case(headers, true, true);
    let post = |headers: &[(&'static str, &str)]| case(headers, false, true);
    vec![
        both(&[]),
        both(&[("User-Agent", "python-requests/2.32")]),
        both(&[("Origin", &same)]),
        both(&[("User-Agent", BROWSER), ("Origin", &same)]),
        both(&[("X-XSRF-TOKEN", &token), ("X-Requested-With", "XMLHttpRequest")]),
        both(&[("User-Agent", BROWSER), ("X-XSRF-TOKEN", &token)]),
        both(&[("User-Agent", BROWSER), ("Sec-Fetch-Site", "same-origin"), ("X-XSRF-TOKEN", &token)]),
        both(&[("X-XSRF-TOKEN", "NONE")]),
        both(&[("X-XSRF-TOKEN", "")]),
        // PowerShell 5 and 7 send these names.
        both(&[(
            "User-Agent",
            "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1",
        )]),
        both(&[("User-Agent", "Mozilla/5.0 (Linux; Debian GNU/Linux 12; en-US) PowerShell/7.6.9")]),
        // This client uses a browser's name. A foreign page that loads the call as a picture sends
        // the same headers.
        post(&[("User-Agent", BROWSER)]),
        post(&[("User-Agent", BROWSER), ("Referer", "http://127.0.0.1:1/")]),
        post(&[("User-Agent", BROWSER), ("X-XSRF-TOKEN", "NONE")]),
        post(&[("Sec-Fetch-Site", "same-origin")]),
        post(&[("Origin", &same), ("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "cors")]),
        // No page can write these headers. A proxy may have passed on the call under another host.
        post(&[("Origin", "http://other.example"), ("Sec-Fetch-Site", "same-origin")]),
        none(&[("Origin", "http://other.example"), ("X-Forwarded-Host", "other.example")]),
        none(&[("Sec-Fetch-Site", "cross-site")]),
        none(&[("Sec-Fetch-Site", "same-site")]),
        none(&[("Sec-Fetch-Site", "none")]),
        none(&[("Sec-Fetch-Site", "same-site"), ("Origin", &same)]),
        // A browser sends these headers when it opens a page or a frame, also from a page of this
        // server.
        none(&[("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "navigate"), ("Origin", &same)]),
        none(&[("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Dest", "document")]),
        none(&[("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Dest", "iframe")]),
        none(&[("User-Agent", BROWSER), ("Upgrade-Insecure-Requests", "1"), ("Origin", &same)]),
        none(&[("X-XSRF-TOKEN", "aaaaaaaaaaaaaaaaaaaa")]),
        none(&[("X-XSRF-TOKEN", &token[..19])]),
        none(&[("X-XSRF-TOKEN", "aaaaaaaaaaaaaaaaaaaa"), ("Origin", &same)]),
        none(&[("X-XSRF-TOKEN", "NONE"), ("Origin", "http://evil.example")]),
    ]
    .into_iter()
    .chain(foreign_origins(host).iter().map(|origin| case(&[("Origin", origin)], false, false)))
    .collect()
}

/// Origins that are not this server's: another scheme, another host, another port, or none.
fn foreign_origins(host: SocketAddr) -> Vec<String> {
    let mut origins: Vec<String> =
        ["null", "", "file://", "http://", "http://evil.example"].map(str::to_owned).into();
    for scheme in ["http", "https", "ws", "moz-extension"] {
        for name in [host.ip().to_string(), "localhost".into(), "evil.example".into()] {
            for port in [String::new(), ":1".into(), format!(":{}", host.port())] {
                origins.push(format!("{scheme}://{name}{port}"));
            }
        }
    }
    let own = format!("http://{host}");
    origins.extend([format!("{own}.evil.example"), format!("http://evil.example#{own}"), format!("{own}/")]);
    origins.retain(|origin| *origin != own);
    origins
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
        let (folder, file, name) =
            (format!("folder{number}"), format!("file{number}"), format!("Bob {number}"));
        let query = form(&[("path", "/bob"), ("filename", &file)]);
        let upload = Multipart::new().file("file", "x", b"bytes");
        let get = |name: &str| format!("/core/createfolder?path=/bob&name={folder}-{name}");
        for (request, passes) in [
            (Request::post("/core/setdisplayname", &[("dispname", &name)]), case.posts),
            (Request::post("/core/createfolder", &[("path", "/bob"), ("name", &folder)]), case.posts),
            (Request::multipart(&format!("/core/upload?{query}"), upload), case.posts),
            (Request::get(&get("by-get")), case.gets),
            (Request::new("HEAD", &get("by-head")), case.gets),
        ] {
            let reply = bob.send(&with(request, case));
            let has_passed = reply.header("x-cloudlet-error").is_none();
            let status = if passes { 200 } else { 400 };
            assert_eq!((reply.status, has_passed), (status, passes), "{:?} {reply:?}", case.headers);
        }
        let settings = bob.get("/core/getprofilesettings").xml();
        let shown = settings.child("profilesettings").field("displayname") == name;
        assert_eq!(shown, case.posts, "{:?}", case.headers);
        for (made, passes) in [
            (folder.clone(), case.posts),
            (file, case.posts),
            (format!("{folder}-by-get"), case.gets),
            (format!("{folder}-by-head"), case.gets),
        ] {
            assert_eq!(bob.sees(&format!("/bob/{made}")), passes, "{made} {:?}", case.headers);
        }
    }
}

#[test]
fn administering_calls_of_foreign_pages_are_refused() {
    let server = Server::start();
    let mut admin = server.admin();
    for (number, case) in cases(&server, &admin).iter().enumerate() {
        let name = format!("user{number}");
        let fields = [("username", name.as_str()), ("password", PASSWORD)];
        let by_get = Request::get(&format!("/admin/adduser?{}", form(&fields)));
        for (request, passes) in [(by_get, case.gets), (Request::post("/admin/adduser", &fields), case.posts)]
        {
            let reply = admin.send(&with(request, case));
            let status = if passes { 200 } else { 400 };
            assert_eq!((reply.status, reply.result() == 1), (status, passes), "{:?} {reply:?}", case.headers);
            let found = admin.administer("getuser", &[("username", &name)]).xml();
            assert_eq!(found.all("user").count() == 1, passes, "{:?}", case.headers);
            admin.administer("deleteuser", &[("profile", &name)]);
        }
    }
}

/// A list of accounts is sent as a form with a file, as each page can make one.
#[test]
fn a_foreign_page_imports_no_accounts() {
    let server = Server::start();
    let mut admin = server.admin();
    for (number, case) in cases(&server, &admin).iter().enumerate() {
        let name = format!("listed{number}");
        let list = format!("UserName,Groups\n{name},\n");
        let form = Multipart::new().file("file", "users.csv", list.as_bytes());
        let reply = admin.send(&with(Request::multipart("/admin/import", form), case));
        let has_passed = reply.header("x-cloudlet-error").is_none();
        let status = if case.posts { 200 } else { 400 };
        assert_eq!((reply.status, has_passed), (status, case.posts), "{:?} {reply:?}", case.headers);
        let found = admin.administer("getuser", &[("username", &name)]).xml();
        assert_eq!(found.all("user").count() == 1, case.posts, "{:?}", case.headers);
        admin.administer("deleteuser", &[("profile", &name)]);
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

/// Otherwise a page could sign its visitor in to another account, whose owner could then read what
/// the visitor uploads.
#[test]
fn a_foreign_page_cannot_sign_its_visitor_in() {
    let server = Server::start();
    for (target, user, password) in
        [("/core/loginguest", "userid", "password"), ("/admin/adminlogin", "adminuser", "adminpassword")]
    {
        let fields = [(user, "alice"), (password, PASSWORD)];
        let by_get = Request::get(&format!("{target}?{}", form(&fields))).header("User-Agent", BROWSER);
        let by_post = || Request::post(target, &fields).header("User-Agent", BROWSER);
        let mut foreign = vec![
            by_get.clone(),
            by_get.clone().header("Sec-Fetch-Site", "same-site"),
            by_get.clone().header("Sec-Fetch-Site", "same-origin"),
            by_get.header("Upgrade-Insecure-Requests", "1"),
            by_post().header("Sec-Fetch-Site", "cross-site"),
            by_post().header("Sec-Fetch-Site", "same-origin").header("Sec-Fetch-Mode", "navigate"),
        ];
        let origins = foreign_origins(server.address);
        foreign.extend(origins.iter().map(|origin| by_post().header("Origin", origin)));
        for request in foreign {
            let mut caller = server.guest();
            caller.send(&request).refused();
            assert!(!caller.is_signed_in(), "{request:?}");
        }
        let own = format!("http://{}", server.address);
        for request in [by_post(), by_post().header("Origin", &own), Request::post(target, &fields)] {
            server.guest().send(&request).done();
        }
    }
}

/// An attacker who can read a page of plain HTTP can also change it, so such a page is foreign to a
/// server with TLS.
#[test]
fn a_page_of_plain_http_is_none_of_the_server_that_is_reached_securely() {
    let server = Launch::on(Data::with_accounts()).setting("CLOUDLET_TRUSTED_PROXIES", "127.0.0.1").start();
    let send = |origin: &str, headers: &[(&str, &str)]| {
        let fields = [("userid", "bob"), ("password", PASSWORD)];
        let mut request = Request::post("/core/loginguest", &fields).header("Origin", origin);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        server.guest().send(&request).result()
    };
    let proxied = [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "cloud.example")];
    assert_eq!(send("https://cloud.example", &proxied), 1);
    assert_eq!(send("http://cloud.example", &proxied), 0);
    assert_eq!(send("http://cloud.example", &proxied[1..]), 1);
    assert_eq!(send("https://cloud.example", &proxied[1..]), 0);
}

/// A link in a mail, in a Markdown file or on a page opens an address by GET, with the cookies.
#[test]
fn a_link_changes_nothing_and_still_downloads() {
    let server = Server::start();
    let (mut admin, mut bob) = (server.admin(), server.user("bob"));
    bob.upload("/bob", "a.txt", b"bytes").ok();
    let token = admin.cookie("X-XSRF-TOKEN").unwrap().to_owned();
    let navigation = |target: &str, site: &str| {
        Request::get(target)
            .header("User-Agent", BROWSER)
            .header("Sec-Fetch-Site", site)
            .header("Sec-Fetch-Mode", "navigate")
            .header("Sec-Fetch-Dest", "document")
    };
    for site in ["same-origin", "same-site", "cross-site", "none"] {
        for target in [
            "/admin/setadminstatus?profile=bob&adminstatus=1",
            "/admin/?op=setadminstatus&profile=bob&adminstatus=1",
            "/core/createfolder?path=/bob&name=linked&adminproxyuserid=alice",
            "/app/explorer/createfolder?path=/bob&name=linked&adminproxyuserid=alice",
        ] {
            admin.send(&navigation(target, site)).refused();
            admin.send(&navigation(target, site).header("X-XSRF-TOKEN", &token)).refused();
        }
        let target = "/core/downloadfile?filepath=/bob/a.txt&adminproxyuserid=alice";
        assert_eq!(admin.send(&navigation(target, site)).body, b"bytes");
    }
    assert!(!bob.sees("/bob/linked"));
    bob.administer("adminlogin", &[("adminuser", "bob"), ("adminpassword", PASSWORD)]).refused();
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
