//! A folder that a user may not read does not exist for that user: it is not listed, counted, found
//! or mentioned.

use super::{AT_WORK, ground, set};
use crate::harness::{Caller, Element};
use std::fs;

const DISK: &str = "/EXTERNAL/family";
const OPEN: &str = "/EXTERNAL/family/Open";
const CLOSED: &str = "/EXTERNAL/family/Open/Closed";

fn listed(caller: &mut Caller, path: &str) -> (Vec<String>, i64) {
    let reply = caller.core("getfilelist", &[("path", path), ("limit", "-1")]).xml();
    let names = reply.all("entry").map(|entry| entry.field("name").to_owned()).collect();
    (names, reply.child("meta").number("total"))
}

fn paths(records: &Element, element: &str) -> Vec<String> {
    records.all(element).map(|record| record.field("path").to_owned()).collect()
}

#[test]
fn it_is_not_listed_and_not_counted() {
    let (server, _) = ground();
    let (mut admin, mut bob) = (server.admin(), server.user("bob"));
    assert_eq!(listed(&mut bob, OPEN), (vec!["Closed".into(), "note.txt".into()], 2));
    set(&mut admin, CLOSED, ("user", "bob"), "R", "deny");

    assert_eq!(listed(&mut bob, OPEN), (vec!["note.txt".into()], 1));
    assert_eq!(listed(&mut server.user("bobby"), OPEN).1, 2);
    bob.core("getfilelist", &[("path", CLOSED)]).declined();
    bob.download(&format!("{CLOSED}/secret.txt")).failed(404);
    for spelling in [CLOSED, "/EXTERNAL/family/Open/closed", "/EXTERNAL/family/Open/CLOSED"] {
        let fields = [("file", spelling), ("caseinsensitive", "1")];
        assert_eq!(bob.core("fileexists", &fields).result(), 0, "{spelling}");
    }
    let usage = |caller: &mut Caller| {
        let reply = caller.core("getfolderproperties", &[("path", OPEN)]).xml();
        let usage = reply.child("usage");
        (usage.number("totalfolders"), usage.number("totalfiles"), usage.field("totalsize").to_owned())
    };
    assert_eq!(usage(&mut bob), (0, 1, "5 B".to_owned()));
    assert_eq!(usage(&mut server.user("bobby")), (1, 2, "12 B".to_owned()));

    set(&mut admin, CLOSED, ("user", "bob"), "R", "allow");
    set(&mut admin, CLOSED, ("user", "bob"), "WD", "deny");
    let entries = bob.list(OPEN);
    let closed = entries.iter().find(|entry| entry.field("name") == "Closed").unwrap();
    assert_eq!((closed.number("canrename"), closed.number("candownload")), (0, 1), "as it is there");
}

#[test]
fn a_path_in_another_spelling_is_bound_by_the_same_list() {
    let (server, disk) = ground();
    let (mut admin, mut bob) = (server.admin(), server.user("bob"));
    let decomposed = "Cafe\u{301}";
    fs::create_dir(disk.join(decomposed)).unwrap();
    fs::write(disk.join(decomposed).join("menu"), "tea").unwrap();
    set(&mut admin, &format!("{DISK}/{decomposed}"), ("user", "bob"), "RWD", "deny");
    for name in [decomposed, "Caf\u{e9}"] {
        bob.download(&format!("{DISK}/{name}/menu")).failed(404);
        bob.upload(&format!("{DISK}/{name}"), "new", b"x").failed(400);
        server.user("bobby").download(&format!("{DISK}/{name}/menu")).holds(b"tea");
    }
    assert_eq!(listed(&mut bob, DISK).0, ["Open"]);
}

#[test]
fn it_is_not_found_and_no_activity_tells_of_it() {
    let (server, _) = ground();
    let (mut admin, mut bob) = (server.admin(), server.user("bob"));
    set(&mut admin, CLOSED, ("user", "bob"), "R", "deny");
    let mut bobby = server.user("bobby");
    bobby.upload(CLOSED, "plan secret.txt", b"more").ok();
    bobby.upload(OPEN, "no secret.txt", b"more").ok();
    let found = |caller: &mut Caller, below: &str| {
        let reply = caller.core("dosearch", &[("searchstring", "secret"), ("searchloc", below)]).xml();
        let mut found = paths(&reply, "entry");
        found.sort();
        (found, reply.child("meta").number("total"))
    };
    for below in ["/", DISK, OPEN] {
        assert_eq!(found(&mut bob, below), (vec![format!("{OPEN}/no secret.txt")], 1), "{below}");
        assert_eq!(found(&mut bobby, below).1, 3, "{below}");
    }
    bobby.core("deletefile", &[("path", OPEN), ("name", "Closed")]).done();
    for path in [DISK, OPEN] {
        let happened =
            bob.core("getactivitystream", &[("path", path), ("parent", path), ("start", "0"), ("end", "50")]);
        assert!(!happened.text().contains("Closed"), "{happened:?}");
        assert!(happened.text().contains("no secret.txt"), "{happened:?}");
    }
    let notified = bob.core("getnotificationstream", &[]);
    assert!(!notified.text().contains("Closed"), "{notified:?}");
    let bin = format!("{DISK}/recyclebin");
    assert_eq!(listed(&mut bob, &bin), (vec![], 0), "what others delete may have been hidden");
    bob.core("getfilelist", &[("path", &format!("{bin}/Closed"))]).declined();
    bob.core("restorefromrecyclebin", &[("path", &format!("{bin}/Closed"))]).refused();
    assert_eq!(listed(&mut bobby, &bin).0, ["Closed"], "whoever deleted it sees it");
    bob.core("deletefile", &[("path", OPEN), ("name", "note.txt")]).done();
    assert_eq!(listed(&mut bob, &bin).0, ["note.txt"]);
    bob.core("restorefromrecyclebin", &[("path", &format!("{bin}/note.txt"))]).done();
}

#[test]
fn what_others_have_deleted_is_hidden_by_every_spelling_of_its_name() {
    const COMPOSED: &str = "caf\u{e9}.txt";
    const APART: &str = "cafe\u{301}.txt";
    for (on_disk, asked) in [(COMPOSED, APART), (APART, COMPOSED), (COMPOSED, COMPOSED)] {
        let (server, disk) = ground();
        let (mut admin, mut bob) = (server.admin(), server.user("bob"));
        fs::write(disk.join("Open/Closed").join(on_disk), "secret").unwrap();
        set(&mut admin, CLOSED, ("user", "bob"), "R", "deny");
        server.user("bobby").core("deletefile", &[("path", CLOSED), ("name", on_disk)]).done();
        let bin = format!("{DISK}/recyclebin");
        let path = format!("{bin}/{asked}");
        assert_ne!(bob.download(&path).body, b"secret", "{on_disk:?} {asked:?}");
        assert!(!bob.sees(&path), "{on_disk:?} {asked:?}");
        bob.core("restorefromrecyclebin", &[("path", &path)]).refused();
        bob.core("deletefile", &[("path", &bin), ("name", asked)]).refused();
        assert_eq!(listed(&mut server.user("bobby"), &bin).0.len(), 1, "it is still there");
    }
}

#[test]
fn a_sync_client_is_told_of_the_rest() {
    let (server, disk) = ground();
    let (mut admin, mut bob) = (server.admin(), server.user("bob"));
    for number in 0..1100 {
        fs::write(disk.join(format!("Open/Closed/{number}")), "x").unwrap();
    }
    fs::create_dir(disk.join("Zoo")).unwrap();
    set(&mut admin, CLOSED, ("user", "bob"), "R", "deny");
    let mut told = Vec::new();
    let mut since = 0;
    loop {
        let status = format!("server,{since};");
        let delta = bob.core("getsyncdelta", &[("name", DISK), ("path", DISK), ("status", &status)]).xml();
        let records: Vec<&Element> = delta.all("record").collect();
        let Some(newest) = records.iter().map(|record| record.number("updateversion")).max() else { break };
        told.extend(records.iter().map(|record| record.field("fullpath").to_owned()));
        since = newest;
    }
    told.sort();
    assert_eq!(told, [OPEN.to_owned(), format!("{OPEN}/note.txt"), format!("{DISK}/Zoo")]);
    bob.upload(&format!("{DISK}/Zoo"), "new", b"x").ok();
    let status = format!("server,{since};");
    let delta = bob.core("getsyncdelta", &[("name", DISK), ("path", DISK), ("status", &status)]).xml();
    assert!(delta.all("record").any(|record| record.field("fullpath") == format!("{DISK}/Zoo/new")));
}

/// Asks for the changes on the disk until there are none: the names of what is there, and of what was
/// deleted with a minus.
fn synced(caller: &mut Caller, since: &mut i64) -> Vec<String> {
    synced_at(caller, DISK, since)
}

/// The same for another folder.
fn synced_at(caller: &mut Caller, top: &str, since: &mut i64) -> Vec<String> {
    let mut told = Vec::new();
    loop {
        let status = format!("server,{since};");
        let delta = caller.core("getsyncdelta", &[("name", top), ("path", top), ("status", &status)]).xml();
        let before = told.len();
        for record in delta.all("record") {
            *since = record.number("updateversion");
            let sign = if record.number("isdeleted") == 1 { "-" } else { "" };
            told.push(format!("{sign}{}", record.field("name")));
        }
        if told.len() == before {
            told.sort();
            return told;
        }
    }
}

/// Later than all times of the server so far, which are seconds.
fn a_second_passes() {
    std::thread::sleep(std::time::Duration::from_millis(1100));
}

#[test]
fn a_sync_client_is_told_of_each_deletion_of_what_it_saw_and_of_no_other() {
    let (server, _) = ground();
    let (mut admin, mut bob, mut bobby) = (server.admin(), server.user("bob"), server.user("bobby"));
    let (mut of_bob, mut of_bobby) = (0, 0);
    let upload = |caller: &mut Caller, name: &str| {
        caller.upload(CLOSED, name, b"x").ok();
    };
    let delete = |caller: &mut Caller, path: &str, name: &str| {
        caller.core("deletefile", &[("path", path), ("name", name)]).done();
    };
    upload(&mut bobby, "shown");
    let all = ["Closed", "Open", "note.txt", "secret.txt", "shown"];
    assert_eq!(
        (synced(&mut bob, &mut of_bob), synced(&mut bobby, &mut of_bobby)),
        (all.map(String::from).into(), all.map(String::from).into())
    );

    set(&mut admin, CLOSED, ("user", "bob"), "R", "deny");
    a_second_passes();
    ["came", "went"].iter().for_each(|name| upload(&mut bobby, name));
    assert_eq!(synced(&mut bobby, &mut of_bobby), ["came", "went"]);
    ["went", "shown"].iter().for_each(|name| delete(&mut bobby, CLOSED, name));
    assert_eq!(synced(&mut bobby, &mut of_bobby), ["-shown", "-went"]);
    assert_eq!(synced(&mut bob, &mut of_bob), [] as [&str; 0]);
    // With the list, what it hid does not go: only what he saw before is told as deleted.
    admin.core("deleteacl", &[("path", CLOSED), AT_WORK]).done();
    assert_eq!(synced(&mut bob, &mut of_bob), ["-shown", "came"]);
    assert_eq!(synced(&mut bob, &mut 0), ["-shown", "Closed", "Open", "came", "note.txt", "secret.txt"]);

    // The list lies in the bin with its folder.
    set(&mut admin, CLOSED, ("user", "bob"), "R", "deny");
    a_second_passes();
    upload(&mut bobby, "late");
    bobby.core("createfolder", &[("path", CLOSED), ("name", "deep")]).done();
    assert_eq!(synced(&mut bobby, &mut of_bobby), ["deep", "late"]);
    delete(&mut bobby, OPEN, "Closed");
    let seen_before = ["-Closed", "-came", "-secret.txt"];
    assert_eq!(synced(&mut bob, &mut of_bob), seen_before);
    assert_eq!(synced(&mut bobby, &mut of_bobby), ["-Closed", "-came", "-deep", "-late", "-secret.txt"]);
}

/// What somebody could see is decided by who was in a group then.
#[test]
fn a_sync_client_is_told_no_more_when_its_user_leaves_the_group_from_which_something_was_hidden() {
    let (server, _) = ground();
    let (mut admin, mut bob, mut bobby) = (server.admin(), server.user("bob"), server.user("bobby"));
    let group = admin.administer("addgroup", &[("groupname", "Kids")]).xml();
    let group = ("groupid", group.child("group").field("groupid"));
    let in_group =
        |admin: &mut Caller, call: &str| admin.administer(call, &[group, ("userid", "bob")]).done();
    let (mut of_bob, mut of_bobby) = (0, 0);
    synced(&mut bobby, &mut of_bobby);
    synced(&mut bob, &mut of_bob);
    set(&mut admin, CLOSED, ("group", "Kids"), "R", "deny");
    a_second_passes();
    bobby.upload(CLOSED, "seen", b"x").ok();
    assert_eq!(synced(&mut bob, &mut of_bob), ["seen"]);
    in_group(&mut admin, "addmembertogroup");
    a_second_passes();
    bobby.upload(CLOSED, "hidden", b"x").ok();
    for name in ["seen", "hidden", "secret.txt"] {
        bobby.core("deletefile", &[("path", CLOSED), ("name", name)]).done();
    }
    assert_eq!(synced(&mut bob, &mut of_bob), [] as [&str; 0]);
    in_group(&mut admin, "deletememberfromgroup");
    assert_eq!(synced(&mut bob, &mut of_bob), ["-secret.txt", "-seen"]);
    // A name that is taken again is that of the entry which he saw.
    in_group(&mut admin, "addmembertogroup");
    bobby.upload(CLOSED, "seen", b"new").ok();
    a_second_passes();
    bobby.upload(CLOSED, "seen", b"newer").ok();
    bobby.core("deletefile", &[("path", CLOSED), ("name", "seen")]).done();
    in_group(&mut admin, "deletememberfromgroup");
    assert_eq!(synced(&mut bob, &mut of_bob), ["-seen"]);
    assert!(synced(&mut bobby, &mut of_bobby).contains(&"-hidden".to_owned()));
}

/// Who saw something because of a list that has gone since must learn that it was deleted.
#[test]
fn a_sync_client_is_told_of_what_it_saw_by_a_list_that_went_before_the_deletion() {
    let (server, _) = ground();
    let (mut admin, mut bob, mut bobby) = (server.admin(), server.user("bob"), server.user("bobby"));
    let mut of_bob = 0;
    synced(&mut bob, &mut of_bob);
    set(&mut admin, OPEN, ("user", "bob"), "R", "deny");
    set(&mut admin, CLOSED, ("user", "bob"), "R", "allow");
    a_second_passes();
    bobby.upload(CLOSED, "seen", b"x").ok();
    assert_eq!(synced(&mut bob, &mut of_bob), ["seen"]);
    admin.core("deleteacl", &[("path", CLOSED), AT_WORK]).done();
    a_second_passes();
    bobby.upload(CLOSED, "hidden", b"x").ok();
    for name in ["seen", "hidden"] {
        bobby.core("deletefile", &[("path", CLOSED), ("name", name)]).done();
    }
    assert_eq!(synced(&mut bob, &mut of_bob), [] as [&str; 0]);
    admin.core("deleteacl", &[("path", OPEN), AT_WORK]).done();
    assert_eq!(synced(&mut bob, &mut of_bob), ["-seen"]);
}

/// Lists bind the members of a share, and never the owner of the files.
#[test]
fn the_owner_of_a_shared_folder_is_told_of_every_deletion_and_its_members_of_what_they_saw() {
    let (server, _) = ground();
    let (mut admin, mut bob, mut bobby) = (server.admin(), server.user("bob"), server.user("bobby"));
    let (mut of_bob, mut of_bobby) = (0, 0);
    for (path, name) in [("/bob", "Trip"), ("/bob/Trip", "Secret")] {
        bob.core("createfolder", &[("path", path), ("name", name)]).done();
    }
    let share = bob.core("quickshare", &[("sharelocation", "/bob/Trip")]).xml();
    let share = ("shareid", share.child("share").field("shareid"));
    bob.core("addusertoshare", &[share, ("userid", "bobby")]).done();
    let mut of_owner = |bob: &mut Caller| synced_at(bob, "/bob", &mut of_bob);
    let mut of_member = |bobby: &mut Caller| synced_at(bobby, "/SHARED/bob/Trip", &mut of_bobby);
    bob.upload("/bob/Trip/Secret", "seen", b"x").ok();
    assert_eq!(of_member(&mut bobby), ["Secret", "seen"]);
    set(&mut admin, "/bob/Trip/Secret", ("group", "EVERYONE"), "R", "deny");
    a_second_passes();
    bob.upload("/bob/Trip/Secret", "hidden", b"x").ok();
    assert_eq!(of_owner(&mut bob), ["Secret", "Trip", "hidden", "seen"]);
    for name in ["hidden", "seen"] {
        bob.core("deletefile", &[("path", "/bob/Trip/Secret"), ("name", name)]).done();
    }
    assert_eq!(of_owner(&mut bob), ["-hidden", "-seen"]);
    assert_eq!(of_member(&mut bobby), [] as [&str; 0]);
    admin.core("deleteacl", &[("path", "/bob/Trip/Secret"), AT_WORK]).done();
    assert_eq!(of_member(&mut bobby), ["-seen"]);
}

#[test]
fn favorites_and_locks_do_not_lead_there() {
    let (server, _) = ground();
    let (mut admin, mut bob) = (server.admin(), server.user("bob"));
    let secret = format!("{CLOSED}/secret.txt");
    let stars = "0".repeat(24);
    bob.core("setfavorite", &[("id", &stars), ("name", &secret)]).done();
    bob.core("lock", &[("path", &secret), ("expiration", ""), ("readlock", "0")]).done();
    set(&mut admin, CLOSED, ("user", "bob"), "R", "deny");
    assert!(paths(&bob.core("getfavoritesinlist", &[("id", &stars)]).xml(), "entry").is_empty());
    assert!(!bob.core("getalllocks", &[]).text().contains("secret"));
    bob.core("setfavorite", &[("id", &stars), ("name", CLOSED)]).refused();
    admin.core("deleteacl", &[("path", CLOSED), AT_WORK]).done();
    assert_eq!(paths(&bob.core("getfavoritesinlist", &[("id", &stars)]).xml(), "entry"), [secret]);
}
