//! An unreadable entry does not stop the backup of the others. The server does not run as root, and
//! some of its files belong to root.

use super::{backups, kept, rest, restored, shelf, text};
use crate::harness::{Data, Launch, SERVICE_USER, Server, cloudlet, may_change_owners, names};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;

/// A server that does not run as root, and a directory for backups that it may write. Returns
/// `None` if the tests do not run as root.
fn ground() -> Option<(Server, Data)> {
    if !may_change_owners() {
        return None;
    }
    let shelf = shelf();
    shelf.give_to(SERVICE_USER);
    Some((Launch::on(Data::with_accounts()).run_as_service().start(), shelf))
}

/// Changes the owner of an entry to root, and its mode to this one.
fn close(path: &Path, mode: u32) {
    chown(path, Some(0), Some(0)).unwrap();
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Makes a backup that misses some entries. Returns its output and its report.
fn back_up(server: &Server, shelf: &Data) -> (String, String) {
    let said = cloudlet(server.data(), &["backup", &text(shelf)], "").done_with_exceptions();
    assert_eq!(rest(shelf), [""; 0]);
    let newest = backups(shelf).pop().unwrap();
    (said, fs::read_to_string(shelf.path(&newest).join("exceptions")).unwrap())
}

#[test]
fn a_closed_file_that_was_deleted_or_replaced_stops_no_backup() {
    let Some((server, shelf)) = ground() else { return };
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "folder")]).done();
    for name in ["deleted", "replaced", "folder/within"] {
        fs::write(server.data().file("/bob").join(name), "root's").unwrap();
        close(&server.data().file("/bob").join(name), 0o600);
    }
    bob.upload("/bob/folder", "beside", b"beside").ok();
    for name in ["deleted", "folder"] {
        bob.core("deletefile", &[("path", "/bob"), ("name", name)]).done();
    }
    bob.upload("/bob", "replaced", b"new").ok();
    let (said, report) = back_up(&server, &shelf);
    assert!(said.contains("000001-") && said.contains("NOT in it as they are: files/.cloudlet/"), "{said}");
    let lines: Vec<&str> = report.lines().collect();
    assert_eq!(lines.len(), 3, "{report}");
    assert!(lines.iter().all(|line| line.ends_with(": the server may not open it")), "{report}");
    for place in ["trash", "versions"] {
        assert!(report.contains(&format!("files/.cloudlet/{place}/")), "{report}");
    }
    assert!(report.contains("/within: "), "{report}");
    assert_eq!(fs::read(kept(&shelf, 0, "/bob/replaced")).unwrap(), b"new");

    // The administrator sees this failure, and also that the backup exists.
    let mut admin = server.admin();
    let row = admin.audit(&[("operation", "backup")]).remove(0);
    assert!(row.field("message").contains("NOT in it as they are"), "{row:?}");
    let meta = admin.administer("getchecks", &[]).xml().child("meta").clone();
    assert_eq!((meta.number("backupexceptions"), meta.field("backupfailure")), (3, ""), "{meta:?}");
    assert!(meta.field("backupfindings").lines().eq(lines.iter().copied()), "{meta:?}");

    // Restoring reports what is missing, and the restored data passes a check.
    let data = Data::empty();
    let said = cloudlet(&data, &["restore", &text(&shelf)], "").succeeded();
    assert_eq!(said.matches("not complete in the backup: files/.cloudlet/").count(), 3, "{said}");
    let said = cloudlet(&data, &["check", "--deep"], "").succeeded();
    assert!(said.contains("No problems found"), "{said}");
    let again = Launch::on(data).start();
    let mut bob = again.user("bob");
    bob.download("/bob/replaced").holds(b"new");
    assert_eq!(bob.list_names("/bob/recyclebin"), ["folder"]);
    bob.download("/bob/recyclebin/folder/beside").holds(b"beside");
}

/// Some folders cannot be opened, some cannot be searched, and one belongs to the file system.
#[test]
fn what_cannot_be_read_now_is_kept_as_an_earlier_backup_has_it() {
    let Some((server, shelf)) = ground() else { return };
    let mut bob = server.user("bob");
    for folder in ["closed", "names only", "open"] {
        let fields = [("path", "/bob"), ("name", folder), ("subpath", "deep")];
        bob.core("createfolder", &fields).done();
        bob.upload(&format!("/bob/{folder}"), "file", folder.as_bytes()).ok();
        bob.upload(&format!("/bob/{folder}/deep"), "file", b"deep").ok();
    }
    bob.upload("/bob", "single", b"single").ok();
    cloudlet(server.data(), &["backup", &text(&shelf)], "").succeeded();
    assert_eq!(names(&shelf.path(&backups(&shelf)[0])), ["data", "manifest"], "a whole one has no report");

    let at = |path: &str| server.data().file(path);
    fs::create_dir(at("/lost+found")).unwrap();
    close(&at("/lost+found"), 0o700);
    close(&at("/bob/closed"), 0o700);
    close(&at("/bob/names only"), 0o744);
    close(&at("/bob/single"), 0o600);
    fs::create_dir(at("/bob/new")).unwrap();
    close(&at("/bob/new"), 0o700);
    bob.upload("/bob/open", "file", b"changed").ok();
    let earlier = " (the copy of an earlier backup is kept)";
    let reason = "the server may not open it";
    let mut expected = vec![
        format!("files/bob/closed: {reason}{earlier}"),
        format!("files/bob/names only: {reason}{earlier}"),
        format!("files/bob/new: {reason}"),
        format!("files/bob/single: {reason}{earlier}"),
    ];
    expected.sort();
    // This holds for any number of backups, even if the first one is removed.
    for number in 2..5 {
        let finished = cloudlet(server.data(), &["backup", &text(&shelf), "--backup-keep", "1"], "");
        let told = format!("needs a look: {}. ", at("/bob/closed").display());
        let told = finished.stderr.matches(&told).count();
        assert_eq!(told, 1, "{finished:?}");
        finished.done_with_exceptions();
        assert_eq!(backups(&shelf).len(), 1);
        let report = shelf.path(&backups(&shelf)[0]).join("exceptions");
        let mut lines: Vec<String> = fs::read_to_string(report).unwrap().lines().map(str::to_owned).collect();
        lines.sort();
        assert_eq!(lines, expected, "backup {number}");
    }
    assert!(!kept(&shelf, 0, "/lost+found").exists());
    let data = restored(&shelf);
    for (path, content) in [
        ("closed/file", "closed"),
        ("closed/deep/file", "deep"),
        ("names only/file", "names only"),
        ("names only/deep/file", "deep"),
        ("open/file", "changed"),
        ("single", "single"),
    ] {
        assert_eq!(fs::read_to_string(data.file("/bob").join(path)).unwrap(), content, "{path}");
    }
    // Once everything can be read, a backup is complete again and contains the new files.
    for path in ["/lost+found", "/bob/closed", "/bob/names only", "/bob/single", "/bob/new"] {
        fs::set_permissions(at(path), Permissions::from_mode(0o755)).unwrap();
    }
    fs::write(at("/bob/single"), "written meanwhile").unwrap();
    cloudlet(server.data(), &["backup", &text(&shelf)], "").succeeded();
    let newest = backups(&shelf).len() - 1;
    assert_eq!(fs::read_to_string(kept(&shelf, newest, "/bob/single")).unwrap(), "written meanwhile");
}
