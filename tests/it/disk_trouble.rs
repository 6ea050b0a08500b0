//! Disks that are full or read-only. The message is clear, nothing is harmed, and everything works
//! when the trouble is over.
//!
//! Only root may mount a small disk. Without root, the tests use a limit on the size of files
//! instead, so that a lack of space is always tested.

use crate::harness::{
    Caller, Data, Launch, Multipart, Reply, Request, Server, cloudlet, may_mount, names, noise,
};
use std::path::{Path, PathBuf};

const DISK_BYTES: usize = 12 << 20;

/// A server whose uploads run out of space, and a way to free space again.
pub struct Cramped {
    pub server: Server,
    /// A file that fills most of the small disk. When it is removed, there is space again.
    filler: Option<PathBuf>,
}

/// A server that may fill its small disk to the last byte.
fn small(data: Data) -> Launch {
    Launch::on(data).setting("CLOUDLET_FREE_SPACE_FLOOR_MB", 0)
}

impl Cramped {
    /// Starts a server with less than 4 MB of free space, on a small disk or under a limit on the
    /// size of files.
    pub fn start() -> Cramped {
        let mut data = Data::empty();
        if !may_mount() {
            data.fill();
            // The unit of the limit is 512 bytes. Without the trap, the system would end the server
            // at the limit.
            let server = small(data).after("trap '' XFSZ; ulimit -f 5000").start();
            return Cramped { server, filler: None };
        }
        data.mount("", DISK_BYTES);
        data.fill();
        let server = small(data).start();
        let filler = server.data().path("filler");
        std::fs::write(&filler, vec![1; DISK_BYTES - (4 << 20)]).unwrap();
        Cramped { server, filler: Some(filler) }
    }

    /// Frees space. Returns true if that is possible while the server runs.
    pub fn make_room(&self) -> bool {
        match &self.filler {
            Some(filler) => {
                std::fs::remove_file(filler).unwrap();
                true
            }
            None => false,
        }
    }
}

/// Uploads without a length in advance, so that the space runs out in the middle.
fn upload_of_unknown_length(caller: &Caller, server: &Server, content: &[u8]) -> Reply {
    let request = Request::new("POST", "/core/upload?path=/bob&filename=file")
        .header("Content-Type", &Multipart::content_type())
        .header("Transfer-Encoding", "chunked");
    let body = Multipart::new().file("file", "x", content).end();
    let mut connection = server.connect();
    connection.send(caller.bytes(&request));
    for piece in body.chunks(100_000) {
        let chunk = [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat();
        if connection.try_send(&chunk).is_err() {
            break;
        }
    }
    // The server may have answered and closed the connection already.
    drop(connection.try_send(b"0\r\n\r\n"));
    connection.reply()
}

#[test]
fn an_upload_that_does_not_fit_harms_nothing_and_works_when_there_is_room() {
    let cramped = Cramped::start();
    let server = &cramped.server;
    let mut bob = server.user("bob");
    let (old, large) = (noise(1, 200_000), noise(2, 5_000_000));
    bob.upload("/bob", "file", &old).ok();
    for reply in [bob.upload("/bob", "file", &large), upload_of_unknown_length(&bob, server, &large)] {
        assert_eq!((reply.status, reply.result()), (400, 0), "{reply:?}");
        let message = reply.message();
        let is_clear = ["full", "room", "large"].iter().any(|word| message.contains(word));
        assert!(is_clear, "{message}");
        bob.download("/bob/file").holds(&old);
        assert_eq!(bob.list_names("/bob"), ["file"]);
        assert!(
            names(&server.data().file("/.cloudlet/staging")).is_empty(),
            "the room it took is free again"
        );
    }
    // Small uploads still fit.
    bob.upload("/bob", "little", &noise(3, 1000)).ok();
    bob.core("createfolder", &[("path", "/bob"), ("name", "folder")]).done();
    if cramped.make_room() {
        bob.upload("/bob", "file", &large).ok();
        bob.download("/bob/file").holds(&large);
    }
    cloudlet(server.data(), &["check"], "").succeeded();
}

/// Sends a part of an upload whose total length is unknown.
fn part(caller: &mut Caller, content: &[u8], range: std::ops::Range<usize>) -> Reply {
    let (offset, complete) = (range.start, u8::from(range.end == content.len()));
    let target = format!("/core/upload?path=/bob&filename=file&offset={offset}&complete={complete}");
    caller.send(&Request::multipart(&target, Multipart::new().file("file", "x", &content[range])))
}

#[test]
fn a_part_that_does_not_fit_takes_nothing_from_those_that_did() {
    let cramped = Cramped::start();
    let mut bob = cramped.server.user("bob");
    let (old, large) = (noise(1, 200_000), noise(2, 5_000_000));
    bob.upload("/bob", "file", &old).ok();
    part(&mut bob, &large, 0..1_000_000).ok();
    for _ in 0..3 {
        part(&mut bob, &large, 1_000_000..5_000_000).refused();
        bob.download("/bob/file").holds(&old);
    }
    if cramped.make_room() {
        part(&mut bob, &large, 1_000_000..5_000_000).ok();
        bob.download("/bob/file").holds(&large);
    } else {
        bob.core("deletepartialuploads", &[]).done();
    }
    assert!(names(&cramped.server.data().file("/.cloudlet/staging")).is_empty());
    cloudlet(cramped.server.data(), &["check", "--deep"], "").succeeded();
}

/// The number of bytes that still fit on the disk of a directory.
fn room(data: &Data) -> usize {
    let disk = rustix::fs::statvfs(data.path("")).unwrap();
    (disk.f_bavail * disk.f_frsize) as usize
}

#[test]
fn a_copy_that_does_not_fit_harms_nothing() {
    let cramped = Cramped::start();
    let mut bob = cramped.server.user("bob");
    let content = noise(1, 1_500_000);
    bob.upload("/bob", "one", &content).ok();
    bob.core("createfolder", &[("path", "/bob"), ("name", "folder")]).done();
    // Another program writes a file that is too large to be copied.
    let by_hand = cramped.server.data().file("/bob/folder/large");
    let length = if may_mount() { room(cramped.server.data()) * 2 / 3 } else { 4_000_000 };
    std::fs::write(by_hand, noise(2, length)).unwrap();
    for name in ["one", "folder"] {
        if !may_mount() && name == "one" {
            continue;
        }
        bob.core("copyfile", &[("path", "/bob"), ("name", name), ("copyto", "/bob"), ("copytoname", "copy")])
            .refused();
        assert!(!bob.sees("/bob/copy"));
    }
    bob.download("/bob/one").holds(&content);
    assert!(names(&cramped.server.data().file("/.cloudlet/staging")).is_empty());
}

/// Fills a disk to its last byte.
pub fn fill_up(path: &Path) {
    use std::io::Write;
    let mut file = std::fs::File::create(path).unwrap();
    for size in [1 << 20, 4096, 1] {
        let block = vec![1; size];
        while file.write_all(&block).is_ok() {}
    }
}

/// On this disk even the database cannot grow.
#[test]
fn on_a_disk_without_a_single_byte_left_reading_goes_on_and_changing_is_refused() {
    if !may_mount() {
        // Without the right to mount, the test above stands in, with its limit on the size of
        // files.
        an_upload_that_does_not_fit_harms_nothing_and_works_when_there_is_room();
        return;
    }
    let mut cramped = Cramped::start();
    let mut bob = cramped.server.user("bob");
    bob.upload("/bob", "file", b"the old content").ok();
    let filler = cramped.server.data().path("filler2");
    fill_up(&filler);
    for number in 0..30 {
        let reply = bob.upload("/bob", "file", &noise(number, 100_000));
        assert_eq!((reply.status, reply.result()), (400, 0), "{reply:?}");
        let folder = bob.core("createfolder", &[("path", "/bob"), ("name", &format!("folder{number}"))]);
        assert_eq!(folder.status, if folder.result() == 1 { 200 } else { 400 }, "{folder:?}");
        bob.download("/bob/file").holds(b"the old content");
        assert!(bob.list_names("/bob").contains(&"file".to_owned()));
    }
    std::fs::remove_file(filler).unwrap();
    assert!(cramped.make_room());
    bob.upload("/bob", "file", b"the new content").ok();
    bob.download("/bob/file").holds(b"the new content");
    // The log must be complete. Rows that could not be written have waited until there was space.
    let refusals = cramped.server.admin().audit(&[("operation", "upload"), ("username", "bob")]);
    assert_eq!(refusals.len(), 32);
    assert_eq!(cramped.server.stop(), Some(0));
    cloudlet(cramped.server.data(), &["audit", "verify"], "").succeeded();
    cloudlet(cramped.server.data(), &["check"], "").succeeded();
}

#[test]
fn a_disk_that_becomes_read_only_is_said_to_be_and_loses_nothing() {
    let mut data = Data::empty();
    if may_mount() {
        std::fs::create_dir(data.path("files")).unwrap();
        data.mount("files", DISK_BYTES);
    }
    data.fill();
    let server = small(data).start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "file", b"the old content").ok();
    bob.core("createfolder", &[("path", "/bob"), ("name", "folder")]).done();
    bob.upload("/bob", "deleted", b"deleted").ok();
    let bin = bob.core("deletefile", &[("path", "/bob"), ("name", "deleted")]).done().message();
    server.data().make_read_only("files", true);
    for (what, reply) in [
        ("upload", bob.upload("/bob", "file", b"the new content")),
        ("upload of another", bob.upload("/bob", "other", b"x")),
        ("createfolder", bob.core("createfolder", &[("path", "/bob"), ("name", "new")])),
        ("renamefile", bob.core("renamefile", &[("path", "/bob"), ("name", "file"), ("newname", "renamed")])),
        ("deletefile", bob.core("deletefile", &[("path", "/bob"), ("name", "folder")])),
        ("copyfile", bob.core("copyfile", &[("path", "/bob"), ("name", "file"), ("copyto", "/bob/folder")])),
        ("restorefromrecyclebin", bob.core("restorefromrecyclebin", &[("path", &bin)])),
        ("delete for good", bob.core("deletefile", &[("path", "/bob/recyclebin"), ("name", "deleted")])),
    ] {
        let message = reply.refused();
        assert!(message.contains("read-only") || message.contains("right"), "{what}: {message}");
    }
    bob.download("/bob/file").holds(b"the old content");
    bob.download(&bin).holds(b"deleted");
    assert_eq!(bob.list_names("/bob"), ["folder", "file"]);
    server.data().make_read_only("files", false);
    bob.core("restorefromrecyclebin", &[("path", &bin)]).done();
    bob.download("/bob/deleted").holds(b"deleted");
    bob.upload("/bob", "file", b"the new content").ok();
    bob.download("/bob/file").holds(b"the new content");
    cloudlet(server.data(), &["check"], "").succeeded();
}

#[test]
fn a_read_only_data_directory_is_named_and_serves_again_when_it_is_not() {
    let mut data = Data::empty();
    if may_mount() {
        data.mount("", DISK_BYTES);
    }
    data.fill();
    data.make_read_only("", true);
    let directory = data.path("").display().to_string();
    for arguments in [&["serve", "--listen", "127.0.0.1:0"][..], &["user", "disable", "bob"]] {
        let said = cloudlet(&data, arguments, "").failed();
        let is_clear = said.contains("read-only") || said.contains("right") || said.contains("opened");
        assert!(is_clear && said.contains(&directory), "{arguments:?}: {said}");
        let advice = said.contains("make the disk writable") || said.contains("Check that");
        assert!(!may_mount() || advice, "{arguments:?}: {said}");
    }
    data.make_read_only("", false);
    let server = small(data).start();
    server.user("bob").upload("/bob", "file", b"x").ok();
}
