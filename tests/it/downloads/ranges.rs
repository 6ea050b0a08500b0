//! Ranges of a file (RFC 9110, section 14).

use crate::harness::{Caller, Reply, Request, Server, noise};

const LENGTH: usize = 100_000;

fn ground() -> (Server, Caller, Vec<u8>) {
    let server = Server::start();
    let mut bob = server.user("bob");
    let content = noise(1, LENGTH);
    bob.upload("/bob", "file.bin", &content).ok();
    (server, bob, content)
}

fn ask(caller: &mut Caller, range: &str) -> Reply {
    caller.send(&Request::get(&Caller::download_target("/bob/file.bin")).header("Range", range))
}

#[test]
fn one_range_is_answered_with_exactly_its_bytes() {
    let (_server, mut bob, content) = ground();
    for (range, from, to) in [
        ("bytes=0-0", 0, 1),
        ("bytes=0-499", 0, 500),
        ("bytes=500-999", 500, 1000),
        ("bytes=99999-99999", 99_999, LENGTH),
        ("bytes=99000-", 99_000, LENGTH),
        ("bytes=0-", 0, LENGTH),
        ("bytes=-1", 99_999, LENGTH),
        ("bytes=-500", 99_500, LENGTH),
        ("bytes=-999999", 0, LENGTH),
        ("bytes=50000-999999", 50_000, LENGTH),
        ("bytes=50000-18446744073709551615", 50_000, LENGTH),
        ("bytes=50000-99999999999999999999999999", 50_000, LENGTH),
        ("BYTES=1-2", 1, 3),
        ("bytes= 1-2", 1, 3),
    ] {
        let reply = ask(&mut bob, range);
        assert_eq!(reply.status, 206, "{range}: {reply:?}");
        assert_eq!(
            reply.header("content-range"),
            Some(format!("bytes {from}-{}/{LENGTH}", to - 1).as_str()),
            "{range}"
        );
        assert_eq!(reply.header("content-length"), Some((to - from).to_string().as_str()), "{range}");
        assert!(reply.body == content[from..to], "{range}");
        assert!(reply.header("etag").is_some() && reply.header("content-disposition").is_some(), "{reply:?}");
    }
    assert_eq!(bob.download("/bob/file.bin").header("accept-ranges"), Some("bytes"));
}

#[test]
fn ranges_of_a_large_file_come_from_the_right_place() {
    let (server, mut bob, _) = ground();
    let content = noise(3, 5_000_000);
    std::fs::write(server.data().file("/bob/file.bin"), &content).unwrap();
    for (from, to) in [(0, 3_000_000), (1_234_567, 4_999_999), (4_999_990, 5_000_000)] {
        let reply = ask(&mut bob, &format!("bytes={from}-{}", to - 1));
        assert_eq!(reply.status, 206);
        assert!(reply.body == content[from..to], "{from}-{to}");
    }
}

/// The parts of a `multipart/byteranges` body, each with its content range and bytes.
fn parts(reply: &Reply) -> Vec<(String, Vec<u8>)> {
    let kind = reply.header("content-type").unwrap();
    let boundary = kind
        .strip_prefix("multipart/byteranges; boundary=")
        .unwrap_or_else(|| panic!("{reply:?}"))
        .trim_matches('"');
    let delimiter = format!("\r\n--{boundary}").into_bytes();
    let body = [b"\r\n", reply.body.as_slice()].concat();
    let starts: Vec<usize> =
        (0..=body.len() - delimiter.len()).filter(|at| body[*at..].starts_with(&delimiter)).collect();
    assert!(
        body[*starts.last().unwrap()..].starts_with(&[&delimiter[..], b"--"].concat()),
        "the end is marked"
    );
    let part = |pair: &[usize]| {
        let part = &body[pair[0] + delimiter.len() + 2..pair[1]];
        let head_end = part.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(part[..head_end].to_vec()).unwrap();
        let range = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-range").then(|| value.to_owned())
        });
        (range.unwrap_or_else(|| panic!("{head}")), part[head_end + 4..].to_vec())
    };
    starts.windows(2).map(part).collect()
}

#[test]
fn several_ranges_come_as_parts_of_one_answer() {
    let (_server, mut bob, content) = ground();
    for (range, wanted) in [
        ("bytes=0-9,20-29", vec![(0, 10), (20, 30)]),
        ("bytes=0-0, -1", vec![(0, 1), (99_999, LENGTH)]),
        ("bytes=90000-,0-99,500-600", vec![(90_000, LENGTH), (0, 100), (500, 601)]),
        ("bytes=0-9,999999-,20-29", vec![(0, 10), (20, 30)]),
    ] {
        let reply = ask(&mut bob, range);
        assert_eq!(reply.status, 206, "{range}: {reply:?}");
        assert_eq!(reply.header("content-range"), None, "{range}");
        assert_eq!(reply.header("content-length"), Some(reply.body.len().to_string().as_str()), "{range}");
        let parts = parts(&reply);
        assert_eq!(parts.len(), wanted.len(), "{range}");
        for ((said, bytes), (from, to)) in parts.iter().zip(wanted) {
            assert_eq!(*said, format!("bytes {from}-{}/{LENGTH}", to - 1), "{range}");
            assert!(*bytes == content[from..to], "{range} {from}");
        }
    }
    // If only one of several ranges can be satisfied, the answer has one part.
    let reply = ask(&mut bob, "bytes=999999-,5-9");
    assert_eq!((reply.status, reply.header("content-range")), (206, Some("bytes 5-9/100000")));
}

#[test]
fn ranges_outside_the_file_are_416_with_its_length() {
    let (_server, mut bob, _) = ground();
    for range in [
        "bytes=100000-",
        "bytes=100000-100001",
        "bytes=18446744073709551615-",
        "bytes=-0",
        "bytes=200000-300000,-0",
    ] {
        for mut caller in [bob.twin(), bob.in_json()] {
            let reply = ask(&mut caller, range);
            assert_eq!(reply.header("content-range"), Some("bytes */100000"), "{range}: {reply:?}");
            reply.failed(416);
        }
    }
    bob.upload("/bob", "file.bin", b"").ok();
    ask(&mut bob, "bytes=0-").failed(416);
}

/// RFC 9110, section 14.2 allows both answers. But if bytes come, they must be the right ones.
#[test]
fn what_is_no_range_gets_the_whole_file_or_416() {
    let (_server, mut bob, content) = ground();
    let many = format!("bytes={}", vec!["0-0"; 2000].join(","));
    for (range, may_be_refused) in [
        ("", false),
        ("bytes", false),
        ("lines=1-2", false),
        ("items=0-0", false),
        (&many, false),
        ("bytes=", true),
        ("bytes=-", true),
        ("bytes=5-1", true),
        ("bytes=a-b", true),
        ("bytes=1-2-3", true),
        ("bytes=+1-2", true),
        ("bytes=--5", true),
        ("bytes=0x1-0x2", true),
    ] {
        let reply = ask(&mut bob, range);
        if may_be_refused && reply.status == 416 {
            reply.failed(416);
        } else {
            reply.holds(&content);
        }
    }
}

#[test]
fn many_overlapping_ranges_cost_no_more_than_the_file() {
    let (_server, mut bob, content) = ground();
    let all = format!("bytes={}", vec!["0-"; 200].join(","));
    let reply = ask(&mut bob, &all);
    assert!(reply.body.len() <= content.len() + 10_000, "{} bytes for a file of {LENGTH}", reply.body.len());
}

#[test]
fn if_range_sends_the_whole_file_when_it_has_changed() {
    let (_server, mut bob, content) = ground();
    let whole = bob.download("/bob/file.bin");
    let (etag, modified) =
        (whole.header("etag").unwrap().to_owned(), whole.header("last-modified").unwrap().to_owned());
    for (validator, is_current) in [
        (etag.as_str(), true),
        ("\"another\"", false),
        // A weak ETag never matches here (RFC 9110, section 13.1.5).
        (&format!("W/{etag}"), false),
        ("Mon, 01 Jan 2001 00:00:00 GMT", false),
        ("nonsense", false),
    ] {
        let request = Request::get(&Caller::download_target("/bob/file.bin"))
            .header("Range", "bytes=5-9")
            .header("If-Range", validator);
        let reply = bob.send(&request);
        if is_current {
            assert_eq!((reply.status, reply.body.as_slice()), (206, &content[5..10]), "{validator}");
        } else {
            reply.holds(&content);
        }
    }
    // A date is a strong validator only if it is old enough. Either answer is right, but its bytes
    // must fit it.
    let request = Request::get(&Caller::download_target("/bob/file.bin"))
        .header("Range", "bytes=5-9")
        .header("If-Range", &modified);
    let reply = bob.send(&request);
    assert!(
        (reply.status == 206 && reply.body == content[5..10])
            || (reply.status == 200 && reply.body == content),
        "{reply:?}"
    );
}

#[test]
fn a_range_of_a_post_or_of_another_answer_is_ignored() {
    let (_server, mut bob, _) = ground();
    let request = Request::get("/core/getfilelist?path=/bob").header("Range", "bytes=0-4");
    let reply = bob.send(&request);
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.xml().name, "entries");
}
