//! Alerts and news. The findings on the dashboard can be hidden until their reason changes. The
//! latest files and accounts, and the statistics of each day, are listed.

use crate::harness::{Caller, Element, PASSWORD, Server};
use std::fs;
use std::os::unix::fs::symlink;

fn alerts(admin: &mut Caller) -> Vec<Element> {
    admin.administer("getsysalerts", &[]).xml().all("alert").cloned().collect()
}

fn findings(admin: &mut Caller) -> Vec<String> {
    let reply = admin.administer("getfindings", &[]).xml();
    reply.all("finding").map(|one| one.field("rid").to_owned()).collect()
}

#[test]
fn alerts_are_the_findings_and_stay_aside_until_their_reason_changes() {
    let mut server = Server::start();
    let mut admin = server.admin();
    assert_eq!(alerts(&mut admin), []);
    for name in ["one", "two"] {
        admin.administer("adduser", &[("username", name), ("password", PASSWORD)]).done();
        let home = server.data().path(&format!("files/{name}"));
        fs::remove_dir(&home).unwrap();
        symlink("/nowhere", &home).unwrap();
    }
    let told = alerts(&mut admin);
    let rids: Vec<String> = told.iter().map(|alert| alert.field("rid").to_owned()).collect();
    assert_eq!((rids.len(), &rids), (2, &findings(&mut admin)));
    assert!(
        told[0].field("description").contains("files/one") && told[0].field("level") == "WARNING",
        "{told:?}"
    );
    for wrong in ["", "0", &"0".repeat(24)] {
        assert_eq!(admin.administer("removealert", &[("rid", wrong)]).status, 400, "{wrong}");
    }
    admin.administer("removealert", &[("rid", &rids[0])]).done();
    assert_eq!(findings(&mut admin), rids[1..], "the dashboard tells the same");
    admin.administer("clearallalerts", &[]).done();
    assert_eq!(alerts(&mut admin), []);
    server.stop();
    server.start_again();
    let mut admin = server.admin();
    assert_eq!(alerts(&mut admin), [], "a restart keeps them aside");

    // A fault that was repaired and comes back is reported again.
    let home = server.data().path("files/one");
    fs::remove_file(&home).unwrap();
    fs::create_dir(&home).unwrap();
    assert_eq!(alerts(&mut admin), []);
    admin.administer("clearallalerts", &[]).done();
    fs::remove_dir(&home).unwrap();
    symlink("/nowhere", &home).unwrap();
    assert_eq!(findings(&mut admin), rids[..1]);
}

#[test]
fn the_latest_files_and_accounts_come_first() {
    let server = Server::start();
    let (mut admin, mut bob) = (server.admin(), server.user("bob"));
    bob.core("createfolder", &[("path", "/bob"), ("name", "Folder")]).done();
    for number in 0..12 {
        bob.upload("/bob", &format!("file {number}.txt"), &vec![b'x'; number * 1000]).ok();
    }
    bob.core("deletefile", &[("path", "/bob"), ("name", "file 11.txt")]).done();
    let reply = admin.administer("getlatestfilesadded", &[]).xml();
    let files: Vec<_> =
        reply.all("item").map(|one| (one.field("who"), one.field("name"), one.field("size"))).collect();
    assert_eq!(
        (files.len(), files[0], files[9]),
        (10, ("bob", "file 10.txt", "10 KB"), ("bob", "file 1.txt", "1000 B"))
    );

    admin
        .administer("adduser", &[("username", "zoe"), ("password", PASSWORD), ("email", "zoe@example.org")])
        .done();
    let reply = admin.administer("getlatestusersadded", &[]).xml();
    let names: Vec<_> = reply.all("user").map(|one| one.field("username")).collect();
    assert_eq!(names[0], "zoe", "{names:?}");
    let info = admin.administer("getinfo", &[]).xml();
    assert_eq!(info.child("info").field("servicename"), "cloudlet");
    let languages = admin.administer("getadminlanguagelist", &[]).xml();
    assert_eq!(languages.all("language").filter(|one| one.field("current") == "1").count(), 1);
}

/// The days that the server tells, each with its numbers.
fn days(admin: &mut Caller, count: &str) -> Vec<String> {
    let reply = admin.administer("getdailystats", &[("days", count)]).xml();
    let numbers = |day: &Element| {
        ["date", "storagebytes", "files", "people", "calls"].map(|name| day.field(name).to_owned()).join(" ")
    };
    reply.all("day").map(numbers).collect()
}

#[test]
fn the_last_days_are_told_in_their_order() {
    let mut server = Server::start();
    assert_eq!(days(&mut server.admin(), "90"), [""; 0], "the first day has not ended");
    server.stop();
    let database = rusqlite::Connection::open(server.data().path("cloudlet.db")).unwrap();
    for (day, bytes) in [("2020-02-28", 5), ("2020-02-29", 6), ("2020-03-02", 7), ("2999-01-01", 8)] {
        let insert = "INSERT INTO days (day, storage_bytes, files, people, calls) VALUES (?1, ?2, 3, 2, 900)";
        database.execute(insert, (day, bytes)).unwrap();
    }
    drop(database);
    server.start_again();
    let mut admin = server.admin();
    let told = ["2020-02-28 5 3 2 900", "2020-02-29 6 3 2 900", "2020-03-02 7 3 2 900"];
    assert_eq!(days(&mut admin, "90"), told, "and none that is not there yet");
    assert_eq!(days(&mut admin, "2"), told[1..]);
    assert_eq!(days(&mut admin, "1000000000"), told);
}
