//! Attributes that entries have beside their names and bytes: access lists, groups, attributes of
//! other programs, and holes.

use rustix::fs::{XattrFlags, getxattr, setxattr};
use rustix::io::Errno;
use std::fs;
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt, chown};
use std::path::Path;

const ACCESS: &str = "system.posix_acl_access";
const DEFAULT: &str = "system.posix_acl_default";
/// A group to which no account of this machine belongs. Only root can give it to a file.
pub const GROUP: u32 = 4321;
const NOTE: &str = "user.note";
pub const MEGABYTE: u64 = 1 << 20;

/// The access list `user::rwx, user:1234:rwx, group::---, mask::rwx, other::---` in the form in
/// which the kernel stores it (acl(5)).
fn shared_list() -> Vec<u8> {
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

/// All attributes of an entry: its mode, its group and its extended attributes.
pub type Attributes = (u32, u32, [Option<Vec<u8>>; 3]);

pub fn attributes(path: &Path) -> Attributes {
    let metadata = fs::symlink_metadata(path).unwrap();
    let default = if metadata.is_dir() { attribute(path, DEFAULT) } else { None };
    (metadata.mode() & 0o7777, metadata.gid(), [attribute(path, ACCESS), default, attribute(path, NOTE)])
}

/// Shares a folder as people do outside of the cloud, with a group and access lists. Returns false
/// if this disk stores no access lists.
pub fn share(folder: &Path) -> bool {
    if chown(folder, None, Some(GROUP)).is_err() {
        eprintln!("NOT TESTED with a foreign group: only root may give one");
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o2770)).unwrap();
    setxattr(folder, DEFAULT, &shared_list(), XattrFlags::empty()).is_ok()
        && setxattr(folder, NOTE, b"ours", XattrFlags::empty()).is_ok()
}

/// Writes a file with a length of 64 MiB, of which 1 MiB is data and the rest a hole.
pub fn put_sparse(path: &Path) {
    let file = fs::File::create_new(path).unwrap();
    file.set_len(64 * MEGABYTE).unwrap();
    file.write_all_at(&vec![7; MEGABYTE as usize], 40 * MEGABYTE).unwrap();
    file.sync_all().unwrap();
}

pub fn allocated(path: &Path) -> u64 {
    fs::metadata(path).unwrap().blocks() * 512
}

/// Sets an extended attribute on an entry, as another program would.
pub fn note(path: &Path, text: &[u8]) {
    setxattr(path, NOTE, text, XattrFlags::empty()).unwrap();
}
