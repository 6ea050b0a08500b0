//! A copied or moved content keeps its checksum if it is known to be the same.

use crate::base::checksum::{Checksum, Hasher};
use crate::domain::index::rows;
use crate::domain::tests::{TestCloud, path, shown};
use crate::store::nodes::NodeFacts;
use crate::store::{checksums, versions};
use std::fs;

fn of(text: &str) -> Option<Checksum> {
    let mut hasher = Hasher::default();
    hasher.update(text.as_bytes());
    Some(hasher.checksum())
}

/// The known checksum of the present content at a path.
fn known(test: &TestCloud, target: &str) -> Option<Checksum> {
    let target = test.cloud.view().readable(&test.user, &shown(target)).unwrap();
    let stat = test.cloud.stat(target.real()).unwrap().expect("it is there");
    test.cloud.view().checksum(&target, &stat).unwrap()
}

fn facts(test: &TestCloud, target: &str) -> NodeFacts {
    rows::facts(&test.cloud.stat(&path(target)).unwrap().expect("it is there"))
}

/// A folder with two files: one with a known checksum, and one that another program wrote after its
/// upload.
fn cloud_with_folder() -> TestCloud {
    let test = TestCloud::new();
    test.folder("/bob/f");
    test.folder("/bob/f/g");
    test.put("/bob/f/g/a", "known");
    test.put("/bob/f/b", "before");
    assert_eq!(known(&test, "/bob/f/g/a"), of("known"));
    fs::write(test.directory.join("files/bob/f/b"), "after it came").unwrap();
    test
}

#[test]
fn of_what_is_copied_in_a_folder() {
    let test = cloud_with_folder();
    for to in ["/bob/h", "/EXTERNAL/disk/h"] {
        test.copy("/bob/f", to, false).unwrap();
        assert_eq!(known(&test, &format!("{to}/g/a")), of("known"), "{to}");
        assert_eq!(known(&test, &format!("{to}/b")), None, "{to}");
        assert_eq!(test.versions(&format!("{to}/g/a")).len(), 1);
    }
    assert_eq!(known(&test, "/bob/f/g/a"), of("known"));
    let report = test.cloud.check(true).unwrap();
    assert_eq!((report.compared, report.taken, report.wrong), (3, 3, Vec::new()));
}

#[test]
fn of_what_moves_to_another_disk() {
    let test = cloud_with_folder();
    test.rename("/bob/f", "/EXTERNAL/disk/h", false).unwrap();
    assert_eq!(known(&test, "/EXTERNAL/disk/h/g/a"), of("known"));
    assert_eq!(known(&test, "/EXTERNAL/disk/h/b"), None);
    test.rename("/EXTERNAL/disk/h/g/a", "/bob/a", false).unwrap();
    assert_eq!(known(&test, "/bob/a"), of("known"));
    let report = test.cloud.check(true).unwrap();
    assert_eq!((report.compared, report.taken, report.wrong), (1, 1, Vec::new()));
}

#[test]
fn of_what_is_copied_out_of_the_bin_and_to_another_disk() {
    let test = cloud_with_folder();
    test.delete("/bob/f").unwrap();
    test.copy("/bob/recyclebin/f", "/EXTERNAL/disk/h", false).unwrap();
    assert_eq!(known(&test, "/EXTERNAL/disk/h/g/a"), of("known"));
    test.copy("/EXTERNAL/disk/h/g/a", "/bob/a", false).unwrap();
    assert_eq!(known(&test, "/bob/a"), of("known"));
}

#[test]
fn what_went_wrong_on_the_way_is_damage() {
    let test = cloud_with_folder();
    // The stored checksum is not that of the content, as if the content was damaged while it was
    // copied.
    let (source, facts) = (path("/bob/f/g/a"), facts(&test, "/bob/f/g/a"));
    let rows = test.cloud.rows();
    let forge = move |tx: &crate::store::Write| {
        let node = rows.known(tx, &source)?.expect("it is known").id;
        checksums::save(tx, node, &facts, &of("Known").unwrap())
    };
    test.cloud.commit(forge).unwrap();
    test.rename("/bob/f", "/EXTERNAL/disk/h", false).unwrap();
    let report = test.cloud.check(true).unwrap();
    let [wrong] = report.wrong.as_slice() else { panic!("{report:?}") };
    assert!(wrong.starts_with("/EXTERNAL/disk/h/g/a is damaged"), "{wrong}");
}

#[test]
fn an_old_content_gets_that_of_its_own_file_alone() {
    let test = TestCloud::new();
    test.put("/EXTERNAL/disk/other", "other");
    test.put("/bob/a", "mine!");
    // A file on another disk has the same facts as this one, but another content.
    let (other, mine) = (path("/EXTERNAL/disk/other"), facts(&test, "/bob/a"));
    let rows = test.cloud.rows();
    let forge = move |tx: &crate::store::Write| {
        let node = rows.known(tx, &other)?.expect("it is known").id;
        checksums::save(tx, node, &mine, &of("other").unwrap())
    };
    test.cloud.commit(forge).unwrap();
    test.put("/bob/a", "newer");
    let id = test.versions("/bob/a")[1].clone();
    let kept = test.cloud.store.read(|read| checksums::of_version(read, &id)).unwrap();
    assert_eq!(kept.map(|known| known.checksum), of("mine!"));
    let disk = crate::store::disks::Disk::main();
    assert_eq!(test.cloud.store.read(|read| versions::ids(read, &disk)).unwrap(), [id]);
}
