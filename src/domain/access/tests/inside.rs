//! Checks the contents of folders, and of those above the roots.

use super::{Given, World, found, names, real, rule, shown};
use crate::base::path::EntryName;
use crate::base::shown_path::ShownPath;
use crate::domain::access::rights::{Reach, Rights};
use crate::domain::access::ways::Ways;

/// Checks a place in a folder above the roots: its shown path is in the folder and leads there by the
/// rule, and a person without any path to it there is shown none.
fn check_seen_above(world: &World, ways: &Ways, top: &Reach, path: &[&str]) {
    let is_read = |given: &Given| given.real == path && given.rights.contains(&Rights::READ);
    let told = |shown: &ShownPath| rule(world, &names(shown)).filter(is_read);
    match ways.seen_in(top, &real(path)) {
        Some(reach) => {
            assert!(reach.shown().starts_with(top.shown()), "{path:?} in {:?}", top.shown());
            assert_eq!(Some(found(&reach)), told(reach.shown()), "{path:?} in {:?}", top.shown());
        }
        None => {
            for root in ways.roots_below(top.shown()) {
                let Some(below) = real(path).parts().strip_prefix(root.real().parts()).map(<[_]>::to_vec)
                else {
                    continue;
                };
                let asked = root.shown().below(&below).unwrap();
                assert_eq!(told(&asked), None, "{path:?} in {:?}", top.shown());
            }
        }
    }
    if top.shown().is_root() {
        assert_eq!(ways.seen_in(top, &real(path)), ways.seen(&real(path)), "{path:?}");
    }
}

/// Checks the contents of a folder: their shown paths are below the folder, and have the rights
/// that the path itself has.
pub fn check_inside(world: &World, ways: &Ways, folder: &[&str], path: &[&str]) {
    let Some(top) = ways.reach(&shown(folder)) else { return };
    if top.is_above_roots() {
        check_seen_above(world, ways, &top, path);
        let below: Vec<EntryName> = real(path).parts().to_vec();
        let asked = top.shown().below(&below).unwrap();
        assert_eq!(ways.below(&top, &below), ways.reach(&asked), "{below:?} below {folder:?}");
        return;
    }
    for below in [path, &path[path.len() / 2..]] {
        let below: Vec<EntryName> = real(below).parts().to_vec();
        let inside = ways.below(&top, &below);
        let asked = top.shown().below(&below).unwrap();
        assert_eq!(inside.as_ref().map(found), rule(world, &names(&asked)), "{below:?} below {folder:?}");
        let place = top.real().below(&below).unwrap();
        let seen = inside.filter(|reach| reach.rights().has(Rights::READ));
        assert_eq!(ways.seen_in(&top, &place), seen, "{place:?} in {folder:?}");
    }
    let is_inside = real(path).starts_with(top.real());
    assert!(is_inside || ways.seen_in(&top, &real(path)).is_none(), "{path:?} in {folder:?}");
}
