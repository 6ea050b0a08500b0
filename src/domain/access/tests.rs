//! The rule of who may do what where, written a second time and as simply as can be, against random worlds.
//!
//! A new way is one more arm of [`rule`] and one more line of [`World::random`]. A failure names its seed:
//! `MODEL_SEED=<seed> cargo test --bin cloudlet access::` begins with it.

use super::rights::{Reach, Rights};
use super::ways::Ways;
use crate::base::ids::random_bytes;
use crate::base::path::{CloudPath, EntryName};
use crate::base::shown_path::ShownPath;
use unicode_normalization::UnicodeNormalization;

/// Worlds that are tried in one run, each by one person in it.
const CASES: u64 = 10_000;

const RIGHTS: [Rights; 7] = [
    Rights::READ,
    Rights::DOWNLOAD,
    Rights::WRITE,
    Rights::DELETE,
    Rights::SHARE,
    Rights::SYNC,
    Rights::MANAGE,
];
/// Names that begin one another, spellings of one another, and what looks like something else.
const ACCOUNTS: [&str; 6] = ["bob", "bobby", "b", "zo\u{eb}", "external2", "ann@example.org"];
const DISKS: [&str; 5] = ["disk", "Disk", "disk2", "bob", "caf\u{e9}"];
const TOPS: [&str; 17] = [
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
const NAMES: [&str; 12] = [
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
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn one_of<'a>(&mut self, names: &[&'a str]) -> &'a str {
        names[self.below(names.len())]
    }

    fn some_of(&mut self, names: &[&'static str]) -> Vec<String> {
        names.iter().filter(|_| self.below(2) == 0).map(|name| (*name).to_owned()).collect()
    }
}

/// Somebody, and the disks that are given to some.
#[derive(Debug)]
struct World {
    account: &'static str,
    is_proxy: bool,
    disks: Vec<(String, Option<Vec<String>>)>,
    /// Paths at which something may lie, or by which somebody may ask.
    paths: Vec<Vec<&'static str>>,
}

impl World {
    fn random(random: &mut Random) -> World {
        let mut disks = Vec::new();
        for disk in random.some_of(&DISKS) {
            let members = (random.below(3) > 0).then(|| random.some_of(&ACCOUNTS));
            disks.push((disk, members));
        }
        let mut paths = vec![Vec::new()];
        for _ in 0..8 {
            let mut path = vec![random.one_of(&TOPS)];
            path.extend((0..random.below(5)).map(|_| random.one_of(&NAMES)));
            paths.push(path);
        }
        World { account: random.one_of(&ACCOUNTS), is_proxy: random.below(3) == 0, disks, paths }
    }

    fn ways(&self) -> Ways {
        let disks = self.disks.iter().map(|(name, members)| (name.as_str(), members.as_deref()));
        Ways::new(self.account, self.is_proxy, disks).unwrap()
    }
}

/// What the rule gives at a path: where that lies, which rights, and how many names lead to the root of the way; 0 for what
/// only lists roots.
#[derive(Debug, PartialEq)]
struct Given {
    real: Vec<String>,
    rights: Vec<Rights>,
    root: usize,
}

/// The rule.
fn rule(world: &World, shown: &[&str]) -> Option<Given> {
    let mut real: Vec<String> = shown.iter().map(|name| (*name).to_owned()).collect();
    let all = RIGHTS.to_vec();
    let (on_disk, above) = ([&all[..4], &all[5..6]].concat(), all[..2].to_vec());
    let Some(first) = shown.first() else { return Some(Given { real, rights: above, root: 0 }) };
    // An account has many spellings.
    let first: String = first.trim().nfc().collect::<String>().to_lowercase().nfc().collect();
    real[0].clone_from(&first);
    if first == "external" {
        real[0] = "EXTERNAL".to_owned();
        let Some(name) = shown.get(1) else { return Some(Given { real, rights: above, root: 0 }) };
        let (_, members) = world.disks.iter().find(|(disk, _)| disk == name)?;
        let is_member = members.as_ref().is_none_or(|members| members.iter().any(|one| one == world.account));
        let rights = if world.is_proxy { all } else { on_disk };
        return (world.is_proxy || is_member).then_some(Given { real, rights, root: 2 });
    }
    let is_left_bin = first.contains('#') && shown.get(1) == Some(&"recyclebin");
    let is_name = first.starts_with(char::is_alphanumeric)
        && first.chars().all(|letter| letter.is_alphanumeric() || "._-@".contains(letter))
        && !["shared", "network"].contains(&first.as_str());
    let is_reached = if world.is_proxy { is_name || is_left_bin } else { first == world.account };
    is_reached.then_some(Given { real, rights: all, root: 1 })
}

/// What a proof is for: whether the rule allows it at a path.
fn allowed(given: &Given) -> [bool; 5] {
    let has = |right| given.rights.contains(&right);
    let depth = if given.real.first().is_some_and(|first| first == "EXTERNAL") { 2 } else { 1 };
    let is_in_bin = given.real.get(depth).is_some_and(|name| name == "recyclebin");
    let is_fixed =
        given.root == 0 || given.real.len() == given.root || is_in_bin && given.real.len() == depth + 1;
    [
        has(Rights::READ),
        has(Rights::READ) && has(Rights::DOWNLOAD),
        has(Rights::WRITE) && !is_fixed,
        has(Rights::DELETE) && !is_fixed,
        has(Rights::WRITE) && given.root > 0 && !is_in_bin,
    ]
}

fn proofs(reach: &Reach) -> [bool; 5] {
    let reach = || reach.clone();
    [
        reach().readable().is_ok(),
        reach().downloadable().is_ok(),
        reach().writable().is_ok(),
        reach().deletable().is_ok(),
        reach().folder().is_ok(),
    ]
}

/// As the program found it, to be compared with the rule.
fn found(reach: &Reach) -> Given {
    let real = reach.real().parts().iter().map(EntryName::to_string).collect();
    let rights = RIGHTS.into_iter().filter(|right| reach.rights().has(*right)).collect();
    let roots = if reach.real().first().is_some_and(|first| first.as_str() == "EXTERNAL") { 2 } else { 1 };
    Given { real, rights, root: if reach.is_above_roots() { 0 } else { roots } }
}

fn real(names: &[&str]) -> CloudPath {
    CloudPath::parse(&format!("/{}", names.join("/"))).unwrap()
}

fn shown(names: &[&str]) -> ShownPath {
    ShownPath::parse(&format!("/{}", names.join("/"))).unwrap()
}

fn names(path: &ShownPath) -> Vec<&str> {
    path.parts().iter().map(EntryName::as_str).collect()
}

/// A path that they write leads where the rule says, with the rights that it gives, and to no proof that it does not allow.
fn check_reach(world: &World, ways: &Ways, path: &[&str]) {
    let (expected, reach) = (rule(world, path), ways.reach(&shown(path)));
    assert_eq!(reach.as_ref().map(found), expected, "{path:?}");
    if let (Some(reach), Some(expected)) = (&reach, &expected) {
        assert_eq!(proofs(reach), allowed(expected), "{path:?}");
        assert_eq!(
            rule(world, &names(reach.shown())).as_ref(),
            Some(expected),
            "what is told leads there again"
        );
    }
}

/// What lies somewhere is told by a path that leads there by the rule, and to nobody whom no path leads there.
fn check_seen(world: &World, ways: &Ways, path: &[&str]) {
    let lies_there = |given: &Given| given.real == path;
    match ways.seen(&real(path)) {
        Some(reach) => {
            let expected = rule(world, &names(reach.shown())).filter(lies_there);
            assert_eq!(Some(found(&reach)), expected, "{path:?}");
        }
        // Whoever reaches it on any way of today does so by the same names.
        None => assert_eq!(rule(world, path).filter(lies_there), None, "{path:?}"),
    }
}

/// What is told of a folder's contents is below the folder, and is what a path to it would give.
fn check_inside(ways: &Ways, folder: &[&str], path: &[&str]) {
    let Some(top) = ways.reach(&shown(folder)) else { return };
    let inside = ways.seen_in(&top, &real(path));
    let is_inside = path.len() >= folder.len() && real(path).starts_with(top.real());
    let expected = ways.seen(&real(path)).filter(|_| is_inside);
    assert_eq!(inside, expected, "{path:?} in {folder:?}");
    if is_inside {
        let below: Vec<EntryName> = real(path).parts()[folder.len()..].to_vec();
        // Above the roots, names are what people write.
        let expected = if top.is_above_roots() { ways.reach(&shown(path)) } else { expected };
        assert_eq!(ways.below(&top, &below), expected, "{below:?} below {folder:?}");
    }
}

/// What moves away needs more than what moves within.
fn check_move(world: &World, ways: &Ways, from: &[&str], to: &[&str]) {
    let writable = |path| ways.reach(&shown(path)).and_then(|reach| reach.writable().ok());
    let (Some(one), Some(other)) = (writable(from), writable(to)) else { return };
    let given = |path| rule(world, path).unwrap();
    let root = |given: &Given| given.real[..given.root].to_vec();
    let stays = root(&given(from)) == root(&given(to));
    let may = stays || given(from).rights.contains(&Rights::DELETE);
    assert_eq!(one.moved_to(other).is_ok(), may, "{from:?} to {to:?}");
}

#[test]
fn everybody_reaches_what_the_rule_gives_and_nothing_else() {
    let given = std::env::var("MODEL_SEED").ok().map(|seed| seed.parse().expect("MODEL_SEED is a number"));
    let first: u64 = given.unwrap_or_else(|| u64::from_le_bytes(random_bytes()));
    for case in 0..CASES {
        let seed = first.wrapping_add(case);
        let world = World::random(&mut Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1));
        let tried = std::panic::catch_unwind(|| {
            let ways = world.ways();
            for (number, path) in world.paths.iter().enumerate() {
                check_reach(&world, &ways, path);
                check_seen(&world, &ways, path);
                let other = &world.paths[(number + 1) % world.paths.len()];
                check_inside(&ways, other, path);
                check_inside(&ways, &path[..path.len() / 2], path);
                check_move(&world, &ways, path, other);
            }
        });
        assert!(tried.is_ok(), "MODEL_SEED={seed} fails in {world:?}");
    }
}
