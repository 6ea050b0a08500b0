//! The description of the API for programs, as the server sends it.

mod compatible;
mod statuses;

use crate::harness::{Request, Server};
use std::fs;

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

/// The description is stored on the disk, where only the program writes. If it is lost or damaged
/// there, the program writes it again.
#[test]
fn the_description_is_made_anew_when_it_is_lost_or_damaged() {
    let server = Server::start();
    let file = server.data().file("/.cloudlet/openapi");
    let mut guest = server.guest();
    let first = guest.get(ADDRESSES[0]);
    let kept = fs::read(&file).expect("it lies on the disk");
    let cut = kept[..kept.len() / 2].to_vec();
    for damaged in [None, Some(b"nonsense".to_vec()), Some(Vec::new()), Some(cut)] {
        match &damaged {
            Some(bytes) => fs::write(&file, bytes).unwrap(),
            None => fs::remove_file(&file).unwrap(),
        }
        let again = guest.get(ADDRESSES[0]);
        assert!(again.body == first.body, "{damaged:?}");
        assert_eq!(again.header("etag"), first.header("etag"));
        assert!(fs::read(&file).unwrap() == kept, "{damaged:?}");
    }
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert!(guest.get(ADDRESSES[1]).body == first.body, "where it cannot be kept");
}

#[test]
fn parts_of_the_description_are_those_of_the_whole() {
    let server = Server::start();
    let mut guest = server.guest();
    for coding in ["identity", "gzip"] {
        let get = |range: Option<&str>| {
            let request = Request::get(ADDRESSES[0]).header("Accept-Encoding", coding);
            range.map_or(request.clone(), |range| request.header("Range", range))
        };
        let whole = guest.send(&get(None)).body;
        for (range, start, end) in [
            ("bytes=0-0", 0, 1),
            ("bytes=70000-80000", 70_000, 80_001),
            ("bytes=-5", whole.len() - 5, whole.len()),
        ] {
            let part = guest.send(&get(Some(range)));
            assert_eq!(part.status, 206, "{part:?}");
            assert!(part.body == whole[start..end], "{coding} {range}");
        }
        assert_eq!(guest.send(&get(Some("bytes=99999999-"))).status, 416);
    }
}
