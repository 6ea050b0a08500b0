//! Archives that are made and unpacked where the files are. Each of them is made or unpacked
//! completely or not at all, never outside of the folder, and never over an existing entry.

use crate::harness::{Caller, Data, Reply, Server};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

/// A member of an archive: name, mode of Unix, flags, content.
pub type Member<'a> = (&'a str, u32, u16, &'a [u8]);

/// A zip archive with deflated members (APPNOTE 6.3.10), made by Unix.
pub fn archive(members: &[Member<'_>]) -> Vec<u8> {
    let (mut bytes, mut central) = (Vec::new(), Vec::new());
    for (name, mode, flags, content) in members {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(content).unwrap();
        let (packed, at) = (encoder.finish().unwrap(), bytes.len() as u32);
        let mut common = [20, *flags, 8, 0x4000, 0x58a6].map(u16::to_le_bytes).concat();
        let numbers = [crc32fast::hash(content), packed.len() as u32, content.len() as u32];
        common.extend(numbers.map(u32::to_le_bytes).concat());
        common.extend((name.len() as u16).to_le_bytes());
        bytes.extend([b"PK\x03\x04".as_slice(), &common, &[0; 2], name.as_bytes(), &packed].concat());
        central.extend([b"PK\x01\x02".as_slice(), &[20, 3], &common, &[0; 8]].concat());
        central.extend([mode << 16, at].map(u32::to_le_bytes).concat());
        central.extend(name.as_bytes());
    }
    let count = members.len() as u16;
    let end = [[0, 0, count, count].map(u16::to_le_bytes).concat()];
    let place = [central.len() as u32, bytes.len() as u32].map(u32::to_le_bytes).concat();
    [bytes, central, b"PK\x05\x06".to_vec(), end.concat(), place, vec![0; 2]].concat()
}

/// The archive with an end that claims ten million entries (APPNOTE.TXT, sections 4.3.14 to 4.3.16).
fn of_ten_million(archive: &[u8]) -> Vec<u8> {
    const END_BYTES: usize = 22;
    let members = &archive[..archive.len() - END_BYTES];
    let directory = members.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    let [count, bytes, at, end] = [10_000_000, members.len() - directory, directory, members.len()]
        .map(|number| (number as u64).to_le_bytes());
    let wide =
        [&44_u64.to_le_bytes(), [45, 0, 45, 0].as_slice(), &[0; 8], &count, &count, &bytes, &at].concat();
    let locator = [[0; 4].as_slice(), &end, &1_u32.to_le_bytes()].concat();
    [members, b"PK\x06\x06", &wide, b"PK\x06\x07", &locator, b"PK\x05\x06", &[0xff; 16], &[0; 2]].concat()
}

pub fn unzip(caller: &mut Caller, path: &str) -> Reply {
    caller.core("unzipfile", &[("path", path)])
}

/// The path of what was made, and the number of entries that were left out.
pub fn made(reply: Reply) -> (String, i64) {
    let root = reply.xml();
    let made = root.child("made");
    (made.field("path").to_owned(), made.number("leftout"))
}

/// All files and folders below a directory, with their contents.
fn tree(top: &Path) -> BTreeMap<String, Option<Vec<u8>>> {
    let (mut found, mut waiting) = (BTreeMap::new(), vec![top.to_path_buf()]);
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(top).unwrap().to_str().unwrap().to_owned();
            if path.is_dir() {
                found.insert(name, None);
                waiting.push(path);
            } else {
                found.insert(name, Some(fs::read(&path).unwrap()));
            }
        }
    }
    found
}

/// Nothing of an archive that was refused is left anywhere.
fn nothing_stays(data: &Data, home: &BTreeMap<String, Option<Vec<u8>>>) {
    assert_eq!(tree(&data.file("/bob")), *home);
    let staged = fs::read_dir(data.file("/.cloudlet/staging")).unwrap().count();
    assert_eq!(staged, 0, "something stays in staging");
}

#[test]
fn an_archive_becomes_a_new_folder_and_files_become_an_archive() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let large = vec![7; 300_000];
    let members: &[Member<'_>] = &[
        ("letter.txt", 0o100_644, 0, b"Dear Bob"),
        ("Photos/", 0o040_755, 0, b""),
        ("Photos/2024/a.jpg", 0, 0, &large),
        ("Über.txt", 0, 1 << 11, b"umlaut"),
        ("link", 0o120_777, 0, b"/etc/passwd"),
        ("__MACOSX/._letter.txt", 0, 0, b"of a Mac"),
        ("Photos/.DS_Store", 0, 0, b"of a Mac"),
    ];
    bob.upload("/bob", "from mail.zip", &archive(members)).ok();
    assert_eq!(made(unzip(&mut bob, "/bob/from mail.zip")), ("/bob/from mail".to_owned(), 1));
    let home = server.data().file("/bob");
    let unpacked = tree(&home.join("from mail"));
    let names: Vec<&str> = unpacked.keys().map(String::as_str).collect();
    assert_eq!(names, ["Photos", "Photos/2024", "Photos/2024/a.jpg", "letter.txt", "Über.txt"]);
    assert_eq!(unpacked["Photos/2024/a.jpg"], Some(large));
    assert_eq!(bob.list("/bob/from mail").len(), 3, "the index knows it");
    let entry = bob.core("fileinfo", &[("file", "/bob/from mail/letter.txt")]).xml().child("entry").clone();
    assert!(entry.field("modifiediso").starts_with("2024-05-06"), "{entry:?}");
    // A second time, it gets a number; nothing is ever replaced.
    fs::write(home.join("from mail/letter.txt"), "mine").unwrap();
    assert_eq!(made(unzip(&mut bob, "/bob/from mail.zip")).0, "/bob/from mail (2)");
    assert_eq!(fs::read(home.join("from mail/letter.txt")).unwrap(), b"mine");

    // An archive of several entries becomes a folder with its name. An archive of a single folder
    // becomes that folder.
    let fields =
        [("path", "/bob/from mail"), ("fn1", "Photos"), ("fn2", "letter.txt"), ("fn3", "letter.txt")];
    assert_eq!(made(bob.core("zipfiles", &fields)), ("/bob/from mail/from mail.zip".to_owned(), 0));
    assert_eq!(made(bob.core("zipfiles", &fields)).0, "/bob/from mail/from mail (2).zip");
    let one = [("path", "/bob/from mail"), ("fn1", "Photos"), ("name", "Lake.zip")];
    assert_eq!(made(bob.core("zipfiles", &one)).0, "/bob/from mail/Lake.zip");
    assert_eq!(made(unzip(&mut bob, "/bob/from mail/from mail.zip")).0, "/bob/from mail/from mail");
    let again = tree(&home.join("from mail/from mail"));
    assert_eq!(again["Photos/2024/a.jpg"], unpacked["Photos/2024/a.jpg"]);
    assert_eq!(again["letter.txt"], Some(b"mine".to_vec()));
    assert_eq!(made(unzip(&mut bob, "/bob/from mail/Lake.zip")).0, "/bob/from mail/Photos (2)");
    let photos = tree(&home.join("from mail/Photos (2)"));
    assert_eq!(photos.keys().collect::<Vec<_>>(), ["2024", "2024/a.jpg"]);
}

#[test]
fn archives_that_lie_leave_nothing() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let zeros = vec![0; 300 << 20];
    let bomb = archive(&[("zeros", 0, 0, &zeros)]);
    drop(zeros);
    let whole = archive(&[("a/b", 0, 0, b"first"), ("a/c", 0, 0, b"second")]);
    let central = whole.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    let with = |at: usize, bytes: &[u8]| {
        let mut bent = whole.clone();
        bent[at..at + bytes.len()].copy_from_slice(bytes);
        bent
    };
    // All members share the contents of the first.
    let shared: Vec<Member<'_>> = (0..400).map(|_| ("a", 0, 0, b"".as_slice())).collect();
    let mut shared = archive(&shared);
    let huge = u32::MAX - 1;
    let entries: Vec<usize> =
        shared.windows(4).enumerate().filter(|(_, four)| four == b"PK\x01\x02").map(|(at, _)| at).collect();
    for at in entries {
        shared[at + 20..at + 24].copy_from_slice(&huge.to_le_bytes());
        shared[at + 24..at + 28].copy_from_slice(&huge.to_le_bytes());
    }
    let many = |name: &str, count: usize| {
        let members: Vec<Member<'_>> = (0..count).map(|_| (name, 0, 0, b"".as_slice())).collect();
        archive(&members)
    };
    let mut claims = many("a", 1);
    let end = claims.len() - 22;
    claims[end + 8..end + 12].copy_from_slice(&[0xfe, 0xff, 0xfe, 0xff]);
    let deep = "d/".repeat(200) + "x";
    for (name, bytes, word) in [
        ("out.zip", archive(&[("ok", 0, 0, b"ok"), ("../out", 0, 0, b"x")]), "archive-leads-out"),
        ("far.zip", archive(&[("a/../../../../tmp/out", 0, 0, b"x")]), "archive-leads-out"),
        ("root.zip", archive(&[("/tmp/out", 0, 0, b"x")]), "archive-leads-out"),
        ("windows.zip", archive(&[("..\\out", 0, 0, b"x")]), "archive-leads-out"),
        ("drive.zip", archive(&[("C:\\out", 0, 0, b"x")]), "archive-leads-out"),
        ("secret.zip", archive(&[("ok", 0, 0, b"ok"), ("secret", 0, 1, b"x")]), "archive-encrypted"),
        ("bomb.zip", bomb, "archive-too-large"),
        ("shared.zip", shared, "archive-too-large"),
        ("claims.zip", claims, "archive-unreadable"),
        ("millions.zip", of_ten_million(&many("a", 1)), "archive-too-large"),
        ("twice.zip", many("a", 2), "exists"),
        ("both.zip", archive(&[("a", 0, 0, b"file"), ("a/b", 0, 0, b"below")]), "exists"),
        ("deep.zip", archive(&[(&deep, 0, 0, b"x")]), "name-too-long"),
        ("name.zip", archive(&[("a\u{1}", 0, 0, b"x")]), "bad-name"),
        // One archive each: the last content is longer than the archive states, is shorter, is
        // changed, is cut off, or lies elsewhere.
        ("long.zip", with(central + 24, &[4]), "archive-unreadable"),
        ("short.zip", with(central + 24, &[9]), "archive-unreadable"),
        ("other.zip", with(30 + 3, &[0xff]), "archive-unreadable"),
        ("cut.zip", whole[..whole.len() - 30].to_vec(), "archive-unreadable"),
        ("elsewhere.zip", with(central + 42, &[9]), "archive-unreadable"),
        ("letter.zip", b"Dear Bob".to_vec(), "archive-unreadable"),
        ("empty.zip", Vec::new(), "archive-unreadable"),
    ] {
        bob.upload("/bob", name, &bytes).ok();
        let home = tree(&server.data().file("/bob"));
        let reply = unzip(&mut bob, &format!("/bob/{name}"));
        assert_eq!(reply.header("x-cloudlet-error"), Some(word), "{name}");
        let said = reply.refused();
        assert!(said.ends_with('.'), "{name}: {said}");
        nothing_stays(server.data(), &home);
    }
    unzip(&mut bob, "/bob/none.zip").refused();
    unzip(&mut bob, "/bob").refused();
    assert!(!Path::new("/tmp/out").exists());
    bob.core("deletefile", &[("path", "/bob"), ("name", "out.zip")]).done();
    unzip(&mut bob, "/bob/recyclebin/out.zip").refused();
}

#[test]
fn archives_hold_rights_and_limits() {
    let server = Server::start();
    let (mut alice, mut bob) = (server.user("alice"), server.user("bob"));
    alice.core("createfolder", &[("path", "/alice"), ("name", "Trip")]).done();
    let members: &[Member<'_>] = &[("a", 0, 0, b"first"), ("b", 0, 0, b"second")];
    alice.upload("/alice/Trip", "trip.zip", &archive(members)).ok();
    unzip(&mut bob, "/alice/Trip/trip.zip").refused();
    let share = alice.core("quickshare", &[("sharelocation", "/alice/Trip")]).xml();
    let id = share.child("share").field("shareid").to_owned();
    alice.core("addusertoshare", &[("shareid", &id), ("userid", "bob")]).done();
    // A user who may only look can make nothing there.
    let before = tree(&server.data().file("/alice"));
    unzip(&mut bob, "/SHARED/alice/Trip/trip.zip").refused();
    bob.core("zipfiles", &[("path", "/SHARED/alice/Trip"), ("fn1", "trip.zip")]).refused();
    bob.core("zipfiles", &[("path", "/alice/Trip"), ("fn1", "trip.zip")]).refused();
    assert_eq!(tree(&server.data().file("/alice")), before);
    let rights = [("shareid", id.as_str()), ("userid", "bob"), ("write", "true"), ("read", "true")];
    alice.core("setuseraccessforshare", &rights).done();
    assert_eq!(made(unzip(&mut bob, "/SHARED/alice/Trip/trip.zip")).0, "/SHARED/alice/Trip/trip");
    server.guest().core("unzipfile", &[("path", "/alice/Trip/trip.zip")]).failed(401);
    // An archive that does not fit is refused before anything is written. 0.001 GB are 1,073,741
    // bytes.
    let mut admin = server.admin();
    bob.upload("/bob", "large.zip", &archive(&[("large", 0, 0, &vec![1; 2_000_000])])).ok();
    admin.administer("updateuser", &[("profile", "bob"), ("size", "0.001")]).done();
    let home = tree(&server.data().file("/bob"));
    let reply = unzip(&mut bob, "/bob/large.zip");
    assert!(reply.header("x-cloudlet-error").unwrap().starts_with("quota; limit=1073741; left=10"));
    nothing_stays(server.data(), &home);
    admin.administer("updateuser", &[("profile", "bob"), ("size", "0")]).done();
    assert_eq!(made(unzip(&mut bob, "/bob/large.zip")).0, "/bob/large");
}
