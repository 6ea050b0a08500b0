//! Several files as one zip archive, read here with a reader of our own that checks every field.

use crate::harness::{Caller, Reply, Server, form, noise};
use std::collections::BTreeMap;

/// Reads an archive (PKWARE APPNOTE 6.3.10) whose contents are stored as they are, by its directory at the end.
struct Archive<'a> {
    bytes: &'a [u8],
}

impl Archive<'_> {
    fn number(&self, at: usize, length: usize) -> u64 {
        self.bytes[at..at + length].iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// Names and contents; a name that ends with `/` is a folder.
    fn contents(&self) -> BTreeMap<String, Vec<u8>> {
        let end = self.bytes.len() - 22;
        assert_eq!(self.number(end, 4), 0x0605_4b50, "the end record stands at the end");
        // The 64-bit end record stands before its locator, which stands before the end record.
        assert_eq!(self.number(end - 20, 4), 0x0706_4b50);
        let wide_end = self.number(end - 20 + 8, 8) as usize;
        assert_eq!(self.number(wide_end, 4), 0x0606_4b50);
        let (count, directory) = (self.number(wide_end + 32, 8), self.number(wide_end + 48, 8) as usize);
        assert_eq!(directory as u64 + self.number(wide_end + 40, 8), wide_end as u64, "nothing lies between");
        let mut at = directory;
        let mut contents = BTreeMap::new();
        for _ in 0..count {
            let (name, content, next) = self.entry(at);
            assert!(contents.insert(name, content).is_none(), "a name twice");
            at = next;
        }
        assert_eq!(at, wide_end, "the directory has as many entries as it says");
        contents
    }

    fn entry(&self, at: usize) -> (String, Vec<u8>, usize) {
        assert_eq!(self.number(at, 4), 0x0201_4b50);
        assert_eq!(self.number(at + 10, 2), 0, "stored");
        let (name_length, extra_length) =
            (self.number(at + 28, 2) as usize, self.number(at + 30, 2) as usize);
        let name = String::from_utf8(self.bytes[at + 46..at + 46 + name_length].to_vec()).unwrap();
        let extra = at + 46 + name_length;
        assert_eq!(self.number(extra, 2), 1, "the 64-bit field comes first");
        let (size, stored_size) = (self.number(extra + 4, 8), self.number(extra + 12, 8));
        assert_eq!(size, stored_size);
        let local = self.number(extra + 20, 8) as usize;
        assert_eq!(self.number(local, 4), 0x0403_4b50);
        assert_eq!(self.number(local + 26, 2) as usize, name_length);
        assert_eq!(
            &self.bytes[local + 30..local + 30 + name_length],
            name.as_bytes(),
            "both headers name the same"
        );
        let content_from = local + 30 + name_length + self.number(local + 28, 2) as usize;
        let content = self.bytes[content_from..content_from + size as usize].to_vec();
        assert_eq!(self.number(at + 16, 4), u64::from(checksum(&content)), "the checksum of {name}");
        (name, content, extra + extra_length + self.number(at + 32, 2) as usize)
    }
}

/// The contents of the archive that a reply holds.
fn unpacked(reply: &Reply) -> BTreeMap<String, Vec<u8>> {
    assert_eq!(reply.status, 200, "{reply:?}");
    Archive { bytes: &reply.body }.contents()
}

/// CRC-32 (ISO 3309), a byte at a time.
fn checksum(bytes: &[u8]) -> u32 {
    let table: Vec<u32> = (0..256)
        .map(|byte| {
            (0..8).fold(byte, |sum: u32, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
        })
        .collect();
    !bytes.iter().fold(!0, |sum: u32, byte| sum >> 8 ^ table[(sum as u8 ^ byte) as usize])
}

fn fetch(caller: &mut Caller, folder: &str, names: &[&str]) -> Reply {
    let count = names.len().to_string();
    let numbered: Vec<String> = (1..=names.len()).map(|number| format!("fn{number}")).collect();
    let mut fields = vec![("count", count.as_str()), ("filepath", folder)];
    fields.extend(numbered.iter().map(String::as_str).zip(names.iter().copied()));
    caller.get(&format!("/core/downloadfilemulti?{}", form(&fields)))
}

#[test]
fn the_reader_of_archives_knows_the_checksum_of_the_standard() {
    assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
}

#[test]
fn an_archive_holds_files_and_whole_folders_with_its_length_said_before() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "trip"), ("subpath", "day 1/empty")]).done();
    let (large, small) = (noise(1, 700_000), noise(2, 10));
    bob.upload("/bob/trip", "large.bin", &large).ok();
    bob.upload("/bob/trip/day 1", "\u{e4}\u{1f600}.txt", &small).ok();
    bob.upload("/bob", "nothing", b"").ok();
    let reply = fetch(&mut bob, "/bob", &["trip", "nothing"]);
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.header("content-type"), Some("application/zip"));
    assert_eq!(reply.header("content-length"), Some(reply.body.len().to_string().as_str()));
    assert!(reply.header("content-disposition").is_some_and(|value| value.contains("bob.zip")), "{reply:?}");
    let wanted = BTreeMap::from([
        ("nothing".to_owned(), Vec::new()),
        ("trip/".to_owned(), Vec::new()),
        ("trip/day 1/".to_owned(), Vec::new()),
        ("trip/day 1/empty/".to_owned(), Vec::new()),
        ("trip/day 1/\u{e4}\u{1f600}.txt".to_owned(), small),
        ("trip/large.bin".to_owned(), large),
    ]);
    assert!(unpacked(&reply) == wanted);
    let reply = fetch(&mut bob, "/bob/trip", &["day 1"]);
    assert!(
        reply.header("content-disposition").is_some_and(|value| value.contains("day 1.zip")),
        "{reply:?}"
    );
}

#[test]
fn names_in_an_archive_lead_nowhere_when_it_is_unpacked() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for name in ["..\\..\\up.txt", "C:\\drive.txt", "C:drive2.txt", "...", "back\\slash"] {
        bob.upload("/bob", name, b"x").ok();
    }
    let names = bob.list_names("/bob");
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let reply = fetch(&mut bob, "/bob", &names);
    for name in unpacked(&reply).keys() {
        assert!(
            !name.contains(['\\', ':', '\0'])
                && !name.starts_with('/')
                && !name.split('/').any(|part| part == ".."),
            "{name:?}"
        );
    }
}

#[test]
fn an_archive_of_what_is_not_there_or_not_given_is_refused() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "file", b"x").ok();
    server.user("bobby").upload("/bobby", "secret", b"x").ok();
    fetch(&mut bob, "/bob", &["file", "nothing"]).failed(404);
    fetch(&mut bob, "/bob/nothing", &["file"]).failed(404);
    fetch(&mut bob, "/bobby", &["secret"]).failed(403);
    fetch(&mut bob, "/", &["bobby"]).failed(403);
    fetch(&mut bob, "/bob", &["../bobby/secret"]).failed(400);
    fetch(&mut bob, "/bob", &[".."]).failed(400);
    let message = fetch(&mut bob, "/bob", &[]).failed(400);
    assert!(message.contains("fn1"), "{message}");
}

#[test]
fn a_count_below_the_names_that_follow_limits_them() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for name in ["a", "b"] {
        bob.upload("/bob", name, b"x").ok();
    }
    let reply = bob.get("/core/downloadfilemulti?filepath=/bob&count=1&fn1=a&fn2=b");
    assert_eq!(unpacked(&reply).len(), 1);
}

#[test]
fn an_archive_of_many_files_is_made_while_it_is_sent() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let folder = server.data().file("/bob/many");
    std::fs::create_dir(&folder).unwrap();
    for number in 0..600 {
        std::fs::write(folder.join(format!("{number:03}")), noise(number, 30_000)).unwrap();
    }
    let before = server.memory_kib();
    let reply = fetch(&mut bob, "/bob", &["many"]);
    let grown = server.memory_kib().saturating_sub(before);
    let contents = unpacked(&reply);
    assert_eq!(contents.len(), 601);
    assert!(contents["many/077"] == noise(77, 30_000));
    assert!(grown < 8 * 1024, "{grown} KiB more for 18 MB");
}
