//! Random choices, and the names that they use.

use super::albums::random_album;
use super::{NOW, real};
use crate::base::path::EntryName;
use crate::base::share_id::ShareId;
use crate::domain::access::grants::{AccessEntry, AccessList, Link, Share};
use crate::domain::access::rights::{NO_RIGHTS, Rights};
use crate::store::shares::Member;

/// Names that begin with one another, that differ in spelling only, or that look like something
/// else.
pub const ACCOUNTS: [&str; 6] = ["bob", "bobby", "b", "zo\u{eb}", "external2", "ann@example.org"];
pub const DISKS: [&str; 5] = ["disk", "Disk", "disk2", "bob", "caf\u{e9}"];
/// Names of shares that differ in case only, or that have a number already.
pub const SHARE_NAMES: [&str; 4] = ["a.txt", "A.txt", "a (2).txt", "bob"];
/// Groups; the last is EVERYONE.
pub const GROUPS: [i64; 3] = [7, 8, 9];
pub const TOPS: [&str; 17] = [
    "bob",
    "Bob",
    " bob",
    "bobby",
    "b",
    "zo\u{eb}",
    "zoe\u{308}",
    "ann@example.org",
    "nobody",
    ".cloudlet",
    "lost+found",
    "EXTERNAL",
    "external",
    "SHARED",
    "bob#3",
    "#0",
    "a b",
];
pub const NAMES: [&str; 12] = [
    "a",
    "A",
    "bob",
    "disk",
    "Disk",
    "disk2",
    "recyclebin",
    "EXTERNAL",
    "caf\u{e9}",
    "cafe\u{301}",
    "%2f",
    "!x",
];

/// Marsaglia, "Xorshift RNGs", 2003.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    pub fn one_of<'a>(&mut self, names: &[&'a str]) -> &'a str {
        names[self.below(names.len())]
    }

    pub fn some_of(&mut self, names: &[&'static str]) -> Vec<String> {
        names.iter().filter(|_| self.below(2) == 0).map(|name| (*name).to_owned()).collect()
    }
}

/// All rights.
pub const RIGHTS: [Rights; 7] = [
    Rights::READ,
    Rights::DOWNLOAD,
    Rights::WRITE,
    Rights::DELETE,
    Rights::SHARE,
    Rights::SYNC,
    Rights::MANAGE,
];

pub fn random_member(random: &mut Random) -> Member {
    match random.below(3) {
        0 => Member::Group(GROUPS[random.below(3)]),
        _ => Member::User(random.below(4) as i64),
    }
}

pub fn random_place(random: &mut Random) -> Vec<&'static str> {
    let mut path = vec![["bob", "bobby", "b", "EXTERNAL"][random.below(4)]];
    if path[0] == "EXTERNAL" {
        path.push(random.one_of(&DISKS));
    }
    path.extend((0..1 + random.below(3)).map(|_| random.one_of(&NAMES[..4])));
    path
}

pub fn random_rights(random: &mut Random) -> Rights {
    let some = RIGHTS.into_iter().filter(|_| random.below(3) > 0);
    some.fold(NO_RIGHTS, Rights::with)
}

/// A share of an entry, or of an album of some of the given places.
pub fn random_share(random: &mut Random, number: usize, in_albums: &[Vec<&'static str>]) -> Share {
    let link = Link {
        id: format!("link{number}"),
        hidden_owner: format!("hidden{number}"),
        rights: random_rights(random),
        has_password: random.below(3) == 0,
        is_home_only: random.below(3) == 0,
        ends: (random.below(2) == 0).then(|| NOW - 1 + random.below(3) as i64),
        is_limited: false,
        is_used_up: random.below(4) == 0,
    };
    let (owner, name) = (random.below(4), random.one_of(&SHARE_NAMES));
    let album = (random.below(3) == 0).then(|| random_album(random, in_albums));
    Share {
        id: ShareId::random(),
        owner: owner as i64,
        name: EntryName::parse(name).unwrap(),
        place: match album {
            None => real(&random_place(random)),
            Some(_) => real(&["SHARED", ACCOUNTS[owner], name]),
        },
        is_folder: random.below(2) == 0 || album.is_some(),
        album,
        link: (random.below(2) == 0).then_some(link),
        members: (0..random.below(4)).map(|_| (random_member(random), random_rights(random))).collect(),
        default_file: None,
        left: if random.below(4) == 0 { vec![random.below(4) as i64] } else { Vec::new() },
    }
}

pub fn random_list(random: &mut Random) -> AccessList {
    let entries = (0..random.below(4)).map(|_| AccessEntry {
        member: random_member(random),
        is_allowed: random.below(2) == 0,
        rights: random_rights(random),
    });
    let entries = entries.collect();
    AccessList { inherits: random.below(3) > 0, entries }
}
