//! The rules of access, written a second time as simply as possible, and checked in random worlds.
//!
//! A new way needs one more arm of [`rule`] and one more line of [`World::random`]. A failure names
//! its seed: `MODEL_SEED=<seed> cargo test --lib access::` begins with that seed.

mod albums;
mod below;
mod inside;
mod random;

use super::grants::{AccessList, Account, Disk, Given as Grantings, Grants, Share};
use super::rights::{Reach, Rights};
use super::traveller::Traveller;
use super::ways::Ways;
use crate::base::ids::random_bytes;
use crate::base::path::{CloudPath, EntryName};
use crate::base::shown_path::ShownPath;
use crate::store::shares::Member;
use crate::store::users::AccountStatus;
use random::{
    ACCOUNTS, DISKS, GROUPS, NAMES, RIGHTS, Random, TOPS, random_list, random_member, random_place,
    random_share,
};
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

/// Number of worlds that one run checks, each for one person in it.
const CASES: u64 = 10_000;

/// The time in every world.
const NOW: i64 = 1000;

/// Accounts, what they give to each other, and an account that asks.
#[derive(Debug)]
struct World {
    /// Index in [`ACCOUNTS`]; `None` for a visitor.
    account: Option<usize>,
    is_proxy: bool,
    is_at_home: bool,
    may_use_links: bool,
    /// Indexes of the shares whose password the person has given.
    opened: Vec<usize>,
    /// Indexes of the shares from which a download of the person was counted.
    resumed: Vec<usize>,
    /// Index of the share by whose link a visitor comes.
    link: usize,
    disabled: Vec<usize>,
    guests: Vec<usize>,
    memberships: Vec<(usize, i64)>,
    disks: Vec<Disk>,
    shares: Vec<Share>,
    lists: Vec<(Vec<&'static str>, AccessList)>,
    /// Paths at which something may lie, or for which somebody may ask.
    paths: Vec<Vec<&'static str>>,
}

impl World {
    fn random(random: &mut Random) -> World {
        let mut disks = Vec::new();
        for disk in random.some_of(&DISKS) {
            let members = (random.below(3) > 0).then(|| random.some_of(&ACCOUNTS));
            let given = (0..random.below(3)).map(|_| (random_member(random), random.below(2) == 0)).collect();
            disks.push(Disk { name: disk, members, given });
        }
        let mut paths = vec![Vec::new()];
        for _ in 0..8 {
            let mut path = vec![random.one_of(&TOPS)];
            path.extend((0..random.below(5)).map(|_| random.one_of(&NAMES)));
            paths.push(path);
        }
        paths.extend((0..6).map(|_| random_place(random)));
        let in_albums: Vec<Vec<&'static str>> = (0..5).map(|_| random_place(random)).collect();
        paths.extend(in_albums.clone());
        let mut lists: Vec<(Vec<&'static str>, AccessList)> = Vec::new();
        for _ in 0..random.below(4) {
            let place = random_place(random);
            if !lists.iter().any(|(other, _)| *other == place) {
                lists.push((place, random_list(random)));
            }
        }
        World {
            account: (random.below(6) > 0).then(|| random.below(4)),
            is_proxy: random.below(4) == 0,
            is_at_home: random.below(2) == 0,
            may_use_links: random.below(5) > 0,
            opened: (0..2).map(|_| random.below(5)).collect(),
            resumed: (0..2).map(|_| random.below(5)).collect(),
            link: random.below(5),
            disabled: if random.below(4) == 0 { vec![random.below(4)] } else { Vec::new() },
            guests: (0..random.below(3)).map(|_| random.below(4)).collect(),
            memberships: (0..4).map(|_| (random.below(4), GROUPS[random.below(2)])).collect(),
            disks,
            shares: (0..random.below(4)).map(|number| random_share(random, number, &in_albums)).collect(),
            lists,
            paths,
        }
    }

    fn grants(&self) -> Grants {
        let account = |(at, name): (usize, &&str)| {
            let status = match at {
                at if self.disabled.contains(&at) => AccountStatus::Disabled,
                at if self.guests.contains(&at) => AccountStatus::Guest,
                _ => AccountStatus::Full,
            };
            (at as i64, Account { name: (*name).to_owned(), status, expires: None })
        };
        Grants::new(Grantings {
            accounts: ACCOUNTS.iter().enumerate().map(account).collect(),
            memberships: self.memberships.iter().map(|(at, group)| (*at as i64, *group)).collect(),
            everyone: GROUPS[2],
            disks: self.disks.clone(),
            shares: self.shares.clone(),
            lists: self.lists.iter().map(|(place, list)| (real(place), list.clone())).collect(),
            has_resting_lists: false,
            team: None,
        })
    }

    fn ways(&self) -> Ways {
        let ids = |places: &[usize]| {
            places.iter().filter_map(|at| self.shares.get(*at)).map(|share| share.id).collect()
        };
        let traveller = Traveller {
            account: self.account.map(|at| at as i64),
            is_proxy: self.is_proxy(),
            is_at_home: self.is_at_home,
            may_use_links: self.may_use_links,
            opened: ids(&self.opened),
            resumed: ids(&self.resumed),
            link: self
                .account
                .is_none()
                .then(|| shown(&["SHARED", &format!("!hidden{}", self.link), &format!("link{}", self.link)])),
        };
        let grants = Arc::new(self.grants());
        // Answers that are remembered for others, or for another second, must not count here.
        for account in [self.account, Some(1), Some(2)] {
            let account = account.map(|at| at as i64);
            let other = Traveller { account, is_proxy: false, link: None, ..traveller.clone() };
            let now = if account == traveller.account { NOW - 2 } else { NOW };
            Ways::new(Arc::clone(&grants), other, now).unwrap();
        }
        Ways::new(grants, traveller, NOW).unwrap()
    }

    fn is_proxy(&self) -> bool {
        self.is_proxy && self.account.is_some()
    }

    fn is_in(&self, account: Option<usize>, group: i64) -> bool {
        group == GROUPS[2] || account.is_some_and(|account| self.memberships.contains(&(account, group)))
    }

    /// The given rights, reduced folder by folder by the access lists.
    fn cut(&self, account: Option<usize>, place: &[String], given: Vec<Rights>) -> Vec<Rights> {
        let mut left = RIGHTS.to_vec();
        for names in 1..=place.len() {
            let Some((_, list)) = self.lists.iter().find(|(folder, _)| folder[..] == place[..names]) else {
                continue;
            };
            if !list.inherits {
                left = RIGHTS.to_vec();
            }
            let own: Vec<_> = list
                .entries
                .iter()
                .filter(|entry| account.is_some_and(|account| entry.member == Member::User(account as i64)))
                .collect();
            let groups: Vec<_> = list
                .entries
                .iter()
                .filter(|entry| matches!(entry.member, Member::Group(group) if self.is_in(account, group)))
                .collect();
            let said = if own.is_empty() { &groups } else { &own };
            let names = |right: Rights, is_allowed: bool| {
                said.iter().any(|entry| entry.is_allowed == is_allowed && entry.rights.has(right))
            };
            if said.iter().any(|entry| entry.is_allowed) {
                left = RIGHTS
                    .into_iter()
                    .filter(|right| names(*right, true) && (own.is_empty() || !names(*right, false)))
                    .collect();
            } else {
                left.retain(|right| !names(*right, false));
            }
        }
        given.into_iter().filter(|right| left.contains(right)).collect()
    }

    fn on_disk(&self, account: usize, name: &str) -> Vec<Rights> {
        let Some(disk) = self.disks.iter().find(|disk| disk.name == name) else { return Vec::new() };
        let modes = disk.given.iter().filter(|(member, _)| match member {
            Member::User(user) => *user == account as i64,
            Member::Group(group) => self.is_in(Some(account), *group),
        });
        let modes: Vec<bool> = modes.map(|(_, may_write)| *may_write).collect();
        let is_configured =
            disk.members.as_ref().is_none_or(|members| members.iter().any(|one| one == ACCOUNTS[account]));
        match (is_configured || modes.contains(&true), modes.is_empty()) {
            (true, _) => [&RIGHTS[..4], &RIGHTS[5..6]].concat(),
            (false, false) => [&RIGHTS[..2], &RIGHTS[5..6]].concat(),
            (false, true) => Vec::new(),
        }
    }

    /// The rights of an account by a share. Its owner may have them by another share.
    fn by_share(&self, account: usize, share: &Share, place: &[String], hands: usize) -> Vec<Rights> {
        let (id, owner) = (account as i64, share.owner as usize);
        let is_mine = |member: &Member| match member {
            Member::User(user) => *user == id,
            Member::Group(group) => self.is_in(Some(account), *group),
        };
        let most = albums::most(share, place);
        if owner == account || share.left.contains(&id) || most.is_empty() {
            return Vec::new();
        }
        let mine = most.into_iter().filter(|right| {
            share.members.iter().any(|(member, rights)| is_mine(member) && rights.has(*right))
        });
        let owners = self.all_of(owner, place, hands);
        let given = mine.filter(|right| owners.contains(&Rights::SHARE) && owners.contains(right)).collect();
        self.cut(Some(account), place, given)
    }

    /// The rights of an account at a place, by all ways together.
    fn all_of(&self, account: usize, place: &[String], hands: usize) -> Vec<Rights> {
        if self.disabled.contains(&account) {
            return Vec::new();
        }
        if place[0] == ACCOUNTS[account] && !self.guests.contains(&account) {
            return RIGHTS.to_vec();
        }
        let mut all = Vec::new();
        if place[0] == "EXTERNAL" {
            all = self.cut(Some(account), place, self.on_disk(account, &place[1]));
        }
        if hands > 0 {
            // Nothing of an album can be passed on.
            for share in self.shares.iter().filter(|share| share.album.is_none()) {
                all.extend(self.by_share(account, share, place, hands - 1));
            }
        }
        RIGHTS.into_iter().filter(|right| all.contains(right)).collect()
    }

    /// The shares with an account, and the names under which it sees them.
    fn shared(&self, account: usize) -> Vec<(Vec<String>, &Share)> {
        let mut shared: Vec<(Vec<String>, &Share)> = Vec::new();
        for share in &self.shares {
            let rights_at = |place: &[String]| self.by_share(account, share, place, self.shares.len());
            let is_own = share.place.first().is_some_and(|first| first.as_str() == ACCOUNTS[account]);
            if is_own || !albums::is_seen(share, &rights_at) {
                continue;
            }
            let name = share.name.as_str();
            let (stem, end) = if share.is_folder {
                (name, "")
            } else {
                name.strip_suffix(".txt").map_or((name, ""), |stem| (stem, ".txt"))
            };
            let owner = ACCOUNTS[share.owner as usize];
            let names =
                std::iter::once(name.to_owned()).chain((2..).map(|number| format!("{stem} ({number}){end}")));
            let path = |name: String| vec!["SHARED".to_owned(), owner.to_owned(), name];
            let lower = |path: &[String]| path[1..].join("/").to_lowercase();
            let mut free =
                names.map(path).filter(|path| shared.iter().all(|(other, _)| lower(other) != lower(path)));
            shared.push((free.next().unwrap(), share));
        }
        shared
    }

    /// The rights that a link gives to the person who asks.
    fn by_link(&self, number: usize, place: &[String]) -> Vec<Rights> {
        let share = &self.shares[number];
        let Some(link) = &share.link else { return Vec::new() };
        let is_valid = self.may_use_links
            && (!link.has_password || self.opened.contains(&number))
            && (!link.is_used_up || self.resumed.contains(&number))
            && (self.is_at_home || !link.is_home_only)
            && link.ends.is_none_or(|ends| ends > NOW);
        let owners = self.all_of(share.owner as usize, place, self.shares.len());
        let given = albums::most(share, place).into_iter().filter(|right| {
            link.rights.has(*right) && owners.contains(right) && owners.contains(&Rights::SHARE)
        });
        if is_valid { self.cut(self.account, place, given.collect()) } else { Vec::new() }
    }
}

/// The answer of the rule for a path: the real place, the rights, and the number of names that lead
/// to the root of the way; 0 for folders that only list roots.
#[derive(Debug, PartialEq)]
struct Given {
    real: Vec<String>,
    rights: Vec<Rights>,
    root: usize,
}

/// The answer of the rule; `None` without access.
fn rule(world: &World, shown: &[&str]) -> Option<Given> {
    let mut real: Vec<String> = shown.iter().map(|name| (*name).to_owned()).collect();
    let all = RIGHTS.to_vec();
    let above = |real| Some(Given { real, rights: RIGHTS[..2].to_vec(), root: 0 });
    let Some(first) = shown.first() else { return above(real) };
    // The name of an account can be spelled in many ways.
    let usual = |name: &str| name.trim().nfc().collect::<String>().to_lowercase().nfc().collect::<String>();
    let first: String = usual(first);
    real[0].clone_from(&first);
    if first == "external" {
        real[0] = "EXTERNAL".to_owned();
        let Some(name) = shown.get(1) else { return above(real) };
        world.disks.iter().find(|disk| disk.name == *name)?;
        let rights = match world.account {
            Some(_) if world.is_proxy => all,
            Some(account) => world.cut(Some(account), &real, world.on_disk(account, name)),
            None => Vec::new(),
        };
        return (!rights.is_empty()).then_some(Given { real, rights, root: 2 });
    }
    if first == "shared" {
        real[0] = "SHARED".to_owned();
        let Some(owner) = shown.get(1) else { return above(real) };
        real[1] = usual(owner);
        return rule_of_shared(world, real);
    }
    let is_left_bin = first.contains('#') && shown.get(1) == Some(&"recyclebin");
    let is_name = first.starts_with(char::is_alphanumeric)
        && first.chars().all(|letter| letter.is_alphanumeric() || "._-@".contains(letter))
        && !["shared", "network"].contains(&first.as_str());
    let has_home = |account: &usize| world.disabled.contains(account) || !world.guests.contains(account);
    let is_own = world.account.filter(has_home).is_some_and(|account| ACCOUNTS[account] == first);
    let is_reached = if world.is_proxy() { is_name || is_left_bin } else { is_own };
    is_reached.then_some(Given { real, rights: all, root: 1 })
}

/// The rule for paths below `/SHARED`.
fn rule_of_shared(world: &World, shown: Vec<String>) -> Option<Given> {
    let shared = match world.account {
        Some(account) if !world.is_proxy => world.shared(account),
        _ => Vec::new(),
    };
    let below = |share: &Share| -> Vec<String> {
        share.place.parts().iter().map(EntryName::to_string).chain(shown[3..].iter().cloned()).collect()
    };
    if shown.len() == 2 {
        let is_there = shared.iter().any(|(path, _)| path[..2] == shown[..])
            || world.account.is_none()
                && !world.visited().is_empty()
                && shown[1] == format!("!hidden{}", world.link);
        return is_there.then_some(Given { real: shown, rights: RIGHTS[..2].to_vec(), root: 0 });
    }
    if let Some((_, share)) = shared.iter().find(|(path, _)| shown.starts_with(path)) {
        let rights_at = |place: &[String]| {
            world
                .account
                .map_or(Vec::new(), |account| world.by_share(account, share, place, world.shares.len()))
        };
        if share.album.is_some() {
            return albums::rule(share, &shown, &rights_at);
        }
        let real = below(share);
        let rights = rights_at(&real);
        let root = share.place.parts().len();
        return (!rights.is_empty()).then_some(Given { real, rights, root });
    }
    let is_link = |number: &usize| {
        let share = &world.shares[*number];
        let is_owner = shown[1] == format!("!hidden{number}") || shown[1] == ACCOUNTS[share.owner as usize];
        share.link.is_some() && is_owner && shown[2] == format!("link{number}")
    };
    let number = (0..world.shares.len()).find(is_link)?;
    if world.shares[number].album.is_some() {
        return albums::rule(&world.shares[number], &shown, &|place| world.by_link(number, place));
    }
    let real = below(&world.shares[number]);
    let rights = world.by_link(number, &real);
    let root = world.shares[number].place.parts().len();
    (!rights.is_empty()).then_some(Given { real, rights, root })
}

impl World {
    /// The share by whose link a visitor comes.
    fn visited(&self) -> Vec<&Share> {
        let place = |share: &Share| share.place.parts().iter().map(EntryName::to_string).collect::<Vec<_>>();
        // The files of an album are reached by their paths alone.
        let is_reached =
            |share: &&Share| share.album.is_none() && !self.by_link(self.link, &place(share)).is_empty();
        let share = self.shares.get(self.link).filter(is_reached);
        share.into_iter().collect()
    }

    /// Paths of shares: by the owner's name and by the link, each with names below, and some that
    /// do not exist.
    fn paths_of_shares(&self) -> Vec<Vec<String>> {
        let mut paths = Vec::new();
        for (number, share) in self.shares.iter().enumerate() {
            let (owner, link) = (ACCOUNTS[share.owner as usize].to_owned(), format!("link{number}"));
            for [first, second] in [
                [owner.clone(), share.name.to_string()],
                [owner.clone(), "a (2).txt".to_owned()],
                [owner.to_uppercase(), link.clone()],
                [format!("!hidden{number}"), link.clone()],
                [format!("!hidden{}", number + 1), link],
            ] {
                let path = vec!["SHARED".to_owned(), first, second];
                paths.push([path.clone(), vec![NAMES[number].to_owned()]].concat());
                paths.push(path);
            }
        }
        paths
    }

    /// The paths at which roots are seen.
    fn roots(&self) -> Vec<Vec<String>> {
        let mut roots: Vec<Vec<String>> = Vec::new();
        match self.account {
            Some(account) if !self.is_proxy => {
                roots.push(vec![ACCOUNTS[account].to_owned()]);
                for (path, share) in self.shared(account) {
                    let rights_at =
                        |place: &[String]| self.by_share(account, share, place, self.shares.len());
                    roots.extend(albums::roots(share, &path, &rights_at));
                }
            }
            Some(_) => roots.extend(ACCOUNTS.map(|name| vec![name.to_owned()])),
            None => {
                let top =
                    ["SHARED".to_owned(), format!("!hidden{}", self.link), format!("link{}", self.link)];
                for share in self.visited() {
                    roots.extend(albums::roots(share, &top, &|place| self.by_link(self.link, place)));
                }
            }
        }
        roots.extend(self.disks.iter().map(|disk| vec!["EXTERNAL".to_owned(), disk.name.clone()]));
        roots
    }
}

/// For each proof, true if the rule allows it at a path.
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

/// The answer of the program, to be compared with the rule.
fn found(reach: &Reach) -> Given {
    let real = reach.real().parts().iter().map(EntryName::to_string).collect();
    let rights = RIGHTS.into_iter().filter(|right| reach.rights().has(*right)).collect();
    Given {
        real,
        rights,
        root: if reach.is_above_roots() { 0 } else { reach.real().parts().len() - reach.depth() },
    }
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

/// Checks a path: it leads where the rule says, gives the same rights, and gives no proof that the
/// rule does not allow.
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

/// Checks a place: its shown path leads there by the rule, and a person without any path to it is
/// shown none.
fn check_seen(world: &World, ways: &Ways, path: &[&str]) {
    let lies_there = |given: &Given| given.real == path;
    let reached = ways.reached(&real(path));
    assert_eq!(ways.seen(&real(path)), reached.clone().filter(|reach| reach.rights().has(Rights::READ)));
    match reached {
        Some(reach) => {
            let expected = rule(world, &names(reach.shown())).filter(lies_there);
            assert_eq!(Some(found(&reach)), expected, "{path:?}");
        }
        None => {
            for root in world.roots() {
                let root: Vec<&str> = root.iter().map(String::as_str).collect();
                let Some(top) = rule(world, &root) else { continue };
                let Some(below) =
                    path.strip_prefix(&top.real.iter().map(String::as_str).collect::<Vec<_>>()[..])
                else {
                    continue;
                };
                assert_eq!(rule(world, &[&root, below].concat()), None, "{path:?} by {root:?}");
            }
        }
    }
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
            let shared = [world.paths_of_shares(), world.paths_of_albums()].concat();
            let shared: Vec<Vec<&str>> =
                shared.iter().map(|path| path.iter().map(String::as_str).collect()).collect();
            let paths: Vec<&[&str]> =
                world.paths.iter().map(Vec::as_slice).chain(shared.iter().map(Vec::as_slice)).collect();
            below::check_all_ways(&world, (seed % 4) as usize, world.paths.last().unwrap());
            for (number, path) in paths.iter().enumerate() {
                check_reach(&world, &ways, path);
                check_seen(&world, &ways, path);
                let other = paths[(number + 1) % paths.len()];
                inside::check_inside(&world, &ways, other, path);
                inside::check_inside(&world, &ways, &path[..path.len() / 2], path);
                below::check_move(&world, &ways, path, other);
                below::check_below(&world, &ways, path);
            }
        });
        assert!(tried.is_ok(), "MODEL_SEED={seed} fails in {world:?}");
    }
}
