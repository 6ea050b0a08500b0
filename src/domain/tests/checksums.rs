//! A copied or moved content keeps its checksum if it is known to be the same.

use crate::base::checksum::{Checksum, Hasher};
use crate::domain::index::rows;
use crate::domain::tests::{House, path, shown};
use crate::store::nodes::NodeFacts;
use crate::store::{checksums, versions};
use std::fs;

fn of(text: &str) -> Option<Checksum> {
    let mut hasher = Hasher::default();
    hasher.update(text.as_bytes());
    Some(hasher.checksum())
}

/// The known checksum of the present content at a path.
fn known(house: &House, target: &str) -> Option<Checksum> {
    let target = house.cloud.view().readable(&house.user, &shown(target)).unwrap();
    let stat = house.cloud.stat(target.real()).unwrap().expect("it is there");
    house.cloud.view().checksum(&target, &stat).unwrap()
}

fn facts(house: &House, target: &str) -> NodeFacts {
    rows::facts(&house.cloud.stat(&path(target)).unwrap().expect("it is there"))
}

/// A folder with two files: one with a known checksum, and one that another program wrote after its
/// upload.
fn house_with_folder() -> House {
    let house = House::new();
    house.folder("/bob/f");
    house.folder("/bob/f/g");
    house.put("/bob/f/g/a", "known");
    house.put("/bob/f/b", "before");
    assert_eq!(known(&house, "/bob/f/g/a"), of("known"));
    fs::write(house.directory.join("files/bob/f/b"), "after it came").unwrap();
    house
}

#[test]
fn of_what_is_copied_in_a_folder() {
    let house = house_with_folder();
    for to in ["/bob/h", "/EXTERNAL/disk/h"] {
        house.copy("/bob/f", to, false).unwrap();
        assert_eq!(known(&house, &format!("{to}/g/a")), of("known"), "{to}");
        assert_eq!(known(&house, &format!("{to}/b")), None, "{to}");
        assert_eq!(house.versions(&format!("{to}/g/a")).len(), 1);
    }
    assert_eq!(known(&house, "/bob/f/g/a"), of("known"));
    let report = house.cloud.check(true).unwrap();
    assert_eq!((report.compared, report.taken, report.wrong), (3, 3, Vec::new()));
}

#[test]
fn of_what_moves_to_another_disk() {
    let house = house_with_folder();
    house.rename("/bob/f", "/EXTERNAL/disk/h", false).unwrap();
    assert_eq!(known(&house, "/EXTERNAL/disk/h/g/a"), of("known"));
    assert_eq!(known(&house, "/EXTERNAL/disk/h/b"), None);
    house.rename("/EXTERNAL/disk/h/g/a", "/bob/a", false).unwrap();
    assert_eq!(known(&house, "/bob/a"), of("known"));
    let report = house.cloud.check(true).unwrap();
    assert_eq!((report.compared, report.taken, report.wrong), (1, 1, Vec::new()));
}

#[test]
fn of_what_is_copied_out_of_the_bin_and_to_another_disk() {
    let house = house_with_folder();
    house.delete("/bob/f").unwrap();
    house.copy("/bob/recyclebin/f", "/EXTERNAL/disk/h", false).unwrap();
    assert_eq!(known(&house, "/EXTERNAL/disk/h/g/a"), of("known"));
    house.copy("/EXTERNAL/disk/h/g/a", "/bob/a", false).unwrap();
    assert_eq!(known(&house, "/bob/a"), of("known"));
}

#[test]
fn what_went_wrong_on_the_way_is_damage() {
    let house = house_with_folder();
    // The stored checksum is not that of the content, as if the content was damaged while it was
    // copied.
    let (source, facts) = (path("/bob/f/g/a"), facts(&house, "/bob/f/g/a"));
    let rows = house.cloud.rows();
    let forge = move |tx: &crate::store::Write| {
        let node = rows.known(tx, &source)?.expect("it is known").id;
        checksums::save(tx, node, &facts, &of("Known").unwrap())
    };
    house.cloud.commit(forge).unwrap();
    house.rename("/bob/f", "/EXTERNAL/disk/h", false).unwrap();
    let report = house.cloud.check(true).unwrap();
    let [wrong] = report.wrong.as_slice() else { panic!("{report:?}") };
    assert!(wrong.starts_with("/EXTERNAL/disk/h/g/a is damaged"), "{wrong}");
}

#[test]
fn an_old_content_gets_that_of_its_own_file_alone() {
    let house = House::new();
    house.put("/EXTERNAL/disk/other", "other");
    house.put("/bob/a", "mine!");
    // On another disk the content of another file looks just the same.
    let (other, mine) = (path("/EXTERNAL/disk/other"), facts(&house, "/bob/a"));
    let rows = house.cloud.rows();
    let forge = move |tx: &crate::store::Write| {
        let node = rows.known(tx, &other)?.expect("it is known").id;
        checksums::save(tx, node, &mine, &of("other").unwrap())
    };
    house.cloud.commit(forge).unwrap();
    house.put("/bob/a", "newer");
    let id = house.versions("/bob/a")[1].clone();
    let kept = house.cloud.store.read(|read| checksums::of_version(read, &id)).unwrap();
    assert_eq!(kept.map(|known| known.checksum), of("mine!"));
    let disk = crate::store::disks::Disk::main();
    assert_eq!(house.cloud.store.read(|read| versions::ids(read, &disk)).unwrap(), [id]);
}
