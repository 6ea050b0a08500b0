//! The recycle bin: listing it, restoring from it, and permanently removing entries.

use crate::harness::{Caller, Element, PASSWORD, Server, names};

fn delete(caller: &mut Caller, folder: &str, name: &str) -> String {
    caller.core("deletefile", &[("path", folder), ("name", name)]).done().message()
}

fn move_to(caller: &mut Caller, from: &str, to: &str) -> i64 {
    caller.core("renameormove", &[("fromname", from), ("toname", to)]).result()
}

/// Creates a file in a folder of a folder, and a note beside the folder.
fn furnish(caller: &mut Caller) {
    caller.core("createfolder", &[("path", "/bob"), ("name", "Photos"), ("subpath", "2024")]).done();
    caller.upload("/bob/Photos/2024", "sea.jpg", b"blue").ok();
    caller.upload("/bob", "note.txt", b"first").ok();
}

/// The days from when an entry was deleted until it is removed.
fn days_kept(entry: &Element) -> i64 {
    (entry.number("keptuntilepoch") - entry.number("deletedonepoch")) / (24 * 3600)
}

#[test]
fn the_bin_tells_what_was_deleted_where_and_when() {
    let server = Server::start();
    let mut bob = server.user("bob");
    furnish(&mut bob);
    assert_eq!(delete(&mut bob, "/bob", "note.txt"), "/bob/recyclebin/note.txt");
    bob.upload("/bob/Photos", "note.txt", b"second").ok();
    assert_eq!(delete(&mut bob, "/bob/Photos", "note.txt"), "/bob/recyclebin/note (2).txt");
    delete(&mut bob, "/bob", "Photos");

    let entries = bob.list("/bob/recyclebin");
    let facts: Vec<_> = entries
        .iter()
        .map(|entry| {
            [entry.field("name"), entry.field("type"), entry.field("fullsize"), entry.field("deletedfrom")]
        })
        .collect();
    assert_eq!(
        facts,
        [
            ["Photos", "dir", "0", "/bob/Photos"],
            ["note (2).txt", "file", "6", "/bob/Photos/note.txt"],
            ["note.txt", "file", "5", "/bob/note.txt"],
        ]
    );
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64;
    for entry in &entries {
        assert_eq!((entry.field("deletedby"), entry.number("canrename")), ("bob", 0));
        assert!((now - entry.number("deletedonepoch")).abs() < 60);
        assert_eq!(days_kept(entry), 60, "the setting");
    }
    // The entries below are unchanged and can be read.
    assert_eq!(bob.list_names("/bob/recyclebin/Photos"), ["2024"]);
    bob.download("/bob/recyclebin/Photos/2024/sea.jpg").holds(b"blue");
    bob.download("/bob/recyclebin/note (2).txt").holds(b"second");
    let info = bob.core("fileinfo", &[("file", "/bob/recyclebin/note.txt")]).xml();
    assert_eq!(info.child("entry").field("deletedfrom"), "/bob/note.txt");
    // The policy of the account counts.
    let days = [("username", "bob"), ("TONIDOCLOUD_RECYCLE_BIN_DAYS", "7")];
    server.admin().administer("updatepolicyforuser", &days).done();
    let info = bob.core("fileinfo", &[("file", "/bob/recyclebin/note.txt")]).xml();
    assert_eq!(days_kept(info.child("entry")), 7);
    assert_eq!(bob.list("/bob/recyclebin").iter().map(days_kept).collect::<Vec<_>>(), [7; 3]);
    assert!(bob.sees("/bob/recyclebin") && !bob.sees("/bob/recyclebin/other"));
    // The bin is not listed among the files, and not counted.
    assert_eq!(bob.list_names("/bob"), Vec::<String>::new());
    let usage = bob.core("getfolderproperties", &[("path", "/bob/recyclebin")]).xml();
    assert_eq!(
        (usage.child("usage").number("totalfiles"), usage.child("usage").number("totalfolders")),
        (3, 2)
    );
}

#[test]
fn what_is_moved_out_of_the_bin_is_restored() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    furnish(&mut bob);
    bob.upload("/bob", "note.txt", b"second").ok();
    delete(&mut bob, "/bob", "note.txt");
    delete(&mut bob, "/bob", "Photos");
    server.stop();
    server.start_again();
    bob.follow(&server);
    assert_eq!(move_to(&mut bob, "/bob/recyclebin/note.txt", "/bob/again.txt"), 1);
    bob.download("/bob/again.txt").holds(b"second");
    // The file's versions are restored with it.
    let versions = bob.core("getversions", &[("filepath", "/bob"), ("filename", "again.txt")]).xml();
    assert_eq!(versions.all("version").count(), 2);
    // A single file out of a deleted folder can be restored.
    assert_eq!(move_to(&mut bob, "/bob/recyclebin/Photos/2024/sea.jpg", "/bob/sea.jpg"), 1);
    bob.download("/bob/sea.jpg").holds(b"blue");
    assert_eq!(bob.list_names("/bob/recyclebin"), ["Photos"]);
    assert_eq!(bob.list_names("/bob/recyclebin/Photos/2024"), Vec::<String>::new());
    assert_eq!(move_to(&mut bob, "/bob/recyclebin/Photos", "/bob/Photos"), 1);
    assert_eq!(bob.list_names("/bob/recyclebin"), Vec::<String>::new());
    assert_eq!(bob.list_names("/bob"), ["Photos", "again.txt", "sea.jpg"]);
    // Restoring to a path that is taken is refused, and nothing is lost.
    delete(&mut bob, "/bob", "sea.jpg");
    assert_eq!(move_to(&mut bob, "/bob/recyclebin/sea.jpg", "/bob/again.txt"), 0);
    bob.download("/bob/recyclebin/sea.jpg").holds(b"blue");
}

#[test]
fn restoring_finds_the_former_place() {
    let server = Server::start();
    let mut bob = server.user("bob");
    furnish(&mut bob);
    let restore =
        |bob: &mut Caller, path: &str| bob.core("restorefromrecyclebin", &[("path", path)]).done().message();
    let bin = delete(&mut bob, "/bob", "note.txt");
    bob.upload("/bob", "note.txt", b"another").ok();
    assert_eq!(restore(&mut bob, &bin), "/bob/note (2).txt");
    bob.download("/bob/note (2).txt").holds(b"first");
    bob.download("/bob/note.txt").holds(b"another");
    // The folder of the file was deleted too. It is created again, and the other entries of the old
    // one stay in the bin.
    delete(&mut bob, "/bob/Photos/2024", "sea.jpg");
    delete(&mut bob, "/bob", "Photos");
    assert_eq!(restore(&mut bob, "/bob/recyclebin/sea.jpg"), "/bob/Photos/2024/sea.jpg");
    bob.download("/bob/Photos/2024/sea.jpg").holds(b"blue");
    assert_eq!(bob.list_names("/bob/recyclebin"), ["Photos"]);
    for wrong in ["/bob/recyclebin", "/bob/recyclebin/nothing", "/bob/note.txt", "/bob", "/"] {
        bob.core("restorefromrecyclebin", &[("path", wrong)]).refused();
    }
    bob.download("/bob/note.txt").holds(b"another");
}

#[test]
fn deleting_in_the_bin_and_emptying_it_are_final() {
    let server = Server::start();
    let mut bob = server.user("bob");
    furnish(&mut bob);
    bob.upload("/bob", "note.txt", b"second").ok();
    bob.upload("/bob/Photos/2024", "hill.jpg", b"green").ok();
    delete(&mut bob, "/bob", "note.txt");
    delete(&mut bob, "/bob", "Photos");
    let disk = |folder: &str| names(&server.data().file(&format!("/.cloudlet/{folder}"))).len();
    assert_eq!((disk("trash"), disk("versions")), (2, 1));
    assert_eq!(delete(&mut bob, "/bob/recyclebin/Photos/2024", "sea.jpg"), "");
    assert_eq!(bob.list_names("/bob/recyclebin/Photos/2024"), ["hill.jpg"]);
    assert_eq!(delete(&mut bob, "/bob/recyclebin", "note.txt"), "");
    assert_eq!((disk("trash"), disk("versions")), (1, 0));
    bob.core("deletefile", &[("path", "/bob/recyclebin"), ("name", "note.txt")]).refused();
    bob.core("deletefile", &[("path", "/bob"), ("name", "recyclebin")]).refused();
    assert_eq!(bob.list_names("/bob/recyclebin"), ["Photos"]);
    assert_eq!(bob.core("emptyrecyclebin", &[]).done().message(), "1 removed");
    assert_eq!((disk("trash"), bob.list("/bob/recyclebin").len()), (0, 0));
    let usage = bob.core("getdiskusagedetails", &[("username", "bob"), ("level", "2")]).xml();
    let usage = usage.child("usage");
    assert_eq!((usage.number("recyclefiles"), usage.number("recyclefolders")), (0, 0));
}

#[test]
fn the_bin_is_its_owners_alone_and_takes_nothing_else() {
    let server = Server::start();
    let (mut bob, mut bobby) = (server.user("bob"), server.user("bobby"));
    furnish(&mut bob);
    delete(&mut bob, "/bob", "note.txt");
    bobby.core("getfilelist", &[("path", "/bob/recyclebin")]).refused();
    bobby.download("/bob/recyclebin/note.txt").failed(403);
    bobby.core("restorefromrecyclebin", &[("path", "/bob/recyclebin/note.txt")]).refused();
    bobby
        .core("renameormove", &[("fromname", "/bob/recyclebin/note.txt"), ("toname", "/bobby/note.txt")])
        .refused();
    bobby.core("deletefile", &[("path", "/bob/recyclebin"), ("name", "note.txt")]).refused();
    bobby.core("emptyrecyclebin", &[]).done();
    bob.download("/bob/recyclebin/note.txt").holds(b"first");

    bob.upload("/bob/recyclebin", "x", b"x").refused();
    bob.core("createfolder", &[("path", "/bob/recyclebin"), ("name", "x")]).refused();
    bob.core("createfolder", &[("path", "/bob"), ("name", "recyclebin")]).refused();
    bob.upload("/bob", "recyclebin", b"x").refused();
    bob.core("renamefile", &[("path", "/bob"), ("name", "Photos"), ("newname", "recyclebin")]).refused();
    bob.core("renamefile", &[("path", "/bob/recyclebin"), ("name", "note.txt"), ("newname", "y")]).refused();
    let into = [("path", "/bob"), ("name", "Photos"), ("copyto", "/bob/recyclebin")];
    bob.core("copyfile", &into).refused();
    assert_eq!(move_to(&mut bob, "/bob/Photos", "/bob/recyclebin/Photos"), 0);
    assert_eq!(move_to(&mut bob, "/bob/recyclebin", "/bob/bin"), 0);
    assert!(!server.data().file("/bob/recyclebin").exists());
    // Deeper in a home, a folder may have this name.
    bob.core("createfolder", &[("path", "/bob/Photos"), ("name", "recyclebin")]).done();
    assert_eq!(bob.list_names("/bob/Photos"), ["2024", "recyclebin"]);
}

#[test]
fn an_administrator_finds_what_a_deleted_account_left() {
    let server = Server::start();
    let mut bob = server.user("bob");
    furnish(&mut bob);
    let mut admin = server.admin();
    admin.administer("deleteuser", &[("profile", "bob")]).done();
    let proxied = [("path", "/bob/recyclebin"), ("adminproxyuserid", "bob")];
    let names: Vec<_> = admin
        .core("getfilelist", &proxied)
        .xml()
        .all("entry")
        .map(|entry| (entry.field("name").to_owned(), entry.field("deletedfrom").to_owned()))
        .collect();
    assert_eq!(names, [("bob".to_owned(), "/bob".to_owned())]);
    let back =
        [("fromname", "/bob/recyclebin/bob"), ("toname", "/bobby/of bob"), ("adminproxyuserid", "bobby")];
    admin.core("renameormove", &back).done();
    server.user("bobby").download("/bobby/of bob/Photos/2024/sea.jpg").holds(b"blue");
}

#[test]
fn the_bin_of_a_removed_account_stays_closed_to_the_next_one_of_its_name() {
    let server = Server::start();
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    furnish(&mut bob);
    bob.upload("/bob", "note.txt", b"second").ok();
    delete(&mut bob, "/bob", "note.txt");
    let removed = admin.administer("deleteuser", &[("profile", "bob")]).done();
    let message = removed.message();
    let bin = message.split_whitespace().last().unwrap().trim_end_matches('.').to_owned();
    assert!(bin.starts_with("/bob#") && bin.ends_with("/recyclebin"), "{message}");
    let fields = [("username", "bob"), ("email", "b@example.org"), ("password", PASSWORD)];
    admin.administer("adduser", &fields).done();

    let mut bob = server.user("bob");
    assert!(bob.list_names("/bob").is_empty() && bob.list_names("/bob/recyclebin").is_empty());
    for path in ["/bob/recyclebin/note.txt", "/bob/recyclebin/bob/Photos/2024/sea.jpg"] {
        bob.download(path).failed(404);
        bob.core("restorefromrecyclebin", &[("path", path)]).refused();
    }
    bob.core("getfilelist", &[("path", &bin)]).refused();
    bob.download(&format!("{bin}/note.txt")).failed(403);
    let usage = bob.core("getdiskusagedetails", &[("username", "bob"), ("level", "2")]).xml();
    assert_eq!(usage.child("usage").number("recyclefiles"), 0);
    // The new account cannot remove anything of the old account.
    bob.core("emptyrecyclebin", &[]).done();
    bob.core("deleteallversions", &[]).done();
    bob.upload("/bob", "note.txt", b"new").ok();
    delete(&mut bob, "/bob", "note.txt");
    bob.download("/bob/recyclebin/note.txt").holds(b"new");

    let proxied = [("path", bin.as_str()), ("adminproxyuserid", "alice")];
    let found = admin.core("getfilelist", &proxied).xml();
    let mut names: Vec<_> = found.all("entry").map(|entry| entry.field("name")).collect();
    names.sort_unstable();
    assert_eq!(names, ["bob", "note.txt"]);
    // The old account's entries cannot be restored into the new account's home, but to a path that
    // the administrator names.
    let note = format!("{bin}/note.txt");
    admin.core("restorefromrecyclebin", &[("path", &note), ("adminproxyuserid", "alice")]).refused();
    let to = [("fromname", note.as_str()), ("toname", "/bobby/note.txt"), ("adminproxyuserid", "alice")];
    admin.core("renameormove", &to).done();
    let mut bobby = server.user("bobby");
    bobby.download("/bobby/note.txt").holds(b"second");
    assert_eq!(
        bobby
            .core("getversions", &[("filepath", "/bobby"), ("filename", "note.txt")])
            .xml()
            .all("version")
            .count(),
        2
    );
}

#[test]
fn a_folder_on_the_disk_that_has_the_bins_name_is_told_by_the_check() {
    let server = Server::start();
    let mut bob = server.user("bob");
    std::fs::create_dir_all(server.data().file("/bob/recyclebin")).unwrap();
    std::fs::write(server.data().file("/bob/recyclebin/hidden"), b"x").unwrap();
    assert_eq!(bob.list_names("/bob"), Vec::<String>::new());
    assert_eq!(bob.list_names("/bob/recyclebin"), Vec::<String>::new());
    bob.download("/bob/recyclebin/hidden").failed(404);
    let finished = crate::harness::cloudlet(server.data(), &["check"], "");
    let said = &finished.stdout;
    assert!(said.contains("/bob/recyclebin") && said.contains("rename it"), "{said}");
    finished.failed();
}
