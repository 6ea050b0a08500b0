//! One file in one request: the many ways in which clients send it, and requests that are not valid
//! uploads.

use crate::harness::{Multipart, Request, Server, form, names, noise};

#[test]
fn any_name_of_the_file_part_and_any_place_of_the_parameters_will_do() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let parameters = [
        ("appname", "explorer"),
        ("path", "/bob"),
        ("filename", "file.bin"),
        ("offset", "0"),
        ("complete", "1"),
    ];
    let query = format!("/core/upload?{}", form(&parameters));
    let in_fields =
        || parameters.iter().fold(Multipart::new(), |body, (name, value)| body.field(name, value));
    for (number, part) in ["file_contents", "file", "filedata", "filename", "Image", ""].iter().enumerate() {
        let content = noise(number as u64, 1000 + number);
        let file = |body: Multipart| body.file(part, "C:\\Users\\me\\other name.bin", &content);
        for (place, request) in [
            ("in the query", Request::multipart(&query, file(Multipart::new()))),
            ("as fields", Request::multipart("/core/upload", file(in_fields()))),
            ("in both", Request::multipart("/core/upload?path=/bob&filename=other", file(in_fields()))),
            (
                "at the short address",
                Request::multipart(&format!("/upload?{}", form(&parameters)), file(Multipart::new())),
            ),
            (
                "with op",
                Request::multipart(
                    &format!("/core/?op=upload&{}", form(&parameters)),
                    file(Multipart::new()),
                ),
            ),
            ("with op as a field", Request::multipart("/core/", file(in_fields().field("op", "upload")))),
        ] {
            let reply = bob.send(&request);
            assert_eq!((reply.status, reply.text()), (200, "OK"), "{part} {place}: {reply:?}");
            bob.download("/bob/file.bin").holds(&content);
            bob.core("deletefile", &[("path", "/bob"), ("name", "file.bin")]).done();
        }
    }
}

#[test]
fn an_upload_answers_exactly_ok_whatever_format_is_asked_for() {
    let server = Server::start();
    let mut bob = server.user("bob").in_json();
    let reply = bob.upload("/bob", "a", b"x").ok();
    assert!(reply.header("content-type").is_some_and(|kind| kind.starts_with("text/plain")), "{reply:?}");
}

#[test]
fn the_last_reply_names_the_content_with_an_etag() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let mut etag = |content: &[u8]| {
        let request =
            crate::harness::Caller::upload_request("/bob", "a", content).header("X-FC-Send-ETag", "1");
        let reply = bob.send(&request).ok();
        let etag = reply.header("etag").expect("an ETag was asked for").to_owned();
        let entry = bob.core("fileinfo", &[("file", "/bob/a")]).xml().child("entry").clone();
        assert_eq!(entry.field("etag"), etag.trim_matches('"'));
        assert_eq!(bob.download("/bob/a").header("etag"), Some(etag.as_str()));
        etag
    };
    assert_ne!(etag(b"one"), etag(b"two"), "another content, another name");
}

#[test]
fn contents_of_every_length_around_the_buffers_arrive_whole() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for length in
        [0, 1, 2, 4095, 4096, 8191, 8192, 65_535, 65_536, 65_537, 524_287, 524_288, 524_289, 3_000_001]
    {
        let content = noise(length as u64, length);
        bob.upload("/bob", "file", &content).ok();
        assert_eq!(std::fs::read(server.data().file("/bob/file")).unwrap(), content, "{length}");
        bob.download("/bob/file").holds(&content);
    }
}

#[test]
fn contents_that_look_like_a_boundary_arrive_whole() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let delimiter = Multipart::delimiter();
    let almost = &delimiter[..delimiter.len() - 1];
    for content in [
        almost.to_owned(),
        almost.repeat(100),
        format!("{almost}\r\n"),
        format!("{almost}x--\r\n"),
        delimiter.trim_start().to_owned() + "-no-line-break-before-it",
        format!("\n{}", delimiter.trim_start()),
        format!("\r\r{}", delimiter.trim_start()),
        "\r\n".repeat(1000),
        "\r\n--".repeat(1000),
        format!("{}{almost}", "x".repeat(524_288 - 20)),
        "\r".to_owned(),
        "--".to_owned(),
    ] {
        bob.upload("/bob", "file", content.as_bytes()).ok();
        bob.download("/bob/file").holds(content.as_bytes());
    }
}

#[test]
fn what_follows_the_file_part_is_never_stored_in_the_file() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let target = "/core/upload?path=/bob&filename=file";
    let body = || Multipart::new().file("file", "x", b"content");
    // Browsers send a field without a name for a button. Another parameter repeats what is known
    // already.
    let harmless = body().field("filename", "file").field("", "Upload");
    bob.send(&Request::multipart(target, harmless)).ok();
    bob.download("/bob/file").holds(b"content");
    bob.core("deletefile", &[("path", "/bob"), ("name", "file")]).done();

    bob.send(&Request::multipart(target, body().file("file2", "y", b"more"))).refused();
    assert!(bob.list_names("/bob").is_empty());
}

#[test]
fn whole_folders_are_uploaded_by_a_path_below() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for (uploadpath, path) in
        [("", "/bob/file"), ("a", "/bob/a/file"), ("a/b/c", "/bob/a/b/c/file"), ("/a/d/", "/bob/a/d/file")]
    {
        let query = form(&[("path", "/bob"), ("filename", "file"), ("uploadpath", uploadpath)]);
        let content = noise(uploadpath.len() as u64, 50);
        let body = Multipart::new().file("filedata", "x", &content);
        bob.send(&Request::multipart(&format!("/core/upload?{query}"), body)).ok();
        bob.download(path).holds(&content);
    }
}

#[test]
fn a_given_date_becomes_the_files() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for (date, seconds) in [
        ("2024-01-02T03:04:05.000Z", 1_704_164_645),
        ("1704164000", 1_704_164_000),
        ("1969-12-31T23:59:00Z", -60),
        ("2261-12-31T23:59:59Z", 9_214_646_399),
        // A .NET program sends these dates if it does not know the date. The nearest date that can
        // be stored is used.
        ("0001-01-01T00:00:00Z", -2_147_483_648),
        ("9999-12-30T00:00:00Z", 9_223_372_035),
        ("9999-12-31T23:59:59Z", 9_223_372_035),
        ("9999-12-31", 9_223_372_035),
        ("99999-01-01", 9_223_372_035),
        ("99999999999999999999", 9_223_372_035),
        ("3000-01-01T00:00:00Z", 9_223_372_035),
    ] {
        let query = form(&[("path", "/bob"), ("filename", "file"), ("date", date)]);
        let body = Multipart::new().file("file", "x", b"content");
        bob.send(&Request::multipart(&format!("/core/upload?{query}"), body)).ok();
        let entry = bob.core("fileinfo", &[("file", "/bob/file")]).xml().child("entry").clone();
        assert_eq!(entry.number("modifiedepochutc"), seconds, "{date}");
    }
    let body = Multipart::new().file("file", "x", b"other");
    let message =
        bob.send(&Request::multipart("/core/upload?path=/bob&filename=file&date=soon", body)).refused();
    assert!(message.contains("date"), "{message}");
    bob.download("/bob/file").holds(b"content");
}

/// `%` in the pattern stands for the boundary.
fn body_of(pattern: &str) -> Vec<u8> {
    pattern.replace('%', Multipart::delimiter().trim_start_matches("\r\n--")).into_bytes()
}

#[test]
fn bodies_that_are_no_upload_are_refused_and_leave_nothing() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let part = "Content-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n";
    let huge_header = format!("--%\r\nX-Long: {}\r\n{part}x\r\n--%--\r\n", "y".repeat(100_000));
    for (what, body) in [
        ("no part at all", "--%--\r\n".to_owned()),
        ("nothing", String::new()),
        (
            "only a text field",
            "--%\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--%--\r\n".to_owned(),
        ),
        ("no boundary in it", "just some text".to_owned()),
        ("no end", format!("--%\r\n{part}x")),
        ("no end after the line break", format!("--%\r\n{part}x\r\n")),
        ("a last delimiter that is cut", format!("--%\r\n{part}x\r\n--%-")),
        (
            "a part without a header's end",
            "--%\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"".to_owned(),
        ),
        ("a part without a disposition", "--%\r\n\r\nx\r\n--%--\r\n".to_owned()),
        ("a header of 100 KB", huge_header),
    ] {
        let request = Request::new("POST", "/core/upload?path=/bob&filename=file")
            .body(&Multipart::content_type(), body_of(&body));
        let reply = bob.send(&request);
        assert_eq!(reply.result(), 0, "{what}: {reply:?}");
        assert!(matches!(reply.status, 200 | 400 | 413 | 431), "{what}: {reply:?}");
        assert!(bob.list_names("/bob").is_empty(), "{what}");
    }
    for content_type in [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"\"",
        &format!("multipart/form-data; boundary={}", "x".repeat(71)),
        "multipart/form-data; boundary=a\u{e9}b",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
        "text/plain",
    ] {
        let request =
            Request::new("POST", "/core/upload?path=/bob&filename=file").body(content_type, "content");
        let reply = bob.send(&request);
        assert_eq!(reply.result(), 0, "{content_type}: {reply:?}");
        assert!(matches!(reply.status, 200 | 400 | 415), "{content_type}: {reply:?}");
    }
    let reply = bob.get("/core/upload?path=/bob&filename=file");
    reply.refused();
    assert!(bob.list_names("/bob").is_empty());
    assert!(names(&server.data().file("/.cloudlet/staging")).is_empty());
}

#[test]
fn boundaries_are_read_as_the_standard_allows() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let long = "b".repeat(70);
    for (parameter, boundary) in [
        ("boundary=simple", "simple"),
        ("boundary=\"quoted one\"", "quoted one"),
        ("Boundary=CaseCounts", "CaseCounts"),
        ("charset=utf-8; boundary=second", "second"),
        ("boundary=last; charset=utf-8", "last"),
        ("boundary=\"'()+_,-./:=?\"", "'()+_,-./:=?"),
        (&format!("boundary={long}"), long.as_str()),
    ] {
        // The body has a preamble and an epilogue (RFC 2046, section 5.1.1).
        let body = format!(
            "preamble\r\n--{boundary}\r\ncontent-disposition: FORM-DATA; filename=x; name=file\r\n\r\ncontent\r\n--{boundary}--\r\nepilogue"
        );
        let request = Request::new("POST", "/core/upload?path=/bob&filename=file")
            .body(&format!("Multipart/Form-Data; {parameter}"), body);
        bob.send(&request).ok();
        bob.download("/bob/file").holds(b"content");
    }
}

/// RFC 2046, section 5.1.1, says that nobody may send such blanks, and that everybody must be able
/// to receive them.
#[test]
fn blanks_behind_a_boundary_are_passed_over() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let body = "--b \t \r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\ncontent\r\n--b-- \t\r\n";
    bob.send(
        &Request::new("POST", "/core/upload?path=/bob&filename=file")
            .body("multipart/form-data; boundary=b", body),
    )
    .ok();
    bob.download("/bob/file").holds(b"content");
}
