//! Random choices, and the names that they are made of.

use crate::domain::access::rights::Rights;

/// Names that begin one another, spellings of one another, and what looks like something else.
pub const ACCOUNTS: [&str; 6] = ["bob", "bobby", "b", "zo\u{eb}", "external2", "ann@example.org"];
pub const DISKS: [&str; 5] = ["disk", "Disk", "disk2", "bob", "caf\u{e9}"];
/// Names of shares: alike but for their case, and with a number already.
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

/// Every right.
pub const RIGHTS: [Rights; 7] = [
    Rights::READ,
    Rights::DOWNLOAD,
    Rights::WRITE,
    Rights::DELETE,
    Rights::SHARE,
    Rights::SYNC,
    Rights::MANAGE,
];
