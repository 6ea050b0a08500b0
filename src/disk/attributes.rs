//! The attributes of files and folders: owner, group, permission bits, access list, and other
//! programs' attributes (`user.*`). This module reads them, and sets them on entries that leave
//! `staging`.
//!
//! A replacement keeps the attributes of the replaced file. A new entry inherits from its folder:
//! the folder's group if it has the set-group-id bit, and its default access list. The kernel does
//! this only for entries created in the folder, and not for entries moved there from `staging`. A
//! disk without such attributes refuses them. That is no failure, because its mount options decide
//! instead.

use super::acl::Acl;
use super::errno::{at, failed};
use super::resolve::open_one;
use super::slot::{Slot, tolerate};
use super::stat::{Kind, Stat};
use super::{resolve, sys};
use crate::error::Result;
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{Gid, Mode, Uid, fgetxattr, fgetxattr_query, flistxattr, flistxattr_query, fstat};
use rustix::io::Errno;

const ACCESS_LIST: &[u8] = b"system.posix_acl_access";
const DEFAULT_LIST: &[u8] = b"system.posix_acl_default";
const OF_USERS: &[u8] = b"user.";

const SET_GROUP_ID: u32 = 0o2000;
/// The permission bits that a new entry does not get if its folder has no default access list. The
/// process's umask is not used, so that files are the same when a person starts the program by
/// hand.
const TAKEN_FROM_NEW: u32 = 0o027;

/// The attributes of an entry.
#[derive(Clone, Debug)]
pub(super) struct Attributes {
    owner: Option<u32>,
    group: Option<u32>,
    /// Excludes the rights that the access list grants to named users and groups.
    mode: u32,
    list: Option<Acl>,
    /// The default access list of a folder.
    default_list: Option<Acl>,
    /// Names and values of other programs' attributes.
    of_users: Vec<(Vec<u8>, Vec<u8>)>,
}

/// The attributes that a new entry inherits from its folder.
#[derive(Clone, Debug)]
pub(super) struct Prescribed {
    group: Option<u32>,
    list: Option<Acl>,
}

impl Prescribed {
    /// True if nothing is inherited.
    pub fn is_nothing(&self) -> bool {
        self.group.is_none() && self.list.is_none()
    }

    /// The attributes of a new entry.
    pub fn for_new(&self, kind: Kind) -> Attributes {
        self.with_bits(kind, 0)
    }

    /// The attributes of a copy. It is a new entry, but it stays executable and keeps other
    /// programs' attributes.
    pub fn for_copy(&self, kind: Kind, original: Attributes) -> Attributes {
        let bits = if kind == Kind::File { original.mode & 0o111 } else { 0 };
        Attributes { of_users: original.of_users, ..self.with_bits(kind, bits) }
    }

    fn with_bits(&self, kind: Kind, more: u32) -> Attributes {
        let wanted = if kind == Kind::File { 0o666 } else { 0o777 } | more;
        let list = self.list.as_ref().map(|list| list.of_new_entry(wanted));
        let bits = list.as_ref().map_or(wanted & !TAKEN_FROM_NEW, Acl::mode);
        let hands_on = kind == Kind::Folder && self.group.is_some();
        Attributes {
            owner: None,
            group: self.group,
            mode: bits | if hands_on { SET_GROUP_ID } else { 0 },
            list,
            default_list: self.list.clone().filter(|_| kind == Kind::Folder),
            of_users: Vec::new(),
        }
    }
}

impl Attributes {
    /// The attributes of an open entry. Where a disk stores no named ones (`are_named`), it is not
    /// asked for them: some file systems (rclone's) answer that question with an error.
    pub fn of(handle: &OwnedFd, are_named: bool) -> rustix::io::Result<Attributes> {
        let stat = fstat(handle)?;
        let bits = stat.st_mode & 0o777 | stat.st_mode & SET_GROUP_ID;
        let mut attributes = Attributes {
            owner: Some(stat.st_uid),
            group: Some(stat.st_gid),
            mode: bits,
            list: None,
            default_list: None,
            of_users: Vec::new(),
        };
        for name in if are_named { names(handle)? } else { Vec::new() } {
            match name.as_slice() {
                ACCESS_LIST => attributes.list = value(handle, &name)?.and_then(Acl::parse),
                DEFAULT_LIST => attributes.default_list = value(handle, &name)?.and_then(Acl::parse),
                _ if name.starts_with(OF_USERS) => {
                    attributes.of_users.extend(value(handle, &name)?.map(|value| (name, value)));
                }
                _ => {}
            }
        }
        if let Some(list) = &attributes.list {
            attributes.mode = list.mode() | bits & SET_GROUP_ID;
        }
        Ok(attributes)
    }

    /// The attributes of a file that this program may not open. Its group bits may be the mask of a
    /// list, so the group gets no rights.
    fn of_unreadable(stat: &Stat) -> Attributes {
        let mode = stat.mode & 0o707;
        let (list, default_list, of_users) = (None, None, Vec::new());
        Attributes { owner: None, group: Some(stat.group), mode, list, default_list, of_users }
    }

    /// Sets the attributes on a file or folder that no other program can reach yet.
    pub fn put_on(&self, handle: &OwnedFd, kind: Kind) -> rustix::io::Result<()> {
        // This comes before the permission bits, which may forbid it.
        for (name, value) in &self.of_users {
            optional(sys::set_attribute(handle, name, value), name)?;
        }
        // This also comes before the bits, because changing the group clears the set-group-id bit.
        self.put_owner_on(handle)?;
        let bits = if kind == Kind::Folder { 0o777 | SET_GROUP_ID } else { 0o777 };
        tolerate(sys::set_mode(handle, Mode::from_raw_mode((self.mode & bits) as _)))?;
        if let Some(list) = &self.list {
            optional(sys::set_attribute(handle, ACCESS_LIST, list.bytes()), ACCESS_LIST)?;
        }
        if let Some(list) = self.default_list.as_ref().filter(|_| kind == Kind::Folder) {
            optional(sys::set_attribute(handle, DEFAULT_LIST, list.bytes()), DEFAULT_LIST)?;
        }
        Ok(())
    }

    /// As [`Attributes::put_on`], for a file that has attributes already.
    pub fn replace_on(&self, file: &OwnedFd) -> rustix::io::Result<()> {
        match sys::remove_attribute(file, ACCESS_LIST) {
            Err(Errno::NODATA) => {}
            other => tolerate(other)?,
        }
        self.put_on(file, Kind::File)
    }

    /// Sets owner and group as far as this program may: root may set both, others only one of their
    /// groups.
    fn put_owner_on(&self, handle: &OwnedFd) -> rustix::io::Result<()> {
        let now = fstat(handle)?;
        let owner = self.owner.filter(|owner| *owner != now.st_uid).map(Uid::from_raw);
        let group = self.group.filter(|group| *group != now.st_gid).map(Gid::from_raw);
        if owner.is_some() {
            match sys::set_owner(handle, owner, group) {
                Err(Errno::PERM) => {}
                other => return tolerate(other),
            }
        }
        if group.is_some() { tolerate(sys::set_owner(handle, None, group)) } else { Ok(()) }
    }
}

impl Slot {
    /// The attributes that entries inherit here.
    pub fn prescribed(&self) -> Result<Prescribed> {
        let list = value(&self.folder, DEFAULT_LIST).map_err(at("read the access list"))?;
        let group = (self.above.mode & SET_GROUP_ID != 0).then_some(self.above.group);
        Ok(Prescribed { group, list: list.and_then(Acl::parse) })
    }

    /// The attributes of the file here; `None` if it no longer exists.
    pub fn attributes(&self, stat: &Stat, are_named: bool) -> Result<Option<Attributes>> {
        match open_one(self.entry(), resolve::FILE) {
            Ok(handle) => Attributes::of(&handle, are_named).map(Some).map_err(at("read the attributes")),
            Err(Errno::ACCESS | Errno::PERM) => Ok(Some(Attributes::of_unreadable(stat))),
            Err(Errno::NOENT | Errno::LOOP | Errno::NXIO) => Ok(None),
            Err(errno) => Err(failed("open", errno)),
        }
    }
}

/// Removes a private folder's default attributes, so that its entries inherit nothing.
pub(super) fn prescribe_nothing(folder: &OwnedFd) {
    let bits = sys::set_mode(folder, Mode::RWXU);
    let list = match sys::remove_attribute(folder, DEFAULT_LIST) {
        Err(Errno::NODATA) => Ok(()),
        other => other,
    };
    for errno in [bits, list].into_iter().filter_map(rustix::io::Result::err) {
        log::debug!("a folder in .cloudlet stays as it is: {errno}");
    }
}

/// Finds out, by trying on a file, whether the disk stores other programs' attributes and access
/// lists.
pub(super) fn kept_by(file: &OwnedFd) -> (bool, bool) {
    const EVERYBODY: u32 = u32::MAX;
    let mut list = 2u32.to_le_bytes().to_vec();
    // Owner, user 0, group, mask and others, all with the right to read.
    for (tag, id) in [(1u16, EVERYBODY), (2, 0), (4, EVERYBODY), (16, EVERYBODY), (32, EVERYBODY)] {
        list.extend_from_slice(&[tag.to_le_bytes(), 4u16.to_le_bytes()].concat());
        list.extend_from_slice(&id.to_le_bytes());
    }
    let keeps = |name: &[u8], text: &[u8]| {
        sys::set_attribute(file, name, text).is_ok() && value(file, name).is_ok_and(|kept| kept.is_some())
    };
    (keeps(b"user.cloudlet", b"kept"), keeps(ACCESS_LIST, &list))
}

/// Logs and ignores the failure to set an attribute that the disk cannot store, or has no space for
/// (on ext4 an inode holds few).
fn optional(result: rustix::io::Result<()>, name: &[u8]) -> rustix::io::Result<()> {
    match result {
        Err(errno @ (Errno::NOSPC | Errno::DQUOT | Errno::TOOBIG | Errno::RANGE)) => {
            log::warn!("the attribute {} of a file is left out: {errno}", name.escape_ascii());
            Ok(())
        }
        other => tolerate(other),
    }
}

fn names(handle: impl AsFd) -> rustix::io::Result<Vec<Vec<u8>>> {
    let list = whole(|| flistxattr_query(&handle), |list| flistxattr(&handle, list))?.unwrap_or_default();
    Ok(list.split(|byte| *byte == 0).filter(|name| !name.is_empty()).map(<[u8]>::to_vec).collect())
}

/// `None` if there is none, or it was removed since it was listed.
fn value(handle: impl AsFd, name: &[u8]) -> rustix::io::Result<Option<Vec<u8>>> {
    whole(|| fgetxattr_query(&handle, name), |value| fgetxattr(&handle, name, value))
}

/// Asks for the length of an attribute and reads it. `None` if it does not exist or is not visible
/// to this program.
fn whole(
    query: impl Fn() -> rustix::io::Result<usize>,
    read: impl Fn(&mut [u8]) -> rustix::io::Result<usize>,
) -> rustix::io::Result<Option<Vec<u8>>> {
    loop {
        let mut bytes = Vec::new();
        let done = query().and_then(|length| {
            bytes.resize(length, 0);
            if length == 0 { Ok(0) } else { read(&mut bytes) }
        });
        match done {
            Ok(length) => {
                bytes.truncate(length);
                return Ok(Some(bytes));
            }
            // The attribute has become longer meanwhile. The kernel allows at most 64 KiB.
            Err(Errno::RANGE) => {}
            Err(
                Errno::NODATA | Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL | Errno::PERM | Errno::ACCESS,
            ) => return Ok(None),
            Err(errno) => return Err(errno),
        }
    }
}
