//! Encoded paths that other servers decode too often or check too early, on every kind of route.

use crate::harness::{Caller, Data, Launch, Multipart, Request, Server, names};
use std::fs;

const SECRET: &str = "nobody may read this";

/// Encoded paths that lead up and out of a folder.
const WAYS_UP: [&str; 22] = [
    "../",
    "%2e%2e/",
    "%2e%2e%2f",
    "..%2f",
    ".%2e/",
    "%252e%252e%252f",
    "..%252f",
    "..%5c",
    "..\\",
    "%2e%2e%5c",
    "..%c0%af",
    "..%e0%80%af",
    "%c0%ae%c0%ae/",
    "%uff0e%uff0e/",
    "..%00/",
    "%00../",
    "..;/",
    "....//",
    "..%ef%bc%8f",
    ".%00./",
    "%2e%2e%2f%2e%2e%2f",
    "/%2e%2e//%2e%2e//",
];

/// Files outside of the cloud, relative to the data directory and to the root.
fn goals(server: &Server) -> Vec<String> {
    let absolute = server.data().path("secret.txt").display().to_string();
    vec![
        "secret.txt".into(),
        "cloudlet.db".into(),
        "files/bobby/secret.txt".into(),
        absolute,
        "etc/passwd".into(),
    ]
}

#[test]
fn no_route_leads_out_by_any_encoding() {
    let server = Server::start();
    fs::write(server.data().path("secret.txt"), SECRET).unwrap();
    fs::write(server.data().file("/bobby/secret.txt"), SECRET).unwrap();
    let mut bob = server.user("bob");
    bob.upload("/bob", "own", b"x").ok();
    for route in [
        "/",
        "/ui/",
        "/ui/core/",
        "/admin/",
        "/apidocs/",
        "/core/",
        "/app/explorer/",
        "/static/",
        "/static/x/",
        "/url/",
        "/core/downloadfile?filepath=/bob/",
        "/core/downloadfile?filename=x&filepath=/",
        "/core/downloadfile?filepath=/bob/own&filename=",
        "/core/downloadfilemulti?count=1&filepath=/bob&fn1=",
        "/core/downloadfilemulti?count=1&fn1=secret.txt&filepath=/bob/",
        "/core/getfilelist?path=/bob/",
        "/core/fileinfo?file=/bob/",
    ] {
        check_route(&mut bob, &server, route);
    }
}

/// During work on the pages, the server reads them from a folder.
#[test]
fn the_folder_that_assets_are_read_from_is_not_left_either() {
    let data = Data::with_accounts();
    let assets = data.path("assets/user");
    fs::create_dir_all(&assets).unwrap();
    fs::write(assets.join("index.html"), "<html>{{assets}}</html>").unwrap();
    fs::write(assets.join("app.js"), "app").unwrap();
    fs::write(data.path("secret.txt"), SECRET).unwrap();
    let folder = data.path("assets").display().to_string();
    let server = Launch::on(data).argument("--assets").argument(folder).start();
    let mut guest = server.guest();
    guest.get("/static/unpacked/user/app.js").holds(b"app");
    for route in ["/static/", "/static/x/", "/static/unpacked/", "/static/unpacked/user/"] {
        check_route(&mut guest, &server, route);
    }
}

/// Tries every path that leads out of a route. If HTTP does not allow the target, the server ends
/// the connection, and the client opens another one.
fn check_route(caller: &mut Caller, server: &Server, route: &str) {
    for way in WAYS_UP {
        for goal in goals(server) {
            for repeated in [1, 6] {
                let target = format!("{route}{}{goal}", way.repeat(repeated));
                let reply = caller.get(&target);
                let text = String::from_utf8_lossy(&reply.body);
                let has_leaked = [SECRET, "root:x:", "SQLite format"].iter().any(|mark| text.contains(mark));
                assert!(!has_leaked, "{target}: {reply:?}");
                assert!(reply.status < 500 || reply.status == 501, "{target}: {reply:?}");
            }
        }
    }
}

#[test]
fn nothing_is_written_outside_by_any_encoding() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "own", b"x").ok();
    let before = names(&server.data().path(""));
    for way in WAYS_UP {
        for target in [
            format!("/core/createfolder?path=/bob/{way}bobby&name=planted"),
            format!("/core/createfolder?path=/bob&name={way}planted"),
            format!("/core/createfolder?path=/bob&name=x&subpath={way}{way}planted"),
            format!("/core/renameormove?fromname=/bob/own&toname=/bob/{way}bobby/planted"),
            format!("/core/renamefile?path=/bob&name=own&newname={way}planted"),
            format!("/core/copyfile?path=/bob&name=own&copyto=/bob/{way}bobby"),
            format!("/core/copyfile?path=/bob&name=own&copyto=/bob&copytoname={way}planted"),
        ] {
            bob.get(&target);
        }
        for (path, filename) in
            [(format!("/bob/{way}bobby"), "planted".to_owned()), ("/bob".to_owned(), format!("{way}planted"))]
        {
            let body = Multipart::new().file("file", "../../planted", b"planted");
            let target = format!("/core/upload?path={path}&filename={filename}");
            bob.send(&Request::multipart(&target, body));
        }
    }
    assert_eq!(names(&server.data().path("")), before, "the data directory");
    assert_eq!(names(&server.data().file("/")), [".cloudlet", "alice", "bob", "bobby"]);
    assert!(
        names(&server.data().file("/bobby")).is_empty() && names(&server.data().file("/alice")).is_empty()
    );
}

#[test]
fn doubled_slashes_are_one_and_an_escaped_slash_is_one_too() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "a")]).done();
    bob.upload("/bob/a", "file", b"x").ok();
    for path in ["/bob/a/file", "//bob//a///file", "%2fbob%2fa%2ffile", "/bob/a/file/"] {
        bob.get(&format!("/core/downloadfile?filepath={path}")).holds(b"x");
    }
    // Paths are decoded only once, so a name may contain these characters.
    bob.upload("/bob", "%2e%2e", b"y").ok();
    bob.download("/bob/%2e%2e").holds(b"y");
    bob.get("/core/downloadfile?filepath=/bob/%252e%252e").holds(b"y");
}
