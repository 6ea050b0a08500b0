//! Downloads on the condition that something has changed (RFC 9110, section 13).

use crate::harness::{Caller, Reply, Request, Server};

const TARGET: &str = "/core/downloadfile?filepath=/bob/file.txt&filename=file.txt";

fn ask(caller: &mut Caller, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::get(TARGET);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    caller.send(&request)
}

/// A server with a file that was last modified on 14 November 2023, 22:13:20 UTC.
fn ground() -> (Server, Caller, String) {
    let server = Server::start();
    let mut bob = server.user("bob");
    let body = crate::harness::Multipart::new().file("file", "x", b"content");
    bob.send(&Request::multipart("/core/upload?path=/bob&filename=file.txt&date=1700000000", body)).ok();
    let etag = bob.get(TARGET).header("etag").unwrap().to_owned();
    (server, bob, etag)
}

#[test]
fn the_headers_name_the_content_and_its_time() {
    let (_server, mut bob, etag) = ground();
    let reply = bob.get(TARGET);
    assert_eq!(reply.header("last-modified"), Some("Tue, 14 Nov 2023 22:13:20 GMT"));
    assert!(etag.starts_with('"') && etag.ends_with('"'), "{etag}");
    assert!(reply.header("cache-control").is_some_and(|value| value.contains("no-cache")), "{reply:?}");
}

#[test]
fn a_change_in_place_is_sent_also_to_who_asks_by_date_alone() {
    let (server, mut bob, etag) = ground();
    let date = bob.get(TARGET).header("last-modified").unwrap().to_owned();
    // The file changes in place, as disk images and encrypted containers do. Its length and time of
    // modification stay.
    let path = server.data().file("/bob/file.txt");
    let modified = path.metadata().unwrap().modified().unwrap();
    std::fs::write(&path, b"CONTENT").unwrap();
    std::fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
    for headers in [
        &[("If-Modified-Since", date.as_str())][..],
        &[("If-None-Match", &etag)],
        &[("If-None-Match", &etag), ("If-Modified-Since", &date)],
    ] {
        let reply = ask(&mut bob, headers);
        assert_eq!(reply.header("last-modified"), Some(date.as_str()), "{headers:?}");
        reply.holds(b"CONTENT");
    }
}

#[test]
fn what_the_caller_has_already_is_not_sent_again() {
    let (_server, mut bob, etag) = ground();
    let (weak, list) = (format!("W/{etag}"), format!("\"x\", {etag}, \"y\""));
    for (headers, is_wanted) in [
        (&[("If-None-Match", etag.as_str())][..], false),
        (&[("If-None-Match", &weak)], false),
        (&[("If-None-Match", &list)], false),
        (&[("If-None-Match", "*")], false),
        (&[("If-None-Match", "\"another\"")], true),
        (&[("If-None-Match", "nonsense")], true),
        // The content came to this server after its time of modification. Until then the file may
        // have had another content.
        (&[("If-Modified-Since", "Tue, 14 Nov 2023 22:13:20 GMT")], true),
        (&[("If-Modified-Since", "Wed, 15 Nov 2023 00:00:00 GMT")], true),
        (&[("If-Modified-Since", "Fri, 31 Dec 9999 23:59:59 GMT")], false),
        (&[("If-Modified-Since", "Friday, 31-Dec-99 23:59:59 GMT")], true),
        (&[("If-Modified-Since", "Tue, 14 Nov 2023 22:13:19 GMT")], true),
        (&[("If-Modified-Since", "yesterday")], true),
        // The ETag of a content takes precedence over its time.
        (&[("If-None-Match", "\"another\""), ("If-Modified-Since", "Fri, 31 Dec 9999 23:59:59 GMT")], true),
        (&[("If-None-Match", &etag), ("If-Modified-Since", "Tue, 14 Nov 2023 00:00:00 GMT")], false),
        (&[("If-None-Match", &etag), ("Range", "bytes=0-1")], false),
    ] {
        let reply = ask(&mut bob, headers);
        if is_wanted {
            reply.holds(b"content");
        } else {
            assert_eq!((reply.status, reply.body.len()), (304, 0), "{headers:?}: {reply:?}");
            assert_eq!(reply.header("etag"), Some(etag.as_str()));
        }
    }
}

#[test]
fn a_changed_content_has_another_name_and_is_sent() {
    let (server, mut bob, etag) = ground();
    bob.upload("/bob", "file.txt", b"changed").ok();
    ask(&mut bob, &[("If-None-Match", &etag)]).holds(b"changed");
    let etag = bob.get(TARGET).header("etag").unwrap().to_owned();
    // Another program writes a content of the same length within the same second.
    std::fs::write(server.data().file("/bob/file.txt"), "CHANGED").unwrap();
    ask(&mut bob, &[("If-None-Match", &etag)]).holds(b"CHANGED");
}

#[test]
fn head_says_what_get_would_and_sends_no_body() {
    let (_server, mut bob, etag) = ground();
    let get = bob.get(TARGET);
    let head = bob.send(&Request::new("HEAD", TARGET));
    assert_eq!(head.status, 200);
    for name in ["content-length", "content-type", "content-disposition", "etag", "last-modified"] {
        assert_eq!(head.header(name), get.header(name), "{name}");
    }
    let head = bob.send(&Request::new("HEAD", TARGET).header("If-None-Match", &etag));
    assert_eq!(head.status, 304);
    let head = bob.send(&Request::new("HEAD", "/core/downloadfile?filepath=/bob/nothing"));
    assert_eq!(head.status, 404);
    // The next answer on the connection begins right here.
    bob.get(TARGET).holds(b"content");
}
