//! Unusable databases. A message says what to do, the exit code is 1, and no byte of the database
//! changes.

use crate::harness::{Data, cloudlet};

/// Offsets in the header of a database file (sqlite.org/fileformat.html, section 1.3).
const USER_VERSION: usize = 60;
const APPLICATION_ID: usize = 68;

/// Damages a database and checks that every command refuses it, says these words, and leaves it
/// unchanged.
fn check_refused(what: &str, words: &[&str], damage: impl Fn(&mut Vec<u8>)) {
    let data = Data::with_accounts();
    let path = data.path("cloudlet.db");
    let mut bytes = std::fs::read(&path).unwrap();
    damage(&mut bytes);
    std::fs::write(&path, &bytes).unwrap();
    for arguments in
        [&["serve", "--listen", "127.0.0.1:0"][..], &["check"], &["user", "list"], &["audit", "verify"]]
    {
        let said = cloudlet(&data, arguments, "").failed();
        for word in words.iter().chain(&["cloudlet.db"]) {
            assert!(said.contains(word), "{what}, {arguments:?} does not say {word}: {said}");
        }
        assert!(std::fs::read(&path).unwrap() == bytes, "{what}: {arguments:?} changed the file");
    }
}

#[test]
fn a_database_of_a_newer_cloudlet_is_left_alone() {
    check_refused("a newer schema", &["newer", "999"], |bytes| {
        bytes[USER_VERSION..USER_VERSION + 4].copy_from_slice(&999_u32.to_be_bytes());
    });
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    check_refused("another application id", &["another program"], |bytes| {
        bytes[APPLICATION_ID..APPLICATION_ID + 4].copy_from_slice(b"FOTO");
    });
    check_refused("no application id", &["another program"], |bytes| {
        bytes[APPLICATION_ID..APPLICATION_ID + 4].copy_from_slice(&[0; 4]);
    });
}

#[test]
fn a_damaged_database_is_left_alone() {
    check_refused("a text", &["damaged", "backup"], |bytes| *bytes = b"this is no database\n".repeat(500));
    check_refused("a header of zeros", &["damaged", "backup"], |bytes| bytes[..100].fill(0));
    check_refused("half of it", &["damaged", "backup"], |bytes| {
        bytes.truncate(bytes.len() / 2 / 4096 * 4096);
    });
    check_refused("a page of noise", &["damaged", "backup"], |bytes| {
        let noise = crate::harness::noise(1, 4096);
        bytes[4096..8192].copy_from_slice(&noise);
    });
}

#[test]
fn an_empty_database_file_becomes_a_new_one() {
    let data = Data::empty();
    std::fs::write(data.path("cloudlet.db"), "").unwrap();
    assert_eq!(cloudlet(&data, &["user", "list"], "").succeeded(), "");
}
