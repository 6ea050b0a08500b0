//! Downloads of whole files: their bytes, their headers, and failures.

use crate::harness::{Caller, Request, Server, encoded, form, noise};

#[test]
fn bytes_come_exactly_with_their_length() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for length in [0, 1, 100, 4096, 16_384, 65_535, 65_536, 65_537, 262_144, 2_000_003] {
        let content = noise(length as u64, length);
        std::fs::write(server.data().file("/bob/file"), &content).unwrap();
        // Some scripts download by POST.
        for request in [
            Request::get(&Caller::download_target("/bob/file")),
            Request::post(
                "/core/downloadfile",
                &[("filepath", "/bob/file"), ("filename", "file"), ("redirect", "1")],
            ),
        ] {
            let reply = bob.send(&request).holds(&content);
            assert_eq!(reply.header("content-length"), Some(length.to_string().as_str()));
            assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
            assert!(reply.header("etag").is_some() && reply.header("last-modified").is_some(), "{reply:?}");
        }
    }
}

#[test]
fn a_download_names_its_file_for_old_and_new_browsers() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for name in [
        "plain.txt",
        "with blank.pdf",
        "\u{e4}\u{1f600}.txt",
        "quo\"te\\%.txt",
        "semi;colon,comma.txt",
        "\u{202e}gpj.exe",
    ] {
        bob.upload("/bob", name, b"x").ok();
        let reply = bob.download(&format!("/bob/{name}"));
        let header = reply.header("content-disposition").expect("a download says its name").to_owned();
        assert!(header.starts_with("attachment; filename=\""), "{header}");
        assert!(header.ends_with(&format!("; filename*=UTF-8''{}", encoded(name))), "{name}: {header}");
        assert!(header.is_ascii(), "{header}");
        let plain = header.split('"').nth(1).unwrap();
        assert!(!plain.contains(['\\', '%', '\r', '\n']), "{header}");
    }
}

#[test]
fn a_caller_chooses_the_name_but_not_what_a_browser_takes_it_for() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "notes.txt", b"<script>alert(1)</script>").ok();
    for (filename, shown) in [
        ("other.txt", "other.txt"),
        ("", "notes.txt"),
        ("page.html", "notes.txt"),
        ("a\r\nSet-Cookie: x=y.txt", "a__Set-Cookie: x=y.txt"),
    ] {
        let query =
            form(&[("filepath", "/bob/notes.txt"), ("filename", filename), ("disposition", "inline")]);
        let reply = bob.get(&format!("/core/downloadfile?{query}"));
        let header = reply.header("content-disposition").unwrap();
        assert!(header.contains(&format!("filename=\"{shown}\"")), "{filename:?}: {header}");
        assert_eq!(reply.header("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(reply.headers("set-cookie").count(), 0);
    }
}

#[test]
fn only_harmless_types_are_shown_and_those_can_do_nothing() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for (name, is_shown) in [
        ("photo.jpg", true),
        ("PHOTO.PNG", true),
        ("doc.pdf", true),
        ("notes.txt", true),
        ("song.mp3", true),
        ("page.html", false),
        ("page.HTM", false),
        ("page.xhtml", false),
        ("picture.svg", false),
        ("feed.xml", false),
        ("tool.exe", false),
        ("noextension", false),
        (".jpg", false),
    ] {
        bob.upload("/bob", name, b"<script>alert(1)</script>").ok();
        for (disposition, is_wanted) in [("inline", true), ("attachment", false), ("", false)] {
            let query = form(&[
                ("filepath", &format!("/bob/{name}")),
                ("filename", name),
                ("disposition", disposition),
            ]);
            let reply = bob.get(&format!("/core/downloadfile?{query}"));
            let kind = reply.header("content-disposition").unwrap().split(';').next().unwrap().to_owned();
            assert_eq!(
                kind,
                if is_shown && is_wanted { "inline" } else { "attachment" },
                "{name} {disposition}"
            );
            assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
            let policy = reply.header("content-security-policy").unwrap_or("");
            if kind == "inline" {
                assert!(
                    policy.contains("sandbox")
                        && policy.contains("default-src 'none'")
                        && !policy.contains("allow-scripts"),
                    "{policy}"
                );
            }
        }
    }
}

#[test]
fn a_failed_download_has_a_status_and_the_envelope() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "folder")]).done();
    bob.upload("/bob", "file", b"x").ok();
    let target = |path: &str| format!("/core/downloadfile?{}", form(&[("filepath", path)]));
    for (path, status) in [
        ("/bob/nothing", 404),
        ("/bob/file/below", 404),
        ("/bob/folder", 400),
        ("/", 400),
        ("/bob/../alice", 400),
        ("relative", 400),
        ("", 400),
        ("/alice/file", 403),
        ("/nobody/file", 403),
    ] {
        for mut caller in [bob.twin(), bob.in_json()] {
            let reply = caller.get(&target(path));
            assert_eq!(reply.command().0, "downloadfile", "{reply:?}");
            assert_eq!(reply.header("content-disposition"), None, "an error is no file: {reply:?}");
            reply.failed(status);
        }
    }
    bob.get("/core/downloadfile").failed(400);
    for mut guest in [server.guest(), server.guest().always("Accept", "application/json")] {
        guest.get(&target("/bob/file")).failed(401);
        guest.get(&target("/bob/nothing")).failed(401);
        guest.get("/core/downloadfilemulti?filepath=/bob&count=1&fn1=file").failed(401);
    }
}

#[test]
fn a_download_goes_on_with_the_content_it_began_with() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let (old, new) = (noise(1, 30_000_000), noise(2, 1000));
    std::fs::write(server.data().file("/bob/file"), &old).unwrap();
    let mut connection = server.connect();
    connection.send(bob.bytes(&Request::get(&Caller::download_target("/bob/file"))));
    let head = connection.reply_head();
    bob.upload("/bob", "file", &new).ok();
    bob.core("deletefile", &[("path", "/bob"), ("name", "file")]).done();
    let mut body = vec![0; old.len()];
    let mut filled = 0;
    while filled < body.len() {
        let read = connection.read(&mut body[filled..]).unwrap();
        assert!(read > 0, "it ended after {filled} bytes: {head:?}");
        filled += read;
    }
    assert!(body == old, "not the bytes of one content");
}

#[test]
fn a_file_that_shrinks_while_it_is_sent_breaks_the_connection() {
    let server = Server::start();
    let bob = server.user("bob");
    let path = server.data().file("/bob/file");
    std::fs::File::create(&path).unwrap().set_len(200_000_000).unwrap();
    let mut connection = server.connect();
    connection.send(bob.bytes(&Request::get(&Caller::download_target("/bob/file"))));
    let head = connection.reply_head();
    assert_eq!(head.header("content-length"), Some("200000000"));
    std::fs::File::options().write(true).open(&path).unwrap().set_len(1000).unwrap();
    let rest = connection.rest();
    assert!(rest.len() < 200_000_000, "a promised length is never filled up with something else");
    assert!(rest.iter().all(|byte| *byte == 0));
    assert!(server.guest().get("/core/getauthenticationinfo").status == 200);
}

#[test]
fn large_downloads_take_little_memory() {
    let server = Server::start();
    let bob = server.user("bob");
    std::fs::File::create(server.data().file("/bob/file")).unwrap().set_len(100_000_000).unwrap();
    bob.twin().download("/bob/file");
    let before = server.memory_kib();
    let highest = std::thread::scope(|scope| {
        let downloads: Vec<_> = (0..4)
            .map(|_| {
                let mut twin = bob.twin();
                scope.spawn(move || assert_eq!(twin.download("/bob/file").body.len(), 100_000_000))
            })
            .collect();
        let mut highest = before;
        while downloads.iter().any(|download| !download.is_finished()) {
            highest = highest.max(server.memory_kib());
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        highest
    });
    assert!(highest - before < 4 * 1024, "{} KiB more for four downloads", highest - before);
}
