//! Long work ends with its account: if an account is disabled, its work stops at the next entry and
//! leaves everything as it was.

use crate::base::fault_injection;
use crate::domain::DATABASE_NAME;
use crate::domain::files::archive_contents::Cursor;
use crate::domain::tests::{TestCloud, shown};
use crate::error::{Code, Result};
use std::time::Duration;

/// Longer than a server needs to notice a change by another process.
const NOTICED: Duration = Duration::from_millis(500);

/// Disables bob before the n-th change from now, by another process as the command line does.
fn disable_bob_before(test: &TestCloud, nth: u32) {
    let database = test.directory.join(DATABASE_NAME);
    let mut count = 0;
    fault_injection::before_each(move || {
        count += 1;
        if count == nth {
            set_status(&database, 2);
        }
    });
}

fn set_status(database: &std::path::Path, status: i64) {
    let database = rusqlite::Connection::open(database).unwrap();
    database.busy_timeout(Duration::from_secs(20)).unwrap();
    assert_eq!(database.execute("UPDATE users SET status = ?1 WHERE name = 'bob'", [status]).unwrap(), 1);
    let told = "UPDATE facts SET value = value + 1 WHERE name = 'accounts_changes'";
    assert_eq!(database.execute(told, []).unwrap(), 1);
    std::thread::sleep(NOTICED);
}

/// A cloud with a folder of four files, and four files in the bin.
fn test() -> TestCloud {
    let test = TestCloud::new();
    for folder in ["/bob/f", "/bob/g"] {
        test.folder(folder);
    }
    for name in ["a", "b", "c", "d"] {
        test.put(&format!("/bob/f/{name}"), name);
        test.put(&format!("/bob/g/{name}"), name);
        test.delete(&format!("/bob/g/{name}")).unwrap();
    }
    test.delete("/bob/g").unwrap();
    test
}

/// Runs some work, disables bob before its third change, and expects a refusal. The contents of the
/// disks stay.
fn ends(what: &str, work: impl Fn(&TestCloud) -> Result<()>) {
    let test = test();
    let sorted = |test: &TestCloud| {
        let mut contents = test.contents();
        contents.sort();
        contents
    };
    let before = sorted(&test);
    disable_bob_before(&test, 3);
    let refused = work(&test).expect_err(what);
    fault_injection::before_each(|| {});
    assert_eq!(refused.code, Code::Unauthenticated, "{what}: {refused:?}");
    assert!(test.private("staging").is_empty(), "{what}: {:?}", test.private("staging"));
    assert_eq!(sorted(&test), before, "{what}");
    set_status(&test.directory.join(DATABASE_NAME), 1);
    assert_eq!(test.read("/bob/f/a").as_deref(), Some("a"), "{what}");
    assert_eq!(test.private("trash").len(), 5, "{what}");
}

#[test]
fn a_copy_ends() {
    ends("a copy", |test| test.copy("/bob/f", "/bob/copy", false));
    ends("a copy to another disk", |test| test.copy("/bob/f", "/EXTERNAL/disk/copy", false));
    ends("a copy of a file", |test| test.copy("/bob/f/a", "/EXTERNAL/disk/a", false));
}

#[test]
fn a_move_to_another_disk_ends_and_is_put_back() {
    ends("a move", |test| test.rename("/bob/f", "/EXTERNAL/disk/f", false));
    ends("a move out of the bin", |test| test.rename("/bob/recyclebin/a", "/EXTERNAL/disk/a", false));
}

#[test]
fn what_is_removed_for_good_stays_from_there_on() {
    let test = test();
    disable_bob_before(&test, 3);
    let emptied = test.settle(test.cloud.empty_bin(&test.user)).unwrap();
    fault_injection::before_each(|| {});
    assert!((1..5).contains(&emptied.removed), "{emptied:?}");
    assert_eq!(emptied.removed + emptied.failed, 5, "{emptied:?}");
    assert_eq!(emptied.reason.map(|reason| reason.0), Some(Code::Unauthenticated));
    assert_eq!(test.private("trash").len(), emptied.failed);
}

#[test]
fn an_archive_ends() {
    let test = test();
    let view = test.cloud.view();
    let folder = view.readable(&test.user, &shown("/bob")).unwrap();
    let names = [shown("/bob/f").leaf().unwrap().clone()];
    let contents = view.contents(&test.user, &folder, &names).unwrap();
    let (mut cursor, mut read) = (Cursor::default(), 0);
    while let Some(content) = cursor.next(&contents).unwrap() {
        match contents.reader(&test.cloud, &content) {
            _ if content.is_folder => {}
            Ok(_) => read += 1,
            Err(error) => {
                assert_eq!(error.code, Code::Unauthenticated, "{error:?}");
                break;
            }
        }
        if read == 2 {
            set_status(&test.directory.join(DATABASE_NAME), 2);
        }
    }
    assert_eq!(read, 2);
    let refused = view.contents(&test.user, &folder, &names).err();
    assert_eq!(refused.map(|error| error.code), Some(Code::Unauthenticated));
}
