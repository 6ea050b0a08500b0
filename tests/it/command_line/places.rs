//! Ports and directories that the server cannot use.

use crate::harness::{Data, Launch, Server, cloudlet, finish, program, wait_until};
use std::time::Duration;

/// The longest time until the server finds a disk again.
const LONGEST: Duration = Duration::from_secs(10);

/// Runs `serve`, which must fail. Returns its output.
fn serve(data: &Data, listen: &str) -> String {
    cloudlet(data, &["serve", "--listen", listen], "").failed()
}

#[test]
fn a_busy_port_is_named() {
    let server = Server::start();
    let other = Data::with_accounts();
    let said = serve(&other, &server.address.to_string());
    assert!(said.contains(&server.address.port().to_string()) && said.contains("in use"), "{said}");
    assert!(said.contains("--listen"), "it says what to do: {said}");
    server.user("bob");
}

#[test]
fn an_address_of_another_machine_is_named() {
    let said = serve(&Data::with_accounts(), "192.0.2.1:0");
    assert!(said.contains("192.0.2.1"), "{said}");
}

#[test]
fn a_second_server_on_the_same_data_is_refused_and_the_first_goes_on() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    let said = serve(server.data(), "127.0.0.1:0");
    let directory = server.data().path("").display().to_string();
    assert!(said.contains(&directory) && said.contains("already"), "{said}");
    bob.upload("/bob", "file", b"x").ok();
    // Nothing that a killed server left behind prevents its next start.
    server.kill();
    server.start_again();
    server.user("bob").download("/bob/file").holds(b"x");
}

#[test]
fn a_data_directory_that_cannot_be_used_is_named() {
    let data = Data::empty();
    std::fs::write(data.path("file"), "x").unwrap();
    std::fs::create_dir_all(data.path("taken/cloudlet.db")).unwrap();
    std::fs::create_dir(data.path("blocked")).unwrap();
    std::fs::write(data.path("blocked/files"), "x").unwrap();
    for (below, named) in
        [("file", "file"), ("file/below", "file"), ("taken", "cloudlet.db"), ("blocked", "files")]
    {
        for arguments in [&["serve", "--listen", "127.0.0.1:0"][..], &["user", "add", "eve"]] {
            let mut command = program();
            let said = finish(command.args(arguments).arg("--data").arg(data.path(below)), "").failed();
            assert!(said.contains(named), "{below} {arguments:?}: {said}");
        }
    }
    assert_eq!(std::fs::read(data.path("file")).unwrap(), b"x");
}

/// A mistyped directory must not look like an empty cloud.
#[test]
fn only_serving_and_the_first_account_make_a_cloud() {
    let data = Data::empty();
    let place = data.path("mistyped");
    for arguments in [
        &["check"][..],
        &["audit", "verify"],
        &["audit", "export"],
        &["backup", "/nonexistent"],
        &["user", "list"],
        &["user", "password", "bob", "--password-stdin"],
        &["user", "delete", "bob"],
    ] {
        let said = finish(program().args(arguments).arg("--data").arg(&place), "").failed();
        assert!(said.contains("There is no cloud in") && said.contains("mistyped"), "{arguments:?}: {said}");
        assert!(!place.exists(), "{arguments:?}");
    }
    let said = finish(program().args(["restore", "/nonexistent", "--data"]).arg(&place), "").failed();
    assert!(said.contains("There is no folder /nonexistent with a backup.") && !place.exists(), "{said}");
}

/// The mark of a volume shows that its disk is present. Without the mark the server may create
/// nothing there.
#[test]
fn a_volume_with_an_unreadable_mark_is_away_until_it_is_right_again() {
    let data = Data::with_accounts();
    let mark = data.file("/.cloudlet/volume.json");
    let before = std::fs::read(&mark).unwrap();
    std::fs::write(&mark, "{}").unwrap();
    let server = Launch::on(data).start();
    assert!(server.log().contains(".cloudlet/volume.json cannot be read"), "{}", server.log());
    let mut bob = server.user("bob");
    let said = bob.upload("/bob", "file", b"x").refused();
    assert!(said.contains("not there"), "{said}");
    assert_eq!(std::fs::read(&mark).unwrap(), b"{}", "it is left as it was");
    std::fs::write(&mark, before).unwrap();
    wait_until("the disk is back", LONGEST, || bob.upload("/bob", "file", b"x").text() == "OK");
}
