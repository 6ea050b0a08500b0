//! Wrong directories, full disks and interruptions. Existing backups stay as they are.

use super::{back_up, backups, fail_to_back_up, rest, restored, shelf, text};
use crate::harness::{
    Data, Launch, Server, cloudlet, finish, joined, may_mount, names, noise, program, wait_until,
};
use std::process::Stdio;
use std::time::Duration;

#[test]
fn backups_and_data_do_not_lie_in_each_other() {
    let server = Server::start();
    let data = server.data();
    for inside in ["", "backups", "files", "files/bob", "files/backups", "files/.cloudlet"] {
        let said = fail_to_back_up(data, &data.path(inside).display().to_string());
        assert!(said.contains("data directory"), "{inside}: {said}");
    }
    let around = data.path("").parent().unwrap().display().to_string();
    let said = fail_to_back_up(data, &around);
    assert!(said.contains("cannot lie in"), "{said}");
    let elsewhere = Data::empty();
    std::os::unix::fs::symlink(data.path("files"), elsewhere.path("link")).unwrap();
    let said = fail_to_back_up(data, &elsewhere.path("link").display().to_string());
    assert!(said.contains("data directory"), "{said}");
    let said = fail_to_back_up(data, &elsewhere.path("not/there").display().to_string());
    assert!(said.contains("does not exist") || said.contains("not there"), "{said}");
    assert!(!elsewhere.path("not").exists() && !data.path("backups").exists());
    // The failure is in the log.
    let rows = server.admin().audit(&[("operation", "backup")]);
    assert_eq!(rows.len(), 9);
    assert!(rows.iter().all(|row| row.field("message").len() > 20), "{rows:?}");
}

/// If such a directory were accepted, new backups would fill it up, and would be removed together
/// with it when it is too old.
#[test]
fn a_file_or_a_backup_is_no_directory_of_backups() {
    let server = Server::start();
    let shelf = shelf();
    std::fs::write(shelf.path("file"), "x").unwrap();
    let said = fail_to_back_up(server.data(), &shelf.path("file").display().to_string());
    assert!(said.contains("file is not a folder"), "{said}");
    back_up(server.data(), &shelf);
    let backup = &backups(&shelf)[0];
    let said = fail_to_back_up(server.data(), &shelf.path(backup).display().to_string());
    assert!(said.contains("itself a backup"), "{said}");
    assert_eq!(names(&shelf.path(backup)), ["data", "manifest"]);
}

#[test]
fn the_files_may_lie_on_another_disk() {
    let mut server = Server::start();
    let (shelf, elsewhere) = (shelf(), Data::empty());
    server.user("bob").upload("/bob", "file", b"far away").ok();
    assert_eq!(server.stop(), Some(0));
    std::fs::rename(server.data().path("files"), elsewhere.path("files")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path("files"), server.data().path("files")).unwrap();
    server.start_again();
    back_up(server.data(), &shelf);
    assert!(back_up(server.data(), &shelf).contains(" 0 of them copied"));
    let said = fail_to_back_up(server.data(), &elsewhere.path("files/bob").display().to_string());
    assert!(said.contains("data directory"), "{said}");
    assert_eq!(std::fs::read(restored(&shelf).file("/bob/file")).unwrap(), b"far away");
}

#[test]
fn another_clouds_backups_are_left_alone() {
    // The prepared clouds of the tests are copies of one cloud. An empty cloud is a different one.
    let (one, other, shelf) = (Server::start(), Launch::on(Data::empty()).start(), shelf());
    back_up(one.data(), &shelf);
    let said = fail_to_back_up(other.data(), &text(&shelf));
    assert!(said.contains("another cloud"), "{said}");
    assert_eq!((backups(&shelf).len(), rest(&shelf).len()), (1, 0));
}

#[test]
fn a_full_disk_harms_no_earlier_backup() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "small", b"fits").ok();
    let mut shelf = shelf();
    if may_mount() {
        shelf.mount("", 4 << 20);
    }
    back_up(server.data(), &shelf);
    bob.upload("/bob", "large", &noise(7, 6 << 20)).ok();
    let said = if may_mount() {
        fail_to_back_up(server.data(), &text(&shelf))
    } else {
        // A limit on the size of files replaces a small disk. Its unit is 512 bytes.
        let mut shell = std::process::Command::new("/bin/sh");
        shell.args(["-c", "trap '' XFSZ; ulimit -f 4000; exec \"$0\" \"$@\""]).arg(program().get_program());
        shell.args(["backup", &text(&shelf), "--data"]).arg(server.data().path(""));
        finish(&mut shell, "").failed()
    };
    assert!(said.contains("full") || said.contains("too large"), "{said}");
    assert_eq!((backups(&shelf).len(), rest(&shelf).len()), (1, 0), "{:?}", names(&shelf.path("")));
    assert_eq!(std::fs::read(restored(&shelf).file("/bob/small")).unwrap(), b"fits");
    bob.core("deletefile", &[("path", "/bob"), ("name", "large")]).done();
}

#[test]
fn what_an_interrupted_backup_left_goes_with_the_next() {
    let server = Server::start();
    let (shelf, mut bob) = (shelf(), server.user("bob"));
    bob.upload("/bob", "file", b"safe").ok();
    back_up(server.data(), &shelf);
    bob.upload("/bob", "large", &noise(3, 40 << 20)).ok();
    let mut command = program();
    command.args(["backup", &text(&shelf), "--data"]).arg(server.data().path(""));
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    wait_until("the backup has begun", Duration::from_secs(10), || {
        !rest(&shelf).is_empty() || backups(&shelf).len() == 2
    });
    child.kill().unwrap();
    child.wait().unwrap();
    // The interruption may have left nothing. This directory is certainly the remainder of a
    // backup.
    let left = shelf.path("000009-20200101T000000Z.partial/data/files/bob");
    std::fs::create_dir_all(&left).unwrap();
    std::fs::hard_link(super::kept(&shelf, 0, "/bob/file"), left.join("file")).unwrap();
    assert_eq!(std::fs::read(super::kept(&shelf, 0, "/bob/file")).unwrap(), b"safe");
    back_up(server.data(), &shelf);
    assert_eq!(rest(&shelf), [""; 0]);
    assert_eq!(std::fs::read(super::kept(&shelf, 0, "/bob/file")).unwrap(), b"safe");
    assert_eq!(std::fs::read(restored(&shelf).file("/bob/large")).unwrap(), noise(3, 40 << 20));
}

#[test]
fn two_backups_at_once_do_not_mix() {
    let server = Server::start();
    let shelf = shelf();
    server.user("bob").upload("/bob", "file", b"x").ok();
    let results: Vec<_> = std::thread::scope(|scope| {
        let runs: Vec<_> =
            (0..4).map(|_| scope.spawn(|| cloudlet(server.data(), &["backup", &text(&shelf)], ""))).collect();
        runs.into_iter().map(|run| joined(run.join())).collect()
    });
    let done = results.iter().filter(|finished| finished.code == Some(0)).count();
    assert!(done >= 1, "{results:?}");
    assert!(
        results.iter().all(|finished| finished.code == Some(0) || finished.stderr.contains("under way")),
        "{results:?}"
    );
    assert_eq!((backups(&shelf).len(), rest(&shelf).len()), (done, 0));
}

/// Root can open everything, but a tree may be too deep even for root.
#[test]
fn what_cannot_be_read_is_told_and_the_rest_is_kept() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::start();
    let (shelf, mut bob) = (shelf(), server.user("bob"));
    bob.upload("/bob", "file", b"x").ok();
    if may_mount() {
        // This folder is deeper than any path can reach.
        let deep = (0..20).fold(server.data().file("/bob"), |path, _| path.join("d".repeat(250)));
        make_deep(&deep);
    } else {
        let locked = server.data().file("/bob/locked");
        std::fs::write(&locked, "x").unwrap();
        std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o000)).unwrap();
    }
    let finished = cloudlet(server.data(), &["backup", &text(&shelf)], "");
    assert!(finished.stdout.contains("NOT in it as they are: files/bob/"), "{finished:?}");
    finished.done_with_exceptions();
    // Restoring reports the same for a folder that cannot be entered.
    let data = Data::empty();
    cloudlet(&data, &["restore", &text(&shelf)], "");
    assert_eq!(std::fs::read(data.file("/bob/file")).unwrap(), b"x");
    // Such a backup can be removed again.
    cloudlet(server.data(), &["backup", &text(&shelf), "--backup-keep", "1"], "").done_with_exceptions();
    assert_eq!((backups(&shelf).len(), rest(&shelf).len()), (1, 0));
}

/// Creates folders step by step, because the whole path would be too long.
fn make_deep(path: &std::path::Path) {
    let names: Vec<_> = path.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    let script: String =
        names[1..].iter().map(|name| format!("mkdir -p '{name}' && cd -P '{name}' && ")).collect();
    let status =
        std::process::Command::new("bash").args(["-c", &format!("cd / && {script} true")]).status().unwrap();
    assert!(status.success(), "{status}");
}
