//! `cloudlet audit verify` and trimming. Only the oldest rows of the log can be removed without
//! being noticed.

use crate::harness::{Caller, Data, Server, cloudlet, joined};
use std::time::{SystemTime, UNIX_EPOCH};

/// A user agent that the database stores unchanged, so that the test finds it in the file.
const NEEDLE: &str = "Needle-4711-of-the-test";

/// A stopped server with some rows in its log, one of which has the user agent above.
fn ground() -> Server {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "before")]).done();
    let mut marked = bob.twin().always("User-Agent", NEEDLE);
    marked.core("createfolder", &[("path", "/bob"), ("name", "marked")]).done();
    bob.core("createfolder", &[("path", "/bob"), ("name", "after")]).done();
    assert_eq!(server.stop(), Some(0));
    server
}

/// Replaces a user agent in the log by another one of the same length. Files and activities store
/// the user agent too, but only in the log is it followed by the name of the operation.
fn change_agent(data: &Data, from: &str, to: &str) {
    let path = data.path("cloudlet.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let row = format!("{from}createfolder");
    let found = bytes.windows(row.len()).position(|window| window == row.as_bytes());
    let at = found.expect("the row stands in the database");
    bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn an_untouched_log_is_whole_and_a_changed_row_is_named() {
    let server = ground();
    let said = cloudlet(server.data(), &["audit", "verify"], "").succeeded();
    assert!(said.contains("intact"), "{said}");
    let forged = NEEDLE.replace("4711", "4712");
    change_agent(server.data(), NEEDLE, &forged);
    let said = cloudlet(server.data(), &["audit", "verify"], "").failed();
    let row = cloudlet(server.data(), &["audit", "export"], "").succeeded();
    let id = row.lines().find(|line| line.contains(&forged)).unwrap().split(',').next().unwrap().to_owned();
    assert!(said.contains(&format!("row {id} ")), "row {id}: {said}");
    cloudlet(server.data(), &["check"], "").failed();
    // With the old value the log is intact again.
    change_agent(server.data(), &forged, NEEDLE);
    cloudlet(server.data(), &["audit", "verify"], "").succeeded();
    cloudlet(server.data(), &["check"], "").succeeded();
}

#[test]
fn the_log_can_be_verified_while_the_server_writes_it() {
    let server = Server::start();
    let bob = server.user("bob");
    let is_over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut bob = bob.twin();
            while !is_over.load(std::sync::atomic::Ordering::Relaxed) {
                bob.core("fileexists", &[("file", "/bob/x")]);
                bob.core("setdisplayname", &[("dispname", "Bob")]).done();
            }
        });
        let said: Vec<_> = (0..5).map(|_| cloudlet(server.data(), &["audit", "verify"], "")).collect();
        is_over.store(true, std::sync::atomic::Ordering::Relaxed);
        joined(writer.join());
        said.into_iter().for_each(|said| drop(said.succeeded()));
    });
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn trim(admin: &mut Caller, fields: &[(&str, &str)]) -> crate::harness::Reply {
    admin.administer("trimauditdb", fields)
}

#[test]
fn a_trimmed_log_is_still_whole_and_tells_of_the_trimming() {
    let server = Server::start();
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    for number in 0..10 {
        bob.core("fileexists", &[("file", &format!("/bob/old{number}"))]);
    }
    assert_eq!(admin.audit(&[("path", "/bob/old")]).len(), 10);
    trim(&mut admin, &[("enddate", "2001-01-01")]).done();
    assert_eq!(admin.audit(&[("path", "/bob/old")]).len(), 10, "nothing is that old");
    let end = now().to_string();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    bob.core("fileexists", &[("file", "/bob/new")]);
    assert!(!admin.audit(&[]).is_empty());
    trim(&mut admin, &[("enddate", &end)]).done();
    assert_eq!(admin.audit(&[("path", "/bob/old")]).len(), 0);
    assert_eq!(admin.audit(&[("path", "/bob/new")]).len(), 1);
    let trims = admin.audit(&[("operation", "trimauditdb")]);
    assert!(trims.iter().any(|row| row.field("outcome") == "ok"), "{trims:?}");
    cloudlet(server.data(), &["audit", "verify"], "").succeeded();
}

#[test]
fn rows_in_the_middle_cannot_be_removed() {
    let server = Server::start();
    let mut admin = server.admin();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let start = now().to_string();
    admin.get("/admin/getversion");
    assert!(admin.audit(&[]).len() > 1);
    trim(&mut admin, &[("startdate", &start), ("enddate", "2100-01-01")]).refused();
    assert_eq!(admin.audit(&[("operation", "getversion")]).len(), 1);
    trim(&mut admin, &[("enddate", "soon")]).refused();
    trim(&mut admin, &[]).refused();
    cloudlet(server.data(), &["audit", "verify"], "").succeeded();
}
