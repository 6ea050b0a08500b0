//! Folders with so many entries that the server remembers their listing. Whatever changes, a page
//! must contain what the whole listing contains at its place.

use crate::harness::{Caller, Server};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// After this time, a change in a folder always changes the folder's own times.
const SETTLED: Duration = Duration::from_millis(3200);
const COUNT: u32 = 1200;

/// Creates files and folders whose names, sizes and dates are in no order.
fn fill(folder: &Path, count: u32) {
    fs::create_dir_all(folder).unwrap();
    for number in 0..count {
        let mixed = number * 7919 % count;
        let letters = ["a", "B", "é", "ß", "Z", "ä&<"][mixed as usize % 6];
        let path = folder.join(format!("{letters} {mixed:05}"));
        if mixed % 10 == 3 {
            fs::create_dir(&path).unwrap();
        } else {
            fs::write(&path, vec![b'x'; (mixed * 31 % 97) as usize]).unwrap();
        }
        set_date(&path, u64::from(mixed * 13 % 1009));
    }
}

fn set_date(path: &Path, days: u64) {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(days * 86_400 + 1_000_000_000);
    fs::File::open(path).unwrap().set_modified(time).unwrap();
}

/// The name, the type, the size and the time of every entry on the disk.
type Row = (String, String, i64, i64);

fn on_disk(folder: &Path) -> Vec<Row> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| {
        let entry = entry.unwrap();
        let (metadata, name) = (entry.metadata().unwrap(), entry.file_name().into_string().unwrap());
        let modified = metadata.modified().unwrap().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let (kind, size) = if metadata.is_dir() { ("dir", 0) } else { ("file", metadata.len() as i64) };
        (name, kind.to_owned(), size, modified.as_secs() as i64)
    });
    entries.collect()
}

fn page(bob: &mut Caller, more: &[(&str, &str)]) -> (i64, Vec<Row>) {
    let reply = bob.core("getfilelist", &[&[("path", "/bob/large")], more].concat());
    assert_eq!(reply.status, 200, "{reply:?}");
    let root = reply.xml();
    let row = |entry: &crate::harness::Element| {
        let text = |name: &str| entry.field(name).to_owned();
        (text("name"), text("type"), entry.number("fullsize"), entry.number("modifiedepochutc"))
    };
    (root.child("meta").number("total"), root.all("entry").map(row).collect())
}

/// Compares pages in the given orders with the disk. After a change in place, tests leave out the
/// orders by size and date, which may still be the old ones.
fn check(bob: &mut Caller, folder: &Path, sorts: &[&str], what: &str) {
    let mut expected = on_disk(folder);
    for sort in sorts {
        expected.sort_by_key(|row| (row.0.to_lowercase(), row.0.clone()));
        match *sort {
            "date" => expected.sort_by_key(|row| (row.1 == "file", row.3)),
            "size" => expected.sort_by_key(|row| (row.1 == "file", row.2)),
            _ => expected.sort_by_key(|row| row.1 == "file"),
        }
        let total = expected.len();
        for direction in ["1", "-1"] {
            if direction == "-1" {
                expected.reverse();
                expected.sort_by_key(|row| row.1 == "file");
            }
            for (start, limit) in [(0, 7), (total / 20, 40), (total / 2, 100), (total - 5, 100), (total, 5)] {
                let (start_text, limit_text) = (start.to_string(), limit.to_string());
                let asked = [
                    ("start", start_text.as_str()),
                    ("limit", &limit_text),
                    ("sortby", sort),
                    ("sortdir", direction),
                ];
                let (found_total, found) = page(bob, &asked);
                assert_eq!(found_total, total as i64, "{what}: {asked:?}");
                assert_eq!(
                    found,
                    expected[start.min(total)..(start + limit).min(total)],
                    "{what}: {asked:?}"
                );
            }
            let all = [("limit", "-1"), ("sortby", sort), ("sortdir", direction)];
            assert_eq!(page(bob, &all).1, expected, "{what}: {all:?}");
            let some: Vec<Row> = expected.iter().filter(|row| row.0.contains("7")).cloned().collect();
            let asked =
                [("search", "7"), ("start", "3"), ("limit", "50"), ("sortby", sort), ("sortdir", direction)];
            assert_eq!(page(bob, &asked), (some.len() as i64, some[3..53].to_vec()), "{what}: {asked:?}");
        }
    }
}

fn large(server: &Server) -> PathBuf {
    let folder = server.data().file("/bob/large");
    fill(&folder, COUNT);
    std::thread::sleep(SETTLED);
    folder
}

const ALL: [&str; 3] = ["name", "date", "size"];

#[test]
fn a_part_is_what_stands_there_in_the_whole_whatever_changes() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let folder = large(&server);
    check(&mut bob, &folder, &ALL, "at first");
    check(&mut bob, &folder, &ALL, "again");

    // There is no pause after a change. The next call must show it.
    fs::write(folder.join("a new one 7"), "by another program").unwrap();
    check(&mut bob, &folder, &["name"], "after a new file");
    fs::rename(folder.join("a new one 7"), folder.join("renamed 7")).unwrap();
    check(&mut bob, &folder, &["date"], "after another program's rename");
    fs::remove_file(folder.join("renamed 7")).unwrap();
    fs::create_dir(folder.join("renamed 7")).unwrap();
    check(&mut bob, &folder, &["size"], "after a folder took the place of a file");
    std::thread::sleep(SETTLED);
    check(&mut bob, &folder, &ALL, "when all was quiet");

    bob.upload("/bob/large", "uploaded 7", b"content").ok();
    check(&mut bob, &folder, &["name", "size"], "after an upload");
    bob.core("renamefile", &[("path", "/bob/large"), ("name", "uploaded 7"), ("newname", "Other 77")]).done();
    check(&mut bob, &folder, &["name", "date"], "after a rename");
    bob.core("deletefile", &[("path", "/bob/large"), ("name", "Other 77")]).done();
    bob.core("createfolder", &[("path", "/bob/large"), ("name", "made 7")]).done();
    check(&mut bob, &folder, &ALL, "after a deletion and a new folder");
    bob.core("renamefile", &[("path", "/bob"), ("name", "large"), ("newname", "elsewhere")]).done();
    bob.core("getfilelist", &[("path", "/bob/large")]).refused();
    bob.core("renamefile", &[("path", "/bob"), ("name", "elsewhere"), ("newname", "large")]).done();
    check(&mut bob, &folder, &["name"], "after the folder came back");
}

#[test]
fn what_is_written_in_place_is_shown_as_it_is_now() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let folder = large(&server);
    check(&mut bob, &folder, &ALL, "at first");
    let changed = folder.join("a 00006");
    fs::write(&changed, vec![b'y'; 5000]).unwrap();
    set_date(&changed, 3);
    check(&mut bob, &folder, &["name"], "written in place");
    // Orders by size and date follow when the server looks at the entries again. It does so soon,
    // because it is quick for so few.
    let deadline = Instant::now() + Duration::from_secs(60);
    let largest = [("start", "120"), ("limit", "1"), ("sortby", "size"), ("sortdir", "-1")];
    while page(&mut bob, &largest).1[0].0 != "a 00006" {
        assert!(Instant::now() < deadline, "the order by size follows");
        std::thread::sleep(Duration::from_millis(100));
    }
    check(&mut bob, &folder, &ALL, "after all were looked at again");
}

/// The first listing reads and sorts everything and updates the index. No other listing needs more
/// memory.
#[test]
fn the_first_listing_of_a_large_folder_takes_at_most_200_bytes_an_entry() {
    const MANY: u32 = 40_000;
    let server = Server::start();
    let mut bob = server.user("bob");
    let mut list = |folder: &str, later: &str| {
        bob.core("getfilelist", &[("path", folder), ("limit", "-1")]).text();
        // The index is written after the answer, in one transaction. The next change waits for
        // that.
        bob.core("createfolder", &[("path", "/bob"), ("name", later)]).done();
    };
    // The program's own pages count as memory once they are used, so a first listing uses them.
    fill(&server.data().file("/bob/small"), 2_000);
    list("/bob/small", "first");
    fill(&server.data().file("/bob/large"), MANY);
    let before = server.memory_kib();
    list("/bob/large", "second");
    let grown = server.peak_memory_kib().saturating_sub(before);
    assert!(grown < u64::from(MANY) * 200 / 1024, "{grown} KiB at the peak");
}

#[test]
fn what_a_large_folder_takes_is_given_back() {
    const MANY: u32 = 20_000;
    let server = Server::start();
    let mut bob = server.user("bob");
    fill(&server.data().file("/bob/large"), MANY);
    bob.core("getfilelist", &[("path", "/bob"), ("limit", "-1")]).text();
    let before = server.memory_kib();
    for _ in 0..3 {
        let length = bob.core("getfilelist", &[("path", "/bob/large"), ("limit", "-1")]).text().len();
        assert!(length > MANY as usize * 500, "{length}");
    }
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        // After a little work, the server returns free memory to the system.
        bob.core("fileexists", &[("file", "/bob")]);
        let grown = server.memory_kib().saturating_sub(before);
        // The server remembers 200 bytes for each entry, so that a page of the listing is cheap.
        // The rest is allowed for the allocator.
        if grown < u64::from(MANY) * 200 / 1024 + 4096 {
            return;
        }
        assert!(Instant::now() < deadline, "{grown} KiB stay");
        std::thread::sleep(Duration::from_millis(500));
    }
}
