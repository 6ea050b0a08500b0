//! The description for programs, as the server sends it.

mod compatible;
mod statuses;

use crate::harness::{Request, Server};

const ADDRESSES: [&str; 2] = ["/openapi.json", "/core/getapidescription"];

#[test]
fn anybody_has_the_description_at_two_addresses() {
    let server = Server::start();
    let mut guest = server.guest();
    let [document, answer] = ADDRESSES.map(|address| guest.get(address));
    for reply in [&document, &answer] {
        assert_eq!(reply.header("content-type"), Some("application/json; charset=utf-8"));
        assert_eq!(reply.header("vary"), Some("Accept-Encoding"));
    }
    assert_eq!(document.status, 200);
    assert!(document.body == answer.body, "both are the same bytes");
    assert_eq!(document.json()["info"]["version"], env!("CARGO_PKG_VERSION"));
    assert!(document.json()["paths"].get("/core/getfilelist").is_some());
    let head = guest.send(&Request::new("HEAD", "/openapi.json"));
    assert_eq!(head.header("etag"), document.header("etag"));
    assert_eq!(guest.post("/openapi.json", &[]).status, 404);
}

#[test]
fn the_description_is_sent_compressed_and_only_when_it_has_changed() {
    let server = Server::start();
    let mut guest = server.guest();
    let plain = guest.get(ADDRESSES[0]);
    for address in ADDRESSES {
        let packed = guest.send(&Request::get(address).header("Accept-Encoding", "gzip"));
        assert_eq!((packed.status, packed.header("content-encoding")), (200, Some("gzip")));
        assert!(packed.body.len() < plain.body.len() / 10, "{} bytes", packed.body.len());
        assert!(packed.unpacked().body == plain.body, "{address}");
        let tag = packed.header("etag").expect("an ETag").to_owned();
        assert_ne!(Some(tag.as_str()), plain.header("etag"), "two encodings are two contents");
        let again = Request::get(address).header("Accept-Encoding", "gzip").header("If-None-Match", &tag);
        let again = guest.send(&again);
        assert_eq!((again.status, again.body.len()), (304, 0), "{again:?}");
        let other = guest.send(&Request::get(address).header("If-None-Match", "\"another\""));
        assert!(other.body == plain.body, "{address}");
    }
}
