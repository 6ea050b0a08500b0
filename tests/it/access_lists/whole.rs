//! Operations on a whole folder that contains an entry for which the user lacks the right.

use super::{AT_WORK, ground, set};
use crate::harness::{Caller, Server};
use std::fs;

const DISK: &str = "/EXTERNAL/family";
const OPEN: &str = "/EXTERNAL/family/Open";
const CLOSED: &str = "/EXTERNAL/family/Open/Closed";

fn delete(caller: &mut Caller) -> String {
    caller.core("deletefile", &[("path", DISK), ("name", "Open")]).refused()
}

fn move_to(caller: &mut Caller, to: &str) -> String {
    caller.core("renameormove", &[("fromname", OPEN), ("toname", to)]).refused()
}

#[test]
fn it_is_refused_named_and_not_half_done() {
    let (server, disk) = ground();
    let (mut admin, mut bob) = (server.admin(), server.user("bob"));
    set(&mut admin, CLOSED, ("user", "bob"), "D", "deny");
    for sentence in [delete(&mut bob), move_to(&mut bob, "/bob/Taken")] {
        assert!(sentence.contains(CLOSED), "{sentence}");
    }
    set(&mut admin, CLOSED, ("user", "bob"), "RWD", "deny");
    for sentence in [
        delete(&mut bob),
        move_to(&mut bob, "/bob/Taken"),
        move_to(&mut bob, "/EXTERNAL/family/Renamed"),
        bob.core("renamefile", &[("path", DISK), ("name", "Open"), ("newname", "Renamed")]).refused(),
    ] {
        assert!(!sentence.contains("Closed"), "nobody is told what it is: {sentence}");
    }
    assert_eq!(fs::read(disk.join("Open/Closed/secret.txt")).unwrap(), b"whisper");
    assert_eq!(fs::read(disk.join("Open/note.txt")).unwrap(), b"hello");
    assert!(fs::read_dir(server.data().file("/bob")).unwrap().next().is_none());
    admin.core("deletefile", &[("path", DISK), ("name", "Open"), AT_WORK]).done();
}

/// A user who may not delete or read an entry cannot evade this by moving it to another folder.
#[test]
fn nothing_is_won_by_moving() {
    let (server, disk) = ground();
    fs::create_dir(disk.join("Free")).unwrap();
    let (mut admin, mut bob) = (server.admin(), server.user("bob"));
    let take = [("fromname", "/EXTERNAL/family/Open/note.txt"), ("toname", "/EXTERNAL/family/Free/note.txt")];
    for denied in ["D", "R"] {
        admin.core("deleteacl", &[("path", OPEN), AT_WORK]);
        set(&mut admin, OPEN, ("user", "bob"), denied, "deny");
        bob.core("renameormove", &take).refused();
        assert!(disk.join("Open/note.txt").exists());
    }
    admin.core("deleteacl", &[("path", OPEN), AT_WORK]).done();
    bob.core("renameormove", &take).done();
}

#[test]
fn an_archive_leaves_out_what_may_not_be_downloaded_and_the_audit_log_names_it() {
    let (server, _) = ground();
    let (mut admin, mut bob) = (server.admin(), server.user("bob"));
    set(&mut admin, CLOSED, ("user", "bob"), "R", "deny");
    let archive = |caller: &mut Caller| {
        let target = "/core/downloadfilemulti?filepath=/EXTERNAL/family&count=1&fn1=Open";
        String::from_utf8_lossy(&caller.get(target).body).into_owned()
    };
    let held = archive(&mut bob);
    assert!(
        held.contains("Open/note.txt") && !held.contains("Closed") && !held.contains("whisper"),
        "{held}"
    );
    assert!(archive(&mut server.user("bobby")).contains("Open/Closed/secret.txt"));
    let rows = admin.audit(&[("operation", "downloadfilemulti")]);
    let of_bob = rows.iter().find(|row| row.field("username") == "bob").unwrap();
    assert_eq!(of_bob.field("object"), "/EXTERNAL/family/Open without Open/Closed");
}

/// A copy works like an archive: the audit log names the entries that the user may see but not
/// download, and does not mention the others.
#[test]
fn a_copy_leaves_out_what_may_not_be_downloaded_and_the_audit_log_names_it() {
    let (server, _) = ground();
    let (mut admin, mut bob) = (server.admin(), server.user("bob"));
    let copy = |caller: &mut Caller, to: &str, name: &str| {
        let place = [("path", DISK), ("name", "Open"), ("copyto", to), ("copytoname", name)];
        caller.core("copyfile", &place).done().message()
    };
    set(&mut admin, CLOSED, ("user", "bob"), "R", "deny");
    assert_eq!(copy(&mut bob, "/bob", "Hidden"), "");
    let copied = server.data().file("/bob/Hidden");
    assert_eq!(fs::read(copied.join("note.txt")).unwrap(), b"hello");
    assert!(!copied.join("Closed").exists());
    let rows = admin.audit(&[("operation", "copyfile")]);
    assert!(rows[0].field("object").ends_with(" without Closed"), "{}", rows[0].field("object"));
    // A user without these limits gets everything.
    assert_eq!(copy(&mut server.user("bobby"), "/bobby", "All"), "");
    assert_eq!(fs::read(server.data().file("/bobby/All/Closed/secret.txt")).unwrap(), b"whisper");
}

#[test]
fn folders_are_made_only_where_the_last_of_them_may_be() {
    let (server, disk) = ground();
    let (mut admin, mut bob) = (server.admin(), server.user("bob"));
    set(&mut admin, CLOSED, ("user", "bob"), "W", "deny");
    bob.core("createfolder", &[("path", CLOSED), ("name", "x")]).refused();
    bob.core("createfolder", &[("path", OPEN), ("name", "Closed"), ("subpath", "x/y")]).refused();
    let target = "/core/upload?path=/EXTERNAL/family/Open&uploadpath=Closed/x&filename=f&complete=1&offset=0";
    let body = crate::harness::Multipart::new().file("file", "f", b"x");
    bob.send(&crate::harness::Request::multipart(target, body)).failed(400);
    assert_eq!(fs::read_dir(disk.join("Open/Closed")).unwrap().count(), 1);
    bob.core("createfolder", &[("path", OPEN), ("name", "New"), ("subpath", "x/y")]).done();
    assert!(disk.join("Open/New/x/y").is_dir());
}

#[test]
fn whose_files_these_are_is_bound_by_no_list() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "A"), ("subpath", "B")]).done();
    let entry =
        [("path", "/bob/A/B"), ("type", "group"), ("value", "EVERYONE"), ("perm", "RWDS"), ("flag", "deny")];
    bob.core("addaclentry", &entry).done();
    assert_eq!(bob.list_names("/bob/A"), ["B"]);
    bob.core("renamefile", &[("path", "/bob"), ("name", "A"), ("newname", "C")]).done();
    bob.core("deletefile", &[("path", "/bob"), ("name", "C")]).done();
}
