//! Users remove an entry completely or not at all: an entry that cannot be removed stays listed in
//! the bin.

use super::{Immutable, beside_root, close, finding, findings, folder, open};
use crate::harness::{Caller, Disk, Server, names, noise};
use std::fs;
use std::path::PathBuf;

fn delete(caller: &mut Caller, folder: &str, name: &str) {
    caller.core("deletefile", &[("path", folder), ("name", name)]).done();
}

/// The path on the disk of the only entry in the bin.
fn binned(server: &Server) -> PathBuf {
    let trash = server.data().path("files/.cloudlet/trash");
    let ids = names(&trash);
    assert_eq!(ids.len(), 1, "{ids:?}");
    trash.join(&ids[0])
}

/// Checks that no part of bob's only entry in the bin is removed, that the reason is reported, that
/// a restart changes nothing, and that the entry can be removed once the cause is gone.
fn stays_until_mended(mut server: Server, below: &str, reason: &str, meaning: &str, mend: impl FnOnce()) {
    let mut bob = server.user("bob");
    let stuck = binned(&server).join(below);
    for start in 0..2 {
        for operation in 0..2 {
            let said = match operation {
                0 => bob.core("deletefile", &[("path", "/bob/recyclebin"), ("name", "a")]).refused(),
                _ => bob.core("emptyrecyclebin", &[]).refused(),
            };
            assert!(said.contains(&format!("{below} in it cannot be removed: {meaning}")), "{said}");
            assert_eq!(bob.list_names("/bob/recyclebin"), ["a"]);
            bob.download("/bob/recyclebin/a/file").holds(b"content");
            let told = findings(&mut server.admin());
            assert!(told.contains(&finding("remove", &stuck, reason)), "{told:?}");
        }
        if start == 0 {
            server.stop();
            server.start_again();
            bob.follow(&server);
        }
    }
    mend();
    assert_eq!(findings(&mut server.admin()), Vec::<[String; 3]>::new());
    bob.core("emptyrecyclebin", &[]).done();
    assert!(names(&server.data().path("files/.cloudlet/trash")).is_empty());
}

#[test]
fn a_folder_with_one_of_roots_stays_in_the_bin() {
    let prepared = beside_root(|data| {
        folder(&data.file("/bob/a"));
        folder(&data.file("/bob/a/roots"));
    });
    let Some(server) = prepared else { return };
    delete(&mut server.user("bob"), "/bob", "a");
    let roots = binned(&server).join("roots");
    close(&roots, 0o755);
    stays_until_mended(server, "roots", "EACCES", "the server may not open it", || open(&roots));
}

#[test]
fn a_folder_with_an_immutable_file_stays_in_the_bin() {
    let Some(server) = beside_root(|data| folder(&data.file("/bob/a"))) else { return };
    let mut bob = server.user("bob");
    bob.upload("/bob/a", "kept", b"1").ok();
    delete(&mut bob, "/bob", "a");
    let Some(kept) = Immutable::make(&binned(&server).join("kept")) else { return };
    stays_until_mended(server, "kept", "EPERM", "it is protected against changes", || drop(kept));
}

#[test]
fn a_folder_with_a_mount_stays_in_the_bin() {
    let prepared = beside_root(|data| {
        folder(&data.file("/bob/a"));
        folder(&data.file("/bob/a/disk"));
    });
    let Some(server) = prepared else { return };
    delete(&mut server.user("bob"), "/bob", "a");
    let disk = Disk::mount(binned(&server).join("disk"), 1 << 20);
    stays_until_mended(server, "disk", "mounted", "another disk is mounted there", || drop(disk));
}

#[test]
fn of_a_bin_all_goes_but_what_cannot() {
    let Some(server) = beside_root(|data| folder(&data.file("/bob/a"))) else { return };
    let mut bob = server.user("bob");
    delete(&mut bob, "/bob", "a");
    close(&binned(&server), 0o755);
    bob.upload("/bob", "b", &noise(1, 100)).ok();
    delete(&mut bob, "/bob", "b");
    let said = bob.core("emptyrecyclebin", &[]).refused();
    assert!(said.starts_with("1 removed, but 1 could not be. /bob/a: This cannot be removed"), "{said}");
    assert_eq!(bob.list_names("/bob/recyclebin"), ["a"]);
}

#[test]
fn read_only_folders_of_ones_own_are_moved_and_removed() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let prepared = beside_root(|data| {
        for path in ["/bob/cd", "/bob/cd/inner", "/bob/to"] {
            folder(&data.file(path));
        }
        for path in ["/bob/cd/inner", "/bob/cd"] {
            fs::set_permissions(data.file(path), fs::Permissions::from_mode(0o555)).unwrap();
        }
    });
    let Some(server) = prepared else { return };
    let mut bob = server.user("bob");
    bob.core("renameormove", &[("fromname", "/bob/cd"), ("toname", "/bob/to/cd")]).done();
    assert_eq!(mode(server.data().file("/bob/to/cd")), 0o555, "as it was");
    delete(&mut bob, "/bob/to", "cd");
    assert_eq!(mode(binned(&server)), 0o555);
    bob.download("/bob/recyclebin/cd/inner/file").holds(b"content");
    bob.core("restorefromrecyclebin", &[("path", "/bob/recyclebin/cd")]).done();
    bob.download("/bob/to/cd/inner/file").holds(b"content");
    delete(&mut bob, "/bob/to", "cd");
    bob.core("emptyrecyclebin", &[]).done();
    assert!(names(&server.data().path("files/.cloudlet/trash")).is_empty());
    assert_eq!(findings(&mut server.admin()), Vec::<[String; 3]>::new());
}

/// In a folder that the server may not write, a call on an entry is refused with the reason and the
/// remedy, and changes nothing.
#[test]
fn a_folder_that_the_server_may_not_write_says_so_and_what_to_do() {
    use std::os::unix::fs::PermissionsExt;
    let prepared = beside_root(|data| {
        for name in ["own", "roots", "protected", "free"] {
            folder(&data.file(&format!("/bob/{name}")));
            folder(&data.file(&format!("/bob/{name}/inner")));
        }
        fs::set_permissions(data.file("/bob/own"), fs::Permissions::from_mode(0o555)).unwrap();
        close(&data.file("/bob/roots"), 0o755);
    });
    let Some(server) = prepared else { return };
    let mut bob = server.user("bob");
    bob.upload("/bob/free", "new", b"new").ok();
    let protected = Immutable::make(&server.data().file("/bob/protected"));
    let mut kinds = vec![("own", "read-only folder", "chmod u+w"), ("roots", "another user", "chown")];
    kinds.extend(protected.as_ref().map(|_| ("protected", "protected against changes", "chattr -i")));
    for (name, what, remedy) in kinds {
        let at = format!("/bob/{name}");
        let (file, new) = (format!("{at}/file"), format!("{at}/new"));
        let refusals = [
            bob.upload(&at, "new", b"new").text().to_owned(),
            bob.upload(&at, "file", b"other").text().to_owned(),
            bob.core("createfolder", &[("path", &at), ("name", "new")]).refused(),
            bob.core("renamefile", &[("path", &at), ("name", "file"), ("newname", "new")]).refused(),
            bob.core("deletefile", &[("path", &at), ("name", "file")]).refused(),
            bob.core("deletefile", &[("path", &at), ("name", "inner")]).refused(),
            bob.core("renameormove", &[("fromname", &file), ("toname", "/bob/free/file2")]).refused(),
            bob.core("renameormove", &[("fromname", "/bob/free/new"), ("toname", &new)]).refused(),
            bob.core("copyfile", &[("path", "/bob/free"), ("name", "new"), ("copyto", &at)]).refused(),
            bob.core(
                "copyfile",
                &[("path", "/bob/free"), ("name", "inner"), ("copyto", &at), ("copytoname", "new")],
            )
            .refused(),
        ];
        for (number, said) in refusals.iter().enumerate() {
            assert!(said.starts_with(&format!("{name} ")), "{number} in {name}: {said}");
            assert!(said.contains(what) && said.ends_with(remedy), "{number} in {name}: {said}");
        }
        assert_eq!(names(&server.data().file(&at)), ["file", "inner"]);
        bob.download(&file).holds(b"content");
        assert!(names(&server.data().path("files/.cloudlet/staging")).is_empty());
        // Entries deeper in the folder can still be changed.
        bob.upload(&format!("{at}/inner"), "new", b"new").ok();
        let target = format!("/core/upload?path={at}&uploadpath=inner&filename=sub");
        let file = crate::harness::Multipart::new().file("file", "sub", b"sub");
        bob.send(&crate::harness::Request::multipart(&target, file)).ok();
        bob.core("copyfile", &[("path", "/bob"), ("name", name), ("copyto", "/bob/free")]).done();
    }
    fs::set_permissions(server.data().file("/bob/own"), fs::Permissions::from_mode(0o755)).unwrap();
    bob.upload("/bob/own", "new", b"new").ok();
}
