//! TLS. Calls work as they do without it, and a client that misuses it delays no others.

use crate::harness::{Caller, Connection, Data, Launch, Multipart, Reply, Request, Server, wait_until};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{BufReader, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// While clients connect, the server looks at its certificate every ten seconds.
const RENEWED_WITHIN: Duration = Duration::from_secs(30);

type Stream = BufReader<StreamOwned<ClientConnection, TcpStream>>;

fn launch() -> Launch {
    Launch::on(Data::with_accounts()).argument("--listen-tls").argument("127.0.0.1:0")
}

fn secure_address(server: &Server) -> SocketAddr {
    let begun = Instant::now();
    loop {
        let log = server.log();
        if let Some(rest) = log.split("listening on https://").nth(1).filter(|rest| rest.contains('\n')) {
            return rest.split_whitespace().next().unwrap().parse().unwrap();
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "it does not tell its address for TLS:\n{log}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The certificate authority that the server made for itself.
fn authority(server: &Server) -> Vec<u8> {
    std::fs::read(server.data().path("tls/authority.pem")).unwrap()
}

/// Connects, and trusts only the server's own authority.
fn connect(server: &Server) -> Stream {
    try_connect(secure_address(server), &authority(server)).unwrap()
}

fn try_connect(address: SocketAddr, trusted: &[u8]) -> std::io::Result<Stream> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(trusted).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_root_certificates(roots).with_no_client_auth());
    let client = ClientConnection::new(config, ServerName::from(address.ip())).unwrap();
    let socket = TcpStream::connect(address)?;
    socket.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut stream = StreamOwned::new(client, socket);
    stream.flush()?;
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    Ok(BufReader::with_capacity(64 * 1024, stream))
}

fn exchange(stream: &mut Stream, bytes: &[u8]) -> Reply {
    stream.get_mut().write_all(bytes).unwrap();
    stream.get_mut().flush().unwrap();
    Reply::read(stream, false).unwrap()
}

/// Signs in over TLS. Returns the stream, and a client with the cookies.
fn signed_in(server: &Server) -> (Stream, Caller) {
    let (mut stream, mut caller) = (connect(server), server.guest());
    let request =
        Request::post("/core/loginguest", &[("userid", "bob"), ("password", crate::harness::PASSWORD)]);
    let reply = exchange(&mut stream, &caller.bytes(&request)).done();
    for cookie in reply.headers("set-cookie") {
        assert!(cookie.contains("; Secure"), "{cookie}");
        let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
        caller.set_cookie(name, value);
    }
    (stream, caller)
}

#[test]
fn bytes_are_the_same_with_tls_and_without() {
    let server = launch().start();
    let (mut stream, caller) = signed_in(&server);
    let content: Vec<u8> = (0..3_000_000_u64).map(|number| (number * 7919 % 251) as u8).collect();
    let upload = Caller::upload_request("/bob", "file", &content);
    exchange(&mut stream, &caller.bytes(&upload)).ok();
    let download = Request::get(&Caller::download_target("/bob/file"));
    exchange(&mut stream, &caller.bytes(&download)).holds(&content);
    let part = exchange(&mut stream, &caller.bytes(&download.header("Range", "bytes=100000-1100000")));
    assert_eq!((part.status, part.body.as_slice()), (206, &content[100_000..=1_100_000]));
    server.user("bob").download("/bob/file").holds(&content);
    let small =
        exchange(&mut stream, &caller.bytes(&Request::post("/core/fileexists", &[("file", "/bob/file")])));
    assert_eq!(small.result(), 1);
}

#[test]
fn parts_of_an_upload_and_pipelined_calls_go_through_tls() {
    let server = launch().start();
    let (mut stream, caller) = signed_in(&server);
    let one = caller.bytes(&Request::get("/core/getauthenticationinfo"));
    stream.get_mut().write_all(&one.repeat(200)).unwrap();
    for _ in 0..200 {
        assert_eq!(Reply::read(&mut stream, false).unwrap().status, 200);
    }
    for (offset, complete) in [(0, 0), (100_000, 1)] {
        let target = format!(
            "/core/upload?path=/bob&filename=parts&filesize=200000&offset={offset}&complete={complete}"
        );
        let body = Multipart::new().file("file", "x", &vec![b'a' + complete; 100_000]);
        exchange(&mut stream, &caller.bytes(&Request::multipart(&target, body))).ok();
    }
    let whole = exchange(&mut stream, &caller.bytes(&Request::get(&Caller::download_target("/bob/parts"))));
    assert_eq!((whole.body.len(), whole.body[0], whole.body[199_999]), (200_000, b'a', b'b'));
}

#[test]
fn stalled_handshakes_and_garbage_hold_nobody_up() {
    let server = launch().start();
    let address = secure_address(&server);
    let mut stalled = Vec::new();
    for number in 0..200 {
        let mut connection = Connection::open(address);
        // The bytes are the beginning of a record that never ends, plain HTTP, or noise.
        let bytes: &[u8] = match number % 3 {
            0 => b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
            1 => b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            _ => &[0xff; 600],
        };
        // The server may already have closed a connection whose bytes are not TLS.
        let _ = connection.try_send(bytes);
        stalled.push(connection);
    }
    let begun = Instant::now();
    let (mut stream, caller) = signed_in(&server);
    let reply = exchange(&mut stream, &caller.bytes(&Request::get("/core/getauthenticationinfo")));
    assert_eq!(reply.status, 200);
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[test]
fn a_handshake_has_a_deadline() {
    let server = launch().start();
    let mut socket = TcpStream::connect(secure_address(&server)).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(90))).unwrap();
    let begun = Instant::now();
    for byte in b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc" {
        socket.write_all(&[*byte]).unwrap();
        std::thread::sleep(Duration::from_millis(300));
    }
    let mut rest = Vec::new();
    // The connection must end, with or without a closing message.
    let _ = socket.read_to_end(&mut rest);
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
}

/// The beginning of a first message of 65,520 bytes. The server collects such a message in memory
/// until it is complete.
fn unfinished_hello() -> Vec<u8> {
    let mut message = vec![1, 0, 0xff, 0xf0, 3, 3];
    message.resize(60_000, 0);
    let records = message.chunks(16_000).flat_map(|part| {
        let [high, low] = (part.len() as u16).to_be_bytes();
        [&[22, 3, 1, high, low], part].concat()
    });
    records.collect()
}

#[test]
fn handshakes_that_never_end_hold_no_more_than_everything_may() {
    const HELD_KIB_MAX: u64 = 20 * 1024;
    const ANYWAY_KIB_MAX: u64 = 6 * 1024;
    let server = launch().start();
    let (address, hello) = (secure_address(&server), unfinished_hello());
    let (mut stream, caller) = signed_in(&server);
    let before = server.memory_kib();
    let mut crowd = Vec::new();
    // These connections hold twice as much as is allowed.
    for number in 0..720_u16 {
        let from: IpAddr = [127, 0, 9, (number / 240) as u8 + 1].into();
        let mut connection = Connection::open_from(from, address);
        connection.set_sending_patience(Duration::from_millis(100));
        // The server may end the connections that hold most while they send.
        let _ = connection.try_send(&hello);
        crowd.push(connection);
    }
    let asked = caller.bytes(&Request::get("/core/getauthenticationinfo"));
    assert_eq!(exchange(&mut stream, &asked).status, 200);
    let grown = server.peak_memory_kib().saturating_sub(before);
    assert!(grown < HELD_KIB_MAX + ANYWAY_KIB_MAX, "{grown} KiB more");
}

#[test]
fn a_renewed_certificate_is_taken_up_without_a_restart() {
    let (server, other) = (launch().start(), launch().start());
    let address = secure_address(&server);
    let (old, new) = (authority(&server), authority(&other));
    assert!(try_connect(address, &new).is_err(), "a stranger's certificate is not trusted");
    for name in ["tls/key.pem", "tls/certificate.pem"] {
        std::fs::copy(other.data().path(name), server.data().path(name)).unwrap();
    }
    wait_until("the new one is in use", RENEWED_WITHIN, || try_connect(address, &new).is_ok());
    assert!(try_connect(address, &old).is_err());
    // If the file is not a certificate, the old certificate stays in use.
    std::fs::write(server.data().path("tls/certificate.pem"), "nonsense").unwrap();
    wait_until("the server says so", RENEWED_WITHIN, || {
        try_connect(address, &new).unwrap();
        server.log().contains("the old one stays in use")
    });
}

#[test]
fn the_keys_are_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let server = launch().start();
    for name in ["tls/key.pem", "tls/authority-key.pem"] {
        let mode = std::fs::metadata(server.data().path(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}: {mode:o}");
    }
}

/// The only certificate record of the reply.
fn about(guest: &mut Caller) -> Vec<(String, String)> {
    let reply = guest.core("getcertificate", &[]).xml();
    let record = reply.child("certificate");
    ["origin", "name", "fingerprint", "url"]
        .map(|name| (name.to_owned(), record.field(name).to_owned()))
        .to_vec()
}

#[test]
fn a_device_gets_the_authority_in_the_form_that_it_takes() {
    let server = launch().setting("CLOUDLET_REDIRECT_TO_TLS", "yes").start();
    secure_address(&server);
    let der = CertificateDer::from_pem_slice(&authority(&server)).unwrap();
    let mut guest = server.guest();
    for (format, media_type) in [
        ("crt", "application/x-x509-ca-cert"),
        ("pem", "application/x-pem-file"),
        ("mobileconfig", "application/x-apple-aspen-config"),
    ] {
        // These calls are not redirected to TLS, which the device does not trust yet.
        let reply = guest.get(&format!("/core/downloadcertificate?format={format}"));
        assert_eq!((reply.status, reply.header("content-type")), (200, Some(media_type)));
        match format {
            "crt" => assert_eq!(reply.body, der.as_ref()),
            "pem" => assert_eq!(CertificateDer::from_pem_slice(&reply.body).unwrap(), der),
            _ => {
                let text = String::from_utf8(reply.body).unwrap();
                let content = text.split("<data>").nth(1).and_then(|rest| rest.split("</data>").next());
                let pem =
                    format!("-----BEGIN CERTIFICATE-----{}-----END CERTIFICATE-----\n", content.unwrap());
                assert_eq!(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap(), der);
                assert_eq!(text.matches("cloudlet home authority ").count(), 2, "{text}");
            }
        }
    }
    assert_eq!(guest.get("/certificate/").status, 200);
    assert_eq!(guest.get("/").status, 308);
    let facts = about(&mut guest);
    assert_eq!(facts[0].1, "authority");
    assert!(server.log().contains(&facts[1].1) && server.log().contains(&facts[2].1), "{facts:?}");
    assert!(facts[3].1.starts_with("http://") && facts[3].1.ends_with("/certificate/"), "{facts:?}");
}

#[test]
fn a_server_without_an_authority_says_so() {
    let plain = Launch::on(Data::with_accounts()).start();
    assert_eq!(about(&mut plain.guest())[0].1, "none");
    assert_eq!(plain.guest().get("/core/downloadcertificate").status, 404);

    let given = launch();
    let other = launch().start();
    secure_address(&other);
    let file = |name: &str| other.data().path(name).display().to_string();
    let given = given
        .setting("CLOUDLET_TLS_CERTIFICATE", file("tls/certificate.pem"))
        .setting("CLOUDLET_TLS_KEY", file("tls/key.pem"))
        .start();
    secure_address(&given);
    assert_eq!(about(&mut given.guest())[0].1, "given");
    assert!(!given.data().path("tls").exists());
}

#[test]
fn a_certificate_of_an_earlier_version_stays_in_use() {
    let other = launch().start();
    secure_address(&other);
    let data = Data::with_accounts();
    std::fs::create_dir(data.path("tls")).unwrap();
    for name in ["tls/key.pem", "tls/certificate.pem"] {
        std::fs::copy(other.data().path(name), data.path(name)).unwrap();
    }
    let server = Launch::on(data).argument("--listen-tls").argument("127.0.0.1:0").start();
    try_connect(secure_address(&server), &authority(&other)).unwrap();
    assert_eq!(about(&mut server.guest())[0].1, "selfsigned");
    assert!(!server.data().path("tls/authority.pem").exists());
}

#[test]
fn a_certificate_that_lacks_a_name_or_ends_soon_is_renewed_at_the_start() {
    let mut server = launch().start();
    secure_address(&server);
    let (trusted, path) = (authority(&server), server.data().path("tls/certificate.pem"));
    let key = std::fs::read(server.data().path("tls/key.pem")).unwrap();
    let mut last = std::fs::read_to_string(&path).unwrap();
    for (what, changed) in [
        ("a name is missing", last.replace("Names: localhost ", "Names: ")),
        ("it has ended", last.replace("Valid: 20", "Valid: 19").replacen(" 20", " 19", 1)),
        ("it is not valid yet", last.replace("Valid: 20", "Valid: 29")),
    ] {
        server.stop();
        std::fs::write(&path, &changed).unwrap();
        server.start_again();
        try_connect(secure_address(&server), &trusted).unwrap_or_else(|error| panic!("{what}: {error}"));
        let renewed = std::fs::read_to_string(&path).unwrap();
        assert!(renewed != changed && renewed != last, "{what}");
        last = renewed;
    }
    assert_eq!(std::fs::read(server.data().path("tls/key.pem")).unwrap(), key);
    // The server changes no certificate that the owner has put there.
    server.stop();
    let owners = last.split_once("-----BEGIN").map(|(_, rest)| format!("-----BEGIN{rest}")).unwrap();
    std::fs::write(&path, &owners).unwrap();
    server.start_again();
    secure_address(&server);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), owners);
}

#[test]
fn visitors_are_sent_to_tls_where_the_setting_wants_it() {
    let server = launch().setting("CLOUDLET_REDIRECT_TO_TLS", "yes").start();
    let port = secure_address(&server).port();
    let mut guest = server.guest();
    let reply = guest.get("/core/getfilelist?path=/bob");
    assert_eq!(reply.status, 308);
    let expected = format!("https://127.0.0.1:{port}/core/getfilelist?path=/bob");
    assert_eq!(reply.header("location"), Some(expected.as_str()));
    // A POST has already been sent without TLS, so it is answered as usual.
    assert_eq!(guest.post("/core/getauthenticationinfo", &[]).status, 200);
    // The health check is answered too, and not redirected.
    let reply = guest.get("/healthz");
    assert_eq!((reply.status, reply.text()), (200, "ok\n"));
}

#[test]
fn only_trusted_proxies_are_believed() {
    let headers = |request: Request| {
        request.header("X-Forwarded-For", "9.9.9.9, 198.51.100.7").header("X-Forwarded-Proto", "https")
    };
    let login =
        || Request::post("/core/loginguest", &[("userid", "bob"), ("password", crate::harness::PASSWORD)]);
    for (trusted, address, is_secure) in
        [("127.0.0.0/8", "198.51.100.7", true), ("10.0.0.0/8", "127.0.0.1", false)]
    {
        let server = Launch::on(Data::with_accounts()).setting("CLOUDLET_TRUSTED_PROXIES", trusted).start();
        let reply = server.guest().send(&headers(login())).done();
        assert_eq!(
            reply.headers("set-cookie").all(|cookie| cookie.contains("Secure")),
            is_secure,
            "{trusted}"
        );
        let rows = server.admin().audit(&[("operation", "loginguest")]);
        assert_eq!(rows[0].field("ip"), address, "{trusted}");
        // The proxy has added a second line after the one that the client invented.
        let two_lines =
            login().header("X-Forwarded-For", "9.9.9.9").header("X-Forwarded-For", "198.51.100.8");
        server.guest().send(&two_lines).done();
        let rows = server.admin().audit(&[("operation", "loginguest")]);
        assert_eq!(rows[0].field("ip") == "198.51.100.8", is_secure, "{trusted}: {}", rows[0].field("ip"));
        let from_a_page = |host| {
            let page = login().header("Origin", "https://cloud.example").header("X-Forwarded-Proto", "https");
            page.header("X-Forwarded-Host", host)
        };
        let result = |host| server.guest().send(&from_a_page(host)).command().1;
        assert_eq!(result("cloud.example"), i64::from(is_secure), "{trusted}");
        assert_eq!(result("other.example"), 0, "{trusted}");
    }
}
