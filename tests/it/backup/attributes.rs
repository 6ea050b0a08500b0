//! Attributes that the owner of the disk gives to entries (access lists, setgid, extended attributes) and holes come along with
//! every kind of copy: a new content, a copy, a backup and the way back.

use super::{back_up, restored, shelf};
use crate::harness::{Data, Server};
use rustix::fs::{XattrFlags, getxattr, setxattr};
use rustix::io::Errno;
use std::fs;
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt, chown};
use std::path::Path;

const ACCESS: &str = "system.posix_acl_access";
const DEFAULT: &str = "system.posix_acl_default";
const NOTE: &str = "user.note";
/// A group that is nobody's here; only root can give it.
const GROUP: u32 = 4321;
const MEGABYTE: u64 = 1 << 20;

/// The list `user::rwx, user:1234:rwx, group::---, mask::rwx, other::---` as the kernel keeps it (acl(5)).
fn list() -> Vec<u8> {
    let entries: [(u16, u16, u32); 5] =
        [(1, 7, u32::MAX), (2, 7, 1234), (4, 0, u32::MAX), (16, 7, u32::MAX), (32, 0, u32::MAX)];
    let mut bytes = 2u32.to_le_bytes().to_vec();
    for (tag, rights, id) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(rights.to_le_bytes());
        bytes.extend(id.to_le_bytes());
    }
    bytes
}

fn attribute(path: &Path, name: &str) -> Option<Vec<u8>> {
    let mut value = vec![0; 1024];
    match getxattr(path, name, value.as_mut_slice()) {
        Ok(length) => Some(value[..length].to_vec()),
        Err(Errno::NODATA) => None,
        Err(errno) => panic!("{path:?} {name}: {errno}"),
    }
}

/// All that an entry has beside its content.
type Attributes = (u32, u32, [Option<Vec<u8>>; 3]);

fn attributes(path: &Path) -> Attributes {
    let metadata = fs::symlink_metadata(path).unwrap();
    let default = if metadata.is_dir() { attribute(path, DEFAULT) } else { None };
    (metadata.mode() & 0o7777, metadata.gid(), [attribute(path, ACCESS), default, attribute(path, NOTE)])
}

/// A folder as a person shares it by other means; false where this disk keeps no access lists.
fn share(folder: &Path) -> bool {
    if chown(folder, None, Some(GROUP)).is_err() {
        eprintln!("NOT TESTED with a foreign group: only root may give one");
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o2770)).unwrap();
    setxattr(folder, DEFAULT, &list(), XattrFlags::empty()).is_ok()
        && setxattr(folder, NOTE, b"ours", XattrFlags::empty()).is_ok()
}

/// A file of 64 MiB of which one is data.
fn put_sparse(path: &Path) {
    let file = fs::File::create_new(path).unwrap();
    file.set_len(64 * MEGABYTE).unwrap();
    file.write_all_at(&vec![7; MEGABYTE as usize], 40 * MEGABYTE).unwrap();
    file.sync_all().unwrap();
}

fn allocated(path: &Path) -> u64 {
    fs::metadata(path).unwrap().blocks() * 512
}

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
    setxattr(&letter, NOTE, b"keep me", XattrFlags::empty()).unwrap();
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
