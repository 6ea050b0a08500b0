//! The server starts whatever entries are in a home, in the bin, among the versions or in staging.
//! It reports the ones that it cannot handle.

use super::{Immutable, beside_root, close, finding, findings, folder};
use crate::harness::{Data, Disk, SERVICE_USER, Server, cloudlet, may_mount};
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;

/// Checks that everything else works: bob uploads, replaces, reads, deletes and restores.
fn serves(server: &Server) {
    let mut bob = server.user("bob");
    for text in [&b"one"[..], b"two"] {
        bob.upload("/bob", "other", text).ok();
    }
    bob.download("/bob/other").holds(b"two");
    bob.core("deletefile", &[("path", "/bob"), ("name", "other")]).done();
    bob.core("restorefromrecyclebin", &[("path", "/bob/recyclebin/other")]).done();
    bob.download("/bob/other").holds(b"two");
}

#[test]
fn what_is_closed_or_odd_is_told_and_all_else_is_served() {
    let mut held = None;
    let prepared = beside_root(|data| {
        let hidden = data.path("files/.cloudlet");
        fs::write(hidden.join("versions/closed"), b"1").unwrap();
        close(&hidden.join("versions/closed"), 0o600);
        folder(&hidden.join("trash/closed"));
        close(&hidden.join("trash/closed"), 0o700);
        folder(&hidden.join("trash/leaving.7"));
        folder(&hidden.join("trash/leaving.7/closed"));
        close(&hidden.join("trash/leaving.7/closed"), 0o700);
        fs::write(hidden.join("staging/kept.data"), b"1").unwrap();
        let bob = data.file("/bob");
        symlink("nowhere", bob.join("dangling")).unwrap();
        symlink("circle", bob.join("circle")).unwrap();
        symlink("/etc", bob.join("outside")).unwrap();
        fs::write(bob.join(OsStr::from_bytes(b"not \xff UTF-8")), b"1").unwrap();
        fs::create_dir(bob.join("disk")).unwrap();
        let disk = may_mount().then(|| Disk::mount(bob.join("disk"), 1 << 20));
        held = Some((Immutable::make(&hidden.join("staging/kept.data")), disk));
    });
    let Some(mut server) = prepared else { return };
    for start in 0..2 {
        serves(&server);
        let hidden = server.data().path("files/.cloudlet");
        let told = findings(&mut server.admin());
        // After the first start, the entries in the bin's directory have rows, so they are no
        // longer reported.
        let all = [
            ("read", "versions/closed", "EACCES"),
            ("read", "trash/closed", "EACCES"),
            ("remove", "trash/7/closed", "EACCES"),
        ];
        for (kind, below, reason) in &all[..if start == 0 { 3 } else { 1 }] {
            assert!(told.contains(&finding(kind, &hidden.join(below), reason)), "{below}: {told:?}");
        }
        let is_immutable = held.as_ref().is_some_and(|held| held.0.is_some());
        let staged = finding("remove", &hidden.join("staging/kept.data"), "EPERM");
        assert_eq!(told.contains(&staged), is_immutable, "{told:?}");
        let mut bob = server.user("bob");
        assert_eq!(bob.list_names("/bob"), ["disk", "not \u{f7ff} UTF-8", "other"]);
        server.stop();
        server.start_again();
    }
    drop(server);
    drop(held);
}

#[test]
fn each_part_of_the_hidden_folder_may_be_gone_closed_or_something_else() {
    type Harm = fn(&Path);
    let harms: [(&str, Harm); 5] = [
        ("gone", |path| {
            drop(fs::remove_dir_all(path).or_else(|_| fs::remove_file(path)));
        }),
        ("closed", |path| close(path, 0o700)),
        ("closed by its owner", |path| fs::set_permissions(path, Permissions::from_mode(0o000)).unwrap()),
        ("something else", |path| {
            drop(fs::remove_dir_all(path).or_else(|_| fs::remove_file(path)));
            symlink("elsewhere", path).unwrap();
        }),
        ("changed", |path| {
            drop(fs::remove_dir_all(path).or_else(|_| fs::remove_file(path)));
            fs::write(path, b"\0\xffnot what it was").unwrap();
            chown(path, Some(SERVICE_USER), Some(SERVICE_USER)).unwrap();
        }),
    ];
    for part in ["staging", "versions", "trash", "thumbs", "volume.json", ""] {
        for (what, harm) in harms {
            let Some(server) = beside_root(|data| {
                let hidden = data.path("files/.cloudlet");
                harm(&if part.is_empty() { hidden } else { hidden.join(part) });
            }) else {
                return;
            };
            // Signing in works, and the dashboard shows the state of the disk.
            let mut alice = server.admin();
            let volume = alice.administer("getvolumes", &[]).xml().child("volume").clone();
            match volume.field("state") {
                "online" => serves(&server),
                state => {
                    assert_eq!(state, "offline", "{part} {what}");
                    assert!(!volume.field("reason").is_empty(), "{part} {what}");
                    assert!(server.user("bob").is_signed_in(), "{part} {what}");
                }
            }
            let can_be_made_again = !part.is_empty() && part != "volume.json";
            let is_mended = can_be_made_again && ["gone", "closed by its owner"].contains(&what);
            assert!(!is_mended || volume.field("state") == "online", "{part} {what}: {}", server.log());
        }
    }
}

#[test]
fn the_servers_own_files_and_what_lies_beside_them_may_be_anything() {
    type Harm = fn(&Path) -> Option<Immutable>;
    let link: Harm = |path| {
        symlink("nowhere", path).unwrap();
        None
    };
    let harms: [(&str, Harm); 5] = [
        ("of root's", |path| {
            fs::write(path, b"").unwrap();
            close(path, 0o600);
            None
        }),
        ("a link to nothing", link),
        ("a circle", |path| {
            symlink(path.file_name().unwrap(), path).unwrap();
            None
        }),
        ("a folder of root's", |path| {
            fs::create_dir(path).unwrap();
            close(path, 0o700);
            None
        }),
        ("immutable", |path| {
            fs::write(path, b"").unwrap();
            chown(path, Some(SERVICE_USER), Some(SERVICE_USER)).unwrap();
            Immutable::make(path)
        }),
    ];
    for (what, harm) in harms {
        let mut held = Vec::new();
        let prepared = beside_root(|data| {
            for name in [&b"lock"[..], b"reserve", b"notes", b"tls", b"not \xff UTF-8"] {
                let path = data.path("").join(OsStr::from_bytes(name));
                drop(fs::remove_file(&path));
                held.push(harm(&path));
            }
        });
        let Some(server) = prepared else { return };
        serves(&server);
        let is_closed = what != "immutable" || held.iter().all(Option::is_some);
        let line = "the file lock in the data directory cannot be locked";
        assert_eq!(server.log().matches(line).count(), usize::from(is_closed), "{what}: {}", server.log());
        assert!(server.log().matches("no space is reserved").count() <= 1, "{what}: {}", server.log());
        // A second server still cannot start.
        let second = cloudlet(server.data(), &["serve", "--listen", "127.0.0.1:0"], "").failed();
        assert!(second.contains("already"), "{what}: {second}");
        let shelf = Data::empty();
        shelf.give_to(SERVICE_USER);
        let made = cloudlet(server.data(), &["backup", shelf.path("").to_str().unwrap()], "");
        let is_closed = what.contains("root's");
        assert_eq!(made.code, Some(if is_closed { 3 } else { 0 }), "{what}: {made:?}");
        assert_eq!(made.stdout.contains("notes: the server may not open it"), is_closed, "{what}: {made:?}");
    }
}

#[test]
fn a_database_that_knows_what_is_gone_and_a_disk_with_what_it_does_not_know() {
    let Some(mut server) = beside_root(|_| {}) else { return };
    let mut bob = server.user("bob");
    for name in ["a", "b", "c"] {
        for text in [&b"one"[..], b"two"] {
            bob.upload("/bob", name, text).ok();
        }
    }
    bob.core("deletefile", &[("path", "/bob"), ("name", "b")]).done();
    server.stop();
    let hidden = server.data().path("files/.cloudlet");
    for kept in ["versions", "trash"] {
        for entry in fs::read_dir(hidden.join(kept)).unwrap() {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
        let unknown = hidden.join(kept).join(format!("unknown-{kept}"));
        fs::write(&unknown, b"unknown").unwrap();
        chown(&unknown, Some(SERVICE_USER), Some(SERVICE_USER)).unwrap();
    }
    fs::remove_file(server.data().file("/bob/a")).unwrap();
    folder(&server.data().file("/bob/unknown"));
    server.start_again();
    serves(&server);
    let mut bob = server.user("bob");
    assert_eq!(bob.list_names("/bob"), ["unknown", "c", "other"]);
    let said = cloudlet(server.data(), &["check"], "").succeeded();
    assert!(said.contains("No problems found"), "{said}");
}
