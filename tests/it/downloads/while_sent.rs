//! Files that are changed while they are sent. No download may mix two contents and look complete.

use crate::harness::{Caller, Request, Server, change_in_place};
use std::fs;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// A file of this size does not fit into the buffers on the way to the client.
const SIZE: u64 = 32 << 20;

/// Asks for a file, reads the head of the answer, does something, and reads the rest. Returns the
/// number of bytes that came, the number that was announced, and whether all of them are of the old
/// content.
fn sent(server: &Server, range: Option<&str>, what: impl FnOnce(&Server, &Path)) -> (u64, u64, bool) {
    let bob = server.user("bob");
    let path = server.data().file("/bob/large");
    fs::File::create(&path).unwrap().set_len(SIZE).unwrap();
    let mut request = Request::get(&Caller::download_target("/bob/large"));
    if let Some(range) = range {
        request = request.header("Range", range);
    }
    let mut connection = server.connect();
    connection.send(bob.bytes(&request));
    let head = connection.reply_head();
    assert_eq!(head.status, if range.is_some() { 206 } else { 200 });
    let announced = head.header("content-length").unwrap().parse().unwrap();
    what(server, &path);
    let (mut came, mut is_old, mut block) = (0, true, vec![0; 1 << 20]);
    while came < announced {
        match connection.read(&mut block) {
            Ok(0) | Err(_) => break,
            Ok(count) => {
                came += count as u64;
                is_old &= block[..count].iter().all(|byte| *byte == 0);
            }
        }
    }
    (came, announced, is_old)
}

#[test]
fn a_file_that_is_written_in_place_breaks_the_connection() {
    let server = Server::start();
    type Change = fn(&Server, &Path);
    let changes: [(&str, Change); 4] = [
        ("its end", |_, path| {
            fs::File::options().write(true).open(path).unwrap().write_all_at(b"x", SIZE - 9).unwrap();
        }),
        ("its beginning", |_, path| {
            fs::File::options().write(true).open(path).unwrap().write_all_at(b"x", 9).unwrap();
        }),
        ("with its time put back", |_, path| change_in_place(path)),
        ("it becomes shorter", |_, path| {
            fs::File::options().write(true).open(path).unwrap().set_len(SIZE - 1).unwrap();
        }),
    ];
    for (what, change) in changes {
        for range in [None, Some("bytes=100-"), Some("bytes=0-9,100-")] {
            let (came, announced, _) = sent(&server, range, change);
            assert!(came < announced, "{what}, {range:?}: {came} of {announced}");
        }
    }
}

#[test]
fn what_is_moved_replaced_deleted_or_grows_is_sent_to_its_end() {
    let server = Server::start();
    type Change = fn(&Server, &Path);
    let changes: [(&str, Change); 5] = [
        ("nothing", |_, _| {}),
        ("renamed", |server, _| {
            let fields = [("path", "/bob"), ("name", "large"), ("newname", "other")];
            server.user("bob").core("renamefile", &fields).done();
        }),
        ("replaced", |server, _| {
            server.user("bob").upload("/bob", "large", b"new").ok();
        }),
        ("deleted", |server, _| {
            server.user("bob").core("deletefile", &[("path", "/bob"), ("name", "large")]).done();
        }),
        ("grown", |_, path| {
            fs::File::options().append(true).open(path).unwrap().write_all(b"a line more").unwrap();
        }),
    ];
    for (what, change) in changes {
        let (came, announced, is_old) = sent(&server, None, change);
        assert_eq!((came, announced, is_old), (SIZE, SIZE, true), "{what}");
    }
}
