//! A database that another program removes, and a data directory that two servers want to use.

use crate::harness::{Data, Launch, Request, Server, cloudlet, wait_until};
use std::fs;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(30);

/// Waits until a server has ended because of its database. Returns the path of the copy that it
/// says it saved.
fn ended(server: &mut Server) -> String {
    let end = server.wait();
    assert_eq!(end.code(), Some(1), "{}", server.log());
    let log = server.log();
    assert!(log.contains("removed or replaced"), "{log}");
    let saved = log.split("is saved as ").nth(1).unwrap_or_else(|| panic!("nothing is saved: {log}"));
    saved.split(';').next().unwrap().to_owned()
}

#[test]
fn a_database_that_is_removed_is_noticed_and_nothing_is_lost() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "before")]).done();
    bob.core("addtofavorites", &[("name", "/bob/before")]);
    for name in ["cloudlet.db", "cloudlet.db-wal", "cloudlet.db-shm"] {
        drop(fs::remove_file(server.data().path(name)));
    }
    // Any call makes the server notice it, at the latest when it writes the audit row.
    drop(bob.try_send(&Request::get("/core/getfilelist?path=/bob")));
    let saved = ended(&mut server);
    // The next start must say what to do, and must not create a new cloud beside bob's files.
    let said = cloudlet(server.data(), &["serve", "--listen", "127.0.0.1:0"], "").failed();
    assert!(said.contains("missing") && said.contains("bob") && said.contains("saved"), "{said}");
    assert!(!server.data().path("cloudlet.db").exists(), "nothing was made in its place");
    fs::rename(saved, server.data().path("cloudlet.db")).unwrap();
    server.start_again();
    let mut bob = server.user("bob");
    assert!(bob.sees("/bob/before"));
    let rows = server.admin().audit(&[("operation", "createfolder"), ("username", "bob")]);
    assert_eq!(rows.len(), 1);
    assert_eq!(server.stop(), Some(0));
    cloudlet(server.data(), &["audit", "verify"], "").succeeded();
}

#[test]
fn a_database_that_is_replaced_is_noticed_too() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "before")]).done();
    let path = server.data().path("cloudlet.db");
    fs::copy(&path, path.with_extension("copy")).unwrap();
    fs::rename(path.with_extension("copy"), &path).unwrap();
    drop(bob.try_send(&Request::get("/healthz")));
    let saved = ended(&mut server);
    assert!(fs::metadata(saved).unwrap().len() > 0);
}

#[test]
fn an_empty_database_beside_homes_is_no_first_start() {
    let mut server = Server::start();
    server.user("bob").upload("/bob", "file", b"x").ok();
    assert_eq!(server.stop(), Some(0));
    let data = server.data();
    for what in ["missing", "empty", "of another cloud"] {
        for name in ["cloudlet.db", "cloudlet.db-wal", "cloudlet.db-shm"] {
            drop(fs::remove_file(data.path(name)));
        }
        match what {
            "missing" => {}
            "empty" => fs::write(data.path("cloudlet.db"), "").unwrap(),
            _ => {
                let other = Data::empty();
                cloudlet(&other, &["user", "add", "eve", "--password-stdin"], "a password of eve\n")
                    .succeeded();
                cloudlet(&other, &["user", "delete", "eve"], "").succeeded();
                fs::copy(other.path("cloudlet.db"), data.path("cloudlet.db")).unwrap();
            }
        }
        let said = cloudlet(data, &["serve", "--listen", "127.0.0.1:0"], "").failed();
        assert!(
            said.contains("bob") && said.contains("backup") && said.contains("user add"),
            "{what}: {said}"
        );
    }
    // To begin anew with these files, somebody creates the accounts.
    for name in ["cloudlet.db", "cloudlet.db-wal", "cloudlet.db-shm"] {
        drop(fs::remove_file(data.path(name)));
    }
    let password = format!("{}\n", crate::harness::PASSWORD);
    cloudlet(data, &["user", "add", "bob", "--admin", "--password-stdin"], &password).succeeded();
    server.start_again();
    server.user("bob").download("/bob/file").holds(b"x");
}

#[test]
fn removing_the_lock_lets_no_second_server_in() {
    let server = Server::start();
    for name in ["lock", "reserve"] {
        drop(fs::remove_file(server.data().path(name)));
        let said = cloudlet(server.data(), &["serve", "--listen", "127.0.0.1:0"], "").failed();
        assert!(said.contains("Another cloudlet"), "{said}");
    }
    server.user("bob").upload("/bob", "file", b"x").ok();
    // Another directory that leads to the same database must not be used either.
    let elsewhere = Data::empty();
    fs::hard_link(server.data().path("cloudlet.db"), elsewhere.path("cloudlet.db")).unwrap();
    let mut server = server;
    assert_eq!(server.stop(), Some(0));
    server.start_again();
    let said = cloudlet(&elsewhere, &["serve", "--listen", "127.0.0.1:0"], "").failed();
    assert!(said.contains("Another cloudlet"), "{said}");
    wait_until("it serves", SOON, || server.guest().get("/healthz").status == 200);
}

#[test]
fn the_room_kept_for_a_full_disk_is_in_no_backup() {
    let server = Launch::on(Data::with_accounts()).start();
    let backups = Data::empty();
    let target = backups.path("").display().to_string();
    cloudlet(server.data(), &["backup", &target], "").succeeded();
    assert!(server.data().path("reserve").exists(), "room is kept");
    let newest =
        crate::harness::names(&backups.path("")).into_iter().find(|name| name.starts_with('0')).unwrap();
    assert!(!backups.path(&newest).join("data/reserve").exists());
}
