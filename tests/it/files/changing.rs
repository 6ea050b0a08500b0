//! Creating, renaming, moving, copying and deleting. A refused call leaves everything as it was.

use crate::harness::{Caller, Request, Server, joined, names};

#[test]
fn a_folder_is_made_with_levels_below_it() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob/"), ("name", "a")]).done();
    bob.core("createfolder", &[("path", "/bob/a"), ("name", "b"), ("subpath", "c/d")]).done();
    bob.core("createfolder", &[("path", "/bob/a"), ("name", "e"), ("subpath", "/f/")]).done();
    for path in ["/bob/a", "/bob/a/b", "/bob/a/b/c", "/bob/a/b/c/d", "/bob/a/e/f"] {
        assert!(bob.sees(path) && server.data().file(path).is_dir(), "{path}");
    }
    let message = bob.core("createfolder", &[("path", "/bob"), ("name", "a")]).refused();
    assert!(message.contains("exists"), "{message}");
    bob.core("createfolder", &[("path", "/bob/nothing"), ("name", "a")]).refused();
    assert!(!bob.sees("/bob/nothing"));
    bob.core("createfolder", &[("path", "/"), ("name", "carol")]).refused();
    bob.core("createfolder", &[("path", "/bob"), ("name", "x"), ("subpath", "../../bobby/y")]).refused();
    assert!(names(&server.data().file("/bobby")).is_empty());
}

#[test]
fn a_new_folder_has_an_etag_and_the_time_it_was_given() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let fields = [("path", "/bob"), ("name", "a"), ("date", "2001-02-03T04:05:06Z")];
    let reply = bob.send(&Request::post("/core/createfolder", &fields).header("X-FC-Send-ETag", "1")).done();
    let etag = reply.header("etag").expect("an ETag was asked for").trim_matches('"').to_owned();
    let entry = bob.core("fileinfo", &[("file", "/bob/a")]).xml().child("entry").clone();
    assert_eq!(entry.field("etag"), etag);
    assert_eq!(entry.number("modifiedepochutc"), 981_173_106);
}

fn ground(caller: &mut Caller) {
    for name in ["from", "to"] {
        caller.core("createfolder", &[("path", "/bob"), ("name", name)]).done();
    }
    caller.core("createfolder", &[("path", "/bob/from"), ("name", "folder"), ("subpath", "deep")]).done();
    caller.upload("/bob/from", "file", b"one").ok();
    caller.upload("/bob/from/folder/deep", "inner", b"two").ok();
    caller.upload("/bob/to", "taken", b"three").ok();
}

/// All entries. They show that a refused call has changed nothing.
fn tree(caller: &mut Caller) -> Vec<String> {
    ["/bob", "/bob/from", "/bob/from/folder", "/bob/from/folder/deep", "/bob/to"]
        .iter()
        .flat_map(|folder| caller.list(folder))
        .map(|entry| format!("{} {} {}", entry.field("path"), entry.field("fullsize"), entry.field("etag")))
        .collect()
}

#[test]
fn files_and_folders_are_renamed_with_all_they_hold() {
    let server = Server::start();
    let mut bob = server.user("bob");
    ground(&mut bob);
    bob.core("renamefile", &[("path", "/bob/from"), ("name", "file"), ("newname", "renamed.txt")]).done();
    bob.download("/bob/from/renamed.txt").holds(b"one");
    assert!(!bob.sees("/bob/from/file"));
    bob.core("renamefile", &[("path", "/bob/from/"), ("name", "folder"), ("newname", "Folder")]).done();
    bob.download("/bob/from/Folder/deep/inner").holds(b"two");
    assert!(!bob.sees("/bob/from/folder"));
}

#[test]
fn files_and_folders_are_moved_with_all_they_hold() {
    let server = Server::start();
    let mut bob = server.user("bob");
    ground(&mut bob);
    bob.core(
        "renameormove",
        &[("fromname", "/bob/from/file"), ("toname", "/bob/to/file"), ("overwrite", "0")],
    )
    .done();
    bob.download("/bob/to/file").holds(b"one");
    // One client calls the same operation at this address.
    bob.post(
        "/app/explorer/renameormove",
        &[("fromname", "/bob/from/folder"), ("toname", "/bob/to/elsewhere")],
    )
    .done();
    bob.download("/bob/to/elsewhere/deep/inner").holds(b"two");
    assert_eq!(bob.list_names("/bob/from"), Vec::<String>::new());
}

#[test]
fn a_move_over_a_file_needs_consent_and_keeps_the_old_content() {
    let server = Server::start();
    let mut bob = server.user("bob");
    ground(&mut bob);
    let (from, to) = (("fromname", "/bob/from/file"), ("toname", "/bob/to/taken"));
    let before = tree(&mut bob);
    bob.core("renameormove", &[from, to]).refused();
    bob.core("renameormove", &[from, to, ("overwrite", "0")]).refused();
    assert_eq!(tree(&mut bob), before);
    bob.core("renameormove", &[from, to, ("overwrite", "1")]).done();
    bob.download("/bob/to/taken").holds(b"one");
    let versions = names(&server.data().file("/.cloudlet/versions"));
    assert_eq!(versions.len(), 1);
    assert_eq!(
        std::fs::read(server.data().file("/.cloudlet/versions").join(&versions[0])).unwrap(),
        b"three"
    );
}

#[test]
fn files_and_folders_are_copied_with_all_they_hold() {
    let server = Server::start();
    let mut bob = server.user("bob");
    ground(&mut bob);
    let copy = |bob: &mut Caller, fields: &[(&str, &str)]| bob.core("copyfile", fields);
    copy(&mut bob, &[("path", "/bob/from"), ("name", "file"), ("copyto", "/bob/to/")]).done();
    copy(
        &mut bob,
        &[("path", "/bob/from"), ("name", "file"), ("copyto", "/bob/from"), ("copytoname", "file 2")],
    )
    .done();
    copy(
        &mut bob,
        &[("path", "/bob/from"), ("name", "folder"), ("copyto", "/bob/to"), ("copytoname", "again")],
    )
    .done();
    bob.download("/bob/to/file").holds(b"one");
    bob.download("/bob/from/file").holds(b"one");
    bob.download("/bob/from/file 2").holds(b"one");
    bob.download("/bob/to/again/deep/inner").holds(b"two");

    copy(
        &mut bob,
        &[("path", "/bob/from"), ("name", "file"), ("copyto", "/bob/to"), ("copytoname", "taken")],
    )
    .refused();
    bob.download("/bob/to/taken").holds(b"three");
    let over = [
        ("path", "/bob/from"),
        ("name", "file"),
        ("copyto", "/bob/to"),
        ("copytoname", "taken"),
        ("overwrite", "1"),
    ];
    copy(&mut bob, &over).done();
    bob.download("/bob/to/taken").holds(b"one");
    assert_eq!(names(&server.data().file("/.cloudlet/versions")).len(), 1, "the old content is kept");

    // A copy stays the same when its original changes.
    bob.upload("/bob/from", "file", b"changed").ok();
    bob.download("/bob/to/file").holds(b"one");
}

#[test]
fn what_cannot_be_moved_or_copied_is_refused_and_stays() {
    let server = Server::start();
    let mut bob = server.user("bob");
    ground(&mut bob);
    let before = tree(&mut bob);
    for (operation, fields) in [
        ("renamefile", &[("path", "/bob/from"), ("name", "nothing"), ("newname", "x")][..]),
        ("renamefile", &[("path", "/bob/from"), ("name", "file"), ("newname", "folder")]),
        ("renamefile", &[("path", "/bob/from"), ("name", "folder"), ("newname", "file")]),
        ("renamefile", &[("path", "/"), ("name", "bob"), ("newname", "robert")]),
        ("renameormove", &[("fromname", "/bob/from"), ("toname", "/bob/from/folder/from")]),
        ("renameormove", &[("fromname", "/bob/from"), ("toname", "/bob/from/from")]),
        ("renameormove", &[("fromname", "/bob/nothing"), ("toname", "/bob/x")]),
        ("renameormove", &[("fromname", "/bob/from/file"), ("toname", "/bob/nothing/file")]),
        ("renameormove", &[("fromname", "/bob/from/file"), ("toname", "/bob/to/taken/file")]),
        (
            "renameormove",
            &[("fromname", "/bob/from/file"), ("toname", "/bob/from/folder"), ("overwrite", "1")],
        ),
        (
            "renameormove",
            &[("fromname", "/bob/from/folder"), ("toname", "/bob/to/taken"), ("overwrite", "1")],
        ),
        ("renameormove", &[("fromname", "/bob"), ("toname", "/bob/to/bob")]),
        ("renameormove", &[("fromname", "/bob/from/file"), ("toname", "/file")]),
        ("renameormove", &[("fromname", "/bob/from/file"), ("toname", "/")]),
        ("copyfile", &[("path", "/bob"), ("name", "from"), ("copyto", "/bob/from/folder")]),
        ("copyfile", &[("path", "/bob/from"), ("name", "nothing"), ("copyto", "/bob/to")]),
        ("copyfile", &[("path", "/bob/from"), ("name", "file"), ("copyto", "/bob/nothing")]),
        ("copyfile", &[("path", "/bob/from"), ("name", "file"), ("copyto", "/bob/to/taken")]),
        (
            "copyfile",
            &[
                ("path", "/bob/from"),
                ("name", "folder"),
                ("copyto", "/bob/to"),
                ("copytoname", "taken"),
                ("overwrite", "1"),
            ],
        ),
        ("copyfile", &[("path", "/"), ("name", "bob"), ("copyto", "/bob/to")]),
        ("deletefile", &[("path", "/bob/from"), ("name", "nothing")]),
        ("deletefile", &[("path", "/"), ("name", "bob")]),
    ] {
        bob.core(operation, fields).refused();
        assert_eq!(tree(&mut bob), before, "{operation} {fields:?}");
    }
    assert_eq!(names(&server.data().file("/.cloudlet/staging")), Vec::<String>::new());
}

#[test]
fn a_move_to_where_it_is_already_loses_nothing() {
    let server = Server::start();
    let mut bob = server.user("bob");
    ground(&mut bob);
    for overwrite in ["0", "1"] {
        let fields = [("fromname", "/bob/from/file"), ("toname", "/bob/from/file"), ("overwrite", overwrite)];
        bob.core("renameormove", &fields);
        bob.download("/bob/from/file").holds(b"one");
        let copy =
            [("path", "/bob/from"), ("name", "file"), ("copyto", "/bob/from"), ("overwrite", overwrite)];
        bob.core("copyfile", &copy);
        bob.download("/bob/from/file").holds(b"one");
    }
}

#[test]
fn what_is_deleted_lies_in_the_bin() {
    let server = Server::start();
    let mut bob = server.user("bob");
    ground(&mut bob);
    bob.core("deletefile", &[("path", "/bob/from"), ("name", "file")]).done();
    bob.core("deletefile", &[("path", "/bob/from/"), ("name", "folder")]).done();
    assert_eq!(bob.list_names("/bob/from"), Vec::<String>::new());
    bob.download("/bob/from/file").failed(404);
    let bin = server.data().file("/.cloudlet/trash");
    let kept: Vec<_> = names(&bin).into_iter().map(|name| bin.join(name)).collect();
    assert_eq!(kept.len(), 2);
    assert!(kept.iter().any(|path| path.is_file() && std::fs::read(path).unwrap() == b"one"));
    assert!(kept.iter().any(|path| path.join("deep/inner").is_file()));
    // The name is free again.
    bob.upload("/bob/from", "file", b"new").ok();
    bob.download("/bob/from/file").holds(b"new");
}

#[test]
fn two_changes_of_one_name_at_once_leave_one_whole_result() {
    let server = Server::start();
    let mut bob = server.user("bob");
    ground(&mut bob);
    for round in 0..10 {
        let name = format!("new{round}");
        let results: Vec<i64> = std::thread::scope(|scope| {
            let calls: Vec<_> = (0..4)
                .map(|_| {
                    let (mut twin, name) = (bob.twin(), &name);
                    scope.spawn(move || {
                        twin.core("createfolder", &[("path", "/bob"), ("name", name)]).result()
                    })
                })
                .collect();
            calls.into_iter().map(|call| joined(call.join())).collect()
        });
        assert_eq!(results.iter().sum::<i64>(), 1, "exactly one of them made it: {results:?}");
    }
    let results: Vec<i64> = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..6)
            .map(|number| {
                let mut twin = bob.twin();
                let to = format!("/bob/to/moved{number}");
                scope.spawn(move || {
                    twin.core("renameormove", &[("fromname", "/bob/from/file"), ("toname", &to)]).result()
                })
            })
            .collect();
        calls.into_iter().map(|call| joined(call.join())).collect()
    });
    assert_eq!(results.iter().sum::<i64>(), 1, "one file cannot be moved to two places: {results:?}");
    assert_eq!(bob.list_names("/bob/to").len(), 2);
}

#[test]
fn an_administrator_changes_users_files_only_as_a_proxy() {
    let server = Server::start();
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    ground(&mut bob);
    let fields = [("path", "/bob/from"), ("name", "made")];
    admin.core("createfolder", &fields).failed(401);
    // A client without a proxy sends the text `None`.
    for absent in ["", "None"] {
        admin.core("createfolder", &[fields[0], fields[1], ("adminproxyuserid", absent)]).failed(401);
    }
    admin.core("createfolder", &[fields[0], fields[1], ("adminproxyuserid", "alice")]).done();
    assert!(bob.sees("/bob/from/made"));
    // A user must not become a proxy by naming one.
    bob.core("createfolder", &[("path", "/bobby"), ("name", "x"), ("adminproxyuserid", "alice")]).refused();
    assert!(names(&server.data().file("/bobby")).is_empty());
}

#[test]
fn a_quota_is_kept_by_uploads_and_copies() {
    let server = Server::start();
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    // 0.001 GB are 1,073,741 bytes.
    admin.administer("updateuser", &[("profile", "bob"), ("size", "0.001")]).done();
    bob.upload("/bob", "most", &vec![1; 700_000]).ok();
    let message = bob.upload("/bob", "more", &vec![2; 700_000]).refused();
    assert!(message.contains("limit"), "{message}");
    bob.core("copyfile", &[("path", "/bob"), ("name", "most"), ("copyto", "/bob"), ("copytoname", "again")])
        .refused();
    assert_eq!(bob.list_names("/bob"), ["most"]);
    bob.upload("/bob", "little", &vec![3; 300_000]).ok();
    admin.administer("updateuser", &[("profile", "bob"), ("size", "0")]).done();
    bob.upload("/bob", "more", &vec![2; 700_000]).ok();
}
