//! The host that a request names: foreign names, and targets that lead to other servers.

use crate::harness::{Caller, Data, Launch, Request, Server};

const CALL: &str = "/core/getauthenticationinfo";

/// The status of a call that uses this name for the server.
fn status(server: &Server, target: &str, host: &str, headers: &str) -> u16 {
    let mut connection = server.connect();
    connection.send(format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n"));
    let reply = connection.reply();
    if reply.status == 421 {
        assert!(reply.text().contains("host_names") && reply.closes(), "it says what to set: {reply:?}");
    }
    reply.status
}

/// With DNS rebinding, evil.example leads to this server, and the browser lets a page of
/// evil.example call it.
#[test]
fn names_that_somebody_outside_can_own_are_refused_and_names_of_the_home_are_not() {
    let server = Launch::on(Data::with_accounts())
        .setting("CLOUDLET_HOST_NAMES", "cloud.example.org, *.ts.example")
        .start();
    let own = server.address.to_string();
    for host in [
        own.as_str(),
        "localhost",
        "LOCALHOST:1",
        "nas",
        "raspberrypi:8080",
        "cloudlet.local",
        "nas.fritz.box",
        "nas.lan",
        "nas.home",
        "nas.home.arpa",
        "192.168.178.20",
        "[fd00::1]:8080",
        "203.0.113.9",
        "cloud.example.org",
        "CLOUD.example.org.:443",
        "nas.ts.example",
        "",
    ] {
        assert_eq!(status(&server, CALL, host, ""), 200, "{host}");
    }
    for host in [
        "evil.example",
        "evil.example:80",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "nas.evil.example",
        "sub.cloud.example.org",
        "ts.example",
        "evilfritz.box",
        "fritz.box.evil.example",
        "evil-local",
    ] {
        let expected = if host.contains('.') { 421 } else { 200 };
        for target in [CALL, "/", "/healthz", "/static/x", "/nowhere", "/core/serverinfo"] {
            let status = status(&server, target, host, "");
            assert!(status == expected || (expected == 200 && status == 404), "{host} {target}: {status}");
        }
    }
    // The headers of a proxy count only if they come from a proxy.
    assert_eq!(status(&server, CALL, "evil.example", "X-Forwarded-Host: localhost\r\n"), 421);
    // Neither the right password nor a session helps under a foreign name.
    let bob = server.user("bob");
    let cookies = format!("Cookie: {}\r\n", bob.cookie_header());
    assert_eq!(status(&server, "/core/getfilelist?path=/bob", "evil.example", &cookies), 421);
    // If the request line contains a URL, its host counts and not the header.
    assert_eq!(status(&server, &format!("http://evil.example{CALL}"), "localhost", ""), 421);
    assert_eq!(status(&server, &format!("http://localhost{CALL}"), "evil.example", ""), 200);
}

#[test]
fn an_upload_under_a_foreign_name_is_refused_and_stores_nothing() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let bytes = bob.bytes(&Caller::upload_request("/bob", "file", &[b'x'; 300_000]));
    let own = format!("Host: {}", server.address);
    let text = bytes.windows(own.len()).position(|window| window == own.as_bytes()).unwrap();
    let renamed = [&bytes[..text], b"Host: evil.example", &bytes[text + own.len()..]].concat();
    let mut connection = server.connect();
    // The server may refuse the request before all of it is sent.
    let _ = connection.try_send(&renamed);
    assert_eq!(connection.reply().status, 421);
    assert!(!bob.sees("/bob/file"));
}

#[test]
fn a_name_can_be_allowed_and_taken_back_in_the_running_server() {
    let server = Server::start();
    let mut admin = server.admin();
    let set = |admin: &mut Caller, value| {
        admin.administer("setsetting", &[("name", "host_names"), ("value", value)])
    };
    assert_eq!(status(&server, CALL, "my.example", ""), 421);
    set(&mut admin, "my.example").done();
    assert_eq!(status(&server, CALL, "my.example", ""), 200);
    set(&mut admin, "other.example").done();
    assert_eq!(status(&server, CALL, "my.example", ""), 421);
    set(&mut admin, "*").done();
    assert_eq!(status(&server, CALL, "my.example", ""), 200);
    for value in ["http://my.example", "my.example:80", "a b", "*.*"] {
        assert_ne!(set(&mut admin, value).command().1, 1, "{value}");
    }
}

/// Somebody who administers the cloud from far away has no other name for it.
#[test]
fn nobody_takes_away_the_name_by_which_they_came() {
    let server = Server::start();
    let mut admin = server.admin();
    let set = |admin: &Caller, host: &str, value: &str| {
        let request = Request::post("/admin/setsetting", &[("name", "host_names"), ("value", value)]);
        let bytes = admin.bytes(&request);
        let own = format!("Host: {}\r\n", server.address);
        let text = String::from_utf8(bytes).unwrap().replace(&own, &format!("Host: {host}\r\n"));
        let mut connection = server.connect();
        connection.send(text);
        connection.reply()
    };
    admin.administer("setsetting", &[("name", "host_names"), ("value", "my.example, *.far.example")]).done();
    for (host, value) in [
        ("my.example", "other.example"),
        ("my.example:8080", "*.my.example"),
        ("MY.example.", ""),
        ("home.far.example", "my.example, far.example"),
    ] {
        let reply = set(&admin, host, value);
        let message = reply.command().2;
        assert_eq!(reply.command().1, 0, "{host} {value}");
        assert!(message.contains("host_names") && message.contains("IP address"), "{message}");
        assert_eq!(status(&server, CALL, host, ""), 200, "{host} still leads here");
    }
    // The other ways to change a setting.
    for operation in ["clearconfigsetting", "clearallconfigsetting"] {
        let request = Request::post(
            &format!("/admin/{operation}"),
            &[("count", "1"), ("param0", "CLOUDLET_HOST_NAMES")],
        );
        let own = format!("Host: {}\r\n", server.address);
        let text = String::from_utf8(admin.bytes(&request)).unwrap().replace(&own, "Host: my.example\r\n");
        let mut connection = server.connect();
        connection.send(text);
        assert_eq!(connection.reply().command().1, 0, "{operation}");
        assert_eq!(status(&server, CALL, "my.example", ""), 200, "{operation}");
    }
    set(&admin, "my.example", "my.example").done();
    set(&admin, "my.example", "*").done();
    set(&admin, "far.example", "*.example").done();
    // At an address and at home nobody is locked out.
    set(&admin, "nas.lan", "").done();
    assert_eq!(status(&server, CALL, "my.example", ""), 421);
}

#[test]
fn a_trusted_proxy_answers_for_the_names_that_it_hands_on() {
    let server = Launch::on(Data::with_accounts()).setting("CLOUDLET_TRUSTED_PROXIES", "127.0.0.0/8").start();
    assert_eq!(status(&server, CALL, "cloud.example.org", ""), 200);
}

/// A redirect to `https://HOST:PORT` with such a target behind it would lead to another server.
#[test]
fn a_target_that_is_no_path_is_refused_and_never_redirected_to() {
    let server = Launch::on(Data::with_accounts())
        .setting("CLOUDLET_LISTEN_TLS", "127.0.0.1:0")
        .setting("CLOUDLET_REDIRECT_TO_TLS", "yes")
        .start();
    for (target, host) in [
        ("@evil.example/x", "x"),
        ("evil.example", "x"),
        (".evil.example/x", "x"),
        (":80@evil.example/", "x"),
        ("*", "x"),
        ("http://a@evil.example/", "x"),
        ("ftp://x/", "x"),
        ("/", "a@evil.example"),
        ("/", "x/@evil.example"),
        ("/", "x?@evil.example"),
        ("/", "x:y@evil.example"),
    ] {
        let mut connection = server.connect();
        connection.send(format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        let reply = connection.reply();
        assert_eq!((reply.status, reply.header("location")), (400, None), "{target} {host}: {reply:?}");
    }
    for target in ["/a/b?c=d", "//evil.example/x", "http://nas/a"] {
        let mut connection = server.connect();
        connection.send(Request::get(target).bytes("nas"));
        let reply = connection.reply();
        let location = reply.header("location").unwrap_or_else(|| panic!("{reply:?}"));
        let rest = location.strip_prefix("https://nas:").unwrap_or_else(|| panic!("{target}: {location}"));
        assert!(rest.trim_start_matches(|digit: char| digit.is_ascii_digit()).starts_with('/'), "{location}");
    }
}
