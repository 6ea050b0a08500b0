//! Restoring a backup.

use super::{back_up, backups, furnish, kept, restored, shelf, text};
use crate::harness::{Data, Launch, Server, cloudlet, names};
use std::sync::atomic::{AtomicBool, Ordering};

#[test]
fn what_is_restored_starts_and_is_what_it_was() {
    let mut server = Server::start();
    let (shelf, mut bob) = (shelf(), server.user("bob"));
    furnish(&mut bob);
    back_up(server.data(), &shelf);
    bob.upload("/bob", "letter", b"too late").ok();
    assert_eq!(server.stop(), Some(0));

    let data = restored(&shelf);
    let said = cloudlet(&data, &["check", "--deep"], "").succeeded();
    assert!(said.contains("No problems found: 3 files"), "{said}");
    cloudlet(&data, &["audit", "verify"], "").succeeded();
    assert_eq!(std::fs::read(kept(&shelf, 0, "/bob/letter")).unwrap(), b"second thoughts");
    let again = Launch::on(data).start();
    let mut caller = again.user("bob");
    caller.download("/bob/letter").holds(b"second thoughts");
    caller.download("/bob/Photos/sea.jpg").holds(b"the sea");
    assert_eq!(caller.list_names("/bob").len(), 3);
    caller.upload("/bob", "letter", b"and on it goes").ok();
    // The backup stays unchanged: it shares nothing with the live files.
    assert_eq!(std::fs::read(kept(&shelf, 0, "/bob/letter")).unwrap(), b"second thoughts");
    for (folder, count) in [("trash", 1), ("versions", 2)] {
        assert_eq!(names(&again.data().file("/.cloudlet").join(folder)).len(), count, "{folder}");
    }
    let row = again.admin().audit(&[("operation", "restore")]).remove(0);
    assert_eq!(row.field("object"), text(&shelf), "{row:?}");
    // The numbers of its backups continue those of the backups before it.
    assert!(back_up(again.data(), &shelf).contains("000002-"));
}

#[test]
fn an_older_backup_is_restored_when_it_is_named() {
    let server = Server::start();
    let (shelf, mut bob) = (shelf(), server.user("bob"));
    for content in [b"one", b"two"] {
        bob.upload("/bob", "file", content).ok();
        back_up(server.data(), &shelf);
    }
    let data = Data::empty();
    let first = shelf.path(&backups(&shelf)[0]).display().to_string();
    cloudlet(&data, &["restore", &first], "").succeeded();
    assert_eq!(std::fs::read(data.file("/bob/file")).unwrap(), b"one");
    assert_eq!(std::fs::read(restored(&shelf).file("/bob/file")).unwrap(), b"two");
}

/// The parts of a backup fit together even if files change while it is made.
#[test]
fn a_backup_amid_changes_fits_together() {
    let server = Server::start();
    let shelf = shelf();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for worker in 0..3 {
            let (mut bob, is_over) = (server.user("bob"), &is_over);
            scope.spawn(move || {
                let folder = format!("f{worker}");
                bob.core("createfolder", &[("path", "/bob"), ("name", &folder)]).done();
                let here = format!("/bob/{folder}");
                for round in 0.. {
                    if is_over.load(Ordering::Relaxed) {
                        break;
                    }
                    let (name, other) = (format!("n{}", round % 7), format!("moved{round}"));
                    bob.upload(&here, &name, format!("{round}").as_bytes()).ok();
                    bob.upload(&here, &name, format!("{round} again").as_bytes()).ok();
                    bob.core("renamefile", &[("path", &here), ("name", &name), ("newname", &other)]).done();
                    bob.core("deletefile", &[("path", &here), ("name", &other)]).done();
                }
            });
        }
        for _ in 0..4 {
            back_up(server.data(), &shelf);
        }
        is_over.store(true, Ordering::Relaxed);
    });
    for name in backups(&shelf) {
        let data = Data::empty();
        cloudlet(&data, &["restore", &shelf.path(&name).display().to_string()], "").succeeded();
        let mut again = Launch::on(data).start();
        again.user("bob");
        assert_eq!(again.stop(), Some(0));
        cloudlet(again.data(), &["check", "--deep"], "").succeeded();
        cloudlet(again.data(), &["audit", "verify"], "").succeeded();
    }
}

#[test]
fn only_an_empty_directory_is_restored_into() {
    let server = Server::start();
    let shelf = shelf();
    back_up(server.data(), &shelf);
    let before = names(&server.data().path(""));
    let said = cloudlet(server.data(), &["restore", &text(&shelf)], "").failed();
    assert!(said.contains("uses the data directory"), "while it runs: {said}");
    let full = Data::empty();
    std::fs::write(full.path("diary"), "mine").unwrap();
    let said = cloudlet(&full, &["restore", &text(&shelf)], "").failed();
    assert!(said.contains("not empty") && said.contains("diary"), "{said}");
    assert_eq!(names(&server.data().path("")), before);
    assert_eq!(std::fs::read(full.path("diary")).unwrap(), b"mine");
    // The remains of an interrupted restore do not prevent another one, and are not restored.
    let partial = Data::empty();
    std::fs::create_dir(partial.path("restore.partial")).unwrap();
    std::fs::write(partial.path("restore.partial/rest"), "x").unwrap();
    cloudlet(&partial, &["restore", &text(&shelf)], "").succeeded();
    assert_eq!(names(&partial.path("")), ["cloudlet.db", "files", "lock"]);
}

#[test]
fn what_is_no_backup_is_not_restored() {
    let (nothing, data) = (shelf(), Data::empty());
    std::fs::create_dir(nothing.path("000001-20261124T080000Z.partial")).unwrap();
    let said = cloudlet(&data, &["restore", &text(&nothing)], "").failed();
    assert!(said.contains("no whole backup"), "{said}");
    cloudlet(&data, &["restore", "/nowhere/at/all"], "").failed();
    assert_eq!(names(&data.path("")), ["lock"]);
}

#[test]
fn what_is_missing_in_a_backup_is_told() {
    let server = Server::start();
    let (shelf, mut bob) = (shelf(), server.user("bob"));
    furnish(&mut bob);
    back_up(server.data(), &shelf);
    std::fs::remove_file(kept(&shelf, 0, "/bob/letter")).unwrap();
    let data = Data::empty();
    let finished = cloudlet(&data, &["restore", &text(&shelf)], "");
    assert!(finished.stdout.contains("1 file is missing"), "{finished:?}");
    finished.done_with_exceptions();
    assert_eq!(std::fs::read(data.file("/bob/Photos/sea.jpg")).unwrap(), b"the sea", "the rest is there");
    // A file that is damaged in one backup is whole in the next one.
    back_up(server.data(), &shelf);
    assert_eq!(std::fs::read(restored(&shelf).file("/bob/letter")).unwrap(), b"second thoughts");
    let manifest = shelf.path(&backups(&shelf)[1]).join("manifest");
    let text_of = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, &text_of[..text_of.len() / 2]).unwrap();
    let said = cloudlet(&Data::empty(), &["restore", &text(&shelf)], "").failed();
    assert!(said.contains("not whole"), "{said}");
}
