//! The content of a backup, and the cost of the next one.

use super::{back_up, backups, furnish, kept, rest, restored, shelf, text};
use crate::harness::{Server, cloudlet, names};
use std::os::unix::fs::{MetadataExt, PermissionsExt};

#[test]
fn a_backup_of_the_running_server_holds_all_but_what_has_not_ended() {
    let server = Server::start();
    let (shelf, mut bob) = (shelf(), server.user("bob"));
    furnish(&mut bob);
    std::fs::write(server.data().path("cloudlet.toml"), "session_days = 5\n").unwrap();
    std::fs::write(server.data().file("/.cloudlet/staging/left.data"), "half").unwrap();
    std::os::unix::fs::symlink("/etc/hostname", server.data().file("/bob/link")).unwrap();
    let said = back_up(server.data(), &shelf);
    assert!(said.contains("3 files were read back"), "{said}");
    assert_eq!(backups(&shelf).len(), 1);
    assert_eq!(rest(&shelf), [""; 0]);

    let top = shelf.path(&backups(&shelf)[0]).join("data");
    assert_eq!(names(&top), ["cloudlet.db", "cloudlet.toml", "files"]);
    assert_eq!(names(&top.join("files/.cloudlet")), ["trash", "versions", "volume.json"]);
    assert_eq!(std::fs::read(kept(&shelf, 0, "/bob/letter")).unwrap(), b"second thoughts");
    assert_eq!(names(&top.join("files/bob")), ["100% \u{eb}\u{304}.txt", "Photos", "letter"]);
    for (path, live) in [("/bob/letter", "/bob/letter"), ("/bob/Photos", "/bob/Photos")] {
        let (copy, live) =
            (kept(&shelf, 0, path).metadata().unwrap(), server.data().file(live).metadata().unwrap());
        assert_eq!((copy.mtime(), copy.mode()), (live.mtime(), live.mode()), "{path}");
        assert_ne!(
            copy.ino(),
            live.ino(),
            "a copy, which another program cannot change by way of the live file"
        );
    }
    let mode = shelf.path(&backups(&shelf)[0]).metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "for its user alone");

    let row = server.admin().audit(&[("operation", "backup")]).remove(0);
    assert_eq!((row.field("username"), row.field("object")), ("(console)", text(&shelf).as_str()), "{row:?}");
    assert!(row.field("message").contains("read back"), "{row:?}");
    cloudlet(server.data(), &["audit", "verify"], "").succeeded();
}

#[test]
fn the_next_backup_shares_what_has_not_changed() {
    let server = Server::start();
    let (shelf, mut bob) = (shelf(), server.user("bob"));
    furnish(&mut bob);
    back_up(server.data(), &shelf);
    let said = back_up(server.data(), &shelf);
    assert!(said.contains(" 0 of them copied (0 bytes)"), "{said}");
    let inode = |number, path: &str| kept(&shelf, number, path).metadata().unwrap().ino();
    assert_eq!(inode(0, "/bob/letter"), inode(1, "/bob/letter"));

    // The first file is changed through the API, the second in place by another program that keeps
    // its length and time, and the third is renamed.
    bob.upload("/bob", "letter", b"third").ok();
    let sea = server.data().file("/bob/Photos/sea.jpg");
    let before = sea.metadata().unwrap();
    std::fs::write(&sea, "THE SEA").unwrap();
    let file = std::fs::File::options().write(true).open(&sea).unwrap();
    file.set_modified(before.modified().unwrap()).unwrap();
    assert_eq!(
        (sea.metadata().unwrap().len(), sea.metadata().unwrap().mtime()),
        (before.len(), before.mtime())
    );
    let said = back_up(server.data(), &shelf);
    assert!(said.contains(" 3 of them copied"), "two, and an old content: {said}");
    let content = |number, path| std::fs::read_to_string(kept(&shelf, number, path)).unwrap();
    assert_eq!(
        (content(1, "/bob/letter"), content(2, "/bob/letter")),
        ("second thoughts".into(), "third".into())
    );
    assert_eq!(
        (content(1, "/bob/Photos/sea.jpg"), content(2, "/bob/Photos/sea.jpg")),
        ("the sea".into(), "THE SEA".into())
    );
}

/// After a folder of photos was renamed, the next backup must not store all of them once more.
#[test]
fn a_renamed_or_moved_folder_is_shared_too() {
    let server = Server::start();
    let (shelf, mut bob) = (shelf(), server.user("bob"));
    bob.core("createfolder", &[("path", "/bob"), ("name", "Photos"), ("subpath", "2024/empty")]).done();
    bob.core("createfolder", &[("path", "/bob"), ("name", "Old")]).done();
    for number in 0..30 {
        let content = format!("photo {number}");
        bob.upload("/bob/Photos", &format!("{number}.jpg"), content.as_bytes()).ok();
        bob.upload("/bob/Photos/2024", &format!("{number}.jpg"), content.as_bytes()).ok();
    }
    back_up(server.data(), &shelf);
    let inode = |number, path: &str| kept(&shelf, number, path).metadata().unwrap().ino();

    bob.core("renamefile", &[("path", "/bob"), ("name", "Photos"), ("newname", "Pictures")]).done();
    bob.core("renameormove", &[("fromname", "/bob/Pictures/2024"), ("toname", "/bob/Old/2024")]).done();
    // New files, and files that another program changed in place, are copied.
    bob.upload("/bob/Pictures", "new.jpg", b"new").ok();
    std::fs::write(server.data().file("/bob/Pictures/7.jpg"), "photo x").unwrap();
    let said = back_up(server.data(), &shelf);
    assert!(said.contains(" 2 of them copied"), "{said}");
    assert_eq!(inode(0, "/bob/Photos/3.jpg"), inode(1, "/bob/Pictures/3.jpg"));
    assert_eq!(inode(0, "/bob/Photos/2024/29.jpg"), inode(1, "/bob/Old/2024/29.jpg"));
    let restored = restored(&shelf);
    for (path, content) in [
        ("/bob/Pictures/7.jpg", "photo x"),
        ("/bob/Pictures/new.jpg", "new"),
        ("/bob/Pictures/8.jpg", "photo 8"),
        ("/bob/Old/2024/8.jpg", "photo 8"),
    ] {
        assert_eq!(std::fs::read_to_string(restored.file(path)).unwrap(), content, "{path}");
    }
    assert!(!restored.file("/bob/Photos").exists());
    assert!(back_up(server.data(), &shelf).contains(" 0 of them copied"));
}

#[test]
fn only_so_many_backups_are_kept() {
    let server = Server::start();
    let shelf = shelf();
    server.user("bob").upload("/bob", "file", b"x").ok();
    std::fs::create_dir(shelf.path("holiday-2024")).unwrap();
    for _ in 0..4 {
        cloudlet(server.data(), &["backup", &text(&shelf), "--backup-keep", "2"], "").succeeded();
    }
    let numbers: Vec<String> = backups(&shelf).iter().map(|name| name[..6].to_owned()).collect();
    assert_eq!(numbers, ["000003", "000004"]);
    assert_eq!(rest(&shelf), ["holiday-2024"], "what is not ours stays");
    assert_eq!(std::fs::read(restored(&shelf).file("/bob/file")).unwrap(), b"x");
}

#[test]
fn a_backup_that_has_rotted_is_noticed_and_mended() {
    let server = Server::start();
    let (shelf, mut bob) = (shelf(), server.user("bob"));
    bob.upload("/bob", "file", b"as it was written").ok();
    back_up(server.data(), &shelf);
    std::fs::write(kept(&shelf, 0, "/bob/file"), "as it was wRitten").unwrap();
    // Both contents of the file are read back.
    let said = back_up(server.data(), &shelf);
    assert!(said.contains("1 file of an earlier backup was damaged"), "{said}");
    assert_eq!(std::fs::read(kept(&shelf, 1, "/bob/file")).unwrap(), b"as it was written");
}
