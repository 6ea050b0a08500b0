//! Attributes that the owner of the disk gives to entries (access lists, setgid, extended
//! attributes) and holes in files are kept by a new content, a copy, a backup and a restore.

use super::{back_up, restored, shelf};
use crate::harness::attributes::{self, MEGABYTE, allocated, attributes, put_sparse, share};
use crate::harness::{Data, Server};
use std::fs;

const ENTRIES: [&str; 4] = ["/bob/shared", "/bob/shared/letter", "/bob/shared/inner", "/bob/shared/disk.img"];

#[test]
fn attributes_and_holes_come_along_through_replacing_backup_and_restoring() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "shared")]).done();
    if !share(&server.data().file("/bob/shared")) {
        return eprintln!("NOT TESTED: the temporary directory of this machine keeps no access lists");
    }
    bob.upload("/bob/shared", "letter", b"first").ok();
    bob.core("createfolder", &[("path", "/bob/shared"), ("name", "inner")]).done();
    put_sparse(&server.data().file("/bob/shared/disk.img"));
    let letter = server.data().file("/bob/shared/letter");
    attributes::note(&letter, b"keep me");
    let given = attributes(&letter);
    assert!(given.2[0].is_some(), "the folder's list holds for what comes into it: {given:?}");
    assert_eq!(given.1, attributes(&server.data().file("/bob/shared")).1, "the folder's group, too");
    bob.upload("/bob/shared", "letter", b"second").ok();
    assert_eq!(attributes(&letter), given, "a new content keeps what the file had");

    let shelf = shelf();
    back_up(server.data(), &shelf);
    assert_eq!(server.stop(), Some(0));
    let back = restored(&shelf);
    let all = |data: &Data| ENTRIES.map(|entry| attributes(&data.file(entry)));
    assert_eq!(all(&back), all(server.data()));
    let (before, after) = (server.data().file(ENTRIES[3]), back.file(ENTRIES[3]));
    assert!(fs::read(&before).unwrap() == fs::read(&after).unwrap(), "the same bytes");
    if allocated(&before) < 2 * MEGABYTE {
        assert!(allocated(&after) < 2 * MEGABYTE, "{} bytes", allocated(&after));
    } else {
        eprintln!("NOT TESTED: the temporary directory of this machine has no holes");
    }
}
