//! Several files in one zip archive. A strict reader in this file checks every field.

use crate::harness::{Caller, Data, Launch, Reply, Request, Server, form, noise};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, UNIX_EPOCH};

/// Reads an archive (PKWARE APPNOTE 6.3.10) with uncompressed contents, beginning with the
/// directory at its end.
struct Archive<'a> {
    bytes: &'a [u8],
}

impl Archive<'_> {
    fn number(&self, at: usize, length: usize) -> u64 {
        self.bytes[at..at + length].iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// The names and contents. A name that ends with `/` is a folder.
    fn contents(&self) -> BTreeMap<String, Vec<u8>> {
        let end = self.bytes.len() - 22;
        assert_eq!(self.number(end, 4), 0x0605_4b50, "the end record stands at the end");
        // The 64-bit end record is before its locator, and the locator is before the end record.
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
        // The extended timestamp of Info-ZIP is the same in both headers. It comes after the field
        // of sizes and offsets.
        let (central_time, local_time) = (extra + 28, local + 30 + name_length + 20);
        assert_eq!(self.bytes[central_time..central_time + 9], self.bytes[local_time..local_time + 9]);
        assert_eq!((self.number(central_time, 2), self.number(central_time + 2, 2)), (0x5455, 5), "{name}");
        let content_from = local + 30 + name_length + self.number(local + 28, 2) as usize;
        let content = self.bytes[content_from..content_from + size as usize].to_vec();
        assert_eq!(self.number(at + 16, 4), u64::from(checksum(&content)), "the checksum of {name}");
        (name, content, extra + extra_length + self.number(at + 32, 2) as usize)
    }
}

/// The contents of the archive in a reply.
fn unpacked(reply: &Reply) -> BTreeMap<String, Vec<u8>> {
    assert_eq!(reply.status, 200, "{reply:?}");
    Archive { bytes: &reply.body }.contents()
}

/// CRC-32 (ISO 3309), computed byte by byte.
fn checksum(bytes: &[u8]) -> u32 {
    let table: Vec<u32> = (0..256)
        .map(|byte| {
            (0..8).fold(byte, |sum: u32, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
        })
        .collect();
    !bytes.iter().fold(!0, |sum: u32, byte| sum >> 8 ^ table[(sum as u8 ^ byte) as usize])
}

fn target(folder: &str, names: &[&str]) -> String {
    let count = names.len().to_string();
    let numbered: Vec<String> = (1..=names.len()).map(|number| format!("fn{number}")).collect();
    let mut fields = vec![("count", count.as_str()), ("filepath", folder)];
    fields.extend(numbered.iter().map(String::as_str).zip(names.iter().copied()));
    format!("/core/downloadfilemulti?{}", form(&fields))
}

fn fetch(caller: &mut Caller, folder: &str, names: &[&str]) -> Reply {
    caller.get(&target(folder, names))
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

/// The call must fail, because a smaller archive would look complete.
#[test]
fn a_name_that_is_missing_or_beyond_the_limit_is_no_smaller_archive() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "a", b"x").ok();
    for (query, missing) in [("count=2&fn1=a", "fn2"), ("count=3&fn1=a&fn3=a", "fn2"), ("count=1", "fn1")] {
        let message = bob.get(&format!("/core/downloadfilemulti?filepath=/bob&{query}")).failed(400);
        assert!(message.contains(missing), "{query}: {message}");
    }
    let many = (1..=10_001).map(|number| format!("&fn{number}=a")).collect::<String>();
    let request = Request::new("POST", "/core/downloadfilemulti")
        .body("application/x-www-form-urlencoded", format!("filepath=/bob&count=10001{many}"));
    let message = bob.send(&request).failed(400);
    assert!(message.contains("more than 10000 parameters"), "{message}");
}

#[test]
fn a_name_given_twice_is_there_once_and_names_that_lead_elsewhere_do_not_become_one() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let names = ["a:b", "a\u{ff1a}b", "a\\b", "a\u{ff3c}b", "a_b", "a\u{80}b", "a\u{81}b", "a\u{e080}b"];
    for name in names {
        bob.upload("/bob", name, name.as_bytes()).ok();
    }
    let contents = unpacked(&fetch(&mut bob, "/bob", &[&names[..], &["a_b"]].concat()));
    let mut found: Vec<Vec<u8>> = contents.into_values().collect();
    found.sort();
    let mut wanted: Vec<Vec<u8>> = names.iter().map(|name| name.as_bytes().to_vec()).collect();
    wanted.sort();
    assert_eq!(found, wanted);
}

#[test]
fn names_in_folders_and_of_folders_stay_different_too() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for folder in ["a:b", "a\u{ff1a}b"] {
        fs::create_dir_all(server.data().file(&format!("/bob/all/{folder}"))).unwrap();
        for name in ["c:d", "c\u{ff1a}d", "plain"] {
            fs::write(
                server.data().file(&format!("/bob/all/{folder}")).join(name),
                format!("{folder}/{name}"),
            )
            .unwrap();
        }
    }
    let contents = unpacked(&fetch(&mut bob, "/bob", &["all"]));
    assert_eq!(contents.len(), 1 + 2 + 6, "{:?}", contents.keys());
    assert_eq!(contents["all/a\u{ff1a}b/plain"], "a\u{ff1a}b/plain".as_bytes(), "its own name");
    // Two spellings of a name are the same file.
    fs::write(server.data().file("/bob/caf\u{e9}"), "x").unwrap();
    assert_eq!(unpacked(&fetch(&mut bob, "/bob", &["caf\u{e9}", "cafe\u{301}"])).len(), 1);
}

#[test]
fn an_archive_tells_when_files_were_modified() {
    let server = Server::start();
    let mut bob = server.user("bob");
    // These times are a leap day, an odd second, which MS-DOS cannot store, and times beyond the
    // range of 32 bits or MS-DOS.
    for (name, seconds, has_field) in [
        ("leap", 1_709_210_097_u64, true),
        ("first", 0, true),
        ("last", 2_147_483_647, true),
        ("beyond", 2_147_483_648, false),
        ("far", 5_000_000_000, false),
    ] {
        bob.upload("/bob", name, b"x").ok();
        let time = UNIX_EPOCH + Duration::from_secs(seconds);
        fs::File::open(server.data().file(&format!("/bob/{name}"))).unwrap().set_modified(time).unwrap();
        let reply = fetch(&mut bob, "/bob", &[name]);
        assert_eq!(reply.status, 200, "{reply:?}");
        let field = &reply.body[30 + name.len() + 20..];
        let wanted = [&[0x55, 0x54, 5, 0, 1][..], &(seconds as u32).to_le_bytes()].concat();
        assert_eq!(field.starts_with(&wanted), has_field, "{name}");
        if name == "leap" {
            // The time is 2024-02-29 12:34:56. Only the date is compared, because the time zone of
            // the machine is unknown.
            let date = u16::from_le_bytes(reply.body[12..14].try_into().unwrap());
            assert_eq!(date >> 9, 2024 - 1980);
            assert!([(2, 28), (2, 29), (3, 1)].contains(&(date >> 5 & 15, date & 31)), "{date:x}");
        }
    }
}

#[test]
fn an_archive_of_many_files_is_made_while_it_is_sent() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let folder = server.data().file("/bob/many");
    fs::create_dir(&folder).unwrap();
    for number in 0..600 {
        fs::write(folder.join(format!("{number:03}")), noise(number, 30_000)).unwrap();
    }
    let before = server.memory_kib();
    let reply = fetch(&mut bob, "/bob", &["many"]);
    let grown = server.memory_kib().saturating_sub(before);
    let contents = unpacked(&reply);
    assert_eq!(contents.len(), 601);
    assert!(contents["many/077"] == noise(77, 30_000));
    assert!(grown < 8 * 1024, "{grown} KiB more for 18 MB");
}

#[test]
fn an_archive_of_more_than_65535_files_takes_no_more_memory() {
    const FOLDERS: usize = 66;
    let data = Data::in_memory();
    data.fill();
    let server = Launch::on(data).start();
    let mut bob = server.user("bob");
    for folder in 0..FOLDERS {
        let folder = server.data().file(&format!("/bob/many/{folder:02}"));
        fs::create_dir_all(&folder).unwrap();
        for number in 0..1000 {
            fs::File::create(folder.join(format!("a file with a name of usual length {number:03}.txt")))
                .unwrap();
        }
    }
    fs::create_dir(server.data().file("/bob/many/empty")).unwrap();
    fs::write(server.data().file("/bob/many/65/last"), b"the last").unwrap();
    fetch(&mut bob, "/bob/many", &["empty"]);
    let before = server.memory_kib();
    let reply = fetch(&mut bob, "/bob", &["many"]);
    let grown = server.memory_kib().saturating_sub(before);
    assert_eq!(reply.header("content-length"), Some(reply.body.len().to_string().as_str()));
    let contents = unpacked(&reply);
    assert_eq!(contents.len(), FOLDERS * 1001 + 3);
    assert_eq!(contents["many/65/last"], b"the last");
    for name in ["many/", "many/empty/", "many/00/", "many/65/a file with a name of usual length 999.txt"] {
        assert!(contents[name].is_empty(), "{name}");
    }
    assert!(grown < 2 * 1024, "{grown} KiB more for {} entries", contents.len());
}

/// Asks for an archive whose first file is too large for the buffers on the way, reads its
/// beginning, changes the files, and reads the rest. Returns the number of bytes that came, the
/// number that was announced, and the reason in the audit log if some were missing.
fn broken_by(server: &Server, what: impl FnOnce(&Path)) -> (u64, u64, String) {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let bob = server.user("bob");
    let place = format!("/bob/{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let folder = server.data().file(&place);
    fs::create_dir(&folder).unwrap();
    fs::File::create(folder.join("1")).unwrap().set_len(32 << 20).unwrap();
    fs::write(folder.join("2"), b"0123456789").unwrap();
    let mut connection = server.connect();
    connection.send(bob.bytes(&Request::get(&target(&place, &["1", "2"]))));
    let head = connection.reply_head();
    assert_eq!(head.status, 200, "{head:?}");
    let announced: u64 = head.header("content-length").unwrap().parse().unwrap();
    what(&folder);
    let (mut came, mut block) = (0, vec![0; 1 << 20]);
    while came < announced {
        match connection.read(&mut block) {
            Ok(0) | Err(_) => break,
            Ok(count) => came += count as u64,
        }
    }
    let mut rows = server.admin().audit(&[("operation", "downloadfilemulti")]);
    rows.retain(|row| row.field("object").starts_with(&place));
    let outcomes: Vec<&str> = rows.iter().map(|row| row.field("outcome")).collect();
    if came == announced {
        assert_eq!(outcomes, ["ok"]);
        return (came, announced, String::new());
    }
    assert_eq!((rows.len(), outcomes[1], rows[0].field("username")), (2, "ok", "bob"), "{rows:?}");
    assert_ne!(outcomes[0], "ok");
    let reason = rows[0].field("reason");
    assert!(server.log().contains(reason), "{}", server.log());
    (came, announced, reason.replace(&place, "FOLDER"))
}

fn append(path: &Path) {
    fs::File::options().append(true).open(path).unwrap().write_all(b"a line more\n").unwrap();
}

#[test]
fn an_archive_has_a_growing_file_as_it_was_when_it_was_planned() {
    let server = Server::start();
    let bob = server.user("bob");
    let folder = server.data().file("/bob/logs");
    fs::create_dir(&folder).unwrap();
    fs::File::create(folder.join("1")).unwrap().set_len(32 << 20).unwrap();
    fs::write(folder.join("2.log"), b"first line\n").unwrap();
    let mut connection = server.connect();
    connection.send(bob.bytes(&Request::get(&target("/bob", &["logs"]))));
    let head = connection.reply_head();
    append(&folder.join("2.log"));
    let mut body = vec![0; head.header("content-length").unwrap().parse().unwrap()];
    let mut filled = 0;
    while filled < body.len() {
        let count = connection.read(&mut body[filled..]).unwrap();
        assert!(count > 0, "{filled} bytes came");
        filled += count;
        append(&folder.join("2.log"));
    }
    let contents = Archive { bytes: &body }.contents();
    assert_eq!(contents["logs/2.log"], b"first line\n");
}

#[test]
fn what_changes_before_it_is_sent_breaks_an_archive_off_with_the_reason_in_the_logs() {
    let server = Server::start();
    let (came, announced, _) = broken_by(&server, |_| {});
    assert_eq!(came, announced);
    // A new content of the same length does not break the archive.
    let (came, announced, _) = broken_by(&server, |folder| {
        fs::write(folder.join("3"), b"9876543210").unwrap();
        fs::rename(folder.join("3"), folder.join("2")).unwrap();
    });
    assert_eq!(came, announced);
    // A log file grows all the time. The archive has its content as it was when the archive was
    // planned. A file that is moved while it is sent keeps its content.
    type Change = fn(&Path);
    let harmless: [Change; 3] = [
        |folder| append(&folder.join("2")),
        |folder| append(&folder.join("1")),
        |folder| fs::rename(folder.join("1"), folder.join("3")).unwrap(),
    ];
    for change in harmless {
        let (came, announced, reason) = broken_by(&server, change);
        assert_eq!(came, announced, "{reason}");
    }
    let changes: [(&str, &str, Change); 8] = [
        ("it goes", "2", |folder| fs::remove_file(folder.join("2")).unwrap()),
        ("it shrinks", "2", |folder| fs::write(folder.join("2"), b"0").unwrap()),
        ("a longer one takes its place", "2", |folder| {
            fs::write(folder.join("3"), b"0123456789a").unwrap();
            fs::rename(folder.join("3"), folder.join("2")).unwrap();
        }),
        ("the one on its way is written in place", "1", |folder| {
            fs::File::options().write(true).open(folder.join("1")).unwrap().write_all_at(b"x", 9).unwrap();
        }),
        ("and its time put back", "1", |folder| crate::harness::change_in_place(&folder.join("1"))),
        ("it becomes a folder", "2", |folder| {
            fs::remove_file(folder.join("2")).unwrap();
            fs::create_dir(folder.join("2")).unwrap();
        }),
        ("all goes", "2", |folder| fs::remove_dir_all(folder).unwrap()),
        ("the one on its way shrinks", "1", |folder| {
            fs::File::options().write(true).open(folder.join("1")).unwrap().set_len(1).unwrap();
        }),
    ];
    for (what, name, change) in changes {
        let (came, announced, reason) = broken_by(&server, change);
        assert!(came < announced, "{what}: {came} of {announced}");
        let wanted = format!("Broken off: FOLDER/{name} has changed meanwhile. Please try again.");
        assert_eq!(reason, wanted, "{what}");
    }
}

#[test]
fn a_file_that_cannot_be_read_breaks_an_archive_off() {
    // This test needs a file that cannot be read, but root can read every file.
    if crate::harness::may_mount() {
        return;
    }
    let (came, announced, reason) = broken_by(&Server::start(), |folder| {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder.join("2"), fs::Permissions::from_mode(0o000)).unwrap();
    });
    assert!(came < announced);
    assert!(reason.starts_with("Broken off: FOLDER/2: The server lacks the right"), "{reason}");
}

#[test]
fn a_list_of_many_files_leaves_the_room_on_the_disk_that_is_to_stay_free() {
    // No disk has this much free space. An archive of files that the server already has is sent all
    // the same, a few at a time.
    let launch = Launch::on(Data::with_accounts()).setting("CLOUDLET_FREE_SPACE_FLOOR_MB", 1_000_000_000);
    let server = launch.start();
    let mut bob = server.user("bob");
    for folder in ["few", "many"] {
        fs::create_dir_all(server.data().file(&format!("/bob/{folder}"))).unwrap();
    }
    fs::write(server.data().file("/bob/few/a"), "a").unwrap();
    let long = "long".repeat(40);
    for number in 0..600 {
        fs::write(server.data().file(&format!("/bob/many/{long}{number}")), "").unwrap();
    }
    let reply = fetch(&mut bob, "/bob", &["many"]);
    let message = reply.message();
    assert_eq!(reply.status, 507, "{message}");
    assert!(message.starts_with("There is not enough room on the disk for the list"), "{message}");
    assert_eq!(fetch(&mut bob, "/bob", &["few"]).status, 200);
}
