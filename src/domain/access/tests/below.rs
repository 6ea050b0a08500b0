//! Checks rights further down, moves, and all ways of an account together.

use super::{NOW, RIGHTS, World, real, rule, shown};
use crate::domain::access::rights::{NO_RIGHTS, Rights, Way};
use crate::domain::access::ways::Ways;

/// Rights change further down only at folders with access lists, which are reported, and never for
/// owners and administrators at work.
pub fn check_below(world: &World, ways: &Ways, path: &[&str]) {
    for names in 0..path.len() {
        let Some(top) = ways.reach(&shown(&path[..names])).filter(|top| !top.is_above_roots()) else {
            continue;
        };
        let below = shown(&path[names..]);
        let below = below.parts();
        let place = |count: usize| top.real().below(&below[..count]).unwrap();
        let has_list = |count: usize| world.lists.iter().any(|(list, _)| real(list) == place(count));
        let is_bound = !matches!(top.way(), Way::Own | Way::Proxy);
        if ways.is_even_below(&top) {
            assert!(!is_bound || !(1..=below.len()).any(has_list), "{below:?} below {:?}", top.shown());
        }
        let rights =
            |count: usize| ways.below(&top, &below[..count]).map_or(NO_RIGHTS, |reach| reach.rights());
        let change = (is_bound && has_list(1)).then(|| rights(1));
        assert_eq!(ways.changes_in(&top).get(&below[0]).copied(), change, "{below:?} in {:?}", top.shown());
        let lacks = is_bound && has_list(below.len()) && !rights(below.len()).has(Rights::READ);
        let lacking = ways.lacking_below(&top, Rights::READ);
        assert_eq!(lacking.contains(&place(below.len())), lacks, "{below:?} below {:?}", top.shown());
    }
}

/// The rights of an account are those of all its ways together.
pub fn check_all_ways(world: &World, account: usize, place: &[&str]) {
    if real(place).is_above_roots() || place[0] == "SHARED" {
        return;
    }
    let names: Vec<String> = place.iter().map(|name| (*name).to_owned()).collect();
    let all = world.all_of(account, &names, world.shares.len()).into_iter().fold(NO_RIGHTS, Rights::with);
    let told = world.grants().rights_of(account as i64, &real(place), NOW);
    assert_eq!(told, all, "{account} at {place:?}");
}

/// A move to another root needs more rights than a move within one.
pub fn check_move(world: &World, ways: &Ways, from: &[&str], to: &[&str]) {
    let writable = |path| ways.reach(&shown(path)).and_then(|reach| reach.writable().ok());
    let (Some(one), Some(other)) = (writable(from), writable(to)) else { return };
    let root = |path: &[&str]| {
        let given = rule(world, path).unwrap();
        let names = path.len() - (given.real.len() - given.root);
        ways.reach(&shown(&path[..names]))
    };
    let (has, gets) = (rule(world, from).unwrap().rights, rule(world, to).unwrap().rights);
    let gains_nothing = root(from) == root(to) && gets.iter().all(|right| has.contains(right));
    let may = gains_nothing || [RIGHTS[0], RIGHTS[1], RIGHTS[3]].iter().all(|right| has.contains(right));
    assert_eq!(one.moved_to(other).is_ok(), may, "{from:?} to {to:?}");
}
