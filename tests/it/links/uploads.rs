//! Uploads by visitors: limits, odd names, and broken connections.

use super::{ground, ground_on, refused, sent};
use crate::harness::{Caller, Connection, Data, Launch, Multipart, Request, form, noise};

#[test]
fn a_file_may_have_as_many_bytes_as_the_link_says() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[("allowpublicupload", "1"), ("sharesizelimit", "1")]);
    let mut guest = ground.guest();
    let most = noise(1, 1 << 20);
    guest.send(&sent(&link.path, "most.bin", &most, &[])).ok();
    let more = noise(2, (1 << 20) + 1);
    for announced in [vec![], vec![("filesize", "1048577")], vec![("filesize", "5")]] {
        let mut guest = ground.guest();
        let reply = guest.send(&sent(&link.path, "more.bin", &more, &announced));
        assert_eq!(reply.status, 400, "{reply:?}");
    }
    // The limit also holds for an upload in parts, whatever length it announces.
    let part = |offset: &str, complete: &str, content: &[u8]| {
        let fields = [
            ("path", link.path.as_str()),
            ("filename", "parts.bin"),
            ("offset", offset),
            ("complete", complete),
            ("uploadid", "visitors-own"),
        ];
        Request::multipart(
            &format!("/core/upload?{}", form(&fields)),
            Multipart::new().file("file", "x", content),
        )
    };
    guest.send(&part("0", "0", &most[..600_000])).ok();
    assert_eq!(ground.guest().send(&part("600000", "1", &most[..600_000])).status, 400);
    let names = ground.bob.list_names("/bob/Holiday");
    assert!(
        names.contains(&"most.bin".to_owned())
            && !names.iter().any(|name| name.contains("more") || name.contains("parts")),
        "{names:?}"
    );
}

#[test]
fn what_visitors_upload_counts_for_the_owner() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[("allowpublicuploadonly", "1")]);
    let mut admin = ground.server.admin();
    admin.administer("updateuser", &[("profile", "bob"), ("size", "1"), ("adminstatus", "0")]);
    let mut guest = ground.guest();
    let reply = guest.send(&sent(&link.path, "huge.bin", b"x", &[("filesize", "2000000000000")]));
    assert_eq!(reply.status, 400, "{reply:?}");
    refused(&reply);
}

#[test]
fn odd_names_lead_nowhere_else() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday/sea", &[("allowpublicuploadonly", "1")]);
    let mut guest = ground.guest();
    let long = "n".repeat(300);
    let names = [
        "..",
        ".",
        "../up.txt",
        "a/b.txt",
        "/bob/up.txt",
        "..\\up.txt",
        "a\0b",
        &long,
        "",
        "%2e%2e%2fup.txt",
    ];
    for name in names {
        for (filename, uploadpath) in [(name, ""), ("plain.txt", name)] {
            let reply = guest.send(&sent(&link.path, filename, b"odd", &[("uploadpath", uploadpath)]));
            match reply.status {
                200 => assert_eq!(reply.text(), "OK"),
                _ => {
                    assert!(reply.header("x-cloudlet-error").is_some(), "{reply:?}");
                    let words = reply.text();
                    assert!(
                        reply.status == 400 && words.ends_with('.') && words.contains(" name"),
                        "{reply:?}"
                    );
                }
            }
        }
    }
    let odd = ["%2e%2e%2fup.txt", "..\\up.txt"];
    let mut wanted: Vec<String> = odd.iter().map(|name| (*name).to_owned()).collect();
    wanted.extend(odd.iter().map(|name| name.replace(".txt", ".txt (2)")));
    wanted.extend(["a", "b.txt", "bob", "plain.txt"].map(str::to_owned));
    wanted.sort();
    let mut arrived = ground.bob.list_names("/bob/Holiday/sea");
    arrived.sort();
    assert_eq!(arrived, wanted, "nothing that is refused leaves anything");
    assert_eq!(ground.bob.list_names("/bob"), ["Holiday", "Private", "beside.txt"]);
    assert_eq!(ground.bob.list_names("/bob/Holiday"), ["sea", "a.txt", "draw.svg", "page.html"]);
}

/// An upload that breaks off at any byte leaves no partial file, and the next upload can use the
/// name.
#[test]
fn an_upload_that_is_cut_anywhere_leaves_nothing_half() {
    // All visitors of this test have the same address, and the server may notice late that their
    // connections have ended.
    let launch = Launch::on(Data::with_accounts()).setting("CLOUDLET_CONNECTIONS_PER_ADDRESS_MAX", 100_000);
    let mut ground = ground_on(launch);
    let link = ground.link("/bob/Holiday/sea", &[("allowpublicuploadonly", "1")]);
    let guest = ground.guest();
    let bytes = guest.bytes(&sent(&link.path, "cut.txt", b"0123456789", &[]));
    for cut in 1..bytes.len() {
        let mut connection = Connection::open(ground.server.address);
        connection.send(&bytes[..cut]);
        drop(connection);
        if cut % 16 == 0 {
            assert_eq!(ground.bob.list_names("/bob/Holiday/sea"), ["b.txt"], "cut at {cut}");
        }
    }
    ground.guest().send(&sent(&link.path, "cut.txt", b"whole", &[])).ok();
    assert_eq!(ground.bob.list_names("/bob/Holiday/sea"), ["b.txt", "cut.txt"]);
    assert_eq!(ground.bob.download("/bob/Holiday/sea/cut.txt").text(), "whole");
}

/// Two phones upload files of the same name in parts at the same time. Each file must be complete.
#[test]
fn visitors_do_not_mix_their_files() {
    let launch = Launch::on(Data::with_accounts()).setting("CLOUDLET_TRUSTED_PROXIES", "127.0.0.1");
    let mut ground = ground_on(launch);
    let link = ground.link("/bob/Holiday/sea", &[("allowpublicuploadonly", "1")]);
    let contents = [noise(1, 300_000), noise(2, 300_000)];
    let part = |content: &[u8], at: usize, id: Option<&str>| {
        let end = (at + 100_000).min(content.len());
        let (offset, complete) = (at.to_string(), if end == content.len() { "1" } else { "0" });
        let mut fields = vec![
            ("path", link.path.as_str()),
            ("filename", "IMG_0001.jpg"),
            ("offset", offset.as_str()),
            ("complete", complete),
        ];
        fields.extend(id.map(|id| ("uploadid", id)));
        Request::multipart(
            &format!("/core/upload?{}", form(&fields)),
            Multipart::new().file("file", "x", &content[at..end]),
        )
    };
    // Two phones behind one address name their uploads. Two phones with different addresses do not.
    for (ids, addresses) in [
        ([Some("phone-one"), Some("phone-two")], ["203.0.113.1"; 2]),
        ([None, None], ["203.0.113.1", "203.0.113.2"]),
    ] {
        let mut phones: Vec<Caller> =
            addresses.iter().map(|address| ground.guest().always("X-Forwarded-For", address)).collect();
        for at in [0, 100_000, 200_000] {
            for (number, phone) in phones.iter_mut().enumerate() {
                phone.send(&part(&contents[number], at, ids[number])).ok();
            }
        }
    }
    let names = ["IMG_0001.jpg", "IMG_0001 (2).jpg", "IMG_0001 (3).jpg", "IMG_0001 (4).jpg"];
    for (number, name) in names.iter().enumerate() {
        let stored = ground.bob.download(&format!("/bob/Holiday/sea/{name}"));
        assert!(stored.body == contents[number % 2], "{name}");
    }
}

/// The server reads no body of an upload without a working link.
#[test]
fn strangers_send_no_bodies() {
    let ground = ground();
    let guest = ground.guest();
    for path in ["/SHARED/!nobody/0123456789abcdef", "/bob/Holiday"] {
        let request = sent(path, "x.bin", b"", &[]);
        let head = String::from_utf8(guest.bytes(&request)).unwrap();
        let head = head.split("\r\n\r\n").next().unwrap().replace("Content-Length: ", "Content-Length: 99");
        let mut connection = Connection::open(ground.server.address);
        connection.send(format!("{head}\r\n\r\n").as_bytes());
        let reply = connection.reply();
        refused(&reply);
    }
}
